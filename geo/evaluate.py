"""How well do links agree with labels made by hand? Precision, recall and F1, overall and per rule.

A label is `{"task", "scope", "zones", "zones_optional", "lines", …}`. Zone links count with relation `in`;
a zone under `zones_optional` is neither right nor wrong. Line links count with any relation but `near`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lingang.scores import Mistake, Score


@dataclass(slots=True)
class Evaluation:
    """The outcome over all labelled tasks."""

    zones: Score = field(default_factory=Score)
    lines: Score = field(default_factory=Score)
    rules: dict[str, Score] = field(default_factory=dict)
    scope_right: int = 0
    tasks: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def scope_accuracy(self) -> float:
        """Share of tasks whose scope agrees; 1.0 without tasks."""
        return self.scope_right / self.tasks if self.tasks else 1.0

    def to_json(self) -> dict[str, Any]:
        """The outcome, ready for `json.dumps`; rules in alphabetical order."""
        return {
            "tasks": self.tasks,
            "zones": self.zones.to_json(),
            "lines": self.lines.to_json(),
            "scope_accuracy": round(self.scope_accuracy, 4),
            "rules": {rule: self.rules[rule].to_json() for rule in sorted(self.rules)},
            "mistakes": [str(mistake) for mistake in self.mistakes],
        }


def evaluate(records: Iterable[Mapping[str, Any]], gold: Iterable[Mapping[str, Any]]) -> Evaluation:
    """Compare links records with labels, task by task in the order of the labels.

    Parameters
    ----------
    records
        Links records (`TaskLinks.to_json`); tasks without a label are left out of the count.
    gold
        Labels; a labelled task without a record counts as empty with scope `whole`.
    """
    by_task = {record["task"]: record for record in records}
    outcome = Evaluation()
    for label in gold:
        record = by_task.get(label["task"])
        if record is None:
            outcome.mistakes.append(Mistake(label["task"], "task", "missed", "no record"))
            record = {"task": label["task"], "scope": "whole", "links": []}
        _compare_scope(record, label, outcome)
        _compare_zones(record, label, outcome)
        _compare_lines(record, label, outcome)
    return outcome


def _compare_scope(record: Mapping[str, Any], label: Mapping[str, Any], outcome: Evaluation) -> None:
    outcome.tasks += 1
    if record["scope"] == label["scope"]:
        outcome.scope_right += 1
    else:
        given = f"{record['scope']} instead of {label['scope']}"
        outcome.mistakes.append(Mistake(label["task"], "scope", "wrong", given))


def _compare_zones(record: Mapping[str, Any], label: Mapping[str, Any], outcome: Evaluation) -> None:
    given = {
        link["target"]: link["rule"]
        for link in record["links"]
        if link["kind"] == "zone" and link["relation"] == "in"
    }
    for target in label.get("zones_optional", ()):
        given.pop(target, None)
    wanted = set(label.get("zones", ()))
    for target, rule in given.items():
        score = outcome.rules.setdefault(rule, Score())
        if target in wanted:
            score.right += 1
        else:
            score.wrong += 1
    _count(outcome.zones, set(given), wanted, label["task"], "zone", outcome.mistakes)


def _compare_lines(record: Mapping[str, Any], label: Mapping[str, Any], outcome: Evaluation) -> None:
    given = {
        link["target"] for link in record["links"] if link["kind"] == "line" and link["relation"] != "near"
    }
    given -= set(label.get("lines_optional", ()))
    _count(outcome.lines, given, set(label.get("lines", ())), label["task"], "line", outcome.mistakes)


def _count(
    score: Score, given: set[str], wanted: set[str], task: str, what: str, mistakes: list[Mistake]
) -> None:
    """Add one task's answers to a score and note each disagreement."""
    score.right += len(given & wanted)
    score.wrong += len(given - wanted)
    score.missed += len(wanted - given)
    mistakes.extend(Mistake(task, what, "wrong", target) for target in sorted(given - wanted))
    mistakes.extend(Mistake(task, what, "missed", target) for target in sorted(wanted - given))
