"""Zip archives and folders whose bytes depend on their content only: pinned times, sorted names."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

COMPRESSION = 2  # tables are mostly blanks: more takes four times as long and saves little
REGULAR_FILE = 0o644 << 16  # the mode, where a zip archive keeps it
UNIX = 3


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for files that a library only writes by name; gone afterwards."""
    with TemporaryDirectory(prefix="lingang-export-") as folder:
        yield Path(folder)


def copy_file(path: Path, out: BinaryIO) -> None:
    """Copy a file into a stream, in blocks."""
    with path.open("rb") as stream:
        shutil.copyfileobj(stream, out, 1 << 20)


def write_zip(out: BinaryIO, members: Mapping[str, Path | bytes], date: str, *, sort: bool = True) -> None:
    """Write an archive of files and bytes by their names, all dated `date` (YYYY-MM-DD)."""
    year, month, day = (int(part) for part in date.split("-"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members) if sort else members:
            info = zipfile.ZipInfo(name, (max(year, 1980), month, day, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = (
                zipfile.ZIP_DEFLATED,
                REGULAR_FILE,
                UNIX,
            )
            # The archive's own level does not reach members that are opened with a record of theirs.
            info._compresslevel = COMPRESSION  # type: ignore[attr-defined]  # public from Python 3.13 only
            content = members[name]
            with archive.open(info, "w", force_zip64=False) as member:
                if isinstance(content, bytes):
                    member.write(content)
                else:
                    copy_file(content, member)  # type: ignore[arg-type]
