"""What the geocoder says of a task: its links to places with their evidence, its scope, its unplaced names.

Spans are (start, end, words) in characters of the task's text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from geo.gazetteer import Kind

Scope = Literal["zones", "lines", "whole", "outside"]
Span = tuple[int, int, str]


@dataclass(init=False, unsafe_hash=True)  # not frozen, which would make it slow; nobody changes one
class Link:
    """A task's link to a zone, site or line.

    `evidence` are (start, end, words) in the task's text; a link by heading has none and instead
    `heading_evidence` (index in `path`, start, end, words).
    """

    target: str
    kind: Kind
    relation: str
    confidence: float
    rule: str
    evidence: tuple[Span, ...]
    heading_evidence: tuple[tuple[int, int, int, str], ...]

    def __init__(  # written out: many are made, and this one can be compiled
        self,
        target: str,
        kind: Kind,
        relation: str,
        confidence: float,
        rule: str,
        evidence: tuple[Span, ...] = (),
        heading_evidence: tuple[tuple[int, int, int, str], ...] = (),
    ) -> None:
        self.target = target
        self.kind = kind
        self.relation = relation
        self.confidence = confidence
        self.rule = rule
        self.evidence = evidence
        self.heading_evidence = heading_evidence

    def __reduce__(self) -> tuple[type[Link], tuple[object, ...]]:
        """For copies and other processes: a compiled class is made anew from its parts."""
        return Link, tuple(getattr(self, part.name) for part in fields(self))

    def to_json(self) -> dict[str, Any]:
        """The link as an object of the links record."""
        record = self.to_record()
        record["evidence"] = [*map(list, self.evidence)]
        if self.heading_evidence:
            record["heading_evidence"] = [*map(list, self.heading_evidence)]
        return record

    def to_record(self) -> dict[str, Any]:
        """The same object with tuples for lists, which a JSON writer writes alike: it is made faster."""
        record: dict[str, Any] = {
            "target": self.target,
            "kind": self.kind,
            "relation": self.relation,
            "confidence": self.confidence,
            "rule": self.rule,
            "evidence": self.evidence,
        }
        if self.heading_evidence:
            record["heading_evidence"] = self.heading_evidence
        return record


@dataclass(init=False, unsafe_hash=True)  # as `Link`
class TaskLinks:
    """What the geocoder says of one task; `reason` explains the scope in a few Chinese words."""

    scope: Scope
    reason: str
    links: tuple[Link, ...]
    unplaced: tuple[Span, ...]

    def __init__(
        self, scope: Scope, reason: str, links: tuple[Link, ...], unplaced: tuple[Span, ...]
    ) -> None:
        self.scope = scope
        self.reason = reason
        self.links = links
        self.unplaced = unplaced

    def __reduce__(self) -> tuple[type[TaskLinks], tuple[object, ...]]:
        """As `Link`."""
        return TaskLinks, (self.scope, self.reason, self.links, self.unplaced)

    def to_json(self, task_id: str) -> dict[str, Any]:
        """The record of the task, ready for `json.dumps`."""
        record = self.to_record(task_id)
        record["links"] = [link.to_json() for link in self.links]
        record["unplaced"] = [*map(list, self.unplaced)]
        return record

    def to_record(self, task_id: str) -> dict[str, Any]:
        """The same record with tuples for lists; see `Link.to_record`."""
        return {
            "task": task_id,
            "scope": self.scope,
            "reason": self.reason,
            "links": [link.to_record() for link in self.links],
            "unplaced": self.unplaced,
        }
