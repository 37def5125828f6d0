"""Is a file of zones safe to open, what kind is it, and where is the one layer file in it?

Archives are unpacked into a private folder that is gone afterwards. What a name or a header promises is
never believed: endings are compared with the first bytes, sizes are counted while unpacking, and nothing
that could lead a reader to another file of the machine is passed on.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from lingang.errors import PlanningMapError

MAX_FILE_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_MEMBERS = 1_000
BLOCK_BYTES = 1 << 20
HEAD_BYTES = 1 << 16
# Endings that are read, by the kind of file that they are; the longest ending that fits counts.
KINDS = {
    ".geojson": "geojson", ".json": "geojson", ".geojsons": "sequence", ".geojsonl": "sequence",
    ".gpkg": "gpkg", ".shp": "shp", ".fgb": "fgb", ".parquet": "parquet", ".geoparquet": "parquet",
    ".kml": "kml", ".kmz": "kmz", ".dxf": "dxf", ".tab": "tab", ".csv": "csv", ".xlsx": "xlsx",
    ".zip": "zip",
}  # fmt: skip
ALLOWED = (
    "geojson, geojsons, geojsonl, gpkg, shp, fgb, parquet, kml, kmz, dxf, tab, csv, xlsx, or a zip of one"
)
_ARCHIVES = frozenset({"zip", "kmz", "xlsx"})
# In an archive: of several kinds the first one is the layer, the others go with it (a CSV of long texts).
_FIRST_CHOICE = ("shp", "tab", "gpkg", "fgb", "parquet", "geojson", "sequence", "kml", "dxf", "csv")
# Descriptions of sources elsewhere, which GDAL would follow wherever in the head of a file they stand.
_LEADS_AWAY = re.compile(rb"<\s*(OGR|GDAL|VRT|WFS_|wfs:|csw:)|ServiceException", re.IGNORECASE)
_ROOT_OF_KML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?kml[\s>]", re.DOTALL
)
_GROUP_CODE = re.compile(rb"\s*\d+[ \t]*\r?\n")
_SIGNATURES = {"gpkg": b"SQLite format 3\0", "fgb": b"fgb", "shp": b"\0\0\x27\x0a", "parquet": b"PAR1"}


class ImportFileError(PlanningMapError, ValueError):
    """A file that cannot be taken: `path` and, in the message, what is wrong and what is allowed."""

    def __init__(self, path: Path | str, problem: str) -> None:
        self.path = Path(path)
        self.problem = problem
        super().__init__(f"{path}: {problem}")


@dataclass(frozen=True)
class LayerFile:
    """A file to read: `path` on disk, its `kind` (a value of `KINDS`), and how messages name it."""

    path: Path
    kind: str
    shown_as: str


@contextmanager
def open_layer_file(path: Path, member: str | None = None) -> Iterator[LayerFile]:
    """Give the one file of a layer, unpacked into a folder of its own where it lies in an archive.

    Parameters
    ----------
    path
        What the user named.
    member
        Of an archive with several layer files, the one whose name without ending is this; a name that
        no file carries is left to the reader (a layer inside the file).

    Raises
    ------
    ImportFileError
        Not a file, too large, of no known kind, of another kind than its ending says, or an archive with
        names, links or sizes that are not taken.
    """
    path = Path(path)
    kind = _kind_of(path)
    if kind is None:
        raise ImportFileError(path, f"the ending {path.suffix!r} is not known; allowed are {ALLOWED}")
    _check_file(path)
    if kind not in _ARCHIVES:
        _check_content(path, kind, path)
        yield LayerFile(path, kind, path.name)
        return
    if not zipfile.is_zipfile(path):
        raise ImportFileError(
            path, f"is no {path.suffix.lstrip('.')} file (no zip archive); allowed are {ALLOWED}"
        )
    with TemporaryDirectory(prefix="lingang-import-") as folder:
        if kind == "xlsx":
            _unpack(path, None)  # a workbook is read as it is; its members are only counted
            yield LayerFile(path, kind, path.name)
            return
        found = _choose(path, _unpack(path, Path(folder)), member)
        _check_content(found.path, found.kind, path)
        yield found


def _kind_of(path: Path | PurePosixPath) -> str | None:
    return KINDS.get(path.suffix.lower())


def _check_file(path: Path) -> None:
    """A plain file that is not too large; nothing else is opened: a pipe would wait for ever."""
    try:
        status = path.stat()
    except OSError as error:
        raise ImportFileError(path, f"cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(status.st_mode):
        raise ImportFileError(path, "is no file; name one file (a shapefile by its .shp, or zipped)")
    if status.st_size == 0:
        raise ImportFileError(path, "is empty")
    parts = [path, *path.parent.glob(f"{path.stem}.*")] if _kind_of(path) in ("shp", "tab") else [path]
    size = max(part.stat().st_size for part in parts if part.is_file())
    if size > MAX_FILE_BYTES:
        raise ImportFileError(
            path, f"has {size / 1e6:,.0f} MB; allowed are {MAX_FILE_BYTES / 1e6:.0f} MB: save only the zones"
        )


def _check_content(path: Path, kind: str, named: Path) -> None:
    """The first bytes are those of the kind, and nothing in a text points to another file."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    shown = named if path == named else f"{named}: {path.name}"
    if not looks_like(kind, head) or (kind != "csv" and _LEADS_AWAY.search(head)):
        raise ImportFileError(shown, f"is no {kind} file, whatever its ending says; allowed are {ALLOWED}")
    if kind == "kml" and _has_entities(path):
        raise ImportFileError(
            shown, "has a DOCTYPE or entities, or is not UTF-8; save it as plain KML in UTF-8"
        )


