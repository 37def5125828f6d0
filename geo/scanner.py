"""Where do words of a fixed list stand in a text? One pass, however many words there are.

Aho-Corasick automata of the library `daachorse` (double arrays, 100 to 250 bytes a word). Positions are
characters (Python string indices). Texts and words must be folded (`geo.folding`): the automata take UTF-8,
which has no form for half of a surrogate pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import daachorse

# Start, end (exclusive), index of the word. Of any length for the compiler, which else copies every hit.
Hit = tuple[int, ...]
Scan = Callable[[str], list[Hit]]


def scan_all(words: Sequence[str]) -> Scan:
    """Return a function that finds every occurrence of every word, those inside other words too.

    Hits come in the order of their ends; of hits with one end the longest comes first. No word may be empty;
    of equal words each is found.
    """
    return cast(Scan, daachorse.CharwiseDoubleArrayAhoCorasick(list(words)).find_overlapping)


def scan_first(words: Sequence[str]) -> Scan:
    """Return a function that finds words without overlaps, as a regular expression reads its alternatives.

    The leftmost comes first; where several words begin at one place, the one that stands first in `words`.
    """
    unique = list(dict.fromkeys(words))
    automaton = daachorse.CharwiseDoubleArrayAhoCorasick(
        unique, match_kind=daachorse.MATCH_KIND_LEFTMOST_FIRST
    )
    if len(unique) == len(words):
        return cast(Scan, automaton.find)
    places = [words.index(word) for word in unique]  # of equal words the first is found
    return lambda text: [(start, end, places[index]) for start, end, index in automaton.find(text)]
