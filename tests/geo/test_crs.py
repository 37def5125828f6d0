"""Measures on the ellipsoid, and what the metric plane does to them."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.crs import area_m2, from_metric, geodesic_m, get_transformer, length_m, to_metric
from geo.errors import CoordinateError, UnknownCrsError

LAKE = (121.93671, 30.89975)
our_lons, our_lats = st.floats(121.2, 122.4), st.floats(30.4, 31.4)


def square(lon, lat, half_deg=0.005):
    return shapely.box(lon - half_deg, lat - half_deg, lon + half_deg, lat + half_deg)


def test_a_degree_of_latitude_is_about_111_km():
    assert geodesic_m((121.9, 30.0), (121.9, 31.0)) == pytest.approx(110_861, abs=5)  # 30.5 N, WGS 84


def test_the_area_agrees_with_an_equal_area_projection():
    equal_area = Transformer.from_crs("EPSG:4326", "EPSG:6933", always_xy=True)
    zone = shapely.Polygon([(121.85, 30.85), (121.98, 30.84), (122.0, 30.95), (121.9, 30.97)]).segmentize(
        0.001
    )
    plane = shapely.transform(zone, equal_area.transform, interleaved=False)
    assert area_m2(zone) == pytest.approx(plane.area, rel=1e-6)


def test_a_hole_is_not_counted_whatever_way_its_ring_runs():
    outer, hole = square(*LAKE, 0.01), square(*LAKE, 0.005)
    for ring in (hole.exterior.coords, list(hole.exterior.coords)[::-1]):
        with_hole = shapely.Polygon(outer.exterior, [ring])
        assert area_m2(with_hole) == pytest.approx(area_m2(outer) - area_m2(hole), rel=1e-9)


def test_the_parts_of_a_zone_add_up():
    parts = [square(121.6, 30.8), square(121.9, 30.9)]
    whole = shapely.MultiPolygon(parts)
    mixed = shapely.GeometryCollection([whole, shapely.Point(LAKE), shapely.LineString([LAKE, (122, 31)])])
    assert area_m2(whole) == pytest.approx(sum(map(area_m2, parts)))
    assert area_m2(mixed) == area_m2(whole)


@pytest.mark.parametrize(
    "geometry", [shapely.Point(LAKE), shapely.LineString([LAKE, (122, 31)]), shapely.Polygon()]
)
def test_what_has_no_area_measures_zero(geometry):
    assert area_m2(geometry) == 0.0


def test_the_length_of_a_line_is_the_sum_of_its_geodesics():
    stops = [(121.9, 30.9), (121.95, 30.9), (121.95, 30.95)]
    expected = geodesic_m(stops[0], stops[1]) + geodesic_m(stops[1], stops[2])
    assert length_m(shapely.LineString(stops)) == pytest.approx(expected)
    assert length_m(shapely.MultiLineString([stops, stops])) == pytest.approx(2 * expected)


def test_the_length_of_an_area_is_its_border():
    ring = square(*LAKE)
    assert length_m(ring) == pytest.approx(length_m(shapely.LineString(ring.exterior.coords)))
    assert length_m(shapely.Point(LAKE)) == 0.0


@pytest.mark.parametrize(
    "lon, length_error, area_error",
    [(121.5, 0.00026, 0.00051), (121.94, 0.00043, 0.00085), (122.4, 0.00066, 0.0013)],
)
def test_the_plane_enlarges_as_much_as_the_module_says(lon, length_error, area_error):
    zone = square(lon, 30.9)
    diagonal = shapely.LineString([(lon, 30.9), (lon + 0.005, 30.905)])
    assert to_metric(zone).area / area_m2(zone) - 1 == pytest.approx(area_error, abs=2e-5)
    assert to_metric(diagonal).length / length_m(diagonal) - 1 == pytest.approx(length_error, abs=1e-5)


def test_our_extent_lies_outside_the_published_area_of_the_metric_system():
    assert CRS("EPSG:4549").area_of_use.east == 121.5  # why areas are geodesic: the lake is at 121.94


def test_the_central_meridian_is_true_to_scale_with_its_false_easting():
    point = to_metric(shapely.Point(120.0, 30.0))
    assert point.x == pytest.approx(500_000, abs=1e-3)
    meridian = shapely.LineString([(120.0, 30.0), (120.0, 30.1)])
    assert to_metric(meridian).length == pytest.approx(length_m(meridian), rel=1e-8)


@given(our_lons, our_lats)
def test_the_way_to_the_plane_and_back_stays_within_a_millimetre(lon, lat):
    back = from_metric(to_metric(shapely.Point(lon, lat)))
    assert geodesic_m((lon, lat), (back.x, back.y)) < 0.001


@pytest.mark.parametrize(
    "lon, lat", [(124.0, 31.0), (116.4, 39.9), (30.9, 121.9), (121.9, 5.0), (math.nan, 30.9)]
)
def test_positions_the_plane_does_not_serve_are_refused(lon, lat):
    with pytest.raises(CoordinateError, match="outside what EPSG:4549 serves") as refusal:
        to_metric(shapely.MultiPoint([LAKE, (lon, lat)]))
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize(
    "position, says",
    [((30.9, 121.9), "axes look swapped"), ((math.inf, 30.9), "not finite"), ((200.0, 30.9), "not on earth")],
)
def test_measures_refuse_positions_that_are_not_on_earth(position, says):
    line = shapely.LineString([LAKE, position])
    for measure in (area_m2, length_m, lambda _: geodesic_m(LAKE, position)):
        with pytest.raises(CoordinateError, match=says):
            measure(line)


def test_an_unknown_system_is_refused_with_a_hint():
    with pytest.raises(
        UnknownCrsError, match="unknown CRS 'EPSG:99999'; write an EPSG code such as 'EPSG:4326'"
    ):
        get_transformer("EPSG:4326", "EPSG:99999")


def test_transformers_take_longitude_first_also_where_the_system_lists_north_first():
    x, y = get_transformer("EPSG:4490", "EPSG:4549").transform(*LAKE)
    assert 600_000 < x < 700_000 and 3_400_000 < y < 3_500_000
