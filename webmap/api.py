"""The JSON interface: zones, tasks and plans, each with the evidence behind every link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from shapely import set_precision
from shapely.geometry import mapping

from layers import facilities
from layers.area_filter import area_around, is_on_map, parse_shape
from layers.due_times import count_dues
from layers.registry import LAYERS
from layers.task_index import index_of
from layers.tasks import TaskFilter, matching
from layers.zone_lists import zone_sets
from webmap.facet_record import facets_record
from webmap.filter_words import filter_phrases
from webmap.i18n import wanted_language
from webmap.state import get_state
from webmap.task_rows import task_row, written_row
from webmap.windows import read_window

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


@VIEWS.get("/api/counts")
def counts() -> Response:
    """How many tasks each zone holds, with those of its children, under the filter given: for the map."""
    wanted, index = _filter(), index_of(get_state().atlas)
    found = matching(index, wanted)
    totals = index.zone_totals(found)
    return jsonify({"total": found.bit_count(), "zones": totals, "filter": wanted.to_query()})


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

    `zone` says under which zone a task stands. `passing` are tasks whose line only passes through. Each of
    the two lists holds the tasks of a `Window`; `left_out` says how many come after them.
    """
    atlas, window, wanted = get_state().atlas, read_window(), _filter()
    index = index_of(atlas)
    found = zone_sets(index, zone_id, matching(index, wanted))
    children = []
    for child, tasks in found.children.items():
        names = atlas.zones.get(child)
        count = tasks.bit_count()
        children.append({"id": child, "name": names.name, "name_en": names.name_en, "count": count})
    counts = found.counts
    after = [window.after(counts[name]) for name in ("total", "passing")]
    passing = found.pass_through(window.offset, window.limit)
    return jsonify(
        {
            "zone": zone_id,
            "name": atlas.zones.get(zone_id).name,
            "counts": counts,
            "children": children,
            "tasks": [written_row(task, under) for task, under in found.placed(window.offset, window.limit)],
            "passing": [written_row(task, zone_id) for task in passing],
            "left_out": sum(after),
            "next": window.next_page() if any(after) else None,
            "filter": wanted.to_query(),
        }
    )


@VIEWS.get("/api/tasks")
def tasks() -> Response:
    """Tasks under the fields of `layers.tasks.TaskFilter`: `plan`, `zone`, `kind`, `due`, `near`, `q` …

    Of the `total` those of a `Window`.
    """
    wanted, window = _filter(), read_window()
    index = index_of(get_state().atlas)
    found = index.positions_of(matching(index, wanted))
    rows = [written_row(index.items[at]) for at in window.cut(found)]
    next_page = window.next_page() if window.after(len(found)) else None
    return jsonify({"total": len(found), "filter": wanted.to_query(), "tasks": rows, "next": next_page})


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

    `linked` is how many do so without a filter, `found` how many under it; listed are those of a `Window`.
    """
    atlas, window = get_state().atlas, read_window()
    found, index = atlas.get_feature(feature_id), index_of(atlas)
    linked = index.target.get(found.id, 0)
    kept = index.positions_of(linked & matching(index, _filter()))
    rows = [written_row(index.items[at]) for at in window.cut(kept)]
    placed, on_map = found.geometry is not None, is_on_map(found)
    return jsonify(
        {
            **found.properties,
            "placed": placed,
            "on_map": on_map,
            "linked": linked.bit_count(),
            "found": len(kept),
            "tasks": rows,
            "next": window.next_page() if window.after(len(kept)) else None,
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
