"""The picture of a printed map as SVG without letters: sea, land, zones, lines and signs, bottom up.

Letters are set by Typst above it, so that their fonts are embedded. Geometries come in lon, lat
(EPSG:4326) and are drawn in millimetres of the paper. What was drawn is noted, for the legend.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from geo.zones import Zone
from layers.atlas import Atlas
from layers.map_print_canvas import MARGIN_MM, Canvas
from layers.map_print_lines import OWN_LINES, POINT_LAYERS, POINTS_ZOOM, draw_signs, draw_transit
from layers.map_print_sheet import DRAWN, PageFrame
from layers.map_print_stack import USUAL, Stack
from layers.map_print_style import (
    BAND_PX,
    COLOURS,
    FEATHER_OPACITY,
    FEATHER_PX,
    FEATHER_STEPS,
    PALETTES,
    SHORE,
    paint,
    sureness,
)

NEAR_ZOOM, CLOSE_ZOOM = 12.5, 15.0
LAYERS = ("zones", "counts", "belt", "towns", *OWN_LINES, "other-lines", *POINT_LAYERS)
_FRAME_EDGES = {"area": ("map-frame", 1.4, (9, 2.5, 1.5, 2.5)), "town": ("map-town", 0.8, (1, 2.2))}
_EDGES_APART = {"town": "towns", "belt": "belt"}  # borders that go with another group than the zones
_DASHES = {"fair": (7.0, 2.0), "rough": (3.0, 2.5), "vague": (3.0, 2.5)}
_RANK_DEPTH = {"area": 0, "functional": 1, "core": 1, "town": 1, "belt": 2, "community": 4, "site": 5}
_TINTS = (0.95, 0.62, 0.34)  # of siblings, one hue
_HATCH = (
    '<pattern id="hatch" width="1.6" height="1.6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path d="M0 0V1.6" stroke="{zone-coast-line}" stroke-width=".2"/>'
    "</pattern>"
)
_TINTED = ("community", "park", "part")
_PALE_WHEN_NEAR = {"comprehensive": 0.5, "emerging": 0.5}  # no child of theirs is drawn


def default_layers(frame: PageFrame) -> tuple[str, ...]:
    """The layers that a map of this scale has room for."""
    left_out = () if frame.zoom >= POINTS_ZOOM else ("schools", "hospitals", "sites")
    return tuple(layer for layer in LAYERS if layer not in left_out)


@dataclass(frozen=True)
class Picture:
    """A drawn map: its SVG, the legend's keys, and where its point signs lie (mm), by feature id."""

    svg: str
    shown: frozenset[str]
    signs: dict[str, tuple[float, float, float]]  # x, y, half width


def draw_picture(
    atlas: Atlas,
    edges: Iterable[Feature],
    frame: PageFrame,
    layers: Collection[str],
    *,
    focus: Sequence[str] = (),
    area: BaseGeometry | None = None,
    sites: Collection[str] | None = None,
    stack: Stack = USUAL,
) -> Picture:
    """Draw the map.

    Parameters
    ----------
    edges
        The zones' borders, as `layers.edges.edge_features` gives them.
    layers
        Which of `LAYERS` to draw.
    focus, area
        Ids of zones and lines to outline, and a drawn area to outline as well.
    sites
        Ids of the sites to draw, None for all.
    stack
        The order and strength of the layers; those that it leaves out are left out by `layers`.
    """
    canvas = Canvas(frame, stack)
    by_kind = _by_kind(atlas)
    _draw_ground(canvas, atlas, by_kind)
    if "zones" in layers:
        with canvas.on("zones"):
            _draw_fills(canvas, atlas)
    _draw_cover(canvas, atlas, by_kind, "belt" in layers)
    _draw_edges(canvas, atlas, edges, layers)
    with canvas.on("end"):
        _draw_sheet_end(canvas)
    draw_transit(canvas, atlas, layers)
    with canvas.on("focus"):
        _draw_focus(canvas, atlas, focus, area)
    signs = dict(draw_signs(canvas, atlas, layers, sites))
    return Picture(_svg_of(canvas), frozenset(canvas.shown), signs)


def _svg_of(canvas: Canvas) -> str:
    """The parts of a canvas cut to the window, over the sea."""
    w, h = f"{canvas.frame.width:g}", f"{canvas.frame.height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
        f'<defs>{paint(_HATCH)}<clipPath id="window"><rect width="{w}" height="{h}"/></clipPath></defs>'
        f'<g clip-path="url(#window)"><rect width="{w}" height="{h}" fill="{COLOURS["map-sea"]}"/>'
        f"{canvas.drawn()}</g></svg>"
    )


def _by_kind(atlas: Atlas) -> Callable[[str], list[BaseGeometry]]:
    def of(kind: str) -> list[BaseGeometry]:
        return [
            f.geometry for f in atlas.files["base"] if f.properties["kind"] == kind and f.geometry is not None
        ]

    return of


