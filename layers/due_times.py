"""How many milestones are due when? Counted by quarter, for the time control of the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from layers.atlas import Atlas, LinkedTask
from layers.tasks import IMPLIED_TOO, TaskFilter, due_of, find_tasks, interval_of_due, milestones_meeting

YEARS_SHOWN = (2000, 2099)  # what a file of another program dates beyond is in no chart
Interval = tuple[date, date]


@dataclass(frozen=True)
class Quarter:
    """A quarter (`due` YYYY-Qn) and the milestones that meet it.

    `within` are dated to this quarter or a month of it, `wider` to a half or year that it is a part of.
    """

    due: str
    within: int
    wider: int

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values; `meeting` is what the filter `due` takes in."""
        meeting = self.within + self.wider
        return {"due": self.due, "within": self.within, "wider": self.wider, "meeting": meeting}


@dataclass(frozen=True)
class DueTimes:
    """Milestones of the tasks under a filter, by quarter; `undated` are those that no quarter holds.

    `years` are the first and last year that any milestone of the atlas is due in, whatever the filter.
    `tasks` and `milestones` are how many meet the filter's own `due`, all of them without one.
    """

    years: tuple[int, int]
    quarters: tuple[Quarter, ...]
    undated: int
    tasks: int
    milestones: int

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "years": list(self.years),
            "quarters": [quarter.to_json() for quarter in self.quarters],
            "undated": self.undated,
            "tasks": self.tasks,
            "milestones": self.milestones,
        }


def count_dues(atlas: Atlas, wanted: TaskFilter) -> DueTimes:
    """Count the milestones under a filter; the quarters are counted as if it had no `due`.

    Raises
    ------
    UnknownIdError, FilterError
        As `layers.tasks.find_tasks`.
    """
    chosen = find_tasks(atlas, wanted)
    undue = replace(wanted, due=None)
    intervals = list(_intervals(find_tasks(atlas, undue), undue))
    every = TaskFilter(implied=IMPLIED_TOO)
    years = _years(found for found in _intervals(atlas.tasks.values(), every) if found)
    quarters = [f"{year}-Q{part}" for year in range(years[0], years[1] + 1) for part in (1, 2, 3, 4)]
    return DueTimes(
        years,
        tuple(_quarter(due, [found for found in intervals if found]) for due in quarters),
        sum(found is None for found in intervals),
        len(chosen),
        sum(len(milestones_meeting(item.task, wanted)) for item in chosen),
    )


def _intervals(items: Iterable[LinkedTask], wanted: TaskFilter) -> Iterator[Interval | None]:
    """The interval of every milestone under a filter, None where no date counts."""
    for item in items:
        for milestone in milestones_meeting(item.task, wanted):
            found = interval_of_due(due_of(milestone, wanted) or "")
            first, last = YEARS_SHOWN
            yield found if found and first <= found[0].year and found[1].year <= last else None


def _years(intervals: Iterable[Interval]) -> tuple[int, int]:
    """The first and last year of intervals; without any, this century's first year that has a plan."""
    years = [day.year for interval in intervals for day in interval]
    return (min(years), max(years)) if years else (2020, 2020)


def _quarter(due: str, intervals: list[Interval]) -> Quarter:
    found = interval_of_due(due)
    assert found is not None  # written by `count_dues`
    first, last = found
    meeting = [(start, end) for start, end in intervals if start <= last and first <= end]
    within = sum(first <= start and end <= last for start, end in meeting)
    return Quarter(due, within, len(meeting) - within)
