"""A file of zones from a stream without a name: what kind it is, told by its first bytes.

The stream is kept in a private folder, under a name with the right ending, until it has been read.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from layers.import_zones_files import (
    ALLOWED,
    BLOCK_BYTES,
    HEAD_BYTES,
    KINDS,
    MAX_FILE_BYTES,
    ImportFileError,
    looks_like,
)

NAME = "stdin"  # in messages, with the ending
FORMATS = tuple(ending[1:] for ending, kind in KINDS.items() if kind not in ("shp", "tab"))  # of one file
_SEVERAL_FILES = {"shp": "a shapefile", "tab": "a MapInfo table"}
_BLANK = b"\xef\xbb\xbf \t\r\n"


@contextmanager
def kept_stream(stream: BinaryIO, fmt: str | None = None) -> Iterator[Path]:
    """Give the content of a stream as a file that is there meanwhile.

    Parameters
    ----------
    fmt
        One of `FORMATS`; told by the content when left out.

    Raises
    ------
    ImportFileError
        Empty, too large, of no kind that can be told, or one file of several. Also what is raised meanwhile,
        without the name of the private folder.
    """
    with TemporaryDirectory(prefix="lingang-import-") as folder:
        plain = Path(folder) / NAME
        _keep(stream, plain)
        path = plain.with_suffix(f".{fmt}" if fmt else _ending_of(plain))
        plain.rename(path)
        try:
            yield path
        except ImportFileError as error:
            shown = str(error.path).replace(f"{folder}/", "")
            raise ImportFileError(shown, error.problem.replace(f"{folder}/", "")) from error


def _keep(stream: BinaryIO, path: Path) -> None:
    """Write a stream to a file, no more than is allowed."""
    size = 0
    with path.open("wb") as out:
        while block := _read(stream):
            size += len(block)
            if size > MAX_FILE_BYTES:
                allowed = f"{MAX_FILE_BYTES / 1e6:.0f} MB"
                raise ImportFileError(NAME, f"has more than the {allowed} allowed: save only the zones")
            out.write(block)
    if size == 0:
        raise ImportFileError(NAME, "is empty")


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(BLOCK_BYTES)
    except OSError as error:  # a folder, say
        raise ImportFileError(NAME, f"cannot be read: {error.strerror or error}") from error


def _ending_of(path: Path) -> str:
    """The ending that goes with the first bytes of a file; raises ImportFileError."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        return ".xlsx" if _is_workbook(path) else ".zip"
    for kind, name in _SEVERAL_FILES.items():
        if looks_like(kind, head):
            raise ImportFileError(NAME, f"is one file of {name}, which has several; zip them")
    for kind in ("gpkg", "fgb", "parquet", "kml", "dxf"):
        if looks_like(kind, head):
            return f".{kind}"
    if looks_like("sequence", head):
        return ".geojsons" if head.lstrip(_BLANK).startswith(b"\x1e") else _ending_of_json(head)
    if looks_like("csv", head) and any(sign in head.partition(b"\n")[0] for sign in b",;\t"):
        return ".csv"
    raise ImportFileError(NAME, f"is of no kind that its content tells; say --format. Allowed are {ALLOWED}")


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _ending_of_json(head: bytes) -> str:
    """Of a feature a line, where the first line is one; else of one collection."""
    line, end, _ = head.lstrip(_BLANK).partition(b"\n")
    try:
        first = json.loads(line) if end else None
    except ValueError:
        return ".geojson"
    return ".geojsonl" if isinstance(first, dict) and first.get("type") == "Feature" else ".geojson"
