"""Where do clauses begin and end, what is quoted, and where does the matter of a clause begin?

The ground that milestones and targets share. Positions count characters of a plain reading
(`plans.reading`). Every pattern is bounded, so reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from plans.dues import Due, PlanYears, find_dues, is_past

LONGEST_CLAUSE = 1_000  # characters; longer ones are no prose, and cutting them keeps the time linear

_QUOTED = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,60}”|「[^「」\n]{1,60}」|\"[^\"\n]{1,60}\"")
_BRACKETS = re.compile(r"[（(][^()（）\n]{1,60}[）)]")
_SEPARATOR = re.compile(
    r"(?P<comma>[，,])|(?P<colon>[：:])|(?P<semicolon>[；;])|(?P<stop>[。！？!?\n]{1,40})"
)
_LEAD = re.compile(
    r"(?:加快推进|进一步|市有关部门|推动|推进|加快|加速|尽快|尽早|及早|早日|抓紧|适时|确保|力争|争取"
    r"|力求|实现|支持(?!性)|保障(?!性|房|中心|机组|基地|体系)|配合|协助|做好|抓好"
    r"|促进|积极|全力以赴|全力|全面|全部|持续|稳步|有序|协同(?!创新|区)|统筹|大力|着力|努力|同步"
    r"|继续(?!教育)|广泛|引进|引入|开展|组织(?!机构)|承接好?|并且|以及|并|和(?![平谐])"
    r"|及(?!时)|与|其中|逐步|鼓励|吸引|引导(?!基金)|提前|正式|预计|有望|计划(?!书)|将(?![军来])|要(?![素点求])|到"
    r"|至|在(?![线建地])|于|基本(?=完成|建成|实现|形成)"
    r"|重点(?=推进|推动|围绕|发力|加快|建设)|同时|此外|一是|二是|三是|四是|五是|[、\s\u3000]){1,12}"
)
_PAST = re.compile(
    r"(?:截至|截止|去年|上年|过去|近年来|目前|现有|此前|[一二三四五六七八九十两\d]{1,2}年来|已经?(?=[建完开投落引集设])"
    r"|[^，。\n]{2,12}以来(?=[，,]))"
)


# What such a clause names is the ground of a promise, or its field, not the promise.
DESCRIBES = re.compile(r"随着|围绕|针对|借助|待|自(?!动|由|主|贸)|聚焦|对标|根据|按照(?!每)|依托|瞄准|面向")


class Clause(NamedTuple):
    """A stretch between commas or stops.

    `opens` is true for the first one of a sentence, `after_list` behind a semicolon, `heads` where a
    colon follows.
    """

    start: int
    end: int
    opens: bool
    after_semicolon: bool = False
    heads: bool = False


class Ranges:
    """Stretches of text that can be asked whether a position lies inside one."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, position: int) -> bool:
        """Whether a position lies inside one of the stretches."""
        found = bisect_right(self._starts, position) - 1
        return found >= 0 and position < self._ends[found]


class DatedClause(NamedTuple):
    """A clause with its own dates, the one carried into it, and whether its sentence tells of the past."""

    clause: Clause
    dues: list[Due]
    carried: Due | None
    past: bool


def find_quoted(text: str) -> Ranges:
    """Titles and quotations: what they say is a name, not a promise."""
    return Ranges([found.span() for found in _QUOTED.finditer(text)])


def find_brackets(text: str) -> Ranges:
    """What stands in round brackets."""
    return Ranges([found.span() for found in _BRACKETS.finditer(text)])


def split_clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a text in order; commas in numbers, names and brackets do not part."""
    closed, brackets = find_quoted(text), find_brackets(text)
    start, opens, semicolon = 0, True, False

    def pieces(end: int, heads: bool) -> Iterator[Clause]:
        for begin in range(start, end, LONGEST_CLAUSE):
            first = begin == start
            yield Clause(begin, min(end, begin + LONGEST_CLAUSE), opens and first, semicolon and first, heads)

    for found in _SEPARATOR.finditer(text):
        at = found.start()
        if found["stop"] is None and (closed.holds(at) or brackets.holds(at)):
            continue
        if found["comma"] == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        if at > start:
            yield from pieces(at, found["colon"] is not None)
            opens = semicolon = False
        start = found.end()
        opens = opens or found["stop"] is not None
        semicolon = semicolon or found["semicolon"] is not None
    yield from pieces(len(text), False)


@lru_cache(maxsize=2)  # milestones and targets read the same text one after the other
def dated_clauses(text: str, years: PlanYears) -> tuple[DatedClause, ...]:
    """Return the clauses with their dates.

    A date that heads a clause goes on through its sentence; one that heads a list (年内：…) goes on to the
    next line. A year that a sentence names goes with its later months.
    """
    carried: Due | None = None
    over: Due | None = None
    named: int | None = None
    past = False
    found: list[DatedClause] = []
    for clause in split_clauses(text):
        if clause.opens:
            if clause.start == 0 or "\n" in text[max(0, clause.start - 3) : clause.start]:
                over = None
            carried, named, past = over, None, False
        dues = find_dues(text, years, clause.start, clause.end, named)
        begin = skip_lead(text, clause.start, clause.end, []) if dues else clause.start
        heading = [due for due in dues if due.start <= begin or due.start == clause.start]
        told = _PAST.match(text, clause.start, clause.end) is not None
        past = told or (past and not any(due.value and not is_past(due, years) for due in heading))
        if heading:
            carried = heading[0]
            if clause.heads and clause.end - heading[0].end <= 2:
                over = heading[0]
        for due in dues:
            if due.value and text[due.start : due.start + 2] == "20":
                named = int(due.value[:4])
        found.append(DatedClause(clause, dues, carried, past))
    return tuple(found)


def skip_lead(text: str, start: int, end: int, dues: Sequence[Due]) -> int:
    """Return where the matter begins: behind dates and words like 推动, 力争, 尽快."""
    ends = {due.start: due.end for due in dues}
    while start < end:
        lead = _LEAD.match(text, start)  # may look past `end`, which is clipped below
        after = ends.get(start, lead.end() if lead else start)
        if lead and start not in ends:
            inside = [due.start for due in dues if start < due.start < after]
            after = min(inside, default=after)  # 到2025年: the date begins inside the lead
        if after <= start:
            break
        start = after
    return min(start, end)
