"""Feature files: read strictly, written in one form."""

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoJSONError
from geo.features import (
    Feature,
    dump_features,
    format_features,
    parse_feature,
    read_features,
    scan_features,
    to_geojson,
)

BROKEN = Path(__file__).parent / "broken"

REFUSED = {
    "open_ring": r"feature 'park': ring 0 is open \(first 121.9, 30.9; last 121.9, 30.91\); repeat the first",
    "open_hole": "feature 'park': polygon 1 ring 1 is open",
    "short_ring": "ring 0 has 3 positions; a closed ring needs at least 4",
    "short_line": "line has 1 position; a line needs at least 2",
    "swapped_axes": r"feature 'school': position \[30.9, 121.9\] looks swapped.*write longitude first",
    "off_earth": "is not on earth",
    "infinite": "is not on earth",
    "nan": "NaN is not JSON",
    "height": r"is not two numbers \[lon, lat\]",
    "text_position": r"is not two numbers \[lon, lat\]",
    "wrong_nesting": "Polygon coordinates are empty",
    "collection_geometry": "geometry type 'GeometryCollection' is not used here",
    "crs_member": "'crs' member is not part of RFC 7946",
    "foreign_member": "feature 'school': unexpected member 'bbox'",
    "duplicate_key": "key 'name' is written twice",
    "duplicate_id": "feature 'school': the id is used twice",
    "no_id": "a feature has no 'id'",
    "no_properties": "'properties' is missing or not an object",
    "no_geometry": "'geometry' is missing; write null",
    "not_json": r"not_json.geojson, line 3: not JSON at column 1",
    "not_a_collection": "expected an object of type 'FeatureCollection'",
    "endless_number": "JSON beyond reason",
    "gbk": "byte 39 is not UTF-8",
}


@pytest.mark.parametrize("name", REFUSED)
def test_broken_file_is_refused_with_its_reason(name):
    with pytest.raises(GeoJSONError, match=REFUSED[name]) as refusal:
        read_features(BROKEN / f"{name}.geojson")
    assert str(refusal.value).startswith(str(BROKEN / f"{name}.geojson"))


def test_every_broken_file_is_tried():
    assert {path.stem for path in BROKEN.glob("*.geojson")} == set(REFUSED)


def test_the_error_carries_file_feature_and_line():
    with pytest.raises(GeoJSONError) as refusal:
        read_features(BROKEN / "duplicate_id.geojson", shown_as="data/geojson/schools.geojson")
    error = refusal.value
    assert (error.file, error.feature_id, error.line) == ("data/geojson/schools.geojson", "school", 2)
    assert isinstance(error, ValueError)


def test_all_faults_of_a_file_are_found_in_one_go(tmp_path):
    path = tmp_path / "sites.geojson"
    members = [
        {"type": "Feature", "id": "good", "properties": {}, "geometry": None},
        {"type": "Feature", "id": "bad", "properties": {}, "geometry": {"type": "Point", "coordinates": []}},
        {"type": "Feature", "id": "worse", "properties": [], "geometry": None},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "name": "sites", "features": members}))
    features, faults = scan_features(path)
    assert [feature.id for feature in features] == ["good"]
    assert [fault.feature_id for fault in faults] == ["bad", "worse"]


def test_a_feature_knows_its_line(tmp_path):
    path = tmp_path / "sites.geojson"
    path.write_bytes(dump_features([point("b", 121.9, 30.9), point("a", 121.8, 30.8)], "sites"))
    assert [(feature.id, feature.line) for feature in read_features(path)] == [("a", 2), ("b", 3)]


