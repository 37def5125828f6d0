"""How a layer looks in QGIS: its style file (QML), and the same elements for a project.

Lengths are in millimetres of the screen, as QGIS counts them; the map's own are pixels. Options stand twice,
as QGIS from 3.24 reads them and as those before it do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from layers.formats.styles import HALO, NAMES, Paint, Shape, Style, rgba

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.0"  # of QGIS, whose files these are like
MM = 25.4 / 96  # of a pixel
CASING_PX = 2.4  # of a line, both sides together
MARK_PX = 9.0
FONT, FONT_POINTS, BUFFER_MM = "Noto Sans CJK SC", 9, 0.5
OTHER = "其他 other"
Rows = Iterable[Mapping[str, Any]]
Category = tuple[str, str, Paint, str]  # value, legend, paint, phase

# Dash and gap in pixels by phase, as on the map; a dot is a short dash with round ends.
DASHES: Mapping[str, tuple[float, float]] = {
    "construction": (8, 4), "planned": (4, 8), "schematic": (0.5, 6),
}  # fmt: skip
PHASES = {"construction": "在建 being built", "planned": "规划 planned", "schematic": "示意 schematic"}
_CLASSES = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}
# Placements of QGIS: level in an area, along a line, round a point in the usual order.
_PLACEMENTS = {
    "fill": {"placement": "4", "centroidInside": "1"},
    "line": {"placement": "2", "placementFlags": "10", "repeatDistance": "120"},
    "marker": {"placement": "6", "dist": "1", "predefinedPositionOrder": "R,L,TR,BR,TL,BL,TSR,BSR"},
}


def qml(style: Style, shape: Shape, rows: Rows | None = None) -> str:
    """Return the style file of a layer.

    Parameters
    ----------
    rows
        The properties of all rows: the legend then holds only what occurs. All that is known when left out.
    """
    root = Element("qgis", {"version": VERSION, "styleCategories": "Symbology|Labeling"})
    root.set("labelsEnabled", "1" if style.label else "0")
    root.extend(style_elements(style, shape, rows))
    return DOCTYPE + tostring(root, encoding="unicode") + "\n"


def style_elements(style: Style, shape: Shape, rows: Rows | None = None) -> list[Element]:
    """Return the symbols and the labels of a layer, as a style file and a project both hold them."""
    found = [_renderer(style, shape, None if rows is None else list(rows))]
    if style.label:
        found.append(_labels(style, shape))
    return found


def _renderer(style: Style, shape: Shape, rows: Sequence[Mapping[str, Any]] | None) -> Element:
    if shape == "marker" and not style.marks:
        return Element("renderer-v2", {"type": "nullSymbol"})
    if not style.by:
        root = Element("renderer-v2", {"type": "singleSymbol"})
        SubElement(root, "symbols").append(_symbol("0", style.otherwise, shape))
        return root
    root = Element("renderer-v2", {
        "type": "categorizedSymbol", "attr": attribute_of(style),
        "symbollevels": "1" if style.stacked else "0", "enableorderby": "1" if style.largest_first else "0",
    })  # fmt: skip
    categories, symbols = SubElement(root, "categories"), SubElement(root, "symbols")
    groups = categories_of(style, rows)
    for number, (value, legend, paint, phase) in enumerate(groups):
        SubElement(categories, "category", {
            "render": "true", "symbol": str(number), "type": "string", "value": value, "label": legend,
        })  # fmt: skip
        rank = len(groups) - number if style.phased else number + 1
        level = rank if style.stacked else 0
        symbols.append(_symbol(str(number), paint, shape, phase, level=level, cased=style.phased))
    if style.largest_first:
        clause = SubElement(SubElement(root, "orderby"), "orderByClause", {"asc": "0", "nullsFirst": "1"})
        clause.text = f'"{style.largest_first}"'
    return root


def attribute_of(style: Style) -> str:
    """What QGIS sorts the rows by: a column, or an expression where a line's phase counts too."""
    if not style.phased:
        return style.by
    known = ", ".join(f"'{key}'" for key in style.values)
    own = f'CASE WHEN "{style.by}" IN ({known}) THEN "{style.by}" ELSE \'\' END'
    return f"concat({own}, ' ', CASE WHEN \"schematic\" THEN 'schematic' ELSE \"status\" END)"


