"""Review decisions applied: a task's links as the geocoder gives them in, as a person decided them out.

What is confirmed or added has confidence 1.0; what is rejected is taken away together with what it alone
brought: the zone of a site, the zones that a line passes. The scope is worked out again where links changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.gazetteer import Place
from geo.geocoder import SITE_ZONE_FACTOR, Link, Scope, TaskLinks
from layers.reviews import Review, Span, is_stale, locate

CROSSES = "crosses"  # the rule of a zone that a line of the task passes
ADDED = "review"  # the rule of a link that only a person gave
SURE = 1.0
MOST_LABELS = 4
# What closes the name of a line; every other unplaced name is a site.
_LINE_ENDINGS = ("路", "街", "大道", "公路", "铁路", "号线", "联络线", "立交", "互通", "大桥", "隧道", "河")

Crossings = Callable[[Sequence[Link]], Iterable[Link]]


@dataclass(frozen=True)
class AppliedReview:
    """A decision and what it did: `links` are those it holds or added, of a rejection those taken away.

    `found` is what the geocoder says by itself, None where it gives no such link. `stale`: the text is not
    the one that the decision was made on. `names` are those of the links' places, by their ids.
    """

    review: Review
    stale: bool
    found: Link | None
    links: tuple[Link, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def acts_as(self) -> str:
        """The decision as it works: to accept a link that the geocoder does not give is to add it."""
        is_added = self.review.decision == "accept" and self.found is None
        return "add" if is_added else self.review.decision

    def to_json(self) -> dict[str, Any]:
        """The decision as a link carries it."""
        names = ("decision", "author", "date", "reason")
        record: dict[str, Any] = {name: getattr(self.review, name) for name in names}
        record |= {"reason_en": self.review.reason_en} if self.review.reason_en else {}
        return {**record, "acts_as": self.acts_as, "origin": self.review.origin, "stale": self.stale}


def apply_reviews(
    links: TaskLinks,
    reviews: Sequence[Review],
    texts: Mapping[str, str],
    places: Mapping[str, Place],
    crossings: Crossings,
    text: str,
) -> tuple[TaskLinks, tuple[AppliedReview, ...]]:
    """Return a task's links under the decisions on it, and what each decision did.

    Parameters
    ----------
    links
        What the geocoder found in `text`, and the zones that its lines pass.
    reviews
        The decisions on this task, one a target, each on a place of `places`.
    texts
        The task's texts by kind, see `layers.reviews.is_stale`.
    crossings
        Gives the zones that lines among links pass.
    """
    own = [link for link in links.links if link.rule != CROSSES]
    done: dict[str, tuple[Link, ...]] = {}
    rejected = {review.target for review in reviews if review.decision == "reject"}
    for target in sorted(rejected):
        own, done[target] = _without(own, target, places)
    for review in reviews:
        if review.decision != "reject":
            given = next((x for x in links.links if x.target == review.target), None)
            own, done[review.target] = _with(own, review, given, places, rejected, text)
    own.sort(key=_order)
    passed = [link for link in crossings(own) if link.target not in rejected]
    unplaced = _still_unplaced(links, reviews, text)
    result = TaskLinks(*_scope(links, own, unplaced, places), (*own, *passed), unplaced)
    applied = []
    for review in reviews:
        found = next((x for x in links.links if x.target == review.target), None)
        touched = done[review.target]
        if review.decision == "reject":
            touched = (*touched, *_lost(links.links, result.links, found, touched)) or (_never_found(review),)
        elif found is None and review.kind == "line":
            touched = (*touched, *(x for x in passed if x.evidence == touched[0].evidence))
        applied.append(AppliedReview(review, is_stale(review, texts), found, touched))
    return result, tuple(applied)


def _without(
    own: list[Link], target: str, places: Mapping[str, Place]
) -> tuple[list[Link], tuple[Link, ...]]:
    """The links without one, and those taken away: with a site goes the zone that it alone brought."""
    gone = [link for link in own if link.target == target]
    kept = [link for link in own if link.target != target]
    zone_id = places[target].zone
    if not gone or zone_id is None:
        return kept, tuple(gone)
    spans = {span for link in gone for span in (*link.evidence, *link.heading_evidence)}
    left: list[Link] = []
    for link in kept:
        rest = tuple(span for span in link.evidence if span not in spans)
        if link.target != zone_id:
            left.append(link)
        elif rest:  # the text names the zone, or another place in it, as well
            left.append(_changed(link, evidence=rest))
        elif link.rule not in ("site", "heading"):
            left.append(link)
        else:
            gone.append(link)
    return left, tuple(gone)


def _with(
    own: list[Link],
    review: Review,
    given: Link | None,
    places: Mapping[str, Place],
    rejected: set[str],
    text: str,
) -> tuple[list[Link], tuple[Link, ...]]:
    """The links with one that a person holds for right, first among those returned as touched."""
    held = _held(review, given, text)
    links = [*(link for link in own if link.target != review.target), held]
    zone_id = places[review.target].zone
    if given is not None or zone_id is None or zone_id in rejected:
        return links, (held,)
    if any(link.target == zone_id and link.relation == "in" for link in links):
        return links, (held,)
    confidence = round(SURE * SITE_ZONE_FACTOR, 2)
    brought = Link(zone_id, "zone", held.relation, confidence, "site", held.evidence)
    return [*(link for link in links if link.target != zone_id), brought], (held, brought)


def _held(review: Review, given: Link | None, text: str) -> Link:
    """The link of an acceptance or addition; what the geocoder says of it too is kept with its rule."""
    said = tuple(locate(review, text)[0])
    if given is None:
        return Link(review.target, review.kind, review.relation, SURE, ADDED, said)
    rule = given.rule if given.relation == review.relation else ADDED
    evidence = tuple(sorted({*given.evidence, *said}))
    return _changed(given, evidence=evidence, relation=review.relation, confidence=SURE, rule=rule)


def _lost(
    before: Iterable[Link], after: Iterable[Link], found: Link | None, gone: Sequence[Link]
) -> list[Link]:
    """The zones that a rejected link passed and nothing passes any more, or the rejected crossing itself."""
    there = {link.target for link in (*after, *gone)}
    crossed = [link for link in before if link.rule == CROSSES and link.target not in there]
    return [link for link in crossed if found and (link == found or link.evidence == found.evidence)]


def _never_found(review: Review) -> Link:
    """A rejected link that the geocoder does not give, to be shown all the same."""
    return Link(review.target, review.kind, review.relation, 0.0, ADDED, ())


def _still_unplaced(links: TaskLinks, reviews: Iterable[Review], text: str) -> tuple[Span, ...]:
    """The unplaced names without those that a person gave as the words for a place."""
    placed = [s for one in reviews if one.decision != "reject" for s in locate(one, text)[0]]
    return tuple(x for x in links.unplaced if not any(s[0] <= x[0] and x[1] <= s[1] for s in placed))


def _scope(
    before: TaskLinks, own: Sequence[Link], unplaced: Sequence[Span], places: Mapping[str, Place]
) -> tuple[Scope, str]:
    """The scope and why; as the geocoder has it where the links and the unplaced names are the same."""
    if _gist(own) == _gist(before.links) and len(unplaced) == len(before.unplaced):
        return before.scope, before.reason
    placed = [link for link in own if _places_task(link)]
    if placed:
        return "zones", "点名地点（经人工核定）：" + _labels(places[link.target].name for link in placed)
    # A scope of lines tells that no unplaced name is a site: one would have made it zones.
    names = [words for _, _, words in unplaced]
    spots = [name for name in names if before.scope == "zones" and not name.endswith(_LINE_ENDINGS)]
    if spots:
        return "zones", "点名地点（位置待补）：" + _labels(spots)
    lines = [places[link.target].name for link in own if link.kind == "line"]
    lines += names
    if lines:
        return "lines", "只涉及线路（经人工核定）：" + _labels(lines)
    if before.scope == "outside":
        return before.scope, before.reason
    return "whole", "所联地点经人工否定"


def _gist(links: Iterable[Link]) -> set[tuple[str, str]]:
    return {(link.target, link.relation) for link in links if link.rule != CROSSES}


def _places_task(link: Link) -> bool:
    """Whether a link makes the task one of zones; a zone that is only passed does not, nor does a line."""
    return link.rule != CROSSES and (link.kind != "line" or link.relation == "near")


def _labels(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    return "、".join(unique[:MOST_LABELS]) + ("等" if len(unique) > MOST_LABELS else "")


def _order(link: Link) -> tuple[bool, tuple[tuple[int, int, str], ...], str, str]:
    """As the geocoder orders links: by their first words, those without any last."""
    return not link.evidence, link.evidence[:1], link.kind, link.target


def _changed(link: Link, **fields: Any) -> Link:
    """A link with some fields changed."""
    names = ("target", "kind", "relation", "confidence", "rule", "evidence", "heading_evidence")
    return Link(**{name: getattr(link, name) for name in names} | fields)
