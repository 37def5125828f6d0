"""The shift of Chinese web maps, against two independent readings of it."""

import numpy as np
import prcoords
import pytest
import shapely
from coord_convert.transform import gcj2wgs, wgs2gcj
from hypothesis import example, given
from hypothesis import strategies as st

from geo.crs import geodesic_m
from geo.errors import CoordinateError
from geo.gcj02 import CHINA_BOX_DEG, gcj02_to_wgs84, shift_geometry, wgs84_to_gcj02

WEST, SOUTH, EAST, NORTH = CHINA_BOX_DEG
LAKE = (121.93671, 30.89975)
SHIFT_DEG = 0.02  # wider than the largest shift, to keep away from the box's edge
china_lons = st.floats(WEST + SHIFT_DEG, EAST - SHIFT_DEG)
china_lats = st.floats(SOUTH + SHIFT_DEG, NORTH - SHIFT_DEG)
mainland_lons, mainland_lats = st.floats(97, 123), st.floats(22, 42)  # in the polygon prcoords calls China


def test_lingang_is_shifted_by_half_a_kilometre_to_the_south_east():
    lon, lat = wgs84_to_gcj02(*LAKE)
    assert lon > LAKE[0] and lat < LAKE[1]
    assert 400 < geodesic_m(LAKE, (float(lon), float(lat))) < 550


@given(china_lons, china_lats)
@example(105.0, 35.0)
@example(*LAKE)
def test_there_and_back_stays_within_a_millimetre(lon, lat):
    back = gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat))
    assert geodesic_m((lon, lat), tuple(map(float, back))) < 0.001


@given(mainland_lons, mainland_lats)
def test_coord_convert_gives_the_same_within_a_millimetre_both_ways(lon, lat):
    assert geodesic_m(wgs2gcj(lon, lat), tuple(map(float, wgs84_to_gcj02(lon, lat)))) < 0.001
    assert geodesic_m(gcj2wgs(lon, lat), tuple(map(float, gcj02_to_wgs84(lon, lat)))) < 0.001


@given(mainland_lons, mainland_lats)
def test_prcoords_gives_the_same_once_its_degree_of_latitude_is_mended(lon, lat):
    theirs = prcoords.wgs_gcj(prcoords.Coords(lat, lon), check_china=False)
    # it takes a(1-e2) * w**1.5 for the meridian's radius, which is a(1-e2) / w**1.5
    w = 1 - prcoords.GCJ_EE * np.sin(np.radians(lat)) ** 2
    mended_lat = lat + (theirs.lat - lat) * w**3
    ours = tuple(map(float, wgs84_to_gcj02(lon, lat)))
    assert geodesic_m((theirs.lon, mended_lat), ours) < 0.001
    assert geodesic_m((theirs.lon, theirs.lat), ours) < 2.5


@pytest.mark.parametrize("lon, lat", [(2.35, 48.86), (-74.0, 40.7), (139.7, 35.7), (110.0, -5.0)])
def test_positions_outside_china_stay_where_they_are(lon, lat):
    assert tuple(map(float, wgs84_to_gcj02(lon, lat))) == (lon, lat)
    assert tuple(map(float, gcj02_to_wgs84(lon, lat))) == (lon, lat)


def test_an_array_gives_the_same_as_its_members_one_by_one():
    lons, lats = np.array([121.9, 2.35, 116.4]), np.array([30.9, 48.86, 39.9])
    for convert in (wgs84_to_gcj02, gcj02_to_wgs84):
        together = np.column_stack(convert(lons, lats))
        single = [tuple(map(float, convert(*pair))) for pair in zip(lons, lats, strict=True)]
        assert together == pytest.approx(np.array(single), abs=1e-9)


def test_a_nan_stays_nan_and_spoils_no_neighbour():
    lons, lats = wgs84_to_gcj02([np.nan, LAKE[0]], [30.0, LAKE[1]])
    assert np.isnan(lons[0]) and np.isnan(wgs84_to_gcj02(np.nan, np.nan)).all()
    back = gcj02_to_wgs84(lons, lats)
    assert geodesic_m(LAKE, (back[0][1], back[1][1])) < 0.001


def test_a_zone_is_shifted_vertex_by_vertex_and_back():
    ring = [(121.9, 30.9), (121.95, 30.9), (121.95, 30.95), (121.9, 30.9)]
    zone = shapely.MultiPolygon([shapely.Polygon(ring)])
    shifted = shift_geometry(zone, "gcj02")
    assert shifted.geom_type == "MultiPolygon"
    first = shapely.get_coordinates(shifted)[0]
    assert tuple(first) == tuple(map(float, wgs84_to_gcj02(*ring[0])))
    assert shift_geometry(shifted, "wgs84").equals_exact(zone, 1e-8)


def test_a_border_two_zones_share_is_still_shared_after_the_shift():
    west, east = shapely.box(121.8, 30.8, 121.9, 30.9), shapely.box(121.9, 30.8, 122.0, 30.9)
    assert shapely.coverage_is_valid([shift_geometry(zone, "gcj02") for zone in (west, east)])


def test_a_position_that_is_not_finite_is_refused_in_a_geometry():
    with pytest.raises(CoordinateError, match="not finite"):
        shift_geometry(shapely.MultiPoint([LAKE, (np.nan, 30.0)]), "gcj02")


def test_an_unknown_datum_is_refused():
    with pytest.raises(ValueError, match="unknown datum 'bd09'; expected 'gcj02' or 'wgs84'"):
        shift_geometry(shapely.Point(LAKE), "bd09")
