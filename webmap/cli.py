"""The command line: serve, read, geocode, layers, export, check, evaluate.

Each command parses its input, makes one core call and formats the answer. Exit 0 done, 1 the data falls
short, 2 wrong usage or input, with one line on stderr that says what and where.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from lingang import __version__
from lingang.errors import PlanningMapError
from lingang.files import write_atomic
from webmap import basemaps

DATA_FALLS_SHORT, WRONG_INPUT = 1, 2
MAX_BYTES = 50_000_000  # larger inputs are refused before they are read
JSON_OPTIONS: dict[str, Any] = {"ensure_ascii": False}

DATA_OPTION = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Data folder instead of the built-in one.",
)
OUTPUT_OPTION = click.option(
    "-o", "--output", default="-", show_default=True, help="File to write; - is standard output."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lingang")
def cli() -> None:
    """临港规划一张图: planning documents read into tasks, geocoded to zones, and shown on a map."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option(
    "--basemap", type=click.Choice(basemaps.NAMES), default="none", show_default=True, help="Background map."
)
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests answered at once."
)
@DATA_OPTION
def serve(host: str, port: int, basemap: str, threads: int, data: Path | None) -> None:
    """Serve the map until stopped.

    The built-in basemap needs no network. tianditu takes its key from the environment variable
    TIANDITU_KEY; amap is in GCJ-02, so all layers are shifted to it.
    """
    from waitress.server import create_server

    from webmap.app import Config, create_app

    app = create_app(Config(data=data, basemap=basemaps.get_basemap(basemap)))
    logging.basicConfig(level=logging.WARNING)
    try:
        server = create_server(app, host=host, port=port, threads=threads)
    except (OSError, ValueError) as error:  # waitress says ValueError of a host that does not resolve
        reason = getattr(error, "strerror", None) or error
        problem = f"cannot listen on {host}:{port}: {reason}; choose another --host or --port"
        raise click.UsageError(problem) from error
    shown = f"[{host}]" if ":" in host else host
    # A name such as localhost may stand for several addresses; each then has a socket of its own.
    listening = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # waitress ends in good order on an interrupt
    click.echo(f"Lingang Atlas: http://{shown}:{listening}/  (Ctrl+C stops it)", err=True)
    server.run()


@cli.command()
@click.argument("document", type=click.Path(allow_dash=True))
@click.option("--plan", "plan_id", help="Plan id; guessed from the document when left out.")
@click.option("--year", type=click.IntRange(1949, 2100), help="Year that due words such as 年内 mean.")
@click.option("--report", is_flag=True, help="Say on stderr what was read, left out and broken.")
@OUTPUT_OPTION
def read(document: str, plan_id: str | None, year: int | None, report: bool, output: str) -> None:
    """Read DOCUMENT (text or saved HTML; - for standard input) into tasks, one JSON object a line."""
    from plans.document import read_document
    from plans.tasks import dump_tasks, read_plan

    if document == "-":
        source = read_document(_read_stdin(), name="standard input")
    else:
        source = read_document(document)
    tasks, found = read_plan(source, plan_id, year)
    write_output(output, dump_tasks(tasks))
    if report:
        click.echo("\n".join(found.lines(source.text)), err=True)
    else:
        for line, what in found.faults:
            click.echo(f"{found.name}, line {line}: {what}", err=True)


@cli.command()
@click.argument("tasks", type=click.Path(allow_dash=True))
@DATA_OPTION
@OUTPUT_OPTION
def geocode(tasks: str, data: Path | None, output: str) -> None:
    """Link TASKS (JSON lines with at least id and text; - for standard input) to places.

    Writes one links record a line. A line that cannot be read is reported and the rest goes on; then the
    exit code is 1.
    """
    from geo.gazetteer import read_gazetteer
    from geo.geocoder import Geocoder
    from lingang.locations import data_dir
    from webmap.task_lines import read_task_lines

    geocoder = Geocoder(read_gazetteer(data or data_dir()))
    name, lines = _lines_of(tasks)
    good, faults = read_task_lines(lines, name)
    records = [
        geocoder.geocode(line.text, title=line.title, path=line.path).to_json(line.id)
        for line in _progress(good, "geocoding", output)
    ]
    write_output(output, _json_lines(records))
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo(f"{name}: {len(faults)} of {len(good) + len(faults)} lines fell out", err=True)
        sys.exit(DATA_FALLS_SHORT)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@DATA_OPTION
