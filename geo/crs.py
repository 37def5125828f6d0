"""How large and how far, in metres, from positions in degrees?

Coordinates in: lon, lat in EPSG:4326. Areas out: square metres; lengths and distances out: metres.

Areas and lengths are geodesic on the WGS 84 ellipsoid, exact everywhere. EPSG:4549 (CGCS2000, 3-degree
Gauss-Kruger, central meridian 120 E) serves where a plane is needed: buffers, nearest points, exports.
The New Area lies 1.6 to 2.2 degrees east of that meridian, outside the strip 118.5-121.5 E for which the
system is published, and the projection enlarges there (tests/geo/test_crs.py measures it):

    lon 121.5   lengths +0.025 %   areas +0.05 %
    lon 121.94  lengths +0.043 %   areas +0.085 %   (the lake)
    lon 122.4   lengths +0.065 %   areas +0.13 %    (the eastern edge of our data)

So 844 km2 of land would be stated 0.6 km2 too large; 300 m in the plane is 299.9 m on the ground. Hence
measures are geodesic and only construction is planar. CGCS2000 and WGS 84 agree within a metre.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.errors import CoordinateError, UnknownCrsError

GEOGRAPHIC_CRS = "EPSG:4326"
METRIC_CRS = "EPSG:4549"
METRIC_MERIDIAN_DEG = 120.0
METRIC_REACH_DEG = 2.5  # lengths stay within +0.07 % of the ground at 30 N; published reach is 1.5
METRIC_SOUTH_DEG, METRIC_NORTH_DEG = 20.0, 54.0  # the Chinese mainland, as the published area of use

_GEOD = Geod(ellps="WGS84")


@lru_cache(maxsize=64)
def get_transformer(from_crs: str, to_crs: str) -> Transformer:
    """Return the transformer between two systems, x (lon, east) before y (lat, north) on both sides.

    Kept after the first call: making one costs about 40 ms. Safe to share between threads.

    Raises
    ------
    UnknownCrsError
        One of the names is not known to PROJ.
    """
    for name in (from_crs, to_crs):
        try:
            CRS.from_user_input(name)
        except CRSError as error:
            raise UnknownCrsError(name) from error
    return Transformer.from_crs(from_crs, to_crs, always_xy=True)


def area_m2(geometry: BaseGeometry) -> float:
    """Return the geodesic area of a geometry in square metres; 0.0 for points, lines and empty ones.

    Holes count as not there, whatever way their rings run.

    Raises
    ------
    CoordinateError
        A position is not finite or not on earth.

    Notes
    -----
    Karney's method (GeographicLib through pyproj) on WGS 84, error far below 1 m2 for an area of 1000 km2.
    Sides are geodesics: a side of 10 km bulges 1.2 m off a straight line in lon, lat (0.01 km2 at most).
    """
    _check_on_earth(geometry)
    total = 0.0
    for polygon in _polygons(geometry):
        outer = abs(_GEOD.polygon_area_perimeter(*_lons_lats(polygon.exterior))[0])
        holes = (abs(_GEOD.polygon_area_perimeter(*_lons_lats(ring))[0]) for ring in polygon.interiors)
        total += outer - math.fsum(holes)
    return total


def length_m(geometry: BaseGeometry) -> float:
    """Return the geodesic length in metres: of lines, and of all rings of polygons; 0.0 for points.

    Raises
    ------
    CoordinateError
        A position is not finite or not on earth.
    """
    _check_on_earth(geometry)
    total = 0.0
    for part in shapely.get_parts(geometry).tolist():
        if part.geom_type == "Polygon":
            total += sum(_GEOD.line_length(*_lons_lats(ring)) for ring in (part.exterior, *part.interiors))
        elif part.geom_type in ("LineString", "LinearRing"):
            total += _GEOD.line_length(*_lons_lats(part))
        elif hasattr(part, "geoms"):
            total += length_m(part)
    return float(total)


def geodesic_m(start: Sequence[float], end: Sequence[float]) -> float:
    """Return the distance in metres between two positions (lon, lat) along the ellipsoid.

    Raises
    ------
    CoordinateError
        A position is not finite or not on earth.
    """
    for lon, lat in (start, end):
        _check_position(lon, lat)
    return float(_GEOD.inv(start[0], start[1], end[0], end[1])[2])


def to_metric(geometry: BaseGeometry) -> BaseGeometry:
    """Return a lon, lat geometry in EPSG:4549: x east, y north, metres.

    Raises
    ------
    CoordinateError
        A position is more than 2.5 degrees from 120 E or off the latitudes of China: the plane would
        stretch by more than 0.07 %, and nothing of ours lies there.
    """
    for lon, lat in shapely.get_coordinates(geometry).tolist():
        inside = (
            abs(lon - METRIC_MERIDIAN_DEG) <= METRIC_REACH_DEG and METRIC_SOUTH_DEG <= lat <= METRIC_NORTH_DEG
        )
        if not inside:  # NaN compares false, so it is refused too
            raise CoordinateError(
                lon, lat, f"outside what {METRIC_CRS} serves here (lon 117.5..122.5, lat 20..54, lon first)"
            )
    return _transformed(geometry, get_transformer(GEOGRAPHIC_CRS, METRIC_CRS))


def from_metric(geometry: BaseGeometry) -> BaseGeometry:
    """Return an EPSG:4549 geometry (metres) as lon, lat in EPSG:4326; the inverse of `to_metric`."""
    return _transformed(geometry, get_transformer(METRIC_CRS, GEOGRAPHIC_CRS))


def check_lon_lat(lon: float, lat: float) -> None:
    """Accept a finite position on earth and nothing else.

    Raises
    ------
    CoordinateError
        Not finite, or outside -180..180 and -90..90; the message says when the axes look swapped.
    """
    _check_position(lon, lat)


def _transformed(geometry: BaseGeometry, transformer: Transformer) -> BaseGeometry:
    def move(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometry, move)


def _polygons(geometry: BaseGeometry) -> list[Any]:
    """Every polygon inside a geometry, also inside collections."""
    parts = shapely.get_parts(geometry).tolist()
    if geometry.geom_type == "GeometryCollection":
        return [polygon for part in parts for polygon in _polygons(part)]
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _lons_lats(line: BaseGeometry) -> tuple[Any, Any]:
    points = shapely.get_coordinates(line)
    return points[:, 0], points[:, 1]


def _check_on_earth(geometry: BaseGeometry) -> None:
    points = shapely.get_coordinates(geometry)
    good = (np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90)
    if not good.all():
        _check_position(*points[~good][0].tolist())


def _check_position(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise CoordinateError(lon, lat, "not finite; expected decimal degrees")
    if abs(lon) <= 90 < abs(lat) <= 180:
        raise CoordinateError(lon, lat, "the axes look swapped; write longitude first")
    if abs(lon) > 180 or abs(lat) > 90:
        raise CoordinateError(lon, lat, "not on earth; expected lon -180..180, lat -90..90 in degrees")
