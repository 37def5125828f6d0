"""The atlas: every zone, place, line and task read, geocoded and joined, in memory.

`load_atlas` is the one way in; the web, the command line and Python users call it. Nothing is read from
disk at import. Everything shown can be traced back: layer → link → evidence → characters of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.features import Feature, read_features
from geo.gazetteer import TABLE, read_rows, with_aliases
from geo.geocoder import Geocoder, Link, TaskLinks
from geo.zones import Zone, ZoneTree
from layers.built_in import Plan, read_built_in, read_plans
from layers.comparison import find_plan, is_same_title
from layers.crossings import zones_crossed
from layers.english import EnglishWords, read_english
from layers.errors import DataFaultError
from layers.intake import BuiltIn
from layers.official import OfficialText
from layers.own_names import build_gazetteer
from layers.review_links import CROSSES, AppliedReview, apply_reviews
from layers.reviews import FILE as REVIEWS
from layers.reviews import Review, ReviewFault, effective, find_faults, is_placeable, parse_reviews
from layers.stored import StoredPlan
from layers.workspace import Workspace
from lingang.errors import UnknownIdError
from lingang.locations import data_dir
from plans.milestones import find_milestones
from plans.records import Task
from plans.targets import find_targets

FEATURE_FILES = ("zones", "transit", "schools", "hospitals", "sites", "base")
SCOPES = ("zones", "lines", "whole", "outside")
HERE = ("in", "near")  # relations that bring a task into a zone's list; `serves` only passes through
CROSSING_CONFIDENCE = 0.8  # the line is sure, that the work reaches this stretch of it is not


@dataclass(frozen=True)
class LinkedTask:
    """A task together with its links. `links` holds the text's own and those of lines that pass zones.

    `official` is the published text, where its document is at hand. `reviews` are the decisions of people
    on the task's links, already applied to `links` and to those of `official`.
    """

    task: Task
    links: TaskLinks
    official: OfficialText | None = None
    reviews: tuple[AppliedReview, ...] = ()

    @property
    def id(self) -> str:
        return self.task.id

    @property
    def scope(self) -> str:
        return self.links.scope

    def zones(self, *relations: str) -> list[str]:
        """Ids of the zones linked by one of `relations`, in the order of their evidence."""
        return [x.target for x in self.links.links if x.kind == "zone" and x.relation in relations]

    @property
    def texts(self) -> dict[str, str]:
        """The texts that a decision can be made on: the task's own, and the published one if at hand."""
        return {"summary": self.task.text} | ({"official": self.official.text} if self.official else {})

    @property
    def rejected(self) -> list[tuple[Link, AppliedReview]]:
        """The links that a person took away, each with the decision."""
        return [(x, done) for done in self.reviews if done.acts_as == "reject" for x in done.links]

    def review_of(self, link: Link) -> AppliedReview | None:
        """The decision that confirmed or added a link of the task, None where nobody decided on it."""
        held = (done for done in self.reviews if done.acts_as != "reject")
        return next((done for done in held if link.target in {x.target for x in done.links}), None)

    def to_json(self) -> dict[str, Any]:
        """The task and its links as one record: the task with `scope`, `reason`, `links`, `unplaced`.

        A link that a person decided on has `review`; `rejected` are those taken away, with theirs.
        """
        record = self.links.to_json(self.task.id)
        del record["task"]
        for row, link in zip(record["links"], self.links.links, strict=True):
            if done := self.review_of(link):
                row["review"] = done.to_json()
        record["rejected"] = [
            {**link.to_json(), **done.names[link.target], "review": done.to_json()}
            for link, done in self.rejected
        ]
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
    """Everything joined. Build it with `load_atlas`.

    `documents` are those of a workspace by plan id, built-in plans' too; `faults` say what of it could
    not be shown, and what is wrong with review decisions; `root` is the data folder.
    """

    zones: ZoneTree = field(repr=False)
    files: Mapping[str, list[Feature]] = field(repr=False)
    plans: Mapping[str, Plan]
    tasks: Mapping[str, LinkedTask] = field(repr=False)
    geocoder: Geocoder = field(repr=False)
    documents: Mapping[str, StoredPlan] = field(default_factory=dict, repr=False)
    faults: tuple[str, ...] = ()
    root: Path = field(default_factory=data_dir)

    @cached_property
    def english(self) -> EnglishWords:
        """English sentences about the tasks of the data folder, and its headings in English."""
        return read_english(self.root)

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
        children: dict[str, list[LinkedTask]] = {z: [] for z in self.zones.descendants(zone_id)}
        own: list[LinkedTask] = []
        passing: list[LinkedTask] = []
        for item in self.tasks.values() if tasks is None else tasks:
            here = set(item.zones(*HERE))
            if zone_id in here:
                own.append(item)
            below = here & children.keys()
            for child in below:
                children[child].append(item)
            if zone_id not in here and not below:
                served = item.zones("serves")
                if zone_id in served or not children.keys().isdisjoint(served):
                    passing.append(item)
        return ZoneTasks(zone, own, {z: found for z, found in children.items() if found}, passing)

    def zone_counts(self, tasks: Iterable[LinkedTask] | None = None) -> dict[str, dict[str, Any]]:
        """Count tasks per zone: `own`, `total` (with children), `passing`, and `by_plan` of the total."""
        return self._all_counts if tasks is None else self._counts_of(list(tasks))

    @cached_property
    def _all_counts(self) -> dict[str, dict[str, Any]]:
        """The counts of all tasks: every page asks for them, and they never change."""
        return self._counts_of(list(self.tasks.values()))

    def _counts_of(self, pool: Iterable[LinkedTask]) -> dict[str, dict[str, Any]]:
        """The counts in one pass over the tasks, whatever the number of zones."""
        around = {zone.id: (zone.id, *self.zones.ancestors(zone.id)) for zone in self.zones}
        own, passing = Counter[str](), Counter[str]()
        by_plan: dict[str, Counter[str]] = {zone_id: Counter() for zone_id in around}
        for item in pool:
            here = set(item.zones(*HERE))
            holding = {z for zone_id in here for z in around[zone_id]}
            own.update(here)
            passing.update({z for x in item.zones("serves") for z in around[x]} - holding)
            for zone_id in holding:
                by_plan[zone_id][item.task.plan] += 1
        return {
            zone_id: {
                "own": own[zone_id],
                "total": counts.total(),
                "passing": passing[zone_id],
                "by_plan": dict(sorted(counts.items())),
            }
            for zone_id, counts in by_plan.items()
        }


