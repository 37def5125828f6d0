"""Filtering and searching tasks: the one place that decides what a filter means.

The map, the lists, the API and the exports all come here, so they always agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache, reduce
from operator import and_

from layers.area_filter import find_centre, parse_radius, parse_shape
from layers.atlas import Atlas, LinkedTask
from layers.errors import FilterError
from layers.place_kinds import PLACE_KINDS
from layers.task_index import HAS, TaskIndex, index_of, union
from layers.task_index import SCOPE_FILTERS as SCOPE_FILTERS
from layers.word_filter import holds_words, spell_words
from lingang.errors import PlanningMapError, UnknownIdError
from plans.dues import due_interval
from plans.records import COMMITMENTS, STAGES, Milestone, Task

IMPLIED_TOO = "1"  # the one value of `implied`
LISTS = ("plan", "part", "zone", "kind", "stage", "due", "commitment", "scope", "has", "target")
DUE_FORMS = ["2023", "2023-H1", "2023-Q3", "2023-08"]
PART_FORMS = ["2023:2 (the second part of plan 2023)", "2023:2.5 (its fifth chapter)"]
OF_MILESTONES = ("stage", "due", "commitment")


@dataclass(frozen=True)
class TaskFilter:
    """What to list. Every field narrows; None means "any". A field of `LISTS` may name several values, parted
    by commas, and takes what has any of them.

    `part` is a part or chapter of a plan (`layers.plan_parts`). `zone` takes in the zone's children. `kind`
    is the kind of a place that the task is about (`layers.place_kinds`), `target` such a place, also a line
    or zone. `stage`, `due` and `commitment` look at milestones, and one milestone must meet all of them.
    `due` is a year, half, quarter or month (YYYY[-H1|-Q3|-MM]); a milestone meets it when its own interval
    and this one have a day in common, so "2023-Q2" finds what is due 2023-05, 2023-H1 and 2023. A promise
    without a printed date meets no `due` unless `implied` is "1": then it counts as due in the last year of
    its plan. `has` is what the task holds (`layers.task_index.HAS`). `q` is looked for in title, text and
    number (`layers.word_filter`). `near` is a position `lon,lat` or the id of a place, `radius` how many
    metres around it (1000 when left out), `shape` the corners of an area `lon,lat;lon,lat;…`: a task meets
    them when a place that it is about lies there at least in part, so a task without a place never does.
    """

    zone: str | None = None
    target: str | None = None
    plan: str | None = None
    part: str | None = None
    kind: str | None = None
    stage: str | None = None
    due: str | None = None
    implied: str | None = None
    commitment: str | None = None
    scope: str | None = None
    has: str | None = None
    q: str | None = None
    near: str | None = None
    radius: str | None = None
    shape: str | None = None

    def values(self, field: str) -> tuple[str, ...]:
        """The values that a field of `LISTS` names; empty for any."""
        return _parted(getattr(self, field) or "")

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of the plans that `plan` names; empty for any."""
        return self.values("plan")

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> TaskFilter:
        """Take the known fields from a query; blanks count as absent, unknown keys are not looked at.

        A field of `LISTS` that a form's query names several times holds all its values.
        """
        found = {f.name: _given(query, f.name) for f in fields(cls)}
        return cls(**{name: text for name, text in found.items() if text})

    @classmethod
    def lenient(cls, atlas: Atlas, query: Mapping[str, str]) -> tuple[TaskFilter, list[tuple[str, str]]]:
        """The filter that a query makes sense as, and each field and value that was left out for it."""
        asked = cls.from_query(query)
        kept: dict[str, str | None] = {}
        ignored: list[tuple[str, str]] = []
        for field, text in asked.to_query().items():
            parts = list(_parted(text)) if field in LISTS else [text]
            good = [part for part in parts if find_fault(atlas, field, part) is None]
            ignored += [(field, part) for part in parts if part not in good]
            kept[field] = ",".join(good) or None
        return replace(asked, **kept), ignored

    def to_query(self) -> dict[str, str]:
        """The filter as query fields, only those that narrow."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}


def find_tasks(atlas: Atlas, wanted: TaskFilter) -> list[LinkedTask]:
    """Return the tasks that match, in document order.

    Raises
    ------
    UnknownIdError
        The filter names a zone, place or plan that does not exist.
    FilterError
        Another field has a value that nothing can match.
    CoordinateError
        `near` is a position that is not on earth or far from here.
    """
    index = index_of(atlas)
    return index.tasks_of(matching(index, wanted))


def matching(index: TaskIndex, wanted: TaskFilter) -> int:
    """The set of the tasks that match; raises as `find_tasks`."""
    return common(index, conditions_of(index, wanted).values())


def conditions_of(index: TaskIndex, wanted: TaskFilter) -> dict[str, int]:
    """The set of the tasks that meet each field that narrows; of those on milestones, all together as
    `milestones`. Raises as `find_tasks`.
    """
    check_filter(index.atlas, wanted)
    found: dict[str, int] = {}
    for field, sets in _SETS.items():
        if values := wanted.values(field):
            own = sets(index)
            found[field] = union(own.get(value, 0) for value in values)
    if any(getattr(wanted, field) for field in OF_MILESTONES):
        found["milestones"] = union(tasks for tasks, m in index.milestones if meets_milestone(m, wanted))
    if wanted.near:
        places = index.places.within(find_centre(index.atlas, wanted.near), parse_radius(wanted.radius))
        found["near"] = union(index.placed[place] for place in places)
    if wanted.shape:
        places = index.places.inside(parse_shape(wanted.shape))
        found["shape"] = union(index.placed[place] for place in places)
    if wanted.q:
        found["q"] = _saying(index, wanted.q)
    return found


def common(index: TaskIndex, sets: Iterable[int]) -> int:
    """The tasks that are in all of some sets."""
    return reduce(and_, sets, index.every)


def milestones_meeting(task: Task, wanted: TaskFilter) -> list[Milestone]:
    """Return the milestones of a task that meet the filter's `stage`, `due` and `commitment`."""
    return [milestone for milestone in task.milestones if meets_milestone(milestone, wanted)]


