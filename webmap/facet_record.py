"""The facets of the tasks as JSON values: every value with its count and its name in both languages."""

from __future__ import annotations

from typing import Any

from layers.atlas import Atlas
from layers.facets import FacetValue, count_facets
from layers.tasks import TaskFilter
from webmap.filter_words import value_words
from webmap.i18n import LANGUAGES
from webmap.state import get_state


def facets_record(atlas: Atlas, wanted: TaskFilter) -> dict[str, Any]:
    """`total` tasks, how many are `found`, the `facets` and the counts of the `zones`.

    Raises
    ------
    UnknownIdError, FilterError, CoordinateError
        As `layers.tasks.find_tasks`.
    """
    counted = count_facets(atlas, wanted)
    facets = [
        {
            "id": facet,
            "label": _words("zh")[f"filter.{facet}"],
            "label_en": _words("en")[f"filter.{facet}"],
            "values": [_value(atlas, wanted, facet, value) for value in values],
        }
        for facet, values in counted.values.items()
    ]
    return {"total": counted.total, "found": counted.found, "facets": facets, "zones": counted.zones}


def _value(atlas: Atlas, wanted: TaskFilter, facet: str, value: FacetValue) -> dict[str, Any]:
    label, label_en = (
        name or value_words(atlas, wanted, facet, value.value, _words(language), language)
        for name, language in zip((value.name, value.name_en), LANGUAGES, strict=True)
    )
    return {
        "value": value.value,
        "label": label,
        "label_en": label_en,
        "count": value.count,
        "selected": value.selected,
        "parent": value.parent,
    }


def _words(language: str) -> dict[str, str]:
    return get_state().translations.get(language)
