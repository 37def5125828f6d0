"""What does a saved web page say? Its visible text, one block a line, with offsets into the page.

A scanner of our own, and not lxml: evidence must point at characters of the page, and lxml keeps no
positions (a line number at most), resolves entities and moves misplaced text before one can look. Tags,
quoted attributes, implied ends and white space are read by the rules of the HTML standard, as far as they
decide what is a block; lxml is the oracle of the tests. One pass: time is linear however malformed the
page. Only what no reader sees is dropped (scripts, hidden elements) or no text (navigation); it is reported.
"""

from __future__ import annotations

import re
from html import unescape

from plans.formats.html_tags import (
    BLOCKS,
    DROPPED,
    ENDS,
    FENCES,
    INLINE,
    LISTS,
    RAW_TEXT,
    SPECIAL,
    TABLE_PARTS,
    UNREAD,
    VOID,
)
from plans.formats.ordinals import CSS_STYLES, format_ordinal
from plans.formats.sheet import Checkpoint, Mark, Reading, Sheet

HEAD_CHARS = 4_000  # the tags of a page show up early
_LOOKS_LIKE = re.compile(
    r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:p|div|table|article|section)(?:\s[^<>]{0,400})?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(
    r"</?(?:a|b|br|em|font|h[1-6]|hr|i|img|li|link|meta|ol|span|strong|td|tr|u|ul)(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
TAGS_OF_A_PAGE = 5  # that many tags near the head make a page of a text without <p> or <div>
_FRONT_MATTER = re.compile(
    r"\s{0,100}---[ \t]{0,100}\r?\n.{0,20000}?\n---[ \t]{0,100}\r?\n(?=\s*+<)", re.DOTALL
)

_SIGN = re.compile("[<&]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_.-]*+)(?=[\s/>])")
_TIDY_TAG = re.compile(  # nearly all: quotation marks in pairs, no angle bracket within
    r"<(/?)([A-Za-z][A-Za-z0-9:_.-]*+)((?:[\s/][^<>\"']*+(?:\"[^\"<>]*+\"[^<>\"']*+|'[^'<>]*+'[^<>\"']*+)*+)?+)>"
)
_TO_QUOTE = re.compile("[^>\"']*+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?")
_WORDS = re.compile(r"[ \t\n\r\f]+|[^ \t\n\r\f]+")
_BLANK = re.compile(r"[ \t\n\r\f]")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']++)(?:\s*+=\s*+(\"[^\"]*+\"?|'[^']*+'?|[^\s>\"']++))?")
ATTRIBUTE_CHARS = 4_000  # of a tag: enough for every attribute that matters here
_OWN_NUMBER = re.compile(
    r"\s*(?:[0-9０-９]{1,3}\s?(?:[.．](?![0-9])|[、)）])|[（(]\s?[0-9一二三四五六七八九十]{1,3}\s?[）)]|[一二三四五六七八九十]{1,3}、"
    r"|第[0-9一二三四五六七八九十百]{1,4}[条章节]|[①-⑳]|[•·●○◆◇■□▪※\-—–]\s?)"
)
_HAN = re.compile("[\u4e00-\u9fff]")

_MATTERS = re.compile("hidden|display|white-space", re.IGNORECASE)  # in the attributes of an inline element


def is_page(text: str) -> bool:
    """Whether the text is a web page (tags of one stand near its head) and not a plain document."""
    head = text[:HEAD_CHARS]
    if _LOOKS_LIKE.search(head):
        return True
    tags = _ANY_TAG.finditer(text[: HEAD_CHARS * 4])
    return sum(1 for _ in zip(tags, range(TAGS_OF_A_PAGE), strict=False)) == TAGS_OF_A_PAGE


def read_page(page: str) -> Reading:
    """Return the visible text of a page; where hiding elements hides it all, they are read after all."""
    reading = _Scanner(page, drops=True).read()
    if not reading.text.strip():
        shown = _Scanner(page, drops=False).read()
        reading = shown if shown.text.strip() else reading
    return reading


class _Open:
    """An element that is open; `since` is set for one whose text is taken back at its end."""

    __slots__ = ("count", "depth", "position", "pre", "reason", "since", "step", "style", "tag")

    def __init__(self, tag: str, position: int, pre: bool) -> None:
        self.tag, self.position, self.pre = tag, position, pre
        self.since: Checkpoint | None = None
        self.reason = ""
        self.count, self.step, self.style, self.depth = 0, 1, "", 0


class _Scanner:
    """Walks through a page once."""

    def __init__(self, page: str, *, drops: bool) -> None:
        self.page, self.drops = page, drops
        self.sheet = Sheet()
        self.marks: list[Mark] = []
        self._row, self._counted = 1, 0
        self._stack: list[_Open] = []
        self._where: dict[str, list[int]] = {}  # tag -> places in the stack
        self._specials: list[int] = []
        self._fences: list[int] = []
        self._lists: list[_Open] = []
        self._marker: tuple[str, int] | None = None  # printed when the list item's text begins
        self._in_quotes = {'"': True, "'": True}  # believed until one is never closed
        self._unclosed: set[str] = set()

    def read(self) -> Reading:
        page, at = self.page, self._front_matter()
        while found := _SIGN.search(page, at):
            start = found.start()
            if start > at:
                self._text(page[at:start], at)
            at = self._entity(start) if found[0] == "&" else self._markup(start)
        if at < len(page):
            self._text(page[at:], at)
        reading = self.sheet.reading()
        reading.marks = self.marks
        return reading

    def _front_matter(self) -> int:
        """Behind the block of settings that publishing systems put before a page."""
        found = _FRONT_MATTER.match(self.page)
        if not found:
            return 0
        self.sheet.skip("front matter", found[0].strip().strip("-"), 0)
        return found.end()

    # Text

    def _text(self, text: str, at: int) -> None:
        if self._stack and self._stack[-1].pre:
            self._preformatted(text, at)
            return
        if not _BLANK.search(text):
            self._add(text, at)
            return
        for word in _WORDS.finditer(text):
            if _BLANK.match(word[0]):
                self.sheet.space(at + word.start(), breaks="\n" in word[0] or "\r" in word[0])
            else:
                self._add(word[0], at + word.start())

    def _preformatted(self, text: str, at: int) -> None:
        for line in re.finditer(r"[^\r\n]+|\r\n?|\n", text):
            if line[0][0] in "\r\n":
                self.sheet.end_line(at + line.start())
            else:
                self._add(line[0], at + line.start())

    def _add(self, text: str, at: int) -> None:
        self._row += self.page.count("\n", self._counted, at)
        self._counted = at
        if not self.marks or self.marks[-1].number != self._row:
            self.marks.append(Mark(at, None, self._row))
        if self._marker:
            marker, position = self._marker
            self._marker = None
            if not _OWN_NUMBER.match(text):
                self.sheet.add_generated(marker, position)
        self.sheet.add(text, at)

    def _entity(self, at: int) -> int:
        found = _ENTITY.match(self.page, at)
        signs = unescape(found[0]) if found else "&"
        if not found or signs == found[0]:
            self._text("&", at)
            return at + 1
        for place, sign in enumerate(signs):
            if sign in " \t\n\r\f" and not (self._stack and self._stack[-1].pre):
                self.sheet.space(at)
            elif sign not in "\r\n":
                self._add(sign, at + place)
        return found.end()

    # Tags

    def _markup(self, at: int) -> int:
        page = self.page
        if tidy := _TIDY_TAG.match(page, at):
            tag = tidy[2].lower()
            if tidy[1]:
                self._end(tag, at)
                return tidy.end()
            return self._start(tag, at, tidy[3][:ATTRIBUTE_CHARS], tidy.end())
        if page.startswith("<!--", at):
            end = page.find("-->", at + 2)
            end = len(page) if end < 0 else end + 3
            if _HAN.search(page, at, end):
                self.sheet.skip("comment", page[at + 4 : end].removesuffix("-->"), at)
            return end
        found = _TAG.match(page, at)
        if found:
            return self._tag(at, found[1] == "/", found[2].lower(), found.end())
        if page.startswith(("<!", "<?", "</"), at) and (end := self._find(">", at)) >= 0:
            return end + 1
        self._text("<", at)
        return at + 1

    def _tag(self, at: int, is_end: bool, tag: str, behind_name: int) -> int:
        end = self._tag_end(behind_name)
        if end < 0:  # never closed: the sign is text, as nothing may be lost
            self._text("<", at)
            return at + 1
        attributes = self.page[behind_name : min(end - 1, behind_name + ATTRIBUTE_CHARS)]
        if "<" in attributes and _HAN.search(attributes):
            self.sheet.skip("inside a tag", attributes, behind_name)
        if is_end:
            self._end(tag, at)
        else:
            return self._start(tag, at, attributes, end)
        return end

    def _tag_end(self, at: int) -> int:
        """Behind the `>` that ends a tag, quoted ones passed over; -1 where there is none."""
        page, start = self.page, at
        if self._find(">", at) < 0:
            return -1
        while True:
            found = _TO_QUOTE.match(page, at)
            at = found.end() if found else at
            if at >= len(page):  # a quotation mark too many ate the rest of the page: trust none from here
                self._in_quotes = dict.fromkeys(self._in_quotes, False)
                return self._find(">", start) + 1
            sign = page[at]
            if sign == ">":
                return at + 1
            close = page.find(sign, at + 1) if self._in_quotes[sign] else at
            if close < 0:
                self._in_quotes[sign] = False
                close = at
            at = close + 1

    def _find(self, sign: str, at: int) -> int:
        """The next such sign; once none was found, none is looked for."""
        if sign in self._unclosed:
            return -1
        end = self.page.find(sign, at)
        if end < 0:
            self._unclosed.add(sign)
        return end

    def _start(self, tag: str, at: int, attributes: str, end: int) -> int:
        if tag in INLINE and not self._where.get(tag) and not _MATTERS.search(attributes):
            if tag == "a" and self._marker and self._marker[0].lstrip()[0] in "•–":
                self._marker = None  # a list of links: the dots are ours, and nobody misses them
            return end
        if tag in UNREAD or tag in RAW_TEXT:
            return self._raw(tag, at, end)
        self._imply_ends(tag, at)
        self._break_before(tag, at)
        if tag in VOID or (attributes.endswith("/") and tag in ("svg", "math")):
            return end
        settings = _parse(attributes) if attributes.strip() else {}
        style = settings.get("style", "").lower().replace(" ", "")
        if "display:block" in style or "display:flex" in style:
            self.sheet.end_line(at)
        opened = _Open(tag, at, tag in ("pre", "listing") or "white-space:pre" in style or self._is_pre())
        reason = DROPPED.get(tag) or ("hidden" if "hidden" in settings or "display:none" in style else "")
        if reason and self.drops and settings.get("hidden") != "until-found":
            opened.since, opened.reason = self.sheet.checkpoint(), reason
        self._push(opened)
        if tag in LISTS:
            self._open_list(opened, settings, style)
        elif tag == "li":
            self._open_list_item(settings, at)
        return end

    def _is_pre(self) -> bool:
        return bool(self._stack) and self._stack[-1].pre

    def _raw(self, tag: str, at: int, end: int) -> int:
        """An element whose content holds no tags. A script that never ends hides the rest, as in browsers."""
        closing = None
        if tag not in self._unclosed:
            closing = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(self.page, end)
        if closing is None and tag not in UNREAD:
            self._unclosed.add(tag)
            return end
        stop = closing.start() if closing else len(self.page)
        content = self.page[end:stop]
        reason = RAW_TEXT.get(tag, tag)
        if reason and (tag not in UNREAD or _HAN.search(content)):
            self.sheet.skip(reason, unescape(content[:2_000]) if tag in RAW_TEXT else content, at)
        elif not reason:
            self._text(content, end)
        if closing is None:
            return stop
        behind = self.page.find(">", stop)
        return behind + 1 if behind >= 0 else len(self.page)

    def _break_before(self, tag: str, at: int) -> None:
        if tag in ("td", "th"):
            self.sheet.start_cell(at)
        elif tag == "tr":
            self.sheet.start_row(at)
        elif tag in BLOCKS:
            self.sheet.end_line(at)
            if tag == "table":
                self.sheet.start_table()

    def _imply_ends(self, tag: str, at: int) -> None:
        """End tags that authors leave out: a block ends a paragraph, an item ends the item before."""
        fence = self._fences[-1] if self._fences else -1
        if tag in BLOCKS and tag != "br" and (place := self._last("p")) > fence:
            self._pop_to(place, at)
        if tag in ENDS:
            ended, within = ENDS[tag]
            around = max((self._last(name) for name in within), default=-1)
            inner = [place for name in ended if (place := self._last(name)) > around]
            if inner:
                self._pop_to(min(inner), at)

    def _end(self, tag: str, at: int) -> None:
        place = self._last(tag)
        if tag in BLOCKS and (place < 0 or tag != "table"):
            self.sheet.end_line(at)
        if place < 0:
            return
        if tag not in TABLE_PARTS and self._fences and self._fences[-1] > place:
            return
        if tag not in SPECIAL and self._specials and self._specials[-1] > place:
            return
        self._pop_to(place, at)

    def _last(self, tag: str) -> int:
        places = self._where.get(tag)
        return places[-1] if places else -1

    def _push(self, opened: _Open) -> None:
        place = len(self._stack)
        self._stack.append(opened)
        self._where.setdefault(opened.tag, []).append(place)
        if opened.tag in SPECIAL or opened.since:
            self._specials.append(place)
        if opened.tag in FENCES:
            self._fences.append(place)

    def _pop_to(self, place: int, at: int) -> None:
        while len(self._stack) > place:
            opened = self._stack.pop()
            self._where[opened.tag].pop()
            for places in (self._specials, self._fences):
                if places and places[-1] == len(self._stack):
                    places.pop()
            if self._lists and self._lists[-1] is opened:
                self._lists.pop()
            if opened.tag in ("li", "ol", "ul"):
                self._marker = None
            if opened.tag == "table":
                self.sheet.end_table(at)
            if opened.since:
                self.sheet.skip(opened.reason, self.sheet.cut(opened.since), opened.position)

    # Lists

    def _open_list(self, opened: _Open, settings: dict[str, str], style: str) -> None:
        opened.depth = len(self._lists)
        named = re.search(r"list-style(?:-type)?:([a-z-]+)", style)
        if named and named[1] == "none":
            opened.style = "none"
        elif opened.tag == "ol":
            kind = named[1] if named else settings.get("type", "1")
            opened.style = CSS_STYLES.get(kind, "decimal")
        opened.step = -1 if "reversed" in settings else 1
        opened.count = _whole(settings.get("start"), 1) - opened.step
        self._lists.append(opened)

    def _open_list_item(self, settings: dict[str, str], at: int) -> None:
        if not self._lists:
            return
        around = self._lists[-1]
        around.count = _whole(settings.get("value"), around.count + around.step)
        if around.style == "none":
            return
        indent = "  " * min(around.depth, 8)
        if around.tag == "ol":
            number = format_ordinal(around.count, around.style)
            mark = f"{number}、" if around.style.startswith(("chinese", "ideo")) else f"{number}. "
            if around.style == "decimal":
                mark = self._inner_number(number)
        else:
            mark = "– " if any(above.tag == "ul" for above in self._lists[-4:-1]) else "• "
        self._marker = (indent + mark, at)

    def _inner_number(self, number: str) -> str:
        """Browsers number every level 1. 2. 3.; plain text needs another form to tell the levels apart."""
        outer = sum(above.tag == "ol" and above.style == "decimal" for above in self._lists[-4:-1])
        return ("{}. ", "（{}）", "{}）", "{}. ")[outer].format(number)


def _parse(attributes: str) -> dict[str, str]:
    """Attributes by name in lower case, the first of several."""
    settings: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        value = unescape((found[2] or "").strip("\"'"))
        settings.setdefault(found[1].lower(), value)
    return settings


def _whole(written: str | None, otherwise: int) -> int:
    """The whole number that an attribute gives."""
    found = re.match(r"\s{0,9}(-?[0-9]{1,6})", written or "")
    return int(found[1]) if found else otherwise
