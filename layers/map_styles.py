"""The map's look for programs that draw vector tiles: a style of the MapLibre style specification, version 8.

Colours are those of the light theme. Names are drawn with the fonts of the reader's device: the style names
no glyphs, so nothing is fetched from elsewhere (MapLibre GL JS from 5.11; older ones draw Chinese with their
option `localIdeographFontFamily` and need glyphs of their own for the rest).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layers.formats.styles import BASE, LINES, PALETTES, PLANS, Paint
from layers.map_print_style import BRANDS, COLOURS

LANGUAGES = ("zh", "en")
SOURCES = ("base", "zones", "lines", "stops", "sites", "schools", "hospitals", "tasks")
CENTRE, ZOOM = (121.86, 30.93), 10.2
FONTS = {"zh": ["Noto Sans CJK SC", "Noto Sans SC"], "en": ["Noto Sans", "Open Sans"]}
Json = dict[str, Any]
_POINTS = {"sites": "stage-complete", "schools": "poi", "hospitals": "poi"}
_HAS_PLACE = ["<=", ["coalesce", ["get", "accuracy_m"], 0], 3000]  # known worse: listed, not drawn


def map_style(address: Callable[[str], str], language: str = "zh") -> Json:
    """Return the style.

    Parameters
    ----------
    address
        The address of the TileJSON of each layer of `SOURCES`.
    language
        Of the names: "zh" or "en"; a place without an English name keeps its own.
    """
    return {
        "version": 8,
        "name": "临港规划一张图" if language == "zh" else "Lingang Atlas",
        "center": list(CENTRE),
        "zoom": ZOOM,
        "sources": {
            name: {"type": "vector", "url": address(name), "promoteId": "id"} for name in SOURCES
        },
        "layers": [
            {"id": "sea", "type": "background", "paint": {"background-color": COLOURS["map-sea"]}},
            *_base(), *_zones(), *_lines(), *_points(), *_tasks(), *_names(language),
        ],
    }  # fmt: skip


def _layer(
    layer_id: str, kind: str, source: str, paint: Json, layout: Json | None = None, **more: Any
) -> Json:
    origin = source.removesuffix("_labels")
    made = {"id": layer_id, "type": kind, "source": origin, "source-layer": source, **more, "paint": paint}
    return made | ({"layout": layout} if layout else {})


def _match(key: str, values: Mapping[str, Any], otherwise: Any) -> list[Any]:
    """An expression that takes a value by a property's text."""
    return ["match", ["get", key], *(x for pair in values.items() for x in pair), otherwise]


def _by_kind(kinds: tuple[str, ...]) -> list[Any]:
    return ["in", ["get", "kind"], ["literal", list(kinds)]]


def _base() -> list[Json]:
    """Land, water, parks and roads; land first, since the tiles' order is by name."""
    made = [
        _layer(
            f"base-{kind}", "fill", "base", {"fill-color": BASE[kind].fill}, filter=_of_kind("Polygon", kind)
        )
        for kind in ("land", "island", "green", "lake")
    ]
    made.append(_layer("base-shore", "line", "base", {"line-color": COLOURS["map-coast"], "line-width": 1},
                       filter=["all", _is("Polygon"), _by_kind(("land", "lake"))]))  # fmt: skip
    for kind in ("canal", "river", "sea_wall", "coast", "road", "ring_road", "motorway"):
        paint = {"line-color": BASE[kind].line, "line-width": BASE[kind].width}
        made.append(_layer(f"base-{kind}", "line", "base", paint, filter=_of_kind("LineString", kind)))
    return made


def _is(kind: str) -> list[Any]:
    return ["==", ["geometry-type"], kind]


def _of_kind(geometry: str, kind: str) -> list[Any]:
    return ["all", _is(geometry), ["==", ["get", "kind"], kind]]


def _zones() -> list[Json]:
    """The functional areas far away, their communities and parks near; outlines everywhere."""

    def of(get: Callable[[Paint], Any], otherwise: Any) -> list[Any]:
        return _match("palette", {key: get(paint) for key, paint in PALETTES.items()}, otherwise)

    wide, near = ["core", "functional", "part"], ["community", "district", "park", "site", "part"]
    fill = {"fill-color": of(lambda p: p.fill, "#000000"), "fill-opacity": of(lambda p: p.opacity, 0)}
    line = {"line-color": of(lambda p: p.line, COLOURS["map-town"]), "line-width": of(lambda p: p.width, 1)}
    sure = ["<=", ["coalesce", ["get", "accuracy_m"], 0], 300]
    return [
        _layer("zones-wide", "fill", "zones", fill, maxzoom=13, filter=_ranked(wide)),
        _layer("zones-near", "fill", "zones", fill, minzoom=13, filter=_ranked(near)),
        _layer("zones-outline", "line", "zones", line, filter=sure),
        _layer(
            "zones-outline-unsure", "line", "zones", {**line, "line-dasharray": [5, 2]}, filter=["!", sure]
        ),
    ]


