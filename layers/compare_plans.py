"""What differs between two plans? One answer for the map, the page and the API, so that they agree.

Plans promise: nothing here says that a thing was built, and silence does not say that it was given up.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.atlas import SCOPES, Atlas, LinkedTask
from layers.built_in import Plan
from layers.comparison import fold_title
from layers.errors import FilterError
from layers.projects import Projects, ProjectView, load_projects
from layers.tasks import TaskFilter, find_tasks
from plans.project_history import PlanEntry, PlanTime
from plans.project_verdicts import VERDICTS, Verdict, judge
from plans.projects import Mention, Project

# What is said where no verdict can be given, since the plans are of different kinds or have no time.
NEUTRAL: Mapping[str, tuple[str, str]] = {
    "both": ("两份都提到", "Named in both"),
    "first_only": ("只在前一份里", "Only in the former"),
    "second_only": ("只在后一份里", "Only in the latter"),
}
KINDS: Mapping[str, tuple[str, str]] = {**VERDICTS, **NEUTRAL}
_ABOUT_OTHERS = ("added", "dropped", "unnamed")  # verdicts that rest on plans besides the two


@dataclass(frozen=True)
class ZoneCount:
    """How many tasks of each plan happen in a zone and its children."""

    zone: str
    counts: tuple[int, int]

    @property
    def more(self) -> str:
        """Which plan has more: "first", "second", "equal", or "none" where neither has any."""
        first, second = self.counts
        if first == second:
            return "equal" if first else "none"
        return "first" if first > second else "second"

    @property
    def named(self) -> str:
        """In which plan the zone has tasks: "first", "second", "both" or "none"."""
        first, second = self.counts
        return ("both" if second else "first") if first else ("second" if second else "none")


@dataclass(frozen=True)
class Difference:
    """What became of a project from one plan to the other, one of KINDS, with words and evidence."""

    kind: str
    view: ProjectView
    zh: str
    en: str
    before: tuple[Mention, ...]
    after: tuple[Mention, ...]
    tasks: tuple[tuple[str, ...], tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "kind": self.kind,
            "project": self.view.id,
            "name": self.view.project.name,
            "name_en": self.view.project.name_en,
            "zh": self.zh,
            "en": self.en,
            "places": [place.to_json() for place in self.view.places],
            "zone": self.view.zone,
            "tasks": [list(ids) for ids in self.tasks],
            "before": [place.to_json() for place in self.before],
            "after": [place.to_json() for place in self.after],
        }


@dataclass(frozen=True)
class PlanComparison:
    """Two plans side by side, the earlier one first.

    `tasks` are those under the filter. `same_title` are pairs of tasks whose title both plans print.
    `untracked` are the tasks of each plan that name no project and share no title.
    """

    plans: tuple[Plan, Plan]
    tasks: tuple[tuple[LinkedTask, ...], tuple[LinkedTask, ...]]
    zones: tuple[ZoneCount, ...]
    differences: tuple[Difference, ...]
    same_title: tuple[tuple[LinkedTask, LinkedTask], ...]
    untracked: tuple[tuple[LinkedTask, ...], tuple[LinkedTask, ...]]

    @property
    def key(self) -> str:
        """The pair as addresses write it."""
        return ",".join(plan.id for plan in self.plans)

    @property
    def scopes(self) -> dict[str, tuple[int, int]]:
        """How many tasks of each plan have which scope."""
        first, second = self.tasks
        return {s: (sum(t.scope == s for t in first), sum(t.scope == s for t in second)) for s in SCOPES}

    def zones_named(self, where: str) -> list[ZoneCount]:
        """The zones with tasks in the "first" plan only, the "second" only, or "both"."""
        return [count for count in self.zones if count.named == where]

    def of_kind(self, kind: str) -> list[Difference]:
        """The differences of one kind, in the order of the register."""
        return [difference for difference in self.differences if difference.kind == kind]

    @property
    def kinds(self) -> dict[str, int]:
        """How many differences of which kind, in the order of KINDS; kinds without any are left out."""
        return {kind: len(self.of_kind(kind)) for kind in KINDS if self.of_kind(kind)}


def parse_pair(atlas: Atlas, written: str) -> tuple[Plan, Plan]:
    """Return the two plans of "2020,2023", the one published first in front.

    Raises
    ------
    FilterError
        Not two different plans.
    UnknownIdError
        No such plan; the message names the nearest one.
    """
    ids = [part.strip() for part in written.split(",")]
    if len(ids) != 2 or ids[0] == ids[1] or not all(ids):
        raise FilterError("plans", written, pairs_of(atlas))
    first, second = (atlas.get_plan(plan_id) for plan_id in ids)
    order = [plan.id for plan in load_projects(atlas).plans]
    if first.id in order and second.id in order and order.index(second.id) < order.index(first.id):
        return second, first
    return first, second


def pairs_of(atlas: Atlas) -> list[str]:
    """Every pair of plans as an address writes it, two of one series first; newest last."""
    times = load_projects(atlas).plans
    known = [plan.id for plan in times]
    order = [*known, *(plan_id for plan_id in atlas.plans if plan_id not in known)]
    series = {plan.id: plan.series for plan in times}
    pairs = [(one, other) for at, one in enumerate(order) for other in order[at + 1 :]]
    pairs.sort(key=lambda pair: series.get(pair[0], "") != series.get(pair[1]))
    return [f"{one},{other}" for one, other in pairs]


def compare_plans(atlas: Atlas, written: str, wanted: TaskFilter | None = None) -> PlanComparison:
    """Compare two plans, written as "2020,2023".

    With `wanted` only tasks under that filter count, and only projects that one of these names are told;
    its `plan` is not looked at.

    Raises
    ------
    FilterError, UnknownIdError
        The pair is none (`parse_pair`), or the filter is wrong (`layers.tasks.find_tasks`).
    """
    plans = parse_pair(atlas, written)
    pool = find_tasks(atlas, replace(wanted or TaskFilter(), plan=None))
    first, second = (tuple(t for t in pool if t.task.plan == plan.id) for plan in plans)
    counts = atlas.zone_counts([*first, *second])
    zones = [
        ZoneCount(zone, (count["by_plan"].get(plans[0].id, 0), count["by_plan"].get(plans[1].id, 0)))
        for zone, count in counts.items()
    ]
    projects = load_projects(atlas)
    pairs = _same_titles(first, second)
    paired = {task.id for pair in pairs for task in pair}
    rest = [
        tuple(t for t in tasks if t.id not in projects.by_task and t.id not in paired)
        for tasks in (first, second)
    ]
    shown = {task.id for task in (*first, *second)}
    told = [d for d in _all_differences(projects, plans) if shown & {*d.tasks[0], *d.tasks[1]}]
    return PlanComparison(plans, (first, second), tuple(zones), tuple(told), tuple(pairs), (rest[0], rest[1]))


def _same_titles(
    first: Iterable[LinkedTask], second: Iterable[LinkedTask]
) -> list[tuple[LinkedTask, LinkedTask]]:
    """The tasks of two plans that bear one title, spaces and punctuation aside; each stands in one pair."""
    known: dict[str, list[LinkedTask]] = {}
    for task in first:
        known.setdefault(fold_title(task.task.title), []).append(task)
    found = []
    for task in second:
        if same := known.get(fold_title(task.task.title)):
            found.append((same.pop(0), task))
    return found


_KEPT: dict[int, tuple[weakref.ref[Atlas], dict[tuple[str, str], list[Difference]]]] = {}


def _all_differences(projects: Projects, plans: tuple[Plan, Plan]) -> list[Difference]:
    """What the two plans make of every project that one of them names; kept for the atlas."""
    atlas = projects.atlas
    key = id(atlas)
    if key not in _KEPT or _KEPT[key][0]() is not atlas:
        _KEPT[key] = (weakref.ref(atlas, lambda _: _KEPT.pop(key, None)), {})
    kept = _KEPT[key][1]
    pair = (plans[0].id, plans[1].id)
    if pair not in kept:
        kept[pair] = _find_differences(projects, plans)
    return kept[pair]


def _find_differences(projects: Projects, plans: tuple[Plan, Plan]) -> list[Difference]:
    times = {time.id: time for time in projects.plans}
    pair = [times[plan.id] for plan in plans if plan.id in times]
    register = {view.id: view.project for view in projects.views.values()}
    histories = {view.id: view.history for view in projects.views.values()}
    found = []
    for view in projects.views.values():
        first, second = (_tasks_in(projects, view, plan) for plan in plans)
        tasks = (first, second)
        if not first and not second:
            continue
        verdicts = _verdicts(view, pair, histories, register) if len(pair) == 2 else []
        found += [Difference(v.kind, view, v.zh, v.en, v.before, v.after, tasks) for v in verdicts]
        if not verdicts:
            found.append(_neutral(view, plans, tasks, projects.plans))
    order = list(KINDS)
    return sorted(found, key=lambda difference: order.index(difference.kind))


def _tasks_in(projects: Projects, view: ProjectView, plan: Plan) -> tuple[str, ...]:
    tasks = projects.atlas.tasks  # the register may name a task that this atlas does not hold
    return tuple(i for i in view.tasks if i in tasks and tasks[i].task.plan == plan.id)


def _verdicts(
    view: ProjectView,
    pair: Sequence[PlanTime],
    histories: Mapping[str, Sequence[PlanEntry]],
    register: Mapping[str, Project],
) -> list[Verdict]:
    """The verdicts between two plans: those of the whole history, then what the pair alone shows.

    What is new or not named again is known only from the whole history: a plan in between or before the
    two may name the project. How promises moved is seen on the two plans themselves.
    """
    first, second = (plan.id for plan in pair)
    named = {entry.plan.id for entry in view.history}
    whole = [
        verdict
        for verdict in view.verdicts
        if verdict.later == second
        and (verdict.earlier == first or (verdict.kind == "added" and first not in named))
    ]
    own = tuple(entry for entry in view.history if entry.plan.id in (first, second))
    alone = judge(view.project, {**histories, view.id: own}, pair, register)
    known = {verdict.kind for verdict in whole}
    return whole + [v for v in alone if v.kind not in _ABOUT_OTHERS and v.kind not in known]


def _neutral(
    view: ProjectView,
    plans: tuple[Plan, Plan],
    tasks: tuple[tuple[str, ...], tuple[str, ...]],
    times: Sequence[PlanTime],
) -> Difference:
    """What can be said without a verdict: which of the two names a project, and which other plans do."""
    kind = "both" if all(tasks) else "first_only" if tasks[0] else "second_only"
    zh, en = _neutral_words(kind, plans, {plan.id: plan.series for plan in times})
    ids = {plan.id for plan in plans}
    others = [plan for plan in times if plan.id in view.plans and plan.id not in ids]
    if others:
        zh += f"另外提到它的：{'、'.join(plan.title for plan in others)}。"
        en += f" Also named by: {', '.join(plan.title_en for plan in others)}."
    before, after = (tuple(m for m in view.mentions if m.task in named)[:1] for named in tasks)
    return Difference(kind, view, zh, en, before, after, tasks)


def _neutral_words(kind: str, plans: tuple[Plan, Plan], series: Mapping[str, str]) -> tuple[str, str]:
    first, second = plans
    if kind == "both":
        return (
            f"{first.title}和{second.title}都提到。",
            f"Both {first.title_en} and {second.title_en} name it.",
        )
    if kind == "second_only":
        return (
            f"{second.title}提到，{first.title}没有提到。",
            f"{second.title_en} names it, {first.title_en} does not.",
        )
    zh, en = "原因没有记载", "The plans give no reason."
    if series.get(first.id) != series.get(second.id):
        zh, en = "两份规划种类不同，看不出取舍", "They are plans of different kinds: silence says nothing."
    return (
        f"{first.title}提到，{second.title}没有提到；{zh}。",
        f"{first.title_en} names it, {second.title_en} does not. {en}",
    )
