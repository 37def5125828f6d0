"""Which numbers does a clause promise, in which unit, and how are they meant?

Values are in the unit's usual name with 万 and 亿 multiplied out. Numbers that only name something
(103社区, 5G, 1.0版, 第3家, 80米景观带) have no unit of `plans.units` behind them, or no promise before them,
and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from plans.clauses import Clause, DatedClause
from plans.dues import PlanYears, is_past
from plans.numerals import NUMBER, SCALE, parse_number
from plans.units import UNIT, canonical_unit

_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.\-—–/第+#每〇零一二两三四五六七八九十百千万亿首前])(?P<low>{NUMBER})(?P<scale1>{SCALE})?"
    rf"(?:[-—–~至到](?P<high>{NUMBER}))?(?P<more1>[余多])?(?P<scale>{SCALE})?(?P<more2>[余多])?(?P<unit>{UNIT})"
    r"(?P<after>及?以上|以内|以下|之内|左右|上下)?"
)
# A clause without any of these promises no number.
_NUMERIC = re.compile(r"[\d〇零一二两三四五六七八九十百千万亿翻番倍半]")
_SHARE = re.compile(
    r"(?P<below>[二三四五六七八九十]{1,3}"
    r"|百)分之(?P<above>[一二三四五六七八九十百]{1,6})(?P<after>及?以上|以内|以下|左右)?"
    r"|(?P<tenths>[一二两三四五六七八九])成(?P<half>半)?(?=[，。；、）)]|以上|左右|$)(?P<after3>以上|左右)?"
    r"|(?<![\d/.\-])(?P<top>[1-9])/(?P<bottom>[2-9]|10)(?![\d/.])(?P<after2>及?以上|以内|以下|左右)?"
)
_HEADS = {"人次": "人次", "人数": "人", "人口": "人", "人口规模": "人", "户数": "户"}
_UNITLESS = re.compile(
    rf"(?P<head>人次|人数|人口规模|人口|户数)(?P<word>达到|达|突破|超过|不少于|不低于"
    rf"|约)(?P<number>\d{{1,12}}(?:\.\d{{1,4}})?)(?P<scale>{SCALE})?"
    r"(?P<after>以上|左右|以内)?(?=[，。；、）)]|$)"
)
_WORTH_HEAD = re.compile(  # 产值突破1000亿
    rf"(?:规模|产值|营收|收入|投资额?|生产总值|GDP|总量|总额|余额|交易额|销售额|成交额|增加值)(?P<word>达到|达|突破|超过"
    rf"|不少于|不低于|约)(?P<number>{NUMBER})(?P<scale>{SCALE}?)(?<=亿)(?P<after>以上|左右|以内)?(?=[，。；、）)]|$)"
)
_WORTH = re.compile(rf"(?<![\d.第])(?P<number>{NUMBER})(?P<scale>[千百十]?亿|万亿)(?:规模|体量)")
_MULTIPLE = re.compile(r"翻(?P<times>[一两二三])?番")
_COMPARE = re.compile(
    r"(?P<word>不少于|不低于|不小于|不下于|不下|至少|最低|力争达到|达到|达|超过|突破|超|高于|大于|多于"
    r"|上|不超过|不高于|不多于|不大于|少于|低于"
    r"|控制在|小于|最多|降至|降到|压减到|压减至|压缩至|压缩到|缩短至|缩短到|下降到|下降至|大约|约为|将近|约|近|迈上|站上|跨上|跃上|迈过|跨过|跨越|跃升至|攀升至|上升到|增长到|增长至|提高到|提升到|提升至|提高至|增加到"
    r"|增加至|增至|扩大到|扩大至)(?P<tail>至|到)?$"
)
_OPS = {
    **dict.fromkeys(
        (
            "不超过",
            "不高于",
            "不多于",
            "不大于",
            "少于",
            "低于",
            "控制在",
            "小于",
            "最多",
            "降至",
            "降到",
            "压减到",
            "压减至",
            "压缩至",
            "压缩到",
            "缩短至",
            "缩短到",
            "下降到",
            "下降至",
        ),
        "<=",
    ),
    **dict.fromkeys(("以内", "以下", "之内"), "<="),
    **dict.fromkeys(("大约", "约为", "将近", "约", "近", "左右", "上下"), "~"),
}  # every other comparing word means at least
_BOUNDS = ("不少于", "不低于", "不小于", "不下于", "至少", "超过", "突破", "以上", "高于", "大于", "超")
_GROWTH = re.compile(
    r"(?P<word>增长|提升|提高|增加|增幅|增速|增长率|上升|递增|下降|降低|减少|压减|压降|压缩|缩短|缩减|削减|精简|下浮|节约|节省|降幅)(?:率"
    r"|幅度)?(?:为|在|保持在|保持)?(?P<bound>不少于|不低于|不小于|至少|力争达到|达到|达|超过|突破|约|近"
    r"|超)?$"
)
_GROWTH_LIST = re.compile(  # 分别增长6%和7.5%
    rf"(?:{_GROWTH.pattern.removesuffix('$')})[\d.]{{1,8}}%(?:以上|左右)?[、和与]$"
)
_DOWN = (
    *("下降", "降低", "减少", "压减", "压降", "压缩", "缩短", "缩减", "削减", "精简", "下浮", "节约", "节省"),
    "降幅",
)
_DOWN_THING = re.compile(  # 减少审批材料三分之一
    r"(?:下降|降低|减少|压减|压降|压缩|缩短|缩减|削减|精简|节约|节省)(?!至|到)(?P<what>[^，、\d]{2,16}?)"
    r"(?<![至到在])(?P<bound>不少于|不低于|至少|超过|约)?$"
)
_PROMISE = re.compile(
    "力争|确保|新增|新建|新设|新开|设立|建成|建设|开工|完成|引进|引入|打造|培育|落户|实现|推动|推进|开展|加快"
    "|加速|启动|签约|集聚|承接|争取|形成|建立"
    "|组建|出台|培养|接入|安装|储备|添置|筹集|孵化|举办|吸引|招引|开设|改造|提供|投放|累计|构建|争创"
    "|创建|汇聚|带动|赋能|扩建|开通|开行|发放|配备|布局|认定|发布|制定|编制|加装|新装|拆除|盘活|收储"
    "|出让|消除|改建|铺设|种植|植树|清理|整治|修复|招聘|选派|打通|疏浚|接待|实施|惠及|化解|更新|投入"
    "|布设|评选|开行|培训|清淤|疏浚|搬迁|征收|拆迁|腾退|处置|排查|治理|救助|资助|招收|淘汰|采购|攻克|选树|筛查"
    "|安置|投运|供应|新改|新辟|压减|提质|升级|栽植|复垦|征地|每[^，。、]{2,8}拥有|实际利用|实际使用|实际到位|招商|融资|发行|减免|转化"
)
_ADD = re.compile(r"(?:新增设?|新建|新设立?|新开|再建|增设)$")
_DIRECT = re.compile(
    r"(?:新增设?|新建|新设立?|新开工?|开工|竣工|建成|建设|引进|引入|打造|培育|完成|举办|设立|创建|争创"
    r"|开通|改造|布局|筹建|新改建|带动|赋能|储备|汇聚|集聚|服务|组织|添置|开展)$"
)
_BUILT = re.compile(r"(?:新增|新建|新设|新开|新改建|建成|建设|改造|改建|扩建|增设)[^，；]{2,24}$")
_ENDS_PHRASE = re.compile(r"$|[，、；。和及（(\n]")
_ATTRIBUTE = re.compile(
    r"(?<!新增)(?<!完成)(?<!实现)(?:总投资额?|概算投资|总建筑面积|总?占地面积|占地|总用地面积|用地面积|全长|总长度?|路线长度?|线路长度?)"
    r"(?:约|为|近|大约)?$"
)
_RATE = re.compile(
    r"(?:率|比例|比重|占比|覆盖|覆盖面|份额|达标率)"
    r"(?:为|在|保持在?|稳定在|维持在|稳定保持在|均为|实现)?$"
)
STAGE_LATER = re.compile(
    "开工|竣工|建成|完工|封顶|投运|投用|投产|开业|开学|开办|并网"
    "|落户|落地|入驻|入住|开行|揭牌|挂牌|上市|交付|贯通"
)
_QUALIFIED = re.compile(r"(?:的)?(?:重大|重点|产业|工业|先进)?(?:项目|企业|工程)")
_IDIOM = re.compile(
    r"千家万户|百家争鸣|百家讲坛|千人一面|百花|千百|[两二三四五六七八九十]个(?:中心|维护|确保|自信|意识"
    r"|面向|统筹|方面|阶段|层面|转变)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: its span with the comparing words, what it says."""

    start: int
    end: int
    number: tuple[int, int]
    op: str
    value: int | float
    upper: int | float | None
    unit: str
    at_least: bool = False


