"""What is an entry called? Titles and headings as printed, without the spaces that layout put in."""

from __future__ import annotations

import re

LONGEST_TITLE = 60  # characters; a longer first sentence gives its first clause

_TITLE_END = re.compile(r"[。！？；!?;\n\t]|(?<=\S\S\S\S)(?:\u3000|[ ]{2})")
_CLAUSE_END = re.compile("[，,：:]")
_STRAY = re.compile(r"\s{1,20}(?=[、，。；：！？）》」』”’】〉])|\n")


def split_title(text: str) -> str:
    """Return the lead phrase of an item: up to the first full stop, semicolon or line end, unpunctuated."""
    found = _TITLE_END.search(text)
    title = text[: found.start()] if found else text
    if len(title) > LONGEST_TITLE:
        clause = _CLAUSE_END.search(title, 4)
        title = title[: clause.start()] if clause else title
    return tidy(title)


def tidy(printed: str) -> str:
    """Return words without line breaks, spaces before punctuation and spaces at either end."""
    return _STRAY.sub("", printed.strip())


def heading_words(printed: str) -> str:
    """Return a heading as printed, without the text behind a full stop and without Markdown's signs."""
    return tidy(printed.split("。", 1)[0].strip("#* "))


def title_end(text: str, title: str) -> int | None:
    """Return where `title` ends in the text that begins with it, spaces aside; None where it does not."""
    if text.startswith(title):
        return len(title)
    at = 0
    for sign in title:
        if sign.isspace():
            continue
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text) or text[at] != sign:
            return None
        at += 1
    return at
