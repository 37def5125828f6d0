"""The register and its reviews: read whole, written in one form, refused with file, line and project."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_projects import HALL, task, work_plan

from plans.project_matcher import ProjectMatcher
from plans.project_reviews import ProjectReview, decide, find_idle, read_project_reviews
from plans.projects import (
    ALIAS_KINDS,
    KINDS,
    Alias,
    Mention,
    Owner,
    Project,
    ProjectError,
    dump_projects,
    parse_projects,
    read_projects,
)

FULL = Project(
    "hall",
    "云帆馆",
    "Yunfan Hall",
    "culture",
    (Alias("海风馆", "former"), Alias("馆", "short", "sentence:云帆")),
    ("a-zone",),
    Owner("某集团", "2030-1", "某集团的云帆馆"),
    {"part_of": ("bay",)},
    "规划文件",
    "备注",
    (Mention("2030-1", 3, 6, "云帆馆"),),
)
BAY = Project("bay", "金融湾", "Bay", "district", source="规划文件")
PLAN = work_plan(2030)


def line(**changes: object) -> str:
    return json.dumps(HALL.to_json() | changes, ensure_ascii=False)


def test_a_register_comes_back_as_it_was_written(tmp_path: Path):
    path = tmp_path / "projects.jsonl"
    path.write_bytes(dump_projects([FULL, BAY]))
    assert read_projects(path) == {"bay": BAY, "hall": FULL}


names = st.text("云帆海风馆一二", min_size=1, max_size=6)


@given(
    names,
    st.sampled_from(sorted(KINDS)),
    st.lists(st.tuples(names, st.sampled_from(ALIAS_KINDS)), max_size=3),
)
def test_writing_is_canonical(name, kind, aliases):
    project = Project("x-1", name, "X", kind, tuple(Alias(*alias) for alias in aliases))
    written = dump_projects([BAY, project])
    read, faults = parse_projects(written.decode(), "projects.jsonl")
    assert faults == []
    assert dump_projects(reversed(read.values())) == written


BAD = {
    "no JSON": ("{", "Expecting"),
    "no object": ("7", "expected a JSON object"),
    "a field too many": (line(stage="open"), "unknown field 'stage'"),
    "an id with capitals": (line(id="Hall"), "use lower-case"),
    "a kind that nobody knows": (line(kind="castle"), "'kind' 'castle' is not one of"),
    "no name": (line(name=" "), "'name': expected a text"),
    "an alias of no kind": (line(aliases=[{"name": "甲", "kind": "nick"}]), "alias '甲': 'kind' 'nick'"),
    "a context that is none": (
        line(aliases=[{"name": "甲", "kind": "short", "context": "near:乙"}]),
        "expected condition:word",
    ),
    "a mention from end to start": (
        line(mentions=[{"task": "x", "start": 5, "end": 2, "words": "甲"}]),
        "characters in order",
    ),
    "a mention at no number": (
        line(mentions=[{"task": "x", "start": True, "end": 2, "words": "甲"}]),
        "characters in order",
    ),
    "places as a word": (line(places="lingang"), "'places': expected a list"),
    "a relation that nobody knows": (line(predecessors={"son_of": ["bay"]}), "'son_of' is not one of"),
    "a relation to nothing": (line(predecessors={"part_of": ["bay"]}), "'bay', which is no other project"),
    "an owner as a word": (line(owner="某集团"), "'owner': expected null or an object"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path: Path, name: str):
    content, says = BAD[name]
    path = tmp_path / "projects.jsonl"
    path.write_text(f"\n{content}\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"^projects\.jsonl, line 2: ") as error:
        read_projects(path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_id_and_a_name_belong_to_one_project():
    twice = f"{line()}\n{line()}\n"
    assert "line 2: project 'hall': the id stands twice" in str(parse_projects(twice, "r")[1][0])
    shared = f"{line()}\n{line(id='other')}\n"
    assert "the name '云帆馆' is also that of 'hall'" in str(parse_projects(shared, "r")[1][0])


def test_all_bad_lines_are_told_and_the_good_ones_read():
    projects, faults = parse_projects(f"{{\n{line()}\n7\n", "r")
    assert list(projects) == ["hall"]
    assert [fault.line for fault in faults] == [1, 3]


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path):
    (tmp_path / "r.jsonl").write_bytes(line().encode("gb18030"))
    for name in ("r.jsonl", "none.jsonl"):
        with pytest.raises(ProjectError, match="cannot be read"):
            read_projects(tmp_path / name)


# ---- reviews -----------------------------------------------------------------------------------------------

ITEM = task(PLAN, "建设文化。云帆馆开工，海边大厅竣工。")
TASKS = {ITEM.id: ITEM}
PROPOSALS = ProjectMatcher({"hall": HALL}).propose(ITEM)


def review(**changes: str) -> ProjectReview:
    fields = {"task": ITEM.id, "project": "hall", "decision": "reject", "words": "云帆馆"}
    return ProjectReview(**fields | {"author": "甲", "date": "2030-02-01", "reason": "另一座馆"} | changes)


def test_a_rejected_mention_goes_and_an_added_one_comes():
    assert decide(PROPOSALS, [], TASKS)["hall"][0].words == "云帆馆"
    assert decide(PROPOSALS, [review()], TASKS) == {}
    added = decide(PROPOSALS, [review(), review(decision="add", words="海边大厅")], TASKS)
    assert [mention.words for mention in added["hall"]] == ["海边大厅"]
    assert ITEM.text[added["hall"][0].start : added["hall"][0].end] == "海边大厅"


def test_accepting_changes_nothing():
    assert decide(PROPOSALS, [review(decision="accept")], TASKS) == decide(PROPOSALS, [], TASKS)


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"task": "2030-9"}, "there is no task '2030-9'"),
        ({"project": "castle"}, "there is no project 'castle'"),
        ({"words": "城堡"}, "'城堡' does not stand in task"),
        ({"words": "海边大厅"}, "nothing to reject"),
        ({"decision": "add"}, "proposes this by itself"),
    ],
)
def test_a_review_that_decides_nothing_is_named_with_its_reason(changes, says):
    ((_, problem),) = find_idle([review(**changes)], PROPOSALS, TASKS, {"hall"})
    assert says in problem


def test_a_review_that_decides_is_not_idle():
    good = [review(), review(decision="accept"), review(decision="add", words="海边大厅")]
    assert find_idle(good, PROPOSALS, TASKS, {"hall"}) == []


def test_reviews_are_read_in_order_and_an_absent_file_holds_none(tmp_path: Path):
    path = tmp_path / "reviews.jsonl"
    assert read_project_reviews(path) == []
    rows = [review(), review(decision="add", words="海边大厅")]
    path.write_text("".join(json.dumps(r.to_json()) + "\n" for r in rows), encoding="utf-8")
    assert [replace(r, line=0) for r in read_project_reviews(path)] == rows
    assert [r.line for r in read_project_reviews(path)] == [1, 2]


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"decision": "maybe"}, "'decision' 'maybe' is not one of"),
        ({"date": "2030-13-01"}, "expected YYYY-MM-DD"),
        ({"reason": ""}, "'reason': expected a text"),
        ({"stage": "open"}, "exactly the fields"),
    ],
)
def test_a_bad_review_is_refused_with_its_line(tmp_path: Path, changes, says):
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n" + json.dumps(review().to_json() | changes), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"^reviews\.jsonl, line 2: ") as error:
        read_project_reviews(path)
    assert says in str(error.value)
