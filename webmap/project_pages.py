"""Pages and JSON of the projects: the list, and each project through all plans with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from markupsafe import Markup

from layers.progress import Progress, progress
from layers.project_filter import read_today
from layers.projects import ProjectView
from plans.projects import RELATIONS
from webmap.i18n import wanted_language
from webmap.locator import draw_locator
from webmap.project_board import (
    board_record,
    get_projects,
    get_statuses,
    page_words,
    plan_name,
    wanted_board,
    wanted_query,
)
from webmap.project_charts import draw_timeline
from webmap.state import get_state
from webmap.target_pages import get_targets
from webmap.target_pages import page_words as target_page_words

VIEWS = Blueprint("projects", __name__)
LANE_NAME_SIGNS = {"zh": 12, "en": 34}  # of a plan's name beside its lane


@VIEWS.app_context_processor
def project_context() -> dict[str, Any]:
    """What pages of tasks and zones need to lead to projects."""
    return {"projects_of_task": projects_of_task, "projects_in_zone": projects_in_zone}


def projects_of_task(task_id: str) -> list[ProjectView]:
    """The projects that a task names."""
    projects = get_projects()
    return [projects.views[key] for key in projects.by_task.get(task_id, ())]


def projects_in_zone(zone_id: str) -> int:
    """How many projects lie in a zone and its children."""
    return len(get_projects().select(zone=zone_id))


@VIEWS.get("/projects")
def table() -> str:
    """All projects under a filter, with how many each other choice would give."""
    board = wanted_board(strict=False)
    return render_template("projects.html", board=board, query=wanted_query(board), **page_words())


@VIEWS.get("/projects/<project_id>")
def project(project_id: str) -> str:
    """One project: its place, what each plan promises of it, what was recorded, and how the word changed."""
    projects = get_projects()
    view = projects.get(project_id)
    atlas = get_state().atlas
    today, ignored = read_today(request.args, date.today())
    found = progress(view, get_statuses().of(view.id), today)
    targets = get_targets()
    return render_template(
        "project.html",
        view=view,
        found=found,
        state=view.state_at(today),
        ignored=ignored,
        related=_related(view),
        items=[atlas.get_task(task_id) for task_id in view.tasks],
        figures=[figure for figure in targets.cascade.figures if figure.task in view.tasks],
        indicators=targets.owners(),
        lights={row.promise: row for row in found.promises},
        locator=_locator(view),
        chart=_chart(view, found),
        **target_page_words(),
        **page_words(),
    )


def _related(view: ProjectView) -> list[tuple[str, ProjectView]]:
    """The projects that this one came from or belongs to, and those that came from it or belong to it."""
    views = get_projects().views
    own = [(r, views[key]) for r in RELATIONS for key in view.project.related(r) if key in views]
    back = [(f"{r}_back", x) for r in RELATIONS for x in views.values() if view.id in x.project.related(r)]
    return own + back


def _locator(view: ProjectView) -> Markup:
    """The places of a project on a small map; the zone where none of them can be drawn."""
    atlas = get_state().atlas
    places, language = [place.id for place in view.places], wanted_language()
    drawn = draw_locator(atlas, places, language=language)
    return drawn or draw_locator(atlas, [view.zone], language=language)


def _chart(view: ProjectView, found: Progress) -> Markup | None:
    words = get_state().translations.get(wanted_language())
    drawn = draw_timeline(view, found, words, {plan: _lane_name(plan) for plan in view.plans})
    return Markup(drawn) if drawn else None  # made here: the chart's texts are escaped by its writer


def _lane_name(plan_id: str) -> str:
    """The end of a long title: it begins with the authority, as they all do."""
    name = plan_name(plan_id)
    most = LANE_NAME_SIGNS[wanted_language()]
    if len(name) <= most:
        return name
    end = name[-most:]
    return f"…{end.partition(' ')[2] or end}" if wanted_language() == "en" else f"…{end}"


@VIEWS.get("/api/projects")
def projects_record() -> Response:
    """The projects under the filters of the list, each with its light on the day `today`."""
    return jsonify(board_record(wanted_board(strict=True), detailed=False))


@VIEWS.get("/api/projects/<project_id>")
def project_record(project_id: str) -> Response:
    """One project with its history, verdicts, promises with lights, records, and figures of its tasks."""
    view = get_projects().get(project_id)
    today, ignored = read_today(request.args, date.today())
    if ignored:
        raise ignored[0].error
    found = progress(view, get_statuses().of(view.id), today)
    figures = [f.to_json() for f in get_targets().cascade.figures if f.task in view.tasks]
    told = {key: value for key, value in found.to_json().items() if key != "project"}
    return jsonify({**view.to_json(at=today), **told, "targets": figures})
