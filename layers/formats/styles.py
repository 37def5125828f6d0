"""How a layer looks when it is opened: the colours of the map, as KML styles and SLD; for QGIS see `qml`.

The colours are those of the light theme of the map; tests/layers/test_export_styles.py compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from layers.registry import Layer

Shape = Literal["fill", "line", "marker"]


@dataclass(frozen=True)
class Paint:
    """A fill and an outline, `#rrggbb`; `opacity` is of the fill, `width` of the line, in pixels."""

    fill: str
    line: str
    opacity: float = 0.6
    width: float = 1.5


@dataclass(frozen=True)
class Style:
    """How a layer is painted: by the values of one property, `otherwise` for all other rows.

    `phased` lines are dashed where they are not built, dotted where their route is a guess. `label` is the
    column, or the expression of QGIS, of the name that a row carries, "" for none; `label_from` is the scale
    1:n from which it does, 0 for always. Points without `marks` are their names only; `shown_from` is the
    scale from which a map of all layers has them. `stacked` areas lie one over the other in the order of
    their paints, lines the other way; else rows do, those with the most of `largest_first` below.
    """

    otherwise: Paint
    by: str = ""
    values: Mapping[str, Paint] = field(default_factory=dict)
    phased: bool = False
    label: str = "name"
    label_from: int = 0
    label_colour: str = "#1b232b"
    label_bold: bool = False
    marks: bool = True
    shown_from: int = 0
    stacked: bool = False
    largest_first: str = ""

    def key_of(self, properties: Mapping[str, Any]) -> str:
        """The value that paints a row, "" for the paint of the others."""
        value = str(properties.get(self.by, ""))
        return value if value in self.values else ""

    def paints(self) -> dict[str, Paint]:
        """Every paint by its key, the one of the others under ""."""
        return {**self.values, "": self.otherwise}


INK = "#47515a"  # --map-ink-2
HALO = "#fcfaf5"  # --map-halo
ZONES = {
    "core": Paint("#fbbca8", "#9a4a43"),
    "bonded": Paint("#c1afdc", "#43397f"),
    "frontier": Paint("#c6a97e", "#6a4518"),
    "integrated": Paint("#fbe194", "#7e6a0c"),
    "emerging": Paint("#9acabf", "#1f6266"),
}
OUTLINES = {  # zones that are drawn without a fill, over the others
    "area": Paint("#ffffff", "#1b232b", 0, 2),
    "town": Paint("#ffffff", "#7a7468", 0, 0.8),
    "coast": Paint("#ffffff", "#1f6f8b", 0),
}
PALETTES = {**ZONES, **OUTLINES}
PLANS = {
    "2020": Paint("#5590a6", INK, 1),
    "2023": Paint("#294eaf", INK, 1),
    "145": Paint("#cc5a28", INK, 1),
    "national": Paint("#813751", INK, 1),
}
LINES = {
    "line-16": Paint("#0a5a4c", "#0a5a4c", 0, 4),
    "lianggang-express": Paint("#26235f", "#26235f", 0, 5),
    "t1": Paint("#c5400f", "#c5400f", 0, 3),
    "t2": Paint("#8f4a7e", "#8f4a7e", 0, 3),
    "t6": Paint("#1f73da", "#1f73da", 0, 3),
}
BASE = {  # by kind: areas, then lines, then names; for a line the fill is not used
    "land": Paint("#f4f1e9", "#4f7f95", 1, 1.1),
    "green": Paint("#dce7cb", "#dce7cb", 1, 0.5),
    "lake": Paint("#bfd9e4", "#4f7f95", 1, 1.1),
    "island": Paint("#dce7cb", "#4f7f95", 1, 1.1),  # of the lake, over it
    "coast": Paint("#4f7f95", "#4f7f95", 0, 1.1),
    "sea_wall": Paint("#4f7f95", "#4f7f95", 0, 1.1),
    "river": Paint("#9cc0d0", "#9cc0d0", 0, 3),
    "canal": Paint("#9cc0d0", "#9cc0d0", 0, 2),
    "road": Paint("#bdb6a8", "#bdb6a8", 0, 1.1),
    "ring_road": Paint("#bdb6a8", "#bdb6a8", 0, 1.1),
    "motorway": Paint("#a9977a", "#a9977a", 0, 2.4),
}
NAMES = {  # of the values, for legends
    "core": "滴水湖核心", "bonded": "洋山特殊综合保税区", "frontier": "前沿科技产业区",
    "integrated": "综合产业区", "emerging": "新兴产业区", "area": "临港新片区、产城融合区", "town": "镇",
    "coast": "沿海发展带", "line-16": "轨道交通16号线", "lianggang-express": "两港快线", "t1": "中运量T1线",
    "t2": "中运量T2线", "t6": "中运量T6线", "land": "陆地", "island": "岛屿", "green": "绿地", "lake": "湖",
    "sea_wall": "海堤", "river": "河", "canal": "运河", "road": "道路",
    "ring_road": "环路", "motorway": "高速公路", "145": "“十四五”规划", "national": "国家级新区行动计划",
}  # fmt: skip
NEAR = 60_000  # scale from which places carry their names
PLACES_FROM, STOPS_FROM = 150_000, 300_000  # scales from which a map has them
# The large zones everywhere, their parts where there is room.
_ZONE_NAME = """CASE WHEN "rank" IN ('core', 'functional')
 OR ("rank" NOT IN ('area', 'belt', 'town') AND @map_scale < 100000) THEN "name" END"""
_BASE_NAME = f"""CASE WHEN "kind" IN ('town_label', 'water_label')
 OR ("kind" IN ('canal', 'green', 'motorway', 'ring_road', 'river', 'road') AND @map_scale < {NEAR})
 THEN "name" END"""
_BY_ZONE = Style(
    Paint("#e9e6de", "#1f6f8b", 0.3), "palette", PALETTES, label=_ZONE_NAME, label_bold=True,
    largest_first="area_km2",
)  # fmt: skip
_BY_PLAN = Style(Paint("#767e84", INK, 1), "plan", PLANS, label="")
_PLACE = Style(Paint("#3e4a8a", "#ffffff", 1), label_from=NEAR, shown_from=PLACES_FROM)
_LINE = Style(Paint("#6b6f73", "#6b6f73", 0, 1.6), "id", LINES, phased=True, label_from=NEAR, stacked=True)
_BASE = Style(
    Paint("#d5e3e9", "#bdb6a8", 0.4), "kind", BASE, label=_BASE_NAME, label_colour=INK, marks=False,
    stacked=True,
)  # fmt: skip
STYLES = {
    "zones": _BY_ZONE, "edges": replace(_BY_ZONE, label="", largest_first=""),
    "tasks": _BY_PLAN, "tasklist": _BY_PLAN, "milestones": _BY_PLAN, "targets": _BY_PLAN,
    "projects": Style(Paint("#2a6d8f", "#1b232b", 1), label=""),
    "lines": _LINE, "transit": _LINE, "sites": replace(_PLACE, otherwise=Paint("#2a6d8f", "#1b232b", 1)),
    "stops": Style(Paint(HALO, "#1b232b", 1, 2), label_from=NEAR, shown_from=STOPS_FROM),
    "base": _BASE,
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
            f"</IconStyle><LineStyle><color>{kml_colour(paint.line)}</color><width>{paint.width:g}</width></LineStyle>"
            f"<PolyStyle><color>{kml_colour(paint.fill, paint.opacity)}</color></PolyStyle></Style>\n"
        )
    return "".join(made)


def rgba(colour: str, opacity: float) -> str:
    """A colour as QGIS writes it: red,green,blue,alpha."""
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
    width = f'<CssParameter name="stroke-width">{paint.width:g}</CssParameter>'
    stroke = f'<Stroke><CssParameter name="stroke">{paint.line}</CssParameter>{width}</Stroke>'
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
