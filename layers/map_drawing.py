"""Small maps as SVG: which part of the earth a drawing shows, and geometries as path data.

Positions are projected with the cosine of the middle latitude: at the size of a page the error is under a
pixel. Positions in: lon, lat in EPSG:4326; out: user units, x right and y down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.facilities import is_drawn

WIDTH, HEIGHT = 480, 340  # user units of a drawing
PADDING = 28
SMALLEST_SPAN_DEG = 0.06  # a single point is shown with some 6 km of surroundings


@dataclass(frozen=True)
class Frame:
    """West, south, east, north in degrees, and how degrees become user units."""

    west: float
    south: float
    east: float
    north: float
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def shrink(self) -> float:
        """Length of a degree of longitude over one of latitude."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """User units a degree of latitude."""
        wide = (self.east - self.west) * self.shrink
        across, down = self.width - 2 * PADDING, self.height - 2 * PADDING
        return min(across / wide, down / (self.north - self.south))

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """User units (x right, y down) of a position."""
        x = self.width / 2 + (lon - (self.west + self.east) / 2) * self.shrink * self.scale
        y = self.height / 2 - (lat - (self.south + self.north) / 2) * self.scale
        return round(x, 1), round(y, 1)

    def window(self) -> Polygon:
        """The part of the earth that the drawing shows, with a margin."""
        half_lon = self.width / 2 / self.scale / self.shrink * 1.1
        half_lat = self.height / 2 / self.scale * 1.1
        lon, lat = (self.west + self.east) / 2, (self.south + self.north) / 2
        return box(lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat)


def frame_of(targets: Sequence[Feature], *, width: float = WIDTH, height: float = HEIGHT) -> Frame:
    """A frame around the targets, never narrower than `SMALLEST_SPAN_DEG`."""
    bounds = [f.geometry.bounds for f in targets if f.geometry is not None]
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    more_lon = max(0.0, SMALLEST_SPAN_DEG - (east - west)) / 2
    more_lat = max(0.0, SMALLEST_SPAN_DEG - (north - south)) / 2
    return Frame(west - more_lon, south - more_lat, east + more_lon, north + more_lat, width, height)


def is_shown(feature: Feature) -> bool:
    """False for a point whose place is not settled: a dot would claim to know it."""
    return feature.geometry is not None and (not isinstance(feature.geometry, Point) or is_drawn(feature))


def path_data(geometry: BaseGeometry, place: Callable[[float, float], tuple[float, float]]) -> str:
    """SVG path data of lines and polygons; other kinds give nothing."""

    def run(coords: Iterable[tuple[float, ...]], end: str) -> str:
        points = [place(c[0], c[1]) for c in coords]
        return "M" + "L".join(f"{x} {y}" for x, y in points) + end

    if isinstance(geometry, Polygon):
        rings = [geometry.exterior, *geometry.interiors]
        return "".join(run(ring.coords, "Z") for ring in rings if not ring.is_empty)
    if isinstance(geometry, LineString):
        return run(geometry.coords, "")
    if isinstance(geometry, (MultiPolygon, MultiLineString)) or hasattr(geometry, "geoms"):
        return "".join(path_data(part, place) for part in geometry.geoms)
    return ""