def looks_like(kind: str, head: bytes) -> bool:
    """True when the first bytes of a file are those of a kind; archives have none here."""
    signature = _SIGNATURES.get(kind)
    return head.startswith(signature) if signature else _TEXT_KINDS[kind](head)


def _is_table_definition(head: bytes) -> bool:
    """A MapInfo table that holds its own data: others name files anywhere on the machine."""
    words = head.lower().split()
    own = any(a == b"type" and b in (b"native", b"dbf") for a, b in pairwise(words))
    return head[:6].lower() == b"!table" and own and b"isseamless" not in head.lower()


_TEXT_KINDS: dict[str, Callable[[bytes], bool]] = {
    "geojson": lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"),
    "sequence": lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e").startswith(b"{"),
    "kml": lambda head: _ROOT_OF_KML.match(head) is not None,
    "dxf": lambda head: _GROUP_CODE.match(head) is not None and b"SECTION" in head,
    "tab": _is_table_definition,
    "csv": lambda head: b"\0" not in head,
}


def _has_entities(path: Path) -> bool:
    """True when an XML file declares anything of its own, or hides it by another encoding."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content


def _unpack(path: Path, folder: Path | None) -> list[Path]:
    """Write the members of an archive into a folder, or with None only count them, and check each."""
    written = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise ImportFileError(path, f"holds {len(members)} files; allowed are {MAX_MEMBERS}")
            for info in archive.infolist():
                _check_member(path, info)
            left = MAX_UNPACKED_BYTES
            for info in members:
                target = None if folder is None else folder.joinpath(*PurePosixPath(info.filename).parts)
                left -= _copy(archive, info, target, left, path)
                if target is not None:
                    written.append(target)
    # All that the library raises on broken, encrypted or unknown archives; the reader is told which.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, ImportFileError):
            raise
        raise ImportFileError(path, f"cannot be unpacked: {error}; zip it again") from error
    return written


def _check_member(path: Path, info: zipfile.ZipInfo) -> None:
    """Refuse names that lead out of the folder, links, and what is encrypted."""
    name = info.orig_filename if "\0" not in info.orig_filename else info.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
        raise ImportFileError(
            path, f"the member {name!r} has a path that leads out of the archive; zip plain file names"
        )
    mode = info.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        raise ImportFileError(path, f"the member {name!r} is a link or a device; zip plain files")
    if info.flag_bits & 0x1:
        raise ImportFileError(path, f"the member {name!r} is encrypted; zip it without a password")


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path | None, left: int, path: Path) -> int:
    """Unpack one member and return its size; stop when it exceeds what is left, whatever it declared."""
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(info) as source, _nowhere() if target is None else target.open("xb") as out:
        while block := source.read(BLOCK_BYTES):
            size += len(block)
            if size > left:
                allowed = f"{MAX_UNPACKED_BYTES / 1e6:.0f} MB"
                raise ImportFileError(
                    path, f"unpacks to more than {allowed}, which is not allowed: zip only the zones"
                )
            out.write(block)
    return size


def _nowhere() -> BinaryIO:
    """A stream that keeps nothing."""
    return Path(os.devnull).open("wb")


def _choose(path: Path, written: list[Path], member: str | None) -> LayerFile:
    """The one layer file among the unpacked ones."""
    plain = [file for file in written if not file.name.startswith(".") and "__MACOSX" not in file.parts]
    by_kind = {kind: [file for file in plain if _kind_of(file) == kind] for kind in _FIRST_CHOICE}
    found = next(((kind, files) for kind, files in by_kind.items() if files), None)
    if found is None:
        held = ", ".join(sorted(file.name for file in plain)[:5]) or "nothing"
        raise ImportFileError(path, f"no layer in the archive (it holds {held}); allowed are {ALLOWED}")
    kind, files = found
    named = [file for file in files if file.stem == member]
    if len(files) > 1 and len(named) != 1:
        names = ", ".join(sorted(file.stem for file in files))
        raise ImportFileError(path, f"holds {len(files)} layers ({names}); choose one with --layer")
    chosen = (named or files)[0]
    return LayerFile(chosen, kind, f"{path.name}/{chosen.name}")
