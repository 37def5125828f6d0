"""Nouns that close proper names in planning prose, by how much a name they make, and where they close none.

Nouns of a group are separated by `|`, for the list of heads in `geo.toponyms`.
"""

from __future__ import annotations

# Nouns that close proper names; a road or river is a line, everything else a site.
ROADS = "大道|公路|高速公路|高速|支路|路|街|立交|互通|大桥|桥|隧道"
WATERS = "引河|运河|河|塘河"
RAILS = "铁路|联络线|支线|快线|专用线|号线"
SETTLED = (
    "新天地|公馆|名苑|滩|小学|中学|初中|医院|保健院|村|集镇|镇|岛|码头|小区|大厦|大楼|社区卫生服务中心|社区卫生服务站|卫生院|幼儿园|敬老院|养老院|福利院|颐养院|护理院"
    "|苑|佳园|嘉园|雅园|花园|新村|启动区"
)
VENUES = (
    "学校|公园|绿地|广场|菜场|菜市场|集贸市场|农贸市场|批发市场|禁猎区|酒店|公寓|保租房|家居城|社区|站|枢纽|综合体|变电站|泵站|泵闸|水闸|船闸|出海闸|新闸|南闸|北闸|东闸|西闸|套闸|节制闸|闸"
    "|仓储中心|大剧院|剧院|能源站|加氢站|油氢合建站|水厂|污水厂|电厂|湿地"
)
# Names by themselves too: 听海图书馆.
HALLS = "党史馆|村史馆|图书馆|博物馆|美术馆|体育馆|纪念馆|天文馆|海洋馆|植物园|农场|林场|艺术馆|老街"

CARRIED = (  # names only with a place before them: 临港图书馆, 泥城文化中心
    "展示馆|陈列馆|规划馆|游泳馆|音乐厅|影剧院|展览馆|档案馆|文化馆|科技馆|剧场|体育场|会议中心|会展中心|文化中心|体育中心|"
    "文体中心|艺术中心|活动中心|邻里中心|卫生中心|运动中心|医疗中心|商业中心|生活中心|购物中心|商业街|步行街|游客中心"
    "|科技园|创业园|创新园|智造园|物流园|工业园|软件园|产业园|示范园|生态园|度假区|"
    "示范基地|训练基地|足球基地|测试场|试验场|中试基地|制造基地|生产基地|研发基地|实训基地|种苗基地|养殖基地|种植基地|维修基地|总装基地|物流基地|校区|院区|客运站|消防站|派出所|大学城|人才港|创新港|数据港"
)
# … and only with a place of the gazetteer right before them: 滴水湖南岸驿站, 金融湾会客厅.
ATTACHED = (
    "党群服务中心|游客服务中心|受理服务中心|服务站|展示厅|数据中心|体验中心|换乘中心|展示中心|驿站|书房|书屋|会客厅|停车场|停车楼|绿道|步道|堆场|泊位|仓库|营地|观景台|灯塔|气象站|食堂|礼堂"
    "|办公楼|总部大楼|基地"
)
GARDENS = "园"

# What follows a head when it is only the beginning of another word: 路网, 站点, 村民, 河道, 社区服务.
CONTINUED = {
    "支线": "飞航机客",
    "路": "径线网演由况灯费权基",
    "公路": "网",
    "街": "道区镇",
    "老街": "区坊",
    "高速": "增发成铁度公网路运通率化推行",
    "桥": "梁头下面墩洞区接吊位涵",
    "湿地": "公资类面率碳效系",
    "花园": "城洋式",
    "驿站": "点",
    "园": "区林地艺丁内中长务方圃",
    "基地": "化",
    "河": "道网流湖长口段岸",
    "村": "民庄镇委级居社容落企务",
    "镇": "区级域办",
    "岛": "链",
    "滩": "涂头位",
    "站": "点位台式内前房车",
    "闸": "门口道机",
    "社区": "服卫治管嵌居工商公养应生党团事文体网食智建长",
    "公园": "城绿",
    "码头": "",
    "广场": "",
    "学校": "",
    "绿地": "率",
}
# What precedes a head when both are one common word: 道路, 线路, 商街, 内河, 各镇.
COMPOUND = {
    "支路": "干次主各条",
    "支线": "路空干",
    "快线": "交干通",
    "路": "道线铁公网思电链管回出退之套筹支干次辅主半光油水陆成一双多末航旅来去上铺修路字",
    "街": "商沿主临大",
    "河": "内沿滨入界出开巡管治护",
    "园": "校果庄家乐田菜茶桑游农学造业技创态范陵墓公苗花幼入进出满全本该多整中",
    "隧道": "桥",
    "小学": "中",
    "集镇": "各",
    "桥": "高天立架拱引栈断危便农廊搭鹊公修建造金高虹",
    "村": "农乡各本行",
    "镇": "城乡各市小建集三两四街制",
    "岛": "半海群环离孤",
    "滩": "海沙抢险",
    "站": "网分总车货基电驿靠场作停大费",
    "闸": "口水泵船路",
    "新村": "建设",
    "号线": "",
}

# In this order: of the nouns that begin at one place the first counts.
GROUPS = (
    ("rail", RAILS),
    ("carried", CARRIED),
    ("attached", ATTACHED),
    ("hall", HALLS),
    ("settled", SETTLED),
    ("venue", VENUES),
    ("road", ROADS),
    ("water", WATERS),
    ("garden", GARDENS),
)
HEAD_NOUNS = tuple(noun for _, nouns in GROUPS for noun in nouns.split("|"))

# Nouns that close a code (J05-01地块, 103社区, G228国道), and those that a list of codes may share.
SHARED_CODE_NOUNS = ("社区", "单元", "片区")
CODE_NOUNS = (*SHARED_CODE_NOUNS, "地块", "街坊", "路", "国道", "省道", "县道", "号线")
