"""From the entries of a document to its items: their lines, numbers, titles and exact characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from plans.clutter import ends_document, find_tail, is_annex, is_date, is_office
from plans.items import Item, Span
from plans.levels import Levels, Node, has_lead, runs_through
from plans.lines import Line
from plans.marks import DOTTED_KINDS, HEADING_KINDS, UNNUMBERED
from plans.titles import heading_words, split_title

_BLANKS = re.compile(r"\s{1,100000}")


@dataclass(slots=True)
class Entry:
    """An item in the making: its number, the entry it stands in, its first character, its lines."""

    number: str
    node: Node
    start: int
    lines: list[Line]
    heading: Line | None = None  # printed before the text: the title of a paragraph that has none


def list_entries(levels: Levels) -> list[Entry]:
    """Return the entries that are items, in the order of the document."""
    numbers = _Numbers(levels.items)
    return list(_paragraphs(levels, numbers) if levels.by_paragraph else _whole(levels, numbers))


class _Numbers:
    """Numbers of entries: as printed, with those of the sections before them where they begin anew."""

    def __init__(self, items: Sequence[Node]) -> None:
        self._unique: dict[int, bool] = {}
        region = list(dict.fromkeys(above for node in items for above in (node, *node.ancestors())))
        parents: dict[int, dict[Node, list[Node]]] = {}
        for node in region:
            if node.parent is not None:
                parents.setdefault(node.kind, {}).setdefault(node.parent, []).append(node)
        for kind, lists in parents.items():
            ordered = sorted(lists.values(), key=lambda nodes: nodes[0].start)
            self._unique[kind] = len(ordered) == 1 or runs_through(ordered, kind)

    def of(self, node: Node) -> str:
        """The number of an entry as far up as it takes to tell it from others."""
        parts = [node.mark.written if node.mark and node.kind in DOTTED_KINDS else str(node.number)]
        for above in node.ancestors():
            if self._unique.get(node.kind, True) or node.kind in DOTTED_KINDS:
                break
            is_path = above.mark is not None and above.kind in DOTTED_KINDS
            parts.append(above.mark.written if above.mark and is_path else str(above.number))
            node = above
        return ".".join(reversed(parts))


def _whole(levels: Levels, numbers: _Numbers) -> Iterator[Entry]:
    """Entries as items: each with all that stands under it."""
    kinds = [node.kind for node in levels.items]
    kind = max(set(kinds), key=lambda each: (kinds.count(each), -each), default=-1) if kinds else -1
    text = any(node.children or _has_text(node) for node in levels.items)
    count: dict[Node | None, int] = {}
    for node in levels.items:
        if not text and kind in HEADING_KINDS:
            return
        if node.kind != kind and node.kind in HEADING_KINDS and not _has_text(node):
            continue
        place = None if kind in UNNUMBERED else node.parent
        count[place] = count.get(place, 0) + 1
        if node.kind in UNNUMBERED:
            above = numbers.of(place) if place and place.kind >= 0 else ""
            number = f"{above}.{count[place]}" if above else str(count[place])
        else:
            number = numbers.of(node)
            if node.kind != kind and levels.runs_through and "." not in number:
                number = f"{number}.p1"
        yield Entry(number, node, _content(node), list(_lines(node)))


def _has_text(node: Node) -> bool:
    return not node.is_heading or any(line.text.strip() for below in node.walk() for line in below.own)


def _lines(node: Node) -> Iterator[Line]:
    """All lines of an entry, in the order of the document."""
    for below in node.walk():
        if below.line:
            yield below.line
        yield from below.own


def _content(node: Node) -> int:
    """Where the words behind an entry's number begin."""
    return node.line.start + node.mark.end if node.line and node.mark else 0


def _paragraphs(levels: Levels, numbers: _Numbers) -> Iterator[Entry]:
    """Paragraphs as items: those right under the sections too."""
    chosen = set(levels.items)
    done: set[Node] = set()
    chapters = {up for item in levels.items for up in item.ancestors() if not any(up.ancestors())}
    for item in levels.items:
        for node in (*reversed(list(item.ancestors())), item):
            if node not in done:
                done.add(node)
                prefix = numbers.of(node) + "."
                if node in chapters:  # its number may be that of a section in it
                    prefix = f"{node.number}.0." if len(chapters) > 1 else ""
                yield from _paragraphs_of(node, f"{prefix}p", whole=node in chosen)


