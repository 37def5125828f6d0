"""Layers cut into vector tiles: what lies in tile z/x/y, and what a reader of the tiles must know.

Tiles are those of web maps: squares of Web Mercator, x to the east, y to the south, 2^z in a row. Features
are kept as parts of the whole square, 0 to 1, so that a tile is one multiplication away.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import GeometryCollection, Point, box
from shapely.geometry.base import BaseGeometry

from geo.crs import get_transformer
from geo.crs_choice import choose_crs
from geo.features import Feature
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.formats.table import Geometries, kind_of, values_by_name
from layers.metadata import Metadata, describe
from layers.registry import Layer, get_layer
from layers.selection import Selection, select_features
from layers.vector_tile import EXTENT, Row, encode_layer

LABEL_FIELDS = ("id", "name", "name_en", "rank", "palette", "chip", "chip_en", "tasks_total")
FULL_ROWS = 5_000  # in a tile; with more, all are there, with the properties of `BRIEF`
BRIEF = ("id", "name", "plan", "kind", "palette", "rank", "accuracy_m")
MAX_ZOOM = 16  # a unit of the tile is then 0.15 m, as fine as the data is kept
BUFFER = 64  # units beyond the edge, so that outlines and marks are whole there
HALF_M = 20_037_508.342789244  # half the side of Web Mercator's square, metres
# Texts that a map does not draw: they are had by id from the API, or by naming them in `fields`.
LONG = frozenset(("summary", "path", "note", "note_en", "source", "source_en", "evidence", "edge_notes",
                  "edge_notes_en", "official_area_source", "official_area_source_en", "zone_basis",
                  "zone_basis_en"))  # fmt: skip
WINDOW = box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
WORLD = (-180.0, -85.051129, 180.0, 85.051129)  # the square, in degrees
KEPT_LAYERS = 24  # prepared layers in memory; every other filter makes one
_FIELD_TYPES = {"text": "String", "integer": "Number", "real": "Number", "boolean": "Boolean"}


def parse_tile(z: str, x: str, y: str) -> tuple[int, int, int]:
    """Return the numbers of a tile; raises ExportError saying which there are."""
    numbers = []
    for name, text in (("zoom", z), ("x", x), ("y", y)):
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise ExportError(f"tile {z}/{x}/{y}: {name} {text!r} is not a whole number from 0")
        numbers.append(int(text))
    zoom, column, row = numbers
    if zoom > MAX_ZOOM:
        raise ExportError(
            f"tile {z}/{x}/{y}: tiles are made for zoom 0 to {MAX_ZOOM}; show those of {MAX_ZOOM} enlarged"
        )
    last = 2**zoom - 1
    if max(column, row) > last:
        raise ExportError(f"tile {z}/{x}/{y}: at zoom {zoom} x and y go from 0 to {last}")
    return zoom, column, row


class TileLayer:
    """The placed features of a layer, ready to be cut. Texts of `LONG` are left out unless `keep_long`."""

    def __init__(self, layer: Layer, features: Sequence[Feature], *, keep_long: bool = False) -> None:
        self.layer = layer
        self.features = [f for f in features if f.geometry is not None]
        self._rows = [_properties(f, keep_long) for f in self.features]
        shapes = np.empty(len(self.features), dtype=object)
        shapes[:] = [f.geometry for f in self.features]
        self._shapes = shapely.transform(shapes, _to_square)
        self._tree = shapely.STRtree(self._shapes)
        anchors = _anchors(self.features)
        self.labels = TileLayer(replace(layer, id=f"{layer.id}_labels"), anchors) if anchors else None

    def tile(self, z: int, x: int, y: int) -> bytes:
        """Return the tile; empty bytes where nothing of the layer lies in it.

        Areas with a place for their name have it in a second layer of the tile, `<id>_labels`: a name must
        not be repeated in every tile that an area crosses.
        """
        return self._own(z, x, y) + (self.labels._own(z, x, y) if self.labels else b"")

    def _own(self, z: int, x: int, y: int) -> bytes:
        side, margin = 2.0**-z, BUFFER / EXTENT * 2.0**-z
        window = box(x * side - margin, y * side - margin, (x + 1) * side + margin, (y + 1) * side + margin)
        found = np.sort(self._tree.query(window, predicate="intersects"))
        return encode_layer(self.layer.id, self._cut(found, z, x, y)) if len(found) else b""

    def _cut(self, numbers: npt.NDArray[np.int64], z: int, x: int, y: int) -> Iterator[Row]:
        scale, offset = EXTENT * 2.0**z, np.array([x, y]) * float(EXTENT)
        placed = shapely.transform(self._shapes[numbers], lambda points: points * scale - offset)
        dimensions = shapely.get_dimensions(placed)
        crowded = len(numbers) > FULL_ROWS
        for number, shape, dimension in zip(numbers, _on_grid(placed, dimensions), dimensions, strict=True):
            whole = _of_dimension(shape, int(dimension))
            if whole is not None:
                yield whole, _brief(self._rows[number]) if crowded else self._rows[number]

    def fields(self) -> dict[str, str]:
        """The properties in the tiles and their types, as TileJSON names them."""
        return {name: _FIELD_TYPES[kind_of(v)] for name, v in values_by_name(self._rows).items()}

    def tile_json(self, record: Metadata, address: str) -> dict[str, Any]:
        """What a reader must know of the tiles, as TileJSON 3.0; `address` has {z}, {x} and {y}."""
        west, south, east, north = record.bounds or WORLD
        about = f"{record.abstract}. {record.usage} {record.licence}"
        return {
            "tilejson": "3.0.0",
            "name": f"{record.title} {record.title_en}",
            "description": about,
            "version": ".".join(str(int(part)) for part in record.date.split("-")),
            "attribution": record.attribution,
            "scheme": "xyz",
            "tiles": [address],
            "minzoom": 0,
            "maxzoom": MAX_ZOOM,
            "bounds": [west, south, east, north],
            "center": [round((west + east) / 2, 6), round((south + north) / 2, 6), 11],
            "vector_layers": [
                {"id": part.layer.id, "description": record.abstract, "minzoom": 0, "maxzoom": MAX_ZOOM,
                 "fields": part.fields()}
                for part in (self, self.labels) if part
            ],
        }  # fmt: skip


class TileSource:
    """The layers of an atlas as tiles, each prepared when it is first asked for."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._kept: OrderedDict[tuple[str, Selection], TileLayer] = OrderedDict()
        self._lock = threading.Lock()

    def layer(self, layer_id: str, wanted: Selection) -> TileLayer:
        """Return a layer cut down to a selection; raises as `layers.selection.select_features`."""
        key = (layer_id, wanted)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        layer = get_layer(layer_id)
        made = TileLayer(layer, select_features(self._atlas, layer, wanted), keep_long=bool(wanted.fields))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT_LAYERS:
                self._kept.popitem(last=False)
        return made

    def tile_json(self, layer_id: str, wanted: Selection, address: str) -> dict[str, Any]:
        """Return the TileJSON of a layer cut down to a selection; see `TileLayer.tile_json`."""
        found = self.layer(layer_id, wanted)
        record = describe(self._atlas, found.layer, found.features, choose_crs(None), wanted.describe())
        return found.tile_json(record, address)


