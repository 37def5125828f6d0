"""Where does a WGS 84 position lie on a Chinese web map (GCJ-02), and back?

Coordinates in and out: lon, lat in decimal degrees. In China public maps are shifted by 300 to 600 m;
the offset is a smooth function of the position. Only used at the edge: stored data is WGS 84.

The function is the one published with many open-source readers since 2010: a polynomial with sine terms,
scaled on the Krasovsky 1940 ellipsoid. No authority publishes it. tests/geo/test_gcj02.py
compares two independent readings: coord-convert agrees within 1 mm both ways; prcoords agrees within
1 mm in longitude and 2.4 m in latitude (1.5 m at Lingang), because it multiplies the length of a degree
of latitude by a factor that the others, and geodesy, divide by.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import CoordinateError

Array = npt.NDArray[np.float64]
Datum = Literal["gcj02", "wgs84"]

SEMI_MAJOR_M = 6378245.0  # Krasovsky 1940
ECCENTRICITY_2 = 0.00669342162296594323  # its first eccentricity squared
ORIGIN_LON_DEG, ORIGIN_LAT_DEG = 105.0, 35.0
CHINA_BOX_DEG = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: shifted inside only
INVERSE_LIMIT_DEG = 1e-9  # 0.1 mm
INVERSE_STEPS = 10  # each step gains three digits; four or five are needed


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return GCJ-02 longitudes and latitudes of WGS 84 positions, unchanged outside China's box.

    Parameters
    ----------
    lon, lat
        Numbers or arrays of one shape, decimal degrees. NaN stays NaN.
    """
    lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    shift_lon, shift_lat = _offset_deg(lons, lats)
    return lons + shift_lon, lats + shift_lat


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return WGS 84 longitudes and latitudes of GCJ-02 positions, unchanged outside China's box.

    The inverse has no closed form: a fixed-point iteration ends when a step is below 1e-9 degrees
    (0.1 mm). Within the width of the shift (0.01 degrees) of the box's edge a GCJ-02 position has two
    origins or none, and the answer is then the position itself or off by the shift; no land of ours
    lies there.
    """
    target_lon, target_lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    moved = _in_box(target_lon, target_lat)
    guess_lon, guess_lat = target_lon, target_lat
    for _ in range(INVERSE_STEPS):
        shift_lon, shift_lat = _polynomial_offset_deg(guess_lon, guess_lat)
        next_lon, next_lat = target_lon - shift_lon, target_lat - shift_lat
        step = np.fmax(np.abs(next_lon - guess_lon), np.abs(next_lat - guess_lat))
        guess_lon, guess_lat = next_lon, next_lat
        if not np.any(step[moved] > INVERSE_LIMIT_DEG):
            break
    return np.where(moved, guess_lon, target_lon), np.where(moved, guess_lat, target_lat)


def shift_geometry(geometry: BaseGeometry, to: Datum) -> BaseGeometry:
    """Return a geometry moved to the other datum.

    Parameters
    ----------
    geometry
        lon, lat in WGS 84 when `to` is "gcj02", in GCJ-02 when `to` is "wgs84". Heights are dropped.

    Raises
    ------
    CoordinateError
        A position is not finite.
    ValueError
        `to` is neither "gcj02" nor "wgs84".
    """
    if to not in ("gcj02", "wgs84"):
        raise ValueError(f"unknown datum {to!r}; expected 'gcj02' or 'wgs84'")
    forward = wgs84_to_gcj02 if to == "gcj02" else gcj02_to_wgs84

    def move(points: Array) -> Array:
        finite = np.isfinite(points).all(axis=1)
        if not finite.all():
            bad = points[~finite][0]
            raise CoordinateError(float(bad[0]), float(bad[1]), "not finite; expected decimal degrees")
        return np.column_stack(forward(points[:, 0], points[:, 1]))

    moved: BaseGeometry = shapely.transform(geometry, move)
    return moved


def _offset_deg(lon: Array, lat: Array) -> tuple[Array, Array]:
    """The shift in degrees, zero outside the box."""
    moved = _in_box(lon, lat)
    shift_lon, shift_lat = _polynomial_offset_deg(lon, lat)
    return np.where(moved, shift_lon, 0.0), np.where(moved, shift_lat, 0.0)


def _in_box(lon: Array, lat: Array) -> npt.NDArray[np.bool_]:
    west, south, east, north = CHINA_BOX_DEG
    inside: npt.NDArray[np.bool_] = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    return inside


def _polynomial_offset_deg(lon: Array, lat: Array) -> tuple[Array, Array]:
    """The shift as if everywhere were China; finite wherever the position is."""
    east, north = _shift_m(lon - ORIGIN_LON_DEG, lat - ORIGIN_LAT_DEG)
    phi = np.radians(lat)
    curvature = 1 - ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = SEMI_MAJOR_M * (1 - ECCENTRICITY_2) / curvature**1.5
    parallel_m = SEMI_MAJOR_M / np.sqrt(curvature) * np.fmax(np.cos(phi), 1e-12)  # a pole divides by zero
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _shift_m(x: Array, y: Array) -> tuple[Array, Array]:
    """The shift east and north in metres, x and y in degrees from 105 E, 35 N."""
    root = np.sqrt(np.abs(x))
    common = 20 * np.sin(6 * math.pi * x) + 20 * np.sin(2 * math.pi * x)
    north: Any = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (common + 20 * np.sin(math.pi * y) + 40 * np.sin(math.pi / 3 * y))
    north += 2 / 3 * (160 * np.sin(math.pi / 12 * y) + 320 * np.sin(math.pi / 30 * y))
    east: Any = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (common + 20 * np.sin(math.pi * x) + 40 * np.sin(math.pi / 3 * x))
    east += 2 / 3 * (150 * np.sin(math.pi / 12 * x) + 300 * np.sin(math.pi / 30 * x))
    return east, north
