"""Which numbers does a task promise: of what, how many, in which unit, by when?

Values are in the unit's usual name with 万 and 亿 multiplied out (25万㎡ -> 250000 平方米); `printed` keeps
the number as it stands. Which numbers promise anything is for `plans.quantities` to say, what they count for
`plans.counted`.

Decisions that labels and code share: 达到80%, 超过, 以上 and 余 say `>=`; 约 and 左右 say `~`, also behind
达到; 3-5家 is `>=` 3 with `max` 5; 增长20% is `+%` (`at_least` where 不少于 or 以上 bounds it); 翻一番 is
`×` 2, 翻两番 `×` 4, in 倍; a bare number is `==`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from plans.clauses import DESCRIBES, DatedClause, dated_clauses, find_quoted
from plans.counted import thing_before, thing_behind
from plans.dues import Due, PlanYears, implied_due
from plans.quantities import STAGE_LATER, Quantity, find_quantities
from plans.reading import Reading, read_plainly
from plans.records import Target


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
            for quantity in find_quantities(plain, dated, plan_year, bool(known))
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


def _respectively(text: str, dated: DatedClause, found: list[Quantity]) -> list[tuple[int, int]]:
    """The things of A和B分别增长6%和7%, one for each number; none where they do not pair."""
    start = dated.clause.start
    at = text.find("分别", start, found[0].start) if len(found) > 1 else -1
    name = thing_before(text, start, at, dated.dues) if at > start else None
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


def _target(
    reading: Reading,
    quantity: Quantity,
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
        thing = thing_behind(text, quantity.end, min(behind, dated_at), has_next)
    elif quantity.unit == "%" and text[quantity.end : quantity.end + 1] == "的" and quantity.op != "+%":
        thing = thing_behind(text, quantity.end, behind, has_next)  # 三分之二以上的社区
    front = thing_before(text, before, quantity.start, dated.dues)
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


def _due_of(text: str, quantity: Quantity, behind: int, dated: DatedClause) -> Due | None:
    """The date before the number, else of the step behind it (3所学校9月前开学), else the carried one."""
    before = [due for due in dated.dues if due.start < quantity.start]
    after = [due for due in dated.dues if quantity.end <= due.start < behind]
    if not before and after and STAGE_LATER.search(text, after[0].end, dated.clause.end):
        return after[0]
    return max(before, default=dated.carried)
