"""Which lines of a PDF make a paragraph, and which stand on every page? By geometry first, then by wording.

A line goes on in the next when it is full (the next line's first word would not have fitted) and the next
one stands where a paragraph's further lines stand. Lengths are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from plans.formats.sheet import Sheet, count_wide, is_wide

BAND = 0.15  # of a page's height, at its head and foot: where headers and numbers stand
OUTERMOST = 3  # lines from the edge that may belong to a header
SAME_HEIGHT_PT = 4.0
REPEATED_SHARE = 0.4  # of the pages: odd and even pages may differ
INDENT = 1.2  # type sizes: from here on a first line is set in
FEWEST_FULL = 15  # type sizes: no text that wraps is set in narrower lines
STICKS_OUT = 0.8  # of the widest line: narrower than that are paragraphs' ends, not full lines
SLACK = 0.6  # type sizes: lefts that differ less are the same

_PAGE_NUMBER = re.compile(
    r"[\s—–\-－_·•|/(（]*(?:第\s*|page\s*)?(?P<n>[0-9]{1,4})\s*页?"
    r"(?:\s*[/／,，]?\s*(?:共|of)?\s*[0-9]{1,4}\s*页?)?[\s—–\-－_·•|/)）]*",
    re.IGNORECASE,
)
_BROWSER = re.compile(  # what browsers print around a page: date and title, address and page number
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s{1,3}(?:[上下]午\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?(?:\s.{0,200})?"
    r"|(?:https?|file)://\S{1,2000}(?:\s{1,9}\d{1,4}/\d{1,4})?"
)
_STRONG = re.compile(
    "[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]"
    "|第[一二三四五六七八九十百]{1,4}[章节条编]"
)
_MARKER = re.compile(
    rf"{_STRONG.pattern}|[0-9０-９]{{1,3}}\s?[.．、)）]|[（(][0-9]{{1,3}}[）)]|[①-⑳•·●■◆▪※—–-]"
)
_MAY_HANG = re.compile(r"[，。、；：！？,.;:]\s*$")
_SENTENCE_END = re.compile("[。！？；：!?;:…][”’」』）)]?$")
_FIRST_WORD = re.compile(r"[（《“‘「『【〈(\[]*(?:[A-Za-z0-9.,%+/_-]+|.)[，。、；：！？）》”’」』】〉…)\]]*")
_HYPHENS = "\x02\ufffe"
_BROKEN_WORD = re.compile("[A-Za-z]{2}-$")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")


class Line(NamedTuple):
    """A line as it stands on its page. `position` counts the characters of the document before it."""

    page: int
    position: int
    text: str
    left: float
    right: float
    y: float
    size: float
    page_height: float


class _Frame(NamedTuple):
    """Where text stands: left edges, width and leading; `sets_in`: paragraphs begin with an indent."""

    lefts: dict[int, float]
    width: float
    leading: float
    sets_in: bool

    def indent(self, line: Line) -> float:
        return line.left - self.lefts[line.page]


def write_paragraphs(pages: Sequence[Sequence[Line]], sheet: Sheet) -> None:
    """Write the lines of a document's pages as paragraphs; page headers and numbers are reported."""
    furniture = _find_furniture(pages)
    body = [line for page in pages for line in page if line.position not in furniture]
    for page in pages:
        for line in page:
            if line.position in furniture:
                sheet.skip(furniture[line.position], line.text, line.position)
    if not body:
        return
    frame = _measure(body)
    paragraph: list[Line] = []
    for line in body:
        if paragraph and _goes_on(paragraph, line, frame):
            _join(paragraph[-1], line, sheet)
            paragraph.append(line)
            continue
        if paragraph:
            _write_end(paragraph[-1], sheet)
        if paragraph and _stands_beside(paragraph[-1], line):
            cell = line._replace(text="\t" + line.text, position=line.position - 1)
            sheet.add(_clean(cell), cell.position)
            paragraph = [cell]
            continue
        sheet.end_line(line.position)
        sheet.add(_clean(line), line.position)
        paragraph = [line]
    _write_end(paragraph[-1], sheet)


def _stands_beside(before: Line, line: Line) -> bool:
    """Whether a line is the next cell of a row of a table."""
    is_level = before.page == line.page and abs(before.y - line.y) < 0.3 * line.size
    return is_level and line.left > before.right + 0.5 * line.size


