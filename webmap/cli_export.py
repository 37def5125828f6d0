"""`lingang export`: a layer, or all of them, as a file of any format and coordinate system that is known.

The file comes whole or not at all; what it could not hold, and what must be known of its coordinate system,
is said on stderr. Formats without room for metadata get it beside them as `FILE.xml`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from lingang.files import write_atomic
from webmap.filter_options import filter_options
from webmap.terminal import DATA_OPTION, WORKSPACE_OPTION, say

if TYPE_CHECKING:
    from layers.export import Export

HOLD_METADATA = ("gpkg", "shp.zip", "tab.zip", "xml", "qgz", "qml")  # the record inside, or no rows at all
WATCHED_ROWS = 2_000
BLOCK_BYTES = 1 << 20


@click.command()
@click.argument("layer")
@click.option(
    "-o", "--output", required=True, help="File to write, its ending names the format; - is standard output."
)
@click.option("--format", "fmt", help="Format of standard output; geojson when left out.")
@click.option("--crs", help="Coordinate system: an EPSG code, or GCJ-02 or BD-09 for a hand-off copy.")
@click.option(
    "--where", multiple=True, metavar="PROPERTY=VALUE", help="Only features that meet this; repeatable."
)
@click.option("--bbox", metavar="W,S,E,N", help="Only what lies in this box, degrees in WGS 84.")
@click.option("--fields", metavar="NAMES", help="Only these properties, parted by commas.")
@click.option("--service", metavar="URL", help="For a qgz: read from this OGC API, not from a GeoPackage.")
@filter_options
@WORKSPACE_OPTION
@DATA_OPTION
def export(
    layer: str, output: str, fmt: str | None, crs: str | None, where: tuple[str, ...], bbox: str | None,
    fields: str | None, service: str | None, workspace: Path | None, data: Path | None, **filters: str | None,
) -> None:  # fmt: skip
    """Write LAYER (or all, into one GeoPackage) as a file that a GIS reads, the workspace's plans included.

    The filters of tasks narrow the layers of tasks in all too; there its places stay whole.
    Endings: geojson, geojsons, geojsonl, gpkg, shp.zip, fgb, parquet, kml, kmz, dxf, tab.zip, csv, xlsx,
    qml for the style in QGIS, and xml for the metadata alone. LAYER project with the ending qgz is a project
    of QGIS for all.gpkg, or for a service. The same file can be had from the server at /export/LAYER.ENDING.
    """
    from layers.atlas import load_atlas
    from layers.export import ALL, PROJECT, prepare_export
    from layers.registry import get_layer
    from layers.selection import Selection, parse_bbox
    from layers.tasks import TaskFilter
    from layers.workspace import Workspace

    ending = fmt or "geojson" if output == "-" else format_of(output, fmt)
    if layer not in (ALL, PROJECT):
        get_layer(layer)
    wanted = Selection(
        TaskFilter.from_query({name: value for name, value in filters.items() if value}),
        where,
        parse_bbox(bbox) if bbox is not None else None,
        tuple(name.strip() for name in (fields or "").split(",") if name.strip()),
    )
    atlas = load_atlas(data, Workspace(workspace).path)
    source = _source_of(output, ending, service)
    prepared = prepare_export(atlas, layer, fmt=ending, crs=crs, selection=wanted, source=source)
    if output == "-":
        _write_to_standard_output(prepared)
    else:
        _check_name(output, prepared)
        _write_to_file(output, prepared)
    say((f"{prepared.crs.name}: {text}" for text in prepared.warnings), err=True)
    say((f"{output}: {text}" for text in prepared.losses), err=True)


def _source_of(output: str, fmt: str, service: str | None) -> str | None:
    """Where a project of QGIS reads from: the service, for the one in a GeoPackage the name of that file."""
    from layers.export import EXAMPLE, is_address

    if service is not None and not is_address(service):
        raise click.UsageError(f"--service {service!r} is no address; expected one such as {EXAMPLE}")
    name = Path(output).name
    plain = name.isprintable() and "|" not in name  # what QGIS can read out of a project
    return name if service is None and fmt == "gpkg" and output != "-" and plain else service


def format_of(output: str, fmt: str | None) -> str:
    """The format that a file's ending names; raises click.UsageError."""
    from layers.export import FORMATS

    name = Path(output).name.lower()
    found = max((known for known in FORMATS if name.endswith(f".{known}")), key=len, default=None)
    if found is None:
        ending = Path(output).suffix.lstrip(".").lower()
        near = next((known for known in FORMATS if known.split(".")[0] == ending), None)
        hint = f"; a {ending} is several files, write .{near}" if near else ""
        raise click.UsageError(
            f"{output}: the ending {ending!r} is not a known format; use one of: {', '.join(FORMATS)}{hint}"
        )
    if fmt not in (None, found):
        raise click.UsageError(
            f"{output}: the ending says {found!r}, --format says {fmt!r}; leave --format out"
        )
    return found


def _check_name(output: str, prepared: Export) -> None:
    """A hand-off copy must say in its name what it is: it looks like WGS 84 and is 500 m off."""
    mark = prepared.crs.name
    said = Path(output).name.lower().replace("-", "").replace("_", "")
    if prepared.crs.kind == "offset" and mark.lower().replace("-", "") not in said:
        problem = f"a copy in {mark} must say so in its name, for example {prepared.filename}"
        raise click.UsageError(f"{output}: {problem}")


def _write_to_standard_output(prepared: Export) -> None:
    with tempfile.SpooledTemporaryFile(max_size=16 * BLOCK_BYTES) as spool:
        with _progress(prepared) as progress:
            prepared.write(spool, progress)  # type: ignore[arg-type]
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer, BLOCK_BYTES)
        sys.stdout.buffer.flush()


def _write_to_file(output: str, prepared: Export) -> None:
    """Write the file, and its metadata beside it where it holds none."""

    def write(stream: BinaryIO) -> None:
        with _progress(prepared) as progress:
            prepared.write(stream, progress)

    try:
        write_whole(Path(output), write)
        if prepared.fmt not in HOLD_METADATA and (path := Path(output).resolve()).is_file():
            write_atomic(path.with_name(f"{path.name}.xml"), prepared.record())
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {error.strerror or error}") from error


def write_whole(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a file beside `path`, which then takes its place in one step, or nothing is left.

    As `lingang.files.write_atomic`, for what does not fit into memory. Devices and pipes are written to.

    Raises
    ------
    OSError
        The folder is missing or not writable.
    """
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            write(stream)
        return
    with tempfile.TemporaryDirectory(prefix=".lingang-", dir=path.parent) as folder:
        temporary = Path(folder) / "export"
        with temporary.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if path.is_file():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)


@contextmanager
def _progress(prepared: Export) -> Iterator[Callable[[int], None]]:
    """A bar on stderr for many rows, when somebody watches."""
    if prepared.rows < WATCHED_ROWS or not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=prepared.rows, label=f"writing {prepared.fmt}", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos) if done - bar.pos >= 500 or done == bar.length else None
