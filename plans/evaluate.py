"""How well do milestones and targets agree with labels made by hand? Precision, recall and F1 of both.

A label is `{"task", "milestones": [{"what", "stage", "due", "commitment"}], "targets": [{"what", "op",
"value", "unit", "due"}]}`. A milestone is right where the stage is the labelled one and the objects
overlap; a target where value, upper end, unit and comparison are. Dates, commitments and what is counted
are scored apart, among the right ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from lingang.scores import Mistake, Score
from plans.errors import RecordError
from plans.reading import fold
from plans.records import Milestone, Target, Task

_Found = TypeVar("_Found")
_Wanted = TypeVar("_Wanted")
_SHARED = 0.6  # share of the shorter name that two names of one object have in a row


@dataclass(slots=True)
class PromiseEvaluation:
    """The outcome over all labelled tasks; labels of tasks that were not read count as missed."""

    milestones: Score = field(default_factory=Score)
    targets: Score = field(default_factory=Score)
    tasks: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Scores as JSON values, and the mistakes as lines."""
        return {
            "tasks": self.tasks,
            "milestones": self.milestones.to_json(),
            "targets": self.targets.to_json(),
            "mistakes": [str(mistake) for mistake in self.mistakes],
        }


def read_promises(path: Path) -> list[dict[str, Any]]:
    """Return the labels of a JSON Lines file. Raises RecordError with the line that is none."""
    labels = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            label = json.loads(line)
        except ValueError as error:
            raise RecordError(f"{path.name}, line {number}: not JSON ({error})") from error
        if not isinstance(label, dict) or not isinstance(label.get("task"), str):
            raise RecordError(f"{path.name}, line {number}: expected a label with a 'task'")
        labels.append(label)
    return labels


def evaluate_promises(tasks: Iterable[Task], gold: Iterable[Mapping[str, Any]]) -> PromiseEvaluation:
    """Compare the milestones and targets of tasks with labels; tasks without a label are passed over."""
    known = {task.id: task for task in tasks}
    outcome = PromiseEvaluation()
    for label in gold:
        task_id = str(label["task"])
        task = known.get(task_id)
        outcome.tasks += 1
        if task is None:
            outcome.mistakes.append(Mistake(task_id, "task", "missed", "no such task was read"))
        milestones = task.milestones if task else ()
        targets = task.targets if task else ()
        _score_milestones(task_id, milestones, label.get("milestones", []), outcome)
        _score_targets(task_id, targets, label.get("targets", []), outcome)
    return outcome


def same_object(one: str, other: str) -> bool:
    """Whether two names mean one object: one holds the other, or they share most of the shorter in a row."""
    one, other = _plain(one), _plain(other)
    if not one or not other:
        return False
    if one in other or other in one:
        return True
    wanted = max(2, round(_SHARED * min(len(one), len(other))))
    return any(one[start : start + wanted] in other for start in range(len(one) - wanted + 1))


def _plain(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _score_milestones(
    task_id: str, found: Sequence[Milestone], wanted: Sequence[Mapping[str, Any]], outcome: PromiseEvaluation
) -> None:
    pairs = _pair(
        found,
        wanted,
        lambda step, label: step.stage == label["stage"] and same_object(step.what, label["what"]),
        lambda step, label: (_plain(step.what) == _plain(label["what"])) * 2 + (step.due == label.get("due")),
    )
    matched_found, matched_wanted = {place for place, _ in pairs}, {place for _, place in pairs}
    score = outcome.milestones
    for place, at in sorted(pairs):
        step, label = found[place], wanted[at]
        score.right += 1
        for detail in ("due", "commitment"):
            agrees = getattr(step, detail) == label.get(detail)
            score.details[detail] = score.details.get(detail, 0) + agrees
            if not agrees:
                shown = f"{step.what}: {getattr(step, detail)}, labelled {label.get(detail)}"
                outcome.mistakes.append(Mistake(task_id, "milestone", detail, shown))
    for place, step in enumerate(found):
        if place not in matched_found:
            score.wrong += 1
            outcome.mistakes.append(
                Mistake(task_id, "milestone", "wrong", f"{step.what} {step.stage}")
            )
    for at, label in enumerate(wanted):
        if at not in matched_wanted:
            score.missed += 1
            shown = f"{label['what']} {label['stage']}"
            outcome.mistakes.append(Mistake(task_id, "milestone", "missed", shown))


def _score_targets(
    task_id: str, found: Sequence[Target], wanted: Sequence[Mapping[str, Any]], outcome: PromiseEvaluation
) -> None:
    pairs = _pair(
        found,
        wanted,
        lambda target, label: (
            (target.value, target.max, target.unit, target.op)
            == (label["value"], label.get("max"), label["unit"], label["op"])
        ),
        lambda target, label: same_object(target.what, label["what"]) * 2 + (target.due == label.get("due")),
    )
    matched_found, matched_wanted = {place for place, _ in pairs}, {place for _, place in pairs}
    score = outcome.targets
    for place, at in sorted(pairs):
        target, label = found[place], wanted[at]
        score.right += 1
        for detail, agrees in (
            ("due", target.due == label.get("due")),
            ("what", same_object(target.what, label["what"])),
        ):
            score.details[detail] = score.details.get(detail, 0) + agrees
            if not agrees:
                given = f"{target.what} {_number(target)} {target.due}"
                shown = f"{given}, labelled {label['what']} {label.get('due')}"
                outcome.mistakes.append(Mistake(task_id, "target", detail, shown))
    for place, target in enumerate(found):
        if place not in matched_found:
            score.wrong += 1
            shown = f"{target.what} {_number(target)}"
            outcome.mistakes.append(Mistake(task_id, "target", "wrong", shown))
    for at, label in enumerate(wanted):
        if at not in matched_wanted:
            score.missed += 1
            shown = f"{label['what']} {label['op']} {label['value']} {label['unit']}"
            outcome.mistakes.append(Mistake(task_id, "target", "missed", shown))


def _number(target: Target) -> str:
    upper = "" if target.max is None else f"-{target.max}"
    return f"{target.op} {target.value}{upper} {target.unit}"


def _pair(
    found: Sequence[_Found],
    wanted: Sequence[_Wanted],
    fits: Callable[[_Found, _Wanted], bool],
    worth: Callable[[_Found, _Wanted], int],
) -> list[tuple[int, int]]:
    """One-to-one pairs of what fits, the best worth first; ties in the order of the text."""
    fitting = [
        (-worth(one, other), place, at)
        for place, one in enumerate(found)
        for at, other in enumerate(wanted)
        if fits(one, other)
    ]
    pairs: list[tuple[int, int]] = []
    used_found: set[int] = set()
    used_wanted: set[int] = set()
    for _, place, at in sorted(fitting):
        if place not in used_found and at not in used_wanted:
            pairs.append((place, at))
            used_found.add(place)
            used_wanted.add(at)
    return pairs
