"""QGIS opens our projects, files, styles and the OGC API: every row, every system, the look of the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from geo.features import Feature
from layers.atlas import Atlas
from layers.formats.styles import BASE, STYLES, ZONES
from layers.registry import get_layer

pytestmark = pytest.mark.qgis

WHOLE = (
    "zones", "lines", "stops", "schools", "hospitals", "sites", "tasks", "tasklist", "projects", "milestones",
    "targets",
)  # fmt: skip
BASE_PARTS = ("lingang_base_names", "lingang_base_roads", "lingang_base_cover", "lingang_base_ground")
LAKE = [677_500, 3_414_500, 691_500, 3_424_500]  # metres, EPSG:4549
LARGE_ZONES = {"滴水湖核心", "洋山特殊综合保税区", "前沿科技产业区", "综合产业区", "新兴产业区"}
WINDOW = (121.9, 30.85, 121.96, 30.92)
PARKS = "rank = 'park' AND tasks_total > 0"
FILE_LAYERS = ("zones", "lines", "tasks", "schools")
FILES = ("geojson", "geojsonl", "gpkg", "fgb", "kml", "kmz", "shp.zip", "tab.zip")


def rows_of(atlas: Atlas, layer: str) -> list[Feature]:
    return get_layer(layer).build(atlas)


def ids(rows: Iterable[Feature]) -> list[str]:
    return sorted(row.id for row in rows)


def placed(rows: Iterable[Feature]) -> list[Feature]:
    return [row for row in rows if row.geometry is not None]


def assert_whole(found: dict[str, Any], atlas: Atlas, crs: str) -> None:
    """Every layer of a project is there, with its rows, names and system, and the relations hold."""
    layers = found["layers"]
    assert found["opened"] and found["error"] == ""
    assert found["crs"] == "EPSG:4549"
    assert set(layers) == {f"lingang_{layer}" for layer in WHOLE} | set(BASE_PARTS)
    assert {key: layer["error"] for key, layer in layers.items() if not layer["valid"]} == {}
    assert {layer["crs"] for layer in layers.values()} == {crs}
    for name in WHOLE:
        rows, layer = rows_of(atlas, name), layers[f"lingang_{name}"]
        assert layer["ids"] == ids(rows), name
        assert layer["count"] == len(rows), name
        assert layer["placed"] == len(placed(rows)), name
        assert layer["names"] == sorted(str(row.properties["name"]) for row in rows), name
    base = sorted(key for part in BASE_PARTS for key in layers[part]["ids"])
    assert set(ids(placed(rows_of(atlas, "base")))) <= set(base) and len(set(base)) == len(base)
    assert found["relations"] and all(found["relations"].values())


def assert_looks_like_the_map(views: list[dict[str, Any]], atlas: Atlas) -> None:
    """The colours of the five kinds of zones over the land, the lake over them, and the names in Chinese."""
    far, near = views
    for key, paint in ZONES.items():
        once = blend(paint.fill, BASE["land"].fill, paint.opacity)
        twice = blend(paint.fill, once, paint.opacity)  # a part of a zone in it
        assert pixels(far, once) + pixels(far, twice) > 2_000, key
    assert pixels(far, BASE["lake"].fill) > 500 and pixels(near, BASE["lake"].fill) > 20_000
    assert pixels(near, BASE["island"].fill) > 1_000
    assert pixels(far, STYLES["base"].otherwise.fill) > 200_000  # the sea
    assert set(far["names"]) >= LARGE_ZONES | {"东海", "万祥镇"}
    parts = {"103社区", "105社区", "世界顶尖科学家社区", "临港科技城"}
    assert set(near["names"]) >= parts | {"滴水湖北站", "滴水湖学校", "环湖三路", "中运量T1线"}
    assert not set(far["names"]) & {row.properties["name"] for row in rows_of(atlas, "schools")}


def blend(colour: str, ground: str, opacity: float) -> str:
    """A colour laid over another."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)


