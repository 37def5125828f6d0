"""Links beside labels: what counts as right, wrong, missed, covered, and in which document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from geo.evaluate import Evaluation, evaluate


def link(kind: str, target: str, relation: str = "in", rule: str = "name", **more: Any) -> dict[str, Any]:
    return {
        "target": target,
        "kind": kind,
        "relation": relation,
        "confidence": 0.9,
        "rule": rule,
        "evidence": [],
        **more,
    }


def label(task: str = "p-1", scope: str = "zones", **more: Any) -> dict[str, Any]:
    return {"task": task, "scope": scope, **more}


def compare(found: list[dict[str, Any]], wanted: dict[str, Any], **record: Any) -> Evaluation:
    """One task's links beside its label."""
    given = {"task": wanted["task"], "scope": wanted["scope"], "links": found, "unplaced": [], **record}
    return evaluate([given], [wanted])


def counts(score: Any) -> tuple[int, int, int]:
    return score.right, score.wrong, score.missed


def test_optional_targets_are_neither_right_nor_wrong():
    wanted = label(zones_optional=["a"], lines_optional=["t1"], sites_optional=["tower"])
    outcome = compare([link("zone", "a"), link("line", "t1", "along"), link("site", "tower")], wanted)
    assert [counts(s) for s in (outcome.zones, outcome.lines, outcome.sites)] == [(0, 0, 0)] * 3
    assert outcome.judged == []


def test_a_site_is_right_by_its_id_or_by_the_words_that_its_evidence_holds():
    found = [
        link("site", "school-east", evidence=[[0, 6, "上海中学東校"]]),
        link("site", "tower"),
        link("site", "mall"),
    ]
    outcome = compare(found, label(sites=["上海中学东校", "tower", "hospital"]))
    assert counts(outcome.sites) == (2, 1, 1)
    assert [str(m) for m in outcome.mistakes] == ["p-1: site wrong: mall", "p-1: site missed: hospital"]


def test_a_site_named_by_words_may_be_linked_as_a_zone():
    outcome = compare(
        [link("zone", "west-island", evidence=[[0, 4, "中银西岛"]])],
        label(zones=["west-island"], sites=["中银西岛"]),
    )
    assert counts(outcome.sites) == (1, 0, 0)


def test_relations_are_compared_on_the_targets_that_the_label_names():
    wanted = label(
        zones=["a"], lines=["t1"], relations={"b": "serves", "tower": "near", "lake": "near"}, sites=[]
    )
    found = [
        link("zone", "a"),
        link("zone", "b", "in"),
        link("site", "tower", "near"),
        link("line", "t1", "along"),
        link("zone", "stray"),
    ]
    outcome = compare(found, wanted)
    assert outcome.relations == {
        ("in", "in"): 1,
        ("serves", "in"): 1,
        ("near", "near"): 1,
        ("along", "along"): 1,
        ("near", ""): 1,
    }
    report = outcome.to_json()["relations"]
    assert (report["right"], report["wrong"], report["missed"], report["share_right"]) == (3, 1, 1, 0.75)
    assert report["table"]["near"] == {"near": 1, "missing": 1}
    shown = [str(mistake) for mistake in outcome.mistakes]
    assert "p-1: relation wrong: b: in instead of serves" in shown
    assert "p-1: relation missed: lake: no link instead of near" in shown


def test_a_line_that_is_labelled_as_near_or_served_is_no_line_of_the_task():
    wanted = label(scope="zones", relations={"s2": "near", "t1": "serves"})
    right = compare([link("line", "s2", "near"), link("line", "t1", "serves")], wanted)
    assert counts(right.lines) == (0, 0, 0)
    assert counts(compare([link("line", "s2", "along")], wanted).lines) == (0, 1, 0)


