"""The zone tree: who lies in whom, and in which zones a point lies."""

import pytest
import shapely

from geo.errors import CoordinateError, ZoneTreeError
from geo.features import Feature
from geo.zones import ZoneTree
from lingang.errors import UnknownIdError


def zone(zone_id, parent, box=None, *, rank="functional", **properties):
    own = {"id": zone_id, "name": f"name of {zone_id}", "parent": parent, "rank": rank, **properties}
    return Feature(zone_id, own, shapely.box(*box) if box else None)


@pytest.fixture
def tree():
    return ZoneTree.from_features(
        [
            zone("island", "bay", (121.92, 30.92, 121.93, 30.93), rank="site"),
            zone("bay", "core", (121.9, 30.9, 121.95, 30.95), rank="community", aliases=["金融湾"]),
            zone("area", None, (121.5, 30.5, 122.0, 31.0), rank="area", palette="area"),
            zone("core", "area", (121.85, 30.85, 121.95, 30.95), palette="core", chip="核"),
            zone("belt", "area", (121.94, 30.85, 121.96, 30.95), rank="belt", palette="coast", chip="沿"),
            zone("east", "area", (121.95, 30.85, 122.0, 30.95), label=[121.97, 30.9], area_km2=4.5),
            zone("unplaced", "area"),
        ]
    )


def test_a_zone_is_found_by_its_id(tree):
    assert tree.get("bay").aliases == ("金融湾",)
    assert tree.get("east").label == (121.97, 30.9) and tree.get("east").area_km2 == 4.5
    assert "bay" in tree and "gulf" not in tree and len(tree) == 7


def test_an_unknown_zone_is_refused_with_the_nearest_id(tree):
    with pytest.raises(UnknownIdError, match="unknown zone id 'iland'; did you mean 'island'"):
        tree.get("iland")
    for ask in (tree.children, tree.ancestors, tree.descendants, tree.path_names, tree.depth):
        with pytest.raises(UnknownIdError, match="unknown zone id"):
            ask("iland")


def test_ancestors_come_nearest_first(tree):
    assert tree.ancestors("island") == ["bay", "core", "area"]
    assert tree.ancestors("area") == []


def test_descendants_come_each_before_its_own_children(tree):
    assert tree.children("area") == ["core", "belt", "east", "unplaced"]
    assert tree.descendants("area") == ["core", "bay", "island", "belt", "east", "unplaced"]


def test_the_tree_lists_parents_first_whatever_the_order_of_the_file(tree):
    assert tree.roots() == ["area"]
    assert tree.ids() == [each.id for each in tree]
    assert tree.ids() == ["area", "core", "bay", "island", "belt", "east", "unplaced"]


def test_a_path_names_every_step_from_the_root(tree):
    assert tree.path_names("bay") == ["name of area", "name of core", "name of bay"]
    assert [tree.depth(zone_id) for zone_id in ("area", "core", "island")] == [0, 1, 3]


def test_colour_and_chip_come_from_the_nearest_ancestor_that_has_them(tree):
    assert (tree.get("island").palette, tree.get("island").chip) == ("core", "核")
    assert (tree.get("unplaced").palette, tree.get("unplaced").chip) == ("area", None)


@pytest.mark.parametrize(
    "lon, lat, zones",
    [
        (121.925, 30.925, ["island", "bay", "core", "area"]),
        (121.945, 30.90, ["bay", "core", "belt", "area"]),  # the belt lies over the core, and comes after it
        (
            121.95,
            30.87,
            ["east", "core", "belt", "area"],
        ),  # a border belongs to both sides, the smaller first
        (121.6, 30.6, ["area"]),
        (116.4, 39.9, []),
    ],
)
def test_a_point_lies_in_its_zones_the_most_specific_first(tree, lon, lat, zones):
    assert tree.locate(lon, lat) == zones


@pytest.mark.parametrize("position", [(30.9, 121.9), (float("nan"), 30.9)])
def test_a_position_off_the_earth_is_refused(tree, position):
    with pytest.raises(CoordinateError):
        tree.locate(*position)


def test_a_parent_that_is_not_there_is_refused():
    with pytest.raises(ZoneTreeError, match="zone 'bay': its parent 'core' is not a zone") as refusal:
        ZoneTree.from_features([zone("bay", "core")])
    assert refusal.value.zone_id == "bay"


def test_a_parent_that_is_no_text_is_refused():
    with pytest.raises(ZoneTreeError, match=r"its parent is \['core'\]; expected a zone's id or null"):
        ZoneTree.from_features([zone("bay", ["core"])])


def test_zones_that_are_each_others_parents_are_refused():
    with pytest.raises(ZoneTreeError, match=r"its parents lead in a circle \(a > b > c > a\)"):
        ZoneTree.from_features([zone("a", "b"), zone("b", "c"), zone("c", "a")])


def test_a_zone_below_a_circle_is_refused_without_going_round_for_ever():
    with pytest.raises(ZoneTreeError, match="circle"):
        ZoneTree.from_features([zone("leaf", "a"), zone("a", "b"), zone("b", "a")])


def test_a_tree_without_zones_is_empty():
    assert ZoneTree.from_features([]).locate(121.9, 30.9) == []
