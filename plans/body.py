"""Where in a document does the plan itself stand, between contents, highlights, notice and annexes?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from plans.clutter import is_annex
from plans.items import Fault
from plans.levels import order_kinds
from plans.lines import Line
from plans.marks import DIGIT, DOTTED, HEADING_KINDS, Mark

_SENTENCE = re.compile(r"[。；]")


class Body(NamedTuple):
    """The lines from `first` to before `last` hold the plan; `behind` says what comes then."""

    first: int
    last: int
    behind: str


def find_body(lines: Sequence[Line], marks: dict[int, Mark], faults: list[Fault]) -> Body:
    """Return the part of a document that holds most of its text under headings.

    A table of contents, an annex and the plan itself each begin with heading number one. The outermost
    kind of heading counts whose best part has at least half the text of any other's.
    """
    marked = [marks[line.row] for line in lines if line.row in marks]
    order = order_kinds(marked)
    weights = list(accumulate((_weight(line, marks) for line in lines), initial=0))
    choices = []
    for kind in order:
        if kind not in HEADING_KINDS and not (kind == DIGIT and DOTTED in order):
            break
        starts = _starts(lines, marks, kind)
        between = pairwise([*starts, len(lines)])
        parts = [(start, _cut_annex(lines, marks, start, end)) for start, end in between]
        best = max(parts, key=lambda part: (weights[part[1]] - weights[part[0]], -part[0]))
        choices.append((weights[best[1]] - weights[best[0]], best, parts))
    most = max((weight for weight, _, _ in choices), default=0)
    for weight, best, parts in choices:
        if 2 * weight >= most:
            return _report(lines, marks, weights, best, parts, faults)
    last = _cut_annex(lines, marks, 0, len(lines))
    return Body(0, last, "annex")


def _starts(lines: Sequence[Line], marks: dict[int, Mark], kind: int) -> list[int]:
    """Where a kind of heading begins with number one; its first heading where it never does."""
    places = [at for at, line in enumerate(lines) if line.row in marks and marks[line.row].kind == kind]
    ones = [at for at in places if marks[lines[at].row].number == 1]
    if ones and places[0] < ones[0] and marks[lines[places[0]].row].number == 2:
        ones.insert(0, places[0])  # the first heading of a copy is lost, not its text
    return ones or places[:1]


def _weight(line: Line, marks: dict[int, Mark]) -> int:
    sentence = len(line.text.strip()) if _SENTENCE.search(line.text) else 0
    return sentence + 2 * (line.row in marks)


def _cut_annex(lines: Sequence[Line], marks: dict[int, Mark], start: int, end: int) -> int:
    """Where an annex begins behind some numbered text; `end` where there is none."""
    seen = False
    for at in range(start, end):
        if seen and lines[at].row not in marks and is_annex(lines[at].text):
            return at
        seen = seen or (lines[at].row in marks and bool(_SENTENCE.search(lines[at].text)))
    return end


def _report(
    lines: Sequence[Line],
    marks: dict[int, Mark],
    weights: Sequence[int],
    best: tuple[int, int],
    parts: Sequence[tuple[int, int]],
    faults: list[Fault],
) -> Body:
    """The chosen part, and a fault for each of the others that holds items with text."""
    for start, end in parts:
        held = [marks[line.row] for line in lines[start:end] if line.row in marks]
        items = sum(mark.kind not in HEADING_KINDS for mark in held) or len(held)
        if start != best[0] and weights[end] - weights[start] > 2 * len(held):
            what = f"another outline with {items} items begins here; it was left out"
            faults.append(Fault(lines[start].row + 1, what))
    follows = any(start >= best[1] for start, _ in parts) and not is_annex(lines[best[1]].text)
    return Body(best[0], best[1], "another outline" if follows else "annex")
