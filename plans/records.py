"""What is a task, a milestone, a target? The records that this room hands on, and their JSON form.

`span` counts characters of the document's normalised text; `evidence` counts characters of `Task.text`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from plans.errors import RecordError
from plans.outline import split_title

STAGES = ("plan", "approve", "sign", "land", "start", "topped_out", "complete", "open", "operate")
OPS = (">=", "<=", "==", "~", "+%")

Span = tuple[int, int]
_MISSING: Any = object()


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

    @classmethod
    def from_json(cls, entry: Any, text: str) -> Milestone:
        """Return the milestone of decoded JSON; its evidence must lie in `text`. Raises RecordError."""
        if not isinstance(entry, dict):
            raise RecordError(f"'milestones': expected objects, got {_show(entry)}")
        stage = _string(entry, "stage")
        if stage not in STAGES:
            raise RecordError(f"'stage' {stage!r} is not one of {', '.join(STAGES)}")
        due = None if entry.get("due") is None else _string(entry, "due")
        return cls(_string(entry, "what"), stage, due, _span(entry.get("evidence"), "evidence", text))


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

    @classmethod
    def from_json(cls, entry: Any, text: str) -> Target:
        """Return the target of decoded JSON; its evidence must lie in `text`. Raises RecordError."""
        if not isinstance(entry, dict):
            raise RecordError(f"'targets': expected objects, got {_show(entry)}")
        op = _string(entry, "op")
        if op not in OPS:
            raise RecordError(f"'op' {op!r} is not one of {', '.join(OPS)}")
        due = None if entry.get("due") is None else _string(entry, "due")
        evidence = _span(entry.get("evidence"), "evidence", text)
        upper = None if entry.get("max") is None else _number(entry, "max")
        what, unit = _string(entry, "what"), _string(entry, "unit")
        return cls(what, op, _number(entry, "value"), unit, due, evidence, upper)


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

    @classmethod
    def from_json(cls, record: Any) -> Task:
        """Return the task of a decoded JSON object; `title` defaults to the lead phrase of `text`.

        Fields that the contract does not know are passed over. Raises RecordError with the field, what
        was given and what was expected.
        """
        if not isinstance(record, dict):
            raise RecordError(f"expected a JSON object, got {_show(record)}")
        identity, text = _string(record, "id"), _string(record, "text")
        if not identity.strip() or not text.strip():
            raise RecordError("'id' and 'text' must not be empty")
        title = _string(record, "title", split_title(text))
        if not text.startswith(title):
            raise RecordError(f"task {identity!r}: 'text' must begin with 'title' ({title!r})")
        span = record.get("span")
        return cls(
            id=identity,
            plan=_string(record, "plan", ""),
            number=_string(record, "number", ""),
            path=tuple(_strings(record, "path")),
            title=title,
            text=text,
            span=None if span is None else _span(span, "span", None),
            milestones=tuple(Milestone.from_json(entry, text) for entry in _list(record, "milestones")),
            targets=tuple(Target.from_json(entry, text) for entry in _list(record, "targets")),
            source=_string(record, "source", ""),
        )


def _string(record: dict[str, Any], field: str, default: Any = _MISSING) -> str:
    value = record.get(field, default)
    if value is _MISSING:
        raise RecordError(f"{field!r} is missing; a task needs 'id' and 'text'")
    if not isinstance(value, str):
        raise RecordError(f"{field!r}: expected a string, got {_show(value)}")
    return value


def _list(record: dict[str, Any], field: str) -> list[Any]:
    value = record.get(field, [])
    if not isinstance(value, list):
        raise RecordError(f"{field!r}: expected a list, got {_show(value)}")
    return value


def _strings(record: dict[str, Any], field: str) -> list[str]:
    values = _list(record, field)
    if not all(isinstance(value, str) for value in values):
        raise RecordError(f"{field!r}: expected a list of strings, got {_show(values)}")
    return values


def _number(record: dict[str, Any], field: str) -> int | float:
    value = record.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(f"{field!r}: expected a number, got {_show(value)}")
    return value


def _span(value: Any, field: str, text: str | None) -> Span:
    """Two offsets in order, inside `text` where it is known."""
    whole = isinstance(value, list) and len(value) == 2 and all(type(entry) is int for entry in value)
    if not whole or not 0 <= value[0] <= value[1] or (text is not None and value[1] > len(text)):
        limit = "" if text is None else f" within the text's {len(text)} characters"
        raise RecordError(f"{field!r}: expected [start, end]{limit}, got {_show(value)}")
    return value[0], value[1]


def _show(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
