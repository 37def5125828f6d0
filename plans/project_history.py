"""What do plans promise of one project, in time order? Promises per mention, and the state at a date.

Plans promise; nothing here says that a thing was built. A promise's interval is that of its due; where no
date is printed, the plan's own time, from its first day to its last. Days are calendar days.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plans.clauses import LONGEST_CLAUSE
from plans.dues import due_interval
from plans.errors import PlanError
from plans.project_matcher import find_what
from plans.project_words import STAGE_WORDS as STAGE_WORDS
from plans.project_words import stage_told, stage_told_en
from plans.projects import Mention
from plans.records import STAGES, Milestone, Task

LONGEST_NAME = 80  # signs of a project's name
_SEPARATOR = re.compile("、|和|以及|及|与|，")
# Words behind a name that leave it the thing spoken of; any other noun is a part of it or its paperwork.
_LIGHT = re.compile(
    r"(?:[（(][^（）()]{0,20}[）)]|[的之等“”]|项目|工程|建设|整治|改造|新建|新改建|扩建|迁建|投资|实体|综合体|主体"
    r"|结构|框架|区域|线路|示范线|线|站|工可|可行性研究报告?|编制|搬迁|安装|并网|系统|设施|作|各|首批|整体|\d+号?)*"
)
# A thing without a name of its own: the project that was named last.
_NAMELESS = re.compile(
    r"(?:该|此|其)?(?:项目|平台|平台项目|工程|局部|主体|主体结构|结构|局部结构|框架结构|全线|全部|一期|二期|项目投资)"
)
# A number of things, and behind it the names of some: 3所学校开办，包括…
_COUNTED = re.compile(
    r"(?:不少于|约)?\d|[一二两三四五六七八九十几数]{1,4}[所个处座家条项]|.{0,8}\d{1,4}[所个处座家条项]$"
)
_INCLUDES = re.compile("[，,：:（(]?(?:其中)?(?:包括|包含|含|如)")
_PAPER = re.compile(r"的(?:专项)?(?:规划|方案|设计|研究)$")
_SENTENCE_END = re.compile("[。！？\n]")
_CLAUSE_END = re.compile("[，。；：！？\n]")
_WORKS = re.compile(
    "建设|新建|改建|扩建|筹建|实施|推进|加快|整治"
)  # works go on, no step of them is promised


class ImpossiblePromiseError(PlanError):
    """A plan promises a project what cannot be: `project`, `plan`; the message names the task and words."""

    def __init__(self, project: str, plan: str, problem: str) -> None:
        self.project, self.plan, self.problem = project, plan, problem
        super().__init__(f"project {project!r}, plan {plan!r}: {problem}")


@dataclass(frozen=True, slots=True)
class PlanTime:
    """A plan as far as time goes: published on `published`, for the years `first` to `last`.

    Plans of one `series` are of one kind: one takes up what the one before it said.
    """

    id: str
    title: str
    title_en: str
    published: date
    first: int
    last: int
    series: str

    @property
    def interval(self) -> tuple[date, date]:
        """The first and last day that the plan is for."""
        return date(self.first, 1, 1), date(self.last, 12, 31)


@dataclass(frozen=True, slots=True)
class Promise:
    """A step that a plan promises of a project: stage of STAGES, in `first` to `last`.

    `due` is None where the date is the plan's own time. `part` names what of the project is meant where it
    is not the whole: verdicts pass those over.
    """

    plan: str
    task: str
    what: str
    stage: str
    due: str | None
    commitment: str
    evidence: tuple[int, int]
    words: str
    first: date
    last: date
    part: str = ""

    @property
    def rank(self) -> int:
        """The stage's place in the order of building."""
        return STAGES.index(self.stage)

    @property
    def told(self) -> str:
        """The step with its date in Chinese."""
        return stage_told(self.stage, self.due, self.last, self.commitment, self.part)

    @property
    def told_en(self) -> str:
        """The step with its date in English."""
        return stage_told_en(self.stage, self.due, self.last, self.commitment, self.part)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values; `part` only where there is one."""
        record = {
            "plan": self.plan,
            "task": self.task,
            "what": self.what,
            "stage": self.stage,
            "due": self.due,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "commitment": self.commitment,
            "evidence": [*self.evidence, self.words],
        }
        return record | ({"part": self.part} if self.part else {})


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """What one plan says of a project: where it names it, and what it promises.

    Without promises the plan names it and says no stage; `works` are then the clauses that speak of
    building it.
    """

    plan: PlanTime
    mentions: tuple[Mention, ...]
    promises: tuple[Promise, ...]
    works: tuple[Mention, ...] = ()

    @property
    def whole(self) -> list[Promise]:
        """The promises of the project as a whole, by stage and date."""
        return sorted((p for p in self.promises if not p.part), key=lambda p: (p.rank, p.last, p.evidence))

    @property
    def furthest(self) -> Promise | None:
        """The promise of the furthest stage; of several, the one due last."""
        return self.whole[-1] if self.whole else None

    @property
    def furthest_part(self) -> Promise | None:
        """The furthest step that is promised of a part."""
        parts = (promise for promise in self.promises if promise.part)
        return max(parts, key=lambda p: (p.rank, p.last, p.evidence), default=None)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "plan": self.plan.id,
            "published": self.plan.published.isoformat(),
            "mentions": [mention.to_json() for mention in self.mentions],
            "promises": [promise.to_json() for promise in self.promises],
            "works": [place.to_json() for place in self.works],
        }


@dataclass(frozen=True, slots=True)
class State:
    """What the newest plan in force at a date promises of a project.

    `reached` is the furthest step that was due by then, `ahead` the next one after it; both None where the
    plan names the project without a stage. They are steps of a part where the plan promises no others.
    """

    at: date
    plan: PlanTime
    reached: Promise | None
    ahead: Promise | None
    mentions: tuple[Mention, ...]

    @property
    def words(self) -> str:
        """The state in a Chinese sentence that claims no more than the plan says."""
        told = [f"{self.plan.title}提到"]
        if step := self.reached:
            told.append(f"到这一天期限已到的：{step.told}")
        if step := self.ahead:
            told.append(f"此后：{step.told}")
        if not (self.reached or self.ahead):
            told.append("没有写明阶段")
        return "；".join(told) + "。是否实现，规划没有记载。"

    @property
    def words_en(self) -> str:
        """The same in English."""
        told = [f"{self.plan.title_en} names it"]
        if step := self.reached:
            told.append(f"{step.told_en} was due by this day")
        if step := self.ahead:
            told.append(f"{step.told_en} lies ahead")
        if not (self.reached or self.ahead):
            told.append("without a stage")
        return "; ".join(told) + ". The plans do not record whether it came about."

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "at": self.at.isoformat(),
            "plan": self.plan.id,
            "reached": self.reached and self.reached.to_json(),
            "ahead": self.ahead and self.ahead.to_json(),
            "zh": self.words,
            "en": self.words_en,
        }


def promises_of(
    task: Task, plan: PlanTime, mentions: Mapping[str, Sequence[Mention]]
) -> dict[str, list[Promise]]:
    """Return a task's promises by project id; `mentions` are those of this task, of every project.

    A milestone belongs to the projects that its thing names. One of a nameless thing (项目, 局部) belongs
    to the project named last before it, one whose thing has another name to nobody.
    """
    places = sorted((m.start, m.end, project) for project, found in mentions.items() for m in found)
    found: dict[str, list[Promise]] = {}
    for milestone in task.milestones:
        for project, part in _owners(task, milestone, places):
            promise = _promise(task, plan, milestone, part)
            if promise not in found.setdefault(project, []):
                found[project].append(promise)
    return {project: promises for project, promises in found.items() if promises}


def make_history(
    plans: Iterable[PlanTime],
    tasks: Mapping[str, Task],
    mentions: Mapping[str, Sequence[Mention]],
) -> dict[str, tuple[PlanEntry, ...]]:
    """Return every project's entries in the order in which the plans were published.

    Mentions in tasks of a plan that is not among `plans` are left out: it has no place in time.
    """
    order = {plan.id: plan for plan in sorted(plans, key=lambda plan: (plan.published, plan.id))}
    by_task: dict[str, dict[str, list[Mention]]] = {}
    for project, found in mentions.items():
        for mention in found:
            by_task.setdefault(mention.task, {}).setdefault(project, []).append(mention)
    gathered: dict[str, dict[str, _Gathered]] = {key: {} for key in mentions}
    for task_id, here in sorted(by_task.items()):
        task = tasks.get(task_id)
        if task is None or task.plan not in order:
            continue
        promised = promises_of(task, order[task.plan], here)
        for project, named in here.items():
            entry = gathered[project].setdefault(task.plan, _Gathered())
            entry.mentions += named
            entry.promises += promised.get(project, [])
            entry.works += [clause for place in named for clause in _works(task.text, place)]
    return {
        project: tuple(entries[key].settle(order[key]) for key in order if key in entries)
        for project, entries in gathered.items()
    }


@dataclass(slots=True)
class _Gathered:
    """What a plan says of a project, while its tasks are read."""

    mentions: list[Mention] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    works: list[Mention] = field(default_factory=list)

    def settle(self, plan: PlanTime) -> PlanEntry:
        works = () if any(not promise.part for promise in self.promises) else self.works
        return PlanEntry(
            plan, tuple(sorted(self.mentions)), tuple(self.promises), tuple(dict.fromkeys(works))
        )


def state_at(entries: Sequence[PlanEntry], day: date) -> State | None:
    """Return the state at a day as the newest plan published by then promises it; None before the first."""
    known = [entry for entry in entries if entry.plan.published <= day]
    if not known:
        return None
    newest = known[-1]
    steps = newest.whole or list(newest.promises)  # of parts only, where the plan promises no more
    due = [promise for promise in steps if promise.last <= day]
    reached = max(due, key=lambda promise: (promise.rank, promise.last), default=None)
    rest = [p for p in steps if p.last > day and (reached is None or p.rank >= reached.rank)]
    ahead = min(rest, key=lambda promise: (promise.last, promise.rank), default=None)
    return State(day, newest.plan, reached, ahead, newest.mentions)


def find_impossible(project: str, entries: Iterable[PlanEntry]) -> list[ImpossiblePromiseError]:
    """Return what a plan promises that cannot be: a step before the plan, a later stage before an earlier."""
    faults = []
    for entry in entries:
        plan = entry.plan
        for promise in entry.whole:
            if promise.last < plan.interval[0]:
                told = f"{promise.stage} is due {promise.due}, before the plan's first year {plan.first}"
                faults.append(ImpossiblePromiseError(project, plan.id, f"task {promise.task!r}: {told}"))
        for early in entry.whole:
            for late in entry.whole:
                if early.rank < late.rank and late.last < early.first:
                    told = f"{late.stage} ({late.due}) is promised before {early.stage} ({early.due})"
                    faults.append(ImpossiblePromiseError(project, plan.id, f"task {late.task!r}: {told}"))
    return faults


def _works(text: str, place: Mention) -> list[Mention]:
    """The clause around a name where it speaks of building, the name's own words aside."""
    front = text[max(0, place.start - LONGEST_CLAUSE) : place.start]
    start = place.start - len(_CLAUSE_END.split(front)[-1])
    limit = min(len(text), place.end + LONGEST_CLAUSE)
    stop = _CLAUSE_END.search(text, place.end, limit)
    if stop and text.startswith("在", start) and stop[0] == "，":  # 在某园区，…建设
        stop = _CLAUSE_END.search(text, stop.end(), limit)
    end = stop.start() if stop else limit
    around = text[start : place.start] + "\n" + text[place.end : end]
    return [Mention(place.task, start, end, text[start:end])] if _WORKS.search(around) else []


