"""Which numbers does a task promise: of what, how many, in which unit, by when?

Values are in the unit's usual name with 万 and 亿 multiplied out (25万㎡ -> 250000 平方米); `printed` keeps
the number as it stands. Numbers that only name something (103社区, 5G, 1.0版, 第3家, 80米景观带) have no
unit of `plans.units` behind them, or no promise before them, and are passed over.

Decisions that labels and code share: 达到80%, 超过, 以上 and 余 say `>=`; 约 and 左右 say `~`, also behind
达到; 3-5家 is `>=` 3 with `max` 5; 增长20% is `+%` (`at_least` where 不少于 or 以上 bounds it); 翻一番 is
`×` 2, 翻两番 `×` 4, in 倍; a bare number is `==`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from plans.clauses import DESCRIBES, Clause, DatedClause, dated_clauses, find_quoted, skip_lead
from plans.dues import Due, PlanYears, implied_due, is_past
from plans.numerals import NUMBER, SCALE, parse_number
from plans.reading import Reading, read_plainly
from plans.records import Target
from plans.units import UNIT, canonical_unit

LONGEST_WHAT = 60  # characters of what is counted

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
_STAGE_AFTER = re.compile(
    r"(?:全面|基本|先期|正式|年内)?(?:开工|竣工|建成|完工|封顶|投运|投用|开业|开办|开放"
    r"|并网)(?:建设)?(?=$|[、，和及并])"
)
_STAGE_LATER = re.compile(
    "开工|竣工|建成|完工|封顶|投运|投用|投产|开业|开学|开办|并网"
    "|落户|落地|入驻|入住|开行|揭牌|挂牌|上市|交付|贯通"
)
_LEFT_VERBS = re.compile(
    r"(?:新引进|引育|创建|接待|引进培育|培育引进|培育和孵化|扶持培育|新设立|新开工|开工建设"
    r"|新改建(?=公)|新增设|新增|新建|新设|新开|改建|改造(?!提升)|盘活|拆除|收储|出让|加装|惠及|改造提升|投产|投用|投运|封顶"
    r"|建成(?!区[绿内面域人环])|建设|先期|出台|发布|制定|开工(?!面积|里程|道路)|完成|引进|引入|打造"
    r"|培育|培养|孵化|落户|开展"
    r"|启动|签约(?!前沿|项目)|集聚|汇聚|承接|设立|形成|建立|组建|筹集|添置|计划|安排|举办|吸引|提供"
    r"|累计|培训|清淤|疏浚(?!工程)|减少|降低|压缩|缩短|精简|优化调整|优化|调整(?!后)|新辟|竣工(?!面积)|扩大|做大|推进|推动|的|各类(?=$)){1,6}"
)
_RIGHT_WORDS = re.compile(
    r"(?:不少于|不低于|至少|达到|达|超过|突破|约|近|增长|提升|提高|增加|为|共|同比|年均|增速|力争|新增"
    r"|总计|合计|完成|实现|等|、|中|在|到|至){1,8}$"
)
_TRAIL = re.compile(
    r"(?:全面|基本|正式|先期|尽快)?"
    r"(?:开工建设|建设|开工|竣工|建成|完工|落户|集聚|落地|落实|开办|投运|封顶|目标|规模|的){1,3}$"
)
_OWN_VERB = re.compile("接入|安装|纳入|具备|入驻|落户|集聚|尽快")
_OPEN, _CLOSE = re.compile("[（(]"), re.compile("[）)]")
_CUT = re.compile(r"[、和及与（(]|以及")
_SINCE = re.compile(r"在[^，。；]{0,12}基础上$")
_QUALIFIED = re.compile(r"(?:的)?(?:重大|重点|产业|工业|先进)?(?:项目|企业|工程)")
_HEIGHT = re.compile(r"的?(?:新)?(?:台阶|大关|关口)")
_IDIOM = re.compile(
    r"千家万户|百家争鸣|百家讲坛|千人一面|百花|千百|[两二三四五六七八九十]个(?:中心|维护|确保|自信|意识"
    r"|面向|统筹|方面|阶段|层面|转变)"
)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number with a unit: its span with the comparing words, what it says."""

    start: int
    end: int
    number: tuple[int, int]
    op: str
    value: int | float
    upper: int | float | None
    unit: str
    at_least: bool = False


