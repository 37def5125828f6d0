"""A zone layer from elsewhere: what comes back clean, what is told."""

import json
import math
import zipfile
from collections.abc import Callable

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import scale
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from zone_layers import NEW, OURS, SURE, ZONES, inside, moved, rules, told, whole_layer

from geo.bd09 import wgs84_to_bd09
from geo.crs import to_metric
from geo.gcj02 import shift_geometry
from layers.export import export_layer
from layers.import_zones import import_zones
from layers.import_zones_fields import FieldError
from layers.import_zones_files import ImportFileError
from layers.import_zones_shift import find_offset_of_lines, find_shift

# ---- what comes back --------------------------------------------------------------------------------------

ROUND_TRIPS = [
    ("geojson", "EPSG:4326"), ("geojson", "BD-09"), ("geojsons", "GCJ-02"), ("geojsonl", "EPSG:4326"),
    ("gpkg", "EPSG:4549"), ("gpkg", "GCJ-02"), ("shp.zip", "EPSG:4490"), ("shp.zip", "EPSG:3857"),
    ("fgb", "EPSG:4549"), ("fgb", "BD-09"), ("parquet", "EPSG:3857"), ("kml", "EPSG:4326"),
    ("kmz", "EPSG:4326"), ("dxf", "EPSG:4549"), ("dxf", "GCJ-02"), ("tab.zip", "EPSG:4549"),
    ("tab.zip", "GCJ-02"), ("csv", "EPSG:4490"), ("csv", "GCJ-02"), ("xlsx", "EPSG:4549"), ("xlsx", "BD-09"),
]  # fmt: skip
SAY_NO_SYSTEM = {("dxf", "EPSG:4549"), ("dxf", "GCJ-02"), ("tab.zip", "GCJ-02")}


@pytest.mark.parametrize("fmt, crs", ROUND_TRIPS)
def test_our_own_export_comes_back_byte_for_byte(atlas, tmp_path, fmt, crs):
    path = tmp_path / f"zones.{fmt}"
    path.write_bytes(export_layer(atlas, "zones", fmt=fmt, crs=crs))
    report = import_zones(path, atlas, crs=crs if (fmt, crs) in SAY_NO_SYSTEM else None)
    assert [*report.faults] == []
    assert len(report.of_kind("unchanged")) == len(OURS)
    assert report.content == ZONES.read_bytes()


def test_one_file_of_all_layers_is_read_for_its_zones(atlas, tmp_path):
    path = tmp_path / "all.gpkg"
    path.write_bytes(export_layer(atlas, "all", fmt="gpkg", crs="EPSG:4549"))
    assert import_zones(path, atlas).content == ZONES.read_bytes()
    with pytest.raises(ImportFileError, match=r"has no layer 'zone'; it has:.*schools"):
        import_zones(path, atlas, layer="zone")


def test_a_plain_zip_of_a_geopackage_and_an_unpacked_shapefile_are_read(atlas, tmp_path):
    for fmt, name in (("gpkg", "a.gpkg"), ("shp.zip", "b.zip")):
        (tmp_path / name).write_bytes(export_layer(atlas, "zones", fmt=fmt))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.write(tmp_path / "a.gpkg", "folder/a.gpkg")
        archive.writestr("__MACOSX/._a.gpkg", b"rubbish")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "b")
    (shape,) = (tmp_path / "b").glob("*.shp")
    assert import_zones(tmp_path / "c.zip", atlas).content == ZONES.read_bytes()
    assert import_zones(shape, atlas).content == ZONES.read_bytes()


def test_an_archive_of_several_layers_asks_which(atlas, tmp_path):
    one = export_layer(atlas, "zones", fmt="geojson")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.geojson", one)
        archive.writestr("b.geojson", one)
    with pytest.raises(ImportFileError, match=r"holds 2 layers \(a, b\); choose one with --layer"):
        import_zones(tmp_path / "two.zip", atlas)
    assert import_zones(tmp_path / "two.zip", atlas, layer="b").file == "two.zip/b.geojson"


