"""What lies within a walk: the page of a zone, the JSON for a zone, a project or a point, and the gaps.

`reach_context` is what the pages of a zone, a project and a point (`lens_pages`) share.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from layers.errors import FilterError
from layers.reach import (
    DEFAULT_MINUTES,
    DETOUR_FACTOR,
    NEAR_M,
    WALKING_M_A_MINUTE,
    Origin,
    Reach,
    ServiceLens,
    method_words,
    parse_minutes,
    reach_of,
)
from layers.reach_areas import ServiceAreas
from layers.reach_facilities import KINDS, SERVICES
from layers.reach_lens import REACHES, dump_place, dump_reach, parse_reach, planned_days
from layers.statuses import parse_day
from webmap.forgiving import forgiving
from webmap.i18n import wanted_language
from webmap.project_board import get_projects, get_statuses
from webmap.state import get_state

VIEWS = Blueprint("reach", __name__)
_ORIGINS = ["zone=ID", "project=ID", "lon= and lat="]
_KEPT = "lingang.reach"  # the lens and areas of the last answer


def get_lens() -> ServiceLens:
    """The facilities of the atlas that is shown, with what is recorded now; kept until a record is added."""
    fresh = ServiceLens(get_state().atlas, get_projects(), get_statuses())
    kept: ServiceAreas | None = current_app.extensions.get(_KEPT)
    if kept is None:
        return fresh
    old = kept.lens
    same = old.atlas is fresh.atlas and old.projects is fresh.projects and old.book == fresh.book
    return old if same else fresh


def get_areas(lens: ServiceLens, *, today: date, day: date | None) -> ServiceAreas:
    """The land within reach on a day; kept while the same day is asked for."""
    kept: ServiceAreas | None = current_app.extensions.get(_KEPT)
    if kept is None or (kept.today, kept.day) != (today, day or today) or kept.lens is not lens:
        kept = current_app.extensions[_KEPT] = ServiceAreas(lens, today=today, day=day)
    return kept


def wanted_minutes() -> float:
    """The minutes that the address asks for by `reach` or `minutes`, 15 by default; raises FilterError."""
    written = request.args.get("reach", "").strip()
    if written:
        return parse_reach(written)
    written = request.args.get("minutes", "").strip()
    return parse_minutes(written) if written else DEFAULT_MINUTES


def wanted_day(name: str) -> date | None:
    """The day in a field of the address, None where it is left out; raises StatusError."""
    written = request.args.get(name, "").strip()
    return parse_day(written, name) if written else None


def wanted_origin(lens: ServiceLens) -> Origin:
    """The zone, project or point of the address.

    Raises
    ------
    FilterError
        None of them, more than one, or a coordinate that is no number.
    UnknownIdError, CoordinateError
        No such zone or project; a position that is not in or near the area.
    """
    given = {name: request.args.get(name, "").strip() for name in ("zone", "project", "lon", "lat")}
    named = [name for name in ("zone", "project") if given[name]]
    point = bool(given["lon"] or given["lat"])
    if len(named) + point != 1:
        told = "&".join(f"{name}={value}" for name, value in given.items() if value)
        raise FilterError("from", told, _ORIGINS)
    if given["zone"]:
        return lens.zone(given["zone"])
    if given["project"]:
        return lens.project(given["project"])
    return lens.point(_number("lon", given["lon"]), _number("lat", given["lat"]))


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise FilterError(name, written, ["decimal degrees, such as lon=121.93&lat=30.9"]) from None


def method_record(minutes: float) -> dict[str, Any]:
    """The numbers behind a reach, and the method in words."""
    words = get_state().translations.get(wanted_language())
    return {
        "minutes": minutes,
        "walking_m_a_minute": WALKING_M_A_MINUTE,
        "detour_factor": DETOUR_FACTOR,
        "reach_m": round(reach_of(minutes)),
        "near_m": NEAR_M,
        "words": method_words(words, minutes),
        "parks": words["reach.parks_note"],
        "gaps": words["reach.gaps_note"],
    }


@VIEWS.get("/api/reach")
def reach_record() -> Response:
    """What lies within `minutes` of `zone`, `project` or `lon` and `lat`, today and on `date`.

    For a project the day is the last that the plans promise, when left out. A zone has the shares of its
    land within reach, too.
    """
    lens, minutes = get_lens(), wanted_minutes()
    origin = wanted_origin(lens)
    today = wanted_day("today") or date.today()
    day = wanted_day("date")
    if day is None and origin.kind == "project":
        day = lens.due_day(origin.id)
    found = lens.walk(origin, minutes=minutes, today=today, day=day)
    record = {**found.to_json(), "method": method_record(minutes)}
    if origin.kind == "zone":
        areas = get_areas(lens, today=today, day=day)
        record["coverage"] = [entry.to_json() for entry in areas.all_of(origin.id, minutes=minutes)]
    return jsonify(record)


@VIEWS.get("/api/reach/gaps")
def gaps_record() -> Response:
    """Zones and services by the share of land within reach, the least first; `zone` and its parts only."""
    lens, minutes = get_lens(), wanted_minutes()
    areas = get_areas(lens, today=wanted_day("today") or date.today(), day=wanted_day("date"))
    wanted = request.args.get("zone", "").strip()
    zones = lens.atlas.zones
    chosen = [wanted, *zones.descendants(wanted)] if wanted else None
    rows = [entry.to_json() for entry in areas.gaps(chosen, minutes=minutes)]
    return jsonify({"today": areas.today.isoformat(), "date": areas.day.isoformat(),
                    "method": method_record(minutes), "total": len(rows), "gaps": rows})  # fmt: skip


@VIEWS.get("/zones/<zone_id>/services")
@forgiving
def services(zone_id: str) -> str:
    """What a walk from a zone reaches, how much of its land is covered, and where least."""
    lens, minutes = get_lens(), wanted_minutes()
    origin = lens.zone(zone_id)
    today = wanted_day("today") or date.today()
    day = wanted_day("date")
    areas = get_areas(lens, today=today, day=day)
    found = lens.walk(origin, minutes=minutes, today=today, day=day)
    shares = sorted(areas.all_of(zone_id, minutes=minutes), key=lambda x: x.now or 0.0)
    zone = lens.atlas.zones.get(zone_id)
    return render_template("services.html", zone=zone, shares=shares, **reach_context(lens, found))


def reach_context(lens: ServiceLens, found: Reach) -> dict[str, Any]:
    """What the template says of a reach: the method, the days worth a look, and what a form sends."""
    return {
        "found": found,
        "kinds": KINDS,
        "services": SERVICES,
        "method": method_record(found.minutes),
        "place": dump_place(found.origin),
        "reach": dump_reach(found.minutes),
        "reaches": list(REACHES),
        "days": planned_days(lens, found.origin),
    }
