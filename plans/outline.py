"""Which numbered items does an official document hold, under which headings, and what is not an item?

The grammar is that of Chinese official documents: headings 一、 and （一）, items `1.` `1、` `1．`, lists
inside an item (1) and ①. Nothing is lost: every character is in an item or in `left_out` with its reason.
Positions are characters of the document's normalised text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from plans.document import Document
from plans.numbering import AGAIN, DOUBLE, ITEM, STRAY, Numbered, read_numbering

LONGEST_TITLE = 60  # characters; a longer first sentence gives its first clause
TAIL_CHARS = 160  # how far from the end of a line an advertisement may begin
LONGEST_HEADING_GAP = 3  # headings lost in a row before a line is no heading any more

_SPACE = r"[\s\u200b\ufeff]"  # \s holds U+3000, the indent of Chinese paragraphs
_CN = "[〇零一二三四五六七八九十百]{1,7}"
_HEADINGS = (  # outermost first; the index is the rank
    re.compile(rf"{_SPACE}{{0,20}}第(?P<n>{_CN})(?:[编篇]|部分)(?=[\s：:、]|$)"),
    re.compile(rf"{_SPACE}{{0,20}}第(?P<n>{_CN})章(?=[\s：:、]|$)"),
    re.compile(rf"{_SPACE}{{0,20}}第(?P<n>{_CN})节(?=[\s：:、]|$)"),
    re.compile(rf"{_SPACE}{{0,20}}(?P<n>{_CN})\s{{0,2}}[、．.]"),
    re.compile(rf"{_SPACE}{{0,20}}[（(]\s{{0,2}}(?P<n>{_CN})\s{{0,2}}[）)]"),
)
_ITEM = re.compile(rf"{_SPACE}{{0,20}}(?P<n>[0-9０-９]{{1,4}})\s{{0,3}}[.．、｡。](?P<weak>[0-9０-９])?")
_TITLE_END = re.compile(r"[。！？；!?;\n]|(?<=\S\S\S\S)(?:\u3000|[ \t]{2})")
_CLAUSE_END = re.compile("[，,：:]")
_BACK = re.compile(
    rf"{_SPACE}{{0,20}}(?:[【\[（(]\s?)?(?:"
    r"(?:责任编辑|责编|编辑|作者|记者|来源|信息来源|文章来源|原标题|声明|上一[篇个]|下一[篇个])\s{0,2}[:：]"
    r"|(?:相关阅读|延伸阅读|推荐阅读|相关链接|免责声明|版权声明|分享到|打印本页|关闭窗口|[给給]TA打[赏賞])\s{0,2}(?:[:：】\]]|$)"
    r"|扫码关注|扫描二维码|长按二维码|点击阅读|阅读原文)"
    rf"|{_SPACE}{{0,20}}[—–\-=]{{1,6}}\s?(?:END|完|正文结束)|{_SPACE}{{0,20}}[（(]完[）)]",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:(?<![提申])(?:敬请|请)|欢迎|扫码|扫描二维码|长按二维码|点击名片)(?:您|大家|持续|继续|微信|搜索|扫码|长按|点击){0,3}关注"
    r"(?:[:：]|公众号|微信|我们|“|「|『)[^\n]{0,60}$"
    r"|(?:点击)?阅读原文[^\n]{0,20}$|[（(【](?:来源|记者|编辑|责编|责任编辑|通讯员)[:：\s][^（(）)】\n]{1,60}[）)】]$"
)


class LeftOut(NamedTuple):
    """Characters that belong to no item's text, and why."""

    span: tuple[int, int]
    reason: str


class Fault(NamedTuple):
    """Something in the document that its editor should look at; `line` from 1."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item. `text` is exactly the document's text at `span`; `title` begins it; `line` from 1.

    `number` is as printed, in Arabic digits; `path` holds the headings above, outermost first.
    """

    number: str
    path: tuple[str, ...]
    title: str
    text: str
    span: tuple[int, int]
    line: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The items of a document in order, what was left out, and what is wrong with the numbering."""

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[Fault, ...]

    @property
    def characters_used(self) -> int:
        """Characters that stand in an item's text."""
        return sum(item.span[1] - item.span[0] for item in self.items)

    @property
    def characters_left_out(self) -> int:
        """Characters that do not; with `characters_used` it makes the length of the text."""
        return sum(end - start for (start, end), _ in self.left_out)


class _Line(NamedTuple):
    """A line without its line feed: its row (from 0), its span, its text."""

    row: int
    start: int
    end: int
    text: str


class _Heading(NamedTuple):
    """A heading line: its row, how deep it is (0 outermost), its number and its words."""

    row: int
    rank: int
    number: int
    title: str