def _owners(
    task: Task, milestone: Milestone, places: Sequence[tuple[int, int, str]]
) -> list[tuple[str, str]]:
    """The projects that a milestone speaks of, each with the part that is meant ("" for the whole)."""
    start, end = find_what(task.text, milestone)
    near = places[bisect_left(places, (start - LONGEST_NAME,)) : bisect_left(places, (end,))]
    named = [place for place in near if start < place[1]]
    if named:
        parts: dict[str, str] = {}
        begins = {place[0] for place in named}
        for _, high, project in named:
            if high in begins:  # 科技城信息飞鱼一期: the first name only says where the second is
                continue
            part = _part(task.text, high, end)
            parts[project] = part if parts.get(project, part) else ""
        return list(parts.items())
    if _COUNTED.match(milestone.what):
        return [(project, "") for project in _included(task.text, milestone.evidence[1], places)]
    if not _NAMELESS.fullmatch(milestone.what):
        return []
    last = next((p for p in reversed(places[: bisect_left(places, (start,))]) if p[1] <= start), None)
    if last is None:
        return []
    _, high, project = last
    crosses = _SENTENCE_END.search(task.text, high, start)
    titled = {place[2] for place in places if place[1] <= len(task.title)}
    if crosses and titled != {project}:
        return []
    return [(project, milestone.what if "局部" in milestone.what or "期" in milestone.what else "")]


