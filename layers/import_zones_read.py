"""The rows of a file of zones as they stand in it: values, shapes, and what it says of its coordinates.

Coordinates are those of the file, first axis first as GDAL gives them (east or longitude before north or
latitude for a named system). Nothing is judged here but whether it can be read at all.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from layers.import_zones_drawing import read_drawing
from layers.import_zones_files import (
    MAX_FILE_BYTES,
    MAX_UNPACKED_BYTES,
    ImportFileError,
    LayerFile,
    open_layer_file,
)

MAX_ROWS = 5_000
MAX_POSITIONS = 2_000_000
ABOUT_SHEET = "about"  # of our own workbooks
STYLES_TABLE = "layer_styles"  # of QGIS, in a GeoPackage
_WKT_NAMES = ("wkt", "geometry", "geom", "the_geom", "shape", "wkt_geom", "_wkt")
_DATUM = re.compile(rb'"datum"\s*:\s*"([A-Z0-9-]{4,8})"')  # how our own GeoJSON says that it is no WGS 84
_PARTS_HEAD_BYTES = 1 << 14


@dataclass(frozen=True)
class RawZone:
    """A row: its number from 1, its values by column, and its shape in the coordinates of the file.

    `problem` says why a shape that is there cannot be read.
    """

    number: int
    values: Mapping[str, Any]
    geometry: BaseGeometry | None
    problem: str = ""


@dataclass(frozen=True)
class RawLayer:
    """What a file holds. `crs` is as the file writes it (a name, WKT, "GCJ-02"), None where it does not."""

    shown_as: str
    kind: str
    columns: tuple[str, ...]
    rows: tuple[RawZone, ...]
    crs: str | None


def read_layer(path: Path, *, layer: str | None = None) -> RawLayer:
    """Read the layer of a file, of any format that `lingang export` writes.

    Parameters
    ----------
    layer
        Which one, where the file or archive holds several.

    Raises
    ------
    ImportFileError
        The file is not safe to open, cannot be read, is too large, or holds several layers and none was
        chosen; the message says what is allowed.
    """
    with open_layer_file(path, layer) as file:
        if file.kind == "csv":
            found = _read_csv(file)
        elif file.kind == "parquet":
            found = _read_parquet(file)
        else:
            found = _read_with_gdal(file, layer)
    if not found.rows:
        raise ImportFileError(path, "holds no zone; expected polygons with an id or a name")
    positions = sum(
        shapely.get_num_coordinates(row.geometry) for row in found.rows if row.geometry is not None
    )
    if positions > MAX_POSITIONS:
        raise ImportFileError(path, f"has {positions:,} vertices; allowed are {MAX_POSITIONS:,}: simplify it")
    return found


def _read_with_gdal(file: LayerFile, layer: str | None) -> RawLayer:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL warns of is judged by the checks that follow
            name = _layer_name(file, layer)
            meta, _, wkb, data = pyogrio.raw.read(
                file.path, layer=name, force_2d=True, max_features=MAX_ROWS + 1, datetime_as_string=True
            )
    except (DataSourceError, DataLayerError, FieldError, GeometryError, ValueError, UnicodeError) as error:
        if isinstance(error, ImportFileError):
            raise
        reason = str(error).replace(str(file.path), file.shown_as).splitlines()[0]
        raise ImportFileError(file.shown_as, f"cannot be read: {reason}") from error
    columns = tuple(map(str, meta["fields"]))
    _check_count(file, len(wkb) if wkb is not None else max(map(len, data), default=0))
    values = [dict(zip(columns, row, strict=True)) for row in zip(*map(_plain, data), strict=True)]
    if wkb is None or file.kind == "xlsx":
        return _from_texts(file, columns, values)
    shapes = [_shape(part) for part in wkb]
    if file.kind == "dxf":
        shapes, values, columns = read_drawing([shape for shape, _ in shapes], values)
    if not columns:
        values = [{} for _ in shapes]
    rows = tuple(RawZone(n, v, *s) for n, (v, s) in enumerate(zip(values, shapes, strict=True), start=1))
    return RawLayer(file.shown_as, file.kind, columns, rows, _said_crs(file, meta["crs"]))


def _layer_name(file: LayerFile, layer: str | None) -> str:
    """The layer to read: the one named, or the only one with shapes."""
    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(file.path)]
    names = [name for name, kind in listed if name not in (STYLES_TABLE, ABOUT_SHEET)]
    placed = [name for name, kind in listed if kind is not None and name in names]
    usable = placed or names
    if layer in names:
        return str(layer)
    if layer is not None and layer != file.path.stem:
        raise ImportFileError(file.shown_as, f"has no layer {layer!r}; it has: {', '.join(names) or 'none'}")
    if len(usable) > 1 and "zones" in usable and layer is None:
        return "zones"  # our own file of all layers
    if not usable:
        raise ImportFileError(file.shown_as, "cannot be read: it holds no layer")
    if len(usable) > 1:
        raise ImportFileError(
            file.shown_as, f"holds {len(usable)} layers ({', '.join(usable)}); choose one with --layer"
        )
    return usable[0]


def _said_crs(file: LayerFile, crs: str | None) -> str | None:
    """The system that the file names; of our own GeoJSON copies the offset that a member names."""
    if file.kind in ("geojson", "sequence"):
        with file.path.open("rb") as stream:
            found = _DATUM.search(stream.read(_PARTS_HEAD_BYTES))
        return found[1].decode() if found else crs or "EPSG:4326"  # RFC 7946 has no other
    return None if file.kind == "dxf" else crs


def _read_csv(file: LayerFile) -> RawLayer:
    content = file.path.read_bytes()
    text = next((t for t in (_decoded(content, name) for name in ("utf-8-sig", "gb18030")) if t), None)
    if text is None:
        raise ImportFileError(file.shown_as, "is neither UTF-8 nor GB 18030; save it as UTF-8")
    first = text.partition("\n")[0]
    limit = csv.field_size_limit(MAX_FILE_BYTES)  # of the module as a whole; an outline can be long
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
        table = list(islice(filter(None, reader), MAX_ROWS + 2))
    except csv.Error as error:
        raise ImportFileError(file.shown_as, f"cannot be read: {_first_line(error)}") from error
    finally:
        csv.field_size_limit(limit)
    _check_count(file, len(table) - 1)
    columns = tuple(name.strip() for name in table[0]) if table else ()
    return _from_texts(file, columns, [dict(zip(columns, row, strict=False)) for row in table[1:]])


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _from_texts(file: LayerFile, columns: tuple[str, ...], values: list[dict[str, Any]]) -> RawLayer:
    """Rows whose shapes are well-known text, as our own CSV and XLSX have them."""
    shape_column = next((c for c in columns if c.lower().startswith("wkt_")), None)
    shape_column = shape_column or next((c for c in columns if c.lower() in _WKT_NAMES), None)
    if shape_column is None:
        raise ImportFileError(
            file.shown_as,
            f"has no column of shapes; name one {', '.join(_WKT_NAMES[:3])} with well-known text",
        )
    system = next((c for c in columns if c.lower() == "crs"), None)
    said = {str(row[system]).strip() for row in values if row.get(system)} if system else set()
    if len(said) > 1:
        named = ", ".join(sorted(said)[:4])
        raise ImportFileError(
            file.shown_as, f"the column {system!r} names several systems ({named}); keep one"
        )
    rows = []
    for number, row in enumerate(values, start=1):
        shape, problem = _from_wkt(row.get(shape_column))
        kept = {key: value for key, value in row.items() if key not in (shape_column, system)}
        rows.append(RawZone(number, kept, shape, problem))
    columns = tuple(c for c in columns if c not in (shape_column, system))
    return RawLayer(file.shown_as, file.kind, columns, tuple(rows), next(iter(said), None))


def _from_wkt(text: Any) -> tuple[BaseGeometry | None, str]:
    if not isinstance(text, str) or not text.strip():
        return None, ""
    if text.lstrip().upper().startswith("SRID="):  # PostGIS writes it before the text
        text = text.partition(";")[2]
    try:
        return shapely.force_2d(shapely.from_wkt(text)), ""
    except (GEOSException, TypeError, ValueError) as error:
        return None, f"its well-known text cannot be read: {_first_line(error)}"


def _shape(wkb: Any) -> tuple[BaseGeometry | None, str]:
    if wkb is None:
        return None, ""
    try:
        return shapely.from_wkb(wkb), ""
    except (GEOSException, TypeError, ValueError) as error:
        return None, f"its shape cannot be read: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _read_parquet(file: LayerFile) -> RawLayer:
    try:
        import geopandas
        import pyarrow.parquet
    except ImportError as error:
        problem = "reading GeoParquet needs: pip install 'lingang-atlas[parquet]'"
        raise ImportFileError(file.shown_as, problem) from error
    try:
        with pyarrow.parquet.ParquetFile(file.path) as opened:
            meta = opened.metadata
            size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        _check_count(file, meta.num_rows)
        if size > MAX_UNPACKED_BYTES:
            raise ImportFileError(file.shown_as, f"unpacks to {size / 1e6:,.0f} MB; allowed are 200 MB")
        table = geopandas.read_parquet(file.path)
    except ImportFileError:
        raise
    except (ValueError, OSError, KeyError, TypeError, pyarrow.ArrowException) as error:
        raise ImportFileError(file.shown_as, f"cannot be read: {_first_line(error)}") from error
    columns = tuple(str(c) for c in table.columns if c != table.geometry.name)
    data = [table[c].to_numpy(dtype=object) for c in columns]
    values = [dict(zip(columns, row, strict=True)) for row in zip(*map(_plain, data), strict=True)]
    shapes = [None if shape is None else shapely.force_2d(shape) for shape in table.geometry]
    rows = (RawZone(n, v, s) for n, (v, s) in enumerate(zip(values, shapes, strict=True), start=1))
    return RawLayer(
        file.shown_as, file.kind, columns, tuple(rows), None if table.crs is None else table.crs.to_wkt()
    )


def _check_count(file: LayerFile, count: int) -> None:
    if count > MAX_ROWS:
        raise ImportFileError(file.shown_as, f"has more than {MAX_ROWS:,} rows; save only the zones")


def _plain(column: Sequence[Any]) -> list[Any]:
    """Python values of a column of numpy's; what is not a number is None."""
    values = [value.item() if isinstance(value, np.generic) else value for value in column]
    return [None if isinstance(value, float) and value != value else value for value in values]
