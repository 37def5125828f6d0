"""What does a plan promise, item by item? Documents -> tasks, and tasks to and from JSON lines.

A line of a task file needs only `id` and `text`; what else it holds is checked, never repaired silently.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plans.document import Document
from plans.errors import TaskError
from plans.milestones import find_milestones, find_targets
from plans.outline import Fault, Item, LeftOut, Outline, read_outline, split_title
from plans.records import OPS, STAGES, Milestone, Span, Target, Task

__all__ = [
    "Milestone",
    "PlanReport",
    "Target",
    "Task",
    "dump_tasks",
    "guess_plan",
    "parse_tasks",
    "read_plan",
    "read_tasks",
    "task_from_json",
]

_PLAN_TITLE = re.compile(r"(?<!\d)(20\d\d)\s{0,2}年度?\s{0,2}(?:重点)?工作(?:要点|计划|安排|方案)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s{0,2}年")
_HEAD_CHARS = 3_000  # a title stands before this character
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class PlanReport:
    """How a document was read: characters used and left out (with reasons), faults to look at."""

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
            quoted = " ".join(text[start : start + 200].split())[:60]
            if quoted and reason != "number":
                lines.append(f"left out {start}-{end} ({reason}): {quoted}{'…' if end - start > 60 else ''}")
        return lines + [f"line {line}: {what}" for line, what in self.faults]


def read_plan(
    document: Document, plan_id: str | None = None, year: int | None = None
) -> tuple[list[Task], PlanReport]:
    """Return the tasks of a document, in its order, and how they were read.

    Parameters
    ----------
    document
        From `plans.document.read_document`.
    plan_id
        Begins every task id; by default the year of the title (2023年工作要点 -> `2023`), else a slug
        of the document's name.
    year
        The year that 年内 and 8月底前 mean; by default the one in the title. Without any, such dates
        stay open (`due` None).

    Returns
    -------
    tasks, report
        Ids are `<plan>-<number>`; a number that the document uses again gets `-2`, `-3` appended, and
        a fault in the report tells of it. A document without items gives no tasks and a fault.
    """
    guessed_id, guessed_year = guess_plan(document)
    plan = guessed_id if plan_id is None else plan_id
    year = guessed_year if year is None else year
    outline = read_outline(document)
    seen: Counter[str] = Counter()
    tasks = []
    for item in outline.items:
        seen[item.number] += 1
        again = f"-{seen[item.number]}" if seen[item.number] > 1 else ""
        tasks.append(_task(f"{plan}-{item.number}{again}", plan, year, item, document.name))
    return tasks, _report(document, plan, year, outline, tasks)


def _task(task_id: str, plan: str, year: int | None, item: Item, source: str) -> Task:
    """An item with what it promises."""
    return Task(
        id=task_id,
        plan=plan,
        number=item.number,
        path=item.path,
        title=item.title,
        text=item.text,
        span=item.span,
        milestones=tuple(find_milestones(item.text, year)),
        targets=tuple(find_targets(item.text, year)),
        source=source,
    )


def _report(
    document: Document, plan: str, year: int | None, outline: Outline, tasks: Sequence[Task]
) -> PlanReport:
    return PlanReport(
        name=document.name,
        encoding=document.encoding,
        sha256=document.sha256,
        plan=plan,
        year=year,
        items=len(tasks),
        milestones=sum(len(task.milestones) for task in tasks),
        targets=sum(len(task.targets) for task in tasks),
        characters=len(document.text),
        characters_used=outline.characters_used,
        left_out=outline.left_out,
        faults=outline.faults,
    )


def guess_plan(document: Document) -> tuple[str, int | None]:
    """Return the plan id and the year that the head of a document names."""
    head = document.text[:_HEAD_CHARS]
    if titled := _PLAN_TITLE.search(head):
        return titled[1], int(titled[1])
    stem = Path(document.name).stem.lower()
    slug = re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or f"plan-{document.sha256[:8]}"
    dated = _YEAR.search(document.name)
    return slug, int(dated[1]) if dated else None


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
            task = task_from_json(_parse_line(line))
        except _FieldError as fault:
            raise TaskError(name, number, str(fault)) from fault
        if task.id in first_line:
            problem = f"task id {task.id!r} was used on line {first_line[task.id]}; ids are unique"
            raise TaskError(name, number, problem)
        first_line[task.id] = number
        tasks.append(task)
    return tasks


class _FieldError(ValueError):
    """A field breaks the contract; the caller knows file and line."""


def _parse_line(line: str) -> Any:
    try:
        record = json.loads(line)
        line.encode("utf-8")
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise _FieldError("holds half of a surrogate pair; write the character itself") from fault
    except (ValueError, RecursionError) as fault:
        raise _FieldError(f"is not a JSON object ({fault})") from fault
    return record


def task_from_json(record: Any) -> Task:
    """Return the task of a decoded JSON object; `title` defaults to the lead phrase of `text`.

    Raises ValueError with the field, what was given and what was expected.
    """
    if not isinstance(record, dict):
        raise _FieldError(f"expected a JSON object, got {_show(record)}")
    identity, text = _string(record, "id"), _string(record, "text")
    if not identity.strip() or not text.strip():
        raise _FieldError("'id' and 'text' must not be empty")
    title = _string(record, "title", split_title(text))
    if not text.startswith(title):
        raise _FieldError(f"task {identity!r}: 'text' must begin with 'title' ({title!r})")
    span = record.get("span")
    return Task(
        id=identity,
        plan=_string(record, "plan", ""),
        number=_string(record, "number", ""),
        path=tuple(_strings(record, "path")),
        title=title,
        text=text,
        span=None if span is None else _span(span, "span", None),
        milestones=tuple(_milestone(entry, text) for entry in _list(record, "milestones")),
        targets=tuple(_target(entry, text) for entry in _list(record, "targets")),
        source=_string(record, "source", ""),
    )


def _milestone(entry: Any, text: str) -> Milestone:
    if not isinstance(entry, dict):
        raise _FieldError(f"'milestones': expected objects, got {_show(entry)}")
    stage = _string(entry, "stage")
    if stage not in STAGES:
        raise _FieldError(f"'stage' {stage!r} is not one of {', '.join(STAGES)}")
    due = None if entry.get("due") is None else _string(entry, "due")
    return Milestone(_string(entry, "what"), stage, due, _span(entry.get("evidence"), "evidence", text))


def _target(entry: Any, text: str) -> Target:
    if not isinstance(entry, dict):
        raise _FieldError(f"'targets': expected objects, got {_show(entry)}")
    op = _string(entry, "op")
    if op not in OPS:
        raise _FieldError(f"'op' {op!r} is not one of {', '.join(OPS)}")
    due = None if entry.get("due") is None else _string(entry, "due")
    evidence = _span(entry.get("evidence"), "evidence", text)
    upper = None if entry.get("max") is None else _number(entry, "max")
    what, unit = _string(entry, "what"), _string(entry, "unit")
    return Target(what, op, _number(entry, "value"), unit, due, evidence, upper)


def _string(record: dict[str, Any], field: str, default: Any = _MISSING) -> str:
    value = record.get(field, default)
    if value is _MISSING:
        raise _FieldError(f"{field!r} is missing; a task needs 'id' and 'text'")
    if not isinstance(value, str):
        raise _FieldError(f"{field!r}: expected a string, got {_show(value)}")
    return value


def _list(record: dict[str, Any], field: str) -> list[Any]:
    value = record.get(field, [])
    if not isinstance(value, list):
        raise _FieldError(f"{field!r}: expected a list, got {_show(value)}")
    return value


def _strings(record: dict[str, Any], field: str) -> list[str]:
    values = _list(record, field)
    if not all(isinstance(value, str) for value in values):
        raise _FieldError(f"{field!r}: expected a list of strings, got {_show(values)}")
    return values


def _number(record: dict[str, Any], field: str) -> int | float:
    value = record.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _FieldError(f"{field!r}: expected a number, got {_show(value)}")
    return value


def _span(value: Any, field: str, text: str | None) -> Span:
    """Two offsets in order, inside `text` where it is known."""
    whole = isinstance(value, list) and len(value) == 2 and all(type(entry) is int for entry in value)
    if not whole or not 0 <= value[0] <= value[1] or (text is not None and value[1] > len(text)):
        limit = "" if text is None else f" within the text's {len(text)} characters"
        raise _FieldError(f"{field!r}: expected [start, end]{limit}, got {_show(value)}")
    return value[0], value[1]


def _show(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
