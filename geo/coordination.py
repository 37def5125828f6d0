"""Lists that share one noun at their end: 甲、乙两镇; T1和T2、T6线; 甲、乙社区卫生服务中心.

A list is read from its end to its start. The noun that closes it (the *head*) is handed to each member on
the left: the member counts if member + head is a name of the gazetteer, or if the head is the context that
the member's own name asks for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from geo.conditions import Surroundings, WordIndex
from geo.folding import Folded
from geo.gazetteer import Gazetteer
from geo.mentions import Mention, pick_sense, splits_word

_SEPARATORS = ("以及", "、", "和", "与", "及", "或", "·")
# A counted head after the last member: 三镇, 等社区, 两条线.
_COUNTED_HEAD = re.compile(
    r"等?(?:[两二三四五六七八九十0-9]{0,2}(?:个|座|条|大|家|所|处)?)"
    r"(社区|镇|街道|片区|区域|地块|单元|园区|示范线|线路|号线|线|公路|大道|主次干路|干路|道路|路|站|港)"
)
# A list may end with a code that is no name itself: 103、105、106社区.
_CODE_HEAD = re.compile(r"(?<![A-Z0-9-])\d{3}(社区|单元|片区|区域)")
_BARE_CODE = re.compile(r"(?<![A-Z0-9-])\d{3}$")
LONGEST_MEMBER = 12
LONGEST_HEAD = 12
# One-character nouns that lists share; 港 is mostly part of a name.
_SHORT_HEADS = frozenset("镇线路站园村厂岛桥河#")


class _Head(NamedTuple):
    """A head noun and where it stands in the folded text."""

    noun: str
    start: int
    end: int


def coordinate(folded: Folded, gazetteer: Gazetteer, mentions: list[Mention]) -> list[Mention]:
    """Return `mentions` with the members that only the head of their list makes names, in text order.

    Every member is visited once from the right, so that a list of any length costs linear time.
    """
    reader = _ListReader(folded, gazetteer, mentions)
    for mention in reversed(mentions):
        reader.read_leftwards(mention.start, mention.end, _heads_of(folded, mention))
    taken = {mention.start for mention in mentions}
    for code in _CODE_HEAD.finditer(folded.text):
        if code.start() not in taken:
            reader.read_leftwards(*code.span(), (_Head(code[1], *code.span(1)),))
    return sorted([*mentions, *reader.found], key=lambda mention: (mention.start, mention.end))


class _ListReader:
    """Hands the heads of lists on to the left; remembers where it has been."""

    def __init__(self, folded: Folded, gazetteer: Gazetteer, mentions: list[Mention]) -> None:
        self.folded = folded
        self.gazetteer = gazetteer
        self.ending = {mention.end: mention for mention in mentions}
        self.heads_at: dict[int, tuple[_Head, ...]] = {}
        self.found: list[Mention] = []
        self.index = WordIndex(folded.text)

    def read_leftwards(self, position: int, end: int, own: tuple[_Head, ...]) -> None:
        """Go through the list whose last member is position..end to the left, until none answers."""
        heads = (*self.heads_at.get(end, ()), *own)
        while heads:
            border = _separator_start(self.folded.text, position)
            if border is None or border in self.heads_at:
                return
            start = self.read_member(border, heads)
            if start is None:
                return
            self.heads_at[border] = heads
            position = start

    def read_member(self, border: int, heads: tuple[_Head, ...]) -> int | None:
        """Note what the member that ends at `border` names; return its start, None when it is no member."""
        known = self.ending.get(border)
        starts = [known.start] if known else range(max(0, border - LONGEST_MEMBER), border)
        for start in starts:
            if splits_word(self.folded, start):
                continue
            for head in heads:
                made = self.with_head(start, border, head)
                if made and not (known and made.sense.target == known.sense.target):
                    self.found.append(made)
                    return start
        if known is None and (code := _BARE_CODE.search(self.folded.text, max(0, border - 4), border)):
            return code.start()
        return known.start if known and known.place else None

    def with_head(self, start: int, border: int, head: _Head) -> Mention | None:
        """Member + head as a name, or the member's own name with the head as its context."""
        token = self.folded.text[start:border]
        quoted = start in self.folded.quotes
        around = Surroundings(self.folded.text, start, border, head.noun, quoted, self.index)
        for name in (token + head.noun, token):
            sense = pick_sense(self.gazetteer, name, around)
            if sense is None or not sense.target:
                continue
            if name == token and not sense.condition.looks_right:
                continue
            place = self.gazetteer.places[sense.target]
            spans = ((start, border), (head.start, head.end))
            return Mention(start, border, name, sense, place, "coordination", spans)
        return None


def _heads_of(folded: Folded, last: Mention) -> tuple[_Head, ...]:
    """The nouns that the last member may share: the ends of its own name, and a counted noun behind it."""
    heads = []
    length = last.end - last.start if last.place else 0
    for size in range(min(LONGEST_HEAD, length - 1), 0, -1):
        if size == 1 and folded.text[last.end - 1] not in _SHORT_HEADS:
            continue
        heads.append(_Head(folded.text[last.end - size : last.end], last.end - size, last.end))
    counted = _COUNTED_HEAD.match(folded.text, last.end)
    if counted:
        heads.append(_Head(counted[1], *counted.span(1)))
    return tuple(heads)


def _separator_start(text: str, position: int) -> int | None:
    """Where the list separator that ends at `position` starts, or None without one."""
    for separator in _SEPARATORS:
        if position and text.startswith(separator, max(0, position - len(separator)), position):
            return position - len(separator)
    return None