def _draw_ground(canvas: Canvas, atlas: Atlas, of: Callable[[str], list[BaseGeometry]]) -> None:
    """Shore lines engraved in the sea, land outside the New Area and inside it."""
    coast = [canvas.on_page(g) for g in of("coast")]
    for width, opacity in SHORE:
        for shape in coast:
            canvas.line(shape, "map-waterline", width, opacity=opacity)
        for shape in coast:
            canvas.line(shape, "map-sea", width - 2)
    for geometry in of("land"):
        canvas.fill(canvas.on_page(geometry), "map-land-out")
    for zone in atlas.zones:
        if zone.rank == "area" and zone.parent is None:
            canvas.fill(canvas.on_page(zone.geometry), "map-land")


def _draw_fills(canvas: Canvas, atlas: Atlas) -> None:
    """Fills belong to the rank in view: zones far off, their parts near by, and only bands close up."""
    zones = [z for z in atlas.zones if z.geometry is not None and z.palette in PALETTES]
    zones.sort(key=lambda z: (_RANK_DEPTH.get(z.rank, 3), -(z.area_km2 or 0)))
    tints = _tints_of(zones)
    for zone in zones:
        shape = canvas.on_page(zone.geometry)
        opacity = _fill_opacity(zone, canvas.frame.zoom, tints[zone.id])
        if shape is None or not opacity:
            continue
        key = f"zone-{zone.palette}"
        if sureness(zone.accuracy_m) in ("rough", "vague"):
            _feather(canvas, shape, f"zone-{zone.palette}", opacity, key)
        else:
            canvas.fill(shape, f"zone-{zone.palette}", opacity, key)


def _fill_opacity(zone: Zone, zoom: float, tint: int) -> float:
    wide = zone.rank in ("core", "functional")
    if zoom < NEAR_ZOOM:
        return (0.92 if sureness(zone.accuracy_m) == "fair" else 1.0) if wide else 0
    if zoom >= CLOSE_ZOOM:
        return 0
    if wide:
        return _PALE_WHEN_NEAR.get(zone.id, 0)
    return _TINTS[tint] if zone.rank in _TINTED else 0


def _tints_of(zones: Iterable[Zone]) -> dict[str, int]:
    """Siblings get three tints of one hue, in the order in which they are drawn."""
    seen: dict[str | None, int] = {}
    tints = {}
    for zone in zones:
        seen[zone.parent] = seen.get(zone.parent, -1) + 1
        tints[zone.id] = seen[zone.parent] % 3
    return tints


def _feather(canvas: Canvas, shape: BaseGeometry, colour: str, opacity: float, key: str) -> None:
    """A fill that fades towards a guessed edge: stacked inner outlines, the same on every printer."""
    for step in range(FEATHER_STEPS):
        inner = shape.buffer(-canvas.px(FEATHER_PX) * step / FEATHER_STEPS)
        canvas.fill(inner, colour, round(FEATHER_OPACITY * opacity, 3), key)


def _draw_cover(
    canvas: Canvas, atlas: Atlas, of: Callable[[str], list[BaseGeometry]], with_belt: bool
) -> None:
    """What lies over the fills: parks, water, the coastal belt, streets and motorways."""
    with canvas.on("water"):
        _draw_waters(canvas, of)
    if with_belt:
        with canvas.on("belt"):
            for zone in atlas.zones:
                if zone.rank == "belt":
                    canvas.fill(canvas.on_page(zone.geometry), "url(#hatch)", 0.75, key="belt")
    with canvas.on("streets"):
        _draw_streets(canvas, of)


def _draw_waters(canvas: Canvas, of: Callable[[str], list[BaseGeometry]]) -> None:
    zoom = canvas.frame.zoom
    for geometry in of("coast"):
        canvas.line(canvas.on_page(geometry), "map-coast", 1.1)
    for geometry in of("green"):
        canvas.fill(canvas.on_page(geometry), "map-green", key="green")
    for kind, width in (("river", 3.0), ("canal", 1.6)):
        for geometry in of(kind):
            canvas.line(
                canvas.on_page(geometry), "map-river", width if zoom >= 11.5 else width * 0.6, key="water"
            )
    for kind, colour in (("lake", "map-lake"), ("island", "map-green")):
        for geometry in of(kind):
            shape = canvas.on_page(geometry)
            canvas.fill(shape, colour, key="water" if kind == "lake" else "green")
            canvas.line(shape, "map-coast", 0.9)


