"""Which lines numbered in one way belong to one numbering, and which only look like it?

A plan numbers its entries 1, 2, 3 …, through all its sections or anew in each. Lines that begin with a
number may also be a list inside an entry, a list of highlights, or chance. The reading with the fewest
faults wins, found in one pass (a Viterbi search over "next item expected, next list entry expected").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Costs of reading a numbered line in a way; only their order and rough distance matter.
COST_LISTED = 0.01  # an entry of a list inside an item, or an entry of a list dropped for a longer one
COST_WEAK = 0.02  # "26.5…" read as text although 26 is next
COST_AGAIN = 0.5  # numbering starts again under a new heading
COST_FAULT = 1.0  # a gap or a double
COST_STRAY = 1.05  # a number that fits nothing: text
LARGEST_GAP = 20  # items; beyond, a number is chance
BEAM = 16  # readings kept side by side

ITEM, DOUBLE, AGAIN, LISTED, STRAY, ANEW = "item", "double", "again", "listed", "stray", "anew"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line that begins with a number. `weak`: a digit follows the point; `fresh`: a heading came before."""

    number: int
    weak: bool
    fresh: bool


_State = tuple[int, int]  # next item number, next entry of the open list (0: none open)
_Reading = tuple[float, int, Any]  # cost, items so far, chain of labels (label, earlier chain)


def read_numbering(lines: Sequence[Numbered], *, may_begin_anew: bool) -> list[str]:
    """Return one label for each line: item, double, again, listed, stray.

    `may_begin_anew` lets a later, longer list displace an earlier one; the lines of the earlier one are
    then labelled stray.
    """
    plain = _read_plain(lines)
    if plain:
        return plain
    readings: dict[_State, _Reading] = {(1, 0): (0.0, 0, None)}
    for line in lines:
        following: dict[_State, _Reading] = {}
        for state, (cost, items, chain) in readings.items():
            for label, after, extra in _ways(line, state, items if may_begin_anew else None):
                count = 1 if label == ANEW else items + (label in (ITEM, DOUBLE, AGAIN))
                other = following.get(after)
                if other is None or (cost + extra, -count) < (other[0], -other[1]):
                    following[after] = (cost + extra, count, (label, chain))
        best = sorted(following.items(), key=lambda entry: (entry[1][0], -entry[1][1], entry[0]))
        readings = dict(best[:BEAM])
    _, _, chain = min(readings.values(), key=lambda reading: (reading[0], -reading[1]))
    return _unwind(chain)


def _read_plain(lines: Sequence[Numbered]) -> list[str] | None:
    """The labels where the numbers run as they should, so that there is nothing to search."""
    labels, wanted = [], 1
    for line in lines:
        if line.number == 1 and wanted > 1 and line.fresh and not line.weak:
            labels.append(AGAIN)
        elif line.number == wanted and not line.weak:
            labels.append(ITEM)
        else:
            return None
        wanted = line.number + 1
    return labels


def _ways(line: Numbered, state: _State, droppable: int | None) -> list[tuple[str, _State, float]]:
    """Every reading of a line: its label, the state after it, its cost."""
    number, (wanted, entry) = line.number, state
    entry = 0 if line.fresh else entry
    fits = number == wanted
    if line.weak:
        stay = (STRAY, (wanted, entry), COST_WEAK if fits else 0.0)
        return [(ITEM, (wanted + 1, 0), 0.0), stay] if fits else [stay]
    ways = [(STRAY, (wanted, entry), COST_STRAY)]
    if fits:
        ways.append((ITEM, (wanted + 1, 0), 0.0))
    elif wanted < number <= wanted + LARGEST_GAP:
        ways.append((ITEM, (number + 1, 0), COST_FAULT + 0.01 * (number - wanted)))
    elif 0 < number < wanted:
        ways += [(DOUBLE, (wanted, 0), COST_FAULT), (DOUBLE, (wanted + 1, 0), COST_FAULT)]
    if number == 1 and wanted > 1:
        ways.append((AGAIN, (2, 0), COST_AGAIN) if line.fresh else (LISTED, (wanted, 2), COST_LISTED))
        if droppable is not None:
            ways.append((ANEW, (2, 0), COST_LISTED * droppable))
    if entry and number == entry:
        ways.append((LISTED, (wanted, entry + 1), COST_LISTED))
    return ways


def _unwind(chain: Any) -> list[str]:
    """The labels in order; what came before a new beginning was chance."""
    labels: list[str] = []
    dropped = False
    while chain is not None:
        label, chain = chain
        labels.append(STRAY if dropped else ITEM if label == ANEW else label)
        dropped = dropped or label == ANEW
    labels.reverse()
    return labels
