"""Which coordinate systems does `/ogc` speak, and in which order do their axes stand?

Every system is named by its OGC address. CRS84 is longitude before latitude; every EPSG system keeps the
order of its authority, as OGC API - Features - Part 2 demands: latitude first in EPSG:4326 and EPSG:4490,
north first in EPSG:4549.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.crs_choice import Bounds, CrsReachError, TargetCrs, choose_crs, project
from lingang.errors import PlanningMapError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SERVED = (CRS84, *(f"{EPSG}{code}" for code in (4326, 4490, 4549, 32651, 3857)))
Geometries = npt.NDArray[np.object_]


class OgcError(PlanningMapError, ValueError):
    """A request to `/ogc` that cannot be met: `parameter` is what was wrong with it."""

    def __init__(self, parameter: str, message: str) -> None:
        self.parameter = parameter
        super().__init__(message)


@dataclass(frozen=True)
class OgcCrs:
    """A system of `SERVED`. `flipped` is true where north or latitude is the first axis."""

    uri: str
    target: TargetCrs
    flipped: bool

    @property
    def is_geographic(self) -> bool:
        """True for degrees: a box may then cross the antimeridian."""
        return self.target.kind == "geographic"

    def place(self, shapes: Geometries) -> Geometries:
        """Return lon, lat geometries in this system, in its axis order; None stays None."""
        moved = project(shapes, self.target)
        return np.asarray(shapely.transform(moved, _swap)) if self.flipped else moved


def _swap(points: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return points[:, ::-1]


@lru_cache(maxsize=256)
def served_crs(bounds: Bounds | None) -> dict[str, OgcCrs]:
    """The systems that can hold data within some bounds (degrees, WGS 84), by their address, CRS84 first."""
    found = {}
    for uri in SERVED:
        name = "EPSG:4326" if uri == CRS84 else f"EPSG:{uri.removeprefix(EPSG)}"
        try:
            target = choose_crs(name, bounds)
        except CrsReachError:
            continue
        flipped = uri != CRS84 and CRS.from_user_input(name).axis_info[0].direction == "north"
        found[uri] = OgcCrs(uri, target, flipped)
    return found
