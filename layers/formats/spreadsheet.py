"""CSV and XLSX: a row for every feature, its place in columns named after the axes, or as well-known text.

Nothing that a spreadsheet would run as a formula is written as one: texts come from documents of others.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from zipfile import ZipFile

from layers.formats.archive import scratch_folder, write_zip
from layers.formats.table import Column, Progress, Table, coordinate_columns

BYTE_ORDER_MARK = "\ufeff".encode()  # Excel takes a CSV without it for the code page of the machine
CELL_CHARS = 32_767  # of an XLSX cell
ABOUT_SHEET = "about"
ROWS_A_WRITE = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: Table) -> bytes:
    """The table as CSV."""
    out = io.BytesIO()
    write_csv([table], out, lambda done: None)
    return out.getvalue()


def write_csv(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write CSV (RFC 4180, UTF-8 with a byte order mark); the column `crs` names the coordinate system."""
    (table,) = tables
    columns = [*(_harmless(table, c) for c in table.columns), *_place_columns(table)]
    out.write(BYTE_ORDER_MARK)
    block = io.StringIO()
    writer = csv.writer(block, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for done, row in enumerate(zip(*map(_cells, columns), strict=True), start=1):
        writer.writerow(row)
        if done % ROWS_A_WRITE == 0:
            out.write(block.getvalue().encode())
            block.seek(0)
            block.truncate()
            progress(done)
    out.write(block.getvalue().encode())
    progress(len(table.features))


def write_xlsx(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write a workbook: the rows, and a sheet `about` with the metadata. Cells hold text, never a formula."""
    from layers.formats.vector_files import write_layer

    (table,) = tables
    columns = [_numbers(len(table.features), "row")]
    columns += [_fitting(table, c) for c in (*table.columns, *_place_columns(table))]
    about = table.metadata.items(table.notes)
    with scratch_folder() as folder:
        path = folder / "book.xlsx"
        for name, cells in ((ABOUT_SHEET, _about(about)), (table.layer.id, columns)):
            write_layer(path, "XLSX", None, cells, layer=name, crs=None, geometry_type=None)
        _repack(path, out, table.metadata.date)
    progress(len(table.features))


def _about(pairs: Sequence[tuple[str, str]]) -> list[Column]:
    keys, texts = zip(*pairs, strict=True)
    columns = [Column("key", "text", list(keys)), Column("value", "text", list(texts))]
    return [_numbers(len(keys), "no"), *columns]


def _numbers(count: int, name: str) -> Column:
    """Rows counted from 1: where the first row has no number, GDAL and QGIS take the header for a row too."""
    return Column(name, "integer", list(range(1, count + 1)))


def _place_columns(table: Table) -> list[Column]:
    name = table.crs.name
    return [*coordinate_columns(table), Column("crs", "text", [name] * len(table.features))]


def _cells(column: Column) -> Iterator[Any]:
    if column.kind == "boolean":
        return iter(["" if v is None else "true" if v else "false" for v in column.values])
    if column.kind == "real":
        return iter(["" if v is None else f"{v:.15g}" for v in column.values])
    return iter(column.values)


def _harmless(table: Table, column: Column) -> Column:
    """A column whose texts a spreadsheet shows and does not run: an apostrophe goes before a formula."""
    if column.kind != "text" or not any(v.startswith(_FORMULA) for v in set(column.values) if v):
        return column
    values = [f"'{v}" if v and v[0] in _FORMULA and not _is_number(v) else v for v in column.values]
    count = sum(a is not b for a, b in zip(values, column.values, strict=True))
    if count:
        table.note(f"{column.name}: {count} texts that begin like a formula have an apostrophe before them")
    return Column(column.name, "text", values)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", text) is not None


def _fitting(table: Table, column: Column) -> Column:
    """A column whose texts fit into cells; well-known text that does not is left out: a part is no shape."""
    if column.kind == "boolean":
        column = column.as_text()
    if column.kind != "text":
        return column
    long = sum(v is not None and len(v) > CELL_CHARS for v in column.values)
    if not long:
        return column
    is_shape = column.name.startswith("wkt_")
    table.note(
        f"{column.name}: {long} texts are {'left out' if is_shape else 'cut'}: a cell holds {CELL_CHARS}"
    )
    kept = [
        v if v is None or len(v) <= CELL_CHARS else None if is_shape else v[:CELL_CHARS]
        for v in column.values
    ]
    return Column(column.name, "text", kept)


def _repack(path: Any, out: BinaryIO, date: str) -> None:
    """The workbook with pinned times, and the rows before the sheet about them."""
    with ZipFile(path) as book:
        members: dict[str, Any] = {name: book.read(name) for name in book.namelist()}
    listed = members["xl/workbook.xml"].decode()
    first, second = re.findall(r"<sheet [^>]*/>\n?", listed)
    members["xl/workbook.xml"] = listed.replace(first + second, second + first).encode()
    write_zip(out, members, date, sort=False)  # readers expect the content types first
