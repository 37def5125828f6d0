"""The command `evaluate`: how well do links, or milestones and targets, agree with labels made by hand?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from plans.records import Task
from webmap.task_lines import read_labels
from webmap.terminal import DATA_OPTION, JSON_OPTIONS, lines_of

PROMISES = ("milestones", "targets")  # a label with one of these tells of promises, not of places


@click.command()
@click.argument("gold", type=click.Path(allow_dash=True))
@click.option("--tasks", type=click.Path(), help="Tasks (JSON lines) instead of the built-in ones.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@DATA_OPTION
def evaluate(gold: str, tasks: str | None, as_json: bool, data: Path | None) -> None:
    """Compare with labels made by hand (GOLD, JSON lines): precision, recall, F1, and every mistake.

    Labels of places are compared with the geocoder's links, labels of milestones and targets with those
    that the tasks hold.
    """
    from layers.atlas import load_atlas
    from plans.tasks import read_tasks

    name, lines = lines_of(gold)
    labels = read_labels(lines, name)
    atlas = load_atlas(data)
    chosen = read_tasks(Path(tasks)) if tasks else [item.task for item in atlas.tasks.values()]
    if any(key in label for label in labels for key in PROMISES):
        outcome, table = _promises(chosen, labels)
    else:
        links = [atlas.geocoder.geocode(t.text, title=t.title, path=t.path).to_json(t.id) for t in chosen]
        outcome, table = _places(links, labels)
    click.echo(json.dumps(outcome, indent=2, **JSON_OPTIONS) if as_json else "\n".join(table))


def _places(links: list[dict[str, Any]], labels: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    from geo.evaluate import evaluate as compare

    outcome = compare(links, labels).to_json()
    table = [_score(what, outcome[what]) for what in ("zones", "lines")]
    table.append(f"{'scope':<14} right for {outcome['scope_accuracy']:.3f} of {outcome['tasks']} tasks")
    for rule, score in outcome["rules"].items():
        figures = f"precision {score['precision']:.3f}  right {score['right']}  wrong {score['wrong']}"
        table.append(f"rule {rule:<9} {figures}")
    return outcome, [*table, *outcome["mistakes"]]


def _promises(tasks: Iterable[Task], labels: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    from plans.evaluate import evaluate_promises

    outcome = evaluate_promises(tasks, labels).to_json()
    return outcome, [*(_score(what, outcome[what]) for what in PROMISES), *outcome["mistakes"]]


def _score(what: str, score: dict[str, Any]) -> str:
    """One line of a table: the ratios and the counts behind them."""
    ratios = "  ".join(f"{key} {score[key]:.3f}" for key in ("precision", "recall", "f1"))
    counts = "  ".join(f"{key} {score[key]}" for key in ("right", "wrong", "missed"))
    return f"{what:<14} {ratios}  {counts}"
