"""The commands `project …`: one thing followed through every plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webmap import cli_status
from webmap.terminal import DATA_OPTION, JSON_OPTIONS, WORKSPACE_OPTION, lines_of, say

if TYPE_CHECKING:
    from layers.projects import Projects, ProjectView
    from plans.projects import Mention

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")


@click.group()
def project() -> None:
    """Projects: lines, schools, towers, platforms that several plans speak of."""


@project.command("list")
@click.option("--kind", help="Only this kind, such as transit or school.")
@click.option("--zone", help="Only in this zone and the zones inside it.")
@click.option("--stage", help="Only those with a promise of this stage, such as start or operate.")
@click.option("--verdict", help="Only those with this verdict between plans, such as slipped.")
@JSON_OPTION
@WORKSPACE_OPTION
@DATA_OPTION
def list_projects(
    kind: str | None,
    zone: str | None,
    stage: str | None,
    verdict: str | None,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """List the projects with their latest stage, their latest verdict and the plans that name them."""
    projects = _load(workspace, data)
    views = projects.select(kind=kind, zone=zone, stage=stage, verdict=verdict)
    if as_json:
        click.echo(json.dumps([view.to_json() for view in views], indent=2, **JSON_OPTIONS))
        return
    say(_table(views))
    counted = ", ".join(f"{kind} {number}" for kind, number in projects.counts.items())
    say([f"{len(views)} of {len(projects.views)} projects; verdicts of all: {counted}"], err=True)


@project.command("show")
@click.argument("project_id", metavar="ID")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Also the state at this day, as the plans promise it.",
)
@JSON_OPTION
@WORKSPACE_OPTION
@DATA_OPTION
def show_project(
    project_id: str, at: datetime | None, as_json: bool, workspace: Path | None, data: Path | None
) -> None:
    """Show one project: names, place, history of promises, verdicts between plans with their evidence."""
    view = _load(workspace, data).get(project_id)
    day = at and at.date()
    if as_json:
        click.echo(json.dumps(view.to_json(at=day), indent=2, **JSON_OPTIONS))
    else:
        say(_story(view, day))


@project.command("match")
@click.option("--write", is_flag=True, help="Write the mentions of the built-in tasks into the register.")
@click.option("--new", is_flag=True, help="List things with a milestone that no project covers.")
@JSON_OPTION
@WORKSPACE_OPTION
@DATA_OPTION
def match_projects(write: bool, new: bool, as_json: bool, workspace: Path | None, data: Path | None) -> None:
    """Show which projects the matcher finds in the tasks, with rule, confidence and words.

    --write makes the register's mentions anew from the built-in tasks and the reviews; when a review
    decides nothing or a plan would promise what cannot be, nothing is written.
    """
    from layers.atlas import load_atlas
    from layers.project_check import refresh_register
    from layers.projects import REGISTER
    from lingang.files import write_atomic
    from lingang.locations import data_dir

    if write and new:
        raise click.UsageError("--write and --new go one at a time")
    if new:
        rows = [candidate.to_json() for candidate in _load(workspace, data).candidates]
        _print(rows, as_json, "{score:.2f}  {task:<12} {stage:<10} {what}")
        return
    root = data or data_dir()
    content, proposals = refresh_register(load_atlas(root), root)
    if write:
        write_atomic(root / REGISTER, content)
        click.echo(f"{root / REGISTER}: {len(proposals)} proposals, written with the reviews", err=True)
        return
    rows = [proposal.to_json() for proposal in proposals]
    _print(rows, as_json, "{confidence:.2f}  {rule:<5} {task:<12} {project}  “{words}”")


@project.command("evaluate")
@click.argument("gold", type=click.Path(allow_dash=True))
@click.option("--sure", is_flag=True, help="Ask only for the things that the label calls sure.")
@JSON_OPTION
@DATA_OPTION
def evaluate_projects(gold: str, sure: bool, as_json: bool, data: Path | None) -> None:
    """Compare the matcher, before any person's decision, with things labelled by hand (GOLD, JSON lines)."""
    from layers.atlas import load_atlas
    from layers.projects import REGISTER, propose_links
    from lingang.locations import data_dir
    from plans.project_evaluate import evaluate_pairs, read_things
    from plans.projects import read_projects

    name, lines = lines_of(gold)
    atlas = load_atlas(data)
    tasks = {key: item.task for key, item in atlas.tasks.items()}
    things = read_things(lines, name, tasks)
    register = read_projects((data or data_dir()) / REGISTER)
    found = [(p.project, p.mention) for p in propose_links(atlas, register, atlas.tasks.values())]
    outcome = evaluate_pairs(found, things, tasks, sure_only=sure).to_json()
    if as_json:
        click.echo(json.dumps(outcome, indent=2, **JSON_OPTIONS))
        return
    judged = f"right {outcome['right']}  wrong {outcome['wrong']}  not judged {outcome['unjudged']}"
    click.echo(f"precision {outcome['precision']:.3f}  {judged}")
    click.echo(f"recall    {outcome['recall']:.3f}  linked {outcome['linked']} of {outcome['asked']}")
    say(outcome["mistakes"])


