"""The tasks of one zone under a filter, as sets: counted at once, and listed only as far as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.atlas import LinkedTask, ZoneTasks
from layers.task_index import TaskIndex


@dataclass(frozen=True)
class ZoneSets:
    """What `Atlas.zone_tasks` lists, as sets of an index. Make it with `zone_sets`.

    `every` are the tasks here and in the child zones together; a child without any is left out.
    """

    index: TaskIndex
    zone_id: str
    own: int
    children: dict[str, int]
    passing: int
    every: int

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks are the zone's `own`, in `total` with the child zones', and only `passing`."""
        sets = {"own": self.own, "total": self.every, "passing": self.passing}
        return {name: tasks.bit_count() for name, tasks in sets.items()}

    def placed(self, first: int, most: int) -> list[tuple[LinkedTask, str]]:
        """So many of the tasks from one on, counted from 0, each with the first zone that it stands under."""
        found: list[tuple[LinkedTask, str]] = []
        for zone_id, tasks in self._new():
            count = tasks.bit_count()
            if first < count and len(found) < most:
                positions = self.index.positions_of(tasks)[first : first + most - len(found)]
                found += [(self.index.items[at], zone_id) for at in positions]
            first = max(0, first - count)
        return found

    def _new(self) -> Iterator[tuple[str, int]]:
        """The zone and its child zones, each with the tasks that no zone before has."""
        seen = self.own
        yield self.zone_id, self.own
        for zone_id, tasks in self.children.items():
            yield zone_id, tasks & ~seen
            seen |= tasks

    def pass_through(self, first: int, most: int) -> list[LinkedTask]:
        """So many of the tasks that only pass through, from one on."""
        positions = self.index.positions_of(self.passing)[first : first + most]
        return [self.index.items[at] for at in positions]

    def first(self, most: int) -> tuple[ZoneTasks, int]:
        """The first tasks of each list, of the child zones so many together, and how many are left out."""
        index, room = self.index, most
        children: dict[str, list[LinkedTask]] = {}
        for zone_id, tasks in self.children.items():
            if room <= 0:
                break
            children[zone_id] = index.tasks_of(tasks)[:room]
            room -= len(children[zone_id])
        own, passing = index.tasks_of(self.own)[:most], self.pass_through(0, most)
        rows = sum(tasks.bit_count() for tasks in (self.own, self.passing, *self.children.values()))
        kept = len(own) + len(passing) + sum(map(len, children.values()))
        return ZoneTasks(index.atlas.zones.get(self.zone_id), own, children, passing), rows - kept


def zone_sets(index: TaskIndex, zone_id: str, tasks: int) -> ZoneSets:
    """The tasks of a zone among a set; raises UnknownIdError for a zone that does not exist."""
    zone = index.atlas.zones.get(zone_id)
    below = {child: index.zone_own[child] & tasks for child in index.atlas.zones.descendants(zone.id)}
    return ZoneSets(
        index,
        zone.id,
        index.zone_own[zone.id] & tasks,
        {child: found for child, found in below.items() if found},
        index.zone_passing[zone.id] & tasks,
        index.zone[zone.id] & tasks,
    )
