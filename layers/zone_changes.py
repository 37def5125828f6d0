"""What has changed for a zone, the newest first: plans published, what they say anew, what people recorded.

Days are calendar days: of a plan's publication, and of the day on which a person recorded something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from layers.projects import Projects, ProjectView
from layers.statuses import StatusBook
from plans.project_verdicts import VERDICTS
from plans.project_words import STAGE_WORDS

KINDS = ("plan", "verdict", "status")


@dataclass(frozen=True)
class Change:
    """One change. `key` names it for ever; `kind` is one of KINDS; `about` is a plan's or a project's id."""

    key: str
    kind: str
    day: date
    about: str
    title: str
    text: str


def find_changes(
    projects: Projects, book: StatusBook, zone_id: str, *, plan_words: str, english: bool = False
) -> list[Change]:
    """Return the changes for a zone and its children, the newest first.

    `plan_words` is how a plan's publication is told, with `{n}` for the number of its tasks there.

    Raises
    ------
    UnknownIdError
        No zone has this id.
    """
    zone_id = projects.atlas.zones.get(zone_id).id
    views = [view for view in projects.views.values() if zone_id in view.zones]
    found = [*_plans(projects, zone_id, plan_words, english)]
    for view in views:
        found += [*_verdicts(projects, view, english), *_records(view, book, english)]
    found.sort(key=lambda change: change.key)
    return sorted(found, key=lambda change: change.day, reverse=True)


def _plans(projects: Projects, zone_id: str, plan_words: str, english: bool) -> Iterator[Change]:
    """The plans that name the zone or a child of it."""
    counts = projects.atlas.zone_counts()[zone_id]["by_plan"]
    for plan in projects.plans:
        if counts.get(plan.id):
            title = plan.title_en if english else plan.title
            text = plan_words.format(n=counts[plan.id])
            yield Change(f"plan:{zone_id}:{plan.id}", "plan", plan.published, plan.id, title, text)


def _verdicts(projects: Projects, view: ProjectView, english: bool) -> Iterator[Change]:
    """What a plan says of a project beside the plan before it."""
    published = {plan.id: plan.published for plan in projects.plans}
    for verdict in view.verdicts:
        title = f"{_named(view, english)}{VERDICTS[verdict.kind][int(english)]}"
        key = f"verdict:{view.id}:{verdict.earlier}:{verdict.later}:{verdict.kind}"
        text = verdict.en if english else verdict.zh
        yield Change(key, "verdict", published[verdict.later], view.id, title, text)


def _records(view: ProjectView, book: StatusBook, english: bool) -> Iterator[Change]:
    """What people recorded of a project, on the day on which they did."""
    for status in book.of(view.id):
        stage = STAGE_WORDS[status.stage][int(english)]
        title = f"{_named(view, english)}{stage} {status.day}"
        told = (status.part, status.note, status.source, status.author)
        key = f"status:{view.id}:{status.stage}:{status.day}:{status.recorded}:{status.part}"
        yield Change(key, "status", status.recorded, view.id, title, " · ".join(filter(None, told)))


def _named(view: ProjectView, english: bool) -> str:
    """A project's name with the colon of the language."""
    return f"{view.project.name_en or view.project.name}: " if english else f"{view.project.name}："
