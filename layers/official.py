"""The official text of a task, from a document at hand, and what in it is a place, a milestone, a target.

The built-in plans hold summaries of our own; the published words are shown only to who has the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from geo.geocoder import TaskLinks
from plans.records import Milestone, Target
from plans.titles import title_end

MARKS = ("title", "placed", "unplaced", "milestone", "target")  # also the order in which they are named


@dataclass(frozen=True)
class OfficialText:
    """An item as published. All offsets count characters of `text`; `span` those of the document's text.

    `document` and `sha256` name the file that it stands in; `links` were found in this very text.
    """

    text: str
    title: str
    document: str
    sha256: str
    span: tuple[int, int] | None
    milestones: tuple[Milestone, ...]
    targets: tuple[Target, ...]
    links: TaskLinks

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values, with `marks` as [start, end, kind] for who wants to draw them."""
        return {
            "text": self.text,
            "title": self.title,
            "document": self.document,
            "sha256": self.sha256,
            "span": None if self.span is None else list(self.span),
            "milestones": [milestone.to_json() for milestone in self.milestones],
            "targets": [target.to_json() for target in self.targets],
            "links": [link.to_json() for link in self.links.links],
            "unplaced": [list(span) for span in self.links.unplaced],
            "marks": [list(mark) for mark in find_marks(self)],
        }


class Mark(NamedTuple):
    """Characters `start` to `end` of a text, and the kind of MARKS that they are."""

    start: int
    end: int
    kind: str


class Segment(NamedTuple):
    """A piece of a text that bears the same marks throughout; `kinds` in the order of MARKS."""

    text: str
    kinds: tuple[str, ...]


def find_marks(official: OfficialText) -> list[Mark]:
    """Return the marks of an official text by position; marks of different kinds may overlap."""
    marks = {Mark(start, end, "placed") for x in official.links.links for start, end, _ in x.evidence}
    marks |= {Mark(start, end, "unplaced") for start, end, _ in official.links.unplaced}
    marks |= {Mark(*x.evidence, "milestone") for x in official.milestones}
    marks |= {Mark(*x.evidence, "target") for x in official.targets}
    marks.add(Mark(0, title_end(official.text, official.title) or 0, "title"))
    return sorted(mark for mark in marks if mark.start < mark.end)


def segment(text: str, marks: Iterable[tuple[int, int, str]]) -> list[Segment]:
    """Cut a text where marks begin and end; the pieces joined are the text again.

    A mark that reaches beyond the text counts as far as the text goes.
    """
    begins: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for start, end, kind in marks:
        start, end = max(start, 0), min(end, len(text))
        if start < end:
            begins.setdefault(start, []).append(kind)
            ends.setdefault(end, []).append(kind)
    segments, open_kinds, position = [], dict.fromkeys(MARKS, 0), 0
    for cut in sorted({*begins, *ends, len(text)} - {0}):
        for kind in begins.get(position, ()):
            open_kinds[kind] += 1
        kinds = tuple(kind for kind, count in open_kinds.items() if count)
        segments.append(Segment(text[position:cut], kinds))
        for kind in ends.get(cut, ()):
            open_kinds[kind] -= 1
        position = cut
    return [piece for piece in segments if piece.text]
