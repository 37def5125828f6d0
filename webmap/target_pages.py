"""Pages and JSON of the targets: one table of indicators by year, each indicator with its evidence."""

from __future__ import annotations

import threading
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup

from layers.targets import Targets, read_targets
from lingang.errors import UnknownIdError
from plans.cascade import Figure, PeriodSum, Row
from plans.conflicts import MOST_PAIRS, Conflict
from plans.indicators import GROUPS
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.state import get_state
from webmap.target_charts import draw_row
from webmap.target_words import conflict_words, conflicts_summary, figure_words, interval_words, period_words

VIEWS = Blueprint("targets", __name__)
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


def wanted_targets() -> tuple[Targets, dict[str, str]]:
    """The targets under `plan` and `year` of the address, and that filter.

    Raises
    ------
    FilterError
        No figure is for that year.
    UnknownIdError
        No such plan.
    """
    plan, year = (request.args.get(key, "").strip() for key in ("plan", "year"))
    if plan:
        get_state().atlas.get_plan(plan)
    found = get_targets()
    wanted = {key: value for key, value in (("plan", plan), ("year", year)) if value}
    if not wanted:
        return found, wanted
    return found.select(plan=plan or None, year=found.parse_year(year) if year else None), wanted


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
    targets, wanted = wanted_targets()
    order = {group: place for place, group in enumerate(GROUPS)}
    rows = sorted(targets.cascade.rows, key=lambda row: order[row.indicator.group])
    groups = [
        (group, list(members)) for group, members in groupby(rows, key=lambda row: row.indicator.group)
    ]
    return render_template(
        "targets.html",
        targets=targets,
        groups=[(group, [r for r in members if r.figures]) for group, members in groups],
        nationwide=nationwide_figures(targets),
        singles=[figure for figure in targets.cascade.singles if not figure.nationwide],
        wanted=wanted,
        all_years=get_targets().years,
        **page_words(),
    )


def nationwide_figures(targets: Targets) -> list[Figure]:
    """The figures of nation-wide plans, in rows or single."""
    return [figure for figure in targets.cascade.figures if figure.nationwide]


@VIEWS.get("/targets/<indicator_id>")
def indicator(indicator_id: str) -> str | tuple[str, int]:
    """One indicator: its chart, every figure with its evidence, the sums and what disagrees."""
    targets = get_targets()
    try:
        row = targets.get_row(indicator_id)
    except UnknownIdError as error:
        near = page_link("targets.indicator", indicator_id=error.nearest) if error.nearest else None
        return render_template("error.html", status=404, message=str(error), nearest=near), 404
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
    """The table as JSON under `indicator`, `plan` and `year`; every figure once."""
    targets, wanted = wanted_targets()
    if indicator_id := request.args.get("indicator", "").strip():
        targets = targets.select(indicator=get_targets().get_row(indicator_id).indicator.id)
        wanted = {**wanted, "indicator": indicator_id}
    return jsonify({**targets.to_json(), "filter": wanted})
