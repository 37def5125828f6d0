"""How can a text be typed with Latin letters? Syllables and initials of its characters.

Every reading of a character counts (长 is chang and zhang), since names rarely follow the commonest one.
Positions are characters of the text given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LONGEST_SYLLABLE = 6  # zhuang, chuang, shuang
DOUBLE_INITIALS = ("zh", "ch", "sh")
FULL, PARTIAL, INITIALS = 0, 1, 2  # how much of the syllables was typed; the higher the looser


@dataclass(frozen=True, slots=True)
class Spelled:
    """Places where a text reads as typed: `starts` to `ends` (exclusive), with `looseness` of each.

    FULL: every syllable is complete. PARTIAL: only the last one is not. INITIALS: others are cut too.
    """

    starts: Indices
    ends: Indices
    looseness: Indices


class SpelledText:
    """A text to be searched by what its characters read like; built once, searched often."""

    def __init__(self, text: str) -> None:
        points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        alphabet, numbers = np.unique(points, return_inverse=True)
        self._alphabet = [chr(point) for point in alphabet]
        small = len(alphabet) <= np.iinfo(np.uint16).max
        self._characters = numbers.astype(np.uint16 if small else np.uint32)

    @cached_property
    def _forms(self) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
        """Characters of the alphabet by what stands for them: full syllable, initial, begun syllable."""
        full, initial, begun = defaultdict(list), defaultdict(list), defaultdict(list)
        for number, readings in enumerate(read_characters(self._alphabet)):
            full[self._alphabet[number].lower()].append(number)
            for reading in readings:
                full[reading].append(number)
                initial[reading[0]].append(number)
                if reading.startswith(DOUBLE_INITIALS):
                    initial[reading[:2]].append(number)
                for length in range(1, len(reading)):
                    begun[reading[:length]].append(number)
        return full, initial, begun

    def find(self, typed: str) -> Spelled:
        """Return where the text reads as `typed`: small letters, digits and characters, no white space.

        A character stands for itself, its syllable or its initial; letters need no marks between them, so
        every way to part them is tried.
        """
        # reached[n]: where a reading of typed[:n] starts and ends, and how loose it is.
        reached: list[list[tuple[Indices, Indices, Indices]]] = [[] for _ in range(len(typed) + 1)]
        reached[0].append(self._begin(typed))
        for at in range(len(typed)):
            if reached[at]:
                found = _merge(reached[at])
                for length, mask, looseness in self._steps(typed, at):
                    reached[at + length].append(self._advance(found, mask, looseness))
        return Spelled(*_join(reached[-1]))

    def _begin(self, typed: str) -> tuple[Indices, Indices, Indices]:
        """Where any reading of `typed` can start: one pass over the text for all of them."""
        masks = [mask for _, mask, _ in self._steps(typed, 0)]
        if not masks:
            return _join([])
        starts = np.flatnonzero(np.logical_or.reduce(masks)[self._characters]).astype(np.int64)
        return starts, starts, np.zeros_like(starts)

    def _advance(
        self, found: tuple[Indices, Indices, Indices], mask: Mask, looseness: int
    ) -> tuple[Indices, Indices, Indices]:
        """The places that go on with a character of `mask`."""
        starts, ends, loose = found
        fits = ends < len(self._characters)
        fits[fits] = mask[self._characters[ends[fits]]]
        return starts[fits], ends[fits] + 1, np.maximum(loose[fits], looseness)

    def _steps(self, typed: str, at: int) -> Iterator[tuple[int, Mask, int]]:
        """The ways to take one character's form from `typed[at:]`: length, characters, looseness."""
        full, initial, begun = self._forms
        left = len(typed) - at
        for length in range(1, min(LONGEST_SYLLABLE, left) + 1):
            form = typed[at : at + length]
            last = length == left
            for forms, looseness in ((full, FULL), (begun, PARTIAL) if last else (initial, INITIALS)):
                if form in forms:
                    yield length, self._mask(forms[form]), looseness

    def _mask(self, numbers: list[int]) -> Mask:
        mask = np.zeros(len(self._alphabet), dtype=np.bool_)
        mask[numbers] = True
        return mask


def _join(parts: list[tuple[Indices, Indices, Indices]]) -> tuple[Indices, Indices, Indices]:
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    starts, ends, loose = (np.concatenate(column) for column in zip(*parts, strict=True))
    return starts, ends, loose


def _merge(parts: list[tuple[Indices, Indices, Indices]]) -> tuple[Indices, Indices, Indices]:
    """All places once, each with its least looseness; without it every way to part letters would multiply."""
    if len(parts) == 1:
        return parts[0]
    starts, ends, loose = _join(parts)
    order = np.lexsort((loose, ends, starts))
    starts, ends, loose = starts[order], ends[order], loose[order]
    first = np.ones(len(starts), dtype=np.bool_)
    first[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return starts[first], ends[first], loose[first]


def read_characters(characters: list[str]) -> list[set[str]]:
    """Return every reading of each character, without tones; none for what is not Chinese.

    ü is written v, and u as well, since many type it so.
    """
    from pypinyin import Style, pinyin  # here, for it reads a large dictionary

    readings = []
    for character in characters:
        found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
        plain = {reading for entry in found for reading in entry if reading.isascii() and reading.isalpha()}
        readings.append(plain | {reading.replace("v", "u") for reading in plain})
    return readings
