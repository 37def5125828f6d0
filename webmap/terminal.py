"""What the commands share: exit codes, options, standard input and output, progress, and safe printing."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from lingang.errors import PlanningMapError
from lingang.files import write_atomic

DATA_FALLS_SHORT, WRONG_INPUT = 1, 2
JSON_OPTIONS: dict[str, Any] = {"ensure_ascii": False}
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

DATA_OPTION = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Data folder instead of the built-in one.",
)
OUTPUT_OPTION = click.option(
    "-o", "--output", default="-", show_default=True, help="File to write; - is standard output."
)
WORKSPACE_OPTION = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of imported documents; LINGANG_WORKSPACE, else a folder of your own, when left out.",
)


def plain(line: str) -> str:
    """A line from a document, made harmless for a terminal: no control or direction characters."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") else sign for sign in line)


def say(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines that may hold words of a document."""
    for line in lines:
        click.echo(plain(line), err=err)


def attempt_each(
    items: Sequence[_Item], label: str, work: Callable[[_Item], _Result]
) -> tuple[list[_Result], int]:
    """Do `work` for every item; what fails is said on stderr and the rest goes on.

    Returns the results and the exit code: 0, 1 when some failed. Where all failed nothing is left to do:
    the program ends with 2.
    """
    results: list[_Result] = []
    failures: list[PlanningMapError] = []
    for item in watched(items, label, from_count=2):
        try:
            results.append(work(item))
        except PlanningMapError as error:
            failures.append(error)
    say((f"lingang: {failure}" for failure in failures), err=True)
    if not results:
        sys.exit(WRONG_INPUT)
    return results, DATA_FALLS_SHORT if failures else 0


def watched(items: Sequence[_Item], label: str, *, from_count: int) -> Iterator[_Item]:
    """Items with a progress bar on stderr, when there are `from_count` at least and somebody watches."""
    if len(items) < from_count or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar


def write_output(output: str, content: bytes) -> None:
    """Write to a file as a whole, or to standard output.

    Raises
    ------
    click.UsageError
        The file cannot be written; nothing is left behind.
    """
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        write_atomic(Path(output), content)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


def lines_of(path: str) -> tuple[str, Iterable[bytes]]:
    """The name and the lines of a file or of standard input."""
    if path == "-":
        return "standard input", sys.stdin.buffer
    try:
        with Path(path).open("rb") as stream:
            return path, stream.readlines()
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
