"""A project of QGIS names layers that are there, with styles whose columns are there, drawn as on the map."""

import io
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest

from layers.atlas import Atlas
from layers.errors import ExportError
from layers.export import FORMATS, export_layer, prepare_export
from layers.formats.qml import categories_of, phase_of
from layers.formats.styles import LINES, style_of
from layers.registry import LAYERS, get_layer
from layers.selection import Selection

Root = ElementTree.Element


def parsed(content: bytes) -> Root:
    """The project in its archive, which holds nothing else."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.namelist() == ["lingang.qgs"]
    return ElementTree.fromstring(archive.read("lingang.qgs"))


@pytest.fixture(scope="module")
def project(atlas: Atlas) -> Root:
    return parsed(export_layer(atlas, "project", fmt="qgz", crs="EPSG:4549"))


@pytest.fixture(scope="module")
def package(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prepared = prepare_export(atlas, "all", fmt="gpkg", crs="EPSG:4549")
    path = tmp_path_factory.mktemp("qgis") / prepared.filename
    with path.open("wb") as stream:
        prepared.write(stream)
    return path


def sources(project: Root) -> dict[str, str]:
    return {layer.findtext("id", ""): layer.findtext("datasource", "") for layer in project.iter("maplayer")}


def test_every_layer_of_the_project_is_in_the_package_beside_it(project: Root, package: Path) -> None:
    found = sources(project)
    assert len(found) > 10
    for layer in project.iter("maplayer"):
        file, name, *more = layer.findtext("datasource", "").split("|")
        only = [part for part in more if part.startswith("geometrytype=")]
        assert file == f"./{package.name}"
        info = pyogrio.read_info(package, layer=name.removeprefix("layername="))
        kinds = {"Polygon": "fill", "LineString": "line", "Point": "marker"}
        whole = info["geometry_type"].removeprefix("Multi")
        kind = only[0].removeprefix("geometrytype=") if only else whole
        assert {symbol.get("type") for symbol in layer.iter("symbol")} <= {kinds[kind]}
        assert layer.findtext("srs/spatialrefsys/authid") == info["crs"] == "EPSG:4549"


def test_the_legend_holds_every_layer_once_and_shows_what_the_map_shows(project: Root) -> None:
    rows = list(project.iter("layer-tree-layer"))
    assert sorted(row.get("id", "") for row in rows) == sorted(sources(project))
    assert {row.get("id"): row.get("source") for row in rows} == sources(project)
    shown = {row.get("id") for row in rows if row.get("checked") == "Qt::Checked"}
    assert {f"lingang_{name}" for name in ("zones", "lines", "stops", "base_ground", "base_cover")} <= shown
    assert "lingang_tasks" not in shown
    names = [group.get("name", "") for group in project.iter("layer-tree-group")]
    assert names.index("地点 Places") < names.index("片区 Areas") < names.index("底图 Base map")


def test_the_lake_and_the_roads_lie_over_the_zones_and_the_land_under_them(project: Root) -> None:
    rows = [row.get("id", "").removeprefix("lingang_") for row in project.iter("layer-tree-layer")]
    over = [rows.index(name) for name in ("base_names", "base_roads", "base_cover")]
    assert max(over) < rows.index("zones") < rows.index("base_ground")


def test_what_qgis_would_not_take_as_it_is(project: Root) -> None:
    assert all(len(layer.findtext("id", "")) > 10 for layer in project.iter("maplayer"))  # it renames others
    assert project.findtext("properties/SpatialRefSys/ProjectionsEnabled") == "1"  # else no system at all
    for layer in project.iter("maplayer"):
        areas = layer.get("geometry") == "Polygon"
        for labels in layer.iter("rendering"):  # names stay out of an obstacle, its own too
            assert not (areas and labels.get("obstacle") == "1")


def test_every_row_of_the_base_map_is_in_one_part_of_it(project: Root, package: Path) -> None:
    kinds = pyogrio.read_dataframe(package, layer="base", columns=["kind"])
    asked: list[str] = []
    for layer in project.iter("maplayer"):
        if layer.findtext("id", "").startswith("lingang_base_"):
            subset = next(x for x in layer.findtext("datasource", "").split("|") if x.startswith("subset="))
            asked += re.findall("'(\\w+)'", subset)
    assert len(set(asked)) == len(asked) and set(kinds["kind"]) <= set(asked)


def test_styles_and_labels_ask_for_columns_that_are_there(project: Root, package: Path) -> None:
    for layer in project.iter("maplayer"):
        name = layer.findtext("datasource", "").split("|")[1].removeprefix("layername=")
        columns = set(pyogrio.read_info(package, layer=name)["fields"])
        renderer = layer.find("renderer-v2")
        assert renderer is not None
        asked = set(re.findall('"(\\w+)"', renderer.get("attr", ""))) or {renderer.get("attr", "id")}
        for text in layer.iter("text-style"):
            label = text.get("fieldName", "")
            asked |= set(re.findall('"(\\w+)"', label)) or {label}
        assert asked <= columns, name


def test_relations_join_columns_that_are_there(project: Root, atlas: Atlas) -> None:
    relations = list(project.iter("relation"))
    assert relations
    for relation in relations:
        (field,) = relation
        pair = [relation.get(key, "") for key in ("referencingLayer", "referencedLayer")]
        rows, others = (get_layer(key.removeprefix("lingang_")).build(atlas) for key in pair)
        named = {f.id for f in others}
        assert any(f.properties.get(field.get("referencingField", "")) in named for f in rows)


def test_a_package_of_all_layers_holds_the_project_of_itself(package: Path) -> None:
    with closing(sqlite3.connect(package)) as base:
        ((name, about, content),) = base.execute(
            "SELECT name, metadata, content FROM qgis_projects"
        ).fetchall()
    project = parsed(bytes.fromhex(content))
    assert name == "lingang" and "last_modified_time" in about
    assert {source.split("|")[0] for source in sources(project).values()} == {f"./{package.name}"}
    assert "qgis_projects" not in [layer for layer, _ in pyogrio.list_layers(package)]


def test_a_package_of_one_layer_holds_none(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "stops.gpkg"
    path.write_bytes(export_layer(atlas, "stops", fmt="gpkg"))
    with closing(sqlite3.connect(path)) as base:
        tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master")}
    assert "layer_styles" in tables and "qgis_projects" not in tables


def test_a_project_can_read_from_a_service(atlas: Atlas) -> None:
    address = "http://127.0.0.1:8000/ogc"
    out = io.BytesIO()
    prepare_export(atlas, "project", fmt="qgz", source=address).write(out)
    layers = list(parsed(out.getvalue()).iter("maplayer"))
    assert {layer.findtext("provider") for layer in layers} == {"OAPIF"}
    for layer in layers:
        source = layer.findtext("datasource", "")
        name = layer.findtext("id", "").removeprefix("lingang_")
        assert f"url='{address}'" in source and f"typename='{name.split('_')[0]}'" in source
        assert ("filter='\"kind\" IN (\\'" in source) == name.startswith("base_")
        assert layer.findtext("srs/spatialrefsys/authid") == "EPSG:4326"


@pytest.mark.parametrize(
    "wish, says",
    [
        ({"layer_id": "project", "fmt": "gpkg"}, "is written as qgz"),
        ({"layer_id": "all", "fmt": "qml"}, "holds one layer"),
        ({"layer_id": "zones", "fmt": "qgz", "selection": Selection(bbox=(1, 2, 3, 4))}, "holds no rows"),
        ({"layer_id": "project", "fmt": "qgz", "source": "http://a/b' x='"}, "is no address"),
        ({"layer_id": "project", "fmt": "qgz", "source": "http://[a/ogc"}, "is no address"),
        ({"layer_id": "project", "fmt": "qgz", "source": "http://a", "crs": "4549"}, "in WGS 84"),
        ({"layer_id": "all", "fmt": "gpkg", "source": "http://a/ogc"}, "only a QGIS project"),
    ],
)
def test_a_project_that_cannot_be_is_refused(atlas: Atlas, wish: dict[str, object], says: str) -> None:
    with pytest.raises(ExportError, match=says):
        prepare_export(atlas, **wish)  # type: ignore[arg-type]


def test_a_project_is_small_and_the_same_every_time(atlas: Atlas) -> None:
    first, again = (export_layer(atlas, "project", fmt="qgz") for _ in range(2))
    assert first == again and len(first) < 30_000
    assert FORMATS["qgz"].holds_many


def test_the_lines_are_dashed_where_they_are_not_built(atlas: Atlas) -> None:
    root = ElementTree.fromstring(export_layer(atlas, "lines", fmt="qml").split(b"\n", 1)[1])
    values = {c.get("value"): c.get("symbol") for c in root.iter("category")}
    symbols = {symbol.get("name"): symbol for symbol in root.iter("symbol")}
    dashed = {v for v, n in values.items() if symbols[n].find(".//Option[@name='customdash']") is not None}
    assert "line-16 operating" in values and "line-16 operating" not in dashed
    assert {"lianggang-express construction", " planned"} & set(values) <= dashed
    assert "lianggang-express construction" in dashed
    for feature in get_layer("lines").build(atlas):
        key = feature.id if feature.id in LINES else ""
        assert f"{key} {phase_of(feature.properties)}" in values


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_a_legend_holds_what_occurs_and_all_others(atlas: Atlas, layer) -> None:
    style = style_of(layer)
    rows = [f.properties for f in layer.build(atlas)]
    groups = categories_of(style, rows)
    assert groups[-1][0] == "" and len({value for value, *_ in groups}) == len(groups)
    if style.by and not style.phased:
        assert {value for value, *_ in groups[:-1]} == {style.key_of(row) for row in rows} - {""}
