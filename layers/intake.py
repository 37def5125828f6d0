"""A document taken in: its bytes, its tasks, how it was read, and which plan it is.

The command line reads and imports through `read_source`, and so will an upload: the same document gives
the same tasks everywhere. Nothing is written here.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.comparison import Recognition, find_plan
from plans.clutter import find_front_matter
from plans.document import MAX_BYTES, Document, read_document
from plans.errors import DocumentError, PlanError
from plans.records import Task
from plans.tasks import PlanReport, read_plan

PLAN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_PLAN_ID = 60  # characters
HEAD_CHARS = 3_000  # a document's title stands before this character
LONGEST_PLAN_TITLE = 60  # characters
_TITLE_END = re.compile(
    "(?:要点|要點|[计計][划劃]|[规規][划劃]|方案|纲要|綱要|意见|意見|措施|任务|安排)[》」）)]?$"
)
_DATED = re.compile("20[0-9]{2}|二〇|十[三四五六]五")
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class NoTasksError(PlanError):
    """A document that can be read but holds no item of a plan: `file`, `line` of the fault, `problem`."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        super().__init__(
            f"{file}, line {line}: {problem}; choose a document whose items are numbered or in paragraphs"
        )


class PlanIdError(PlanError):
    """A plan id that cannot be used: `plan`, `problem`."""

    def __init__(self, plan: str, problem: str) -> None:
        self.plan = plan
        self.problem = problem
        super().__init__(f"plan id {plan!r}: {problem}")


@dataclass(frozen=True)
class Source:
    """The bytes of a document and what it is called. The name is only ever text, never a path."""

    name: str
    raw: bytes


@dataclass(frozen=True)
class Given:
    """What a person says of a document: the plan's id, and the year that its due words mean."""

    plan: str | None = None
    year: int | None = None

    def over(self, earlier: Given) -> Given:
        """What they say now, and where they say nothing, what they said earlier."""
        return Given(self.plan or earlier.plan, self.year or earlier.year)


@dataclass(frozen=True)
class BuiltIn:
    """The built-in plans that a document may turn out to be: their tasks and their years by plan id."""

    tasks: Mapping[str, Sequence[Task]]
    years: Mapping[str, int | None]


@dataclass(frozen=True)
class Reading:
    """A document with its tasks.

    `recognised` says which built-in plan it is, if it is one; `plan` differs from that only where a
    person asked for another id.
    """

    source: Source
    document: Document
    tasks: tuple[Task, ...]
    report: PlanReport
    title: str
    until: int | None
    recognised: Recognition | None

    @property
    def plan(self) -> str:
        """The plan id that begins every task id."""
        return self.report.plan


def read_bytes(path: str | os.PathLike[str]) -> Source:
    """Return a file's bytes, one more than a document may have at most: a device cannot fill the memory.

    Raises
    ------
    DocumentError
        The file is missing or cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        problem = f"cannot be read ({reason})"
        raise DocumentError(printable(os.fspath(path)), problem, "check the path and its rights") from fault
    return Source(printable(Path(path).name), raw)


def printable(name: str) -> str:
    """A file's name as text: what is not Unicode, or would command a terminal, becomes U+FFFD."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return "".join("\ufffd" if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in whole)


def read_source(source: Source, built_in: BuiltIn, given: Given) -> Reading:
    """Read a document into tasks, under the id of the built-in plan whose items they are.

    Where nobody says the plan's id it is the built-in plan's, else the reader's guess; the year likewise.

    Raises
    ------
    DocumentError
        The bytes are no document.
    NoTasksError
        No item was found in it.
    """
    document = read_document(source.raw, name=source.name)
    tasks, report = read_plan(document, given.plan, given.year)
    if not tasks:
        line, what = next(iter(report.faults), (1, "no items of a plan were found"))
        raise NoTasksError(source.name, line, what)
    recognised = find_plan(tasks, built_in.tasks)
    if recognised and given.plan in (None, recognised.plan):
        year = given.year or built_in.years.get(recognised.plan)
        if (report.plan, report.year) != (recognised.plan, year):
            tasks, report = read_plan(document, recognised.plan, year)
    title = find_title(document)
    until = report.until if report.until != report.year else None
    return Reading(source, document, tuple(tasks), report, title, until, recognised)


def check_plan_id(plan_id: str) -> str:
    """Return a plan id that may stand in addresses; raises PlanIdError."""
    if not PLAN_ID.fullmatch(plan_id) or len(plan_id) > LONGEST_PLAN_ID:
        raise PlanIdError(
            plan_id, f"use lower-case letters, digits and single hyphens, at most {LONGEST_PLAN_ID}"
        )
    return plan_id


def find_title(document: Document) -> str:
    """The document's title: a short line of its head that ends as titles of plans do, and best with a year.

    Without any, the first short line; without that, the document's name.
    """
    head = document.text[find_front_matter(document.text) : HEAD_CHARS]
    lines = [" ".join(line.split()) for line in head.split("\n")]
    short = [
        line for line in lines if 4 <= len(line) <= LONGEST_PLAN_TITLE and not line.endswith(("。", "；"))
    ]
    best = max(
        short, key=lambda line: 2 * bool(_TITLE_END.search(line)) + bool(_DATED.search(line)), default=""
    )
    return best or Path(document.name).stem or document.name
