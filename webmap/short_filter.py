"""The short form over tables and charts: words, plan, zone and stage; what else filters is kept as it is."""

from __future__ import annotations

from typing import Any

from layers.tasks import TaskFilter
from plans.records import STAGES
from webmap.filter_words import plan_words
from webmap.i18n import wanted_language
from webmap.state import get_state

FIELDS = ("q", "plan", "zone", "stage")


def map_query(wanted: TaskFilter) -> dict[str, str]:
    """A filter as the map's address writes it: there `zone` is the one that is looked at, `in` the filter."""
    return {"in" if field == "zone" else field: value for field, value in wanted.to_query().items()}


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
