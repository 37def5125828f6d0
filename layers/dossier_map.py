"""The map of a dossier as one SVG with its own colours and labels: a zone with what stands in it.

For print, so without a style sheet. Positions in: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.crs import geodesic_m
from geo.features import Feature
from geo.zones import Zone
from layers.atlas import Atlas
from layers.facilities import is_drawn
from layers.map_drawing import Frame, frame_of, path_data
from layers.projects import ProjectView

WIDTH, HEIGHT = 520, 360  # user units; the legend stands below
FONT = "Noto Sans CJK SC"
_LEGEND_HEIGHT = 24
_SEA, _LAND, _INK, _HALO = "#d5e3e9", "#f4f1e9", "#1b232b", "#fcfaf5"
_FILLS = {
    "core": "#fbbca8",
    "bonded": "#c1afdc",
    "frontier": "#c6a97e",
    "integrated": "#fbe194",
    "emerging": "#9acabf",
}
_BASE: Mapping[str, str] = {
    "land": f'fill="{_LAND}" stroke="#4f7f95" stroke-width=".6"',
    "green": 'fill="#dce7cb"',
    "lake": 'fill="#bfd9e4" stroke="#4f7f95" stroke-width=".8"',
    "island": f'fill="{_LAND}" stroke="#4f7f95" stroke-width=".6"',
    "river": 'fill="none" stroke="#9cc0d0" stroke-width="1.3"',
    "canal": 'fill="none" stroke="#9cc0d0" stroke-width="1.3"',
    "road": 'fill="none" stroke="#d6d0c4" stroke-width=".7"',
    "motorway": 'fill="none" stroke="#a9977a" stroke-width="1.3"',
    "ring_road": 'fill="none" stroke="#bdb6a8" stroke-width="1"',
    "coast": 'fill="none" stroke="#4f7f95" stroke-width="1"',
}  # from the bottom up; the zones' fills lie above the first
_MARKS: Mapping[str, tuple[str, str]] = {  # kind: path about 0, 0, and its colour
    "schools": ("M-3.2 -3.2H3.2V3.2H-3.2Z", "#3e4a8a"),
    "hospitals": ("M-1.4 -4H1.4V-1.4H4V1.4H1.4V4H-1.4V1.4H-4V-1.4H-1.4Z", "#b3141e"),
    "stops": ("M0 -3.4A3.4 3.4 0 1 1 0 3.4A3.4 3.4 0 1 1 0 -3.4Z", "#0a5a4c"),
    "projects": ("M0 -4L4 0L0 4L-4 0Z", "#c5400f"),
}
_LINE = f'fill="none" stroke="{_INK}" stroke-width="1.4"'
_CHILD = 'fill="none" stroke="#47515a" stroke-width=".8" stroke-dasharray="4 2"'
_NICE_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def draw_map(
    atlas: Atlas, zone_id: str, projects: Iterable[ProjectView], words: Mapping[str, str], language: str
) -> str:
    """Return the SVG; "" for a zone without an outline. `words` are the legend's, by the keys of marks."""
    zone = atlas.zones.get(zone_id)
    if zone.geometry is None:
        return ""
    frame = frame_of([Feature(zone.id, {}, zone.geometry)], width=WIDTH, height=HEIGHT)
    family = [zone_id, *atlas.zones.children(zone_id)]
    body = [
        *_base(atlas, frame),
        *(_shape(atlas.zones.get(z).geometry, frame, _CHILD) for z in family[1:]),
        _shape(zone.geometry, frame, f'fill="none" stroke="{_HALO}" stroke-width="6"'),
        _shape(zone.geometry, frame, f'fill="none" stroke="{_INK}" stroke-width="2.2"'),
        *_transit(atlas, frame),
        *_marks(atlas, frame, projects),
        *_labels(atlas, family[1:] or family, frame, language),
        _scale_bar(frame),
    ]
    whole = HEIGHT + _LEGEND_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}">'
        f'<clipPath id="frame"><rect width="{WIDTH}" height="{HEIGHT}"/></clipPath>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_SEA}"/>'
        f'<g clip-path="url(#frame)">{"".join(body)}</g>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{_INK}" stroke-width=".8"/>'
        f"{_legend(words)}</svg>"
    )


def _base(atlas: Atlas, frame: Frame) -> Iterable[str]:
    """The base map, with the five functional zones above the land."""
    for kind, style in _BASE.items():
        for feature in atlas.files["base"]:
            if feature.properties.get("kind") == kind and not isinstance(feature.geometry, Point):
                yield _shape(feature.geometry, frame, style)
        if kind == "land":
            for zone in atlas.zones:
                if zone.rank == "functional" or zone.rank == "core":
                    fill = _FILLS.get(zone.palette or "", _LAND)
                    yield _shape(zone.geometry, frame, f'fill="{fill}" fill-opacity=".45"')


def _transit(atlas: Atlas, frame: Frame) -> Iterable[str]:
    """Rail and bus lines; those that do not run yet, or whose route nobody publishes, are broken."""
    for feature in atlas.files["transit"]:
        own = feature.properties
        if own.get("kind") in ("metro", "rail", "brt", "freight_rail"):
            sure = own.get("status") == "operating" and not own.get("schematic")
            dashed = "" if sure else ' stroke-dasharray="5 3"'
            yield _shape(feature.geometry, frame, _LINE + dashed)


