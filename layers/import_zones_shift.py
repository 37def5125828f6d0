"""Has a whole layer been moved against ours, and is it the offset of a Chinese web map?

Shapes in: lon, lat in EPSG:4326. Vectors: metres east and north in EPSG:4549.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo.bd09 import bd09_to_wgs84, wgs84_to_bd09
from geo.crs import to_metric
from geo.faults import in_extent
from geo.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02

Array = npt.NDArray[np.float64]
Pair = tuple[BaseGeometry, BaseGeometry]  # ours, theirs

SMALLEST_M = 20.0  # a smaller move of all zones is within what any source of ours is sure of
SPREAD = 0.3  # of the move: by so much the zones' own moves may differ from the common one, or from an offset
SAME_SHAPE = 0.9  # common area over joint area of a zone put back by its own move
REACH_M = 20.0  # a vertex so near to a line of ours is taken to be drawn on it
FITTING = 0.4  # share of vertices that must lie on lines of ours; a third do by chance in the town
FEW, SAMPLE = 12, 600  # vertices: too few to say anything, enough to look at
TO_OFFSET = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}
FROM_OFFSET = {"GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}
_SAY = {None: "leave --crs gcj02 or bd09 out", "GCJ-02": "say --crs gcj02", "BD-09": "say --crs bd09"}


@dataclass(frozen=True)
class Shift:
    """A common move of all zones. `suspected` is the system that the file is in, "" where no offset fits.

    `offset_m` is the length of the offset that fits, 0.0 where none does.
    """

    east_m: float
    north_m: float
    suspected: str
    advice: str
    offset_m: float

    @property
    def length_m(self) -> float:
        """How far."""
        return math.hypot(self.east_m, self.north_m)

    @property
    def bearing_deg(self) -> float:
        """Whither, clockwise from north."""
        return math.degrees(math.atan2(self.east_m, self.north_m)) % 360

    def __str__(self) -> str:
        where = f"the zones lie {self.length_m:.0f} m from ours, towards {self.bearing_deg:.0f}°"
        if not self.suspected:
            return f"{where}, all of them: a wrong datum or a wrong reference point? Correct it, or accept it"
        return f"{where}; the offset of {self.suspected} is about {self.offset_m:.0f} m here: {self.advice}"


def find_shift(pairs: Iterable[Pair], read_as: str | None = None) -> Shift | None:
    """Return the move that all zones have made together, None where they have not.

    Parameters
    ----------
    pairs
        Our shape and theirs, of every zone that both have.
    read_as
        "GCJ-02" or "BD-09" when the offset has been taken away in reading, else None.
    """
    usable = [pair for pair in pairs if all(map(_is_usable, pair))]
    if not usable:
        return None
    ours, theirs = ([to_metric(shape) for shape in side] for side in zip(*usable, strict=True))
    moves = _middles(theirs) - _middles(ours)
    common = np.median(moves, axis=0)
    length = float(np.hypot(*common))
    apart = np.hypot(*(moves - common).T)
    if length < SMALLEST_M or np.median(apart) > max(SMALLEST_M, SPREAD * length):
        return None
    same = [_is_same(a, b, move) for a, b, move in zip(ours, theirs, moves, strict=True)]
    if sum(same) * 2 < len(same):
        return None
    suspected, advice, offset_m = _nearest_offset(moves, [pair[0] for pair in usable], read_as)
    return Shift(float(common[0]), float(common[1]), suspected, advice, offset_m)


def find_offset_of_lines(
    shapes: Sequence[BaseGeometry], lines: Sequence[BaseGeometry], read_as: str | None = None
) -> str | None:
    """Say which offset puts the vertices of new zones on the lines of ours, None where none does clearly.

    For a layer without a zone of ours: outlines are drawn along roads, rivers and the coast, so vertices
    that miss these lines as read, and meet them without the offset of a web map, tell where they were drawn.
    """
    points = shapely.get_coordinates([shape for shape in shapes if _is_usable(shape)])
    points = points[:: max(1, len(points) // SAMPLE)]
    if read_as is not None or len(points) < FEW or not lines:
        return None
    reference = shapely.union_all([to_metric(line) for line in lines if in_extent(line)])
    shapely.prepare(reference)
    as_read = _share_on(points, reference)
    shares = {n: _share_on(np.column_stack(undo(*points.T)), reference) for n, undo in FROM_OFFSET.items()}
    name = max(shares, key=lambda n: shares[n])
    if shares[name] < FITTING or shares[name] <= 2 * as_read:
        return None
    return (
        f"{shares[name]:.0%} of the vertices lie on roads, rivers, coast or borders of ours when read as "
        f"{name}, {as_read:.0%} as the file says: suspected {name}; {_SAY[name]}"
    )


def _share_on(points: Array, reference: BaseGeometry) -> float:
    metric = [to_metric(point) for point in shapely.points(points).tolist() if in_extent(point)]
    return float((shapely.distance(metric, reference) <= REACH_M).mean()) if metric else 0.0


def _is_usable(shape: BaseGeometry) -> bool:
    return not shape.is_empty and shape.is_valid and in_extent(shape)


def _middles(shapes: Sequence[BaseGeometry]) -> Array:
    middles: Array = shapely.get_coordinates(shapely.centroid(list(shapes)))
    return middles


def _is_same(ours: BaseGeometry, theirs: BaseGeometry, move: Array) -> bool:
    """The same shape, but for its place."""
    back = translate(theirs, -float(move[0]), -float(move[1]))
    joint = shapely.area(shapely.union(ours, back))
    return bool(joint > 0 and shapely.area(shapely.intersection(ours, back)) / joint >= SAME_SHAPE)


def _nearest_offset(
    moves: Array, ours: Sequence[BaseGeometry], read_as: str | None
) -> tuple[str, str, float]:
    """The system whose offset explains the moves best, what to say then, and the offset's length."""
    best, found = SPREAD, ("", "", 0.0)
    here = shapely.get_coordinates(shapely.centroid(list(ours)))
    for name in (None, *TO_OFFSET):
        if name == read_as:
            continue
        expected = _metric_moves(here, name, read_as)
        length = float(np.median(np.hypot(*expected.T)))
        ratio = float(np.median(np.hypot(*(moves - expected).T))) / length
        if ratio <= best:
            best, found = ratio, (name or "WGS 84 read as an offset", _SAY[name], length)
    return found


def _metric_moves(here: Array, written_in: str | None, read_as: str | None) -> Array:
    """By how much positions come out wrong that are written in one system and read as another."""
    written: Callable[..., tuple[Array, Array]] = TO_OFFSET[written_in] if written_in else _same
    read: Callable[..., tuple[Array, Array]] = FROM_OFFSET[read_as] if read_as else _same
    there = np.column_stack(read(*written(*here.T)))
    before, after = (
        shapely.get_coordinates([to_metric(point) for point in shapely.points(points).tolist()])
        for points in (here, there)
    )
    moves: Array = after - before
    return moves


def _same(lon: Array, lat: Array) -> tuple[Array, Array]:
    return lon, lat
