"""The chart of one indicator: figures by year, and the running sum of the work plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from layers.charts import FIRST, INK, SECOND, svg
from plans.cascade import Figure, Row
from webmap.target_words import figure_words, interval_words, scale_of, unit_words

_WIDTH, _HEIGHT = 640, 260  # CSS pixels, without the axes
_BAR_WIDTH = 34  # CSS pixels
_LEAST_FIGURES = 2
# Figures for several years stand out.
_COLOUR = {
    "field": "spans",
    "type": "nominal",
    "legend": None,
    "scale": {"domain": [0, 1], "range": [FIRST, SECOND]},
}


def draw_row(row: Row, words: Mapping[str, str], language: str) -> str | None:
    """The SVG of an indicator's chart, None where fewer than two figures have a date."""
    dated = [figure for figure in row.figures if figure.year is not None]
    if len(dated) < _LEAST_FIGURES:
        return None
    size, word = scale_of(max(abs(end) for figure in dated for end in _ends(figure)), language)
    title = f"{word}{unit_words(row.indicator.unit, language)}".strip() or words["targets.number"]
    places = _axes(_slots(dated), title)
    values = {"values": _values(dated, size, language)}
    bar, text = {"type": "bar", "width": _BAR_WIDTH}, {"type": "text", "dy": -8, "color": INK}
    rule, above = {"type": "rule", "color": INK}, {**places["y"], "field": "top"}
    layers: list[dict[str, Any]] = [
        {"data": values, "mark": bar, "encoding": {**places, "color": _COLOUR}},
        {"data": values, "mark": rule, "encoding": {**places, "y2": {"field": "top"}}},
        {"data": values, "mark": text, "encoding": {**places, "y": above, "text": {"field": "label"}}},
    ]
    layers += _running(row, size, places, language)
    name = row.indicator.name if language == "zh" else row.indicator.name_en
    colon, semicolon = ("：", "；") if language == "zh" else (": ", "; ")
    told = semicolon.join(f"{figure.year}{colon}{figure_words(figure, language)}" for figure in dated)
    return svg({"width": _WIDTH, "height": _HEIGHT, "description": f"{name}. {told}", "layer": layers})


def _axes(slots: list[str], title: str) -> dict[str, Any]:
    """Years along, values up from zero."""
    years: dict[str, Any] = {"field": "slot", "type": "ordinal", "sort": slots, "scale": {"domain": slots}}
    years["axis"] = {"title": None, "labelAngle": 0}
    height = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": True}}
    return {"x": years, "y": height}


def _running(row: Row, size: int, places: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The running sum as labelled dots from the second year on; the lower end where the sum has one."""
    values = []
    for entry in row.sums[1:]:
        ends = [end for end in (entry.running.low, entry.running.high) if end is not None]
        label = interval_words(entry.running, row.indicator.unit, language)
        values += [{"slot": str(entry.year), "value": ends[0] / size, "label": f"Σ {label}"}] if ends else []
    if not values:
        return []
    dot = {"type": "point", "filled": True, "size": 70, "color": INK}
    text = {"type": "text", "align": "left", "dx": 9, "color": INK}
    return [
        {"data": {"values": values}, "mark": dot, "encoding": dict(places)},
        {"data": {"values": values}, "mark": text, "encoding": {**places, "text": {"field": "label"}}},
    ]


def _values(figures: list[Figure], size: int, language: str) -> list[dict[str, Any]]:
    """A record per figure: its slot on the axis, the end that is there, its words."""
    seen: Counter[int | None] = Counter()
    values = []
    for figure in figures:
        seen[figure.year] += 1
        values.append(
            {
                "slot": _slot(figure.year, seen[figure.year]),
                "value": _ends(figure)[0] / size,
                "top": _ends(figure)[-1] / size,
                "label": figure_words(figure, language),
                "spans": int(figure.period is not None),
            }
        )
    return values


def _slots(figures: list[Figure]) -> list[str]:
    """The places of the axis: every year from the first to the last, as often as it has figures."""
    count = Counter(figure.year for figure in figures)
    years = [figure.year for figure in figures if figure.year is not None]
    every = range(min(years), max(years) + 1) if max(years) - min(years) <= 30 else sorted(set(years))
    return [_slot(year, number) for year in every for number in range(1, max(1, count[year]) + 1)]


def _slot(year: int | None, number: int) -> str:
    return str(year) if number == 1 else f"{year} ({number})"


def _ends(figure: Figure) -> list[float]:
    """The ends of a figure that are there, the lower one first."""
    return [end for end in (figure.interval.low, figure.interval.high) if end is not None]