def _to_square(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Longitudes and latitudes as parts of Web Mercator's square, y down."""
    x, y = get_transformer("EPSG:4326", "EPSG:3857").transform(points[:, 0], points[:, 1])
    return np.column_stack(((np.asarray(x) / HALF_M + 1) / 2, (1 - np.asarray(y) / HALF_M) / 2))


def _on_grid(shapes: Geometries, dimensions: npt.NDArray[np.int64]) -> Geometries:
    """Geometries in tile coordinates cut to the tile and its margin, on whole numbers and still valid."""
    made = shapes.copy()
    points, drawn = dimensions == 0, dimensions > 0
    made[points] = shapely.transform(shapes[points], np.round)
    broken = drawn & ~shapely.is_valid(shapes)
    made[broken] = shapely.make_valid(shapes[broken])
    across = drawn & ~shapely.covers(WINDOW, made)
    made[across] = shapely.intersection(made[across], WINDOW)
    made[drawn] = shapely.set_precision(made[drawn], 1.0)
    return made


def _of_dimension(shape: BaseGeometry, dimension: int) -> BaseGeometry | None:
    """What of a cut geometry is still of its kind: a border that only touches the tile is none."""
    if shape.is_empty:
        return None
    if not isinstance(shape, GeometryCollection):
        return shape if shapely.get_dimensions(shape) == dimension else None
    parts = [part for part in shape.geoms if shapely.get_dimensions(part) == dimension and not part.is_empty]
    if not parts:
        return None
    build = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension]
    whole: BaseGeometry = build([leaf for part in parts for leaf in shapely.get_parts(part)])
    return whole


def _anchors(features: Sequence[Feature]) -> list[Feature]:
    """Points where names of areas stand, with what decides how a name looks."""
    return [
        Feature(f.id, {key: f.properties.get(key) for key in LABEL_FIELDS}, Point(f.properties["label"]))
        for f in features
        if f.properties.get("label") and shapely.get_dimensions(f.geometry) == 2
    ]


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in BRIEF if key in row}


def _properties(feature: Feature, keep_long: bool) -> dict[str, Any]:
    """What goes into a tile: plain values as they are, lists and objects as JSON text."""
    return {
        key: value if isinstance(value, (str, int, float, bool)) else json.dumps(value, ensure_ascii=False)
        for key, value in feature.properties.items()
        if value is not None and (keep_long or key not in LONG)
    }