def _ranked(ranks: list[str]) -> list[Any]:
    return ["in", ["get", "rank"], ["literal", ranks]]


def _lines() -> list[Json]:
    """Lines on a casing; dashes where not built, dots where the route is not known."""
    colour = _match("id", {key: LINES[key].line for key in BRANDS}, COLOURS["map-rail"])
    width = _match("id", {key: brand.width for key, brand in BRANDS.items()}, 1.6)
    rough = ["==", ["get", "schematic"], True]
    phases: dict[str, tuple[list[Any], list[float] | None]] = {
        "open": (
            ["all", ["!", rough], ["!", ["in", ["get", "status"], ["literal", ["construction", "planned"]]]]],
            None,
        ),
        "building": (["all", ["!", rough], ["==", ["get", "status"], "construction"]], [2, 1]),
        "planned": (["all", ["!", rough], ["==", ["get", "status"], "planned"]], [1, 2]),
        "schematic": (rough, [0.4, 1.4]),
    }
    shown: list[Any] = ["any", _HAS_PLACE, ["in", ["get", "id"], ["literal", list(BRANDS)]]]
    casing = {"line-color": COLOURS["map-halo"], "line-width": ["+", width, 2.4]}
    made = [_layer("lines-casing", "line", "lines", casing, filter=shown)]
    for phase, (meets, dash) in phases.items():
        paint = {"line-color": colour, "line-width": width} | ({"line-dasharray": dash} if dash else {})
        made.append(_layer(f"lines-{phase}", "line", "lines", paint, filter=["all", shown, meets]))
    return made


def _points() -> list[Json]:
    """Stops as rings, places as discs; hollow where their place is a guess."""
    ring = {
        "circle-radius": ["case", ["==", ["get", "interchange"], True], 5.5, 4],
        "circle-color": COLOURS["map-halo"],
        "circle-stroke-color": COLOURS["map-ink"], "circle-stroke-width": 2,
    }  # fmt: skip
    made = [_layer("stops", "circle", "stops", ring, minzoom=11, filter=_HAS_PLACE)]
    for source, token in _POINTS.items():
        unsure = [">", ["coalesce", ["get", "accuracy_m"], 0], 1000]
        paint = {
            "circle-radius": 5, "circle-color": ["case", unsure, COLOURS["map-halo"], COLOURS[token]],
            "circle-stroke-color": ["case", unsure, COLOURS[token], COLOURS["map-halo"]],
            "circle-stroke-width": 1.3,
        }  # fmt: skip
        made.append(_layer(source, "circle", source, paint, minzoom=12, filter=_HAS_PLACE))
    return made


def _tasks() -> list[Json]:
    """The marks of tasks by plan; off at first, as on the map, where zones carry their numbers."""
    paint = {
        "circle-radius": 4, "circle-stroke-color": COLOURS["map-halo"], "circle-stroke-width": 1,
        "circle-color": _match("plan", {key: plan.fill for key, plan in PLANS.items()}, COLOURS["map-ink-2"]),
    }  # fmt: skip
    return [_layer("tasks", "circle", "tasks", paint, {"visibility": "none"})]


def _names(language: str) -> list[Json]:
    """Names in the reader's language; those of zones win over those of places."""
    own = ["get", "name"]
    text: Any = own if language == "zh" else ["coalesce", ["get", "name_en"], own]
    halo = {"text-halo-color": COLOURS["map-halo"], "text-halo-width": 1.4}

    def layer(name: str, source: str, size: float, colour: str, layout: Json, **more: Any) -> Json:
        every = {"text-field": text, "text-font": FONTS[language], "text-size": size, **layout}
        return _layer(name, "symbol", source, {"text-color": COLOURS[colour], **halo}, every, **more)

    beside = {"text-anchor": "top", "text-offset": [0, 0.7], "text-optional": True}
    return [
        *(layer(f"{source}-names", source, 11, "map-ink", beside, minzoom=13.5, filter=_HAS_PLACE)
          for source in (*_POINTS, "stops")),
        layer("line-names", "lines", 11, "map-ink", {"symbol-placement": "line"}, minzoom=12,
              filter=_HAS_PLACE),
        layer("town-names", "base", 12, "map-ink-2", {}, filter=["==", ["get", "kind"], "town_label"]),
        layer("water-names", "base", 13, "map-ink-water", {}, filter=["==", ["get", "kind"], "water_label"]),
        layer("zone-names-near", "zones_labels", 12, "map-ink", {}, minzoom=12,
              filter=_ranked(["community", "district", "park", "site"])),
        layer("zone-names", "zones_labels", 14, "map-ink", {}, filter=_ranked(["core", "functional"])),
    ]  # fmt: skip
