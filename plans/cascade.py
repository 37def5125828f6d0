"""What do the plans together say of an indicator, year by year? Figures in one unit, sums made again.

A figure is a target of a task, brought to its indicator's unit and kept as an interval (不少于5 has no upper
end, 3-5 has both). Sums say what work plans name, never what was built; years without a plan stay open.
Figures of a nation-wide plan stand apart and are in no sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from plans.dues import PlanYears, first_year
from plans.indicators import Indicator, find_indicator
from plans.intervals import Interval, interval_of
from plans.records import Target
from plans.wording import core_of


@dataclass(frozen=True, slots=True)
class Promises:
    """The targets of one task, as the cascade takes them. `places` are opaque ids, a tuple per target.

    `years` is the year of the plan or its first and last; `nationwide` that it is not about the area.
    """

    task: str
    plan: str
    text: str
    targets: tuple[Target, ...]
    years: PlanYears
    nationwide: bool = False
    places: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one task. `interval` is in `unit`, the indicator's, or the standard one without.

    `year` is the last that its date names; `implied` says that only the plan's own year dates it. `period`
    is the first year and `year` where a plan of several years names it, None in a plan of one year.
    """

    id: str
    task: str
    plan: str
    plan_year: int | None
    target: Target
    words: str
    interval: Interval
    unit: str
    year: int | None
    implied: bool
    period: tuple[int, int] | None
    nationwide: bool = False
    places: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the figure as JSON values."""
        target = self.target
        record: dict[str, Any] = {"id": self.id, "task": self.task, "plan": self.plan, "what": target.what}
        record |= {"op": target.op, "value": target.value, "max": target.max, "printed_unit": target.unit}
        record |= self.interval.to_json() | {"unit": self.unit, "year": self.year, "due": target.due}
        record |= {"implied": self.implied, "period": list(self.period) if self.period else None}
        return record | {
            "nationwide": self.nationwide,
            "printed": target.printed,
            "words": self.words,
            "evidence": list(target.evidence),
        }


@dataclass(frozen=True, slots=True)
class YearSum:
    """What the work plans name for a year, and together since the first of them."""

    year: int
    own: Interval
    running: Interval

    def to_json(self) -> dict[str, Any]:
        """Return the sums as JSON values."""
        return {"year": self.year, "own": self.own.to_json(), "running": self.running.to_json()}


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """A figure for several years beside what single years' plans name within them.

    `named` is None where none does. `named_years` do, `silent_years` have a plan without such a figure,
    `unread_years` have no plan at hand.
    """

    figure: Figure
    named: Interval | None
    named_years: tuple[int, ...]
    silent_years: tuple[int, ...]
    unread_years: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values, the figure by its id."""
        named = self.named.to_json() if self.named else None
        years = {name: list(getattr(self, name)) for name in ("named_years", "silent_years", "unread_years")}
        return {"figure": self.figure.id, "period": self.figure.period, "named": named, **years}


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with its figures, in the order of years and plans."""

    indicator: Indicator
    figures: tuple[Figure, ...]
    nationwide: tuple[Figure, ...]
    sums: tuple[YearSum, ...]
    periods: tuple[PeriodSum, ...]

    def in_year(self, year: int | None) -> list[Figure]:
        """The area's figures for a year; None for those without a date."""
        return [figure for figure in self.figures if figure.year == year]

    @property
    def years(self) -> list[int]:
        """The years that figures are for."""
        return sorted({figure.year for figure in self.figures if figure.year is not None})


@dataclass(frozen=True, slots=True)
class Cascade:
    """Every figure, once: in the row of its indicator, or among the single ones."""

    rows: tuple[Row, ...]
    singles: tuple[Figure, ...]
    plan_years: tuple[int, ...]

    @property
    def figures(self) -> list[Figure]:
        """All figures: those of rows first."""
        return [*(f for row in self.rows for f in (*row.figures, *row.nationwide)), *self.singles]

    @property
    def years(self) -> list[int]:
        """The years of the table's columns: those of the area's figures in rows."""
        return sorted({year for row in self.rows for year in row.years})

    @property
    def has_undated(self) -> bool:
        """Whether a row has a figure of the area without any date."""
        return any(figure.year is None for row in self.rows for figure in row.figures)


