"""What does a plain text say? The text with line feeds only, without control characters.

A list saved by a spreadsheet (CSV) becomes rows of cells parted by tabs, as the tables of other formats.
"""

from __future__ import annotations

import re

from plans.encodings import CONTROLS
from plans.formats.sheet import Reading, Sheet, Skipped

# Line and paragraph separators, next line, form feed and vertical tab end a line for their writers.
_TAKEN_OUT = re.compile(f"\r\n|{CONTROLS.pattern}+")
_LINE_ENDS = str.maketrans("\r\v\f\x85\u2028\u2029", "\n\n\n\n\n\n")
_CELL = re.compile(r'[ \t]*"(?P<quoted>(?:[^"]|"")*)"[ \t]*(?=[,\r\n]|\Z)|(?P<plain>[^,\r\n]*)')
_HEADS = re.compile(r"[^,，。；;\r\n]{1,14}(?:,[^,，。；;\r\n]{1,14}){2,29}\r?\n")
FEWEST_CSV = 0.8  # share of the lines that must have as many commas as the first
_OTHER_LINE_ENDS = re.compile("[\r\v\f\x85\u2028\u2029]")


def read_plain(decoded: str) -> Reading:
    """Return the text and where characters were taken out: carriage returns, controls (reported)."""
    if _HEADS.match(decoded.lstrip()) and (table := _read_csv(decoded)):
        return table
    reading = Reading("")
    pieces, at, shift = [], 0, 0
    for found in _TAKEN_OUT.finditer(decoded):
        is_newline = found[0] == "\r\n"
        pieces.append(decoded[at : found.start()])
        if not is_newline:
            codes = " ".join(f"U+{ord(sign):04X}" for sign in found[0][:8])
            reading.skipped.append(Skipped("control character", codes, len(found[0]), found.start()))
        at = found.end() - is_newline  # the line feed stays
        shift += len(found[0]) - is_newline
        reading.offsets.append((at - shift, shift))
    pieces.append(decoded[at:])
    text = "".join(pieces)
    reading.text = text.translate(_LINE_ENDS) if _OTHER_LINE_ENDS.search(text) else text
    return reading


def _read_csv(decoded: str) -> Reading | None:
    """The rows of a list with commas between its cells; None where most rows differ in their cells."""
    if CONTROLS.search(decoded):
        return None
    sheet, widths = Sheet(), []
    at = len(decoded) - len(decoded.lstrip())
    while at < len(decoded):
        at, width = _read_csv_row(decoded, at, sheet)
        widths.append(width)
    full = sum(width == widths[0] for width in widths if width > 1)
    rows = sum(width > 0 for width in widths)
    return sheet.reading() if full >= 2 and full >= FEWEST_CSV * rows else None


def _read_csv_row(decoded: str, at: int, sheet: Sheet) -> tuple[int, int]:
    """Write a row; return where the next begins and how many cells it has (0: a blank line)."""
    sheet.end_line(at)
    start, width = at, 0
    while True:
        cell = _CELL.match(decoded, at)
        if cell is None:  # never: the plain cell may be empty
            return len(decoded), width
        group = "plain" if cell["quoted"] is None else "quoted"
        for words in re.finditer(r'""|[^\r\n"]+|[\r\n]+|"', cell[group]):
            position = cell.start(group) + words.start()
            if words[0][0] in "\r\n":
                sheet.space(position, breaks=True)
            else:
                sheet.add('"' if words[0] == '""' else words[0], position)
        width, at = width + 1, cell.end()
        if decoded[at : at + 1] != ",":
            behind = at + (2 if decoded.startswith("\r\n", at) else 1)
            return behind, width if at > start else 0
        sheet.add("\t", at)
        at += 1
