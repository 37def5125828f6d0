"""A layer made ready for a file: columns of one kind each, geometries in the target system, and its notes.

Geometries in a `Table` are already in `crs`, east (longitude) first, rounded to its decimals; those of the
features it was made from are lon, lat in EPSG:4326.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.crs_choice import TargetCrs, project
from geo.features import Feature
from layers.metadata import Metadata
from layers.registry import Layer

ColumnKind = Literal["text", "integer", "real", "boolean"]
Progress = Callable[[int], None]  # called with the number of rows done
Geometries = npt.NDArray[np.object_]
ROWS_A_BLOCK = 512
FIRST = ("id", "name", "name_en")  # the columns that a reader looks for; the others follow by name
# What XML 1.0 cannot hold, and half surrogate pairs, which UTF-8 cannot: texts of documents may have them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def no_progress(done: int) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True)
class Column:
    """One property of all rows; `values` has None where a row lacks it."""

    name: str
    kind: ColumnKind
    values: list[Any]

    @property
    def has_gaps(self) -> bool:
        """True when some row has no value."""
        return None in self.values

    def as_text(self) -> Column:
        """The column with every value written out; an absent one stays None."""
        if self.kind == "text":
            return self
        return Column(self.name, "text", [None if v is None else json.dumps(v) for v in self.values])


@dataclass
class Table:
    """A layer for a file.

    Attributes
    ----------
    notes
        What the format could not hold, for the reader of the file.
    like
        Rows that say which columns there are, and of what kind: all those of the layer, so that a filter
        changes neither. The features themselves when left out.
    source
        Where a project of QGIS finds the rows: the name of a GeoPackage, or the address of a service.
    """

    layer: Layer
    features: Sequence[Feature]
    crs: TargetCrs
    metadata: Metadata
    notes: list[str] = field(default_factory=list)
    like: Sequence[Feature] | None = None
    source: str = ""

    @cached_property
    def geometry(self) -> Geometries:
        """Geometries in `crs`; None where a feature has none."""
        shapes = (feature.geometry for feature in self.features)
        return project(np.fromiter(shapes, dtype=object, count=len(self.features)), self.crs)

    @cached_property
    def columns(self) -> list[Column]:
        """The properties, `id` and the names first. Lists and objects are JSON text."""
        rows = [feature.properties for feature in self.features]
        like = self.features if self.like is None else self.like
        models = rows if len(like) == len(rows) else [feature.properties for feature in like]
        known = values_by_name(models)
        own = known if models is rows else values_by_name(rows)
        ordered = [n for n in FIRST if n in known] + sorted(n for n in known if n not in FIRST)
        absent = [None] * len(rows)
        if own is known:
            return [_column_of(name, known[name]) for name in ordered]
        return [make_column(name, kind_of(known[name]), own.get(name, absent)) for name in ordered]

    def note(self, text: str) -> None:
        """Say once what the file does not hold as it was."""
        if text not in self.notes:
            self.notes.append(text)

    def rows_at(self, indices: Sequence[int], columns: Iterable[Column]) -> list[Column]:
        """Columns cut down to some rows."""
        if len(indices) == len(self.features):
            return list(columns)
        return [replace(c, values=[c.values[i] for i in indices]) for c in columns]


def values_by_name(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """The values of every property in the order of the rows, None where a row lacks it.

    Block by block: the rows of one are still in the processor's cache when the next property is taken.
    """
    shapes = dict.fromkeys(map(tuple, rows))
    found: dict[str, list[Any]] = {name: [] for names in shapes for name in names}
    common = set(found).intersection(*shapes)  # what every row has is taken without a question
    for start in range(0, len(rows), ROWS_A_BLOCK):
        block = rows[start : start + ROWS_A_BLOCK]
        for name, values in found.items():
            values += map(itemgetter(name), block) if name in common else [row.get(name) for row in block]
    return found


def kind_of(values: list[Any]) -> ColumnKind:
    """The narrowest kind that holds all values, text where they are mixed."""
    if _texts_of(values) is not None:
        return "text"
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int} and all(v is None or -(2**63) <= v < 2**63 for v in values):
        return "integer"
    return "real" if kinds and kinds <= {int, float} else "text"


def _column_of(name: str, values: list[Any]) -> Column:
    """The column of some values, of their own kind; texts, which most are, are looked through once."""
    texts = _texts_of(values)
    if texts is not None and _are_clean(texts):
        return Column(name, "text", values)
    return make_column(name, kind_of(values), values)


def make_column(name: str, kind: ColumnKind, values: list[Any]) -> Column:
    """The column of some values of a kind."""
    if kind == "text":
        return Column(name, kind, values if _is_clean(values) else [_text(v) for v in values])
    return Column(name, kind, [None if v is None else float(v) for v in values] if kind == "real" else values)


def _texts_of(values: list[Any]) -> set[str] | None:
    """The distinct texts of a column that has nothing else, None for any other column."""
    try:
        texts = set(values) - {None}
    except TypeError:  # lists and objects cannot be in a set
        return None
    return texts if set(map(type, texts)) <= {str} else None


def _is_clean(values: list[Any]) -> bool:
    """True when all are texts that any format can hold."""
    texts = _texts_of(values)
    return texts is not None and _are_clean(texts)


def _are_clean(texts: set[str]) -> bool:
    """True when any format can hold the texts; looked at as one text, ten times as fast."""
    whole = "".join(texts)
    return whole.isprintable() or not _UNWRITABLE.search(whole)  # printable text has none of them


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _UNWRITABLE.sub("\ufffd", value) if _UNWRITABLE.search(value) else value


def coordinate_columns(table: Table) -> list[Column]:
    """Coordinates as columns named after their axes; geometries other than points as well-known text."""
    import shapely

    shapes = table.geometry
    decimals, axes = table.crs.decimals, table.crs.axes
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    if (shapely.get_type_id(shapes[present]) == 0).all():
        points = np.full((len(shapes), len(axes)), np.nan)
        points[present] = shapely.get_coordinates(shapes[present], include_z=len(axes) == 3)
        return [
            Column(
                axis, "real", [v if p else None for v, p in zip(points[:, i].tolist(), present, strict=True)]
            )
            for i, axis in enumerate(axes)
        ]
    texts = shapely.to_wkt(shapes, rounding_precision=decimals)
    return [Column(f"wkt_{axes[0]}_{axes[1]}", "text", list(texts))]
