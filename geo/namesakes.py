"""When is a place's name not the place? In the names of others, and where the place is only spoken of.

滴水湖新兴金融大会 is an event, 泥城镇政府 an office, “滴水湖”号 a ship; 复制推广洋山模式 happens elsewhere,
and 书院镇代表团赴贵州考察 happens in 贵州. Each rule is a class of words that stand right beside the name, so
that it holds for names and texts that nobody has seen. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.characters import Characters
from geo.folding import Folded

if TYPE_CHECKING:
    from geo.mentions import Mention

# A zone's name with one of these right behind it names something else: 申港大道, 环湖西三路, 书院港.
_LONGER_PLACE: Final = re.compile(
    r"[东南西北中一二三四五六七八九十]{0,3}"
    r"(?:大道|公路(?!网)|支路|环路|路(?![网况段面口侧域径灯线])|街(?![道坊区])"
    r"|弄|大桥|立交|隧道|支线|联络线|专用线|专线|快线|环线|\d{1,4}路(?![口段])"
    r"|站(?![点位前台内])"
    r"|河(?![道网湖流长段浜口])|港(?![区口航城湾产务池])|塘(?![坝桥])|浦(?![东江西])|村(?!镇|庄|民|居|级|社|组|容))"
)
_STARTS_OF_LONGER: Final = Characters(
    "东南西北中一二三四五六七八九十大公支环路街弄立隧站河港塘浦村联专快0123456789"
)
# … or an event, an institution, a company, a document: 滴水湖新兴金融大会, 泥城集团. Each alternative begins
# with a plain character, which makes the search fast.
_CARRIER: Final = re.compile(
    r"论坛(?!中心|会址|永久|场馆)|大会|峰会|年会|集团(?!化|式|项目|总部|基地|厂)|公司(?!项目|总部|基地|厂)"
    r"|联盟|协会|学会|商会|指数|马拉松|杯|基金(?!小镇|产业|港|湾|集聚)|奖(?![励补惩项牌学])|赛(?![道场车区])"
    r"|伙伴计划|对话会|研讨会|推介会|博览会|音乐节|艺术节|科技节|嘉年华|沙龙"
    r"|创投|投控|控股|置业|资管|技术规程|规程|规范(?!化)|白皮书|蓝皮书|年鉴"
)
_EVENT: Final = re.compile(
    r"(?:全球|国际)?(?:供应商|开发者|合作伙伴|经销商|用户)?(?:大会|峰会|年会|论坛(?!中心|会址))"
)
_CARRIER_REACH: Final = 11  # characters looked at: up to seven between, and the noun
# … or an office, a team, a medium: 洋山边检站, 书院镇志愿服务队. What is built for it is a place.
_OFFICE: Final = re.compile(
    r"政府|管委会|党工?委|党支部|人大|政协|工会|妇联|团委|委员会|基金会|联合会|研究会|理事会|工商联"
    r"|海事[处局]|边检站?|海关|法院|检察院|法庭|公安[处局]|分局|支队|大队|中队|派出所|税务所|监管所|司法所"
    r"|办事处|办公室|专班|指挥部|管理中心|服务队|志愿者|志愿队|巡逻队|突击队|代表队|球队|乐团|合唱团|艺术团|俱乐部"
    r"|画院|诗社|文联|银行|支行|分行|营业部|证券|保险|报社|日报|晚报|公众号|小程序|APP|网站"
)
_OFFICE_REACH: Final = 10
_OFFICE_ROOMS: Final = (
    *("监管", "查验", "卡口", "大楼", "办公", "大院", "旧址", "特殊", "新址"),
    *("用房", "业务用房", "营业厅"),
)
REPORTS: Final = ("工作报告", "工作要点", "工作安排", "重点工作")
_NO_NAME: Final = re.compile(r"[^\u4e00-\u9fffA-Z0-9]")
_BUILT: Final = re.compile(r"[新迁改扩重]建|建设|开工|竣工|落成|选址|装修|改造|修缮|启用|搬迁|入驻|封顶")
_VERBS: Final = re.compile(
    r"建设|举办|推进|推动|落户|设立|引进|引入|召开|开展|成立|打造|承办|筹办|入驻|组建|建立|加快|支持|完善|发展|落地|参加|开工"
    r"|的|内|等|与|和|及|区域|园区"
)
# Behind a name with one of these nothing goes on: what matters is that the two patterns above say so too.
_ENDS_OF_NAME: Final = Characters(",、。;:!?()《》·-/的内等与和及")
_COMPANY_WORDS: Final = frozenset(
    ["发展", "建设", "开发", "产业", "投资", "建设发展", "开发建设", "投资发展", "产业发展"]
)
# … or what comes from there, or is said to be like it: 泥城草莓, 复制推广洋山模式.
_IDEA: Final = re.compile(
    r"模式|经验|速度(?!快)|做法|样本|样板(?![间段])|精神|故事|指数|号[轮船]|籍"
    r"|(?:[甜西]瓜|草莓|葡萄|水?蜜[桃梨]|大米|稻米|羊肉|番茄|芦笋|大闸蟹)(?!基地|种植|产业园|园|合作社)"
)

_STARTS_OF_IDEA: Final = Characters("模经速做样精故指号籍甜西草葡水蜜大稻羊番芦")

# The place is a measure for something elsewhere: 对标东方芯港, 相当于三个滴水湖, 祖籍书院镇.
_COMPARED_BEFORE: Final = (
    *("对标", "比照", "参照", "借鉴", "学习", "复制", "复制推广", "类似", "类似于", "仿照", "媲美", "版"),
    *("相当于", "祖籍", "原籍", "籍贯", "不在", "并非"),
)
_ENDS_OF_SPOKEN: Final = Characters("个为以和" + "".join(words[-1] for words in _COMPARED_BEFORE))
_MEASURED_BEFORE: Final = re.compile(r"(?:相当于|超过|近)[^,。;!?:]{0,4}个$")
_MODEL_AFTER: Final = re.compile(r"[^,。;!?:]{0,12}?为(?:原型|蓝本|范本|参照)")

# 与上海海洋大学签署协议, 为特斯拉配套: a partner, not the place.
_PARTNER_BEFORE: Final = re.compile(r"(?:与|同|联合|会同|携手|联手)(?:[^,。;!?:]{0,60}(?:、|和|及))?$")
_PARTNER_AFTER: Final = re.compile(
    r"(?:(?=[、和及])[^,。;!?]{0,60}?|[^,。;!?]{0,20}?)(?:签署|签订|签约|合作|共建|联合|共同"
    r"|达成|对接|设立|成立|组建|开设|举办|培养|开展)"
)
_SUPPLIED_AFTER: Final = ("配套", "供货", "代工")

# A name in quotation marks as a brand, a ship, a campaign: “书院”牌大米, “环湖通”, “蓝湾”整治行动.
_BRAND_AFTER: Final = re.compile(
    r"牌(?![照坊匾])|号(?![线楼院地])|杯|奖|整治|专项行动|行动|主题|系列"
    r"|等?[\u4e00-\u9fff]{0,8}(?:公用|党建|服务|文化|产品|农产)品牌"
)
# What follows the name inside the quotation marks when they hold the name of a part of the place.
_PART_INSIDE: Final = re.compile(
    r"(?:[湾港城园区镇村路岛湖核带谷站线桥期]|社区|中心|基地|工程|项目|建设|TOD)$"
)
# “东山敬老”院: the name goes on behind them
_NOUN_AFTER: Final = re.compile(r"[院园镇村路岛湖区港城桥站楼厂馆街]")
_THEME_AFTER: Final = re.compile(r"为主?题|主题|(?:空间|发展|产业)?格局")
_LONGEST_IN_QUOTES: Final = 4  # characters that may follow a name inside its quotation marks
_LONGEST_SLOGAN: Final = 12

# Somebody from the place goes elsewhere: what happens, happens there.
_GOES_TO: Final = ("赴", "走进", "远赴", "奔赴", "前往", "援建", "援助", "落户")
_LONGEST_WAY: Final = 40
_BREAK: Final = re.compile(r"[,。;!?:]")
_AT: Final = ("在", "于", "於")
_STAYS: Final = ("在", "于", "位于")
# Areas that hold the New Area or a part of it: a place named after them may well be here.
_HOLDS_US: Final = ("上海", "浦东", "奉贤", "南汇", "中国", "长三角", "长江", "华东", "东海", "杭州湾")
_LONGEST_PLACE: Final = 3
_NO_ROADS: Final = frozenset("网况段面口径灯线")
_NO_PLACE: Final = frozenset(",、。;:!?()和与及同来到赴在从向对往经的")
_ADMINISTRATIVE: Final = ("", "市", "省", "县", "区")


def names_road(text: str, end: int) -> bool:
    """Whether a water or a wall only gave its name to a road: 世纪塘路."""
    return text.startswith("路", end) and text[end + 1 : end + 2] not in _NO_ROADS


def is_event(text: str, end: int) -> bool:
    """Whether a site only gave its name to a meeting: 特斯拉供应商大会."""
    return _EVENT.match(text, end) is not None


def begins_longer_place(folded: Folded, end: int) -> bool:
    """Whether a zone's name that ends at `end` is only the first part of the name of another place."""
    text = folded.text
    if not _STARTS_OF_LONGER.stands_at(text, end):  # as mostly
        return False
    return end not in folded.quotes and _LONGER_PLACE.match(text, end) is not None


