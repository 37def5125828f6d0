"""Which names mean which place: the names of all features plus `data/gazetteer.csv`.

A name has one or more senses. A sense says what the name means (its role and target) and under which
condition on the words around it (`geo.conditions`). The first sense whose condition holds counts;
a sense without a condition comes last. Names are compared in folded form (`geo.folding`).

`data/gazetteer.csv`, columns name,target,role,context,note; roles:
`alias`    one more name of the feature `target`; with a context it also narrows a name the feature has
`outside`  a place outside the New Area, or one that contains it
`whole`    the New Area as a whole
`blocker`  a longer name that contains a place name without being there (an event, a company, a brand)
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import ahocorasick

from geo.conditions import ALWAYS, Condition, ConditionError, code_contexts, parse_condition
from geo.features import Feature, read_features
from geo.folding import fold_name
from lingang.errors import PlanningMapError, UnknownIdError

Role = Literal["alias", "outside", "whole", "blocker"]
Kind = Literal["zone", "site", "line"]
COLUMNS = ("name", "target", "role", "context", "note")
FILES = ("zones", "transit", "schools", "hospitals", "sites", "base")
WHOLE_AREA = "lingang"

_RAILS = ("metro", "rail", "brt", "freight_rail")
_ROADS = ("road", "motorway", "ring_road", "bridge", "tunnel")
_WATERS = ("river", "canal", "sea_wall", "pipeline")
_LINE_KINDS = frozenset((*_RAILS, *_ROADS, *_WATERS))
# The backdrop: drawn, never the place of a task, except for the rivers, roads and parks among it.
_BACKDROP_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("river", "canal", "road", "motorway", "ring_road", "sea_wall"), "line"),
    "green": "site",
}
_CODE = re.compile(r"[A-Z]{0,2}\d{1,4}")


class GazetteerError(PlanningMapError, ValueError):
    """Names that cannot be used as they stand: `where` and `name` say which."""

    def __init__(self, where: str, name: str, problem: str) -> None:
        self.where = where
        self.name = name
        super().__init__(f"{where}: name {name!r}: {problem}")


@dataclass(frozen=True, slots=True)
class Place:
    """A feature that tasks can be linked to; `zone` is the zone of a site, None where it is not sure.

    `is_landmark`: a zone that is one thing (a lake, an island) after which others far off are named.
    """

    id: str
    name: str
    kind: Kind
    zone: str | None = None
    is_landmark: bool = False


@dataclass(frozen=True, slots=True)
class Sense:
    """What a name means under a condition. `target` is "" for roles without a feature."""

    role: Role
    target: str
    rule: str
    condition: Condition
    where: str


@dataclass(frozen=True, slots=True)
class NameRow:
    """A line of data/gazetteer.csv; `where` names file and line."""

    name: str
    target: str
    role: str
    context: str
    where: str


class Gazetteer:
    """Names, their senses, and the places they lead to. Built once, then only read."""

    def __init__(
        self,
        places: Mapping[str, Place],
        parents: Mapping[str, str | None],
        senses: Mapping[str, Sequence[Sense]],
    ) -> None:
        self.places = dict(places)
        self.parents = dict(parents)
        self._senses = {name: tuple(known) for name, known in senses.items()}

    @classmethod
    def from_features(
        cls,
        zones: Iterable[Feature],
        transit: Iterable[Feature] = (),
        schools: Iterable[Feature] = (),
        hospitals: Iterable[Feature] = (),
        sites: Iterable[Feature] = (),
        base: Iterable[Feature] = (),
        rows: Iterable[NameRow] = (),
    ) -> Gazetteer:
        """Build a gazetteer from feature collections and additional names.

        A backdrop feature (`base`) counts only if it is a line or a park, and gives way where another
        file has its name. Stops answer to their name with 站; one name is one stop, however many lines
        call there.

        Raises
        ------
        GazetteerError
            One name leads to two places under the same condition, a row is broken, or a site names a
            zone that does not exist.
        """
        builder = _Builder()
        builder.read_rows(rows)
        zone_list = list(zones)
        builder.add_zones(zone_list)
        transit_list = list(transit)
        for feature in transit_list:
            if feature.properties.get("kind") != "stop":
                builder.add_feature(feature)
        for feature in (*schools, *hospitals, *sites):
            builder.add_feature(feature)
        builder.add_stops([f for f in transit_list if f.properties.get("kind") == "stop"])
        builder.add_backdrop(base)
        builder.add_rows()
        builder.add_town_forms()
        return builder.finish()

    def senses(self, name: str) -> tuple[Sense, ...]:
        """The senses of a folded name, in the order they are tried; empty when it is no name."""
        return self._senses.get(name, ())

    def place(self, place_id: str) -> Place:
        """Return a place.

        Raises
        ------
        UnknownIdError
            No feature carries the id.
        """
        try:
            return self.places[place_id]
        except KeyError:
            raise UnknownIdError("place", place_id, self.places.keys()) from None

    def names(self) -> Iterator[str]:
        """All names in folded form."""
        return iter(self._senses)

    def is_within(self, zone_id: str | None, ancestor_id: str) -> bool:
        """Whether a zone lies strictly below another in the tree."""
        current = self.parents.get(zone_id) if zone_id else None
        while current:
            if current == ancestor_id:
                return True
            current = self.parents.get(current)
        return False

    @cached_property
    def automaton(self) -> Any:
        """Aho-Corasick automaton over the folded names; its values are the names."""
        automaton = ahocorasick.Automaton()
        for name in self._senses:
            automaton.add_word(name, name)
        automaton.make_automaton()
        return automaton


def read_rows(path: Path, *, shown_as: str | None = None) -> list[NameRow]:
    """Return the lines of a gazetteer.csv; lines whose name starts with `#` are comments.

    Raises
    ------
    GazetteerError
        The header is not `name,target,role,context,note` or a line has another number of fields.
    OSError
        The file cannot be opened.
    """
    file = shown_as or str(path)
    with Path(path).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            raise GazetteerError(file, "", f"header is {','.join(header)}; expected {','.join(COLUMNS)}")
        rows = []
        for fields in reader:
            where = f"{file}, line {reader.line_num}"
            if not fields or fields[0].startswith("#"):
                continue
            if len(fields) != len(COLUMNS):
                problem = f"{len(fields)} fields; expected {len(COLUMNS)}: {','.join(COLUMNS)}"
                raise GazetteerError(where, fields[0], problem)
            name, target, role, context, _ = (field.strip() for field in fields)
            rows.append(NameRow(name, target, role, context, where))
    return rows


def read_gazetteer(data: Path) -> Gazetteer:
    """Return the gazetteer of a data folder: `geojson/*.geojson` and `gazetteer.csv`.

    Raises
    ------
    GeoJSONError, GazetteerError
        A file cannot be read as it stands.
    OSError
        A file is missing.
    """
    files = {
        name: read_features(data / "geojson" / f"{name}.geojson", shown_as=f"geojson/{name}.geojson")
        for name in FILES
    }
    return Gazetteer.from_features(**files, rows=read_rows(data / "gazetteer.csv", shown_as="gazetteer.csv"))


class _Builder:
    """Collects places and senses, and refuses what contradicts itself."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.parents: dict[str, str | None] = {}
        self.senses: dict[str, list[Sense]] = {}
        self.rows: list[NameRow] = []
        self.narrowed: set[tuple[str, str]] = set()
        self.towns: dict[str, str] = {}

    def read_rows(self, rows: Iterable[NameRow]) -> None:
        """Remember the rows; a feature's own name that a row narrows is not added plainly later."""
        self.rows = list(rows)
        self.narrowed = {(fold_name(row.name), row.target) for row in self.rows if row.context}

    def add_zones(self, zones: Sequence[Feature]) -> None:
        for zone in zones:
            self.parents[zone.id] = zone.properties.get("parent")
        for zone in zones:
            if zone.id == WHOLE_AREA:
                self.add_names(zone, "whole", "", ALWAYS)
            else:
                landmark = zone.properties.get("rank") == "site"
                self.places[zone.id] = Place(
                    zone.id, str(zone.properties["name"]), "zone", is_landmark=landmark
                )
                self.add_names(zone, "alias", zone.id, _context(zone))
                if zone.properties.get("rank") == "town":
                    town = fold_name(str(zone.properties["name"]))
                    self.towns |= {town: zone.id, town.removesuffix("镇"): zone.id}

    def add_feature(self, feature: Feature) -> None:
        """A line, site, school or hospital under its name and aliases."""
        feature_kind = str(feature.properties.get("kind", ""))
        kind: Kind = "line" if feature_kind in _LINE_KINDS else "site"
        self.add_place(feature, kind)
        self.add_names(feature, "alias", feature.id, _context(feature), line_kind=feature_kind)

    def add_stops(self, stops: Sequence[Feature]) -> None:
        """One stop a name: the one that most lines call at, then the smallest id."""
        ordered = sorted(stops, key=lambda stop: (-len(stop.properties.get("lines") or ()), stop.id))
        for stop in ordered:
            self.add_place(stop, "site")
            for label in _labels(stop):
                name = label if label.endswith("站") else f"{label}站"
                if fold_name(name) not in self.senses:
                    self.add_sense(name, Sense("alias", stop.id, "name", _context(stop), stop.id))

    def add_backdrop(self, base: Iterable[Feature]) -> None:
        for feature in base:
            kind = _BACKDROP_KINDS.get(str(feature.properties.get("kind")))
            if kind is None or not feature.properties.get("name"):
                continue
            self.add_place(feature, kind, self.town_of(feature) if kind == "site" else None)
            for label in _labels(feature):
                if fold_name(label) not in self.senses:
                    self.add_sense(label, Sense("alias", feature.id, "name", _context(feature), feature.id))

    def town_of(self, feature: Feature) -> str | None:
        """The town or community after which a park of the backdrop is named: it lies there."""
        name = fold_name(str(feature.properties["name"]))
        return next((zone for town, zone in self.towns.items() if name.startswith(town)), None)

    def add_town_forms(self) -> None:
        """泥城养老院 also answers to 泥城镇养老院, and the other way round, unless that is a name already."""
        for name, (sense, *_) in list(self.senses.items()):
            stem = next((t for t in self.towns if not t.endswith("镇") and name.startswith(t)), None)
            place = self.places.get(sense.target)
            if stem and place and place.kind == "site" and sense.condition == ALWAYS:
                rest = name[len(stem) :]
                other = stem + (rest[1:] if rest.startswith("镇") else f"镇{rest}")
                self.senses.setdefault(other, [Sense("alias", place.id, "alias", ALWAYS, sense.where)])

    def add_place(self, feature: Feature, kind: Kind, named_after: str | None = None) -> None:
        zone = feature.properties.get("zone") or named_after
        if zone is not None and zone not in self.parents:
            raise GazetteerError(feature.id, str(feature.properties.get("name")), f"unknown zone {zone!r}")
        zone = None if zone == WHOLE_AREA else zone
        self.places[feature.id] = Place(feature.id, str(feature.properties["name"]), kind, zone)

    def add_names(
        self, feature: Feature, role: Role, target: str, condition: Condition, line_kind: str = ""
    ) -> None:
        """The name and aliases of a feature; bare codes only beside the words that make them one."""
        for label in _labels(feature):
            name = fold_name(label)
            rule = "name" if label == feature.properties.get("name") else "alias"
            if (name, target) in self.narrowed or self.is_zone_name(name, target):
                continue
            if _CODE.fullmatch(name):
                for text in code_contexts(name, line_kind):
                    self.add_sense(label, Sense(role, target, "code", parse_condition(text), feature.id))
            else:
                self.add_sense(label, Sense(role, target, rule, condition, feature.id))

    def is_zone_name(self, name: str, target: str) -> bool:
        """Whether a site only repeats a name of a zone that it lies in; the zone keeps the name."""
        zone = self.places[target].zone if target in self.places else None
        while zone:
            if any(sense.target == zone for sense in self.senses.get(name, ())):
                return True
            zone = self.parents.get(zone)
        return False

    def add_rows(self) -> None:
        for row in self.rows:
            if row.role not in get_args(Role):
                problem = f"unknown role {row.role!r}; expected one of {', '.join(get_args(Role))}"
                raise GazetteerError(row.where, row.name, problem)
            if (row.role == "alias") != bool(row.target):
                raise GazetteerError(row.where, row.name, "an alias needs a target, other roles have none")
            if row.target and row.target not in self.places:
                unknown = UnknownIdError("place", row.target, self.places)
                raise GazetteerError(row.where, row.name, str(unknown))
            try:
                condition = parse_condition(row.context)
            except ConditionError as error:
                raise GazetteerError(row.where, row.name, str(error)) from error
            self.add_sense(row.name, self.row_sense(row, condition))

    def row_sense(self, row: NameRow, condition: Condition) -> Sense:
        """A row's sense; its rule is `name` where the row only narrows the official name."""
        name = fold_name(row.name)
        rule = "alias"
        if row.target and name == fold_name(self.places[row.target].name):
            rule = "name"
        elif _CODE.fullmatch(name):
            rule = "code"
        role: Role = row.role  # type: ignore[assignment]  # checked against Role in add_rows
        return Sense(role, row.target, rule, condition, row.where)

    def add_sense(self, label: str, sense: Sense) -> None:
        name = fold_name(label)
        if not name:
            raise GazetteerError(sense.where, label, "a name needs at least one character that counts")
        known = self.senses.setdefault(name, [])
        for other in known:
            if other.condition != sense.condition:
                continue
            if (other.role, other.target) == (sense.role, sense.target):
                return
            raise GazetteerError(
                sense.where,
                label,
                f"leads to {sense.target or sense.role!r} here and to {other.target or other.role!r} "
                f"in {other.where}; rename one, or give each its own context",
            )
        known.append(sense)

    def finish(self) -> Gazetteer:
        """Conditional senses in their order, plain ones last."""
        ordered = {
            name: sorted(known, key=lambda sense: sense.condition == ALWAYS)
            for name, known in self.senses.items()
        }
        return Gazetteer(self.places, self.parents, ordered)


def _labels(feature: Feature) -> list[str]:
    """Name and aliases as written, without repetitions."""
    labels = [feature.properties.get("name"), *(feature.properties.get("aliases") or ())]
    return list(dict.fromkeys(str(label) for label in labels if label))


def _context(feature: Feature) -> Condition:
    """The condition that a feature's own `context` words state."""
    words = [fold_name(str(word)) for word in feature.properties.get("context") or ()]
    return Condition((("sentence", tuple(words)),)) if words else ALWAYS
