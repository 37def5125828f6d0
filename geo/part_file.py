"""A large result on its way to disk: FILE.part grows, FILE.part.json says how far it holds, FILE comes last.

An entry of the journal is written after the bytes it speaks of are on disk, so whatever kills the program
or the machine, the last entry is true; at most about a second of work behind it is lost. Sizes in bytes.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from geo.batch_errors import BatchError, ResumeError
from geo.line_chunks import START, Mark
from lingang.files import write_atomic

VERSION = 1
ENTRY_EVERY_S = 1.0  # flushing a disk takes milliseconds, on a shared one tenths of a second


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of account: input read up to `mark`, `length` bytes of output, counts of what became of it."""

    fingerprint: str
    mark: Mark = START
    length: int = 0
    written: int = 0
    fallen: int = 0


class PartFile:
    """The growing file of one run. Only one run at a time can hold it."""

    def __init__(self, target: Path, fingerprint: str, *, journal: bool = True) -> None:
        self.target = target.resolve()
        self.part = self.target.with_name(f"{self.target.name}.part")
        self.journal = self.target.with_name(f"{self.target.name}.part.json")
        self._keeps_journal = journal
        self._stream: BinaryIO | None = None
        self._entry = Entry(fingerprint)
        self._saved_at = float("-inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()

    def begin(self) -> bool:
        """Start with nothing; return whether an earlier run had left something to go on from.

        Raises
        ------
        BatchError
            The folder cannot be written, or another run is writing this file.
        """
        stream = self._open()
        was_left = self.journal.exists() and self.part.stat().st_size > 0
        self.journal.unlink(missing_ok=True)
        stream.truncate(0)
        return was_left

    def resume(self) -> Entry | None:
        """Go on behind the last entry; None, and nothing changed, when no run was interrupted.

        Raises
        ------
        ResumeError
            The journal is damaged, of another program or data, or speaks of more than the file holds.
        BatchError
            As `begin`.
        """
        if not (self.part.exists() and self.journal.exists()):
            return None
        stream = self._open()
        entry = self._read_journal()
        if entry.fingerprint != self._entry.fingerprint:
            raise ResumeError(f"{self.part}: was begun with other data or another version; {_ANEW}")
        if self.part.stat().st_size < entry.length:
            problem = f"holds {self.part.stat().st_size} bytes, its journal counts {entry.length}"
            raise ResumeError(f"{self.part}: {problem}; {_ANEW}")
        stream.truncate(entry.length)
        stream.seek(entry.length)
        self._entry = entry
        return entry

    def write(self, records: list[bytes], mark: Mark, *, written: int, fallen: int) -> None:
        """Append records; `mark` is how far the input is then done, the counts are of the whole run."""
        content = b"".join(records)
        try:
            self._open_stream.write(content)
        except OSError as error:
            raise self._unwritable(error) from error
        length = self._entry.length + len(content)
        self._entry = Entry(self._entry.fingerprint, mark, length, written, fallen)
        if time.monotonic() - self._saved_at >= ENTRY_EVERY_S:
            self.save()

    def save(self) -> None:
        """Bring everything so far to disk, then its entry."""
        try:
            self._flush()
            if self._keeps_journal:
                content = {"version": VERSION, **asdict(self._entry), "mark": self._entry.mark._asdict()}
                write_atomic(self.journal, json.dumps(content).encode() + b"\n")
        except OSError as error:
            raise self._unwritable(error) from error
        self._saved_at = time.monotonic()

    def finish(self) -> None:
        """Give the file its name in one step; a reader of FILE sees the old one or the new one."""
        try:
            self._flush()
            if self.target.exists():
                self.part.chmod(self.target.stat().st_mode & 0o777)
            self.part.replace(self.target)
            self.journal.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def _open_stream(self) -> BinaryIO:
        if self._stream is None:
            raise ValueError("begin or resume comes before writing")
        return self._stream

    def _flush(self) -> None:
        self._open_stream.flush()
        os.fsync(self._open_stream.fileno())

    def _open(self) -> BinaryIO:
        """Open the part file without changing it, and hold it against other runs."""
        try:
            if self.target.is_dir():
                raise IsADirectoryError(None, "Is a directory", str(self.target))
            stream = os.fdopen(os.open(self.part, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.close()
            raise BatchError(f"{self.part}: another run is writing it; wait for its end") from error
        self._stream = stream
        return stream

    def _read_journal(self) -> Entry:
        try:
            content: dict[str, Any] = json.loads(self.journal.read_bytes())
            if content.pop("version") != VERSION:
                raise ResumeError(f"{self.journal}: written by another version; {_ANEW}")
            return Entry(**{**content, "mark": Mark(**content["mark"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ResumeError(f"{self.journal}: is damaged ({error}); {_ANEW}") from error

    def _unwritable(self, error: OSError) -> BatchError:
        return BatchError(f"{self.target}: cannot be written: {error.strerror or error}")


_ANEW = "leave out --resume to begin anew"
