"""Which tasks have which plan, part, zone, kind …? One set a value, made once for an atlas.

A set of tasks is an integer with one bit a task, in document order: a filter over ten thousand tasks is
then a few machine operations a value, and a count is a count of bits.
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.area_filter import PlaceIndex
from layers.atlas import HERE, SCOPES, Atlas, LinkedTask
from layers.place_kinds import kind_of_place
from layers.plan_parts import parts_of
from layers.projects import load_projects
from layers.word_filter import spell_texts
from layers.zone_table import ZoneTable
from plans.records import Milestone

SCOPE_FILTERS = (*SCOPES, "unplaced")  # `unplaced`: some name in the task is not in the gazetteer
HAS = ("milestones", "dates", "targets", "projects", "official")
PLACED = (*HERE, "along")  # relations of a place that the task is about; `serves` only passes through
Sets = dict[str, int]


class TaskIndex:
    """The tasks of an atlas by everything that they can be filtered by. Get it with `index_of`."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = weakref.ref(atlas)
        self.items = list(atlas.tasks.values())
        self.every = (1 << len(self.items)) - 1
        self.parts, under = parts_of(self.items)
        self.plan = self._sets((item.task.plan,) for item in self.items)
        self.part = self._sets(under[item.id] for item in self.items)
        self.scope = self._sets(_scopes_of(item) for item in self.items)
        self.target = self._sets([x.target for x in item.links.links] for item in self.items)
        self.placed = self._sets(
            [x.target for x in item.links.links if x.relation in PLACED] for item in self.items
        )
        self.kind = self._sets(
            [kind_of_place(atlas.get_feature(x.target)) for x in item.links.links if x.relation in PLACED]
            for item in self.items
        )
        self._index_zones(atlas)

    @property
    def atlas(self) -> Atlas:
        """The atlas that the index was made of."""
        atlas = self._atlas()
        assert atlas is not None  # whoever asks holds it
        return atlas

    @cached_property
    def has(self) -> Sets:
        """The tasks that hold a milestone, a printed date, a target, a project or their official text."""
        named = load_projects(self.atlas).by_task
        found = {
            "milestones": [bool(item.task.milestones) for item in self.items],
            "dates": [_is_dated(item) for item in self.items],
            "targets": [bool(item.task.targets) for item in self.items],
            "projects": [item.id in named for item in self.items],
            "official": [item.official is not None for item in self.items],
        }
        return {key: self.set_of(at for at, yes in enumerate(marks) if yes) for key, marks in found.items()}

    @cached_property
    def hay(self) -> list[str]:
        """What a task's words are looked for in: its number, title and text."""
        return [spell_texts((item.id, item.task.text)) for item in self.items]

    @cached_property
    def milestone_rows(self) -> list[tuple[npt.NDArray[np.intp], Milestone]]:
        """Milestones alike in stage, commitment and date: where the task of each stands, and one of them."""
        alike: dict[tuple[str, str, str | None, str | None], tuple[list[int], Milestone]] = {}
        for at, item in enumerate(self.items):
            for m in item.task.milestones:
                alike.setdefault((m.stage, m.commitment, m.due, m.due_implied), ([], m))[0].append(at)
        return [(np.array(positions, dtype=np.intp), milestone) for positions, milestone in alike.values()]

    @cached_property
    def milestones(self) -> list[tuple[int, Milestone]]:
        """The tasks with milestones alike in stage, commitment and date, and one of these milestones."""
        return [(self.set_of(positions.tolist()), milestone) for positions, milestone in self.milestone_rows]

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each task stands among the items, by its id."""
        return {item.id: at for at, item in enumerate(self.items)}

    @cached_property
    def places(self) -> PlaceIndex:
        """The places that tasks are about."""
        return PlaceIndex(self.atlas.get_feature(place_id) for place_id in self.placed)

    def marks_of(self, tasks: int) -> npt.NDArray[np.uint8]:
        """One number an item: 1 for those of a set, else 0; longer than the items by less than nine."""
        row = tasks.to_bytes(len(self.items) // 8 + 1, "little")
        return np.unpackbits(np.frombuffer(row, dtype=np.uint8), bitorder="little")

    def positions_of(self, tasks: int) -> list[int]:
        """Where the tasks of a set stand among the items."""
        found: list[int] = np.flatnonzero(self.marks_of(tasks)).tolist()
        return found

    def tasks_of(self, tasks: int) -> list[LinkedTask]:
        """The tasks of a set, in document order."""
        return [self.items[at] for at in self.positions_of(tasks)]

    def set_of(self, positions: Iterable[int]) -> int:
        """The set of the tasks at some positions among the items."""
        row = bytearray(len(self.items) // 8 + 1)
        for at in positions:
            row[at >> 3] |= 1 << (at & 7)
        return int.from_bytes(row, "little")

    @cached_property
    def zone_table(self) -> ZoneTable:
        """The tasks by zone and plan, to count them in."""
        return ZoneTable(self)

    def zone_counts(self, tasks: int) -> dict[str, dict[str, Any]]:
        """What `Atlas.zone_counts` says of a set of tasks."""
        return self.zone_table.counts(self.marks_of(tasks))

    def zone_totals(self, tasks: int) -> dict[str, int]:
        """How many tasks of a set happen in each zone or below it."""
        return self.zone_table.totals(self.marks_of(tasks))

    def _index_zones(self, atlas: Atlas) -> None:
        """Per zone the tasks that happen in it itself, in it or below, and those that only pass through."""
        own = self._sets(item.zones(*HERE) for item in self.items)
        served = self._sets(item.zones("serves") for item in self.items)
        self.zone_own = {zone.id: own.get(zone.id, 0) for zone in atlas.zones}
        self.zone: Sets = {}
        self.zone_passing: Sets = {}
        for zone in atlas.zones:
            family = (zone.id, *atlas.zones.descendants(zone.id))
            self.zone[zone.id] = union(own.get(z, 0) for z in family)
            self.zone_passing[zone.id] = union(served.get(z, 0) for z in family) & ~self.zone[zone.id]

    def _sets(self, values: Iterable[Iterable[str]]) -> Sets:
        """The set of the tasks that have each value, of the values that each task has."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, own in enumerate(values):
            for value in dict.fromkeys(own):
                found[value].append(at)
        return {value: self.set_of(positions) for value, positions in found.items()}


def union(sets: Iterable[int]) -> int:
    """The tasks that are in any of some sets."""
    return reduce(or_, sets, 0)


def _is_dated(item: LinkedTask) -> bool:
    """True when the text prints a date of a milestone or target."""
    dues = [*(m.due for m in item.task.milestones), *(t.due for t in item.task.targets)]
    return any(dues)


def _scopes_of(item: LinkedTask) -> Iterator[str]:
    yield item.scope
    if item.links.unplaced:
        yield "unplaced"


_KEPT: dict[int, tuple[weakref.ref[Atlas], TaskIndex]] = {}


def index_of(atlas: Atlas) -> TaskIndex:
    """The index of an atlas, made when first asked for and kept as long as the atlas is."""
    key = id(atlas)
    if key not in _KEPT or _KEPT[key][0]() is not atlas:
        _KEPT[key] = (weakref.ref(atlas, lambda _: _KEPT.pop(key, None)), TaskIndex(atlas))
    return _KEPT[key][1]
