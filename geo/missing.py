"""Which names stand in the texts and in no table, and where might each be? For whoever adds names.

Pure: texts and their links in, a ranking out. Spellings that differ only by the 镇 of a town, spaces,
quotation marks, full-width forms or traditional characters count as one name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from geo.folding import fold_character, fold_name
from geo.gazetteer import Gazetteer
from geo.geocoder import Link, TaskLinks

Reason = Literal["contains", "before", "task", "heading", "none"]
# What closes the name of a road, a river or a track; everything else is a site.
_LINE = re.compile(r"(?:大道|公路|路|街|立交|互通|大桥|隧道|河|铁路|联络线|号线)$")
_CLAUSE_MARKS = "。；！？，：;!?,:"
_REACH = 120  # characters of a clause looked at, so that a long text costs no more per name
_REASONS: tuple[Reason, ...] = ("contains", "before", "task", "heading", "none")  # the surest first


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text with what the geocoder made of it; `path` are the headings above."""

    task: str
    path: Sequence[str]
    text: str
    links: TaskLinks


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A zone for a name, None where nothing speaks for one; `words` are those that speak for it.

    `reason`: the name `contains` a place; a place stands `before` it in the clause; the `task` links one
    zone only; its `heading` names the place.
    """

    zone: str | None
    reason: Reason
    words: str = ""


@dataclass(frozen=True)
class MissingName:
    """A name that no table has: its most frequent spelling, how often it stands, in which tasks."""

    name: str
    kind: Literal["site", "line"]
    count: int
    tasks: tuple[str, ...]
    spellings: tuple[str, ...]
    parent: Suggestion

    def row(self) -> tuple[str, str, str, str]:
        """Name, target, role and kind of the row to add; the target is "" where a feature comes first.

        Only a site can be part of a zone: a line needs a feature of its own.
        """
        zone = self.parent.zone if self.kind == "site" else None
        return self.name, zone or "", "alias", "part" if zone else "official"

    def to_json(self) -> dict[str, Any]:
        """The name as a record."""
        return {
            "name": self.name,
            "kind": self.kind,
            "count": self.count,
            "tasks": list(self.tasks),
            "spellings": list(self.spellings),
            "parent": self.parent.zone,
            "reason": self.parent.reason,
            "words": self.parent.words,
        }


class _Mark(NamedTuple):
    """Words at start..end of a text that place something in a zone."""

    end: int
    start: int
    zone: str
    words: str


@dataclass
class _Group:
    """The occurrences of one name."""

    spellings: Counter[str] = field(default_factory=Counter)
    tasks: dict[str, None] = field(default_factory=dict)
    suggestions: Counter[Suggestion] = field(default_factory=Counter)


def rank_missing(texts: Iterable[PlacedText], gazetteer: Gazetteer) -> list[MissingName]:
    """Return the unplaced names of all texts, the most frequent first, then by the order they appear."""
    stems = _town_stems(gazetteer)
    groups: dict[str, _Group] = {}
    for each in texts:
        marks = _marks(each.links, gazetteer)
        for start, end, words in each.links.unplaced:
            group = groups.setdefault(_key(words, stems), _Group())
            group.spellings[_tidy(words)] += 1
            group.tasks[each.task] = None
            found = _beside(each.text, start, end, marks) or _elsewhere(each.links)
            group.suggestions[found or Suggestion(None, "none")] += 1
    missing = [_missing(group) for group in groups.values()]
    return sorted(missing, key=lambda name: -name.count)


def _missing(group: _Group) -> MissingName:
    name = group.spellings.most_common(1)[0][0]
    return MissingName(
        name=name,
        kind="line" if _LINE.search(fold_name(name)) else "site",
        count=group.spellings.total(),
        tasks=tuple(group.tasks),
        spellings=tuple(group.spellings),
        parent=min(group.suggestions, key=lambda s: (_REASONS.index(s.reason), -group.suggestions[s])),
    )


def _key(words: str, town_stems: Sequence[str]) -> str:
    """The folded name; the 镇 after a town's name is left out."""
    name = fold_name(words)
    stem = next((town for town in town_stems if name.startswith(f"{town}镇")), None)
    rest = name[len(stem) + 1 :] if stem else ""
    return stem + rest if stem and rest else name


def _tidy(words: str) -> str:
    """The name as it is written, without white space and quotation marks."""
    return "".join(sign for sign in words if fold_character(sign))


def _town_stems(gazetteer: Gazetteer) -> list[str]:
    zones = (fold_name(place.name) for place in gazetteer.places.values() if place.kind == "zone")
    return [name.removesuffix("镇") for name in zones if name.endswith("镇") and len(name) > 1]


def _marks(links: TaskLinks, gazetteer: Gazetteer) -> list[_Mark]:
    """The words that place something in a zone, by where they end."""
    spans = ((_zone_of(link, gazetteer), span) for link in links.links for span in link.evidence)
    return sorted(_Mark(end, start, zone, words) for zone, (start, end, words) in spans if zone)


def _zone_of(link: Link, gazetteer: Gazetteer) -> str | None:
    """The zone that a link leads to; of a site its own, of a line none."""
    if link.rule == "site" or link.relation == "serves":  # the first repeats the site's own link
        return None
    if link.kind == "zone":
        return link.target
    place = gazetteer.places.get(link.target)
    return place.zone if place and link.kind == "site" else None


def _beside(text: str, start: int, end: int, marks: Sequence[_Mark]) -> Suggestion | None:
    """The zone of a place in the name at start..end, or of the last one before it in its clause."""
    begin = max(0, start - _REACH)
    clause = max(begin, *(text.rfind(mark, begin, start) + 1 for mark in _CLAUSE_MARKS))
    for index in range(bisect_right(marks, end, key=lambda mark: mark.end) - 1, -1, -1):
        mark = marks[index]
        if mark.end <= clause:
            return None
        if mark.start >= start:
            return Suggestion(mark.zone, "contains", mark.words)
        if mark.start >= clause and mark.end <= start:
            return Suggestion(mark.zone, "before", mark.words)
    return None


def _elsewhere(links: TaskLinks) -> Suggestion | None:
    """The one zone that the text links, else the one that its heading names."""
    here = [link for link in links.links if link.kind == "zone" and link.relation in ("in", "near")]
    named = {link.target: link for link in here if link.rule != "heading"}
    if len(named) == 1:
        (link,) = named.values()
        return Suggestion(link.target, "task", link.evidence[0][2] if link.evidence else "")
    headings = [link for link in here if link.rule == "heading"]
    if not named and len(headings) == 1:
        spans = headings[0].heading_evidence
        return Suggestion(headings[0].target, "heading", spans[0][3] if spans else "")
    return None
