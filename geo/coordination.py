"""Lists that share one noun at their end: 甲、乙两镇; T1和T2、T6线; 甲、乙社区卫生服务中心.

A list is read from its end to its start. The noun that closes it (the *head*) is handed to each member on
the left: the member counts if member + head is a name of the gazetteer, or if the head is the context that
the member's own name asks for.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from geo.characters import Characters
from geo.conditions import Surroundings, WordIndex, find_all
from geo.folding import Folded
from geo.mentions import Mention, splits_word
from geo.vocabulary import REGIONS, Findings, NameReading, Vocabulary

_SEPARATES: Final = Characters("·、与及和或")
_LONG_SEPARATOR: Final = "以及"
# A counted head after the last member: 三镇, 等社区, 两条线.
_COUNTED_HEAD: Final = re.compile(
    r"等?(?:[两二三四五六七八九十0-9]{0,2}(?:个|座|条|大|家|所|处)?)(?:撤制|建制|集)?"
    r"(社区卫生服务中心|社区事务受理服务中心|社区文化活动中心|社区|镇|街道|片区|新城|区域|地块|单元|园区|示范线|线路|号线|线|公路|大道|主次干路|干路|道路|路|站|港)"
)
_COUNTED_STARTS: Final = Characters(  # what the pattern above may begin with
    "等两二三四五六七八九十0123456789个座条大家所处撤建集新社镇街片区地单园示线号公主干道路站港"
)
_CODE_LENGTH: Final = 3
_ALSO_CLOSES_CODE: Final = "区域"
# … or with a name that only the counted noun makes one: 临港、申港、海港三条大道.
_COUNTED_LINES: Final = re.compile(
    r"(?<=[、和与及])([\u4e00-\u9fff]{2,4}?)等?[两二三四五六七八九十0-9]{1,2}条(大道|公路|快速路|路)"
)
_BARE_CODE: Final = re.compile(r"(?<![A-Z0-9-])\d{3}$")
LONGEST_MEMBER: Final = 12
LONGEST_HEAD: Final = 12
# One-character nouns that lists share; 港 is mostly part of a name.
_SHORT_HEADS: Final = frozenset("镇线路站园村厂岛桥河#")
_ends: Final[dict[str, tuple[str, ...]]] = {}  # of names met
_MOST_ENDS: Final = 4096


class _Heads(NamedTuple):
    """Head nouns that end at the same place of the folded text, those to be tried first at the front."""

    nouns: tuple[str, ...]
    end: int


def coordinate(
    folded: Folded, vocabulary: Vocabulary, mentions: list[Mention], found: Findings
) -> list[Mention]:
    """Return `mentions` with the members that only the head of their list makes names, in text order.

    Every member is visited once from the right, so that a list of any length costs linear time.
    """
    text = folded.text
    last_members = [mention for mention in mentions if _SEPARATES.stands_at(text, mention.start - 1)]
    has_lines = "条" in text and _COUNTED_LINES.search(text) is not None
    last_codes = _last_codes(text, found) if found.shared_codes or found.tells(REGIONS) else []
    if not last_members and not has_lines and not last_codes:
        return mentions
    reader = _ListReader(folded, vocabulary, mentions, found)
    for mention in reversed(last_members):
        heads = reader.heads_of(mention)
        reader.read_last(mention, heads)
        reader.read_leftwards(mention.start, mention.end, heads)
    taken = {mention.start for mention in mentions}
    for noun_start, end in last_codes:
        start = noun_start - _CODE_LENGTH
        if start not in taken:
            reader.read_leftwards(start, end, (_Heads((text[noun_start:end],), end),))
    if has_lines:
        reader.read_counted_lines()
        mentions = reader.without_first_parts()
    if not reader.found:
        return mentions
    return sorted([*mentions, *reader.found], key=lambda mention: (mention.start, mention.end))


def _last_codes(text: str, found: Findings) -> list[tuple[int, int]]:
    """The nouns of codes that end a list and are no names themselves: 103、105、106社区."""
    spans = [(hit[0], hit[1]) for hit in found.shared_codes]
    if found.tells(REGIONS):
        spans += [(at, at + len(_ALSO_CLOSES_CODE)) for at in find_all(text, _ALSO_CLOSES_CODE)]
        spans.sort()
    return [span for span in spans if _ends_list(text, span[0])]


def _ends_list(text: str, noun: int) -> bool:
    """Whether a three-digit code stands between a separator and the noun that begins there."""
    code = text[max(0, noun - _CODE_LENGTH) : noun]
    return code.isdecimal() and _SEPARATES.stands_at(text, noun - _CODE_LENGTH - 1)


class _ListReader:
    """Hands the heads of lists on to the left; remembers where it has been."""

    def __init__(
        self, folded: Folded, vocabulary: Vocabulary, mentions: list[Mention], found: Findings
    ) -> None:
        self.folded = folded
        self.names = found.names
        self.starts_by_end: dict[int, list[int]] = {}
        self.mentions = mentions
        self.vocabulary = vocabulary
        self.ending = {mention.end: mention for mention in mentions}
        self.heads_at: dict[int, tuple[_Heads, ...]] = {}
        self.found: list[Mention] = []
        self.index = WordIndex(folded.text)

    def read_counted_lines(self) -> None:
        """Roads whose list ends with a counted noun; the last one need not be a name by itself."""
        for counted in _COUNTED_LINES.finditer(self.folded.text):
            border, heads = counted.end(1), (_Heads((counted[2],), counted.end(2)),)
            start = None if border in self.heads_at else self.read_member(border, heads)
            if start is not None:
                self.heads_at[border] = heads
                self.read_leftwards(start, border, heads)

    def without_first_parts(self) -> list[Mention]:
        """The mentions but for those that are only the first part of a road found: 申港 of 申港大道."""
        roads = {(m.start, m.end) for m in self.found if m.place and m.place.kind == "line"}
        return [m for m in self.mentions if (m.start, m.end) not in roads]

    def heads_of(self, last: Mention) -> tuple[_Heads, ...]:
        """The nouns that the last member may share: ends of its own name, and a counted noun behind it."""
        text, end = self.folded.text, last.end
        nouns = _ends_of(last.name) if last.place else ()
        own = (_Heads(nouns, end),) if nouns else ()
        if not _COUNTED_STARTS.stands_at(text, end):
            return own
        counted = _COUNTED_HEAD.match(text, end)
        return (*own, _Heads((counted[1],), counted.end(1))) if counted else own

    def read_last(self, last: Mention, heads: tuple[_Heads, ...]) -> None:
        """Note what the last member names with the counted noun behind it: 书院四家社区卫生服务中心."""
        for nouns, end in heads:
            full = self.vocabulary.find(last.name + nouns[0]) if end > last.end else None
            made = self.with_head(last.start, last.end, None, full, nouns[0], end) if full else None
            if made is not None and made.sense.target != last.sense.target:
                self.found.append(made)

    def read_leftwards(self, position: int, end: int, own: tuple[_Heads, ...]) -> None:
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

    def read_member(self, border: int, heads: tuple[_Heads, ...]) -> int | None:
        """Note what the member that ends at `border` names; return its start, None when it is no member."""
        known = self.ending.get(border)
        text, vocabulary = self.folded.text, self.vocabulary
        for start in (known.start,) if known else self.possible_starts(border, heads):
            token = text[start:border]
            own = vocabulary.find(token)
            if own is not None and not own.takes_head:
                own = None
            for nouns, end in heads:
                for noun in nouns:
                    full = vocabulary.find(token + noun)
                    made = self.with_head(start, border, own, full, noun, end) if own or full else None
                    if made and not (known and made.sense.target == known.sense.target):
                        self.found.append(made)
                        return start
        if known is None and border and text[border - 1].isdecimal():
            code = _BARE_CODE.search(text, max(0, border - 4), border)
            return code.start() if code else None
        return known.start if known and known.place else None

    def possible_starts(self, border: int, heads: tuple[_Heads, ...]) -> list[int]:
        """Where a name starts that ends at `border`, or that would with one of the nouns there."""
        window_start = max(0, border - LONGEST_MEMBER)
        window = self.folded.text[window_start:border]
        starts = {at - window_start for at in self.starts_of(border) if at >= window_start}
        made = [window + noun for head in heads for noun in head.nouns]
        starts.update(self.vocabulary.starts_of_last(made))
        within = sorted(window_start + start for start in starts if start < len(window))
        return [start for start in within if not splits_word(self.folded, start)]

    def starts_of(self, end: int) -> list[int]:
        """Where the names start that end at a position."""
        if not self.starts_by_end:
            for hit in self.names:
                self.starts_by_end.setdefault(hit[1], []).append(hit[0])
        return self.starts_by_end.get(end, [])

    def with_head(
        self,
        start: int,
        border: int,
        own: NameReading | None,
        full: NameReading | None,
        noun: str,
        noun_end: int,
    ) -> Mention | None:
        """Member + noun as a name (`full`), or the member's own name with the noun as its context."""
        text = self.folded.text
        around = Surroundings(text, start, border, noun, start in self.folded.quotes, self.index)
        token = text[start:border]
        for name, reading in ((token + noun, full), (token, own)):
            meaning = reading.meaning(around) if reading else None
            if meaning is None or meaning.place is None or (reading is own and not meaning.takes_head):
                continue
            spans = ((start, border), (noun_end - len(noun), noun_end))
            return Mention(start, border, name, meaning, "coordination", spans)
        return None


def _ends_of(name: str) -> tuple[str, ...]:
    """The nouns at the end of a name that a list may share, longest first."""
    known = _ends.get(name)
    if known is None:
        if len(_ends) >= _MOST_ENDS:
            _ends.clear()
        sizes = range(min(LONGEST_HEAD, len(name) - 1), 0, -1)
        nouns = [name[-size:] for size in sizes if size > 1 or name[-1] in _SHORT_HEADS]
        known = _ends[name] = tuple(nouns)
    return known


def _separator_start(text: str, position: int) -> int | None:
    """Where the list separator that ends at `position` starts, or None without one."""
    if not _SEPARATES.stands_at(text, position - 1):
        return None
    return position - (2 if text.endswith(_LONG_SEPARATOR, 0, position) else 1)