def find_quantities(text: str, dated: DatedClause, years: PlanYears, listed: bool) -> Iterator[Quantity]:
    """Yield the promised numbers of a dated clause in order; dates and spans of years are none.

    `listed` says that the sentence has promised a number before, so a bare one goes on with its list.
    """
    clause, dues = dated.clause, dated.dues
    if not _NUMERIC.search(text, clause.start, clause.end):
        return
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text, clause.start, clause.end):
        if any(due.start <= match.start() < due.end for due in dues) or _IDIOM.match(text, match.start()):
            continue
        if text.startswith("级", match.end()):
            continue  # 10万吨级航道: a class
        if quantity := _read_quantity(text, dated, match, listed):
            found.append(quantity)
    for match in _SHARE.finditer(text, clause.start, clause.end):
        if quantity := _read_share(text, clause, match):
            found.append(quantity)
    for match in _MULTIPLE.finditer(text, clause.start, clause.end):
        times = {"一": 1, None: 1, "两": 2, "二": 2, "三": 3}[match["times"]]
        found.append(Quantity(match.start(), match.end(), match.span(), "×", 2**times, None, "倍"))
    for match in _UNITLESS.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        if value is not None and not any(
            match.start("number") < other.end and other.start < match.end() for other in found
        ):
            op = _OPS.get(match["after"] or match["word"], ">=")
            start = match.start("word")
            number = match.span("number")[0], match.end()
            found.append(Quantity(start, match.end(), number, op, value, None, _HEADS[match["head"]]))
    found.extend(_worth(text, clause))
    due = max((due for due in dues), default=dated.carried)
    if is_past(due, years):
        return
    yield from sorted(found, key=lambda quantity: quantity.start)


