"""Between which values does a promised number lie? Sums, and whether two promises can both hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from plans.indicators import Indicator
from plans.records import Target
from plans.units import to_standard

ROUNDING = 0.1  # 约, 左右: a rounded figure may be off by a tenth
_ABOUT = re.compile("约|左右|上下")
MACHINE_SLACK = 1e-9  # of the figures' size: rounding of the machine, not of people


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included; None is no bound. `rounded`: 约 or 左右 stands beside it."""

    low: float | None
    high: float | None
    rounded: bool = False

    def __add__(self, other: Interval) -> Interval:
        """The interval of the sum: a bound is there where both have it."""
        return Interval(
            _added(self.low, other.low), _added(self.high, other.high), self.rounded or other.rounded
        )

    def bounds(self) -> tuple[float, float]:
        """Both ends as numbers, a rounded interval widened by ROUNDING."""
        low, high = self.low, self.high
        slack = ROUNDING if self.rounded else MACHINE_SLACK
        return (
            float("-inf") if low is None else low - abs(low) * slack,
            float("inf") if high is None else high + abs(high) * slack,
        )

    def meets(self, other: Interval) -> bool:
        """Whether one number can be in both."""
        (low, high), (other_low, other_high) = self.bounds(), other.bounds()
        return low <= other_high and other_low <= high

    def narrowed(self, other: Interval) -> Interval:
        """What both say together where they meet, else from the lowest to the highest end."""
        pairs = (self.low, other.low), (self.high, other.high)
        lows, highs = ([end for end in pair if end is not None] for pair in pairs)
        low, high = max(lows, default=None), min(highs, default=None)
        if low is None or high is None or low <= high:
            return Interval(low, high, self.rounded and other.rounded)
        low = None if None in pairs[0] else min(lows)
        high = None if None in pairs[1] else max(highs)
        return Interval(low, high, self.rounded or other.rounded)

    def to_json(self) -> dict[str, Any]:
        """Return the interval as JSON values."""
        return {"low": self.low, "high": self.high, "rounded": self.rounded}


def interval_of(target: Target, indicator: Indicator | None = None) -> tuple[Interval, str]:
    """Return the interval of a target and its unit: the indicator's, or the standard one without any.

    Growth (`+%`) is open upwards where it is a lower bound, and downwards where it is a fall; whether it is
    rounded stands in what is printed.
    """
    ends = [target.value] if target.max is None else [target.value, target.max]
    unit = target.normal_unit
    values: list[float] = [to_standard(end, target.unit)[0] for end in ends]
    if indicator is not None:
        converted = [indicator.convert(end, target.unit) for end in ends]
        values = [end for end in converted if end is not None] or values
        unit = indicator.unit
    low, high = min(values), max(values)
    if target.op == "<=":
        return Interval(None, high), unit
    if target.op == ">=" and target.max is None:
        return Interval(low, None), unit
    if target.op == "+%" and target.at_least:
        return (Interval(None, high) if high < 0 else Interval(low, None)), unit
    rounded = target.op == "~" or (target.op == "+%" and bool(_ABOUT.search(target.printed)))
    return Interval(low, high, rounded), unit


def _added(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return None
    total = round(one + other, 6)
    return int(total) if total == int(total) else total