def _paragraphs_of(node: Node, prefix: str, *, whole: bool) -> Iterator[Entry]:
    """The paragraphs of one entry; lists under it (`whole`) go with the paragraph before them."""
    entries: list[Entry] = []
    if not node.is_heading and node.line:
        entries.append(Entry(f"{prefix}1", node, _content(node), [node.line]))
    for line in node.own:
        if line.text.strip():
            start = line.start + len(line.text) - len(line.text.lstrip())
            entries.append(Entry(f"{prefix}{len(entries) + 1}", node, start, [line]))
        elif entries:
            entries[-1].lines.append(line)
    for child in node.children if whole else ():
        if entries:
            entries[-1].lines += _lines(child)
        else:
            entries.append(Entry(f"{prefix}1", node, _content(child), list(_lines(child))))
    if entries and node.is_heading and node.line and not has_lead(entries[0].lines[0].text.strip()):
        entries[0].heading = node.line
    return iter(entries)


def drop_back_matter(entry: Entry, all_lines: Iterable[Line]) -> int | None:
    """Cut source, editor, annexes and signature off the last item; the row where they begin, or None."""
    first = entry.lines[0].row
    behind = (line for line in all_lines if line.row > first)
    back = next((line.row for line in behind if ends_document(line.text) or is_annex(line.text)), None)
    if back is not None:
        entry.lines = [line for line in entry.lines if line.row < back]
    kept = [line for line in entry.lines if line.text.strip()]
    signed = None
    while len(kept) > 1 and (is_date(kept[-1].text) or (signed is not None and is_office(kept[-1].text))):
        signed = kept.pop().row
    if signed is not None:
        entry.lines = [line for line in entry.lines if line.row < signed]
        return signed
    return back


def make_item(entry: Entry, text: str) -> Item | None:
    """Return the item of an entry with its exact characters in the document; None where it has none."""
    pieces = [piece for piece in _pieces(entry, text) if piece[0] < piece[1]]
    while pieces and not text[slice(*pieces[-1])].strip():
        pieces.pop()
    first = next((at for at, piece in enumerate(pieces) if text[slice(*piece)].strip()), 0)
    del pieces[:first]
    if not pieces:
        return None
    start, end = pieces[-1]
    pieces[-1] = (start, start + len(text[start:end].rstrip()))
    start, end = pieces[0]
    pieces[0] = (end - len(text[start:end].lstrip()), end)
    joined = "".join(text[start:end] for start, end in pieces)
    node = entry.node
    if entry.heading:
        title = heading_words(text[_content(node) : node.line.end]) if node.line else ""
    else:
        title = split_title(joined)
    above = [*reversed(list(node.ancestors()))]
    if entry.number.rpartition(".")[2].startswith("p") and node.is_heading:
        above.append(node)
    path = tuple(heading_words(text[each.line.start : each.line.end]) for each in above if each.line)
    span = (pieces[0][0], pieces[-1][1])
    return Item(entry.number, path, title, joined, span, entry.lines[0].row + 1, tuple(pieces))


def _pieces(entry: Entry, text: str) -> Iterator[Span]:
    """Stretches of the document that make the item's text; the first may begin, the last end with spaces."""
    if entry.heading:
        yield _content(entry.node), min(entry.heading.end + 1, len(text))
    piece: Span | None = None
    before: Line | None = None
    for line in entry.lines:
        start = entry.start if before is None else line.start - 1  # with the line feed before it
        end = line.end - len(find_tail(line.text))
        for first, last in _unbroken(text, start, end):
            if piece and before and first == line.start - 1 and not text[piece[1] : first].strip():
                piece = (piece[0], last)
                continue
            if piece:
                yield piece
            piece = (first, last)
        before = line
    if piece:
        yield piece


def _unbroken(text: str, start: int, end: int) -> Iterator[Span]:
    """A line without the line breaks in its sentences; a line feed at `start` is kept."""
    at = start
    while (broken := text.find("\n", at + (at == start), end)) >= 0:
        yield at, at + len(text[at:broken].rstrip())
        behind = _BLANKS.match(text, broken, end)
        at = behind.end() if behind else broken + 1
    yield at, max(at, end)
