"""The layers as OGC API collections: rows, columns, times and ready-made GeoJSON, built once each.

A row is written to JSON only once in a coordinate system; a page of features is then a join of byte
strings. Geometries of a `Frame` are in its system, in the order of its axes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from threading import RLock
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry import mapping

from geo.crs_choice import Bounds
from geo.errors import GeoJSONError
from geo.features import Feature, to_geojson
from layers.atlas import Atlas
from layers.metadata import bounds_of
from layers.ogc_crs import CRS84, Geometries, OgcCrs, served_crs
from layers.registry import LAYERS, Layer, get_layer
from layers.tasks import interval_of_due
from lingang.errors import UnknownIdError

Period = tuple[date, date] | None  # first and last day
SCALARS: Mapping[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
# What the time of a row is; a layer that is not here has no time.
TIMES: Mapping[str, str] = {
    "milestones": "due_start/due_end", "projects": "due", "targets": "period, year",
    "tasks": "plan", "tasklist": "plan",
}  # fmt: skip
DAYS = ("due_start", "due_end")  # columns whose text is a day


@dataclass(frozen=True)
class Column:
    """A property of a collection. `kind` is a JSON type; an absent value is null."""

    name: str
    kind: str
    is_day: bool = False

    @property
    def is_queryable(self) -> bool:
        """True where a value can be asked for: objects cannot."""
        return self.kind != "object"

    def schema(self) -> dict[str, Any]:
        """The column as JSON Schema."""
        if self.kind == "array":
            return {"title": self.name, "type": "array", "items": {}}
        return {"title": self.name, "type": self.kind} | ({"format": "date"} if self.is_day else {})


class Frame:
    """The rows of a collection in one coordinate system."""

    def __init__(self, features: Sequence[Feature], heads: Sequence[bytes], crs: OgcCrs) -> None:
        self.crs = crs
        shapes = np.empty(len(features), dtype=object)
        shapes[:] = [feature.geometry for feature in features]
        self.shapes: Geometries = crs.place(shapes)
        self.tree = shapely.STRtree(self.shapes)
        self.lines = [
            head + _geometry(feature, shape, crs) + b"}"
            for feature, head, shape in zip(features, heads, self.shapes, strict=True)
        ]


class Collection:
    """A layer with all that answers need. Its rows are those of the layer, sorted by id."""

    def __init__(self, atlas: Atlas, layer: Layer) -> None:
        self.layer = layer
        self.features = sorted(layer.build(atlas), key=lambda feature: feature.id)
        self.rows = {feature.id: row for row, feature in enumerate(self.features)}
        for first, second in pairwise(self.features):
            if first.id == second.id:
                raise GeoJSONError(second.file, "the id is used twice", feature_id=second.id)
        self.periods: list[Period] = [_period(atlas, layer.id, f.properties) for f in self.features]
        self._frames: dict[str, Frame] = {}
        self._lock = RLock()

    @property
    def id(self) -> str:
        """The id of the layer."""
        return self.layer.id

    @cached_property
    def bounds(self) -> Bounds | None:
        """West, south, east, north in degrees, None where nothing has a place."""
        return bounds_of(self.features)

    @cached_property
    def span(self) -> Period:
        """The first and the last day of all rows, None where none has a time."""
        known = [period for period in self.periods if period]
        return (min(p[0] for p in known), max(p[1] for p in known)) if known else None

    @property
    def has_time(self) -> bool:
        """True where rows of this layer can have a time."""
        return self.id in TIMES

    @property
    def crs(self) -> dict[str, OgcCrs]:
        """The systems that the rows can be had in, by address."""
        return served_crs(self.bounds)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The properties of the rows by name, `id` and the names first."""
        kinds: dict[str, set[str]] = {}
        for feature in self.features:
            for name, value in feature.properties.items():
                kinds.setdefault(name, set()).add(_kind(value))
        order = sorted(kinds, key=lambda name: (name not in ("id", "name", "name_en"), name))
        return {name: Column(name, _common(kinds[name]), name in DAYS) for name in order}

    @cached_property
    def queryables(self) -> dict[str, Column]:
        """The columns that can be asked for."""
        return {name: column for name, column in self.columns.items() if column.is_queryable}

    @cached_property
    def _heads(self) -> list[bytes]:
        """Every row up to its geometry; each has every column, so that no reader misses a late one."""
        blank = dict.fromkeys(self.columns)
        return [
            b'{"type":"Feature","id":%b,"properties":%b,"geometry":'
            % (orjson.dumps(f.id), orjson.dumps({**blank, **f.properties}))
            for f in self.features
        ]

    def frame(self, uri: str = CRS84) -> Frame:
        """The rows in a system of `crs`; made at the first call."""
        with self._lock:
            if uri not in self._frames:
                self._frames[uri] = Frame(self.features, self._heads, self.crs[uri])
            return self._frames[uri]

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the content."""
        return hashlib.sha256(b"\n".join(self.frame().lines)).hexdigest()[:24]


class Collections:
    """All collections of an atlas; each is built when first asked for."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._built: dict[str, Collection] = {}
        self._lock = RLock()

    def get(self, collection_id: str) -> Collection:
        """Return a collection; raises UnknownIdError with the nearest id."""
        with self._lock:
            if collection_id not in self._built:
                try:
                    layer = get_layer(collection_id)
                except UnknownIdError as error:
                    known = [layer.id for layer in LAYERS]
                    raise UnknownIdError("collection", collection_id, known) from error
                self._built[collection_id] = Collection(self.atlas, layer)
            return self._built[collection_id]

    def all(self) -> list[Collection]:
        """Every collection, in the order of the registry."""
        return [self.get(layer.id) for layer in LAYERS]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "array" if isinstance(value, list) else SCALARS.get(type(value), "object")


def _common(kinds: set[str]) -> str:
    """The one JSON type that holds values of some types."""
    known = kinds - {"null"}
    if known == {"integer", "number"}:
        return "number"
    return known.pop() if len(known) == 1 else "string" if "object" not in known else "object"


def _geometry(feature: Feature, shape: Any, crs: OgcCrs) -> bytes:
    """The geometry member; rings run counter-clockwise seen with east to the right."""
    if shape is None:
        return b"null"
    if crs.uri == CRS84:
        return orjson.dumps(to_geojson(Feature(feature.id, {}, shape))["geometry"])
    return orjson.dumps(mapping(shapely.orient_polygons(shape, exterior_cw=crs.flipped)))


def _period(atlas: Atlas, layer_id: str, properties: Mapping[str, Any]) -> Period:
    """The first and last day of a row, None where nobody says."""
    if layer_id == "milestones":
        start, end = properties.get("due_start"), properties.get("due_end")
        return (date.fromisoformat(start), date.fromisoformat(end)) if start and end else None
    if layer_id == "projects":
        return interval_of_due(properties.get("due") or "")
    years: Any = None
    if layer_id == "targets":
        years = properties.get("period") or properties.get("year")
    elif layer_id in TIMES and (plan := atlas.plans.get(properties["plan"])):
        years = plan.years
    if years is None:
        return None
    first, last = (years, years) if isinstance(years, int) else years
    return date(first, 1, 1), date(last, 12, 31)
