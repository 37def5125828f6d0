"""What does a document say? Bytes of a text file -> one normalised text with a way back to the original.

Positions are characters (Unicode code points), never bytes. The normalised text differs from the
decoded file in two things only: a byte order mark is dropped and every line ends with a line feed.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from plans.errors import DocumentError
from plans.markup import is_markup, strip_markup

MAX_BYTES = 50_000_000  # fifty megabytes: a thousand times a yearly work plan
GUESS_BYTES = 100_000  # what the statistical guess of an encoding may look at

_MARKS = (  # the longer mark first: UTF-32-LE begins with the mark of UTF-16-LE
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office file (docx, xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (doc, xls)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_SAVE_AS_TEXT = "save it as plain text (UTF-8) and read that file"
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff\ue000-\uf8ff]")
_HAN = re.compile("[\u3007\u4e00-\u9fff]")
_RARE = re.compile("[\u3400-\u4dbf\U00010000-\U0010ffff\u0080-\u00b6\u00b8-\u2009\ua000-\ud7ff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read.

    `offsets` holds (position, shift) pairs in rising order: from that character of `text` on, the
    decoded original lies `shift` characters further. `sha256` is of the file's bytes, in hex.
    """

    name: str
    text: str
    sha256: str
    encoding: str
    offsets: tuple[tuple[int, int], ...] = ((0, 0),)

    def original_offset(self, position: int) -> int:
        """Return where a character of `text` stands in the decoded original (its mark counted)."""
        if not 0 <= position <= len(self.text):
            raise IndexError(f"position {position} is outside the text (0 to {len(self.text)})")
        found = bisect_right(self.offsets, (position, 1 << 62)) - 1
        return position + (self.offsets[found][1] if found >= 0 else 0)

    def line_of(self, position: int) -> int:
        """Return the line (from 1) that holds a character of `text`."""
        return self.text.count("\n", 0, position) + 1


def read_document(source: str | os.PathLike[str] | bytes, *, name: str | None = None) -> Document:
    """Return the document in a file, or in bytes at hand.

    Parameters
    ----------
    source
        A path, or the bytes themselves. Plain text in UTF-8, UTF-16 or UTF-32 (by its mark or its
        look), GB18030 and its subsets, or what charset-normalizer recognises; a saved web page has
        its tags stripped.
    name
        What messages and the tasks' `source` call the document; the file's name by default.

    Raises
    ------
    DocumentError
        The file is missing, unreadable, larger than `MAX_BYTES`, empty, or not text.
    """
    raw, called = (source, "document") if isinstance(source, bytes) else _read_bytes(source)
    name = called if name is None else name
    if len(raw) > MAX_BYTES:
        raise DocumentError(name, f"larger than {MAX_BYTES // 1_000_000} MB", "split it into its documents")
    for magic, what in _KNOWN_BINARY:
        if raw.startswith(magic):
            raise DocumentError(name, f"this is {what}; this version reads text files", _SAVE_AS_TEXT)
    decoded, encoding = _decode(raw, name)
    shift = 1 if decoded.startswith("\ufeff") else 0
    decoded = decoded[shift:]
    if is_markup(decoded):
        text, pairs = strip_markup(decoded)
        encoding += ", tags stripped"
    else:
        text, pairs = _unify_newlines(decoded)
    if not text.strip():
        raise DocumentError(name, "the document is empty", "choose a file that has text in it")
    offsets = tuple((position, by + shift) for position, by in pairs)
    return Document(name, text, hashlib.sha256(raw).hexdigest(), encoding, offsets)


def _read_bytes(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """The file's bytes (one more than allowed at most, so that a device cannot fill the memory)."""
    file = Path(path)
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), file.name
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        problem = f"cannot be read ({reason})"
        raise DocumentError(str(path), problem, "check the path and its rights") from fault


def _decode(raw: bytes, name: str) -> tuple[str, str]:
    """The text, a byte order mark kept as its first character, and the name of the encoding."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = _strictly(raw, encoding)
            if text is None or _NOT_TEXT.search(text):
                problem = f"its byte order mark says {encoding}, the rest does not"
                raise DocumentError(name, problem, _SAVE_AS_TEXT)
            return "\ufeff" + text, encoding
    for encoding in _guesses(raw):
        text = _strictly(raw, encoding)
        if text is not None and not _NOT_TEXT.search(text):
            return text, encoding
    raise DocumentError(name, "this is not text in an encoding that can be told", _SAVE_AS_TEXT)


def _guesses(raw: bytes) -> Iterator[str]:
    """Encodings worth a strict try, best first."""
    yield "utf-8"
    if len(raw) % 2 == 0 and len(raw) > 2:
        # Chinese in UTF-16 without a mark is nearly always valid GB18030 too, but reads as rare signs.
        wide = sorted(("utf-16-le", "utf-16-be"), key=lambda encoding: _strangeness(raw, encoding))
        if _strangeness(raw, wide[0]) < min(0.05, _strangeness(raw, "gb18030")):
            yield wide[0]
    if _strangeness(raw, "gb18030") < 0.2:
        yield "gb18030"
    best = charset_normalizer.from_bytes(raw[:GUESS_BYTES]).best()
    if best is not None:
        yield best.encoding
    yield "gb18030"


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


def _unify_newlines(decoded: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with line feeds only, and where a carriage return was taken out."""
    offsets = [(0, 0)]
    for shift, pair in enumerate(re.finditer("\r\n", decoded), start=1):
        offsets.append((pair.end() - shift, shift))
    return decoded.replace("\r\n", "\n").replace("\r", "\n"), offsets
