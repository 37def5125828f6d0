"""The commands `project …`: list, show and match, and what they refuse."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from layers.projects import REGISTER, REVIEWS
from lingang.locations import data_dir

Call = Callable[..., Answer]


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """The shipped data, copied."""
    return Path(shutil.copytree(data_dir(), tmp_path / "data"))


def test_list_shows_stage_verdict_plans_and_name(call: Call) -> None:
    answer = call("project", "list", "--kind", "office", "--verdict", "advanced")
    assert answer.code == 0
    (line,) = answer.out.splitlines()
    for word in ("west-island", "office", "topped_out", "advanced", "2020,145,2023", "中银西岛"):
        assert word in line
    assert "verdicts of all: continued" in answer.err


def test_list_as_json_holds_the_evidence(call: Call) -> None:
    rows = json.loads(call("project", "list", "--zone", "finance-bay", "--json").out)
    assert {"glory-ring", "west-island"} <= {row["id"] for row in rows}
    assert all(row["history"] and "verdicts" in row for row in rows)


def test_show_tells_history_verdicts_and_the_state_at_a_day(call: Call) -> None:
    answer = call("project", "show", "west-island", "--at", "2024-01-01")
    assert answer.code == 0
    for words in (
        "西岛综合体 (former)",
        "2023-02-10  临港新片区管委会2023年工作要点",
        "named 2023-54 24-28 “中银西岛”",
        "2020 → 2023  advanced",
        "2024-01-01: 临港新片区管委会2023年工作要点提到；到这一天期限已到的：封顶",
        "是否实现，规划没有记载",
    ):
        assert words in answer.out


def test_show_before_any_plan_says_so(call: Call) -> None:
    assert "no plan of this time names it" in call("project", "show", "t1", "--at", "2019-01-01").out
    record = json.loads(call("project", "show", "t1", "--at", "2019-01-01", "--json").out)
    assert record["id"] == "t1" and record["state"] is None


def test_match_shows_rule_confidence_and_words(call: Call) -> None:
    assert "0.92  list  2023-96      shengang-chc  “申港”" in call("project", "match").out.splitlines()
    rows = json.loads(call("project", "match", "--json").out)
    assert {row["rule"] for row in rows} >= {"name", "list"}


def test_match_lists_what_no_project_covers(call: Call) -> None:
    rows = json.loads(call("project", "match", "--new", "--json").out)
    assert rows and set(rows[0]) == {"task", "what", "stage", "due", "evidence", "score"}
    assert len(call("project", "match", "--new").out.splitlines()) == len(rows)


def test_match_writes_the_mentions_that_are_missing(call: Call, data_folder: Path) -> None:
    path = data_folder / REGISTER
    shipped = path.read_bytes()
    rows = [json.loads(line) | {"mentions": []} for line in shipped.decode().splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call("project", "match", "--data", data_folder).code == 0
    assert path.read_bytes() != shipped
    assert call("project", "match", "--write", "--data", data_folder).code == 0
    assert path.read_bytes() == shipped


REFUSED = {
    "an unknown project": (
        ("show", "west-ilsand"),
        "unknown project id 'west-ilsand'; did you mean 'west-island'",
    ),
    "a day that is none": (("show", "t1", "--at", "2023-02-30"), "'2023-02-30'"),
    "an unknown kind": (("list", "--kind", "castle"), "kind='castle' is not known; use one of: transit"),
    "an unknown stage": (("list", "--stage", "begin"), "stage='begin' is not known"),
    "an unknown zone": (("list", "--zone", "finance-bai"), "did you mean 'finance-bay'"),
    "an unknown verdict": (("list", "--verdict", "late"), "verdict='late' is not known"),
    "two things at once": (("match", "--write", "--new"), "one at a time"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_one_line_and_exit_2(call: Call, name: str) -> None:
    arguments, says = REFUSED[name]
    answer = call("project", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("content", ["{\n", '{"id": "x"}\n'])
def test_a_broken_register_is_one_line_and_nothing_is_written(
    call: Call, data_folder: Path, content: str
) -> None:
    (data_folder / REGISTER).write_text(content, encoding="utf-8")
    for arguments in (("list",), ("match", "--write")):
        answer = call("project", *arguments, "--data", data_folder)
        assert answer.code == 2 and "projects.jsonl, line 1" in answer.err
        assert len(answer.err.splitlines()) == 1
    assert (data_folder / REGISTER).read_text(encoding="utf-8") == content


def test_a_review_that_decides_nothing_stops_the_writing(call: Call, data_folder: Path) -> None:
    before = (data_folder / REGISTER).read_bytes()
    record = {"task": "2023-54", "project": "castle", "decision": "reject", "words": "荣耀之环"}
    record |= {"author": "甲", "date": "2030-01-01", "reason": "试"}
    (data_folder / REVIEWS).write_text(json.dumps(record), encoding="utf-8")
    answer = call("project", "match", "--write", "--data", data_folder)
    assert (answer.code, answer.out) == (2, "")
    assert "project-reviews.jsonl, line 1: project 'castle': there is no project 'castle'" in answer.err
    assert (data_folder / REGISTER).read_bytes() == before