def load_atlas(root: Path | None = None, workspace: Path | None = None) -> Atlas:
    """Read the data folder (the built-in one by default), geocode every task and join it all.

    With the folder of a `workspace` its plans stand beside the built-in ones, and its documents of
    built-in plans lend them their official text. What of it cannot be shown is told in `Atlas.faults`.
    Review decisions, the workspace's before the built-in ones, win over the geocoder.

    Raises
    ------
    GeoJSONError, PlanError, DataFaultError
        A file is broken or the parts do not fit; the message says which file and feature.
    WorkspaceError
        The workspace's index cannot be read.
    OSError
        A file is missing or cannot be opened.
    """
    root = data_dir() if root is None else Path(root)
    files = {
        name: read_features(root / "geojson" / f"{name}.geojson", shown_as=f"geojson/{name}.geojson")
        for name in FEATURE_FILES
    }
    names = read_rows(root / TABLE, shown_as=TABLE)
    gazetteer, name_faults = build_gazetteer(files, names, workspace)
    geocoder = Geocoder(gazetteer)
    files = with_aliases(files, gazetteer)
    zones = ZoneTree.from_features(files["zones"])
    plans = read_plans(root / "plans" / "plans.json")
    built_in = read_built_in(root, plans)
    crossed = {f.id: zones_crossed(f, zones) for f in files["transit"]}
    tasks: dict[str, LinkedTask] = {}
    for plan_id, items in built_in.tasks.items():
        for task in items:
            if task.id in tasks:
                raise DataFaultError(f"data/plans/{plan_id}.jsonl: task id {task.id!r} stands twice")
            tasks[task.id] = link_task(with_promises(task, plans[plan_id].years), geocoder, crossed)
    atlas = Atlas(zones, files, plans, tasks, geocoder, faults=tuple(name_faults), root=root)
    reviews, faults = _read_built_in_reviews(root)
    if workspace is not None:
        atlas = _with_workspace(atlas, workspace, built_in, crossed)
        more, unread = Workspace(workspace).read_reviews()
        reviews, faults = [*reviews, *more], [*faults, *unread]
    return _with_reviews(replace(atlas, faults=(*atlas.faults, *faults)), reviews, crossed)


