"""Every layer in every format comes back from GDAL and geopandas whole: rows, names, places, system."""

import io
import math
import sqlite3
import sys
import zipfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from export_readers import read_back, read_sheet
from pyproj import CRS, Transformer

from geo.features import Feature, dump_features
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.export import FORMATS, export_layer, prepare_export
from layers.formats import parquet
from layers.formats.short_names import short_names
from layers.registry import LAYERS, get_layer
from layers.selection import Selection
from layers.tasks import TaskFilter

LAYER_IDS = [layer.id for layer in LAYERS]
TABLES = [fmt for fmt in FORMATS if fmt not in ("dxf", "xml", "xlsx", "qgz", "qml")]
PLANE = [fmt for fmt, kind in FORMATS.items() if kind.systems in ("plane", "any") and fmt in TABLES]
SYSTEMS = ["EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:32651", "EPSG:3857"]
NAMES_ITS_SYSTEM = ("gpkg", "fgb", "shp.zip", "parquet", "csv")


@cache
def rows_of(atlas_id: int, layer: str) -> list[Feature]:
    """The rows of a layer, built once: these tests change neither them nor the atlas."""
    return get_layer(layer).build(ATLASES[atlas_id])


ATLASES: dict[int, Atlas] = {}


def features_of(atlas: Atlas, layer: str) -> list[Feature]:
    ATLASES[id(atlas)] = atlas
    return rows_of(id(atlas), layer)


def written(atlas: Atlas, folder: Path, layer: str, fmt: str, crs: str | None = None) -> Path:
    path = folder / f"{layer}.{fmt}"
    with path.open("wb") as stream:
        prepare_export(atlas, layer, fmt=fmt, crs=crs, features=features_of(atlas, layer)).write(stream)
    return path


def expected(atlas: Atlas, layer: str, crs: str | None) -> dict[str, Any]:
    """The geometries of a layer in a system, by PROJ alone."""
    transformer = Transformer.from_crs("EPSG:4326", crs or "EPSG:4326", always_xy=True)

    def move(points: Any) -> Any:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    features = features_of(atlas, layer)
    return {f.id: None if f.geometry is None else shapely.transform(f.geometry, move) for f in features}


def assert_same_places(rows: Any, places: dict[str, Any], tolerance: float) -> None:
    assert sorted(rows["id"]) == sorted(places)
    for feature_id, shape in zip(rows["id"], rows.geometry, strict=True):
        wanted = places[feature_id]
        assert (shape is None or shape.is_empty) == (wanted is None), feature_id
        if wanted is not None:
            assert shapely.hausdorff_distance(shape, wanted) <= tolerance, feature_id
            assert shape.is_valid, feature_id


@pytest.mark.parametrize("layer", LAYER_IDS)
@pytest.mark.parametrize("fmt", TABLES)
def test_every_layer_comes_back_whole(atlas: Atlas, tmp_path: Path, layer: str, fmt: str) -> None:
    rows = read_back(written(atlas, tmp_path, layer, fmt), fmt)
    features = {f.id: f for f in features_of(atlas, layer)}
    assert_same_places(rows, expected(atlas, layer, None), 0.8e-6)
    names = dict(zip(rows["id"], rows["name"], strict=True))
    assert {key: str(name)[:60] for key, name in names.items()} == {
        key: f.properties["name"][:60] for key, f in features.items()
    }


@pytest.mark.parametrize("layer", ["zones", "lines", "tasks"])
@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("fmt", PLANE)
def test_a_layer_lies_where_proj_puts_it(
    atlas: Atlas, tmp_path: Path, layer: str, crs: str, fmt: str
) -> None:
    rows = read_back(written(atlas, tmp_path, layer, fmt, crs), fmt)
    is_plane = CRS(crs).is_projected
    assert_same_places(rows, expected(atlas, layer, crs), 0.01 if is_plane else 0.8e-6)
    if fmt in NAMES_ITS_SYSTEM:
        assert rows.crs.to_epsg() == int(crs.removeprefix("EPSG:"))


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_mapinfo_table_keeps_the_projection_without_its_name(
    atlas: Atlas, tmp_path: Path, crs: str
) -> None:
    rows = read_back(written(atlas, tmp_path, "stops", "tab.zip", crs), "tab.zip")
    there, here = (Transformer.from_crs(c, "EPSG:4326", always_xy=True) for c in (rows.crs, crs))
    point = next(shape for shape in rows.geometry if shape)
    assert np.allclose(there.transform(point.x, point.y), here.transform(point.x, point.y), atol=1e-8)


