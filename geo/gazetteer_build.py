"""How do names become senses? Official names of features first, then the tables; clashes are refused.

The order decides who keeps a name: zones, lines and places; the plain names of the tables, the reader's
own table first; stops; the backdrop, which gives way; last the rows that ask for a context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from geo.conditions import ALWAYS, Condition, ConditionError, code_contexts, parse_condition
from geo.features import Feature
from geo.folding import fold_name
from geo.gazetteer import WHOLE_AREA, Gazetteer, Sense
from geo.gazetteer_places import Places, is_backdrop_place
from geo.gazetteer_rows import GazetteerError, NameKind, NameRow, Role
from lingang.errors import UnknownIdError

_CODE = re.compile(r"[A-Z]{0,2}\d{1,4}")
_ROLES = frozenset(get_args(Role))
_KINDS = frozenset(get_args(NameKind))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row that can be used: `name` folded, `role` and `target` as a sense has them."""

    row: NameRow
    name: str
    role: Role
    target: str
    condition: Condition
    is_own: bool

    @property
    def is_plain_alias(self) -> bool:
        return self.row.role == "alias" and self.condition == ALWAYS


def build(
    zones: Iterable[Feature],
    transit: Iterable[Feature],
    schools: Iterable[Feature],
    hospitals: Iterable[Feature],
    sites: Iterable[Feature],
    base: Iterable[Feature],
    *,
    rows: Iterable[NameRow],
    own_rows: Iterable[NameRow],
    faults: list[GazetteerError] | None,
    own_faults: list[GazetteerError] | None,
) -> Gazetteer:
    """Return the gazetteer of features and tables; see `Gazetteer.from_features`."""
    zone_list, transit_list = list(zones), list(transit)
    lines = [feature for feature in transit_list if feature.properties.get("kind") != "stop"]
    stops = [feature for feature in transit_list if feature.properties.get("kind") == "stop"]
    stops.sort(key=lambda stop: (-len(stop.properties.get("lines") or ()), stop.id))
    things = [*lines, *schools, *hospitals, *sites]
    backdrop = list(filter(is_backdrop_place, base))
    places = Places()
    places.add_zones(zone_list)
    places.add_things(things)
    places.add_stops(stops)
    places.add_backdrop(backdrop)
    builder = _Builder(places, faults, own_faults)
    builder.read_rows(own_rows, is_own=True)
    builder.read_rows(rows, is_own=False)
    builder.add_zones(zone_list)
    builder.add_things(things)
    builder.add_entries(wait=False)
    builder.add_stops(stops)
    builder.add_backdrop(backdrop)
    builder.add_entries(wait=True)
    builder.add_town_forms()
    return builder.finish()


