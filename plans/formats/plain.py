"""What does a plain text say? The text with line feeds only, without control characters."""

from __future__ import annotations

import re

from plans.encodings import CONTROLS
from plans.formats.sheet import Reading, Skipped

# Line and paragraph separators, next line, form feed and vertical tab end a line for their writers.
_TAKEN_OUT = re.compile(f"\r\n|{CONTROLS.pattern}+")
_LINE_ENDS = str.maketrans("\r\v\f\x85\u2028\u2029", "\n\n\n\n\n\n")
_OTHER_LINE_ENDS = re.compile("[\r\v\f\x85\u2028\u2029]")


def read_plain(decoded: str) -> Reading:
    """Return the text and where characters were taken out: carriage returns, controls (reported)."""
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
