"""Lists that share one noun at their end: 甲、乙两镇; T1和T2、T6线; 甲、乙社区卫生服务中心.

A list is read from its end to its start. The noun that closes it (the *head*) is handed to each member on
the left: the member counts if member + head is a name of the gazetteer, or if the head is the context that
the member's own name asks for.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from geo.conditions import Surroundings
from geo.folding import Folded
from geo.gazetteer import Gazetteer
from geo.mentions import Mention, make_mention, pick_sense, splits_word

_SEPARATORS = ("以及", "、", "和", "与", "及", "或", "·")
# A counted head after the last member: 三镇, 等社区, 两条线.
_COUNTED_HEAD = re.compile(
    r"等?(?:[两二三四五六七八九十0-9]{0,2}(?:个|座|条|大|家|所|处)?)"
    r"(社区|镇|街道|片区|区域|地块|单元|园区|示范线|线路|号线|线|公路|大道|主次干路|干路|道路|路|站|港)"
)
LONGEST_MEMBER = 12
LONGEST_HEAD = 12
# One-character nouns that lists share; 港 is mostly part of a name.
_SHORT_HEADS = frozenset("镇线路站园村厂岛桥河#")


def coordinate(folded: Folded, gazetteer: Gazetteer, mentions: list[Mention]) -> list[Mention]:
    """Return `mentions` with the members that only the head of their list makes names, in text order.

    Every member is visited once from the right, so that a list of any length costs linear time.
    """
    result = list(mentions)
    ends = [mention.end for mention in mentions]
    heads_at: dict[int, tuple[_Head, ...]] = {}
    for mention in reversed(mentions):
        _walk_left(folded, gazetteer, mentions, ends, heads_at, mention, result)
    result.sort(key=lambda mention: (mention.start, mention.end))
    return result


class _Head(tuple[str, int, int]):
    """(noun, start, end): a head noun and where it stands in the folded text."""

    __slots__ = ()


def _walk_left(
    folded: Folded,
    gazetteer: Gazetteer,
    mentions: list[Mention],
    ends: list[int],
    heads_at: dict[int, tuple[_Head, ...]],
    last: Mention,
    result: list[Mention],
) -> None:
    """Hand the heads of a list on, from its last member to the left, until no member answers."""
    heads = (*heads_at.get(last.end, ()), *_heads_of(folded, last))
    position = last.start
    while heads:
        border = _separator_start(folded.text, position)
        if border is None or border in heads_at:
            return
        found = _member(folded, gazetteer, _mention_ending(mentions, ends, border), border, heads)
        if found is None:
            return
        members, position = found
        result.extend(members)
        heads_at[border] = heads


def _heads_of(folded: Folded, last: Mention) -> tuple[_Head, ...]:
    """The nouns that the last member may share: the ends of its own name, and a counted noun behind it."""
    heads = []
    length = last.end - last.start if last.place else 0
    for size in range(min(LONGEST_HEAD, length - 1), 0, -1):
        if size == 1 and folded.text[last.end - 1] not in _SHORT_HEADS:
            continue
        heads.append(_Head((folded.text[last.end - size : last.end], last.end - size, last.end)))
    counted = _COUNTED_HEAD.match(folded.text, last.end)
    if counted:
        heads.append(_Head((counted[1], *counted.span(1))))
    return tuple(heads)


def _separator_start(text: str, position: int) -> int | None:
    """Where the list separator that ends at `position` starts, or None without one."""
    for separator in _SEPARATORS:
        if text.startswith(separator, max(0, position - len(separator)), position) and position:
            return position - len(separator)
    return None


def _mention_ending(mentions: list[Mention], ends: list[int], border: int) -> Mention | None:
    """The mention that ends at `border`."""
    index = bisect_left(ends, border)
    return mentions[index] if index < len(ends) and ends[index] == border else None


def _member(
    folded: Folded, gazetteer: Gazetteer, known: Mention | None, border: int, heads: tuple[_Head, ...]
) -> tuple[list[Mention], int] | None:
    """The mentions that a list member makes, and where it starts; None when it is no member."""
    starts = [known.start] if known else range(max(0, border - LONGEST_MEMBER), border)
    for start in starts:
        if splits_word(folded, start):
            continue
        for head in heads:
            made = _with_head(folded, gazetteer, start, border, head)
            if made is None or (known and made.sense.target == known.sense.target):
                continue
            return [made], start
    return ([], known.start) if known and known.place else None


def _with_head(folded: Folded, gazetteer: Gazetteer, start: int, border: int, head: _Head) -> Mention | None:
    """Member + head as a name, or the member's own name with the head as its context."""
    noun, head_start, head_end = head
    token = folded.text[start:border]
    composed = token + noun
    around = Surroundings(folded.text, start, border, head=noun, quoted=start in folded.quotes)
    for name in (composed, token):
        sense = pick_sense(gazetteer, name, around)
        if sense is None or not sense.target:
            continue
        if name is token and not sense.condition.looks_right:
            continue
        mention = make_mention(gazetteer, sense, name, start, border, rule="coordination")
        spans = ((start, border), (head_start, head_end))
        return Mention(start, border, name, sense, mention.place, "coordination", spans)
    return None
