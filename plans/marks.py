"""With what number does a line begin? The marks that Chinese official documents put before entries.

Everything works on a folded copy of the text, which has the same length: position for position the same
characters, but digits, letters and look-alike radicals in their plain form.

Some numbers are proved only by the lines around them: "2.1" may be a quantity and "3 修路" the rest of a
sentence, so they count where such numbers follow one another through the document. In a table the heads of
its columns say which cell holds the number of a row and which its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

# Kinds of marks, outermost first as the drafting rules of official documents order them.
PART, CHAPTER, SECTION, ARTICLE, CN, CN_BRACKETS, NAMED, DIGIT, DOTTED, DOTTED_3, DOTTED_4, ROW = range(12)
DIGIT_BRACKETS, DIGIT_BRACKET, CIRCLED, LETTER, BULLET, DASH, ONE_IS = range(12, 19)
KINDS = range(19)
DOTTED_KINDS = (DOTTED, DOTTED_3, DOTTED_4)
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
_TASK_WORD = "(?:重点|重點|专项|專項)?(?:任务|任務|行动|行動|举措|舉措|实事|實事)"
_PATTERNS = (
    (PART, rf"{_NTH}(?:[编編篇]|部分){_HEADS}"),
    (CHAPTER, rf"{_NTH}章{_HEADS}"),
    (SECTION, rf"{_NTH}[节節]{_HEADS}"),
    (ARTICLE, rf"{_NTH}[条條](?=[\s：:、，,]|[^\s之的款第规規至和与與、]|$)"),
    (CN, rf"(?P<n>{_CN}){_GAP}[、.．,，](?![一二三四五六七八九十]\s{{0,2}}[、季期])"),
    (CN_BRACKETS, rf"[（(]?\s{{0,2}}(?P<n>{_CN})[）)]"),
    (NAMED, rf"{_TASK_WORD}\s?(?P<n>{_CN}|\d{{1,2}})\s?(?:[:：、.]|\s|$)"),
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
_OPENS = re.compile(
    "[第任行举舉实實重专專]"
    r"|[（(〇零一二三四五六七八九十百0-9A-Za-z•·∙‧●○■□▪▫◆◇▶►▷➢➤★☆◎※‣⁃*—―–\-－─]"
)
_INDENT = re.compile(r"[^\S\n]{0,200}(?:#{1,6}\s{1,4})?(?:\*\*)?")  # Markdown is met too
_ITEM_SIGN = re.compile(r"[、.．]?\s{0,3}")

FEWEST_DOTTED = 3  # numbers such as 2.1 that follow one another
FEWEST_BARE = 3  # lines such as `3 修路`
FEWEST_ROWS = 2  # of a table without numbers
COHERENT = 0.8  # share of the candidates that must follow one another
LONGEST_HEAD = 14  # characters of a column's head

_DOTTED = re.compile(
    rf"{_INDENT.pattern}(?P<n>\d{{1,2}}(?:\s?\.\s?\d{{1,2}}){{1,3}})"
    r"(?:[.、]\s{0,3}|\s{1,4}|(?=[^\s\d.%％~～\-]))"
)
_BARE = re.compile(
    rf"{_INDENT.pattern}(?P<n>\d{{1,2}})[^\S\n\t]{{1,4}}"
    r"(?![年月日个項项万亿米家条处名])(?=[\u4e00-\u9fff“《【])"
)
_SERIAL = re.compile(r"序号|序號|编号|編號|序|No\.?|#", re.IGNORECASE)
_NAME = re.compile(
    "(?:年度|重点|重點|主要|具体|具體|工作|建设|建設|重大|民生|改革|目标|目標){0,3}"
    "(?:项目|項目|工程|任务|任務|事项|事項|工作|举措|舉措|措施|实事|實事)(?:名称|名稱|内容|內容)?|名称|名稱|工作内容"
)
_OTHER = re.compile(
    ".{0,8}(?:单位|單位|部门|部門|时间|時間|时限|時限|目标|目標|进度|進度|内容|內容|地点|地點|备注|備註"
    "|责任人|规模|規模|投资|投資|节点|節點|要求|期限)"
    "(?:[（(].{0,8}[）)])?"
)
_GROUP = re.compile("(?:.{0,4}(?:类别|類別|领域|領域|分类|分類|板块|板塊|类型|類型|区域|區域|属地|街镇))")
_SUMS = re.compile(r"合\s?计|小\s?计|总\s?计|合\s?計|小\s?計|總\s?計")
_ORDINAL = re.compile("[一二三四五六七八九十]{1,3}、?")

Rows = Sequence[tuple[int, str]]


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


def find_marks(lines: Rows) -> dict[int, Mark]:
    """Return by row the marks of a document's folded lines."""
    marks = {row: mark for row, text in lines if (mark := find_mark(text))}
    marks |= _find_dotted(lines, marks)
    marks |= _find_rows(lines)
    reached = 0
    for row, text in lines:  # the gap behind the longer number of a last row may be too narrow for a tab
        if reached and row not in marks and (hit := _BARE.match(text)) and int(hit["n"]) == reached + 1:
            marks[row] = Mark(ROW, reached + 1, hit["n"], hit.end(), False)
        reached = marks[row].number if row in marks and marks[row].kind == ROW else reached
    return marks


