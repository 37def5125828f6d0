"""Review decisions: what a person said of a task's link, why, and of which text. One JSON object a line.

They are kept apart from what the geocoder finds, in `data/plans/reviews.jsonl` and in a workspace's
`reviews.jsonl`, and win over it; `layers.review_links` applies them. A file holds at most one decision on a
task and a target; where it holds two, that is a fault and the later line counts. A workspace's decision
counts before a built-in one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

from geo.folding import fold_name
from lingang.errors import PlanningMapError, UnknownIdError

FILE = "reviews.jsonl"
Decision = Literal["accept", "reject", "add"]
TextKind = Literal["summary", "official"]
Kind = Literal["zone", "site", "line"]
Origin = Literal["built-in", "workspace"]
Span = tuple[int, int, str]
RELATIONS: Mapping[Kind, tuple[str, ...]] = {
    "zone": ("in", "near", "serves"),
    "site": ("in", "near"),
    "line": ("along", "near"),
}  # the first is the usual one
MOST_CHARS = {"author": 80, "reason": 1000, "reason_en": 1000}
DAYS_AHEAD = 1  # a day can have begun elsewhere
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_REQUIRED = (
    "task", "decision", "target", "kind", "relation", "evidence", "author", "date", "reason", "of",
    "text_sha256",
)  # fmt: skip
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "decision": get_args(Decision), "kind": get_args(Kind), "of": get_args(TextKind),
}  # fmt: skip


class ReviewError(PlanningMapError, ValueError):
    """A review decision that cannot be: `problem` says what of it, and what it should be."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, order=True)
class ReviewFault:
    """What is wrong with line `line` of a file of decisions; `task` is its task's id, "" where unknown."""

    line: int
    task: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