def _clean(line: Line) -> str:
    """The line's text without the hyphen that may end it."""
    text = line.text[:-1] if _hyphen(line) else line.text
    return _CONTROLS.sub(lambda found: "-" if found[0] in _HYPHENS else " ", text)


def _hyphen(line: Line) -> bool:
    """Whether the line ends in a hyphen, which falls away where the word goes on in the next."""
    return line.text[-1] in _HYPHENS or bool(_BROKEN_WORD.search(line.text))


def _write_end(line: Line, sheet: Sheet) -> None:
    if _hyphen(line):
        sheet.add("-", line.position + len(line.text) - 1)


def _join(line: Line, follows: Line, sheet: Sheet) -> None:
    """Append a paragraph's next line: a space between Latin words, none in Chinese, no hyphen in a word."""
    first, last = follows.text[0], line.text[-1]
    if _hyphen(line):
        if not ("a" <= first <= "z"):
            _write_end(line, sheet)
    elif not is_wide(first) and not is_wide(last) and last != "-":
        sheet.space(line.position + len(line.text))
    sheet.add(_clean(follows), follows.position)


def _goes_on(paragraph: Sequence[Line], line: Line, frame: _Frame) -> bool:
    """Whether a line continues the paragraph before it."""
    before = paragraph[-1]
    if "\t" in paragraph[0].text and _goes_on_in_cell(before, line, frame):
        return True
    if "\t" in before.text or "\t" in line.text or not _is_full(before, line, frame):
        return False
    if _is_chinese(before) and _is_chinese(line) and abs(before.size - line.size) > 0.2 * before.size:
        return False
    if before.page == line.page:
        drop = before.y - line.y
        if drop < 0.2 * line.size or (frame.leading and drop > 1.6 * frame.leading):
            return False
    if not _stands_as_next(paragraph, line, frame):
        return False
    return not _begins_anew(before, line, frame)


def _goes_on_in_cell(before: Line, line: Line, frame: _Frame) -> bool:
    """Whether a line stands right under another one of its cell; no other cell of the row begins there."""
    drop = before.y - line.y
    cell = before.text.rpartition("\t")[2]
    wide = sum(1.0 if is_wide(sign) else 0.55 for sign in cell) * line.size
    left = before.right - wide if "\t" in before.text.strip() else before.left
    return (
        before.page == line.page
        and "\t" not in line.text
        and not _MARKER.match(line.text)
        and abs(line.left - left) <= SLACK * line.size
        and 0.2 * line.size < drop <= 1.6 * max(frame.leading, line.size)
    )


def _is_full(before: Line, line: Line, frame: _Frame) -> bool:
    """Whether the first word of the next line would not have fitted."""
    if frame.width < FEWEST_FULL * before.size:
        return False
    found = _FIRST_WORD.match(line.text)
    word = found[0] if found else line.text[0]
    need = sum(1.0 if is_wide(sign) else 0.55 for sign in word)
    room = frame.lefts[before.page] + frame.width - before.right
    return room < (need + 0.5) * before.size


def _stands_as_next(paragraph: Sequence[Line], line: Line, frame: _Frame) -> bool:
    """Whether the line's left edge is that of a paragraph's further lines."""
    slack = SLACK * line.size
    indent = frame.indent(line)
    if len(paragraph) > 1:
        return abs(indent - frame.indent(paragraph[-1])) <= slack
    first = frame.indent(paragraph[0])
    if indent <= first + slack:
        return True
    hangs = bool(_MARKER.match(paragraph[0].text)) and not _MARKER.match(line.text)
    return hangs and indent - first <= 4 * line.size


def _begins_anew(before: Line, line: Line, frame: _Frame) -> bool:
    """Whether the wording says that a paragraph begins, although the line before is full."""
    ended = bool(_SENTENCE_END.search(before.text))
    if _STRONG.match(line.text):
        return ended or before.text[-1] not in "，、,"
    if ended and _MARKER.match(line.text):
        return True
    return ended and before.text[-1] not in "；;：:" and not frame.sets_in


def _is_chinese(line: Line) -> bool:
    return count_wide(line.text) * 2 > len(line.text)


