"""All names of a gazetteer, ready to be looked for in texts.

The names are compiled into one automaton. What a name's senses ask of its surroundings is compiled when the
name is first met, so that a gazetteer of a million names costs no more than its automaton.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.conditions import Check, Surroundings, checks_of
from geo.gazetteer import Gazetteer, Place, Sense
from geo.head_nouns import CODE_NOUNS, HEAD_NOUNS, SHARED_CODE_NOUNS
from geo.scanner import Hit, scan_all

_WHOLE_NAMES: Final = ("镇", "区")  # complete as they are: 泥城镇公路 are the roads of the town
INSTITUTIONS: Final = ("大学", "学院", "医院", "研究院", "研究所", "公司")  # people as much as a building
_NOUNS: Final = (*HEAD_NOUNS, *dict.fromkeys(CODE_NOUNS))
_HEAD_COUNT: Final = len(HEAD_NOUNS)
# Words without which some rules need not be tried.
STAGES: Final = 1
WATERS: Final = 2
REGIONS: Final = 4
LISTS: Final = 8
WATER_WORDS: Final = (
    *("疏浚", "清淤", "河道", "水系", "滨水", "护岸"),
    *("射河", "涟河", "引河", "断头浜", "骨干河", "河湖", "航道", "水质", "水闸", "泵闸"),
)
BOUNDS: Final = ("东至", "南至", "西至", "北至")
_LIST_ENDS: Final = (
    *("个村", "等村", "两村", "三村", "四村", "行政村"),
    *("居民区", "小区", "变电站", "水厂", "泵站"),
)
_CLUES: Final = {
    **dict.fromkeys(("二期", "三期", "号楼"), STAGES),
    **dict.fromkeys((*WATER_WORDS, *BOUNDS), WATERS),
    **dict.fromkeys(_LIST_ENDS, LISTS),
    "区域": REGIONS,
}
_CLUE_OF: Final = tuple(_CLUES.values())
_IS_CODE_NOUN: Final = [noun in CODE_NOUNS for noun in _NOUNS]
_IS_SHARED: Final = [noun in SHARED_CODE_NOUNS for noun in _NOUNS]
# Between the last code of a list and its noun: 103、105两个社区.
_COUNTS: Final = frozenset("等个两三四五六七八九")
_BETWEEN_TEXTS: Final = "\n"  # stands in no folded name


def is_ascii_word(character: str) -> bool:
    """Whether a folded character is an ASCII letter or digit."""
    return "0" <= character <= "9" or "A" <= character <= "Z"


def _closes_code(text: str, start: int, noun: int) -> bool:
    """Whether a noun that begins at `start` may close a code."""
    if not start or not _IS_CODE_NOUN[noun]:
        return False
    last = ord(text[start - 1])
    if last < 0x80:
        return 0x30 <= last <= 0x39 or 0x41 <= last <= 0x5A
    return _IS_SHARED[noun] and text[start - 1] in _COUNTS


def _stands_behind(noun: Hit, start: int, index: int) -> bool:
    """Whether the hit of a noun comes after one with that start and index."""
    return noun[0] > start or (noun[0] == start and noun[2] > index)


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


class Findings:
    """What one pass over a folded text finds.

    `names` are hits of names by start, of one start the longest first. `heads` are nouns that close place
    names (`HEAD_NOUNS`), leftmost first, without overlaps; their third number is the noun's place in that
    list. `codes` are hits of the nouns that may close a code such as J05-01地块, leftmost first,
    `shared_codes` those of them whose noun a list of codes may share. `clues` is the sum of the clues met.
    """

    __slots__ = ("clues", "codes", "heads", "names", "shared_codes")

    def __init__(self, names: list[Hit], clues: int) -> None:
        self.names = names
        self.heads: list[Hit] = []
        self.codes: list[Hit] = []
        self.shared_codes: list[Hit] = []
        self.clues = clues

    def tells(self, clue: int) -> bool:
        """Whether one of the words of a clue stands in the text."""
        return self.clues & clue != 0


class Vocabulary:
    """The names of a gazetteer and how each is read."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._names = [name for name in gazetteer.names() if name]
        self._count = len(self._names)
        self._scan = scan_all([*self._names, *_NOUNS, *_CLUES])
        self._readings: list[NameReading | None] = [None] * len(self._names)
        self._by_name: dict[str, NameReading] = {}
        self._senses = gazetteer.by_name

    def scan(self, text: str) -> Findings:
        """What stands in a folded text."""
        names: list[Hit] = []
        nouns: list[Hit] = []
        count = self._count
        first_clue = count + len(_NOUNS)
        clues = 0
        for hit in self._scan(text):
            start = hit[0]
            if hit[2] < count:
                place = len(names)
                while place and names[place - 1][0] >= start:
                    place -= 1
                names.insert(place, hit)
            elif hit[2] >= first_clue:
                clues |= _CLUE_OF[hit[2] - first_clue]
            else:
                place = len(nouns)
                while place and _stands_behind(nouns[place - 1], start, hit[2]):
                    place -= 1
                nouns.insert(place, hit)
        found = Findings(names, clues)
        self._add_nouns(found, text, nouns)
        return found

    def _add_nouns(self, found: Findings, text: str, nouns: list[Hit]) -> None:
        """Add what the nouns of a text, in their order, close."""
        reached = 0
        for hit in nouns:
            start = hit[0]
            noun = hit[2] - self._count
            if _closes_code(text, start, noun):
                found.codes.append(hit)
                if _IS_SHARED[noun]:
                    found.shared_codes.append(hit)
            if start >= reached and noun < _HEAD_COUNT:
                found.heads.append((start, hit[1], noun))
                reached = hit[1]

    def starts_of_last(self, texts: Sequence[str]) -> list[int]:
        """Where in any of some folded texts the names start that end where it ends."""
        ends: dict[int, int] = {}  # of each text in all of them together, and where it begins
        length = 0
        for text in texts:
            ends[length + len(text)] = length
            length += len(text) + len(_BETWEEN_TEXTS)
        hits = self._scan(_BETWEEN_TEXTS.join(texts))
        return [hit[0] - ends[hit[1]] for hit in hits if hit[1] in ends and hit[2] < self._count]

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
        if reading is None and name in self._senses:
            senses = self._senses[name]
            places = self.gazetteer.places
            meanings = tuple(Meaning(sense, places.get(sense.target)) for sense in senses)
            reading = self._by_name[name] = NameReading(name, meanings)
        return reading