def _marks(atlas: Atlas, frame: Frame, projects: Iterable[ProjectView]) -> Iterable[str]:
    """Schools, hospitals, stops and projects whose place is known well enough."""
    for kind, file in (("schools", "schools"), ("hospitals", "hospitals"), ("stops", "transit")):
        for feature in atlas.files[file]:
            wanted = kind != "stops" or feature.properties.get("kind") == "stop"
            if wanted and isinstance(feature.geometry, Point) and is_drawn(feature):
                yield _mark(kind, *frame.place(feature.geometry.x, feature.geometry.y))
    for view in projects:
        if view.point is not None and view.placed_at == "site":
            yield _mark("projects", *frame.place(view.point.x, view.point.y))


def _mark(kind: str, x: float, y: float) -> str:
    path, colour = _MARKS[kind]
    style = f'fill="{colour}" stroke="{_HALO}" stroke-width=".9"'
    return f'<path transform="translate({x} {y})" d="{path}" {style}/>'


def _labels(atlas: Atlas, zone_ids: Sequence[str], frame: Frame, language: str) -> Iterable[str]:
    """Names of zones at their anchors; one that would lie over another is left out, the larger first."""
    zones = sorted((atlas.zones.get(z) for z in zone_ids), key=lambda z: -(z.area_km2 or 0))
    taken: list[Polygon] = []
    for zone in zones:
        if zone.label is None:
            continue
        name = (zone.name_en if language == "en" else zone.name) or zone.name
        size = 11.0
        wide = size * sum(1.0 if ord(sign) > 0x2E80 else 0.55 for sign in name) / 2
        x, y = _beside_small(zone, frame, *frame.place(*zone.label), size=size)
        x = min(max(x, wide + 4), WIDTH - wide - 4)
        room = box(x - wide, y - size, x + wide, y + 3)
        if any(room.intersects(other) for other in taken):
            continue
        taken.append(room)
        yield _text(x, y, name, size, "middle", halo=True)


def _beside_small(zone: Zone, frame: Frame, x: float, y: float, *, size: float) -> tuple[float, float]:
    """Where a name goes: at its anchor, above an outline that it would cover."""
    if zone.geometry is None:
        return x, y
    west, south, _, north = zone.geometry.bounds
    top, bottom = frame.place(west, north)[1], frame.place(west, south)[1]
    return (x, top - 6) if bottom - top < 3 * size and top > 2 * size else (x, y)


def _text(x: float, y: float, words: str, size: float, anchor: str = "start", *, halo: bool = False) -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" font-family="{FONT}"'
    under = (
        f'<text {place} stroke="{_HALO}" stroke-width="3" stroke-linejoin="round" fill="{_HALO}">'
        f"{escape(words)}</text>"
        if halo
        else ""
    )
    return f'{under}<text {place} fill="{_INK}">{escape(words)}</text>'


def _scale_bar(frame: Frame) -> str:
    """A bar of a round length, a fifth of the width at most, and an arrow to the north."""
    lat = (frame.south + frame.north) / 2
    units_a_m = frame.scale / geodesic_m((frame.west, lat - 0.5), (frame.west, lat + 0.5))
    fits = [km for km in _NICE_KM if km * 1000 * units_a_m <= WIDTH / 5]
    km = fits[-1] if fits else _NICE_KM[0]
    long = km * 1000 * units_a_m
    x, y = 14.0, HEIGHT - 12.0
    size = f'width="{long + 16:.1f}" height="24"'
    plate = f'<rect x="6" y="{y - 16:g}" {size} fill="{_HALO}" fill-opacity=".85"/>'
    bar = f'<path d="M{x:g} {y - 3:g}V{y:g}H{x + long:.1f}V{y - 3:g}" fill="none" stroke="{_INK}"/>'
    north = f'<path d="M{WIDTH - 18} 10l5 14l-5 -4l-5 4z" fill="{_INK}"/>'
    letter = _text(WIDTH - 18, 36, "N", 10, "middle", halo=True)
    return plate + bar + _text(x, y - 6, f"{km:g} km", 9) + north + letter


def _legend(words: Mapping[str, str]) -> str:
    """The marks with their words, below the map."""
    parts, x = [], 8.0
    for kind in _MARKS:
        parts += [_mark(kind, x + 4, HEIGHT + 14), _text(x + 13, HEIGHT + 17.5, words[kind], 10)]
        x += 26 + 10 * sum(1.0 if ord(sign) > 0x2E80 else 0.58 for sign in words[kind])
    parts.append(f'<path d="M{x:g} {HEIGHT + 14}h20" {_LINE}/>')
    parts.append(_text(x + 26, HEIGHT + 17.5, words["lines"], 10))
    return "".join(parts)


def _shape(geometry: BaseGeometry | None, frame: Frame, style: str) -> str:
    """Lines and outlines cut to the window, "" where nothing of it is there."""
    window = frame.window()
    if geometry is None or not geometry.intersects(window):
        return ""
    path = path_data(geometry.intersection(window), frame.place)
    return f'<path d="{path}" {style}/>' if path else ""