def _measure(lines: Sequence[Line]) -> _Frame:
    """The frame of a document's text; a line that ends in punctuation does not tell it, for that may hang."""
    size = median(line.size for line in lines)
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    lefts = {page: _left_edge(found) for page, found in by_page.items()}
    plain = [line for line in lines if "\t" not in line.text]
    firm = [line for line in plain if not _MAY_HANG.search(line.text)] or plain
    width = _full_width([line.right - lefts[line.page] for line in firm], size)
    drops = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and 0 < a.y - b.y < 6 * size]
    frame = _Frame(lefts, width, median(drops) if drops else 0.0, False)
    firsts = [b for a, b in pairwise(lines) if not _is_full(a, b, frame) and _is_chinese(b)]
    set_in = sum(1 for line in firsts if INDENT * line.size <= frame.indent(line) <= 4 * line.size)
    return frame._replace(sets_in=set_in * 2 > len(firsts))


def _full_width(widths: Iterable[float], size: float) -> float:
    """The width that full lines have: the largest that two lines share, so that one may stick out."""
    ordered = sorted(widths, reverse=True)
    if not ordered:
        return 0.0
    shared = (wide for wide, narrower in pairwise(ordered) if wide - narrower < 1.5 * size)
    width = next(shared, ordered[0])
    return width if width > STICKS_OUT * ordered[0] else ordered[0]


def _left_edge(lines: Sequence[Line]) -> float:
    """The leftmost edge that a tenth of the lines share."""
    edges = Counter(round(line.left / 2) * 2 for line in lines)
    shared = [edge for edge, count in edges.items() if count >= len(lines) * 0.1]
    edge = min(shared or edges)
    return min((line.left for line in lines if abs(line.left - edge) <= 2), default=float(edge))


def _find_furniture(pages: Sequence[Sequence[Line]]) -> dict[int, str]:
    """Position of every line that is a page's header, footer or number -> which of them."""
    heights: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        for key, y in {(_key(line), round(line.y)) for line in _edges(page)}:
            heights[key].append(y)
    numbers = _count_offsets(pages)
    furniture: dict[int, str] = {}
    for page in pages:
        for side in (_edge(page, top=True), _edge(page, top=False)):
            for line in side:
                reason = _reason(line, page, heights, numbers, len(pages))
                if not reason:
                    break
                furniture[line.position] = reason
    return furniture


def _reason(
    line: Line, page: Sequence[Line], heights: dict[str, list[float]], numbers: Counter[int], pages: int
) -> str:
    """Why a line at the edge of a page is no text; empty where it is."""
    found = _PAGE_NUMBER.fullmatch(line.text)
    if found:
        is_bare = line.text.strip().isdigit()
        follows = numbers[int(found["n"]) - line.page]
        if not is_bare or follows >= max(2, pages / 2) or (pages == 1 and _is_apart(line, page)):
            return "page number"
    if _BROWSER.fullmatch(line.text.strip()):
        return "page header or footer"
    alike = sum(1 for y in heights[_key(line)] if abs(y - line.y) <= SAME_HEIGHT_PT)
    return "page header or footer" if alike >= max(2, REPEATED_SHARE * pages) else ""


def _count_offsets(pages: Sequence[Sequence[Line]]) -> Counter[int]:
    """By how much printed numbers differ from the count of pages, for the bare ones."""
    counts: Counter[int] = Counter()
    for page in pages:
        found = (_PAGE_NUMBER.fullmatch(line.text) for line in _edges(page))
        counts.update({int(number["n"]) - page[0].page for number in found if number})
    return counts


def _is_apart(line: Line, page: Sequence[Line]) -> bool:
    gaps = [abs(other.y - line.y) for other in page if other is not line]
    return bool(gaps) and min(gaps) > 2.5 * line.size


def _edges(page: Sequence[Line]) -> Iterator[Line]:
    yield from _edge(page, top=True)
    yield from _edge(page, top=False)


def _edge(page: Sequence[Line], *, top: bool) -> Iterable[Line]:
    """The outermost lines of a page from its edge inwards, as far as headers reach."""
    ordered = sorted(page, key=lambda line: -line.y if top else line.y)[:OUTERMOST]
    if top:
        return [line for line in ordered if line.y > (1 - BAND) * line.page_height]
    return [line for line in ordered if line.y < BAND * line.page_height]


def _key(line: Line) -> str:
    """The wording of a line with its numbers made alike."""
    return re.sub("[0-9]+", "#", re.sub(r"\s+", "", line.text))