def test_texts_that_a_table_cut_or_quoted_are_no_changes(atlas, save):
    long = next(z for z in OURS.values() if len(str(z.properties.get("note")).encode()) > 300)
    cut = long.properties["note"].encode()[:254].decode(errors="ignore")
    report = import_zones(save(({"id": long.id, "note": cut, "rank": long.properties["rank"]}, None)), atlas)
    assert [change.kind for change in report.changes] == ["unchanged"]
    assert report.content == ZONES.read_bytes()


# ---- part of the zones, new zones, other columns ----------------------------------------------------------



def test_a_new_zone_with_all_its_properties_is_clean_and_changes_no_other(atlas, save):
    report = import_zones(save((NEW, inside("community-105"))), atlas)
    assert [*report.faults] == []
    assert [(x.zone_id, x.kind) for x in report.changes] == [("test-yard", "added")]
    assert set(report.kept) == set(OURS)
    before, after = (set(content.splitlines()) for content in (ZONES.read_bytes(), report.content or b""))
    (line,) = [json.loads(line.rstrip(b",")) for line in after - before if b"test-yard" in line]
    assert line["properties"]["palette"] == OURS["community-105"].properties["palette"]
    assert line["properties"]["area_km2"] == pytest.approx(report.changes[0].after_km2, abs=0.006)
    assert shapely.from_geojson(json.dumps(line["geometry"])).covers(
        shapely.Point(line["properties"]["label"])
    )


def test_new_zones_that_do_not_say_enough_are_faults_that_nobody_can_accept(atlas, save):
    lacking = ("source", "method", "accuracy_m", "name", "name_en", "rank")
    rows = [
        ({**{k: v for k, v in NEW.items() if k != key}, "id": f"lacks-{key.replace('_', '-')}"}, None)
        for key in lacking
    ]
    report = import_zones(save(*rows), atlas)
    for key in lacking:
        assert f"feature 'lacks-{key.replace('_', '-')}': '{key}' is missing" in told(report, "schema")
    assert report.content is None


def test_what_the_command_says_of_the_source_stands_for_new_zones(atlas, save):
    own = {key: value for key, value in NEW.items() if key not in ("source", "method", "accuracy_m")}
    report = import_zones(save((own, inside("community-105"))), atlas, provenance=SURE)
    assert [*report.faults] == []
    assert "测绘成果" in (report.content or b"").decode()


def test_columns_in_chinese_and_named_by_the_user_are_read(atlas, save):
    own = {
        "片区编号": "test-yard", "名称": "试验园", "英文名": "Test Yard", "上级": "community-105",
        "级别": "未定", "来源": "自绘", "方法": "drawn", "精度": "50", "whatever": "site",
    }  # fmt: skip
    path = save((own, inside("community-105")))
    assert import_zones(path, atlas, fields=["rank=whatever"]).is_clean
    for wish, says in (
        ("rank", "PROPERTY=COLUMN"),
        ("rnk=x", "did you mean 'rank'"),
        ("rank=x", "no column 'x'"),
    ):
        with pytest.raises(FieldError, match=says):
            import_zones(path, atlas, fields=[wish])


def test_a_changed_outline_tells_areas_and_distance_and_keeps_the_rest(atlas, save):
    small = inside("shengang")
    report = import_zones(save(({"id": "shengang"}, small)), atlas)
    (change,) = report.changes
    assert (change.kind, change.zone_id) == ("outline", "shengang")
    assert (
        change.after_km2
        < change.before_km2
        == pytest.approx(OURS["shengang"].properties["area_km2"], abs=0.01)
    )
    assert 0 < change.moved_m < change.border_m
    assert set(report.kept) == set(OURS) - {"shengang"}
    assert any("shengang" in note and "--source" in note for note in report.notes)


