"""Promises beside records: how each promise of a project stands on a chosen day, and what is due when.

Days are calendar days. Nothing here says that a thing was built or was not: see `plans.lights`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from layers.projects import Projects, ProjectView
from layers.statuses import Status, StatusBook
from plans.lights import DUE_SOON_DAYS, Light, light_of, replaced_promises
from plans.project_history import PlanTime, Promise


@dataclass(frozen=True)
class PromiseLight:
    """A promise of a project with its light; `replaced_by` is a newer plan that says the same stage anew."""

    project: ProjectView
    plan: PlanTime
    promise: Promise
    light: Light[Status]
    replaced_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The promise with `project`, `name`, `name_en`, `light`, `status` and `replaced_by`."""
        project, shown = self.project.project, self.light.record
        named = {"project": project.id, "name": project.name, "name_en": project.name_en}
        return {
            **named,
            **self.promise.to_json(),
            "light": self.light.to_json(),
            "status": shown and shown.to_json(),
            "replaced_by": self.replaced_by,
        }


@dataclass(frozen=True)
class Progress:
    """A project on a day: its promises with their lights, and the records known by then."""

    project: ProjectView
    today: date
    promises: tuple[PromiseLight, ...]
    statuses: tuple[Status, ...]

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "project": self.project.id,
            "today": self.today.isoformat(),
            "promises": [row.to_json() for row in self.promises],
            "statuses": [status.to_json() for status in self.statuses],
        }


def progress(
    project: ProjectView, statuses: Sequence[Status], today: date, *, within_days: int = DUE_SOON_DAYS
) -> Progress:
    """Return a project's promises with their lights on a day, as that day knew them.

    Plans published later and records of later days do not count.
    """
    entries = [entry for entry in project.history if entry.plan.published <= today]
    replaced = replaced_promises(entries)
    known = tuple(status for status in statuses if status.day <= today)
    rows = tuple(
        PromiseLight(
            project,
            entry.plan,
            promise,
            light_of(promise, known, today, within_days=within_days),
            replaced.get(promise),
        )
        for entry in entries
        for promise in entry.promises
    )
    return Progress(project, today, rows, known)


def list_promises(
    projects: Projects, book: StatusBook, today: date, *, within_days: int = DUE_SOON_DAYS
) -> list[PromiseLight]:
    """Return the promises of all projects with their lights, those due first before the others."""
    rows = [
        row
        for view in projects.views.values()
        for row in progress(view, book.of(view.id), today, within_days=within_days).promises
    ]
    return sorted(rows, key=lambda row: (row.promise.last, row.project.id, row.promise.rank))
