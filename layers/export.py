"""Layers as files: the same bytes from the command line, the web and Python.

`prepare_export` checks a wish as a whole, before a byte is written; `Export.write` then writes the file.
Which formats there are, and what each can hold, stands in `FORMATS`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import BinaryIO
from urllib.parse import urlsplit

from shapely.geometry import Point

from geo.crs_choice import CrsReachError, TargetCrs, choose_crs
from geo.errors import UnknownCrsError
from geo.features import Feature, dump_features
from geo.gcj02 import shift_geometry
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.formats import dxf, geojson, geopackage, kml, parquet, qgis_project, spreadsheet, vector_files
from layers.formats.qml import qml
from layers.formats.styles import shape_of, style_of
from layers.formats.table import Progress, Table, no_progress
from layers.formats.vector_files import type_name
from layers.metadata import bounds_of, describe
from layers.registry import LAYERS, Layer, get_layer
from layers.selection import Selection, cut_fields, meets, parse_condition, select_features

__all__ = ["FORMATS", "Export", "export_layer", "map_layer", "meets", "parse_condition", "prepare_export"]

ALL = "all"  # every layer, in a format that holds many
PROJECT, PROJECT_FORMAT = "project", "qgz"  # another name of "all" in that format
NO_ROWS = (PROJECT_FORMAT, "qml")  # what they hold is how rows look
NOT_IN_ALL = ("transit", "edges")  # the first stands as `lines` and `stops`, the second draws the map
EXAMPLE = "http://127.0.0.1:8000/ogc"
Writer = Callable[[Sequence[Table], BinaryIO, Progress], None]


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    mimetype, title
        For the web and for people.
    write
        Writes tables to a binary stream.
    systems
        "wgs84": longitude and latitude of WGS 84 only. "offset": those, and labelled copies in GCJ-02 or
        BD-09. "plane": any horizontal system. "any": geocentric ones too.
    holds_many
        Several layers fit into one file.
    default_crs
        Where the user names none.
    """

    mimetype: str
    title: str
    write: Writer
    systems: str = "plane"
    holds_many: bool = False
    default_crs: str = "EPSG:4326"


