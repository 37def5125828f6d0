"""Actual progress: what people recorded of projects, beside what the plans promise. One JSON object a line.

The records are in a workspace's `statuses.jsonl`, oldest first; lines are only ever added. A record that
contradicts one before it (construction starts after the completion) is refused, unless it is marked as a
correction: then the records that it contradicts, and those of the same stage, no longer count, but stay in
the file. Days are calendar days.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from layers.projects import ProjectView
from layers.workspace import Workspace, _flush
from lingang.errors import PlanningMapError, UnknownIdError
from lingang.files import write_atomic
from plans.lights import contradicts
from plans.records import STAGES

FILE = "statuses.jsonl"
EARLIEST = date(1949, 10, 1)  # an older day is a slip of the pen
MOST_CHARS = {"author": 80, "note": 1000, "source": 2000}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REQUIRED = ("project", "stage", "date", "source", "note", "author", "recorded")
_MAY_BE_EMPTY = ("source", "note")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control and direction characters, halves of pairs, line ends


class StatusError(PlanningMapError, ValueError):
    """A status that cannot be: `problem` says what of it, and what it should be."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, order=True)
class StatusFault:
    """What is wrong with line `line` of a file of statuses; `project` is its id, "" where unknown."""

    line: int
    project: str
    problem: str

    def __str__(self) -> str:
        return f"{FILE}, line {self.line}: {self.problem}" if self.line else f"{FILE}: {self.problem}"


@dataclass(frozen=True)
class Status:
    """A stage that a project, or a part of it, reached on `day`, as `author` recorded it on `recorded`.

    `source` is an http(s) address or "". A correction (`corrects`) takes the place of what it contradicts.
    """

    project: str
    stage: str
    day: date
    source: str
    note: str
    author: str
    recorded: date
    part: str = ""
    corrects: bool = False
    line: int = field(default=0, compare=False)

    @property
    def said(self) -> tuple[Any, ...]:
        """All but the day of recording; the same said again is no new record."""
        return self.project, self.stage, self.day, self.source, self.note, self.author, self.part

    def to_json(self) -> dict[str, Any]:
        """The record of the file, its fields always in this order; `part` and `corrects` only where set."""
        record: dict[str, Any] = {
            "project": self.project,
            "stage": self.stage,
            "date": self.day.isoformat(),
            "source": self.source,
            "note": self.note,
            "author": self.author,
            "recorded": self.recorded.isoformat(),
        }
        return record | _marks(self.part, self.corrects)


@dataclass(frozen=True)
class StatusBook:
    """The records that count, by project id and in the order of their days, and what could not be used."""

    by_project: Mapping[str, tuple[Status, ...]]
    faults: tuple[StatusFault, ...] = ()

    def of(self, project_id: str) -> tuple[Status, ...]:
        """The records of a project; none where nobody recorded any."""
        return self.by_project.get(project_id, ())


@dataclass(frozen=True)
class Added:
    """What recording did: whether the file has a new line, and the records that no longer count."""

    status: Status
    is_new: bool
    set_aside: tuple[Status, ...] = ()


# ---- recording --------------------------------------------------------------------------------------------


def parse_day(written: str, name: str = "date") -> date:
    """Return the day of YYYY-MM-DD; raises StatusError."""
    try:
        if not _DATE.fullmatch(written):
            raise ValueError("not of the form YYYY-MM-DD")
        return date.fromisoformat(written)
    except ValueError as error:
        raise StatusError(f"{name} {written!r} is no date; write YYYY-MM-DD") from error


def make_status(
    project: ProjectView,
    stage: str,
    day: date,
    *,
    author: str,
    source: str = "",
    note: str = "",
    part: str = "",
    corrects: bool = False,
    today: date | None = None,
) -> Status:
    """Return a new status of a project; nothing is stored.

    Raises
    ------
    StatusError
        An unknown stage, a day after `today` (by default the present one), a part that no plan promises,
        or a text that is not as it should be.
    """
    known = list(dict.fromkeys(p.part for entry in project.history for p in entry.promises if p.part))
    if part and part not in known:
        told = f"parts that plans promise: {', '.join(known)}" if known else "leave the part out"
        raise StatusError(f"no plan promises a part {part!r} of project {project.id!r}; {told}")
    recorded = date.today() if today is None else today
    record: dict[str, Any] = {"project": project.id, "stage": stage, "source": source, "note": note}
    record |= {"date": day.isoformat(), "author": author, "recorded": recorded.isoformat()}
    return _status_of(record | _marks(part, corrects))


def add_status(workspace: Workspace, status: Status) -> Added:
    """Store a status at the end of the workspace's file; every other line stays as it is.

    What somebody said before, to the letter, is not stored again.

    Raises
    ------
    StatusError
        It contradicts one that counts and is no correction; nothing is written.
    WorkspaceError
        The folder cannot be written, or another writer does not let go of it.
    """
    path = workspace.path / FILE
    if not status.corrects:  # refused before the folder is made
        _check_order(status, _kept(_read(workspace)[0])[0])
    with workspace.locked():
        content = path.read_bytes() if path.exists() else b""
        kept = _kept(parse_statuses(content)[0])[0]
        gone = _corrected(status, kept)
        if any(one.said == status.said for one in kept) and all(one.said == status.said for one in gone):
            return Added(status, is_new=False)
        if not status.corrects:
            _check_order(status, kept)
        lines = [line for line in content.split(b"\n") if line.strip()]
        new = json.dumps(status.to_json(), ensure_ascii=False).encode()
        write_atomic(path, b"\n".join([*lines, new, b""]))
        _flush(workspace.path)
        for leftover in workspace.path.glob(f".{FILE}.*"):
            leftover.unlink()
    return Added(status, is_new=True, set_aside=tuple(gone))


