"""Which numbers does a task promise: of what, how many, in which unit, by when?

Values are in the printed unit with 万 and 亿 multiplied out (25万㎡ -> 250000 ㎡). Numbers that only name
something (103社区, 5G, 1.0版, 第3家) have no unit of the list below and are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from plans.clauses import Clause, Due, carried_due, find_dues, find_quoted, skip_lead, split_clauses
from plans.records import Target

LONGEST_WHAT = 60  # characters of what is counted

_UNIT = (
    r"平方公里|平方千米|平方米|k㎡|km2|km²|㎡|m2|m²|立方米|m3/d|m³/d|m3|立方|公里|千米|公顷|亩|总吨|吨|标准箱|标箱|TEU|美元"
    r"|元(?!宇宙|器件|素)|MW|兆瓦|千瓦时|千瓦|个百分点|%|场次|场(?![馆景所库址])|人次|人(?![才员工均])|名(?![录单称])|户(?![籍外])|家(?![庭门居])"
    r"|个(?![月人性]|工作日)|所(?!有)|项(?!目)|条(?![例件])|套(?!餐)|座(?!谈)|处(?![理置])|部(?![门分])|艘|架(?!构)|辆|台(?!阶)"
    r"|张床位|张|支(?!持|撑)|床|倍"
)
_NUMBER = r"\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,4})?"
_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.\-—–/第+#])(?P<low>{_NUMBER})(?:\s?[-—–~～至到]\s?(?P<high>{_NUMBER}))?\s?"
    rf"(?P<more1>[余多])?(?P<scale>万亿|千万|百万|亿|万|千|百)?(?P<more2>[余多])?\s?(?P<unit>{_UNIT})(?P<after>及?以上|以内|以下|左右)?"
)
_SCALE = {"百": 100, "千": 1_000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_WIDE = str.maketrans("０１２３４５６７８９．％，", "0123456789.%，")
_COMPARE = re.compile(
    r"(?P<word>不少于|不低于|不小于|不下于|不下|至少|力争达到|达到|达|超过|突破|超|高于|大于|不超过|不高于|不多于|不大于|少于|低于"
    r"|控制在|小于|大约|约为|将近|约|近)\s{0,2}(?P<tail>至|到)?$"
)
_OPS = {
    **dict.fromkeys(("不超过", "不高于", "不多于", "不大于", "少于", "低于", "控制在", "小于"), "<="),
    **dict.fromkeys(("以内", "以下"), "<="),
    **dict.fromkeys(("大约", "约为", "将近", "约", "近", "左右"), "~"),
}  # every other comparing word means at least
_GROWTH = re.compile(
    r"(?P<word>增长|提升|提高|增加|增幅|下降|降低|减少)率?(?:不少于|不低于|超过|达到|达|约|至少)?\s{0,2}$"
)
_PROMISE = re.compile(
    "新增|新建|新设|新开|设立|建成|建设|开工|完成|引进|引入|打造|培育|落户|实现|推动|推进|开展|加快|启动|签约|集聚|承接|争取|形成|建立"
    "|组建|出台|培养|接入|安装|储备|添置|筹集|孵化|举办|吸引|招引|开设|改造|提供|投放|累计"
)
_STAGE_AFTER = re.compile(
    r"\s{0,2}(?:全面|基本|先期|正式|年内)?(?:开工|竣工|建成|完工|封顶|投运|投用|开业|开办|开放|并网)(?:建设)?(?=$|[、，和及并])"
)
_STAGE_LATER = re.compile("开工|竣工|建成|完工|封顶|投运|投用|开业|开办|并网")
_LEFT_VERBS = re.compile(
    r"(?:引进培育|培育和孵化|扶持培育|新设立|新开工|开工建设|新增设|新增|新建|新设|新开|建成|建设|先期|开工(?!面积|里程|道路)|完成|引进|引入|打造|培育|孵化|落户|开展"
    r"|启动|签约|集聚|承接|设立|形成|建立|组建|筹集|添置|计划|安排|举办|吸引|提供|的|各类(?=$)){1,6}"
)
_RIGHT_WORDS = re.compile(
    r"(?:不少于|不低于|至少|达到|达|超过|突破|约|近|增长|提升|提高|增加|为|共|同比|力争|新增|总计|合计|等|、|\s){1,8}$"
)
_TRAIL = re.compile(
    r"(?:全面|基本|正式|先期|尽快)?"
    r"(?:开工建设|建设|开工|竣工|建成|完工|落户|集聚|落地|落实|开办|投运|封顶|目标|的){1,3}$"
)
_OWN_VERB = re.compile("接入|安装|纳入|具备|入驻")
_OPEN, _CLOSE = re.compile("[（(]"), re.compile("[）)]")
_CUT = re.compile(r"[、和及与（(]|以及")


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number with a unit: its span with the comparing words, what it says."""

    start: int
    end: int
    number_end: int
    op: str
    value: int | float
    upper: int | float | None
    unit: str
    compared: bool


