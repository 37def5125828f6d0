"""Labels made by hand, and how well milestones and targets agree with them."""

import json
from pathlib import Path

import pytest

from plans.document import read_document
from plans.errors import RecordError
from plans.evaluate import evaluate_promises, read_promises, same_object
from plans.records import COMMITMENTS, OPS, STAGES, Milestone, Target, Task
from plans.tasks import read_plan

GOLD = Path(__file__).parent.parent / "gold"
DOCUMENTS = {
    "2020": ("2020-work-plan.txt", 36),
    "2023": ("2023-work-plan.txt", 150),
    "145": ("145-five-year-plan.html", 69),
    "national": ("national-action-plan.txt", 25),
}
TASK = Task(
    id="x-1", plan="x", number="1", path=(), title="东岸馆开工", text="东岸馆开工，新增3家店。",
    milestones=(Milestone("东岸馆", "start", "2031", (0, 5)),),
    targets=(Target("店", "==", 3, "家", None, (6, 11)),),
)  # fmt: skip


@pytest.mark.parametrize("plan", DOCUMENTS)
def test_every_item_is_labelled_in_words_of_the_vocabulary(plan):
    labels = read_promises(GOLD / f"promises-{plan}.jsonl")
    assert len({label["task"] for label in labels}) == len(labels) == DOCUMENTS[plan][1]
    for label in labels:
        for step in label["milestones"]:
            assert step["stage"] in STAGES and step["commitment"] in COMMITMENTS and step["what"]
        for target in label["targets"]:
            assert target["op"] in OPS and target["what"] and target["unit"]


@pytest.mark.originals
@pytest.mark.parametrize("plan", DOCUMENTS)
def test_promises_of_the_originals_agree_with_the_labels(plan, originals):
    tasks, _ = read_plan(read_document(originals / DOCUMENTS[plan][0]), plan_id=plan)
    outcome = evaluate_promises(tasks, read_promises(GOLD / f"promises-{plan}.jsonl"))
    assert outcome.milestones.f1 >= 0.95 and outcome.targets.f1 >= 0.95, outcome.to_json()


def test_agreement_and_each_fault_are_counted():
    labels = [
        {
            "task": "x-1",
            "milestones": [
                {"what": "东岸展览馆", "stage": "start", "due": None, "commitment": "firm"},
                {"what": "桥", "stage": "complete", "due": None, "commitment": "firm"},
            ],
            "targets": [{"what": "店", "op": ">=", "value": 3, "unit": "家", "due": None}],
        }
    ]
    outcome = evaluate_promises([TASK], labels)
    steps, targets = outcome.milestones, outcome.targets
    assert (steps.right, steps.wrong, steps.missed) == (1, 0, 1)
    assert (steps.precision, steps.recall, steps.agreement("due")) == (1.0, 0.5, 0.0)
    assert (targets.right, targets.wrong, targets.missed, targets.f1) == (0, 1, 1, 0.0)
    assert [mistake.fault for mistake in outcome.mistakes] == ["due", "missed", "wrong", "missed"]
    assert json.loads(json.dumps(outcome.to_json()))["tasks"] == 1


def test_labels_of_a_task_that_was_not_read_count_as_missed():
    outcome = evaluate_promises([], [{"task": "y-1", "milestones": [], "targets": []}])
    assert [str(mistake) for mistake in outcome.mistakes] == ["y-1: task missed: no such task was read"]


@pytest.mark.parametrize(
    "other, same", [("东岸馆", True), ("東岸館", True), ("东岸馆二期", True), ("西岸桥", False)]
)
def test_objects_overlap_or_do_not(other, same):
    assert same_object("东岸馆", other) is same


def test_line_that_is_no_label_is_named(tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"task": "x-1"}\n[]\n', encoding="utf-8")
    with pytest.raises(RecordError, match=r"bad.jsonl, line 2"):
        read_promises(tmp_path / "bad.jsonl")