@pytest.mark.parametrize("layer", ["zones", "tasklist", "sites"])
def test_a_workbook_has_the_rows_first_and_says_what_they_are(
    atlas: Atlas, tmp_path: Path, layer: str
) -> None:
    path = written(atlas, tmp_path, layer, "xlsx", "EPSG:4549")
    rows = read_sheet(path)
    features = get_layer(layer).build(atlas)
    assert list(rows["name"]) == [f.properties["name"] for f in features]
    kept = expected(atlas, layer, "EPSG:4549")
    for feature_id, shape in zip(rows["id"], rows.geometry, strict=True):
        if shape is not None:
            assert shapely.hausdorff_distance(shape, kept[feature_id]) <= 0.01
    about = pyogrio.read_dataframe(path, layer="about")
    assert "EPSG:4549" in dict(zip(about["key"], about["value"], strict=True))["crs"]


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_data_gives_the_same_bytes(atlas: Atlas, fmt: str) -> None:
    assert export_layer(atlas, "sites", fmt=fmt) == export_layer(atlas, "sites", fmt=fmt)


@pytest.mark.parametrize("layer", LAYER_IDS)
def test_geojson_keeps_its_canonical_bytes(atlas: Atlas, layer: str) -> None:
    assert export_layer(atlas, layer) == dump_features(get_layer(layer).build(atlas), layer)


def test_the_date_is_that_of_the_data_or_the_one_that_is_set(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    reviewed = max(done.review.date for item in atlas.tasks.values() for done in item.reviews)
    assert reviewed.encode() in export_layer(atlas, "stops", fmt="xml")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    archive = zipfile.ZipFile(io.BytesIO(export_layer(atlas, "stops", fmt="shp.zip")))
    assert {info.date_time[:3] for info in archive.infolist()} == {(2023, 11, 14)}
    assert b"2023-11-14" in archive.read("metadata.xml")


def test_a_text_sequence_has_a_separator_before_every_feature(atlas: Atlas) -> None:
    content = export_layer(atlas, "stops", fmt="geojsons")
    count = len(get_layer("stops").build(atlas))
    assert content.count(b"\x1e") == content.count(b"\n") == count
    assert content.replace(b"\x1e", b"") == export_layer(atlas, "stops", fmt="geojsonl")


# ---- GeoPackage -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("all") / "lingang.gpkg"
    path.write_bytes(export_layer(atlas, "all", fmt="gpkg", crs="EPSG:4549"))
    return path


def test_one_geopackage_holds_every_layer_but_the_doubled_ones(atlas: Atlas, package: Path) -> None:
    found = {name for name, kind in pyogrio.list_layers(package)}
    layers = set(LAYER_IDS) - {"transit", "edges"}
    assert {name for name in found if name in LAYER_IDS} == layers
    for layer in sorted(layers):
        info = pyogrio.read_info(package, layer=layer)
        assert info["features"] == len(get_layer(layer).build(atlas))
        assert info["crs"] == "EPSG:4549"


def test_related_tables_lead_from_a_zone_to_its_tasks(atlas: Atlas, package: Path) -> None:
    with closing(sqlite3.connect(package)) as base:
        rows = base.execute(
            "SELECT t.id FROM zones z JOIN zones_tasklist m ON m.base_id = z.fid "
            "JOIN tasklist t ON t.fid = m.related_id WHERE z.id = 'community-105'"
        ).fetchall()
        relations = base.execute(
            "SELECT base_table_name, related_table_name FROM gpkgext_relations"
        ).fetchall()
        (faults,) = base.execute("PRAGMA integrity_check").fetchone()
    assert sorted(row[0] for row in rows) == sorted(t.id for t in atlas.zone_tasks("community-105").own)
    assert ("tasklist", "milestones") in relations
    assert faults == "ok"


def test_a_geopackage_carries_metadata_and_a_default_style_for_every_layer(package: Path) -> None:
    with closing(sqlite3.connect(package)) as base:
        records = dict(
            base.execute(
                "SELECT r.table_name, m.metadata FROM gpkg_metadata m "
                "JOIN gpkg_metadata_reference r ON r.md_file_id = m.id"
            )
        )
        styles = base.execute(
            "SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles"
        ).fetchall()
    assert set(records) == {row[0] for row in styles}
    for text in (*records.values(), *(qml for _, qml, _, _ in styles), *(sld for _, _, sld, _ in styles)):
        ElementTree.fromstring(text.encode())
    assert "ODbL" in records["base"] and "© OpenStreetMap contributors" in records["base"]
    assert all(row[3] == 1 for row in styles)


# ---- what a format cannot hold is said ---------------------------------------------------------------------


def losses(atlas: Atlas, layer: str, fmt: str) -> str:
    prepared = prepare_export(atlas, layer, fmt=fmt)
    prepared.write(io.BytesIO())
    return "\n".join(prepared.losses)


def test_a_shapefile_names_its_short_fields_and_keeps_cut_texts_whole_beside_it(atlas: Atlas) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export_layer(atlas, "tasklist", fmt="shp.zip")))
    readme = archive.read("readme.txt").decode("utf-8-sig")
    assert archive.read("tasklist-epsg_4326.cpg") == b"UTF-8"
    assert "place_name  place_names" in readme
    assert "summary: " in readme and "whole in tasklist.csv" in readme
    longest = max(get_layer("tasklist").build(atlas), key=lambda f: len(f.properties["summary"]))
    assert longest.properties["summary"][-30:] in archive.read("tasklist.csv").decode("utf-8-sig")


