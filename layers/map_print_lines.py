"""Lines and point signs of a printed map: form says what it is and how sure, colour which line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.atlas import Atlas
from layers.facilities import SHOWN_WITHIN_M, is_drawn
from layers.map_print_canvas import Canvas
from layers.map_print_style import BRANDS, SYMBOLS, paint

POINTS_ZOOM, MARKS_ZOOM = 12.0, 13.2  # from where points are drawn, and drawn as large signs
OWN_LINES = tuple(BRANDS)
POINT_LAYERS = ("stops", "schools", "hospitals", "sites")
HOLLOW_FROM_M = 1000.0  # a place known worse is drawn with a broken ring
SIDE_PX = 4.6  # a guessed route runs beside the line whose street it may share, not under it

# Dashes by phase, in pixels; a dash of almost nothing with round ends is a dot.
_DASHES: Mapping[str, tuple[float, ...]] = {
    "building": (8, 4), "planned": (4, 8), "schematic": (0.01, 6), "schematic_planned": (5, 6, 0.01, 6),
}  # fmt: skip
_ROAD_DASHES = {**_DASHES, "schematic": (2, 5), "schematic_planned": (6, 4, 1, 4)}
_RAIL_DASHES = {**_ROAD_DASHES, "planned": (6, 4), "schematic": (6, 4)}


def draw_transit(canvas: Canvas, atlas: Atlas, layers: Collection[str]) -> None:
    """Lines: form says the mode and how sure it is, colour the line. Roads that tasks name come first."""
    features = [
        f for f in atlas.files["transit"] if f.geometry is not None and f.properties.get("kind") != "stop"
    ]
    order = ("t6", "t2", "t1", "lianggang-express", "line-16")  # the surer line on top
    features.sort(key=lambda f: (_rank(f.id, order), f.properties.get("kind") not in ("road", "bridge")))
    with canvas.on("lines"):
        for feature in features:
            if feature.id in BRANDS:
                if feature.id in layers:
                    _own_line(canvas, feature)
            elif "other-lines" in layers and (feature.properties.get("accuracy_m") or 0) <= SHOWN_WITHIN_M:
                _other_line(canvas, feature)


def _rank(line_id: str, order: tuple[str, ...]) -> int:
    return order.index(line_id) if line_id in order else -1


def phase_of(feature: Feature) -> str:
    """How a line is drawn: open, building or planned; schematic where its route is a guess."""
    own = feature.properties
    status = str(own.get("status") or "")
    if own.get("schematic") or (own.get("accuracy_m") or 0) > HOLLOW_FROM_M:
        return "schematic_planned" if status == "planned" else "schematic"
    return {"construction": "building", "building": "building", "planned": "planned"}.get(status, "open")


def own_line_strokes(line_id: str, phase: str) -> list[tuple[str, float, tuple[float, ...], str]]:
    """Colour, width (px), dashes and ends of a line's strokes, from the casing up."""
    brand = BRANDS[line_id]
    strokes: list[tuple[str, float, tuple[float, ...], str]] = [("map-halo", brand.width + 2.4, (), "butt")]
    if phase.startswith("schematic"):
        return [*strokes, (brand.token, brand.width + 0.2, _DASHES[phase], "round")]
    if brand.token == "line-lg":
        building = phase == "building"
        core: tuple[float, ...] = (12, 2) if building else (8, 6)
        return [*strokes, (brand.token, 5, (), "butt"), ("map-halo", 2.4 if building else 2, core, "butt")]
    return [*strokes, (brand.token, brand.width, _DASHES.get(phase, ()), "butt")]


def _own_line(canvas: Canvas, feature: Feature) -> None:
    shape, thin = canvas.on_page(feature.geometry), 1.0 if canvas.frame.zoom >= 11.5 else 0.75
    if shape is not None and phase_of(feature).startswith("schematic"):
        shape = beside(shape, canvas.px(SIDE_PX * thin))
    for colour, width, dash, cap in own_line_strokes(feature.id, phase_of(feature)):
        canvas.line(shape, colour, width * thin, [d * thin for d in dash], cap=cap, key=feature.id)


