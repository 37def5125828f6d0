"""A project for QGIS: every layer styled, named and in order, out of a GeoPackage or a running service.

The project holds no data. Of a GeoPackage it has the name, looked for beside the project; a GeoPackage of all
layers holds such a project of itself. Of a service it has the address of its OGC API (Features).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
import shapely

from geo.crs_choice import TargetCrs, choose_crs, project
from geo.faults import EXTENT_DEG
from geo.features import Feature
from layers.formats.archive import write_zip
from layers.formats.qml import DOCTYPE, VERSION, style_elements
from layers.formats.styles import STYLES, Shape, style_of
from layers.formats.table import Progress, Table
from layers.formats.vector_files import FAMILIES, type_name
from layers.metadata import DISCLAIMER

TITLE = "临港规划一张图 Lingang Atlas"
FILE_NAME = "lingang.qgs"
PLANE = "EPSG:4549"  # of the map: metres
SHOWN = ("zones", "lines", "stops", "schools", "hospitals", "sites", "base")
# From the top: what is drawn over the others comes first. A layer's part stands after its name.
GROUPS = {
    "任务 Tasks": ("tasks", "tasklist", "milestones", "targets", "projects"),
    "地点 Places": ("stops", "schools", "hospitals", "sites"),
    "交通 Transit": ("lines", "transit"),
    "地名、道路、水面 Names, roads, water": ("base_names", "base_roads", "base_cover"),
    "片区 Areas": ("zones", "edges"),
    "底图 Base map": ("base",),
}
RELATIONS = (  # rows, their column → what it names
    ("tasks", "task", "tasklist"), ("milestones", "task", "tasklist"), ("targets", "task", "tasklist"),
    ("tasks", "target", "zones"), ("schools", "zone", "zones"), ("sites", "zone", "zones"),
)  # fmt: skip
_SHAPES: dict[str, tuple[Shape, str, str]] = {  # family → symbol, QGIS's word, GDAL's
    "point": ("marker", "Point", "Point"),
    "line": ("line", "Line", "LineString"),
    "polygon": ("fill", "Polygon", "Polygon"),
}


@dataclass(frozen=True)
class Part:
    """What of a layer QGIS needs apart: geometries of one family, and of some kinds only where it has any."""

    name: str
    family: str
    title: str
    kinds: tuple[str, ...] = ()

    @property
    def condition(self) -> str:
        """What its rows meet, in SQL and as an expression of QGIS."""
        quoted = ", ".join(f"'{kind}'" for kind in self.kinds)
        return f'"kind" IN ({quoted})' if quoted else ""


# The base map lies partly over the zones, as on the map: a fill would hide the lake in it.
BASE_PARTS = (
    Part("names", "point", "地名 names", ("town_label", "water_label")),
    Part("roads", "line", "道路、岸线 roads, shores",
         ("canal", "coast", "motorway", "ring_road", "river", "road", "sea_wall")),
    Part("cover", "polygon", "湖、绿地 lake, parks", ("green", "island", "lake")),
    Part("ground", "polygon", "陆地 land", ("land",)),
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A layer of the project: a table, or a part of it."""

    table: Table
    family: str
    part: Part | None

    @property
    def id(self) -> str:
        """The id within the project; QGIS gives another one to a layer whose own has ten letters or fewer."""
        return layer_id(self.table.layer.id) + (f"_{self.part.name}" if self.part else "")

    @property
    def name(self) -> str:
        """The name in the legend."""
        layer = self.table.layer
        return f"{layer.title} {layer.title_en}" + (f" ({self.part.title})" if self.part else "")

    @property
    def rank(self) -> tuple[int, int]:
        """The number of its group, and its own there."""
        ranks = {name: (i, j) for i, group in enumerate(GROUPS.values()) for j, name in enumerate(group)}
        return ranks.get(self.id.removeprefix(layer_id("")), ranks[self.table.layer.id])

    @property
    def source(self) -> str:
        """Where QGIS finds the rows, as its providers write it."""
        layer, place = self.table.layer.id, self.table.source
        condition = self.part.condition if self.part else ""
        if is_service(place):
            if self.part and not condition:
                condition = f"geometry_type($geometry) = '{_SHAPES[self.family][1]}'"
            only = f"filter='{_quoted(condition)}' " if condition else ""
            return f"{only}restrictToRequestBBOX='1' srsname='EPSG:4326' typename='{layer}' url='{place}'"
        only = f"|subset={condition}" if condition else ""
        only += f"|geometrytype={_SHAPES[self.family][2]}" if self.part else ""
        return f"./{place}|layername={layer}{only}"

    @property
    def provider(self) -> str:
        """The part of QGIS that reads the source."""
        return "OAPIF" if is_service(self.table.source) else "ogr"