def read_outline(document: Document) -> Outline:
    """Return the numbered items of a document.

    Never raises for what the text says: gaps, doubles and numbers that fit nothing are `faults`, and a
    document without numbered items gives an empty outline that says so.
    """
    lines = _split(document.text)
    faults: list[Fault] = []
    headings = _find_headings(lines, faults)
    numbered = {line.row: found for line in lines if (found := _ITEM.match(line.text))}
    first, last, labels = _choose_body(headings, numbered, len(lines), faults)
    if not any(label in (ITEM, DOUBLE, AGAIN) for label in labels.values()):
        faults.append(Fault(1, "no numbered items (1. 2. 3. …) were found"))
    builder = _Builder(document.text, lines, {heading.row: heading for heading in headings}, faults)
    builder.build(first, last, labels, numbered)
    return Outline(tuple(builder.items), _merge(sorted(builder.reasons)), tuple(sorted(faults)))


def split_title(text: str) -> str:
    """Return the lead phrase of an item: up to the first full stop, semicolon or line end, unpunctuated."""
    found = _TITLE_END.search(text)
    title = text[: found.start()] if found else text
    if len(title) > LONGEST_TITLE:
        clause = _CLAUSE_END.search(title, 4)
        title = title[: clause.start()] if clause else title
    return title.rstrip()


def _split(text: str) -> list[_Line]:
    lines, start = [], 0
    for index, line in enumerate(text.split("\n")):
        lines.append(_Line(index, start, start + len(line), line))
        start += len(line) + 1
    return lines


def parse_ordinal(written: str) -> int:
    """Return the number that Chinese numerals below a thousand write: 二十三 -> 23, 〇 -> 0."""
    total, digit = 0, 0
    for sign in written:
        if sign in "百十":
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
        else:
            digit = "零一二三四五六七八九".find(sign) if sign != "〇" else 0
    return total + digit


def _find_headings(lines: Iterable[_Line], faults: list[Fault]) -> list[_Heading]:
    """Lines that begin as headings and continue the numbering of their rank."""
    headings: list[_Heading] = []
    reached: dict[int, int] = {}
    for line in lines:
        for rank, pattern in enumerate(_HEADINGS):
            found = pattern.match(line.text)
            if not found:
                continue
            number, before = parse_ordinal(found["n"]), reached.get(rank, 0)
            if number == 1 or before < number <= before + LONGEST_HEADING_GAP:
                if number not in (1, before + 1):
                    what = f"heading {found['n']} follows heading number {before}"
                    faults.append(Fault(line.row + 1, what))
                headings.append(_Heading(line.row, rank, number, _heading_title(line.text)))
                reached[rank] = number
            else:
                faults.append(Fault(line.row + 1, f"heading {found['n']} is out of order; read as text"))
            break
    return headings


def _heading_title(line: str) -> str:
    """A heading as printed; where its section's text runs on behind a full stop, without that text."""
    return line.split("。", 1)[0].strip()


_Labels = dict[int, str]


def _choose_body(
    headings: Sequence[_Heading], numbered: dict[int, re.Match[str]], count: int, faults: list[Fault]
) -> tuple[int, int, _Labels]:
    """First line, line after the last, and labels of the part of the document that holds the items.

    A table of contents, an annex and the plan itself each begin with heading number one: the part with
    the most items is the body. Without items under headings, the longest run of numbers is.
    """
    rows = sorted({heading.row for heading in headings} | numbered.keys())
    at = {heading.row for heading in headings}
    tops = [heading for heading in headings if heading.number == 1] or list(headings[:1])
    rank = min((heading.rank for heading in tops), default=0)
    starts = [heading.row for heading in tops if heading.rank == rank]
    parts = []
    for start, end in pairwise([*starts, count]):
        within = rows[bisect_left(rows, start) : bisect_left(rows, end)]
        labels = _label(within, at, numbered, may_begin_anew=False)
        parts.append((sum(label == ITEM for label in labels.values()), -start, end, labels))
    best = max(parts, key=lambda part: part[:2], default=(0, 0, count, {}))
    if best[0] == 0:
        return 0, count, _label(rows, at, numbered, may_begin_anew=True)
    for items, start, _, _ in parts:
        if items and start != best[1]:
            what = f"another outline with {items} items begins here; it was left out"
            faults.append(Fault(1 - start, what))
    return -best[1], best[2], best[3]


def _label(
    rows: Iterable[int], headings: set[int], numbered: dict[int, re.Match[str]], *, may_begin_anew: bool
) -> _Labels:
    """The best reading of the numbered lines among some rows that are numbered or headings."""
    fresh, read, candidates = False, [], []
    for row in rows:
        if row in headings:
            fresh = True
            continue
        found = numbered[row]
        candidates.append(Numbered(int(found["n"]), found["weak"] is not None, fresh))
        read.append(row)
        fresh = False
    return dict(zip(read, read_numbering(candidates, may_begin_anew=may_begin_anew), strict=True))


