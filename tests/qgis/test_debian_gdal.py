"""Debian's GDAL, years older than ours, reads every file and the OGC API; its PROJ moves points alike."""

from __future__ import annotations

import json
import subprocess
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from geo.crs import geodesic_m, get_transformer
from layers.atlas import Atlas
from layers.registry import LAYERS, get_layer

pytestmark = pytest.mark.qgis

FILE_LAYERS = ("zones", "lines", "stops", "tasks")
SYSTEMS = ("EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:32651", "EPSG:3857")
PLANE_FORMATS = ("gpkg", "fgb", "shp.zip", "tab.zip", "csv")
WORLD_FORMATS = ("geojson", "geojsonl", "geojsons", "kml", "kmz")
KEYS = {"id": ("id", "feature_id"), "name": ("name", "Name")}  # KML has names of its own
WINDOW = ("121.9", "30.85", "121.96", "30.92")
CENTIMETRE, MILLIMETRE = 0.01, 0.001
STORED_DEG = 0.5e-6 * 2**0.5  # half a step of the degrees that are written, both ways
# Known points of the New Area and its corners, lon, lat in WGS 84.
POINTS = [
    (121.93671, 30.89975), (121.9256, 30.9012), (121.95, 30.85), (121.65, 30.98), (121.4872, 31.1083),
    (122.1343, 30.6022), (122.064, 30.6345), (121.848, 31.0955), (121.61, 30.905), (121.862, 30.976),
    (121.793, 30.895), (121.8815, 30.8645), (120.0, 30.0), (121.5, 30.6),
]  # fmt: skip
AXES = {"EPSG:4490": (1, 0), "EPSG:4549": (1, 0), "EPSG:4479": (0, 1, 2)}  # ours (x, y) in cs2cs's answer


