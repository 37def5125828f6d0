"""Are the raw positions of a GeoJSON geometry sound, and what is their canonical form?

Works on the plain lists of a GeoJSON file, before shapely sees them: shapely closes an open ring and
accepts a missing axis without a word. Positions: [lon, lat] in decimal degrees, WGS 84 (EPSG:4326).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

COORDINATE_DECIMALS = 6  # 0.11 m of latitude: finer than any source of ours
RING_POSITIONS = 4  # a triangle with its first position repeated (RFC 7946, 3.1.6)
DEPTH = {  # how many lists lie around one position
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}

Position = list[float]


def find_problem(geometry: Any) -> str | None:
    """Return what is wrong with a raw GeoJSON geometry object, or None when it can be read.

    Looks at the type, at every position (two finite numbers within -180..180 and -90..90) and at every
    ring (closed, at least four positions). Self-crossing is not looked at: `geo.check` does.
    """
    if not isinstance(geometry, dict):
        return f"geometry is {type(geometry).__name__}; expected an object or null"
    kind = geometry.get("type")
    if kind not in DEPTH:
        return f"geometry type {kind!r} is not used here; expected one of {', '.join(DEPTH)}"
    extra = sorted(set(geometry) - {"type", "coordinates"})
    if extra:
        return f"geometry has an unexpected member {extra[0]!r}; keep only 'type' and 'coordinates'"
    coordinates = geometry.get("coordinates")
    return _list_problem(coordinates, DEPTH[kind], kind) or _part_problem(kind, coordinates)


def canonical_coordinates(kind: str, coordinates: Any) -> Any:
    """Return coordinates rounded to 6 decimals, without repeated neighbours, exterior rings
    counter-clockwise and holes clockwise; the first position of a ring stays first.

    Raises
    ------
    ValueError
        A ring or line collapses when rounded.
    """
    if kind == "Point":
        return _rounded(coordinates)
    if kind == "MultiPoint":
        return [_rounded(position) for position in coordinates]
    if kind == "LineString":
        return _canonical_line(coordinates)
    if kind == "MultiLineString":
        return [_canonical_line(line) for line in coordinates]
    if kind == "Polygon":
        return _canonical_polygon(coordinates)
    return [_canonical_polygon(polygon) for polygon in coordinates]


def paths_of(kind: str, coordinates: Any) -> Iterator[tuple[str, list[Position]]]:
    """Yield every line and ring with the words that name it: "line", "ring 0", "polygon 1 ring 0" …"""
    if kind == "LineString":
        yield "line", coordinates
    elif kind == "MultiLineString":
        for index, line in enumerate(coordinates):
            yield f"line {index}", line
    elif kind == "Polygon":
        for index, ring in enumerate(coordinates):
            yield f"ring {index}", ring
    elif kind == "MultiPolygon":
        for number, polygon in enumerate(coordinates):
            for index, ring in enumerate(polygon):
                yield f"polygon {number} ring {index}", ring


def _list_problem(value: Any, depth: int, kind: str) -> str | None:
    """What is wrong with the nesting of lists, or with the first bad position inside."""
    if depth == 0:
        return _position_problem(value)
    if not isinstance(value, list) or not value:
        return f"{kind} coordinates are empty or not nested as a {kind} needs"
    for part in value:
        problem = _list_problem(part, depth - 1, kind)
        if problem:
            return problem
    return None


def _position_problem(position: Any) -> str | None:
    """What is wrong with one [lon, lat]."""
    if not isinstance(position, list) or len(position) != 2 or not all(map(_is_number, position)):
        return f"position {position!r} is not two numbers [lon, lat]"
    lon, lat = position
    if abs(lon) <= 90 < abs(lat) <= 180:
        return f"position {position!r} looks swapped: lat {lat} is beyond 90; write longitude first"
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # so that NaN and infinity are refused too
        return f"position {position!r} is not on earth; expected lon -180..180, lat -90..90 in degrees"
    return None


def _part_problem(kind: str, coordinates: Any) -> str | None:
    """What is wrong with the first bad line or ring."""
    for words, path in paths_of(kind, coordinates):
        if "line" in words:
            if len(path) < 2:
                return f"{words} has {len(path)} position; a line needs at least 2"
            continue
        if path[0] != path[-1]:
            (first, last) = (f"{p[0]}, {p[1]}" for p in (path[0], path[-1]))
            return f"{words} is open (first {first}; last {last}); repeat the first position at the end"
        if len(path) < RING_POSITIONS:
            return f"{words} has {len(path)} positions; a closed ring needs at least {RING_POSITIONS}"
    return None


def _is_number(value: Any) -> bool:
    """JSON true and false are ints to Python, but no coordinates."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _rounded(position: Any) -> Position:
    """One position at the stored precision; adding 0.0 turns -0.0 into 0.0."""
    return [round(float(number), COORDINATE_DECIMALS) + 0.0 for number in position[:2]]


def _canonical_line(line: Any) -> list[Position]:
    positions: list[Position] = []
    for position in map(_rounded, line):
        if not positions or position != positions[-1]:
            positions.append(position)
    if len(positions) < 2:
        raise ValueError(f"a line collapses to one point at {COORDINATE_DECIMALS} decimals")
    return positions


def _canonical_polygon(rings: Any) -> list[list[Position]]:
    """Exterior counter-clockwise, holes clockwise (RFC 7946, 3.1.6)."""
    canonical = []
    for index, ring in enumerate(rings):
        positions = _canonical_line(ring)
        turn = _signed_area(positions)
        if len(positions) < RING_POSITIONS or turn == 0:
            raise ValueError(f"ring {index} collapses at {COORDINATE_DECIMALS} decimals")
        is_ccw = turn > 0
        canonical.append(positions if is_ccw == (index == 0) else positions[::-1])
    return canonical


def _signed_area(ring: list[Position]) -> float:
    """Twice the signed area in square degrees, relative to the first position so that no digits are lost."""
    (x0, y0) = ring[0]
    return math.fsum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))
