"""The legend of a printed map: what the map shows and nothing else, each with a sample of its drawing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from layers.atlas import Atlas
from layers.map_print_canvas import stroke
from layers.map_print_labels import name_of
from layers.map_print_lines import own_line_strokes, phase_of, sign_markup, sign_scale
from layers.map_print_stack import USUAL, Stack
from layers.map_print_style import BRANDS, COLOURS, PALETTES

WIDE, HIGH = 9.0, 4.0  # mm of a sample
_MIDDLE = f"M.5 {HIGH / 2}H{WIDE - 0.5}"
_BOX = f'x=".4" y=".4" width="{WIDE - 0.8}" height="{HIGH - 0.8}"'
_PX = 0.2
_EDGES = (("sure", ()), ("fair", (7, 2)), ("rough", (3, 2.5)))


def make_legend(
    atlas: Atlas,
    shown: Collection[str],
    words: Mapping[str, str],
    language: str,
    counts: Mapping[str, Any],
    *,
    stack: Stack = USUAL,
) -> list[dict[str, Any]]:
    """Return the groups of the legend: `title`, `note` and rows of `sample` (SVG), `text`, `count`.

    `shown` are the keys of what the picture shows, `counts` those of the zones, {} where none are printed;
    each sample is as strong as `stack` makes what it stands for.
    """
    groups = [
        _group(
            words["legend.zones"],
            _zone_rows(atlas, shown, words, language, counts),
            words["legend.functions"],
        ),
        _group(words["legend.transit"], _line_rows(atlas, shown, words, language)),
        _group(
            words["legend.places"],
            _place_rows(shown, words),
            words["print.hollow"] if "hollow" in shown else "",
        ),
        _group(words["print.ground"], _ground_rows(shown, words)),
        _group(words["legend.sureness"], _edge_rows(shown, words)),
    ]
    for row in (row for group in groups for row in group["rows"]):
        row["sample"] = _in_svg(row["sample"], stack.strength(row.pop("group")))
    return [group for group in groups if group["rows"]]


def _group(title: str, rows: list[dict[str, str]], note: str = "") -> dict[str, Any]:
    return {"title": title, "note": note, "rows": rows}


def _row(sample: str, text: str, count: object = "", group: str = "") -> dict[str, str]:
    """A row in the making: its sample is still bare, and `group` says which layers it stands for."""
    return {"sample": sample, "text": text, "count": str(count), "chip": "", "palette": "", "group": group}


def _in_svg(sample: str, strength: float) -> str:
    size = f'width="{WIDE}mm" height="{HIGH}mm" viewBox="0 0 {WIDE} {HIGH}"'
    faded = sample if strength == 1 else f'<g opacity="{strength:g}">{sample}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{faded}</svg>'


def _zone_rows(
    atlas: Atlas, shown: Collection[str], words: Mapping[str, str], language: str, counts: Mapping[str, Any]
) -> list[dict[str, str]]:
    rows = []
    for palette in PALETTES:
        zone = next(
            (z for z in atlas.zones if z.palette == palette and z.rank in ("core", "functional")), None
        )
        if zone is None or f"zone-{palette}" not in shown:
            continue
        fill, line = COLOURS[f"zone-{palette}"], COLOURS[f"zone-{palette}-line"]
        box = f'<rect {_BOX} fill="{fill}" stroke="{line}" stroke-width=".25"/>'
        row = _row(box, name_of(vars(zone), language), counts[zone.id]["total"] if counts else "", "zones")
        chip = (zone.properties.get("chip_en") if language == "en" else zone.chip) or zone.chip or ""
        rows.append({**row, "chip": str(chip), "palette": palette})
    if "belt" in shown:
        belt = next(z for z in atlas.zones if z.rank == "belt")
        slants = "".join(f"M{x / 10} 3.6l3.2 -3.2" for x in range(-20, 90, 11))
        clip = f'<clipPath id="c"><rect {_BOX}/></clipPath>'
        sample = f'{clip}<path clip-path="url(#c)" d="{slants}" {stroke("zone-coast-line", 0.2)}/>'
        count = counts[belt.id]["total"] if counts else ""
        rows.append(_row(sample, name_of(vars(belt), language), count, "belt"))
    if "frame" in shown:
        border = _line("map-frame", 1.6, (9, 2.5, 1.5, 2.5))
        rows.append(_row(border, words["print.area_border"], group="zones"))
    if "towns" in shown:
        rows.append(_row(_line("map-town", 1.1, (1, 2.2)), words["legend.towns"], group="towns"))
    if "focus" in shown:
        rows.append(_row(_line("map-ink", 2.6), words["print.focus"]))
    if "focus-area" in shown:
        rows.append(_row(_line("map-ink", 1.8, (6, 3)), words["print.focus_area"]))
    return rows


def _line(colour: str, width_px: float, dash_px: tuple[float, ...] = (), cap: str = "butt") -> str:
    return f'<path d="{_MIDDLE}" {stroke(colour, width_px * _PX, [d * _PX for d in dash_px], cap=cap)}/>'


def _line_rows(
    atlas: Atlas, shown: Collection[str], words: Mapping[str, str], language: str
) -> list[dict[str, str]]:
    rows = []
    for line_id in BRANDS:
        if line_id in shown:
            feature = atlas.features[line_id]
            phase = phase_of(feature)
            sample = "".join(_line(c, w, d, cap) for c, w, d, cap in own_line_strokes(line_id, phase))
            state = "" if phase == "open" else words["print.phase"].format(phase=words[f"phase.{phase}"])
            rows.append(_row(sample, name_of(feature.properties, language) + state, group="lines"))
    if "rail" in shown:
        ties = _line("map-rail", 5, (1, 9))
        rows.append(_row(_line("map-rail", 1.2) + ties, words["print.rail"], group="lines"))
    if "named-road" in shown:
        rows.append(_row(_line("map-motorway", 2), words["print.named_road"], group="lines"))
    if "stops" in shown:
        signs = sign_markup("stops", 2.6, HIGH / 2, 0.16) + sign_markup("interchange", 6.2, HIGH / 2, 0.16)
        rows.append(_row(signs, words["print.stops"], group="stops"))
    return rows


def _place_rows(shown: Collection[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    rows = []
    for layer in ("schools", "hospitals", "sites"):
        small = f"{layer}-dot" in shown
        if small or layer in shown:
            sign = f"{layer}-dot" if small else layer
            sample = sign_markup(sign, WIDE / 2, HIGH / 2, _PX * sign_scale(sign))
            rows.append(_row(sample, words[f"facility.{layer}"], group=layer))
    for sign, key in (("park", "facility.parks"), ("port", "print.port")):
        if sign in shown:
            sample = sign_markup(sign, WIDE / 2, HIGH / 2, _PX * sign_scale(sign))
            rows.append(_row(sample, words[key], group="sites"))
    return rows


def _ground_rows(shown: Collection[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    rows = []
    if "motorway" in shown:
        sample = _line("map-motorway", 4.6) + _line("map-motorway-in", 2.5)
        rows.append(_row(sample, words["print.motorway"]))
    if "road" in shown:
        rows.append(_row(_line("map-road-case", 1.6), words["print.road"]))
    for key, colour in (("water", "map-lake"), ("green", "map-green")):
        if key in shown:
            rows.append(_row(f'<rect {_BOX} fill="{COLOURS[colour]}"/>', words[f"print.{key}"]))
    return rows


def _edge_rows(shown: Collection[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        _row(_line("zone-core-line", 1.8, dash), words[f"legend.{sure}"], group="zones")
        for sure, dash in _EDGES
        if f"edge-{sure}" in shown
    ]