def _read_built_in_reviews(root: Path) -> tuple[list[Review], list[str]]:
    """The decisions of a data folder, none where it has no such file, and what is wrong with its lines."""
    path = root / "plans" / REVIEWS
    reviews, faults = parse_reviews(path.read_bytes() if path.exists() else b"", "built-in")
    return reviews, [f"plans/{REVIEWS}, {fault}" for fault in faults]


def _with_reviews(atlas: Atlas, reviews: list[Review], crossed: Mapping[str, list[str]]) -> Atlas:
    """The atlas with the decisions applied that fit a task and a place of it."""
    faults, kinds = [], _kinds(atlas)
    for origin, shown in (("built-in", f"plans/{REVIEWS}"), ("workspace", REVIEWS)):
        mine = [review for review in reviews if review.origin == origin]
        faults += [f"{shown}, {fault}" for fault in review_faults(atlas, mine)]
    by_task: dict[str, list[Review]] = {}
    for review in effective(reviews).values():
        if review.task in atlas.tasks and is_placeable(review, kinds):
            by_task.setdefault(review.task, []).append(review)
    reviewed = {i: _reviewed(atlas, atlas.tasks[i], said, crossed) for i, said in by_task.items()}
    return replace(atlas, tasks={**atlas.tasks, **reviewed}, faults=(*atlas.faults, *faults))


def review_faults(atlas: Atlas, reviews: Iterable[Review]) -> list[ReviewFault]:
    """What is wrong with the decisions of one file, among the places and tasks of an atlas."""
    return find_faults(reviews, _kinds(atlas), {task_id: item.texts for task_id, item in atlas.tasks.items()})


def _kinds(atlas: Atlas) -> dict[str, str]:
    """The kind of every place that a task can be linked to."""
    return {place.id: place.kind for place in atlas.geocoder.gazetteer.places.values()}


def _reviewed(
    atlas: Atlas, item: LinkedTask, reviews: list[Review], crossed: Mapping[str, list[str]]
) -> LinkedTask:
    """A task with its links, and those of its official text, as people decided them."""
    places, texts = atlas.geocoder.gazetteer.places, item.texts
    links, applied = apply_reviews(
        item.links, reviews, texts, places, lambda own: _crossings(own, crossed), item.task.text
    )
    official = item.official
    if official and official.text == item.task.text:
        official = replace(official, links=links)
    elif official:
        changed, more = apply_reviews(official.links, reviews, texts, places, lambda own: (), official.text)
        official = replace(official, links=changed)
        # What only the official text names can be rejected too, and stays visible.
        pairs = zip(applied, more, strict=True)
        applied = tuple(y if x.acts_as == "reject" and not x.found and y.found else x for x, y in pairs)
    named = tuple(replace(done, names=_names(atlas, done)) for done in applied)
    return replace(item, links=links, official=official, reviews=named)


def _names(atlas: Atlas, done: AppliedReview) -> dict[str, dict[str, str]]:
    """What the places of a decision are called, by their ids."""
    properties = {link.target: atlas.features[link.target].properties for link in done.links}
    return {
        target: {"name": known["name"], "name_en": known.get("name_en") or known["name"]}
        for target, known in properties.items()
    }


