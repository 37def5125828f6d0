"""A filter said in words, for pages, the map and paper: one phrase for every field that narrows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from layers.area_filter import parse_position, parse_radius
from layers.atlas import Atlas
from layers.task_index import index_of
from layers.tasks import LISTS, TaskFilter

Words = Mapping[str, str]
_DUE = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class FilterPhrase:
    """One value of a filter in words. `field` and `value` are what to take away to be rid of it."""

    field: str
    value: str
    label: str
    words: str

    def to_json(self) -> dict[str, str]:
        """The phrase as JSON values."""
        return {"field": self.field, "value": self.value, "label": self.label, "words": self.words}


def filter_words(atlas: Atlas, wanted: TaskFilter, words: Words, language: str) -> list[str]:
    """Return what narrows, a phrase a field: `规划: 2023, 2020`, `片区: 105社区(含下级)`.

    Parameters
    ----------
    wanted
        A filter that `layers.tasks.find_tasks` takes.
    words
        The words of the interface in the language.
    language
        "zh" or "en".
    """
    said: dict[str, list[str]] = {}
    for phrase in filter_phrases(atlas, wanted, words, language):
        said.setdefault(phrase.label, []).append(phrase.words)
    mark, comma = ("：", "、") if language == "zh" else (": ", ", ")
    return [f"{label}{mark}{comma.join(parts)}" for label, parts in said.items()]


def filter_phrases(atlas: Atlas, wanted: TaskFilter, words: Words, language: str) -> list[FilterPhrase]:
    """Return what narrows, value by value; `radius` stands with `near`, `implied` with the dues."""
    word, phrases = _word(words), []
    for field in wanted.to_query():
        if field in ("radius", "implied"):
            continue
        values = wanted.values(field) if field in LISTS else (getattr(wanted, field),)
        label = word("filter", field)
        for value in values:
            said = value_words(atlas, wanted, field, value, words, language)
            phrases.append(FilterPhrase(field, value, label, said))
    if wanted.implied and wanted.due:
        phrases.append(FilterPhrase("implied", "1", words["filter.implied"], words["filter.implied_said"]))
    return phrases


def value_words(atlas: Atlas, wanted: TaskFilter, field: str, value: str, words: Words, language: str) -> str:
    """What one value of a field is called."""
    word = _word(words)
    named: dict[str, Callable[[], str]] = {
        "plan": lambda: plan_words(atlas, value, language),
        "part": lambda: _part(atlas, value, language),
        "zone": lambda: words["filter.zone_said"].format(zone=_name(atlas, value, language)),
        "target": lambda: _name(atlas, value, language),
        "kind": lambda: word("placed", value),
        "stage": lambda: word("stage", value),
        "due": lambda: due_words(value, words),
        "commitment": lambda: word("commitment", value),
        "scope": lambda: word("scope", value),
        "has": lambda: word("has", value),
        "q": lambda: f"“{value}”",
        "near": lambda: _near(atlas, wanted, words, language),
        "shape": lambda: words["filter.shape_said"].format(n=len(value.strip().strip(";").split(";"))),
    }
    return named[field]()


def _word(words: Words) -> Callable[[str, str], str]:
    return lambda family, code: words[f"{family}.{code}"]


def plan_words(atlas: Atlas, plan_id: str, language: str) -> str:
    """A plan of a year by its year, any other by its title."""
    plan = atlas.get_plan(plan_id)
    if re.fullmatch(r"\d{4}", plan.id):
        return plan.id
    return (language == "en" and plan.title_en) or plan.title


def due_words(due: str, words: Words) -> str:
    """A due in words: 2023年上半年, Q3 2023; a text that is none as it stands."""
    found = _DUE.fullmatch(due)
    if found is None:
        return due
    year, half, quarter, month = found.groups()
    if half:
        return words["time.first_half" if half == "1" else "time.second_half"].format(year=year)
    if quarter:
        return words["time.named_quarter"].format(year=year, part=quarter)
    if month:
        return words["time.named_month"].format(year=year, part=words[f"time.month_{int(month)}"])
    return words["time.named_year"].format(year=year)


def _name(atlas: Atlas, feature_id: str, language: str) -> str:
    own = atlas.get_feature(feature_id).properties
    return str((language == "en" and own.get("name_en")) or own["name"])


def _part(atlas: Atlas, value: str, language: str) -> str:
    part = index_of(atlas).parts[value]
    title = atlas.english.heading(part.title) if language == "en" else part.title
    return f"{plan_words(atlas, part.plan, language)} {title}"


def _near(atlas: Atlas, wanted: TaskFilter, words: Words, language: str) -> str:
    """Around what, and how far: the name of the place, else its longitude and latitude."""
    text = wanted.near or ""
    if text in atlas.features:
        place = _name(atlas, text, language)
    else:
        lon, lat = parse_position(text)
        place = words["filter.point"].format(lon=f"{lon:.4f}", lat=f"{lat:.4f}")
    return words["filter.near_said"].format(place=place, m=f"{parse_radius(wanted.radius):g}")
