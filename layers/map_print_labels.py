"""Names on a printed map: placed by priority, never one over another. The loser goes.

Sizes are millimetres of the paper. The width of a name is estimated from its signs, a little too wide
rather than too narrow, so that the same request always gives the same map.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shapely import STRtree
from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from geo.zones import Zone
from layers.atlas import Atlas
from layers.map_print_lines import POINT_LAYERS, phase_of, shown_points
from layers.map_print_sheet import PageFrame, width_of
from layers.map_print_style import BRANDS, PALETTES

GAP_MM = 0.6  # kept free around a name
EDGE_MM = 1.5  # kept free inside the map's frame
FAR_ZOOM = 11.4  # names are smaller and have no second line below
NAMED_SITES_ZOOM = 12.4  # sites that filtered tasks name are few, and what the map is about
BESIDE_PX = 11.5
_RANKS: Mapping[str, tuple[float, float]] = {  # zoom from which a zone is named, and its priority
    "core": (9.5, 95), "functional": (9.5, 90), "district": (12.5, 60), "part": (12.5, 62),
    "park": (12.5, 58), "community": (13, 66), "site": (14, 50), "belt": (12, 30),
}  # fmt: skip
_POINTS: Mapping[str, tuple[float, float]] = {
    "stops": (13.6, 45), "hospitals": (13.8, 44), "schools": (14.6, 30), "sites": (14.4, 35),
}  # fmt: skip
_RAIL = {"line-16", "lianggang-express"}
_NOT_NAMED = ("dishui-lake",)  # the name of the water stands there
_WATER_SPACING = 0.6  # of a sign's width, between the signs of a large water


@dataclass(frozen=True)
class Label:
    """A name that wants a place: its anchor in mm, and all that Typst needs to set it."""

    id: str
    style: str
    name: str
    x: float
    y: float
    size_px: float
    priority: float
    second: str = ""
    chip: str = ""
    palette: str = ""
    count: int | None = None
    beside: float = 0  # mm from the anchor to the name, for names of points
    hidden_by: tuple[str, ...] = ()


def place_labels(labels: Iterable[Label], frame: PageFrame, signs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the names that found a place, as data for Typst: middle (`x`, `y`, mm), sizes and words.

    `signs` are the point signs (x, y, half width) that names of points must not cover.
    """
    wanted = [label for label in labels if frame.window.covers(Point(label.x, label.y))]
    ids = {label.id for label in wanted}
    kept = [label for label in wanted if sum(i in ids for i in label.hidden_by) < 2]
    kept.sort(key=lambda label: (-label.priority, label.id))
    marks = STRtree([box(x - r, y - r, x + r, y + r) for x, y, r in signs.values()])
    taken: list[BaseGeometry] = []
    placed = []
    for label in kept:
        if found := _seat(label, frame, taken, marks):
            placed.append(found)
    return placed


def _seat(label: Label, frame: PageFrame, taken: list[BaseGeometry], marks: STRtree) -> dict[str, Any] | None:
    """The first free seat of a name, with its second line if there is room, else without."""
    inside = frame.window.buffer(-EDGE_MM)
    for second, x, y, room in _rooms(label, frame.px_mm):
        covers = len(marks.query(room, predicate="intersects")) > 0
        if covers or not inside.contains(room) or any(room.intersects(other) for other in taken):
            continue
        taken.append(room)
        return _record(label, second, x, y, frame.px_mm)
    for second, x, y, room in () if label.beside else _rooms(label, frame.px_mm):  # over signs, if need be
        if inside.contains(room) and not any(room.intersects(other) for other in taken):
            taken.append(room)
            return _record(label, second, x, y, frame.px_mm)
    return None


def _rooms(label: Label, px_mm: float) -> Iterator[tuple[str, float, float, BaseGeometry]]:
    """Where a name could stand, the best first: its second line, its middle, and the room it takes."""
    for second in dict.fromkeys((label.second, "")):
        width, height = _size(label, second, px_mm)
        for dx, dy in _seats(label, width, height):
            x, y = label.x + dx, label.y + dy
            half_w, half_h = width / 2 + GAP_MM, height / 2 + GAP_MM
            yield second, x, y, box(x - half_w, y - half_h, x + half_w, y + half_h)


def _record(label: Label, second: str, x: float, y: float, px_mm: float) -> dict[str, Any]:
    """A placed name; one beside its point is set from there, since its width is only an estimate."""
    anchor = "middle"
    if label.beside and y == label.y:
        anchor, x = ("start", label.x + label.beside) if x > label.x else ("end", label.x - label.beside)
    return {
        "id": label.id,
        "style": label.style,
        "name": label.name,
        "second": second,
        "chip": label.chip,
        "palette": label.palette,
        "count": "" if label.count is None else str(label.count),
        "anchor": anchor,
        "x": round(x, 2),
        "y": round(y, 2),
        "size": round(label.size_px * px_mm, 2),
    }


def _size(label: Label, second: str, px_mm: float) -> tuple[float, float]:
    size = label.size_px * px_mm
    if label.style == "water":
        return size * (1 + _WATER_SPACING) * width_of(label.name), size * (2.0 if second else 1.3)
    if label.style == "line":
        return size * (width_of(label.name) + 0.7), size * 1.5
    spaced = 1.3 if label.style == "town" else 1.0
    width = size * width_of(label.name) * spaced
    if label.chip:
        width += size * 1.5
    if label.count is not None:
        width += size * (0.55 * len(str(label.count)) + 1.0)
    below = size * 0.68
    return max(width, below * width_of(second)), size * 1.25 + (below * 1.15 if second else 0)