def test_a_shapefile_of_several_kinds_of_geometry_is_several_shapefiles(atlas: Atlas) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export_layer(atlas, "base", fmt="shp.zip")))
    shapes = [name for name in archive.namelist() if name.endswith(".shp")]
    assert shapes == [f"base-epsg_4326-{kind}.shp" for kind in ("line", "point", "polygon")]
    assert "one shapefile for each type of geometry: line, point, polygon" in losses(atlas, "base", "shp.zip")


@pytest.mark.parametrize(
    "layer, fmt, says",
    [
        ("sites", "fgb", "no spatial index"),
        ("sites", "dxf", "rows without a place are left out"),
        ("zones", "dxf", "a drawing names no coordinate system: coordinates are EPSG:4549"),
        ("sites", "shp.zip", "rows have no place: empty shapes"),
        ("zones", "tab.zip", "official_area_km2 is text: MapInfo has no absent numbers"),
    ],
)
def test_what_a_format_cannot_hold_is_said(atlas: Atlas, layer: str, fmt: str, says: str) -> None:
    assert says in losses(atlas, layer, fmt)


@pytest.mark.parametrize("fmt", ["geojson", "gpkg", "parquet", "kml", "csv"])
def test_a_format_that_holds_all_says_nothing(atlas: Atlas, fmt: str) -> None:
    assert losses(atlas, "zones", fmt) == ""


def test_short_names_are_short_plain_and_different() -> None:
    names = sorted(
        {key for layer in LAYERS for key in ("id", "名称", "name_en", "NAME_EN", "official_area_source_en")}
    )
    names += [f"official_area_source_{i}" for i in range(30)]
    short = short_names(names)
    assert list(short) == names
    assert len({name.lower() for name in short.values()}) == len(names)
    assert all(
        len(name) <= 10 and name.isascii() and name.replace("_", "a").isalnum() for name in short.values()
    )
    assert short["id"] == "id" and short["NAME_EN"] == "NAME_EN" and short["name_en"] == "name_en2"


# ---- drawings ----------------------------------------------------------------------------------------------


def test_a_drawing_has_shapes_and_chinese_names_on_a_chinese_layer(atlas: Atlas, tmp_path: Path) -> None:
    path = written(atlas, tmp_path, "schools", "dxf")
    rows = pyogrio.read_dataframe(path)
    assert set(rows["Layer"]) == {"学校"}
    placed = [f for f in get_layer("schools").build(atlas) if f.geometry is not None]
    assert sorted(rows["Text"].dropna()) == sorted(f.properties["name"] for f in placed)
    places = expected(atlas, "schools", "EPSG:4549")
    wanted = sorted((places[f.id].x, places[f.id].y) for f in placed)
    shapes = rows.geometry[rows["Text"].isna()]
    assert np.allclose(sorted((p.x, p.y) for p in shapes), wanted, atol=0.01)


def test_a_drawing_has_a_font_and_a_code_page_for_chinese(atlas: Atlas) -> None:
    content = export_layer(atlas, "zones", fmt="dxf")
    assert b"ANSI_936" in content and b"gbcbig.shx" in content
    assert "105社区".encode("gbk") in content


