"""What does every reader of a format write on? Text in the making, which remembers where it came from.

`position` is always a character of the original: of the decoded page, of the paragraphs of a Word file
one after another, of the pages of a PDF one after another. Positions must not fall.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

QUOTED_CHARS = 120  # of what was left out: enough to know it again

_WIDE = re.compile(
    "[\u1100-\u115f\u2014\u2018-\u201d\u2026\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60"
    "\uffe0-\uffe6\U00020000-\U0003fffd]"
)


class Skipped(NamedTuple):
    """What a format's reader did not make text of. `characters` counts it whole, `text` quotes its begin."""

    reason: str
    text: str
    characters: int
    position: int


class Mark(NamedTuple):
    """From this character of the original on: a page (PDF), and a line or paragraph, from 1."""

    position: int
    page: int | None
    number: int


@dataclass(slots=True)
class Reading:
    """What a format's reader returns: the fields of a `plans.document.Document`."""

    text: str
    offsets: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    skipped: list[Skipped] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    generated: list[tuple[int, int]] = field(default_factory=list)


class Checkpoint(NamedTuple):
    """How far a sheet was written."""

    pieces: int
    length: int
    gap: str
    gap_position: int
    lines: int


def is_wide(sign: str) -> bool:
    """Whether a character is set in a full square, as Chinese is: no space stands at a line's end then."""
    return bool(_WIDE.match(sign))


def count_wide(text: str) -> int:
    """How many of the characters are set in a full square."""
    return len(_WIDE.findall(text))


class Sheet:
    """Text in the making. Line feeds, tabs and spaces are written when text follows, never at an end."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.offsets: list[tuple[int, int]] = [(0, 0)]
        self.skipped: list[Skipped] = []
        self.generated: list[tuple[int, int]] = []
        self.length = 0
        self.lines = 0  # line feeds so far
        self._gap = ""
        self._gap_position = 0
        self._cells = _Cells()

    @property
    def at_line_start(self) -> bool:
        """Whether the next text begins a line or a cell."""
        return not self.pieces or self._gap in ("\n", "\t")

    def add(self, piece: str, position: int) -> None:
        """Append what stands at `position` of the original."""
        if not piece:
            return
        if self._gap:
            self._close_gap(piece[0])
        self._put(piece, position)

    def add_generated(self, piece: str, position: int) -> None:
        """Append signs that the original does not hold: all of them stand for `position`."""
        if not piece:
            return
        if self._gap:
            self._close_gap(piece[0])
        self.generated.append((self.length, self.length + len(piece)))
        for sign in piece:
            self._put(sign, position)

    def end_line(self, position: int) -> None:
        """The next text begins a line, unless it begins one anyway or opens a cell."""
        if self._gap not in ("\n", "\t") and self.pieces:
            self._gap, self._gap_position = "\n", position

    def space(self, position: int, *, breaks: bool = False) -> None:
        """White space, seen as one space; as none at a line's ends and, where it `breaks`, in Chinese."""
        if not self._gap and self.pieces:
            self._gap, self._gap_position = ("\r" if breaks else " "), position

    def start_table(self) -> None:
        """A table within a cell: the cell has several lines."""
        if (tab := self._cells.take_tab()) is not None:
            self.pieces[tab] = "\n"

    def start_row(self, position: int) -> None:
        """A row of a table begins on a line of its own."""
        self._gap = self._gap if self._gap == "\n" else ""
        self.end_line(position)
        self._cells.start_row()

    def start_cell(self, position: int) -> None:
        """A cell follows its neighbour behind a tab; one with several lines stands on lines of its own."""
        cells = self._cells
        alone = cells.is_first or self.lines > cells.lines
        if self.pieces:
            self._gap, self._gap_position = ("\n" if alone else "\t"), position
        cells.start(self.lines + (self._gap == "\n"))

    def end_table(self, position: int) -> None:
        """What follows begins a line, the next cell of a table around this one too."""
        self.start_row(position)

    def checkpoint(self) -> Checkpoint:
        """Where to cut when what follows turns out to be no text."""
        return Checkpoint(len(self.pieces), self.length, self._gap, self._gap_position, self.lines)

    def cut(self, since: Checkpoint) -> str:
        """Take back and return what was written since."""
        written = "".join(self.pieces[since.pieces :])
        del self.pieces[since.pieces :]
        self.length, self.lines = since.length, since.lines
        self._gap, self._gap_position = since.gap, since.gap_position
        while len(self.offsets) > 1 and self.offsets[-1][0] >= self.length:
            self.offsets.pop()
        while self.generated and self.generated[-1][0] >= self.length:
            self.generated.pop()
        self._cells.forget(since.pieces)
        return written

    def skip(self, reason: str, text: str, position: int) -> None:
        """Report something that is not read."""
        short = " ".join(text[: QUOTED_CHARS * 4].split())[:QUOTED_CHARS]
        if short:
            self.skipped.append(Skipped(reason, short, len(text), position))

    def reading(self) -> Reading:
        """The text as it is now."""
        self.skipped.sort(key=lambda skipped: skipped.position)
        return Reading("".join(self.pieces), self.offsets, self.skipped, [], self.generated)

    def _is_behind_number(self, tab: int) -> bool:
        """Whether the cell before a tab is a number only, which would say nothing on its own line."""
        before = self.pieces[tab - 1] if tab else ""
        ends = tab < 2 or self.pieces[tab - 2] in ("\n", "\t")
        return ends and before.isdigit() and len(before) <= 3

    def _put(self, piece: str, position: int) -> None:
        shift = position - self.length
        if shift != self.offsets[-1][1]:
            if self.offsets[-1][0] == self.length:
                self.offsets.pop()
            self.offsets.append((self.length, shift))
        self.pieces.append(piece)
        self.length += len(piece)

    def _close_gap(self, follows: str) -> None:
        gap, self._gap = self._gap, ""
        if gap == "\r":  # a line of the source ends here: a space between Latin words only
            gap = "" if is_wide(follows) and is_wide(self.pieces[-1][-1]) else " "
        if gap == "\n":
            self.lines += 1
            tab = self._cells.take_tab()
            if tab is not None and not self._is_behind_number(tab):
                self.pieces[tab] = "\n"  # the cell has a second line: it stands on lines of its own
        elif gap == "\t":
            self._cells.tab = len(self.pieces)
        if gap:
            self._put(gap, self._gap_position)


class _Cells:
    """Which cell of a row is being written."""

    def __init__(self) -> None:
        self.tab: int | None = None  # the piece that parts this cell from the one before
        self.is_first = True
        self.lines = 0

    def start_row(self) -> None:
        self.is_first, self.tab = True, None

    def start(self, lines: int) -> None:
        self.is_first, self.tab, self.lines = False, None, lines

    def take_tab(self) -> int | None:
        tab, self.tab = self.tab, None
        return tab

    def forget(self, pieces: int) -> None:
        if self.tab is not None and self.tab >= pieces:
            self.tab = None


def find_mark(marks: tuple[Mark, ...], position: int) -> Mark | None:
    """The last mark at or before a character of the original; None before the first."""
    found = bisect_right(marks, position, key=lambda mark: mark.position) - 1
    return marks[found] if found >= 0 else None
