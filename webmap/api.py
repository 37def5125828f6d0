"""The JSON interface: zones, tasks and plans, each with the evidence behind every link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from shapely import set_precision
from shapely.geometry import mapping

from layers import facilities
from layers.area_filter import area_around, is_on_map, parse_shape
from layers.atlas import HERE, LinkedTask
from layers.due_times import count_dues
from layers.errors import FilterError
from layers.registry import LAYERS
from layers.task_index import index_of
from layers.tasks import TaskFilter, find_tasks, matching
from webmap.facet_record import facets_record
from webmap.filter_words import filter_phrases
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
    index = index_of(atlas)
    counts = index.zone_counts(matching(index, wanted))
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

    `zone` says under which zone a task stands. `passing` are tasks whose line only passes through. With
    `limit` each of the two lists ends after so many; `left_out` says how many are then missing.
    """
    atlas, limit = get_state().atlas, read_limit()
    atlas.zones.get(zone_id)
    found = atlas.zone_tasks(zone_id, find_tasks(atlas, _filter()))
    placed = [(task, zone_id) for task in found.own]
    seen = {task.id for task in found.own}
    children = []
    for child, tasks in found.children.items():
        names = atlas.zones.get(child)
        children.append({"id": child, "name": names.name, "name_en": names.name_en, "count": len(tasks)})
        placed += [(task, child) for task in tasks if task.id not in seen]
        seen |= {task.id for task in tasks}
    return jsonify(
        {
            "zone": zone_id,
            "name": found.zone.name,
            "counts": {"own": len(found.own), "total": found.total, "passing": len(found.passing)},
            "children": children,
            "tasks": [task_row(task, under) for task, under in placed[:limit]],
            "passing": [task_row(task, zone_id) for task in found.passing[:limit]],
            "left_out": 0 if limit is None else sum(len(x[limit:]) for x in (placed, found.passing)),
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
    """Tasks under the fields of `layers.tasks.TaskFilter`: `plan`, `zone`, `kind`, `due`, `near`, `q` …

    With `limit` only so many of the `total`, the first ones.
    """
    wanted, limit = _filter(), read_limit()
    found = find_tasks(get_state().atlas, wanted)
    rows = [task_row(task) for task in found[:limit]]
    return jsonify({"total": len(found), "filter": wanted.to_query(), "tasks": rows})


def read_limit() -> int | None:
    """How many tasks the address asks for at most, None for all; raises FilterError for what is no count."""
    written = request.args.get("limit", "").strip()
    if written and not (written.isascii() and written.isdigit() and 0 < len(written) < 9):
        raise FilterError("limit", written, ["1", "300"])
    return int(written) if written else None


@VIEWS.get("/api/facets")
def facets() -> Response:
    """How many tasks each value of each facet would leave, under all the other facets of `/api/tasks`.

    `phrases` say the filter in words; `zones` are the counts of every zone under the whole filter.
    """
    wanted = _filter()
    record = facets_record(get_state().atlas, wanted)
    return jsonify({**record, "phrases": _phrases(wanted), "filter": wanted.to_query()})


@VIEWS.get("/api/filter")
def tidy_filter() -> Response:
    """The filter that a link makes sense as: `filter`, its `phrases` in words, and what was `ignored`.

    `areas` are the outlines, in WGS 84, of what `near` and `shape` take in.
    """
    atlas = get_state().atlas
    wanted, ignored = TaskFilter.lenient(atlas, request.args)
    left_out = [{"field": field, "value": value} for field, value in ignored]
    areas = {
        "near": area_around(atlas, wanted.near, wanted.radius) if wanted.near else None,
        "shape": parse_shape(wanted.shape) if wanted.shape else None,
    }
    shown = {field: mapping(set_precision(area, 1e-6)) for field, area in areas.items() if area is not None}
    return jsonify(
        {"filter": wanted.to_query(), "phrases": _phrases(wanted), "areas": shown, "ignored": left_out}
    )


def _phrases(wanted: TaskFilter) -> list[dict[str, str]]:
    state, language = get_state(), wanted_language()
    words = state.translations.get(language)
    return [phrase.to_json() for phrase in filter_phrases(state.atlas, wanted, words, language)]


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
    """A site, school, hospital, stop or line: its properties, and the tasks under the filter that link to it.

    `linked` is how many do so without a filter, `found` how many under it; `limit` cuts the list.
    """
    atlas, limit = get_state().atlas, read_limit()
    found = atlas.get_feature(feature_id)
    linked = find_tasks(atlas, TaskFilter(target=found.id))
    chosen = {item.id for item in find_tasks(atlas, _filter())}
    kept = [item for item in linked if item.id in chosen]
    rows = [task_row(item) for item in kept[:limit]]
    placed, on_map = found.geometry is not None, is_on_map(found)
    return jsonify(
        {
            **found.properties,
            "placed": placed,
            "on_map": on_map,
            "linked": len(linked),
            "found": len(kept),
            "tasks": rows,
        }
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