def _find_dotted(lines: Rows, marks: dict[int, Mark]) -> dict[int, Mark]:
    """Numbers such as 2.1 and 2.1.3 that follow one another, and `2 任务` above them; or `2 任务` alone."""
    found = [(row, hit) for row, text in lines if (hit := _DOTTED.match(text))]
    paths = [tuple(int(part) for part in hit["n"].split(".")) for _, hit in found]
    bare = [(row, hit) for row, text in lines if row not in marks and (hit := _BARE.match(text))]
    dotted = {}
    has_plain = any(mark.kind in (DIGIT, ROW) and not mark.weak for mark in marks.values())
    if _is_coherent(paths):
        for (row, hit), path in zip(found, paths, strict=True):
            written = "".join(hit["n"].split())
            dotted[row] = Mark(DOTTED_KINDS[len(path) - 2], path[-1], written, hit.end(), False)
    elif has_plain or not _counts_up([int(hit["n"]) for _, hit in bare]):
        return {}
    alone = {row: Mark(DIGIT, int(hit["n"]), hit["n"], hit.end(), False) for row, hit in bare}
    return dotted | alone


def _is_coherent(paths: Sequence[tuple[int, ...]]) -> bool:
    """Whether most numbers continue the one before (2.1 -> 2.2, 2.1.3 -> 2.2) or begin a list (3.1)."""
    on, begins = 0, 0
    before: tuple[int, ...] = ()
    for path in paths:
        if path[:-1] == before[: len(path) - 1] and len(before) >= len(path):
            on += path[-1] == before[len(path) - 1] + 1
        else:
            begins += path[-1] == 1
        before = path
    return on >= 2 and on + begins >= max(FEWEST_DOTTED, COHERENT * len(paths))


def _counts_up(numbers: Sequence[int]) -> bool:
    """Whether numbers run 1, 2, 3, with few exceptions."""
    good = sum(number in (1, before + 1) for before, number in zip([0, *numbers], numbers, strict=False))
    return len(numbers) >= FEWEST_BARE and good >= COHERENT * len(numbers) and numbers[:1] == [1]


class _Heads:
    """The heads of a table's columns: how many, which column numbers the rows, which one names them."""

    def __init__(self, cells: Sequence[str], serial: int | None, name: int) -> None:
        self.columns, self.serial, self.name = len(cells), serial, name


def _read_heads(text: str) -> _Heads | None:
    """The heads in a line of cells; None where it is none."""
    if "\t" not in text or len(text) > 400:
        return None
    cells = ["".join(cell.split()) for cell in text.rstrip().split("\t")]
    if any(len(cell) > LONGEST_HEAD for cell in cells) or not any(cells[1:]):
        return None
    serial = next((at for at, cell in enumerate(cells) if _SERIAL.fullmatch(cell)), None)
    names = [at for at, cell in enumerate(cells) if _NAME.fullmatch(cell) and at != serial]
    if serial is None:
        others = any(_OTHER.fullmatch(cell) for at, cell in enumerate(cells) if at not in names[:1])
        return _Heads(cells, None, names[0]) if names and others else None
    behind = [at for at in range(serial + 1, len(cells)) if not _GROUP.fullmatch(cells[at])]
    name = next((at for at in names if at > serial), behind[0] if behind else serial + 1)
    return _Heads(cells, serial, name)


def _find_rows(lines: Rows) -> dict[int, Mark]:
    """The rows of tables whose columns have heads; those without numbers where tables are the document."""
    heads: _Heads | None = None
    numbered: dict[int, Mark] = {}
    counted: dict[int, Mark] = {}
    for row, text in lines:
        found = _read_heads(text)
        if found:
            heads = found
        elif heads and "\t" in text:
            mark = _read_row(text, heads, len(counted) + 1)
            if mark:
                (counted if heads.serial is None else numbered)[row] = mark
    written = sum(1 for _, text in lines if text.strip())
    return numbered if len(counted) < max(FEWEST_ROWS, written / 2) else numbered | counted


def _read_row(text: str, heads: _Heads, count: int) -> Mark | None:
    """The mark of a row; cells at its head may be missing where they are merged with those above."""
    parts = text.split("\t")
    starts = [0, *accumulate(len(part) + 1 for part in parts)]
    cells = [part.strip() for part in parts]
    if heads.serial is None:
        at = heads.name - (heads.columns - len(cells)) if heads.name else 0
        if at < 0 or (not heads.name and len(cells) < heads.columns) or not cells[at]:
            return None
        return None if _SUMS.match(cells[0]) else Mark(ROW, count, str(count), starts[at], False)
    serial = next((at for at in range(min(heads.serial + 1, len(cells))) if _is_number(cells[at])), None)
    if serial is None:
        return None
    at = min(serial + heads.name - heads.serial, len(cells) - 1)
    places = (*range(at, len(cells)), *range(serial + 1, at))
    at = next((place for place in places if place > serial and cells[place]), -1)
    if at < 0:
        return None
    if _ORDINAL.fullmatch(cells[serial]):
        return Mark(CN, parse_ordinal(cells[serial].rstrip("、")), cells[serial], starts[at], False)
    return Mark(ROW, int(cells[serial]), cells[serial], starts[at], False)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}", cell) or _ORDINAL.fullmatch(cell))
