"""All names of a gazetteer, ready to be looked for in texts.

The names are compiled into one automaton. What a name's senses ask of its surroundings is compiled when the
name is first met, so that a gazetteer of a million names costs no more than its automaton.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Final

from geo.conditions import Check, Surroundings, checks_of
from geo.gazetteer import Gazetteer, Place, Sense
from geo.scanner import Hit, scan_all

_WHOLE_NAMES: Final = ("镇", "区")  # complete as they are: 泥城镇公路 are the roads of the town
INSTITUTIONS: Final = ("大学", "学院", "医院", "研究院", "研究所", "公司")  # people as much as a building
_start_of = itemgetter(0)


def is_ascii_word(character: str) -> bool:
    """Whether a folded character is an ASCII letter or digit."""
    return "0" <= character <= "9" or "A" <= character <= "Z"


class Meaning:
    """One sense of a name with the place it leads to; `place` is None for roles without a feature."""

    __slots__ = (
        "checks",
        "is_institution",
        "is_outside",
        "is_zone",
        "place",
        "rule",
        "sense",
        "takes_head",
    )

    def __init__(self, sense: Sense, place: Place | None) -> None:
        self.sense = sense
        self.place = place
        self.rule = sense.rule
        self.is_outside = sense.role == "outside"
        self.checks: tuple[Check, ...] = checks_of(sense.condition)
        self.is_zone = place is not None and place.kind == "zone"
        self.is_institution = (
            place is not None and place.kind == "site" and place.name.endswith(INSTITUTIONS)
        )
        # Whether the noun at the end of a list can decide that the name is meant in this sense.
        self.takes_head = bool(sense.target) and sense.condition.looks_right


class NameReading:
    """What is to be known of one name, whatever text it stands in.

    `starts_word`, `ends_word`: that end is an ASCII letter or digit, which a longer code may swallow.
    `sole`: the first sense, where that one has no condition. `takes_head`: the noun of a list may decide.
    `may_begin_longer`: 申港 may begin 申港大道.
    """

    __slots__ = ("ends_word", "may_begin_longer", "meanings", "name", "sole", "starts_word", "takes_head")

    def __init__(self, name: str, meanings: tuple[Meaning, ...]) -> None:
        self.name = name
        self.meanings = meanings
        self.takes_head = any(meaning.takes_head for meaning in meanings)
        self.sole = meanings[0] if meanings and not meanings[0].checks else None
        self.starts_word = is_ascii_word(name[0])
        self.ends_word = is_ascii_word(name[-1])
        self.may_begin_longer = not name.endswith(_WHOLE_NAMES)

    def meaning(self, around: Surroundings) -> Meaning | None:
        """The first sense whose condition holds."""
        for meaning in self.meanings:
            for check in meaning.checks:
                if not check(around):
                    break
            else:
                return meaning
        return None


class Vocabulary:
    """The names of a gazetteer and how each is read."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._names = [name for name in gazetteer.names() if name]
        self._scan = scan_all(self._names)
        self._readings: list[NameReading | None] = [None] * len(self._names)
        self._by_name: dict[str, NameReading] = {}

    def occurrences(self, text: str) -> list[Hit]:
        """Where names stand in a folded text, by start; of one start the longest first."""
        hits = self._scan(text)
        if len(hits) > 1:
            hits.reverse()
            hits.sort(key=_start_of)  # keeps what ends later first
        return hits

    def starts_of_last(self, text: str) -> list[int]:
        """Where the names start that end where a folded text ends."""
        return [start for start, end, _ in self._scan(text) if end == len(text)]

    def reading(self, index: int) -> NameReading:
        """How the name with that index of a hit is read."""
        reading = self._readings[index]
        if reading is None:
            name = self._names[index]
            reading = self._readings[index] = self.find(name) or NameReading(name, ())
        return reading

    def find(self, name: str) -> NameReading | None:
        """How a folded name is read, or None where it is no name."""
        reading = self._by_name.get(name)
        if reading is None and (senses := self.gazetteer.senses(name)):
            places = self.gazetteer.places
            meanings = tuple(Meaning(sense, places.get(sense.target)) for sense in senses)
            reading = self._by_name[name] = NameReading(name, meanings)
        return reading