def test_a_new_source_takes_the_old_english_one_away(atlas, save):
    report = import_zones(save(({"id": "shengang"}, inside("shengang"))), atlas, provenance=SURE)
    line = next(x for x in (report.content or b"").splitlines() if b'"id": "shengang"' in x)
    own = json.loads(line.rstrip(b","))["properties"]
    assert (own["source"], own["accuracy_m"], "source_en" in own) == ("测绘成果", 5, False)


def test_tasks_and_places_that_would_lie_elsewhere_are_told(atlas, save):
    report = import_zones(save(({"id": "shengang"}, inside("shengang", 0.05))), atlas)
    lost = {task.task_id for task in report.effects.tasks if ("serves", "shengang") in task.lost}
    crossing = {t.id for t in atlas.tasks.values() if "shengang" in t.zones("serves")}
    assert lost == crossing and lost
    assert report.effects.places
    for place in report.effects.places:
        assert "shengang" in place.before and "shengang" not in place.after
    left = {place.feature_id for place in report.effects.places if place.leaves_its_zone}
    stated = {f.id for stem in ("sites", "schools", "hospitals") for f in atlas.files[stem]
              if f.properties["zone"] == "shengang"}  # fmt: skip
    assert left and left <= stated
    text = "\n".join(report.lines())
    assert text.count("correct its record, which says shengang") == len(left)
    assert f"tasks whose zones would change: {len(report.effects.tasks)}" in text
    assert next(iter(lost)) in text and report.effects.places[0].feature_id in text


# ---- faults -----------------------------------------------------------------------------------------------


def with_one_vertex_off(zone_id: str, by_m: float) -> BaseGeometry:
    """A zone of ours with one vertex of its outer border moved outwards."""
    ring = list(OURS[zone_id].geometry.exterior.coords)[:-1]
    middle = OURS[zone_id].geometry.centroid
    index = max(range(len(ring)), key=lambda i: math.dist(ring[i], (middle.x, middle.y)))
    x, y = ring[index]
    off = by_m / 111_320 / math.dist((x, y), (middle.x, middle.y))
    ring[index] = (x + (x - middle.x) * off, y + (y - middle.y) * off)
    return Polygon(ring)


def test_gaps_overlaps_and_children_outside_are_told(atlas, save):
    report = import_zones(save(({"id": "comprehensive"}, with_one_vertex_off("comprehensive", 300))), atlas)
    assert "overlap a neighbour or have other vertices" in told(report, "coverage")
    report = import_zones(save(({"id": "comprehensive"}, with_one_vertex_off("comprehensive", -300))), atlas)
    assert "belong to none of its functional zones" in told(report, "coverage")
    grown = scale(OURS["tech-city"].geometry, 1.5, 1.5)
    report = import_zones(save(({"id": "tech-city"}, grown)), atlas)
    assert {"siblings", "containment"} <= rules(report, "tech-city") | rules(report)
    assert "lie outside its parent" in told(report, "containment")
    assert report.content is not None  # it can be written when these are accepted


BOW_TIE = Polygon([(121.90, 30.90), (121.92, 30.92), (121.92, 30.90), (121.90, 30.93)])
SPECK = Polygon([(121.9, 30.9), (121.9, 30.9 + 1e-9), (121.9 + 1e-9, 30.9)])
STROKE = LineString([(121.9, 30.9), (121.91, 30.9)])


def test_each_fault_is_told_and_what_cannot_be_taken_leaves_ours(atlas, save):
    report = import_zones(
        save(
            ({"name": "没有这个片区"}, inside("shengang")),
            ({}, inside("shengang")),
            ({"id": "shengang"}, BOW_TIE),
            ({"id": "luchaogang"}, STROKE),
            ({"id": "tech-city"}, SPECK),
            ({"id": "chip-port", "rank": "community"}, None),
        ),
        atlas,
    )
    lines = "\n".join(map(str, report.faults))
    for says in (
        "row 1 has no id, and its name '没有这个片区' is not that of one zone",
        "row 2 has no id and no name that is known",
        "'shengang': row 3: not valid: Self-intersection",
        "'luchaogang': row 4: the shape is a LineString",
        "'tech-city': row 5: a line collapses to one point",
        "'chip-port': rank is 'community'; the public contract says 'park'",
    ):
        assert says in lines
    assert {x.zone_id: x.kind for x in report.changes} == {
        "shengang": "unchanged", "luchaogang": "unchanged", "tech-city": "unchanged",
        "chip-port": "properties",
    }  # fmt: skip
    assert report.content is not None