def find_targets(text: str, plan_year: int | None) -> list[Target]:
    """Return the numbers that a task's text promises, in the order of the text.

    Parameters
    ----------
    text
        `Task.text`; evidence counts its characters.
    plan_year
        The year that 年内 or 上半年 mean; None leaves such dates open.

    Notes
    -----
    `op` is what the words say: 不少于, 至少, 达到, 以上, 余 -> `>=`; 约 -> `~`; 不超过, 以内 -> `<=`; 增长20%
    -> `+%`; none -> `==`. A bare number counts only beside a verb of promise (新增, 建成 …) or a stage.
    """
    text = text.translate(_WIDE)  # one character for one: offsets hold
    quoted = find_quoted(text)
    targets: list[Target] = []
    carried: Due | None = None
    for clause in split_clauses(text):
        dues = find_dues(text, plan_year, clause.start, clause.end)
        carried = carried_due(text, clause, dues, carried)
        known = targets[-1].what if targets and not clause.opens else ""
        found = [
            quantity
            for match in _QUANTITY.finditer(text, clause.start, clause.end)
            if not quoted.holds(match.start()) and (quantity := _read_quantity(text, clause, match))
        ]
        for place, quantity in enumerate(found):
            before = found[place - 1].end if place else clause.start
            behind = found[place + 1].start if place + 1 < len(found) else clause.end
            target = _target(text, quantity, (before, behind), place + 1 < len(found), dues, carried, known)
            if target:
                known = target.what.removeprefix("新增")
                targets.append(target)
    return targets


def _read_quantity(text: str, clause: Clause, found: re.Match[str]) -> _Quantity | None:
    """The number with its comparison, or None where it is not promised."""
    head = text[max(clause.start, found.start() - 12) : found.start()]
    growth, compare = _GROWTH.search(head), _COMPARE.search(head)
    unit, after = found["unit"], found["after"] or ""
    start = found.start() - (len(compare[0]) if compare else 0)
    value, upper = _number(found["low"], found["scale"]), None
    if found["high"]:
        upper = _number(found["high"], found["scale"])
        if upper <= value:
            return None  # 2023-01: no range
    if unit in ("%", "个百分点") and growth:
        value = -value if growth["word"] in ("下降", "降低", "减少") else value
        start = found.start() - len(growth[0])
        return _Quantity(start, found.end(), found.end(), "+%", value, upper, unit, True)
    more = bool(found["more1"] or found["more2"] or upper)
    word = compare["word"] if compare else after
    op = _OPS.get(word, ">=") if word else ">=" if more else "=="
    if not word and not more:
        promised = _PROMISE.search(text, clause.start, found.start())
        promised = promised or _STAGE_LATER.search(text, found.end(), clause.end)
        if unit == "%" or not promised:
            return None
    return _Quantity(start, found.end(), found.end(), op, value, upper, unit, bool(word))


def _number(written: str, scale: str | None) -> int | float:
    value = Decimal(written.replace(",", "")) * _SCALE.get(scale or "", 1)
    return int(value) if value == value.to_integral_value() else float(value)


def _target(
    text: str,
    quantity: _Quantity,
    limits: tuple[int, int],
    has_next: bool,
    dues: list[Due],
    carried: Due | None,
    known: str,
) -> Target | None:
    """The target of a quantity between its neighbours; None where nothing says what is counted."""
    before, behind = limits
    thing = None
    if quantity.unit not in ("%", "个百分点"):
        thing = _thing_behind(text, quantity.end, behind, has_next)
    thing = thing or _thing_before(text, before, quantity.start, dues)
    added = text.rfind("新增", max(before, quantity.start - 4), quantity.start)
    what = text[thing[0] : thing[1]] if thing else f"新增{known}" if added >= 0 and known else known
    if not what:
        return None
    due = max((due for due in dues if due.start < quantity.start), default=carried)
    places = [quantity.start, quantity.end, *(thing or ())]
    if due and due.start >= before:
        places.append(due.start)
    if added >= 0:
        places.append(added)
    evidence = (min(places), max(places))
    by = due.value if due else None
    return Target(what, quantity.op, quantity.value, quantity.unit, by, evidence, quantity.upper)


def _thing_behind(text: str, start: int, end: int, has_next: bool) -> tuple[int, int] | None:
    """What is counted behind the number (3家医院); None where the number ends its phrase."""
    if _CUT.match(text, start, end) or _STAGE_AFTER.match(text, start, end):
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


def _thing_before(text: str, start: int, end: int, dues: list[Due]) -> tuple[int, int] | None:
    """What is counted before the number (新增床位200张)."""
    start = max(start, end - LONGEST_WHAT)
    opened = max(text.rfind(sign, start, end) for sign in "（(")
    if opened >= 0 and not _CLOSE.search(text, opened, end):
        start = opened + 1
    previous = -1
    while start != previous:
        previous = start
        start = skip_lead(text, start, end, dues)
        verbs = _LEFT_VERBS.match(text, start, end)
        start = verbs.end() if verbs else start
    trail = _RIGHT_WORDS.search(text[start:end])
    end -= len(trail[0]) if trail else 0
    while start < end and text[start] in "、，）)”":
        start += 1
    return (start, end) if end - start >= 2 else None
