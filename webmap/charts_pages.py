"""Charts of the tasks under a filter: JSON for the panel of the map, and a page that needs no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from layers.filter_charts import Chart, make_charts
from layers.task_index import index_of
from layers.tasks import LISTS, TaskFilter, matching
from plans.indicators import GROUPS
from webmap.filter_words import filter_words, value_words
from webmap.i18n import wanted_language
from webmap.pages import page_link
from webmap.short_filter import form_values, map_query
from webmap.state import get_state
from webmap.target_pages import get_targets

VIEWS = Blueprint("charts", __name__)
TITLES: Mapping[str, str] = {
    "zone": "charts.by_zone", "kind": "charts.by_kind", "stage": "charts.by_stage", "due": "charts.by_due",
    "has": "charts.by_has", "plan": "charts.by_plan",
}  # fmt: skip
MOST_BARS = 12  # of a chart in the panel; its table has all of them


@dataclass(frozen=True)
class Bar:
    """A bar in words. `query` is the filter with this value taken in or out, None where it is none."""

    value: str
    label: str
    count: int
    selected: bool
    query: Mapping[str, str] | None

    def to_json(self) -> dict[str, Any]:
        """The bar as JSON values."""
        return {"value": self.value, "label": self.label, "count": self.count, "selected": self.selected}


@dataclass(frozen=True)
class SaidChart:
    """A chart in words: `finding` is its one sentence."""

    id: str
    title: str
    finding: str
    bars: Sequence[Bar]

    @cached_property  # every bar is drawn to its scale
    def longest(self) -> int:
        """How many the longest bar counts, at least 1."""
        return max(1, *(bar.count for bar in self.bars)) if self.bars else 1

    @property
    def drawn(self) -> list[Bar]:
        """The bars that the panel draws: the first ones and those chosen; in time all of them."""
        return [b for at, b in enumerate(self.bars) if self.id == "due" or at < MOST_BARS or b.selected]

    def to_json(self) -> dict[str, Any]:
        """The chart as JSON values; a bar that is not `drawn` stands in the table only."""
        shown = {bar.value for bar in self.drawn}
        bars = [{**bar.to_json(), "drawn": bar.value in shown} for bar in self.bars]
        return {"id": self.id, "title": self.title, "finding": self.finding, "bars": bars}


def said_charts(wanted: TaskFilter) -> list[SaidChart]:
    """The charts under a filter in the page's language; the last counts targets and filters nothing."""
    charts = [_said(chart, wanted) for chart in make_charts(get_state().atlas, wanted)]
    return [*charts, _targets(wanted)]


def _said(chart: Chart, wanted: TaskFilter) -> SaidChart:
    state, language = get_state(), wanted_language()
    words = state.translations.get(language)

    def label(value: str) -> str:
        if chart.facet == "zone":
            zone = state.atlas.zones.get(value)
            return (language == "en" and zone.name_en) or zone.name
        return value_words(state.atlas, wanted, chart.facet, value, words, language)

    bars = [
        Bar(x.value, label(x.value), x.count, x.selected, _toggled(wanted, chart.facet, x.value))
        for x in chart.bars
    ]
    title = words[TITLES[chart.facet]]
    return SaidChart(chart.facet, title, _finding(bars, words), bars)


def _toggled(wanted: TaskFilter, facet: str, value: str) -> dict[str, str]:
    """The filter with a value taken in, or out where it is chosen."""
    chosen = wanted.values(facet)
    left = [x for x in chosen if x != value] if value in chosen else [*chosen, value]
    assert facet in LISTS
    return replace(wanted, **{facet: ",".join(left) or None}).to_query()


def _targets(wanted: TaskFilter) -> SaidChart:
    """The targets of the tasks found, by what they are about."""
    words = get_state().translations.get(wanted_language())
    which = 0 if wanted_language() == "zh" else 1
    index = index_of(get_state().atlas)
    marks, at = index.marks_of(matching(index, wanted)).tolist(), index.position
    by_group = get_targets().tasks_by_group
    counts = {group: sum(marks[at[task]] for task in tasks) for group, tasks in by_group.items()}
    groups = Counter({group: count for group, count in counts.items() if count})
    names = {group: GROUPS[group][which] if group else words["targets.singles"] for group in groups}
    bars = [Bar(group, names[group], count, False, None) for group, count in groups.most_common()]
    return SaidChart("targets", words["charts.by_targets"], _finding(bars, words), bars)


def _finding(bars: Sequence[Bar], words: Mapping[str, str]) -> str:
    """What a chart says: its longest bar, or that there is nothing to count."""
    most = max(bars, key=lambda bar: bar.count, default=None)
    if most is None or not most.count:
        return words["charts.nothing"]
    return words["charts.finding"].format(label=most.label, n=most.count)


@VIEWS.get("/api/charts")
def record() -> Response:
    """The charts under the filters of `/api/tasks`; each counts as if its own facet were not filtered by."""
    wanted = TaskFilter.from_query(request.args)
    index = index_of(get_state().atlas)
    found = matching(index, wanted).bit_count()
    charts = [chart.to_json() for chart in said_charts(wanted)]
    return jsonify({"found": found, "charts": charts, "filter": wanted.to_query()})


@VIEWS.get("/charts")
def page() -> str:
    """The charts as tables with a bar in each row; every row filters the page by a link."""
    state, language = get_state(), wanted_language()
    wanted, ignored = TaskFilter.lenient(state.atlas, request.args)
    charts, index = said_charts(wanted), index_of(state.atlas)
    return render_template(
        "charts.html",
        charts=charts,
        found=matching(index, wanted).bit_count(),
        said=filter_words(state.atlas, wanted, state.translations.get(language), language),
        ignored=ignored,
        toggle=lambda bar: page_link("charts.page", **bar.query),
        tasks_link=page_link("tables.table_page", layer="tasks", **wanted.to_query()),
        map_link=page_link("pages.index", charts="1", **map_query(wanted)),
        **form_values(wanted),
    )
