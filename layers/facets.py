"""How many tasks would each value of each facet leave, under all the other facets that are chosen?

Values beside each other in one facet add up, so the count of a value is that of the tasks that have it and
meet every other facet; its own facet does not narrow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from layers.atlas import Atlas
from layers.place_kinds import PLACE_KINDS
from layers.task_index import HAS, SCOPE_FILTERS, TaskIndex, index_of
from layers.tasks import (
    OF_MILESTONES,
    TaskFilter,
    common,
    conditions_of,
    due_of,
    interval_of_due,
    meets_due,
    meets_milestone,
    sets_of,
)
from plans.records import COMMITMENTS, STAGES, Milestone

FACETS = ("plan", "part", "zone", "kind", "stage", "due", "commitment", "scope", "has", "target")
MOST_TARGETS = 40  # of the places with the most tasks; those chosen are always listed
YEARS = (2000, 2099)  # what a file of another program dates beyond is in no facet


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet with its count; `parent` is the value around it, of a zone or part of a plan.

    `name` and `name_en` are what the data call it, "" where it is a code.
    """

    value: str
    count: int
    selected: bool
    name: str = ""
    name_en: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class Facets:
    """The tasks that match, the whole number, the values of every facet, and the counts of every zone."""

    found: int
    total: int
    values: dict[str, tuple[FacetValue, ...]]
    zones: dict[str, dict[str, Any]]


def count_facets(atlas: Atlas, wanted: TaskFilter) -> Facets:
    """Count under a filter.

    Raises
    ------
    UnknownIdError, FilterError, CoordinateError
        As `layers.tasks.find_tasks`.
    """
    index = index_of(atlas)
    conditions = conditions_of(index, wanted)
    found = common(index, conditions.values())
    values = {facet: tuple(_values(index, wanted, conditions, facet)) for facet in FACETS}
    return Facets(found.bit_count(), len(index.items), values, index.zone_counts(found))


def _values(
    index: TaskIndex, wanted: TaskFilter, conditions: dict[str, int], facet: str
) -> Iterable[FacetValue]:
    own = "milestones" if facet in OF_MILESTONES else facet
    others = common(index, (tasks for field, tasks in conditions.items() if field != own))
    sets = _of_milestones(index, wanted, facet) if own == "milestones" else sets_of(index, facet)
    chosen = wanted.values(facet)
    for value in _listed(index, facet, sets, others, chosen):
        count = (sets.get(value, 0) & others).bit_count()
        name, name_en, parent = _named(index, facet, value)
        yield FacetValue(value, count, value in chosen, name, name_en, parent)


def _listed(
    index: TaskIndex, facet: str, sets: dict[str, int], others: int, chosen: tuple[str, ...]
) -> list[str]:
    """The values that a facet lists, in their own order; the chosen ones among them or behind."""
    known: dict[str, Iterable[str]] = {
        "plan": index.atlas.plans, "part": index.parts, "zone": index.zone, "kind": PLACE_KINDS,
        "stage": STAGES, "commitment": COMMITMENTS, "scope": SCOPE_FILTERS, "has": HAS, "due": sorted(sets),
    }  # fmt: skip
    if facet != "target":
        return list(dict.fromkeys((*known[facet], *chosen)))
    places = [place for place in sets if place not in index.zone]
    counts = {place: (sets[place] & others).bit_count() for place in places}
    most = sorted(places, key=lambda place: -counts[place])[:MOST_TARGETS]
    return list(dict.fromkeys((*chosen, *(place for place in most if counts[place]))))


def _of_milestones(index: TaskIndex, wanted: TaskFilter, facet: str) -> dict[str, int]:
    """The tasks by a value of a milestone that itself meets what is chosen of the other two."""
    kept = {field: getattr(wanted, field) for field in (*OF_MILESTONES, "implied") if field != facet}
    others = TaskFilter(**kept)
    values_of = _milestone_values(wanted)[facet]
    found = dict.fromkeys(_always(index, wanted, facet), 0)
    for tasks, milestone in index.milestones:
        if meets_milestone(milestone, others):
            for value in values_of(milestone):
                found[value] = found.get(value, 0) | tasks
    return found


def _milestone_values(wanted: TaskFilter) -> dict[str, Callable[[Milestone], list[str]]]:
    chosen = wanted.values("due")

    def dues(milestone: Milestone) -> list[str]:
        own = due_of(milestone, wanted)
        narrower = [due for due in chosen if len(due) > 4 and meets_due(own, due)]
        return [*_years(own), *narrower]

    return {"stage": lambda m: [m.stage], "commitment": lambda m: [m.commitment], "due": dues}


def _always(index: TaskIndex, wanted: TaskFilter, facet: str) -> list[str]:
    """The years that are listed whatever is chosen: a count of none says so."""
    if facet != "due":
        return []
    return sorted({year for _, m in index.milestones for year in _years(due_of(m, wanted))})


def _years(due: str | None) -> list[str]:
    found = interval_of_due(due or "")
    if found is None or found[0].year < YEARS[0] or found[1].year > YEARS[1]:
        return []
    return [str(year) for year in range(found[0].year, found[1].year + 1)]


def _named(index: TaskIndex, facet: str, value: str) -> tuple[str, str, str | None]:
    """What a value is called in Chinese and English, and the value around it."""
    atlas = index.atlas
    if facet == "plan":
        plan = atlas.get_plan(value)
        return plan.title, plan.title_en, None
    if facet == "part":
        part = index.parts[value]
        return part.title, index.atlas.english.heading(part.title), part.parent
    if facet == "zone":
        zone = atlas.zones.get(value)
        return zone.name, zone.name_en, zone.parent
    if facet == "target":
        own = atlas.get_feature(value).properties
        return str(own["name"]), str(own.get("name_en") or own["name"]), None
    return "", "", None
