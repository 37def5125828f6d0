"""What readers some years older than ours need of a file; tests/qgis has those readers themselves."""

from __future__ import annotations

import io
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest

from layers.atlas import Atlas
from layers.export import export_layer
from layers.registry import get_layer


def test_the_bounds_of_a_shapefile_hold_its_shapes_only(atlas: Atlas, tmp_path: Path) -> None:
    assert get_layer("tasks").build(atlas)[0].geometry is None  # GDAL begins the bounds at 0, 0 then
    (tmp_path / "tasks.zip").write_bytes(export_layer(atlas, "tasks", fmt="shp.zip"))
    archive = zipfile.ZipFile(tmp_path / "tasks.zip")
    west, south, east, north = pyogrio.read_info(
        f"/vsizip/{tmp_path}/tasks.zip", force_total_bounds=True
    )["total_bounds"]  # fmt: skip
    assert 121 < west < east < 123 and 30 < south < north < 32
    for ending in ("shp", "shx"):
        header = archive.read(f"tasks-epsg_4326.{ending}")[36:68]
        assert struct.unpack("<4d", header) == (west, south, east, north)


@pytest.mark.parametrize("layer", ["zones", "tasklist"])
def test_a_mapinfo_table_has_no_numbers_of_64_bits(atlas: Atlas, layer: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export_layer(atlas, layer, fmt="tab.zip")))
    text = archive.read(f"{layer}-epsg_4326.tab").decode("utf-8", "replace")
    assert "LargeInt" not in text
    assert layer != "zones" or "tasks_total Integer ;" in text


def test_truth_values_in_a_kml_are_digits(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "zones.kml"
    path.write_bytes(export_layer(atlas, "zones", fmt="kml"))
    assert b">true</SimpleData>" not in path.read_bytes()
    rows = pyogrio.read_dataframe(path).set_index("feature_id")["edges_published"]
    assert rows.astype(bool).to_dict() == {
        f.id: f.properties["edges_published"] for f in get_layer("zones").build(atlas)
    }


def test_a_geopackage_is_of_an_edition_that_was_long_there(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "stops.gpkg"
    path.write_bytes(export_layer(atlas, "stops", fmt="gpkg"))
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10200,)