def beside(shape: BaseGeometry, offset: float) -> BaseGeometry:
    """Lines moved to their side, each run smoothed where it turns."""
    runs = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, LineString)]
    moved = [run.offset_curve(offset, join_style="round") for run in runs]
    return MultiLineString([part for m in moved for part in getattr(m, "geoms", [m]) if not part.is_empty])


def _other_line(canvas: Canvas, feature: Feature) -> None:
    shape, phase = canvas.on_page(feature.geometry), phase_of(feature)
    if feature.properties.get("kind") in ("road", "bridge"):
        canvas.line(shape, "map-motorway", 1.6, _ROAD_DASHES.get(phase, ()), opacity=0.8, key="named-road")
        return
    canvas.line(shape, "map-rail", 1.2, _RAIL_DASHES.get(phase, ()), key="rail")
    if not phase.startswith("schematic"):
        canvas.line(shape, "map-rail", 5, (1, 9))


def shown_points(atlas: Atlas, layer: str, sites: Collection[str] | None) -> Iterator[tuple[Feature, Point]]:
    """The features of a point layer whose place is known well enough, narrowed to `sites` where given."""
    for feature in atlas.files["transit" if layer == "stops" else layer]:
        if layer == "stops" and feature.properties.get("kind") != "stop":
            continue
        if layer == "sites" and sites is not None and feature.id not in sites:
            continue
        if isinstance(feature.geometry, Point) and is_drawn(feature):
            yield feature, feature.geometry


def sign_of(feature: Feature, layer: str, *, small: bool) -> str:
    """The sign of a point, by its layer and kind."""
    kind = str(feature.properties.get("kind"))
    if layer == "stops" or kind == "station":
        return "interchange" if feature.properties.get("interchange") else "stops"
    if small:
        return f"{layer}-dot"
    return kind if layer == "sites" and kind in ("park", "port") else layer


def draw_signs(
    canvas: Canvas, atlas: Atlas, layers: Collection[str], sites: Collection[str] | None
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """The signs of points, each kind on its pane; yields where each lies."""
    zoom, small = canvas.frame.zoom, canvas.frame.zoom < MARKS_ZOOM
    for layer in ("sites", "schools", "hospitals", "stops"):
        if layer not in layers:
            continue
        for feature, point in shown_points(atlas, layer, sites):
            change = bool(feature.properties.get("interchange"))
            if layer == "stops" and zoom < POINTS_ZOOM - 1 and not change:
                continue
            x, y = canvas.frame.place(point.x, point.y)
            if not canvas.frame.window.covers(Point(x, y)):
                continue
            sign = sign_of(feature, layer, small=small)
            scale = canvas.px(sign_scale(sign))
            with canvas.on(layer):
                canvas.add(sign_markup(sign, x, y, scale, hollow=_is_hollow(feature)))
            canvas.shown.add(layer if not small or layer == "stops" else f"{layer}-dot")
            if sign in ("park", "port"):
                canvas.shown.add(sign)
            if _is_hollow(feature):
                canvas.shown.add("hollow")
            yield feature.id, (x, y, scale * (4 if sign.endswith("-dot") else 8))


def sign_scale(sign: str) -> float:
    """Pixels of the screen's map for a unit of a sign."""
    return 1.2 if sign.endswith("-dot") else 0.8 if sign in ("stops", "interchange") else 0.95


def _is_hollow(feature: Feature) -> bool:
    return (feature.properties.get("accuracy_m") or 0) > HOLLOW_FROM_M


def sign_markup(sign: str, x: float, y: float, scale: float, *, hollow: bool = False) -> str:
    """A sign at a place of the paper; `scale` is the millimetres of its pixel."""
    ring = ""
    if hollow:
        reach = 6.2 if sign.endswith("-dot") else 10
        dashes = 'fill="none" stroke="{map-ink-2}" stroke-width=".9" stroke-dasharray="2.4 1.8"'
        ring = paint(f'<circle r="{reach}" {dashes}/>')
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:g})">{paint(SYMBOLS[sign])}{ring}</g>'
