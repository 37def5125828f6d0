"""What did a person decide about the matcher's proposals? Decisions kept apart, applied when links are made.

A review is `{"task", "project", "decision", "words", "author", "date", "reason"}`, one a line. `accept`
confirms a proposal, `reject` takes one away, `add` makes a mention that no rule finds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plans.project_matcher import Proposal
from plans.projects import Mention, Project, ProjectError
from plans.records import Task

DECISIONS = ("accept", "reject", "add")
_FIELDS = ("task", "project", "decision", "words", "author", "date", "reason")


@dataclass(frozen=True, slots=True)
class ProjectReview:
    """One decision; `words` are those of the task that it is about. `line` is where it stands."""

    task: str
    project: str
    decision: str
    words: str
    author: str
    date: str
    reason: str
    line: int = 0

    def to_json(self) -> dict[str, str]:
        """The record as JSON values."""
        return {name: getattr(self, name) for name in _FIELDS}

    def error(self, file: str, problem: str) -> ProjectError:
        """The error that says what is wrong with this line of a file."""
        return ProjectError(file, self.line or None, self.project, problem)


def read_project_reviews(path: Path, *, shown_as: str = "") -> list[ProjectReview]:
    """Return the reviews of a file in its order; an absent file holds none. Raises ProjectError."""
    shown = shown_as or path.name
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(shown, None, "", f"cannot be read: {error}") from error
    reviews = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            reviews.append(_review(json.loads(line), number))
        except (ValueError, RecursionError) as error:
            raise ProjectError(shown, number, "", str(error)) from error
    return reviews


def decide(
    proposals: Iterable[Proposal], reviews: Iterable[ProjectReview], tasks: Mapping[str, Task]
) -> dict[str, tuple[Mention, ...]]:
    """Return the mentions by project id: the proposals without the rejected ones, and the added ones."""
    reviews = list(reviews)
    rejected = {(r.task, r.project, r.words) for r in reviews if r.decision == "reject"}
    mentions: dict[str, set[Mention]] = {}
    for proposal in proposals:
        if (proposal.task, proposal.project, proposal.words) not in rejected:
            mentions.setdefault(proposal.project, set()).add(proposal.mention)
    for review in reviews:
        if review.decision == "add" and (task := tasks.get(review.task)):
            start = task.text.find(review.words)
            if start >= 0:
                place = Mention(task.id, start, start + len(review.words), review.words)
                mentions.setdefault(review.project, set()).add(place)
    return {project: tuple(sorted(found)) for project, found in sorted(mentions.items())}


def find_idle(
    reviews: Sequence[ProjectReview],
    proposals: Iterable[Proposal],
    tasks: Mapping[str, Task],
    projects: Collection[str] | Mapping[str, Project],
) -> list[tuple[ProjectReview, str]]:
    """Return the reviews that decide nothing, each with the reason: unknown ids, words that are not there."""
    proposed = {(p.task, p.project, p.words) for p in proposals}
    idle = []
    for review in reviews:
        found = (review.task, review.project, review.words) in proposed
        if review.task not in tasks:
            idle.append((review, f"there is no task {review.task!r}"))
        elif review.project not in projects:
            idle.append((review, f"there is no project {review.project!r}"))
        elif review.words not in tasks[review.task].text:
            idle.append((review, f"{review.words!r} does not stand in task {review.task!r}"))
        elif review.decision == "add" and found:
            idle.append((review, "the matcher proposes this by itself; remove the line or accept it"))
        elif review.decision != "add" and not found:
            problem = f"the matcher does not propose this, so there is nothing to {review.decision}"
            idle.append((review, problem))
    return idle


def _review(record: Any, line: int) -> ProjectReview:
    if not isinstance(record, dict) or sorted(record) != sorted(_FIELDS):
        raise ValueError(f"a review has exactly the fields {', '.join(_FIELDS)}")
    for name, value in record.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name!r}: expected a text, got {json.dumps(value, ensure_ascii=False)[:60]}")
    if record["decision"] not in DECISIONS:
        raise ValueError(f"'decision' {record['decision']!r} is not one of {', '.join(DECISIONS)}")
    try:
        date.fromisoformat(record["date"])
    except ValueError as error:
        raise ValueError(f"'date' {record['date']!r}: expected YYYY-MM-DD") from error
    return ProjectReview(**record, line=line)
