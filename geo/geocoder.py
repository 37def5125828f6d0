"""Where does a task happen? Text of a task in; scope, links with evidence, and unplaced names out.

The meaning of links and scopes: a zone link says that the task, or a named part of it, happens there; a
line links with `along`; a site brings its zone along (rule `site`); the place of a heading passes on to
items that name none. Evidence offsets are characters of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from geo.coordination import coordinate
from geo.extents import BEGINNINGS, reach
from geo.folding import Folded, fold, fold_name
from geo.gazetteer import Gazetteer, Kind
from geo.links import Link, Scope, Span, TaskLinks
from geo.mentions import Mention, find_mentions, make_mention
from geo.namesakes import REPORTS
from geo.relations import relation_of
from geo.stages import with_later_stages
from geo.toponym import Toponym
from geo.toponyms import find_toponyms
from geo.vocabulary import STAGES, Findings, Vocabulary

__all__ = ["CONFIDENCE", "SITE_ZONE_FACTOR", "Geocoder", "Link", "Scope", "Span", "TaskLinks"]

# How often a rule was right on texts that it was not tuned on (tests/gold/new-*.jsonl), with a lower
# bound for rules that few links came by. `lingang evaluate` measures it again.
CONFIDENCE: Final = {"name": 0.95, "alias": 0.93, "coordination": 0.92, "code": 0.9, "heading": 0.85}
SITE_ZONE_FACTOR: Final = 0.99  # a site's own zone may have been curated wrongly, on top of the match
_SITE_CONFIDENCE: Final = {rule: round(sure * SITE_ZONE_FACTOR, 2) for rule, sure in CONFIDENCE.items()}
_JOINTS: Final = ("", "的", "内", "内的", "中的", "(")  # between a zone and the place in it that it qualifies
_LONGEST_JOINT: Final = max(map(len, _JOINTS))
_RELATION_ORDER: Final = ("in", "along", "serves", "near")
_HAPPENS_IN: Final = ("位于", "前往", "赴", "落户")
_AREA_NAME: Final = "临港"  # stands right before the names of places in the whole area
_AND: Final = frozenset("与和及")
_FEW: Final = 16
_REPORT: Final = re.compile(rf"(?:政府|人大|党委).{{0,6}}(?:{'|'.join(REPORTS)})")
_LISTING: Final = ("、",)
_INTERCHANGES: Final = ("立交", "互通", "匝道")
_ROADS: Final = ("路", "大道", "街", "道")
_STANDS_ON: Final = ("站", "小学", "中学", "学校", "幼儿园", "医院")  # a road gave its name to what is there
_NAMED_AFTER: Final = (
    *("学校", "小学", "中学", "幼儿园", "医院", "产业园", "科技园", "创业园", "创新港", "站"),
    *("苑", "花园", "家园", "小区", "公寓", "大厦", "酒店", "新村"),
)


class Geocoder:
    """Links task texts to the places of a gazetteer. Remembers nothing but how it read recent headings."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._vocabulary = Vocabulary(gazetteer)
        # A heading stands above many items; it is read once.
        self._read_heading = lru_cache(maxsize=512)(self._heading_places)
        self._fold_heading = lru_cache(maxsize=512)(fold_name)

    def geocode(self, text: str, title: str = "", path: Sequence[str] = ()) -> TaskLinks:
        """Return scope, links and unplaced names of a task.

        Parameters
        ----------
        text
            The task; it begins with its title. Evidence offsets are characters of this string.
        title
            The task's title. A title that is not the beginning of `text` counts as the last heading.
        path
            The headings above the task, outermost first.

        Notes
        -----
        The same input gives the same output in the same order. Time grows linearly with the text.
        """
        folded = fold(text)
        headings = "".join(map(self._fold_heading, path)) if path else ""
        found = self._vocabulary.scan(folded.text)
        mentions = self.find_mentions(folded, headings, found)
        toponyms = find_toponyms(folded, mentions, found)
        if toponyms:
            mentions = _without_namesakes(folded.text, mentions, toponyms)
        links = self._links(text, folded, mentions)
        if (path or title) and not _has_own_place(links) and not _is_elsewhere(folded.text, mentions):
            above = [*path, title] if title and not text.startswith(title) else path
            has_sites = any(toponym.kind == "site" for toponym in toponyms)
            links = [*links, *self._heading_links(above, has_sites)]
        unplaced: tuple[Span, ...] = ()
        if toponyms:
            where = [folded.span(toponym.start, toponym.end) for toponym in toponyms]
            unplaced = tuple([(start, end, text[start:end]) for start, end in where])
        scope, reason = self._scope(links, mentions, toponyms, text, folded)
        if len(links) > 1:
            links = _sorted(links)
        return TaskLinks(scope, reason, tuple(links), unplaced)

    def find_mentions(
        self, folded: Folded, headings: str = "", found: Findings | None = None
    ) -> list[Mention]:
        """The names in a folded text with their relations; qualifiers joined to what they qualify."""
        text = folded.text
        found = found or self._vocabulary.scan(text)
        mentions = find_mentions(folded, self._vocabulary, found, headings)
        mentions = coordinate(folded, self._vocabulary, mentions, found)
        if mentions and found.tells(STAGES):
            mentions = with_later_stages(text, mentions, self._vocabulary)
        if len(mentions) > 1:
            mentions = self._join_qualifiers(text, mentions)
        has_works = False
        for mention in mentions:
            place = mention.place
            if place is not None:
                mention.relation = relation_of(place.kind, text, mention.start, mention.end)
                has_works = has_works or mention.name.endswith(_INTERCHANGES)
        return self._with_lines_of_works(text, mentions) if has_works else mentions

    def _with_lines_of_works(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions, and after each interchange the line that it is part of."""
        parts = []
        for mention in mentions:
            parts.append(mention)
            if mention.place and mention.place.kind == "site" and mention.name.endswith(_INTERCHANGES):
                line = self._line_of_works(mention)
                if line is not None:
                    line.relation = relation_of("line", text, line.start, line.end)
                    parts.append(line)
        return parts

    def _line_of_works(self, mention: Mention) -> Mention | None:
        """The line whose name begins the name of an interchange."""
        for size in range(len(mention.name) - 1, 1, -1):
            name = mention.name[:size]
            reading = self._vocabulary.find(name)
            for meaning in reading.meanings if reading else ():
                if meaning.place and meaning.place.kind == "line":
                    return make_mention(meaning, name, mention.start, mention.start + size)
        return None

    def _join_qualifiers(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Drop a zone that stands right before a place inside it; its words join that place's evidence."""
        kept: list[Mention] = []
        follower: Mention | None = None
        for mention in reversed(mentions):
            if (
                follower is not None
                and follower.start - mention.end <= _LONGEST_JOINT
                and text[mention.end : follower.start] in _JOINTS
                and self._qualifies(mention, follower, text[mention.end : follower.start])
            ):
                follower.spans = ((mention.start, follower.spans[0][1]), *follower.spans[1:])
                follower.start = mention.start
            else:
                kept.append(mention)
                follower = mention
        kept.reverse()
        return kept

    def _qualifies(self, mention: Mention, follower: Mention, joint: str) -> bool:
        """Whether `mention` is a zone strictly above the zone of the place that follows it.

        Of two zones side by side in the tree a numbered one qualifies where nothing parts the names:
        105社区金融湾.
        """
        if mention.place is None and mention.name == _AREA_NAME and not joint:
            return follower.place is not None  # 临港冰雪之星
        if not (mention.place and mention.place.kind == "zone" and follower.place):
            return False
        below = follower.place.id if follower.place.kind == "zone" else follower.place.zone
        if self.gazetteer.is_within(below, mention.place.id):
            return True
        parents = self.gazetteer.parents
        if joint or follower.place.kind != "zone" or not mention.name[0].isdecimal():
            return False
        return parents.get(follower.place.id) == parents.get(mention.place.id)

    def _links(self, text: str, folded: Folded, mentions: Sequence[Mention]) -> list[Link]:
        """One link a target and relation, with all its evidence; zones of sites after the zones named."""
        if not mentions:
            return []
        clean = folded.text
        drafts: dict[_Target, _Draft] = {}
        of_sites: list[tuple[str, Mention, list[Span]]] = []
        for mention in mentions:
            place = mention.place
            if place is None:
                continue
            known = mention.spans
            if BEGINNINGS.stands_at(clean, mention.end):
                known = _with_part(clean, mention, place.kind)
            where = [folded.span(*span) for span in known] if folded.breaks else known
            spans = [(start, end, text[start:end]) for start, end in where]
            rule = mention.rule
            _add(drafts, (place.id, place.kind), (mention.relation, rule, CONFIDENCE[rule]), spans)
            if place.zone and place.kind == "site":
                of_sites.append((place.zone, mention, spans))
        ends = {m.end: m.place.id for m in mentions if m.place and m.place.kind == "zone"} if of_sites else {}
        for zone, mention, spans in of_sites:
            before = ends.get(mention.start)
            if before is not None and self.gazetteer.is_within(before, zone):
                continue  # 芦潮港社区C4地块: the words say more than is known of the site
            # What is beside a site is in its zone.
            relation = "in" if mention.relation in ("along", "near") else mention.relation
            _add(drafts, (zone, "zone"), (relation, "site", _SITE_CONFIDENCE[mention.rule]), spans)
        return [_link(target, draft) for target, draft in drafts.items()]

    def _heading_links(self, headings: Sequence[str], has_sites: bool) -> list[Link]:
        """Links to the one place that the innermost heading with a place names.

        The town whose report it is passes on only to items with places that nobody knows: its villages.
        """
        for index in reversed(range(len(headings))):
            links, is_outside = self._read_heading(headings[index])
            if not has_sites and _REPORT.search(headings[index]):
                continue
            named = [link for link in links if link.rule != "site"]
            if len(named) == 1 or _is_list(headings[index], named):
                return [_inherited(link, index) for link in links]
            if named or is_outside:
                return []
        return []

    def _heading_places(self, heading: str) -> tuple[tuple[Link, ...], bool]:
        """The links that a heading makes, and whether it names a place outside."""
        folded = fold(heading)
        mentions = self.find_mentions(folded)
        if len(mentions) == 1 and folded.text[mentions[0].end : mentions[0].end + 1] in _AND:
            return (), False  # 滴水湖金融湾与营商环境: of two topics only one is about the place
        links = self._links(heading, folded, mentions)
        return tuple(links), any(m.is_outside for m in mentions)

    def _scope(
        self,
        links: Sequence[Link],
        mentions: Sequence[Mention],
        toponyms: Sequence[Toponym],
        text: str,
        folded: Folded,
    ) -> tuple[Scope, str]:
        """The scope and why."""
        if not links and not mentions and not toponyms:
            return "whole", "未提具体地点"
        names = self.gazetteer.places
        placed = [link for link in links if link.kind != "line" or link.relation == "near"]
        is_first_outside = bool(placed) and names[placed[0].target].is_outside  # spares most the loop
        if is_first_outside and all(names[link.target].is_outside for link in placed):
            if len(placed) < len(links):
                lines = [names[link.target].name for link in links if link.kind == "line"]
                return "lines", "只涉及线路：" + _labels(lines)
            return "outside", "所提地点均在新片区外：" + _labels([names[link.target].name for link in placed])
        if placed:
            labels = _labels([names[link.target].name for link in placed])
            inherited = placed[0].rule == "heading"  # they stand behind the task's own
            return "zones", ("随所在标题：" if inherited else "点名地点：") + labels
        spots = [t for t in toponyms if t.kind == "site"]
        if spots:
            return "zones", "点名地点（位置待补）：" + _labels(_words(text, folded, t) for t in spots)
        lines = [names[link.target].name for link in links]
        lines += [_words(text, folded, t) for t in toponyms if t.kind == "line"]
        if lines:
            return "lines", "只涉及线路：" + _labels(lines)
        outside = [m for m in mentions if m.is_outside]
        whole = [m for m in mentions if m.sense.role == "whole"]
        if outside and not whole:
            spans = (folded.span(m.start, m.end) for m in outside)
            return "outside", "所提地点均在新片区外：" + _labels(text[s:e] for s, e in spans)
        return "whole", "面向新片区全域" if whole else "未提具体地点"


_Target = tuple[str, Kind]
_Offer = tuple[str, str, float]  # relation, rule, confidence


class _Draft:
    """A link in the making: the best offer so far, and all evidence."""

    __slots__ = ("offer", "spans")

    def __init__(self, offer: _Offer, spans: list[Span]) -> None:
        self.offer = offer
        self.spans = spans


def _add(drafts: dict[_Target, _Draft], target: _Target, offer: _Offer, spans: list[Span]) -> None:
    """Add a mention's evidence to the link of a target; the strongest relation wins, then the rule."""
    draft = drafts.get(target)
    if draft is None:
        drafts[target] = _Draft(offer, spans.copy())
        return
    draft.spans += spans
    if offer != draft.offer and _rank(offer) < _rank(draft.offer):
        draft.offer = offer


def _link(target: _Target, draft: _Draft) -> Link:
    """The finished link, its evidence sorted and without repetition."""
    spans = draft.spans
    evidence = tuple(spans) if len(spans) == 1 else tuple(sorted(set(spans)))
    relation, rule, confidence = draft.offer
    return Link(target[0], target[1], relation, confidence, rule, evidence)


def _rank(offer: _Offer) -> tuple[int, bool, float]:
    """Order of offers for one link: relation, named before brought by a site, confidence."""
    relation, rule, confidence = offer
    return _RELATION_ORDER.index(relation), rule == "site", -confidence


def _with_part(text: str, mention: Mention, kind: Kind) -> tuple[tuple[int, int], ...]:
    """The evidence of a mention with the part of the place that its words go on to name: 东方芯港二期."""
    end = reach(text, kind, mention.end)
    if end == mention.end:
        return mention.spans
    return tuple((start, end if stop == mention.end else stop) for start, stop in mention.spans)


def _without_namesakes(text: str, mentions: Sequence[Mention], toponyms: Iterable[Toponym]) -> list[Mention]:
    """Leave out landmarks and roads that only gave their name to an unknown school, hospital, stop."""
    namesakes = {t.start: t.end for t in toponyms if text.endswith(_NAMED_AFTER, t.start, t.end)}
    called = {t.start: t.end for t in toponyms if text.endswith(_STANDS_ON, t.start, t.end)}
    return [m for m in mentions if not _is_named_after(text, m, namesakes, called)]


def _is_named_after(text: str, mention: Mention, namesakes: dict[int, int], called: dict[int, int]) -> bool:
    """Whether a name unknown to the gazetteer begins with a landmark's or with a road's own name."""
    if mention.place is None:
        return False
    if mention.place.kind == "line":
        end = called.get(mention.start)
        return end is not None and text[mention.end : end] in _STANDS_ON and mention.name.endswith(_ROADS)
    end = namesakes.get(mention.start)
    return mention.place.is_landmark and end is not None and not text.endswith("驿站", 0, end)


def _has_own_place(links: Sequence[Link]) -> bool:
    """Whether a zone or a line is linked; a site whose zone is unknown still takes the heading's zone."""
    return any(link.kind in ("zone", "line") for link in links)


def _is_list(heading: str, links: Sequence[Link]) -> bool:
    """Whether the links of a heading are to the zones of one list: 书院、万祥优质农产品基地."""
    spans = sorted(link.evidence[0] for link in links if link.kind == "zone")
    if len(spans) < 2 or len(spans) < len(links):
        return False
    return all(heading[one[1] : other[0]] in _LISTING for one, other in pairwise(spans))


def _is_elsewhere(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether the item says that it happens outside; a partner outside leaves it to the heading's place."""
    return any(
        mention.is_outside and text.endswith(_HAPPENS_IN, 0, mention.start)
        for mention in mentions
    )


def _inherited(link: Link, index: int) -> Link:
    """A heading's link as the link of an item below it."""
    spans = tuple((index, *span) for span in link.evidence)
    return replace(
        link, rule="heading", confidence=CONFIDENCE["heading"], evidence=(), heading_evidence=spans
    )


def _order(link: Link) -> tuple[bool, tuple[Span, ...], str, str, str]:
    """By first evidence, links by heading last, then kind, target and relation."""
    return not link.evidence, link.evidence[:1], link.kind, link.target, link.relation


def _sorted(links: list[Link]) -> list[Link]:
    """The links in their order; a few are inserted one by one, which makes no keys."""
    if len(links) > _FEW:
        return sorted(links, key=_order)
    placed: list[Link] = []
    for link in links:
        index = len(placed)
        while index and _comes_first(link, placed[index - 1]):
            index -= 1
        placed.insert(index, link)
    return placed


def _comes_first(one: Link, other: Link) -> bool:
    """Whether one link comes before another by `_order`."""
    if one.evidence and other.evidence:
        start, next_start = one.evidence[0][0], other.evidence[0][0]
        if start != next_start:
            return start < next_start
    return _order(one) < _order(other)


def _words(text: str, folded: Folded, toponym: Toponym) -> str:
    start, end = folded.span(toponym.start, toponym.end)
    return text[start:end]


def _labels(names: Iterable[str], most: int = 4) -> str:
    """Up to `most` different names, joined the Chinese way."""
    unique = list(names)
    if len(unique) > 1:
        unique = list(dict.fromkeys(unique))
    if len(unique) == 1:
        return unique[0]
    return "、".join(unique[:most]) + ("等" if len(unique) > most else "")
