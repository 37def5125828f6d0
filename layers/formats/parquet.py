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
from layers.formats.table import Column, Progress, Table

VERSION = "1.1.0"
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
    arrays = {c.name: _array(c) for c in table.columns}
    arrays["geometry"] = pa.array(list(shapely.to_wkb(table.geometry)), pa.binary())
    arrays["bbox"] = _boxes(table.geometry)
    record = json.dumps(table.metadata.items(table.notes), ensure_ascii=False)
    written = pa.table(arrays).replace_schema_metadata({"geo": json.dumps(_geo(table)), "lingang": record})
    parquet.write_table(written, out, compression="zstd")
    progress(len(table.features))


def _array(column: Column) -> Any:
    import pyarrow as pa

    types = {"text": pa.string(), "integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_()}
    return pa.array(column.values, types[column.kind])


def _boxes(geometry: Any) -> Any:
    import pyarrow as pa

    bounds = shapely.bounds(geometry)
    missing = np.isnan(bounds[:, 0])
    return pa.StructArray.from_arrays(
        [pa.array(bounds[:, i]) for i in range(4)], list(_BOX), mask=pa.array(missing)
    )


def _geo(table: Table) -> dict[str, Any]:
    """The file's `geo` member as the specification wants it."""
    present = [shape for shape in table.geometry if shape is not None]
    types = sorted({shape.geom_type for shape in present})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": types,
        "crs": CRS.from_wkt(table.crs.wkt).to_json_dict(),
        "covering": {"bbox": {name: ["bbox", name] for name in _BOX}},
    }
    if present:
        column["bbox"] = shapely.total_bounds(present).tolist()
    return {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
