"""Counts tasks by zone and plan: all zones at once, whatever their number.

Each line of a table is one task in one zone, as two numbers; a count under a filter is then a sum over the
lines whose task is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from layers.task_index import TaskIndex

Marks = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]


class ZoneTable:
    """The tasks of an index by zone, and by zone and plan. Get it with `TaskIndex.zone_table`."""

    def __init__(self, index: TaskIndex) -> None:
        self.zones, self.plans = list(index.zone), sorted(index.plan)
        plan_of = np.zeros(len(index.items) + 8, dtype=np.intp)
        for number, plan in enumerate(self.plans):
            plan_of[index.positions_of(index.plan[plan])] = number
        self._own = self._lines(index, index.zone_own)
        self._passing = self._lines(index, index.zone_passing)
        self._zone, self._task = self._lines(index, index.zone)
        self._cell = self._zone * max(len(self.plans), 1) + plan_of[self._task]

    def _lines(self, index: TaskIndex, sets: Mapping[str, int]) -> tuple[Numbers, Numbers]:
        """Zone and task of each line; zones in their order, tasks in that of the document."""
        tasks = [np.array(index.positions_of(sets[zone]), dtype=np.intp) for zone in self.zones]
        zones = np.repeat(np.arange(len(tasks), dtype=np.intp), [len(found) for found in tasks])
        return zones, np.concatenate(tasks) if tasks else zones

    def _count(self, lines: tuple[Numbers, Numbers], marks: Marks) -> list[int]:
        zones, tasks = lines
        found: list[int] = np.bincount(zones[marks[tasks] > 0], minlength=len(self.zones)).tolist()
        return found

    def totals(self, marks: Marks) -> dict[str, int]:
        """How many marked tasks happen in each zone or below it."""
        return dict(zip(self.zones, self._count((self._zone, self._task), marks), strict=True))

    def counts(self, marks: Marks) -> dict[str, dict[str, Any]]:
        """What `Atlas.zone_counts` says of the marked tasks."""
        own, passing = self._count(self._own, marks), self._count(self._passing, marks)
        total = self._count((self._zone, self._task), marks)
        cells = np.bincount(self._cell[marks[self._task] > 0], minlength=len(self.zones) * len(self.plans))
        by_plan: list[dict[str, int]] = [{} for _ in self.zones]
        for cell in np.flatnonzero(cells).tolist():
            zone, plan = divmod(cell, len(self.plans))
            by_plan[zone][self.plans[plan]] = int(cells[cell])
        rows = zip(self.zones, own, total, passing, by_plan, strict=True)
        return {zone: {"own": a, "total": b, "passing": c, "by_plan": plans} for zone, a, b, c, plans in rows}
