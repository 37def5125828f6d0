"""What the geocoder promises: links with exact evidence, relations, scopes, order, and linear work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.compiled import SWITCH
from geo.evaluate import evaluate
from geo.features import Feature
from geo.folding import fold
from geo.gazetteer import Gazetteer, NameRow
from geo.geocoder import Geocoder, TaskLinks


def feature(feature_id: str, name: str, kind: str = "zone", **properties: Any) -> Feature:
    return Feature(feature_id, {"id": feature_id, "name": name, "kind": kind, **properties}, None)


ZONES = [
    feature("lingang", "临港新片区", parent=None, aliases=["新片区", "临港"]),
    feature("core", "明湖核心区", parent="lingang"),
    feature("bay", "银湾社区", parent="core", aliases=["银湾"]),
    feature("east", "东山镇", parent="lingang", aliases=["东山"]),
    feature("west", "西坪镇", parent="lingang", aliases=["西坪"]),
    feature("north", "北渡镇", parent="lingang", aliases=["北渡"]),
]
TRANSIT = [
    feature("t8", "中运量T8线", "brt", aliases=["T8"]),
    feature("t9", "中运量T9线", "brt", aliases=["T9"]),
    feature("s7", "S7高速公路", "road", aliases=["S7", "S7公路"]),
    feature("s6", "S6高速公路", "road", aliases=["S6", "S6公路"]),
    feature("ring", "明珠大道", "road"),
]
HOSPITALS = [
    feature("east-clinic", "东山社区卫生服务中心", "hospital", zone="east"),
    feature("west-clinic", "西坪社区卫生服务中心", "hospital", zone="west"),
]
SITES = [
    feature("tower", "银帆大厦", "office", zone="bay"),
    feature("pool", "碧波馆", "sport"),
    feature("junction", "S7公路明珠大道立交", "other", zone="core"),
]
ROWS = [
    NameRow("江宁省", "", "outside", "", "rows"),
    NameRow("明湖论坛", "", "blocker", "", "rows"),
    NameRow("全域", "", "whole", "", "rows"),
]


def made_up_geocoder() -> Geocoder:
    return Geocoder(Gazetteer.from_features(ZONES, TRANSIT, (), HOSPITALS, SITES, (), ROWS))


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return made_up_geocoder()


def targets(result: TaskLinks, relation: str | None = None) -> set[str]:
    return {link.target for link in result.links if relation is None or link.relation == relation}


def link(result: TaskLinks, target: str) -> Any:
    return next(link for link in result.links if link.target == target)


def test_official_name_alias_and_code_each_say_their_rule(geocoder):
    result = geocoder.geocode("在东山镇和北渡开通中运量，T8率先运行。北渡S7公路通车。")
    assert link(result, "east").rule == "name"
    assert link(result, "north").rule == "alias"
    assert link(geocoder.geocode("T8组网运营"), "t8").rule == "code"
    assert link(result, "east").confidence > link(result, "north").confidence


def test_members_of_a_list_share_the_noun_at_its_end(geocoder):
    result = geocoder.geocode("建成东山、西坪社区卫生服务中心")
    assert {"east-clinic", "west-clinic", "east", "west"} <= targets(result)
    clinic = link(result, "east-clinic")
    assert clinic.rule == "coordination"
    assert [words for _, _, words in clinic.evidence] == ["东山", "社区卫生服务中心"]


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("东山、西坪、北渡三镇联动", {"east", "west", "north"}),
        ("开通T8和T9线", {"t8", "t9"}),
        ("S6、S7公路大修", {"s6", "s7"}),
        ("东山和西坪等镇", {"east", "west"}),
    ],
)
def test_every_member_of_a_list_is_linked(geocoder, text, wanted):
    assert targets(geocoder.geocode(text)) == wanted


def test_a_site_brings_its_zone_with_the_same_evidence_and_a_little_less_confidence(geocoder):
    result = geocoder.geocode("银帆大厦封顶")
    assert link(result, "bay").rule == "site"
    assert link(result, "bay").evidence == link(result, "tower").evidence == ((0, 4, "银帆大厦"),)
    assert link(result, "bay").confidence < link(result, "tower").confidence


def test_a_zone_that_is_named_beside_its_site_keeps_the_rule_of_the_name(geocoder):
    assert link(geocoder.geocode("银湾社区建设银帆大厦"), "bay").rule == "name"


def test_a_site_without_a_zone_links_alone_and_the_scope_is_still_a_place(geocoder):
    result = geocoder.geocode("碧波馆开馆")
    assert targets(result) == {"pool"}
    assert result.scope == "zones"


def test_a_parent_right_before_its_child_is_a_qualifier_and_joins_the_evidence(geocoder):
    result = geocoder.geocode("推进明湖核心区银湾社区建设")
    assert targets(result) == {"bay"}
    assert link(result, "bay").evidence == ((2, 11, "明湖核心区银湾社区"),)


@pytest.mark.parametrize("joint", ["的", "内", "内的", "（"])
def test_a_qualifier_may_be_joined_by_a_particle(geocoder, joint):
    assert targets(geocoder.geocode(f"推进明湖核心区{joint}银湾社区建设")) == {"bay"}


def test_a_parent_named_for_itself_stays_beside_its_child(geocoder):
    assert targets(geocoder.geocode("提升明湖核心区功能，银湾社区先行")) == {"core", "bay"}


def test_the_place_of_the_heading_passes_to_an_item_without_a_place(geocoder):
    result = geocoder.geocode("培育新业态", path=["一、总则", "（二）建设东山镇"])
    assert result.scope == "zones"
    assert link(result, "east").rule == "heading"
    assert link(result, "east").evidence == ()
    assert link(result, "east").heading_evidence == ((1, 5, 8, "东山镇"),)
    assert "heading_evidence" in link(result, "east").to_json()


@pytest.mark.parametrize("text", ["与江宁省合作", "联合江宁省，由临港新片区建成平台"])
def test_a_partner_outside_leaves_the_item_to_the_place_of_its_heading(geocoder, text):
    result = geocoder.geocode(text, path=["建设东山镇"])
    assert result.scope == "zones"
    assert link(result, "east").rule == "heading"


@pytest.mark.parametrize(
    "text, path",
    [
        ("扩建银帆大厦", ["建设东山镇"]),
        ("加密T8线班次", ["建设东山镇"]),
        ("赴江宁省考察", ["建设东山镇"]),
        ("培育新业态", ["建设东山镇和西坪镇"]),
        ("培育新业态", ["建设东山镇", "加强与江宁省合作"]),
    ],
)
def test_the_heading_does_not_pass_on_where_the_item_has_its_own_place_or_it_is_unclear(geocoder, text, path):
    assert "east" not in targets(geocoder.geocode(text, path=path))


def test_a_site_of_unknown_zone_takes_the_zone_of_the_heading(geocoder):
    result = geocoder.geocode("建设碧波馆", path=["建设东山镇"])
    assert targets(result) == {"pool", "east"}


def test_a_title_that_is_not_part_of_the_text_counts_as_heading(geocoder):
    assert targets(geocoder.geocode("培育新业态", title="建设西坪镇")) == {"west"}


@pytest.mark.parametrize(
    "text, relation",
    [
        ("完善东山镇配套道路", "in"),
        ("东山镇周边增绿", "near"),
        ("毗邻东山镇的绿廊", "near"),
        ("新开连接东山镇的公交线路", "serves"),
        ("串联东山镇的文化", "in"),
        ("新建东山镇至西坪镇快速路", "serves"),
        ("新建西坪镇至东山镇公路", "serves"),
    ],
)
def test_relation_follows_the_words_around_the_zone(geocoder, text, relation):
    assert link(geocoder.geocode(text), "east").relation == relation


def test_a_road_that_only_bounds_a_plot_is_near_and_the_task_is_at_a_place(geocoder):
    result = geocoder.geocode("明珠大道以南新建厂房")
    assert link(result, "ring").relation == "near"
    assert result.scope == "zones"


def test_an_interchange_is_part_of_the_road_that_begins_its_name(geocoder):
    result = geocoder.geocode("S7公路明珠大道立交开工")
    assert link(result, "s7").relation == "along"
    assert "ring" not in targets(result)
    assert {"junction", "core"} <= targets(result)


@pytest.mark.parametrize(
    "text, scope, says",
    [
        ("改造东山镇", "zones", "点名地点：东山镇"),
        ("加密T8线班次", "lines", "只涉及线路：中运量T8线"),
        ("T8线和银帆大厦", "zones", "银帆大厦"),
        ("与江宁省签约", "outside", "江宁省"),
        ("新片区与江宁省签约", "whole", "全域"),
        ("优化审批", "whole", "未提具体地点"),
        ("办好明湖论坛", "whole", "未提具体地点"),
        ("新建银飞路", "lines", "银飞路"),
        ("新建银飞路小学", "zones", "银飞路小学"),
    ],
)
def test_scope_and_its_reason(geocoder, text, scope, says):
    result = geocoder.geocode(text)
    assert result.scope == scope
    assert says in result.reason


def test_one_link_a_target_with_all_its_evidence(geocoder):
    result = geocoder.geocode("东山镇修路，东山镇建校")
    assert link(result, "east").evidence == ((0, 3, "东山镇"), (6, 9, "东山镇"))


def test_a_place_named_in_and_near_is_in(geocoder):
    result = geocoder.geocode("东山镇周边增绿，东山镇建校")
    assert [x.relation for x in result.links] == ["in"]


def test_links_come_by_first_evidence_then_kind_then_target(geocoder):
    result = geocoder.geocode("西坪镇、银帆大厦、T8线、东山镇")
    assert [x.target for x in result.links] == ["west", "tower", "bay", "t8", "east"]


def test_the_record_has_the_fields_of_the_contract(geocoder):
    record = geocoder.geocode("改造东山镇与银飞路").to_json("2099-1")
    assert list(record) == ["task", "scope", "reason", "links", "unplaced"]
    assert record["unplaced"] == [[6, 9, "银飞路"]]
    assert record["links"][0] == {
        "target": "east",
        "kind": "zone",
        "relation": "in",
        "confidence": 0.95,
        "rule": "name",
        "evidence": [[2, 5, "东山镇"]],
    }
    assert json.loads(json.dumps(record, ensure_ascii=False)) == record


def test_an_empty_text_is_the_whole_area(geocoder):
    assert geocoder.geocode("").scope == "whole"


def test_a_gazetteer_without_names_links_nothing():
    result = Geocoder(Gazetteer.from_features([])).geocode("改造东山镇")
    assert result.links == ()


@pytest.mark.parametrize("variant", ["東山鎮", "东 山 镇", "东\n山镇", "“东山”镇", "⻔东山镇"])
def test_other_forms_of_a_name_are_found_and_quoted_as_written(geocoder, variant):
    text = f"改造{variant}道路"
    start, end, words = link(geocoder.geocode(text), "east").evidence[0]
    assert text[start:end] == words
    assert "".join(fold(words).text) == "东山镇"


@pytest.mark.parametrize("variant", ["Ｔ８线", "t8线", "T 8线", "Ｔ 8 线"])
def test_codes_are_found_in_full_width_lower_case_and_spaced_form(geocoder, variant):
    assert "t8" in targets(geocoder.geocode(f"开通中运量{variant}"))


NAMES = ["东山镇", "西坪", "银帆大厦", "T8线", "S7公路", "江宁省", "明湖核心区", "银湾", "银飞路", "碧波馆"]
FILL = [
    "推进",
    "，",
    "、",
    "和",
    "。",
    "周边",
    "《",
    "》",
    "的",
    "道路",
    "𠮷",
    " ",
    "“",
    "１",
    "ｘ",
    "社区",
    "三镇",
    "以南",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(NAMES + FILL), max_size=30).map("".join))
@example("《东山镇》东山镇")
@example("“东山”镇“")
def test_evidence_and_unplaced_are_always_exact_pieces_of_the_text(text):
    result = SHARED.geocode(text)
    spans = [span for x in result.links for span in x.evidence]
    for start, end, words in (*spans, *result.unplaced):
        assert text[start:end] == words
        assert words


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_is_geocoded(text):
    result = SHARED.geocode(text, path=[text])
    assert result == SHARED.geocode(text, path=[text])


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*NAMES, "推进", "，", "。", "和"]), min_size=1, max_size=12).map("".join),
    st.randoms(use_true_random=False),
)
def test_spaces_and_full_width_forms_do_not_change_what_is_found(text, random):
    """The evidence of the altered text, with the alterations taken out, is the evidence of the text."""
    altered, origin = [], []
    for index, character in enumerate(text):
        wide = chr(ord(character) + 0xFEE0) if character.isascii() and random.random() < 0.5 else character
        altered.append(wide)
        origin.append(index)
        if index + 1 < len(text) and random.random() < 0.3:
            altered.append(random.choice([" ", "\u3000", "\u200b"]))
            origin.append(-1)
    plain, changed = SHARED.geocode(text), SHARED.geocode("".join(altered))
    assert [x.target for x in changed.links] == [x.target for x in plain.links]
    assert [[(origin[s], origin[e - 1] + 1) for s, e, _ in x.evidence] for x in changed.links] == [
        [(s, e) for s, e, _ in x.evidence] for x in plain.links
    ]


@settings(deadline=None)
@given(st.text(max_size=80))
def test_folding_keeps_the_way_back(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.origin)
    assert list(folded.origin) == sorted(set(folded.origin))


def count_calls(work: Any) -> int:
    """How many Python and C functions a piece of work calls: a measure that no other load disturbs."""
    calls = 0

    def tick(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


UNITS = [
    *("东山、", "东山镇建设银帆大厦，", "T8和", "银飞路、", "《东山》"),
    *("东山社区卫生服务中心、西坪、", "J05-01地块、"),
]
COUNT = """
import json
from test_geocoder import UNITS, count_calls, made_up_geocoder
ask = made_up_geocoder().geocode
print(json.dumps({unit: [count_calls(lambda: ask(unit * times)) for times in (100, 400)] for unit in UNITS}))
"""


@pytest.fixture(scope="module")
def calls() -> dict[str, tuple[int, int]]:
    """How many calls texts of 100 and 400 units take; in plain Python, whose calls can be counted."""
    here = Path(__file__).parent
    env = {**os.environ, SWITCH: "0", "PYTHONPATH": os.pathsep.join(map(str, (here, here.parents[1])))}
    program = [sys.executable, "-c", COUNT]
    counted = subprocess.run(program, capture_output=True, text=True, check=True, env=env, timeout=300)
    return {unit: (few, many) for unit, (few, many) in json.loads(counted.stdout).items()}


@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_in_step_with_the_text(calls, unit):
    few, many = calls[unit]
    assert 400 < few < many < 4.6 * few


def test_a_long_text_of_repeated_names_keeps_one_link_with_every_place(geocoder):
    text = "东山镇，" * 50_000
    result = geocoder.geocode(text)
    assert len(result.links) == 1
    assert len(result.links[0].evidence) == 50_000


def gold() -> Iterator[dict[str, Any]]:
    yield {"task": "a", "scope": "zones", "zones": ["x", "y"], "zones_optional": ["z"], "lines": []}
    yield {"task": "b", "scope": "lines", "zones": [], "zones_optional": [], "lines": ["t8"]}
    yield {"task": "c", "scope": "whole", "zones": [], "zones_optional": [], "lines": []}


def zone(target: str, relation: str = "in", rule: str = "name") -> dict[str, Any]:
    return {"target": target, "kind": "zone", "relation": relation, "rule": rule}


def test_evaluation_counts_right_wrong_and_missed_and_leaves_optional_zones_out():
    records = [
        {
            "task": "a",
            "scope": "zones",
            "links": [zone("x"), zone("z"), zone("q", rule="site"), zone("y", "near")],
        },
        {"task": "b", "scope": "zones", "links": [{**zone("t8", "along"), "kind": "line"}]},
    ]
    outcome = evaluate(records, gold())
    assert (outcome.zones.right, outcome.zones.wrong, outcome.zones.missed) == (1, 1, 1)
    assert outcome.zones.precision == outcome.zones.recall == outcome.zones.f1 == 0.5
    assert outcome.lines.f1 == 1.0
    assert outcome.rules["site"].wrong == 1
    assert outcome.scope_accuracy == pytest.approx(2 / 3)
    assert [str(mistake) for mistake in outcome.mistakes] == [
        "a: zone wrong: q",
        "a: zone missed: y",
        "b: scope wrong: zones instead of lines",
        "c: task missed: no record",
    ]
    assert json.dumps(outcome.to_json(), ensure_ascii=False)


SHARED = Geocoder(Gazetteer.from_features(ZONES, TRANSIT, (), HOSPITALS, SITES, (), ROWS))