def _with_workspace(atlas: Atlas, folder: Path, built_in: BuiltIn, crossed: Mapping[str, list[str]]) -> Atlas:
    """The atlas with a workspace's plans beside its own, and with the official texts that it has."""
    contents = Workspace(folder).read()
    plans, tasks, documents = dict(atlas.plans), dict(atlas.tasks), {}
    faults = [*atlas.faults, *(f"{fault.path.name}: {fault.problem}" for fault in contents.faults)]
    for stored in contents.plans.values():
        found = find_plan(stored.tasks, built_in.tasks)
        plan_id = found.plan if found else stored.plan
        if plan_id in documents or (plan_id in atlas.plans and not found):
            faults.append(f"{stored.name} is not shown: plan id {plan_id!r} is taken; import it with another")
            continue
        if taken := next((t.id for t in stored.tasks if not found and t.id in tasks), None):
            faults.append(f"{stored.name} is not shown: task id {taken!r} is taken; import it with another")
            continue
        documents[plan_id] = stored
        if found:
            tasks |= _lend(stored, plan_id, tasks, atlas.geocoder)
        else:
            plans[plan_id] = Plan(
                plan_id, stored.title, stored.title, stored.year, "", "", until=stored.until
            )
            tasks |= {task.id: _with_official(task, stored, atlas.geocoder, crossed) for task in stored.tasks}
    return replace(atlas, plans=plans, tasks=tasks, documents=documents, faults=tuple(faults))


def _with_official(
    task: Task, stored: StoredPlan, geocoder: Geocoder, crossed: Mapping[str, list[str]]
) -> LinkedTask:
    """A task of a workspace: its own text is the official one."""
    item = link_task(task, geocoder, crossed)
    return replace(item, official=_official(task, stored, item.links))


def _lend(
    stored: StoredPlan, plan_id: str, tasks: Mapping[str, LinkedTask], geocoder: Geocoder
) -> dict[str, LinkedTask]:
    """The tasks of a built-in plan whose number and title stand in its document, with their official text."""
    lent = {}
    for task in stored.tasks:
        item = tasks.get(f"{plan_id}-{task.number}")
        if item and item.id not in lent and is_same_title(item.task.title, task.title):
            links = geocoder.geocode(task.text, title=task.title, path=task.path)
            lent[item.id] = replace(item, official=_official(task, stored, links))
    return lent


def _official(task: Task, stored: StoredPlan, links: TaskLinks) -> OfficialText:
    return OfficialText(
        task.text, task.title, stored.name, stored.sha256, task.span, task.milestones, task.targets, links
    )


def with_promises(task: Task, years: int | tuple[int, int] | None) -> Task:
    """A built-in task with the milestones and targets of its text; the files hold no derived records."""
    milestones, targets = find_milestones(task.text, years), find_targets(task.text, years)
    return replace(task, milestones=tuple(milestones), targets=tuple(targets))


def link_task(task: Task, geocoder: Geocoder, crossed: Mapping[str, list[str]]) -> LinkedTask:
    """Geocode one task and add the zones that its lines pass through."""
    links = geocoder.geocode(task.text, title=task.title, path=task.path)
    return LinkedTask(task, replace(links, links=(*links.links, *_crossings(links.links, crossed))))


def _crossings(links: Sequence[Link], crossed: Mapping[str, list[str]]) -> Iterator[Link]:
    """Zone links with relation `serves`, evidenced by the words that name the line."""
    seen = {x.target for x in links if x.kind == "zone"}
    for line in (x for x in links if x.kind == "line"):
        for zone_id in crossed.get(line.target, []):
            if zone_id not in seen:
                seen.add(zone_id)
                confidence = round(line.confidence * CROSSING_CONFIDENCE, 2)
                yield Link(zone_id, "zone", "serves", confidence, CROSSES, line.evidence)
