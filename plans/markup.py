"""What does a saved web page say? Its visible text, one block a line, with offsets into the page.

Enough for an article saved by a browser: no layout, no tables, no scripts, and an attribute that holds
`<` or `>` ends its tag there. One pass: the standard library's parser takes time that grows with the
square of a malformed page (minutes for 100 kB of `<a <a <a`), which a reader of strangers' files cannot
afford. Positions are characters.
"""

from __future__ import annotations

import re
from html import unescape

_LOOKS_LIKE = re.compile(
    r"<!doctype html|<html[\s>]|<body[\s>]|<(?:p|div)(?:\s[^<>]{0,400})?>", re.IGNORECASE
)
_HEAD_CHARS = 4_000  # tags of a page show up early
_TOKEN = re.compile(
    r"(?P<comment><!--)"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,15})(?![A-Za-z0-9])[^<>]*+>"
    r"|<[!?][^<>]*+>"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<newline>[\r\n])"
)
_HIDDEN = {"script", "style", "template", "noscript", "title", "textarea"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "section", "table",
    "td", "th", "tr", "ul",
}  # fmt: skip


def is_markup(text: str) -> bool:
    """Whether the text is a web page (a tag of one stands near its head) and not a plain document."""
    return bool(_LOOKS_LIKE.search(text[:_HEAD_CHARS]))


def strip_markup(page: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the visible text and (position, shift) pairs as in `Document.offsets`."""
    sheet = _Sheet()
    at = 0
    while found := _TOKEN.search(page, at):
        sheet.add(page[at : found.start()], at)
        at = found.end()
        tag = (found["tag"] or "").lower()
        if found["comment"]:
            at = _after(page, "-->", at)
        elif found["entity"]:
            sheet.add(unescape(found["entity"]), found.start())
        elif found["newline"]:
            sheet.add(" ", found.start())
        elif tag in _BLOCKS:
            sheet.new_line(found.start())
        elif tag in _HIDDEN and not found["end"]:
            at = _after_element(page, tag, at)
    sheet.add(page[at:], at)
    return "".join(sheet.pieces), sheet.offsets


class _Sheet:
    """Text in the making, and where its pieces stood."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.offsets: list[tuple[int, int]] = [(0, 0)]
        self._length = 0

    def add(self, piece: str, position: int) -> None:
        """Append what stands at `position` of the page."""
        if not piece:
            return
        if position - self._length != self.offsets[-1][1]:
            self.offsets.append((self._length, position - self._length))
        self.pieces.append(piece)
        self._length += len(piece)

    def new_line(self, position: int) -> None:
        """End the line, unless it has only just begun."""
        if self.pieces and self.pieces[-1] != "\n":
            self.add("\n", position)


def _after(page: str, mark: str, at: int) -> int:
    """Behind the next `mark`; the end of the page where there is none."""
    found = page.find(mark, at)
    return len(page) if found < 0 else found + len(mark)


def _after_element(page: str, tag: str, at: int) -> int:
    """Behind the closing tag of an element whose content is not shown."""
    closing = re.compile(f"</{tag}[^<>]*+>", re.IGNORECASE).search(page, at)
    return closing.end() if closing else len(page)
