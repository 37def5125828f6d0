"""A step of a project as the grammar finds it, and what the grammars of documents and predicates share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plans.objects import Span

LONGEST_WHAT = 80  # characters of a thing's name
AFTER_PLAIN = re.compile(r"(?:$|[、和及与并等”」（(或]|以及)")
USE_WELL = re.compile(r"[并和](?:用好|组织实施|实施|发布|落实|推进落实)")
SITE = re.compile(r"确定(?P<what>[^，。；、]{2,30}?选址)")


@dataclass(frozen=True, slots=True)
class Step:
    """A predicate and its thing, as positions in the plain reading."""

    stage: str
    what: Span
    predicate: Span
    behind: bool  # the thing stands before the predicate
    explores: bool = False
    elided: bool = False  # the thing is named by an earlier predicate of the clause

    @property
    def place(self) -> Span:
        """The stretch that the step takes up in its clause."""
        if self.elided:
            return self.predicate
        return min(self.what[0], self.predicate[0]), max(self.what[1], self.predicate[1])
