"""GeoPackage: one layer or all, with metadata, styles for QGIS and, for all, tables that relate the layers
and a project of QGIS that opens them.

GDAL writes the layers; metadata (OGC 12-128, F.8), related tables (OGC 18-000), `layer_styles` and
`qgis_projects`, the tables that QGIS reads, are added as SQL. Times are those of the data, so that the same
data gives the same bytes. The project names its own file: under another name QGIS asks where the layers are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import shapely

from layers.formats.archive import copy_file, scratch_folder
from layers.formats.qgis_project import packed_project
from layers.formats.qml import qml
from layers.formats.styles import shape_of, sld, style_of
from layers.formats.table import Progress, Table
from layers.formats.vector_files import as_type, type_name, write_layer
from layers.metadata import PUBLISHER

PROJECT = "lingang"  # the name of the project inside
EDITION = "1.2"  # of the standard; software of 2023 warns of newer ones, and there is nothing in them we need

# base layer, related layer, the property of the related rows that names rows of the base layer
RELATIONS = (
    ("zones", "tasklist", "zones"),
    ("tasklist", "tasks", "task"),
    ("tasklist", "milestones", "task"),
    ("tasklist", "targets", "task"),
    ("tasklist", "projects", "tasks"),
)
_RELATED = "http://www.opengis.net/doc/IS/gpkg-rte/1.0"
_METADATA_SQL = """
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_EXTENSIONS_SQL = """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
  extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
_STYLES_SQL = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME)"""
_RELATIONS_SQL = """CREATE TABLE gpkgext_relations (id INTEGER PRIMARY KEY AUTOINCREMENT,
  base_table_name TEXT NOT NULL, base_primary_column TEXT NOT NULL DEFAULT 'id',
  related_table_name TEXT NOT NULL, related_primary_column TEXT NOT NULL DEFAULT 'id',
  relation_name TEXT NOT NULL,
  mapping_table_name TEXT NOT NULL UNIQUE)"""


def write_geopackage(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write the tables as layers of one file."""
    done = 0
    with scratch_folder() as folder:
        path = folder / "atlas.gpkg"
        for table in tables:
            _write_layer(path, table)
            done += len(table.features)
            progress(done)
        with closing(sqlite3.connect(path)) as base:
            _complete(base, tables)
        copy_file(path, out)


def _write_layer(path: Path, table: Table) -> None:
    kind = type_name(table.geometry)
    write_layer(
        path, "GPKG", as_type(table.geometry, kind), table.columns, layer=table.layer.id,
        crs=table.crs.wkt if table.crs.code is None else table.crs.name, geometry_type=kind, VERSION=EDITION,
        IDENTIFIER=f"{table.metadata.title} {table.metadata.title_en}", DESCRIPTION=table.metadata.abstract,
    )  # fmt: skip


def _complete(base: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Add what GDAL does not write, in one transaction."""
    time = f"{tables[0].metadata.date}T00:00:00.000Z"
    base.executescript(_METADATA_SQL + _EXTENSIONS_SQL + ";" + _STYLES_SQL)
    with base:
        for number, table in enumerate(tables, start=1):
            base.execute(
                "INSERT INTO gpkg_metadata VALUES "
                "(?, 'dataset', 'http://www.isotc211.org/2005/gmd', 'text/xml', ?)",
                (number, table.metadata.to_xml(table.notes).decode()),
            )
            base.execute(
                "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
                (table.layer.id, time, number),
            )
            _add_style(base, table, time)
        for name in ("gpkg_metadata", "gpkg_metadata_reference"):
            _register(base, name, "gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata")
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (time,),
        )
        _relate(base, {table.layer.id: table for table in tables})
        if len(tables) > 1:
            _add_project(base, tables, time)
        base.execute("UPDATE gpkg_contents SET last_change = ?", (time,))


def _register(base: sqlite3.Connection, table: str, extension: str, definition: str) -> None:
    base.execute(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", (table, extension, definition)
    )


def _add_style(base: sqlite3.Connection, table: Table, time: str) -> None:
    style = style_of(table.layer)
    shape = shape_of([type_name(table.geometry), *types_of_mixed(table)])
    rows = [feature.properties for feature in table.like or table.features]
    base.execute(
        "INSERT INTO layer_styles VALUES (NULL, '', '', ?, 'geom', ?, ?, ?, 1, ?, '', NULL, ?)",
        (table.layer.id, table.layer.id, qml(style, shape, rows), sld(style, shape, table.layer.id),
         table.metadata.title_en, time),
    )  # fmt: skip


def _add_project(base: sqlite3.Connection, tables: Sequence[Table], time: str) -> None:
    """The project as QGIS keeps it: its zip in hexadecimal text."""
    base.execute("CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
    about = json.dumps({"last_modified_time": time[:19], "last_modified_user": PUBLISHER})
    base.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (PROJECT, about, packed_project(tables).hex()))


def types_of_mixed(table: Table) -> list[str]:
    """The types in a layer of several, which one style of QGIS cannot paint all: areas come first."""
    codes = set(shapely.get_type_id(table.geometry).tolist())
    return [
        name for code, name in ((3, "Polygon"), (6, "Polygon"), (1, "Line"), (5, "Line")) if code in codes
    ]


def _relate(base: sqlite3.Connection, tables: Mapping[str, Table]) -> None:
    """Mapping tables between the layers that the file holds."""
    made = False
    for base_id, related_id, key in RELATIONS:
        if base_id not in tables or related_id not in tables:
            continue
        if not made:
            base.execute(_RELATIONS_SQL)
            _register(base, "gpkgext_relations", "related_tables", _RELATED)
            made = True
        name = f"{base_id}_{related_id}"
        base.execute(f"CREATE TABLE {name} (base_id INTEGER NOT NULL, related_id INTEGER NOT NULL)")
        base.executemany(
            f"INSERT INTO {name} VALUES (?, ?)", _pairs(tables[base_id], tables[related_id], key)
        )
        _register(base, name, "related_tables", _RELATED)
        base.execute(
            "INSERT INTO gpkgext_relations VALUES (NULL, ?, 'fid', ?, 'fid', 'features', ?)",
            (base_id, related_id, name),
        )


def _pairs(base: Table, related: Table, key: str) -> Iterator[tuple[int, int]]:
    """Row numbers (fid) of rows that belong together."""
    numbers = {feature.id: number for number, feature in enumerate(base.features, start=1)}
    for number, feature in enumerate(related.features, start=1):
        named: Any = feature.properties.get(key) or []
        for base_id in named if isinstance(named, list) else str(named).split(","):
            if base_id in numbers:
                yield numbers[base_id], number
