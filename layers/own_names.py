"""A reader's own names: `gazetteer.csv` in a workspace, with the columns of the built-in table.

Its rows are read on top of the built-in ones and win over a row with the same name and context.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace
from pathlib import Path

from geo.check_names import name_fault
from geo.faults import Fault
from geo.features import Feature, read_features
from geo.gazetteer import COLUMNS, FILES, TABLE, Gazetteer, GazetteerError, NameRow, read_rows
from geo.gazetteer_names import meanings
from layers.workspace import Workspace
from lingang.errors import PlanningMapError
from lingang.files import write_atomic

SHOWN_AS = f"workspace/{TABLE}"


def read_own_rows(workspace: Path | None, faults: list[GazetteerError]) -> list[NameRow]:
    """Return the rows of a workspace's table, none where there is no table; what is wrong joins `faults`.

    A table that cannot be read at all is one fault.
    """
    if workspace is None:
        return []
    try:
        return read_rows(workspace / TABLE, shown_as=SHOWN_AS, faults=faults)
    except FileNotFoundError:
        return []
    except GazetteerError as error:
        faults.append(error)
    except OSError as error:
        faults.append(GazetteerError(SHOWN_AS, "", f"cannot be read ({error.strerror or error})"))
    return []


def build_gazetteer(
    files: dict[str, list[Feature]], rows: list[NameRow], workspace: Path | None
) -> tuple[Gazetteer, list[str]]:
    """Return the gazetteer of features, the built-in table and a workspace's, and the faults of the last.

    Raises
    ------
    GazetteerError
        The first fault of the built-in names.
    """
    faults: list[GazetteerError] = []
    own_rows = read_own_rows(workspace, faults)
    gazetteer = Gazetteer.from_features(
        **files, rows=rows, own_rows=own_rows, faults=None, own_faults=faults
    )
    return gazetteer, [str(fault) for fault in faults]


def check_own_names(root: Path, workspace: Path) -> list[Fault]:
    """Return what is wrong with a workspace's table on top of the names of a data folder.

    Faults of the data folder itself are left to `geo.check.check_data`; where it cannot be read there is
    nothing to compare with.
    """
    errors: list[GazetteerError] = []
    own_rows = read_own_rows(workspace, errors)
    if own_rows:
        try:
            files = {name: read_features(root / "geojson" / f"{name}.geojson") for name in FILES}
            rows = read_rows(root / TABLE, faults=[])
        except (PlanningMapError, OSError):
            return [name_fault(error) for error in errors]
        Gazetteer.from_features(**files, rows=rows, own_rows=own_rows, faults=[], own_faults=errors)
    return [name_fault(error) for error in errors]


def add_name(
    workspace: Workspace, row: NameRow, files: dict[str, list[Feature]], rows: list[NameRow]
) -> NameRow:
    """Append a row to a workspace's table and return it with its line; nothing is written when it clashes.

    Parameters
    ----------
    workspace
        Made where it does not exist; its lock is held from reading to writing, so two at once lose nothing.
    row
        The new row; its `file` and `line` do not count.
    files, rows
        The features and the built-in table that it must fit.

    Raises
    ------
    GazetteerError
        The row cannot be used, says nothing new, or the table cannot be read.
    WorkspaceError
        The folder cannot be written, or another writer does not let go of it.
    """
    path = workspace.path / TABLE
    _refuse_faults(row, _known(path), files, rows)  # before anything is made or written
    with workspace.locked():
        before, known = _content(path), _known(path)
        row = replace(row, file=SHOWN_AS, line=before.count("\n") + 1)
        _refuse_faults(row, known, files, rows)
        write_atomic(path, (before + csv_line(row, _columns(before))).encode())
        for leftover in workspace.path.glob(f".{TABLE}.*"):
            leftover.unlink()
    return row


def csv_line(row: NameRow, columns: tuple[str, ...] = COLUMNS) -> str:
    """A row as a line of a table, with its line feed."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow([getattr(row, column) for column in columns])
    return stream.getvalue()


def _content(path: Path) -> str:
    """The table as it stands, or one with nothing but its header; it ends with a line feed."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        text = ",".join(COLUMNS)
    return text if text.endswith("\n") else text + "\n"


def _columns(content: str) -> tuple[str, ...]:
    return tuple(content.split("\n", 1)[0].rstrip("\r").split(","))


def _known(path: Path) -> list[NameRow]:
    """The rows of the table that can be read, none where there is no table."""
    return read_rows(path, shown_as=SHOWN_AS, faults=[]) if path.exists() else []


def _refuse_faults(
    row: NameRow, known: list[NameRow], files: dict[str, list[Feature]], rows: list[NameRow]
) -> None:
    """Raise what is wrong with a new row; older faults of the table are not its own."""
    row = replace(row, file=SHOWN_AS, line=None)
    _refuse_signs(row)
    faults: list[GazetteerError] = []
    before = Gazetteer.from_features(**files, rows=rows, own_rows=known, faults=[], own_faults=[])
    for entry in meanings(before, row.name):
        if (entry.target, entry.context) == (row.target, row.context):
            raise row.error(f"names {row.target!r} already ({entry.where})")
    Gazetteer.from_features(**files, rows=rows, own_rows=[*known, row], faults=[], own_faults=faults)
    for fault in faults:
        if fault.line is None:
            raise fault


def _refuse_signs(row: NameRow) -> None:
    """Raise where a field would not be read back as it is: line breaks, half characters, a comment."""
    if row.name.lstrip().startswith("#"):
        raise row.error("a line that begins with # is a comment; leave the # out")
    for column in COLUMNS:
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in getattr(row, column)):
            raise row.error(f"{column} holds a line break, a control character or half a character")
