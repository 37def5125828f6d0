"""The plans that come with the program: what they are called, which years they are for, and their tasks.

Read without geography, so that reading a document starts fast.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from layers.errors import DataFaultError
from layers.intake import PLAN_ID, BuiltIn
from lingang.locations import data_dir
from plans.tasks import read_tasks


@dataclass(frozen=True)
class Plan:
    """A planning document: id, titles, year its due words are anchored to, and where it was published.

    A plan of a workspace may have no year (nobody said one, and the document does not); a built-in has.
    """

    id: str
    title: str
    title_en: str
    year: int | None
    publisher: str
    published: str
    note: str = ""
    until: int | None = None  # last year of a plan that runs over several

    @property
    def years(self) -> int | tuple[int, int] | None:
        """The year, or the first and the last, that its dates are counted from."""
        return self.year if self.year is None or self.until is None else (self.year, self.until)


def read_built_in(root: Path | None = None, plans: Mapping[str, Plan] | None = None) -> BuiltIn:
    """Return the tasks of the built-in plans as their files hold them; raises as the two readers do."""
    root = data_dir() if root is None else Path(root)
    plans = read_plans(root / "plans" / "plans.json") if plans is None else plans
    tasks = {plan_id: read_tasks(root / "plans" / f"{plan_id}.jsonl") for plan_id in plans}
    return BuiltIn(tasks, {plan.id: plan.year for plan in plans.values()})


def read_plans(path: Path) -> dict[str, Plan]:
    """Read the list of built-in plans, in the order in which they are to be shown.

    Raises
    ------
    DataFaultError
        The file is not a JSON list of plans, an entry lacks a field or has one of the wrong type, or
        two plans have one id.
    """
    plans: dict[str, Plan] = {}
    try:
        for entry in json.loads(path.read_text(encoding="utf-8")):
            plan = _plan_of(entry)
            if plan.id in plans:
                raise ValueError(f"plan id {plan.id!r} stands twice")
            plans[plan.id] = plan
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DataFaultError(f"{path.name}: not a list of plans: {error}") from error
    return plans


def _plan_of(entry: dict[str, Any]) -> Plan:
    """A plan from its entry; the id also names a file, so it is kept plain."""
    plan = Plan(**entry)
    for part in fields(Plan):
        expected = int if part.name in ("year", "until") else str
        value = getattr(plan, part.name)
        if type(value) is not expected and not (part.name == "until" and value is None):
            raise TypeError(f"{part.name!r} of plan {plan.id!r} must be of type {expected.__name__}")
    if not PLAN_ID.fullmatch(plan.id):
        raise ValueError(f"plan id {plan.id!r}; use lower-case letters, digits and hyphens")
    return plan