class _Builder:
    """Walks through the lines once and gathers items and the reasons for all the rest."""

    def __init__(
        self, text: str, lines: Sequence[_Line], headings: dict[int, _Heading], faults: list[Fault]
    ) -> None:
        self.text, self.lines, self.headings, self.faults = text, lines, headings, faults
        self.items: list[Item] = []
        self.reasons: list[LeftOut] = []
        self._path: list[_Heading] = []
        self._open: tuple[_Line, re.Match[str], str] | None = None
        self._rows: list[_Line] = []
        self._number = 0

    def build(self, first: int, last: int, labels: _Labels, numbered: dict[int, re.Match[str]]) -> None:
        """Read the body between two lines; what lies outside is front and back matter."""
        starts = [index for index, label in labels.items() if label in (ITEM, DOUBLE, AGAIN)]
        if not starts:
            self._leave(0, len(self.text), "no numbered items")
            return
        if not any(index < starts[0] for index in self.headings if index >= first):
            first = starts[0]
        self._leave(0, self.lines[first].start, "front matter")
        for line in self.lines[first:last]:
            label = labels.get(line.row)
            if label in (ITEM, DOUBLE, AGAIN):
                self._close()
                self._begin(line, numbered[line.row], label)
            elif line.row in self.headings:
                self._close()
                self._enter(self.headings[line.row], line)
            elif self._open:
                self._continue(line, numbered.get(line.row), label)
            else:
                self._leave(line.start, line.end + 1, "section introduction")
        self._close(is_last=True)
        if last < len(self.lines):
            self._leave(self.lines[last].start, len(self.text), "another outline")

    def _leave(self, start: int, end: int, reason: str) -> None:
        self.reasons.append(LeftOut((start, min(end, len(self.text))), reason))

    def _enter(self, heading: _Heading, line: _Line) -> None:
        self._path = [above for above in self._path if above.rank < heading.rank] + [heading]
        self._leave(line.start, line.end + 1, "heading")

    def _begin(self, line: _Line, found: re.Match[str], label: str) -> None:
        number = int(found["n"])
        if label == AGAIN:
            self.faults.append(Fault(line.row + 1, f"numbering starts again at {number}"))
        elif label == DOUBLE:
            what = f"number {number} is out of order; {self._number} came before"
            self.faults.append(Fault(line.row + 1, what))
        elif number != self._number + 1:
            missing = f"{self._number + 1}" + (f" to {number - 1}" if number > self._number + 2 else "")
            self.faults.append(Fault(line.row + 1, f"item {missing} is missing before item {number}"))
        self._number = number
        self._open, self._rows = (line, found, str(number)), [line]

    def _continue(self, line: _Line, found: re.Match[str] | None, label: str | None) -> None:
        if found and label == STRAY and not found["weak"]:
            what = f"number {int(found['n'])} continues no list; read as text of item {self._number}"
            self.faults.append(Fault(line.row + 1, what))
        self._rows.append(line)

    def _close(self, *, is_last: bool = False) -> None:
        """End the open item before its advertisements and, for the last one, before the back matter."""
        if self._open is None:
            return
        line, found, number = self._open
        self._open = None
        if is_last:
            self._drop_back_matter()
        rows = self._rows
        beyond = rows[-1].end + 1
        while len(rows) > 1 and (not rows[-1].text.strip() or _is_advertisement(rows[-1].text)):
            rows.pop()
        self._flag_inner()
        start = line.start + found.end() - (found["weak"] is not None)
        content = self.text[start : max(start, rows[-1].end - len(_find_tail(rows[-1].text)))]
        stop = start + len(content.rstrip())
        start += len(content) - len(content.lstrip())
        if start >= stop:
            self.faults.append(Fault(line.row + 1, f"item {number} has no text"))
            self._leave(line.start, beyond, "number")
            return
        self._leave(line.start, start, "number")
        self._leave(stop, beyond, "advertisement" if self.text[stop:beyond].strip() else "blank")
        path = tuple(heading.title for heading in self._path)
        text = self.text[start:stop]
        self.items.append(Item(number, path, split_title(text), text, (start, stop), line.row + 1))

    def _drop_back_matter(self) -> None:
        """Take editor's line, source and related reading off the last item."""
        back = next((row for row in self._rows[1:] if _BACK.match(row.text)), None)
        if back:
            self._leave(back.start, self._rows[-1].end + 1, "back matter")
            del self._rows[back.row - self._rows[0].row :]

    def _flag_inner(self) -> None:
        """An advertisement between two paragraphs stays in the text (a span is one piece), but is told."""
        for row in self._rows[:-1]:
            if _is_advertisement(row.text) or _find_tail(row.text):
                what = f"an advertisement stands inside item {self._number}"
                self.faults.append(Fault(row.row + 1, what))


def _is_advertisement(line: str) -> bool:
    return bool(_BACK.match(line)) or (bool(tail := _find_tail(line)) and line.strip() == tail.strip())


def _find_tail(line: str) -> str:
    """What is printed behind an item's text but is not part of it; empty where there is nothing."""
    line_end = line.rstrip()
    found = _TAIL.search(line_end, max(0, len(line_end) - TAIL_CHARS))
    return line[found.start() :] if found else ""


def _merge(pieces: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Neighbouring stretches with the same reason made one."""
    left: list[LeftOut] = []
    for piece in pieces:
        (start, end), reason = piece
        if start == end:
            continue
        if left and left[-1].reason == reason and left[-1].span[1] == start:
            left[-1] = LeftOut((left[-1].span[0], end), reason)
        else:
            left.append(piece)
    return tuple(left)
