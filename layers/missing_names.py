"""Which names of the plans, or of a file of tasks, does the gazetteer lack? The ranking over an atlas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geo.gazetteer import NameRow
from geo.missing import MissingName, PlacedText, rank_missing
from layers.atlas import Atlas
from layers.own_names import csv_line


def missing_names(atlas: Atlas, plan_id: str | None = None) -> list[MissingName]:
    """Return the unplaced names of all plans, or of one, the most frequent first.

    Raises
    ------
    UnknownIdError
        No plan has the id.
    """
    if plan_id is not None:
        atlas.get_plan(plan_id)
    tasks = (item for item in atlas.tasks.values() if plan_id in (None, item.task.plan))
    texts = (PlacedText(item.id, item.task.path, item.task.text, item.links) for item in tasks)
    return rank_missing(texts, atlas.geocoder.gazetteer)


def missing_in(atlas: Atlas, tasks: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> list[MissingName]:
    """Return the unplaced names of tasks given as id, text, title and path."""
    texts = (
        PlacedText(task_id, path, text, atlas.geocoder.geocode(text, title=title, path=path))
        for task_id, text, title, path in tasks
    )
    return rank_missing(texts, atlas.geocoder.gazetteer)


def missing_record(missing: MissingName) -> dict[str, Any]:
    """A missing name as a record, with the `line` of the table that would add it."""
    name, target, role, kind = missing.row()
    row = NameRow(name, target, role, "", "", kind=kind)
    return {**missing.to_json(), "line": csv_line(row).rstrip("\n")}