def _check_order(status: Status, kept: Iterable[Status]) -> None:
    """Raise StatusError where a record of the same project makes a new one impossible."""
    for one in kept:
        if one.project == status.project and contradicts(one, status):
            told = f"{status.stage} on {status.day} cannot be with {one.stage} on {one.day}"
            by = f"recorded by {one.author} on {one.recorded}"
            remedy = "mend the new one, or record it as a correction (--correct)"
            raise StatusError(f"project {status.project!r}: {told} ({by}); {remedy}")


def _corrected(status: Status, kept: Iterable[Status]) -> list[Status]:
    """The records that a correction takes the place of."""
    if not status.corrects:
        return []
    same = [one for one in kept if (one.project, one.part) == (status.project, status.part)]
    return [one for one in same if one.stage == status.stage or contradicts(one, status)]


# ---- reading ----------------------------------------------------------------------------------------------


def read_statuses(workspace: Workspace, projects: Collection[str]) -> StatusBook:
    """Return the records of a workspace that count; `projects` are the ids known. No file, no records.

    Lines that cannot be read, speak of an unknown project or contradict an earlier one are faults, and the
    others count all the same.
    """
    found, faults = _read(workspace)
    kept, out_of_order = _kept(found)
    unknown = [
        StatusFault(one.line, one.project, str(UnknownIdError("project", one.project, projects)))
        for one in kept
        if one.project not in projects
    ]
    by_project: dict[str, list[Status]] = {}
    for status in sorted(kept, key=lambda one: (one.day, STAGES.index(one.stage), one.line)):
        if status.project in projects:
            by_project.setdefault(status.project, []).append(status)
    whole = {key: tuple(statuses) for key, statuses in by_project.items()}
    return StatusBook(whole, tuple(sorted([*faults, *out_of_order, *unknown])))


def _read(workspace: Workspace) -> tuple[list[Status], list[StatusFault]]:
    try:
        return parse_statuses((workspace.path / FILE).read_bytes())
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [StatusFault(0, "", f"cannot be read ({error.strerror or error})")]


def parse_statuses(content: bytes) -> tuple[list[Status], list[StatusFault]]:
    """Return the statuses of a file and the faults of the lines that hold none; blank lines do not count."""
    statuses, faults = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        project = ""
        try:
            record = _record_of(line)
            project = record["project"] if isinstance(record.get("project"), str) else ""
            statuses.append(replace(_status_of(record), line=number))
        except StatusError as error:
            faults.append(StatusFault(number, project, error.problem))
    return statuses, faults


def _kept(statuses: Iterable[Status]) -> tuple[list[Status], list[StatusFault]]:
    """The records that count, corrections applied in the order of the file, and those out of order."""
    kept: dict[str, list[Status]] = {}
    faults: list[StatusFault] = []
    for status in statuses:
        before = kept.setdefault(status.project, [])
        gone = _corrected(status, before)
        before[:] = [one for one in before if one not in gone]
        try:
            _check_order(status, before)
        except StatusError as error:
            faults.append(StatusFault(status.line, status.project, error.problem))
        else:
            before.append(status)
    return [status for ours in kept.values() for status in ours], faults


def _record_of(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StatusError("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise StatusError(f"is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise StatusError("is no JSON object")
    return record


def _status_of(record: Mapping[str, Any]) -> Status:
    """The status of a record; raises StatusError with the first thing wrong."""
    if missing := [name for name in _REQUIRED if name not in record]:
        raise StatusError(f"lacks {', '.join(missing)}")
    if unknown := [name for name in record if name not in (*_REQUIRED, "part", "corrects")]:
        raise StatusError(f"has unknown fields: {', '.join(unknown)}")
    if record.get("corrects", True) is not True:
        raise StatusError("corrects must be true, or left out")
    for name, value in record.items():
        if name != "corrects":
            _check_words(name, value)
    if record["stage"] not in STAGES:
        near = get_close_matches(record["stage"], STAGES, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise StatusError(f"unknown stage {record['stage']!r}{hint} (stages: {', '.join(STAGES)})")
    _check_source(record["source"])
    days = {name: parse_day(record[name], name) for name in ("date", "recorded")}
    if not EARLIEST <= days["date"] <= days["recorded"]:
        told = "is in the future" if days["date"] > days["recorded"] else "is too long ago"
        raise StatusError(
            f"date {days['date']} {told}; a status says what happened, from {EARLIEST} to {days['recorded']}"
        )
    texts = {name: value for name, value in record.items() if name != "date"}
    return Status(**{**texts, "day": days["date"], "recorded": days["recorded"]})


def _marks(part: str, corrects: bool) -> dict[str, Any]:
    """The fields that are written only where they are set."""
    return ({"part": part} if part else {}) | ({"corrects": True} if corrects else {})


def _check_words(name: str, value: Any) -> None:
    if not isinstance(value, str) or not (value.strip() or (name in _MAY_BE_EMPTY and value == "")):
        raise StatusError(f"{name} must be a text that is not blank")
    if len(value) > (most := MOST_CHARS.get(name, 200)):
        raise StatusError(f"{name} has {len(value)} characters; keep to {most}")
    if unseen := next((sign for sign in value if unicodedata.category(sign) in _UNSEEN), None):
        raise StatusError(f"{name} holds the control character U+{ord(unseen):04X}; leave it out")


def _check_source(source: str) -> None:
    """Refuse what a page could not safely offer as a link."""
    if not source:
        return
    try:
        parts = urlsplit(source)
        is_link = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_link = False
    if not is_link or any(sign.isspace() for sign in source):
        told = "begin with https:// or http://, or leave it out"
        raise StatusError(f"source {source!r} is no web address; {told}")
