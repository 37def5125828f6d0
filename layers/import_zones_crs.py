"""Where do the coordinates of an imported file lie, and if not in the New Area, as what would they?

In: coordinates of the file, first axis first. Out: lon, lat in EPSG:4326, not rounded. Distances: metres.
Nothing is guessed in silence: a guess is told, and taken only when the user says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from geo.bd09 import bd09_to_wgs84
from geo.crs import GEOGRAPHIC_CRS, get_transformer
from geo.crs_choice import OFFSETS, choose_crs
from geo.errors import UnknownCrsError
from geo.faults import EXTENT_DEG
from geo.gcj02 import gcj02_to_wgs84
from layers.import_zones_files import ImportFileError
from layers.import_zones_read import RawLayer

Array = npt.NDArray[np.float64]
Shapes = Sequence[BaseGeometry | None]

MOST = 0.9  # of the vertices must lie in the area: one stray zone does not make the system wrong
METRES_A_DEGREE = 111_320.0
GUESSES_TOLD = 4
# What files of the New Area come in: plain degrees, web maps, CGCS2000, Xi'an 1980 and Beijing 1954 in their
# strips with and without the strip's number before the easting, UTM, and web Mercator.
CANDIDATES = (
    "EPSG:4326", "GCJ-02", "BD-09", "EPSG:4549", "EPSG:4528", "EPSG:4550", "EPSG:4529", "EPSG:4510",
    "EPSG:4499", "EPSG:32651", "EPSG:3857", "EPSG:2385", "EPSG:2364", "EPSG:2437", "EPSG:2416", "EPSG:4610",
    "EPSG:4214",
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """A coordinate system of a file: `name` for people, `offset` "GCJ-02", "BD-09" or None, else `crs`."""

    name: str
    offset: str | None = None
    crs: str = GEOGRAPHIC_CRS


@dataclass(frozen=True)
class Guess:
    """A system in which the coordinates land in the area; `off_m` from our zones, None without any."""

    name: str
    swapped: bool
    off_m: float | None

    def __str__(self) -> str:
        axes = " with --swap-axes" if self.swapped else ""
        off = f" ({self.off_m:.0f} m from our zones)" if self.off_m is not None else ""
        return f"{self.name}{axes}{off}"


def choose_system(raw: RawLayer, stated: str | None, ours: Shapes) -> tuple[System, tuple[str, ...]]:
    """Return the system of a layer, the user's word before the file's, and what is to be known of it.

    Parameters
    ----------
    stated
        What the user says, as `geo.crs_choice.choose_crs` reads it; None leaves it to the file.
    ours
        The shape of our own zone for every row, None where there is none; for the guesses in a message.

    Raises
    ------
    UnknownCrsError, CrsReachError
        The system that is named does not exist or does not serve the area.
    ImportFileError
        Neither the file nor the user names a system; the message lists those that would fit.
    """
    own = _said_system(raw)
    if stated is not None:
        chosen = choose_crs(stated)
        if chosen.kind == "geocentric":
            raise ImportFileError(
                raw.shown_as, f"{chosen.name} is geocentric: outlines cannot be read from it"
            )
        system = System(chosen.name, chosen.name if chosen.kind == "offset" else None, chosen.name)
        notes = [f"{system.name}: {note}" for note in chosen.notes if chosen.kind != "offset"]
        if own is not None and own.name != system.name:
            notes.append(f"the file says {own.name}; read as {system.name}, as --crs says")
        return system, tuple(notes)
    if own is None:
        raise ImportFileError(
            raw.shown_as, f"names no coordinate system; say --crs. {told(guess(raw, ours))}"
        )
    return own, ()


def place(raw: RawLayer, system: System, *, swap: bool = False) -> list[BaseGeometry | None]:
    """Return the shapes of a layer as lon, lat; positions that the system cannot hold become infinite."""
    shapes = np.empty(len(raw.rows), dtype=object)
    shapes[:] = [row.geometry for row in raw.rows]
    placed: list[BaseGeometry | None] = shapely.transform(shapes, _mover(system, swap)).tolist()
    return placed


def lands(shapes: Shapes) -> bool:
    """Whether most of the vertices lie in the New Area; True for a layer without any."""
    return _lands(shapely.get_coordinates([shape for shape in shapes if shape is not None]))


def guess(raw: RawLayer, ours: Shapes) -> list[Guess]:
    """Return the systems in which a layer's coordinates land in the area, the nearest to our zones first."""
    points = shapely.get_coordinates([row.geometry for row in raw.rows if row.geometry is not None])
    found = []
    for swap in (False, True):
        for name in CANDIDATES:
            system = System(name, OFFSETS.get(name), name)
            if not _lands(_mover(system, swap)(points)):
                continue
            found.append(Guess(name, swap, median_off_m(place(raw, system, swap=swap), ours)))
    return sorted(found, key=lambda each: float("inf") if each.off_m is None else each.off_m)