@dataclass(frozen=True)
class Review:
    """A decision on one link of a task.

    `evidence` are (start, end, words) in the text that was looked at: the task's own (`of` is "summary") or
    the published one of its document ("official"); `text_sha256` is the `text_digest` of that text. `date`
    is YYYY-MM-DD. `line` and `origin` say where the decision stands.
    """

    task: str
    decision: Decision
    target: str
    kind: Kind
    relation: str
    evidence: tuple[Span, ...]
    author: str
    date: str
    reason: str
    of: TextKind
    text_sha256: str
    reason_en: str = ""
    line: int = field(default=0, compare=False)
    origin: Origin = field(default="workspace", compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """Task and target; there is at most one decision on them."""
        return self.task, self.target

    def to_json(self) -> dict[str, Any]:
        """The record of the file, its fields always in this order."""
        record: dict[str, Any] = {name: getattr(self, name) for name in _REQUIRED}
        record["evidence"] = [list(span) for span in self.evidence]
        return {**record, "reason_en": self.reason_en} if self.reason_en else record


def text_digest(text: str) -> str:
    """SHA-256 of a text, blind to white space, quotation marks, full-width and traditional characters."""
    return hashlib.sha256(fold_name(text).encode("utf-8", "surrogatepass")).hexdigest()


def parse_reviews(content: bytes, origin: Origin) -> tuple[list[Review], list[ReviewFault]]:
    """Return the decisions of a file and the faults of the lines that hold none; blank lines do not count."""
    reviews, faults = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _record_of(line)
        except ReviewError as error:
            faults.append(ReviewFault(number, "", error.problem))
            continue
        try:
            reviews.append(replace(_review_of(record), line=number, origin=origin))
        except ReviewError as error:
            task = record.get("task")
            faults.append(ReviewFault(number, task if isinstance(task, str) else "", error.problem))
    return reviews, faults


def _record_of(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReviewError("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise ReviewError(f"is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise ReviewError("is no JSON object")
    return record


def _review_of(record: Mapping[str, Any]) -> Review:
    """The decision of a record; raises ReviewError with the first thing wrong."""
    if missing := [name for name in _REQUIRED if name not in record]:
        raise ReviewError(f"lacks {', '.join(missing)}")
    if unknown := [name for name in record if name not in (*_REQUIRED, "reason_en")]:
        raise ReviewError(f"has unknown fields: {', '.join(unknown)}")
    for name, value in record.items():
        if name != "evidence":
            _check_words(name, value)
    for name, allowed in _CHOICES.items():
        _check_choice(name, record[name], allowed)
    _check_choice(f"relation of a {record['kind']}", record["relation"], RELATIONS[record["kind"]])
    _check_date(record["date"])
    if not _DIGEST.fullmatch(record["text_sha256"]):
        raise ReviewError("text_sha256 must be 64 hex digits")
    return Review(**{**record, "evidence": _evidence_of(record["evidence"])})


def _check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise ReviewError(f"{name} cannot be {value!r}; use one of: {', '.join(allowed)}")


def _check_words(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ReviewError(f"{name} must be a text that is not blank")
    if len(value) > (most := MOST_CHARS.get(name, 200)):
        raise ReviewError(f"{name} has {len(value)} characters; keep to {most}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ReviewError(f"{name} holds a character that is none (half of a surrogate pair)") from error


def _check_date(value: str) -> None:
    try:
        if not _DATE.fullmatch(value):
            raise ValueError("not of the form YYYY-MM-DD")
        date.fromisoformat(value)
    except ValueError as error:
        raise ReviewError(f"date {value!r} is no date; write YYYY-MM-DD") from error


def _evidence_of(value: Any) -> tuple[Span, ...]:
    if not isinstance(value, list) or not all(map(_is_span, value)):
        raise ReviewError('evidence must be a list of [start, end, "words"]')
    for _, _, words in value:
        _check_words("evidence", words)
    return tuple((start, end, words) for start, end, words in value)


def _is_span(span: Any) -> bool:
    is_typed = isinstance(span, list) and [type(part) for part in span] == [int, int, str]
    return is_typed and 0 <= span[0] < span[1]


def make_review(record: Mapping[str, Any]) -> Review:
    """A new decision from its fields; raises ReviewError with what is wrong, like the reader of a file."""
    return _review_of(record)


def with_review(content: bytes, review: Review) -> tuple[bytes, list[Review]]:
    """Return a file's content with a decision at its end, and the ones on the same link that it replaces.

    Every other line stays as it is, also one that cannot be read.
    """
    replaced = [one for one in parse_reviews(content, review.origin)[0] if one.key == review.key]
    dropped = {one.line for one in replaced}
    lines = [x for i, x in enumerate(content.split(b"\n"), start=1) if x.strip() and i not in dropped]
    new = json.dumps(review.to_json(), ensure_ascii=False).encode()
    return b"\n".join([*lines, new, b""]), replaced


def effective(reviews: Iterable[Review]) -> dict[tuple[str, str], Review]:
    """The decision that counts for each task and target: a workspace's, and of one file the later line's."""
    ordered = sorted(reviews, key=lambda review: (review.origin == "workspace", review.line))
    return {review.key: review for review in ordered}


def find_faults(
    reviews: Iterable[Review],
    kinds: Mapping[str, str],
    texts: Mapping[str, Mapping[str, str]],
    today: date | None = None,
) -> list[ReviewFault]:
    """Return what is wrong with the decisions of one file, by line.

    Parameters
    ----------
    reviews
        The decisions, in the order of the file.
    kinds
        Kind (zone, site, line) of every place that a task can be linked to, by id.
    texts
        By task id, the texts at hand: `summary`, and `official` where its document is.
    today
        Decisions of later days are faults; the present day by default.
    """
    latest = (today or date.today()) + timedelta(days=DAYS_AHEAD)
    faults: list[ReviewFault] = []
    seen: dict[tuple[str, str], Review] = {}
    for review in reviews:
        problems = [*_place_problems(review, kinds), *_text_problems(review, texts)]
        if date.fromisoformat(review.date) > latest:
            problems.append(f"date {review.date} is in the future")
        if before := seen.get(review.key):
            what = "repeats" if before.decision == review.decision else "contradicts"
            told = f"{what} line {before.line} ({before.decision} {review.target!r}); keep one of them"
            problems.append(told)
        seen[review.key] = review
        faults += [ReviewFault(review.line, review.task, problem) for problem in problems]
    return faults


def is_placeable(review: Review, kinds: Mapping[str, str]) -> bool:
    """Whether the target of a decision is there and of the kind that it says."""
    return kinds.get(review.target) == review.kind


def _place_problems(review: Review, kinds: Mapping[str, str]) -> list[str]:
    if review.target not in kinds:
        return [str(UnknownIdError("target", review.target, kinds))]
    if not is_placeable(review, kinds):
        return [f"{review.target!r} is a {kinds[review.target]}, not a {review.kind}"]
    return []


def _text_problems(review: Review, texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    """An unknown task, or words that do not stand in its text; of a changed text nothing is said here."""
    if review.task not in texts:
        return [str(UnknownIdError("task", review.task, texts))]
    text = texts[review.task].get(review.of)
    if text is None or text_digest(text) != review.text_sha256:
        return []
    return [
        f"{words!r} does not stand at {start}-{end} of the {review.of} text"
        for start, end, words in locate(review, text)[1]
    ]


def is_stale(review: Review, texts: Mapping[str, str]) -> bool:
    """Whether the text is no longer the one that the decision was made on; a text not at hand is not."""
    text = texts.get(review.of)
    return text is not None and text_digest(text) != review.text_sha256


def locate(review: Review, text: str) -> tuple[list[Span], list[Span]]:
    """Return the evidence as it stands in `text`, and that which does not stand where it says.

    In a text that changed, or in the other text of the task, the words are looked for anew.
    """
    found, astray = [], []
    for start, end, words in review.evidence:
        if text[start:end] == words:
            found.append((start, end, words))
            continue
        astray.append((start, end, words))
        if (at := text.find(words)) >= 0:
            found.append((at, at + len(words), words))
    return found, astray
