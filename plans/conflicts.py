"""Which figures of the plans cannot both hold? Each conflict with the words on both sides.

Nothing is made up: rounded figures (约, 左右) may differ by a tenth, numbers about different places or of
different things are no pair, and within one plan two yearly counts are taken for parts unless both call
themselves totals.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Any

from plans.cascade import Cascade, Figure, Promises, Row
from plans.indicators import Indicator
from plans.intervals import MACHINE_SLACK, ROUNDING, Interval
from plans.numerals import NUMBER, SCALE, parse_number
from plans.reading import fold
from plans.records import Target
from plans.units import UNIT, canonical_unit
from plans.wording import core_of

KINDS = ("disjoint", "lowered", "unit", "parts")
_SLIPS = (10**4, 10**8)  # 万 and 亿 left out or written twice
MOST_PAIRS = 200  # of an indicator that are listed
_SLIP_SLACK = 0.001  # of the ratio
_TOTAL = re.compile("累计|总计|合计|总数|总量|共|全年|全部")
_OPENS_PARTS = re.compile(r"[^。；\n，：:（(]{0,24}(?P<sign>[：:（(]|，?(?:其中|包括|包含|分别为|分别是))")
_CLOSED = ("：", ":", "(", "（", "，分别为", "，分别是", "分别为", "分别是")
_LEFT_OPEN = re.compile("等(?=[，。；）)]|$)|其中|包括|包含|主要|重点")
_PART = re.compile(
    rf"(?P<least>不少于|不低于|至少|超过|突破)?(?P<most>不超过|至多)?(?P<about>约)?(?<![\d.])(?P<number>{NUMBER})"
    rf"(?P<scale>{SCALE})?(?P<unit>{UNIT})(?P<above>及?以上)?(?P<around>左右)?"
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Figures that do not go together. `kind` is one of KINDS.

    `disjoint`: two figures of a year exclude each other. `lowered`: a later plan asks less. `unit`: the
    same digits, 10,000 or 100,000,000 times as much. `parts`: a total is not the sum of its named parts;
    then there is one figure, `parts` is their sum and `words` are theirs.
    """

    kind: str
    indicator: Indicator | None
    figures: tuple[Figure, ...]
    parts: Interval | None = None
    words: str = ""

    @property
    def id(self) -> str:
        """The kind and the figures' ids."""
        return ":".join((self.kind, *(figure.id for figure in self.figures)))

    def to_json(self) -> dict[str, Any]:
        """Return the conflict as JSON values, figures in full."""
        return {
            "id": self.id,
            "kind": self.kind,
            "indicator": self.indicator.id if self.indicator else None,
            "figures": [figure.to_json() for figure in self.figures],
            "parts": self.parts.to_json() | {"words": self.words} if self.parts else None,
        }


def find_conflicts(cascade: Cascade, promises: Iterable[Promises]) -> list[Conflict]:
    """Return the conflicts of a cascade: pairs by indicator, then totals against their parts."""
    pairs = [conflict for row in cascade.rows for conflict in _pairs(row)]
    texts = {entry.task: entry.text for entry in promises}
    rows = {figure.id: row.indicator for row in cascade.rows for figure in (*row.figures, *row.nationwide)}
    return [*pairs, *_totals(cascade.figures, texts, rows)]


def _pairs(row: Row) -> Iterator[Conflict]:
    """The conflicts between two figures of an indicator; one of each pair, the most telling.

    Only pairs that can disagree are looked at; of very many, the first MOST_PAIRS found.
    """
    found: dict[tuple[int, int], str] = {}
    for one, other in _candidates(row):
        place = (min(one, other), max(one, other))
        if place in found:
            continue
        earlier, later = sorted((row.figures[x] for x in place), key=lambda figure: figure.plan_year or 0)
        if kind := _kind(row.indicator, earlier, later):
            found[place] = kind
            if len(found) >= MOST_PAIRS:
                break
    for place in sorted(found):
        earlier, later = sorted((row.figures[x] for x in place), key=lambda figure: figure.plan_year or 0)
        yield Conflict(found[place], row.indicator, (earlier, later))


def _candidates(row: Row) -> Iterator[tuple[int, int]]:
    """Positions of figures that may disagree: ten thousand times as much, or of one year and place."""
    order = sorted(range(len(row.figures)), key=lambda x: abs(_nominal(row.figures[x].interval)))
    sizes = [abs(_nominal(row.figures[x].interval)) for x in order]
    for at, size in enumerate(sizes):
        for slip in _SLIPS if size > 0 else ():
            first = bisect_left(sizes, size * slip * (1 - 2 * _SLIP_SLACK))
            last = bisect_right(sizes, size * slip * (1 + 2 * _SLIP_SLACK))
            yield from ((order[at], order[x]) for x in range(first, last))
    for alike in _groups(row.figures, lambda f: (f.year, f.places) if f.year is not None else None):
        yield from _unlike(row, alike)


