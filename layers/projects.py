"""Projects on the atlas: where each one is, what the plans promise of it, and how their word changed.

`load_projects` joins the register (`data/projects.jsonl`) to an atlas. Mentions in built-in tasks are those
of the register, checked and reviewed; tasks of a workspace are matched when the atlas is loaded.
Coordinates: lon, lat in EPSG:4326.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from shapely.geometry import Point

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask
from layers.built_in import Plan, read_plans
from layers.errors import DataFaultError, FilterError
from layers.project_places import (
    WHOLE_AREA,
    ProjectPlace,
    can_be_at,
    mark_of,
    place_of,
    places_of,
    zone_of,
)
from lingang.errors import UnknownIdError
from plans.project_history import (
    PlanEntry,
    PlanTime,
    Promise,
    State,
    find_impossible,
    make_history,
    state_at,
)
from plans.project_matcher import Candidate, ProjectMatcher, Proposal
from plans.project_verdicts import VERDICTS, Verdict, judge, latest_course
from plans.projects import KINDS, Mention, Project, read_projects
from plans.records import STAGES

REGISTER = "projects.jsonl"
REVIEWS = "plans/project-reviews.jsonl"
_YEAR_WORDS = re.compile(r"20\d\d年?(?:度)?|管委会|管理委员会|[（(][^（）()]*[）)]|[-—–\s]|全文")


@dataclass(frozen=True)
class ProjectView:
    """A project with its place, history and verdicts, ready to be shown.

    `point` is where its mark stands and `placed_at` what that point is; `zone` is the zone it lies in,
    `zones` that zone and those around it. `live` are the mentions found in tasks of a workspace.
    """

    project: Project
    places: tuple[ProjectPlace, ...]
    zone: str
    zones: tuple[str, ...]
    point: Point | None
    placed_at: str
    history: tuple[PlanEntry, ...]
    verdicts: tuple[Verdict, ...]
    live: tuple[Mention, ...] = ()

    @property
    def id(self) -> str:
        return self.project.id

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Every mention, those of the register first."""
        return (*self.project.mentions, *self.live)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Ids of the tasks that name it, in the order of the mentions."""
        return tuple(dict.fromkeys(mention.task for mention in self.mentions))

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of the plans that name it, in the order of time."""
        return tuple(entry.plan.id for entry in self.history)

    @property
    def latest(self) -> Promise | None:
        """The furthest step that the newest plan promises which promises any."""
        return next((e.furthest for e in reversed(self.history) if e.furthest), None)

    @property
    def course(self) -> Verdict | None:
        """The newest verdict on how things go."""
        return latest_course(self.verdicts)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a plan promises of it that cannot be: a step before the plan, stages out of order."""
        return tuple(fault.problem for fault in find_impossible(self.id, self.history))

    def state_at(self, day: date) -> State | None:
        """The state at a day as the newest plan published by then promises it; None before the first."""
        return state_at(self.history, day)

    def to_json(self, *, at: date | None = None) -> dict[str, Any]:
        """The project as one record; with `at` also its state at that day."""
        point = None if self.point is None else [round(self.point.x, 6), round(self.point.y, 6)]
        record = self.project.to_json()
        del record["mentions"]
        record |= {
            "places": [place.to_json() for place in self.places],
            "zone": self.zone,
            "point": point,
            "placed_at": self.placed_at,
            "plans": list(self.plans),
            "tasks": list(self.tasks),
            "stage": self.latest and self.latest.stage,
            "due": self.latest and self.latest.due,
            "verdict": self.course and self.course.kind,
            "history": [entry.to_json() for entry in self.history],
            "verdicts": [verdict.to_json() for verdict in self.verdicts],
            "doubts": list(self.doubts),
        }
        if at is not None:
            state = self.state_at(at)
            record["state"] = state and state.to_json()
        return record


@dataclass(frozen=True)
class Projects:
    """The projects of an atlas by id, the plans in time, and the things that no project covers."""

    views: Mapping[str, ProjectView]
    plans: tuple[PlanTime, ...]
    atlas: Atlas

    def get(self, project_id: str) -> ProjectView:
        """Return a project, or raise `UnknownIdError` with the nearest id."""
        if project_id not in self.views:
            raise UnknownIdError("project", project_id, self.views)
        return self.views[project_id]

    @cached_property
    def by_task(self) -> dict[str, tuple[str, ...]]:
        """Ids of the projects that each task names; tasks without any are left out."""
        found: dict[str, list[str]] = {}
        for view in self.views.values():
            for task_id in view.tasks:
                found.setdefault(task_id, []).append(view.id)
        return {task_id: tuple(ids) for task_id, ids in found.items()}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of projects with each kind of verdict; one project can have several."""
        kinds = Counter(kind for view in self.views.values() for kind in {v.kind for v in view.verdicts})
        return {kind: kinds[kind] for kind in VERDICTS if kinds[kind]}

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Things with a milestone that no project covers, the likeliest first; every one is listed."""
        matcher = ProjectMatcher({view.id: view.project for view in self.views.values()})
        by_task: dict[str, list[Mention]] = {}
        for view in self.views.values():
            for mention in view.mentions:
                by_task.setdefault(mention.task, []).append(mention)
        given = {(p.task, p.evidence) for v in self.views.values() for e in v.history for p in e.promises}
        found = [
            candidate
            for item in self.atlas.tasks.values()
            for candidate in matcher.propose_new(item.task, by_task.get(item.id, ()))
            if (candidate.task, candidate.evidence) not in given
        ]
        return tuple(sorted(found, key=lambda candidate: -candidate.score))

    def select(
        self,
        *,
        kind: str | None = None,
        zone: str | None = None,
        stage: str | None = None,
        verdict: str | None = None,
    ) -> list[ProjectView]:
        """Return the projects that meet every filter given, in the order of their ids.

        Raises
        ------
        FilterError
            An unknown kind, stage or verdict.
        UnknownIdError
            An unknown zone.
        """
        for name, value, known in (
            ("kind", kind, tuple(KINDS)),
            ("stage", stage, STAGES),
            ("verdict", verdict, tuple(VERDICTS)),
        ):
            if value is not None and value not in known:
                raise FilterError(name, value, list(known))
        if zone is not None:
            self.atlas.zones.get(zone)
        return [
            view
            for view in self.views.values()
            if (kind is None or view.project.kind == kind)
            and (zone is None or zone in view.zones)
            and (stage is None or any(p.stage == stage for e in view.history for p in e.whole))
            and (verdict is None or any(v.kind == verdict for v in view.verdicts))
        ]


_KEPT: deque[tuple[Path, Projects]] = deque(maxlen=2)  # of the atlases used last; joining takes a while


def load_projects(atlas: Atlas, root: Path | None = None) -> Projects:
    """Join the register of a data folder (the atlas's own by default) to an atlas; kept for that atlas.

    A folder without a register has no projects.

    Raises
    ------
    ProjectError
        The register cannot be read.
    DataFaultError
        A project names a place that no feature has.
    """
    root = atlas.root if root is None else Path(root)
    for path, kept in tuple(_KEPT):
        if kept.atlas is atlas and path == root:
            return kept
    register = read_projects(root / REGISTER) if (root / REGISTER).exists() else {}
    projects = join_projects(atlas, register, built_in=built_in_plans(root))
    _KEPT.append((root, projects))
    return projects


def join_projects(atlas: Atlas, register: Mapping[str, Project], *, built_in: Iterable[str]) -> Projects:
    """Join a register to an atlas; tasks of plans that are not `built_in` are matched now."""
    known = frozenset(built_in)
    own = [item for item in atlas.tasks.values() if item.task.plan not in known]
    live: dict[str, list[Mention]] = {}
    for proposal in propose_links(atlas, register, own):
        live.setdefault(proposal.project, []).append(proposal.mention)
    mentions = {key: (*project.mentions, *live.get(key, ())) for key, project in register.items()}
    times = plan_times(atlas.plans.values())
    histories = make_history(times, {key: item.task for key, item in atlas.tasks.items()}, mentions)
    views = {}
    for key, project in sorted(register.items()):
        verdicts = judge(project, histories, times, register)
        views[key] = _view(atlas, project, histories[key], verdicts, live.get(key, []))
    return Projects(views, times, atlas)


def propose_links(
    atlas: Atlas, register: Mapping[str, Project], items: Iterable[LinkedTask]
) -> list[Proposal]:
    """Return the matcher's proposals for tasks, with the places that the atlas gives them."""
    matcher = ProjectMatcher(register, compatible=lambda project, at: can_be_at(atlas, project, at))
    return [p for item in items for p in matcher.propose(item.task, places_of(item))]


def built_in_plans(root: Path) -> frozenset[str]:
    """Ids of the plans that a data folder holds."""
    return frozenset(read_plans(root / "plans" / "plans.json"))


def plan_times(plans: Iterable[Plan]) -> tuple[PlanTime, ...]:
    """The plans that have a year, in the order in which they were published.

    A plan without a printed day counts as published on the first day of its year. Two plans are of one
    series when their titles are the same but for years, brackets and the authority's suffix.
    """
    times = []
    for plan in plans:
        if plan.year is None:
            continue
        last = plan.year if plan.until is None else plan.until
        series = f"{_YEAR_WORDS.sub('', plan.title)}:{last - plan.year}"
        published = _day(plan.published) or date(plan.year, 1, 1)
        times.append(PlanTime(plan.id, plan.title, plan.title_en, published, plan.year, last, series))
    return tuple(sorted(times, key=lambda plan: (plan.published, plan.id)))


def project_features(atlas: Atlas) -> list[Feature]:
    """One point for every project: its site, the vertex of its line nearest the middle, or its zone."""
    return [_feature(view) for view in load_projects(atlas).views.values()]


def _feature(view: ProjectView) -> Feature:
    project, latest = view.project, view.latest
    properties = {
        "id": view.id,
        "name": project.name,
        "name_en": project.name_en,
        "kind": project.kind,
        "places": ",".join(place.id for place in view.places),
        "zone": view.zone,
        "placed_at": view.placed_at,
        "stage": latest.stage if latest else "",
        "due": (latest.due or "") if latest else "",
        "verdict": view.course.kind if view.course else "",
        "plans": ",".join(view.plans),
        "tasks": ",".join(view.tasks),
        "source": project.source,
        "note": project.note,
    }
    return Feature(view.id, properties, view.point)


def _view(
    atlas: Atlas,
    project: Project,
    history: Sequence[PlanEntry],
    verdicts: Sequence[Verdict],
    live: Sequence[Mention],
) -> ProjectView:
    if lost := next((place for place in project.places if place not in atlas.features), None):
        problem = f"names the place {lost!r}, which is no feature; use the id of a site, line or zone"
        raise DataFaultError(f"{REGISTER}: project {project.id!r} {problem}")
    features = [atlas.features[place] for place in project.places]
    places = tuple(place_of(atlas, feature) for feature in features)
    zone = next((z for f in features if (z := zone_of(atlas, f))), WHOLE_AREA)
    point, placed_at = mark_of(atlas, features, zone)
    around = (zone, *atlas.zones.ancestors(zone))
    return ProjectView(
        project, places, zone, around, point, placed_at, tuple(history), tuple(verdicts), tuple(live)
    )


def _day(written: str) -> date | None:
    """The day of YYYY, YYYY-MM or YYYY-MM-DD, the first one where less is printed."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", written)
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None