def build_cascade(indicators: Mapping[str, Indicator], promises: Iterable[Promises]) -> Cascade:
    """Return the table of indicators by year; rows in the order of `indicators`, without the empty ones."""
    entries = list(promises)
    own_years = {first_year(x.years) for x in entries if not _is_period(x.years) and not x.nationwide}
    plan_years = tuple(sorted(year for year in own_years if year is not None))
    found: dict[str, list[Figure]] = {}
    singles: list[Figure] = []
    for entry in entries:
        for place, target in enumerate(entry.targets):
            indicator = find_indicator(target, entry.text, indicators)
            figure = figure_of(entry, place, indicator)
            (found.setdefault(indicator.id, []) if indicator else singles).append(figure)
    rows = (_row(indicators[name], found[name], plan_years) for name in indicators if name in found)
    return Cascade(tuple(rows), tuple(singles), plan_years)


def figure_of(entry: Promises, place: int, indicator: Indicator | None) -> Figure:
    """The figure of one target of a task, in the indicator's unit or the standard one."""
    target = entry.targets[place]
    due = target.due or target.due_implied
    year = int(due[:4]) if due else None
    first = first_year(entry.years)
    period = (first, year) if _is_period(entry.years) and first is not None and year is not None else None
    interval, unit = interval_of(target, indicator)
    return Figure(
        id=f"{entry.task}@{place + 1}",
        task=entry.task,
        plan=entry.plan,
        plan_year=first,
        target=target,
        words=entry.text[slice(*target.evidence)],
        interval=interval,
        unit=unit,
        year=year,
        implied=target.due is None,
        period=period if period and period[0] <= period[1] else None,
        nationwide=entry.nationwide,
        places=entry.places[place] if entry.places else (),
    )


def _is_period(years: PlanYears) -> bool:
    return isinstance(years, tuple) and years[0] != years[1]


def _row(indicator: Indicator, figures: Sequence[Figure], plan_years: Sequence[int]) -> Row:
    """A row with its sums; only an indicator of aggregate `sum` has any."""
    ordered = sorted(figures, key=lambda f: (f.year is None, f.year or 0, f.plan_year or 0))
    own = [figure for figure in ordered if not figure.nationwide]
    nationwide = tuple(figure for figure in ordered if figure.nationwide)
    if indicator.aggregate != "sum":
        return Row(indicator, tuple(own), nationwide, (), ())
    sums = year_sums(own)
    periods = tuple(period_sum(figure, sums, plan_years) for figure in own if figure.period)
    return Row(indicator, tuple(own), nationwide, tuple(sums), periods)


def year_sums(figures: Iterable[Figure]) -> list[YearSum]:
    """The sums of the figures that plans of one year name, by year.

    Of a year the latest plan that speaks of it counts. Different things of a year are parts and add up;
    the same thing named again counts once.
    """
    by_year: dict[int, list[Figure]] = {}
    for figure in figures:
        if figure.period is None and figure.year is not None:
            by_year.setdefault(figure.year, []).append(figure)
    sums: list[YearSum] = []
    for year, named in sorted(by_year.items()):
        last = max(figure.plan_year or 0 for figure in named)
        own = _sum_of_year([figure for figure in named if (figure.plan_year or 0) == last])
        sums.append(YearSum(year, own, sums[-1].running + own if sums else own))
    return sums


def _sum_of_year(figures: Iterable[Figure]) -> Interval:
    parts: dict[tuple[str, tuple[str, ...]], Interval] = {}
    for figure in figures:
        key = (core_of(figure.target.what), figure.places)
        parts[key] = parts[key].narrowed(figure.interval) if key in parts else figure.interval
    return reduce(Interval.__add__, parts.values())


def period_sum(figure: Figure, sums: Iterable[YearSum], plan_years: Sequence[int]) -> PeriodSum:
    """What plans of single years name within the years of a figure that spans several."""
    first, last = figure.period or (0, -1)
    inside = [entry for entry in sums if first <= entry.year <= last]
    named_years = tuple(entry.year for entry in inside)
    silent = tuple(y for y in plan_years if first <= y <= last and y not in named_years)
    unread = tuple(y for y in range(first, last + 1) if y not in plan_years and y not in named_years)
    named = reduce(Interval.__add__, (entry.own for entry in inside)) if inside else None
    return PeriodSum(figure, named, named_years, silent, unread)
