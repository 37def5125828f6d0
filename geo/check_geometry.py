"""Is each geometry sound by itself and in the right place: validity, extent, area, label, sites, stops?

Positions: lon, lat in EPSG:4326. Distances: metres in EPSG:4549, 0.07 % above the ground at most.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from geo.crs import area_m2, to_metric
from geo.faults import (
    EXTENT_DEG,
    Dataset,
    Fault,
    fault,
    in_extent,
    number_of,
    position_of,
    sound_geometry,
    text_of,
    texts_of,
)

OFFICIAL_AREA_TOLERANCE = 0.10  # a wider gap to the published area must be explained in `note`
STATED_AREA_TOLERANCE_KM2 = 0.02
STOP_REACH_M = 200.0  # a platform's length and the width of a station street
SITE_ACCURACY_M = 500.0  # sites placed worse than this may fall into the neighbour zone
BOX_FILL = 0.99  # share of its smallest rectangle that a four-cornered outline may fill
CIRCLE_SPREAD = 0.005  # of the mean radius
CIRCLE_VERTICES = 12
CORNER_TOLERANCE_M = 1.0  # vertices closer than this to a straight side are no corners
ROUND_ZONES = frozenset({"dishui-lake"})  # the lake was drawn with a compass


def check_geometry(data: Dataset) -> Iterator[Fault]:
    """Geometries are valid, not empty, within the extent and without repeated neighbour positions."""
    for feature in data.all():
        geometry = feature.geometry
        if geometry is None:
            continue
        if geometry.is_empty:
            yield fault(feature, "geometry", "the geometry is empty; write null")
            continue
        if not geometry.is_valid:
            yield fault(feature, "geometry", f"not valid: {explain_validity(geometry)}; redraw it there")
        if not in_extent(geometry):
            west, south, east, north = EXTENT_DEG
            bounds = ", ".join(f"{value:.4f}" for value in geometry.bounds)
            yield fault(
                feature,
                "geometry",
                f"reaches ({bounds}), outside lon {west}..{east}, lat {south}..{north}; clip or correct it",
            )
        twin = _repeated_position(geometry)
        if twin is not None:
            yield fault(feature, "geometry", f"position {twin[0]}, {twin[1]} is written twice in a row")


def check_shape(data: Dataset) -> Iterator[Fault]:
    """No zone is a mere box or a bare circle: such outlines stand for a place nobody drew."""
    for zone in data.of("zones"):
        geometry = sound_geometry(zone)
        if geometry is None:
            continue
        parts = [to_metric(part) for part in shapely.get_parts(geometry).tolist()]
        outlined = [part for part in parts if part.geom_type == "Polygon"]
        if outlined and all(map(_is_box, outlined)):
            yield fault(zone, "shape", "the outline is a mere rectangle; draw it along its real sides")
        if zone.id not in ROUND_ZONES and outlined and all(map(_is_circle, outlined)):
            yield fault(zone, "shape", "the outline is a bare circle; draw it along its real sides")


def check_area(data: Dataset) -> Iterator[Fault]:
    """The stated area is the drawn one, and the drawn one is near the published one or explained."""
    for zone in data.of("zones"):
        geometry = sound_geometry(zone)
        if geometry is None:
            continue
        drawn = area_m2(geometry) / 1e6
        stated, official = number_of(zone, "area_km2"), number_of(zone, "official_area_km2")
        if stated is None:
            yield fault(zone, "area", f"area_km2 is missing; the outline has {drawn:.2f}")
        elif abs(stated - drawn) > STATED_AREA_TOLERANCE_KM2:
            yield fault(zone, "area", f"area_km2 is {stated}, but the outline has {drawn:.2f}")
        if official and abs(drawn - official) > OFFICIAL_AREA_TOLERANCE * official:
            if text_of(zone, "note"):
                continue
            yield fault(
                zone,
                "area",
                f"drawn {drawn:.2f} km2 is {drawn / official - 1:+.0%} of the published {official:g}; "
                "redraw, or explain the gap in 'note'",
            )


def check_label(data: Dataset) -> Iterator[Fault]:
    """The anchor of a zone's name lies in the zone."""
    for zone in data.of("zones"):
        geometry, label = sound_geometry(zone), position_of(zone, "label")
        if geometry is None:
            continue
        if label is None:
            yield fault(zone, "label", "label is missing; give [lon, lat] of a point inside the zone")
        elif not geometry.covers(Point(label)):
            yield fault(zone, "label", f"label {label[0]}, {label[1]} lies outside the zone; move it inside")


def check_sites(data: Dataset) -> Iterator[Fault]:
    """A site, school or hospital that is well placed lies in the zone it names, or as near as it is sure."""
    zones = data.zones()
    for site in data.of("sites", "schools", "hospitals"):
        accuracy = number_of(site, "accuracy_m")
        zone_id = text_of(site, "zone")
        place, zone = sound_geometry(site), sound_geometry(zones.get(zone_id or ""))
        if place is None or zone is None or accuracy is None or accuracy > SITE_ACCURACY_M:
            continue
        off_m = 0.0 if zone.intersects(place) else to_metric(zone).distance(to_metric(place))
        if off_m > accuracy:
            yield fault(
                site,
                "sites",
                f"lies {off_m:.0f} m outside its zone {zone_id!r}, but claims {accuracy:g} m; "
                "correct the place, the zone or accuracy_m",
            )


def check_stops(data: Dataset) -> Iterator[Fault]:
    """A stop lies on its lines, unless the course of the line is only schematic."""
    lines = data.lines()
    for stop in data.of("transit"):
        place = sound_geometry(stop)
        if text_of(stop, "kind") != "stop" or place is None:
            continue
        for line_id in texts_of(stop, "lines"):
            line = lines.get(line_id)
            course = sound_geometry(line)
            if line is None or course is None or line.properties.get("schematic") is True:
                continue
            off_m = to_metric(course).distance(to_metric(place))
            if off_m > STOP_REACH_M:
                yield fault(
                    stop,
                    "stops",
                    f"lies {off_m:.0f} m from its line {line_id!r}; expected at most {STOP_REACH_M:g}",
                )


def _repeated_position(geometry: BaseGeometry) -> tuple[float, float] | None:
    """The first position that follows itself within one line or ring."""
    for part in _paths(geometry):
        points = shapely.get_coordinates(part)
        same = (np.diff(points, axis=0) == 0).all(axis=1)
        if same.any():
            lon, lat = points[int(same.argmax())].tolist()
            return lon, lat
    return None


def _paths(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Every line and ring of a geometry; none of points."""
    for part in shapely.get_parts(geometry).tolist():
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type == "LineString":
            yield part


def _is_box(polygon: BaseGeometry) -> bool:
    """Four corners and nearly all of the smallest rectangle around; metres in."""
    corners = shapely.get_num_coordinates(polygon.simplify(CORNER_TOLERANCE_M)) - 1
    rectangle = shapely.minimum_rotated_rectangle(polygon)
    return bool(corners == 4 and polygon.area > BOX_FILL * rectangle.area)


def _is_circle(polygon: BaseGeometry) -> bool:
    """Without holes, and all vertices equally far from the middle, most of the way round; metres in."""
    points = shapely.get_coordinates(polygon)[:-1]
    if len(points) < CIRCLE_VERTICES or shapely.get_num_interior_rings(polygon) > 0:
        return False
    radii = np.hypot(*(points - points.mean(axis=0)).T)
    radius = float(radii.mean())
    return bool(np.ptp(radii) < CIRCLE_SPREAD * radius and polygon.area > 0.9 * math.pi * radius**2)