def run(*command: str, given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and "ERROR" not in done.stderr, f"{' '.join(command)}\n{done.stderr}"
    return done.stdout


def rows_read(*source: str) -> tuple[str, list[dict[str, Any]]]:
    """The name of the system, and the rows as GeoJSON in that system, as GDAL's `ogr2ogr` reads them."""
    options = ("-lco", "COORDINATE_PRECISION=9", "-lco", "WRITE_BBOX=NO", "-unsetFid")
    told = json.loads(run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", *options, *source))
    system = told.get("crs", {}).get("properties", {}).get("name", "")
    return system, told["features"]


def parts_of(path: Path, fmt: str) -> list[Path]:
    """The files to open: those in the archive where the format is one."""
    if not fmt.endswith(".zip"):
        return [path]
    folder = path.with_name(f"{path.name}-parts")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return sorted(folder.glob(f"*.{fmt.removesuffix('.zip')}"))


def sources_of(path: Path, fmt: str) -> list[list[str]]:
    columns = ["GEOM_POSSIBLE_NAMES=wkt_*", "X_POSSIBLE_NAMES=lon,east", "Y_POSSIBLE_NAMES=lat,north"]
    options = [part for column in columns for part in ("-oo", column)] if fmt == "csv" else []
    return [[str(part), *options] for part in parts_of(path, fmt)]


def one_of(row: dict[str, Any], key: str) -> str:
    own = {**row["properties"], "feature_id": row["properties"].get("feature_id", row.get("id"))}
    return str(next(own[name] for name in KEYS[key] if own.get(name) is not None))


def assert_same_rows(found: list[dict[str, Any]], atlas: Atlas, layer: str, crs: str) -> None:
    """Ids, names and places, each position within a centimetre of PROJ's, or half a step of a degree."""
    features = {f.id: f for f in get_layer(layer).build(atlas)}
    assert sorted(one_of(row, "id") for row in found) == sorted(features)
    move = get_transformer("EPSG:4326", crs).transform
    limit = STORED_DEG + 1e-8 if crs in ("EPSG:4326", "EPSG:4490") else CENTIMETRE
    for row in found:
        feature = features[one_of(row, "id")]
        assert one_of(row, "name")[:60] == feature.properties["name"][:60]
        seen = None if row["geometry"] is None else shape(row["geometry"])
        assert (seen is None or seen.is_empty) == (feature.geometry is None), feature.id
        if feature.geometry is not None and seen is not None:
            wanted = shapely.transform(feature.geometry, lambda points: np.column_stack(move(*points.T)))
            assert shapely.hausdorff_distance(seen, wanted) <= limit, feature.id


@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("fmt", PLANE_FORMATS)
def test_files_hold_every_row_where_it_is(write, atlas: Atlas, fmt: str, crs: str) -> None:
    for layer in FILE_LAYERS:
        chosen = [layer] if fmt == "gpkg" else []  # beside the table of styles
        read = [rows_read(*source, *chosen) for source in sources_of(write(layer, fmt, crs), fmt)]
        assert_same_rows([row for _, rows in read for row in rows], atlas, layer, crs)
        if fmt in ("gpkg", "fgb", "shp.zip"):
            code = crs.removeprefix("EPSG:")
            known = "OGC:1.3:CRS84" if code == "4326" else f"EPSG::{code}"
            assert {system for system, _ in read} == {f"urn:ogc:def:crs:{known}"}


@pytest.mark.parametrize("fmt", WORLD_FORMATS)
def test_files_in_wgs84_hold_every_row(write, atlas: Atlas, fmt: str) -> None:
    for layer in FILE_LAYERS:
        _, rows = rows_read(str(write(layer, fmt)))
        assert_same_rows(rows, atlas, layer, "EPSG:4326")


def test_a_kml_keeps_truth_values(write, atlas: Atlas) -> None:
    _, rows = rows_read(str(write("zones", "kml")))
    features = {f.id: f for f in get_layer("zones").build(atlas)}
    published = {key for key, f in features.items() if f.properties["edges_published"]}
    assert {one_of(row, "id") for row in rows if row["properties"]["edges_published"]} == published
    assert 0 < len(published) < len(features)


def test_a_package_of_all_layers_is_of_an_edition_that_is_known(write, atlas: Atlas) -> None:
    path = str(write("all", "gpkg"))
    done = subprocess.run(["ogrinfo", "-so", "-al", path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for layer in LAYERS:
        if layer.id not in ("transit", "edges"):
            block = done.stdout.split(f"Layer name: {layer.id}\n")[1]
            assert f"Feature Count: {len(layer.build(atlas))}\n" in block.split("Layer name:")[0]


def test_a_drawing_holds_every_placed_shape_and_name(write, atlas: Atlas) -> None:
    _, rows = rows_read(str(write("stops", "dxf")))
    stops = [f for f in get_layer("stops").build(atlas) if f.geometry is not None]
    texts = {row["properties"]["Text"] for row in rows if row["properties"].get("Text")}
    assert texts >= {f.properties["name"] for f in stops}
    assert sum(row["properties"]["SubClasses"].endswith("Point") for row in rows) >= len(stops)


def test_the_service_page_by_page_by_box_and_by_condition(service: str, atlas: Atlas) -> None:
    source = f"OAPIF:{service}"
    _, rows = rows_read(source, "tasks", "-oo", "PAGE_SIZE=50")
    assert_same_rows(rows, atlas, "tasks", "EPSG:4326")
    zones = {f.id: f for f in get_layer("zones").build(atlas)}
    _, there = rows_read(source, "zones", "-spat", *WINDOW)
    assert {row["properties"]["id"] for row in there} >= {"dishui-core", "dishui-lake"}
    assert len(there) < len(zones)
    _, parks = rows_read(source, "zones", "-where", "rank = 'park' AND tasks_total > 0")
    wanted = {
        k for k, f in zones.items() if f.properties["rank"] == "park" and f.properties["tasks_total"] > 0
    }
    assert wanted and {row["properties"]["id"] for row in parks} == wanted
    named = run("ogrinfo", "-q", source)
    assert all(f": {layer.id} " in named or f": {layer.id}\n" in named for layer in LAYERS)


def test_a_tile_of_the_zones(service: str, atlas: Atlas, tmp_path: Path) -> None:
    tile = tmp_path / "tile.mvt"
    with urllib.request.urlopen(f"{service.removesuffix('ogc')}tiles/zones/10/858/419.mvt") as answer:
        tile.write_bytes(answer.read())
    place = [part for pair in ("Z=10", "X=858", "Y=419") for part in ("-oo", pair)]
    names = {f.id: f.properties["name"] for f in get_layer("zones").build(atlas)}
    system, rows = rows_read(f"MVT:{tile}", "zones", *place)
    assert system.endswith("EPSG::3857") and len(rows) > 30
    assert all(names[row["properties"]["id"]] == row["properties"]["name"] for row in rows)
    lake = next(shape(row["geometry"]) for row in rows if row["properties"]["id"] == "dishui-lake")
    there = shapely.Point(get_transformer("EPSG:4326", "EPSG:3857").transform(*POINTS[0]))
    assert lake.contains(there)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549", "EPSG:4479", "EPSG:32651", "EPSG:3857"])
def test_cs2cs_moves_points_to_the_same_millimetre(crs: str) -> None:
    """It takes and gives the axes in the order of the authority: latitude, or north, first in some."""
    given = "".join(f"{lat} {lon} 0\n" for lon, lat in POINTS)
    start = "EPSG:4979" if crs == "EPSG:4479" else "EPSG:4326"
    lines = run("cs2cs", "-f", "%.10f", start, crs, given=given).splitlines()
    order = AXES.get(crs, (0, 1))
    theirs = [[float(line.split()[i]) for i in order] for line in lines]
    move = get_transformer("EPSG:4326", crs).transform
    assert len(theirs) == len(POINTS) >= 12
    for (lon, lat), other in zip(POINTS, theirs, strict=True):
        ours = move(lon, lat, 0.0) if len(order) == 3 else move(lon, lat)
        if crs == "EPSG:4490":
            assert geodesic_m(ours, other) <= MILLIMETRE
        else:
            assert np.abs(np.subtract(ours, other)).max() <= MILLIMETRE, (lon, lat)