def belongs_to_other(folded: Folded, end: int) -> bool:
    """Whether a zone's name that ends at `end` is part of the name of something that is no place."""
    text = folded.text
    if end >= len(text) or _ENDS_OF_NAME.stands_at(text, end) or end in folded.quotes:
        return False
    if _STARTS_OF_IDEA.stands_at(text, end) and _IDEA.match(text, end):
        return True
    office = _OFFICE.search(text, end, end + _OFFICE_REACH)
    if office is not None and _is_office(text, end, office):
        return True
    carrier = _CARRIER.search(text, end, end + _CARRIER_REACH)
    if carrier is None:
        return False
    between = text[end : carrier.start()]
    return between in _COMPANY_WORDS or _is_one_name(between)


def _is_office(text: str, end: int, office: re.Match[str]) -> bool:
    """Whether the noun makes an office of the name that ends at `end`, and nothing is built for it."""
    between = text[end : office.start()]
    if text.startswith(_OFFICE_ROOMS, office.end()) or not _is_one_name(between) or between.endswith("年"):
        return False
    if text.startswith(REPORTS, office.end()):  # 泥城镇政府工作报告 is about the town
        return False
    around = text[max(0, end - 16) : office.start()] + text[office.end() : office.end() + 8]
    return _BUILT.search(around) is None


