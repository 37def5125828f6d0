"""The base of every error that Lingang Atlas raises on purpose.

A room subclasses `PlanningMapError` together with the builtin that a caller would expect, keeps the
offending value as an attribute, and words the message for the reader: where, what was given, what was
expected, what to do next. The web turns these into a 4xx, the command line into one line and exit 2.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches


class PlanningMapError(Exception):
    """Base of every error this project raises on purpose."""


class UnknownIdError(PlanningMapError, LookupError):
    """An id that nothing carries. `kind` is what was asked for ("zone", "layer", "task" …)."""

    def __init__(self, kind: str, wanted: str, known: Collection[str]) -> None:
        self.kind = kind
        self.wanted = wanted
        near = get_close_matches(wanted, known, n=1, cutoff=0.5)
        self.nearest = near[0] if near else None
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        super().__init__(f"unknown {kind} id {wanted!r}{hint} ({kind}s known: {len(known)})")
