"""What does a plan promise, item by item? Documents -> tasks, and tasks to and from JSON lines.

A line of a task file needs only `id` and `text`; what else it holds is checked, never repaired silently.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plans.document import Document
from plans.dues import PlanYears
from plans.errors import RecordError, TaskError
from plans.identity import guess_plan, plan_period, recognise_plan
from plans.milestones import find_milestones, find_targets
from plans.outline import Fault, Item, LeftOut, Outline, read_outline
from plans.records import Milestone, Target, Task

__all__ = [
    "Milestone",
    "PlanReport",
    "Target",
    "Task",
    "Unread",
    "dump_tasks",
    "guess_plan",
    "parse_tasks",
    "plan_period",
    "read_plan",
    "read_tasks",
    "recognise_plan",
]

QUOTED_CHARS = 60  # of a stretch left out that the report shows


@dataclass(frozen=True, slots=True)
class Unread:
    """What a format's reader made no text of (a script, a page's header): why, its begin, where it is."""

    reason: str
    text: str
    characters: int
    place: str


@dataclass(frozen=True, slots=True)
class PlanReport:
    """How a document was read: characters used and left out (with reasons), faults to look at.

    `unread` are parts of the file that are no text of the document. `year` is the plan's first year,
    `until` its last one, where the document says them.
    """

    name: str
    encoding: str
    sha256: str
    plan: str
    year: int | None
    items: int
    milestones: int
    targets: int
    characters: int
    characters_used: int
    left_out: tuple[LeftOut, ...]
    faults: tuple[Fault, ...]
    until: int | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def characters_left_out(self) -> int:
        """Characters that stand in no task's text."""
        return self.characters - self.characters_used

    def lines(self, text: str = "") -> list[str]:
        """Return the report for people; with the document's text, what was left out is quoted."""
        lines = [
            f"{self.name}: plan {self.plan}, {self.items} items, {self.milestones} milestones, "
            f"{self.targets} targets ({self.encoding})",
            f"characters: {self.characters} read, {self.characters_used} used, "
            f"{self.characters_left_out} left out",
        ]
        for (start, end), reason in self.left_out:
            words = " ".join(text[start : min(end, start + 200)].split())
            if words and reason != "number":
                more = "…" if len(words) > QUOTED_CHARS or end > start + 200 else ""
                lines.append(f"left out {start}-{end} ({reason}): {words[:QUOTED_CHARS]}{more}")
        for part in self.unread:
            words = " ".join(part.text.split())[:QUOTED_CHARS]
            lines.append(f"not read at {part.place}, {part.characters} characters ({part.reason}): {words}")
        return lines + [f"line {line}: {what}" for line, what in self.faults]


def read_plan(
    document: Document,
    plan_id: str | None = None,
    year: int | None = None,
    *,
    built_in_titles: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[list[Task], PlanReport]:
    """Return the tasks of a document, in its order, and how they were read.

    Parameters
    ----------
    document
        From `plans.document.read_document`.
    plan_id
        Begins every task id; by default the built-in plan that the document is, else what its title
        says (`plans.identity.guess_plan`), else a slug of the document's name.
    year
        The year that 年内 and 8月底前 mean; by default the one of the title, or its period where it lies
        in that. Without any, such dates stay open (`due` None).
    built_in_titles
        Plan id -> number -> title of the plans at hand; a document that is one of them gets its id.

    Returns
    -------
    tasks, report
        Ids are `<plan>-<number>`; a number that the document uses again gets `-2`, `-3` appended, and
        a fault in the report tells of it. A document without items gives no tasks and a fault.
    """
    outline = read_outline(document)
    guessed_id, guessed_year = guess_plan(document, is_numbered=outline.is_numbered)
    known = recognise_plan(outline.items, built_in_titles or {})
    plan = plan_id if plan_id is not None else known or guessed_id
    years = _years(year, plan_period(document), guessed_year)
    seen: Counter[str] = Counter()
    tasks = []
    for item in outline.items:
        seen[item.number] += 1
        again = f"-{seen[item.number]}" if seen[item.number] > 1 else ""
        tasks.append(_task(f"{plan}-{item.number}{again}", plan, years, item, document.name))
    return tasks, _report(document, plan, years, outline, tasks)


def _years(year: int | None, period: tuple[int, int] | None, guessed: int | None) -> PlanYears:
    """The year or period that a plan's dates are counted from; a given year wins over the document."""
    if period and period[0] < period[1] and (year is None or period[0] <= year <= period[1]):
        return period
    return guessed if year is None else year


def _task(task_id: str, plan: str, years: PlanYears, item: Item, source: str) -> Task:
    """An item with what it promises."""
    return Task(
        id=task_id,
        plan=plan,
        number=item.number,
        path=item.path,
        title=item.title,
        text=item.text,
        span=item.span,
        milestones=tuple(find_milestones(item.text, years)),
        targets=tuple(find_targets(item.text, years)),
        source=source,
        pieces=item.pieces if len(item.pieces) > 1 else (),
    )


def _report(
    document: Document, plan: str, years: PlanYears, outline: Outline, tasks: Sequence[Task]
) -> PlanReport:
    return PlanReport(
        name=document.name,
        encoding=document.encoding,
        sha256=document.sha256,
        plan=plan,
        year=years[0] if isinstance(years, tuple) else years,
        until=years[1] if isinstance(years, tuple) else years,
        items=len(tasks),
        milestones=sum(len(task.milestones) for task in tasks),
        targets=sum(len(task.targets) for task in tasks),
        characters=len(document.text),
        characters_used=outline.characters_used,
        left_out=outline.left_out,
        faults=outline.faults,
        unread=tuple(
            Unread(part.reason, part.text, part.characters, str(document.place_of(part.position)))
            for part in document.left_out
        ),
    )


def dump_tasks(tasks: Iterable[Task]) -> bytes:
    """Return the tasks as JSON lines in UTF-8; the same tasks give the same bytes."""
    lines = (json.dumps(task.to_json(), ensure_ascii=False) + "\n" for task in tasks)
    return "".join(lines).encode("utf-8")


def read_tasks(path: Path) -> list[Task]:
    """Return the tasks of a JSON-lines file.

    Raises
    ------
    TaskError
        The file cannot be read or is not UTF-8, or a line breaks the contract (the line is named).
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise TaskError(str(path), None, f"cannot be read ({fault.strerror}); check the path") from fault
    except UnicodeDecodeError as fault:
        raise TaskError(str(path), None, f"is not UTF-8 (byte {fault.start}); save it as UTF-8") from fault
    return parse_tasks(text.split("\n"), str(path))


def parse_tasks(lines: Iterable[str], name: str) -> list[Task]:
    """Return the tasks of JSON lines; blank lines are passed over. Raises TaskError as `read_tasks`."""
    tasks: list[Task] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            task = Task.from_json(_parse_line(line))
        except RecordError as fault:
            raise TaskError(name, number, str(fault)) from fault
        if task.id in first_line:
            problem = f"task id {task.id!r} was used on line {first_line[task.id]}; ids are unique"
            raise TaskError(name, number, problem)
        first_line[task.id] = number
        tasks.append(task)
    return tasks


def _parse_line(line: str) -> Any:
    try:
        record = json.loads(line)
        line.encode("utf-8")
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise RecordError("holds half of a surrogate pair; write the character itself") from fault
    except (ValueError, RecursionError) as fault:
        raise RecordError(f"is not a JSON object ({fault})") from fault
    return record
