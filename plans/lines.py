"""What are the lines of a text, which belong together, and which were printed before?

Positions are characters of the document's text. `Line.text` is folded (see `plans.marks`), so it serves
for looking things up; what is quoted comes from the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from plans.clutter import is_office, reason_to_leave
from plans.marks import DIGIT, LETTER, find_mark

WRAP_SLACK = 3  # columns or signs by which a full line may be shorter than the widest
WRAP_MIN_LINES = 8  # full lines that show that a text is wrapped
LONG_LINE = 12  # characters; shorter lines alone are no sign of a second copy
REPEAT_CHARS = 120  # characters that a second copy must have at least
REPEAT_LINES = 2  # long lines that a second copy must have at least
HEADER_TIMES = 3  # a short line printed so often is a page header or a picture's caption

_STOP = tuple("。！？；!?;：:")
_STARTS_MID_SENTENCE = re.compile(r"[^\S\n]{0,20}[、，。；：！？）》」』”’】〉,;!?)%％]")
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
_RESPONSIBLE = re.compile(r"[^：:]{0,12}(?:单位|部门|牵头|配合|责任|时限|时间|期限|進度|进度)")


class Line(NamedTuple):
    """A line without its line feed: its (first) row from 0, its span in the document, its folded text."""

    row: int
    start: int
    end: int
    text: str


class Repeat(NamedTuple):
    """Rows `first` to `last` print again what stands from row `earlier` on."""

    first: int
    last: int
    earlier: int


class _Wrap(NamedTuple):
    """How a text is wrapped: what its lines are measured in, how wide they are, how many are full."""

    measure: Callable[[str], int]
    width: int
    full: int


def split_lines(text: str) -> list[Line]:
    """Return the lines of a folded text, those that one sentence runs through joined.

    A row that begins with a comma or a closing bracket goes on in the row before; in a text wrapped at
    one width, so does every row after a full one that does not end a sentence. In the joined line a space
    stands for the line break, so that positions stay what they are.
    """
    rows: list[Line] = []
    start = 0
    for row, words in enumerate(text.split("\n")):
        rows.append(Line(row, start, start + len(words), words))
        start += len(words) + 1
    soft = _find_soft_breaks(rows)
    if not soft:
        return rows
    groups: list[list[Line]] = []
    for line in rows:
        if line.row in soft:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Line(group[0].row, group[0].start, group[-1].end, " ".join(line.text for line in group))
        for group in groups
    ]


def _find_soft_breaks(rows: Sequence[Line]) -> set[int]:
    """The rows that go on in the sentence of the row before, and the blank ones between."""
    wrap = _find_wrap(rows)
    soft: set[int] = set()
    written: Line | None = None  # the last line that is not blank
    reached = 0  # the last number at the head of a line of its own
    for line in rows:
        if not line.text.strip():
            continue
        if written and not reason_to_leave(written.text):
            if _STARTS_MID_SENTENCE.match(line.text):
                soft.update(range(written.row + 1, line.row + 1))
            elif wrap and written.row == line.row - 1 and _is_wrapped(written.text, line.text, wrap, reached):
                soft.add(line.row)
        mark = None if line.row in soft else find_mark(line.text)
        reached = mark.number if mark and mark.kind == DIGIT else reached
        written = line
    return soft


def _is_wrapped(before: str, line: str, wrap: _Wrap, reached: int) -> bool:
    """Whether a line goes on in the full line before it.

    A number at its head that does not follow the one `reached` counts for less than a full line that ends
    in mid-sentence: Y4、Y5 may be broken behind the Y. A heading counts for more.
    """
    is_full = wrap.measure(before) > wrap.width - WRAP_SLACK
    if not is_full or line[:1].isspace() or reason_to_leave(line):
        return False
    mark = find_mark(line)
    if mark is None or mark.weak:
        return True
    if before.rstrip().endswith(_STOP):
        return False
    return mark.kind == LETTER or (mark.kind == DIGIT and mark.number not in (1, reached + 1))


def _columns(text: str) -> int:
    stripped = text.rstrip()
    return len(stripped) + len(_WIDE.findall(stripped))


def _signs(text: str) -> int:
    return len(text.rstrip())


def _find_wrap(lines: Sequence[Line]) -> _Wrap | None:
    """At what width a text is wrapped, in columns or in signs; None where its lines are paragraphs."""
    heads = [find_mark(line.text) is not None for line in lines]
    found = [_measure_wrap(lines, heads, measure) for measure in (_columns, _signs)]
    return max((wrap for wrap in found if wrap), key=lambda wrap: wrap.full, default=None)


def _measure_wrap(
    lines: Sequence[Line], heads: Sequence[bool], measure: Callable[[str], int]
) -> _Wrap | None:
    widths = [measure(line.text) for line in lines]
    written = sorted(width for width in widths if width > 10)
    if not written:
        return None
    widest = written[-1 - len(written) // 50]
    full, broken, marked = 0, 0, 0
    for at, line in enumerate(lines):
        if widest - WRAP_SLACK < widths[at] <= widest + WRAP_SLACK:
            full += 1
            if not line.text.rstrip().endswith(_STOP):
                broken += 1
                marked += at + 1 < len(lines) and heads[at + 1]
    if full < WRAP_MIN_LINES or full < 0.35 * len(written) or broken < 0.6 * full or 4 * marked > broken:
        return None
    return _Wrap(measure, widest, full) if 15 <= widest <= 160 else None


def find_repeats(lines: Sequence[Line]) -> list[Repeat]:
    """Return the stretches of lines that were printed before, line for line, blank ones aside."""
    dense = [(line.row, "".join(line.text.split())) for line in lines if line.text.strip()]
    first: dict[str, int] = {}
    repeats: list[Repeat] = []
    at = 0
    while at < len(dense):
        key = dense[at][1]
        earlier = first.get(key) if len(key) >= LONG_LINE else None
        length = _same_run(dense, earlier, at) if earlier is not None else 0
        run = [text for _, text in dense[at : at + length]]
        if (
            earlier is not None
            and sum(map(len, run)) >= REPEAT_CHARS
            and sum(len(text) >= LONG_LINE for text in set(run)) >= REPEAT_LINES
        ):
            back = _same_before(dense, earlier, at, repeats[-1].last if repeats else -1)
            last = dense[at + length - 1][0]
            repeats.append(Repeat(dense[at - back][0], last, dense[earlier - back][0]))
            at += length
            continue
        for _ in range(max(1, length)):  # what is too short for a copy is passed over once, not again
            first.setdefault(dense[at][1], at)
            at += 1
    return repeats


def _same_run(dense: Sequence[tuple[int, str]], earlier: int, at: int) -> int:
    """How many lines from `at` on equal those from `earlier` on, without running into each other."""
    length = 0
    while at + length < len(dense) and earlier + length < at:
        if dense[at + length][1] != dense[earlier + length][1]:
            break
        length += 1
    return length


def _same_before(dense: Sequence[tuple[int, str]], earlier: int, at: int, taken: int) -> int:
    """How many short lines right before two equal ones are equal too: a copy begins with its heading."""
    back = 0
    while earlier > back and dense[at - back - 1][0] > taken:
        before = dense[at - back - 1][1]
        if len(before) >= LONG_LINE or before != dense[earlier - back - 1][1]:
            break
        back += 1
    return back


def find_headers(lines: Sequence[Line]) -> set[int]:
    """Return the rows of short lines that come back: page headers, captions, words under pictures."""
    rows: dict[str, list[int]] = {}
    for line in lines:
        words = line.text.strip()
        is_own = words.endswith(_STOP) or _RESPONSIBLE.match(words) or is_office(words)
        if 6 <= len(words) <= 60 and not is_own:
            rows.setdefault(words, []).append(line.row)
    return {row for found in rows.values() if len(found) >= HEADER_TIMES for row in found}
