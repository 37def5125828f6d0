"""Tasks beyond the built-in plans: every zone and line, the scope, the unplaced names.

Sentences are our own, in the manner of work plans and press releases. Rules were mended on them since they
were written, so that they guard what works and measure nothing.
Names in a column are separated by spaces; the zones and lines given are all that may be linked.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder, TaskLinks
from lingang.locations import data_dir


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(read_gazetteer(data_dir()))


def zones(result: TaskLinks) -> set[str]:
    return {link.target for link in result.links if link.kind == "zone" and link.relation == "in"}


def lines(result: TaskLinks) -> set[str]:
    return {link.target for link in result.links if link.kind == "line" and link.relation != "near"}


# text, zones, lines, scope, unplaced
TASKS = [
    ("引入仁济医院临港院区、世外学校临港校区", "", "", "zones", "仁济医院临港院区 世外学校临港校区"),
    ("102、103、105社区公建配套完善", "community-103 community-105", "", "zones", "102"),
    ("洋山四期码头智能化升级", "yangshan-island", "", "zones", ""),
    ("推进105社区地下空间互联互通，年内完成环廊结构封顶", "community-105", "", "zones", ""),
    ("启动103单元控规局部调整，落实社区级公共服务设施", "community-103", "", "zones", ""),
    (
        "泥城、书院、万祥三镇同步开展农村人居环境整治",
        "town-nicheng town-shuyuan town-wanxiang",
        "",
        "zones",
        "",
    ),
    ("开展平安临港建设，完善社会治安防控体系", "", "", "whole", ""),
    (
        "加快两港大道快速化改造（S2—大治河段），完成主线高架贯通",
        "",
        "lianggang-avenue s2 dazhi-river",
        "lines",
        "",
    ),
    ("推进芦潮港社区养老综合体建设，新增床位150张", "luchaogang", "", "zones", ""),
    (
        "在洋山特殊综合保税区芦潮港区域和小洋山岛区域实施一体化监管",
        "yangshan-luchao yangshan-island",
        "",
        "zones",
        "",
    ),
    ("以“中国洋山港”为船籍港的国际登记船舶达到50艘", "", "", "whole", ""),
    ("举办滴水湖新兴金融大会和顶科论坛，扩大国际影响力", "", "", "whole", ""),
    ("支持临港集团与高校共建概念验证中心", "", "", "whole", ""),
    ("推进１０３社区、１０５社区低碳示范建设", "community-103 community-105", "", "zones", ""),
    ("深化与宁波舟山港的合作，优化集装箱江海联运", "", "", "outside", ""),
    ("落实高水平人才引育“一件事”服务，全年引才2万人", "", "", "whole", ""),
    ("书院人家创建国家级旅游度假区", "town-shuyuan", "", "zones", ""),
    ("提升书院集镇公共服务水平", "town-shuyuan", "", "zones", ""),
    (
        "万祥镇新路村、泥城镇公平村乡村振兴示范村创建",
        "town-wanxiang town-nicheng",
        "",
        "zones",
        "万祥镇新路村 泥城镇公平村",
    ),
    ("T5区域市政配套道路完工，机场南片区围网验收", "yangshan-airport", "", "zones", ""),
    ("服务T5国产操作系统适配", "", "", "whole", ""),
    ("优化洋山保税船供油业务流程", "yangshan", "", "zones", ""),
    ("开展“滴水湖杯”创新创业大赛", "", "", "whole", ""),
    ("发布“滴水湖指数”，增强金融话语权", "", "", "whole", ""),
    ("完成H05-01、H05-02地块土地出让", "", "", "zones", "H05-01 H05-02地块"),
    ("推进104社区、106社区城市设计方案征集", "", "", "zones", "104社区 106社区"),
    ("完成PDC1-0103单元控规编制", "", "", "zones", "PDC1-0103单元"),
    ("加快建设东引河泵闸，提升防汛除涝能力", "", "east-channel", "lines", "东引河泵闸"),
    ("推进物流园区低效用地盘活，建设重装备产业区二期", "logistics-park heavy-equipment", "", "zones", ""),
    ("新兴产业区基础设施配套工程开工", "emerging", "", "zones", ""),
    ("西岛综合体幕墙施工全面完成", "west-island", "", "zones", ""),
    ("滴水湖西岛、北岛、南岛业态联动", "west-island dishui-lake", "", "zones", ""),
    ("张江科技城与临港科技城共建共享实验室", "tech-city", "", "zones", ""),
    ("产城融合区建成区面积达到120平方公里", "ronghe", "", "zones", ""),
    ("推动泥城镇鸿音广场商圈升级", "town-nicheng", "", "zones", ""),
    ("彭镇老街更新、云帆路商业街开街", "town-nicheng", "", "zones", "彭镇老街 云帆路"),
    ("推进竹柏路小学、海基六路幼儿园开工建设", "", "", "zones", "竹柏路小学 海基六路幼儿园"),
    (
        "完善芦潮港、小洋山、机场南三区域联动机制，提升保税功能",
        "yangshan-luchao yangshan-island yangshan-airport",
        "",
        "zones",
        "",
    ),
    ("增强芦潮引河排涝能力，新建芦潮港新闸", "luchaogang", "luchao-river", "zones", "芦潮港新闸"),
    ("深化“一带一路”合作，服务国家战略", "", "", "whole", ""),
    ("做强航运保险，发布洋山价格指数", "", "", "whole", ""),
    ("推动洋山港至东海大桥智能重卡示范运营", "yangshan-island", "donghai-bridge", "zones", ""),
    ("依托临港国际学校、滴水湖外国语学校扩大优质教育供给", "", "", "zones", "临港国际学校 滴水湖外国语学校"),
    ("平安银行临港支行揭牌", "", "", "whole", ""),
    ("中国平安科技产业园落户", "", "", "whole", ""),
    ("支持万祥云等平台企业发展", "", "", "whole", ""),
    ("书院中学与上海中学东校开展集团化办学", "town-shuyuan dishui-core", "", "zones", ""),
    ("建设芦潮港路、书院路、万祥路慢行系统", "", "", "lines", "芦潮港路 书院路 万祥路"),
    ("洋山路扩建工程开工", "", "", "lines", "洋山路"),
    ("申港派出所迁建", "shengang", "", "zones", "申港派出所"),
    ("泥城消防站、书院消防站开工", "town-nicheng town-shuyuan", "", "zones", "泥城消防站 书院消防站"),
    ("推动滴水湖国际会议中心建设", "dishui-lake", "", "zones", "滴水湖国际会议中心"),
    ("滴水湖畔新开酒店三家", "dishui-lake", "", "zones", ""),
    ("临港科技城公司完成股权改革", "", "", "whole", ""),
    ("临港奉贤公司开展招商推介", "", "", "whole", ""),
    ("筹建临港国资控股集团，深化国企改革", "", "", "whole", ""),
    ("“临港新片区－洋山海关”联席会议机制常态化", "", "", "whole", ""),
    ("顶科基金、顶科奖、顶科小镇品牌建设", "", "", "whole", ""),
    ("支持顶科中心举办系列学术会议", "top-scientists", "", "zones", ""),
    ("发布《书院镇郊野单元村庄规划》《103社区控规》", "", "", "whole", ""),
    ("全面推进103、105、106社区基础设施配套", "community-103 community-105", "", "zones", "106社区"),
    ("核心区、特保区、产业区协同联动", "yangshan", "", "zones", ""),
    ("组织企业赴日本、新加坡招商", "", "", "outside", ""),
    ("推进上海交通大学智慧能源创新学院临港基地建设", "", "", "whole", ""),
    ("建成新元水厂、老港固废基地配套工程", "", "", "zones", "新元水厂"),
    ("新建220千伏红榉变电站、110千伏鸿音变电站", "", "", "zones", "红榉变电站 鸿音变电站"),
    ("推进两港大道以东、S2以西地块收储", "", "", "zones", ""),
    ("两港大道沿线市容环境整治", "", "lianggang-avenue", "lines", ""),
    ("G1503以南区域污水管网完善", "", "", "zones", ""),
    ("东至沧海路、西至古棕路、南至环湖西三路的地块出让", "", "", "zones", ""),
    ("推进 Ｓ３ 公 路 先 期 工 程", "", "s3", "lines", ""),
    ("推動臨港新片區與洋山特殊綜合保稅區聯動發展", "yangshan", "", "zones", ""),
    ("加快蘆潮港、書院、萬祥等鎮更新", "luchaogang town-shuyuan town-wanxiang", "", "zones", ""),
    ("大治河、金汇港生态走廊建设", "", "dazhi-river jinhui-canal", "lines", ""),
    ("推进浦东机场综合保税区与洋山联动", "yangshan", "", "zones", ""),
    ("推动浦东国际机场四期扩建", "", "", "outside", ""),
    ("机场南部区域航空物流设施开工", "yangshan-airport", "", "zones", ""),
    ("中国（上海）自由贸易试验区临港新片区洋山特殊综合保税区（四期）封关验收", "yangshan", "", "zones", ""),
    ("建设滴水湖·数字岛，引进游戏动漫企业", "dishui-lake", "", "zones", ""),
    ("办好临港新片区投资促进大会、滴水湖沙龙、上海（临港）半程马拉松", "", "", "whole", ""),
    ("完善海基一路、智荟路周边慢行系统，企业一路成长", "", "", "lines", "海基一路 智荟路"),
    ("共建一带一路桥头堡", "", "", "whole", ""),
    ("实施宏祥北路、万和路、祥跃路综合改造", "", "base-wanxiang", "lines", "万和路 祥跃路"),
    ("新建泐影路（祥祈路—祥泰路）", "", "", "lines", "泐影路 祥祈路 祥泰路"),
    ("业盛路188号闲置楼宇改造", "", "", "zones", "业盛路188号"),
    ("优化水华路站、申港大道站路口信号", "", "", "zones", "水华路站 申港大道站"),
    ("赤风港、橙和港、紫飞港三条射河水质稳定达标", "", "", "lines", "赤风港 橙和港 紫飞港"),
    ("人才港、数据港滨水空间开放", "", "", "whole", ""),
    ("105社区A05-02地块，东至银飞路、北至紫飞港", "community-105", "", "zones", "A05-02地块 银飞路 紫飞港"),
    ("外灶、洋溢、李雪、中久四个村综合为老服务站全部升级", "", "", "zones", "外灶 洋溢 李雪 中久"),
    ("串联横港村、海关村红色研学线路", "", "", "zones", "横港村 海关村"),
    ("四团镇拾村村、五四村盘活闲置宅基地", "town-situan", "", "zones", "拾村村 五四村"),
    ("新辟临港10路、调整浦东32路等常规公交", "", "", "lines", "临港10路 浦东32路"),
    ("“198”地块减量三年内完成", "", "", "whole", ""),
    ("江苏如东临港产业集聚区等园区政策比较", "", "", "outside", ""),
    ("培训特斯拉供应商大会志愿者", "", "", "whole", ""),
    ("公交首末站设于滴水湖枢纽站，至云水路、世纪塘路绕行", "", "", "zones", "滴水湖枢纽站 云水路 世纪塘路"),
    ("临港5路由沪城环路改道，临港9路末班车延后", "", "hucheng-ring-road", "lines", "临港5路 临港9路"),
    ("水华路288号至560号段铣刨加罩", "", "base-shuihua", "zones", ""),
    ("推进洋山支线通道方案比选", "", "", "lines", "洋山支线"),
    ("支持中国航海博物馆举办特展", "", "", "zones", "中国航海博物馆"),
    ("洋山海关、浦东海关推广两步申报", "", "", "whole", ""),
    ("嘉定、青浦、南汇五个新城加快产城融合", "town-nanhui", "", "zones", ""),
    ("四团、万祥北部划为永久基本农田", "town-situan town-wanxiang", "", "zones", ""),
    ("大团镇、老港镇联动发展，完善北部交通联系", "", "", "zones", "大团镇 老港镇"),
    ("惠南镇、祝桥镇产业协作", "", "", "outside", ""),
    ("推进海湾镇、奉城镇农田整治", "", "", "zones", "海湾镇 奉城镇"),
    ("鼓励临港产业发展港口经济", "", "", "whole", ""),
    ("推进南汇新城老城厢改造，提升城镇品质", "town-nanhui", "", "zones", ""),
    ("南汇东滩滩涂整治", "", "", "zones", "南汇东滩"),
    ("推进临港弘阳广场、万达广场开业", "", "", "zones", "临港弘阳广场 万达广场"),
    ("加快临港大学城高校围墙打开", "", "", "zones", "临港大学城"),
    ("推进中船动力、上海电气等企业智能化改造", "", "", "whole", ""),
    ("T6线（滴水湖站—泥城站）开工建设", "", "t6", "zones", ""),
    ("T2、T6等中运量线路运营评估", "", "t2 t6", "lines", ""),
    ("泥城镇横港村、万祥镇地块动迁", "town-nicheng town-wanxiang", "", "zones", "横港村"),
    (
        "四团镇、泥城镇、书院镇、万祥镇、南汇新城镇以及申港社区、芦潮港社区全部纳入网格化管理",
        "town-situan town-nicheng town-shuyuan town-wanxiang town-nanhui shengang luchaogang",
        "",
        "zones",
        "",
    ),
    (
        "强化特保区与洋山深水港、上海南港联动，建设国际中转集拼中心",
        "yangshan yangshan-island yangshan-luchao",
        "",
        "zones",
        "",
    ),
    ("泥城、四团两镇共建稻渔综合种养基地", "town-nicheng town-situan", "", "zones", ""),
    ("万祥、书院等镇级园区转型提质", "town-wanxiang town-shuyuan", "", "zones", ""),
    ("推进平安乡村建设，提升基层治理能力", "", "", "whole", ""),
    ("新建水芸路、雁栖路、汀兰路，完善次干路网", "", "base-shuiyun", "lines", "雁栖路 汀兰路"),
    (
        "两港大道（新元南路—G1503）高架段建成通车",
        "",
        "lianggang-avenue g1503 xinyuan-south-road",
        "lines",
        "",
    ),
    ("配合推进S2公路改扩建，研究S3公路南延伸", "", "s2 s3", "lines", ""),
    ("T1线增购氢能源车辆，T2线完成示范验收", "", "t1 t2", "lines", ""),
    ("16号线、两港快线与中运量实现站点无缝换乘", "", "line-16 lianggang-express", "lines", ""),
    ("东海大桥集卡自动驾驶车队扩大规模", "", "donghai-bridge", "lines", ""),
    ("芦潮港镇区城市更新方案获批", "luchaogang", "", "zones", ""),
    ("洋山港LNG加注业务量突破60万立方米", "yangshan-island", "", "zones", ""),
    ("“中国洋山港”籍船舶登记便利化", "", "", "whole", ""),
    ("支持港城集团、临港投控集团盘活存量资产", "", "", "whole", ""),
    ("滴水湖金融论坛成功举办", "", "", "whole", ""),
    ("建平临港小学、明珠临港小学扩班", "dishui-core", "", "zones", ""),
    (
        "新建书院镇洋溢幼儿园、万祥镇宏祥小学",
        "town-shuyuan town-wanxiang",
        "",
        "zones",
        "书院镇洋溢幼儿园 万祥镇宏祥小学",
    ),
    ("芦潮港社区卫生服务中心智慧化改造", "luchaogang", "", "zones", ""),
    ("四团镇社区卫生服务中心与六院临港院区组建医联体", "town-situan dishui-core", "", "zones", ""),
    ("支持中芯国际、新昇半导体提升产能", "chip-port", "", "zones", ""),
    ("建设前沿产业区加氢站、综合产业区换电站", "frontier-tech comprehensive", "", "zones", ""),
    ("“東方芯港”與“生命藍灣”聯合招商", "chip-port life-bay", "", "zones", ""),
    ("滴 水 湖 环 湖 景 观 提 升", "dishui-lake", "", "zones", ""),
    ("推进“１０５区域”能源站建设", "community-105", "", "zones", ""),
    ("推动《滴水湖核心区城市设计》成果转化", "", "", "whole", ""),
    ("完善临港新片区与浦东新区协同治理机制", "", "", "whole", ""),
    ("推进川沙新镇、祝桥镇土地整理", "", "", "outside", ""),
    ("与苏州工业园区、杭州高新区交流对口经验", "", "", "outside", ""),
    ("推动长三角一体化发展，牵头成立产业联盟", "", "", "outside", ""),
    ("实施法治政府示范创建，规范行政执法", "", "", "whole", ""),
    (
        "信息飞鱼二期、科创总部湾二期、科技城四期同步推进",
        "flying-fish innovation-bay tech-city",
        "",
        "zones",
        "",
    ),
    ("建设西引河滨水空间，疏浚夏涟河", "", "west-channel", "lines", "夏涟河"),
    ("泐马河水闸外移工程开工", "", "lema-river", "lines", "泐马河水闸"),
    ("推进Y5路、D11路、Z3路建设", "", "y5", "lines", "D11路 Z3路"),
    ("C03-02、C03-04地块公共租赁住房开工", "", "", "zones", "C03-02 C03-04地块"),
    ("推进107社区、103社区学校建设", "community-103", "", "zones", "107社区"),
    ("推动星空之境海绵公园提升改造", "dishui-core", "", "zones", ""),
    (
        "机场南片区、小洋山、芦潮港三区保税功能联动",
        "yangshan-airport yangshan-island yangshan-luchao",
        "",
        "zones",
        "",
    ),
    ("T5区域首个标准仓库竣工，纳入特保区封关范围", "yangshan-airport yangshan", "", "zones", ""),
    ("开展小洋山北侧围垦，推进与浙江共同开发", "yangshan-island", "", "zones", ""),
    ("沪乍杭铁路、南枫线、沪通铁路二期协调推进", "", "huzhahang nanfeng hutong-2", "lines", ""),
    ("建设临港大宗商品交易中心、临港氢能检测中心", "", "", "whole", ""),
    ("临港外国语学校扩建，滴水湖实验小学选址", "", "", "zones", "临港外国语学校 滴水湖实验小学"),
]


@pytest.mark.parametrize("text, in_zones, along, scope, unplaced", TASKS, ids=[row[0] for row in TASKS])
def test_unseen_task(geocoder, text, in_zones, along, scope, unplaced):
    result = geocoder.geocode(text)
    assert zones(result) == set(in_zones.split())
    assert lines(result) == set(along.split())
    assert result.scope == scope
    listed = [words for _, _, words in result.unplaced]
    assert all(any(name in words for words in listed) for name in unplaced.split())


# text, zones, lines, scope, heading
BELOW_HEADINGS = [
    ("新增离岸账户企业300家，促进贸易便利化", "yangshan", "", "zones", "三、推动洋山特殊综合保税区功能升级"),
    ("开展跨境数据流动“白名单”制度试点", "flying-fish", "", "zones", "（四）建设信息飞鱼数字经济高地"),
    ("加强与长三角港口群合作", "yangshan", "", "zones", "（二）提升洋山特殊综合保税区枢纽功能"),
    (
        "承接张江科学城成果转化，临港新片区打造成果中试平台",
        "intl-innovation",
        "",
        "zones",
        "2.高水平建设国际创新协同区",
    ),
    ("推进社区服务中心和邻里中心布局", "town-nicheng", "", "zones", "（六）泥城镇重点工作"),
    ("改造提升书院镇外灶村、李雪村农田水利设施", "town-shuyuan", "", "zones", "（六）泥城镇重点工作"),
    ("扩大国际中转集拼规模，服务东盟航线", "yangshan", "", "zones", "（三）推进洋山特殊综合保税区高质量发展"),
    ("改造老旧商业设施", "shengang", "", "zones", "四、申港社区重点项目"),
]


@pytest.mark.parametrize("text, in_zones, along, scope, heading", BELOW_HEADINGS)
def test_unseen_task_below_a_heading(geocoder, text, in_zones, along, scope, heading):
    result = geocoder.geocode(text, path=["三、主要任务", heading])
    assert zones(result) == set(in_zones.split())
    assert lines(result) == set(along.split())
    assert result.scope == scope


@pytest.mark.parametrize(
    "text, heading, passed_on",
    [
        ("公平村、马厂村改造小菜园", "泥城镇2025年政府工作报告（摘编）", "town-nicheng"),
        ("完善预案，组织演练", "泥城镇2025年政府工作报告（摘编）", ""),
        ("扶持西甜瓜品牌", "第三节 书院、万祥优质农产品基地", "town-shuyuan town-wanxiang"),
    ],
)
def test_what_a_heading_passes_on(geocoder, text, heading, passed_on):
    assert zones(geocoder.geocode(text, "", [heading])) == set(passed_on.split())


@pytest.mark.parametrize(
    "text, heading",
    [
        ("赴深圳前海考察学习", "（三）推进洋山特殊综合保税区建设"),
        ("改造泥城镇老旧泵房", "（三）推进洋山特殊综合保税区建设"),
        ("扩大合作", "（三）洋山特殊综合保税区与泥城镇联动"),
    ],
)
def test_a_heading_is_not_passed_on_to_another_place(geocoder, text, heading):
    assert "yangshan" not in zones(geocoder.geocode(text, path=[heading]))


@pytest.mark.parametrize(
    "text",
    ["新增人均公园绿地", "建设中心站和中心公园", "保护沙滩和海滩", "推进小城镇建设", "泥城老旧小区改造"],
)
def test_descriptions_are_not_listed_as_unplaced(geocoder, text):
    assert geocoder.geocode(text).unplaced == ()


def test_a_town_facility_answers_with_and_without_the_word_town(geocoder):
    targets = {link.target for link in geocoder.geocode("泥城镇养老院、书院养老院扩建").links}
    assert {"nicheng-elderly-home", "shuyuan-elderly-home"} <= targets


COUNT_SEARCHES = """
import sys
from geo import conditions
from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder
from lingang.locations import data_dir

searches, find_all = [], conditions.find_all
conditions.find_all = lambda text, word: searches.append(word) or find_all(text, word)
geocoder = Geocoder(read_gazetteer(data_dir()))
for name in sys.argv[1:]:
    for repeats in (300, 3000):
        searches.clear()
        geocoder.geocode(name * repeats)
        print(len(searches), end=" ")
"""


def test_words_around_names_are_looked_for_once_however_often_the_names_stand():
    names = ["洋山", "芦潮港", "书院、", "机场南", "T5、"]
    plain = {**os.environ, "LINGANG_COMPILED": "0"}  # in compiled code no call can be counted
    command = [sys.executable, "-c", COUNT_SEARCHES, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=plain, timeout=300)
    counts = [int(count) for count in done.stdout.split()]
    assert len(counts) == 2 * len(names)
    assert counts[::2] == counts[1::2]
    assert 0 not in counts
