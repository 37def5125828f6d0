"""Where does a GCJ-02 position lie on a Baidu map (BD-09), and back?

Coordinates in and out: lon, lat in decimal degrees. BD-09 is GCJ-02 with a second offset of 0.006 to
0.0065 degrees (about 900 m at Lingang). Only used at the edge, for hand-off copies: stored data is WGS 84.

The function is the one published with many open-source readers; no authority publishes it.
tests/geo/test_bd09.py compares it with prcoords.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from geo.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02

Array = npt.NDArray[np.float64]

WAVES_A_TURN = 3000.0  # of the small ripple, in waves a full circle of degrees
RADIUS_RIPPLE_DEG, ANGLE_RIPPLE_RAD = 0.00002, 0.000003
OFFSET_LON_DEG, OFFSET_LAT_DEG = 0.0065, 0.006
INVERSE_STEPS = 8  # each step gains three digits at least


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return BD-09 longitudes and latitudes of GCJ-02 positions, numbers or arrays of one shape."""
    lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    ripple = math.pi * WAVES_A_TURN / 180.0
    radius = np.hypot(lons, lats) + RADIUS_RIPPLE_DEG * np.sin(lats * ripple)
    angle = np.arctan2(lats, lons) + ANGLE_RIPPLE_RAD * np.cos(lons * ripple)
    return radius * np.cos(angle) + OFFSET_LON_DEG, radius * np.sin(angle) + OFFSET_LAT_DEG


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return GCJ-02 longitudes and latitudes of BD-09 positions, by fixed-point iteration."""
    lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_lon, guess_lat = lons - OFFSET_LON_DEG, lats - OFFSET_LAT_DEG
    for _ in range(INVERSE_STEPS):
        forward_lon, forward_lat = gcj02_to_bd09(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + (lons - forward_lon), guess_lat + (lats - forward_lat)
    return guess_lon, guess_lat


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return BD-09 longitudes and latitudes of WGS 84 positions."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return WGS 84 longitudes and latitudes of BD-09 positions."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
