"""An exported file is RFC 7946, always the same bytes, and reads back whole in other programs."""

import io
import json
import re
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from geo.crs import length_m
from geo.features import read_features
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.export import export_layer, map_layer
from layers.registry import LAYERS, get_layer
from lingang.errors import UnknownIdError
from lingang.locations import data_dir

LAYER_IDS = [layer.id for layer in LAYERS]
each_layer = pytest.mark.parametrize("layer_id", LAYER_IDS)


def features_of(content: bytes) -> list[dict[str, Any]]:
    collection = json.loads(content)
    assert list(collection) == ["type", "name", "features"]
    found: list[dict[str, Any]] = collection["features"]
    return found


@each_layer
def test_an_export_is_the_same_bytes_every_time(atlas: Atlas, layer_id: str) -> None:
    content = export_layer(atlas, layer_id)
    assert export_layer(atlas, layer_id) == content
    assert content.endswith(b"\n]}\n")


@each_layer
def test_an_export_is_plain_rfc_7946(atlas: Atlas, layer_id: str) -> None:
    content = export_layer(atlas, layer_id)
    assert b'"crs"' not in content
    for feature in features_of(content):
        assert feature["type"] == "Feature"
        assert feature["id"] == feature["properties"]["id"]
        if feature["geometry"]:
            for part in shapely.get_parts(shape(feature["geometry"])):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw, feature["id"]
                    assert not any(ring.is_ccw for ring in part.interiors), feature["id"]


@each_layer
def test_another_program_reads_every_feature_with_its_chinese(atlas: Atlas, layer_id: str) -> None:
    content = export_layer(atlas, layer_id)
    table = geopandas.read_file(io.BytesIO(content))
    features = get_layer(layer_id).build(atlas)
    assert table.crs.to_epsg() == 4326
    assert list(table["name"]) == [f.properties["name"] for f in features]
    assert list(table.geometry.isna()) == [f.geometry is None for f in features]


def test_pyogrio_finds_the_zones_and_their_extent(atlas: Atlas) -> None:
    info = pyogrio.read_info(io.BytesIO(export_layer(atlas, "zones")))
    assert info["features"] == len(atlas.zones)
    assert info["encoding"] == "UTF-8"
    assert "name_en" in list(info["fields"])


def test_a_base_layer_comes_out_as_it_is_curated_with_its_names(atlas: Atlas) -> None:
    for layer_id in ("transit", "schools", "hospitals", "sites", "base"):
        path = data_dir() / "geojson" / f"{layer_id}.geojson"
        exported, curated = export_layer(atlas, layer_id), path.read_bytes()
        aliases = [feature["properties"]["aliases"] for feature in json.loads(exported)["features"]]
        assert aliases and all(isinstance(names, list) for names in aliases)
        assert re.sub(rb'"aliases": \[[^]]*\], ', b"", exported) == curated
    assert b'"aliases": ["T1", ' in export_layer(atlas, "transit")


@pytest.mark.parametrize(
    "layer_id, where",
    [
        ("schools", ["level=kindergarten"]),
        ("transit", ["kind=stop", "interchange=true"]),
        ("transit", ["lines=t1"]),
        ("tasks", ["plan=2023", "scope=lines"]),
        ("sites", ["zone="]),
    ],
)
def test_conditions_keep_what_meets_all_of_them(atlas: Atlas, layer_id: str, where: list[str]) -> None:
    def meets(properties: dict[str, Any], condition: str) -> bool:
        key, value = condition.split("=")
        found = properties.get(key)
        if isinstance(found, list):
            return value in found
        return value == {None: "", True: "true", False: "false"}.get(found, found)

    whole = features_of(export_layer(atlas, layer_id))
    wanted = [f["id"] for f in whole if all(meets(f["properties"], c) for c in where)]
    assert 0 < len(wanted) < len(whole)
    assert [f["id"] for f in features_of(export_layer(atlas, layer_id, where=where))] == wanted


