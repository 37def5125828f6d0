"""What people decide wins over the geocoder, is shown as theirs, and is flagged when its text changes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from made_up_plans import plan_bytes, text_of

from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.built_in import read_built_in
from layers.check import check_all
from layers.errors import WorkspaceError
from layers.intake import Source
from layers.reviewing import decide, list_reviews
from layers.reviews import Review, ReviewError, find_faults, make_review, parse_reviews, text_digest
from layers.workspace import Workspace
from lingang.errors import UnknownIdError
from lingang.locations import data_dir

GOLD = Path(__file__).parents[1] / "gold"
TODAY = date(2026, 11, 22)
SIGNED: dict[str, Any] = {"author": "李四", "reason": "看过原文", "today": TODAY}


def link_of(item: LinkedTask, target: str) -> dict[str, Any]:
    """The one link of a task to a place, as the interface gives it."""
    found: list[dict[str, Any]] = [x for x in item.to_json()["links"] if x["target"] == target]
    assert len(found) == 1
    return found[0]


def targets(item: LinkedTask) -> list[str]:
    return [link.target for link in item.links.links]


def rejected(item: LinkedTask) -> list[str]:
    return [record["target"] for record in item.to_json()["rejected"]]


def put(folder: Path, *reviews: Review) -> Atlas:
    """The atlas with decisions stored in a workspace."""
    for review in reviews:
        Workspace(folder).add_review(review)
    return load_atlas(workspace=folder)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Atlas:
    """One decision of every sort, each on a task of its own."""

    def say(task: str, decision: Any, target: str, **more: Any) -> Review:
        return decide(atlas, task, decision, target, **SIGNED, **more)

    return put(
        tmp_path_factory.mktemp("decided"),
        say("2023-63", "accept", "yangshan"),
        say("2023-64", "reject", "yangshan"),
        say("2023-69", "reject", "yangshan"),  # accepted in the built-in file
        say("2023-1", "add", "t1"),
        say("2023-2", "accept", "top-scientists"),
        say("2023-5", "add", "snow-world"),
        say("2023-6", "add", "snow-world"),
        replace(say("2023-6", "add", "dishui-core"), decision="reject"),
        say("national-1", "add", "finance-bay", evidence=["张江"]),
        say("2020-25", "reject", "luchaogang-elderly-home"),
        say("2020-25", "reject", "youth-centre"),
        say("2023-112", "reject", "t1"),
        say("2023-112", "reject", "t2"),
        say("2023-112", "reject", "t6"),
        say("2023-116", "accept", "west-channel", evidence=["西引河排涝泵闸"]),
        say("2023-120", "reject", "dishui-core"),
        say("2023-135", "reject", "community-105"),
        say("2023-135", "accept", "town-nanhui"),
        say("2023-135", "add", "town-shuyuan"),
        say("2023-108", "accept", "dishui-lake", relation="near"),
    )


# ---- what a decision does ---------------------------------------------------------------------------------


def test_an_accepted_link_keeps_its_rule_and_is_certain(decided: Atlas) -> None:
    link = link_of(decided.get_task("2023-63"), "yangshan")
    assert (link["rule"], link["confidence"]) == ("heading", 1.0)
    assert link["review"] == {
        "decision": "accept", "acts_as": "accept", "author": "李四", "date": "2026-11-22",
        "reason": "看过原文", "origin": "workspace", "stale": False,
    }  # fmt: skip


def test_the_geocoder_itself_is_measured_without_decisions(decided: Atlas) -> None:
    for item in decided.tasks.values():
        if item.reviews:
            found = decided.geocoder.geocode(item.task.text, title=item.task.title, path=item.task.path)
            assert all(link.rule != "review" and link.confidence < 1.0 for link in found.links), item.id


def test_a_rejected_only_zone_leaves_the_whole_area_and_stays_visible(decided: Atlas) -> None:
    item = decided.get_task("2023-64")
    assert (item.scope, targets(item)) == ("whole", [])
    (gone,) = item.to_json()["rejected"]
    assert (gone["target"], gone["name_en"][:8], gone["review"]["reason"]) == (
        "yangshan", "Yangshan", "看过原文",
    )  # fmt: skip
    assert gone["heading_evidence"]


def test_zone_lists_and_counts_follow(decided: Atlas, atlas: Atlas) -> None:
    def own(of: Atlas, zone_id: str) -> set[str]:
        return {task.id for task in of.zone_tasks(zone_id).own}

    assert own(atlas, "yangshan") - own(decided, "yangshan") == {"2023-64", "2023-69"}
    before, after = (of.zone_counts()["yangshan"]["own"] for of in (atlas, decided))
    assert before - after == 2
    assert "national-1" in own(decided, "finance-bay")


def test_the_word_of_the_workspace_counts_before_the_built_in_one(decided: Atlas, atlas: Atlas) -> None:
    assert link_of(atlas.get_task("2023-69"), "yangshan")["review"]["origin"] == "built-in"
    assert rejected(decided.get_task("2023-69")) == ["yangshan"]


def test_an_added_line_brings_the_zones_it_passes(decided: Atlas) -> None:
    item = decided.get_task("2023-1")
    link = link_of(item, "t1")
    assert item.scope == "lines"
    assert (link["relation"], link["rule"], link["confidence"]) == ("along", "review", 1.0)
    passed = [x for x in item.to_json()["links"] if x["rule"] == "crosses"]
    assert "community-105" in [x["target"] for x in passed]
    assert all(x["review"]["decision"] == "add" for x in passed)


def test_an_added_site_brings_its_zone(decided: Atlas) -> None:
    item = decided.get_task("2023-5")
    assert (item.scope, set(targets(item))) == ("zones", {"snow-world", "dishui-core"})
    zone = link_of(item, "dishui-core")
    assert (zone["rule"], zone["relation"], zone["review"]["author"]) == ("site", "in", "李四")


def test_an_added_site_does_not_bring_back_a_rejected_zone(decided: Atlas) -> None:
    item = decided.get_task("2023-6")
    assert (targets(item), rejected(item)) == (["snow-world"], ["dishui-core"])


def test_an_addition_takes_a_task_out_of_the_scope_outside(decided: Atlas, atlas: Atlas) -> None:
    item = decided.get_task("national-1")
    assert (atlas.get_task("national-1").scope, item.scope) == ("outside", "zones")
    ((start, end, words),) = link_of(item, "finance-bay")["evidence"]
    assert item.task.text[start:end] == words == "张江"


def test_to_accept_what_the_geocoder_does_not_give_is_to_add_it(decided: Atlas) -> None:
    link = link_of(decided.get_task("2023-2"), "top-scientists")
    assert link["rule"] == "review"
    assert (link["review"]["decision"], link["review"]["acts_as"]) == ("accept", "add")


def test_a_rejected_site_takes_along_the_zone_that_only_it_brought(decided: Atlas, atlas: Atlas) -> None:
    before, after = atlas.get_task("2020-25"), decided.get_task("2020-25")
    assert {"luchaogang", "dishui-core"} <= set(targets(before))
    assert set(rejected(after)) == {"luchaogang-elderly-home", "luchaogang", "youth-centre"}
    assert "dishui-core" in targets(after)  # another site brings it too
    words = [x[2] for x in link_of(after, "dishui-core")["evidence"]]
    assert words and "临港青少年活动中心" not in words
    assert set(targets(before)) == set(targets(after)) | set(rejected(after))


def test_a_rejected_zone_leaves_its_site(decided: Atlas) -> None:
    item = decided.get_task("2023-120")
    assert rejected(item) == ["dishui-core"]
    assert "xueronghua-green" in targets(item)
    assert item.scope == "zones"


def test_rejected_lines_take_along_the_zones_they_pass(decided: Atlas, atlas: Atlas) -> None:
    before, item = atlas.get_task("2023-112"), decided.get_task("2023-112")
    assert set(rejected(item)) >= {"t1", "t2", "t6", "community-105"}
    assert set(targets(before)) == set(targets(item)) | set(rejected(item))
    crossing = [x for x in item.links.links if x.rule == "crosses"]
    assert all(any(y.evidence == x.evidence for y in item.links.links if y.kind == "line") for x in crossing)


def test_a_crossing_can_be_rejected_or_confirmed_by_itself(decided: Atlas) -> None:
    item = decided.get_task("2023-135")
    assert rejected(item) == ["community-105"]
    assert "community-105" not in targets(item)
    link = link_of(item, "town-nanhui")
    assert (link["relation"], link["rule"], link["confidence"]) == ("serves", "crosses", 1.0)
    assert "2023-135" in [t.id for t in decided.zone_tasks("town-nanhui").passing]


def test_a_zone_that_was_only_passed_can_be_added_as_the_place(decided: Atlas) -> None:
    link = link_of(decided.get_task("2023-135"), "town-shuyuan")
    assert (link["relation"], link["rule"]) == ("in", "review")
    assert "2023-135" in [t.id for t in decided.zone_tasks("town-shuyuan").own]


def test_the_words_of_a_decision_are_no_longer_unplaced(decided: Atlas, atlas: Atlas) -> None:
    item = decided.get_task("2023-116")
    assert {x[2] for x in atlas.get_task("2023-116").links.unplaced} - {
        x[2] for x in item.links.unplaced
    } == {"西引河排涝泵闸"}
    assert "西引河排涝泵闸" in [x[2] for x in link_of(item, "west-channel")["evidence"]]
    assert item.scope == "lines"


def test_a_decision_settles_the_relation(decided: Atlas, atlas: Atlas) -> None:
    before, after = (link_of(of.get_task("2023-108"), "dishui-lake") for of in (atlas, decided))
    assert (before["relation"], after["relation"], after["rule"]) == ("in", "near", "review")
    assert after["evidence"] == before["evidence"]


def test_the_list_tells_what_the_geocoder_says_now(decided: Atlas) -> None:
    rows = {(row["task"], row["target"]): row for row in list_reviews(decided)}
    says = rows["2023-63", "yangshan"]["geocoder"]
    assert says == {"relation": "in", "rule": "heading", "confidence": 0.85}
    assert rows["2023-1", "t1"]["geocoder"] is None
    assert [row["task"] for row in rows.values()] == sorted(
        (row["task"] for row in rows.values()), key=list(decided.tasks).index
    )


def test_tasks_without_a_decision_are_as_before(decided: Atlas, atlas: Atlas) -> None:
    untouched = [item for item in decided.tasks.values() if not item.reviews]
    assert len(untouched) > 250
    for item in untouched:
        assert item.to_json() == atlas.tasks[item.id].to_json()
        assert item.to_json()["rejected"] == []


# ---- when the text changes --------------------------------------------------------------------------------


def test_white_space_width_and_traditional_characters_do_not_change_a_text() -> None:
    assert text_digest("在105社区建 国际医院。") == text_digest("在１０５社區建\n國際醫院。")
    assert text_digest("在105社区建医院。") != text_digest("在104社区建医院。")


def test_a_decision_on_a_text_that_changed_still_holds_and_is_flagged(tmp_path: Path, atlas: Atlas) -> None:
    made = decide(atlas, "2023-69", "reject", "yangshan", **SIGNED, evidence=["区内"])
    older = {**made.to_json(), "text_sha256": text_digest("另一段文字"), "evidence": [[0, 2, "区内"]]}
    changed = put(tmp_path, make_review(older), decide(atlas, "2023-64", "accept", "yangshan", **SIGNED))
    (gone,) = changed.get_task("2023-69").to_json()["rejected"]
    assert gone["review"]["stale"] is True
    assert changed.get_task("2023-69").scope == "whole"
    assert changed.faults == ()
    assert [row["task"] for row in list_reviews(changed, only_stale=True)] == ["2023-69"]


def test_words_of_a_changed_text_are_found_anew(tmp_path: Path, atlas: Atlas) -> None:
    made = decide(atlas, "2023-1", "add", "finance-bay", **SIGNED).to_json()
    moved = {**made, "text_sha256": "0" * 64, "evidence": [[90, 92, "任务"], [3, 9, "没有的词语"]]}
    item = put(tmp_path, make_review(moved)).get_task("2023-1")
    ((start, end, words),) = link_of(item, "finance-bay")["evidence"]
    assert item.task.text[start:end] == words == "任务"


def test_check_tells_that_the_text_under_a_built_in_decision_changed(data_copy: Path) -> None:
    path = data_copy / "plans" / "2023.jsonl"
    text = path.read_text(encoding="utf-8")
    assert "超过250万总吨" in text
    path.write_text(text.replace("超过250万总吨", "超过260万总吨"), encoding="utf-8")
    (fault,) = check_all(data_copy)
    assert (fault.file, fault.feature_id, fault.rule) == ("plans/reviews.jsonl", "2023-62", "stale")


def test_decisions_hold_for_the_official_text_too(tmp_path: Path, atlas: Atlas) -> None:
    built_in = read_built_in()
    text = text_of(built_in.tasks["2020"], "工作要点", "在105社区年内开工建设，为全市服务。")
    workspace = Workspace(tmp_path)
    workspace.add(Source("2020.txt", text.encode()), built_in)
    lent = load_atlas(workspace=tmp_path)
    workspace.add_review(decide(lent, "2020-1", "reject", "community-105", **SIGNED))
    made = decide(lent, "2020-3", "add", "finance-bay", **SIGNED, evidence=["为全市服务"])
    decided = put(tmp_path, made)
    official = decided.get_task("2020-1").official
    assert official is not None and "community-105" not in [x.target for x in official.links.links]
    assert rejected(decided.get_task("2020-1")) == ["community-105"]
    assert made.of == "official"
    official = decided.get_task("2020-3").official
    assert official is not None
    (link,) = [x for x in official.links.links if x.target == "finance-bay"]
    assert [official.text[start:end] for start, end, _ in link.evidence] == ["为全市服务"]
    assert "finance-bay" in decided.get_task("2020-3").zones("in")
    workspace.add(Source("2020.txt", text.replace("为全市服务", "为全国服务").encode()), built_in)
    flagged = {row["task"]: row["stale"] for row in list_reviews(load_atlas(workspace=tmp_path))}
    assert (flagged["2020-3"], flagged["2020-1"]) == (True, True)


def test_a_plan_of_ones_own_is_decided_on_by_its_own_text(tmp_path: Path) -> None:
    Workspace(tmp_path).add(Source("plan.txt", plan_bytes()), read_built_in())
    made = decide(load_atlas(workspace=tmp_path), "2031-2", "reject", "dishui-core", **SIGNED)
    assert made.of == "official"
    item = put(tmp_path, made).get_task("2031-2")
    assert "dishui-core" in rejected(item)
    assert item.official is not None and item.official.links == item.links


# ---- what cannot be decided -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, more, says",
    [
        (("2023-1400", "add", "yangshan"), {}, "did you mean '2023-140'"),
        (("2023-1", "add", "yangshann"), {}, "did you mean 'yangshan'"),
        (("2023-1", "add", "coast-main"), {}, "unknown target id 'coast-main'"),
        (("2023-1", "reject", "yangshan"), {}, "nothing to reject"),
        (("2023-1", "add", "yangshan"), {"evidence": ["没有的词"]}, "'没有的词' do not stand in the text"),
        (("2023-1", "add", "yangshan"), {"evidence": [""]}, "do not stand in the text"),
        (("2023-1", "add", "yangshan"), {"relation": "along"}, "relation of a zone cannot be 'along'"),
        (("2023-1", "add", "t1"), {"relation": "in"}, "use one of: along, near"),
        (("2023-1", "add", "t1"), {"author": " "}, "author must be"),
        (("2023-1", "add", "t1"), {"reason": ""}, "reason must be"),
        (("2023-1", "add", "t1"), {"reason": "长" * 1001}, "1001 characters; keep to 1000"),
        (("2023-1", "add", "t1"), {"author": "\ud800"}, "author holds a character that is none"),
    ],
)
def test_an_impossible_decision_is_refused_in_words(
    atlas: Atlas, arguments: tuple[str, Any, str], more: dict[str, Any], says: str
) -> None:
    with pytest.raises((ReviewError, UnknownIdError), match=says):
        decide(atlas, *arguments, **{**SIGNED, **more})


GOOD = {
    "task": "2023-64", "decision": "accept", "target": "yangshan", "kind": "zone", "relation": "in",
    "evidence": [], "author": "李四", "date": "2026-11-22", "reason": "看过", "of": "summary",
    "text_sha256": "0" * 64,
}  # fmt: skip


def line(**changed: Any) -> bytes:
    return json.dumps({k: v for k, v in (GOOD | changed).items() if v is not None}).encode()


BROKEN_LINES = {
    "no JSON": (b"{", "is not JSON"),
    "no object": (b"[1]", "is no JSON object"),
    "no UTF-8": ('{"task": "临港"}'.encode("gb18030"), "is not UTF-8"),
    "nesting": (b"[" * 100_000, "is not JSON"),
    "no reason": (line(reason=None), "lacks reason"),
    "no author, no date": (line(author=None, date=None), "lacks author, date"),
    "another field": (line(extra="x"), "unknown fields: extra"),
    "a blank reason": (line(reason="  "), "reason must be a text"),
    "a number for a name": (line(author=7), "author must be a text"),
    "another decision": (line(decision="keep"), "decision cannot be 'keep'"),
    "another text": (line(of="title"), "use one of: summary, official"),
    "another kind": (line(kind="town"), "kind cannot be 'town'"),
    "an impossible relation": (line(relation="along"), "relation of a zone cannot be 'along'"),
    "no date": (line(date="22.11.2026"), "write YYYY-MM-DD"),
    "no day": (line(date="2026-02-30"), "write YYYY-MM-DD"),
    "no digest": (line(text_sha256="abc"), "64 hex digits"),
    "evidence of one word": (line(evidence=["x"]), "evidence must be a list"),
    "evidence that ends before it starts": (line(evidence=[[5, 3, "x"]]), "evidence must be a list"),
    "evidence with a truth for a number": (line(evidence=[[True, 3, "x"]]), "evidence must be a list"),
    "half a character": (line(reason="\ud800"), "a character that is none"),
}


@pytest.mark.parametrize("name", BROKEN_LINES)
def test_a_line_that_is_no_decision_is_named_and_the_others_are_read(name: str) -> None:
    broken, says = BROKEN_LINES[name]
    reviews, faults = parse_reviews(b"\n".join([line(), b"", broken, line(task="2023-65")]), "workspace")
    assert [(review.task, review.line) for review in reviews] == [("2023-64", 1), ("2023-65", 4)]
    assert [fault.line for fault in faults] == [3]
    assert says in str(faults[0])


def test_decisions_that_fit_nothing_are_all_told(atlas: Atlas) -> None:
    text, other = (text_digest(atlas.tasks[task].task.text) for task in ("2023-64", "2023-65"))
    lines = [
        line(task="2023-640"),
        line(target="yangshann"),
        line(target="t1"),
        line(date="2026-11-24"),
        line(task="2023-65", evidence=[[0, 2, "洋山"]], text_sha256=other),
        line(text_sha256=text),
        line(task="2023-65", decision="reject"),
    ]
    reviews, faults = parse_reviews(b"\n".join(lines), "workspace")
    assert faults == []
    kinds = {place.id: place.kind for place in atlas.geocoder.gazetteer.places.values()}
    texts = {item.id: item.texts for item in atlas.tasks.values()}
    found = [str(fault) for fault in find_faults(reviews, kinds, texts, TODAY)]
    expected = [
        "line 1: unknown task id '2023-640'; did you mean '2023-64'",
        "line 2: unknown target id 'yangshann'; did you mean 'yangshan'",
        "line 3: 't1' is a line, not a zone",
        "line 4: date 2026-11-24 is in the future",
        "line 5: '洋山' does not stand at 0-2 of the summary text",
        "line 6: repeats line 4 (accept 'yangshan'); keep one of them",
        "line 7: contradicts line 5 (accept 'yangshan'); keep one of them",
    ]
    assert [told[: len(words)] for told, words in zip(found, expected, strict=True)] == expected


def test_faults_of_a_workspace_are_told_and_stop_nothing(tmp_path: Path, atlas: Atlas) -> None:
    lines = [line(), b"junk", line(task="9999-1"), line(decision="reject"), line(target="nowhere")]
    (tmp_path / "reviews.jsonl").write_bytes(b"\n".join(lines))
    loaded = load_atlas(workspace=tmp_path)
    assert [fault.split(":")[0] for fault in loaded.faults] == [
        f"reviews.jsonl, line {number}" for number in (2, 3, 4, 5)
    ]
    assert all(str(tmp_path) not in fault for fault in loaded.faults)
    assert rejected(loaded.get_task("2023-64")) == ["yangshan"]  # of two that contradict the later counts
    assert list(loaded.tasks) == list(atlas.tasks)


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "reviews.jsonl").mkdir()
    (fault,) = load_atlas(workspace=tmp_path).faults
    assert fault.startswith("reviews.jsonl cannot be read")


@pytest.mark.parametrize(
    "added, says",
    [
        (b"{}", "line 4: lacks task"),
        (line(task="2023-6400"), "line 4: unknown task id '2023-6400'"),
        (line(target="t1"), "line 4: 't1' is a line"),
        (line(task="2023-62", decision="reject"), "line 4: contradicts line 1"),
    ],
)
def test_check_names_a_bad_line_of_the_built_in_decisions(data_copy: Path, added: bytes, says: str) -> None:
    path = data_copy / "plans" / "reviews.jsonl"
    path.write_bytes(path.read_bytes() + added + b"\n")
    found = [f for f in check_all(data_copy) if f.rule == "review"]
    assert [f.file for f in found] == ["plans/reviews.jsonl"]
    assert found[0].message.startswith(says)
    assert load_atlas(data_copy).faults[0].startswith(f"plans/reviews.jsonl, {says}")


def test_data_without_decisions_is_sound(data_copy: Path, atlas: Atlas) -> None:
    (data_copy / "plans" / "reviews.jsonl").unlink()
    assert check_all(data_copy) == []
    bare = load_atlas(data_copy)
    assert list_reviews(bare) == []
    assert list(bare.tasks) == list(atlas.tasks)


# ---- the built-in file ------------------------------------------------------------------------------------


def test_the_built_in_decisions_are_few_and_say_why_in_both_languages(atlas: Atlas) -> None:
    rows = list_reviews(atlas)
    assert 2 <= len(rows) <= 6
    assert atlas.faults == ()
    for row in rows:
        assert (row["origin"], row["stale"], row["of"]) == ("built-in", False, "summary")
        assert len(row["reason"]) > 10 and len(row["reason_en"]) > 20
        assert row["geocoder"] is None or row["geocoder"]["confidence"] < 1.0


def test_the_built_in_decisions_agree_with_the_labels_made_by_hand(atlas: Atlas) -> None:
    labels = {
        label["task"]: label
        for path in GOLD.glob("links-*.jsonl")
        for label in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    for row in list_reviews(atlas):
        label = labels[row["task"]]
        right = {*label["zones"], *label["zones_optional"], *label["lines"]}
        assert (row["target"] in right) == (row["decision"] != "reject"), row
        assert atlas.get_task(row["task"]).scope == label["scope"]


def test_every_line_of_the_built_in_file_is_in_its_stable_form() -> None:
    content = (data_dir() / "plans" / "reviews.jsonl").read_bytes()
    reviews, _ = parse_reviews(content, "built-in")
    again = "".join(json.dumps(x.to_json(), ensure_ascii=False) + "\n" for x in reviews)
    assert again.encode() == content


# ---- the file of a workspace ------------------------------------------------------------------------------


def review(task: str = "2023-64", **changed: Any) -> Review:
    return make_review(GOOD | {"task": task} | changed)


def test_a_decision_comes_at_the_end_and_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "new")
    assert workspace.add_review(review()) == []
    workspace.add_review(review("2023-65"))
    path = workspace.path / "reviews.jsonl"
    by_hand = b"not a decision\n" + path.read_bytes().rstrip(b"\n")
    path.write_bytes(by_hand)
    (old,) = workspace.add_review(review(decision="reject"))
    assert old.decision == "accept"
    lines = path.read_bytes().split(b"\n")
    assert (lines[0], lines[-1], len(lines)) == (b"not a decision", b"", 4)
    assert [json.loads(x)["decision"] for x in lines[1:3]] == ["accept", "reject"]
    assert list(json.loads(lines[2])) == list(GOOD)


def in_a_child(work: Callable[[], object]) -> int:
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return process


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    ids = [f"2023-{number}" for number in range(1, 13)]
    children = [in_a_child(partial(workspace.add_review, review(task_id))) for task_id in ids]
    assert [ended(child) for child in children] == [0] * len(children)
    reviews, faults = workspace.read_reviews()
    assert ({one.task for one in reviews}, len(reviews), faults) == (set(ids), len(ids), [])


def test_a_kill_at_any_step_leaves_the_old_decisions_or_the_new(tmp_path: Path) -> None:
    old, new, step, code = [review()], [review(), review("2023-65")], 0, 9
    while code == 9:
        folder = tmp_path / str(step)
        Workspace(folder).add_review(review())

        def killed(folder: Path = folder, step: int = step) -> None:
            left = [step]

            def watch(event: str, arguments: tuple[object, ...]) -> None:
                touches = event in ("open", "fcntl.flock") or event.startswith(("os.", "shutil."))
                if touches and any(str(argument).startswith(str(folder)) for argument in arguments):
                    left[0] -= 1
                    if left[0] < 0:
                        os._exit(9)

            sys.addaudithook(watch)
            Workspace(folder).add_review(review("2023-65"))

        code = ended(in_a_child(killed))
        assert Workspace(folder).read_reviews() in ((old, []), (new, [])), step
        Workspace(folder).add_review(review("2023-65"))
        assert sorted(path.name for path in folder.iterdir()) == [".lock", "documents", "reviews.jsonl"]
        shutil.rmtree(folder)
        step += 1
    assert code == 0
    assert step > 4


def test_who_reads_meanwhile_sees_the_old_file_whole(tmp_path: Path) -> None:
    Workspace(tmp_path).add_review(review())
    path = tmp_path / "reviews.jsonl"
    before = path.read_bytes()
    with path.open("rb") as reader:
        Workspace(tmp_path).add_review(review("2023-65"))
        assert reader.read() == before
    assert path.read_bytes().startswith(before) and path.read_bytes() != before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be"):
        Workspace(tmp_path / "file").add_review(review())
