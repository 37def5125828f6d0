"""Which numbers of different plans measure the same thing? The curated indicators, and who belongs to them.

An indicator has one unit; figures come to it in any unit that converts (万平方米, 公顷, 亩). `sum` adds the
years up (schools started in each), `level` is a state reached (greenways, km), `share` such a state in per
cent, `count` a number that may name the same things again next year and is never added up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from plans.errors import PlanError
from plans.reading import fold
from plans.records import Target
from plans.units import to_standard

FILE = "indicators.jsonl"
AGGREGATES = ("sum", "level", "share", "count")
DIRECTIONS = ("at_least", "at_most")
GROUPS: Mapping[str, tuple[str, str]] = {
    "housing": ("住房", "Housing"),
    "education": ("教育", "Education"),
    "health": ("医疗", "Health"),
    "care": ("养老", "Elderly care"),
    "green": ("公园与生态", "Parks and green"),
    "transport": ("交通", "Transport"),
    "parking": ("充电与停车", "Charging and parking"),
    "water": ("水务", "Water"),
    "energy": ("能源", "Energy"),
    "industry": ("产业", "Industry"),
    "innovation": ("创新", "Innovation"),
    "finance": ("金融与财税", "Finance and revenue"),
    "trade": ("贸易与航运", "Trade and shipping"),
    "talent": ("人才", "Talent"),
    "population": ("人口", "Population"),
    "commerce": ("商业与旅游", "Commerce and tourism"),
    "digital": ("数字", "Digital"),
    "safety": ("城市安全", "Public safety"),
}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS = ("id", "name", "name_en", "group", "unit", "aggregate", "direction")
_OPTIONAL = ("units", "growth", "note", "note_en", "patterns")
_BEFORE, _AFTER = 48, 20  # characters of the sentence that a pattern sees beside the figure
_SENTENCE_ENDS, _PHRASE_ENDS = re.compile(r"[。；\n]"), re.compile(r"[。；，、\n]")
_MARKS = str.maketrans(",;()【】", "，；（）[]")  # patterns need to know one comma only


class IndicatorError(PlanError):
    """A line of the indicators that breaks the contract: `file`, `line`, `problem`."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which figures belong: `what` is searched in `Target.what`, `near` in the words around the figure.

    In `near` the signs 【 and 】 stand around the figure's own words: `开工[^，]*【` is 开工 before them.
    `unless` must stand neither in `Target.what` nor in the figure's words. All texts are folded.
    """

    what: re.Pattern[str]
    near: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None

    def find(self, what: str, context: str) -> tuple[int, bool] | None:
        """How well the pattern holds: characters of `what`, and whether words around say so; None if not."""
        found = self.what.search(what)
        if found is None or (self.near and not self.near.search(context)):
            return None
        own = context[context.index("【") : context.index("】")]
        if self.unless and (self.unless.search(what) or self.unless.search(own)):
            return None
        return len(found[0]), self.near is not None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing measured through the plans. `units` count as `unit` one to one (家, 个).

    `aggregate` is one of AGGREGATES; `direction` says which way is better. A `growth` indicator takes
    changes in per cent only, another one never.
    """

    id: str
    name: str
    name_en: str
    group: str
    unit: str
    aggregate: str
    direction: str
    patterns: tuple[Pattern, ...]
    units: tuple[str, ...] = ()
    growth: bool = False
    note: str = ""
    note_en: str = ""

    def convert(self, value: float, unit: str) -> int | float | None:
        """A value in the indicator's unit, None where its unit measures something else."""
        if unit in self.units:
            return value
        return convert(value, unit, self.unit)

    def measures(self, unit: str) -> bool:
        """True when values in a unit can be converted into the indicator's."""
        return unit in self.units or _is_same_measure(unit, self.unit)

    def to_json(self) -> dict[str, Any]:
        """What the indicator is, without the patterns."""
        return {name: getattr(self, name) for name in (*_TEXTS, "growth", "note", "note_en")}


def convert(value: float, unit: str, into: str) -> int | float | None:
    """A value in another unit (25公顷 -> 250000平方米), None where the two measure different things."""
    if unit == into:
        return value
    standard, name = to_standard(value, unit)
    one, wanted = to_standard(1, into)
    if name != wanted:
        return None
    converted = round(standard / one, 6)
    return int(converted) if converted == int(converted) else converted