def test_faults_that_would_make_the_file_unreadable_cannot_be_accepted(atlas, save):
    report = import_zones(
        save(
            ({**NEW, "accuracy_m": "weit"}, None),
            ({**NEW, "id": "Test Yard"}, None),
            ({**NEW, "id": "no-parent", "parent": "comunity-105"}, None),
        ),
        atlas,
    )
    assert "row 1: accuracy_m is 'weit'; expected a number" in told(report, "schema")
    assert "kebab-case" in told(report, "ids")
    assert "did you mean 'community-105'" in told(report, "references")
    assert "a new zone without a shape" in told(report, "geometry")
    assert report.content is None


def test_an_id_twice_cannot_be_accepted(atlas, save):
    shape = OURS["shengang"].geometry
    report = import_zones(save(({"id": "shengang"}, shape), ({"id": "shengang"}, shape)), atlas)
    assert "rows 1 and 2 have this id" in told(report, "duplicate")
    assert report.content is None


def test_the_column_of_our_ids_is_found_beside_row_numbers(atlas, save):
    rows = [({"id": number, "zone_id": zone.id}, zone.geometry) for number, zone in enumerate(OURS.values())]
    assert len(import_zones(save(*rows), atlas).of_kind("unchanged")) == len(OURS)


def test_a_file_of_names_alone_finds_its_zones(atlas, save):
    rows = [({"名称": zone.properties["name"]}, zone.geometry) for zone in OURS.values()]
    report = import_zones(save(*rows), atlas)
    assert report.is_clean and len(report.of_kind("unchanged")) == len(OURS)
    assert any("known by its name" in note for note in report.notes)


# ---- coordinates ------------------------------------------------------------------------------------------


