"""How a layer looks when it is opened: the colours of the map, as KML styles, QGIS styles (QML) and SLD.

The colours are those of the light theme of the map; tests/layers/test_export_styles.py compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from layers.registry import Layer

Shape = Literal["fill", "line", "marker"]


@dataclass(frozen=True)
class Paint:
    """A fill and an outline, `#rrggbb`; `opacity` is of the fill."""

    fill: str
    line: str
    opacity: float = 0.6


@dataclass(frozen=True)
class Style:
    """How a layer is painted: by the values of one property, `otherwise` for all other rows."""

    otherwise: Paint
    by: str = ""
    values: Mapping[str, Paint] = field(default_factory=dict)

    def key_of(self, properties: Mapping[str, Any]) -> str:
        """The value that paints a row, "" for the paint of the others."""
        value = str(properties.get(self.by, ""))
        return value if value in self.values else ""

    def paints(self) -> dict[str, Paint]:
        """Every paint by its key, the one of the others under ""."""
        return {**self.values, "": self.otherwise}


INK = "#47515a"  # --map-ink-2
ZONES = {
    "core": Paint("#fbbca8", "#9a4a43"),
    "bonded": Paint("#c1afdc", "#43397f"),
    "frontier": Paint("#c6a97e", "#6a4518"),
    "integrated": Paint("#fbe194", "#7e6a0c"),
    "emerging": Paint("#9acabf", "#1f6266"),
}
PLANS = {
    "2020": Paint("#5590a6", INK, 1),
    "2023": Paint("#294eaf", INK, 1),
    "145": Paint("#cc5a28", INK, 1),
    "national": Paint("#813751", INK, 1),
}
_BY_ZONE = Style(Paint("#e9e6de", "#1f6f8b", 0.3), "palette", ZONES)
_BY_PLAN = Style(Paint("#767e84", INK, 1), "plan", PLANS)
_PLACE = Style(Paint("#3e4a8a", "#ffffff", 1))
_LINE = Style(Paint("#6b6f73", "#6b6f73", 0))
STYLES = {
    "zones": _BY_ZONE, "edges": _BY_ZONE, "tasks": _BY_PLAN, "tasklist": _BY_PLAN, "milestones": _BY_PLAN,
    "targets": _BY_PLAN, "lines": _LINE, "transit": _LINE, "base": Style(Paint("#d5e3e9", "#bdb6a8", 0.4)),
}  # fmt: skip


def style_of(layer: Layer) -> Style:
    """The style of a layer."""
    return STYLES.get(layer.id, _PLACE)


def kml_colour(colour: str, opacity: float = 1.0) -> str:
    """A colour as KML writes it, aabbggrr."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def kml_styles(style: Style) -> str:
    """The shared styles of a KML document: `#s0`, `#s1` … in the order of `Style.paints`."""
    made = []
    for number, paint in enumerate(style.paints().values()):
        made.append(
            f'<Style id="s{number}"><IconStyle><color>{kml_colour(paint.fill)}</color><scale>0.7</scale>'
            f"</IconStyle><LineStyle><color>{kml_colour(paint.line)}</color><width>1.5</width></LineStyle>"
            f"<PolyStyle><color>{kml_colour(paint.fill, paint.opacity)}</color></PolyStyle></Style>\n"
        )
    return "".join(made)


def qml(style: Style, shape: Shape) -> str:
    """The style as QGIS keeps it."""
    paints = style.paints()
    symbols = "".join(_qml_symbol(str(i), paint, shape) for i, paint in enumerate(paints.values()))
    if not style.by:
        renderer = f'<renderer-v2 type="singleSymbol"><symbols>{symbols}</symbols></renderer-v2>'
    else:
        categories = "".join(
            f'<category render="true" symbol="{i}" type="string" value={quoteattr(key)} '
            f"label={quoteattr(key or 'other')}/>"
            for i, key in enumerate(paints)
        )
        renderer = (
            f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(style.by)}>'
            f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
        )
    return f'<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n<qgis>{renderer}</qgis>\n'


def _qml_symbol(name: str, paint: Paint, shape: Shape) -> str:
    kinds = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}
    fill, line = _rgba(paint.fill, paint.opacity), _rgba(paint.line, 1)
    options = {
        "fill": {"color": fill, "outline_color": line, "outline_width": "0.4", "style": "solid"},
        "line": {"line_color": line, "line_width": "0.5"},
        "marker": {"color": fill, "outline_color": line, "name": "circle", "size": "2.4"},
    }[shape]
    pairs = "".join(
        f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
    )
    layer = f'<layer class="{kinds[shape]}" enabled="1" pass="0"><Option type="Map">{pairs}</Option></layer>'
    return f'<symbol type="{shape}" name="{name}" alpha="1">{layer}</symbol>'


def _rgba(colour: str, opacity: float) -> str:
    channels = [str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)]
    return ",".join([*channels, str(round(opacity * 255))])


def sld(style: Style, shape: Shape, layer_id: str) -> str:
    """The style as OGC Styled Layer Descriptor 1.0."""
    rules = "".join(_sld_rule(style, key, paint, shape) for key, paint in style.paints().items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">'
        f"<NamedLayer><Name>{layer_id}</Name><UserStyle><FeatureTypeStyle>{rules}</FeatureTypeStyle></UserStyle>"
        "</NamedLayer></StyledLayerDescriptor>\n"
    )


def _sld_rule(style: Style, key: str, paint: Paint, shape: Shape) -> str:
    def equals(name: str) -> str:
        test = f"<ogc:PropertyName>{style.by}</ogc:PropertyName><ogc:Literal>{name}</ogc:Literal>"
        return f"<ogc:PropertyIsEqualTo>{test}</ogc:PropertyIsEqualTo>"

    chosen = f"<ogc:Filter>{equals(key)}</ogc:Filter>" if key else "<ElseFilter/>" if style.by else ""
    stroke = f'<Stroke><CssParameter name="stroke">{paint.line}</CssParameter></Stroke>'
    opacity = f'<CssParameter name="fill-opacity">{paint.opacity:g}</CssParameter>'
    fill = f'<Fill><CssParameter name="fill">{paint.fill}</CssParameter>{opacity}</Fill>'
    symbol = {
        "fill": f"<PolygonSymbolizer>{fill}{stroke}</PolygonSymbolizer>",
        "line": f"<LineSymbolizer>{stroke}</LineSymbolizer>",
        "marker": "<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName>"
        f"{fill}{stroke}</Mark><Size>8</Size></Graphic></PointSymbolizer>",
    }[shape]
    return f"<Rule>{chosen}{symbol}</Rule>"


def shape_of(types: Sequence[str]) -> Shape:
    """The symbol for geometries of some types: a marker where there are points only."""
    if any("Polygon" in name for name in types):
        return "fill"
    return "line" if any("Line" in name for name in types) else "marker"
