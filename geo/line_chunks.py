"""Reading a long file of lines piece by piece, with a mark of how far it was read after each piece.

A mark holds a digest of everything read so far: whoever goes on later can tell whether the input is still
the same. Sizes in bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import BinaryIO, NamedTuple

from geo.task_lines import MOST_LINE_BYTES

CHUNK_LINES = 2_000  # below a second of work, so that little is lost or waited for
CHUNK_BYTES = 1_000_000
_SKIP_BYTES = 1_000_000  # read at once while passing over the rest of a line that is too long


class Chunk(NamedTuple):
    """Some lines as read, and the number of the first of them; lines count from 1."""

    first_line: int
    lines: list[bytes]


class Mark(NamedTuple):
    """How far an input was read: bytes, lines, and a digest of these bytes."""

    offset: int
    line: int
    digest: str


START = Mark(0, 0, blake2b(digest_size=16).hexdigest())


class LineReader:
    """Chunks of a binary stream, in bounded memory whatever the stream holds.

    Of a line longer than `MOST_LINE_BYTES` only one byte more than that is kept, enough for
    `parse_task_line` to refuse it; the rest is passed over.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = blake2b(digest_size=16)
        self.offset = 0
        self.line = 0

    def chunks(self, *, until: int | None = None) -> Iterator[tuple[Chunk, Mark]]:
        """Yield chunks with the mark behind each, to the end of the stream or to the offset `until`."""
        while until is None or self.offset < until:
            first = self.line + 1
            lines = self._take(until)
            if not lines:
                return
            yield Chunk(first, lines), Mark(self.offset, self.line, self._digest.hexdigest())

    def _take(self, until: int | None) -> list[bytes]:
        """The next lines; a line that is too long ends the chunk."""
        lines: list[bytes] = []
        size = 0
        room = CHUNK_BYTES if until is None else min(CHUNK_BYTES, until - self.offset)
        while len(lines) < CHUNK_LINES and size < room:
            raw = self._stream.readline(MOST_LINE_BYTES + 1)
            if not raw:
                break
            lines.append(raw)
            size += len(raw)
            if len(raw) > MOST_LINE_BYTES and not raw.endswith(b"\n"):
                self._pass(b"".join(lines))
                self._skip_line()
                self.line += len(lines)
                return lines
        self._pass(b"".join(lines))
        self.line += len(lines)
        return lines

    def _skip_line(self) -> None:
        while rest := self._stream.readline(_SKIP_BYTES):
            self._pass(rest)
            if rest.endswith(b"\n"):
                return

    def _pass(self, content: bytes) -> None:
        self._digest.update(content)
        self.offset += len(content)
