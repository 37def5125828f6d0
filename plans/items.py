"""What does reading a document give? Items, what was left out and why, and faults of the numbering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Span = tuple[int, int]


class LeftOut(NamedTuple):
    """Characters that belong to no item's text, and why."""

    span: Span
    reason: str


class Fault(NamedTuple):
    """Something in the document that its editor should look at; `line` from 1."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a plan. `title` begins `text`, spaces before punctuation aside; `line` from 1.

    `number` is as printed, in Arabic digits, or the path of numbers where they begin anew in each
    section (`5.1`, `5.1.p1` for a paragraph); `path` holds the headings above, outermost first. `text`
    is the document's text at `pieces`, joined: one piece, unless a line break in mid-sentence, a caption
    or an advertisement was taken out. `span` reaches from the first piece to the last.
    """

    number: str
    path: tuple[str, ...]
    title: str
    text: str
    span: Span
    line: int
    pieces: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The items of a document in order, what was left out, and what is wrong with the numbering.

    `is_numbered` is false where no printed number tells the items apart: bullets and paragraphs.
    """

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[Fault, ...]
    is_numbered: bool = True

    @property
    def characters_used(self) -> int:
        """Characters that stand in an item's text."""
        return sum(end - start for item in self.items for start, end in item.pieces)

    @property
    def characters_left_out(self) -> int:
        """Characters that do not; with `characters_used` it makes the length of the text."""
        return sum(end - start for (start, end), _ in self.left_out)
