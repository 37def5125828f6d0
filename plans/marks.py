"""With what number does a line begin? The marks that Chinese official documents put before entries.

Everything works on a folded copy of the text, which has the same length: position for position the same
characters, but digits, letters and look-alike radicals in their plain form.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Kinds of marks, outermost first as the drafting rules of official documents order them.
PART, CHAPTER, SECTION, ARTICLE, CN, CN_BRACKETS, DIGIT, ROW = range(8)
DIGIT_BRACKETS, DIGIT_BRACKET, CIRCLED, LETTER, BULLET, DASH, ONE_IS = range(8, 15)
KINDS = range(15)
HEADING_KINDS = (PART, CHAPTER, SECTION, ARTICLE, CN, CN_BRACKETS)
UNNUMBERED = frozenset({BULLET, DASH})

_RADICALS = {  # the supplement has no normal form in Unicode; these are what PDF fonts print
    "⺅": "亻", "⺍": "小", "⺟": "母", "⺠": "民", "⺩": "王", "⺬": "示", "⺮": "竹", "⺼": "肉",
    "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻓": "长", "⻔": "门",
    "⻘": "青", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼",
    "⻥": "鱼", "⻦": "鸟", "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟",
}  # fmt: skip
_FOLDED = {ord(sign): plain for sign, plain in _RADICALS.items()}
_FOLDED |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_FOLDED |= {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), 0xFF0E)}
_FOLDED |= {code: chr(code - 0xFEE0) for code in range(0xFF41, 0xFF5B)}
_FOLDED |= {0x00A0: " ", 0x200B: " ", 0xFEFF: " ", 0x2002: " ", 0x2003: " "}

_CN = "(?:[〇零一二三四五六七八九十百]\\s{0,2}){1,7}"
_GAP = r"\s{0,3}"
_NTH = rf"第\s{{0,2}}(?P<n>{_CN}|\d{{1,3}})\s{{0,2}}"
_HEADS = r"(?=[\s：:、]|$)"  # 第一章 总则, not 第一章规定的
_PATTERNS = (
    (PART, rf"{_NTH}(?:[编編篇]|部分){_HEADS}"),
    (CHAPTER, rf"{_NTH}章{_HEADS}"),
    (SECTION, rf"{_NTH}[节節]{_HEADS}"),
    (ARTICLE, rf"{_NTH}[条條](?=[\s：:、，,]|[^\s之的款第规規至和与與、]|$)"),
    (CN, rf"(?P<n>{_CN}){_GAP}[、.．,，](?![一二三四五六七八九十]\s{{0,2}}[、季期])"),
    (CN_BRACKETS, rf"[（(]?\s{{0,2}}(?P<n>{_CN})[）)]"),
    (DIGIT, rf"(?P<n>\d{{1,4}}){_GAP}[.．、｡。](?P<weak>\d)?"),
    (ROW, r"(?P<n>\d{1,3})\t"),
    (DIGIT_BRACKETS, r"[（(]\s{0,2}(?P<n>\d{1,3})\s{0,2}[）)]"),
    (DIGIT_BRACKET, r"(?P<n>\d{1,3})\s{0,2}[）)]"),
    (LETTER, r"(?P<n>[A-Za-z])\s?[.、)）](?![A-Za-z0-9.])"),
    (BULLET, r"[•·∙‧●○■□▪▫◆◇▶►▷➢➤★☆◎※‣⁃](?=\D)|\*(?=\s)"),
    (DASH, r"(?:—{1,2}|―{1,2}|–{1,2}|-{1,2}|－{1,2}|─{1,2})(?=\s?[^\s\d—―–\-－─.=])"),
    (ONE_IS, r"(?P<n>[一二三四五六七八九]|十[一二三四五六七八九]?)是(?=[^否])"),
)
_MARKS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_SIGNS = {}  # one character that is a number with its ornament
for _kind, _first, _last in (
    (CIRCLED, "①", "⑳"), (CIRCLED, "㉑", "㉟"), (CIRCLED, "㊱", "㊿"), (CIRCLED, "❶", "❿"),
    (CIRCLED, "➀", "➉"), (DIGIT_BRACKETS, "⑴", "⒇"), (DIGIT, "⒈", "⒛"), (CN_BRACKETS, "㈠", "㈩"),
):  # fmt: skip
    for _code in range(ord(_first), ord(_last) + 1):
        _SIGNS[chr(_code)] = (_kind, int(unicodedata.numeric(chr(_code))))
_OPENS = re.compile(r"[第（(〇零一二三四五六七八九十百0-9A-Za-z•·∙‧●○■□▪▫◆◇▶►▷➢➤★☆◎※‣⁃*—―–\-－─]")
_INDENT = re.compile(r"[^\S\n]{0,200}(?:#{1,6}\s{1,4})?(?:\*\*)?")  # Markdown is met too
_ITEM_SIGN = re.compile(r"[、.．]?\s{0,3}")


class Mark(NamedTuple):
    """The number a line begins with. `end`: where its words begin in the line; `weak`: a digit follows.

    `written` is the number as printed; `number` is 0 where the kind has none (bullets, dashes).
    """

    kind: int
    number: int
    written: str
    end: int
    weak: bool


def fold(text: str) -> str:
    """Return the text with plain digits, letters and characters; every position stays where it is."""
    return text.translate(_FOLDED)


def find_mark(line: str) -> Mark | None:
    """Return the mark at the head of a folded line, or None."""
    indent = _INDENT.match(line)
    start = indent.end() if indent else 0
    sign = line[start : start + 1]
    if sign in _SIGNS:
        kind, number = _SIGNS[sign]
        behind = _ITEM_SIGN.match(line, start + 1)
        return Mark(kind, number, sign, behind.end() if behind else start + 1, False)
    if not _OPENS.match(sign):
        return None
    for kind, pattern in _MARKS:
        found = pattern.match(line, start)
        if found:
            groups = found.groupdict()
            written, weak = groups.get("n") or "", groups.get("weak") is not None
            return Mark(kind, _number(kind, written), written.strip(), found.end() - weak, weak)
    return None


def _number(kind: int, written: str) -> int:
    if kind == LETTER:
        return ord(written.lower()) - ord("a") + 1
    if not written:
        return 0
    return int(written) if written.isdigit() else parse_ordinal(written)


def parse_ordinal(written: str) -> int:
    """Return the number that Chinese numerals below a thousand write: 二十三 -> 23, 〇 -> 0."""
    total, digit = 0, 0
    for sign in written:
        if sign.isspace():
            continue
        if sign in "百十":
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
        else:
            digit = "零一二三四五六七八九".find(sign) if sign != "〇" else 0
    return total + digit
