"""`lingang project status` stores a record or nothing; `project due` lists what is due, soonest first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import Answer

from plans.lights import DUE_SOON_DAYS, LIGHTS

Call = Callable[..., Answer]
STARTED = ("west-island", "--stage", "start", "--date", "2023-05-01", "--today", "2023-11-15")
SIGNED = ("--author", "李四")


@pytest.fixture(autouse=True)
def no_author_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINGANG_AUTHOR", raising=False)


@pytest.fixture
def status(call: Call, tmp_path: Path) -> Call:
    """Run `lingang project status` on a workspace of the test's own."""
    return lambda *arguments: call("project", "status", *arguments, "--workspace", tmp_path / "w")


@pytest.fixture
def due(call: Call, tmp_path: Path) -> Call:
    """Run `lingang project due` on the same workspace."""
    return lambda *arguments: call("project", "due", *arguments, "--workspace", tmp_path / "w")


def stored(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "w" / "statuses.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_record_is_stored_and_shown_beside_the_promises(status: Call, tmp_path: Path) -> None:
    answer = status(*STARTED, *SIGNED, "--source", "https://example.org/a", "--note", " 桩基 ")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "west-island: start 2023-05-01, by 李四 on 2023-11-15  https://example.org/a  桩基"
    ]
    assert f"workspace {tmp_path / 'w'}" in answer.err
    assert stored(tmp_path) == [
        {
            "project": "west-island", "stage": "start", "date": "2023-05-01",
            "source": "https://example.org/a", "note": "桩基", "author": "李四", "recorded": "2023-11-15",
        }
    ]  # fmt: skip
    shown = status("west-island", "--today", "2023-11-15")
    title, first, second, record = shown.out.splitlines()
    assert shown.code == 0 and title.startswith("中银西岛  [west-island]")
    assert first.startswith("done      plan 2020: land") and first.endswith("已有记录：2023-05-01 开工")
    assert second.startswith("due_soon  plan 2023: topped_out")
    assert record.startswith("recorded  start 2023-05-01")


def test_a_look_without_records_says_so_and_makes_nothing(status: Call, tmp_path: Path) -> None:
    answer = status("west-island", "--today", "2026-11-22")
    assert answer.code == 0
    assert answer.out.count("到期未见记录") == 2
    assert answer.out.splitlines()[-1] == "nothing is recorded of it by this day"
    assert not (tmp_path / "w").exists()


def test_a_look_and_a_record_can_be_read_by_programs(status: Call) -> None:
    made = json.loads(status(*STARTED, *SIGNED, "--json").out)
    assert (made["is_new"], made["status"]["stage"], made["in_place_of"]) == (True, "start", [])
    shown = json.loads(status("west-island", "--today", "2023-11-15", "--json").out)
    assert [row["light"]["state"] for row in shown["promises"]] == ["done", "due_soon"]
    assert [record["author"] for record in shown["statuses"]] == ["李四"]


