"""Are the projects sound, and do their mentions follow from the matcher and the reviews? For `lingang check`.

The register's mentions are generated: the matcher's proposals for the built-in tasks, with the decisions of
`data/plans/project-reviews.jsonl`. `refresh_register` makes them anew; the check compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from layers.atlas import Atlas
from layers.projects import REGISTER, REVIEWS, built_in_plans, join_projects, propose_links
from lingang.errors import PlanningMapError
from plans.check import PlanFault
from plans.project_history import find_impossible
from plans.project_matcher import Proposal
from plans.project_reviews import ProjectReview, decide, find_idle, read_project_reviews
from plans.projects import Project, dump_projects, parse_projects, read_projects
from plans.records import Task


def check_projects(atlas: Atlas, root: Path) -> list[PlanFault]:
    """Return every fault of a data folder's projects: lines, places, words, mentions, reviews, promises."""
    path = root / REGISTER
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [PlanFault(REGISTER, "", "read", f"cannot be read: {error}")]
    register, broken = parse_projects(text, REGISTER)
    if broken:
        return [PlanFault(REGISTER, fault.project, "projects", str(fault)) for fault in broken]
    try:
        reviews = read_project_reviews(root / REVIEWS, shown_as=REVIEWS)
    except PlanningMapError as error:
        return [PlanFault(REVIEWS, "", "read", str(error))]
    faults = [*_check_entries(atlas, register)]
    if text.encode() != dump_projects(register.values()):
        faults.append(PlanFault(REGISTER, "", "canonical", "is not in canonical form; write it anew"))
    tasks = _built_in_tasks(atlas, root)
    proposals = _proposals(atlas, register, tasks)
    faults += _check_mentions(register, proposals, reviews, tasks)
    if faults:
        return faults
    return list(_check_promises(atlas, root, register))


def refresh_register(atlas: Atlas, root: Path) -> tuple[bytes, list[Proposal]]:
    """Return the register with its mentions made anew, and the proposals behind them; writes nothing.

    Raises
    ------
    ProjectError
        The register or the reviews cannot be read, or a review decides nothing.
    ImpossiblePromiseError
        With these mentions a plan would promise a project what cannot be.
    """
    register = read_projects(root / REGISTER, shown_as=REGISTER)
    reviews = read_project_reviews(root / REVIEWS, shown_as=REVIEWS)
    tasks = _built_in_tasks(atlas, root)
    proposals = _proposals(atlas, register, tasks)
    for review, problem in find_idle(reviews, proposals, tasks, register):
        raise review.error(REVIEWS, problem)
    mentions = decide(proposals, reviews, tasks)
    renewed = {key: replace(project, mentions=mentions.get(key, ())) for key, project in register.items()}
    projects = join_projects(atlas, renewed, built_in=built_in_plans(root))
    for view in projects.views.values():
        for fault in find_impossible(view.id, view.history):
            raise fault
    return dump_projects(renewed.values()), proposals


def _built_in_tasks(atlas: Atlas, root: Path) -> dict[str, Task]:
    known = built_in_plans(root)
    return {key: item.task for key, item in atlas.tasks.items() if item.task.plan in known}


def _proposals(atlas: Atlas, register: Mapping[str, Project], tasks: Mapping[str, Task]) -> list[Proposal]:
    return propose_links(atlas, register, [atlas.tasks[key] for key in tasks])


def _check_entries(atlas: Atlas, register: Mapping[str, Project]) -> Iterator[PlanFault]:
    """Places that exist, and words that stand where an entry says."""
    for project in register.values():
        for place in project.places:
            if place not in atlas.features:
                yield PlanFault(REGISTER, project.id, "places", f"{place!r} is no site, line or zone")
        if not project.places:
            yield PlanFault(REGISTER, project.id, "places", "needs a place; the whole area is 'lingang'")
        if not project.source.strip():
            yield PlanFault(REGISTER, project.id, "source", "does not say where its names come from")
        owner = project.owner
        if owner and (owner.task not in atlas.tasks or owner.words not in atlas.tasks[owner.task].task.text):
            problem = f"{owner.words!r} does not stand in task {owner.task!r}"
            yield PlanFault(REGISTER, project.id, "owner", problem)
        for mention in project.mentions:
            item = atlas.tasks.get(mention.task)
            if item is None or item.task.text[mention.start : mention.end] != mention.words:
                where = f"{mention.start}-{mention.end} of {mention.task!r}"
                problem = f"{mention.words!r} does not stand at {where}"
                yield PlanFault(REGISTER, project.id, "mentions", problem)


def _check_mentions(
    register: Mapping[str, Project],
    proposals: Sequence[Proposal],
    reviews: Sequence[ProjectReview],
    tasks: Mapping[str, Task],
) -> Iterator[PlanFault]:
    """Mentions that do not follow from matcher and reviews, and reviews that decide nothing."""
    for review, problem in find_idle(reviews, proposals, tasks, register):
        yield PlanFault(REVIEWS, review.project, "reviews", f"line {review.line}: {problem}")
    wanted = decide(proposals, reviews, tasks)
    for project in register.values():
        have, should = set(project.mentions), set(wanted.get(project.id, ()))
        for mention in sorted(have ^ should):
            told = "is not what matcher and reviews say" if mention in have else "is missing"
            what = f"mention {mention.words!r} in {mention.task!r}"
            problem = f"{what} {told}; lingang project match --write makes them anew"
            yield PlanFault(REGISTER, project.id, "mentions", problem)


def _check_promises(atlas: Atlas, root: Path, register: Mapping[str, Project]) -> Iterator[PlanFault]:
    projects = join_projects(atlas, register, built_in=built_in_plans(root))
    for view in projects.views.values():
        for fault in find_impossible(view.id, view.history):
            yield PlanFault(REGISTER, view.id, "promises", f"plan {fault.plan!r}: {fault.problem}")
