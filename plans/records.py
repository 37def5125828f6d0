"""What is a task, a milestone, a target? The records that this room hands on, and their JSON form.

`span` counts characters of the document's normalised text; `evidence` counts characters of `Task.text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STAGES = ("plan", "approve", "sign", "land", "start", "topped_out", "complete", "open", "operate")
OPS = (">=", "<=", "==", "~", "+%")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of a project that the text promises: `stage` of STAGES; `due` YYYY[-H1|-Q3|-MM] or None."""

    what: str
    stage: str
    due: str | None
    evidence: Span

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return {"what": self.what, "stage": self.stage, "due": self.due, "evidence": list(self.evidence)}


@dataclass(frozen=True, slots=True)
class Target:
    """A number that the text promises.

    `value` is in `unit` with 万 and 亿 multiplied out; `op` is one of OPS, `+%` being growth in per cent.
    A printed range (3-5家) has op `>=`, its lower end in `value` and its upper end in `max`.
    """

    what: str
    op: str
    value: int | float
    unit: str
    due: str | None
    evidence: Span
    max: int | float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values; `max` only where there is one."""
        record: dict[str, Any] = {"what": self.what, "op": self.op, "value": self.value}
        if self.max is not None:
            record["max"] = self.max
        return record | {"unit": self.unit, "due": self.due, "evidence": list(self.evidence)}


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered item of a plan. `text` begins with `title`; `span` is None for curated plans."""

    id: str
    plan: str
    number: str
    path: tuple[str, ...]
    title: str
    text: str
    span: Span | None = None
    milestones: tuple[Milestone, ...] = ()
    targets: tuple[Target, ...] = ()
    source: str = ""

    @property
    def body_start(self) -> int:
        """Where `body` begins in `text`."""
        rest = self.text[len(self.title) :]
        return len(self.text) - len(rest.lstrip(" \t\n\u3000。；;"))

    @property
    def body(self) -> str:
        """The text after the title and its full stop; empty where the title says it all."""
        return self.text[self.body_start :]

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values, keys in the order of the contract."""
        return {
            "id": self.id,
            "plan": self.plan,
            "number": self.number,
            "path": list(self.path),
            "title": self.title,
            "text": self.text,
            "span": None if self.span is None else list(self.span),
            "milestones": [milestone.to_json() for milestone in self.milestones],
            "targets": [target.to_json() for target in self.targets],
            "source": self.source,
        }
