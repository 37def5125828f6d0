"""Where does a task happen? Text of a task in; scope, links with evidence, and unplaced names out.

The meaning of links and scopes: a zone link says that the task, or a named part of it, happens there; a
line links with `along`; a site brings its zone along (rule `site`); the place of a heading passes on to
items that name none. Evidence offsets are characters of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from geo.coordination import coordinate
from geo.folding import Folded, fold
from geo.gazetteer import Gazetteer, Kind, Place
from geo.mentions import Mention, find_mentions, make_mention
from geo.toponyms import Toponym, find_toponyms

Scope = Literal["zones", "lines", "whole", "outside"]
Span = tuple[int, int, str]

# How often a rule was right on hand-labelled tasks, rounded down; `lingang evaluate` measures it again.
CONFIDENCE = {"name": 0.99, "alias": 0.97, "coordination": 0.95, "code": 0.9, "heading": 0.75}
SITE_ZONE_FACTOR = 0.97  # a site's own zone may have been curated wrongly, on top of the match
_JOINTS = ("", "的", "内", "内的", "中的", "(")  # between a zone and the place in it that it qualifies
_RELATION_ORDER = ("in", "along", "serves", "near")

_NEAR_AFTER = re.compile(r"的?(?:周边|附近|外围|周围|毗邻|邻近|沿线周边)|以[东南西北]")
_NEAR_BEFORE = (
    "毗邻",
    "邻近",
    "临近",
    "紧邻",
    "靠近",
    "东至",
    "南至",
    "西至",
    "北至",
    "东临",
    "南临",
    "西临",
    "北临",
)
_HAPPENS_IN = ("位于", "前往", "赴", "落户")
_ADDRESS_AFTER = re.compile(r"以[东南西北]|交叉口|路口|交汇|\d+(?:弄|号)(?!线)")
_SERVES_BEFORE = re.compile(
    r"(?:连接|衔接|串联|途经|途径|穿越|经过|通达|直达|延伸|延长|联通|连通|沟通|贯通|往返|接驳)(?:了|起|至|到)?"
    r"(?:[^,。;!?:]{0,24}(?:、|和|与|及|至|到))?$"
)
# 甲至乙快速路: both ends are served, neither is where the work is said to happen.
_WAYS = (
    r"(?:之间)?的?(?:快速路|快线|公交|班线|专线|线路|道路|公路|大道|通道|铁路|轨道|中运量|航线|隧道|\d+分钟)"
)
_FROM = re.compile(rf"(?:至|到|-)[^,。;!?:、]{{1,14}}?{_WAYS}")
_TO = re.compile(r"[^,。;!?:、]{2}(?:至|到|-)$")
_WAYS_AFTER = re.compile(_WAYS)
_CLAUSE_END = re.compile(r"[,。;!?:]")
_INTERCHANGES = ("立交", "互通", "匝道")
_NAMED_AFTER = ("学校", "小学", "中学", "幼儿园", "医院", "产业园", "科技园", "创业园", "创新港")
_TRANSPORT = re.compile(r"线|路(?!径)|轨道|公交|铁路|通道|大桥|隧道|航线|巴士|班车|高速|航道")


@dataclass(frozen=True, slots=True)
class Link:
    """A task's link to a zone, site or line.

    `evidence` are (start, end, words) in the task's text; a link by heading has none and instead
    `heading_evidence` (index in `path`, start, end, words).
    """

    target: str
    kind: Kind
    relation: str
    confidence: float
    rule: str
    evidence: tuple[Span, ...] = ()
    heading_evidence: tuple[tuple[int, int, int, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The link as an object of the links record."""
        record: dict[str, Any] = {
            "target": self.target,
            "kind": self.kind,
            "relation": self.relation,
            "confidence": self.confidence,
            "rule": self.rule,
            "evidence": [list(span) for span in self.evidence],
        }
        if self.heading_evidence:
            record["heading_evidence"] = [list(span) for span in self.heading_evidence]
        return record


@dataclass(frozen=True, slots=True)
class TaskLinks:
    """What the geocoder says of one task; `reason` explains the scope in a few Chinese words."""

    scope: Scope
    reason: str
    links: tuple[Link, ...]
    unplaced: tuple[Span, ...]

    def to_json(self, task_id: str) -> dict[str, Any]:
        """The record of the task, ready for `json.dumps`."""
        return {
            "task": task_id,
            "scope": self.scope,
            "reason": self.reason,
            "links": [link.to_json() for link in self.links],
            "unplaced": [list(span) for span in self.unplaced],
        }


