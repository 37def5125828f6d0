"""Which characters do these bytes write? Chinese documents: UTF-8, GB18030, UTF-16, with faults or without.

The bytes decide, not what a page says of itself: `charset=` is wrong as often as it is missing.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

import charset_normalizer

from plans.errors import DocumentError

GUESS_BYTES = 100_000  # what the statistical guess of an encoding may look at
TOLERATED_BROKEN = 0.02  # broken bytes to characters beyond ASCII: a page cut in a character, no more
TOLERATED_CONTROLS = 0.01  # share of control and private characters (stray NULs, bullets of old fonts)
FEWEST_CHARS = 4  # a text with faults that is shorter could be anything

_MARKS = (  # the longer mark first: UTF-32-LE begins with the mark of UTF-16-LE
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS_TEXT = "save it as plain text (UTF-8) and read that file"
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff\ue000-\uf8ff]")
_HAN = re.compile("[\u3007\u4e00-\u9fff]")
_CHINESE = re.compile("[\u00b7\u2014\u2018-\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_RARE = re.compile("[\u3400-\u4dbf\U00010000-\U0010ffff\u0080-\u00b6\u00b8-\u2009\ua000-\ud7ff]")


class Decoded(NamedTuple):
    """The text, a byte order mark kept as its first character; `broken` bytes were replaced by U+FFFD."""

    text: str
    encoding: str
    broken: int = 0


def decode(raw: bytes, name: str) -> Decoded:
    """Return the text that the bytes of a document write.

    Raises
    ------
    DocumentError
        The bytes are not text, or in no encoding that can be told.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_marked(raw, encoding, name)
    for encoding, is_strict in _guesses(raw):
        text = _strictly(raw, encoding) if is_strict else raw.decode(encoding, "replace")
        if text is None:
            continue
        if not _NOT_TEXT.search(text) if is_strict else _is_tolerable(text):
            return Decoded(text, encoding, 0 if is_strict else text.count("\ufffd"))
    raise DocumentError(name, "this is not text in an encoding that can be told", _SAVE_AS_TEXT)


def _decode_marked(raw: bytes, encoding: str, name: str) -> Decoded:
    text = _strictly(raw, encoding)
    broken = 0
    if text is None:
        text = raw.decode(encoding, "replace")
        broken = text.count("\ufffd")
    if (broken or _NOT_TEXT.search(text)) and not _is_tolerable(text):
        raise DocumentError(name, f"its byte order mark says {encoding}, the rest does not", _SAVE_AS_TEXT)
    return Decoded("\ufeff" + text, encoding, broken)


def _is_tolerable(text: str) -> bool:
    """Whether a text with faults is one all the same: Chinese or ASCII for the most part, few faults."""
    body = text.rstrip("\0\x1a")
    broken = body.count("\ufffd")
    others = len(body) - len(body.encode("ascii", "ignore")) - broken
    if len(body) < FEWEST_CHARS or broken > TOLERATED_BROKEN * others:
        return False
    if sum(1 for _ in _NOT_TEXT.finditer(body)) > TOLERATED_CONTROLS * len(body) + 1:
        return False
    return len(_CHINESE.findall(body)) >= 0.5 * others


def _guesses(raw: bytes) -> Iterator[tuple[str, bool]]:
    """Encodings worth a try, best first, and whether strictly."""
    yield "utf-8", True
    yield "utf-8", False  # nothing else looks like UTF-8 with a few broken bytes
    if len(raw) % 2 == 0 and len(raw) > 2:
        # Chinese in UTF-16 without a mark is nearly always valid GB18030 too, but reads as rare signs.
        wide = sorted(("utf-16-le", "utf-16-be"), key=lambda encoding: _strangeness(raw, encoding))
        if _strangeness(raw, wide[0]) < min(0.05, _strangeness(raw, "gb18030")):
            yield wide[0], True
    if _strangeness(raw, "gb18030") < 0.2:
        yield "gb18030", True
    best = charset_normalizer.from_bytes(raw[:GUESS_BYTES]).best()
    if best is not None:
        yield best.encoding, True
    yield "gb18030", True
    yield "gb18030", False


def _strangeness(raw: bytes, encoding: str) -> float:
    """Share of signs that no Chinese document prints, 0 to 1; 1 where the bytes do not decode."""
    text = _strictly(raw[: GUESS_BYTES * 2], encoding, final=len(raw) <= GUESS_BYTES * 2)
    if not text or _NOT_TEXT.search(text):
        return 1.0
    rare = sum(1 for _ in _RARE.finditer(text))
    if not encoding.startswith("utf-16"):
        return rare / len(text)
    # UTF-16 is believed only where Chinese prevails: two ASCII letters read as one character otherwise.
    return rare / len(text) if "\n" in text or sum(1 for _ in _HAN.finditer(text)) * 2 > len(text) else 1.0


def _strictly(raw: bytes, encoding: str, *, final: bool = True) -> str | None:
    """The decoded text, or None where a byte does not fit."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(raw, final)
    except (UnicodeDecodeError, LookupError):
        return None
