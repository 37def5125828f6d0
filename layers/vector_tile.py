"""One vector tile as bytes: the encoding of the Mapbox Vector Tile specification 2.1, and nothing else.

Coordinates in are those of the tile: whole numbers, x to the right, y down, 0 to `EXTENT` inside.
The Python libraries for this bring protobuf and a clipping engine; shapely clips here, and what is left
of the format is the numbers below.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

EXTENT = 4096  # units of a tile's side
VERSION = 2
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7
_VARINT, _DOUBLE, _BYTES = 0, 1, 2  # wire types of protobuf
_KINDS = {0: 1, 4: 1, 1: 2, 5: 2, 3: 3, 6: 3}  # shapely's type → point, line or polygon
Row = tuple[BaseGeometry, Mapping[str, Any]]


def encode_layer(name: str, rows: Iterable[Row]) -> bytes:
    """Return a tile of one layer; empty bytes where no row is left.

    Parameters
    ----------
    rows
        Geometries in tile coordinates, valid and of one kind each, with properties: texts, whole and real
        numbers and truth values; one that is None is left out.
    """
    keys: dict[str, int] = {}
    values: dict[tuple[type, Any], int] = {}  # 1, 1.0 and True are three values
    features = []
    for geometry, properties in rows:
        tags = []
        for key, value in properties.items():
            if value is not None:
                tags.append(keys.setdefault(key, len(keys)))
                tags.append(values.setdefault((type(value), value), len(values)))
        kind = _KINDS[shapely.get_type_id(geometry)]
        features.append(
            _field(2, _field(2, _packed(tags)) + _number(3, kind) + _field(4, _packed(_commands(geometry))))
        )
    if not features:
        return b""
    layer = b"".join([
        _number(15, VERSION), _field(1, name.encode()), *features,
        *(_field(3, key.encode()) for key in keys), *(_field(4, _value(value)) for _, value in values),
        _number(5, EXTENT),
    ])  # fmt: skip
    return _field(3, layer)


def _commands(geometry: BaseGeometry) -> list[int]:
    """A geometry as drawing commands, each position relative to the one before."""
    made: list[int] = []
    x = y = 0

    def draw(command: int, points: list[tuple[int, int]]) -> None:
        nonlocal x, y
        made.append(command | len(points) << 3)
        for next_x, next_y in points:
            made.append(_zigzag(next_x - x))
            made.append(_zigzag(next_y - y))
            x, y = next_x, next_y

    if shapely.get_type_id(geometry) in (0, 4):
        draw(MOVE_TO, _points(geometry))
        return made
    for path in _paths(geometry):
        points = _points(path)
        is_ring = path.geom_type == "LinearRing"
        draw(MOVE_TO, points[:1])
        draw(LINE_TO, points[1:-1] if is_ring else points[1:])
        if is_ring:
            made.append(CLOSE | 1 << 3)
    return made


def _paths(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """The lines of a geometry; of an area the rings, its outline first and turning as the format asks.

    With y down an outline has a positive area in the surveyor's formula, which is what shapely, where y is
    up, calls counter-clockwise.
    """
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, Polygon):
            turned = shapely.orient_polygons(part, exterior_cw=False)
            yield turned.exterior
            yield from turned.interiors
        else:
            yield part


def _points(geometry: BaseGeometry) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in shapely.get_coordinates(geometry).tolist()]


def _value(value: Any) -> bytes:
    """A property's value: text, double, whole number or truth value."""
    if isinstance(value, bool):
        return _number(7, int(value))
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return _number(6, _zigzag(value))
    if isinstance(value, (int, float)):
        return _key(3, _DOUBLE) + struct.pack("<d", value)
    return _field(1, str(value).encode("utf-8", "replace"))


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _packed(values: Iterable[int]) -> bytes:
    """Numbers from 0 as varints, seven bits a byte, the lowest first."""
    out = bytearray()
    for value in values:
        while value > 0x7F:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        out.append(value)
    return bytes(out)


def _varint(value: int) -> bytes:
    return _packed((value,))


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value)


def _field(number: int, content: bytes) -> bytes:
    return _key(number, _BYTES) + _varint(len(content)) + content