def test_the_canonical_form_is_one_feature_a_line_sorted_with_rounded_counter_clockwise_rings():
    clockwise = shapely.Polygon([(121.9, 30.9), (121.9, 30.95), (121.95000004, 30.9), (121.9, 30.9)])
    features = [
        Feature("park", {"name": "公园", "id": "park", "by": {"b": 1, "a": 2}}, clockwise),
        Feature("lost", {"id": "lost"}, None),
    ]
    assert dump_features(features, "sites").decode() == (
        '{"type": "FeatureCollection", "name": "sites", "features": [\n'
        '{"type": "Feature", "id": "lost", "properties": {"id": "lost"}, "geometry": null},\n'
        '{"type": "Feature", "id": "park", "properties": {"by": {"a": 2, "b": 1}, "id": "park", '
        '"name": "公园"}, "geometry": {"type": "Polygon", "coordinates": [[[121.9, 30.9], [121.95, 30.9], '
        "[121.9, 30.95], [121.9, 30.9]]]}}\n"
        "]}\n"
    )


def test_holes_run_clockwise():
    hole = [(121.91, 30.91), (121.92, 30.91), (121.92, 30.92), (121.91, 30.91)]
    ring = [(121.9, 30.9), (121.95, 30.9), (121.95, 30.95), (121.9, 30.9)]
    geometry = to_geojson(Feature("lake", {}, shapely.Polygon(ring, [hole])))["geometry"]
    outer, inner = (shapely.LinearRing(each) for each in geometry["coordinates"])
    assert outer.is_ccw and not inner.is_ccw


def test_neighbours_that_round_to_one_position_become_one():
    line = shapely.LineString([(121.9, 30.9), (121.9000001, 30.9), (122.0, 31.0)])
    coordinates = to_geojson(Feature("t1", {}, line))["geometry"]["coordinates"]
    assert coordinates == [[121.9, 30.9], [122.0, 31.0]]


def test_a_ring_smaller_than_the_stored_precision_is_refused():
    speck = shapely.Point(121.9, 30.9).buffer(1e-8)
    with pytest.raises(GeoJSONError, match=r"feature 'speck': .*collapses"):
        dump_features([Feature("speck", {}, speck)], "sites")


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, "\ud800"], ids=["nan", "set", "half a surrogate"])
def test_a_property_that_json_cannot_carry_is_refused(value):
    with pytest.raises(GeoJSONError, match="feature 'odd': a property cannot be written"):
        dump_features([Feature("odd", {"value": value}, None)], "sites")


def test_two_features_of_one_id_are_not_written():
    with pytest.raises(GeoJSONError, match="feature 'a': the id is used twice"):
        dump_features([point("a", 121.9, 30.9), point("a", 121.8, 30.8)], "sites")


def test_an_empty_geometry_is_not_written():
    with pytest.raises(GeoJSONError, match="feature 'a': the geometry is empty"):
        dump_features([Feature("a", {}, shapely.Point())], "sites")


degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
discs = st.builds(
    lambda lon, lat, radius: shapely.Point(lon, lat).buffer(radius),
    st.floats(-100, 100),
    st.floats(-50, 50),
    st.floats(1e-4, 9),
)
geometries = st.one_of(
    st.none(),
    degrees.map(shapely.Point),
    st.lists(degrees, min_size=1, max_size=4).map(shapely.MultiPoint),
    degrees.filter(lambda end: end[0] > 1).map(lambda end: shapely.LineString([(0.5, 0.5), end])),
    discs,
    st.tuples(discs, discs).map(lambda pair: shapely.difference(*pair)).filter(lambda g: g.area > 1e-6),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.dictionaries(st.text(max_size=5), values, max_size=4), geometries), max_size=4))
def test_dumping_what_was_read_gives_the_same_bytes(tmp_path_factory, parts):
    features = [Feature(f"f-{index}", *part) for index, part in enumerate(parts)]
    path = tmp_path_factory.mktemp("round") / "sites.geojson"
    path.write_bytes(dump_features(features, "sites"))
    again = read_features(path)
    assert format_features(path) == path.read_bytes()
    assert [feature.properties for feature in again] == [feature.properties for feature in features]


def test_a_feature_made_of_a_parsed_object_is_the_same_as_one_read(tmp_path):
    feature = point("school", 121.9, 30.9)
    assert parse_feature(to_geojson(feature)) == feature


def point(feature_id, lon, lat):
    return Feature(feature_id, {"id": feature_id}, shapely.Point(lon, lat))
