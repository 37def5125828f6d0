"""`lingang review` stores a decision or nothing, says what it did, and the pages show whose it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import Answer
from flask.testing import FlaskClient

from layers.atlas import load_atlas
from lingang.locations import data_dir
from webmap.app import Config, create_app

Call = Callable[..., Answer]
SIGNED = ("--author", "李四", "--reason", "看过原文")
HOSTILE = '<img src=x onerror="alert(1)">\u202e{{ 7*7 }}'


@pytest.fixture(autouse=True)
def no_author_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINGANG_AUTHOR", raising=False)


@pytest.fixture
def review(call: Call, tmp_path: Path) -> Call:
    """Run `lingang review` on a workspace of the test's own."""
    return lambda *arguments: call("review", *arguments, "--workspace", tmp_path / "w")


def stored(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "w" / "reviews.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def served(tmp_path: Path) -> FlaskClient:
    """A client of the application with the test's workspace, started anew."""
    atlas = load_atlas(workspace=tmp_path / "w")
    return create_app(Config(workspace=tmp_path / "w"), atlas).test_client()


def answered(client: FlaskClient, address: str) -> dict[str, Any]:
    """What the JSON interface answers."""
    record: dict[str, Any] = json.loads(client.get(address).data)
    return record


def test_a_decision_is_stored_and_shown_on_every_page_of_it(review: Call, tmp_path: Path) -> None:
    answer = review("2023-64", "--reject", "yangshan", *SIGNED)
    assert (answer.code, answer.out.split(",")[0]) == (0, "2023-64: reject yangshan (洋山特殊综合保税区)")
    assert f"workspace {tmp_path / 'w'}" in answer.err
    assert review("2023-1", "--add", "finance-bay", "--relation", "near", *SIGNED).code == 0
    client = served(tmp_path)
    page = client.get("/tasks/2023-64").text
    assert "人工否定的联系" in page and "看过原文" in page
    assert '<s><a href="/zones/yangshan">' in page
    assert "2023-64" not in [t["id"] for t in answered(client, "/api/zones/yangshan/tasks")["tasks"]]
    english = client.get("/zones/finance-bay?lang=en").text
    assert "Added by a person" in english and "李四" in english
    added = {t["id"]: t for t in answered(client, "/api/tasks?zone=finance-bay")["tasks"]}["2023-1"]
    assert added["links"][0]["review"]["author"] == "李四"


def test_words_of_the_text_are_stored_with_their_place(review: Call, tmp_path: Path) -> None:
    assert review("2023-69", "--accept", "yangshan", "--evidence", "区内", *SIGNED).code == 0
    (record,) = stored(tmp_path)
    ((start, end, words),) = record["evidence"]
    assert load_atlas().get_task("2023-69").task.text[start:end] == words == "区内"
    assert record["of"] == "summary"


def test_the_author_may_stand_in_the_environment(
    review: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGANG_AUTHOR", "王五")
    assert review("2023-63", "--accept", "yangshan", "--reason", "在洋山").code == 0
    assert stored(tmp_path)[0]["author"] == "王五"


def test_a_second_thought_takes_the_place_of_the_first_and_says_so(review: Call, tmp_path: Path) -> None:
    review("2023-63", "--reject", "yangshan", *SIGNED)
    answer = review("2023-63", "--accept", "yangshan", "--author", "王五", "--reason", "细看之后")
    assert "in place of: reject by 李四" in answer.out
    assert [record["decision"] for record in stored(tmp_path)] == ["accept"]


def test_to_accept_a_link_that_is_not_there_says_that_it_is_added(review: Call) -> None:
    assert "it is added" in review("2023-2", "--accept", "yangshan", *SIGNED).out
    assert "it is added" not in review("2023-63", "--accept", "yangshan", *SIGNED).out


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((), "name the TASK"),
        (("--accept", "yangshan", *SIGNED), "name the TASK"),
        (("2023-63", "--accept", "yangshan", "--reason", "在洋山"), "LINGANG_AUTHOR"),
        (("2023-63", "--accept", "yangshan", "--author", " ", "--reason", "x"), "say who decides"),
        (("2023-63", "--accept", "yangshan", "--author", "李四"), "say why"),
        (("2023-63", "--accept", "yangshan", "--add", "t1", *SIGNED), "one thing at a time"),
        (("2023-63", "--accept", "yangshan", "--list", *SIGNED), "one thing at a time"),
        (("2023-63", "--evidence", "区内"), "go with --accept"),
        (("2023-630", "--accept", "yangshan", *SIGNED), "did you mean '2023-63'"),
        (("2023-63", "--accept", "yangshann", *SIGNED), "did you mean 'yangshan'"),
        (("2023-63", "--reject", "t1", *SIGNED), "nothing to reject"),
        (("2023-63", "--add", "t1", "--relation", "in", *SIGNED), "relation of a line cannot be 'in'"),
        (("2023-63", "--add", "t1", "--evidence", "没有的词", *SIGNED), "do not stand in the text"),
        (("2023-630",), "did you mean '2023-63'"),
    ],
)
def test_wrong_use_is_one_line_and_nothing_is_written(
    review: Call, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    answer = review(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "w").exists()


def test_a_task_is_shown_with_its_links_and_decisions(review: Call) -> None:
    review("2023-112", "--reject", "t2", *SIGNED)
    answer = review("2023-112")
    lines = answer.out.splitlines()
    assert (answer.code, lines[0].split()[0]) == (0, "2023-112")
    (at,) = [i for i, line in enumerate(lines) if line.startswith("rejected t2 ")]
    assert lines[at + 1].startswith("    reject by 李四 on 2")
    assert lines[at + 1].endswith("workspace: 看过原文")
    assert any(line.startswith("t1 (") for line in lines[:at])
    record = json.loads(review("2023-112", "--json").out)
    assert "t2" in [link["target"] for link in record["rejected"]]


def test_the_list_says_what_the_geocoder_says_now(review: Call) -> None:
    built_in = len((data_dir() / "plans" / "reviews.jsonl").read_bytes().splitlines())
    review("2023-64", "--reject", "yangshan", *SIGNED)
    answer = review("--list")
    assert (answer.code, answer.out.count("geocoder: ")) == (0, built_in + 1)
    at = answer.out.index("2023-64 → yangshan")
    assert answer.out[at:].splitlines()[1].strip() == "geocoder: in, heading, 0.85"
    rows = json.loads(review("--list", "--json").out)
    assert {row["origin"] for row in rows} == {"built-in", "workspace"}
    assert json.loads(review("2023-64", "--list", "--json").out)[0]["task"] == "2023-64"
    assert review("--stale").out == ""


def test_a_text_that_changed_is_told_everywhere_and_ends_the_list_with_one(
    review: Call, tmp_path: Path
) -> None:
    review("2023-63", "--accept", "yangshan", *SIGNED)
    path = tmp_path / "w" / "reviews.jsonl"
    record = stored(tmp_path)[0] | {"text_sha256": "0" * 64}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    answer = review("--stale")
    assert (answer.code, answer.out.count("geocoder: ")) == (1, 1)
    assert "[stale: the text has changed since]" in answer.out
    assert review("--list").code == 1
    client = served(tmp_path)
    assert answered(client, "/api/tasks/2023-63")["links"][0]["review"]["stale"] is True
    assert "原文此后有改动" in client.get("/tasks/2023-63").text
    assert "The text has changed since" in client.get("/tasks/2023-63?lang=en").text


def test_a_decision_that_fits_nothing_ends_the_list_with_one(review: Call, tmp_path: Path) -> None:
    review("2023-63", "--accept", "yangshan", *SIGNED)
    path = tmp_path / "w" / "reviews.jsonl"
    path.write_text(json.dumps(stored(tmp_path)[0] | {"task": "2033-1"}) + "\n", encoding="utf-8")
    answer = review("--list")
    assert answer.code == 1
    assert answer.err.startswith("reviews.jsonl, line 1: unknown task id '2033-1'")


def test_hostile_words_are_only_ever_text(review: Call, tmp_path: Path) -> None:
    review("2023-63", "--accept", "yangshan", "--author", HOSTILE, "--reason", HOSTILE)
    review("2023-64", "--reject", "yangshan", "--author", HOSTILE, "--reason", HOSTILE)
    listed = review("--list").out
    assert "\u202e" not in listed and "onerror" in listed
    client = served(tmp_path)
    for address in ("/tasks/2023-63", "/tasks/2023-64", "/zones/yangshan"):
        page = client.get(address).text
        assert "&lt;img src=x" in page and "{{ 7*7 }}" in page
        assert "<img src=x" not in page
