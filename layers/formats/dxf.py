"""DXF for CAD: shapes on a drawing layer named after the layer, and names as texts beside them.

GDAL writes the drawing (AutoCAD 2004). It leaves texts in UTF-8 under a western code page, which AutoCAD
shows as rubbish: here they become the code page of simplified Chinese, with a font that has the characters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, BinaryIO

import numpy as np
import shapely

from layers.formats.archive import scratch_folder
from layers.formats.table import Column, Progress, Table
from layers.formats.vector_files import write_layer

TEXT_HEIGHT_M = 60.0  # readable on a plan of the whole area at 1:25,000
TEXT_HEIGHT_DEG = 0.0006
COMMENT_CHARS = 200  # AutoCAD reads values of 2,049 bytes at most
CODE_PAGE = "gbk"
_FONT = re.compile(r"(AcDbTextStyleTableRecord\n(?: *\d+\n.*\n)*?  3\n)[^\n]*\n(  4\n)[^\n]*\n")
_CONTROL = re.compile(r"[\x00-\x1f^]")  # a line ends a value, and ^ begins a control sign


def write_dxf(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write shapes and names; what else the rows say, and the coordinate system, a drawing does not hold."""
    (table,) = tables
    placed = [i for i, shape in enumerate(table.geometry) if shape is not None]
    table.note("a drawing holds shapes and names; take the properties from another format, by name")
    table.note(
        f"a drawing names no coordinate system: coordinates are {table.crs.name}, in {table.crs.unit}s"
    )
    if len(placed) < len(table.features):
        table.note(f"{len(table.features) - len(placed)} rows without a place are left out")
    title = table.layer.title
    with scratch_folder() as folder:
        path = folder / "drawing.dxf"
        shapes = table.geometry[placed]
        write_layer(
            path, "DXF", shapes, [Column("Layer", "text", [title] * len(placed))],
            layer="entities", crs=None, geometry_type="Unknown",
        )  # fmt: skip
        names = [str(table.features[i].properties.get("name", table.features[i].id)) for i in placed]
        out.write(_finished(path, table, shapes, names))
    progress(len(table.features))


def _finished(path: Path, table: Table, shapes: Any, names: Sequence[str]) -> bytes:
    """GDAL's drawing with the names, the code page, a Chinese font and the metadata as comments."""
    drawing = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    seed = re.search(r"\$HANDSEED\n +5\n([0-9A-F]+)\n", drawing)
    first = int(seed[1], 16) if seed else 0x30000
    height = TEXT_HEIGHT_M if table.crs.kind == "projected" else TEXT_HEIGHT_DEG
    texts = "".join(_texts(shapes, names, table, height, first))
    before, entities, rest = drawing.partition("\nENTITIES\n")
    body, end, after = rest.partition("  0\nENDSEC\n")
    drawing = before + entities + body + texts + end + after
    if seed:
        drawing = drawing.replace(seed[0], seed[0].replace(seed[1], f"{first + len(names):X}"), 1)
    drawing = drawing.replace("$DWGCODEPAGE\n  3\nANSI_1252\n", "$DWGCODEPAGE\n  3\nANSI_936\n", 1)
    drawing = _FONT.sub(r"\1txt\n\2gbcbig.shx\n", drawing)
    about = table.metadata.to_text(table.notes).splitlines()
    comments = [part for line in about for part in wrap(_CONTROL.sub(" ", line), COMMENT_CHARS)]
    return ("".join(f"999\n{part}\n" for part in comments) + drawing).encode(CODE_PAGE, _UNICODE_ESCAPES)


def _texts(
    shapes: Any, names: Sequence[str], table: Table, height: float, first_handle: int
) -> Iterator[str]:
    """TEXT entities at a point of every shape."""
    decimals = table.crs.decimals
    places = np.round(shapely.get_coordinates(shapely.point_on_surface(shapes)), decimals).tolist()
    layer = table.layer.title
    for number, ((x, y), name) in enumerate(zip(places, names, strict=True)):
        text = _CONTROL.sub(" ", name)
        yield (
            f"  0\nTEXT\n  5\n{first_handle + number:X}\n100\nAcDbEntity\n  8\n{layer}\n100\nAcDbText\n"
            f" 10\n{x:.{decimals}f}\n 20\n{y:.{decimals}f}\n 30\n0.0\n 40\n{height:g}\n"
            f"  1\n{text}\n100\nAcDbText\n"
        )


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Characters outside the code page as AutoCAD writes them: \\U+4E34."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\U+{units[i : i + 4]}" for i in range(0, len(units), 4)), error.end


_UNICODE_ESCAPES = "lingang-dxf"
codecs.register_error(_UNICODE_ESCAPES, _escape)
