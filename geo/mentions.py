"""Where in a text do names of the gazetteer stand, each in the sense that its surroundings support?

One scan of the automaton finds all candidates; ASCII borders, longer words and conditions sort them out;
the leftmost-longest of those that remain do not overlap. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from typing import Final

from geo.conditions import ALWAYS, Surroundings, WordIndex
from geo.folding import Folded
from geo.gazetteer import Place, Sense
from geo.namesakes import (
    begins_longer_place,
    belongs_to_other,
    is_authority_elsewhere,
    is_event,
    is_partner,
    is_spoken_of,
    mark_namesakes,
    names_road,
)
from geo.scanner import Hit
from geo.vocabulary import Findings, Meaning, Vocabulary, is_ascii_word

# What is said apart from where a task happens: the title of a document, and who is answerable for the task.
# Each alternative begins with a plain character, which makes the search fast.
_ANSWERABLE: Final = (
    *(f"{word}(?:部门|单位|处室|主体|方|人)?" for word in ("责任", "牵头", "配合", "协办", "协同", "主管")),
    *(f"{word}(?:部门|单位|主体|方)" for word in ("主办", "承办", "实施", "参与")),
)
_ASIDES: Final = ("《[^》]{1,150}》+", *(f"{who}:[^()。]{{1,150}}" for who in _ANSWERABLE))
_ASIDE: Final = re.compile("|".join(_ASIDES))


class Mention:
    """A name at start..end of the folded text in one sense; `place` is None for roles without a feature.

    `spans` is the evidence (folded spans), usually the name itself. `relation` is "" until it is known.
    """

    __slots__ = ("end", "is_outside", "name", "place", "relation", "rule", "sense", "spans", "start")

    def __init__(
        self, start: int, end: int, name: str, meaning: Meaning, rule: str, spans: tuple[tuple[int, int], ...]
    ) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.sense: Sense = meaning.sense
        self.place: Place | None = meaning.place
        self.is_outside: bool = meaning.is_outside
        self.rule = rule
        self.spans = spans
        self.relation = ""

    def disown(self) -> None:
        """Let the name stand for something that is no place of the task."""
        self.sense, self.place, self.is_outside = NAMESAKE.sense, None, False


NAMESAKE: Final = Meaning(Sense("blocker", "", "name", ALWAYS, ""), None)


def find_mentions(
    folded: Folded, vocabulary: Vocabulary, found: Findings, headings: str = ""
) -> list[Mention]:
    """Return the names that count, leftmost-longest, not overlapping, in text order.

    Names inside 《…》 do not count: a document's title says what it is called, not where a task happens. Nor
    do those who are answerable (牵头单位:…), brands, and institutions that are only a partner.
    """
    text = folded.text
    chosen: list[Mention] = []
    reached = 0
    index: WordIndex | None = None  # most texts need none
    names_elsewhere = False
    hits = found.names
    for position, (start, end, number) in enumerate(hits):
        if start < reached:
            continue
        reading = vocabulary.reading(number)
        if (reading.starts_word and splits_word(folded, start)) or (
            reading.ends_word and splits_word(folded, end)
        ):
            continue
        meaning = reading.sole
        if meaning is None:
            index = index or WordIndex(text, headings)
            meaning = reading.meaning(Surroundings(text, start, end, "", start in folded.quotes, index))
        if meaning is None:
            continue
        if meaning.is_outside:
            if _runs_into_longer(hits, position):
                continue
            if is_authority_elsewhere(folded, start, end):
                meaning = NAMESAKE
            else:
                names_elsewhere = True
        if meaning.place is not None:
            if meaning.is_zone and reading.may_begin_longer and begins_longer_place(folded, end):
                continue
            if meaning.place.kind == "line" and names_road(text, end):
                continue
            if _is_namesake(folded, start, end, meaning):
                meaning = NAMESAKE
        chosen.append(make_mention(meaning, reading.name, start, end))
        reached = end
    if names_elsewhere or folded.quotes:
        mark_namesakes(folded, chosen)
    return _outside_asides(text, chosen) if chosen and has_asides(text) else chosen


def _runs_into_longer(hits: list[Hit], position: int) -> bool:
    """Whether a place elsewhere only seems to stand where a longer name begins: 海南 in 上海南汇新城."""
    start, end, _ = hits[position]
    for other in range(position + 1, len(hits)):
        other_start, other_end, _ = hits[other]
        if other_start >= end:
            return False
        if other_start > start and other_end > end and other_end - other_start > end - start:
            return True
    return False


def make_mention(meaning: Meaning, name: str, start: int, end: int) -> Mention:
    """A mention at start..end with itself as evidence."""
    return Mention(start, end, name, meaning, meaning.rule, ((start, end),))


def has_asides(text: str) -> bool:
    """Whether `aside_spans` may find something; saves time."""
    return "《" in text or ":" in text


def aside_spans(text: str) -> list[tuple[int, int]]:
    """The spans of a folded text that name no place of the task: 《…》 and lists of those answerable."""
    return [match.span() for match in _ASIDE.finditer(text)]


def splits_word(folded: Folded, position: int) -> bool:
    """Whether a border lies between two ASCII letters or digits that stand together in the original."""
    text = folded.text
    return (
        0 < position < len(text)
        and is_ascii_word(text[position - 1])
        and is_ascii_word(text[position])
        and not folded.has_break(position)
    )


def _is_namesake(folded: Folded, start: int, end: int, meaning: Meaning) -> bool:
    """Whether the name at start..end belongs to something else, or the place is only spoken of."""
    if meaning.is_zone and belongs_to_other(folded, end):
        return True
    if not meaning.is_zone and is_event(folded.text, end):
        return True
    if meaning.is_institution and is_partner(folded.text, start, end):
        return True
    return is_spoken_of(folded.text, start, end)


def _outside_asides(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions that do not stand inside 《…》 or in a list of those answerable."""
    asides = iter(aside_spans(text))
    begin, stop = next(asides, (len(text), len(text)))
    kept = []
    for mention in mentions:
        while stop <= mention.start and begin < len(text):
            begin, stop = next(asides, (len(text), len(text)))
        if not begin < mention.start < stop:
            kept.append(mention)
    return kept
