"""The commands `project status` and `project due`: what people recorded, and what is due by the plans."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.cli_review import ENVIRONMENT as AUTHOR
from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, JSON_OPTIONS, WORKSPACE_OPTION, say

if TYPE_CHECKING:
    from layers.progress import Progress, PromiseLight
    from layers.projects import Projects
    from layers.statuses import Added, Status, StatusBook
    from layers.workspace import Workspace

TODAY_OPTION = click.option(
    "--today", metavar="YYYY-MM-DD", help="Work out the lights for this day; the present one when left out."
)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")


@click.command()
@click.argument("project_id", metavar="ID")
@click.option("--stage", help="The stage that was reached, such as start, complete or operate.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="The day on which it was reached.")
@click.option("--source", metavar="URL", help="Where that can be read.")
@click.option("--note", metavar="TEXT", help="What else there is to say.")
@click.option("--part", metavar="WORDS", help="Of this part only; the words in which a plan promises it.")
@click.option("--author", envvar=AUTHOR, metavar="NAME", help=f"Who records it; else {AUTHOR}.")
@click.option(
    "--correct", is_flag=True, help="In place of records of this stage and of those that contradict it."
)
@TODAY_OPTION
@JSON_OPTION
@WORKSPACE_OPTION
@DATA_OPTION
def status(
    project_id: str,
    stage: str | None,
    day: str | None,
    source: str | None,
    note: str | None,
    part: str | None,
    author: str | None,
    correct: bool,
    today: str | None,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """Record a stage that project ID reached, or show its records beside its promises.

    A record is stored in the workspace. One that contradicts an earlier record is refused, unless it is
    given as a correction. A look ends with 1 when a line of the records cannot be used.
    """
    from layers.progress import progress
    from layers.statuses import add_status, make_status, parse_day

    now = _today(today)
    if not (stage and day):
        if stage or day or source or note or part or correct:
            raise click.UsageError("to record a status give both --stage and --date; to look, neither")
        folder, projects, book = _open(workspace, data)
        view = projects.get(project_id)
        _show(progress(view, book.of(view.id), now), book, as_json=as_json)
        return
    if not (author or "").strip():
        raise click.UsageError(f"say who records it: --author NAME, or set {AUTHOR}")
    reached = parse_day(day)
    folder, projects, _ = _open(workspace, data)
    made = make_status(
        projects.get(project_id),
        stage,
        reached,
        author=str(author).strip(),
        source=(source or "").strip(),
        note=(note or "").strip(),
        part=part or "",
        corrects=correct,
        today=now,
    )
    _tell(add_status(folder, made), as_json=as_json)
    say([f"workspace {folder.path}"], err=True)


@click.command()
@TODAY_OPTION
@click.option(
    "--within",
    type=click.IntRange(0, 3660),
    metavar="DAYS",
    help="How far ahead counts as due soon; 90 when left out.",
)
@click.option(
    "--all", "show_all", is_flag=True, help="Also what is recorded, and dates that a newer plan replaced."
)
@JSON_OPTION
@WORKSPACE_OPTION
@DATA_OPTION
def due(
    today: str | None,
    within: int | None,
    show_all: bool,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """List the promises of all projects with their lights, those due first before the others.

    Overdue means that the records show nothing, not that nothing was done. Ends with 1 when a line of the
    records cannot be used.
    """
    from layers.progress import list_promises
    from plans.lights import DUE_SOON_DAYS

    now = _today(today)
    _, projects, book = _open(workspace, data)
    rows = list_promises(projects, book, now, within_days=DUE_SOON_DAYS if within is None else within)
    shown = [row for row in rows if show_all or (row.light.state != "done" and row.replaced_by is None)]
    if as_json:
        click.echo(json.dumps([row.to_json() for row in shown], indent=2, **JSON_OPTIONS))
    else:
        say(_due_line(row) for row in shown)
        say([_summary(shown, len(rows), now)], err=True)
    _end(book)


def _open(workspace: Path | None, data: Path | None) -> tuple[Workspace, Projects, StatusBook]:
    """The workspace, its projects, and what is recorded of them."""
    from layers.atlas import load_atlas
    from layers.projects import load_projects
    from layers.statuses import read_statuses
    from layers.workspace import Workspace

    folder = Workspace(workspace)
    projects = load_projects(load_atlas(data, folder.path), data)
    return folder, projects, read_statuses(folder, projects.views)


def _today(written: str | None) -> date:
    from layers.statuses import parse_day

    return date.today() if written is None else parse_day(written, "today")


def _tell(added: Added, *, as_json: bool) -> None:
    """What recording did, for people or as JSON."""
    made = added.status
    if as_json:
        gone = [status.to_json() for status in added.set_aside]
        record = {"status": made.to_json(), "is_new": added.is_new, "in_place_of": gone}
        click.echo(json.dumps(record, indent=2, **JSON_OPTIONS))
        return
    lines = [f"{made.project}: {_status_line(made)}"]
    lines += [] if added.is_new else ["recorded before in these words: nothing is changed"]
    say([*lines, *(f"in place of: {_status_line(old)}" for old in added.set_aside)])


def _show(shown: Progress, book: StatusBook, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(shown.to_json(), indent=2, **JSON_OPTIONS))
    else:
        say(_story(shown))
    _end(book)


def _story(shown: Progress) -> Iterator[str]:
    """Promises with their lights, then the records."""
    yield f"{shown.project.project.name}  [{shown.project.id}]  {shown.today}"
    for row in shown.promises:
        promise = row.promise
        when = promise.due or f"{promise.first} to {promise.last}"
        part = f", of a part: {promise.part}" if promise.part else ""
        newer = f"; plan {row.replaced_by} says this stage anew" if row.replaced_by else ""
        said = f"plan {promise.plan}: {promise.stage} {when} ({promise.commitment}{part})"
        yield f"{row.light.state:<9} {said}: {row.light.words}{newer}"
    yield from (f"recorded  {_status_line(status)}" for status in shown.statuses)
    if not shown.statuses:
        yield "nothing is recorded of it by this day"


def _status_line(status: Status) -> str:
    """Stage, day, who recorded it when, and what else was said."""
    part = f" of a part ({status.part})" if status.part else ""
    mark = ", a correction" if status.corrects else ""
    signed = f"{status.stage}{part} {status.day}, by {status.author} on {status.recorded}{mark}"
    return "  ".join(filter(None, [signed, status.source, status.note]))


def _due_line(row: PromiseLight) -> str:
    """One promise: light, last day, stage, project, and the light in words."""
    promise, project = row.promise, row.project.project
    part = f"（{promise.part}）" if promise.part else ""
    newer = f"（{row.replaced_by} 另有说法）" if row.replaced_by else ""
    columns = f"{row.light.state:<9} {promise.last} {promise.stage:<10} {project.id:<32}"
    return f"{columns} {project.name}{part}  {row.light.words}{newer}"


def _summary(shown: Sequence[PromiseLight], total: int, today: date) -> str:
    """How many promises have which light, and how many are not listed."""
    from plans.lights import LIGHTS

    counts = Counter(row.light.state for row in shown)
    told = [f"{LIGHTS[state][1]} {counts[state]}" for state in LIGHTS if counts[state]]
    hidden = total - len(shown)
    left = f"; {hidden} recorded or replaced by a newer plan are left out (--all)" if hidden else ""
    return f"{today}: {', '.join(told) or 'no promise'}{left}"


def _end(book: StatusBook) -> None:
    """Say what of the records could not be used, and end with 1 where there is such."""
    say(map(str, book.faults), err=True)
    sys.exit(DATA_FALLS_SHORT if book.faults else 0)


COMMANDS = (status, due)
