"""Names that no table has: counted across spellings, ranked, each with a zone and the reason for it."""

from __future__ import annotations

from typing import Any

import pytest

from geo.features import Feature
from geo.gazetteer import Gazetteer
from geo.geocoder import Geocoder
from geo.missing import MissingName, PlacedText, rank_missing


def feature(feature_id: str, name: str, kind: str = "zone", **properties: Any) -> Feature:
    return Feature(feature_id, {"id": feature_id, "name": name, "kind": kind, **properties}, None)


GAZETTEER = Gazetteer.from_features(
    [
        feature("lingang", "大新区", parent=None),
        feature("east", "东山镇", parent="lingang", rank="town", aliases=["东山"]),
        feature("west", "西坪社区", parent="lingang"),
    ],
    [feature("ring", "金环公路", "road")],
    sites=[feature("hall", "白果馆", "culture", zone="west")],
)
GEOCODER = Geocoder(GAZETTEER)


def missing(*texts: str, path: tuple[str, ...] = ()) -> list[MissingName]:
    """The ranking of tasks t1, t2 … with these texts."""
    placed = [
        PlacedText(f"t{number}", path, text, GEOCODER.geocode(text, path=path))
        for number, text in enumerate(texts, start=1)
    ]
    return rank_missing(placed, GAZETTEER)


def test_nothing_is_missing_where_every_name_is_known() -> None:
    assert missing("在东山镇新建学校", "白果馆开馆") == []


def test_the_most_frequent_name_comes_first_with_its_tasks() -> None:
    names = missing("新建银飞路", "新建青鹭小学", "扩建青鹭小学,青鹭小学年内开学")
    assert [(each.name, each.count, each.tasks) for each in names] == [
        ("青鹭小学", 3, ("t2", "t3")),
        ("银飞路", 1, ("t1",)),
    ]


@pytest.mark.parametrize("other", ["东山镇敬老院", "东山 敬老院", "“东山敬老”院", "東山敬老院"])
def test_spellings_of_one_name_count_together(other: str) -> None:
    (name,) = missing("新建东山敬老院", "改建东山敬老院", f"扩建{other}")
    assert (name.name, name.count, name.tasks) == ("东山敬老院", 3, ("t1", "t2", "t3"))
    assert name.spellings[0] == "东山敬老院"


def test_a_name_between_two_towns_keeps_its_own_town() -> None:
    names = missing("新建东山敬老院", "新建西坪社区敬老院")
    assert len(names) == 2


@pytest.mark.parametrize(
    "text, name, zone, reason, words",
    [
        ("新建东山敬老院", "东山敬老院", "east", "contains", "东山"),
        ("在西坪社区建设青鹭小学", "青鹭小学", "west", "before", "西坪社区"),
        ("在白果馆旁建设青鹭小学", "青鹭小学", "west", "before", "白果馆"),
        ("东山镇改造道路,西坪社区建设青鹭小学", "青鹭小学", "west", "before", "西坪社区"),
        ("改造东山镇道路;建设青鹭小学", "青鹭小学", "east", "task", "东山镇"),
        ("建设青鹭小学,改造东山镇道路", "青鹭小学", "east", "task", "东山镇"),
        ("改造东山镇和西坪社区的道路;建设青鹭小学", "青鹭小学", None, "none", ""),
        ("沿金环公路建设青鹭小学", "青鹭小学", None, "none", ""),
        ("建设青鹭小学", "青鹭小学", None, "none", ""),
    ],
)
def test_a_zone_is_suggested_with_the_reason(
    text: str, name: str, zone: str | None, reason: str, words: str
) -> None:
    (found,) = missing(text)
    assert found.name == name
    assert (found.parent.zone, found.parent.reason, found.parent.words) == (zone, reason, words)


def test_the_heading_suggests_its_place() -> None:
    (found,) = missing("建设青鹭小学", path=("一、东山镇建设",))
    assert (found.parent.zone, found.parent.reason, found.parent.words) == ("east", "heading", "东山镇")


def test_of_several_suggestions_the_surest_wins_then_the_most_frequent() -> None:
    (found,) = missing("改造东山镇道路;建设青鹭小学", "改造东山镇道路;开办青鹭小学", "西坪社区建设青鹭小学")
    assert (found.parent.zone, found.parent.reason) == ("west", "before")
    (found,) = missing("西坪社区建设青鹭小学", "东山镇建设青鹭小学", "东山镇扩建青鹭小学")
    assert found.parent.zone == "east"


@pytest.mark.parametrize(
    "text, kind", [("新建银飞路", "line"), ("新建青鹭小学", "site"), ("疏浚银飞河", "line")]
)
def test_roads_and_rivers_are_lines_and_the_rest_sites(text: str, kind: str) -> None:
    (found,) = missing(text)
    assert found.kind == kind


def test_the_row_to_add_makes_a_site_part_of_its_zone_and_leaves_the_target_of_a_line_open() -> None:
    site, line = missing("在西坪社区建设青鹭小学", "在西坪社区新建银飞路")
    assert site.row() == ("青鹭小学", "west", "alias", "part")
    assert line.row() == ("银飞路", "", "alias", "official")


def test_adding_the_suggested_row_places_the_name() -> None:
    from geo.gazetteer import NameRow

    (found,) = missing("在西坪社区建设青鹭小学")
    name, target, role, kind = found.row()
    zones = [feature("lingang", "大新区", parent=None), feature("west", "西坪社区", parent="lingang")]
    rows = [NameRow(name, target, role, "", "own", kind=kind)]
    links = Geocoder(Gazetteer.from_features(zones, rows=rows)).geocode("开办青鹭小学")
    assert ([link.target for link in links.links], links.unplaced) == (["west"], ())


def test_a_long_text_of_many_names_is_ranked_whole() -> None:
    text = "。".join(["西坪社区建设青鹭小学", "新建银飞路"] * 500)
    assert [(each.name, each.count) for each in missing(text)] == [("青鹭小学", 500), ("银飞路", 500)]
