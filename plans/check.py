"""What is wrong with the built-in plans? All faults at once, never an exception for bad data.

A built-in plan is `<id>.jsonl`, a task a line: number, path of headings, official title, our summary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plans.errors import PlanError
from plans.records import Task
from plans.tasks import read_tasks

FULL_STOP = "。"


@dataclass(frozen=True, order=True)
class PlanFault:
    """One thing wrong with a plan file; `feature_id` is the task's id, or "" for the file as a whole."""

    file: str
    feature_id: str
    rule: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}: task {self.feature_id!r}" if self.feature_id else self.file
        return f"{where}: {self.message} [{self.rule}]"


def check_plan(path: Path, plan_id: str) -> list[PlanFault]:
    """Return every fault of one plan file: unreadable lines, ids, numbering, headings, titles, source."""
    shown = f"plans/{path.name}"
    try:
        tasks = read_tasks(path)
    except (PlanError, OSError) as error:
        return [PlanFault(shown, "", "read", str(error))]
    if not tasks:
        return [PlanFault(shown, "", "read", "holds no task")]
    faults = [fault for task in tasks for fault in _check_task(task, plan_id, shown)]
    return faults + _check_numbers(tasks, shown)


def _check_task(task: Task, plan_id: str, shown: str) -> Iterator[PlanFault]:
    if task.plan != plan_id:
        yield PlanFault(shown, task.id, "plan", f"is of plan {task.plan!r}; this file holds {plan_id!r}")
    if task.id != f"{task.plan}-{task.number}":
        yield PlanFault(shown, task.id, "ids", f"the id should be {task.plan}-{task.number}")
    if not task.path or not all(heading.strip() for heading in task.path):
        yield PlanFault(shown, task.id, "path", "needs the headings it stands under")
    if not task.title.strip() or not task.text.startswith(task.title + FULL_STOP):
        yield PlanFault(shown, task.id, "title", "the text must begin with the title and a full stop")
    elif not task.body.strip():
        yield PlanFault(shown, task.id, "summary", "has no summary after its title")
    if not (task.source or "").strip():
        yield PlanFault(shown, task.id, "source", "does not say which plan and item it comes from")


def _check_numbers(tasks: list[Task], shown: str) -> list[PlanFault]:
    """Numbers of an annual plan run 1, 2, 3 … without gap; other numberings only may not repeat."""
    numbers = [task.number for task in tasks]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        return []
    found = [int(number) for number in numbers]
    if found == list(range(1, len(found) + 1)):
        return []
    gap = next((i for i, number in enumerate(found, start=1) if i != number), len(found))
    return [
        PlanFault(shown, "", "numbers", f"numbers must run 1, 2, 3 …; at place {gap} stands {found[gap - 1]}")
    ]