def frame() -> geopandas.GeoDataFrame:
    """Our zones as a table in lon, lat."""
    shapes = [zone.geometry for zone in OURS.values()]
    return geopandas.GeoDataFrame({"id": list(OURS)}, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4528", "EPSG:32651", "EPSG:3857", "EPSG:2437"])
def test_a_shapefile_without_a_system_is_refused_with_the_one_that_fits(atlas, tmp_path, crs):
    path = tmp_path / "zones.shp"
    frame().to_crs(crs).to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(ImportFileError, match=r"names no coordinate system; say --crs") as caught:
        import_zones(path, atlas)
    assert f"land in the area as: {crs} (0 m from our zones)" in str(caught.value)
    report = import_zones(path, atlas, crs=crs)
    assert {x.kind for x in report.changes} == {"unchanged"}


def test_a_wrong_system_is_told_with_the_right_one(atlas, tmp_path):
    table = frame().to_crs("EPSG:4549").set_crs("EPSG:32651", allow_override=True)
    table.to_file(tmp_path / "zones.gpkg")
    report = import_zones(tmp_path / "zones.gpkg", atlas)
    assert rules(report) == {"crs"} and report.content is None
    assert "read as EPSG:32651" in told(report, "crs")
    assert "EPSG:4549 (0 m from our zones)" in told(report, "crs")
    assert import_zones(tmp_path / "zones.gpkg", atlas, crs="EPSG:4549").is_clean


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549"])
def test_swapped_axes_are_told_and_taken_when_said(atlas, tmp_path, crs):
    table = frame().to_crs(crs)
    table.geometry = shapely.transform(table.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    table.to_file(tmp_path / "zones.gpkg")
    report = import_zones(tmp_path / "zones.gpkg", atlas)
    assert rules(report) == {"axes"} and report.content is None
    assert "say --swap-axes" in told(report, "axes")
    assert import_zones(tmp_path / "zones.gpkg", atlas, swap_axes=True).content == ZONES.read_bytes()


def to_bd09(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: shapely.get_coordinates(shapely.points(*wgs84_to_bd09(*xy.T))))


def test_positions_of_a_web_map_are_suspected_by_name(atlas, save):
    gcj = save(*whole_layer(lambda shape: shift_geometry(shape, "gcj02")), name="gcj.geojson")
    report = import_zones(gcj, atlas)
    assert "the offset of GCJ-02 is about" in told(report, "shift")
    assert "say --crs gcj02" in told(report, "shift")
    assert import_zones(gcj, atlas, crs="gcj02").content == ZONES.read_bytes()
    bd09 = save(*whole_layer(to_bd09), name="bd.geojson")
    assert "say --crs bd09" in told(import_zones(bd09, atlas, crs="gcj02"), "shift")


def test_an_offset_taken_away_that_was_not_there_is_told(atlas, save):
    report = import_zones(save(*whole_layer(lambda shape: shape)), atlas, crs="GCJ-02")
    assert "leave --crs gcj02 or bd09 out" in told(report, "shift")


def test_new_zones_drawn_on_a_web_map_are_suspected_by_the_lines_they_follow(atlas, save):
    shape = OURS["community-105"].geometry
    shifted = import_zones(save((NEW, shift_geometry(shape, "gcj02"))), atlas)
    assert "suspected GCJ-02; say --crs gcj02" in told(shifted, "shift")
    borders = [zone.geometry.boundary for zone in OURS.values()]
    assert find_offset_of_lines([shape], borders) is None
    assert "suspected BD-09" in str(find_offset_of_lines([to_bd09(shape)], borders))


def test_one_redrawn_zone_among_others_is_no_shift(atlas, save):
    rows = whole_layer(lambda shape: shape)
    rows[3] = (rows[3][0], moved(rows[3][1], 200, 0))
    assert "shift" not in rules(import_zones(save(*rows), atlas))


SAMPLE = [
    zone.geometry for zone in OURS.values() if zone.properties["rank"] in ("functional", "park", "town")
]


def offset_of(change: Callable[[BaseGeometry], BaseGeometry]) -> tuple[float, float]:
    """The median move of the sample's middles, metres east and north."""
    pairs = [(to_metric(shape).centroid, to_metric(change(shape)).centroid) for shape in SAMPLE]
    moves = sorted(b.x - a.x for a, b in pairs), sorted(b.y - a.y for a, b in pairs)
    return moves[0][len(SAMPLE) // 2], moves[1][len(SAMPLE) // 2]


@settings(max_examples=25)
@given(length=st.floats(50, 2000), bearing=st.floats(0, 360))
def test_any_common_move_is_told_and_only_that_of_a_web_map_is_named(length, bearing):
    east, north = length * math.sin(math.radians(bearing)), length * math.cos(math.radians(bearing))
    shift = find_shift((shape, moved(shape, east, north)) for shape in SAMPLE)
    assert shift is not None
    assert shift.length_m == pytest.approx(length, abs=1)
    for name, known in (("GCJ-02", lambda s: shift_geometry(s, "gcj02")), ("BD-09", to_bd09)):
        offset = offset_of(known)
        ratio = math.dist(offset, (east, north)) / math.hypot(*offset)
        if ratio > 0.35:
            assert shift.suspected != name
        elif ratio < 0.2:
            assert shift.suspected == name


def test_the_offset_of_a_web_map_is_about_as_long_as_it_is():
    shift = find_shift((shape, shift_geometry(shape, "gcj02")) for shape in SAMPLE)
    assert shift is not None and shift.suspected == "GCJ-02"
    assert 300 < shift.offset_m < 600 and shift.length_m == pytest.approx(shift.offset_m, rel=0.05)


def test_no_move_and_no_zone_are_no_shift():
    assert find_shift((shape, moved(shape, 5, 5)) for shape in SAMPLE) is None
    assert find_shift([]) is None
