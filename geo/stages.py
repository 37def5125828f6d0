"""Later stages and buildings of a place named before in the sentence: 金融湾一期竣工, 二期开工.

A stage that the gazetteer knows by name is a mention of its own; another one belongs to the evidence of the
place that it is a part of. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from geo.extents import BUILDING, STAGE, reach
from geo.mentions import Mention, make_mention
from geo.vocabulary import Vocabulary

_BARE: Final = re.compile(rf"[,;、和及与]({STAGE}|{BUILDING})")
_ENDS_WITH_PART: Final = re.compile(rf"(?:{STAGE}|{BUILDING})$")
_LONGEST_WAY: Final = 40  # characters from the place to a stage told of later


def with_later_stages(text: str, mentions: Sequence[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """The mentions and those of later stages, in text order; evidence of other stages joins its mention."""
    found: list[Mention] = []
    position = 0
    for bare in _BARE.finditer(text):
        start, end = bare.span(1)
        while position < len(mentions) and mentions[position].end <= start:
            position += 1
        last = mentions[position - 1] if position else None
        if last is None or last.place is None or _is_apart(text, last, start):
            continue
        if position < len(mentions) and mentions[position].start < end:
            continue
        stem = _stem(text, last, bare[1][-1])
        if stem is None:
            continue
        reading = vocabulary.find(stem + bare[1])
        meanings = reading.meanings if reading else ()
        meaning = next((each for each in meanings if each.place is not None), None)
        if meaning is not None:
            found.append(make_mention(meaning, stem + bare[1], start, end))
        else:
            last.spans = (*last.spans, (start, end))
    return sorted([*mentions, *found], key=lambda mention: mention.start) if found else list(mentions)


def _is_apart(text: str, last: Mention, start: int) -> bool:
    return start - last.end > _LONGEST_WAY or text.find("。", last.end, start) >= 0


def _stem(text: str, last: Mention, noun: str) -> str | None:
    """The name of a place without its stage, where a stage or building of that kind is named with it."""
    own = _ENDS_WITH_PART.search(last.name)
    if own is not None and last.name[-1] == noun:
        return last.name[: own.start()]
    kind = last.place.kind if last.place else "zone"
    part = text[last.end : reach(text, kind, last.end)]
    return last.name if noun in part else None
