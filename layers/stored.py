"""A plan as a workspace stores it: the document's record, its tasks, and how they were read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.comparison import Changes
from layers.intake import Given, Reading
from plans.records import Task
from plans.tasks import Unread, parse_tasks

QUOTED_CHARS = 200  # of a left-out passage; the whole stands in the original
UNREMARKABLE = ("number", "blank")  # left out of every item; counted, not listed


@dataclass(frozen=True)
class LeftOutPassage:
    """Characters `start` to `end` of the document's text that stand in no task, why, and how they begin."""

    start: int
    end: int
    reason: str
    text: str


@dataclass(frozen=True)
class StoredPlan:
    """A plan of a workspace: its document, its tasks, and what reading it left out or found amiss.

    `given` is what a person said when importing (`plan`, `year`). `faults` are (line, what) of the document.
    """

    plan: str
    name: str
    sha256: str
    size: int
    format: str
    title: str
    year: int | None
    until: int | None
    given: Given
    tasks: tuple[Task, ...]
    characters: int
    characters_used: int
    left_out: tuple[LeftOutPassage, ...]
    faults: tuple[tuple[int, str], ...]
    changes: Changes | None
    unread: tuple[Unread, ...] = ()

    @property
    def characters_left_out(self) -> int:
        """Characters that stand in no task's text."""
        return self.characters - self.characters_used

    @classmethod
    def from_files(cls, plan_id: str, files: Mapping[str, bytes]) -> StoredPlan:
        """Parse the three files of a reading; raises ValueError, KeyError or TypeError where one is none."""
        document = json.loads(files["document.json"])
        report = json.loads(files["report.json"])
        if document["plan"] != plan_id:
            raise ValueError(f"it is of plan {document['plan']!r}, not {plan_id!r}")
        return cls(
            plan=plan_id,
            name=str(document["name"]),
            sha256=str(document["sha256"]),
            size=int(document["size"]),
            format=str(document["format"]),
            title=str(document["title"]),
            year=None if document["year"] is None else int(document["year"]),
            until=None if document["until"] is None else int(document["until"]),
            given=Given(document["given"]["plan"], document["given"]["year"]),
            tasks=tuple(parse_tasks(files["tasks.jsonl"].decode("utf-8").split("\n"), "tasks.jsonl")),
            characters=int(report["characters"]),
            characters_used=int(report["characters_used"]),
            left_out=tuple(LeftOutPassage(*entry) for entry in report["left_out"]),
            faults=tuple((int(line), str(what)) for line, what in report["faults"]),
            changes=Changes.from_json(report["changes"]) if report["changes"] else None,
            unread=tuple(Unread(*entry) for entry in report["unread"]),
        )

    def lines(self) -> list[str]:
        """The reading for people: what was read, used, left out, amiss, and changed."""
        return [
            f"{self.name}: plan {self.plan}, {len(self.tasks)} items ({self.format}), {self.title}",
            f"characters: {self.characters} read, {self.characters_used} used, "
            f"{self.characters_left_out} left out",
            *(f"line {line}: {what}" for line, what in self.faults),
            *(self.changes.lines() if self.changes else []),
        ]


def report_record(reading: Reading, changes: Changes | None) -> dict[str, Any]:
    """How a document was read, as JSON values; also what `lingang read --report FILE` writes."""
    report, text = reading.report, reading.document.text
    return {
        "document": reading.source.name,
        "sha256": reading.document.sha256,
        "plan": reading.plan,
        "recognised": _recognised(reading),
        "year": report.year,
        "items": report.items,
        "milestones": report.milestones,
        "targets": report.targets,
        "characters": report.characters,
        "characters_used": report.characters_used,
        "characters_left_out": report.characters_left_out,
        "left_out": [
            [part.span[0], part.span[1], part.reason, _quote(text, *part.span)] for part in report.left_out
        ],
        "unread": [[one.reason, one.text, one.characters, one.place] for one in report.unread],
        "faults": [[fault.line, fault.what] for fault in report.faults],
        "changes": changes.to_json() if changes else None,
    }


def _recognised(reading: Reading) -> dict[str, Any] | None:
    found = reading.recognised
    return {"plan": found.plan, "matched": found.matched, "items": found.items} if found else None


def _quote(text: str, start: int, end: int) -> str:
    """The beginning of a passage in one line."""
    return " ".join(text[start : min(end, start + QUOTED_CHARS)].split())