@lru_cache(maxsize=4096)
def _is_same_measure(unit: str, into: str) -> bool:
    """Kept, because every figure asks it of every indicator."""
    return convert(1, unit, into) is not None


def context_of(text: str, start: int, end: int) -> str:
    """The words around a figure as patterns see them: folded, the figure's own between 【 and 】.

    Reaches back to the beginning of the sentence and on to the end of the phrase, not further than 48 and
    20 characters. Commas, semicolons and brackets are full-width ones.
    """
    head, own, tail = (
        fold(text[first:last]).translate(_MARKS)
        for first, last in ((max(0, start - _BEFORE), start), (start, end), (end, end + _AFTER))
    )
    return f"{_SENTENCE_ENDS.split(head)[-1]}【{own}】{_PHRASE_ENDS.split(tail)[0]}"


def find_indicator(target: Target, text: str, indicators: Mapping[str, Indicator]) -> Indicator | None:
    """Return the indicator that a target of a task's text belongs to, None for a figure of its own.

    Where several claim it the pattern that holds more of `Target.what` wins, then one that looks at the
    words around it, then the smaller id.
    """
    if target.op == "×":
        return None
    what, context = fold(target.what), context_of(text, *target.evidence)
    best: tuple[tuple[int, bool], Indicator] | None = None
    for _, indicator in sorted(indicators.items()):
        if indicator.growth != (target.op == "+%") or not indicator.measures(target.unit):
            continue
        holds = max((x for pattern in indicator.patterns if (x := pattern.find(what, context))), default=None)
        if holds and (best is None or holds > best[0]):
            best = holds, indicator
    return best[1] if best else None


def read_indicators(path: Path) -> dict[str, Indicator]:
    """Read the curated indicators, a JSON object a line, in the order of the file.

    Raises
    ------
    IndicatorError
        A line that is no indicator, or an id that stands twice.
    OSError
        The file cannot be opened.
    """
    indicators: dict[str, Indicator] = {}
    for number, raw in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            indicator = _indicator_of(json.loads(raw))
            if indicator.id in indicators:
                raise ValueError(f"indicator {indicator.id!r} stands twice")
        except (ValueError, RecursionError, re.error) as error:
            raise IndicatorError(path.name, number, f"no indicator: {error}") from error
        indicators[indicator.id] = indicator
    return indicators


def _indicator_of(record: Any) -> Indicator:
    """An indicator from its JSON object; raises ValueError with the field that is wrong."""
    if not isinstance(record, dict):
        raise ValueError("expected a JSON object")
    if unknown := set(record) - {*_TEXTS, *_OPTIONAL}:
        raise ValueError(f"unknown field {min(unknown)!r}")
    for field in _TEXTS:
        if not isinstance(record.get(field), str) or not record[field]:
            raise ValueError(f"{field!r} is missing or no text")
    choices = {"group": tuple(GROUPS), "aggregate": AGGREGATES, "direction": DIRECTIONS}
    for field, known in choices.items():
        if record[field] not in known:
            raise ValueError(f"{field!r} {record[field]!r} is not one of {', '.join(known)}")
    if not _ID.fullmatch(record["id"]):
        raise ValueError(f"id {record['id']!r}; use lower-case letters, digits and hyphens")
    patterns = record.get("patterns")
    if not isinstance(patterns, list) or not patterns:
        raise ValueError("'patterns' must be a list with an entry at least")
    rest = {field: record[field] for field in ("growth", "note", "note_en") if field in record}
    return Indicator(
        **{field: record[field] for field in _TEXTS},
        patterns=tuple(_pattern_of(entry) for entry in patterns),
        units=tuple(record.get("units", ())),
        **rest,
    )


def _pattern_of(entry: Any) -> Pattern:
    if not isinstance(entry, dict) or not set(entry) <= {"what", "near", "unless"} or "what" not in entry:
        raise ValueError("a pattern is an object with 'what', and 'near' and 'unless' where needed")
    return Pattern(**{field: re.compile(fold(expression)) for field, expression in entry.items()})
