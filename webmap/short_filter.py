"""The filter between pages: the short form over tables and charts, and what the links of pages carry on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from layers.tasks import TaskFilter
from plans.records import STAGES
from webmap.filter_words import plan_words
from webmap.i18n import wanted_language
from webmap.state import get_state

FIELDS = ("q", "plan", "zone", "stage")
MAP = "pages.index"
CARRYING = frozenset(
    {
        MAP, "pages.tasks", "pages.zone", "tables.front", "tables.table_page", "charts.page", "targets.table",
        "projects.table", "progress.board_page", "compare.compare_page", "printing.form",
    }
)  # fmt: skip


def map_query(wanted: TaskFilter) -> dict[str, str]:
    """A filter as the map's address writes it: there `zone` is the one that is looked at, `in` the filter."""
    return map_filter(wanted.to_query())


def carried_filter() -> dict[str, str]:
    """What of this page's filter the links to other pages carry on; none from a page that takes no filter."""
    if request.endpoint not in CARRYING:
        return {}
    given: MultiDict[str, str] = request.args
    if request.endpoint == MAP:
        given = MultiDict(
            ("zone" if key == "in" else key, text)
            for key, text in given.items(multi=True)
            if key != "zone"  # there the one that is looked at
        )
    return TaskFilter.lenient(get_state().atlas, given)[0].to_query()


def map_filter(query: Mapping[str, str]) -> dict[str, str]:
    """A filter as a query, as the map's address writes it."""
    return {"in" if field == "zone" else field: value for field, value in query.items()}


def form_values(wanted: TaskFilter) -> dict[str, Any]:
    """What the macro `short_filter` needs: the filter, the choices with their names, and the rest of it."""
    state, language = get_state(), wanted_language()
    words, atlas = state.translations.get(language), state.atlas
    choices = {
        "plan": [(plan, plan_words(atlas, plan, language)) for plan in atlas.plans],
        "zone": [(z.id, (language == "en" and z.name_en) or z.name) for z in atlas.zones],
        "stage": [(stage, words[f"stage.{stage}"]) for stage in STAGES],
    }
    kept = {field: value for field, value in wanted.to_query().items() if field not in FIELDS}
    return {"wanted": wanted, "choices": choices, "kept": kept}