def _is_one_name(between: str) -> bool:
    """Whether what stands between a place's name and a noun leaves both one name: no verb, no mark."""
    return not between or not (_VERBS.search(between) or _NO_NAME.search(between))


def is_authority_elsewhere(folded: Folded, start: int, end: int) -> bool:
    """Whether a place outside only names an authority or a company: 新加坡海关. A journey there is one."""
    return belongs_to_other(folded, end) and not folded.text.endswith(_GOES_TO, 0, start)


def is_partner(text: str, start: int, end: int) -> bool:
    """Whether an institution is named as somebody's partner only."""
    if _PARTNER_AFTER.match(text, end) is None:
        return False
    return _PARTNER_BEFORE.search(text[max(0, start - 66) : start]) is not None


def is_spoken_of(text: str, start: int, end: int) -> bool:
    """Whether a place is only compared with, supplied or denied."""
    if not _ENDS_OF_SPOKEN.stands_at(text, start - 1):  # as mostly
        return False
    previous = text[start - 1]
    if text.endswith(_COMPARED_BEFORE, 0, start):
        return True
    if previous == "个" and _MEASURED_BEFORE.search(text[max(0, start - 8) : start]):
        return True
    if previous == "为" and text.startswith(_SUPPLIED_AFTER, end):
        return True
    return previous in ("以", "和") and _MODEL_AFTER.match(text, end) is not None


def is_brand(folded: Folded, start: int, end: int) -> bool:
    """Whether a name inside quotation marks belongs to a brand, a ship, a campaign or a slogan."""
    text, quotes = folded.text, folded.quotes
    close, last = end, min(end + _LONGEST_SLOGAN, len(text))
    while close not in quotes:
        if close == last:
            return False
        close += 1
    if (close > end or start not in quotes) and _THEME_AFTER.match(text, close):
        return True
    if start not in quotes or close - end > _LONGEST_IN_QUOTES:
        return False
    if _BRAND_AFTER.match(text, close):
        return True
    return close > end and not (_PART_INSIDE.search(text[end:close]) or _NOUN_AFTER.match(text, close))


def mark_namesakes(folded: Folded, mentions: list[Mention]) -> None:
    """Disown the names of brands, of places elsewhere that share a name, and of mere origins."""
    if folded.quotes:
        for mention in mentions:
            if mention.place and is_brand(folded, mention.start, mention.end):
                mention.disown()
    has_outside = False
    for mention in mentions:
        has_outside = has_outside or mention.is_outside
    if len(mentions) < 2 or not has_outside:
        return
    text = folded.text
    for index, mention in enumerate(mentions):
        last = mentions[index - 1] if index else None
        if mention.is_outside:
            if text.endswith(_GOES_TO, 0, mention.start):
                _disown_origins(text, mentions, index)
            elif last and last.place and text[last.end : mention.start] in _AT:
                last.disown()  # 特斯拉在柏林的工厂
        elif last and (_is_in_another(text, last, mention) or _is_namesake_area(text, last, mention)):
            mention.disown()


def _disown_origins(text: str, mentions: list[Mention], journey: int) -> None:
    """Disown the places named in the same clause before a journey elsewhere, unless said to be the scene."""
    start = mentions[journey].start
    for last in reversed(mentions[:journey]):
        far = start - last.end > _LONGEST_WAY
        if far or _BREAK.search(text, last.end, start) or text.endswith(_STAYS, 0, last.start):
            return
        if last.place is not None:
            last.disown()


def is_elsewhere(outer: Mention) -> bool:
    """Whether a name is that of a place elsewhere, and not of an area that holds the New Area."""
    return outer.is_outside and not outer.name.startswith(_HOLDS_US)


def _is_namesake_area(text: str, outer: Mention, inner: Mention) -> bool:
    """Whether 临港 right behind a place elsewhere is another one: 江苏如东临港产业集聚区."""
    if inner.sense.role != "whole" or not is_elsewhere(outer) or inner.start - outer.end > _LONGEST_PLACE:
        return False
    return not _NO_PLACE.intersection(text[outer.end : inner.start])


def _is_in_another(text: str, outer: Mention, inner: Mention) -> bool:
    """Whether a name follows right after a place elsewhere that holds it: 江阴市申港街道."""
    if not is_elsewhere(outer):
        return False
    return inner.start - outer.end <= 1 and text[outer.end : inner.start] in _ADMINISTRATIVE
