"""Which coordinate systems may a file be written in, and where do positions lie in them?

Coordinates in: lon, lat in EPSG:4326. Out: east (longitude) before north (latitude) whatever order the
system itself defines, which is what every file format here expects; columns say so by their names.

GCJ-02 and BD-09 are offsets of Chinese web maps, no coordinate systems: they are given out as copies for
such maps only, under a name that no GIS takes for WGS 84.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from geo.bd09 import wgs84_to_bd09
from geo.crs import GEOGRAPHIC_CRS, get_transformer
from geo.errors import UnknownCrsError
from geo.faults import EXTENT_DEG
from geo.gcj02 import wgs84_to_gcj02
from lingang.errors import PlanningMapError

Kind = Literal["geographic", "projected", "geocentric", "offset"]
Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees

STRIP_MARGIN_DEG = 1.0  # Gauss-Kruger and UTM strips serve that far beyond their edge, at +0.07 % of length
STORED_DECIMALS = 6  # of a degree, 0.11 m: as the data is kept
MOVED_DECIMALS = 7  # of a degree, 1 cm: a computed position must come back to the same place
PLANE_DECIMALS = 2  # of a metre
SAME_AS_WGS84 = ("WGS 84", "China Geodetic Coordinate System 2000")
NAMES = {"CRS84": "EPSG:4326", "OGC:CRS84": "EPSG:4326", "WGS84": "EPSG:4326", "CGCS2000": "EPSG:4490"}
OFFSETS = {"GCJ02": "GCJ-02", "GCJ-02": "GCJ-02", "BD09": "BD-09", "BD-09": "BD-09"}
SUGGESTED = ("EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:32651", "EPSG:3857", "GCJ-02", "BD-09")
_TYPES: dict[str, Kind] = {
    "Geographic 2D CRS": "geographic", "Projected CRS": "projected", "Geocentric CRS": "geocentric",
}  # fmt: skip
_CODE = re.compile(
    r"(?:EPSG:|URN:OGC:DEF:CRS:EPSG:[\d.]*:|HTTPS?://WWW\.OPENGIS\.NET/DEF/CRS/EPSG/[\d.]+/)?(\d{4,6})"
)
# An engineering system: a GIS shows its name and refuses to transform it, so that nothing moves in silence.
_OFFSET_WKT = (
    'ENGCRS["{name} (offset copy for web maps, not WGS 84)",EDATUM["{name}"],CS[Cartesian,2],'
    'AXIS["longitude",east],AXIS["latitude",north],LENGTHUNIT["degree",0.0174532925199433]]'
)


class CrsReachError(PlanningMapError, ValueError):
    """A coordinate system that exists but cannot hold the data: `crs`, and why in the message."""

    def __init__(self, crs: str, problem: str) -> None:
        self.crs = crs
        super().__init__(f"{crs}: {problem}; use one of: {', '.join(SUGGESTED)}, or a code that serves here")


@dataclass(frozen=True)
class TargetCrs:
    """A system that a file can be written in. Get one with `choose_crs`.

    Attributes
    ----------
    name
        "EPSG:4549", "GCJ-02".
    code
        The EPSG code, None for an offset.
    title
        The official name.
    decimals
        Of a coordinate as written, in `unit`.
    wkt
        A definition that GDAL and pyproj read.
    notes
        What a user of the file must know.
    """

    name: str
    code: int | None
    title: str
    kind: Kind
    unit: str
    decimals: int
    wkt: str
    notes: tuple[str, ...] = ()

    @property
    def is_stored(self) -> bool:
        """True for the system that the data is kept in: positions are written as they are."""
        return self.code == 4326

    @property
    def slug(self) -> str:
        """The name for files and columns: `epsg_4549`, `gcj_02`."""
        return self.name.lower().replace(":", "_").replace("-", "_")

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the coordinate columns, in the order of writing."""
        if self.kind == "projected":
            return ("east", "north")
        if self.kind == "geocentric":
            return ("x", "y", "z")
        return ("lon", "lat") if self.kind == "geographic" else (f"lon_{self.slug}", f"lat_{self.slug}")

    @property
    def precision(self) -> str:
        """The smallest step of a coordinate: `0.01 metre`."""
        return f"{10**-self.decimals:.{self.decimals}f} {self.unit}"


def choose_crs(written: str | None, bounds: Bounds | None = None) -> TargetCrs:
    """Return the system that a user named, WGS 84 for None.

    Parameters
    ----------
    written
        `EPSG:4549`, `4549`, an OGC address or URN of an EPSG code, `CRS84`, `WGS84`, `CGCS2000`, `GCJ-02`,
        `BD-09`; case does not matter.
    bounds
        What the system must hold; the extent of the New Area when left out.

    Raises
    ------
    UnknownCrsError
        No system carries the name.
    CrsReachError
        It is not horizontal, or its area of use does not hold the bounds. Strips of a transverse Mercator
        projection may be left by one degree of longitude; the notes then say so.
    """
    plain = (GEOGRAPHIC_CRS if written is None else written).strip().upper()
    if plain in OFFSETS:
        return _offset(OFFSETS[plain])
    found = _CODE.fullmatch(NAMES.get(plain, plain))
    if not found:
        raise UnknownCrsError(written)
    return _of_code(int(found[1]), bounds or EXTENT_DEG)


