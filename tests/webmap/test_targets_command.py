"""The command `targets`: the table, one indicator, conflicts with exit 1, and refusals with exit 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer
from flask.testing import FlaskClient

from layers.built_in import read_built_in
from layers.intake import Source
from layers.workspace import Workspace

Call = Callable[..., Answer]
PLAN = "临港新片区2031年工作要点\n\n一、建设\n\n（一）交通\n\n"


@pytest.fixture
def disagreeing(tmp_path: Path) -> Path:
    """A workspace with a plan that gives two figures for one year."""
    items = "1. 出行。绿色出行比例为80%。\n\n2. 再谈出行。绿色出行比例为60%。\n"
    workspace = Workspace(tmp_path / "w")
    workspace.add(Source("plan.txt", (PLAN + items).encode()), read_built_in())
    return workspace.path


def test_the_table_names_every_figure_with_its_task_and_words(call: Call, client: FlaskClient) -> None:
    answer = call("targets")
    record = client.get("/api/targets").json
    figures = [f for row in record["indicators"] for f in (*row["figures"], *row["nationwide"])]
    assert answer.code == 0
    assert all(f"{f['task']} 「{f['words']}」" in answer.out for f in figures + record["singles"])
    assert f"{record['counts']['figures']} figures compared, conflicts found: 0." in answer.out


def test_json_is_what_the_web_says(call: Call, client: FlaskClient) -> None:
    answer = call("targets", "--json")
    expected = client.get("/api/targets").json
    del expected["filter"]
    assert answer.code == 0
    assert json.loads(answer.out) == expected


def test_one_indicator_with_its_sums(call: Call) -> None:
    answer = call("targets", "--indicator", "financial-institutions-new")
    assert answer.code == 0
    years = [line.split()[0] for line in answer.out.splitlines()[1:4]]
    assert years == ["2020", "2023", "2021-2025"]
    assert "Work plans 2020–2023 together: 180–200" in answer.out
    assert "tax-revenue" not in answer.out and "single figures" not in answer.out


def test_a_plan_and_a_year_choose_figures(call: Call) -> None:
    record = json.loads(call("targets", "--plan", "145", "--year", "2025", "--json").out)
    shown = [f for row in record["indicators"] for f in row["figures"]]
    assert shown and {(f["plan"], f["year"]) for f in shown} == {("145", 2025)}


def test_without_conflicts_the_check_is_passed(call: Call) -> None:
    answer = call("targets", "--conflicts")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 1
    assert answer.out.endswith("figures compared, conflicts found: 0.\n")


def test_conflicts_are_listed_with_both_sides_and_end_with_one(call: Call, disagreeing: Path) -> None:
    answer = call("targets", "--conflicts", "--workspace", disagreeing)
    assert answer.code == 1
    assert "for 2031 there are two figures, 80% and 60%" in answer.out
    assert "2031-1 「绿色出行比例为80%」" in answer.out
    assert "2031-2 「绿色出行比例为60%」" in answer.out
    answer = call("targets", "--conflicts", "--json", "--workspace", disagreeing)
    assert answer.code == 1
    assert [conflict["kind"] for conflict in json.loads(answer.out)] == ["disjoint"]


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("--indicator", "school-started"), "did you mean 'schools-started'"),
        (("--plan", "2032"), "unknown plan id '2032'"),
        (("--year", "1999"), "year='1999' is not known; use one of: 2020"),
    ],
)
def test_what_does_not_exist_is_refused(call: Call, arguments: tuple[str, ...], says: str) -> None:
    answer = call("targets", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1
    assert says in answer.err