def _seats(label: Label, width: float, height: float) -> Iterator[tuple[float, float]]:
    if label.beside:
        side = width / 2 + label.beside
        yield from ((side, 0), (-side, 0), (0, -height / 2 - label.beside), (0, height / 2 + label.beside))
        return
    for step in (0, -0.7, 0.7, 1.4, -1.4):
        yield 0, step * height
    if label.style != "line":
        for side in (0.35, -0.35):
            yield side * width, 0.9 * height


def collect_labels(
    atlas: Atlas,
    frame: PageFrame,
    layers: Collection[str],
    language: str,
    words: Mapping[str, str],
    counts: Mapping[str, Any],
    sites: Collection[str] | None = None,
) -> list[Label]:
    """The names that a map of this scale would show, `counts` in those of zones."""
    badges = _line_badges(atlas, frame, layers, language, words["legend.schematic"])
    makers = [_base_names(atlas, frame, language), badges]
    if "zones" in layers:
        makers.append(_zone_names(atlas, frame, language, counts if "counts" in layers else {}))
    for layer in POINT_LAYERS:
        if layer in layers:
            makers.append(_point_names(atlas, frame, layer, language, sites))
    return [label for maker in makers for label in maker]


def name_of(properties: Mapping[str, Any], language: str) -> str:
    """A feature's name in the map's language, the Chinese one where it has no other."""
    return str((language == "en" and properties.get("name_en")) or properties["name"])


def _zone_names(atlas: Atlas, frame: PageFrame, language: str, counts: Mapping[str, Any]) -> Iterator[Label]:
    for zone in atlas.zones:
        from_zoom, priority = _RANKS.get(zone.rank, (99.0, 0.0))
        if frame.zoom < from_zoom or zone.label is None or zone.id in _NOT_NAMED:
            continue
        large = zone.rank in ("core", "functional")
        x, y = frame.place(*zone.label)
        names = (zone.name_en, zone.name) if language == "en" and zone.name_en else (zone.name, zone.name_en)
        yield Label(
            zone.id,
            "zone" if large else "part",
            names[0],
            x,
            y,
            (16 if large else 14) if frame.zoom >= FAR_ZOOM else 12,
            priority,
            second=names[1] if frame.zoom >= FAR_ZOOM else "",
            chip=_chip(zone, language) if large else "",
            palette=zone.palette if zone.palette in PALETTES else "",
            count=counts[zone.id]["total"] if zone.id in counts else None,
            hidden_by=tuple(atlas.zones.children(zone.id)),
        )


def _chip(zone: Zone, language: str) -> str:
    return str((zone.properties.get("chip_en") if language == "en" else zone.chip) or zone.chip or "")


def _base_names(atlas: Atlas, frame: PageFrame, language: str) -> Iterator[Label]:
    """Towns from a middle scale on, and waters, known by their letterform."""
    for feature in atlas.files["base"]:
        kind, point = feature.properties.get("kind"), feature.geometry
        if not isinstance(point, Point) or kind not in ("town_label", "water_label"):
            continue
        x, y = frame.place(point.x, point.y)
        name = name_of(feature.properties, language)
        if kind == "town_label" and 10.3 <= frame.zoom <= 15:
            yield Label(feature.id, "town", name, x, y, 12.5, 40)
        lake = "湖" in str(feature.properties["name"])
        if kind == "water_label" and frame.zoom >= (12.6 if lake else 9):
            own = feature.properties
            names = (str(own["name"]), str(own.get("name_en") or ""))
            yield Label(
                feature.id, "water", names[0], x, y, 15 if lake else 22, 70 if lake else 20, second=names[1]
            )


def _line_badges(
    atlas: Atlas, frame: PageFrame, layers: Collection[str], language: str, schematic: str
) -> Iterator[Label]:
    """A badge on every line of its own colour, on the part of it that the map shows."""
    for line_id, brand in BRANDS.items():
        if line_id not in layers or line_id not in atlas.features or frame.zoom < brand.from_zoom:
            continue
        feature = atlas.features[line_id]
        if feature.geometry is None:
            continue
        run = _longest_run(frame.to_page(feature.geometry).intersection(frame.window.buffer(-6)))
        if run is None or run.length < 8:
            continue
        point = run.interpolate(brand.badge_at, normalized=True)
        yield Label(
            line_id,
            "line",
            _badge(feature, language, schematic),
            point.x,
            point.y,
            11.5,
            85,
            palette=brand.token,
        )


def _badge(feature: Feature, language: str, schematic: str) -> str:
    """A line's badge, with the word `schematic` where its route is a guess; in English a Latin name."""
    badge = BRANDS[feature.id].badge
    if language == "en" and re.search("[\u3400-\u9fff]", badge):
        badge = re.sub(r"\s*\(.*\)", "", str(feature.properties.get("name_en") or badge))
    return f"{badge} {schematic}" if phase_of(feature).startswith("schematic") else badge


def _longest_run(shape: BaseGeometry) -> LineString | None:
    runs = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, LineString)]
    return max(runs, key=lambda run: run.length) if runs else None


def _point_names(
    atlas: Atlas, frame: PageFrame, layer: str, language: str, sites: Collection[str] | None
) -> Iterator[Label]:
    from_zoom, priority = _POINTS[layer]
    if layer == "sites" and sites is not None:
        from_zoom, priority = NAMED_SITES_ZOOM, 47
    for feature, point in shown_points(atlas, layer, sites):
        rail = bool(_RAIL & set(feature.properties.get("lines") or ()))
        if frame.zoom < (from_zoom - 1 if rail else from_zoom):
            continue
        x, y = frame.place(point.x, point.y)
        yield Label(
            feature.id,
            "point",
            name_of(feature.properties, language),
            x,
            y,
            12,
            80 if rail else priority,
            beside=BESIDE_PX * frame.px_mm,
        )
