"""The command line: serve, layers, check; the others are in the modules `cli_…` beside this one.

Each command parses its input, makes one core call and formats the answer. Exit 0 done, 1 the data falls
short, 2 wrong usage or input, with one line on stderr that says what and where.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lingang import __version__
from lingang.errors import PlanningMapError
from webmap import (
    cli_documents,
    cli_dossier,
    cli_evaluate,
    cli_export,
    cli_gazetteer,
    cli_geocode,
    cli_import,
    cli_print,
    cli_project,
    cli_review,
    cli_targets,
    serve_options,
)
from webmap.terminal import (
    DATA_FALLS_SHORT,
    DATA_OPTION,
    JSON_OPTIONS,
    WORKSPACE_OPTION,
    WRONG_INPUT,
    say,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lingang")
def cli() -> None:
    """临港规划一张图: planning documents read into tasks, geocoded to zones, and shown on a map."""


@cli.command()
@serve_options.listen_options
@serve_options.basemap_options
@serve_options.page_options
@WORKSPACE_OPTION
@DATA_OPTION
def serve(
    host: str, port: int, threads: int, workspace: Path | None, data: Path | None, **chosen: str | None
) -> None:
    """Serve the map until stopped, with the documents of the workspace as they are at the start.

    The built-in basemap needs no network. tianditu takes its key from the environment variable
    TIANDITU_KEY; amap is in GCJ-02, so all layers are shifted to it.

    An option can also come from the environment variable named beside it; the option wins.
    """
    from waitress.server import create_server

    from layers.atlas import load_atlas
    from layers.workspace import Workspace
    from webmap.app import Config, create_app
    from webmap.warm import start_warming

    config = Config(data, workspace=Workspace(workspace).path, **serve_options.read_options(**chosen))
    atlas = load_atlas(config.data, config.workspace)
    app = create_app(config, atlas)
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a reader who waits a moment is no news
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
    say(atlas.faults, err=True)
    start_warming(app)
    server.run()


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@WORKSPACE_OPTION
@DATA_OPTION
def layers(as_json: bool, workspace: Path | None, data: Path | None) -> None:
    """List the layers that can be shown and exported."""
    from layers.atlas import load_atlas
    from layers.registry import LAYERS
    from layers.workspace import Workspace

    atlas = load_atlas(data, Workspace(workspace).path)
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


for command in (*cli_documents.COMMANDS, cli_evaluate.evaluate, cli_geocode.geocode, cli_review.review):
    cli.add_command(command)
cli.add_command(cli_export.export)
cli.add_command(cli_import.import_zones)
cli.add_command(cli_gazetteer.gazetteer)
cli.add_command(cli_print.print_map)
cli.add_command(cli_project.project)
cli.add_command(cli_targets.targets)
for command in cli_dossier.COMMANDS:
    cli.add_command(command)


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
