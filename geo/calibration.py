"""Does a link's confidence mean what it says: of the links stated to be 0.9 sure, are 0.9 right?

Links judged right or wrong against labels go into bins of stated confidence. From the same links follows
what confidence each rule has earned. Nothing here knows texts or gazetteers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# Lower ends; the last bin reaches to 1. Narrow at the top, where nearly all links are.
BIN_EDGES = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)
_Z_95 = 1.959964  # standard normal quantile of a two-sided 95 % interval
_SITE_RULE = "site"


@dataclass(frozen=True, slots=True)
class JudgedLink:
    """A link that was compared with a label: the rule that made it, what it states, and the truth."""

    rule: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The links that state a confidence of at least `lower` and less than `upper` (1 counts with the last).

    `stated` is the sum of their confidences.
    """

    lower: float
    upper: float
    links: int
    right: int
    stated: float

    def to_json(self) -> dict[str, Any]:
        """The bin as an object; shares are None without links. `interval` is Wilson's, 95 %."""
        low, high = wilson_interval(self.right, self.links)
        return {
            "from": self.lower,
            "to": self.upper,
            "links": self.links,
            "right": self.right,
            "stated": round(self.stated / self.links, 4) if self.links else None,
            "share_right": round(self.right / self.links, 4) if self.links else None,
            "interval": [round(low, 4), round(high, 4)] if self.links else None,
        }


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins of stated confidence, and two figures for all links together, both 0.0 without links.

    Attributes
    ----------
    expected_error
        Expected calibration error: the mean distance between stated and true share over the bins, weighted
        by their links.
    brier_score
        Mean squared distance between stated confidence and truth (1 right, 0 wrong).
    """

    bins: tuple[Bin, ...]
    expected_error: float
    brier_score: float

    def to_json(self) -> dict[str, Any]:
        """The calibration as an object; bins without links are left out."""
        return {
            "links": sum(group.links for group in self.bins),
            "expected_error": round(self.expected_error, 4),
            "brier_score": round(self.brier_score, 4),
            "bins": [group.to_json() for group in self.bins if group.links],
        }


def calibrate(links: Iterable[JudgedLink]) -> Calibration:
    """Return how stated confidence and truth agree."""
    judged = list(links)
    uppers = (*BIN_EDGES[1:], 1.0)
    bins = tuple(_bin(lower, upper, judged) for lower, upper in zip(BIN_EDGES, uppers, strict=True))
    if not judged:
        return Calibration(bins, 0.0, 0.0)
    error = sum(abs(group.right - group.stated) for group in bins) / len(judged)
    brier = sum((link.confidence - link.is_right) ** 2 for link in judged) / len(judged)
    return Calibration(bins, error, brier)


def _bin(lower: float, upper: float, judged: Sequence[JudgedLink]) -> Bin:
    inside = [x for x in judged if lower <= x.confidence < upper or (upper == x.confidence == 1.0)]
    return Bin(
        lower, upper, len(inside), sum(x.is_right for x in inside), math.fsum(x.confidence for x in inside)
    )


def propose_confidence(links: Iterable[JudgedLink]) -> dict[str, dict[str, Any]]:
    """Return for each rule what its links state on average and what confidence they have earned.

    `earned` is `earned_confidence` of the rule's links. The entry `site` has a `factor` too: what is left
    of its earned confidence when that is divided by the highest of the others, so that no product of a
    match and the factor states more than was measured.
    """
    by_rule: dict[str, list[JudgedLink]] = {}
    for link in links:
        by_rule.setdefault(link.rule, []).append(link)
    table = {rule: _row(by_rule[rule]) for rule in sorted(by_rule)}
    others = [row["earned"] for rule, row in table.items() if rule != _SITE_RULE]
    if _SITE_RULE in table and others:
        table[_SITE_RULE]["factor"] = round_down(min(1.0, table[_SITE_RULE]["earned"] / max(others)))
    return table


def _row(links: Sequence[JudgedLink]) -> dict[str, Any]:
    right = sum(link.is_right for link in links)
    return {
        "links": len(links),
        "right": right,
        "stated": round(math.fsum(link.confidence for link in links) / len(links), 4),
        "earned": earned_confidence(right, len(links)),
        "interval": [round(end, 4) for end in wilson_interval(right, len(links))],
    }


def earned_confidence(right: int, number: int) -> float:
    """Return the confidence that `right` of `number` links justify: (right + 1) / (number + 2), rounded down.

    Laplace's rule of succession: the chance that the next one is right, if nothing else is known. Few links
    never earn certainty (3 of 3 earn 0.80), and none at all earn 0.5. Two decimals.
    """
    return round_down((right + 1) / (number + 2))


def round_down(share: float) -> float:
    """Return a share cut to two decimals; 0.29 stays 0.29 although it is stored a little lower."""
    return math.floor(round(share * 100, 6)) / 100


def wilson_interval(right: int, number: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share; (0.0, 1.0) when nothing was counted.

    Unlike the usual interval it stays inside 0 to 1 and keeps a width when all are right.
    Wilson, Probable inference, J. Am. Stat. Assoc. 22 (1927), 209-212.
    """
    if not number:
        return 0.0, 1.0
    share, z2 = right / number, _Z_95**2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = _Z_95 / (1 + z2 / number) * math.sqrt(share * (1 - share) / number + z2 / (4 * number**2))
    return max(0.0, middle - half), min(1.0, middle + half)
