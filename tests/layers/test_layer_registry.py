"""Every layer of the registry builds, has names and valid features, and the tasks layer forgets no task."""

import re
from copy import deepcopy

import pytest

from geo.faults import in_extent
from layers.atlas import Atlas
from layers.registry import LAYERS, Layer, get_layer
from lingang.errors import UnknownIdError

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
KINDS = {"polygon": ("Polygon",), "line": ("LineString",), "point": ("Point",)}


def test_layer_ids_are_different_and_fit_an_address() -> None:
    ids = [layer.id for layer in LAYERS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+", layer_id) for layer_id in ids)


def test_the_layers_that_were_promised_are_there() -> None:
    assert {"zones", "schools", "hospitals", "transit", "sites", "tasks"} <= {layer.id for layer in LAYERS}


@each_layer
def test_a_layer_is_named_in_both_languages_and_explained(layer: Layer) -> None:
    assert all((layer.title, layer.title_en, layer.about, layer.group))
    assert layer.title_en.isascii()


@each_layer
def test_a_layer_holds_features_sorted_by_an_id_of_their_own(atlas: Atlas, layer: Layer) -> None:
    ids = [feature.id for feature in layer.build(atlas)]
    assert ids
    assert ids == sorted(set(ids))


@each_layer
def test_features_repeat_their_id_and_have_a_name(atlas: Atlas, layer: Layer) -> None:
    for feature in layer.build(atlas):
        assert feature.properties["id"] == feature.id
        assert feature.properties["name"]


@each_layer
def test_geometries_are_valid_near_lingang_and_of_the_kind_announced(atlas: Atlas, layer: Layer) -> None:
    for feature in layer.build(atlas):
        if feature.geometry is not None:
            assert feature.geometry.is_valid, feature.id
            assert in_extent(feature.geometry), feature.id
            kind = feature.geometry.geom_type.removeprefix("Multi")
            assert kind in KINDS.get(layer.geometry, (kind,)), feature.id


@each_layer
def test_building_a_layer_does_not_change_the_atlas(atlas: Atlas, layer: Layer) -> None:
    before = {f.id: deepcopy(f.properties) for f in atlas.features.values()}
    built = layer.build(atlas)
    ids = [f.id for f in built]
    built.clear()
    assert [f.id for f in layer.build(atlas)] == ids
    assert {f.id: f.properties for f in atlas.features.values()} == before


def test_the_tasks_layer_has_one_row_for_every_link(atlas: Atlas) -> None:
    rows = [(f.properties["task"], f.properties.get("target")) for f in get_layer("tasks").build(atlas)]
    links = [(t.id, x.target) for t in atlas.tasks.values() for x in t.links.links]
    assert sorted(row for row in rows if row[1]) == sorted(links)


def test_a_task_without_a_place_has_one_row_without_geometry(atlas: Atlas) -> None:
    rows = {f.id: f for f in get_layer("tasks").build(atlas) if "target" not in f.properties}
    assert set(rows) == {t.id for t in atlas.tasks.values() if not t.links.links}
    assert rows
    assert all(f.geometry is None and f.properties["placed_at"] == "none" for f in rows.values())


def test_a_task_row_says_what_its_point_is_and_why_it_is_there(atlas: Atlas) -> None:
    for row in get_layer("tasks").build(atlas):
        own = row.properties
        assert (row.geometry is None) == (own["placed_at"] == "none"), row.id
        if "target" in own:
            item = atlas.get_task(own["task"])
            quoted = [e[2] for x in item.links.links if x.target == own["target"] for e in x.evidence]
            assert own["evidence"] == ",".join(quoted), row.id
            assert own["target_name"] == atlas.features[own["target"]].properties["name"]


def test_a_task_row_of_a_zone_stands_at_the_zones_label(atlas: Atlas) -> None:
    row = next(f for f in get_layer("tasks").build(atlas) if f.id == "2023-140@community-105@in")
    assert (row.geometry.x, row.geometry.y) == atlas.zones.get("community-105").label


def test_zones_carry_their_counts(atlas: Atlas) -> None:
    counts = atlas.zone_counts()
    for feature in get_layer("zones").build(atlas):
        own = feature.properties
        assert own["tasks_total"] == counts[feature.id]["total"] == sum(own["tasks_by_plan"].values())


def test_an_unknown_layer_names_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match="unknown layer id 'hospital'; did you mean 'hospitals'"):
        get_layer("hospital")
