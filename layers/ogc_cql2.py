"""Which rows of a collection meet a CQL2 filter (OGC 21-065r2)?

CQL2 text is read by the `cql2` package (extra `ogc`) where that is installed; CQL2 JSON needs no package.
Both are then evaluated here: a comparison with an absent value is neither true nor false, as the standard
has it. The package recurses without bound and goes back over unclosed brackets again and again, so that a
short text could stop the server; hence MOST_TEXT and MOST_DEPTH, within which it answers in milliseconds.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import GEOSException
from shapely.geometry import box, shape

from layers.ogc_collections import Collection
from layers.ogc_crs import OgcError

TEXT, JSON = "cql2-text", "cql2-json"
MOST_TEXT = 2_000  # characters of a filter in CQL2 text; the reader crashes from 4,000 on
MOST_JSON = 20_000  # characters of one in CQL2 JSON
MOST_DEPTH = 8  # brackets in brackets; the reader's time grows threefold with each that is left open
MOST_NESTING = 64  # operations in operations
Value = Callable[[int], Any]  # the value of an expression for a row; None for unknown

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_SPATIAL: Mapping[str, Callable[..., Any]] = {
    "s_intersects": shapely.intersects, "s_equals": shapely.equals, "s_disjoint": shapely.disjoint,
    "s_touches": shapely.touches, "s_within": shapely.within, "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses, "s_contains": shapely.contains,
}  # fmt: skip
_ARRAY: Mapping[str, Callable[[list[Any], list[Any]], bool]] = {
    "a_contains": lambda a, b: all(x in a for x in b),
    "a_containedby": lambda a, b: all(x in b for x in a),
    "a_overlaps": lambda a, b: any(x in b for x in a),
    "a_equals": lambda a, b: a == b,
}
_LOGIC = ("and", "or", "not", "like", "between", "in", "isnull", "casei")
OPERATIONS = (*_LOGIC[:3], *_ORDER, *_LOGIC[3:], *_SPATIAL, *_ARRAY)
_QUOTED = re.compile("""'(?:[^']|'')*'|"[^"]*\"""")


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The filter languages that can be read here."""
    return (TEXT, JSON) if importlib.util.find_spec("cql2") else (JSON,)


def evaluate(collection: Collection, text: str, language: str, crs: str) -> npt.NDArray[np.bool_]:
    """Return for every row of a collection whether it meets a filter.

    Parameters
    ----------
    language
        One of `languages()`.
    crs
        The system of the filter's geometries, one of `collection.crs`.

    Raises
    ------
    OgcError
        The filter cannot be read, names a property that is not there, or an operation that is not served.
    """
    tree = _read_text(text) if language == TEXT else _read_json(text)
    value = _Compiler(collection, crs).compile(tree, 0)
    return np.array([value(row) is True for row in range(len(collection.features))], dtype=bool)


def _refuse(problem: str) -> OgcError:
    return OgcError("filter", f"filter: {problem}")


def _read_text(text: str) -> Any:
    """The CQL2 JSON of a CQL2 text."""
    if len(text) > MOST_TEXT:
        raise _refuse(f"{len(text)} characters are more than {MOST_TEXT}; ask in parts, or in {JSON}")
    depth = 0
    for sign in re.sub(r"[^()]", "", _QUOTED.sub("", text)):
        depth += 1 if sign == "(" else -1
        if depth < 0 or depth > MOST_DEPTH:
            raise _refuse(
                "a bracket is closed that was never opened" if depth < 0 else
                f"brackets are nested deeper than {MOST_DEPTH}; ask in parts, or in {JSON}"
            )  # fmt: skip
    if depth:
        raise _refuse(f"{depth} brackets are never closed")
    try:
        return importlib.import_module("cql2").parse_text(text).to_json()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust side is no Exception
        said = str(error).strip().splitlines()
        raise _refuse(
            f"{text!r} is no CQL2 text: {said[-1].strip(' =') if said else 'it breaks off'}"
        ) from None


def _read_json(text: str) -> Any:
    if len(text) > MOST_JSON:
        raise _refuse(f"{len(text)} characters are more than {MOST_JSON}; ask in parts")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "" if TEXT in languages() else "; CQL2 text is not read here, for the package cql2 is missing"
        raise _refuse(f"no CQL2 JSON: {error}{hint}") from None


class _Compiler:
    """Turns CQL2 JSON into functions of a row."""

    def __init__(self, collection: Collection, crs: str) -> None:
        self.collection, self.crs = collection, crs

    def compile(self, node: Any, depth: int) -> Value:
        """A function for one expression; raises OgcError."""
        if depth > MOST_NESTING:
            raise _refuse(f"operations are nested deeper than {MOST_NESTING}")
        if node is None or isinstance(node, (str, bool, int, float)):
            return lambda row: node
        if isinstance(node, list):
            parts = [self.compile(part, depth + 1) for part in node]
            return lambda row: [part(row) for part in parts]
        if not isinstance(node, dict):
            raise _refuse(f"{node!r} is no expression")
        if "property" in node:
            return self._property(node["property"])
        if "date" in node or "timestamp" in node:
            return _moment(node)
        return self._operation(node, depth)

    def _property(self, name: Any) -> Value:
        if name not in self.collection.queryables:
            known = ", ".join((*self.collection.queryables, "geometry (in spatial operations)"))
            raise _refuse(f"property {name!r} is not known; use one of: {known}")
        features = self.collection.features
        return lambda row: features[row].properties.get(name)

    def _operation(self, node: Mapping[str, Any], depth: int) -> Value:
        name, arguments = str(node.get("op", "")).lower(), node.get("args")
        if name not in OPERATIONS or not isinstance(arguments, list):
            said = node.get("op") or ", ".join(map(str, node))
            raise _refuse(f"operation {said!r} is not served; use one of: {', '.join(OPERATIONS)}")
        if name in _SPATIAL:
            return self._spatial(name, arguments)
        wanted = {"not": 1, "isnull": 1, "casei": 1, "between": 3}.get(name, 2)
        if len(arguments) != wanted and not (name in ("and", "or") and len(arguments) > 2):
            raise _refuse(f"{name} takes {wanted} arguments, {len(arguments)} given")
        parts = [self.compile(argument, depth + 1) for argument in arguments]
        if name in _LOGIC:
            return _logic(name, parts)
        left, right = parts
        if name in _ARRAY:
            return lambda row: _arrays(_ARRAY[name], left(row), right(row))
        return lambda row: _compared(name, left(row), right(row))

    def _spatial(self, name: str, arguments: list[Any]) -> Value:
        """A relation between the rows' geometry and a fixed one, reckoned for all rows at once."""
        own = [isinstance(a, dict) and a.get("property") == "geometry" for a in arguments]
        if sorted(own) != [False, True]:
            raise _refuse(f"{name} takes the property geometry and one fixed geometry")
        fixed, shapes = _fixed_geometry(arguments[own.index(False)]), self.collection.frame(self.crs).shapes
        try:
            found = _SPATIAL[name](shapes, fixed) if own[0] else _SPATIAL[name](fixed, shapes)
        except GEOSException as error:
            raise _refuse(f"{name}: {error}") from None
        placed = ~shapely.is_missing(shapes)
        return lambda row: bool(found[row]) if placed[row] else None