def _worth(text: str, clause: Clause) -> Iterator[Quantity]:
    """Money without its unit: 产值突破1000亿, 1000亿规模的集群."""
    for match in _WORTH_HEAD.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        if value is not None:
            op, number = _OPS.get(match["after"] or match["word"], ">="), (match.start("number"), match.end())
            yield Quantity(match.start("word"), match.end(), number, op, value, None, "元")
    for match in _WORTH.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        compare = _COMPARE.search(text, max(clause.start, match.start() - 8), match.start())
        if value is not None and (compare or _PROMISE.search(text, clause.start, match.start())):
            start = compare.start() if compare else match.start()
            op = _OPS.get(compare["word"], ">=") if compare else "=="
            yield Quantity(start, match.end(), (match.start(), match.end()), op, value, None, "元")


def _falls(text: str, clause: Clause, found: re.Match[str]) -> re.Match[str] | None:
    """The verb and the thing of 减少审批材料三分之一."""
    return _DOWN_THING.search(text, max(clause.start, found.start() - 24), found.start())


def _read_quantity(text: str, dated: DatedClause, found: re.Match[str], listed: bool) -> Quantity | None:
    """The number with its comparison, or None where it is not promised."""
    clause = dated.clause
    head = text[max(clause.start, found.start() - 16) : found.start()]
    growth, compare = _GROWTH.search(head) or _GROWTH_LIST.search(head), _COMPARE.search(head)
    if compare and compare["word"] == "上" and found["low"][0] not in "十百千万":
        compare = None  # 在此基础上3家
    unit, after = canonical_unit(found["unit"]), found["after"] or ""
    start = found.start() - (len(compare[0]) if compare else 0)
    scale = (found["scale1"] or "") + (found["scale"] or "")
    value, upper = (
        parse_number(found["low"], found["scale1"] if found["high"] and found["scale1"] else scale),
        None,
    )
    if value is None:
        return None
    if found["high"]:
        if not found["scale1"]:
            value = parse_number(found["low"], found["scale"]) or 0
        upper = parse_number(found["high"], found["scale"])
        if upper is None or upper <= value:
            return None  # 2023-01: no range
    number = found.span()
    if unit in ("%", "个百分点") and growth:
        down = growth["word"] in _DOWN
        bounded = (growth["bound"] or "") in _BOUNDS or after in _BOUNDS or after == "及以上"
        start = found.start() - (0 if "%" in growth[0] else len(growth[0]))
        return Quantity(start, found.end(), number, "+%", -value if down else value, upper, unit, bounded)
    if unit == "%" and not (compare and compare["tail"]) and (fall := _falls(text, clause, found)):
        start = found.start() - len(fall["bound"] or "")
        bounded = (fall["bound"] or after) in _BOUNDS
        return Quantity(start, found.end(), number, "+%", -value, upper, unit, bounded)
    more = bool(found["more1"] or found["more2"] or upper)
    word = after or (compare["word"] if compare else "")
    op = _OPS.get(word, ">=") if word else ">=" if more else "=="
    attribute = _ATTRIBUTE.search(head) if op in ("==", "~") else None
    if attribute and not head[: attribute.start()].endswith("、"):
        return None  # 总投资28亿元的项目: what it is, not what is promised
    if not word and not _is_promised(text, dated, found, unit, listed):
        return None
    if not found["low"][0].isdigit() and not word and not _spelled_promise(text, clause, found, int(value)):
        return None
    if unit == "元" and after in _BOUNDS and not compare and _QUALIFIED.match(text, found.end()):
        return None  # 亿元以上项目5个: a class of projects
    return Quantity(start, found.end(), number, op, value, upper, unit)