def _quoted(text: str) -> str:
    """A text between the apostrophes of a source."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def layer_id(name: str) -> str:
    """The id within a project of a layer of the registry that is there as a whole."""
    return f"lingang_{name}"


def is_service(source: str) -> bool:
    """True for an address, False for the name of a GeoPackage."""
    return source.startswith(("http://", "https://"))


def write_project(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write the project as QGIS packs it: a zip of one file."""
    write_zip(out, {FILE_NAME: project_xml(tables)}, tables[0].metadata.date)
    progress(sum(len(table.features) for table in tables))


def packed_project(tables: Sequence[Table]) -> bytes:
    """The bytes that `write_project` writes."""
    out = io.BytesIO()
    write_project(tables, out, lambda done: None)
    return out.getvalue()


def project_xml(tables: Sequence[Table]) -> bytes:
    """Return the project; every table says by its `source` where QGIS finds its rows."""
    members = [member for table in tables for member in _members(table)]
    root = Element("qgis", {"version": VERSION, "projectname": TITLE})
    SubElement(root, "homePath", {"path": ""})
    SubElement(root, "title").text = TITLE
    plane = choose_crs(PLANE)
    _add_system(SubElement(root, "projectCrs"), plane)
    root.append(_tree(members))
    root.append(_canvas(tables, plane))
    layers = SubElement(root, "projectlayers")
    for member in members:
        layers.append(_map_layer(member))
    _add_order(root, members)
    root.append(_relations({member.id for member in members}))
    root.append(_properties())
    about = SubElement(root, "projectMetadata")
    SubElement(about, "title").text = TITLE
    SubElement(about, "abstract").text = DISCLAIMER
    SubElement(about, "rights").text = tables[0].metadata.attribution
    return (DOCTYPE + tostring(root, encoding="unicode") + "\n").encode()


def _members(table: Table) -> Iterator[Member]:
    """The layers that a table makes; the upper ones first, points over lines over areas."""
    codes = {FAMILIES.get(code) for code in shapely.get_type_id(table.geometry).tolist()}
    found = [family for family in _SHAPES if family in codes] or ["point"]
    if table.layer.id == "base":
        yield from (Member(table, part.family, part) for part in BASE_PARTS if part.family in found)
    elif type_name(table.geometry) != "Unknown" or len(found) == 1:
        yield Member(table, found[0], None)
    else:
        yield from (Member(table, family, Part(family, family, family)) for family in found)


def _map_layer(member: Member) -> Element:
    table, layer = member.table, member.table.layer
    shape, word, _ = _SHAPES[member.family]
    style = style_of(layer)
    rows = [f.properties for f in table.like or table.features if _is_in(f, member)]
    root = Element("maplayer", {
        "type": "vector", "geometry": word, "labelsEnabled": "1" if style.label else "0",
        "hasScaleBasedVisibilityFlag": "1" if style.shown_from else "0", "minScale": str(style.shown_from),
        "maxScale": "0", "autoRefreshEnabled": "0", "readOnly": "0",
    })  # fmt: skip
    for tag, text in (("id", member.id), ("datasource", member.source), ("layername", member.name)):
        SubElement(root, tag).text = text
    SubElement(SubElement(root, "keywordList"), "value").text = layer.group
    _add_system(SubElement(root, "srs"), choose_crs(None) if is_service(table.source) else table.crs)
    SubElement(root, "provider", {"encoding": "UTF-8"}).text = member.provider
    SubElement(root, "abstract").text = f"{layer.about}. {table.metadata.licence}"
    root.extend(style_elements(style, shape, rows))
    SubElement(root, "previewExpression").text = '"name"'
    return root