def pixels(view: dict[str, Any], colour: str) -> int:
    """How many pixels have a colour, give or take a rounding of each channel."""
    wanted = bytes.fromhex(colour[1:])
    return sum(
        count
        for key, count in view["colours"].items()
        if max(abs(a - b) for a, b in zip(bytes.fromhex(key), wanted, strict=True)) <= 1
    )


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4549"])
def test_a_project_over_its_geopackage(ask_qgis, write, atlas: Atlas, tmp_path: Path, crs: str) -> None:
    write("all", "gpkg", crs)
    project = write("project", "qgz", crs)
    views = [{"picture": str(tmp_path / "far.png")}, {"picture": str(tmp_path / "near.png"), "extent": LAKE}]
    found = ask_qgis("open_project", project=str(project), views=views)
    assert_whole(found, atlas, crs)
    assert_looks_like_the_map(found["views"], atlas)
    shown = {key.removeprefix("lingang_") for key in found["shown"]}
    assert {"zones", "lines", "stops", "base_cover"} <= shown
    assert not {"tasks", "projects", "milestones"} & shown


def test_the_project_inside_the_geopackage(ask_qgis, write, atlas: Atlas) -> None:
    package = write("all", "gpkg")
    found = ask_qgis("open_project", project=f"geopackage:{package}?projectName=lingang")
    assert_whole(found, atlas, "EPSG:4326")


def test_a_project_over_the_running_service(
    ask_qgis, write, service: str, atlas: Atlas, tmp_path: Path
) -> None:
    project = write("project", "qgz", source=service)
    views = [{"picture": str(tmp_path / "far.png")}, {"picture": str(tmp_path / "near.png"), "extent": LAKE}]
    found = ask_qgis("open_project", project=str(project), views=views)
    for part in BASE_PARTS:  # of a filtered layer QGIS knows the number only when it has read it
        assert found["layers"][part]["rows"] > 0
    assert_whole(found, atlas, "EPSG:4326")
    assert_looks_like_the_map(found["views"], atlas)


@pytest.mark.parametrize("served", [False, True])
def test_a_project_of_one_layer_of_lines_and_points(
    ask_qgis, write, service: str, atlas: Atlas, served: bool
) -> None:
    write("transit", "gpkg")
    found = ask_qgis("open_project", project=str(write("transit", "qgz", source=service if served else None)))
    rows = placed(rows_of(atlas, "transit"))
    points = [row for row in rows if row.geometry.geom_type == "Point"]
    assert set(found["shown"]) == {"lingang_transit_point", "lingang_transit_line"}
    assert found["layers"]["lingang_transit_point"]["ids"] == ids(points)
    assert found["layers"]["lingang_transit_line"]["ids"] == sorted(set(ids(rows)) - set(ids(points)))


def test_every_layer_of_the_package_brings_its_style(ask_qgis, write) -> None:
    package = write("all", "gpkg")
    found = ask_qgis(
        "open_layers", sources={name: {"uri": f"{package}|layername={name}"} for name in (*WHOLE, "base")}
    )
    categorised = {name for name, layer in found.items() if layer["renderer"] == "categorizedSymbol"}
    assert categorised >= {"zones", "lines", "tasks", "tasklist", "milestones", "targets", "base"}
    assert "滴水湖核心" in found["zones"]["legend"] and "轨道交通16号线" in found["lines"]["legend"]
    assert found["zones"]["labels"] and not found["tasks"]["labels"]


