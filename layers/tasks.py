"""Filtering and searching tasks: the one place that decides what a filter means.

The map, the lists, the API and the exports all come here, so they always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from layers.atlas import HERE, SCOPES, Atlas, LinkedTask
from layers.errors import FilterError
from plans.dues import due_interval
from plans.records import STAGES, Milestone, Task

SCOPE_FILTERS = (*SCOPES, "unplaced")  # `unplaced`: some name in the task is not in the gazetteer
IMPLIED_TOO = "1"  # the one value of `implied`


@dataclass(frozen=True)
class TaskFilter:
    """What to list. Every field narrows; None means "any".

    `zone` takes in the zone's children. `target` is a site or line. `plan` may name several plans, parted
    by commas. `stage` and `due` look at milestones, and one milestone must meet both. `due` is a year, half,
    quarter or month (YYYY[-H1|-Q3|-MM]); a milestone meets it when its own interval and this one have a day
    in common, so "2023-Q2" finds what is due 2023-05, 2023-H1 and 2023. A promise without a printed date
    meets no `due` unless `implied` is "1": then it counts as due in the last year of its plan.
    `q` is looked for in title, text and number.
    """

    zone: str | None = None
    target: str | None = None
    plan: str | None = None
    stage: str | None = None
    due: str | None = None
    implied: str | None = None
    scope: str | None = None
    q: str | None = None

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of the plans that `plan` names; empty for any."""
        return tuple(part.strip() for part in self.plan.split(",")) if self.plan else ()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> TaskFilter:
        """Take the known fields from a query; blanks count as absent, unknown keys are not looked at."""
        found = {f.name: query[f.name].strip() for f in fields(cls) if query.get(f.name, "").strip()}
        return cls(**found)

    def to_query(self) -> dict[str, str]:
        """The filter as query fields, only those that narrow."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}


def find_tasks(atlas: Atlas, wanted: TaskFilter) -> list[LinkedTask]:
    """Return the tasks that match, in document order.

    Raises
    ------
    UnknownIdError
        The filter names a zone, place or plan that does not exist.
    FilterError
        Stage, due, implied or scope has a value that nothing can match.
    """
    _check(atlas, wanted)
    return [task for task in atlas.tasks.values() if _matches(atlas, task, wanted)]


def milestones_meeting(task: Task, wanted: TaskFilter) -> list[Milestone]:
    """Return the milestones of a task that meet the filter's `stage` and `due`."""
    return [
        milestone
        for milestone in task.milestones
        if wanted.stage in (None, milestone.stage)
        and (wanted.due is None or _meets(due_of(milestone, wanted), wanted.due))
    ]


def due_of(milestone: Milestone, wanted: TaskFilter) -> str | None:
    """The due that counts for a milestone: the printed one, and the plan's last year only when wanted."""
    return milestone.due or (milestone.due_implied if wanted.implied else None)


@lru_cache(maxsize=1024)
def interval_of_due(due: str) -> tuple[date, date] | None:
    """The first and last day of a due, None where it is none: files of other programs may hold anything."""
    try:
        return due_interval(due) if due.isascii() else None
    except ValueError:
        return None


def _meets(due: str | None, wanted: str) -> bool:
    """True when two dues have a day in common."""
    own, asked = interval_of_due(due or ""), interval_of_due(wanted)
    return own is not None and asked is not None and own[0] <= asked[1] and asked[0] <= own[1]


def _check(atlas: Atlas, wanted: TaskFilter) -> None:
    if wanted.zone:
        atlas.zones.get(wanted.zone)
    if wanted.target:
        atlas.get_feature(wanted.target)
    for plan_id in wanted.plans:
        atlas.get_plan(plan_id)
    if wanted.stage and wanted.stage not in STAGES:
        raise FilterError("stage", wanted.stage, list(STAGES))
    if wanted.scope and wanted.scope not in SCOPE_FILTERS:
        raise FilterError("scope", wanted.scope, list(SCOPE_FILTERS))
    if wanted.due and interval_of_due(wanted.due) is None:
        raise FilterError("due", wanted.due, ["2023", "2023-H1", "2023-Q3", "2023-08"])
    if wanted.implied and wanted.implied != IMPLIED_TOO:
        raise FilterError("implied", wanted.implied, [IMPLIED_TOO])


def _matches(atlas: Atlas, item: LinkedTask, wanted: TaskFilter) -> bool:
    task = item.task
    dated = wanted.stage is not None or wanted.due is not None
    return all(
        (
            not wanted.plans or task.plan in wanted.plans,
            wanted.zone is None or _touches(atlas, item, wanted.zone),
            wanted.target is None or any(x.target == wanted.target for x in item.links.links),
            not dated or bool(milestones_meeting(task, wanted)),
            wanted.scope is None or _has_scope(item, wanted.scope),
            wanted.q is None or _says(task, wanted.q),
        )
    )


def _touches(atlas: Atlas, item: LinkedTask, zone_id: str) -> bool:
    """True when the task happens in the zone or one of its descendants."""
    family = {zone_id, *atlas.zones.descendants(zone_id)}
    return bool(family & set(item.zones(*HERE)))


def _has_scope(item: LinkedTask, scope: str) -> bool:
    return bool(item.links.unplaced) if scope == "unplaced" else item.scope == scope


def _says(task: Task, words: str) -> bool:
    """True when every word of the query stands in the number, the title or the text."""
    hay = f"{task.id} {task.text}".casefold()
    return all(word in hay for word in words.casefold().split())
