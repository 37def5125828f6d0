"""Which ids have been read, and in which line first? Exact, over any number of lines, in bounded memory."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from geo.batch_errors import BatchError

MOST_IN_MEMORY = 500_000  # ids; with Python's objects about 100 MB
_CACHE_KIB = 65_536
# The table lives no longer than the process, so nothing has to survive a crash.
_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", f"cache_size=-{_CACHE_KIB}")


class SeenIds:
    """Ids with their first lines: in memory, past `most_in_memory` in a table in a temporary folder."""

    def __init__(self, *, most_in_memory: int = MOST_IN_MEMORY) -> None:
        self._most_in_memory = most_in_memory
        self._first: dict[str, int] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._table: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._table:
            self._table.close()
        if self._folder:
            self._folder.cleanup()

    def add(self, ids: Sequence[str], lines: Sequence[int]) -> dict[int, int]:
        """Add ids with their line numbers, which grow from call to call.

        Returns
        -------
        dict
            For every id that was there already: its index in `ids`, and the line where it stood first.

        Raises
        ------
        BatchError
            The temporary folder has no room.
        """
        if self._table is None and len(self._first) + len(ids) <= self._most_in_memory:
            return self._add_in_memory(ids, lines)
        try:
            table = self._table or self._spill()
            return self._add_to_table(table, list(zip(ids, lines, strict=True)))
        except (sqlite3.Error, OSError) as error:
            folder = tempfile.gettempdir()
            problem = f"{folder}: the ids read so far cannot be kept: {error}; let TMPDIR name another folder"
            raise BatchError(problem) from error

    def _add_in_memory(self, ids: Sequence[str], lines: Sequence[int]) -> dict[int, int]:
        remember = self._first.setdefault
        repeated = {}
        for index, (task_id, line) in enumerate(zip(ids, lines, strict=True)):
            first = remember(task_id, line)
            if first != line:
                repeated[index] = first
        return repeated

    def _spill(self) -> sqlite3.Connection:
        """Move the ids from memory to a table."""
        self._folder = tempfile.TemporaryDirectory(prefix="lingang-ids-")
        table = sqlite3.connect(Path(self._folder.name) / "ids.sqlite", isolation_level=None)
        for pragma in _PRAGMAS:
            table.execute(f"PRAGMA {pragma}")
        table.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._insert(table, self._first.items())
        self._table = table
        self._first.clear()
        return table

    @staticmethod
    def _insert(table: sqlite3.Connection, rows: Iterable[tuple[str, int]]) -> int:
        table.execute("BEGIN")
        added = table.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", rows).rowcount
        table.execute("COMMIT")
        return added

    def _add_to_table(self, table: sqlite3.Connection, rows: Sequence[tuple[str, int]]) -> dict[int, int]:
        if not rows or self._insert(table, rows) == len(rows):
            return {}
        repeated = {}
        for index, (task_id, line) in enumerate(rows):
            (first,) = table.execute("SELECT line FROM seen WHERE id = ?", (task_id,)).fetchone()
            if first != line:
                repeated[index] = first
        return repeated
