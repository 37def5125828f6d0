"""What the list of projects, the progress board and their JSON share: the board that an address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app, request

from layers.board import Board, make_board
from layers.project_filter import ProjectFilter, read_filter, read_today
from layers.projects import Projects, load_projects
from layers.statuses import StatusBook, read_statuses
from layers.workspace import Workspace
from plans.lights import LIGHTS
from plans.project_verdicts import VERDICTS
from plans.projects import KINDS
from webmap.compare_pages import short_name
from webmap.filter_words import filter_words
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.short_filter import map_query
from webmap.state import get_state

DATA, WORKSPACE = "LINGANG_DATA", "LINGANG_WORKSPACE"  # keys of the application's configuration


def get_projects() -> Projects:
    """The projects of the atlas that is shown."""
    return load_projects(get_state().atlas, current_app.config[DATA])


def get_statuses() -> StatusBook:
    """The records of the workspace as they are now; none without a workspace."""
    folder = current_app.config[WORKSPACE]
    return StatusBook({}) if folder is None else read_statuses(Workspace(folder), get_projects().views)


def wanted_board(*, strict: bool) -> Board:
    """The board under the filter and the day of the address; the present day without one.

    With `strict` a field that nothing can meet is an error, as programs expect; else it is left out and
    the board says so.

    Raises
    ------
    FilterError, UnknownIdError, StatusError
        Only with `strict`: the first field that cannot be used.
    """
    projects = get_projects()
    wanted, left_out = read_filter(request.args, projects)
    today, no_day = read_today(request.args, date.today())
    ignored = (*left_out, *no_day)
    if strict and ignored:
        raise ignored[0].error
    return make_board(projects, get_statuses(), today, wanted, ignored=ignored)


def wanted_query(board: Board, **changes: str | None) -> dict[str, str]:
    """The query of a board with some fields changed, those of None left out; the day only if chosen."""
    query = board.wanted.to_query()
    if request.args.get("today") and not any(x.name == "today" for x in board.ignored):
        query["today"] = board.today.isoformat()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return query


def task_query(board: Board) -> dict[str, str] | None:
    """The filter of the task list that takes the projects of a board; None where no such filter does."""
    asked = board.wanted.task_filter
    same = ProjectFilter.of_tasks(asked) == replace(board.wanted, sort=None)
    return asked.to_query() if same and "today" not in wanted_query(board) else None


def board_phrases(board: Board) -> list[str]:
    """The filter of a board in words, a phrase a field."""
    state, language = get_state(), wanted_language()
    words = state.translations.get(language)
    of_tasks = replace(board.wanted.task_filter, kind=None)  # here a kind is one of projects
    said = filter_words(state.atlas, of_tasks, words, language)
    mark, comma = ("：", "、") if language == "zh" else (": ", ", ")
    for name in ("kind", "verdict", "light"):
        if values := [value_name(name, value) for value in board.wanted.values(name)]:
            said.append(f"{words[f'project.{name}']}{mark}{comma.join(values)}")
    return said


def board_record(board: Board, *, detailed: bool) -> dict[str, Any]:
    """A board as JSON values."""
    return {
        "today": board.today.isoformat(),
        "filter": board.wanted.to_query(),
        "total": len(board.rows),
        "known": board.known,
        "lights": board.lights,
        "facets": {name: dict(counts) for name, counts in board.facets.items()},
        "projects": [row.to_json(detailed=detailed) for row in board.rows],
    }


def page_words(board_endpoint: str = "projects.table") -> dict[str, Any]:
    """How the templates name kinds, lights, verdicts and plans in the page's language, and link boards."""
    position = 0 if wanted_language() == "zh" else 1

    def board_link(board: Board, **changes: str | None) -> str:
        return page_link(board_endpoint, **wanted_query(board, **changes))

    return {
        "value_name": value_name,
        "plan_name": plan_name,
        "board_link": board_link,
        "board_phrases": board_phrases,
        "task_query": task_query,
        "map_query": map_query,
        "said_light": lambda light: (light.words, light.words_en)[position].replace(" 天", "\u00a0天"),
    }


def value_name(facet: str, value: str) -> str:
    """A value of a facet in words."""
    words = get_state().translations.get(wanted_language())
    position = 0 if wanted_language() == "zh" else 1
    if facet == "zone":
        zone = get_state().atlas.zones.get(value)
        return zone.name if position == 0 else zone.name_en or zone.name
    if facet == "stage":
        return words[f"stage.{value}"]
    named: Mapping[str, Mapping[str, tuple[str, str]]] = {
        "kind": KINDS, "verdict": VERDICTS, "light": LIGHTS,
    }  # fmt: skip
    if facet in named and value in named[facet]:
        return named[facet][value][position]
    if facet == "kind":
        return words[f"placed.{value}"]
    return plan_name(value) if facet == "plan" else words["project.no_stage"]


def plan_name(plan_id: str) -> str:
    """What a plan is called in a row: a yearly one by its year, any other by its title."""
    plan = get_state().atlas.get_plan(plan_id)
    return short_name({"id": plan.id, "title": plan.title, "title_en": plan.title_en})