def _draw_streets(canvas: Canvas, of: Callable[[str], list[BaseGeometry]]) -> None:
    zoom = canvas.frame.zoom
    streets = [canvas.on_page(g) for kind in ("road", "ring_road") for g in of(kind)]
    _roads(canvas, streets, *_street_style(zoom))
    motorways = [canvas.on_page(g) for g in of("motorway")]
    wide = 3.4 if zoom < NEAR_ZOOM else 4.6 if zoom < 13.5 else 6.0
    _roads(canvas, motorways, "map-motorway", wide, "map-motorway-in", wide * 0.55, "motorway")


def _street_style(zoom: float) -> tuple[str, float, str, float]:
    if zoom < NEAR_ZOOM:
        return "map-street-far", 1.1 if zoom >= 11.5 else 0.7, "", 0
    wide = 3.2 if zoom < 13.5 else 5.0 if zoom < CLOSE_ZOOM else 8.0
    return "map-road-case", wide, "map-road", wide - 1.4


def _roads(
    canvas: Canvas,
    shapes: Iterable[BaseGeometry | None],
    case: str,
    case_px: float,
    inside: str,
    inside_px: float,
    key: str = "road",
) -> None:
    """Casings of all before fillings of any, so that crossings are open."""
    shapes = list(shapes)
    for shape in shapes:
        canvas.line(shape, case, case_px, cap="round" if inside else "butt", key=key)
    for shape in shapes if inside else ():
        canvas.line(shape, inside, inside_px, cap="round")


def _draw_edges(canvas: Canvas, atlas: Atlas, edges: Iterable[Feature], layers: Collection[str]) -> None:
    """Bands inside the five zones where their parts are filled, then borders: solid, dashed or dotted."""
    if "zones" in layers and canvas.frame.zoom >= NEAR_ZOOM:
        with canvas.on("zones-border"):
            _draw_bands(canvas, atlas)
    for edge in edges:
        rank = str(edge.properties.get("rank"))
        with canvas.on(f"{_EDGES_APART.get(rank, 'zones')}-border"):
            _edge(canvas, edge, layers)


def _draw_bands(canvas: Canvas, atlas: Atlas) -> None:
    for zone in atlas.zones:
        shape = canvas.on_page(zone.geometry) if zone.rank in ("core", "functional") else None
        if shape is not None and zone.palette in PALETTES and sureness(zone.accuracy_m) != "rough":
            inner = shape.buffer(-canvas.px(BAND_PX))
            canvas.fill(shape.difference(inner), f"zone-{zone.palette}", key=f"zone-{zone.palette}")


def _edge(canvas: Canvas, edge: Feature, layers: Collection[str]) -> None:
    rank, sure = str(edge.properties.get("rank")), sureness(edge.properties.get("accuracy_m"))
    shape = canvas.on_page(edge.geometry)
    if rank in _FRAME_EDGES:
        if ("zones" if rank == "area" else "towns") in layers:
            colour, width, dash = _FRAME_EDGES[rank]
            canvas.line(shape, colour, width, dash, key="frame" if rank == "area" else "towns")
        return
    if rank == "belt":
        if "belt" in layers:
            canvas.line(shape, "zone-coast-line", 0.8, _DASHES.get(sure, ()), key="belt")
        return
    if "zones" not in layers:
        return
    palette = edge.properties.get("palette")
    colour = f"zone-{palette}-line" if palette in PALETTES else "map-town"
    minor = canvas.frame.zoom < NEAR_ZOOM and rank not in ("core", "functional")
    if minor and canvas.frame.zoom < 11.5:
        return
    canvas.line(
        shape,
        colour,
        0.9 if minor else 1.5,
        _DASHES.get(sure, ()),
        opacity=0.55 if minor else 1,
        key=f"edge-{sure}",
    )


def _draw_sheet_end(canvas: Canvas) -> None:
    """Beyond what we drew there is paper, as on any printed map."""
    frame = canvas.frame
    drawn = frame.to_page(shapely.segmentize(box(*DRAWN), 0.05))
    beyond = frame.window.buffer(MARGIN_MM).difference(drawn)
    if beyond.intersects(frame.window):
        canvas.fill(beyond, "surface-1")
        canvas.line(drawn.boundary, "map-ink-2", 1)


def _draw_focus(canvas: Canvas, atlas: Atlas, focus: Sequence[str], area: BaseGeometry | None) -> None:
    """What the filter is about, in ink between two halos."""
    shapes = [canvas.on_page(atlas.features[i].geometry) for i in focus if i in atlas.features]
    for shape in shapes:
        if shape is not None and not isinstance(shape, Point):
            canvas.line(shape, "map-halo", 6.5)
            canvas.line(shape, "map-ink", 2.6, key="focus")
    if area is not None:
        shape = canvas.on_page(area)
        canvas.fill(shape, "map-ink", 0.06)
        canvas.line(shape, "map-halo", 5)
        canvas.line(shape, "map-ink", 1.8, (6, 3), key="focus-area")