def project(geometries: np.ndarray[Any, Any], target: TargetCrs) -> np.ndarray[Any, Any]:
    """Return lon, lat geometries in the target system, rounded to its decimals; None stays None.

    Geocentric ones get a height of 0 m on the ellipsoid, x, y, z.

    Raises
    ------
    CrsReachError
        A position cannot be given in the target system.
    """
    if target.kind == "geocentric":
        return np.asarray(shapely.transform(shapely.force_3d(geometries), _move(target), include_z=True))
    if target.is_stored:
        return _rounded(geometries, target)
    return np.asarray(shapely.transform(shapely.force_2d(geometries), _move(target)))


def _rounded(geometries: np.ndarray[Any, Any], target: TargetCrs) -> np.ndarray[Any, Any]:
    """The geometries, flat; only those with more decimals than the target has are made anew."""
    points, rows = shapely.get_coordinates(geometries, return_index=True)
    changed = shapely.has_z(geometries)
    kept = np.isfinite(points) & (points == np.round(points, target.decimals))
    changed[rows[~kept.all(axis=1)]] = True
    if changed.any():
        geometries = geometries.copy()
        geometries[changed] = shapely.transform(shapely.force_2d(geometries[changed]), _move(target))
    return geometries


def _move(target: TargetCrs) -> Any:
    """The function that moves an array of positions."""

    def move(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        columns: Any = tuple(points.T)
        if target.kind == "offset":
            columns = (wgs84_to_gcj02 if target.name == "GCJ-02" else wgs84_to_bd09)(*columns)
        elif not target.is_stored:
            columns = get_transformer(GEOGRAPHIC_CRS, target.name).transform(*columns)
        moved = np.column_stack(columns)
        if not np.isfinite(moved).all():
            raise CrsReachError(target.name, "a position of the layer has no coordinates in it")
        rounded: np.ndarray[Any, Any] = np.round(moved, target.decimals)
        return rounded

    return move


@lru_cache(maxsize=64)
def _of_code(code: int, bounds: Bounds) -> TargetCrs:
    name = f"EPSG:{code}"
    try:
        crs = CRS.from_epsg(code)
    except CRSError as error:
        raise UnknownCrsError(name) from error
    kind = _TYPES.get(crs.type_name)
    if kind is None:
        raise CrsReachError(name, f"a {crs.type_name} has no two horizontal axes")
    notes = _reach_notes(crs, name, bounds) + _datum_notes(crs, bounds)
    if kind == "geocentric":
        notes += ("heights are not known: positions lie at 0 m above the ellipsoid",)
    unit = crs.axis_info[0].unit_name
    decimals = PLANE_DECIMALS if kind != "geographic" else MOVED_DECIMALS
    if kind == "geographic" and crs.name in SAME_AS_WGS84:
        decimals = STORED_DECIMALS
    return TargetCrs(name, code, crs.name, kind, unit, decimals, crs.to_wkt(), notes)


def _reach_notes(crs: CRS, name: str, bounds: Bounds) -> tuple[str, ...]:
    """Nothing where the area of use holds the bounds, a note in the margin of a strip, else an error."""
    area, (west, south, east, north) = crs.area_of_use, bounds
    if area is None:
        raise CrsReachError(name, "no area of use is published for it")

    def holds(margin: float) -> bool:
        across = area.west > area.east or area.west - margin <= west <= east <= area.east + margin
        return across and area.south <= south <= north <= area.north

    if holds(0.0):
        return ()
    operation = crs.coordinate_operation
    strip = operation is not None and "Transverse Mercator" in operation.method_name
    served = f"lon {area.west:g}..{area.east:g}, lat {area.south:g}..{area.north:g}"
    if strip and holds(STRIP_MARGIN_DEG):
        return (f"published for {served}; beyond that lengths grow, here by up to 0.07 %",)
    found = ", ".join(f"{value:.4g}" for value in (west, south, east, north))
    raise CrsReachError(name, f"it serves {served}, which does not hold the data ({found})")


def _datum_notes(crs: CRS, bounds: Bounds) -> tuple[str, ...]:
    """How well positions can be moved to a datum other than WGS 84."""
    datum = crs.geodetic_crs.name if crs.geodetic_crs else ""
    if datum == SAME_AS_WGS84[1] or "CGCS2000" in crs.name:
        return ("CGCS2000 is taken as equal to WGS 84; they agree within a metre",)
    if datum in SAME_AS_WGS84:
        return ()
    group = TransformerGroup(GEOGRAPHIC_CRS, crs, always_xy=True, area_of_interest=AreaOfInterest(*bounds))
    accuracy = group.transformers[0].accuracy if group.transformers else -1.0
    if accuracy < 0:
        return (f"no transformation to {datum} is published: positions are not shifted and may be 100 m off",)
    return (f"shifted to {datum} with an accuracy of {accuracy:g} m",)


def _offset(name: str) -> TargetCrs:
    notes = (
        f"{name} copy for web maps that use this offset: positions are several hundred metres off WGS 84; "
        "do not mix with other layers, do not measure in it, do not pass it on as WGS 84",
    )
    title = f"{name} (offset of Chinese web maps, no coordinate reference system)"
    return TargetCrs(
        name, None, title, "offset", "degree", MOVED_DECIMALS, _OFFSET_WKT.format(name=name), notes
    )
