"""Which projects does a filter ask for? The fields of the task list asked of projects, and the board's own.

A project has a place, a kind, steps and names of its own, and these are what a filter asks for. What only a
task has (its part of a plan, its scope, what it holds, the places that it names) is asked of the tasks that
name the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from layers.area_filter import PlaceIndex, find_centre, parse_radius, parse_shape
from layers.errors import FilterError
from layers.place_kinds import PLACE_KINDS, kind_of_place
from layers.projects import Projects, ProjectView
from layers.statuses import StatusError, parse_day
from layers.tasks import LISTS, TaskFilter, find_fault, find_tasks, meets_due
from layers.word_filter import holds_words, spell_texts, spell_words
from lingang.errors import PlanningMapError
from plans.lights import LIGHTS
from plans.project_history import Promise
from plans.project_verdicts import VERDICTS
from plans.projects import KINDS

NO_STAGE = "no_stage"  # the light of a project of which no plan promises a step
LIGHT_KEYS = (*LIGHTS, NO_STAGE)  # the most pressing first
SORTS = ("light", "name", "kind", "zone", "stage", "due", "verdict", "plans")
OF_TASKS = ("part", "scope", "has", "target")  # one task that names the project has all of these


@dataclass(frozen=True)
class ProjectFilter:
    """What to list; None means "any". Every field narrows; one of `layers.tasks.LISTS` may name several
    values, parted by commas, and takes what has any of them.

    `kind` is that of the project, else that of a place of it. `zone` takes in the zone's children. `stage`,
    `due` and `commitment` look at promises, and one promise must meet all; `light` is the most pressing one
    of these. `due` is as in `layers.tasks.TaskFilter`: a promise without a printed date meets it only when
    `implied` is "1". `verdict` is any verdict on the project, `plan` one that names it, `q` words that stand
    in its names, its id or its owner; `near` and `shape` are met by a place of its own. The fields of
    OF_TASKS are as in `TaskFilter`: one task that names the project, of the `plan` asked for, must meet all.
    `sort` is one of SORTS, with a "-" before it downwards.
    """

    kind: str | None = None
    zone: str | None = None
    stage: str | None = None
    due: str | None = None
    implied: str | None = None
    commitment: str | None = None
    light: str | None = None
    verdict: str | None = None
    plan: str | None = None
    part: str | None = None
    scope: str | None = None
    has: str | None = None
    target: str | None = None
    q: str | None = None
    near: str | None = None
    radius: str | None = None
    shape: str | None = None
    sort: str | None = None

    @classmethod
    def of_tasks(cls, wanted: TaskFilter) -> ProjectFilter:
        """The filter of the task list, asked of projects."""
        return cls(**wanted.to_query())

    def values(self, field: str) -> tuple[str, ...]:
        """The values that a field names; empty for any."""
        text = getattr(self, field) or ""
        if field not in LISTS:
            return (text,) if text else ()
        return tuple(dict.fromkeys(part for value in text.split(",") if (part := value.strip())))

    @property
    def task_filter(self) -> TaskFilter:
        """What of it the task list takes, kinds that only projects have left out."""
        known = {f.name: getattr(self, f.name) for f in fields(TaskFilter)}
        kinds = ",".join(kind for kind in self.values("kind") if kind in PLACE_KINDS)
        return TaskFilter(**{**known, "kind": kinds or None})

    def to_query(self) -> dict[str, str]:
        """The filter as query fields, only those that are set."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}


@dataclass(frozen=True)
class Ignored:
    """A field of a query that could not be used, and why."""

    name: str
    value: str
    error: PlanningMapError


