"""Filtering and searching tasks: the one place that decides what a filter means.

The map, the lists, the API and the exports all come here, so they always agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from layers.atlas import HERE, SCOPES, Atlas, LinkedTask
from layers.errors import FilterError
from plans.records import STAGES, Task

SCOPE_FILTERS = (*SCOPES, "unplaced")  # `unplaced`: some name in the task is not in the gazetteer
_DUE = re.compile(r"[0-9]{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class TaskFilter:
    """What to list. Every field narrows; None means "any".

    `zone` takes in the zone's children. `target` is a site or line. `stage` and `due` look at milestones:
    `due` matches by prefix, so "2023" finds "2023-H1". `q` is looked for in title, text and number.
    """

    zone: str | None = None
    target: str | None = None
    plan: str | None = None
    stage: str | None = None
    due: str | None = None
    scope: str | None = None
    q: str | None = None

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
        Stage, due or scope has a value that nothing can match.
    """
    _check(atlas, wanted)
    return [task for task in atlas.tasks.values() if _matches(atlas, task, wanted)]


def _check(atlas: Atlas, wanted: TaskFilter) -> None:
    if wanted.zone:
        atlas.zones.get(wanted.zone)
    if wanted.target:
        atlas.get_feature(wanted.target)
    if wanted.plan:
        atlas.get_plan(wanted.plan)
    if wanted.stage and wanted.stage not in STAGES:
        raise FilterError("stage", wanted.stage, list(STAGES))
    if wanted.scope and wanted.scope not in SCOPE_FILTERS:
        raise FilterError("scope", wanted.scope, list(SCOPE_FILTERS))
    if wanted.due and not _DUE.fullmatch(wanted.due):
        raise FilterError("due", wanted.due, ["2023", "2023-H1", "2023-Q3", "2023-08"])


def _matches(atlas: Atlas, item: LinkedTask, wanted: TaskFilter) -> bool:
    task = item.task
    milestones = task.milestones
    return all(
        (
            wanted.plan is None or task.plan == wanted.plan,
            wanted.zone is None or _touches(atlas, item, wanted.zone),
            wanted.target is None or any(x.target == wanted.target for x in item.links.links),
            wanted.stage is None or any(m.stage == wanted.stage for m in milestones),
            wanted.due is None or any((m.due or "").startswith(wanted.due) for m in milestones),
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
