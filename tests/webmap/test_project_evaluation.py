"""`lingang project evaluate`: the matcher before any person's decision, against labels made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from plans.project_evaluate import evaluate_pairs
from plans.projects import Mention
from plans.records import Task

GOLD = Path(__file__).resolve().parents[1] / "gold" / "projects.jsonl"


def test_repeated_things_are_linked_across_plans(call: Callable[..., Answer]) -> None:
    sure = json.loads(call("project", "evaluate", GOLD, "--sure", "--json").out)
    assert sure["precision"] >= 0.97 and sure["recall"] >= 0.9, sure["mistakes"]
    assert sure["right"] > 100 and sure["asked"] > 100
    every = json.loads(call("project", "evaluate", GOLD, "--json").out)
    assert every["asked"] > sure["asked"]
    table = call("project", "evaluate", GOLD).out
    assert f"linked {every['linked']} of {every['asked']}" in table


def task(task_id: str, plan: str, text: str) -> Task:
    return Task(task_id, plan, task_id, (), text, text)


TASKS = {
    "a-1": task("a-1", "a", "建银塔和金桥"),
    "b-1": task("b-1", "b", "银塔封顶"),
    "b-2": task("b-2", "b", "金桥通车"),
}
LABELS = [
    {"thing": "tower", "mentions": [{"task": "a-1", "words": "银塔"}, {"task": "b-1", "words": "银塔"}]},
    {
        "thing": "bridge",
        "sure": False,
        "mentions": [{"task": "a-1", "words": "金桥"}, {"task": "b-2", "words": "金桥"}],
    },
]
TOWER = ("t", Mention("a-1", 1, 3, "银塔"))


def test_a_pair_is_right_only_where_both_sides_name_the_same_thing() -> None:
    right = evaluate_pairs([TOWER, ("t", Mention("b-1", 0, 2, "银塔"))], LABELS, TASKS)
    assert (right.right, right.wrong, right.linked, right.asked) == (1, 0, 1, 2)
    wrong = evaluate_pairs([TOWER, ("t", Mention("b-2", 0, 2, "金桥"))], LABELS, TASKS)
    assert (wrong.right, wrong.wrong, wrong.linked) == (0, 1, 0)
    assert (wrong.precision, wrong.recall) == (0.0, 0.0)


def test_what_no_label_speaks_of_is_not_judged_and_doubtful_things_need_not_be_found() -> None:
    found = [TOWER, ("t", Mention("b-1", 2, 4, "封顶"))]
    outcome = evaluate_pairs(found, LABELS, TASKS, sure_only=True)
    assert (outcome.unjudged, outcome.right, outcome.wrong, outcome.asked) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 1"),
        ("7", "expected an object"),
        ('{"thing": "x"}', "lacks 'mentions'"),
        ('{"thing": "x", "mentions": [{"task": "2031-1", "words": "x"}]}', "unknown task '2031-1'"),
        ('{"thing": "x", "mentions": [{"task": "2023-1", "words": "无此"}]}', "not stand in task 2023-1"),
    ],
)
def test_a_bad_label_is_named_with_its_line(
    call: Callable[..., Answer], tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line)
    answer = call("project", "evaluate", path)
    assert answer.code == 2 and says in answer.err and "line 1" in answer.err
