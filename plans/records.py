"""What is a task, a milestone, a target? The records that this room hands on, and their JSON form.

`span` counts characters of the document's normalised text; `evidence` counts characters of `Task.text`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from plans.errors import RecordError
from plans.titles import split_title, title_end
from plans.units import to_standard

STAGES = ("plan", "approve", "sign", "land", "start", "topped_out", "complete", "open", "operate")
COMMITMENTS = ("firm", "aim", "explore")
OPS = (">=", "<=", "==", "~", "+%", "×")

Span = tuple[int, int]
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of a project that the text promises: `stage` of STAGES; `due` YYYY[-H1|-Q3|-MM] or None.

    `commitment` says how firmly (COMMITMENTS). Where no date is printed `due_implied` names the plan's last
    year, if the plan has one.
    """

    what: str
    stage: str
    due: str | None
    evidence: Span
    commitment: str = "firm"
    due_implied: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values; `due_implied` only where there is one."""
        record: dict[str, Any] = {"what": self.what, "stage": self.stage, "due": self.due}
        if self.due_implied is not None:
            record["due_implied"] = self.due_implied
        return record | {"commitment": self.commitment, "evidence": list(self.evidence)}

    @classmethod
    def from_json(cls, entry: Any, text: str) -> Milestone:
        """Return the milestone of decoded JSON; its evidence must lie in `text`. Raises RecordError."""
        if not isinstance(entry, dict):
            raise RecordError(f"'milestones': expected objects, got {_show(entry)}")
        return cls(
            what=_string(entry, "what"),
            stage=_one_of(entry, "stage", STAGES),
            due=_optional(entry, "due"),
            evidence=_span(entry.get("evidence"), "evidence", text),
            commitment=_one_of(entry, "commitment", COMMITMENTS, "firm"),
            due_implied=_optional(entry, "due_implied"),
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A number that the text promises.

    `value` is in `unit` with 万 and 亿 multiplied out; `op` is one of OPS: `+%` growth in per cent
    (`at_least` where it is a lower bound), `×` a multiple (翻两番: 4). A printed range (3-5家) has op `>=`,
    its lower end in `value` and its upper end in `max`. `printed` is the number with its unit as it stands
    in the text; `normal_value` and `normal_unit` are in standard units.
    """

    what: str
    op: str
    value: int | float
    unit: str
    due: str | None
    evidence: Span
    max: int | float | None = None
    printed: str = ""
    at_least: bool = False
    due_implied: str | None = None

    @property
    def normal_value(self) -> int | float:
        """`value` in `normal_unit`."""
        return to_standard(self.value, self.unit)[0]

    @property
    def normal_unit(self) -> str:
        """The standard unit: 平方米, 米, 千克, 瓦, 元, or the unit itself."""
        return to_standard(self.value, self.unit)[1]

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values; fields that say nothing are left out."""
        record: dict[str, Any] = {"what": self.what, "op": self.op, "value": self.value}
        if self.max is not None:
            record["max"] = self.max
        record |= {"unit": self.unit, "due": self.due}
        if self.normal_unit != self.unit:
            record |= {"normal_value": self.normal_value, "normal_unit": self.normal_unit}
        for field in ("printed", "at_least", "due_implied"):
            if getattr(self, field):
                record[field] = getattr(self, field)
        return record | {"evidence": list(self.evidence)}

    @classmethod
    def from_json(cls, entry: Any, text: str) -> Target:
        """Return the target of decoded JSON; its evidence must lie in `text`. Raises RecordError."""
        if not isinstance(entry, dict):
            raise RecordError(f"'targets': expected objects, got {_show(entry)}")
        return cls(
            what=_string(entry, "what"),
            op=_one_of(entry, "op", OPS),
            value=_number(entry, "value"),
            unit=_string(entry, "unit"),
            due=_optional(entry, "due"),
            evidence=_span(entry.get("evidence"), "evidence", text),
            max=None if entry.get("max") is None else _number(entry, "max"),
            printed=_string(entry, "printed", ""),
            at_least=entry.get("at_least") is True,
            due_implied=_optional(entry, "due_implied"),
        )


@dataclass(frozen=True, slots=True)
class Task:
    """One item of a plan. `text` begins with `title`, spaces aside; `span` is None for curated plans.

    `pieces` are the stretches of the document that `text` joins, where there is more than one: a line
    break in mid-sentence or an advertisement was taken out. `span` reaches from the first to the last.
    """

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
    pieces: tuple[Span, ...] = ()

    @property
    def body_start(self) -> int:
        """Where `body` begins in `text`."""
        rest = self.text[title_end(self.text, self.title) or 0 :]
        return len(self.text) - len(rest.lstrip(" \t\n\u3000\u00a0。；;"))

    @property
    def body(self) -> str:
        """The text after the title and its full stop; empty where the title says it all."""
        return self.text[self.body_start :]

    def find_in_document(self, start: int, end: int) -> list[Span]:
        """Return where characters of `text` stand in the document; nothing for a curated plan."""
        pieces = self.pieces or (() if self.span is None else (self.span,))
        found, before = [], 0
        for first, last in pieces:
            low, high = max(start, before), min(end, before + last - first)
            if low < high:
                found.append((first + low - before, first + high - before))
            before += last - first
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values, keys in the order of the contract; `pieces` where there are."""
        record: dict[str, Any] = {
            "id": self.id,
            "plan": self.plan,
            "number": self.number,
            "path": list(self.path),
            "title": self.title,
            "text": self.text,
            "span": None if self.span is None else list(self.span),
        }
        if self.pieces:
            record["pieces"] = [list(piece) for piece in self.pieces]
        return record | {
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
        if title_end(text, title) is None:
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
            pieces=tuple(_span(piece, "pieces", None) for piece in _list(record, "pieces")),
        )


def _string(record: dict[str, Any], field: str, default: Any = _MISSING) -> str:
    value = record.get(field, default)
    if value is _MISSING:
        raise RecordError(f"{field!r} is missing; a task needs 'id' and 'text'")
    if not isinstance(value, str):
        raise RecordError(f"{field!r}: expected a string, got {_show(value)}")
    return value


def _one_of(record: dict[str, Any], field: str, known: tuple[str, ...], default: Any = _MISSING) -> str:
    value = _string(record, field, default)
    if value not in known:
        raise RecordError(f"{field!r} {value!r} is not one of {', '.join(known)}")
    return value


def _optional(record: dict[str, Any], field: str) -> str | None:
    return None if record.get(field) is None else _string(record, field)


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
