"""The table of names, `gazetteer.csv`: its columns, its rows, and what can be wrong with one.

Columns name,target,role,kind,context,note. A line that starts with `#` is a comment.

`role`     what the name stands for
    `alias`    one more name of the feature `target`; with a context it also narrows a plain name of it
    `outside`  a place outside the New Area, or one that contains it
    `whole`    the New Area as a whole
    `blocker`  a longer name that contains a place name without being there (an event, a company, a brand)
`kind`     of an alias: which sort of name it is, see `NameKind`; empty for the other roles
`context`  when the name counts (`geo.conditions`); empty means always
`note`     for whoever reviews the table
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from lingang.errors import PlanningMapError

Role = Literal["alias", "outside", "whole", "blocker"]
# `code`: a number or letter code; `part`: a place in the feature that has no feature of its own.
NameKind = Literal["official", "short", "former", "traditional", "english", "code", "colloquial", "part"]
COLUMNS = ("name", "target", "role", "kind", "context", "note")
COLUMNS_WITHOUT_KIND = ("name", "target", "role", "context", "note")  # as tables were before names had kinds
TABLE = "gazetteer.csv"


class GazetteerError(PlanningMapError, ValueError):
    """A name that cannot be used as it stands: `file`, `line` (None: no table), `name` and `reason`."""

    def __init__(self, file: str, name: str, reason: str, *, line: int | None = None) -> None:
        self.file = file
        self.line = line
        self.name = name
        self.reason = reason
        super().__init__(f"{self.where}: name {name!r}: {reason}" if name else f"{self.where}: {reason}")

    @property
    def where(self) -> str:
        """File and line, as messages name them."""
        return place_in(self.file, self.line)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A line of a table of names; `file` and `line` say where it stands."""

    name: str
    target: str
    role: str
    context: str
    file: str
    line: int | None = None
    kind: str = ""
    note: str = ""

    @property
    def where(self) -> str:
        """File and line, as messages name them."""
        return place_in(self.file, self.line)

    def error(self, reason: str) -> GazetteerError:
        """What is wrong with this row."""
        return GazetteerError(self.file, self.name, reason, line=self.line)


def place_in(file: str, line: int | None) -> str:
    """A place in a file, for the reader."""
    return file if line is None else f"{file}, line {line}"


def read_rows(
    path: Path, *, shown_as: str | None = None, faults: list[GazetteerError] | None = None
) -> list[NameRow]:
    """Return the rows of a table of names in its order.

    Parameters
    ----------
    path
        UTF-8, with or without a byte order mark. A table without the column `kind` is read as well.
    shown_as
        How messages name the file; the path as given when left out.
    faults
        Where lines with a wrong number of fields go; they are left out. Without it the first one raises.

    Raises
    ------
    GazetteerError
        The header is another one, the file is no UTF-8 or no CSV, or (without `faults`) a line is broken.
    OSError
        The file cannot be opened.
    """
    file = shown_as or str(path)
    rows: list[NameRow] = []
    for row in _rows(_text(Path(path).read_bytes(), file), file):
        if isinstance(row, NameRow):
            rows.append(row)
        elif faults is None:
            raise row
        else:
            faults.append(row)
    return rows


def _text(content: bytes, file: str) -> TextIO:
    """The content as text; raises GazetteerError with the line where it is none."""
    try:
        return io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"not utf-8 ({error.reason}); save the table as UTF-8"
        raise GazetteerError(file, "", problem, line=line) from error


def _rows(stream: TextIO, file: str) -> Iterator[NameRow | GazetteerError]:
    """The rows, and an error for each line that has another number of fields than the header."""
    reader = csv.reader(stream, strict=True)
    try:
        header = tuple(next(reader, []))
        if header not in (COLUMNS, COLUMNS_WITHOUT_KIND):
            problem = f"header is {','.join(header)}; expected {','.join(COLUMNS)}"
            raise GazetteerError(file, "", problem, line=1)
        for fields in reader:
            if not fields or fields[0].startswith("#"):
                continue
            if len(fields) != len(header):
                problem = f"{len(fields)} fields; expected {len(header)}: {','.join(header)}"
                yield GazetteerError(file, fields[0], problem, line=reader.line_num)
                continue
            values = dict(zip(header, map(str.strip, fields), strict=True))
            yield NameRow(**values, file=file, line=reader.line_num)
    except csv.Error as error:
        raise GazetteerError(file, "", f"not CSV ({error})", line=reader.line_num) from error
