"""FlatGeobuf, Shapefile, MapInfo TAB and DXF, written by GDAL, with what each cannot hold said in words."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyogrio.raw
import shapely

from layers.formats.archive import copy_file, scratch_folder, write_zip
from layers.formats.short_names import short_names
from layers.formats.spreadsheet import csv_bytes
from layers.formats.table import Column, Progress, Table

TEXT_BYTES = 254  # of a text field in dBase and MapInfo
SAFE_CHARS = TEXT_BYTES // 4  # never more bytes than a field holds
FAMILIES = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "multipoint", 5: "line", 6: "polygon"}
INTEGER_32 = 2**31
DBASE_BLOCK, DBASE_NAME = 32, 11  # bytes of a header block, and of a field's name at the start of one
SHAPEFILE_BOUNDS_AT = 36  # bytes: west, south, east, north as doubles
_TYPES = {"text": object, "integer": np.int64, "real": np.float64, "boolean": np.bool_}
_EMPTY: Mapping[str, Any] = {"text": None, "integer": 0, "real": np.nan, "boolean": False}


def write_layer(
    path: Path,
    driver: str,
    geometry: Any,
    columns: Sequence[Column],
    *,
    layer: str,
    crs: str | None,
    geometry_type: str | None,
    integers: type[np.signedinteger[Any]] = np.int64,
    **options: Any,
) -> None:
    """Write rows with GDAL; `geometry` is an array of shapely geometries or None for a plain table.

    Numbers and truth values that are absent are absent in the file too, where the format can say so.
    Whole numbers are written as `integers`.
    """
    masks = [None if c.kind == "text" or not c.has_gaps else _missing(c) for c in columns]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing coordinate system is told to the reader by the metadata
        pyogrio.raw.write(
            path,
            geometry=None if geometry is None else shapely.to_wkb(geometry),
            field_data=[_array(c).astype(integers) if c.kind == "integer" else _array(c) for c in columns],
            fields=[c.name for c in columns],
            field_mask=masks,
            layer=layer,
            driver=driver,
            geometry_type=geometry_type,
            crs=crs,
            **{"encoding": "UTF-8", **options},
        )


def type_name(geometry: Any) -> str:
    """The one OGC type that holds all geometries of an array: the multi-part one where some have parts."""
    names = set(shapely.get_type_id(geometry).tolist()) - {-1}
    kinds = {FAMILIES.get(code, "mixed") for code in names}
    if kinds == {"point"}:
        return "Point"
    if kinds == {"line"}:
        return "LineString" if names == {1} else "MultiLineString"
    if kinds == {"polygon"}:
        return "Polygon" if names == {3} else "MultiPolygon"
    return "Unknown"


def as_type(geometry: Any, name: str) -> Any:
    """The geometries with single parts made multi-part where the type asks for it."""
    if not name.startswith("Multi"):
        return geometry
    build = {"MultiPolygon": shapely.multipolygons, "MultiLineString": shapely.multilinestrings}[name]
    single = [i for i, code in enumerate(shapely.get_type_id(geometry).tolist()) if code in (1, 3)]
    whole = geometry.copy()
    for i in single:
        whole[i] = build([geometry[i]])
    return whole


def _missing(column: Column) -> Any:
    return np.array([value is None for value in column.values], dtype=bool)


def _array(column: Column) -> Any:
    if column.kind == "text":
        values = np.empty(len(column.values), dtype=object)
        values[:] = column.values
        return values
    empty = _EMPTY[column.kind]
    return np.array([empty if v is None else v for v in column.values], dtype=_TYPES[column.kind])


def write_flatgeobuf(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write FlatGeobuf, with a spatial index where every row has a place: others it cannot index."""
    (table,) = tables
    placed = table.metadata.placed == len(table.features) > 0
    if not placed:
        table.note("no spatial index: FlatGeobuf cannot index rows without a place")
    with scratch_folder() as folder:
        path = folder / "layer.fgb"
        kind = type_name(table.geometry)
        write_layer(
            path, "FlatGeobuf", as_type(table.geometry, kind), table.columns,
            layer=table.layer.id, crs=table.crs.wkt if table.crs.code is None else table.crs.name,
            geometry_type=kind, SPATIAL_INDEX="YES" if placed else "NO",
            TITLE=f"{table.metadata.title} {table.metadata.title_en}", DESCRIPTION=table.metadata.to_text(),
        )  # fmt: skip
        copy_file(path, out)
    progress(len(table.features))


