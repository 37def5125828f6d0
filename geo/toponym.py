"""An unknown place name, and what of a text it may not take. Positions are those of the folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from geo.extents import reach
from geo.mentions import Mention
from geo.place_words import STOP_WORDS
from geo.scanner import scan_first

BLANK: Final = "\0"  # in place of a counted thing: stands in no name
# Counted things are looked for before the words, so that the 个 of 3个 is not taken for a word of its own.
_STOP_COUNT: Final = re.compile(r"\d+(?:\.\d+)?(?:[个所座条处家片]|千伏|KV|万吨|公里|平方米|米|亩)")
_find_stops: Final = scan_first(STOP_WORDS)
LIST_MARKS: Final = frozenset("、-(")  # what stands between two names, or before one
_JOINTS: Final = frozenset("、和与及")


class Toponym:
    """An unknown place name at start..end of the folded text; a `line` is a road, river or track."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, start: int, end: int, kind: Literal["site", "line"]) -> None:
        self.start = start
        self.end = end
        self.kind = kind


class Taken:
    """Which characters belong to mentions or titles, and which mention ends where."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        titles: Iterable[tuple[int, int]],
        length: int,
        ending: Mapping[int, Mention],
    ) -> None:
        self.covered = bytearray(length)
        self.names: set[tuple[int, int]] = set()
        self.ending = ending
        self.starting = {mention.start: mention for mention in mentions}
        for start, end in titles:
            self.covered[start:end] = b"\1" * (end - start)
        for mention in mentions:
            start, end = mention.start, mention.end
            self.covered[start:end] = b"\1" * (end - start)
            if len(mention.spans) > 1:
                for start, end in mention.spans:
                    self.covered[start:end] = b"\1" * (end - start)

    def has_neighbour(self, text: str, start: int, end: int, noun: str) -> bool:
        """Whether a known name with the same noun stands beside start..end in a list: 申港社区和海港社区."""
        before = self.ending.get(start - 1) if text[start - 1 : start] in _JOINTS else None
        if before is None and text[end : end + 1] in _JOINTS:
            before = self.starting.get(end + 1)
        return before is not None and before.place is not None and before.name.endswith(noun)

    def covers(self, text: str, carrier: Mention, end: int) -> bool:
        """Whether the words up to `end` name a part of the place right before: 南港码头二期泊位."""
        place = carrier.place
        return place is not None and reach(text, place.kind, carrier.end) >= end

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any character of start..end is taken."""
        return self.covered.find(1, start, end) >= 0


def name_start(text: str, begin: int, end: int) -> int:
    """Where the name that ends at `end` starts, behind the last stop word of the words from `begin` on."""
    words = text[begin:end]
    is_first = not begin or text[begin - 1] in LIST_MARKS
    if is_first and words[:2].endswith("和") and last_stop(words[2:]) == 0:
        return begin  # 、万和路: nothing stands before it that it could join
    return begin + last_stop(words)


def last_stop(body: str) -> int:
    """Where the last stop word of a body ends; 0 without one."""
    last, has_digit = 0, False
    for index in range(len(body)):
        code = ord(body[index])
        if 0x30 <= code <= 0x39:
            has_digit = True
        elif last == index and (code == 0x23 or code == 0x2D or code == 0xB7):  # marks at the beginning
            last = index + 1
    if has_digit:
        for count in _STOP_COUNT.finditer(body):
            last = max(last, count.end())
        body = _STOP_COUNT.sub(lambda count: BLANK * len(count[0]), body)
    words = _find_stops(body)
    return max(last, words[-1][1]) if words else last