class Geocoder:
    """Links task texts to the places of a gazetteer. Remembers nothing but how it read recent headings."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        # A heading stands above many items; it is read once.
        self._read_heading = lru_cache(maxsize=512)(self._heading_places)

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
        mentions = self.find_mentions(folded)
        toponyms = find_toponyms(folded, mentions)
        mentions = _without_namesakes(folded.text, mentions, toponyms)
        links = self._links(text, folded, mentions)
        headings = [*path, title] if title and not text.startswith(title) else list(path)
        if not _has_own_place(links) and not _is_elsewhere(folded.text, mentions):
            links = [*links, *self._heading_links(headings)]
        unplaced = tuple((*span, text[span[0] : span[1]]) for span in _original_spans(folded, toponyms))
        scope, reason = self._scope(links, mentions, toponyms, text, folded)
        return TaskLinks(scope, reason, tuple(sorted(links, key=_order)), unplaced)

    def find_mentions(self, folded: Folded) -> list[Mention]:
        """The names in a folded text with their relations; qualifiers joined to what they qualify."""
        mentions = coordinate(folded, self.gazetteer, find_mentions(folded, self.gazetteer))
        mentions = self._join_qualifiers(folded.text, mentions)
        mentions = [part for mention in mentions for part in (mention, *self._line_of_works(mention))]
        return [m.related(_relation(folded.text, m, m.place)) if m.place else m for m in mentions]

    def _line_of_works(self, mention: Mention) -> Iterator[Mention]:
        """The line whose name begins the name of an interchange: that work is part of the line."""
        if not (mention.place and mention.place.kind == "site" and mention.name.endswith(_INTERCHANGES)):
            return
        for size in range(len(mention.name) - 1, 1, -1):
            name = mention.name[:size]
            for sense in self.gazetteer.senses(name):
                place = self.gazetteer.places.get(sense.target)
                if place and place.kind == "line":
                    start, end = mention.start, mention.start + size
                    yield make_mention(self.gazetteer, sense, name, start, end)
                    return

    def _join_qualifiers(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Drop a zone that stands right before a place inside it; its words join that place's evidence."""
        kept: list[Mention] = []
        for mention in reversed(mentions):
            follower = kept[-1] if kept else None
            joint = text[mention.end : follower.start] if follower else None
            if follower and joint in _JOINTS and self._qualifies(mention, follower):
                first = follower.spans[0]
                spans = ((mention.start, first[1]), *follower.spans[1:])
                kept[-1] = replace(follower, start=mention.start, spans=spans)
            else:
                kept.append(mention)
        kept.reverse()
        return kept

    def _qualifies(self, mention: Mention, follower: Mention) -> bool:
        """Whether `mention` is a zone strictly above the zone of the place that follows it."""
        if not (mention.place and mention.place.kind == "zone" and follower.place):
            return False
        below = follower.place.id if follower.place.kind == "zone" else follower.place.zone
        return self.gazetteer.is_within(below, mention.place.id)

    def _links(self, text: str, folded: Folded, mentions: Iterable[Mention]) -> list[Link]:
        """One link a target and relation, with all its evidence; zones of sites after the zones named."""
        collected = _Collected()
        by_site: list[tuple[str, Mention, tuple[Span, ...]]] = []
        for mention in mentions:
            if mention.place is None:
                continue
            place = mention.place
            spans = tuple((*s, text[s[0] : s[1]]) for s in (folded.span(*span) for span in mention.spans))
            collected.add(place.id, place.kind, mention, mention.rule, spans)
            if place.kind == "site" and place.zone:
                by_site.append((place.zone, mention, spans))
        for zone, mention, spans in by_site:
            collected.add(zone, "zone", mention, "site", spans)
        return collected.links()

    def _heading_links(self, headings: Sequence[str]) -> list[Link]:
        """Links to the one place that the innermost heading with a place names."""
        for index in reversed(range(len(headings))):
            links, is_outside = self._read_heading(headings[index])
            named = [link for link in links if link.rule != "site"]
            if len(named) == 1:
                return [_inherited(link, index) for link in links]
            if named or is_outside:
                return []
        return []

    def _heading_places(self, heading: str) -> tuple[tuple[Link, ...], bool]:
        """The links that a heading makes, and whether it names a place outside."""
        folded = fold(heading)
        mentions = self.find_mentions(folded)
        links = self._links(heading, folded, mentions)
        return tuple(links), any(m.sense.role == "outside" for m in mentions)

    def _scope(
        self,
        links: Sequence[Link],
        mentions: Sequence[Mention],
        toponyms: Sequence[Toponym],
        text: str,
        folded: Folded,
    ) -> tuple[Scope, str]:
        """The scope and why."""
        names = self.gazetteer.places
        placed = [link for link in links if link.kind != "line" or link.relation == "near"]
        if placed:
            labels = _labels(names[link.target].name for link in placed)
            inherited = all(link.rule == "heading" for link in placed)
            return "zones", ("随所在标题：" if inherited else "点名地点：") + labels
        spots = [t for t in toponyms if t.kind == "site"]
        if spots:
            return "zones", "点名地点（位置待补）：" + _labels(_words(text, folded, t) for t in spots)
        lines = [names[link.target].name for link in links]
        lines += [_words(text, folded, t) for t in toponyms if t.kind == "line"]
        if lines:
            return "lines", "只涉及线路：" + _labels(lines)
        outside = [m for m in mentions if m.sense.role == "outside"]
        whole = [m for m in mentions if m.sense.role == "whole"]
        if outside and not whole:
            spans = (folded.span(m.start, m.end) for m in outside)
            return "outside", "所提地点均在新片区外：" + _labels(text[s:e] for s, e in spans)
        return "whole", "面向新片区全域" if whole else "未提具体地点"


