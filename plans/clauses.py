"""Where do clauses begin and end, and by when is something due? The ground that milestones and targets share.

Dates are given as printed: `YYYY`, `YYYY-H1`, `YYYY-Q3`, `YYYY-MM`. Every pattern is bounded, so reading
takes time in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_CLAUSE = 1_000  # characters; longer ones are no prose, and cutting them keeps the time linear

_QUOTED = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,60}”|「[^「」\n]{1,60}」|\"[^\"\n]{1,60}\"")
_BRACKETS = re.compile(r"[（(][^()（）\n]{1,60}[）)]")
_SEPARATOR = re.compile(r"(?P<comma>[，,：:])|[；;](?P<semicolon>)|[。！？!?\n]{1,40}(?P<stop>)")
_DUE = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s?年(?:(?P<ymonth>1[0-2]|0?[1-9])月|(?P<yhalf>[上下])半年|第?(?P<yquarter>[一二三四1-4])季度)?"
    r"(?P<suffix>底|末|内|初|[上中下]旬)?(?:之?前(?=[^期沿置]|$))?"
    r"|(?<![\d.年])(?P<month>1[0-2]|0?[1-9])月(?:份|底|末|初|[上中下]旬)?(?:之?前)?"
    r"|(?P<half>[上下])半年|(?P<first>半年内)"
    r"|(?:第|前)?(?P<quarter>[一二三四1-4])季度"
    r"|[“\"]?(?P<feast>十一|国庆|五一|元旦)[”\"]?(?:节|假期)?之?前"
    r"|(?<![\d一二三四五六七八九十几多数近两半整])年(?P<within>内|底(?:之?前)?|末(?:之?前)?|度累计)"
    r"|(?P<this>全年|本年度?内?|今年(?!以来)[内底]?|当年)"
    r"|“?(?P<fiveyear>十四五)”?(?:期末|期间|时期|末)"
)
_FEAST_MONTH = {"十一": "09", "国庆": "09", "五一": "04", "元旦": "12"}  # before the first of the next month
_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
_LEAD = re.compile(
    r"(?:加快推进|进一步|市有关部门|推动|推进|加快|尽快|尽早|及早|早日|确保|力争|争取|实现|支持|保障|配合|促进|积极|全力|全面"
    r"|持续|稳步|有序|协同|统筹|大力|同步|继续|广泛|引进|引入|开展|承接好?|并且|以及|并|和(?![平谐])|及|与|其中|逐步|将(?![军来])"
    r"|要(?![素点求])|到|在(?![线建地])|于|基本(?=完成|建成|实现|形成)|重点(?=推进|推动|围绕|发力|加快)|[、\s\u3000]){1,12}"
)


class Due(NamedTuple):
    """A date in the text: where it stands and what it says (None: 年内 of a plan without a year)."""

    start: int
    end: int
    value: str | None


class Clause(NamedTuple):
    """A stretch between commas or stops; `opens` is true for the first one of a sentence."""

    start: int
    end: int
    opens: bool


class Ranges:
    """Stretches of text that can be asked whether a position lies inside one."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, position: int) -> bool:
        """Whether a position lies inside one of the stretches."""
        found = bisect_right(self._starts, position) - 1
        return found >= 0 and position < self._ends[found]


def find_quoted(text: str) -> Ranges:
    """Titles and quotations: what they say is a name, not a promise."""
    return Ranges([found.span() for found in _QUOTED.finditer(text)])


def split_clauses(text: str) -> Iterator[Clause]:
    """Yield the clauses of a text in order; commas in numbers, names and brackets do not part."""
    closed = Ranges([found.span() for found in _QUOTED.finditer(text)])
    brackets = Ranges([found.span() for found in _BRACKETS.finditer(text)])
    start, opens = 0, True

    def pieces(end: int) -> Iterator[Clause]:
        for begin in range(start, end, LONGEST_CLAUSE):
            yield Clause(begin, min(end, begin + LONGEST_CLAUSE), opens and begin == start)

    for found in _SEPARATOR.finditer(text):
        at = found.start()
        if found["stop"] is None and (closed.holds(at) or brackets.holds(at)):
            continue
        if found["comma"] == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        if at > start:
            yield from pieces(at)
            opens = False
        start = found.end()
        opens = opens or found["stop"] is not None
    yield from pieces(len(text))


def find_dues(text: str, year: int | None, start: int, end: int) -> list[Due]:
    """Return the dates between two positions; a year that is only named (2025年目标) is none."""
    return [
        Due(found.start(), found.end(), _value(found, year))
        for found in _DUE.finditer(text, start, end)
        if not found["year"] or _is_date(found, text)
    ]


def _is_date(found: re.Match[str], text: str) -> bool:
    """Whether a year with its number sets a date: 2025年3月, 2025年底, 2025年前, 到2025年."""
    inner = found["ymonth"] or found["yhalf"] or found["yquarter"] or found["suffix"]
    return bool(inner) or found[0].endswith("前") or text[max(0, found.start() - 1) : found.start()] == "到"


def _value(found: re.Match[str], plan_year: int | None) -> str | None:
    """What a date says, or None where it needs the plan's year and that is not known."""
    if found["fiveyear"]:
        return "2025"
    year = found["year"] or plan_year
    if year is None:
        return None
    month, half = found["ymonth"] or found["month"], found["yhalf"] or found["half"]
    quarter = found["yquarter"] or found["quarter"]
    if month:
        return f"{year}-{int(month):02d}"
    if half or found["first"]:
        return f"{year}-H{2 if half == '下' else 1}"
    if quarter:
        return f"{year}-Q{_QUARTERS.get(quarter, quarter)}"
    if found["feast"]:
        return f"{year}-{_FEAST_MONTH[found['feast']]}"
    return str(year)


def skip_lead(text: str, start: int, end: int, dues: list[Due]) -> int:
    """Return where the matter begins: behind dates and words like 推动, 力争, 尽快."""
    ends = {due.start: due.end for due in dues}
    while start < end:
        lead = _LEAD.match(text, start)  # may look past `end`, which is clipped below
        after = ends.get(start, lead.end() if lead else start)
        if after <= start:
            break
        start = after
    return min(start, end)


def carried_due(text: str, clause: Clause, dues: list[Due], carried: Due | None) -> Due | None:
    """Return the date that goes on to the next clauses: one that heads a clause of the same sentence."""
    if clause.opens:
        carried = None
    begin = skip_lead(text, clause.start, clause.end, [])
    heading = [due for due in dues if due.start <= begin or due.start == clause.start]
    return heading[0] if heading else carried