def find_targets(text: str, plan_year: PlanYears) -> list[Target]:
    """Return the numbers that a task's text promises, in the order of the text.

    Parameters
    ----------
    text
        `Task.text`; evidence counts its characters.
    plan_year
        The year, or the first and last year, that 年内 or 上半年 mean; None leaves such dates open.

    Notes
    -----
    A bare number counts only beside a verb of promise (新增, 建成 …), a stage or, for a rate, a date. What is
    counted stands behind or before the number in its own clause, else it is what the number before it in the
    same sentence counts (产值80亿元，增长35%); it never comes from an earlier sentence.
    """
    reading = read_plainly(text)
    plain = reading.plain
    quoted = find_quoted(plain)
    implied = implied_due(plan_year)
    targets: list[Target] = []
    known = ""
    for dated in dated_clauses(plain, plan_year):
        clause = dated.clause
        if clause.opens:
            known = ""
        if dated.past or DESCRIBES.match(plain, clause.start, clause.end):
            continue
        found = [
            quantity
            for quantity in _quantities(plain, dated, plan_year, bool(known))
            if not quoted.holds(quantity.number[0])
        ]
        each = _respectively(plain, dated, found)
        for place, quantity in enumerate(found):
            before = found[place - 1].end if place else clause.start
            behind = found[place + 1].start if place + 1 < len(found) else clause.end
            target = _target(
                reading, quantity, (before, behind), place + 1 < len(found), dated, known, implied
            )
            if target and each:
                target = _of(reading, target, each[place])
            if target:
                known = target.what.removeprefix("新增")
                targets.append(target)
    return targets


def _respectively(text: str, dated: DatedClause, found: list[_Quantity]) -> list[tuple[int, int]]:
    """The things of A和B分别增长6%和7%, one for each number; none where they do not pair."""
    start = dated.clause.start
    at = text.find("分别", start, found[0].start) if len(found) > 1 else -1
    name = _thing_before(text, start, at, dated.dues) if at > start else None
    if name is None:
        return []
    joints = [joint.span() for joint in re.finditer(r"[、和与]", text[name[0] : name[1]])]
    starts = [name[0], *(name[0] + end for _, end in joints)]
    ends = [*(name[0] + begin for begin, _ in joints), name[1]]
    return list(zip(starts, ends, strict=True)) if len(starts) == len(found) else []


def _of(reading: Reading, target: Target, thing: tuple[int, int]) -> Target:
    """The same number for another thing of its clause."""
    evidence = reading.span(*thing)
    start, end = min(evidence[0], target.evidence[0]), max(evidence[1], target.evidence[1])
    return replace(target, what=reading.words(*thing), evidence=(start, end))


def _quantities(text: str, dated: DatedClause, years: PlanYears, listed: bool) -> Iterator[_Quantity]:
    """The promised numbers of a clause in order; dates and spans of years are none."""
    clause, dues = dated.clause, dated.dues
    if not _NUMERIC.search(text, clause.start, clause.end):
        return
    found: list[_Quantity] = []
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
        found.append(_Quantity(match.start(), match.end(), match.span(), "×", 2**times, None, "倍"))
    for match in _UNITLESS.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        if value is not None and not any(
            match.start("number") < other.end and other.start < match.end() for other in found
        ):
            op = _OPS.get(match["after"] or match["word"], ">=")
            start = match.start("word")
            number = match.span("number")[0], match.end()
            found.append(_Quantity(start, match.end(), number, op, value, None, _HEADS[match["head"]]))
    found.extend(_worth(text, clause))
    due = max((due for due in dues), default=dated.carried)
    if is_past(due, years):
        return
    yield from sorted(found, key=lambda quantity: quantity.start)


