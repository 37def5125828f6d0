"""Pages and JSON of the targets: one table of indicators by year, each indicator with its evidence."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup

from layers.errors import FilterError
from layers.targets import Targets, read_targets
from layers.tasks import TaskFilter, find_tasks
from plans.cascade import Figure, PeriodSum, Row
from plans.conflicts import MOST_PAIRS, Conflict
from plans.indicators import GROUPS
from webmap.filter_words import filter_words
from webmap.i18n import wanted_language
from webmap.short_filter import form_values, map_query
from webmap.state import get_state
from webmap.target_charts import draw_row
from webmap.target_words import conflict_words, conflicts_summary, figure_words, interval_words, period_words

VIEWS = Blueprint("targets", __name__)
MOST_IN_CELL = 12  # figures of an indicator for one year; its own page has more
MOST_LISTED = 300  # figures in one list of a page; the table has all of them, page by page
_KEPT = "lingang.targets"
_READING = threading.Lock()  # reading takes long with many tasks: whoever asks meanwhile waits for it


def get_targets() -> Targets:
    """The targets of the atlas that is shown, read once for each."""
    atlas = get_state().atlas
    with _READING:
        kept = current_app.extensions.get(_KEPT)
        if kept is None or kept[0] is not atlas:
            kept = current_app.extensions[_KEPT] = (atlas, read_targets(atlas))
    targets: Targets = kept[1]
    return targets


@dataclass(frozen=True)
class WantedTargets:
    """The targets that an address asks for: the filter of the tasks, a year, and what made no sense of it."""

    targets: Targets
    wanted: TaskFilter
    year: int | None
    ignored: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> dict[str, str]:
        """The filter and the year as query fields."""
        return {**self.wanted.to_query(), **({} if self.year is None else {"year": str(self.year)})}

    @property
    def phrases(self) -> list[str]:
        """The filter and the year in words, a phrase a field."""
        state, language = get_state(), wanted_language()
        words = state.translations.get(language)
        said = filter_words(state.atlas, self.wanted, words, language)
        mark = "：" if language == "zh" else ": "
        return said if self.year is None else [*said, f"{words['targets.year']}{mark}{self.year}"]


def wanted_targets(*, strict: bool) -> WantedTargets:
    """The targets of the tasks that meet the filter of the address, for the `year` of the address.

    With `strict` a value that nothing can meet is an error, as programs expect; else it is left out.

    Raises
    ------
    FilterError, UnknownIdError, CoordinateError
        Only with `strict`: a value that no task or figure has.
    """
    every, atlas = get_targets(), get_state().atlas
    ignored: list[tuple[str, str]] = []
    if strict:
        wanted = TaskFilter.from_query(request.args)
    else:
        wanted, ignored = TaskFilter.lenient(atlas, request.args)
    written, year = request.args.get("year", "").strip(), None
    try:
        year = every.parse_year(written) if written else None
    except FilterError:
        if strict:
            raise
        ignored.append(("year", written))
    tasks = {item.id for item in find_tasks(atlas, wanted)} if wanted.to_query() else None
    found = every if tasks is None and year is None else every.select(year=year, tasks=tasks)
    return WantedTargets(found, wanted, year, tuple(ignored))


def page_words() -> dict[str, Any]:
    """How the templates say figures, sums and conflicts in the page's language."""
    language = wanted_language()
    words = get_state().translations.get(language)
    position = 0 if language == "zh" else 1

    def sum_words(interval: Any, row: Row) -> str:
        return interval_words(interval, row.indicator.unit, language)

    def period(entry: PeriodSum) -> str:
        return period_words(entry, words, language)

    def conflict(entry: Conflict) -> str:
        return conflict_words(entry, words, language)

    return {
        "shown": lambda figure: figure_words(figure, language),
        "sum_words": sum_words,
        "period_words": period,
        "conflict_words": conflict,
        "most_pairs": MOST_PAIRS,
        "summary": lambda targets: conflicts_summary(targets, words),
        "group_name": lambda group: GROUPS[group][position],
    }


@VIEWS.get("/targets")
def table() -> str:
    """All indicators by year, conflicts first; the nation-wide figures and the single ones apart."""
    asked = wanted_targets(strict=False)
    targets = asked.targets
    where = {} if asked.year is None else {"where": f"year={asked.year}"}
    order = {group: place for place, group in enumerate(GROUPS)}
    rows = sorted(targets.cascade.rows, key=lambda row: order[row.indicator.group])
    groups = [(group, list(members)) for group, members in groupby(rows, key=lambda row: row.indicator.group)]
    return render_template(
        "targets.html",
        targets=targets,
        groups=[(group, [r for r in members if r.figures]) for group, members in groups],
        nationwide=nationwide_figures(targets),
        singles=[figure for figure in targets.cascade.singles if not figure.nationwide],
        year=asked.year,
        query=asked.query,
        taken={**asked.wanted.to_query(), **where},
        said=asked.phrases,
        ignored=asked.ignored,
        map_query=map_query,
        all_years=get_targets().years,
        most_in_cell=MOST_IN_CELL,
        most_listed=MOST_LISTED,
        **form_values(asked.wanted),
        **page_words(),
    )


def nationwide_figures(targets: Targets) -> list[Figure]:
    """The figures of nation-wide plans, in rows or single."""
    return [figure for figure in targets.cascade.figures if figure.nationwide]


@VIEWS.get("/targets/<indicator_id>")
def indicator(indicator_id: str) -> str:
    """One indicator: its chart, every figure with its evidence, the sums and what disagrees."""
    targets = get_targets()
    row = targets.get_row(indicator_id)
    language = wanted_language()
    drawn = draw_row(row, get_state().translations.get(language), language)
    return render_template(
        "target.html",
        row=row,
        conflicts=targets.conflicts_of(indicator_id),
        chart=Markup(drawn) if drawn else None,  # made here: the chart's texts are escaped by its writer
        **page_words(),
    )


@VIEWS.get("/api/targets")
def targets_record() -> Response:
    """The table as JSON under the filters of `/api/tasks`, `indicator` and `year`; every figure once."""
    asked = wanted_targets(strict=True)
    targets, query = asked.targets, asked.query
    if indicator_id := request.args.get("indicator", "").strip():
        targets = targets.select(indicator=get_targets().get_row(indicator_id).indicator.id)
        query["indicator"] = indicator_id
    return jsonify({**targets.to_json(), "filter": query})
