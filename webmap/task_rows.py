"""Tasks as rows of JSON: each row is written once and kept, since most lists hold the same ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson
from flask import current_app

from layers.atlas import HERE, Atlas, LinkedTask
from webmap.fast_json import FastJSON
from webmap.state import get_state

KEPT_ROWS = 4096  # about 8 kB each where a task names many places
_KEPT = "lingang.task_rows"


def task_row(item: LinkedTask) -> dict[str, Any]:
    """A task with its links record, the names of what it links to, and where its body starts in `text`."""
    atlas = get_state().atlas
    record = item.to_json()
    record["body_start"] = len(item.task.text) - len(item.task.body)
    plan = atlas.plans.get(item.task.plan)
    record["plan_title"] = plan.title if plan else item.task.plan
    record["plan_title_en"] = plan.title_en if plan else item.task.plan
    record["summary_en"] = atlas.english.summary(item.task)
    record["path_en"] = [atlas.english.heading(heading) for heading in item.task.path]
    for link in record["links"]:
        target = atlas.get_feature(link["target"]).properties
        link["name"] = target["name"]
        link["name_en"] = target.get("name_en") or target["name"]
        link["accuracy_m"] = target.get("accuracy_m")
    return record


def written_row(item: LinkedTask, zone_id: str | None = None) -> orjson.Fragment:
    """A task's row as JSON; in the list of a zone with `zone`, and whether the task happens right `here`."""
    row = _writer()(item.id)
    if zone_id is not None:
        own = {"zone": zone_id, "here": zone_id in item.zones(*HERE)}
        row = row[:-1] + b"," + orjson.dumps(own)[1:]
    return orjson.Fragment(row)


def _writer() -> Callable[[str], bytes]:
    """The function that writes the row of a task of the atlas that is shown, by its id."""
    atlas, kept = get_state().atlas, current_app.extensions.get(_KEPT)
    if kept is None or kept[0] is not atlas:
        kept = current_app.extensions[_KEPT] = (atlas, _make_writer(atlas))
    writer: Callable[[str], bytes] = kept[1]
    return writer


def _make_writer(atlas: Atlas) -> Callable[[str], bytes]:
    @lru_cache(maxsize=KEPT_ROWS)
    def write(task_id: str) -> bytes:
        provider = current_app.json
        assert isinstance(provider, FastJSON)
        return provider.dump_bytes(task_row(atlas.get_task(task_id)))

    return write