def write_shapefile(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write a zip of shapefiles in UTF-8, one for each type of geometry, with a readme and the metadata."""
    (table,) = tables
    names = short_names([c.name for c in table.columns])
    with scratch_folder() as folder:
        for family, rows in _families(table).items():
            stem = f"{table.layer.id}-{table.crs.slug}" + ("" if family is None else f"-{family}")
            columns = _dbf_columns(table, rows, names)
            geometry = table.geometry[rows]
            write_layer(
                folder / f"{stem}.shp", "ESRI Shapefile", geometry, columns, layer=stem,
                crs=table.crs.wkt if table.crs.code is None else table.crs.name,
                geometry_type=_shapefile_type(geometry, table),
                DBF_DATE_LAST_UPDATE=table.metadata.date,
            )  # fmt: skip
            _write_bounds(folder / stem, geometry)
        _write_package(table, folder, names, out)
    progress(len(table.features))


def write_mapinfo(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write a zip of a MapInfo table with a readme and the metadata.

    In the code page of simplified Chinese, which every MapInfo reads; in UTF-8 (MapInfo 15.2 and newer)
    where that lacks a character.
    """
    (table,) = tables
    names = short_names([c.name for c in table.columns], limit=31)
    charset = "gbk" if _fits(table, "gbk") else "utf-8"
    if charset == "utf-8":
        table.note("text is UTF-8, for MapInfo 15.2 and newer: a character is not in its Chinese code page")
    columns = [_mapinfo_column(table, c, names[c.name], charset) for c in table.columns]
    if table.crs.code not in (None, 4326, 32651):
        table.note(
            f"a TAB file keeps the projection of {table.crs.name} but not its name, and CGCS2000 as WGS 84: "
            "choose the system by hand where the name matters"
        )
    with scratch_folder() as folder:
        stem = f"{table.layer.id}-{table.crs.slug}"
        write_layer(
            folder / f"{stem}.tab", "MapInfo File", table.geometry, columns, layer=stem,
            crs=table.crs.wkt if table.crs.code is None else table.crs.name,
            geometry_type="Unknown",
            integers=np.int32,  # those of 64 bits are a newer type, at which GDAL up to 3.6 gives up the file
            **_tab_options(table, charset),
        )  # fmt: skip
        _clear_field_names(folder / f"{stem}.dat")
        _write_package(table, folder, names, out)
    progress(len(table.features))


def _write_bounds(stem: Path, geometry: Any) -> None:
    """Give a shapefile its bounds: GDAL lets them begin at 0, 0 where the first row has no place."""
    if shapely.is_missing(geometry).all():
        return
    bounds = shapely.total_bounds(geometry)
    for ending in (".shp", ".shx"):
        with stem.with_name(stem.name + ending).open("r+b") as stream:
            stream.seek(SHAPEFILE_BOUNDS_AT)
            stream.write(bounds.astype("<f8").tobytes())


def _clear_field_names(path: Path) -> None:
    """Blank what GDAL leaves of its memory after the names in a dBase header, else no two files are equal."""
    with path.open("r+b") as stream:
        size = int.from_bytes(stream.read(10)[8:10], "little")
        stream.seek(0)
        content = bytearray(stream.read(size))
        for start in range(DBASE_BLOCK, size - DBASE_BLOCK + 1, DBASE_BLOCK):
            name = bytes(content[start : start + DBASE_NAME]).split(b"\0")[0]
            content[start : start + DBASE_NAME] = name.ljust(DBASE_NAME, b"\0")
        stream.seek(0)
        stream.write(content)


def _tab_options(table: Table, charset: str) -> dict[str, str]:
    """The code page, and the range of coordinates: TAB stores whole steps of it, a narrow one millimetres."""
    options = {"ENCODING": "CP936" if charset == "gbk" else "UTF-8"}
    if not table.metadata.placed:
        return options
    west, south, east, north = shapely.total_bounds(table.geometry).tolist()
    width = max(east - west, north - south, 0.01)
    values = (west - width, south - width, east + width, north + width)
    return {**options, "BOUNDS": ",".join(f"{value:.6f}" for value in values)}


def _mapinfo_column(table: Table, column: Column, name: str, charset: str) -> Column:
    if column.kind != "text" and column.has_gaps:
        table.note(f"{column.name} is text: MapInfo has no absent numbers")
        column = column.as_text()
    if column.kind == "integer" and any(abs(v) >= INTEGER_32 for v in column.values):
        column = Column(column.name, "real", [float(v) for v in column.values])
    return _limited(table, column, name, charset)


def _dbf_columns(table: Table, rows: Sequence[int], names: Mapping[str, str]) -> list[Column]:
    return [_limited(table, c, names[c.name], "utf-8") for c in table.rows_at(rows, table.columns)]


def _limited(table: Table, column: Column, name: str, charset: str) -> Column:
    """A column under its short name, its texts cut to what a field holds; the cut is noted."""
    if column.kind != "text":
        return Column(name, column.kind, column.values)
    if max(map(len, filter(None, column.values)), default=0) <= SAFE_CHARS:
        return Column(name, "text", column.values)
    cut = [v if v is None or len(v) <= SAFE_CHARS else _head(v, charset) for v in column.values]
    count = sum(a is not b and a != b for a, b in zip(cut, column.values, strict=True))
    if count:
        table.note(
            f"{column.name}: {count} texts are cut to {TEXT_BYTES} bytes; whole in {table.layer.id}.csv"
        )
    return Column(name, "text", cut)


def _head(text: str, charset: str) -> str:
    """The start of a text, as long as a field holds, whole characters only."""
    return text.encode(charset)[:TEXT_BYTES].decode(charset, "ignore")


def _fits(table: Table, charset: str) -> bool:
    try:
        for column in table.columns:
            if column.kind == "text":
                "".join(v for v in column.values if v).encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _families(table: Table) -> dict[str | None, list[int]]:
    """Row numbers by type of geometry, under None where there is one; placeless rows go to the largest."""
    codes = shapely.get_type_id(table.geometry).tolist()
    found: dict[str, list[int]] = {}
    for row, code in enumerate(codes):
        if code >= 0:
            found.setdefault(FAMILIES.get(code, "mixed"), []).append(row)
    without = [row for row, code in enumerate(codes) if code < 0]
    if without and found:
        table.note(f"{len(without)} rows have no place: empty shapes")
    if not found:
        return {None: without}
    first = max(found, key=lambda family: len(found[family]))
    found[first] = sorted([*found[first], *without])
    if len(found) == 1:
        return {None: found[first]}
    table.note(f"one shapefile for each type of geometry: {', '.join(sorted(found))}")
    return {family: found[family] for family in sorted(found)}


def _shapefile_type(geometry: Any, table: Table) -> str:
    name = type_name(geometry)
    if name != "Unknown":
        return name
    return {"polygon": "Polygon", "line": "LineString"}.get(table.layer.geometry, "Point")


def _write_package(table: Table, folder: Path, names: Mapping[str, str], out: BinaryIO) -> None:
    """Zip what GDAL wrote, with the table in full where texts were cut, the readme and the metadata."""
    if table.crs.code is None:
        table.note(f"the coordinate system is given as the local system {table.crs.name!r}")
    members: dict[str, Path | bytes] = {path.name: path for path in folder.iterdir()}
    if any("whole in" in note for note in table.notes):
        members[f"{table.layer.id}.csv"] = csv_bytes(table)
    renamed = "".join(f"  {short:<10}  {name}\n" for name, short in names.items() if short != name)
    readme = table.metadata.to_text(table.notes) + (
        f"\nfield names (short, full):\n{renamed}" if renamed else ""
    )
    members["readme.txt"] = ("\ufeff" + readme).replace("\n", "\r\n").encode()
    members["metadata.xml"] = table.metadata.to_xml(table.notes)
    write_zip(out, members, table.metadata.date)