def meets_milestone(milestone: Milestone, wanted: TaskFilter) -> bool:
    """True when a milestone meets the filter's `stage`, `due` and `commitment`, all of them."""
    stages, dues, firm = wanted.values("stage"), wanted.values("due"), wanted.values("commitment")
    if (stages and milestone.stage not in stages) or (firm and milestone.commitment not in firm):
        return False
    own = due_of(milestone, wanted)
    return not dues or any(meets_due(own, due) for due in dues)


def due_of(milestone: Milestone, wanted: TaskFilter) -> str | None:
    """The due that counts for a milestone: the printed one, and the plan's last year only when wanted."""
    return milestone.due or (milestone.due_implied if wanted.implied else None)


@lru_cache(maxsize=1024)
def interval_of_due(due: str) -> tuple[date, date] | None:
    """The first and last day of a due, None where it is none: files of other programs may hold anything."""
    try:
        return due_interval(due) if due.isascii() else None
    except ValueError:
        return None


def meets_due(due: str | None, wanted: str) -> bool:
    """True when two dues have a day in common."""
    own, asked = interval_of_due(due or ""), interval_of_due(wanted)
    return own is not None and asked is not None and own[0] <= asked[1] and asked[0] <= own[1]


def check_filter(atlas: Atlas, wanted: TaskFilter) -> None:
    """Accept a filter whose every value something could match; raises as `find_tasks`."""
    for field, text in wanted.to_query().items():
        for value in _parted(text) if field in LISTS else (text,):
            if fault := find_fault(atlas, field, value):
                raise fault


def find_fault(atlas: Atlas, field: str, value: str) -> PlanningMapError | None:
    """What is wrong with one value of a field of a filter, None where something can match it."""
    try:
        _CHECKS[field](atlas, value)
    except PlanningMapError as error:
        return error
    return None


def _given(query: Mapping[str, str], field: str) -> str:
    """What a query says of a field, its values joined where it names the field several times."""
    several: Callable[[str], list[str]] | None = getattr(query, "getlist", None)
    if field not in LISTS:
        return query.get(field, "").strip()
    return ",".join(_parted(",".join(several(field) if several else [query.get(field, "")])))


def _among(field: str, known: Collection[str]) -> Callable[[Atlas, str], None]:
    def check(atlas: Atlas, value: str) -> None:
        if value not in known:
            raise FilterError(field, value, list(known))

    return check


def _check_due(atlas: Atlas, value: str) -> None:
    if interval_of_due(value) is None:
        raise FilterError("due", value, DUE_FORMS)


def _check_part(atlas: Atlas, value: str) -> None:
    if value not in (parts := index_of(atlas).parts):
        raise UnknownIdError("part", value, parts) if ":" in value else FilterError("part", value, PART_FORMS)


_CHECKS: Mapping[str, Callable[[Atlas, str], object]] = {
    "zone": lambda atlas, value: atlas.zones.get(value),
    "target": lambda atlas, value: atlas.get_feature(value),
    "plan": lambda atlas, value: atlas.get_plan(value),
    "part": _check_part,
    "kind": _among("kind", PLACE_KINDS),
    "stage": _among("stage", STAGES),
    "due": _check_due,
    "implied": _among("implied", (IMPLIED_TOO,)),
    "commitment": _among("commitment", COMMITMENTS),
    "scope": _among("scope", SCOPE_FILTERS),
    "has": _among("has", HAS),
    "q": lambda atlas, value: None,
    "near": find_centre,
    "radius": lambda atlas, value: parse_radius(value),
    "shape": lambda atlas, value: parse_shape(value),
}


@lru_cache(maxsize=1024)
def _parted(text: str) -> tuple[str, ...]:
    """The values of a list, each once; of a comma too many nothing comes."""
    return tuple(dict.fromkeys(value for part in text.split(",") if (value := part.strip())))


_SETS: Mapping[str, Callable[[TaskIndex], dict[str, int]]] = {
    "plan": lambda index: index.plan,
    "part": lambda index: index.part,
    "zone": lambda index: index.zone,
    "kind": lambda index: index.kind,
    "scope": lambda index: index.scope,
    "has": lambda index: index.has,
    "target": lambda index: index.target,
}


def sets_of(index: TaskIndex, field: str) -> dict[str, int]:
    """The tasks by the values of a field that looks at whole tasks: plan, part, zone, kind, scope …"""
    return _SETS[field](index)


def _saying(index: TaskIndex, words: str) -> int:
    """The tasks with every word of the query in the number, the title or the text."""
    asked = spell_words(words)
    return index.set_of(at for at, hay in enumerate(index.hay) if holds_words(hay, asked))