def told(guesses: Sequence[Guess]) -> str:
    """The guesses as a sentence."""
    if not guesses:
        return "The coordinates land in the area in none of the usual systems"
    return f"The coordinates land in the area as: {', '.join(map(str, guesses[:GUESSES_TOLD]))}"


def median_off_m(shapes: Shapes, ours: Shapes) -> float | None:
    """The median distance of the shapes' middles from those of our zones, None where none is matched."""
    pairs = [(a, b) for a, b in zip(shapes, ours, strict=True) if a is not None and b is not None]
    if not pairs:
        return None
    mine, other = (shapely.get_coordinates(shapely.centroid(list(side))) for side in zip(*pairs, strict=True))
    if len(mine) != len(other):  # an empty shape has no middle
        return None
    across = np.cos(np.radians(other[:, 1]))
    off = np.hypot((mine[:, 0] - other[:, 0]) * across, mine[:, 1] - other[:, 1]) * METRES_A_DEGREE
    middle = float(np.median(off))
    return middle if np.isfinite(middle) else None


def _said_system(raw: RawLayer) -> System | None:
    """The system that a file names for itself; None where it names none or only a local one."""
    if raw.crs is None:
        return None
    plain = raw.crs.strip().upper()
    if plain in OFFSETS:
        return System(OFFSETS[plain], OFFSETS[plain])
    try:
        crs = CRS.from_user_input(raw.crs)
    except CRSError as error:
        raise UnknownCrsError(raw.crs[:80]) from error
    offset = next((name for name in ("GCJ-02", "BD-09") if name in crs.name), None)
    if offset:
        return System(offset, offset)
    if crs.type_name == "Engineering CRS" or crs.is_geocentric:
        return None
    code = crs.to_epsg(min_confidence=100)
    own = "a projection without a name" if crs.name.lower() in ("unnamed", "unknown") else crs.name
    name = f"EPSG:{code}" if code else own
    return System(name, None, f"EPSG:{code}" if code else crs.to_wkt())


def _mover(system: System, swap: bool) -> Callable[[Array], Array]:
    def move(points: Array) -> Array:
        columns: Any = (points[:, 1], points[:, 0]) if swap else (points[:, 0], points[:, 1])
        with np.errstate(all="ignore"):
            if system.offset:
                undo = gcj02_to_wgs84 if system.offset == "GCJ-02" else bd09_to_wgs84
                columns = undo(*columns)
            elif system.crs != GEOGRAPHIC_CRS:
                try:
                    columns = get_transformer(system.crs, GEOGRAPHIC_CRS).transform(*columns)
                except ProjError:
                    columns = (np.full(len(points), np.inf),) * 2
        return np.column_stack(columns)

    return move


def _lands(points: Array) -> bool:
    west, south, east, north = EXTENT_DEG
    if not len(points):
        return True
    inside = (
        (west <= points[:, 0]) & (points[:, 0] <= east) & (south <= points[:, 1]) & (points[:, 1] <= north)
    )
    return bool(inside.mean() >= MOST)
