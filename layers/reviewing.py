"""Deciding on links: a decision made on a task as the atlas shows it, and all decisions with what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from geo.geocoder import Link
from layers.atlas import Atlas, LinkedTask, review_faults
from layers.review_links import CROSSES, AppliedReview
from layers.reviews import RELATIONS, Decision, Review, ReviewError, Span, TextKind, make_review, text_digest
from lingang.errors import UnknownIdError


def decide(
    atlas: Atlas,
    task_id: str,
    decision: Decision,
    target: str,
    *,
    author: str,
    reason: str,
    relation: str | None = None,
    evidence: Sequence[str] = (),
    today: date | None = None,
) -> Review:
    """Return a new decision on the link of a task to a place; nothing is stored.

    Parameters
    ----------
    relation
        By default the one that the link has, for a new link the usual one of its kind.
    evidence
        Words of the task's own text, or, where they do not all stand there, of its official text. A link
        that only the official text has is decided on by that text.

    Raises
    ------
    UnknownIdError
        No such task or place; the message names the nearest.
    ReviewError
        The words are not in the text, there is no link to reject, or a field is not as it should be.
    """
    item = atlas.get_task(task_id)
    places = atlas.geocoder.gazetteer.places
    if target not in places:
        raise UnknownIdError("target", target, places.keys())
    kind = places[target].kind
    own = find_link(item, target)
    link = own or _official_link(item, target)
    if decision == "reject" and link is None:
        raise ReviewError(f"task {task_id} has no link to {target!r}, so there is nothing to reject")
    of, spans = _find_evidence(item, evidence, prefer_official=link is not None and own is None)
    is_passed = link is not None and link.rule == CROSSES and decision == "add"  # it is to be more than that
    known = link.relation if link and not is_passed else RELATIONS[kind][0]
    review = make_review(
        {
            "task": task_id,
            "decision": decision,
            "target": target,
            "kind": kind,
            "relation": known if relation is None else relation,
            "evidence": [list(span) for span in spans],
            "author": author,
            "date": (today or date.today()).isoformat(),
            "reason": reason,
            "of": of,
            "text_sha256": text_digest(item.texts[of]),
        }
    )
    for fault in review_faults(atlas, [review]):
        raise ReviewError(fault.problem)
    return review


def find_link(item: LinkedTask, target: str) -> Link | None:
    """What the geocoder says of a task and a place; where it says nothing, what a person did."""
    said = (done.found for done in item.reviews if done.review.target == target)
    shown = (link for link in item.links.links if link.target == target)
    return next((link for link in (*said, *shown) if link is not None), None)


def _official_link(item: LinkedTask, target: str) -> Link | None:
    """What the geocoder says of the official text, where that is at hand."""
    links = item.official.links.links if item.official else ()
    return next((link for link in links if link.target == target), None)


def _find_evidence(
    item: LinkedTask, evidence: Sequence[str], *, prefer_official: bool
) -> tuple[TextKind, list[Span]]:
    """The text that holds all words, and where they stand in it first."""
    own, official = item.task.text, item.official.text if item.official else None
    texts: list[tuple[TextKind, str]] = [] if own == official else [("summary", own)]
    if official is not None:
        texts.insert(0 if prefer_official else len(texts), ("official", official))
    for of, text in texts:
        if all(words and words in text for words in evidence):
            starts = [text.index(words) for words in evidence]
            return of, [(at, at + len(words), words) for at, words in zip(starts, evidence, strict=True)]
    missing = next((words for words in evidence if words not in own), "")
    raise ReviewError(f"the words {missing!r} do not stand in the text of {item.id}; quote it to the letter")


def list_reviews(
    atlas: Atlas, task_id: str | None = None, *, only_stale: bool = False
) -> list[dict[str, Any]]:
    """Return the decisions that count, in the order of the tasks, each with what the geocoder says now."""
    items = atlas.tasks.values() if task_id is None else [atlas.get_task(task_id)]
    return [row for item in items for row in _rows(atlas, item) if row["stale"] or not only_stale]


def _rows(atlas: Atlas, item: LinkedTask) -> Iterator[dict[str, Any]]:
    for done in item.reviews:
        name = atlas.features[done.review.target].properties["name"]
        record = done.review.to_json() | done.to_json()
        yield {**record, "target_name": name, "geocoder": _says(done)}


def _says(done: AppliedReview) -> dict[str, Any] | None:
    if done.found is None:
        return None
    return {name: getattr(done.found, name) for name in ("relation", "rule", "confidence")}
