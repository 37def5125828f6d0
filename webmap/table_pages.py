"""Tables of everything on the map, as JSON for the table beside it and as pages that need no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from layers.table import SIZES, TablePage, TableView, cut_page, page_holding, read_view, sort_rows
from layers.tasks import TaskFilter
from lingang.errors import UnknownIdError
from webmap.filter_words import filter_words
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.project_board import get_projects
from webmap.short_filter import form_values, map_query
from webmap.state import get_state
from webmap.table_columns import TABLES, Context, Table
from webmap.target_pages import get_targets

VIEWS = Blueprint("tables", __name__)
TITLES: Mapping[str, str] = {
    "tasks": "nav.tasks", "zones": "nav.zones", "projects": "nav.projects", "milestones": "task.milestones",
    "targets": "task.targets", "sites": "facility.sites", "schools": "facility.schools",
    "hospitals": "facility.hospitals", "stops": "facility.stops", "lines": "task.lines",
}  # fmt: skip
_KEPT = "lingang.tables"
_KEPT_ORDERS = 16  # tables in an order that the next page will ask for again

Sorted = tuple[Context, list[Any]]


@dataclass(frozen=True)
class Answer:
    """One page of a table, and how it came about."""

    table: Table
    context: Context
    view: TableView
    page: TablePage[Any]

    @property
    def look(self) -> dict[str, str]:
        """The view as query fields; the page is the one that is shown."""
        return replace(self.view, page=self.page.number).to_query()

    @property
    def query(self) -> dict[str, str]:
        """The filter and the view as query fields."""
        return {**self.context.wanted.to_query(), **self.look}


def _get_table(layer: str) -> Table:
    if layer not in TABLES:
        raise UnknownIdError("table", layer, TABLES)
    return TABLES[layer]


def _sorter() -> Callable[[str, TaskFilter, str, str], Sorted]:
    """The function that sorts a table of the atlas that is shown; it keeps the last orders."""
    atlas, kept = get_state().atlas, current_app.extensions.get(_KEPT)
    if kept is None or kept[0] is not atlas:
        kept = current_app.extensions[_KEPT] = (atlas, lru_cache(maxsize=_KEPT_ORDERS)(_sort))
    sorter: Callable[[str, TaskFilter, str, str], Sorted] = kept[1]
    return sorter


def _sort(layer: str, wanted: TaskFilter, order: str, language: str) -> Sorted:
    """The rows of a table under a filter, in an order as the address writes it."""
    state, table = get_state(), TABLES[layer]
    words = state.translations.get(language)
    context = Context(state.atlas, get_projects, get_targets, wanted, language, words)
    rows = list(table.rows(context))
    column = next((c for c in table.columns if c.key == order.removeprefix("-")), None)
    if column is None:
        return context, rows
    key_of = column.sort_key
    return context, sort_rows(rows, lambda row: key_of(context, row), descending=order.startswith("-"))


def _answer(table: Table, wanted: TaskFilter, view: TableView) -> Answer:
    """The page asked for; with `holding` the one with the row that selects that id."""
    context, rows = _sorter()(table.id, wanted, view.order, wanted_language())
    number, held = view.page, request.args.get("holding", "").strip()
    if held:
        number = page_holding(rows, view.size, lambda row: held in table.select(context, row).values()) or 1
    return Answer(table, context, view, cut_page(rows, number, view.size))


def _row(answer: Answer, row: Any) -> dict[str, Any]:
    table, context = answer.table, answer.context
    endpoint, values = table.page(row)
    return {
        "id": table.row_id(row),
        "select": table.select(context, row),
        "page": page_link(endpoint, **values),
        "placed": table.is_placed(context, row),
        "cells": [column.text(context, row) for column in table.columns],
    }


def _columns(answer: Answer) -> list[dict[str, Any]]:
    word = answer.context.word
    return [
        {"key": c.key, "title": word("column", c.key), "number": c.number, "chinese": c.chinese}
        for c in answer.table.columns
    ]


@VIEWS.get("/api/table/<layer>")
def record(layer: str) -> Response:
    """A page of a table under the filters of `/api/tasks`: `sort` (`due`, `-due`), `page`, `size`.

    `holding` asks for the page with the row of that task, zone or place instead of `page`.
    """
    table = _get_table(layer)
    view, left_out = read_view(request.args, [column.key for column in table.columns])
    if left_out:
        raise left_out[0]
    answer = _answer(table, TaskFilter.from_query(request.args), view)
    page = answer.page
    return jsonify(
        {
            "table": layer,
            "title": answer.context.words[TITLES[layer]],
            "total": page.total,
            "page": page.number,
            "pages": page.pages,
            "size": page.size,
            "sort": view.order,
            "first": page.first,
            "last": page.last,
            "columns": _columns(answer),
            "rows": [_row(answer, row) for row in page.rows],
            "filter": answer.context.wanted.to_query(),
        }
    )


@VIEWS.get("/table")
def front() -> str:
    """The table of the tasks."""
    return table_page("tasks")


@VIEWS.get("/table/<layer>")
def table_page(layer: str) -> str:
    """A table as a page: its heads sort and its foot turns pages by links."""
    table, state = _get_table(layer), get_state()
    wanted, no_filter = TaskFilter.lenient(state.atlas, request.args)
    view, no_view = read_view(request.args, [column.key for column in table.columns])
    answer = _answer(table, wanted, view)
    query, language = wanted.to_query(), wanted_language()
    return render_template(
        "table.html",
        answer=answer,
        columns=_columns(answer),
        rows=[_row(answer, row) for row in answer.page.rows],
        titles=TITLES,
        sizes=SIZES,
        said=filter_words(state.atlas, wanted, state.translations.get(language), language),
        ignored=[*no_filter, *((error.field, error.value) for error in no_view)],
        here=lambda **changes: _address(answer, **changes),
        table_link=lambda other: page_link("tables.table_page", layer=other, **query),
        data=page_link("tables.record", layer=layer, **answer.query),
        map_link=page_link("pages.index", table=layer, **map_query(wanted), **answer.look),
        **form_values(wanted),
    )


def _address(answer: Answer, **changes: Any) -> str:
    """The address of this table in another order or at another page."""
    view = replace(answer.view, page=answer.page.number)
    if "sort" in changes:
        order = str(changes.pop("sort"))
        view = replace(view, sort=order.removeprefix("-"), descending=order.startswith("-"), page=1)
    query = {**answer.context.wanted.to_query(), **replace(view, **changes).to_query()}
    return page_link("tables.table_page", layer=answer.table.id, **query)
