"""The atlas: every zone, place, line and task read, geocoded and joined, in memory.

`load_atlas` is the one way in; the web, the command line and Python users call it. Nothing is read from
disk at import. Everything shown can be traced back: layer → link → evidence → characters of the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.features import Feature, read_features
from geo.gazetteer import Gazetteer, read_rows
from geo.geocoder import Geocoder, Link, TaskLinks
from geo.zones import Zone, ZoneTree
from layers.crossings import zones_crossed
from layers.errors import DataFaultError
from lingang.errors import UnknownIdError
from lingang.locations import data_dir
from plans.milestones import find_milestones
from plans.records import Task
from plans.targets import find_targets
from plans.tasks import read_tasks

FEATURE_FILES = ("zones", "transit", "schools", "hospitals", "sites", "base")
SCOPES = ("zones", "lines", "whole", "outside")
HERE = ("in", "near")  # relations that bring a task into a zone's list; `serves` only passes through
PLAN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CROSSING_CONFIDENCE = 0.8  # the line is sure, that the work reaches this stretch of it is not


@dataclass(frozen=True)
class Plan:
    """A planning document: id, titles, year its due words are anchored to, and where it was published."""

    id: str
    title: str
    title_en: str
    year: int
    publisher: str
    published: str
    note: str = ""
    until: int | None = None  # last year of a plan that runs over several


@dataclass(frozen=True)
class LinkedTask:
    """A task together with its links. `links` holds the text's own and those of lines that pass zones."""

    task: Task
    links: TaskLinks

    @property
    def id(self) -> str:
        return self.task.id

    @property
    def scope(self) -> str:
        return self.links.scope

    def zones(self, *relations: str) -> list[str]:
        """Ids of the zones linked by one of `relations`, in the order of their evidence."""
        return [x.target for x in self.links.links if x.kind == "zone" and x.relation in relations]

    def to_json(self) -> dict[str, Any]:
        """The task record and its links record as one: the task with `scope`, `reason`, `links`, `unplaced`."""
        record = self.links.to_json(self.task.id)
        del record["task"]
        return {**self.task.to_json(), **record}


@dataclass(frozen=True)
class ZoneTasks:
    """The tasks of one zone: those that happen here, in its children, and those that pass through."""

    zone: Zone
    own: list[LinkedTask]
    children: dict[str, list[LinkedTask]]
    passing: list[LinkedTask]

    @property
    def total(self) -> int:
        """Number of different tasks here and in the child zones together."""
        return len({t.id for t in self.own} | {t.id for tasks in self.children.values() for t in tasks})


@dataclass(frozen=True)
class Atlas:
    """Everything joined. Build it with `load_atlas`."""

    zones: ZoneTree = field(repr=False)
    files: Mapping[str, list[Feature]] = field(repr=False)
    plans: Mapping[str, Plan]
    tasks: Mapping[str, LinkedTask] = field(repr=False)
    geocoder: Geocoder = field(repr=False)

    @cached_property
    def features(self) -> dict[str, Feature]:
        """Every feature of every file by id (ids are unique across files)."""
        return {f.id: f for features in self.files.values() for f in features}

    def get_task(self, task_id: str) -> LinkedTask:
        """Return a task.

        Raises
        ------
        UnknownIdError
            No such id; the message names the nearest one.
        """
        if task_id not in self.tasks:
            raise UnknownIdError("task", task_id, self.tasks)
        return self.tasks[task_id]

    def get_plan(self, plan_id: str) -> Plan:
        """Return a plan, or raise `UnknownIdError` with the nearest id."""
        if plan_id not in self.plans:
            raise UnknownIdError("plan", plan_id, self.plans)
        return self.plans[plan_id]

    def get_feature(self, feature_id: str) -> Feature:
        """Return a feature of any file, or raise `UnknownIdError` with the nearest id."""
        if feature_id not in self.features:
            raise UnknownIdError("feature", feature_id, self.features)
        return self.features[feature_id]

    def zone_tasks(self, zone_id: str, tasks: Iterable[LinkedTask] | None = None) -> ZoneTasks:
        """Return the tasks of a zone among `tasks` (all of them by default), in document order.

        A task of a child zone stands under that child, not under the zone itself; one that names both
        stands under both. A task passes through when a line of it crosses the zone or a child of it and
        it has no place of its own there.
        """
        zone = self.zones.get(zone_id)
        below = self.zones.descendants(zone_id)
        pool = list(self.tasks.values() if tasks is None else tasks)
        own = [t for t in pool if zone_id in t.zones(*HERE)]
        children = {z: [t for t in pool if z in t.zones(*HERE)] for z in below}
        here = {t.id for t in own} | {t.id for found in children.values() for t in found}
        family = {zone_id, *below}
        passing = [t for t in pool if t.id not in here and family & set(t.zones("serves"))]
        return ZoneTasks(zone, own, {z: found for z, found in children.items() if found}, passing)

    def zone_counts(self, tasks: Iterable[LinkedTask] | None = None) -> dict[str, dict[str, Any]]:
        """Count tasks per zone: `own`, `total` (with children), `passing`, and `by_plan` of the total."""
        return self._all_counts if tasks is None else self._counts_of(list(tasks))

    @cached_property
    def _all_counts(self) -> dict[str, dict[str, Any]]:
        """The counts of all tasks: every page asks for them, and they never change."""
        return self._counts_of(list(self.tasks.values()))

    def _counts_of(self, pool: list[LinkedTask]) -> dict[str, dict[str, Any]]:
        return {zone.id: self._count(zone.id, pool) for zone in self.zones}

    def _count(self, zone_id: str, pool: list[LinkedTask]) -> dict[str, Any]:
        found = self.zone_tasks(zone_id, pool)
        different = {t.id: t for t in found.own} | {t.id: t for ts in found.children.values() for t in ts}
        return {
            "own": len(found.own),
            "total": len(different),
            "passing": len(found.passing),
            "by_plan": dict(sorted(Counter(t.task.plan for t in different.values()).items())),
        }