def _write_record(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """The metadata alone."""
    out.write(tables[0].metadata.to_xml(tables[0].notes))
    progress(len(tables[0].features))


def _write_style(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """The look alone."""
    (table,) = tables
    rows = [feature.properties for feature in table.features]
    out.write(
        qml(
            style_of(table.layer),
            shape_of([type_name(table.geometry), *geopackage.types_of_mixed(table)]),
            rows,
        ).encode()
    )
    progress(len(rows))


FORMATS = {
    "geojson": Format("application/geo+json", "GeoJSON", geojson.write_collection, "offset"),
    "geojsons": Format("application/geo+json-seq", "GeoJSON text sequence", geojson.write_sequence, "offset"),
    "geojsonl": Format("application/x-ndjson", "GeoJSON lines", geojson.write_json_lines, "offset"),
    "gpkg": Format(
        "application/geopackage+sqlite3", "GeoPackage", geopackage.write_geopackage, holds_many=True
    ),
    "shp.zip": Format("application/zip", "Shapefile", vector_files.write_shapefile),
    "fgb": Format("application/flatgeobuf", "FlatGeobuf", vector_files.write_flatgeobuf),
    "parquet": Format("application/vnd.apache.parquet", "GeoParquet", parquet.write_parquet),
    "kml": Format("application/vnd.google-earth.kml+xml", "KML", kml.write_kml, "wgs84"),
    "kmz": Format("application/vnd.google-earth.kmz", "KMZ", kml.write_kmz, "wgs84"),
    "dxf": Format("image/vnd.dxf", "DXF", dxf.write_dxf, default_crs="EPSG:4549"),
    "tab.zip": Format("application/zip", "MapInfo TAB", vector_files.write_mapinfo),
    "csv": Format("text/csv", "CSV", spreadsheet.write_csv, "any"),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "XLSX", spreadsheet.write_xlsx, "any",
    ),
    "qgz": Format("application/x-qgis-project", "QGIS project", qgis_project.write_project, holds_many=True),
    "qml": Format("application/x-qgis-layer-settings", "QGIS style", _write_style, "any"),
    "xml": Format("application/xml", "ISO 19139 metadata", _write_record, "any"),
}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """A file that can be written: everything about it is checked. Get one with `prepare_export`."""

    fmt: str
    tables: tuple[Table, ...]

    @property
    def crs(self) -> TargetCrs:
        """The coordinate system of the file."""
        return self.tables[0].crs

    @property
    def mimetype(self) -> str:
        """The media type of the file."""
        return FORMATS[self.fmt].mimetype

    @property
    def rows(self) -> int:
        """How many rows the file has, of all its layers."""
        return sum(len(table.features) for table in self.tables)

    @property
    def filename(self) -> str:
        """The name to save the file under; it says every system but WGS 84."""
        return _file_name([table.layer for table in self.tables], self.crs, self.fmt)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader must know of the coordinate system."""
        return self.crs.notes

    @property
    def losses(self) -> tuple[str, ...]:
        """What the format could not hold as it was; complete after `write`."""
        return tuple(dict.fromkeys(note for table in self.tables for note in table.notes))

    def write(self, out: BinaryIO, progress: Progress = no_progress) -> None:
        """Write the file to a binary stream, telling `progress` how many rows are done."""
        FORMATS[self.fmt].write(self.tables, out, progress)

    def record(self) -> bytes:
        """The metadata as ISO 19139 XML, of the first layer where there are several."""
        table = self.tables[0]
        return table.metadata.to_xml(table.notes)


def prepare_export(
    atlas: Atlas,
    layer_id: str,
    *,
    fmt: str = "geojson",
    crs: str | None = None,
    selection: Selection | None = None,
    features: Sequence[Feature] | None = None,
    source: str | None = None,
) -> Export:
    """Check a wish for a file and return what writes it.

    Parameters
    ----------
    layer_id
        A layer of the registry, or "all" in a format that holds several.
    fmt
        A key of `FORMATS`.
    crs
        As `geo.crs_choice.choose_crs` reads it; the format's own default when left out.
    selection
        Of all layers together its filters of tasks narrow those of tasks; the places stay whole.
    features
        The rows to choose from, made by the caller; those of the layer when left out.
    source
        Where a project of QGIS finds the layers: the name of a GeoPackage in its folder, for the project
        inside a GeoPackage its own name, or the address of a service's OGC API. When left out, the name that
        `Export.filename` gives to the GeoPackage.

    Raises
    ------
    UnknownIdError
        No such layer, or a filter that names an unknown zone, place or plan.
    ExportError
        A format, coordinate system, condition, field or box that cannot be met.
    FilterError
        A filter with a value that nothing can match.
    """
    wanted = selection or Selection()
    if layer_id == PROJECT:
        if fmt != PROJECT_FORMAT:
            raise ExportError(f"the project is written as {PROJECT_FORMAT}, not as {fmt!r}")
        layer_id = ALL
    layers = [layer for layer in LAYERS if layer.id not in NOT_IN_ALL] if layer_id == ALL else None
    layers = layers or [get_layer(layer_id)]
    if fmt not in FORMATS:
        raise ExportError(f"format {fmt!r} is not known; use one of: {', '.join(FORMATS)}{_nearest(fmt)}")
    _check_project(fmt, crs, wanted, source)
    if len(layers) > 1:
        _check_many(fmt, wanted)
    if fmt == "parquet":
        parquet.check_installed()
    _choose(fmt, crs, None)  # a wrong name is told before the layers are built
    whole = {x.id: list(x.build(atlas) if features is None else features) for x in layers}
    parts = {layer.id: wanted if len(layers) == 1 else wanted.part_for(layer) for layer in layers}
    chosen = {layer.id: select_features(atlas, layer, parts[layer.id], whole[layer.id]) for layer in layers}
    target = _choose(fmt, crs, bounds_of([f for rows in chosen.values() for f in rows]))
    tables = []
    source = source or _file_name(layers, target, "gpkg")
    for layer in layers:
        record = describe(atlas, layer, chosen[layer.id], target, parts[layer.id].describe())
        if parts[layer.id] != wanted:
            record = replace(record, notes=(*record.notes, _whole_note(wanted)))
        like = [cut_fields(f, wanted.fields) for f in whole[layer.id]] if wanted.fields else whole[layer.id]
        tables.append(Table(layer, chosen[layer.id], target, record, like=like, source=source))
    if target.kind == "geocentric" and any(not _is_points(table) for table in tables):
        raise ExportError(
            f"{target.name} is geocentric: only points can be given in it, not layer {layer_id!r}"
        )
    return Export(fmt, tuple(tables))


def export_layer(
    atlas: Atlas,
    layer_id: str,
    *,
    fmt: str = "geojson",
    crs: str | None = None,
    where: Iterable[str] = (),
    selection: Selection | None = None,
) -> bytes:
    """Return a layer as the bytes of a file; see `prepare_export` for the rest.

    Parameters
    ----------
    where
        Conditions `property=value` beside those of the selection.
    """
    wanted = selection or Selection()
    wanted = replace(wanted, where=(*wanted.where, *where))
    out = io.BytesIO()
    prepare_export(atlas, layer_id, fmt=fmt, crs=crs, selection=wanted).write(out)
    return out.getvalue()


def _file_name(layers: Sequence[Layer], crs: TargetCrs, fmt: str) -> str:
    """The name to save a file under; it says every system but WGS 84."""
    layer = layers[0].id if len(layers) == 1 else ALL
    part = crs.name if crs.kind == "offset" else crs.slug
    return f"lingang-{layer}.{fmt}" if crs.is_stored else f"lingang-{layer}-{part}.{fmt}"


def _check_project(fmt: str, crs: str | None, wanted: Selection, source: str | None) -> None:
    """What makes no sense for files that hold no rows, and addresses that are none."""
    if fmt in NO_ROWS and wanted.describe():
        raise ExportError(
            f"a {FORMATS[fmt].title} holds no rows to choose from; leave out: {', '.join(wanted.describe())}"
        )
    if source is None or not qgis_project.is_service(source):
        return
    if fmt != PROJECT_FORMAT:
        raise ExportError(f"only a QGIS project ({PROJECT_FORMAT}) reads from a service, {fmt!r} does not")
    if crs is not None:
        raise ExportError("a service gives its layers in WGS 84; leave the CRS out")
    if not is_address(source):
        raise ExportError(f"the service {source!r} is no address; expected one such as {EXAMPLE}")


def is_address(text: str) -> bool:
    """True for an http(s) address that can stand in a project as it is."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    fit = text.isascii() and text.isprintable() and not set(" '\"<>|\\") & set(text)
    return bool(fit and parts.scheme in ("http", "https") and host)


def _nearest(fmt: str) -> str:
    """A hint at the format that was perhaps meant."""
    near = [name for name in FORMATS if name.split(".")[0] == fmt] or get_close_matches(fmt, FORMATS, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _check_many(fmt: str, wanted: Selection) -> None:
    if not FORMATS[fmt].holds_many:
        able = ", ".join(name for name, known in FORMATS.items() if known.holds_many)
        raise ExportError(f"{fmt!r} holds one layer; all layers in one file can be had as: {able}")
    if wanted.where or wanted.fields:
        problem = "of all layers together only the filters of tasks and a bbox can be taken"
        raise ExportError(f"{problem}; use where and fields on one layer at a time")


def _whole_note(wanted: Selection) -> str:
    """Why a layer of a filtered file is not filtered."""
    said = "; ".join(f"{name}={value}" for name, value in wanted.tasks.to_query().items())
    return f"this layer is whole: the filter {said} is of tasks and narrows only the layers of tasks"


def _choose(fmt: str, crs: str | None, bounds: tuple[float, float, float, float] | None) -> TargetCrs:
    """The system of the file; raises ExportError where there is none such or the format cannot hold it."""
    known = FORMATS[fmt]
    try:
        target = choose_crs(known.default_crs if crs is None else crs, bounds)
    except (UnknownCrsError, CrsReachError) as error:
        raise ExportError(str(error)) from error
    if known.systems in ("wgs84", "offset") and not target.is_stored:
        rule = " (RFC 7946)" if fmt.startswith("geojson") else ""
        if target.kind != "offset" or known.systems == "wgs84":
            raise ExportError(
                f"{known.title}{rule} is always WGS 84, so it cannot be written in {crs!r}; "
                "leave the CRS out, or take a format that holds others: gpkg, shp.zip, fgb, csv"
            )
    if known.systems == "plane" and target.kind == "geocentric":
        raise ExportError(f"{known.title} holds no geocentric coordinates ({target.name}); take csv or xlsx")
    return target


def _is_points(table: Table) -> bool:
    return all(f.geometry is None or isinstance(f.geometry, Point) for f in table.features)


def map_layer(
    atlas: Atlas, layer_id: str, *, datum: str = "wgs84", selection: Selection | None = None
) -> bytes:
    """Return a layer for the map, or what a selection takes of it, shifted to GCJ-02 when the basemap is.

    Raises
    ------
    ExportError, FilterError, UnknownIdError
        As `layers.selection.select_features`.
    """
    layer = get_layer(layer_id)
    features = layer.build(atlas) if selection is None else select_features(atlas, layer, selection)
    if datum == "gcj02":
        features = [_shifted(f) for f in features]
    return dump_features(features, layer_id)


def _shifted(feature: Feature) -> Feature:
    """A feature moved to GCJ-02, with its label anchor."""
    properties = dict(feature.properties)
    if properties.get("label"):
        moved = shift_geometry(Point(properties["label"]), "gcj02")
        properties["label"] = [round(moved.x, 6), round(moved.y, 6)]
    geometry = None if feature.geometry is None else shift_geometry(feature.geometry, "gcj02")
    return Feature(feature.id, properties, geometry)