@pytest.mark.parametrize("crs", [None, "EPSG:4549"])
def test_files_open_with_every_row(ask_qgis, write, atlas: Atlas, crs: str | None) -> None:
    formats = [fmt for fmt in FILES if crs is None or not fmt.startswith(("geojson", "km"))]
    asked = {
        f"{layer}.{fmt}": {"uri": f"{'/vsizip/' * fmt.endswith('.zip')}{write(layer, fmt, crs)}"}
        for fmt in formats
        for layer in FILE_LAYERS
    }
    found = ask_qgis("open_layers", sources=asked)
    for layer in FILE_LAYERS:
        rows = rows_of(atlas, layer)
        names = sorted(str(row.properties["name"])[:60] for row in rows)
        for fmt in formats:
            seen = found[f"{layer}.{fmt}"]
            where = f"{layer}.{fmt}"
            assert seen["valid"], (where, seen["error"])
            assert seen["placed"] == len(placed(rows)), where
            assert sorted(name[:60] for name in seen["names"]) == names, where
            if fmt != "tab.zip" or crs is None:  # MapInfo has no codes of systems
                assert seen["crs"] == (crs or "EPSG:4326"), where
            west, south, _, _ = seen["extent"]
            assert (west > 121 and south > 30) if crs is None else (west > 600_000 and south > 3_380_000), (
                where
            )


def test_a_drawing_and_tables_open(ask_qgis, write, atlas: Atlas) -> None:
    table = "file://{}?type=csv&encoding=UTF-8&crs=EPSG:4326&{}"
    found = ask_qgis(
        "open_layers",
        sources={
            "dxf": {"uri": str(write("zones", "dxf"))},
            "xlsx": {"uri": str(write("schools", "xlsx"))},
            "points": {
                "uri": table.format(write("schools", "csv"), "xField=lon&yField=lat"),
                "provider": "delimitedtext",
            },
            "areas": {
                "uri": table.format(write("zones", "csv"), "wktField=wkt_lon_lat"),
                "provider": "delimitedtext",
            },
        },
    )
    assert {name: seen["error"] for name, seen in found.items() if not seen["valid"]} == {}
    schools, zones = rows_of(atlas, "schools"), rows_of(atlas, "zones")
    assert found["dxf"]["placed"] >= len(zones)
    assert found["xlsx"]["ids"] == found["points"]["ids"] == ids(schools)
    assert found["points"]["placed"] == len(placed(schools))
    assert found["areas"]["ids"] == ids(zones) and found["areas"]["placed"] == len(placed(zones))


def test_styles_load(ask_qgis, write) -> None:
    styles = {
        name: {"uri": str(write(name, "geojson")), "qml": str(write(name, "qml"))}
        for name in ("zones", "lines", "stops", "schools", "tasks", "projects", "edges")
    }
    found = ask_qgis("load_styles", styles=styles)
    assert {name: seen["message"] for name, seen in found.items() if not seen["loaded"]} == {}
    assert found["zones"]["renderer"] == "categorizedSymbol" and "综合产业区" in found["zones"]["legend"]
    assert Counter(seen["labels"] for seen in found.values()) == {True: 4, False: 3}


def test_the_service_page_by_page_by_box_and_by_condition(ask_qgis, service: str, atlas: Atlas) -> None:
    def layer(name: str, *more: str, **asked: Any) -> dict[str, Any]:
        uri = f"url='{service}' typename='{name}' srsname='EPSG:4326' {' '.join(more)}"
        return {"uri": uri, "provider": "OAPIF", **asked}

    found = ask_qgis(
        "open_layers",
        sources={
            "paged": layer("tasks", "pageSize='50'"),
            "box": layer("zones", "restrictToRequestBBOX='1'", box=WINDOW),
            "where": layer("zones", where=PARKS),
            "subset": layer("zones", subset='"rank" = \'park\' AND "tasks_total" > 0'),
        },
    )
    assert all(seen["valid"] and seen["crs"] == "EPSG:4326" for seen in found.values())
    assert found["paged"]["ids"] == ids(rows_of(atlas, "tasks"))
    zones = rows_of(atlas, "zones")
    parks = [z for z in zones if z.properties["rank"] == "park" and z.properties["tasks_total"] > 0]
    assert parks and found["where"]["ids"] == found["subset"]["ids"] == ids(parks)
    assert 0 < found["box"]["rows"] < len(zones)
    assert "dishui-core" in found["box"]["ids"] and "fengxian" not in found["box"]["ids"]