class Question:
    """A filter put to the projects of an atlas: what it says of areas and tasks is looked up once."""

    def __init__(self, wanted: ProjectFilter, projects: Projects) -> None:
        self.wanted = wanted
        self._atlas = projects.atlas
        self._near = _places_near(wanted, projects) if wanted.near else None
        self._inside = _places_inside(wanted, projects) if wanted.shape else None
        asked = {name: getattr(wanted, name) for name in OF_TASKS if getattr(wanted, name)}
        found = find_tasks(projects.atlas, TaskFilter(plan=wanted.plan, **asked)) if asked else None
        self._tasks = None if found is None else frozenset(item.id for item in found)

    @property
    def is_of_promises(self) -> bool:
        """Whether it asks for a step, and so for one promise that meets it."""
        wanted = self.wanted
        return bool(wanted.stage or wanted.due or wanted.commitment)

    def is_met_by(self, view: ProjectView, plans: tuple[str, ...], verdicts: frozenset[str]) -> bool:
        """Whether a project that these plans name, and with these verdicts, meets all but the steps."""
        wanted, own = self.wanted, {place.id for place in view.places}
        zones, kinds, asked = wanted.values("zone"), wanted.values("kind"), wanted.values("plan")
        return (
            (not kinds or any(self._is_kind(view, kind) for kind in kinds))
            and (not zones or not set(zones).isdisjoint(view.zones))
            and (not asked or not set(asked).isdisjoint(plans))
            and wanted.verdict in (None, *verdicts)
            and (wanted.q is None or _says(view, wanted.q))
            and all(area is None or own & area for area in (self._near, self._inside))
            and (self._tasks is None or not self._tasks.isdisjoint(view.tasks))
        )

    def is_met_by_step(self, promise: Promise) -> bool:
        """Whether a promise has the stage, the commitment and a day of the due that are asked for."""
        wanted = self.wanted
        stages, firm, dues = (wanted.values(field) for field in ("stage", "commitment", "due"))
        if (stages and promise.stage not in stages) or (firm and promise.commitment not in firm):
            return False
        own = promise.due or (str(promise.last.year) if wanted.implied else "")
        return not dues or any(meets_due(own, due) for due in dues)

    def _is_kind(self, view: ProjectView, kind: str) -> bool:
        if kind in KINDS:
            return view.project.kind == kind
        return any(kind_of_place(self._atlas.get_feature(place.id)) == kind for place in view.places)


def read_filter(query: Mapping[str, str], projects: Projects) -> tuple[ProjectFilter, tuple[Ignored, ...]]:
    """Return the filter of a query, and the fields that were left out because nothing can meet them."""
    listed = TaskFilter.from_query(query).to_query()  # joins what a form names several times
    names = [f.name for f in fields(ProjectFilter)]
    asked = ProjectFilter(**{x: (listed.get(x) or query.get(x, "")).strip() or None for x in names})
    ignored: list[Ignored] = []
    for name in asked.to_query():
        good = []
        for value in asked.values(name):
            try:
                _check(name, value, projects)
                good.append(value)
            except PlanningMapError as error:
                ignored.append(Ignored(name, value, error))
        asked = replace(asked, **{name: ",".join(good) or None})
    return asked, tuple(ignored)


def read_today(query: Mapping[str, str], default: date) -> tuple[date, tuple[Ignored, ...]]:
    """Return the day that a query chooses with `today`, else `default` and why it was not taken."""
    written = query.get("today", "").strip()
    if not written:
        return default, ()
    try:
        return parse_day(written, "today"), ()
    except StatusError as error:
        return default, (Ignored("today", written, error),)


def _check(name: str, value: str, projects: Projects) -> None:
    """Raise the error of a value that nothing can meet."""
    listed: dict[str, tuple[str, ...]] = {
        "kind": (*KINDS, *(kind for kind in PLACE_KINDS if kind not in KINDS)),
        "light": LIGHT_KEYS,
        "verdict": tuple(VERDICTS),
        "sort": (*SORTS, *(f"-{key}" for key in SORTS)),
    }
    if name in listed:
        if value not in listed[name]:
            raise FilterError(name, value, list(listed[name]))
    elif fault := find_fault(projects.atlas, name, value):
        raise fault


def _places_near(wanted: ProjectFilter, projects: Projects) -> frozenset[str]:
    centre = find_centre(projects.atlas, wanted.near or "")
    return frozenset(_index(projects).within(centre, parse_radius(wanted.radius)))


def _places_inside(wanted: ProjectFilter, projects: Projects) -> frozenset[str]:
    return frozenset(_index(projects).inside(parse_shape(wanted.shape or "")))


def _index(projects: Projects) -> PlaceIndex:
    """The places of the projects by where they lie."""
    ids = dict.fromkeys(place.id for view in projects.views.values() for place in view.places)
    return PlaceIndex(projects.atlas.get_feature(place) for place in ids)


def _says(view: ProjectView, words: str) -> bool:
    """True when every word of the query stands in a name, the id or the owner."""
    project = view.project
    names = [alias.name for alias in project.names]
    told = [project.id, project.name_en, *names, project.owner.name if project.owner else ""]
    return holds_words(spell_texts(told), spell_words(words))
