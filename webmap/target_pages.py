"""Pages and JSON of the targets: one table of indicators by year, each indicator with its evidence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup

from layers.errors import FilterError
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


def wanted_targets(*, strict: bool) -> tuple[Targets, dict[str, str], list[tuple[str, str]]]:
    """The targets under `plan` and `year` of the address, that filter, and what of it was left out.

    With `strict` a plan or year that is none is an error, as programs expect; else it is left out.

    Raises
    ------
    FilterError
        Only with `strict`: no figure is for that year.
    UnknownIdError
        Only with `strict`: no such plan.
    """
    found, atlas = get_targets(), get_state().atlas
    checks: dict[str, Callable[[str], Any]] = {"plan": atlas.get_plan, "year": found.parse_year}
    wanted: dict[str, str] = {}
    ignored: list[tuple[str, str]] = []
    for name, check in checks.items():
        if written := request.args.get(name, "").strip():
            try:
                check(written)
                wanted[name] = written
            except (FilterError, UnknownIdError):
                if strict:
                    raise
                ignored.append((name, written))
    year = found.parse_year(wanted["year"]) if "year" in wanted else None
    return (found.select(plan=wanted.get("plan"), year=year) if wanted else found), wanted, ignored


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
    targets, wanted, ignored = wanted_targets(strict=False)
    order = {group: place for place, group in enumerate(GROUPS)}
    rows = sorted(targets.cascade.rows, key=lambda row: order[row.indicator.group])
    groups = [(group, list(members)) for group, members in groupby(rows, key=lambda row: row.indicator.group)]
    return render_template(
        "targets.html",
        targets=targets,
        groups=[(group, [r for r in members if r.figures]) for group, members in groups],
        nationwide=nationwide_figures(targets),
        singles=[figure for figure in targets.cascade.singles if not figure.nationwide],
        wanted=wanted,
        ignored=ignored,
        all_years=get_targets().years,
        most_in_cell=MOST_IN_CELL,
        most_listed=MOST_LISTED,
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
    targets, wanted, _ = wanted_targets(strict=True)
    if indicator_id := request.args.get("indicator", "").strip():
        targets = targets.select(indicator=get_targets().get_row(indicator_id).indicator.id)
        wanted = {**wanted, "indicator": indicator_id}
    return jsonify({**targets.to_json(), "filter": wanted})
