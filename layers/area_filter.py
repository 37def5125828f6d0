"""Which places lie in a drawn shape, or within some metres of a point or place?

Coordinates in: lon, lat in EPSG:4326. Distances: metres, measured in EPSG:4549, which is at most 0.07 %
off here. A place known worse than it is drawn lies nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import shapely
from shapely import STRtree
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import check_lon_lat, from_metric, to_metric
from geo.features import Feature
from layers.atlas import Atlas
from layers.errors import FilterError
from layers.facilities import is_drawn
from lingang.errors import PlanningMapError

DEFAULT_RADIUS_M = 1000.0
MOST_RADIUS_M = 50_000.0  # further than the New Area is wide
MOST_VERTICES = 200  # of a shape: an address has to hold it
NEAR_FORMS = ["lon,lat such as 121.93,30.901", "the id of a stop, site, line or zone that is on the map"]
SHAPE_FORMS = ["121.90,30.88;121.95,30.88;121.93,30.92"]


def is_on_map(feature: Feature) -> bool:
    """True for an outline or line, and for a point that is known well enough to be drawn."""
    return feature.geometry is not None and (feature.geometry.geom_type != "Point" or is_drawn(feature))


def parse_radius(text: str | None) -> float:
    """Return a radius in metres, the default for None; raises FilterError."""
    try:
        radius = DEFAULT_RADIUS_M if text is None else float(text)
    except ValueError:
        radius = math.nan
    if not 0 < radius <= MOST_RADIUS_M:  # NaN compares false
        raise FilterError("radius", str(text), [f"metres above 0, at most {MOST_RADIUS_M:.0f}"])
    return radius


def parse_position(text: str) -> tuple[float, float]:
    """Return lon, lat of `lon,lat`; raises ValueError where it is none, CoordinateError off the earth."""
    lon, lat = (float(part) for part in text.split(","))
    check_lon_lat(lon, lat)
    return lon, lat


def parse_shape(text: str) -> BaseGeometry:
    """Return the area of `lon,lat;lon,lat;…` in degrees; of a ring that crosses itself, all its lobes.

    Raises
    ------
    FilterError
        No such list, fewer than three or more than 200 corners, or corners that enclose nothing.
    """
    try:
        corners = [parse_position(part) for part in text.strip().strip(";").split(";")]
    except (ValueError, PlanningMapError):
        raise FilterError("shape", text, SHAPE_FORMS) from None
    if not 3 <= len(corners) <= MOST_VERTICES:
        raise FilterError("shape", text, [f"3 to {MOST_VERTICES} corners: {SHAPE_FORMS[0]}"])
    area = shapely.make_valid(Polygon(corners))
    if area.area == 0.0:
        raise FilterError("shape", text, [f"corners around an area: {SHAPE_FORMS[0]}"])
    return area


def find_centre(atlas: Atlas, text: str) -> BaseGeometry:
    """Return what `near` names in metres (EPSG:4549): the point, or the geometry of the place.

    Raises
    ------
    UnknownIdError
        No place has this id.
    FilterError, CoordinateError
        Neither a position nor an id, a position far from here, or a place that is not on the map.
    """
    if "," in text:
        try:
            return to_metric(Point(parse_position(text)))
        except ValueError as error:
            if isinstance(error, PlanningMapError):
                raise
            raise FilterError("near", text, NEAR_FORMS) from None
    feature = atlas.get_feature(text)
    if feature.geometry is None or not is_on_map(feature):
        raise FilterError("near", text, NEAR_FORMS)
    return to_metric(feature.geometry)


def area_around(atlas: Atlas, near: str, radius: str | None) -> BaseGeometry:
    """Return what `near` and `radius` take in, as an area in degrees; raises as `find_centre`."""
    return from_metric(find_centre(atlas, near).buffer(parse_radius(radius)))


class PlaceIndex:
    """Places by where they lie."""

    def __init__(self, features: Iterable[Feature]) -> None:
        drawn = [f for f in features if is_on_map(f)]
        self.ids = [f.id for f in drawn]
        self._degrees = STRtree([f.geometry for f in drawn])
        self._metric = STRtree([_metric_or_none(f) for f in drawn])

    def inside(self, area: BaseGeometry) -> list[str]:
        """Ids of the places that an area (degrees) touches."""
        shapely.prepare(area)
        return [self.ids[at] for at in self._degrees.query(area, predicate="intersects").tolist()]

    def within(self, centre: BaseGeometry, radius_m: float) -> list[str]:
        """Ids of the places at most some metres from a geometry in EPSG:4549."""
        return [self.ids[at] for at in self._metric.query(centre, "dwithin", radius_m).tolist()]


def _metric_or_none(feature: Feature) -> BaseGeometry | None:
    """The geometry in metres; None, which no search finds, where the plane does not reach."""
    try:
        return None if feature.geometry is None else to_metric(feature.geometry)
    except PlanningMapError:
        return None
