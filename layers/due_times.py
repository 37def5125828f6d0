"""How many milestones are due when? Counted by quarter, for the time control of the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from layers.atlas import Atlas
from layers.task_index import TaskIndex, index_of
from layers.tasks import IMPLIED_TOO, TaskFilter, due_of, interval_of_due, matching, meets_milestone
from plans.records import Milestone

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
    index = index_of(atlas)
    chosen, undue = matching(index, wanted), replace(wanted, due=None)
    intervals = _intervals(index, matching(index, undue), undue)
    years = _years(
        found for found in _intervals(index, index.every, TaskFilter(implied=IMPLIED_TOO)) if found
    )
    quarters = [f"{year}-Q{part}" for year in range(years[0], years[1] + 1) for part in (1, 2, 3, 4)]
    return DueTimes(
        years,
        tuple(_quarter(due, intervals) for due in quarters),
        intervals[None],
        chosen.bit_count(),
        sum(count for _, count in _meeting(index, chosen, wanted)),
    )


def _meeting(index: TaskIndex, tasks: int, wanted: TaskFilter) -> Iterator[tuple[Milestone, int]]:
    """The milestones of a set of tasks that meet a filter: one of those alike, and how many they are."""
    marks = index.marks_of(tasks)
    for positions, milestone in index.milestone_rows:
        if meets_milestone(milestone, wanted) and (count := int(marks[positions].sum())):
            yield milestone, count


def _intervals(index: TaskIndex, tasks: int, wanted: TaskFilter) -> Counter[Interval | None]:
    """How many milestones have which interval under a filter; None where no date counts."""
    counts: Counter[Interval | None] = Counter()
    first, last = YEARS_SHOWN
    for milestone, count in _meeting(index, tasks, wanted):
        found = interval_of_due(due_of(milestone, wanted) or "")
        counts[found if found and first <= found[0].year and found[1].year <= last else None] += count
    return counts


def _years(intervals: Iterable[Interval]) -> tuple[int, int]:
    """The first and last year of intervals; without any, this century's first year that has a plan."""
    years = [day.year for interval in intervals for day in interval]
    return (min(years), max(years)) if years else (2020, 2020)


def _quarter(due: str, intervals: Counter[Interval | None]) -> Quarter:
    found = interval_of_due(due)
    assert found is not None  # written by `count_dues`
    first, last = found
    dated = [(dates, count) for dates, count in intervals.items() if dates]
    meeting = sum(count for (start, end), count in dated if start <= last and first <= end)
    within = sum(count for (start, end), count in dated if first <= start and end <= last)
    return Quarter(due, within, meeting - within)
