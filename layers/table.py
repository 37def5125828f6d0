"""Which rows stand on which page? Sorting and paging for any table, of 100,000 rows too.

Text sorts as a reader of Chinese looks for it: digits by their number, then Latin letters, then characters
by pinyin, each by its commonest reading, as Unicode's order for Chinese does; quotation marks do not count.
Rows without a value stand last, whichever way a column is sorted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

from layers.errors import FilterError

Row = TypeVar("Row")
Value = str | int | float | tuple[str, ...] | None
Key = tuple[float, str]  # numbers sort by the first, words by the second

SIZES = (25, 50, 100)  # rows on a page
LONGEST_NUMBER = 12  # digits that are compared by their number
_DIGITS = re.compile(r"[0-9]+")
_UNHEARD = "“”‘’\"'《》〈〉「」『』（）()【】[] \u3000"
_AFTER_LATIN = "~"  # sorts behind every Latin letter


@dataclass(frozen=True)
class TableView:
    """How a table is looked at: the column it is sorted by ("" as it comes), and the page."""

    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = SIZES[0]

    @property
    def order(self) -> str:
        """The order as the address writes it: `due`, `-due`, "" as it comes."""
        return f"-{self.sort}" if self.descending else self.sort

    def to_query(self) -> dict[str, str]:
        """The view as query fields, only those that are not as at first."""
        first = TableView()
        page = "" if self.page == first.page else str(self.page)
        size = "" if self.size == first.size else str(self.size)
        return {k: v for k, v in (("sort", self.order), ("page", page), ("size", size)) if v}


@dataclass(frozen=True)
class TablePage(Generic[Row]):
    """The rows of one page. `number` and `first` count from 1; `pages` is at least 1."""

    rows: Sequence[Row]
    number: int
    pages: int
    size: int
    total: int

    @property
    def first(self) -> int:
        """The number of the first row; 0 in a table without any."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last row."""
        return (self.number - 1) * self.size + len(self.rows)


def read_view(query: Mapping[str, str], columns: Sequence[str]) -> tuple[TableView, list[FilterError]]:
    """Read `sort`, `page` and `size` of a query, and what of it makes no sense and was left out.

    Parameters
    ----------
    query
        Text as an address has it; blanks count as absent.
    columns
        The keys that `sort` may name, with a minus sign before them for the other way round.
    """
    view, left_out = TableView(), []
    sort, page, size = (query.get(key, "").strip() for key in ("sort", "page", "size"))
    if sort.removeprefix("-") not in ("", *columns) or sort == "-":
        left_out.append(FilterError("sort", sort, [*columns, *(f"-{key}" for key in columns)]))
        sort = ""
    if page and not _is_count(page):
        left_out.append(FilterError("page", page, ["1", "2", "3"]))
        page = ""
    if size and size not in map(str, SIZES):
        left_out.append(FilterError("size", size, [str(known) for known in SIZES]))
        size = ""
    chosen = TableView(
        sort.removeprefix("-"), sort.startswith("-"), int(page or view.page), int(size or view.size)
    )
    return chosen, left_out


def _is_count(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 9 and int(written) > 0


def sort_rows(rows: Sequence[Row], key_of: Callable[[Row], Key | None], *, descending: bool) -> list[Row]:
    """Return the rows in the order of their keys; those of None last, rows of one key as they came."""
    keyed = [(key_of(row), row) for row in rows]
    known = [(key, row) for key, row in keyed if key is not None]
    known.sort(key=itemgetter(0), reverse=descending)
    return [row for _, row in known] + [row for key, row in keyed if key is None]


def value_key(value: Value) -> Key | None:
    """What a value sorts by, None where there is none; of several words the first decides, then the next."""
    if value is None or value == "" or value == ():
        return None
    if isinstance(value, str):
        return 0.0, text_key(value)
    if isinstance(value, tuple):
        return 0.0, "\x00".join(map(text_key, value))
    return float(value), ""


def text_key(text: str) -> str:
    """What a text sorts by: digits by their number, Latin letters, then characters by pinyin."""
    padded = _DIGITS.sub(lambda digits: digits[0].lstrip("0").zfill(LONGEST_NUMBER), text.casefold())
    return padded.translate(_SOUNDS)


class _Sounds(dict[int, str]):
    """What every character sorts by, found when it is first met."""

    def __missing__(self, code: int) -> str:
        sound = self[code] = _sound(chr(code))
        return sound


def _sound(character: str) -> str:
    if character in _UNHEARD:
        return ""
    if character < "\u2e80":  # before the first Chinese sign
        return character
    from pypinyin import Style, pinyin  # here, for it reads a large dictionary

    found = pinyin(character, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return f"{_AFTER_LATIN}{found[0][0]}{character}" if found else _AFTER_LATIN * 2 + character


_SOUNDS = _Sounds()


def cut_page(rows: Sequence[Row], number: int, size: int) -> TablePage[Row]:
    """Return a page of the rows, the nearest one there is."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(number, 1), pages)
    return TablePage(rows[(number - 1) * size : number * size], number, pages, size, len(rows))


def page_holding(rows: Sequence[Row], size: int, is_wanted: Callable[[Row], bool]) -> int | None:
    """The number of the page with the first row that is wanted, None where there is none."""
    at = next((place for place, row in enumerate(rows) if is_wanted(row)), None)
    return None if at is None else at // size + 1
