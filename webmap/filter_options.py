"""The filter of the tasks as options of a command; `layers.tasks.TaskFilter` says what each one means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

FILTERS = {
    "zone": "Tasks of this zone and those below it; places that lie there.",
    "target": "Tasks of this place or line; the place itself.",
    "plan": "Tasks of this plan; several are parted by commas, here and in the options below.",
    "part": "Tasks of this part or chapter of a plan: 2023:2, 2023:2.5.",
    "kind": "Tasks about a place of this kind, such as zone, stop, school; the places of this kind.",
    "stage": "Tasks with a milestone of this stage.",
    "due": "Tasks with a milestone due then: 2023, 2023-H1, 2023-Q3, 2023-08.",
    "implied": "1: a milestone without a printed date counts as due in its plan's last year.",
    "commitment": "Tasks with a milestone promised so: firm, aim, explore.",
    "scope": "Tasks of this scope.",
    "has": "Tasks that hold milestones, dates, targets, projects or their official text.",
    "q": "Tasks, or places, that hold these words.",
    "near": "Tasks about a place, or places, around a position lon,lat or around a place named by its id.",
    "radius": "Metres around --near; 1000 when left out.",
    "shape": "Tasks about a place, or places, in this area: lon,lat;lon,lat;…",
}


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for every field of the filter."""
    for name, about in reversed(FILTERS.items()):
        command = click.option(f"--{name}", help=about)(command)
    return command