def test_scopes_are_counted_by_what_was_labelled_and_what_was_given():
    records = [{"task": f"p-{n}", "scope": "whole", "links": []} for n in range(3)]
    outcome = evaluate(records, [label("p-0", "whole"), label("p-1", "outside"), label("p-2", "whole")])
    assert outcome.to_json()["scopes"] == {"outside": {"whole": 1}, "whole": {"whole": 2}}
    assert outcome.scope_accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "text, mention, spans, covered",
    [
        ("在泥城镇建设", "泥城镇", [[1, 4, "泥城镇"]], True),
        ("在泥城镇建设", "泥城镇", [[1, 3, "泥城"]], False),
        ("在泥城书院建设", "泥城书院", [[1, 3, "泥城"], [3, 5, "书院"]], True),
        ("在書院 鎮建設", "书院镇", [[1, 5, "書院 鎮"]], True),
        ("在書院 鎮建設", "書院鎮", [[1, 3, "書院"], [4, 5, "鎮"]], True),
        ("学校与学校东校", "学校", [[3, 5, "学校"]], True),
        ("没有这个名字", "泥城镇", [[0, 6, "没有这个名字"]], False),
    ],
)
@pytest.mark.parametrize("listed", ["evidence", "unplaced"])
def test_a_mention_is_covered_when_all_its_characters_are(text, mention, spans, covered, listed):
    wanted = label(text=text, mentions=[mention])
    if listed == "evidence":
        outcome = compare([link("zone", "a", evidence=spans)], {**wanted, "zones": ["a"]})
    else:
        outcome = compare([], wanted, unplaced=spans)
    assert outcome.mentions.recall == (1.0 if covered else 0.0)
    assert [str(m) for m in outcome.mistakes] == ([] if covered else [f"p-1: mention missed: {mention}"])


def test_places_outside_need_no_evidence():
    outcome = compare([], label(scope="outside", text="前往寧波", mentions=["寧波"], outside=["宁波"]))
    assert counts(outcome.mentions) == (0, 0, 0)


def test_mentions_are_counted_only_where_the_text_is_known():
    wanted = label(mentions=["泥城"])
    assert counts(compare([], wanted).mentions) == (0, 0, 0)
    outcome = evaluate([], [wanted], texts={"p-1": "在泥城"})
    assert counts(outcome.mentions) == (0, 0, 1)


def test_documents_are_told_apart_by_their_ids():
    gold = [label("145-1.1.p2", "whole"), label("145-2.1", "whole"), label("tune-001", "whole"), label("x")]
    documents = evaluate([], gold).to_json()["documents"]
    assert {name: figures["tasks"] for name, figures in documents.items()} == {"145": 2, "tune": 1, "x": 1}
    assert documents["x"]["scope_accuracy"] == 0.0


def test_figures_of_the_documents_add_up_to_the_whole():
    gold = [label("a-1", zones=["x", "y"]), label("b-1", zones=["z"])]
    records = [
        {"task": "a-1", "scope": "zones", "links": [link("zone", "x"), link("zone", "q")]},
        {"task": "b-1", "scope": "zones", "links": [link("zone", "z")]},
    ]
    outcome = evaluate(records, gold)
    parts = [counts(document.zones) for document in outcome.documents.values()]
    assert parts == [(1, 1, 1), (1, 0, 0)]
    assert counts(outcome.zones) == (2, 1, 1)


def test_links_that_only_pass_by_are_judged_where_the_label_tells_of_relations():
    found = [link("zone", "a"), link("zone", "b", "near"), link("site", "tower")]
    assert [x.is_right for x in compare(found, label(zones=["a"])).judged] == [True]
    told = label(zones=["a"], sites=[], relations={"b": "near"})
    assert [x.is_right for x in compare(found, told).judged] == [True, True, False]


def test_an_empty_gold_standard_gives_figures_without_a_division_by_zero():
    report = evaluate([], []).to_json()
    assert json.dumps(report)
    assert (report["tasks"], report["scope_accuracy"], report["mentions"]["coverage"]) == (0, 1.0, 1.0)
    assert report["calibration"]["bins"] == []


def test_an_optional_target_may_stand_under_any_kind():
    wanted = label(lines_optional=["stop-lake"])
    assert counts(compare([link("site", "stop-lake")], wanted).sites) == (0, 0, 0)
