"""Which part of a long list an answer holds: `limit` and `offset` of the address, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode

from flask import request

from layers.errors import CountError

USUAL_LIMIT = 1000  # entries of a list without `limit`: a reader's screenfuls, and a moment's work
MOST = 99_999_999
Row = TypeVar("Row")


@dataclass(frozen=True)
class Window:
    """At most `limit` entries of a list, from `offset` on, counted from 0."""

    offset: int
    limit: int

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The entries of this window."""
        return rows[self.offset : self.offset + self.limit]

    def after(self, count: int) -> int:
        """How many of `count` entries come after this window."""
        return max(0, count - self.offset - self.limit)

    def next_page(self) -> str | None:
        """The address of what comes next, the rest of the query as it is; None for an empty window."""
        if not self.limit:
            return None
        kept = [(key, text) for key, text in request.args.items(multi=True) if key not in ("limit", "offset")]
        query = [*kept, ("limit", self.limit), ("offset", self.offset + self.limit)]
        return f"{quote(request.path)}?{urlencode(query)}"


def read_window() -> Window:
    """The window that the address asks for; raises CountError for what is no count."""
    return Window(_count("offset", 0), _count("limit", USUAL_LIMIT))


def _count(field: str, usual: int) -> int:
    written = request.args.get(field, "").strip()
    if not written:
        return usual
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(MOST))):
        raise CountError(field, written, MOST)
    return int(written)
