"""The service lens: what a walk from a point or a project reaches, the gaps as a page, and the map's JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geo.gcj02 import shift_geometry
from layers.errors import FilterError
from layers.reach import NEAR_M, Origin, Reach, ServiceLens, reach_of
from layers.reach_areas import ServiceAreas
from layers.reach_facilities import SERVICES
from layers.reach_lens import (
    DUE,
    REACHES,
    dump_place,
    dump_reach,
    mark_point,
    parse_place,
    parse_when,
    planned_days,
    ring_around,
)
from webmap.forgiving import forgiving
from webmap.i18n import wanted_language
from webmap.project_board import get_projects, plan_name
from webmap.reach_pages import (
    get_areas,
    get_lens,
    method_record,
    reach_context,
    wanted_day,
    wanted_minutes,
)
from webmap.state import get_state
from webmap.target_pages import get_targets

VIEWS = Blueprint("lens", __name__)
DATUMS = ("wgs84", "gcj02")
PARK_INDICATOR = "park-coverage"


@VIEWS.app_context_processor
def lens_context() -> dict[str, Any]:
    """What the pages of zones and the services need: the plans' own figures for parks."""
    return {"park_figures": park_figures}


def walk_from(origin: Origin, lens: ServiceLens) -> Reach:
    """The walk that the address asks for with `reach`, `today` and `date`.

    A project is looked at on the last day that the plans promise, when no day is asked for.
    """
    written = request.args.get("date", "")
    if not written.strip() and origin.kind == "project":
        written = DUE
    day = parse_when(written, lens, origin, planned_days(lens, origin))
    return lens.walk(origin, minutes=wanted_minutes(), today=wanted_day("today") or date.today(), day=day)


@VIEWS.get("/services")
@forgiving
def point_services() -> str:
    """What a walk from a position reaches; without `at` the way to say one."""
    written = request.args.get("at", "").strip()
    lens = get_lens()
    if not written:
        return render_template("services_start.html", reaches=list(REACHES), zones=_outlined(lens))
    origin = parse_place(written, lens)
    project = get_projects().get(origin.id) if origin.kind == "project" else None
    zone = lens.atlas.zones.get(origin.id) if origin.kind == "zone" else None
    found = walk_from(origin, lens)
    return render_template("services.html", zone=zone, project=project, **reach_context(lens, found))


@VIEWS.get("/projects/<project_id>/services")
@forgiving
def project_services(project_id: str) -> str:
    """What a walk from a project reaches, now and when the plans promise that it is done."""
    lens = get_lens()
    found = walk_from(lens.project(project_id), lens)
    view = get_projects().get(project_id)
    return render_template("services.html", project=view, **reach_context(lens, found))


@VIEWS.get("/services/gaps")
@forgiving
def gaps() -> str:
    """Zones and services by the share of land within reach, the least first, with the method."""
    lens, minutes = get_lens(), wanted_minutes()
    areas = get_areas(lens, today=wanted_day("today") or date.today(), day=wanted_day("date"))
    zone_id, service = (request.args.get(key, "").strip() for key in ("zone", "service"))
    if service and service not in SERVICES:
        raise FilterError("service", service, list(SERVICES))
    zones = lens.atlas.zones
    chosen = [zones.get(zone_id).id, *zones.descendants(zone_id)] if zone_id else None
    rows = [x for x in areas.gaps(chosen, minutes=minutes) if service in ("", x.service)]
    return render_template(
        "gaps.html",
        rows=rows,
        areas=areas,
        zones=_outlined(lens),
        services=SERVICES,
        wanted={"zone": zone_id, "service": service},
        reach=dump_reach(minutes),
        reaches=list(REACHES),
        method=method_record(minutes),
    )


def _outlined(lens: ServiceLens) -> list[Any]:
    return [zone for zone in lens.atlas.zones if zone.geometry is not None]


# ---- for the map ------------------------------------------------------------------------------------------


@VIEWS.get("/api/lens")
def lens_record() -> Response:
    """What the map's lens shows at `at` (lon,lat in WGS 84, a zone or `project:ID`): a reach, and its rings.

    `rings` and `middle` are in `datum`, that of the map; everything else is WGS 84.
    """
    lens, datum = get_lens(), wanted_datum()
    found = walk_from(parse_place(request.args.get("at", ""), lens), lens)
    origin = found.origin
    record = {
        **found.to_json(),
        "place": dump_place(origin),
        "reach": dump_reach(found.minutes),
        "method": method_record(found.minutes),
        "days": [day.to_json() for day in planned_days(lens, origin)],
        "middle": list(shifted(mark_point(origin), datum).coords[0]),
        "rings": rings_of(found, datum),
    }
    if origin.kind == "zone":
        areas = get_areas(lens, today=found.today, day=found.day)
        record["parks"] = parks_of(origin.id, areas)
    return jsonify(record)


@VIEWS.get("/api/zones/<zone_id>/parks")
def parks_record(zone_id: str) -> Response:
    """How much of a zone's land lies within 500 m of a park, and what the plans want of that."""
    get_state().atlas.zones.get(zone_id)
    areas = get_areas(get_lens(), today=wanted_day("today") or date.today(), day=wanted_day("date"))
    return jsonify(parks_of(zone_id, areas))


def wanted_datum() -> str:
    """The datum of the map, WGS 84 by default; raises FilterError."""
    datum = request.args.get("datum", "").strip() or DATUMS[0]
    if datum not in DATUMS:
        raise FilterError("datum", datum, list(DATUMS))
    return datum


def shifted(geometry: BaseGeometry, datum: str) -> BaseGeometry:
    """A WGS 84 geometry in the datum of the map."""
    return shift_geometry(geometry, "gcj02") if datum == "gcj02" else geometry


def rings_of(found: Reach, datum: str) -> dict[str, Any]:
    """Both usual reaches and the chosen one round the origin, the widest first, as GeoJSON."""
    minutes = sorted({*REACHES.values(), found.minutes}, reverse=True)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": dump_reach(one),
                "properties": {"distance_m": reach_of(one), "chosen": one == found.minutes},
                "geometry": mapping(shifted(ring_around(found.origin, reach_of(one)), datum)),
            }
            for one in minutes
        ],
    }


def parks_of(zone_id: str, areas: ServiceAreas) -> dict[str, Any]:
    """The share of a zone's land within 500 m of a park, beside the figures of the plans, and the method."""
    words = get_state().translations.get(wanted_language())
    return {
        **areas.park_coverage(zone_id).to_json(),
        "date": areas.day.isoformat(),
        "near_m": NEAR_M,
        "figures": park_figures(),
        "method": words["reach.parks_note"],
    }


def park_figures() -> list[dict[str, Any]]:
    """What the plans want of the cover with parks: number, year, the plan, and the item that says it."""
    row = get_targets().get_row(PARK_INDICATOR)
    return [
        {
            "indicator": PARK_INDICATOR,
            "op": {">=": "≥", "<=": "≤", "==": "="}.get(figure.target.op, figure.target.op),
            "value": figure.target.value,
            "unit": figure.unit,
            "year": figure.year,
            "plan": figure.plan,
            "plan_name": plan_name(figure.plan),
            "task": figure.task,
            "words": figure.words,
        }
        for figure in row.figures
    ]
