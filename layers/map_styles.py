"""The map's look for programs that draw vector tiles: a style of the MapLibre style specification, version 8.

Colours are those of the light theme. Names are drawn with the fonts of the reader's device: the style names
no glyphs, so nothing is fetched from elsewhere (MapLibre GL JS from 5.11; older ones draw Chinese with their
option `localIdeographFontFamily` and need glyphs of their own for the rest). Filters keep to the expressions
that QGIS translates too: `match` and `has`, neither `in` with a list nor `coalesce`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from layers.formats.styles import BASE, LINES, PALETTES, PLANS, Paint
from layers.map_print_style import BRANDS, COLOURS

LANGUAGES = ("zh", "en")
SOURCES = ("base", "zones", "lines", "stops", "sites", "schools", "hospitals", "tasks")
CENTRE, ZOOM = (121.86, 30.93), 10.2
FONTS = {"zh": ["Noto Sans CJK SC", "Noto Sans SC"], "en": ["Noto Sans", "Open Sans"]}
NAMED_AS_WATER = ("dishui-lake",)  # zones whose name stands on the map already
CASING = 2.4  # pixels, both sides of a line together
Json = dict[str, Any]
_POINTS = {"sites": "stage-complete", "schools": "poi", "hospitals": "poi"}


def _within(limit_m: int) -> list[Any]:
    """Rows whose place is known that well; one without a figure is exact."""
    return ["any", ["!", ["has", "accuracy_m"]], ["<=", ["get", "accuracy_m"], limit_m]]


def _beyond(limit_m: int) -> list[Any]:
    return ["all", ["has", "accuracy_m"], [">", ["get", "accuracy_m"], limit_m]]


def _one_of(key: str, values: Iterable[str]) -> list[Any]:
    return ["match", ["get", key], list(values), True, False]


_HAS_PLACE = _within(3000)  # known worse: listed, not drawn


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
            *_ground(), *_zone_fills(), *_cover(), *_zone_outlines(),
            *_lines(), *_points(), *_tasks(), *_names(language),
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


def _ground() -> list[Json]:
    """Land and its shore."""
    return [_base_area("land"), _base_shore("base-shore", ("land",))]


def _cover() -> list[Json]:
    """What lies over the fills of the zones: parks, water, roads."""
    made = [_base_area("green"), *map(_base_line, ("canal", "river", "sea_wall", "coast"))]
    made += [_base_area("lake"), _base_area("island"), _base_shore("base-lake-shore", ("lake", "island"))]
    return [*made, *map(_base_line, ("road", "ring_road", "motorway"))]


def _base_area(kind: str) -> Json:
    paint = {"fill-color": BASE[kind].fill}
    return _layer(f"base-{kind}", "fill", "base", paint, filter=["==", ["get", "kind"], kind])


def _base_line(kind: str) -> Json:
    paint = {"line-color": BASE[kind].line, "line-width": BASE[kind].width}
    return _layer(f"base-{kind}", "line", "base", paint, filter=["==", ["get", "kind"], kind])


def _base_shore(layer_id: str, kinds: tuple[str, ...]) -> Json:
    paint = {"line-color": COLOURS["map-coast"], "line-width": 1}
    return _layer(layer_id, "line", "base", paint, filter=_one_of("kind", kinds))


def _of_palette(get: Callable[[Paint], Any], otherwise: Any) -> list[Any]:
    return _match("palette", {key: get(paint) for key, paint in PALETTES.items()}, otherwise)


def _zone_fills() -> list[Json]:
    """The functional areas far away, their communities and parks near."""
    wide, near = ["core", "functional", "part"], ["community", "district", "park", "site", "part"]
    fill = {
        "fill-color": _of_palette(lambda p: p.fill, "#000000"),
        "fill-opacity": _of_palette(lambda p: p.opacity, 0),
    }
    return [
        _layer("zones-wide", "fill", "zones", fill, maxzoom=13, filter=_ranked(wide)),
        _layer("zones-near", "fill", "zones", fill, minzoom=13, filter=_ranked(near)),
    ]


def _zone_outlines() -> list[Json]:
    """Borders everywhere, dashed where they are not sure."""
    line = {
        "line-color": _of_palette(lambda p: p.line, COLOURS["map-town"]),
        "line-width": _of_palette(lambda p: p.width, 1),
    }
    dashed = {**line, "line-dasharray": [5, 2]}
    return [
        _layer("zones-outline", "line", "zones", line, filter=_within(300)),
        _layer("zones-outline-unsure", "line", "zones", dashed, filter=_beyond(300)),
    ]


def _ranked(ranks: list[str]) -> list[Any]:
    return _one_of("rank", ranks)


def _lines() -> list[Json]:
    """Lines on a casing; dashes where not built, dots where the route is not known."""
    colour = _match("id", {key: LINES[key].line for key in BRANDS}, COLOURS["map-rail"])
    widths = {key: brand.width for key, brand in BRANDS.items()}
    width = _match("id", widths, 1.6)
    fine = ["!=", ["get", "schematic"], True]
    built = ["match", ["get", "status"], ["construction", "planned"], False, True]
    phases: dict[str, tuple[list[Any], list[float] | None]] = {
        "open": (["all", fine, built], None),
        "building": (["all", fine, ["==", ["get", "status"], "construction"]], [2, 1]),
        "planned": (["all", fine, ["==", ["get", "status"], "planned"]], [1, 2]),
        "schematic": (["==", ["get", "schematic"], True], [0.4, 1.4]),
    }
    shown = ["any", _HAS_PLACE, _one_of("id", BRANDS)]
    cased = _match("id", {key: value + CASING for key, value in widths.items()}, 1.6 + CASING)
    casing = {"line-color": COLOURS["map-halo"], "line-width": cased}
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
        unsure = _beyond(1000)
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
              filter=["all", _ranked(["community", "district", "park", "site"]),
                      ["match", ["get", "id"], list(NAMED_AS_WATER), False, True]]),
        layer("zone-names", "zones_labels", 14, "map-ink", {}, filter=_ranked(["core", "functional"])),
    ]  # fmt: skip
