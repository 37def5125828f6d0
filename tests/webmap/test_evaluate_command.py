"""`lingang evaluate`: several files, labels with their own texts, limits, and what it refuses."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import Answer

Call = Callable[..., Answer]
SCHOOL = {
    "task": "a-1",
    "text": "在105社区新建一所学校。",
    "scope": "zones",
    "zones": ["community-105"],
    "mentions": ["105社区"],
    "relations": {},
}


def write(path: Path, *labels: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(label, ensure_ascii=False) + "\n" for label in labels), "utf-8")
    return path


@pytest.fixture
def report(call: Call) -> Callable[..., dict[str, Any]]:
    """The JSON of a run that succeeds."""

    def report(*arguments: str | Path) -> dict[str, Any]:
        answer = call("evaluate", *arguments, "--json")
        assert (answer.code, answer.err) == (0, "")
        found: dict[str, Any] = json.loads(answer.out)
        return found

    return report


def test_a_label_with_its_own_text_needs_no_task(
    report: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    found = report(write(tmp_path / "gold.jsonl", SCHOOL))
    assert (found["zones"]["f1"], found["scope_accuracy"], found["mistakes"]) == (1, 1, [])
    assert found["mentions"] == {"covered": 1, "missed": 0, "coverage": 1.0}


def test_its_headings_are_read_too(report: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    text = {"text": "完善公共服务设施。", "path": ["三、105社区建设"], "mentions": []}
    found = report(write(tmp_path / "gold.jsonl", {**SCHOOL, **text}))
    assert found["rules"]["heading"]["right"] == 1


def test_its_own_text_goes_before_a_task_of_the_same_id(
    report: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    found = report(write(tmp_path / "gold.jsonl", {**SCHOOL, "task": "2023-1"}, {**SCHOOL, "task": "2023-2"}))
    assert found["zones"]["right"] == 2


def test_several_files_count_together_and_each_document_on_its_own(
    report: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    wrong = {**SCHOOL, "task": "b-1", "zones": ["community-103"]}
    one, other = write(tmp_path / "one.jsonl", SCHOOL), write(tmp_path / "other.jsonl", wrong)
    found = report(one, other)
    assert found["tasks"] == 2
    assert [found["documents"][name]["zones"]["f1"] for name in ("a", "b")] == [1.0, 0.0]
    assert found["calibration"]["links"] == 2
    assert found["confidence"]["name"]["right"] == 1


def test_the_table_has_every_part_and_the_mistakes_last(call: Call, tmp_path: Path) -> None:
    wrong = {**SCHOOL, "task": "规划-1", "zones": ["community-103"], "mentions": ["不在文中"]}
    lines = call("evaluate", write(tmp_path / "gold.jsonl", SCHOOL, wrong)).out.splitlines()
    starts = [line.split()[0] for line in lines if line]
    for part in ("zones", "lines", "scope", "sites", "relations", "mentions", "document", "confidence"):
        assert part in starts
    assert lines[-3:] == [
        "规划-1: zone wrong: community-105",
        "规划-1: zone missed: community-103",
        "规划-1: mention missed: 不在文中",
    ]


def test_columns_stay_straight_under_chinese_names(call: Call, tmp_path: Path) -> None:
    label = {**SCHOOL, "task": "工作要点和五年规划任务-1"}
    lines = call("evaluate", write(tmp_path / "gold.jsonl", SCHOOL, label)).out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("document"))
    cells = [
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        for line in lines[at : at + 3]
    ]
    assert len(set(cells)) == 1


def test_only_so_many_mistakes_are_listed_as_asked(call: Call, tmp_path: Path) -> None:
    labels = [{**SCHOOL, "task": f"a-{n}", "zones": []} for n in range(4)]
    gold = write(tmp_path / "gold.jsonl", *labels)
    lines = call("evaluate", gold, "--errors", "1").out.splitlines()
    assert sum("zone wrong" in line for line in lines) == 1
    assert lines[-1] == "… and 3 more mistakes"
    assert json.loads(call("evaluate", gold, "--errors", "0", "--json").out)["mistakes"] == []


@pytest.mark.parametrize(
    "requirement, says",
    [
        ("zones.f1=0.6", "zones.f1 is 0.5, less than 0.6"),
        ("documents.a.zones.wrong=0", "documents.a.zones.wrong is 1, more than 0"),
        ("calibration.expected_error=0.1", "calibration.expected_error is 0.45, more than 0.1"),
    ],
)
def test_a_figure_that_falls_short_of_what_is_required_is_1(
    call: Call, tmp_path: Path, requirement: str, says: str
) -> None:
    gold = write(tmp_path / "gold.jsonl", SCHOOL, {**SCHOOL, "task": "a-2", "zones": ["community-103"]})
    answer = call("evaluate", gold, "--require", requirement)
    assert (answer.code, answer.err) == (1, f"{says}\n")
    assert answer.out


def test_figures_that_are_good_enough_are_0(call: Call, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", SCHOOL)
    answer = call("evaluate", gold, "--require", "zones.f1=1", "--require", "calibration.brier_score=0.1")
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.parametrize(
    "requirement", ["zones.f1", "zones.f1=good", "zones.f1=nan", "zones.f2=1", "zones=1"]
)
def test_a_requirement_that_names_no_figure_or_number_is_refused(
    call: Call, tmp_path: Path, requirement: str
) -> None:
    answer = call("evaluate", write(tmp_path / "gold.jsonl", SCHOOL), "--require", requirement)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("lingang: --require zones")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "change, says",
    [
        ({"zones": ["comunity-105"]}, "unknown zone id 'comunity-105'; did you mean 'community-105'?"),
        ({"zones_optional": ["nowhere-at-all"]}, "unknown zone id 'nowhere-at-all'"),
        ({"lines": ["community-105"]}, "'community-105' under 'lines' is a zone, not a line"),
        ({"sites": ["no-such-site"]}, "unknown site id 'no-such-site'"),
        ({"relations": {"community-15": "near"}}, "unknown place id 'community-15'"),
        ({"relations": {"community-105": "beside"}}, "relations must give each id one of in, along"),
        ({"scope": "zone"}, "scope 'zone'; expected one of zones, lines, whole, outside"),
        ({"scope": None}, "a label needs 'scope'"),
        ({"mentions": "105社区"}, "outside, mentions, path must be lists of texts"),
        ({"text": 105}, "text and title must be texts"),
        ({"zones": "community-105"}, "must be lists of ids"),
        ({"task": "a-1"}, "task 'a-1' stands already in"),
    ],
)
def test_a_label_that_cannot_be_right_is_refused_with_its_line(
    call: Call, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    gold = write(tmp_path / "gold.jsonl", SCHOOL, {**SCHOOL, "task": "a-2", **change})
    answer = call("evaluate", gold)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"lingang: {gold}, line 2: ")
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_a_task_may_stand_in_one_file_only(call: Call, tmp_path: Path) -> None:
    one, other = write(tmp_path / "one.jsonl", SCHOOL), write(tmp_path / "other.jsonl", SCHOOL)
    answer = call("evaluate", one, other)
    assert answer.code == 2
    assert f"{other}, line 1: task 'a-1' stands already in {one}, line 1" in answer.err


def test_places_and_promises_are_evaluated_apart(call: Call, tmp_path: Path) -> None:
    promises = {"task": "2023-2", "milestones": [], "targets": []}
    answer = call("evaluate", write(tmp_path / "a.jsonl", SCHOOL), write(tmp_path / "b.jsonl", promises))
    assert answer.code == 2
    assert "b.jsonl: labels of places and of promises" in answer.err


def test_a_file_without_labels_is_refused(call: Call, tmp_path: Path) -> None:
    answer = call("evaluate", write(tmp_path / "empty.jsonl"))
    assert (answer.code, answer.err) == (2, f"lingang: {tmp_path / 'empty.jsonl'}: holds no label\n")


def test_words_of_a_document_cannot_steer_the_terminal(call: Call, tmp_path: Path) -> None:
    label = {**SCHOOL, "mentions": ["\x1b[31m红"]}
    assert "\x1b" not in call("evaluate", write(tmp_path / "gold.jsonl", label)).out


def test_an_optional_place_may_be_of_any_kind_but_must_be_known(
    call: Call, report: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    assert report(write(tmp_path / "gold.jsonl", {**SCHOOL, "lines_optional": ["community-103"]}))
    answer = call("evaluate", write(tmp_path / "bad.jsonl", {**SCHOOL, "lines_optional": ["no-such"]}))
    assert (answer.code, "unknown line id 'no-such'" in answer.err) == (2, True)
