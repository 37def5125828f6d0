"""Small plans and projects that tests compare: what a plan says of a made-up hall, in so many words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from plans.milestones import find_milestones
from plans.project_history import PlanEntry, PlanTime, make_history
from plans.project_matcher import ProjectMatcher
from plans.project_reviews import decide
from plans.project_verdicts import Verdict, judge
from plans.projects import Alias, Project
from plans.records import Task

HALL = Project("hall", "云帆馆", "Yunfan Hall", "culture", (Alias("海风馆", "former"),), ("a-zone",))


def work_plan(year: int) -> PlanTime:
    return PlanTime(str(year), f"{year}年工作要点", f"plan {year}", date(year, 1, 15), year, year, "work")


def period_plan(first: int, last: int) -> PlanTime:
    return PlanTime(
        f"p{first}", f"{first}–{last}规划", f"plan {first}-{last}", date(first, 7, 1), first, last, "period"
    )


def task(plan: PlanTime, text: str, number: int = 1) -> Task:
    """A task of a plan whose text is `text`, with the milestones that the reader finds in it."""
    years = plan.first if plan.first == plan.last else (plan.first, plan.last)
    milestones = tuple(find_milestones(text, years))
    title = text.partition("。")[0]
    return Task(f"{plan.id}-{number}", plan.id, str(number), ("建设",), title, text, milestones=milestones)


def read_histories(
    said: Mapping[PlanTime, str], projects: Sequence[Project]
) -> dict[str, tuple[PlanEntry, ...]]:
    """The histories of projects in plans that each say one thing."""
    tasks = {item.id: item for plan, text in said.items() if text for item in [task(plan, text)]}
    matcher = ProjectMatcher({project.id: project for project in projects})
    proposals = [proposal for item in tasks.values() for proposal in matcher.propose(item)]
    mentions = {project.id: () for project in projects} | decide(proposals, [], tasks)
    return make_history(said, tasks, mentions)


def read_verdicts(said: Mapping[PlanTime, str], *projects: Project) -> list[Verdict]:
    """The verdicts on the first project (the hall by default) in plans that each say one thing."""
    register = {project.id: project for project in projects or (HALL,)}
    first = next(iter(register.values()))
    return judge(first, read_histories(said, list(register.values())), list(said), register)
