"""What the tables list: for every layer its rows and columns, in the words of the page's language.

A table holds what its layer has, also what stands nowhere on the map. Tasks, milestones and targets follow
the filter, projects too, as `layers.project_filter` says; zones and places are all there, and count the
tasks found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask
from layers.board import projects_meeting
from layers.facilities import is_drawn
from layers.place_kinds import kind_of_place
from layers.projects import Projects, ProjectView
from layers.table import Key, Value, value_key
from layers.targets import Targets
from layers.tasks import TaskFilter, find_tasks, interval_of_due, milestones_meeting
from plans.cascade import Figure
from plans.indicators import Indicator
from plans.projects import KINDS
from plans.records import COMMITMENTS, STAGES, Milestone
from webmap.filter_words import due_words, plan_words
from webmap.target_words import figure_words

NAMES_SHOWN = 3  # of the places of one row


@dataclass(frozen=True)
class Context:
    """What the rows of one answer are made from; projects and targets are joined only where asked for."""

    atlas: Atlas
    read_projects: Callable[[], Projects]
    read_targets: Callable[[], Targets]
    wanted: TaskFilter
    language: str
    words: Mapping[str, str]

    @cached_property
    def found(self) -> list[LinkedTask]:
        """The tasks under the filter."""
        return find_tasks(self.atlas, self.wanted)

    @cached_property
    def zone_counts(self) -> dict[str, dict[str, Any]]:
        """The tasks found by zone."""
        return self.atlas.zone_counts(self.found if self.wanted.to_query() else None)

    @cached_property
    def place_counts(self) -> Counter[str]:
        """The tasks found by the place that they are linked to."""
        return Counter(target for item in self.found for target in {x.target for x in item.links.links})

    def word(self, family: str, code: str) -> str:
        """The reader's word for a code of the data; the code itself when there is none."""
        return self.words.get(f"{family}.{code}", code)

    def name_of(self, properties: Mapping[str, Any]) -> str:
        """The name of a feature in the reader's language, else the Chinese one."""
        return self.said(properties["name"], properties.get("name_en"))

    def said(self, name: str, name_en: str | None) -> str:
        """A name in the reader's language, else the Chinese one."""
        return (name_en or name) if self.language == "en" else name

    def names_of(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The names of features."""
        return tuple(self.name_of(self.atlas.features[i].properties) for i in ids if i in self.atlas.features)

    def zone_name(self, zone_id: str | None) -> str | None:
        """The name of a zone, None where there is none."""
        return next(iter(self.names_of([zone_id] if zone_id else [])), None)

    @cached_property
    def _plan_names(self) -> dict[str, str]:
        return {plan_id: plan_words(self.atlas, plan_id, self.language) for plan_id in self.atlas.plans}

    def plan_name(self, plan_id: str) -> str:
        """What a plan is called in a row: a yearly one by its year, any other by its title."""
        return self._plan_names.get(plan_id, plan_id)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicator of every figure that has one, by the figure's id."""
        return self.read_targets().owners()


@dataclass(frozen=True)
class Column:
    """A column. `value` is what its cells hold and sort by.

    `family` names the words of codes, `order` ranks codes; `show` says a cell that is no plain value.
    `chinese` marks official text, which is not translated.
    """

    key: str
    value: Callable[[Context, Any], Value]
    family: str = ""
    order: Sequence[str] = ()
    show: Callable[[Context, Any], str] | None = None
    chinese: bool = False
    number: bool = False
    due: bool = False

    def sort_key(self, context: Context, row: Any) -> Key | None:
        """What a row sorts by in this column, None for a blank."""
        value = self.value(context, row)
        codes = _codes(value)
        if self.due:
            return _due_key(codes)
        if self.order:
            ranks = [self.order.index(code) for code in codes if code in self.order]
            return (float(min(ranks)), "") if ranks else None
        said = tuple(context.word(self.family, code) for code in codes)
        return value_key(said if self.family else value)

    def text(self, context: Context, row: Any) -> str:
        """A cell in the reader's words; "" for a blank."""
        if self.show:
            return self.show(context, row)
        value = self.value(context, row)
        if isinstance(value, int | float):
            return f"{value:,.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        comma = "、" if context.language == "zh" else ", "
        if self.due:
            return comma.join(due_words(code, context.words) for code in _codes(value))
        return comma.join(context.word(self.family, code) if self.family else code for code in _codes(value))


def _codes(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) and value else ()


def _due_key(dues: Sequence[str]) -> Key | None:
    """Dates sort by their last day, then by their first."""
    known = [found for found in map(interval_of_due, dues) if found]
    return min((0.0, f"{last}{first}") for first, last in known) if known else None


@dataclass(frozen=True)
class Table:
    """A table: its rows, what of a row the map can select, its page, and whether it stands on the map."""

    id: str
    columns: tuple[Column, ...]
    rows: Callable[[Context], Sequence[Any]]
    row_id: Callable[[Any], str]
    select: Callable[[Context, Any], dict[str, str]]
    page: Callable[[Any], tuple[str, dict[str, str]]]
    is_placed: Callable[[Context, Any], bool]


def _places_of(item: LinkedTask) -> list[str]:
    """Ids of the places of a task, the zones that a line only passes through aside."""
    return list(dict.fromkeys(x.target for x in item.links.links if x.relation != "serves"))


def _shown_places(context: Context, ids: Sequence[str]) -> str:
    """The first names of places and how many more there are; in words where there is none."""
    names = context.names_of(ids[:NAMES_SHOWN])
    if not names:
        return context.words["table.no_place"]
    more = f" +{len(ids) - NAMES_SHOWN}" if len(ids) > NAMES_SHOWN else ""
    return ("、" if context.language == "zh" else ", ").join(names) + more


def _task_is_placed(context: Context, item: LinkedTask) -> bool:
    return any(_is_on_map(context.atlas.features[i]) for i in _places_of(item) if i in context.atlas.features)


def _is_on_map(feature: Feature) -> bool:
    """Whether the map draws a feature: zones and lines wherever they have a course, points if well known."""
    point = feature.geometry is not None and feature.geometry.geom_type == "Point"
    return is_drawn(feature) if point else feature.geometry is not None


def _dues_of(item: LinkedTask) -> tuple[str, ...]:
    dues = {m.due for m in item.task.milestones if m.due and interval_of_due(m.due)}
    return tuple(sorted(dues, key=lambda due: _due_key([due]) or (0.0, "")))


TASKS = Table(
    "tasks",
    (
        Column("number", lambda _, item: item.id),
        Column("title", lambda _, item: item.task.title, chinese=True),
        Column("plan", lambda context, item: context.plan_name(item.task.plan)),
        Column("scope", lambda _, item: item.scope, family="scope"),
        Column(
            "places",
            lambda context, item: context.names_of(_places_of(item)[:NAMES_SHOWN]),
            show=lambda context, item: _shown_places(context, _places_of(item)),
        ),
        Column(
            "stage",
            lambda _, item: tuple(s for s in STAGES if any(m.stage == s for m in item.task.milestones)),
            family="stage",
            order=STAGES,
        ),
        Column("due", lambda _, item: _dues_of(item), due=True),
        Column("targets", lambda _, item: len(item.task.targets), number=True),
    ),
    lambda context: context.found,
    lambda item: str(item.id),
    lambda _, item: {"task": item.id},
    lambda item: ("pages.task", {"task_id": item.id}),
    _task_is_placed,
)

ZONES = Table(
    "zones",
    (
        Column("name", lambda context, zone: context.said(zone.name, zone.name_en)),
        Column("rank", lambda _, zone: zone.rank, family="rank"),
        Column("parent", lambda context, zone: context.zone_name(zone.parent)),
        Column("area", lambda _, zone: zone.area_km2, number=True),
        Column("accuracy", lambda _, zone: zone.accuracy_m, number=True),
        Column("tasks", lambda context, zone: context.zone_counts[zone.id]["total"], number=True),
        Column("own", lambda context, zone: context.zone_counts[zone.id]["own"], number=True),
        Column("passing", lambda context, zone: context.zone_counts[zone.id]["passing"], number=True),
    ),
    lambda context: list(context.atlas.zones),
    lambda zone: str(zone.id),
    lambda _, zone: {"zone": zone.id},
    lambda zone: ("pages.zone", {"zone_id": zone.id}),
    lambda _, zone: zone.geometry is not None,
)


def _project_rows(context: Context) -> list[ProjectView]:
    return projects_meeting(context.read_projects(), context.wanted)


def _project_place(context: Context, view: ProjectView) -> dict[str, str]:
    """What the map selects for a project: its first place, else its zone."""
    place = view.places[0].id if view.places else view.zone
    return {"zone" if place in context.atlas.zones else "feature": place}


def _project_kind(context: Context, view: ProjectView) -> str:
    return KINDS[view.project.kind][0 if context.language == "zh" else 1]


PROJECTS = Table(
    "projects",
    (
        Column("name", lambda context, view: context.said(view.project.name, view.project.name_en)),
        Column("kind", _project_kind),
        Column("zone", lambda context, view: context.zone_name(view.zone)),
        Column("stage", lambda _, view: view.latest and view.latest.stage, family="stage", order=STAGES),
        Column("due", lambda _, view: view.latest and view.latest.due, due=True),
        Column("plan", lambda context, view: tuple(map(context.plan_name, view.plans))),
        Column("tasks", lambda _, view: len(view.tasks), number=True),
    ),
    _project_rows,
    lambda view: str(view.id),
    _project_place,
    lambda view: ("projects.project", {"project_id": view.id}),
    lambda _, view: view.placed_at in ("site", "line"),
)

MilestoneRow = tuple[LinkedTask, int, Milestone]


def _milestone_rows(context: Context) -> list[MilestoneRow]:
    rows = []
    for item in context.found:
        meeting = {id(milestone) for milestone in milestones_meeting(item.task, context.wanted)}
        numbered = enumerate(item.task.milestones, start=1)
        rows += [(item, number, m) for number, m in numbered if id(m) in meeting]
    return rows


def _said_due(context: Context, row: MilestoneRow) -> str:
    """The date of a milestone as the task's page says it."""
    milestone = row[2]
    if milestone.due or not milestone.due_implied:
        return milestone.due or context.words["task.no_due"]
    return context.words["task.implied"].format(due=milestone.due_implied)


MILESTONES = Table(
    "milestones",
    (
        Column("what", lambda _, row: row[2].what, chinese=True),
        Column("stage", lambda _, row: row[2].stage, family="stage", order=STAGES),
        Column("due", lambda _, row: row[2].due or row[2].due_implied, due=True, show=_said_due),
        Column("commitment", lambda _, row: row[2].commitment, family="commitment", order=COMMITMENTS),
        Column("plan", lambda context, row: context.plan_name(row[0].task.plan)),
        Column("task", lambda _, row: row[0].id),
        Column("title", lambda _, row: row[0].task.title, chinese=True),
        Column(
            "places",
            lambda context, row: context.names_of(_places_of(row[0])[:NAMES_SHOWN]),
            show=lambda context, row: _shown_places(context, _places_of(row[0])),
        ),
    ),
    _milestone_rows,
    lambda row: f"{row[0].id}#m{row[1]}",
    lambda _, row: {"task": row[0].id},
    lambda row: ("pages.task", {"task_id": row[0].id}),
    lambda context, row: _task_is_placed(context, row[0]),
)


def _target_rows(context: Context) -> list[Figure]:
    found = {item.id for item in context.found}
    return [figure for figure in context.read_targets().cascade.figures if figure.task in found]


def _target_name(context: Context, figure: Figure) -> str:
    indicator = context.indicators.get(figure.id)
    return context.said(indicator.name, indicator.name_en) if indicator else figure.target.what


def _size_of(_: Context, figure: Figure) -> float | None:
    """The number that a figure sorts by: its lower end, else its upper one."""
    return figure.interval.high if figure.interval.low is None else figure.interval.low


def _target_places(context: Context, figure: Figure) -> list[str]:
    return _places_of(context.atlas.get_task(figure.task))


TARGETS = Table(
    "targets",
    (
        Column("name", _target_name),
        Column("figure", _size_of, number=True, show=lambda c, figure: figure_words(figure, c.language)),
        Column(
            "year",
            lambda _, figure: figure.year,
            number=True,
            show=lambda context, figure: str(figure.year or context.words["targets.no_date"]),
        ),
        Column("what", lambda _, figure: figure.target.what, chinese=True),
        Column("plan", lambda context, figure: context.plan_name(figure.plan)),
        Column("task", lambda _, figure: figure.task),
        Column(
            "places",
            lambda context, figure: context.names_of(_target_places(context, figure)[:NAMES_SHOWN]),
            show=lambda context, figure: _shown_places(context, _target_places(context, figure)),
        ),
    ),
    _target_rows,
    lambda figure: str(figure.id),
    lambda _, figure: {"task": figure.task},
    lambda figure: ("pages.task", {"task_id": figure.task}),
    lambda context, figure: _task_is_placed(context, context.atlas.get_task(figure.task)),
)


def _lines(context: Context, feature: Feature) -> tuple[str, ...]:
    return context.names_of(feature.properties.get("lines") or ())


_NAME = Column("name", lambda context, feature: context.name_of(feature.properties))
_KIND = Column("kind", lambda _, feature: kind_of_place(feature), family="placed")
_LEVEL = Column("level", lambda _, feature: feature.properties.get("level"), family="level")
_STATUS = Column("status", lambda _, feature: feature.properties.get("status"), family="status")
_ZONE = Column("zone", lambda context, feature: context.zone_name(feature.properties.get("zone")))
_LINES = Column("lines", _lines)
_ACCURACY = Column("accuracy", lambda _, feature: feature.properties.get("accuracy_m"), number=True)
_COUNT = Column("tasks", lambda context, feature: context.place_counts[feature.id], number=True)


def _places(table_id: str, file: str, is_wanted: Callable[[Feature], bool], *columns: Column) -> Table:
    """The table of places of one file."""
    return Table(
        table_id,
        (_NAME, *columns, _ACCURACY, _COUNT),
        lambda context: [feature for feature in context.atlas.files[file] if is_wanted(feature)],
        lambda feature: str(feature.id),
        lambda _, feature: {"feature": feature.id},
        lambda feature: ("pages.feature", {"feature_id": feature.id}),
        lambda _, feature: _is_on_map(feature),
    )


def _is_stop(feature: Feature) -> bool:
    return bool(feature.properties.get("kind") == "stop")


def _any(_: Feature) -> bool:
    return True


_LAYERS = (
    TASKS,
    ZONES,
    PROJECTS,
    MILESTONES,
    TARGETS,
    _places("sites", "sites", _any, _KIND, _ZONE),
    _places("schools", "schools", _any, _LEVEL, _STATUS, _ZONE),
    _places("hospitals", "hospitals", _any, _LEVEL, _STATUS, _ZONE),
    _places("stops", "transit", _is_stop, _LINES, _ZONE),
    _places("lines", "transit", lambda feature: not _is_stop(feature), _KIND, _STATUS),
)
TABLES: Mapping[str, Table] = {table.id: table for table in _LAYERS}