def _worth(text: str, clause: Clause) -> Iterator[_Quantity]:
    """Money without its unit: 产值突破1000亿, 1000亿规模的集群."""
    for match in _WORTH_HEAD.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        if value is not None:
            op, number = _OPS.get(match["after"] or match["word"], ">="), (match.start("number"), match.end())
            yield _Quantity(match.start("word"), match.end(), number, op, value, None, "元")
    for match in _WORTH.finditer(text, clause.start, clause.end):
        value = parse_number(match["number"], match["scale"])
        compare = _COMPARE.search(text, max(clause.start, match.start() - 8), match.start())
        if value is not None and (compare or _PROMISE.search(text, clause.start, match.start())):
            start = compare.start() if compare else match.start()
            op = _OPS.get(compare["word"], ">=") if compare else "=="
            yield _Quantity(start, match.end(), (match.start(), match.end()), op, value, None, "元")


def _falls(text: str, clause: Clause, found: re.Match[str]) -> re.Match[str] | None:
    """The verb and the thing of 减少审批材料三分之一."""
    return _DOWN_THING.search(text, max(clause.start, found.start() - 24), found.start())


def _read_quantity(text: str, dated: DatedClause, found: re.Match[str], listed: bool) -> _Quantity | None:
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
        return _Quantity(start, found.end(), number, "+%", -value if down else value, upper, unit, bounded)
    if unit == "%" and not (compare and compare["tail"]) and (fall := _falls(text, clause, found)):
        start = found.start() - len(fall["bound"] or "")
        bounded = (fall["bound"] or after) in _BOUNDS
        return _Quantity(start, found.end(), number, "+%", -value, upper, unit, bounded)
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
    return _Quantity(start, found.end(), number, op, value, upper, unit)


def _is_promised(text: str, dated: DatedClause, found: re.Match[str], unit: str, listed: bool) -> bool:
    """Whether a number without a comparing word is promised, not told; a list goes on as it began."""
    clause = dated.clause
    if unit in ("%", "个百分点"):
        rate = _RATE.search(text, max(clause.start, found.start() - 12), found.start())
        stands_last = found.end() == clause.end or text[found.end() : found.end() + 1] in "、和及（("
        return bool(rate and stands_last)
    if _PROMISE.search(text, clause.start, found.start()) or (listed and found.end() == clause.end):
        return True
    return bool(_STAGE_LATER.search(text, found.end(), clause.end)) or bool(dated.dues or dated.carried)


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


def _read_share(text: str, clause: Clause, found: re.Match[str]) -> _Quantity | None:
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
        return _Quantity(start, found.end(), found.span(), "+%", change, None, "%", after in _BOUNDS)
    if not (compare and compare["tail"]) and (fall := _falls(text, clause, found)):
        start = found.start() - len(fall["bound"] or "")
        bounded = (fall["bound"] or after) in _BOUNDS
        return _Quantity(start, found.end(), found.span(), "+%", -share, None, "%", bounded)
    word = after or (compare["word"] if compare else "")
    if not word and not _RATE.search(head):
        return None
    start = found.start() - (len(compare[0]) if compare else 0)
    return _Quantity(
        start, found.end(), found.span(), _OPS.get(word, ">=") if word else "==", share, None, "%"
    )


