"""How many repeated things does the matcher link across plans? Pairs of tasks against labels made by hand.

A label is `{"thing", "mentions": [{"task", "words"}], "sure"}`: the words by which tasks speak of one thing.
A pair is two tasks of different plans that speak of the same thing. A pair of the matcher is right when the
words it found in both tasks overlap the label's words of one thing; where a side overlaps no label at all, it
is not judged.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from plans.projects import Mention, ProjectError
from plans.records import Task

Pair = tuple[str, str]
_Spans = list[tuple[int, int, str]]


@dataclass(slots=True)
class PairOutcome:
    """`right`, `wrong`, `unjudged`: the matcher's pairs; `linked` of `asked`: labelled pairs found."""

    right: int = 0
    wrong: int = 0
    unjudged: int = 0
    linked: int = 0
    asked: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right among the judged pairs; 1.0 when none was judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else 1.0

    @property
    def recall(self) -> float:
        """Found among the labelled pairs; 1.0 when none was labelled."""
        return self.linked / self.asked if self.asked else 1.0

    def to_json(self) -> dict[str, Any]:
        """The outcome, ready for `json.dumps`."""
        counts = {name: getattr(self, name) for name in ("right", "wrong", "unjudged", "linked", "asked")}
        ratios = {"precision": round(self.precision, 4), "recall": round(self.recall, 4)}
        return {**ratios, **counts, "mistakes": self.mistakes}


def evaluate_pairs(
    found: Iterable[tuple[str, Mention]],
    labels: Iterable[Mapping[str, Any]],
    tasks: Mapping[str, Task],
    *,
    sure_only: bool = False,
) -> PairOutcome:
    """Compare mentions of projects with labelled things.

    Parameters
    ----------
    found
        Project id and mention, as the matcher proposes them before any person decides.
    labels
        Things with the words that name them; those not `sure` judge what was found but, with `sure_only`,
        are not asked for.
    tasks
        The tasks by id.
    """
    chosen = list(labels)
    things = _things_of(chosen, tasks)
    outcome = PairOutcome()
    linked: set[tuple[str, Pair]] = set()
    for project, by_task in _by_project(found).items():
        for pair in _pairs(by_task, tasks):
            named = [_overlapped(things[task], by_task[task]) for task in pair]
            if not all(named):
                outcome.unjudged += 1
            elif both := named[0] & named[1]:
                outcome.right += 1
                linked |= {(thing, pair) for thing in both}
            else:
                outcome.wrong += 1
                outcome.mistakes.append(f"{project}: wrong pair {pair[0]} – {pair[1]}")
    for label in chosen:
        if sure_only and not label.get("sure", True):
            continue
        for pair in _pairs({mention["task"] for mention in label["mentions"]}, tasks):
            outcome.asked += 1
            if (label["thing"], pair) in linked:
                outcome.linked += 1
            else:
                outcome.mistakes.append(f"{label['thing']}: missed pair {pair[0]} – {pair[1]}")
    return outcome


def read_things(lines: Iterable[bytes], name: str, tasks: Mapping[str, Task]) -> list[dict[str, Any]]:
    """Return labelled things; the words of each mention must stand in its task.

    Raises
    ------
    ProjectError
        The first line that is no label, with its number; half of the labels would give wrong figures.
    """
    things = []
    for number, raw in enumerate(lines, start=1):
        if raw.strip():
            try:
                thing = json.loads(raw)
                _check_thing(thing, tasks)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
                raise ProjectError(name, number, "", problem) from error
            things.append(thing)
    return things


def _check_thing(thing: Any, tasks: Mapping[str, Task]) -> None:
    """Raise ValueError, KeyError or TypeError for what is wrong with a label."""
    if not isinstance(thing, dict) or not isinstance(thing["thing"], str):
        raise ValueError("expected an object with 'thing' and 'mentions'")
    for mention in thing["mentions"]:
        task, words = mention["task"], mention["words"]
        if task not in tasks:
            raise ValueError(f"unknown task {task!r}")
        if not words or words not in tasks[task].text:
            raise ValueError(f"{words!r} does not stand in task {task}")


def _things_of(labels: Iterable[Mapping[str, Any]], tasks: Mapping[str, Task]) -> dict[str, _Spans]:
    """Where the labelled words stand, by task."""
    things: dict[str, _Spans] = defaultdict(list)
    for label in labels:
        for mention in label["mentions"]:
            text, words = tasks[mention["task"]].text, mention["words"]
            start = text.find(words)
            while start >= 0:
                things[mention["task"]].append((start, start + len(words), label["thing"]))
                start = text.find(words, start + 1)
    return things


def _by_project(found: Iterable[tuple[str, Mention]]) -> dict[str, dict[str, list[Mention]]]:
    grouped: dict[str, dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for project, mention in found:
        grouped[project][mention.task].append(mention)
    return grouped


def _pairs(ids: Iterable[str], tasks: Mapping[str, Task]) -> Iterable[Pair]:
    """Tasks of different plans, two by two, each pair once."""
    return [pair for pair in combinations(sorted(ids), 2) if tasks[pair[0]].plan != tasks[pair[1]].plan]


def _overlapped(spans: _Spans, mentions: Iterable[Mention]) -> set[str]:
    """The labelled things whose words one of the mentions overlaps."""
    return {thing for start, end, thing in spans for m in mentions if m.start < end and start < m.end}