def test_the_author_may_stand_in_the_environment(
    status: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGANG_AUTHOR", "王五")
    assert status(*STARTED).code == 0
    assert stored(tmp_path)[0]["author"] == "王五"


def test_the_same_again_changes_nothing_and_says_so(status: Call, tmp_path: Path) -> None:
    status(*STARTED, *SIGNED)
    assert "nothing is changed" in status(*STARTED, *SIGNED).out
    assert len(stored(tmp_path)) == 1


def test_an_impossible_order_is_refused_until_it_is_a_correction(status: Call, tmp_path: Path) -> None:
    status(*STARTED, *SIGNED)
    earlier = ("west-island", "--stage", "complete", "--date", "2022-05-01", *SIGNED)
    answer = status(*earlier)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "complete on 2022-05-01 cannot be with start on 2023-05-01 (recorded by 李四" in answer.err
    assert len(stored(tmp_path)) == 1
    corrected = status(*earlier, "--correct")
    assert corrected.code == 0
    assert "in place of: start 2023-05-01" in corrected.out
    shown = json.loads(status("west-island", "--json").out)
    assert [record["stage"] for record in shown["statuses"]] == ["complete"]


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((), "Missing argument 'ID'"),
        (("west-islan",), "did you mean 'west-island'"),
        (("west-islan", "--stage", "start", "--date", "2023-05-01", *SIGNED), "did you mean 'west-island'"),
        (("west-island", "--stage", "start", *SIGNED), "give both --stage and --date"),
        (("west-island", "--note", "桩基"), "give both --stage and --date"),
        (("west-island", "--correct"), "give both --stage and --date"),
        (STARTED, "LINGANG_AUTHOR"),
        ((*STARTED, "--author", " "), "say who records it"),
        (("west-island", "--stage", "strat", "--date", "2023-05-01", *SIGNED), "did you mean 'start'"),
        (("west-island", "--stage", "start", "--date", "2023-02-30", *SIGNED), "'2023-02-30' is no date"),
        (("west-island", "--stage", "start", "--date", "2023/5/1", *SIGNED), "write YYYY-MM-DD"),
        (("west-island", "--stage", "start", "--date", "9999-01-01", *SIGNED), "is in the future"),
        ((*STARTED[:-1], "2023-04-30", *SIGNED), "2023-05-01 is in the future"),
        ((*STARTED[:-1], "soon", *SIGNED), "today 'soon' is no date"),
        ((*STARTED, *SIGNED, "--source", "javascript:alert(1)"), "is no web address"),
        ((*STARTED, *SIGNED, "--note", "一\n二"), "control character U+000A"),
        ((*STARTED, *SIGNED, "--part", "三期"), "no plan promises a part '三期'"),
    ],
)
def test_wrong_use_is_one_line_and_nothing_is_written(
    status: Call, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    answer = status(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "w").exists()


def test_a_line_that_cannot_be_used_ends_a_look_with_one(status: Call, due: Call, tmp_path: Path) -> None:
    status(*STARTED, *SIGNED)
    path = tmp_path / "w" / "statuses.jsonl"
    path.write_bytes(path.read_bytes() + b'{"project": "\xe2\x80\xae"}\n')
    for answer in (status("west-island"), due()):
        assert answer.code == 1
        assert "statuses.jsonl, line 2: lacks stage" in answer.err
        assert answer.out
    assert "start 2023-05-01" in status("west-island").out


# ---- what is due ------------------------------------------------------------------------------------------


def test_what_is_due_is_listed_soonest_first_with_its_light(due: Call) -> None:
    answer = due("--today", "2023-11-15")
    rows = [line.split() for line in answer.out.splitlines()]
    assert answer.code == 0
    assert {row[0] for row in rows} == {"overdue", "due_soon", "open"}
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    for state, last, *_ in rows:
        assert (state == "overdue") <= (last < "2023-11-15")
        assert (state == "due_soon") <= ("2023-11-15" <= last <= "2024-02-13")
    counted = {state: sum(row[0] == state for row in rows) for state in LIGHTS}
    told = [f"{LIGHTS[state][1]} {count}" for state, count in counted.items() if count]
    assert answer.err.startswith(f"2023-11-15: {', '.join(told)}; ")


def test_how_far_ahead_is_soon_can_be_chosen(due: Call) -> None:
    def soon(*arguments: str) -> int:
        return due("--today", "2023-10-01", *arguments).out.count("due_soon")

    assert soon("--within", "90") == 0 < soon("--within", "91")  # the year ends in 91 days
    assert soon() == soon("--within", str(DUE_SOON_DAYS))
    assert f"; {DUE_SOON_DAYS} when left out" in due("--help").out
    assert due("--within", "-1").code == 2
    assert due("--today", "2023-13-01").code == 2


def test_what_is_recorded_leaves_the_list_unless_all_is_asked_for(status: Call, due: Call) -> None:
    def listed(*arguments: str) -> list[tuple[str, str]]:
        rows = json.loads(due("--today", "2023-11-15", "--json", *arguments).out)
        return [(row["stage"], row["light"]["state"]) for row in rows if row["project"] == "west-island"]

    assert listed() == [("land", "overdue"), ("topped_out", "due_soon")]
    status(*STARTED, *SIGNED)
    assert listed() == [("topped_out", "due_soon")]
    assert listed("--all") == [("land", "done"), ("topped_out", "due_soon")]


def test_a_date_that_a_newer_plan_replaced_is_left_out_unless_all_is_asked_for(due: Call) -> None:
    def plans(*arguments: str) -> list[tuple[str, str | None]]:
        rows = json.loads(due("--today", "2026-11-22", "--json", *arguments).out)
        return [(row["plan"], row["replaced_by"]) for row in rows if row["project"] == "youth-centre"]

    assert ("145", "2023") in plans("--all")
    assert ("145", "2023") not in plans() and ("2023", None) in plans()
    assert "（2023 另有说法）" in due("--all").out
