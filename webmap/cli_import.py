"""`lingang import-zones`: a zone layer from QGIS or elsewhere, checked and turned into our zones file.

Nothing is written until the layer is clean, or its faults are accepted by the digest of their report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from webmap.terminal import (
    DATA_FALLS_SHORT,
    JSON_OPTIONS,
    WORKSPACE_OPTION,
    WRONG_INPUT,
    say,
    write_output,
)


@click.command("import-zones")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o", "--output", help="File to write the zones to; - is standard output. Only a report without it."
)
@click.option("--format", "fmt", help="Kind of standard input; told by its content when left out.")
@click.option("--crs", help="Coordinate system, before what the file says: EPSG:4549, gcj02, bd09.")
@click.option("--layer", help="Which layer, where the file or archive holds several.")
@click.option(
    "--field", "fields", multiple=True, metavar="PROPERTY=COLUMN", help="Column of a property; repeatable."
)
@click.option("--source", help="What new and changed outlines were drawn from.")
@click.option("--method", type=click.Choice(("drawn", "derived", "recalled")), help="How they were made.")
@click.option(
    "--accuracy-m", type=click.FloatRange(min=0, min_open=True), help="How far they may be off, metres."
)
@click.option("--swap-axes", is_flag=True, help="Take the second coordinate for the first.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Data folder to compare with instead of the built-in one.",
)
@click.option("--force-report", metavar="DIGEST", help="Accept the faults of the report with this digest.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@WORKSPACE_OPTION
def import_zones(
    file: Path, output: str | None, fmt: str | None, crs: str | None, layer: str | None,
    fields: tuple[str, ...], source: str | None, method: str | None, accuracy_m: float | None,
    swap_axes: bool, against: Path | None, force_report: str | None, as_json: bool, workspace: Path | None,
) -> None:  # fmt: skip
    """Check the zone layer FILE and, with -o, write it as zones.geojson.

    FILE is of any format that `lingang export zones` writes, at most 100 MB; - is standard input. Zones are
    known by id, else by name; those that FILE lacks stay as they are. The report tells every fault, every
    zone that changes, and every task and place that would lie in another zone.

    Ends with 0 when clean (or its faults accepted), 1 with faults (nothing is written), 2 when FILE cannot
    be read.
    """
    from layers.atlas import load_atlas
    from layers.import_zones import import_zones as read_zones
    from layers.import_zones_merge import Provenance
    from layers.workspace import Workspace

    if output == "-" and as_json:
        raise click.UsageError("-o - and --json both want standard output; name a file after -o")
    said = Provenance(source, method, None if accuracy_m is None else _short(accuracy_m))
    folder = Workspace(workspace).path
    with _opened(file, fmt) as path:
        report = read_zones(
            path, load_atlas(against, folder), crs=crs, layer=layer, fields=fields, swap_axes=swap_axes,
            provenance=said, workspace=folder,
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, **JSON_OPTIONS))
    else:
        say(report.lines(), err=output == "-")
    if force_report is not None and force_report != report.digest and not report.is_clean:
        problem = (
            f"--force-report {force_report} is not this report's digest ({report.digest}); read it first"
        )
        say([f"lingang: {problem}; nothing is written"], err=True)
        sys.exit(WRONG_INPUT)
    if not report.is_clean and (force_report is None or report.content is None):
        say([_why_not(report.content is not None, report.digest)], err=True)
        sys.exit(DATA_FALLS_SHORT)
    if output is not None and report.content is not None:
        write_output(output, report.content)
        if output != "-":
            say([f"{output}: written"], err=True)


@contextmanager
def _opened(file: Path, fmt: str | None) -> Iterator[Path]:
    """The file, or standard input kept as one; raises click.UsageError and ImportFileError."""
    from layers.import_zones_stream import FORMATS, kept_stream

    if str(file) != "-":
        if fmt is not None:
            raise click.UsageError(f"--format is for standard input; the ending of {file} says what it is")
        yield file
        return
    if fmt is not None and fmt not in FORMATS:
        raise click.UsageError(f"--format {fmt!r} is not known; use one of: {', '.join(FORMATS)}")
    with kept_stream(sys.stdin.buffer, fmt) as path:
        yield path


def _why_not(writable: bool, digest: str) -> str:
    """What stands against writing, and what can be done."""
    if not writable:
        return "nothing is written: correct the file or the options, these faults cannot be accepted"
    return f"nothing is written: correct the faults, or accept them with --force-report {digest}"


def _short(metres: float) -> float:
    """A whole number of metres as such, as our files have it."""
    return int(metres) if metres.is_integer() else metres