def _unlike(row: Row, alike: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pairs of figures about one year and place, without those that say the very same in one plan's year."""
    figures = row.figures
    same = _groups([figures[x] for x in alike], _saying)
    places = list(alike)
    for one, other in combinations(same, 2):
        first, second = figures[places[one[0]]], figures[places[other[0]]]
        if _kind(row.indicator, *sorted((first, second), key=lambda figure: figure.plan_year or 0)):
            yield from ((places[x], places[y]) for x in one for y in other)


def _saying(figure: Figure) -> tuple[object, ...]:
    """Figures with the same of this disagree with the same others, and not with each other."""
    total = _TOTAL.search(figure.words) is not None
    what = core_of(figure.target.what)
    return figure.plan, figure.plan_year, figure.period, figure.interval, what, total


def _groups(
    figures: Iterable[Figure], key_of: Callable[[Figure], tuple[object, ...] | None]
) -> list[list[int]]:
    """Positions of the figures of one key; those of None are left out."""
    found: dict[tuple[object, ...], list[int]] = {}
    for at, figure in enumerate(figures):
        if (key := key_of(figure)) is not None:
            found.setdefault(key, []).append(at)
    return list(found.values())


def _kind(indicator: Indicator, earlier: Figure, later: Figure) -> str | None:
    """How two figures disagree, None where they do not or are not about the same."""
    if _is_slip(earlier, later):
        return "unit"
    if not _comparable(indicator, earlier, later):
        return None
    if (earlier.plan_year or 0) < (later.plan_year or 0) and _asks_less(indicator, earlier, later):
        return "lowered"
    return None if earlier.interval.meets(later.interval) else "disjoint"


def _comparable(indicator: Indicator, one: Figure, other: Figure) -> bool:
    """Whether two figures of an indicator are about the same year, place and thing."""
    if one.year is None or one.year != other.year or one.places != other.places:
        return False
    if indicator.aggregate in ("level", "share"):
        return True
    same = core_of(one.target.what) == core_of(other.target.what) and one.period == other.period
    if one.plan != other.plan:
        return same
    return same and all(_TOTAL.search(figure.words) for figure in (one, other))


def _asks_less(indicator: Indicator, earlier: Figure, later: Figure) -> bool:
    """Whether the later figure's promise is the weaker one, rounding allowed for."""
    rounded = earlier.interval.rounded or later.interval.rounded
    if indicator.direction == "at_most":
        was, now = earlier.interval.high, later.interval.high
    else:
        was, now = earlier.interval.low, later.interval.low
    if was is None or now is None:
        return False
    slack = abs(was) * (ROUNDING if rounded else MACHINE_SLACK)
    return now > was + slack if indicator.direction == "at_most" else now < was - slack


def _is_slip(one: Figure, other: Figure) -> bool:
    """Whether two figures of a thing or year have the same digits, 万 or 亿 apart in the same unit."""
    alike = one.year == other.year or core_of(one.target.what) == core_of(other.target.what)
    small, large = sorted(abs(_nominal(figure.interval)) for figure in (one, other))
    return alike and small > 0 and any(abs(large / small / slip - 1) < _SLIP_SLACK for slip in _SLIPS)


def _nominal(interval: Interval) -> float:
    """The number that stands in the text: the end that is there."""
    ends = [end for end in (interval.low, interval.high) if end is not None]
    return ends[0] if ends else 0.0


def _totals(
    figures: Iterable[Figure], texts: Mapping[str, str], indicators: Mapping[str, Indicator]
) -> Iterator[Conflict]:
    """The totals that the parts named right behind them do not make up."""
    for figure in figures:
        found = find_parts(texts[figure.task], figure.target)
        if found and not found[0].meets(_plain(figure.target)):
            yield Conflict("parts", indicators.get(figure.id), (figure,), *found)


def find_parts(text: str, target: Target) -> tuple[Interval, str] | None:
    """Return the sum of the parts that stand behind a total, in its unit, and their words.

    11个项目：甲3个、乙5个 has the sum 8. A list that says 等, 其中 or 包括 names some parts only, so its sum
    has no upper end. None where fewer than two parts are named, or one of such a list.
    """
    plain = fold(text)
    opened = _OPENS_PARTS.match(plain, target.evidence[1])
    if opened is None:
        return None
    end = re.compile(r"[）)]|$" if opened["sign"] in "（(" else r"[。；\n]|$").search(plain, opened.end())
    stop = end.start() if end else len(plain)
    words = plain[opened.end() : stop]
    parts = [_part(found) for found in _PART.finditer(words) if canonical_unit(found["unit"]) == target.unit]
    sums = [part for part in parts if part is not None]
    is_open = opened["sign"] not in _CLOSED or _LEFT_OPEN.search(words) is not None
    if len(sums) < (1 if is_open else 2):
        return None
    total = reduce(Interval.__add__, sums)
    return (Interval(total.low, None, total.rounded) if is_open else total), text[opened.end() : stop]


def _part(found: re.Match[str]) -> Interval | None:
    value = parse_number(found["number"], found["scale"])
    if value is None:
        return None
    low = None if found["most"] else value
    high = None if found["least"] or found["above"] else value
    return Interval(low, high, bool(found["about"] or found["around"]))


def _plain(target: Target) -> Interval:
    """A total in the unit that it is printed in."""
    high = target.max if target.max is not None else None if target.op == ">=" else target.value
    return Interval(None if target.op == "<=" else target.value, high, target.op == "~")
