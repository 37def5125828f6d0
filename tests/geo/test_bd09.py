"""BD-09: as two other readings of the published function give it, and back to the same place."""

import numpy as np
import prcoords
from coord_convert.transform import bd2wgs, wgs2bd
from hypothesis import given
from hypothesis import strategies as st

from geo.bd09 import bd09_to_gcj02, bd09_to_wgs84, gcj02_to_bd09, wgs84_to_bd09
from geo.crs import geodesic_m
from geo.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02

LONS, LATS = st.floats(120.5, 123.0), st.floats(30.0, 32.0)
MILLIMETRE, CENTIMETRE = 0.001, 0.01


@given(lon=LONS, lat=LATS)
def test_bd09_agrees_with_prcoords(lon: float, lat: float) -> None:
    other = prcoords.gcj_bd(prcoords.Coords(lat, lon))
    ours = gcj02_to_bd09(lon, lat)
    assert geodesic_m((float(ours[0]), float(ours[1])), (other.lon, other.lat)) < CENTIMETRE


@given(lon=LONS, lat=LATS)
def test_bd09_agrees_with_coord_convert_whose_inverse_is_rough(lon: float, lat: float) -> None:
    ours = wgs84_to_bd09(lon, lat)
    assert geodesic_m((float(ours[0]), float(ours[1])), wgs2bd(lon, lat)) < MILLIMETRE
    # Its inverse takes the sines of the place it comes from for those of the place it goes to.
    assert geodesic_m((lon, lat), bd2wgs(*map(float, ours))) < 0.2


@given(lon=LONS, lat=LATS)
def test_a_position_comes_back_within_a_centimetre(lon: float, lat: float) -> None:
    for forth, back in ((wgs84_to_bd09, bd09_to_wgs84), (gcj02_to_bd09, bd09_to_gcj02)):
        there = np.round(forth(lon, lat), 7)  # as a file writes them
        home = back(*there)
        assert geodesic_m((lon, lat), (float(home[0]), float(home[1]))) < CENTIMETRE


@given(lon=LONS, lat=LATS)
def test_gcj02_written_with_seven_decimals_comes_back_within_a_centimetre(lon: float, lat: float) -> None:
    home = gcj02_to_wgs84(*np.round(wgs84_to_gcj02(lon, lat), 7))
    assert geodesic_m((lon, lat), (float(home[0]), float(home[1]))) < CENTIMETRE
