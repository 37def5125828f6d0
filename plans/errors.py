"""What can be wrong with a planning document or a file of tasks, said so that its owner can act on it."""

from __future__ import annotations

from lingang.errors import PlanningMapError


class PlanError(PlanningMapError, ValueError):
    """Base of what this room raises."""


class DocumentError(PlanError):
    """A document that cannot be read at all: `file`, `problem` (what is wrong), `remedy` (what to do)."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        self.file = file
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{file}: {problem}; {remedy}")


class TaskError(PlanError):
    """A line of a task file that breaks the contract: `file`, `line` (from 1, or None), `problem`."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        super().__init__(f"{file}, line {line}: {problem}" if line is not None else f"{file}: {problem}")


class RecordError(PlanError):
    """A JSON value that is no task; says the field, what was given and what was expected."""