def _fixed_geometry(node: Any) -> Any:
    """A geometry from GeoJSON or `{"bbox": […]}`."""
    try:
        if isinstance(node, dict) and "bbox" in node:
            numbers = [float(number) for number in node["bbox"]]
            made = box(*(numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])))
        else:
            made = shapely.force_2d(shape(node))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, GEOSException):
        raise _refuse("a fixed geometry is WKT (in JSON: GeoJSON), or a BBOX of four numbers") from None
    if not made.is_valid or made.is_empty or not np.isfinite(shapely.get_coordinates(made)).all():
        raise _refuse(f"a fixed geometry is not valid: {shapely.is_valid_reason(made)}")
    return made


def _moment(node: Mapping[str, Any]) -> Value:
    """A day or an instant, as text in the order of time, as the rows have theirs."""
    text = str(node.get("date", node.get("timestamp")))
    try:
        if "date" in node:
            date.fromisoformat(text)
        else:
            datetime.fromisoformat(text)
    except ValueError:
        raise _refuse(
            f"{text!r} is no day such as 2023-05-01 or instant such as 2023-05-01T00:00:00Z"
        ) from None
    return lambda row: text


def _logic(name: str, parts: list[Value]) -> Value:
    first = parts[0]
    if name == "not":
        return lambda row: None if (value := first(row)) is None else value is False
    if name == "isnull":
        return lambda row: first(row) is None
    if name == "casei":
        return lambda row: _folded(first(row))
    if name == "like":
        return lambda row: _like(first(row), parts[1](row))
    if name == "between":
        return lambda row: _all(
            [_compared(">=", first(row), parts[1](row)), _compared("<=", first(row), parts[2](row))]
        )
    if name == "in":
        return lambda row: _any([_compared("=", first(row), one) for one in _listed(parts[1](row))])
    join = _all if name == "and" else _any
    return lambda row: join([part(row) for part in parts])


def _all(values: list[Any]) -> bool | None:
    return False if False in values else None if any(v is not True for v in values) else True


def _any(values: list[Any]) -> bool | None:
    return True if any(v is True for v in values) else None if any(v is not False for v in values) else False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _folded(value: Any) -> Any:
    if isinstance(value, list):
        return [_folded(one) for one in value]
    return value.casefold() if isinstance(value, str) else value


def _compared(name: str, left: Any, right: Any) -> bool | None:
    """Unknown where a value is absent or the two are of different kinds."""
    kinds = {_kind(left), _kind(right)}
    if len(kinds) > 1 or None in kinds:
        return None
    return _ORDER[name](left, right)


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "text" if isinstance(value, str) else None


def _arrays(test: Callable[[list[Any], list[Any]], bool], left: Any, right: Any) -> bool | None:
    return test(left, right) if isinstance(left, list) and isinstance(right, list) else None


def _like(value: Any, pattern: Any) -> bool | None:
    """Whether a text has the form of a pattern; the pieces are looked for in turn, never going back."""
    if not isinstance(value, str) or not isinstance(pattern, str):
        return None
    (_, first), *others = _pieces(pattern)
    if not others:
        return first.fullmatch(value) is not None
    start = first.match(value)
    length, last = others[-1]
    at, end = start.end() if start else -1, len(value) - length
    if at < 0 or end < at or not last.match(value, end):
        return False
    for _, piece in others[:-1]:
        found = piece.search(value, at, end)
        if not found:
            return False
        at = found.end()
    return True


@lru_cache(maxsize=64)
def _pieces(pattern: str) -> list[tuple[int, re.Pattern[str]]]:
    """What stands between the `%` of a pattern, with its length; `_` is one sign, `\\` takes the next."""
    signs: list[list[str]] = [[]]
    for sign in re.findall(r"\\.|.", pattern, re.DOTALL):
        if sign == "%":
            signs.append([])
        else:
            signs[-1].append("." if sign == "_" else re.escape(sign[-1]))
    return [(len(piece), re.compile("".join(piece), re.DOTALL)) for piece in signs]
