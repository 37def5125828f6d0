"""GDAL, which nobody here wrote, reads /ogc with its OAPIF driver: all layers, pages, boxes, conditions."""

from __future__ import annotations

import pyogrio
import pytest

from layers.atlas import Atlas
from layers.registry import LAYERS, get_layer

WINDOW = (121.9, 30.85, 121.96, 30.92)


@pytest.fixture(scope="module")
def source(running_server: str) -> str:
    """The data source of a running server, as GDAL names it."""
    return f"OAPIF:{running_server}ogc"


def test_gdal_lists_every_layer(source: str) -> None:
    assert [name for name, _ in pyogrio.list_layers(source)] == [layer.id for layer in LAYERS]


@pytest.mark.parametrize("layer_id", ["zones", "tasks", "milestones"])
def test_gdal_reads_a_layer_page_by_page(source: str, atlas: Atlas, layer_id: str) -> None:
    frame = pyogrio.read_dataframe(source, layer=layer_id, PAGE_SIZE=100)
    features = sorted(get_layer(layer_id).build(atlas), key=lambda feature: feature.id)
    assert list(frame["id"]) == [feature.id for feature in features]
    assert list(frame["name"]) == [feature.properties["name"] for feature in features]
    assert frame.geometry.notna().sum() == sum(feature.geometry is not None for feature in features)
    for shape, feature in zip(frame.geometry, features, strict=True):
        assert (shape is None) == (feature.geometry is None)
        if shape is not None:
            assert shape.symmetric_difference(feature.geometry).area < 1e-9


def test_gdal_filters_by_box_and_condition(source: str, atlas: Atlas) -> None:
    whole = {feature.id: feature for feature in get_layer("zones").build(atlas)}
    there = pyogrio.read_dataframe(source, layer="zones", bbox=WINDOW)
    assert 0 < len(there) < len(whole)
    parks = pyogrio.read_dataframe(source, layer="zones", where="rank = 'park' AND tasks_total > 0")
    assert set(parks["id"]) == {
        zone_id
        for zone_id, feature in whole.items()
        if feature.properties["rank"] == "park" and feature.properties["tasks_total"] > 0
    }


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:32651"])
def test_gdal_reads_the_same_places_in_another_system(source: str, crs: str) -> None:
    plain = pyogrio.read_dataframe(source, layer="stops")
    moved = pyogrio.read_dataframe(source, layer="stops", CRS=crs)
    assert moved.crs.to_string() == crs
    assert moved.geometry.distance(plain.geometry.to_crs(crs)).max() < 0.02  # metres, written to 0.01
