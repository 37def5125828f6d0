"""Which parts and chapters does a plan have, and which part is meant by an id such as `2023:2.5`?

A part is a heading that tasks stand under. Its id is the plan's id and, after a colon, its place among the
headings beside it, level by level, counted in the order in which tasks first stand under them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.atlas import LinkedTask

MARK = ":"  # between plan and place; no plan id holds one


@dataclass(frozen=True)
class PlanPart:
    """A heading of a plan. `parent` is the id of the part around it, None for a part of the plan itself."""

    id: str
    plan: str
    title: str
    parent: str | None


def parts_of(items: Iterable[LinkedTask]) -> tuple[dict[str, PlanPart], dict[str, tuple[str, ...]]]:
    """Return the parts by id, each before its own chapters, and the parts that every task stands under."""
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    beside: dict[tuple[str, tuple[str, ...]], int] = {}
    parts: dict[str, PlanPart] = {}
    under: dict[str, tuple[str, ...]] = {}
    for item in items:
        plan, path, chain = item.task.plan, item.task.path, ""
        ids: list[str] = []
        for depth in range(1, len(path) + 1):
            key, around = (plan, path[:depth]), (plan, path[: depth - 1])
            if key not in numbers:
                numbers[key] = beside[around] = beside.get(around, 0) + 1
            chain = f"{chain}.{numbers[key]}" if chain else f"{plan}{MARK}{numbers[key]}"
            parts.setdefault(chain, PlanPart(chain, plan, path[depth - 1], ids[-1] if ids else None))
            ids.append(chain)
        under[item.id] = tuple(ids)
    return _in_order(parts), under


def _in_order(parts: dict[str, PlanPart]) -> dict[str, PlanPart]:
    """Plans as they come; within one by number, so a chapter stands below its part."""
    plans = list(dict.fromkeys(part.plan for part in parts.values()))

    def place(part: PlanPart) -> tuple[int, list[int]]:
        numbers = part.id.rpartition(MARK)[2]
        return plans.index(part.plan), [int(number) for number in numbers.split(".")]

    return {part.id: part for part in sorted(parts.values(), key=place)}