def _is_promised(text: str, dated: DatedClause, found: re.Match[str], unit: str, listed: bool) -> bool:
    """Whether a number without a comparing word is promised, not told; a list goes on as it began."""
    clause = dated.clause
    if unit in ("%", "个百分点"):
        rate = _RATE.search(text, max(clause.start, found.start() - 12), found.start())
        stands_last = found.end() == clause.end or text[found.end() : found.end() + 1] in "、和及（("
        return bool(rate and stands_last)
    if _PROMISE.search(text, clause.start, found.start()) or (listed and found.end() == clause.end):
        return True
    return bool(STAGE_LATER.search(text, found.end(), clause.end)) or bool(dated.dues or dated.carried)


def _spelled_promise(text: str, clause: Clause, found: re.Match[str], value: int) -> bool:
    """Whether a number in Chinese signs is a count: 新增一所, 建成两座, 赋能千家; 一批, 三个转变 are none."""
    if found["unit"] in ("倍", "次", "种", "个") and value < 100 and not found["more1"]:
        return _ADD.search(text, max(clause.start, found.start() - 4), found.start()) is not None
    if found["unit"] == "条" and found.end() == clause.end:
        return False  # 科创新十条 is a document
    if value == 1:
        return _ADD.search(text, max(clause.start, found.start() - 4), found.start()) is not None
    if value >= 100 and found["unit"].startswith("人") and found["low"][0] in "百千万":
        return False
    if _BUILT.search(text, clause.start, found.start()) and found["unit"] in "所座家处条户栋":
        return _ENDS_PHRASE.match(text, found.end()) is not None  # 新建幼儿园三所
    return (
        _DIRECT.search(text, max(clause.start, found.start() - 4), found.start()) is not None or value >= 10
    )


def _read_share(text: str, clause: Clause, found: re.Match[str]) -> Quantity | None:
    """三分之二以上, 百分之二十, 1/3, 两成: shares in per cent."""
    below = 10 if found["tenths"] else parse_number(found["below"] or found["bottom"])
    above = parse_number(found["tenths"] or found["above"] or found["top"])
    if found["half"] and above:
        above += 0.5  # 三成半
    if not below or not above or above > below:
        return None
    value = Decimal(above) * 100 / Decimal(below)
    share = int(value) if value == value.to_integral_value() else float(round(value, 2))
    head = text[max(clause.start, found.start() - 16) : found.start()]
    growth, compare, after = (
        _GROWTH.search(head),
        _COMPARE.search(head),
        found["after"] or found["after2"] or found["after3"] or "",
    )
    if growth:
        start = found.start() - len(growth[0])
        change = -share if growth["word"] in _DOWN else share
        return Quantity(start, found.end(), found.span(), "+%", change, None, "%", after in _BOUNDS)
    if not (compare and compare["tail"]) and (fall := _falls(text, clause, found)):
        start = found.start() - len(fall["bound"] or "")
        bounded = (fall["bound"] or after) in _BOUNDS
        return Quantity(start, found.end(), found.span(), "+%", -share, None, "%", bounded)
    word = after or (compare["word"] if compare else "")
    if not word and not _RATE.search(head):
        return None
    start = found.start() - (len(compare[0]) if compare else 0)
    return Quantity(
        start, found.end(), found.span(), _OPS.get(word, ">=") if word else "==", share, None, "%"
    )
