"""Which names mean which place: the official names of all features, and the table `gazetteer.csv`.

A name has one or more senses. A sense says what the name means (its role and target) and under which
condition on the words around it (`geo.conditions`). The first sense whose condition holds counts;
a sense without a condition comes last. Names are compared in folded form (`geo.folding`).

`geo.gazetteer_rows` reads the table, `geo.gazetteer_build` makes senses of names, `geo.gazetteer_names`
lists them for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.features import Feature, read_features
from geo.gazetteer_rows import COLUMNS, TABLE, GazetteerError, NameKind, NameRow, Role, read_rows
from geo.senses import Kind, Place, Sense
from lingang.errors import UnknownIdError

__all__ = [
    "COLUMNS",
    "FILES",
    "TABLE",
    "WHOLE_AREA",
    "Gazetteer",
    "GazetteerError",
    "Kind",
    "NameKind",
    "NameRow",
    "Place",
    "Role",
    "Sense",
    "read_gazetteer",
    "read_rows",
    "with_aliases",
]

FILES = ("zones", "transit", "schools", "hospitals", "sites", "base")
WHOLE_AREA = "lingang"


class Gazetteer:
    """Names, their senses, and the places they lead to. Built once, then only read.

    `aliases` are the names to show with a feature, by its id: all but its official name and its parts.
    """

    def __init__(
        self,
        places: Mapping[str, Place],
        parents: Mapping[str, str | None],
        senses: Mapping[str, Sequence[Sense]],
        aliases: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.places = dict(places)
        self.parents = dict(parents)
        self.aliases = {target: tuple(names) for target, names in (aliases or {}).items()}
        self._senses = {name: tuple(known) for name, known in senses.items()}
        self._above: dict[str, frozenset[str]] = {}

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
        *,
        own_rows: Iterable[NameRow] = (),
        faults: list[GazetteerError] | None = None,
        own_faults: list[GazetteerError] | None = None,
    ) -> Gazetteer:
        """Build a gazetteer from feature collections and tables of names.

        A backdrop feature (`base`) counts only if it is a line or a park, and gives way where another
        file has its name. Stops answer to their name with 站; one name is one stop, however many lines
        call there.

        Parameters
        ----------
        rows
            The table of names.
        own_rows
            A reader's own table, read on top: it wins over a row of `rows` with the same name and the
            same context, and its context narrows their plain names; official names stand fast.
        faults, own_faults
            Where faults of `rows` and `own_rows` go: names that clash (the first one keeps its
            meaning), unknown targets, roles and kinds, broken contexts. Without a list the first
            fault raises.

        Raises
        ------
        GazetteerError
            A fault for which there is no list, or a site names a zone that does not exist.
        """
        from geo.gazetteer_build import build  # it makes what is defined here

        features = (zones, transit, schools, hospitals, sites, base)
        return build(*features, rows=rows, own_rows=own_rows, faults=faults, own_faults=own_faults)

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

    @property
    def by_name(self) -> dict[str, tuple[Sense, ...]]:
        """The senses of all names by folded name, for those who ask very often; not to be changed."""
        return self._senses

    def names(self) -> Iterator[str]:
        """All names in folded form."""
        return iter(self._senses)

    def is_within(self, zone_id: str | None, ancestor_id: str) -> bool:
        """Whether a zone lies strictly below another in the tree."""
        return zone_id is not None and ancestor_id in self.above(zone_id)

    def above(self, zone_id: str) -> frozenset[str]:
        """The zones that a zone lies strictly below in the tree."""
        known = self._above.get(zone_id)
        if known is None:
            current, seen = self.parents.get(zone_id), set[str]()
            while current and current not in seen:  # a circle of parents is for the check to tell
                seen.add(current)
                current = self.parents.get(current)
            known = self._above[zone_id] = frozenset(seen)
        return known

    @cached_property
    def automaton(self) -> Any:
        """Aho-Corasick automaton over the folded names; its values are the names."""
        import ahocorasick

        automaton = ahocorasick.Automaton()
        for name in self._senses:
            automaton.add_word(name, name)
        automaton.make_automaton()
        return automaton


def read_gazetteer(data: Path, *, faults: list[GazetteerError] | None = None) -> Gazetteer:
    """Return the gazetteer of a data folder: `geojson/*.geojson` and `gazetteer.csv`.

    Parameters
    ----------
    data
        The data folder.
    faults
        Where faults of single names go, each with file, line, name and reason; the other names are
        there all the same. Without it the first fault raises.

    Raises
    ------
    GeoJSONError, GazetteerError
        A file cannot be read as it stands.
    OSError
        A file is missing.
    """
    files = {
        name: read_features(
            data / "geojson" / f"{name}.geojson", shown_as=f"geojson/{name}.geojson", with_geometry=False
        )
        for name in FILES
    }
    rows = read_rows(data / TABLE, shown_as=TABLE, faults=faults)
    return Gazetteer.from_features(**files, rows=rows, own_rows=(), faults=faults, own_faults=None)


def with_aliases(
    files: Mapping[str, Sequence[Feature]], gazetteer: Gazetteer
) -> dict[str, list[Feature]]:
    """The features of all files, each with its names in the property `aliases`, in the table's order."""
    return {
        file: [_with_names(feature, gazetteer.aliases.get(feature.id, ())) for feature in features]
        for file, features in files.items()
    }


def _with_names(feature: Feature, names: Iterable[str]) -> Feature:
    """The feature with `names` after the aliases that it brings itself; properties stay sorted."""
    aliases = list(dict.fromkeys([*(feature.properties.get("aliases") or ()), *names]))
    return replace(feature, properties=dict(sorted({**feature.properties, "aliases": aliases}.items())))