def test_handles_of_a_drawing_are_different_and_below_its_seed(atlas: Atlas) -> None:
    lines = export_layer(atlas, "stops", fmt="dxf").decode("gbk").splitlines()
    entities = lines[lines.index("ENTITIES") :]
    entities = entities[: entities.index("ENDSEC")]
    handles = [
        int(value, 16) for code, value in zip(entities[1::2], entities[2::2], strict=False) if code == "  5"
    ]
    assert (
        len(handles)
        == len(set(handles))
        == 2 * len([f for f in get_layer("stops").build(atlas) if f.geometry])
    )
    assert max(handles) < int(lines[lines.index("$HANDSEED") + 2], 16)


# ---- texts of others ---------------------------------------------------------------------------------------

HOSTILE = [
    '=HYPERLINK("http://example.org")',
    "@SUM(1)",
    "+1+1",
    "a\x00b",
    "<b>&",
    "龘𬭼",
    "'quoted'",
    'a,b\n"c"',
]


def hostile_rows() -> list[Feature]:
    point = shapely.Point(121.9, 30.9)
    return [
        Feature(f"row-{i}", {"id": f"row-{i}", "name": text, "kind": "school"}, point)
        for i, text in enumerate(HOSTILE)
    ]


@pytest.mark.parametrize("fmt", [fmt for fmt in TABLES if not fmt.startswith("geojson")])
def test_texts_of_others_survive_and_are_never_run(atlas: Atlas, tmp_path: Path, fmt: str) -> None:
    prepared = prepare_export(atlas, "schools", fmt=fmt, features=hostile_rows())
    path = tmp_path / f"x.{fmt}"
    with path.open("wb") as stream:
        prepared.write(stream)
    names = [name.replace("\r\n", "\n") for name in read_back(path, fmt)["name"]]
    wanted = [text.replace("\x00", "\ufffd") for text in HOSTILE]
    if fmt == "csv":
        wanted = [f"'{text}" if text[0] in "=@+" else text for text in wanted]
        assert "apostrophe" in " ".join(prepared.losses)
    assert names == wanted


def test_a_workbook_has_no_formula(atlas: Atlas) -> None:
    out = io.BytesIO()
    prepare_export(atlas, "schools", fmt="xlsx", features=hostile_rows()).write(out)
    book = zipfile.ZipFile(out)
    assert not any(b"<f>" in book.read(name) for name in book.namelist())


# ---- copies for web maps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09"])
@pytest.mark.parametrize("fmt", ["geojson", "geojsonl", "gpkg", "fgb", "shp.zip", "parquet", "csv"])
def test_a_copy_says_that_it_is_not_wgs84(atlas: Atlas, tmp_path: Path, name: str, fmt: str) -> None:
    prepared = prepare_export(atlas, "schools", fmt=fmt, crs=name)
    path = tmp_path / prepared.filename
    with path.open("wb") as stream:
        prepared.write(stream)
    assert name in prepared.filename
    assert name in prepared.warnings[0] and name.encode() in prepared.record()
    rows = read_back(path, fmt)
    moved, plain = rows.set_index("id").geometry, expected(atlas, "schools", None)
    place = next(key for key, shape in plain.items() if shape)
    distance = math.hypot(moved[place].x - plain[place].x, moved[place].y - plain[place].y)
    assert 0.003 < distance < 0.02
    if fmt.startswith("geojson"):
        assert f'"datum": "{name}"'.encode() in path.read_bytes()
    elif fmt == "csv":
        assert set(rows["crs"]) == {name}
    else:
        assert rows.crs.to_epsg() is None and name in rows.crs.name


@pytest.mark.parametrize("fmt", ["kml", "kmz"])
def test_what_is_wgs84_by_definition_is_not_given_as_a_copy(atlas: Atlas, fmt: str) -> None:
    with pytest.raises(ExportError, match="always WGS 84"):
        prepare_export(atlas, "schools", fmt=fmt, crs="GCJ-02")


def test_geocentric_coordinates_go_into_a_table_of_points_only(atlas: Atlas) -> None:
    head, first = (
        export_layer(atlas, "schools", fmt="csv", crs="EPSG:4479").decode("utf-8-sig").split("\r\n")[:2]
    )
    assert head.endswith(",x,y,z,crs") and first.endswith(",EPSG:4479")
    with pytest.raises(ExportError, match="only points"):
        prepare_export(atlas, "zones", fmt="csv", crs="EPSG:4479")
    with pytest.raises(ExportError, match="holds no geocentric coordinates"):
        prepare_export(atlas, "schools", fmt="gpkg", crs="EPSG:4479")


# ---- selections --------------------------------------------------------------------------------------------


def ids(atlas: Atlas, layer: str, **options: Any) -> list[str]:
    (table,) = prepare_export(atlas, layer, selection=Selection(**options)).tables
    return [feature.id for feature in table.features]


