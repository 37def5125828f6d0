"""The commands about documents: read them into tasks, import them into a workspace, list the plans."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webmap.terminal import (
    DATA_FALLS_SHORT,
    DATA_OPTION,
    JSON_OPTIONS,
    OUTPUT_OPTION,
    WORKSPACE_OPTION,
    attempt_each,
    plain,
    say,
    write_output,
)

if TYPE_CHECKING:
    from layers.intake import Given, Reading, Source
    from layers.workspace import Imported

ON_STDERR = "-"
PLAN_OPTION = click.option("--plan", "plan_id", help="Plan id; found out from the document when left out.")
YEAR_OPTION = click.option(
    "--year", type=click.IntRange(1949, 2100), help="Year that due words such as 年内 mean."
)
DOCUMENT_ARGUMENT = click.argument(
    "document", nargs=-1, required=True, metavar="DOCUMENT...", type=click.Path(allow_dash=True)
)


class ReadCommand(click.Command):
    """`--report` takes a file or none: the next word is the file when it ends in .json or is not there yet.

    Otherwise it is a document, so that `--report PLAN.txt` never writes over a plan; `--report=FILE` is
    always a file.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Tell the report's file from the documents, then parse as usual."""
        if "--report" in args[: args.index("--") if "--" in args else len(args)]:
            at = args.index("--report")
            following = args[at + 1] if at + 1 < len(args) else "-"
            is_file = following.endswith(".json") or not Path(following).exists()
            if following.startswith("-") or not is_file:
                args = [*args[:at], f"--report={ON_STDERR}", *args[at + 1 :]]
        return super().parse_args(ctx, args)


@click.command(cls=ReadCommand)
@DOCUMENT_ARGUMENT
@PLAN_OPTION
@YEAR_OPTION
@click.option(
    "--report",
    metavar="[FILE]",
    help="Say what was read, left out and broken: on stderr, or in FILE (JSON where it ends in .json).",
)
@OUTPUT_OPTION
def read(
    document: Sequence[str], plan_id: str | None, year: int | None, report: str | None, output: str
) -> None:
    """Read every DOCUMENT (- for standard input) into tasks, one JSON object a line.

    A document that is a built-in plan gets that plan's id. Of several documents those that cannot be read
    are named and the others are read; then the exit code is 1.
    """
    from layers.built_in import read_built_in
    from layers.intake import PlanIdError, read_source
    from plans.tasks import dump_tasks

    built_in, given, taken = read_built_in(), _given(document, plan_id, year), dict[str, str]()

    def work(path: str) -> Reading:
        reading = read_source(_source(path), built_in, given)
        if reading.plan in taken:
            problem = (
                f"{reading.source.name} and {taken[reading.plan]} both have it; read one apart with --plan"
            )
            raise PlanIdError(reading.plan, problem)
        taken[reading.plan] = reading.source.name
        return reading

    readings, code = attempt_each(document, "reading", work)
    write_output(output, b"".join(dump_tasks(reading.tasks) for reading in readings))
    if report is None:
        say(_faults(readings), err=True)
    elif report == ON_STDERR:
        say((line for x in readings for line in x.report.lines(x.document.text)), err=True)
    else:
        write_output(report, _report_file(readings, as_json=report.endswith(".json")))
    sys.exit(code)


def _faults(readings: Sequence[Reading]) -> list[str]:
    return [
        f"{x.source.name}, line {fault.line}: {fault.what}" for x in readings for fault in x.report.faults
    ]


def _report_file(readings: Sequence[Reading], *, as_json: bool) -> bytes:
    from layers.stored import report_record

    if as_json:
        records = [report_record(reading, None) for reading in readings]
        return (json.dumps(records, indent=1, **JSON_OPTIONS) + "\n").encode()
    lines = [line for reading in readings for line in reading.report.lines(reading.document.text)]
    return "".join(f"{plain(line)}\n" for line in lines).encode()


def _given(documents: Sequence[str], plan_id: str | None, year: int | None) -> Given:
    """What the options say of the documents; raises click.UsageError where --plan would name several."""
    from layers.intake import Given

    if plan_id is not None and len(documents) > 1:
        raise click.UsageError("--plan names the plan of one document; give one DOCUMENT with it")
    return Given(plan_id, year)


def _source(path: str) -> Source:
    """The bytes of a file or of standard input."""
    from layers.intake import Source, read_bytes
    from plans.document import MAX_BYTES

    if path == "-":
        return Source("standard input", sys.stdin.buffer.read(MAX_BYTES + 1))
    return read_bytes(path)


@click.command("import")
@DOCUMENT_ARGUMENT
@PLAN_OPTION
@YEAR_OPTION
@WORKSPACE_OPTION
def import_documents(
    document: Sequence[str], plan_id: str | None, year: int | None, workspace: Path | None
) -> None:
    """Read every DOCUMENT (- for standard input) and keep it with its tasks in a workspace.

    `lingang serve` then shows them beside the built-in plans; a document of a built-in plan gives its tasks
    their official text. The same document again changes nothing, a new version says what changed. Exit 1
    when some documents could not be imported, 2 when none could.
    """
    from layers.built_in import read_built_in
    from layers.workspace import Workspace

    folder, built_in, given = Workspace(workspace), read_built_in(), _given(document, plan_id, year)
    imported, code = attempt_each(
        document, "importing", lambda path: folder.add(_source(path), built_in, given)
    )
    for outcome in imported:
        say(_told(outcome))
    click.echo(f"workspace {folder.path}", err=True)
    sys.exit(code)


def _told(outcome: Imported) -> list[str]:
    """What an import did, for people."""
    stored, found = outcome.stored, outcome.recognised
    if not outcome.is_new:
        return [f"{stored.name}: plan {stored.plan}, imported already; nothing changed"]
    head = []
    if found:
        told = f"{found.matched} of {found.items} items are the same"
        head.append(f"{stored.name}: recognised as the built-in plan {found.plan} ({told})")
    if outcome.was:
        head.append(f"{stored.name}: was plan {outcome.was} before")
    return [*head, *stored.lines()]


@click.command()
@WORKSPACE_OPTION
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@DATA_OPTION
def plans(workspace: Path | None, as_json: bool, data: Path | None) -> None:
    """List the plans, built-in and imported, with how many items have a place.

    Exit 1 when something in the workspace cannot be shown.
    """
    from layers.atlas import load_atlas
    from layers.facilities import plan_summary
    from layers.workspace import Workspace

    atlas = load_atlas(data, Workspace(workspace).path)
    rows = [plan_summary(atlas, plan_id) for plan_id in atlas.plans]
    if as_json:
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
    else:
        say(_table(rows))
    say(atlas.faults, err=True)
    sys.exit(DATA_FALLS_SHORT if atlas.faults else 0)


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The plans as lines: id, figures of coverage, title, document."""
    width = max(len(row["id"]) for row in rows)
    heads = ("items", "placed", "lines", "whole", "outside", "unplaced", "official")
    lines = [f"{'plan':<{width}}  {'  '.join(f'{head:>8}' for head in heads)}  title"]
    for row in rows:
        figures = [row["tasks"], *row["scopes"].values(), len(row["unplaced"]), row["official"]]
        document = f"  [{row['document']['name']}]" if row["document"] else ""
        lines.append(
            f"{row['id']:<{width}}  {'  '.join(f'{n:>8}' for n in figures)}  {row['title']}{document}"
        )
    return lines


COMMANDS = (read, import_documents, plans)
