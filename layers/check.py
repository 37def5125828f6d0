"""The data check behind `lingang check`: feature files, gazetteer, plans, and that they fit together."""

from __future__ import annotations

import csv
from pathlib import Path

from geo.check import check_data
from geo.faults import Fault
from geo.gazetteer import read_gazetteer
from layers.atlas import load_atlas
from layers.built_in import read_plans
from layers.errors import DataFaultError
from lingang.errors import PlanningMapError
from plans.check import PlanFault, check_plan

UNREADABLE = ("file", "read", "schema")  # after such a fault the features have no names to compare


def check_all(root: Path) -> list[Fault | PlanFault]:
    """Return every fault of a data folder, feature files first; [] when it is sound.

    Files that cannot be joined are tried only when each is sound by itself: a broken file would only
    repeat its own fault in other words.
    """
    faults: list[Fault | PlanFault] = list(check_data(root))
    if not any(fault.rule in UNREADABLE for fault in faults):
        faults += check_gazetteer(root)
    faults += check_plans(root)
    return faults or check_join(root)


def check_gazetteer(root: Path) -> list[Fault]:
    """Two places with one name, a row with an unknown target, a file that cannot be read."""
    try:
        read_gazetteer(root)
    except (PlanningMapError, OSError, UnicodeDecodeError, csv.Error) as error:
        return [Fault("gazetteer.csv", "", "gazetteer", str(error))]
    return []


def check_plans(root: Path) -> list[PlanFault]:
    """The list of plans and every plan in it."""
    try:
        plans = read_plans(root / "plans" / "plans.json")
    except DataFaultError as error:
        return [PlanFault("plans/plans.json", "", "read", str(error))]
    return [fault for plan_id in plans for fault in check_plan(root / "plans" / f"{plan_id}.jsonl", plan_id)]


def check_join(root: Path) -> list[Fault | PlanFault]:
    """Every link must lead to a feature, every evidence to the words it quotes."""
    try:
        atlas = load_atlas(root)
    except (PlanningMapError, OSError) as error:
        return [Fault("data", "", "join", str(error))]
    faults: list[Fault | PlanFault] = []
    for item in atlas.tasks.values():
        for link in item.links.links:
            if link.target not in atlas.features:
                problem = f"links to {link.target!r}, which is no feature"
                faults.append(Fault("links", item.id, "join", problem))
            for start, end, words in link.evidence:
                if item.task.text[start:end] != words:
                    problem = f"{words!r} does not stand at {start}-{end}"
                    faults.append(Fault("links", item.id, "evidence", problem))
    return faults