class _Collected:
    """Links in the making: evidence gathered by target, the surest rule first."""

    def __init__(self) -> None:
        self.evidence: dict[tuple[str, Kind], list[Span]] = {}
        self.best: dict[tuple[str, Kind], tuple[str, str, float]] = {}

    def add(self, target: str, kind: Kind, mention: Mention, rule: str, spans: tuple[Span, ...]) -> None:
        """Add a mention's evidence to the link of a target; the strongest relation wins, then the rule."""
        key = (target, kind)
        confidence = CONFIDENCE[mention.rule]
        if rule == "site":
            confidence = round(confidence * SITE_ZONE_FACTOR, 2)
        relation = mention.relation
        if rule == "site" and relation == "along":
            relation = "in"
        known = self.best.get(key)
        offer = (relation, rule, confidence)
        if known is None or _rank(offer) < _rank(known):
            self.best[key] = offer
        self.evidence.setdefault(key, []).extend(spans)

    def links(self) -> list[Link]:
        """The links, evidence sorted and without repetition."""
        return [
            Link(target, kind, *_relation_first(self.best[target, kind]), tuple(sorted(set(spans))))
            for (target, kind), spans in self.evidence.items()
        ]


def _rank(offer: tuple[str, str, float]) -> tuple[int, bool, float]:
    """Order of offers for one link: relation, named before brought by a site, confidence."""
    relation, rule, confidence = offer
    return _RELATION_ORDER.index(relation), rule == "site", -confidence


def _relation_first(offer: tuple[str, str, float]) -> tuple[str, float, str]:
    relation, rule, confidence = offer
    return relation, confidence, rule


def _relation(text: str, mention: Mention, place: Place) -> str:
    """How a task relates to a mentioned place, from the words around it."""
    after = text[mention.end : mention.end + 8]
    before = text[max(0, mention.start - 40) : mention.start]
    if place.kind == "line":
        is_border = _ADDRESS_AFTER.match(after) or before.endswith(_NEAR_BEFORE)
        return "near" if is_border else "along"
    if _NEAR_AFTER.match(after) or before.endswith(_NEAR_BEFORE):
        return "near"
    behind = text[mention.end : mention.end + 40]
    return "serves" if place.kind == "zone" and _is_served(before, behind) else "in"


def _is_served(before: str, behind: str) -> bool:
    """Whether a zone is only connected by the line that its clause is about."""
    if _SERVES_BEFORE.search(before):
        return bool(_TRANSPORT.search(_CLAUSE_END.split(before)[-1] + _CLAUSE_END.split(behind)[0]))
    return bool(_FROM.match(behind) or (_TO.search(before) and _WAYS_AFTER.match(behind)))


def _without_namesakes(text: str, mentions: Sequence[Mention], toponyms: Iterable[Toponym]) -> list[Mention]:
    """Leave out a landmark that only gave its name to an unknown school, hospital or park of firms."""
    namesakes = {t.start for t in toponyms if text.endswith(_NAMED_AFTER, t.start, t.end)}
    return [m for m in mentions if not (m.place and m.place.is_landmark and m.start in namesakes)]


def _has_own_place(links: Sequence[Link]) -> bool:
    """Whether a zone or a line is linked; a site whose zone is unknown still takes the heading's zone."""
    return any(link.kind in ("zone", "line") for link in links)


def _is_elsewhere(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether the item says that it happens outside; a partner outside leaves it to the heading's place."""
    return any(
        mention.sense.role == "outside" and text.endswith(_HAPPENS_IN, 0, mention.start)
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


def _original_spans(folded: Folded, toponyms: Iterable[Toponym]) -> list[tuple[int, int]]:
    return [folded.span(toponym.start, toponym.end) for toponym in toponyms]


def _words(text: str, folded: Folded, toponym: Toponym) -> str:
    start, end = folded.span(toponym.start, toponym.end)
    return text[start:end]


def _labels(names: Iterable[str], most: int = 4) -> str:
    """Up to `most` different names, joined the Chinese way."""
    unique = list(dict.fromkeys(names))
    return "、".join(unique[:most]) + ("等" if len(unique) > most else "")