def test_the_filters_of_the_task_list_choose_rows_of_every_layer_of_tasks(atlas: Atlas) -> None:
    wanted = {"tasks": TaskFilter(zone="community-105", plan="2023")}
    tasks = ids(atlas, "tasklist", **wanted)
    assert "2023-140" in tasks and all(task.startswith("2023-") for task in tasks)
    rows = prepare_export(atlas, "tasks", selection=Selection(**wanted)).tables[0].features
    assert {row.properties["task"] for row in rows} == set(tasks)


def test_milestones_are_chosen_one_by_one(atlas: Atlas) -> None:
    chosen = prepare_export(atlas, "milestones", selection=Selection(TaskFilter(stage="start"))).tables[0]
    assert chosen.features
    assert {row.properties["stage"] for row in chosen.features} == {"start"}


def test_zones_are_counted_under_the_filter(atlas: Atlas) -> None:
    (table,) = prepare_export(atlas, "zones", selection=Selection(TaskFilter(plan="2020"))).tables
    assert len(table.features) == len(atlas.zones)
    assert all(set(f.properties["tasks_by_plan"]) <= {"2020"} for f in table.features)


def test_places_are_chosen_by_zone_name_and_box(atlas: Atlas) -> None:
    near = ids(atlas, "schools", tasks=TaskFilter(zone="dishui-core"))
    assert near and set(near) < set(ids(atlas, "schools"))
    assert ids(atlas, "hospitals", tasks=TaskFilter(q="医院"))
    box = ids(atlas, "stops", bbox=(121.9, 30.85, 121.96, 30.93))
    assert box and len(box) < len(ids(atlas, "stops"))


def test_only_the_fields_asked_for_are_written(atlas: Atlas) -> None:
    content = export_layer(atlas, "schools", fmt="csv", selection=Selection(fields=("name", "level")))
    assert content.decode("utf-8-sig").split("\r\n")[0] == "id,name,level,lon,lat,crs"


@pytest.mark.parametrize(
    "layer, options, says",
    [
        (
            "schools",
            {"tasks": TaskFilter(plan="2023")},
            "cannot be filtered by 'plan'; use one of: zone, target, kind, q",
        ),
        ("schools", {"fields": ("nmae",)}, "has no property 'nmae'"),
        ("all", {"where": ("plan=2023",)}, "use where and fields on one layer at a time"),
    ],
)
def test_a_selection_that_means_nothing_is_refused(
    atlas: Atlas, layer: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        prepare_export(atlas, layer, fmt="gpkg", selection=Selection(**options))


@pytest.mark.parametrize(
    "crs", ["EPSG:27700", "EPSG:5773", "EPSG:99999", "mars", "", "EPSG:4548", "EPSG:4979"]
)
def test_a_system_that_does_not_hold_lingang_is_refused(atlas: Atlas, crs: str) -> None:
    with pytest.raises(ExportError, match="EPSG:4326"):
        prepare_export(atlas, "zones", fmt="gpkg", crs=crs)


def test_an_empty_selection_is_a_file_without_rows(atlas: Atlas, tmp_path: Path) -> None:
    for fmt in (fmt for fmt in TABLES if fmt not in ("csv", "geojsons", "geojsonl", "kml", "kmz")):
        path = tmp_path / f"none.{fmt}"
        nothing = Selection(where=("name=没有这个片区",))
        path.write_bytes(export_layer(atlas, "zones", fmt=fmt, selection=nothing))
        assert len(read_back(path, fmt)) == 0, fmt


def test_geoparquet_written_in_groups_is_whole_and_groups_have_their_boxes(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "zones.parquet"
    path.write_bytes(export_layer(atlas, "zones", fmt="parquet"))
    whole = read_back(path, "parquet")
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 10)
    path.write_bytes(export_layer(atlas, "zones", fmt="parquet"))
    assert read_back(path, "parquet").equals(whole)
    about = pyarrow.parquet.ParquetFile(path).metadata
    sizes = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
    assert sum(sizes) == len(whole) and max(sizes) == 10
    group = about.row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    first = whole.head(10).total_bounds
    assert columns["bbox.xmin"].statistics.min == first[0] and columns["bbox.ymax"].statistics.max == first[3]


def test_without_pyarrow_geoparquet_says_what_to_install(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExportError, match=r"pip install 'lingang-atlas\[parquet\]', or take gpkg or fgb"):
        prepare_export(atlas, "stops", fmt="parquet")
