"""What does a document say? A file of any format -> one normalised text with a way back to the original.

Positions are characters (Unicode code points), never bytes. Plain text differs from the decoded file in
little: no byte order mark, line feeds at the ends of lines, no control characters, characters in place of
look-alike radicals. Of the other formats `plans.formats` says what becomes text and what is left out.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lingang.radicals import fold_radicals
from plans.encodings import CONTROLS, decode
from plans.errors import DocumentError
from plans.formats.docx import read_docx
from plans.formats.html import is_page, read_page
from plans.formats.kinds import tell_kind
from plans.formats.pdf import read_pdf
from plans.formats.plain import read_plain
from plans.formats.sheet import Mark, Reading, Skipped, find_mark

__all__ = ["MAX_BYTES", "Document", "Place", "Skipped", "read_document"]

MAX_BYTES = 50_000_000  # fifty megabytes: a thousand times a yearly work plan
_SPLIT = "split it into its documents"


class Place(NamedTuple):
    """Where a character stands in the original; pages, paragraphs and lines count from 1.

    `offset` counts characters: of the decoded file (text, web page), of the paragraph (Word), of the
    page (PDF). A PDF's `line` is counted on its page.
    """

    page: int | None
    paragraph: int | None
    line: int | None
    offset: int

    def __str__(self) -> str:
        named = (("page", self.page), ("paragraph", self.paragraph), ("line", self.line))
        return ", ".join(f"{what} {number}" for what, number in named if number is not None)


@dataclass(frozen=True)
class Document:
    """A document as read.

    `offsets` holds (position, shift) pairs in rising order: from that character of `text` on, the
    original lies `shift` characters further. `sha256` is of the file's bytes, in hex. `format` is "text",
    "html", "docx" or "pdf". `left_out` is what the format's reader did not make text of (scripts, page
    headers, deleted text); `generated` holds spans of `text` that the original implies only (numbers of
    lists). `marks` say where pages, paragraphs or lines of the original begin; see `locate`.
    """

    name: str
    text: str
    sha256: str
    encoding: str
    offsets: tuple[tuple[int, int], ...] = ((0, 0),)
    format: str = "text"
    left_out: tuple[Skipped, ...] = ()
    generated: tuple[tuple[int, int], ...] = ()
    marks: tuple[Mark, ...] = ()

    def original_offset(self, position: int) -> int:
        """Return where a character of `text` stands in the original, counted through the whole of it.

        The original is the decoded file with its mark, or the paragraphs or pages one after another.
        """
        if not 0 <= position <= len(self.text):
            raise IndexError(f"position {position} is outside the text (0 to {len(self.text)})")
        found = bisect_right(self.offsets, (position, 1 << 62)) - 1
        return position + (self.offsets[found][1] if found >= 0 else 0)

    def line_of(self, position: int) -> int:
        """Return the line (from 1) of `text` that holds a character."""
        return bisect_right(self._line_starts, position)

    def locate(self, position: int) -> Place:
        """Return where a character of `text` stands in the original."""
        return self.place_of(self.original_offset(position), self.line_of(position))

    def place_of(self, original: int, line: int | None = None) -> Place:
        """Return the place of an offset into the original, such as the position of what was left out."""
        mark = find_mark(self.marks, original)
        if self.format == "docx":
            return Place(None, mark.number if mark else 1, None, original - (mark.position if mark else 0))
        if self.format == "pdf" and mark:
            first = bisect_left(self.marks, mark.page or 0, key=lambda other: other.page or 0)
            return Place(mark.page, None, mark.number, original - self.marks[first].position)
        if self.format == "text" and line is None:
            line = self.line_of(self._position_of(original))
        return Place(None, None, mark.number if mark else line, original)

    def _position_of(self, original: int) -> int:
        """The character of `text` that stands at an offset of the original, or behind it."""
        found = bisect_right(self.offsets, original, key=lambda pair: pair[0] + pair[1]) - 1
        position = original - self.offsets[max(found, 0)][1]
        return min(max(position, 0), len(self.text))

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts


def read_document(source: str | os.PathLike[str] | bytes, *, name: str | None = None) -> Document:
    """Return the document in a file, or in bytes at hand.

    Parameters
    ----------
    source
        A path, or the bytes themselves. The bytes tell the format, not the name: plain text in UTF-8,
        UTF-16 or UTF-32 (by its mark or its look), GB18030 and its subsets, or what charset-normalizer
        recognises; a saved web page; a Word file (docx); a PDF with text.
    name
        What messages and the tasks' `source` call the document; the file's name by default.

    Raises
    ------
    DocumentError
        The file is missing, unreadable, larger than `MAX_BYTES`, empty, damaged, encrypted, a scan, or of
        a format that is not read.
    """
    raw, called = (source, "document") if isinstance(source, bytes) else _read_bytes(source)
    name = called if name is None else name
    if len(raw) > MAX_BYTES:
        raise _too_large(name)
    kind = tell_kind(raw, name)
    if kind == "pdf":
        reading, encoding = read_pdf(raw, name), "pdf"
    elif kind == "docx":
        reading, encoding = read_docx(raw, name), "docx"
    else:
        kind, reading, encoding = _read_text(raw, name)
    if not reading.text.strip():
        raise DocumentError(name, "the document is empty", "choose a file that has text in it")
    return Document(
        name=name,
        text=fold_radicals(reading.text),
        sha256=hashlib.sha256(raw).hexdigest(),
        encoding=encoding,
        offsets=tuple(reading.offsets),
        format=kind,
        left_out=tuple(reading.skipped),
        generated=tuple(reading.generated),
        marks=tuple(reading.marks),
    )


def _read_bytes(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """The file's bytes (one more than allowed at most, so that a device cannot fill the memory)."""
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES and file.is_file():
            raise _too_large(str(path))
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), file.name
    except DocumentError:
        raise
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        problem = f"cannot be read ({reason})"
        raise DocumentError(str(path), problem, "check the path and its rights") from fault


def _too_large(name: str) -> DocumentError:
    return DocumentError(name, f"larger than {MAX_BYTES // 1_000_000} MB", _SPLIT)


def _read_text(raw: bytes, name: str) -> tuple[str, Reading, str]:
    """Format, reading and encoding of a file of characters."""
    decoded, encoding, broken = decode(raw, name)
    shift = 1 if decoded.startswith("\ufeff") else 0
    decoded = decoded[shift:]
    kind = "html" if is_page(decoded) else "text"
    reading = _read_page(decoded) if kind == "html" else read_plain(decoded)
    if broken:
        at = max(decoded.find("\ufffd"), 0)
        reading.skipped.append(Skipped("broken bytes", f"{broken} read as \ufffd", broken, at))
    if shift:
        reading.offsets = [(position, by + shift) for position, by in reading.offsets]
        reading.marks = [mark._replace(position=mark.position + shift) for mark in reading.marks]
        reading.skipped = [one._replace(position=one.position + shift) for one in reading.skipped]
    return kind, reading, encoding + (", tags stripped" if kind == "html" else "")


def _read_page(decoded: str) -> Reading:
    """A web page; control characters become white space, at which no word of Chinese is parted."""
    controls = sum(1 for _ in CONTROLS.finditer(decoded))
    reading = read_page(CONTROLS.sub("\r", decoded) if controls else decoded)
    if controls:
        first = CONTROLS.search(decoded)
        at = first.start() if first else 0
        reading.skipped.append(Skipped("control character", f"{controls} of them", controls, at))
    return reading
