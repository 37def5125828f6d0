"""Which column is which property of a zone, and what does a cell say?

Values come from tables that cut, quote and shorten: what such a table cannot hold whole is not taken for a
change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from geo.features import Feature
from layers.formats.short_names import short_names
from layers.import_zones_read import RawLayer, RawZone
from lingang.errors import PlanningMapError

# What is read of a row, by kind; area and label are computed, aliases stand in the table of names.
TEXTS = (
    "id", "name", "name_en", "parent", "rank", "palette", "chip", "chip_en", "source", "source_en", "method",
    "licence", "note", "note_en", "confidence", "edge_notes", "edge_notes_en", "official_area_source",
    "official_area_source_en", "valid_from", "valid_to", "replaced_by",
)  # fmt: skip
NUMBERS = ("accuracy_m", "official_area_km2")
BOOLEANS = ("edges_published",)
PROPERTIES = (*TEXTS, *NUMBERS, *BOOLEANS)
_OTHER_NAMES = {
    "id": ("feature_id", "zone_id", "zoneid", "zone", "编号", "片区编号", "代码", "code"),
    "name": ("名称", "片区", "片区名称", "zone_name", "地块名称", "mc", "name_zh"),
    "name_en": ("英文名", "英文名称", "english"),
    "parent": ("parent_id", "上级", "上级片区", "上级编号"),
    "rank": ("级别", "层级", "level"),
    "palette": ("色系", "配色"),
    "source": ("来源", "依据", "数据来源"),
    "method": ("方法", "采集方法"),
    "accuracy_m": ("accuracy", "精度", "误差", "误差_m"),
    "licence": ("license", "许可"),
    "note": ("备注", "说明", "remark"),
    "official_area_km2": ("公布面积",),
    "official_area_source": ("公布面积来源",),
}
CUT_BYTES = range(240, 255)  # how long a text is that dBase or MapInfo has cut to its 254 bytes
_TRUE, _FALSE = ("true", "1", "t", "yes", "y", "是"), ("false", "0", "f", "no", "n", "否")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FieldError(PlanningMapError, ValueError):
    """A wish about columns that cannot be met: a property or a column that does not exist."""


@dataclass
class Row:
    """A row with the zone that it means: `zone_id` None where neither id nor name tells."""

    raw: RawZone
    given: dict[str, Any]
    zone_id: str | None
    by_name: bool
    problems: list[str]


def find_columns(
    raw: RawLayer, wanted: Sequence[str] = (), known_ids: Collection[str] = ()
) -> dict[str, str]:
    """Return the column of each property that the layer has.

    Parameters
    ----------
    wanted
        "property=column" of the user; they win over the usual names. A column counts under a usual name
        only when some row has something in it.
    known_ids
        Of several columns that may be the id, the one with the most of these is: programs number rows
        under this name too.

    Raises
    ------
    FieldError
        A wish without "=", with an unknown property, or with a column that the layer lacks.
    """
    filled = [c for c in raw.columns if any(_cell(row.values.get(c)) is not None for row in raw.rows)]
    by_name = {column.lower(): column for column in reversed(filled)}
    found = {}
    for name in PROPERTIES:
        usual = (name, *_OTHER_NAMES.get(name, ()), short_names([name])[name])
        columns = [by_name[word] for word in usual if word in by_name]
        if name == "id":
            columns.sort(key=lambda c: -sum(str(row.values.get(c)) in known_ids for row in raw.rows))
        if columns:
            found[name] = columns[0]
    for wish in wanted:
        name, _, column = (part.strip() for part in wish.partition("="))
        _check_wish(wish, name, column, raw.columns)
        found[name] = column
    return found


def read_values(values: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the properties that a row gives, and what is wrong with the others; absent ones are left out."""
    given: dict[str, Any] = {}
    problems = []
    for name, column in columns.items():
        cell = _cell(values.get(column))
        if cell is None:
            continue
        try:
            given[name] = _typed(name, cell)
        except ValueError:
            kind = "a number" if name in NUMBERS else "true or false"
            problems.append(f"{column} is {str(cell)[:60]!r}; expected {kind}")
    return given, problems


def read_rows(raw: RawLayer, columns: Mapping[str, str], ours: Mapping[str, Feature]) -> list[Row]:
    """Return the rows with the zones they mean: by id, else by the official name of one zone of ours."""
    by_name: dict[str, list[str]] = {}
    for zone in ours.values():
        by_name.setdefault(str(zone.properties.get("name")), []).append(zone.id)
    rows = []
    for each in raw.rows:
        given, problems = read_values(each.values, columns)
        zone_id = given.pop("id", None)
        same_name = by_name.get(str(given.get("name")), [])
        named = zone_id is None and len(same_name) == 1
        rows.append(Row(each, given, same_name[0] if named else zone_id, named, problems))
    return rows


def is_cut(given: Any, whole: Any) -> bool:
    """True when a text is the start of ours, as long as a field of dBase or MapInfo holds."""
    if not isinstance(given, str) or not isinstance(whole, str):
        return False
    return whole.startswith(given) and given != whole and len(given.encode("utf-8", "replace")) in CUT_BYTES


def _check_wish(wish: str, name: str, column: str, columns: Sequence[str]) -> None:
    if not name or not column:
        raise FieldError(f"--field {wish!r}: write PROPERTY=COLUMN, for example id=zone_id")
    if name not in PROPERTIES:
        near = get_close_matches(name, PROPERTIES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise FieldError(
            f"--field: {name!r} is no property that can be read{hint}; use {', '.join(PROPERTIES)}"
        )
    if column not in columns:
        raise FieldError(
            f"--field: the layer has no column {column!r}; it has: {', '.join(columns) or 'none'}"
        )


def _cell(value: Any) -> Any:
    """A value without the blanks and the apostrophe that tables put around it; None where it is empty."""
    if isinstance(value, str):
        text = value.strip()
        if text[:1] == "'" and text[1:2] in _FORMULA:
            text = text[1:]
        return text or None
    return value


def _typed(name: str, cell: Any) -> Any:
    if name in NUMBERS:
        number = float(cell)
        if not abs(number) < 1e12:
            raise ValueError(name)
        return int(number) if number.is_integer() else number
    if name in BOOLEANS:
        word = str(cell).lower()
        if word not in (*_TRUE, *_FALSE):
            raise ValueError(name)
        return word in _TRUE
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # 105.0 of a table of numbers is the id 105
    return str(cell)