def categories_of(style: Style, rows: Sequence[Mapping[str, Any]] | None) -> list[Category]:
    """The groups of rows, in the order of the style, and last that of all others."""
    paints = style.paints()
    names = {key: NAMES.get(key, key) or OTHER for key in paints}
    if not style.phased:
        here = set(paints) if rows is None else {style.key_of(row) for row in rows} | {""}
        return [(key, names[key], paint, "") for key, paint in paints.items() if key in here]
    phases = ["operating", *PHASES]
    met = {(style.key_of(row), phase_of(row)) for row in rows or []}
    found: list[Category] = []
    for key, paint in paints.items():
        for phase in phases:
            if (key, phase) in met:
                legend = f"{names[key]} {PHASES.get(phase, '')}".strip()
                found.append((f"{key} {phase}", legend, paint, phase))
        if rows is None and key:
            found.append((f"{key} operating", names[key], paint, ""))
    return [*found, ("", OTHER, style.otherwise, "")]


def phase_of(row: Mapping[str, Any]) -> str:
    """How far a line is, as the expression of `attribute_of` has it."""
    return "schematic" if row.get("schematic") else str(row.get("status") or "")


def _symbol(
    name: str, paint: Paint, shape: Shape, phase: str = "", *, level: int = 0, cased: bool = False
) -> Element:
    """A symbol; its casing lies below those of all others, itself at its level."""
    root = Element("symbol", {
        "type": shape, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0",
    })  # fmt: skip
    if shape == "line" and cased:
        casing = {"line_color": rgba(HALO, 1), "line_width": _mm(paint.width + CASING_PX)}
        root.append(_symbol_layer(shape, casing, 0))
    root.append(_symbol_layer(shape, _options(paint, shape, phase), level))
    return root


def _options(paint: Paint, shape: Shape, phase: str) -> dict[str, str]:
    fill, line, width = rgba(paint.fill, paint.opacity), rgba(paint.line, 1), _mm(paint.width)
    if shape == "fill":
        style = "solid" if paint.opacity else "no"
        return {"color": fill, "style": style, "outline_color": line, "outline_style": "solid",
                "outline_width": width, "outline_width_unit": "MM"}  # fmt: skip
    if shape == "marker":
        return {"name": "circle", "color": fill, "size": _mm(MARK_PX), "size_unit": "MM",
                "outline_color": line, "outline_style": "solid", "outline_width": _mm(min(paint.width, 2)),
                "outline_width_unit": "MM"}  # fmt: skip
    made = {"line_color": line, "line_style": "solid", "line_width": width, "line_width_unit": "MM",
            "joinstyle": "round", "capstyle": "round" if phase == "schematic" else "flat"}  # fmt: skip
    if phase in DASHES:
        dash, gap = DASHES[phase]
        made |= {"use_custom_dash": "1", "customdash": f"{_mm(dash)};{_mm(gap)}", "customdash_unit": "MM"}
    return made


def _symbol_layer(shape: Shape, options: Mapping[str, str], level: int) -> Element:
    root = Element("layer", {"class": _CLASSES[shape], "enabled": "1", "locked": "0", "pass": str(level)})
    mapped = SubElement(root, "Option", {"type": "Map"})
    for key, value in options.items():
        SubElement(mapped, "Option", {"type": "QString", "name": key, "value": value})
    for key, value in options.items():
        SubElement(root, "prop", {"k": key, "v": value})
    return root


def _labels(style: Style, shape: Shape) -> Element:
    """Names in ink on a halo, only near where the layer is dense."""
    root = Element("labeling", {"type": "simple"})
    settings = SubElement(root, "settings", {"calloutType": "simple"})
    text = SubElement(settings, "text-style", {
        "fieldName": style.label, "isExpression": "1" if '"' in style.label else "0", "fontFamily": FONT,
        "namedStyle": "Bold" if style.label_bold else "Regular",
        "fontWeight": "75" if style.label_bold else "50",
        "fontSize": str(FONT_POINTS), "fontSizeUnit": "Point",
        "textColor": rgba(style.label_colour, 1), "textOpacity": "1", "multilineHeight": "1",
    })  # fmt: skip
    SubElement(text, "text-buffer", {
        "bufferDraw": "1", "bufferSize": str(BUFFER_MM), "bufferSizeUnits": "MM",
        "bufferColor": rgba(HALO, 1), "bufferOpacity": "1", "bufferNoFill": "1", "bufferJoinStyle": "128",
    })  # fmt: skip
    SubElement(settings, "placement", {
        "distUnits": "MM", "repeatDistanceUnits": "MM", "priority": "10" if style.label_bold else "5",
        **_PLACEMENTS[shape],
    })  # fmt: skip
    near = {"scaleVisibility": "1", "scaleMin": "1", "scaleMax": str(style.label_from)}
    # Only marks keep names away: an area that did would have no names in it, not even its own.
    SubElement(settings, "rendering", {
        "drawLabels": "1", "obstacle": "1" if shape == "marker" else "0",
        **(near if style.label_from else {"scaleVisibility": "0"}),
    })  # fmt: skip
    return root


def _mm(pixels: float) -> str:
    return f"{pixels * MM:.2f}"
