"""Which projects stand how on a chosen day? The filter of the project pages, and the counts beside it.

The list, the board, their charts and the JSON all come here, so they always agree. Lights are those of
`plans.lights`; a promise that a newer plan repeats or replaces has no light here. Days are calendar days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from layers.progress import Progress, PromiseLight, progress
from layers.project_filter import LIGHT_KEYS, NO_STAGE, Ignored, ProjectFilter, Question
from layers.projects import Projects, ProjectView
from layers.statuses import StatusBook
from layers.tasks import TaskFilter, check_filter
from plans.lights import LIGHTS
from plans.project_verdicts import VERDICTS, Verdict, latest_course
from plans.projects import KINDS
from plans.records import STAGES

FACETS = ("kind", "zone", "stage", "verdict", "plan", "light")


@dataclass(frozen=True)
class BoardRow:
    """A project on the day: `promises` are those that stand and meet the filter, the first due first.

    `published` are the ids of all plans published by the day: a verdict needs the later of its two.
    """

    view: ProjectView
    progress: Progress
    promises: tuple[PromiseLight, ...]
    published: frozenset[str]

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of the plans published by the day that name it, in the order of time."""
        return tuple(e.plan.id for e in self.view.history if e.plan.published <= self.progress.today)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts that could be given on the day."""
        return tuple(verdict for verdict in self.view.verdicts if verdict.later in self.published)

    @property
    def course(self) -> Verdict | None:
        """The newest of these on how things go."""
        return latest_course(self.verdicts)

    @property
    def light(self) -> str:
        """The most pressing light of its promises, NO_STAGE without any."""
        states = {row.light.state for row in self.promises}
        return next((key for key in LIGHTS if key in states), NO_STAGE)

    @property
    def shown(self) -> PromiseLight | None:
        """The promise behind its light; of several the one due first."""
        return next((row for row in self.promises if row.light.state == self.light), None)

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """The row as JSON values; `detailed` with its promises and records."""
        view, shown = self.view, self.shown
        record = {
            "id": view.id,
            "name": view.project.name,
            "name_en": view.project.name_en,
            "kind": view.project.kind,
            "zone": view.zone,
            "places": [place.id for place in view.places],
            "point": None if view.point is None else [round(view.point.x, 6), round(view.point.y, 6)],
            "placed_at": view.placed_at,
            "plans": list(self.plans),
            "tasks": list(view.tasks),
            "verdict": self.course.kind if self.course else None,
            "light": self.light,
            "stage": shown.promise.stage if shown else None,
            "due": shown.promise.due if shown else None,
            "until": shown.promise.last.isoformat() if shown else None,
            "zh": shown.light.words if shown else None,
            "en": shown.light.words_en if shown else None,
        }
        if detailed:
            record["promises"] = [row.to_json() for row in self.promises]
            record["statuses"] = [status.to_json() for status in self.progress.statuses]
        return record


@dataclass(frozen=True)
class ZoneCount:
    """Projects of a zone and its children by light; `own` are those that lie in no child of it."""

    zone: str
    total: int
    own: int
    lights: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {"zone": self.zone, "total": self.total, "own": self.own, "lights": dict(self.lights)}


@dataclass(frozen=True)
class Board:
    """The projects that meet a filter on a day, out of the `known` that a plan had named by then.

    `facets` say how many there would be with each value of a field, the other fields as they are.
    """

    today: date
    wanted: ProjectFilter
    rows: tuple[BoardRow, ...]
    known: int
    facets: Mapping[str, Mapping[str, int]]
    zones: tuple[ZoneCount, ...]
    ignored: tuple[Ignored, ...] = field(default=())

    @property
    def lights(self) -> dict[str, int]:
        """Number of projects shown with each light, every light named."""
        return {key: sum(row.light == key for row in self.rows) for key in LIGHT_KEYS}


def make_board(
    projects: Projects,
    book: StatusBook,
    today: date,
    wanted: ProjectFilter,
    *,
    ignored: Sequence[Ignored] = (),
) -> Board:
    """Return the projects that meet a filter, with their lights on a day, and the counts around them."""
    stood = _stand_all(projects, book, today)
    rows = _select(stood, Question(wanted, projects))
    facets = {
        name: _count_values(
            name, _select(stood, Question(replace(wanted, **{name: None}), projects)), projects
        )
        for name in FACETS
    }
    return Board(
        today,
        wanted,
        tuple(_sorted(rows, wanted.sort, projects)),
        len(stood),
        facets,
        tuple(_count_zones(rows, projects)),
        tuple(ignored),
    )


def projects_meeting(projects: Projects, wanted: TaskFilter) -> list[ProjectView]:
    """The projects that the board lists under a filter of the task list once every plan is published.

    Raises
    ------
    UnknownIdError, FilterError, CoordinateError
        As `layers.tasks.find_tasks`.
    """
    if not wanted.to_query():
        return list(projects.views.values())
    check_filter(projects.atlas, wanted)
    last = max((plan.published for plan in projects.plans), default=date.min)
    stood = _stand_all(projects, StatusBook({}), last)
    return [row.view for row in _select(stood, Question(ProjectFilter.of_tasks(wanted), projects))]


def _stand_all(projects: Projects, book: StatusBook, today: date) -> list[BoardRow]:
    """Every project that a plan had named by a day, and those that none ever does."""
    published = frozenset(plan.id for plan in projects.plans if plan.published <= today)
    return [
        _stand(view, book, today, published)
        for view in projects.views.values()
        if not view.history or published & set(view.plans)
    ]


def _stand(view: ProjectView, book: StatusBook, today: date, published: frozenset[str]) -> BoardRow:
    """A project with the promises that no newer plan has replaced."""
    found = progress(view, book.of(view.id), today)
    standing = (row for row in found.promises if row.replaced_by is None)
    promises = tuple(sorted(standing, key=lambda x: (x.promise.last, x.promise.rank)))
    return BoardRow(view, found, promises, published)


def _select(rows: Iterable[BoardRow], question: Question) -> list[BoardRow]:
    """The rows that meet a filter, each with the promises that do."""
    found = []
    for row in rows:
        if not question.is_met_by(row.view, row.plans, frozenset(v.kind for v in row.verdicts)):
            continue
        if question.is_of_promises:
            met = tuple(x for x in row.promises if question.is_met_by_step(x.promise))
            if not met:
                continue
            row = replace(row, promises=met)
        if question.wanted.light in (None, row.light):
            found.append(row)
    return found


def _count_values(name: str, rows: Iterable[BoardRow], projects: Projects) -> dict[str, int]:
    """How many rows have each value of a facet, in the order of the values; those of none are left out."""
    order, values_of = _facet(name, projects)
    counts = dict.fromkeys(order, 0)
    for row in rows:
        for value in set(values_of(row)):
            if value in counts:
                counts[value] += 1
    return {value: number for value, number in counts.items() if number}


def _facet(name: str, projects: Projects) -> tuple[Iterable[str], Callable[[BoardRow], Iterable[str]]]:
    """The values of a facet in their order, and those of a row."""
    facets: dict[str, tuple[Iterable[str], Callable[[BoardRow], Iterable[str]]]] = {
        "kind": (KINDS, lambda row: [row.view.project.kind]),
        "zone": ([zone.id for zone in projects.atlas.zones], lambda row: row.view.zones),
        "stage": (STAGES, lambda row: [x.promise.stage for x in row.promises]),
        "verdict": (VERDICTS, lambda row: [x.kind for x in row.verdicts]),
        "plan": (projects.atlas.plans, lambda row: row.plans),
        "light": (LIGHT_KEYS, lambda row: [row.light]),
    }
    return facets[name]


def _count_zones(rows: Sequence[BoardRow], projects: Projects) -> Iterable[ZoneCount]:
    """The zones that hold any of the rows, in the order of the tree."""
    for zone in projects.atlas.zones:
        here = [row for row in rows if zone.id in row.view.zones]
        if here:
            lights = {key: sum(row.light == key for row in here) for key in LIGHT_KEYS}
            yield ZoneCount(zone.id, len(here), sum(row.view.zone == zone.id for row in here), lights)


def _sorted(rows: list[BoardRow], sort: str | None, projects: Projects) -> list[BoardRow]:
    """The rows in the wanted order, the most pressing first by default; what has no value comes last."""
    key = (sort or "light").removeprefix("-")
    zones = {zone.id: number for number, zone in enumerate(projects.atlas.zones)}
    plans = {plan: number for number, plan in enumerate(projects.atlas.plans)}
    value_of: dict[str, Callable[[BoardRow], Any]] = {
        "light": lambda row: (LIGHT_KEYS.index(row.light), _last_day(row) or date.max),
        "name": lambda row: row.view.project.name,
        "kind": lambda row: tuple(KINDS).index(row.view.project.kind),
        "zone": lambda row: zones[row.view.zone],
        "stage": lambda row: row.shown and row.shown.promise.rank,
        "due": _last_day,
        "verdict": lambda row: row.course and tuple(VERDICTS).index(row.course.kind),
        "plans": lambda row: tuple(plans[plan] for plan in row.plans),
    }
    told = sorted((row for row in rows if value_of[key](row) is not None), key=lambda row: row.id)
    untold = [row for row in rows if value_of[key](row) is None]
    told.sort(key=value_of[key], reverse=(sort or "").startswith("-"))
    return [*told, *untold]


def _last_day(row: BoardRow) -> date | None:
    return row.shown.promise.last if row.shown else None