def test_conditions_may_come_from_anything_that_can_be_walked_once(atlas: Atlas) -> None:
    listed = export_layer(atlas, "zones", where=["rank=community"])
    assert export_layer(atlas, "zones", where=iter(["rank=community"])) == listed


def test_a_condition_that_nothing_meets_gives_an_empty_collection(atlas: Atlas) -> None:
    content = export_layer(atlas, "zones", where=["name=没有这个片区"])
    assert features_of(content) == []
    assert len(geopandas.read_file(io.BytesIO(content))) == 0


@pytest.mark.parametrize(
    "options, says",
    [
        ({"fmt": "shp"}, "format 'shp' is not known; use one of: geojson.*; did you mean 'shp.zip'"),
        ({"fmt": ""}, "format '' is not known"),
        ({"crs": "EPSG:4549"}, "always WGS 84, so it cannot be written in 'EPSG:4549'"),
        ({"crs": "mars"}, "unknown CRS 'mars'"),
        ({"where": ["rank"]}, "condition 'rank' is not of the form property=value"),
        ({"where": ["=community"]}, "condition '=community' is not of the form"),
        ({"where": ["name=没有", "rank"]}, "condition 'rank' is not of the form"),
        ({"where": ["rnk=community"]}, "layer 'zones' has no property 'rnk'; use one of: .*rank"),
    ],
)
def test_what_cannot_be_had_is_refused_in_words(atlas: Atlas, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ExportError, match=says):
        export_layer(atlas, "zones", **options)


@pytest.mark.parametrize("crs", ["EPSG:4326", "epsg:4326", "OGC:CRS84", "WGS84"])
def test_wgs_84_may_be_asked_for_by_name(atlas: Atlas, crs: str) -> None:
    assert export_layer(atlas, "zones", crs=crs) == export_layer(atlas, "zones")


def test_an_unknown_layer_is_refused_before_anything_else(atlas: Atlas) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'zones'"):
        export_layer(atlas, "zone", fmt="shp")


@given(
    fmt=st.text(max_size=8),
    crs=st.none() | st.text(max_size=8),
    where=st.lists(st.text(max_size=8), max_size=2),
)
def test_any_wish_gives_a_file_or_a_refusal(
    atlas: Atlas, fmt: str, crs: str | None, where: list[str]
) -> None:
    try:
        content = export_layer(atlas, "hospitals", fmt=fmt, crs=crs, where=where)
    except ExportError as error:
        assert str(error)
    else:
        assert fmt == "geojson"
        features_of(content)


@each_layer
def test_a_map_layer_is_what_is_exported(atlas: Atlas, layer_id: str) -> None:
    assert map_layer(atlas, layer_id) == export_layer(atlas, layer_id)


@each_layer
def test_a_shifted_layer_moves_shapes_and_label_anchors_alike(atlas: Atlas, layer_id: str) -> None:
    plain = features_of(map_layer(atlas, layer_id))
    moved = features_of(map_layer(atlas, layer_id, datum="gcj02"))
    assert [f["id"] for f in moved] == [f["id"] for f in plain]
    for before, after in zip(plain, moved, strict=True):
        pairs = [(before["properties"].get("label"), after["properties"].get("label"))]
        if before["geometry"]:
            pairs.append((first_position(before), first_position(after)))
        for start, end in pairs:
            assert (start is None) == (end is None)
            if start is not None:
                assert 300 < length_m(shapely.LineString([start, end])) < 700, before["id"]


def first_position(feature: dict[str, Any]) -> list[float]:
    """One position of a geometry; shifting keeps their order, but a ring may start elsewhere."""
    position = feature["geometry"]["coordinates"]
    if feature["geometry"]["type"].endswith("Polygon"):
        return list(shape(feature["geometry"]).bounds[:2])
    while isinstance(position[0], list):
        position = position[0]
    return list(position)


def test_an_export_can_be_read_as_a_feature_file(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "tasks.geojson"
    path.write_bytes(export_layer(atlas, "tasks"))
    assert [f.properties for f in read_features(path)] == [
        f.properties for f in get_layer("tasks").build(atlas)
    ]
