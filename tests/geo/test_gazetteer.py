"""What the gazetteer promises: names from features and from the table, one meaning each, clear refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.conditions import ConditionError, Surroundings, parse_condition
from geo.features import Feature
from geo.gazetteer import Gazetteer, GazetteerError, NameRow, read_gazetteer, read_rows
from lingang.errors import UnknownIdError
from lingang.locations import data_dir


def feature(feature_id: str, name: str, kind: str = "zone", **properties: Any) -> Feature:
    return Feature(feature_id, {"id": feature_id, "name": name, "kind": kind, **properties}, None)


def row(name: str, target: str = "", role: str = "alias", context: str = "") -> NameRow:
    return NameRow(name, target, role, context, "gazetteer.csv, line 2")


ZONES = [
    feature("lingang", "大新区", parent=None, aliases=["新区"]),
    feature("north", "北城", parent="lingang", aliases=["北城片区"]),
    feature("harbour", "银港社区", parent="north", aliases=["银港"]),
]


def test_feature_names_and_aliases_lead_to_the_feature():
    gazetteer = Gazetteer.from_features(ZONES)
    assert [sense.target for sense in gazetteer.senses("北城片区")] == ["north"]
    assert [sense.rule for sense in gazetteer.senses("北城片区")] == ["alias"]
    assert [sense.rule for sense in gazetteer.senses("北城")] == ["name"]


def test_a_row_adds_a_name_without_code():
    gazetteer = Gazetteer.from_features(ZONES, rows=[row("银港湾", "harbour")])
    assert gazetteer.senses("银港湾")[0].target == "harbour"


def test_a_row_with_context_narrows_the_plain_alias_of_its_feature():
    gazetteer = Gazetteer.from_features(ZONES, rows=[row("银港", "harbour", context="after:社区")])
    (sense,) = gazetteer.senses("银港")
    assert not sense.condition.holds(Surroundings("银港一家", 0, 2))


def test_feature_context_needs_one_of_its_words_in_the_sentence():
    gazetteer = Gazetteer.from_features(
        ZONES, sites=[feature("yard", "长风", "plant", context=["厂房", "产线"])]
    )
    condition = gazetteer.senses("长风")[0].condition
    assert condition.holds(Surroundings("长风建设厂房。", 0, 2))
    assert not condition.holds(Surroundings("长风万里。新建厂房。", 0, 2))


def test_same_name_for_two_places_is_refused_and_both_are_named():
    sites = [
        feature("a-hall", "银杏馆", "culture"),
        feature("b-hall", "白果馆", "culture", aliases=["银杏馆"]),
    ]
    with pytest.raises(GazetteerError, match=r"银杏馆.*'b-hall' here and to 'a-hall'"):
        Gazetteer.from_features(ZONES, sites=sites)


def test_a_blocker_with_the_name_of_a_place_is_refused():
    with pytest.raises(GazetteerError, match="leads to 'blocker' here and to 'north'"):
        Gazetteer.from_features(ZONES, rows=[row("北城", role="blocker")])


def test_the_same_name_may_have_two_senses_under_different_contexts():
    rows = [row("银港", "north", context="after:仓库"), row("银港", "harbour")]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows)
    assert [sense.target for sense in gazetteer.senses("银港")] == ["north", "harbour"]


def test_a_site_that_repeats_the_name_of_its_zone_leaves_it_to_the_zone():
    site = feature("harbour-plot", "一号地", "parcel", aliases=["银港"], zone="harbour")
    gazetteer = Gazetteer.from_features(ZONES, sites=[site])
    assert [sense.target for sense in gazetteer.senses("银港")] == ["harbour"]


def test_a_stop_answers_only_to_its_name_with_the_word_station():
    stops = [
        feature("stop-a", "银港", "stop", lines=["x"]),
        feature("stop-b", "银港站", "stop", lines=["x", "y"]),
    ]
    gazetteer = Gazetteer.from_features(ZONES, transit=stops)
    assert [sense.target for sense in gazetteer.senses("银港站")] == ["stop-b"]
    assert [sense.target for sense in gazetteer.senses("银港")] == ["harbour"]


def test_backdrop_gives_way_to_the_thematic_file_and_areas_of_it_are_no_places():
    transit = [feature("main-road", "银杏大道", "road")]
    base = [
        feature("base-road", "银杏大道", "road"),
        feature("lake", "北湖", "lake"),
        feature("creek", "白鹭河", "river"),
    ]
    gazetteer = Gazetteer.from_features(ZONES, transit=transit, base=base)
    assert gazetteer.senses("银杏大道")[0].target == "main-road"
    assert gazetteer.senses("北湖") == ()
    assert gazetteer.place("creek").kind == "line"


@pytest.mark.parametrize(
    "rows, says",
    [
        ([row("银港湾", "harbor")], "unknown place id 'harbor'; did you mean 'harbour'"),
        ([row("银港湾", "harbour", "nickname")], "unknown role 'nickname'"),
        ([row("银港湾")], "an alias needs a target"),
        ([row("银港湾", "harbour", "outside")], "other roles have none"),
        ([row("银港湾", "harbour", context="beside:路")], "unknown test 'beside'"),
        ([row("  ", "harbour")], "at least one character"),
    ],
)
def test_broken_row_is_refused_with_its_place(rows, says):
    with pytest.raises(GazetteerError, match=says) as caught:
        Gazetteer.from_features(ZONES, rows=rows)
    assert str(caught.value).startswith("gazetteer.csv, line 2")


def test_a_site_in_an_unknown_zone_is_refused():
    with pytest.raises(GazetteerError, match="unknown zone 'south'"):
        Gazetteer.from_features(ZONES, sites=[feature("yard", "长风厂", "plant", zone="south")])


def test_table_with_another_header_or_field_count_is_refused(tmp_path: Path):
    table = tmp_path / "gazetteer.csv"
    table.write_text("name,target\n银港,harbour\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match="expected name,target,role,context,note"):
        read_rows(table)
    table.write_text("name,target,role,context,note\n# 注\n银港湾,harbour,alias\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"line 3.*3 fields; expected 5"):
        read_rows(table)


def test_unknown_place_is_an_unknown_id():
    with pytest.raises(UnknownIdError, match="did you mean 'north'"):
        Gazetteer.from_features(ZONES).place("nort")


def test_a_zone_lies_within_its_ancestors_only():
    gazetteer = Gazetteer.from_features(ZONES)
    assert gazetteer.is_within("harbour", "north")
    assert gazetteer.is_within("harbour", "lingang")
    assert not gazetteer.is_within("north", "harbour")
    assert not gazetteer.is_within("north", "north")
    assert not gazetteer.is_within(None, "north")


@pytest.mark.parametrize(
    "condition, text, holds",
    [
        ("after:镇|乡", "白鹭镇", True),
        ("after:镇|乡", "白鹭村", False),
        ("before:老", "老白鹭", True),
        ("not-before:老", "老白鹭", False),
        ("clause:养殖", "白鹭很多，养殖不行", False),
        ("sentence:养殖", "白鹭很多，养殖不行", True),
        ("not-clause:养殖", "白鹭养殖", False),
        ("not-sentence:养殖", "白鹭飞。养殖", True),
        ("free", "大白鹭", False),
        ("free", "建设白鹭", True),
        ("free", "，白鹭", True),
        ("free;after:镇", "白鹭湾", False),
        ("Ｔ１", "白鹭T1", True),
    ],
)
def test_condition_reads_the_words_around_the_name(condition, text, holds):
    from geo.folding import fold

    folded = fold(text).text
    start = folded.index("白鹭")
    assert parse_condition(condition).holds(Surroundings(folded, start, start + 2)) is holds


def test_a_test_without_words_is_refused():
    with pytest.raises(ConditionError, match="has no words"):
        parse_condition("after:")


def test_the_curated_data_build_a_gazetteer_without_clashes():
    gazetteer = read_gazetteer(data_dir())
    assert gazetteer.place("community-105").kind == "zone"
    assert gazetteer.place("t1").kind == "line"
    assert len(list(gazetteer.names())) > 500


def test_every_zone_is_found_under_its_own_name():
    gazetteer = read_gazetteer(data_dir())
    lost = [
        place.id
        for place in gazetteer.places.values()
        if place.kind == "zone" and place.id not in {s.target for s in gazetteer.senses(place.name)}
    ]
    assert lost == []
