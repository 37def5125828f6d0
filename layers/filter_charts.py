"""How many of the tasks under a filter fall on each bar of a chart? One chart a facet, each a list of bars.

As in `layers.facets`, a chart's own facet does not narrow it, so that one bar can be changed for another.
A task counts once on each bar that it meets; bars of one chart can share tasks and need not add up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from layers.atlas import Atlas
from layers.facets import FacetValue, count_facets
from layers.task_index import index_of
from layers.tasks import TaskFilter, due_of, interval_of_due, matching, meets_milestone

CHARTS = ("zone", "kind", "stage", "due", "has", "plan")
IN_ORDER = ("stage", "due", "plan")  # bars as they follow each other; the others by their length
YEARS = (2000, 2099)  # what a file of another program dates beyond is in no chart
NO_BAR = ("lingang",)  # the whole area holds every task that has a zone


@dataclass(frozen=True)
class Chart:
    """The bars of one facet: those that hold a task and those that are chosen."""

    facet: str
    bars: tuple[FacetValue, ...]

    @property
    def longest(self) -> FacetValue | None:
        """The first of the longest bars, None where nothing is counted."""
        return max(self.bars, key=lambda bar: bar.count, default=None)


def make_charts(atlas: Atlas, wanted: TaskFilter) -> list[Chart]:
    """Return the charts under a filter, in the order of `CHARTS`.

    Raises
    ------
    UnknownIdError, FilterError, CoordinateError
        As `layers.tasks.find_tasks`.
    """
    values = dict(count_facets(atlas, wanted).values)
    values["due"] = tuple(_quarters(atlas, wanted))
    return [Chart(facet, _bars(facet, values[facet])) for facet in CHARTS]


def _bars(facet: str, values: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    bars = [bar for bar in values if bar.selected or (bar.count and bar.value not in NO_BAR)]
    return tuple(bars if facet in IN_ORDER else sorted(bars, key=lambda bar: -bar.count))


def _quarters(atlas: Atlas, wanted: TaskFilter) -> list[FacetValue]:
    """The quarters that a milestone can fall in, in time; a date of a year falls in each of its quarters.

    A longer or shorter time that is chosen has a bar of its own.
    """
    index, undue, chosen = index_of(atlas), replace(wanted, due=None), wanted.values("due")
    found, sets = matching(index, undue), dict.fromkeys(chosen, 0)
    for tasks, milestone in index.milestones:
        if meets_milestone(milestone, undue) and (own := tasks & found):
            for quarter in quarters_of(due_of(milestone, undue)):
                sets[quarter] = sets.get(quarter, 0) | own
    for due in chosen:
        sets[due] = matching(index, replace(wanted, due=due))
    return [FacetValue(due, tasks.bit_count(), due in chosen) for due, tasks in sorted(sets.items())]


def quarters_of(due: str | None) -> list[str]:
    """The quarters that a due has a day in, none for what is no date."""
    found = interval_of_due(due or "")
    if found is None or found[0].year < YEARS[0] or found[1].year > YEARS[1]:
        return []
    first, last = (day.year * 4 + (day.month - 1) // 3 for day in found)
    return [f"{at // 4}-Q{at % 4 + 1}" for at in range(first, last + 1)]