class _Builder:
    """Collects senses, and refuses what contradicts itself."""

    def __init__(
        self, places: Places, faults: list[GazetteerError] | None, own_faults: list[GazetteerError] | None
    ) -> None:
        self.places = places
        self.faults = {False: faults, True: own_faults}
        self.senses: dict[str, list[Sense]] = {}
        self.entries: list[_Entry] = []
        # Plain names, with their targets, that a context narrows; by the reader's own table alone.
        self.narrowed: set[tuple[str, str]] = set()
        self.narrowed_by_own: set[tuple[str, str]] = set()
        self.owned: set[tuple[str, Condition]] = set()  # what the reader's own table has given a meaning
        self.refused: set[int] = set()  # entries, by id, that have none

    def read_rows(self, rows: Iterable[NameRow], *, is_own: bool) -> None:
        """Take the rows that can be used; the others are faults."""
        for row in rows:
            try:
                entry = self.entry(row, is_own)
            except GazetteerError as error:
                self.report(error, is_own)
                continue
            self.entries.append(entry)
            if entry.condition != ALWAYS:
                self.narrowed.add((entry.name, entry.target))
                if is_own:
                    self.narrowed_by_own.add((entry.name, entry.target))

    def entry(self, row: NameRow, is_own: bool) -> _Entry:
        """The row as an entry; raises GazetteerError with what is wrong with it."""
        name, places = fold_name(row.name), self.places
        is_whole = row.target == WHOLE_AREA and WHOLE_AREA in places.parents
        if not name:
            raise row.error("a name needs at least one character that counts")
        if row.role not in _ROLES:
            raise row.error(f"unknown role {row.role!r}; expected one of {', '.join(get_args(Role))}")
        if row.kind and row.kind not in _KINDS:
            raise row.error(f"unknown kind {row.kind!r}; expected one of {', '.join(get_args(NameKind))}")
        if row.kind and row.role != "alias":
            raise row.error(f"only an alias has a kind; leave it empty where the role is {row.role!r}")
        if (row.role == "alias") != bool(row.target):
            raise row.error("an alias needs a target, other roles have none")
        if row.target and row.target not in places.by_id and not is_whole:
            raise row.error(str(UnknownIdError("place", row.target, places.by_id)))
        try:
            condition = parse_condition(row.context)
        except ConditionError as error:
            raise row.error(str(error)) from error
        role: Role = "whole" if is_whole else row.role  # type: ignore[assignment]  # checked above
        return _Entry(row, name, role, "" if is_whole else row.target, condition, is_own)

    # ---- names of tables ----------------------------------------------------------------------------------

    def add_entries(self, *, wait: bool) -> None:
        """Give names the senses of the rows that wait for stops and backdrop, or of the others."""
        for entry in self.entries:
            if self.waits(entry) != wait:
                continue
            narrowed = self.narrowed_by_own if entry.is_own else self.narrowed
            if entry.is_plain_alias and (entry.name, entry.target) in narrowed:
                continue
            label = entry.row.name
            if entry.is_plain_alias and entry.target in self.places.stops and not label.endswith("站"):
                label += "站"
            for condition, context in self.conditions(entry):
                self.add_sense(label, self.sense(entry, condition, label, context), entry)

    def waits(self, entry: _Entry) -> bool:
        """All but plain names of zones, lines and places, and the reader's own plain names."""
        if entry.condition != ALWAYS or entry.is_own:
            return entry.condition != ALWAYS
        return entry.row.role != "alias" or self.gives_way(entry.target)

    def gives_way(self, target: str) -> bool:
        """Whether the names of a place count only where no other place has them."""
        return target in self.places.stops or target in self.places.backdrop

    def conditions(self, entry: _Entry) -> list[tuple[Condition, str]]:
        """The row's own condition; for the bare code of a line the words that make it one."""
        contexts: list[str] = []
        if entry.condition == ALWAYS and _CODE.fullmatch(entry.name):
            contexts = list(code_contexts(entry.name, self.places.line_kinds.get(entry.target, "")))
        own = (entry.condition, entry.row.context)
        return [(parse_condition(text), text) for text in contexts] or [own]

    def sense(self, entry: _Entry, condition: Condition, label: str, context: str) -> Sense:
        """A row's sense; its rule is `name` where the row only narrows the official name."""
        rule, kind = "alias", entry.row.kind
        if entry.target and entry.name == self.places.official[entry.target]:
            rule, kind = "name", "official"
        elif entry.is_plain_alias and self.gives_way(entry.target):
            rule = "name"
        elif _CODE.fullmatch(entry.name):
            rule = "code"
        return Sense(entry.role, entry.target, rule, condition, entry.row.where, label, kind, context)

    # ---- names that features have themselves --------------------------------------------------------------

    def add_zones(self, zones: Iterable[Feature]) -> None:
        for zone in zones:
            is_whole = zone.id == WHOLE_AREA
            self.add_names(zone, "whole" if is_whole else "alias", "" if is_whole else zone.id)

    def add_things(self, features: Iterable[Feature]) -> None:
        for feature in features:
            self.add_names(feature, "alias", feature.id)

    def add_names(self, feature: Feature, role: Role, target: str) -> None:
        """Name and aliases of a feature; bare codes only beside the words that make them one."""
        for label, kind in _labels(feature):
            name = fold_name(label)
            if (name, target) in self.narrowed or self.is_zone_name(name, target):
                continue
            if _CODE.fullmatch(name):
                for text in code_contexts(name, self.places.line_kinds.get(feature.id, "")):
                    condition = parse_condition(text)
                    sense = Sense(role, target, "code", condition, feature.id, label, kind, text)
                    self.add_sense(label, sense)
            else:
                condition, text = _context(feature)
                rule = "name" if kind else "alias"
                self.add_sense(label, Sense(role, target, rule, condition, feature.id, label, kind, text))

    def is_zone_name(self, name: str, target: str) -> bool:
        """Whether a site only repeats a name of a zone that it lies in; the zone keeps the name."""
        around = set(self.places.zones_around(target))
        return any(sense.target in around for sense in self.senses.get(name, ()))

    def add_stops(self, stops: Iterable[Feature]) -> None:
        """One stop a name: the one that most lines call at, which comes first."""
        for stop in stops:
            for label, kind in _labels(stop):
                self.add_if_free(label if label.endswith("站") else f"{label}站", stop, kind)

    def add_backdrop(self, features: Iterable[Feature]) -> None:
        for feature in features:
            for label, kind in _labels(feature):
                self.add_if_free(label, feature, kind)

    def add_if_free(self, label: str, feature: Feature, kind: str) -> None:
        """A name that gives way where another place has it."""
        if fold_name(label) not in self.senses:
            condition, text = _context(feature)
            sense = Sense("alias", feature.id, "name", condition, feature.id, label, kind, text)
            self.add_sense(label, sense)

    def add_town_forms(self) -> None:
        """泥城养老院 also answers to 泥城镇养老院, and the other way round, unless that is a name already."""
        stems = [town for town in self.places.towns if not town.endswith("镇")]
        for name, (sense, *_) in list(self.senses.items()):
            stem = next((town for town in stems if name.startswith(town)), None)
            place = self.places.by_id.get(sense.target)
            if stem and place and place.kind == "site" and sense.condition == ALWAYS:
                rest = name[len(stem) :]
                other = stem + (rest[1:] if rest.startswith("镇") else f"镇{rest}")
                form = Sense("alias", place.id, "alias", ALWAYS, sense.where, other)
                self.senses.setdefault(other, [form])

    # ---- senses -------------------------------------------------------------------------------------------

    def add_sense(self, label: str, sense: Sense, entry: _Entry | None = None) -> None:
        """Give a name a sense; another meaning under the same condition is a fault."""
        name, is_own = fold_name(label), entry is not None and entry.is_own
        if not name:
            problem = "a name needs at least one character that counts"
            self.report(GazetteerError(sense.where, label, problem), is_own)
            return
        known = self.senses.setdefault(name, [])
        other = next((each for each in known if each.condition == sense.condition), None)
        if other is None:
            known.append(sense)
            if is_own:
                self.owned.add((name, sense.condition))
        elif (other.role, other.target) != (sense.role, sense.target):
            if entry:
                self.refused.add(id(entry))
            if is_own or (name, sense.condition) not in self.owned:
                self.report(_clash(label, sense, other, entry), is_own)

    def report(self, error: GazetteerError, is_own: bool) -> None:
        """Note a fault, or raise it where nobody collects them."""
        faults = self.faults[is_own]
        if faults is None:
            raise error
        faults.append(error)

    def finish(self) -> Gazetteer:
        """Conditional senses in their order, plain ones last."""
        ordered = {
            name: sorted(known, key=lambda sense: sense.condition == ALWAYS)
            for name, known in self.senses.items()
        }
        return Gazetteer(self.places.by_id, self.places.parents, ordered, self.aliases())

    def aliases(self) -> dict[str, Sequence[str]]:
        """The names to show with each feature, in the order of the tables, the reader's own last."""
        shown: dict[str, dict[str, str]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.is_own):
            row = entry.row
            is_shown = row.role == "alias" and row.kind != "part" and id(entry) not in self.refused
            if is_shown and entry.name != self.places.official[row.target]:
                shown.setdefault(row.target, {}).setdefault(entry.name, row.name)
        return {target: list(names.values()) for target, names in shown.items()}


def _clash(label: str, sense: Sense, other: Sense, entry: _Entry | None) -> GazetteerError:
    """Two meanings of one name under one condition; both places are named."""
    problem = (
        f"leads to {sense.target or sense.role!r} here and to {other.target or other.role!r} "
        f"in {other.where}; rename one, or give each its own context"
    )
    return entry.row.error(problem) if entry else GazetteerError(sense.where, label, problem)


def _labels(feature: Feature) -> list[tuple[str, str]]:
    """The names that a feature has itself, without repetitions, and `official` for the first of them."""
    name = feature.properties.get("name")
    labels = dict.fromkeys(str(each) for each in (name, *(feature.properties.get("aliases") or ())) if each)
    return [(label, "official" if label == name else "") for label in labels]


def _context(feature: Feature) -> tuple[Condition, str]:
    """The condition that a feature's own `context` words state, and how a table would write it."""
    words = [str(word) for word in feature.properties.get("context") or ()]
    tests = (("sentence", tuple(map(fold_name, words))),) if words else ()
    return Condition(tests), "|".join(words)
