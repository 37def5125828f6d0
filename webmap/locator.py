"""A small map for pages that must work without script: where a zone, a site or a line lies.

Drawn as SVG with classes only, so the page's own style sheet colours it and print gets its own colours.
Positions are projected with the cosine of the middle latitude: at this size the error is under a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.atlas import Atlas
from layers.facilities import is_drawn

WIDTH, HEIGHT = 480, 340  # user units of the drawing
PADDING = 28
SMALLEST_SPAN_DEG = 0.06  # a single point is shown with some 6 km of surroundings
UNDER_ZONES = ("land",)  # kinds of the base layer, from the bottom up
OVER_ZONES = ("river", "canal", "motorway", "ring_road", "lake", "island", "coast")
CONTEXT_ZONES = ("dishui-core", "yangshan", "frontier-tech", "comprehensive", "emerging")


@dataclass(frozen=True)
class Frame:
    """West, south, east, north in degrees, and how degrees become user units."""

    west: float
    south: float
    east: float
    north: float

    @property
    def shrink(self) -> float:
        """Length of a degree of longitude over one of latitude."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """User units a degree of latitude."""
        wide = (self.east - self.west) * self.shrink
        return min((WIDTH - 2 * PADDING) / wide, (HEIGHT - 2 * PADDING) / (self.north - self.south))

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """User units (x right, y down) of a position."""
        x = WIDTH / 2 + (lon - (self.west + self.east) / 2) * self.shrink * self.scale
        y = HEIGHT / 2 - (lat - (self.south + self.north) / 2) * self.scale
        return round(x, 1), round(y, 1)

    def window(self) -> Polygon:
        """The part of the earth that the drawing shows, with a margin."""
        half_lon = WIDTH / 2 / self.scale / self.shrink * 1.1
        half_lat = HEIGHT / 2 / self.scale * 1.1
        lon, lat = (self.west + self.east) / 2, (self.south + self.north) / 2
        return box(lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat)


def draw_locator(atlas: Atlas, feature_ids: Iterable[str]) -> Markup:
    """Return an SVG showing the features among coast, zones and lines; "" when none has a place."""
    targets = [f for f in map(atlas.get_feature, feature_ids) if _is_shown(f)]
    if not targets:
        return Markup("")
    frame = frame_of(targets)
    window = frame.window()
    drawn = _base(atlas, UNDER_ZONES, frame, window)
    drawn += [
        _draw(atlas.zones.get(z).geometry, frame, window, f"loc-zone zone-{atlas.zones.get(z).palette}")
        for z in CONTEXT_ZONES
    ]
    drawn += _base(atlas, OVER_ZONES, frame, window)
    drawn += [_draw(f.geometry, frame, window, "loc-target-halo") for f in targets]
    drawn += [_draw(f.geometry, frame, window, f"loc-target{_certainty(f)}") for f in targets]
    names = "、".join(str(f.properties["name"]) for f in targets)
    head = Markup('<svg class="locator" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return head.format(WIDTH, HEIGHT, names) + Markup("").join(drawn) + Markup("</svg>")


def _is_shown(feature: Feature) -> bool:
    """False for a point whose place is not settled: a dot would claim to know it."""
    return feature.geometry is not None and (not isinstance(feature.geometry, Point) or is_drawn(feature))


def frame_of(targets: list[Feature]) -> Frame:
    """A frame around the targets, never narrower than `SMALLEST_SPAN_DEG`."""
    bounds = [f.geometry.bounds for f in targets if f.geometry is not None]
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    more_lon = max(0.0, SMALLEST_SPAN_DEG - (east - west)) / 2
    more_lat = max(0.0, SMALLEST_SPAN_DEG - (north - south)) / 2
    return Frame(west - more_lon, south - more_lat, east + more_lon, north + more_lat)


def _base(atlas: Atlas, kinds: tuple[str, ...], frame: Frame, window: Polygon) -> list[Markup]:
    """Base features of some kinds, drawn in the order of the kinds."""
    chosen = [f for f in atlas.files["base"] if f.properties["kind"] in kinds]
    chosen.sort(key=lambda f: kinds.index(f.properties["kind"]))
    return [_draw(f.geometry, frame, window, f"loc-{f.properties['kind']}") for f in chosen]


def _certainty(feature: Feature) -> str:
    """The class of a line whose route nobody publishes: it is dotted, as on the map."""
    return " is-schematic" if feature.properties.get("schematic") else ""


def _draw(geometry: BaseGeometry | None, frame: Frame, window: Polygon, css_class: str) -> Markup:
    """One geometry as an SVG element, cut to the window."""
    if geometry is None or not geometry.intersects(window):
        return Markup("")
    if isinstance(geometry, Point):
        x, y = frame.place(geometry.x, geometry.y)
        return Markup('<circle class="{}" cx="{}" cy="{}" r="6"/>').format(css_class, x, y)
    path = _path(geometry.intersection(window), frame.place)
    return Markup('<path class="{}" d="{}"/>').format(css_class, Markup(escape(path))) if path else Markup("")


def _path(geometry: BaseGeometry, place: Callable[[float, float], tuple[float, float]]) -> str:
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
        return "".join(_path(part, place) for part in geometry.geoms)
    return ""