def _target(
    reading: Reading,
    quantity: _Quantity,
    limits: tuple[int, int],
    has_next: bool,
    dated: DatedClause,
    known: str,
    implied: str | None,
) -> Target | None:
    """The target of a quantity between its neighbours; None where nothing says what is counted."""
    text = reading.plain
    before, behind = limits
    thing = None
    if quantity.unit not in ("%", "个百分点") and quantity.op != "×":
        dated_at = min((due.start for due in dated.dues if due.start >= quantity.end), default=behind)
        thing = _thing_behind(text, quantity.end, min(behind, dated_at), has_next)
    elif quantity.unit == "%" and text[quantity.end : quantity.end + 1] == "的" and quantity.op != "+%":
        thing = _thing_behind(text, quantity.end, behind, has_next)  # 三分之二以上的社区
    front = _thing_before(text, before, quantity.start, dated.dues)
    if thing is None or (front and text[quantity.end : quantity.end + 1] == "的" and quantity.op != "=="):
        thing = front  # 每千人面积不低于40平方米的标准
    added = text.rfind("新增", max(before, quantity.start - 4), quantity.start)
    what = reading.words(*thing) if thing else f"新增{known}" if added >= 0 and known else known
    if not what:
        return None
    due = _due_of(text, quantity, behind, dated)
    places = [quantity.start, quantity.end, *(thing or ())]
    if due and due.start >= before:
        places.extend(due[:2])
    if added >= 0:
        places.append(added)
    value = due.value if due else None
    return Target(
        what=what,
        op=quantity.op,
        value=quantity.value,
        unit=quantity.unit,
        due=value,
        evidence=reading.span(min(places), max(places)),
        max=quantity.upper,
        printed=reading.words(*quantity.number),
        at_least=quantity.at_least,
        due_implied=implied if value is None else None,
    )


def _due_of(text: str, quantity: _Quantity, behind: int, dated: DatedClause) -> Due | None:
    """The date before the number, else of the step behind it (3所学校9月前开学), else the carried one."""
    before = [due for due in dated.dues if due.start < quantity.start]
    after = [due for due in dated.dues if quantity.end <= due.start < behind]
    if not before and after and _STAGE_LATER.search(text, after[0].end, dated.clause.end):
        return after[0]
    return max(before, default=dated.carried)


def _thing_behind(text: str, start: int, end: int, has_next: bool) -> tuple[int, int] | None:
    """What is counted behind the number (3家医院); None where the number ends its phrase."""
    if text[start:end][:1] in ("）", ")"):
        return None
    if (
        _HEIGHT.match(text, start, end)
        or _CUT.match(text, start, end)
        or _STAGE_AFTER.match(text, start, end)
    ):
        return None
    if has_next:
        cuts = [cut.start() for cut in _CUT.finditer(text, start, end)]
        end = cuts[-1] if cuts else end
    for stop in (_OPEN.search(text, start, end), _OWN_VERB.search(text, start + 2, end)):
        end = min(end, stop.start() if stop else end, start + LONGEST_WHAT)
    while start < end and text[start] in "的 \u3000":
        start += 1
    trail = _TRAIL.search(text[start:end])
    end -= len(trail[0]) if trail else 0
    return (start, end) if end - start >= 2 else None


def _thing_before(text: str, start: int, end: int, dues: Sequence[Due]) -> tuple[int, int] | None:
    """What is counted before the number (新增床位200张)."""
    start = max(start, end - LONGEST_WHAT)
    opened = max(text.rfind(sign, start, end) for sign in "（(")
    if opened >= 0 and not _CLOSE.search(text, opened, end):
        if end - opened <= 2:
            return _thing_before(text, start, opened, dues)  # 绿道（8公里）
        start = opened + 1
    since = _SINCE.search(text, start, end)
    end = since.start() if since else end
    previous = -1
    while start != previous:
        previous = start
        start = skip_lead(text, start, end, dues)
        verbs = _LEFT_VERBS.match(text, start, end)
        start = verbs.end() if verbs else start
    inside = [due.start for due in dues if start + 2 <= due.start < end]
    end = min(inside, default=end)  # 某产业到2025年产值800亿元: the industry
    trail = _RIGHT_WORDS.search(text[start:end])
    end -= len(trail[0]) if trail else 0
    while start < end and text[start] in "、，）)”":
        start += 1
    return (start, end) if end - start >= 2 else None
