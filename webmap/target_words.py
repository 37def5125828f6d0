"""How figures, sums and conflicts of targets are said, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from layers.targets import Targets
from plans.cascade import Figure, PeriodSum
from plans.conflicts import Conflict
from plans.intervals import Interval, interval_of
from plans.records import Target

UNITS_EN: Mapping[str, str] = {
    "平方米": "m²", "平方公里": "km²", "公顷": "ha", "公里": "km", "米": "m", "公里/平方公里": "km/km²",
    "米/平方公里": "m/km²", "立方米": "m³", "立方米/日": "m³/day", "千克": "kg", "吨": "t", "总吨": "GT",
    "元": "yuan", "兆瓦": "MW", "瓦": "W", "套": "homes", "艘": "ships", "人次": "visits",
    "名": "people", "所": "schools", "倍": "times", "个百分点": "points",
}  # fmt: skip
_SCALES = {"zh": ((10**8, "亿"), (10**4, "万")), "en": ((10**9, " billion"), (10**6, " million"))}
_DIGITS = 4  # of a number before its scale word


def scale_of(value: float, language: str) -> tuple[int, str]:
    """The scale that a chart's axis takes for values up to `value`, and its word."""
    return next(((size, word) for size, word in _SCALES[language] if abs(value) >= size), (1, ""))


def number_words(value: float, language: str) -> str:
    """A number as it is read: 200万, 2 million; with all its digits where a scale would round it."""
    for size, word in _SCALES[language]:
        scaled = value / size
        if abs(scaled) >= 1 and round(scaled, 2) * size == value and len(f"{scaled:g}") <= _DIGITS + 1:
            return f"{scaled:g}{word}"
    whole = round(value, 6)
    written = f"{int(whole):,}" if whole == int(whole) else f"{whole:,.6f}".rstrip("0")
    return written.replace(",", "") if language == "zh" else written


def unit_words(unit: str, language: str) -> str:
    """A unit as it is written behind a number; what is only counted needs none in English."""
    if language == "zh" or unit == "%":
        return unit
    return f" {UNITS_EN[unit]}" if unit in UNITS_EN else ""


def interval_words(interval: Interval, unit: str, language: str, *, growth: bool = False) -> str:
    """An interval with its unit: ≥ 3500套, 80–100家, 约200万平方米, +20%."""
    sign = "+" if growth else ""
    ends = [
        f"{sign if end >= 0 else ''}{number_words(end, language)}"
        for end in (interval.low, interval.high)
        if end is not None
    ]
    about = {"zh": "约", "en": "about "}[language] if interval.rounded else ""
    if not ends:
        return "–"
    if interval.low is None or interval.high is None:
        shown = f"{'≤' if interval.low is None else '≥'} {ends[0]}"
    else:
        shown = "–".join(dict.fromkeys(ends))
    return about + shown + unit_words(unit, language)


def figure_words(figure: Figure, language: str) -> str:
    """The number of a figure with its unit."""
    growth = figure.target.op == "+%"
    return interval_words(figure.interval, figure.unit, language, growth=growth)


def target_words(target: Target, language: str) -> str:
    """The number of a target in its standard unit."""
    interval, unit = interval_of(target)
    return interval_words(interval, unit, language, growth=target.op == "+%")


def period_words(entry: PeriodSum, words: Mapping[str, str], language: str) -> str:
    """What work plans name so far of a figure for several years, and which years nobody can tell."""
    values = {
        "total": figure_words(entry.figure, language),
        "first": str(entry.figure.period[0] if entry.figure.period else ""),
        "last": str(entry.figure.year),
    }
    if entry.named is None:
        said = words["targets.named_none"].format(**values)
    else:
        named = interval_words(entry.named, entry.figure.unit, language)
        said = words["targets.named"].format(named=named, **values)
    for key, years in (("targets.silent", entry.silent_years), ("targets.unread", entry.unread_years)):
        if years:
            said += words[key].format(years=_listed(years, language))
    return said


def conflict_words(conflict: Conflict, words: Mapping[str, str], language: str) -> str:
    """A conflict in one sentence."""

    def word(family: str, code: str) -> str:
        return words[f"{family}.{code}"]

    first, last = conflict.figures[0], conflict.figures[-1]
    there = figure_words(last, language) if conflict.parts is None else _parts_words(conflict, language)
    return word("conflict", conflict.kind).format(
        what=_name(conflict, language), year=first.year, one=figure_words(first, language), other=there
    )


def conflicts_summary(targets: Targets, words: Mapping[str, str]) -> str:
    """How many conflicts there are among how many figures."""
    counts = {"n": len(targets.conflicts), "figures": len(targets.cascade.figures)}
    return words["targets.compared"].format(**counts)


def _parts_words(conflict: Conflict, language: str) -> str:
    """The sum of the named parts, in the unit that the total is printed in."""
    parts = conflict.parts or Interval(None, None)
    return interval_words(parts, conflict.figures[0].target.unit, language)


def _name(conflict: Conflict, language: str) -> str:
    if conflict.indicator is None:
        return conflict.figures[0].target.what
    return conflict.indicator.name if language == "zh" else conflict.indicator.name_en


def _listed(years: tuple[int, ...], language: str) -> str:
    """Years in a row, runs shortened: 2021–2022, 2024."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    shown = (str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return {"zh": "、", "en": ", "}[language].join(shown)
