"""The command `evaluate`: how well do links, or milestones and targets, agree with labels made by hand?"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from plans.records import Task
from webmap.evaluation_tables import place_lines, promise_lines
from webmap.labels import LabelError, is_of_promises, read_labels
from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, JSON_OPTIONS, lines_of, say

SMALLER_IS_BETTER = ("expected_error", "brier_score", "wrong", "missed")


@click.command()
@click.argument("gold", type=click.Path(allow_dash=True), nargs=-1, required=True)
@click.option("--tasks", type=click.Path(), help="Tasks (JSON lines) instead of the built-in ones.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.option("--errors", type=click.IntRange(0), help="Most mistakes to list; all of them when left out.")
@click.option(
    "--require",
    multiple=True,
    metavar="FIGURE=VALUE",
    help="Exit 1 when a figure of the JSON is worse, such as zones.f1=0.95; repeatable.",
)
@DATA_OPTION
def evaluate(
    gold: tuple[str, ...],
    tasks: str | None,
    as_json: bool,
    errors: int | None,
    require: tuple[str, ...],
    data: Path | None,
) -> None:
    """Compare with labels made by hand (GOLD files, JSON lines): precision, recall, F1, and every mistake.

    Labels of places are compared with the geocoder's links, labels of milestones and targets with those
    that the tasks hold. A label that brings its own text is geocoded from that, else its task is looked
    up. Figures of places come by rule, by document and by stated confidence.
    """
    limits = [_limit(requirement) for requirement in require]
    labels, outcome = _places_or_promises(gold, tasks, data)
    worse = [line for figure, value in limits for line in _worse(outcome, figure, value)]
    mistakes = outcome["mistakes"]
    shown = mistakes if errors is None else mistakes[:errors]
    if as_json:
        click.echo(json.dumps({**outcome, "mistakes": shown}, indent=2, **JSON_OPTIONS))
    else:
        say(promise_lines(outcome) if is_of_promises(labels[0]) else place_lines(outcome))
        say(shown)
        if len(shown) < len(mistakes):
            say([f"… and {len(mistakes) - len(shown)} more mistakes"])
    say(worse, err=True)
    if worse:
        sys.exit(DATA_FALLS_SHORT)


def _places_or_promises(
    gold: Sequence[str], tasks: str | None, data: Path | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The labels and how they compare with what the program finds."""
    from geo.gazetteer import read_gazetteer
    from geo.geocoder import Geocoder
    from lingang.locations import data_dir

    folder = data or data_dir()
    gazetteer = read_gazetteer(folder)
    labels = _read_all(gold, {place.id: place.kind for place in gazetteer.places.values()})
    if is_of_promises(labels[0]):
        from plans.evaluate import evaluate_promises

        return labels, evaluate_promises(_read_tasks(tasks, folder), labels).to_json()
    from geo.evaluate import evaluate as compare

    is_lacking = any("text" not in label for label in labels)
    items = _items(labels, _read_tasks(tasks, folder) if tasks or is_lacking else ())
    geocoder = Geocoder(gazetteer)
    records = [
        geocoder.geocode(item["text"], title=item["title"], path=item["path"]).to_json(item["id"])
        for item in items
    ]
    texts = {item["id"]: item["text"] for item in items}
    return labels, compare(records, labels, texts=texts).to_json()


def _read_all(gold: Sequence[str], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """The labels of all files, which are of one sort; a file without any is refused."""
    labels: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for path in gold:
        name, lines = lines_of(path)
        found = read_labels(lines, name, kinds=kinds, seen=seen)
        if not found:
            raise LabelError(f"{name}: holds no label")
        if any(is_of_promises(label) != is_of_promises((labels or found)[0]) for label in found):
            raise LabelError(f"{name}: labels of places and of promises; evaluate each sort on its own")
        labels += found
    return labels


def _read_tasks(path: str | None, folder: Path) -> list[Task]:
    from layers.built_in import read_built_in
    from plans.tasks import read_tasks

    if path:
        return read_tasks(Path(path))
    return [task for tasks in read_built_in(folder).tasks.values() for task in tasks]


def _items(labels: Iterable[Mapping[str, Any]], tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """What to geocode for each label: its own text, else that of the task of its id, if there is one."""
    known = {task.id: task for task in tasks}
    items = []
    for label in labels:
        task = known.get(label["task"])
        if "text" in label:
            title, path = label.get("title", ""), label.get("path", ())
            items.append({"id": label["task"], "text": label["text"], "title": title, "path": path})
        elif task:
            items.append({"id": task.id, "text": task.text, "title": task.title, "path": task.path})
    return items


def _limit(requirement: str) -> tuple[str, float]:
    figure, _, value = requirement.partition("=")
    try:
        limit = float(value)
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        problem = f"--require {requirement}: not of the form figure=number, such as zones.f1=0.95"
        raise click.UsageError(problem)
    return figure, limit


def _worse(outcome: Mapping[str, Any], figure: str, limit: float) -> list[str]:
    """A line that says how a figure falls short of its limit, or none. Raises UsageError on no figure."""
    value: Any = outcome
    for key in figure.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise click.UsageError(f"--require {figure}: no such figure; --json shows them all")
    if figure.rpartition(".")[2] in SMALLER_IS_BETTER:
        return [f"{figure} is {value}, more than {limit:g}"] if value > limit else []
    return [f"{figure} is {value}, less than {limit:g}"] if value < limit else []
