"""Where is a lens put, how far does it reach, on which days is it worth a look, and what is drawn?

Coordinates in and out: lon, lat in EPSG:4326. Distances: metres on the ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from pyproj import Geod
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import from_metric, to_metric
from layers.errors import FilterError
from layers.reach import (
    DEFAULT_MINUTES,
    DETOUR_FACTOR,
    MOST_MINUTES,
    NEAR_M,
    WALKING_M_A_MINUTE,
    Origin,
    ServiceLens,
    nearest_m,
)
from layers.statuses import parse_day
from lingang.errors import UnknownIdError

REACHES = {"500m": NEAR_M * DETOUR_FACTOR / WALKING_M_A_MINUTE, "15min": DEFAULT_MINUTES}  # in minutes
DUE = "due"  # instead of a day: the last day that a plan promises there
NOW = "now"  # instead of a day: the present one, also for a project
DAYS_WITHIN_M = 2000.0  # of a point: projects whose promises are worth a look from there
_PROJECT = "project:"
_RING_POINTS = 128  # of a circle; the chord between two leaves it by 0.03 % of the radius at most
_REACH = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*(m|min)")
_POINT = re.compile(r"\s*([^,\s]+)\s*,\s*([^,\s]+)\s*")
_SIMPLIFY_M = 3.0  # of the ring round an outline: far below what the outline is known to
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class PlannedDay:
    """A day by which plans promise something near a lens, and the projects that they promise."""

    day: date
    projects: tuple[tuple[str, str, str], ...]  # id, name, English name

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        named = [{"id": key, "name": name, "name_en": name_en} for key, name, name_en in self.projects]
        return {"date": self.day.isoformat(), "projects": named}


def parse_reach(written: str) -> float:
    """Return minutes of walking from `500m` (a straight line) or `15min`; raises FilterError."""
    found = _REACH.fullmatch(written.strip())
    if found:
        amount = float(found[1])
        minutes = amount if found[2] == "min" else amount * DETOUR_FACTOR / WALKING_M_A_MINUTE
        if 0 < minutes <= MOST_MINUTES:
            return minutes
    raise FilterError("reach", written, [*REACHES, f"metres or minutes of walking, {MOST_MINUTES:g} at most"])


def dump_reach(minutes: float) -> str:
    """Return what `parse_reach` reads: a known reach by its name, else minutes."""
    return next((name for name, known in REACHES.items() if known == minutes), f"{round(minutes, 3):g}min")


def parse_place(written: str, lens: ServiceLens) -> Origin:
    """Return the origin that is written as `lon,lat`, as `project:` and an id, or as an id.

    A bare id is a zone's, else a project's, else that of a place or line. Zones and projects share some ids.

    Raises
    ------
    FilterError, UnknownIdError, CoordinateError
        Nothing at all; no such zone or project; a position that is not in or near the area.
    """
    written = written.strip()
    if point := _POINT.fullmatch(written):
        try:
            lon, lat = float(point[1]), float(point[2])
        except ValueError:
            raise FilterError("at", written, ["decimal degrees, such as 121.93,30.9"]) from None
        return lens.point(lon, lat)
    if written.startswith(_PROJECT):
        return lens.project(written.removeprefix(_PROJECT))
    if not written:
        raise FilterError("at", written, ["lon,lat", "the id of a zone", f"{_PROJECT}ID"])
    if written in lens.atlas.zones:
        return lens.zone(written)
    if written in lens.projects.views:
        return lens.project(written)
    if written in lens.atlas.features:
        return _feature(lens, written)
    raise UnknownIdError("zone", written, [*(z.id for z in lens.atlas.zones), *lens.projects.views])


def _feature(lens: ServiceLens, feature_id: str) -> Origin:
    feature = lens.atlas.features[feature_id]
    own = feature.properties
    if feature.geometry is None:
        raise FilterError("at", feature_id, ["a place whose position is known"])
    zones = frozenset({str(own["zone"])}) if own.get("zone") else frozenset()
    named = str(own["name"]), str(own.get("name_en") or "")
    return Origin("feature", feature_id, *named, feature.geometry, float(own.get("accuracy_m") or 0.0), zones)


def dump_place(origin: Origin) -> str:
    """Return what `parse_place` reads; positions to 5 decimals, a metre."""
    if origin.kind == "point":
        return f"{origin.geometry.x:.5f},{origin.geometry.y:.5f}"
    return f"{_PROJECT}{origin.id}" if origin.kind == "project" else origin.id


def planned_days(lens: ServiceLens, origin: Origin, *, within_m: float = DAYS_WITHIN_M) -> list[PlannedDay]:
    """Days by which plans promise a project near an origin, the earliest first.

    A project counts by a place of its own; one known by its zone alone could be anywhere there. A project
    that is itself the origin always counts.
    """
    start = to_metric(origin.geometry)
    found: dict[date, list[tuple[str, str, str]]] = {}
    for project_id, view in lens.projects.views.items():
        day = lens.due_day(project_id)
        if day is None:
            continue
        is_origin = origin.kind == "project" and origin.id == project_id
        shapes = lens.own_places(project_id)
        if is_origin or any(nearest_m(start, to_metric(x)) <= within_m for x in shapes):
            found.setdefault(day, []).append((project_id, view.project.name, view.project.name_en))
    return [PlannedDay(day, tuple(found[day])) for day in sorted(found)]


def parse_when(written: str, lens: ServiceLens, origin: Origin, days: Iterable[PlannedDay]) -> date | None:
    """Return the day of `YYYY-MM-DD`, or for `due` the last that plans promise there; None for the present.

    Raises
    ------
    StatusError
        It is neither.
    """
    written = written.strip()
    if written in ("", NOW):
        return None
    if written != DUE:
        return parse_day(written, "date")
    if origin.kind == "project":
        return lens.due_day(origin.id)
    return max((x.day for x in days), default=None)


def ring_around(origin: Origin, distance_m: float) -> BaseGeometry:
    """Return the outline of everything within a distance of an origin.

    Round a point a geodesic circle, exact at its corners; round an outline a planar one of EPSG:4549, which
    is 0.07 % off at most.
    """
    if origin.geometry.geom_type == "Point":
        lon, lat = origin.geometry.x, origin.geometry.y
        turns = np.linspace(0.0, -360.0, _RING_POINTS, endpoint=False)  # anticlockwise, as GeoJSON has it
        ones = np.ones(_RING_POINTS)
        lons, lats, _ = _GEOD.fwd(lon * ones, lat * ones, turns, distance_m * ones)
        return Polygon(np.column_stack([lons, lats]))
    around = to_metric(origin.geometry).buffer(distance_m, quad_segs=16)
    return from_metric(around.simplify(min(_SIMPLIFY_M, distance_m / 500)))


def mark_point(origin: Origin) -> Point:
    """Where the middle of a lens is marked: the point itself, else a point within the outline."""
    shape = origin.geometry
    return shape if shape.geom_type == "Point" else shape.representative_point()
