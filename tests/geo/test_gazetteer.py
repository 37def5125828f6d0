"""What the gazetteer promises: names from features and from the table, one meaning each, clear refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.conditions import ConditionError, Surroundings, parse_condition
from geo.features import Feature, dump_features, read_features
from geo.gazetteer import (
    FILES,
    Gazetteer,
    GazetteerError,
    NameRow,
    read_gazetteer,
    read_rows,
    with_aliases,
)
from geo.gazetteer_names import list_names, longer_names, meanings
from lingang.errors import UnknownIdError
from lingang.locations import data_dir


def feature(feature_id: str, name: str, kind: str = "zone", **properties: Any) -> Feature:
    return Feature(feature_id, {"id": feature_id, "name": name, "kind": kind, **properties}, None)


def row(
    name: str, target: str = "", role: str = "alias", context: str = "", *, line: int = 2, kind: str = ""
) -> NameRow:
    return NameRow(name, target, role, context, "gazetteer.csv", line, kind)


def targets(gazetteer: Gazetteer, name: str) -> list[str]:
    return [sense.target for sense in gazetteer.senses(name)]


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
        ([row("银港湾", "harbour", kind="nickname")], "unknown kind 'nickname'; expected one of official"),
        ([row("银港湾", role="outside", kind="short")], "only an alias has a kind"),
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
    with pytest.raises(GazetteerError, match="line 1: header is name,target; expected name,target,role,kind"):
        read_rows(table, faults=[])
    table.write_text("name,target,role,kind,context,note\n# 注\n银港湾,harbour,alias\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"line 3.*3 fields; expected 6"):
        read_rows(table)


@pytest.mark.parametrize(
    "content, says",
    [
        ("name,target,role,kind,context,note\n银港湾,".encode("gb18030"), "line 2: not utf-8"),
        ('name,target,role,kind,context,note\n"银港湾,harbour,alias,,,\n'.encode(), "line 2: not CSV"),
    ],
)
def test_a_table_that_is_no_text_or_no_csv_is_refused_even_where_faults_are_collected(
    tmp_path: Path, content: bytes, says: str
):
    (tmp_path / "gazetteer.csv").write_bytes(content)
    with pytest.raises(GazetteerError, match=says):
        read_rows(tmp_path / "gazetteer.csv", faults=[])


def test_a_table_saved_by_a_spreadsheet_and_one_without_kinds_are_read(tmp_path: Path):
    table = tmp_path / "gazetteer.csv"
    line = "银港湾,harbour,alias,short,,旧图上的写法\r\n"
    table.write_bytes(f"\ufeffname,target,role,kind,context,note\r\n{line}".encode())
    (found,) = read_rows(table)
    assert (found.name, found.kind, found.note, found.line) == ("银港湾", "short", "旧图上的写法", 2)
    table.write_text("name,target,role,context,note\n银港湾,harbour,alias,after:路,\n", encoding="utf-8")
    (found,) = read_rows(table)
    assert (found.kind, found.context) == ("", "after:路")


def test_bad_rows_are_collected_with_line_name_and_reason_and_the_others_count():
    rows = [
        row("银港湾", "harbour", line=2),
        row("银港湾", "north", line=3),
        row("银湾", "harbor", line=4),
        row("新银港", "harbour", context="beside:路", line=5),
        row("北城区", "north", line=6),
    ]
    faults: list[GazetteerError] = []
    gazetteer = Gazetteer.from_features(ZONES, rows=rows, faults=faults)
    assert sorted((fault.line, fault.name) for fault in faults) == [(3, "银港湾"), (4, "银湾"), (5, "新银港")]
    clash = next(fault for fault in faults if fault.line == 3)
    assert "leads to 'north' here and to 'harbour' in gazetteer.csv, line 2" in clash.reason
    assert str(clash).startswith("gazetteer.csv, line 3: name '银港湾': ")
    assert targets(gazetteer, "银港湾") == ["harbour"] and targets(gazetteer, "北城区") == ["north"]
    assert gazetteer.senses("新银港") == ()


def test_a_row_that_falls_out_narrows_nothing():
    rows = [row("银港", "harbour", context="beside:路")]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows, faults=[])
    assert gazetteer.senses("银港")[0].condition.holds(Surroundings("银港一家", 0, 2))


def test_one_row_of_a_data_folder_that_clashes_leaves_the_rest(tmp_path: Path):
    (tmp_path / "geojson").mkdir()
    for name in FILES:
        content = (data_dir() / "geojson" / f"{name}.geojson").read_bytes()
        (tmp_path / "geojson" / f"{name}.geojson").write_bytes(content)
    table = (data_dir() / "gazetteer.csv").read_text(encoding="utf-8")
    (tmp_path / "gazetteer.csv").write_text(table + "105社区,t1,alias,short,,\n", encoding="utf-8")
    faults: list[GazetteerError] = []
    gazetteer = read_gazetteer(tmp_path, faults=faults)
    (fault,) = faults
    assert (fault.file, fault.line, fault.name) == ("gazetteer.csv", table.count("\n") + 1, "105社区")
    assert list(gazetteer.names()) == list(read_gazetteer(data_dir()).names())
    with pytest.raises(GazetteerError, match="105社区"):
        read_gazetteer(tmp_path)


def test_a_bare_code_of_a_line_counts_only_beside_the_words_that_make_it_one():
    transit = [feature("t8", "中运量T8线", "brt")]
    gazetteer = Gazetteer.from_features(ZONES, transit=transit, rows=[row("T8", "t8", kind="code")])
    after, clause = gazetteer.senses("T8")
    assert (after.rule, after.context) == ("code", "after:线|示范线|号线|中运量")
    assert clause.context.startswith("sentence:中运量")


def test_a_row_for_a_stop_names_it_with_the_word_station():
    stops = [feature("stop-a", "白鹭站", "stop", lines=["x"])]
    gazetteer = Gazetteer.from_features(ZONES, transit=stops, rows=[row("老白鹭", "stop-a", kind="former")])
    assert targets(gazetteer, "老白鹭站") == ["stop-a"]
    assert gazetteer.senses("老白鹭") == ()


def test_backdrop_gives_way_to_a_name_of_the_table():
    base = [feature("creek", "白鹭河", "river")]
    gazetteer = Gazetteer.from_features(ZONES, base=base, rows=[row("白鹭河", "harbour")])
    assert targets(gazetteer, "白鹭河") == ["harbour"]


def test_a_name_of_the_whole_area_is_no_place():
    gazetteer = Gazetteer.from_features(ZONES, rows=[row("老新区", "lingang", kind="former")])
    (sense,) = gazetteer.senses("老新区")
    assert (sense.role, sense.target) == ("whole", "")
    assert gazetteer.aliases["lingang"] == ("老新区",)


OWN = [row("银港湾", "north"), row("北城区", role="outside"), row("银仓", "harbour", context="after:码头")]


def test_the_readers_own_row_wins_over_one_with_the_same_name_and_context():
    rows = [
        row("银港湾", "harbour"),
        row("北城区", "north"),
        row("银仓", "north", context="after:码头"),
        row("银仓", "north", context="after:仓库"),
    ]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows, own_rows=OWN)
    assert targets(gazetteer, "银港湾") == ["north"]
    assert gazetteer.senses("北城区")[0].role == "outside"
    assert targets(gazetteer, "银仓") == ["harbour", "north"]
    assert gazetteer.aliases.get("north") == ("银仓", "银港湾")


def test_the_readers_own_context_narrows_a_built_in_name_and_a_plain_row_widens_one():
    rows = [row("银港湾", "harbour"), row("银仓", "harbour", context="after:码头")]
    own = [row("银港湾", "harbour", context="after:码头"), row("银仓", "harbour")]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows, own_rows=own)
    assert [sense.context for sense in gazetteer.senses("银港湾")] == ["after:码头"]
    assert [sense.context for sense in gazetteer.senses("银仓")] == ["after:码头", ""]


def test_official_names_stand_fast_against_the_readers_own_table():
    faults: list[GazetteerError] = []
    gazetteer = Gazetteer.from_features(ZONES, own_rows=[row("北城", "harbour")], own_faults=faults)
    assert [fault.line for fault in faults] == [2]
    assert targets(gazetteer, "北城") == ["north"]


def test_features_show_the_names_of_the_table_in_its_order_but_neither_parts_nor_the_official_name():
    rows = [
        row("银港湾", "harbour", kind="colloquial"),
        row("银港码头", "harbour", kind="part"),
        row("银港社区", "harbour", context="not-after:站"),
        row("老银港", "harbour", kind="former", context="after:码头", line=3),
        row("老银港", "harbour", kind="former", context="after:仓库", line=4),
        row("银港湾", "north", line=5),
    ]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows, faults=[])
    zones = {zone.id: zone for zone in with_aliases({"zones": ZONES}, gazetteer)["zones"]}
    assert zones["harbour"].properties["aliases"] == ["银港", "银港湾", "老银港"]
    assert zones["north"].properties["aliases"] == ["北城片区"]
    assert list(zones["harbour"].properties) == sorted(zones["harbour"].properties)


def test_every_feature_shows_a_list_of_names_even_when_it_has_none():
    gazetteer = Gazetteer.from_features([feature("lingang", "大新区", parent=None)])
    (zone,) = with_aliases({"zones": [feature("lingang", "大新区")]}, gazetteer)["zones"]
    assert zone.properties["aliases"] == []


def test_the_list_of_names_says_kind_role_target_context_and_line():
    rows = [row("银港湾", "harbour", kind="short", context="after:码头"), row("远山", role="outside", line=9)]
    entries = {entry.name: entry for entry in list_names(Gazetteer.from_features(ZONES, rows=rows))}
    assert entries["银港湾"].to_json() == {
        "name": "银港湾",
        "kind": "short",
        "role": "alias",
        "target": "harbour",
        "official": "银港社区",
        "context": "after:码头",
        "where": "gazetteer.csv, line 2",
    }
    assert (entries["远山"].role, entries["远山"].target) == ("outside", "")
    assert entries["银港社区"].kind == "official"


def test_a_search_of_the_list_looks_at_names_targets_and_official_names():
    gazetteer = Gazetteer.from_features(ZONES, rows=[row("码头片", "harbour")])
    assert {entry.name for entry in list_names(gazetteer, "銀港")} == {"银港社区", "银港", "码头片"}
    assert {entry.target for entry in list_names(gazetteer, "north")} == {"north"}


def test_what_a_name_means_comes_with_the_longer_names_that_hold_it():
    rows = [row("银港", "north", context="after:仓库"), row("银港论坛", role="blocker")]
    gazetteer = Gazetteer.from_features(ZONES, rows=rows)
    assert [entry.target for entry in meanings(gazetteer, "銀 港")] == ["north", "harbour"]
    assert set(longer_names(gazetteer, "银港")) == {"银港社区", "银港论坛"}
    assert meanings(gazetteer, "金港") == []


def test_a_circle_of_parents_does_not_hang():
    zones = [feature("a", "甲地", parent="b"), feature("b", "乙地", parent="a")]
    site = feature("yard", "长风厂", "plant", zone="a")
    gazetteer = Gazetteer.from_features(zones, sites=[site])
    assert gazetteer.is_within("a", "b") and not gazetteer.is_within("a", "c")


def test_no_shipped_feature_brings_names_of_its_own_and_files_are_canonical():
    for name in FILES:
        path = data_dir() / "geojson" / f"{name}.geojson"
        features = read_features(path)
        assert [each.id for each in features if "aliases" in each.properties] == []
        assert dump_features(features, name) == path.read_bytes()


def test_every_shipped_alias_has_a_kind():
    rows = read_rows(data_dir() / "gazetteer.csv")
    assert [row.where for row in rows if (row.role == "alias") != bool(row.kind)] == []


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