for command in cli_status.COMMANDS:
    project.add_command(command)


def _print(rows: list[dict[str, Any]], as_json: bool, line: str) -> None:
    """Records as JSON, or each as one line of a format."""
    if as_json:
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
    else:
        say(line.format_map(row) for row in rows)


def _load(workspace: Path | None, data: Path | None) -> Projects:
    from layers.atlas import load_atlas
    from layers.projects import load_projects
    from layers.workspace import Workspace

    return load_projects(load_atlas(data, Workspace(workspace).path), data)


def _table(views: Iterable[ProjectView]) -> Iterator[str]:
    """One line a project: id, kind, stage and due, verdict, plans, name."""
    for view in views:
        latest, course = view.latest, view.course
        stage = f"{latest.stage} {latest.due or '-'}" if latest else "-"
        verdict = course.kind if course else "-"
        columns = f"{view.id:<32} {view.project.kind:<12} {stage:<18} {verdict:<10}"
        yield f"{columns} {','.join(view.plans):<14} {view.project.name}"


def _story(view: ProjectView, at: date | None) -> Iterator[str]:
    """The project for people."""
    project = view.project
    yield f"{project.name}  {project.name_en}  [{project.id}, {project.kind}]"
    if project.aliases:
        yield f"also: {'; '.join(f'{alias.name} ({alias.kind})' for alias in project.aliases)}"
    places = "; ".join(f"{place.name} ({place.kind} {place.id})" for place in view.places)
    yield f"place: {places}; mark at its {view.placed_at}"
    if project.owner:
        yield f"owner: {project.owner.name} (“{project.owner.words}”, {project.owner.task})"
    for relation, ids in project.predecessors.items():
        yield f"{relation}: {', '.join(ids)}"
    if project.note:
        yield f"note: {project.note}"
    for entry in view.history:
        yield f"{entry.plan.published}  {entry.plan.title}"
        for mention in entry.mentions:
            yield f"    named {_quoted(mention)}"
        for promise in entry.promises:
            part = f", of a part: {promise.part}" if promise.part else ""
            when = promise.due or f"{promise.first} to {promise.last}"
            yield f"    {promise.stage} {when} ({promise.commitment}{part}): “{promise.words}”"
    for verdict in view.verdicts:
        yield f"{verdict.earlier} → {verdict.later}  {verdict.kind}: {verdict.zh}"
    for doubt in view.doubts:
        yield f"cannot be: {doubt}"
    if at is not None:
        state = view.state_at(at)
        yield f"{at}: {state.words if state else 'no plan of this time names it'}"


def _quoted(mention: Mention) -> str:
    return f"{mention.task} {mention.start}-{mention.end} “{mention.words}”"
