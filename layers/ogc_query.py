"""Which features of a collection does a request for items ask for?

`parse_query` reads the parameters of OGC API - Features Parts 1 to 3 and refuses whatever means nothing;
`select_rows` gives the numbers of the rows that meet them. Days are those of China: an instant of a
`datetime` counts for the day that it falls on at UTC+8.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import box

from geo.features import Feature
from layers import ogc_cql2
from layers.ogc_collections import Collection, Column, Period
from layers.ogc_crs import CRS84, OgcCrs, OgcError
from layers.selection import meets

DEFAULT_LIMIT = 100
MOST_ITEMS = 10_000  # of one page; a larger limit gives this many
KEPT_SELECTIONS = 256  # rows found for a filter, which the next page will ask for again
CORE = ("limit", "offset", "bbox", "bbox-crs", "crs", "datetime")
FILTER = ("filter", "filter-lang", "filter-crs")
LOOK = ("f", "lang")  # how the answer looks; any request may have them
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
CHINA = timezone(timedelta(hours=8))
Box = tuple[float, float, float, float]  # lower corner, upper corner, in the axis order of `bbox_crs`
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Query:
    """A request for items. `first` and `last` are days, None for an open end."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    crs: str = CRS84
    bbox: Box | None = None
    bbox_crs: str = CRS84
    is_timed: bool = False
    first: date | None = None
    last: date | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    filter: str = ""
    filter_lang: str = ogc_cql2.TEXT
    filter_crs: str = CRS84


def parse_query(collection: Collection, arguments: Iterable[tuple[str, str]]) -> Query:
    """Return the query that parameters spell; raises OgcError for a name or value that means nothing."""
    given = check_names(arguments, (*CORE, *FILTER, *collection.queryables))
    first, last = _parse_datetime(given["datetime"]) if "datetime" in given else (None, None)
    bbox_crs = parse_crs(collection, given.get("bbox-crs", CRS84), "bbox-crs")
    lang = given.get("filter-lang", ogc_cql2.languages()[0])
    if lang not in ogc_cql2.languages():
        raise _not_one_of("filter-lang", lang, ogc_cql2.languages())
    return Query(
        limit=min(_parse_count("limit", given.get("limit", str(DEFAULT_LIMIT)), 1), MOST_ITEMS),
        offset=_parse_count("offset", given.get("offset", "0"), 0),
        crs=parse_crs(collection, given.get("crs", CRS84)).uri,
        bbox=_parse_bbox(given["bbox"], bbox_crs) if "bbox" in given else None,
        bbox_crs=bbox_crs.uri,
        is_timed="datetime" in given,
        first=first,
        last=last,
        conditions=tuple(_conditions(collection, given)),
        filter=given.get("filter", ""),
        filter_lang=lang,
        filter_crs=parse_crs(collection, given.get("filter-crs", CRS84), "filter-crs").uri,
    )


def check_names(arguments: Iterable[tuple[str, str]], allowed: Iterable[str]) -> dict[str, str]:
    """The parameters by name; raises OgcError for one that is not allowed or stands twice."""
    known, given = (*allowed, *LOOK), dict[str, str]()
    for name, value in arguments:
        if name not in known:
            raise _not_one_of("parameter", name, known)
        if name in given:
            raise OgcError(name, f"parameter {name!r} is given twice; give it once")
        given[name] = value
    return given


def parse_crs(collection: Collection, uri: str, parameter: str = "crs") -> OgcCrs:
    """The system of an address; raises OgcError where the collection is not served in it."""
    if uri not in collection.crs:
        raise _not_one_of(parameter, uri, collection.crs)
    return collection.crs[uri]


def select_rows(collection: Collection, query: Query) -> Rows:
    """Return the numbers of the rows that meet a query, in the collection's order, without paging.

    Raises
    ------
    OgcError
        A filter that cannot be read or evaluated.
    """
    keep = np.ones(len(collection.features), dtype=bool)
    if query.bbox:
        keep &= _in_box(collection, query.bbox, query.bbox_crs)
    if query.is_timed and collection.has_time:
        keep &= np.array([_meets_time(p, query.first, query.last) for p in collection.periods], dtype=bool)
    for name, value in query.conditions:
        test = _test(collection.queryables[name], value)
        keep &= np.array([test(feature) for feature in collection.features], dtype=bool)
    if query.filter:
        keep &= ogc_cql2.evaluate(collection, query.filter, query.filter_lang, query.filter_crs)
    return np.flatnonzero(keep)


def make_selector() -> Callable[[Collection, Query], Rows]:
    """`select_rows` with a memory of the last selections; the page asked for does not count."""
    kept = lru_cache(maxsize=KEPT_SELECTIONS)(select_rows)

    def select(collection: Collection, query: Query) -> Rows:
        return kept(collection, replace(query, limit=DEFAULT_LIMIT, offset=0, crs=CRS84))

    return select


