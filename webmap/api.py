"""The JSON interface: zones, tasks and plans, each with the evidence behind every link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from layers import facilities
from layers.atlas import HERE, LinkedTask
from layers.due_times import count_dues
from layers.registry import LAYERS
from layers.tasks import TaskFilter, find_tasks
from webmap.i18n import wanted_language
from webmap.state import get_state

VIEWS = Blueprint("api", __name__)


def _filter() -> TaskFilter:
    return TaskFilter.from_query(request.args)


def zone_record(zone_id: str, counts: dict[str, Any]) -> dict[str, Any]:
    """A zone as the API gives it, without its outline."""
    atlas = get_state().atlas
    zone = atlas.zones.get(zone_id)
    texts = ("source", "note", "official_area_source")
    keys = (*texts, *(f"{text}_en" for text in texts), "method", "edges_published", "licence", "chip_en")
    return {
        "id": zone.id,
        "name": zone.name,
        "name_en": zone.name_en,
        "parent": zone.parent,
        "rank": zone.rank,
        "aliases": list(zone.aliases),
        "palette": zone.palette,
        "chip": zone.chip,
        "area_km2": zone.area_km2,
        "official_area_km2": zone.official_area_km2,
        "accuracy_m": zone.accuracy_m,
        "label": zone.label,
        **{key: zone.properties.get(key) for key in keys},
        "tasks": counts,
    }


@VIEWS.get("/api/zones")
def zones() -> Response:
    """All zones, parents first, with task counts under the filter given."""
    atlas = get_state().atlas
    wanted = _filter()
    counts = atlas.zone_counts(find_tasks(atlas, wanted) if wanted.to_query() else None)
    return jsonify({"zones": [zone_record(zone.id, counts[zone.id]) for zone in atlas.zones]})


@VIEWS.get("/api/zones/<zone_id>")
def zone(zone_id: str) -> Response:
    """One zone with its path, its children and what stands in it."""
    atlas = get_state().atlas
    counts = atlas.zone_counts()
    record = zone_record(atlas.zones.get(zone_id).id, counts[zone_id])
    above = [atlas.zones.get(z) for z in reversed(atlas.zones.ancestors(zone_id))]
    named = [{"id": z.id, "name": z.name, "name_en": z.name_en} for z in above]
    children = [zone_record(z, counts[z]) for z in atlas.zones.children(zone_id)]
    places = facilities.in_zone(atlas, zone_id)
    return jsonify({**record, "path": named, "children": children, "facilities": places})


@VIEWS.get("/api/zones/<zone_id>/tasks")
def zone_tasks(zone_id: str) -> Response:
    """Tasks of a zone, each with its links and their evidence: its own first, then its child zones'.

    `zone` says under which zone a task stands. `passing` are tasks whose line only passes through.
    """
    atlas = get_state().atlas
    atlas.zones.get(zone_id)
    found = atlas.zone_tasks(zone_id, find_tasks(atlas, _filter()))
    rows = [task_row(task, zone_id) for task in found.own]
    seen = {task.id for task in found.own}
    children = []
    for child, tasks in found.children.items():
        names = atlas.zones.get(child)
        children.append({"id": child, "name": names.name, "name_en": names.name_en, "count": len(tasks)})
        rows += [task_row(task, child) for task in tasks if task.id not in seen]
        seen |= {task.id for task in tasks}
    return jsonify(
        {
            "zone": zone_id,
            "name": found.zone.name,
            "counts": {"own": len(found.own), "total": found.total, "passing": len(found.passing)},
            "children": children,
            "tasks": rows,
            "passing": [task_row(task, zone_id) for task in found.passing],
            "filter": _filter().to_query(),
        }
    )


def task_row(item: LinkedTask, zone_id: str | None = None) -> dict[str, Any]:
    """A task with its links record, the names of what it links to, and where its body starts in `text`."""
    atlas = get_state().atlas
    record = item.to_json()
    record["body_start"] = len(item.task.text) - len(item.task.body)
    plan = atlas.plans.get(item.task.plan)
    record["plan_title"] = plan.title if plan else item.task.plan
    record["plan_title_en"] = plan.title_en if plan else item.task.plan
    for link in record["links"]:
        target = atlas.get_feature(link["target"]).properties
        link["name"] = target["name"]
        link["name_en"] = target.get("name_en") or target["name"]
        link["accuracy_m"] = target.get("accuracy_m")
    if zone_id is not None:
        record["zone"] = zone_id
        record["here"] = zone_id in item.zones(*HERE)
    return record


@VIEWS.get("/api/tasks")
def tasks() -> Response:
    """Tasks under `zone`, `target`, `plan`, `stage`, `due`, `implied`, `scope` and `q`."""
    wanted = _filter()
    found = find_tasks(get_state().atlas, wanted)
    rows = [task_row(task) for task in found]
    return jsonify({"total": len(rows), "filter": wanted.to_query(), "tasks": rows})


@VIEWS.get("/api/dues")
def dues() -> Response:
    """How many milestones are due in which quarter, under the filters of `/api/tasks` but for `due`.

    `tasks` and `milestones` are how many meet `due` as well.
    """
    wanted = _filter()
    return jsonify({**count_dues(get_state().atlas, wanted).to_json(), "filter": wanted.to_query()})


@VIEWS.get("/api/tasks/<task_id>")
def task(task_id: str) -> Response:
    """One task. `official` is its published text with all that was found in it, null where not at hand."""
    item = get_state().atlas.get_task(task_id)
    official = item.official.to_json() if item.official else None
    return jsonify({**task_row(item), "official": official})


@VIEWS.get("/api/features/<feature_id>")
def feature(feature_id: str) -> Response:
    """A site, school, hospital, stop or line: its properties, and the tasks that link to it."""
    atlas = get_state().atlas
    found = atlas.get_feature(feature_id)
    linked = find_tasks(atlas, TaskFilter(target=feature_id))
    return jsonify(
        {**found.properties, "placed": found.geometry is not None, "tasks": [task_row(t) for t in linked]}
    )


@VIEWS.get("/api/plans")
def plans() -> Response:
    """The plans with how many of their tasks have which scope, and how many unplaced names are left."""
    atlas = get_state().atlas
    return jsonify({"plans": [facilities.plan_summary(atlas, plan_id) for plan_id in atlas.plans]})


@VIEWS.get("/api/layers")
def layers() -> Response:
    """The layer registry."""
    atlas = get_state().atlas
    rows = [
        {
            "id": layer.id,
            "title": layer.title,
            "title_en": layer.title_en,
            "group": layer.group,
            "geometry": layer.geometry,
            "about": layer.about,
            "features": len(layer.build(atlas)),
            "url": f"/layers/{layer.id}.geojson",
            "export": f"/export/{layer.id}.geojson",
        }
        for layer in LAYERS
    ]
    return jsonify({"layers": rows})


@VIEWS.get("/api/messages")
def messages() -> Response:
    """The words of the interface in the language of `?lang=`."""
    return jsonify(get_state().translations.get(wanted_language()))


@VIEWS.get("/healthz")
def healthz() -> Response:
    """Whether the application is up, and how much it holds."""
    atlas = get_state().atlas
    return jsonify(
        {"status": "ok", "zones": len(atlas.zones), "tasks": len(atlas.tasks), "plans": list(atlas.plans)}
    )