def load_atlas(root: Path | None = None) -> Atlas:
    """Read the data folder (the built-in one by default), geocode every task and join it all.

    Raises
    ------
    GeoJSONError, PlanError, DataFaultError
        A file is broken or the parts do not fit; the message says which file and feature.
    OSError
        A file is missing or cannot be opened.
    """
    root = data_dir() if root is None else Path(root)
    files = {
        name: read_features(root / "geojson" / f"{name}.geojson", shown_as=f"geojson/{name}.geojson")
        for name in FEATURE_FILES
    }
    zones = ZoneTree.from_features(files["zones"])
    names = read_rows(root / "gazetteer.csv", shown_as="gazetteer.csv")
    geocoder = Geocoder(Gazetteer.from_features(**files, rows=names))
    plans = read_plans(root / "plans" / "plans.json")
    crossed = {f.id: zones_crossed(f, zones) for f in files["transit"]}
    tasks: dict[str, LinkedTask] = {}
    for plan in plans.values():
        for task in read_tasks(root / "plans" / f"{plan.id}.jsonl"):
            if task.id in tasks:
                raise DataFaultError(f"data/plans/{plan.id}.jsonl: task id {task.id!r} stands twice")
            tasks[task.id] = link_task(with_promises(task, plan.year), geocoder, crossed)
    return Atlas(zones=zones, files=files, plans=plans, tasks=tasks, geocoder=geocoder)


def with_promises(task: Task, year: int) -> Task:
    """A built-in task with the milestones and targets of its text; the files hold no derived records."""
    return replace(
        task, milestones=tuple(find_milestones(task.text, year)), targets=tuple(find_targets(task.text, year))
    )


def link_task(task: Task, geocoder: Geocoder, crossed: Mapping[str, list[str]]) -> LinkedTask:
    """Geocode one task and add the zones that its lines pass through."""
    links = geocoder.geocode(task.text, title=task.title, path=task.path)
    return LinkedTask(task, replace(links, links=(*links.links, *_crossings(links, crossed))))


def _crossings(links: TaskLinks, crossed: Mapping[str, list[str]]) -> Iterator[Link]:
    """Zone links with relation `serves`, evidenced by the words that name the line."""
    seen = {x.target for x in links.links if x.kind == "zone"}
    for line in (x for x in links.links if x.kind == "line"):
        for zone_id in crossed.get(line.target, []):
            if zone_id not in seen:
                seen.add(zone_id)
                confidence = round(line.confidence * CROSSING_CONFIDENCE, 2)
                yield Link(zone_id, "zone", "serves", confidence, "crosses", line.evidence)


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
