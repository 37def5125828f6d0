"""Errors of the layers room: a layer that is not there, a format or filter that cannot be had."""

from __future__ import annotations

from pathlib import Path

from lingang.errors import PlanningMapError


class ExportError(PlanningMapError, ValueError):
    """An export that was asked for wrongly: format, coordinate system or filter."""


class FilterError(PlanningMapError, ValueError):
    """A task filter with a value that nothing can match, such as an unknown stage."""

    def __init__(self, field: str, value: str, allowed: list[str]) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field}={value!r} is not known; use one of: {', '.join(allowed)}")


class CountError(FilterError):
    """A count, such as of the entries of a list, that is none."""

    def __init__(self, field: str, value: str, most: int) -> None:
        super().__init__(field, value, [])
        self.most = most
        problem = f"{field}={value!r} is no whole number from 0 to {most:,}"
        self.args = (f"{problem}; leave it out or write {field}=300",)


class DataFaultError(PlanningMapError, ValueError):
    """The data cannot be joined, for instance a link to a feature that does not exist."""


class WorkspaceError(PlanningMapError, ValueError):
    """A workspace that cannot be used: `path` (folder or file), `problem`."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"workspace {path}: {problem}")