def _is_in(row: Feature, member: Member) -> bool:
    """Rows without a place count for every family: they may get one."""
    if member.part and member.part.kinds:
        return row.properties.get("kind") in member.part.kinds
    return row.geometry is None or FAMILIES.get(int(shapely.get_type_id(row.geometry))) == member.family


def _tree(members: Sequence[Member]) -> Element:
    """The legend: groups of layers, those of the tasks not shown at first, as on the map."""
    root = Element("layer-tree-group")
    is_alone = len({member.table.layer.id for member in members}) == 1
    for number, title in enumerate(GROUPS):
        here = sorted((m for m in members if m.rank[0] == number), key=lambda m: m.rank)
        if not here:
            continue
        shown = is_alone or any(m.table.layer.id in SHOWN for m in here)
        group = SubElement(root, "layer-tree-group", {
            "name": title, "checked": _checked(shown), "expanded": "1",
        })  # fmt: skip
        for member in here:
            SubElement(group, "layer-tree-layer", {
                "id": member.id, "name": member.name, "source": member.source, "providerKey": member.provider,
                "checked": _checked(is_alone or member.table.layer.id in SHOWN), "expanded": "0",
            })  # fmt: skip
    return root


def _checked(shown: bool) -> str:
    return "Qt::Checked" if shown else "Qt::Unchecked"


def _add_order(root: Element, members: Sequence[Member]) -> None:
    order = SubElement(root, "layerorder")
    for member in sorted(members, key=lambda m: m.rank):
        SubElement(order, "layer", {"id": member.id})


def _canvas(tables: Sequence[Table], plane: TargetCrs) -> Element:
    """The view at first: all that lies in the New Area."""
    west, south, east, north = _bounds(tables)
    corners = np.array([shapely.box(west, south, east, north)], dtype=object)
    bounds = shapely.total_bounds(project(corners, plane)).tolist()
    root = Element("mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    SubElement(root, "units").text = "meters"
    extent = SubElement(root, "extent")
    for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        SubElement(extent, tag).text = f"{value:.2f}"
    SubElement(root, "rotation").text = "0"
    _add_system(SubElement(root, "destinationsrs"), plane)
    return root


def _bounds(tables: Sequence[Table]) -> tuple[float, float, float, float]:
    """What the zones span, else all layers together, in degrees; the base map goes farther."""
    known = {table.layer.id: table.metadata.bounds for table in tables}
    if zones := known.get("zones"):
        return zones
    found = [bounds for bounds in known.values() if bounds]
    if not found:
        return EXTENT_DEG
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def _add_system(parent: Element, crs: TargetCrs) -> None:
    """A coordinate system: QGIS takes it by its code, or by its definition where there is none."""
    root = SubElement(parent, "spatialrefsys")
    SubElement(root, "wkt").text = crs.wkt
    if crs.code is not None:
        SubElement(root, "srid").text = str(crs.code)
        SubElement(root, "authid").text = crs.name
    SubElement(root, "description").text = crs.title
    SubElement(root, "geographicflag").text = "true" if crs.kind == "geographic" else "false"


def _relations(known: set[str]) -> Element:
    """Links between the tables, so that a form of a task lists its milestones."""
    root = Element("relations")
    for rows, column, named in RELATIONS:
        if {layer_id(rows), layer_id(named)} <= known:
            relation = SubElement(root, "relation", {
                "id": f"{rows}_{column}_{named}", "name": f"{named} – {rows}", "strength": "Association",
                "referencingLayer": layer_id(rows), "referencedLayer": layer_id(named),
            })  # fmt: skip
            SubElement(relation, "fieldRef", {"referencingField": column, "referencedField": "id"})
    return root


def _properties() -> Element:
    """Relative paths, a system of the map's own, and the sea as its ground."""
    root = Element("properties")
    sea = STYLES["base"].otherwise.fill
    screen = SubElement(root, "Gui")
    for name, start in (("Red", 1), ("Green", 3), ("Blue", 5)):
        part = SubElement(screen, f"CanvasColor{name}Part", {"type": "int"})
        part.text = str(int(sea[start : start + 2], 16))
    SubElement(SubElement(root, "Paths"), "Absolute", {"type": "bool"}).text = "false"
    # Without this QGIS takes no notice of the project's system.
    SubElement(SubElement(root, "SpatialRefSys"), "ProjectionsEnabled", {"type": "int"}).text = "1"
    return root