def _included(text: str, at: int, places: Sequence[tuple[int, int, str]]) -> list[str]:
    """The projects that a counted promise lists behind itself as its examples."""
    if not (opens := _INCLUDES.match(text, at)):
        return []
    stop = re.compile("[。；;！\n]").search(text, opens.end())
    end = stop.start() if stop else len(text)
    return list(dict.fromkeys(place[2] for place in places if opens.end() <= place[0] and place[1] <= end))


def _part(text: str, name_end: int, what_end: int) -> str:
    """What of a project a thing means: the words behind its name, or "" where they add nothing."""
    behind = text[name_end:what_end]
    listed = _SEPARATOR.search(behind)
    rest = behind[: listed.start()] if listed else behind
    if rest.startswith("等"):
        return ""
    if listed and not rest:  # a member of a list: the words at its end are about all of them
        paper = _PAPER.search(behind)
        return paper[0] if paper else ""
    return "" if _LIGHT.fullmatch(rest) else rest


def _promise(task: Task, plan: PlanTime, milestone: Milestone, part: str) -> Promise:
    first, last = plan.interval if milestone.due is None else due_interval(milestone.due)
    start, end = milestone.evidence
    return Promise(
        plan.id,
        task.id,
        milestone.what,
        milestone.stage,
        milestone.due,
        milestone.commitment,
        milestone.evidence,
        task.text[start:end],
        first,
        last,
        part,
    )
