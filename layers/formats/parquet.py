"""GeoParquet 1.1: columns with types, geometries as WKB, a box of each row for readers that skip rows.

Needs pyarrow, which is not installed by default.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
import shapely
from pyproj import CRS

from layers.errors import ExportError
from layers.formats.table import Progress, Table

VERSION = "1.1.0"
ROWS_A_GROUP = 50_000  # a reader skips groups by their boxes; and one is all that is in memory twice
_TYPES = {"text": "string", "integer": "int64", "real": "float64", "boolean": "bool"}
_BOX = ("xmin", "ymin", "xmax", "ymax")


def check_installed() -> None:
    """Raise ExportError where pyarrow is not there."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ExportError(
            "GeoParquet needs pyarrow: pip install 'lingang-atlas[parquet]', or take gpkg or fgb"
        ) from error


def write_parquet(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write GeoParquet with zstd; the metadata stands under the key `lingang` of the schema."""
    import pyarrow as pa
    from pyarrow import parquet

    (table,) = tables
    record = json.dumps(table.metadata.items(table.notes), ensure_ascii=False)
    about = {"geo": json.dumps(_geo(table)), "lingang": record}
    schema = pa.schema(
        [*((c.name, _TYPES[c.kind]) for c in table.columns), ("geometry", "binary"), ("bbox", _box_type())],
        metadata=about,
    )
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for start in range(0, max(len(table.features), 1), ROWS_A_GROUP):
            rows = slice(start, start + ROWS_A_GROUP)
            writer.write_table(pa.Table.from_arrays(_arrays(table, schema, rows), schema=schema))
            progress(min(rows.stop, len(table.features)))


def _arrays(table: Table, schema: Any, rows: slice) -> list[Any]:
    """The columns of some rows, in the order of the schema."""
    import pyarrow as pa

    geometry = table.geometry[rows]
    values = [column.values[rows] for column in table.columns]
    arrays = [pa.array(v, schema.field(i).type) for i, v in enumerate(values)]
    return [*arrays, pa.array(list(shapely.to_wkb(geometry)), pa.binary()), _boxes(geometry)]


def _box_type() -> Any:
    import pyarrow as pa

    return pa.struct([(name, pa.float64()) for name in _BOX])


def _boxes(geometry: Any) -> Any:
    import pyarrow as pa

    bounds = shapely.bounds(geometry)
    missing = np.isnan(bounds[:, 0])
    return pa.StructArray.from_arrays(
        [pa.array(bounds[:, i]) for i in range(4)], list(_BOX), mask=pa.array(missing)
    )


def _geo(table: Table) -> dict[str, Any]:
    """The file's `geo` member as the specification wants it."""
    codes = shapely.get_type_id(table.geometry)
    present = table.geometry[codes >= 0]
    types = sorted({shape.geom_type for shape in present[np.unique(codes[codes >= 0], return_index=True)[1]]})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": types,
        "crs": CRS.from_wkt(table.crs.wkt).to_json_dict(),
        "covering": {"bbox": {name: ["bbox", name] for name in _BOX}},
    }
    if len(present):
        column["bbox"] = shapely.total_bounds(present).tolist()
    return {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
