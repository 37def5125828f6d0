"""The command `gazetteer`: the names it knows, what one means, which are missing, and adding one."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from geo.gazetteer_rows import NameKind
from webmap.terminal import (
    DATA_FALLS_SHORT,
    DATA_OPTION,
    JSON_OPTIONS,
    WORKSPACE_OPTION,
    lines_of,
    plain,
    say,
)

if TYPE_CHECKING:
    from geo.gazetteer import Gazetteer
    from geo.missing import MissingName
    from layers.atlas import Atlas

NAME_COLUMNS = ("name", "kind", "role", "target", "official", "where", "context")
MISSING_COLUMNS = ("count", "name", "kind", "parent", "reason", "line", "tasks")
MOST_TASKS = 5  # named in one line of the table; --json has them all


@click.command()
@click.argument("tasks", required=False, type=click.Path(allow_dash=True))
@click.option("--name", metavar="NAME", help="What this name means, when, and which longer names hold it.")
@click.option("--missing", is_flag=True, help="Names that no table has, of all plans or of TASKS.")
@click.option("--plan", "plan_id", metavar="ID", help="With --missing: of this plan alone.")
@click.option("--add", metavar="NAME", help="Add a name to the workspace's own table.")
@click.option("--target", metavar="ID", help="With --add: the zone, site or line that it names.")
@click.option("--kind", type=click.Choice(get_args(NameKind)), help="With --add: which sort of name it is.")
@click.option("--context", metavar="TESTS", help="With --add: when it counts, such as 'after:社区|镇'.")
@click.option("--note", metavar="TEXT", help="With --add: for whoever reviews the table.")
@click.option("--check", is_flag=True, help="Check the built-in table and the workspace's own.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@WORKSPACE_OPTION
@DATA_OPTION
def gazetteer(
    tasks: str | None,
    name: str | None,
    missing: bool,
    plan_id: str | None,
    add: str | None,
    target: str | None,
    kind: str | None,
    context: str | None,
    note: str | None,
    check: bool,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """List the names that texts are searched for, with what each means and under which condition.

    A workspace's own names stand in its gazetteer.csv and win over the built-in ones. Exit 1 when names
    of it fell out, when --check finds a fault, or when --name knows nothing.
    """
    _refuse_mixtures(
        {"--name": name is not None, "--missing": missing, "--add": add is not None, "--check": check},
        {"TASKS": tasks, "--plan": plan_id},
        {"--target": target, "--kind": kind, "--context": context, "--note": note},
    )
    from layers.atlas import load_atlas
    from layers.workspace import Workspace
    from lingang.locations import data_dir

    folder, root = Workspace(workspace), data or data_dir()
    if add is not None:
        if target is None or kind is None:
            raise click.UsageError("--add needs --target and --kind")
        _add(folder, root, (add, target, kind, context or "", note or ""))
    elif check:
        _check(folder.path, root, as_json=as_json)
    else:
        atlas = load_atlas(root, folder.path)
        if missing:
            sys.exit(_print_missing(atlas, tasks, plan_id, as_json=as_json))
        if name is not None:
            sys.exit(_print_meanings(atlas.geocoder.gazetteer, name, as_json=as_json))
        _print_names(atlas.geocoder.gazetteer, as_json=as_json)
        _exit_for_fallen(atlas.faults)


def _refuse_mixtures(modes: dict[str, bool], of_missing: dict[str, Any], of_add: dict[str, Any]) -> None:
    """Options that say different things, or belong to one that is not there."""
    chosen = [mode for mode, is_given in modes.items() if is_given]
    if len(chosen) > 1:
        raise click.UsageError(f"{chosen[0]} and {chosen[1]} do not go together; give one of them")
    for owner, others in (("--missing", of_missing), ("--add", of_add)):
        stray = next((option for option, value in others.items() if value is not None), None)
        if stray and owner not in chosen:
            raise click.UsageError(f"{stray} goes with {owner} only")
    if all(value is not None for value in of_missing.values()):
        raise click.UsageError("TASKS and --plan do not go together; give one of them")


def _print_names(known: Gazetteer, *, as_json: bool) -> None:
    from geo.gazetteer_names import list_names

    rows = [entry.to_json() for entry in list_names(known)]
    _print(rows, NAME_COLUMNS, as_json=as_json)


def _print_meanings(known: Gazetteer, name: str, *, as_json: bool) -> int:
    from geo.gazetteer_names import longer_names, meanings

    rows = [entry.to_json() for entry in meanings(known, name)]
    longer = longer_names(known, name)
    if as_json:
        answer = {"name": name, "meanings": rows, "longer": longer}
        click.echo(json.dumps(answer, indent=2, **JSON_OPTIONS))
    else:
        _print(rows, NAME_COLUMNS, as_json=False)
        say([f"longer names, which count instead where they stand: {'、'.join(longer)}"] if longer else [])
    if not rows:
        say([f"{name!r} is no name of the gazetteer"], err=True)
    return 0 if rows else DATA_FALLS_SHORT


def _print_missing(atlas: Atlas, tasks: str | None, plan_id: str | None, *, as_json: bool) -> int:
    from layers.missing_names import missing_names, missing_record

    found, code = (missing_names(atlas, plan_id), 0) if tasks is None else _missing_in_file(atlas, tasks)
    rows = [missing_record(each) for each in found]
    if not as_json:
        rows = [{**row, "tasks": _some(row["tasks"])} for row in rows]
    _print(rows, MISSING_COLUMNS, as_json=as_json)
    return code


def _missing_in_file(atlas: Atlas, tasks: str) -> tuple[list[MissingName], int]:
    """The names that a file of tasks brings; lines that are no task are told and left out."""
    from geo.task_lines import TaskLineError, parse_task_line
    from layers.missing_names import missing_in

    name, lines = lines_of(tasks)
    good, faults = [], []
    for number, raw in enumerate(lines, start=1):
        try:
            if line := parse_task_line(raw):
                good.append((line.id, line.text, line.title, line.path))
        except TaskLineError as error:
            faults.append(f"{name}, line {number}: {error}")
    say(faults, err=True)
    if faults:
        say([f"{name}: {len(faults)} of {len(good) + len(faults)} lines fell out"], err=True)
    return missing_in(atlas, good), DATA_FALLS_SHORT if faults else 0


def _add(folder: Any, root: Path, given: tuple[str, str, str, str, str]) -> None:
    from geo.features import read_features
    from geo.gazetteer import FILES, TABLE, NameRow, read_rows
    from layers.own_names import add_name

    files = {
        file: read_features(root / "geojson" / f"{file}.geojson", shown_as=f"geojson/{file}.geojson")
        for file in FILES
    }
    name, target, kind, context, note = given
    row = NameRow(name, target, "alias", context, "", kind=kind, note=note)
    added = add_name(folder, row, files, read_rows(root / TABLE, shown_as=TABLE, faults=[]))
    say([f"{added.name} → {added.target} ({added.kind}), {folder.path / TABLE}, line {added.line}"])


def _check(workspace: Path, root: Path, *, as_json: bool) -> None:
    from geo.check import check_data
    from layers.own_names import check_own_names

    faults = [*check_data(root, only=("names", "aliases", "gazetteer")), *check_own_names(root, workspace)]
    if as_json:
        rows = [{"file": f.file, "id": f.feature_id, "rule": f.rule, "message": f.message} for f in faults]
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
    say(map(str, () if as_json else faults))
    say([f"{len(faults)} faults" if faults else "no fault found"], err=True)
    sys.exit(DATA_FALLS_SHORT if faults else 0)


def _exit_for_fallen(faults: Iterable[str]) -> None:
    """Tell which of the workspace's names fell out, and end with 1 when any did."""
    from layers.own_names import SHOWN_AS

    fallen = [fault for fault in faults if fault.startswith(SHOWN_AS)]
    say(fallen, err=True)
    if fallen:
        say([f"{SHOWN_AS}: {len(fallen)} names fell out"], err=True)
        sys.exit(DATA_FALLS_SHORT)


def _some(tasks: Sequence[str]) -> str:
    more = f" +{len(tasks) - MOST_TASKS}" if len(tasks) > MOST_TASKS else ""
    return " ".join(tasks[:MOST_TASKS]) + more


def _print(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Records as JSON, or as a table whose columns line up in Chinese too."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
        return
    cells = [columns, *([plain(str(row[column] or "-")) for column in columns] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for line in cells if rows else ():
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
