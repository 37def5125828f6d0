"""Which items does an official document hold, under which headings, and what is not an item?

The grammar is that of Chinese official documents: 第一章, 一、, （一）, 1., （1）, ①, bullets, dashes,
paragraphs with a lead sentence, at any nesting. Nothing is lost: every character is in an item or in
`left_out` with its reason. Positions are characters of the document's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plans.body import find_body
from plans.clutter import find_front_matter, reason_to_leave
from plans.document import Document
from plans.entries import Entry, drop_back_matter, list_entries, make_item
from plans.items import Fault, Item, LeftOut, Outline
from plans.levels import Levels, Node, build_tree, choose_levels, label_marks, order_kinds
from plans.lines import find_headers, find_repeats, split_lines
from plans.marks import UNNUMBERED, find_mark, find_marks, fold, parse_ordinal
from plans.numbers import kinds_above, number_faults, stray_faults
from plans.titles import split_title

__all__ = ["Fault", "Item", "LeftOut", "Outline", "parse_ordinal", "read_outline", "split_title"]

FRONT, BACK, HEADING, INTRODUCTION = "front matter", "back matter", "heading", "section introduction"
REPEAT, NO_ITEMS = "printed twice", "no numbered items"


def read_outline(document: Document) -> Outline:
    """Return the items of a document.

    Never raises for what the text says: gaps, doubles and numbers that fit nothing are `faults`, and a
    document without numbered items gives an empty outline that says so.
    """
    return _Reading(document.text).outline()


class _Reading:
    """One reading of a text: the lines, why some are left out (`reasons`, by row), and the faults."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = split_lines(fold(text))
        self.reasons: dict[int, str] = {}
        self.faults: list[Fault] = []
        self._drop_clutter()
        self._drop_repeats()
        self.kept = [line for line in self.lines if line.row not in self.reasons]
        self.marks = find_marks([(line.row, line.text) for line in self.kept])

    def _drop_clutter(self) -> None:
        metadata = find_front_matter(self.text)
        headers = find_headers(self.lines)
        for line in self.lines:
            if line.end <= metadata:
                self.reasons[line.row] = "metadata"
            elif reason := reason_to_leave(line.text):
                self.reasons[line.row] = reason
            elif line.row in headers and find_mark(line.text) is None:
                self.reasons[line.row] = "repeated line"

    def _drop_repeats(self) -> None:
        for repeat in find_repeats([line for line in self.lines if line.row not in self.reasons]):
            self.reasons.update(dict.fromkeys(range(repeat.first, repeat.last + 1), REPEAT))
            what = f"lines {repeat.first + 1} to {repeat.last + 1} print again what begins on line"
            self.faults.append(Fault(repeat.first + 1, f"{what} {repeat.earlier + 1}; read once"))

    def outline(self) -> Outline:
        """Find the body, its entries, the level of the items; then say why the rest is left out."""
        body = find_body(self.kept, self.marks, self.faults)
        lines = self.kept[body.first : body.last]
        marked = [(line, self.marks[line.row]) for line in lines if line.row in self.marks]
        order = order_kinds([mark for _, mark in marked])
        labels = label_marks(marked, order)
        root = build_tree(lines, self.marks, labels, order)
        levels = choose_levels(root)
        entries = list_entries(levels)
        items = self._make_items(entries, levels)
        if not items:
            self.faults.append(Fault(1, "no numbered items (1. 2. 3. …) were found"))
            return Outline((), self._leave([], NO_ITEMS), tuple(sorted(set(self.faults))), False)
        self._give_reasons(root, levels, [line.row for line in self.kept[body.last :]], body.behind)
        first = items[0].line - 1
        self.faults += number_faults(root, levels)
        self.faults += stray_faults(lines, self.marks, labels, kinds_above(levels), first)
        numbered = not levels.by_paragraph and any(entry.node.kind not in UNNUMBERED for entry in entries)
        return Outline(tuple(items), self._leave(items, FRONT), tuple(sorted(set(self.faults))), numbered)

    def _make_items(self, entries: Sequence[Entry], levels: Levels) -> list[Item]:
        if entries:
            last = max(entries, key=lambda entry: entry.start)
            back = drop_back_matter(last, self.lines)
            if back is not None:
                behind = [line.row for line in self.lines if line.row >= back]
                self.reasons.update((row, BACK) for row in behind if self.reasons.get(row) != REPEAT)
        items = []
        for entry in entries:
            item = make_item(entry, self.text)
            if item:
                items.append(item)
            else:
                self.faults.append(Fault(entry.lines[0].row + 1, f"item {entry.number} has no text"))
        return items

    def _give_reasons(self, root: Node, levels: Levels, behind: Iterable[int], what: str) -> None:
        """Why each line is left out that is no item's; a reason that is there already stays."""
        excluded = {below for node in levels.left_out for below in node.walk()}
        causes = {below: node.reason for node in levels.left_out for below in node.walk()}
        for node in root.walk():
            reason = causes.get(node) if node in excluded else None
            if node.line:
                self.reasons.setdefault(node.line.row, reason or HEADING)
            for line in node.own:
                self.reasons.setdefault(line.row, reason or (INTRODUCTION if node.line else FRONT))
        for row in behind:
            self.reasons.setdefault(row, what)

    def _leave(self, items: Sequence[Item], otherwise: str) -> tuple[LeftOut, ...]:
        """All characters that are in no item, with their reasons."""
        pieces = sorted(piece for item in items for piece in item.pieces)
        first = pieces[0][0] if pieces else len(self.text)
        left: list[LeftOut] = []
        at, place = 0, 0
        for line in self.lines:
            end = min(line.end + 1, len(self.text))
            held = False
            at = max(at, line.start)
            while place < len(pieces) and pieces[place][0] < end:
                start, stop = pieces[place]
                cause = self.reasons.get(line.row, HEADING)
                before = "number" if cause in (HEADING, INTRODUCTION) else cause
                if before == "number" and "\t" in self.text[at:start].rstrip():
                    before = HEADING  # cells before the one that names the item
                self._add(left, at, start, "line break" if held else before)
                at, held = max(at, stop), True
                if stop > end or (stop == end and line.end != stop):
                    break
                place += 1
            else:
                held = held or at > line.start
                reason = self.reasons.get(line.row, otherwise if line.start < first else "blank")
                self._add(left, at, end, "advertisement" if held else reason)
                at = max(at, end)
        return tuple(left)

    def _add(self, left: list[LeftOut], start: int, end: int, reason: str) -> None:
        """Append a stretch; one of blanks goes with what is left out before it."""
        if start >= end:
            return
        blank = not self.text[start:end].strip()
        if left and left[-1].span[1] == start and (blank or left[-1].reason == reason):
            left[-1] = LeftOut((left[-1].span[0], end), left[-1].reason)
        else:
            left.append(LeftOut((start, end), "blank" if blank else reason))
