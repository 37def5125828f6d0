"""A small map for pages that must work without script: where a zone, a site or a line lies.

Drawn as SVG with classes only, so the page's own style sheet colours it and print gets its own colours.
Positions are projected with the cosine of the middle latitude: at this size the error is under a pixel.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.atlas import Atlas
from layers.map_drawing import HEIGHT as HEIGHT
from layers.map_drawing import WIDTH as WIDTH
from layers.map_drawing import Frame, frame_of, is_shown, path_data

UNDER_ZONES = ("land",)  # kinds of the base layer, from the bottom up
OVER_ZONES = ("river", "canal", "motorway", "ring_road", "lake", "island", "coast")
CONTEXT_ZONES = ("dishui-core", "yangshan", "frontier-tech", "comprehensive", "emerging")


def draw_locator(atlas: Atlas, feature_ids: Iterable[str], *, language: str = "zh") -> Markup:
    """Return an SVG showing the features among coast, zones and lines; "" when none has a place."""
    targets = [f for f in map(atlas.get_feature, feature_ids) if is_shown(f)]
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
    names = (", " if language == "en" else "、").join(_name(f, language) for f in targets)
    head = Markup('<svg class="locator" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return head.format(WIDTH, HEIGHT, names) + Markup("").join(drawn) + Markup("</svg>")


def _base(atlas: Atlas, kinds: tuple[str, ...], frame: Frame, window: Polygon) -> list[Markup]:
    """Base features of some kinds, drawn in the order of the kinds."""
    chosen = [f for f in atlas.files["base"] if f.properties["kind"] in kinds]
    chosen.sort(key=lambda f: kinds.index(f.properties["kind"]))
    return [_draw(f.geometry, frame, window, f"loc-{f.properties['kind']}") for f in chosen]


def _name(feature: Feature, language: str) -> str:
    return str((language == "en" and feature.properties.get("name_en")) or feature.properties["name"])


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
    path = path_data(geometry.intersection(window), frame.place)
    return Markup('<path class="{}" d="{}"/>').format(css_class, Markup(escape(path))) if path else Markup("")
