"""Tiles are read back by GDAL: every feature is in them, where it lies, with its properties."""

import math
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from layers import tiles
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.registry import LAYERS, get_layer
from layers.selection import Selection
from layers.tasks import TaskFilter
from layers.tiles import HALF_M, MAX_ZOOM, TileSource, parse_tile
from layers.vector_tile import EXTENT, encode_layer

ZOOM = 9
UNIT_M = 2 * HALF_M / 2**ZOOM / EXTENT
Tile = tuple[int, int, int]


@pytest.fixture(scope="module")
def source(atlas: Atlas) -> TileSource:
    return TileSource(atlas)


def tile_of(lon: float, lat: float, zoom: int) -> Tile:
    """The tile that holds a position, by the formula of web maps."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int((lon + 180) / 360 * 2**zoom), int(y * 2**zoom)


def tiles_over(shapes: Any, zoom: int) -> list[Tile]:
    west, south, east, north = shapely.total_bounds(shapes)
    _, left, top = tile_of(west, north, zoom)
    _, right, bottom = tile_of(east, south, zoom)
    return [(zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def square_of(tile: Tile) -> Polygon:
    """The tile in metres of Web Mercator."""
    z, x, y = tile
    side = 2 * HALF_M / 2**z
    return box(x * side - HALF_M, HALF_M - (y + 1) * side, (x + 1) * side - HALF_M, HALF_M - y * side)


def read(folder: Path, content: bytes, tile: Tile, layer: str) -> geopandas.GeoDataFrame:
    """A layer of a tile as GDAL sees it, in Web Mercator."""
    path = folder.joinpath(*map(str, tile[:2])) / f"{tile[2]}.mvt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return pyogrio.read_dataframe(f"MVT:{path}", layer=layer, CLIP="NO")


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_every_placed_feature_is_in_the_tiles_where_it_lies(
    atlas: Atlas, source: TileSource, tmp_path: Path, layer: Any
) -> None:
    features = [f for f in layer.build(atlas) if f.geometry is not None]
    plane = geopandas.GeoSeries([f.geometry for f in features], crs=4326).to_crs(3857)
    found: dict[str, float] = {}
    for tile in tiles_over([f.geometry for f in features], ZOOM):
        content = source.layer(layer.id, Selection()).tile(*tile)
        rows = read(tmp_path, content, tile, layer.id) if content else pandas.DataFrame({"id": []})
        square, cut = square_of(tile), dict(zip(rows["id"], rows.get("geometry", []), strict=True))
        for feature, whole in zip(features, plane, strict=True):
            inside = whole.intersection(square)
            if inside.is_empty or (inside.length < UNIT_M and inside.geom_type != "Point"):
                continue
            assert shapely.hausdorff_distance(cut[feature.id].intersection(square), inside) < 2 * UNIT_M
            found[feature.id] = 1
    assert set(found) == {f.id for f in features}


def test_properties_keep_their_kinds_and_what_is_absent_stays_absent(tmp_path: Path) -> None:
    own = {"name": "临港<&>", "yes": True, "no": False, "count": -7, "one": 1, "share": 1.0, "none": None}
    rows = read(tmp_path, encode_layer("x", [(Point(10, 20), own)]), (0, 0, 0), "x")
    assert rows["name"][0] == "临港<&>"
    assert (bool(rows["yes"][0]), bool(rows["no"][0])) == (True, False)
    assert (rows["count"][0], rows["one"][0], rows["share"][0]) == (-7, 1, 1.0)
    assert "none" not in rows.columns
    assert np.issubdtype(rows["count"].dtype, np.integer) and np.issubdtype(rows["share"].dtype, np.floating)


@pytest.mark.parametrize(
    "shape",
    [
        Polygon([(0, 0), (0, 900), (900, 900), (900, 0)], [[(100, 100), (800, 100), (800, 800), (100, 800)]]),
        MultiPolygon([box(0, 0, 10, 10), box(20, 20, 4000, 4096)]),
        LineString([(-64, 5), (4160, 5), (4160, 4000)]),
        shapely.MultiPoint([(1, 1), (4095, 4095), (-3, 5)]),
        shapely.MultiLineString([[(0, 0), (5, 5)], [(7, 7), (9, 8), (3, 3)]]),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_shapes_come_back_as_they_were(tmp_path: Path, shape: Any) -> None:
    rows = read(tmp_path, encode_layer("x", [(shape, {"id": "a"})]), (0, 0, 0), "x")
    unit = 2 * HALF_M / EXTENT
    wanted = shapely.transform(
        shape, lambda p: np.column_stack((p[:, 0] * unit - HALF_M, HALF_M - p[:, 1] * unit))
    )
    found = rows.geometry[0]
    if shape.geom_type == "Polygon":  # GDAL makes one of several parts of every area
        (found,) = found.geoms
    assert found.normalize().equals_exact(wanted.normalize(), 1.0)


def test_an_outline_turns_as_the_format_asks_whatever_way_it_was_drawn() -> None:
    ring = [(0, 0), (9, 0), (9, 9), (0, 9)]
    one, other = (encode_layer("x", [(Polygon(points), {})]) for points in (ring, ring[::-1]))
    turns = [encode_layer("x", [(Polygon(ring[i:] + ring[:i]), {})]) for i in range(4)]
    assert other in turns and one in turns


def test_a_name_of_an_area_stands_once_and_its_outline_in_every_tile(
    source: TileSource, tmp_path: Path
) -> None:
    zones = source.layer("zones", Selection())
    placed: list[str] = []
    for tile in tiles_over([f.geometry for f in zones.features], 10):
        content = zones.tile(*tile)
        if not content or "zones_labels" not in {name for name, _ in _layers(content, tile, tmp_path)}:
            continue
        rows = read(tmp_path, content, tile, "zones_labels")
        placed += list(rows["id"][rows.within(square_of(tile))])
    assert sorted(placed) == sorted(f.id for f in zones.features)


def _layers(content: bytes, tile: Tile, folder: Path) -> Any:
    path = folder / "any.mvt"
    path.write_bytes(content)
    return pyogrio.list_layers(f"MVT:{path}")


def test_a_filter_leaves_only_its_tasks(atlas: Atlas, source: TileSource, tmp_path: Path) -> None:
    tile = tile_of(121.93, 30.9, 8)
    content = source.layer("tasks", Selection(TaskFilter(plan="2023"))).tile(*tile)
    rows = read(tmp_path, content, tile, "tasks")
    assert set(rows["plan"]) == {"2023"}
    assert "summary" not in rows.columns
    named = source.layer("tasks", Selection(fields=("summary",))).tile(*tile)
    assert set(read(tmp_path, named, tile, "tasks").columns) - {"mvt_id", "geometry"} == {"id", "summary"}


def test_a_tile_far_away_is_empty_and_the_same_data_gives_the_same_bytes(
    atlas: Atlas, source: TileSource
) -> None:
    assert source.layer("zones", Selection()).tile(10, 0, 0) == b""
    tile = tile_of(121.93, 30.9, 11)
    again = TileSource(atlas).layer("zones", Selection()).tile(*tile)
    assert again == source.layer("zones", Selection()).tile(*tile) != b""


def test_detail_goes_with_the_zoom_and_nothing_reaches_far_beyond_a_tile(
    source: TileSource, tmp_path: Path
) -> None:
    tile = tile_of(121.93, 30.9, MAX_ZOOM)
    rows = read(tmp_path, source.layer("zones", Selection()).tile(*tile), tile, "zones")
    square = square_of(tile)
    assert set(rows["id"]) >= {"lingang"}
    margin = (square.bounds[2] - square.bounds[0]) / 60
    assert rows.within(square.buffer(margin, join_style="mitre")).all()


def test_a_crowded_tile_keeps_every_feature_and_says_less_of_each(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tile = tile_of(121.93, 30.9, 8)
    whole = read(tmp_path, TileSource(atlas).layer("tasks", Selection()).tile(*tile), tile, "tasks")
    monkeypatch.setattr(tiles, "FULL_ROWS", len(whole) - 1)
    brief = read(tmp_path, TileSource(atlas).layer("tasks", Selection()).tile(*tile), tile, "tasks")
    assert list(brief["id"]) == list(whole["id"]) and list(brief["plan"]) == list(whole["plan"])
    assert set(brief.columns) < set(whole.columns) and "title" not in brief.columns


@pytest.mark.parametrize(
    "tile, says",
    [
        (("17", "0", "0"), "zoom 0 to 16"),
        (("a", "0", "0"), "zoom 'a' is not a whole number"),
        (("1", "2", "0"), "x and y go from 0 to 1"),
        (("1", "0", "-1"), "y '-1' is not a whole number"),
        (("2", "1.5", "0"), "x '1.5'"),
        (("٣", "0", "0"), "zoom '٣'"),
        (("9" * 5000, "0", "0"), "is not a whole number"),
    ],
)
def test_a_tile_that_is_none_is_refused_and_told_which_there_are(
    tile: tuple[str, str, str], says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        parse_tile(*tile)


def test_tile_json_names_the_layers_their_fields_and_the_source(source: TileSource) -> None:
    made = source.tile_json("zones", Selection(), "http://x/{z}/{x}/{y}.mvt")
    assert made["tilejson"] == "3.0.0" and made["maxzoom"] == MAX_ZOOM
    assert [layer["id"] for layer in made["vector_layers"]] == ["zones", "zones_labels"]
    assert made["vector_layers"][0]["fields"]["tasks_total"] == "Number"
    assert "OpenStreetMap" in made["attribution"] and "不是测绘成果" in made["description"]
    west, south, east, north = made["bounds"]
    assert west < made["center"][0] < east and south < made["center"][1] < north
    assert get_layer("zones").about in made["description"]
