"""The command `review`: decisions of people on the links of a task, made, shown and listed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, JSON_OPTIONS, WORKSPACE_OPTION, say

if TYPE_CHECKING:
    from layers.atlas import Atlas, LinkedTask
    from layers.reviews import Decision
    from layers.workspace import Workspace

ENVIRONMENT = "LINGANG_AUTHOR"


@click.command()
@click.argument("task", required=False)
@click.option("--accept", metavar="TARGET", help="The task's link to this zone, site or line is right.")
@click.option("--reject", metavar="TARGET", help="That link is wrong; it goes.")
@click.option("--add", metavar="TARGET", help="A link is missing; it comes.")
@click.option(
    "--relation",
    type=click.Choice(["in", "near", "along", "serves"]),
    help="How the task relates to it; as the geocoder says, or as usual, when left out.",
)
@click.option("--evidence", multiple=True, metavar="WORDS", help="Words of the text for it; repeatable.")
@click.option("--author", envvar=ENVIRONMENT, metavar="NAME", help=f"Who decides; else {ENVIRONMENT}.")
@click.option("--reason", metavar="TEXT", help="Why.")
@click.option("--list", "as_list", is_flag=True, help="List decisions and what the geocoder says now.")
@click.option("--stale", is_flag=True, help="List only those whose text has changed since.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@WORKSPACE_OPTION
@DATA_OPTION
def review(
    task: str | None,
    accept: str | None,
    reject: str | None,
    add: str | None,
    relation: str | None,
    evidence: Sequence[str],
    author: str | None,
    reason: str | None,
    as_list: bool,
    stale: bool,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """Decide on a link of TASK, show its links and decisions, or --list all decisions.

    A decision is stored in the workspace and wins over the geocoder; one on the same link takes the place
    of an earlier one. `lingang serve` shows it after its next start. --list ends with 1 when a decision
    fits nothing any more or its text has changed.
    """
    from layers.atlas import load_atlas
    from layers.workspace import Workspace

    wanted = {"accept": accept, "reject": reject, "add": add}
    chosen = _chosen(task, wanted, as_list=as_list or stale, others=(relation, *evidence, reason))
    folder = Workspace(workspace)
    if chosen and task:
        decision, target = chosen
        fields = {"relation": relation, "evidence": evidence, **_signed(author, reason)}
        _store(folder, load_atlas(data, folder.path), task, decision, target, fields)
        return
    atlas = load_atlas(data, folder.path)
    if task and not (as_list or stale):
        item = atlas.get_task(task)
        if as_json:
            click.echo(json.dumps(item.to_json(), indent=2, **JSON_OPTIONS))
        else:
            say(_links(atlas, item))
        return
    _list(atlas, task, only_stale=stale, as_json=as_json)


def _chosen(
    task: str | None, wanted: Mapping[str, str | None], *, as_list: bool, others: Sequence[str | None]
) -> tuple[Decision, str] | None:
    """The one decision asked for, None for a look; raises click.UsageError where the options do not fit."""
    given: list[tuple[Any, str]] = [(name, target) for name, target in wanted.items() if target is not None]
    if len(given) > 1 or (given and as_list):
        raise click.UsageError("one thing at a time: --accept, --reject, --add or --list")
    if not task and (given or not as_list):
        raise click.UsageError("name the TASK, for instance: lingang review 2023-62; or --list all decisions")
    if not given and any(other is not None for other in others):
        raise click.UsageError("--relation, --evidence and --reason go with --accept, --reject or --add")
    return given[0] if given else None


def _signed(author: str | None, reason: str | None) -> dict[str, str]:
    """Author and reason, without which no decision is stored."""
    if not (author or "").strip():
        raise click.UsageError(f"say who decides: --author NAME, or set {ENVIRONMENT}")
    if not (reason or "").strip():
        raise click.UsageError("say why: --reason TEXT")
    return {"author": str(author).strip(), "reason": str(reason).strip()}


def _store(
    folder: Workspace, atlas: Atlas, task: str, decision: Decision, target: str, fields: Mapping[str, Any]
) -> None:
    from layers.reviewing import decide, find_link

    made = decide(atlas, task, decision, target, **fields)
    replaced = folder.add_review(made)
    name = atlas.features[target].properties["name"]
    lines = [f"{task}: {decision} {target} ({name}), {made.relation}, by {made.author} on {made.date}"]
    if decision == "accept" and find_link(atlas.get_task(task), target) is None:
        lines.append("the geocoder gives no such link: it is added")
    lines += [f"in place of: {old.decision} by {old.author} on {old.date}: {old.reason}" for old in replaced]
    say(lines)
    say([f"workspace {folder.path}"], err=True)


def _links(atlas: Atlas, item: LinkedTask) -> list[str]:
    """A task with its links, those taken away, and who decided so, for people."""
    lines = [f"{item.id} {item.task.title}", f"scope {item.scope}: {item.links.reason}", item.task.text]
    rows = [(link, item.review_of(link), "") for link in item.links.links]
    rows += [(link, done, "rejected ") for link, done in item.rejected]
    for link, done, mark in rows:
        name = atlas.features[link.target].properties["name"]
        words = "".join(f"「{span[-1]}」" for span in (*link.evidence, *link.heading_evidence))
        how = f"{link.relation}, {link.rule}, {link.confidence:.2f} {words}".rstrip()
        lines.append(f"{mark}{link.target} ({name}): {how}")
        lines += [f"    {_signature(done.review.to_json() | done.to_json())}"] if done else []
    return [*lines, *(f"unplaced: {words}" for _, _, words in item.links.unplaced)]


def _signature(row: Mapping[str, Any]) -> str:
    """Who decided what, when and why."""
    stale = " [stale: the text has changed since]" if row["stale"] else ""
    acts = " (acts as add)" if row["acts_as"] != row["decision"] else ""
    signed = f"by {row['author']} on {row['date']}, {row['origin']}"
    return f"{row['decision']}{acts} {signed}{stale}: {row['reason']}"


def _list(atlas: Atlas, task: str | None, *, only_stale: bool, as_json: bool) -> None:
    from layers.reviewing import list_reviews

    rows = list_reviews(atlas, task, only_stale=only_stale)
    if as_json:
        click.echo(json.dumps(rows, indent=2, **JSON_OPTIONS))
    else:
        say(line for row in rows for line in _row(row))
    say(atlas.faults, err=True)
    sys.exit(DATA_FALLS_SHORT if atlas.faults or any(row["stale"] for row in rows) else 0)


def _row(row: Mapping[str, Any]) -> list[str]:
    """One decision in two lines: what was decided, and what the geocoder says now."""
    found = row["geocoder"]
    now = "gives no such link"
    if found:
        now = f"{found['relation']}, {found['rule']}, {found['confidence']:.2f}"
    return [
        f"{row['task']} → {row['target']} ({row['target_name']}), {row['relation']}: {_signature(row)}",
        f"    geocoder: {now}",
    ]