def _not_one_of(parameter: str, value: str, known: Iterable[str]) -> OgcError:
    names = list(known)
    near = get_close_matches(value, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return OgcError(parameter, f"{parameter} {value!r} is not known{hint}; use one of: {', '.join(names)}")


def _parse_count(name: str, text: str, least: int) -> int:
    if not re.fullmatch("[0-9]{1,12}", text) or int(text) < least:
        raise OgcError(name, f"{name} {text!r} is not a whole number of {least} or more")
    return int(text)


def _parse_bbox(text: str, crs: OgcCrs) -> Box:
    """The corners of a box; heights of a box with six numbers are left out, for no position has one."""
    read = [_number(part) for part in text.split(",")]
    numbers = [number for number in read if number is not None]
    if len(read) not in (4, 6) or len(numbers) != len(read):
        raise OgcError(
            "bbox", f"bbox {text!r} is not four numbers (or six, with heights) with commas between"
        )
    a1, a2, b1, b2 = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    # West may lie beyond east, across the antimeridian, where the axis is one of longitudes.
    turns = (False, True) if crs.flipped else (True, False)
    for low, high, may_turn in ((a1, b1, turns[0]), (a2, b2, turns[1])):
        if low > high and not (may_turn and crs.is_geographic):
            raise OgcError("bbox", f"bbox {text!r}: lower corner first, then the upper, {low:g} > {high:g}")
    return a1, a2, b1, b2


def _in_box(collection: Collection, bbox: Box, uri: str) -> npt.NDArray[np.bool_]:
    frame = collection.frame(uri)
    a1, a2, b1, b2 = bbox
    parts = [bbox]
    if a1 > b1:
        parts = [(a1, a2, 180.0, b2), (-180.0, a2, b1, b2)]
    elif a2 > b2:
        parts = [(a1, a2, b1, 180.0), (a1, -180.0, b1, b2)]
    keep = np.zeros(len(collection.features), dtype=bool)
    for part in parts:
        keep[frame.tree.query(box(*part), predicate="intersects")] = True
    return keep


def _parse_datetime(text: str) -> tuple[date | None, date | None]:
    """The first and the last day of an instant or an interval, None for an open end."""
    ends = text.split("/")
    if len(ends) > 2 or (len(ends) == 1 and ends[0] in ("", "..")):
        raise _bad_time(text)
    days = [None if len(ends) == 2 and end in ("", "..") else _parse_day(end, text) for end in ends]
    first, last = days[0], days[-1]
    if first and last and first > last:
        raise OgcError("datetime", f"datetime {text!r} ends before it begins")
    return first, last


def _parse_day(text: str, whole: str) -> date:
    """The day of an RFC 3339 day or instant."""
    text = text.removesuffix("T")  # GDAL writes a day so where it turns a condition into a datetime
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?", text, re.ASCII):
        raise _bad_time(whole)
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.upper()).astimezone(CHINA).date()
    except (ValueError, OverflowError):
        raise _bad_time(whole) from None


def _bad_time(text: str) -> OgcError:
    return OgcError(
        "datetime",
        f"datetime {text!r} is no RFC 3339 day (2023-05-01), instant (2023-05-01T00:00:00Z) or interval of "
        "two of them with a slash between (2023-01-01/.. for an open end)",
    )


def _meets_time(period: Period, first: date | None, last: date | None) -> bool:
    return (
        period is not None and (last is None or period[0] <= last) and (first is None or first <= period[1])
    )


def _conditions(collection: Collection, given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The parameters that name columns; raises OgcError where no value of the column can be such."""
    for name, value in given.items():
        if name in (*CORE, *FILTER, *LOOK):
            continue
        kind = collection.queryables[name].kind
        if kind in ("integer", "number") and value and _number(value) is None:
            raise OgcError(
                name, f"{name}={value!r}: the column holds numbers; give one, or nothing for no value"
            )
        if collection.queryables[name].is_day and value and not _is_day(value):
            raise OgcError(name, f"{name}={value!r}: the column holds days such as 2023-05-01")
        if kind == "boolean" and value not in ("true", "false", ""):
            raise OgcError(name, f"{name}={value!r}: use one of: true, false, or nothing for no value")
        yield name, value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _number(text: str) -> float | None:
    value = float(text) if NUMBER.fullmatch(text.strip()) else math.inf
    return value if math.isfinite(value) else None


def _test(column: Column, value: str) -> Callable[[Feature], bool]:
    """Whether a row has a value, as a download's `where` decides; numbers are equal however written."""
    number = _number(value) if column.kind in ("integer", "number") else None
    if number is not None:
        return lambda feature: _same(feature.properties.get(column.name), number)
    return lambda feature: meets(feature, [(column.name, value)])


def _same(value: Any, number: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == number