def layers(as_json: bool, data: Path | None) -> None:
    """List the layers that can be shown and exported."""
    from layers.atlas import load_atlas
    from layers.registry import LAYERS

    atlas = load_atlas(data)
    rows = [
        {
            "id": x.id, "title": x.title, "title_en": x.title_en, "geometry": x.geometry,
            "features": len(x.build(atlas)), "about": x.about,
        }
        for x in LAYERS
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
        return
    for row in rows:
        click.echo(
            f"{row['id']:<10} {row['features']:>5}  {row['geometry']:<8} {row['title']}  {row['about']}"
        )


@cli.command()
@click.argument("layer")
@click.option(
    "-o", "--output", required=True, help="File to write, its ending names the format; - is standard output."
)
@click.option("--crs", help="Coordinate system; GeoJSON is always WGS 84.")
@click.option(
    "--where", multiple=True, metavar="PROPERTY=VALUE", help="Only features that meet this; repeatable."
)
@DATA_OPTION
def export(layer: str, output: str, crs: str | None, where: tuple[str, ...], data: Path | None) -> None:
    """Write LAYER as a file that a GIS reads (GeoJSON, RFC 7946)."""
    from layers.atlas import load_atlas
    from layers.export import FORMATS, export_layer
    from layers.registry import get_layer

    ending = "geojson" if output == "-" else Path(output).suffix.lstrip(".").lower()
    if ending not in FORMATS:
        raise click.UsageError(
            f"{output}: the ending {ending!r} is not a known format; use one of: {', '.join(FORMATS)}"
        )
    get_layer(layer)
    write_output(output, export_layer(load_atlas(data), layer, fmt=ending, crs=crs, where=where))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@DATA_OPTION
def check(as_json: bool, data: Path | None) -> None:
    """Check the data: schema, provenance, references, topology, containment, canonical form.

    Exit 1 when there is a fault; each is named with its file and feature.
    """
    from layers.check import check_all
    from lingang.locations import data_dir

    faults = check_all(data or data_dir())
    if as_json:
        rows = [{"file": f.file, "id": f.feature_id, "rule": f.rule, "message": f.message} for f in faults]
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(f"{len(faults)} faults" if faults else "no fault found", err=True)
    if faults:
        sys.exit(DATA_FALLS_SHORT)


@cli.command()
@click.argument("gold", type=click.Path(allow_dash=True))
@click.option(
    "--tasks", type=click.Path(), help="Tasks (JSON lines) to geocode instead of the built-in ones."
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@DATA_OPTION
def evaluate(gold: str, tasks: str | None, as_json: bool, data: Path | None) -> None:
    """Compare the geocoder with labels made by hand (GOLD, JSON lines): precision, recall, F1, scope."""
    from geo.evaluate import evaluate as compare
    from layers.atlas import load_atlas
    from plans.tasks import read_tasks
    from webmap.task_lines import read_labels

    name, lines = _lines_of(gold)
    labels = read_labels(lines, name)
    atlas = load_atlas(data)
    chosen = read_tasks(Path(tasks)) if tasks else [item.task for item in atlas.tasks.values()]
    records = [atlas.geocoder.geocode(t.text, title=t.title, path=t.path).to_json(t.id) for t in chosen]
    outcome = compare(records, labels).to_json()
    if as_json:
        click.echo(json.dumps(outcome, indent=2, **JSON_OPTIONS))
        return
    for what in ("zones", "lines"):
        score = outcome[what]
        figures = "  ".join(f"{k} {score[k]:.3f}" for k in ("precision", "recall", "f1"))
        counts = "  ".join(f"{k} {score[k]}" for k in ("right", "wrong", "missed"))
        click.echo(f"{what:<14} {figures}  {counts}")
    click.echo(f"{'scope':<14} right for {outcome['scope_accuracy']:.3f} of {outcome['tasks']} tasks")
    for rule, score in outcome["rules"].items():
        click.echo(
            f"rule {rule:<9} precision {score['precision']:.3f}  "
            f"right {score['right']}  wrong {score['wrong']}"
        )
    for mistake in outcome["mistakes"]:
        click.echo(mistake)


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


def _read_stdin() -> bytes:
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise click.UsageError(f"standard input: over {MAX_BYTES // 1_000_000} MB; split it")
    return content


def _lines_of(path: str) -> tuple[str, Iterable[bytes]]:
    """The name and the lines of a file or of standard input."""
    if path == "-":
        return "standard input", sys.stdin.buffer
    try:
        with Path(path).open("rb") as stream:
            return path, stream.readlines()
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be read: {error.strerror or error}") from error


def _json_lines(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record, **JSON_OPTIONS).encode() + b"\n" for record in records)


def _progress(items: list[Any], label: str, output: str) -> Iterable[Any]:
    """Items with a progress bar on stderr when there are many and somebody watches."""
    if len(items) < 2_000 or output == "-" or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every foreseen error is one line on stderr and exit 2."""
    sys.exit(run(cli, arguments))


def run(command: Callable[..., Any], arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    try:
        command.main(args=arguments, prog_name="lingang", standalone_mode=False)  # type: ignore[attr-defined]
    except click.exceptions.Abort:
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG_INPUT
    except click.ClickException as error:
        click.echo(f"lingang: {error.format_message()}", err=True)
        return WRONG_INPUT
    except PlanningMapError as error:
        click.echo(f"lingang: {error}", err=True)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        click.echo(f"lingang: {error.filename or 'input'}: {error.strerror or error}", err=True)
        return WRONG_INPUT
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0
