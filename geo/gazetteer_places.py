"""Which features can tasks be linked to, and as what: zones, lines and sites, with the zone of each site?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from geo.features import Feature
from geo.folding import fold_name
from geo.gazetteer import WHOLE_AREA, Kind, Place
from geo.gazetteer_rows import GazetteerError

_RAILS = ("metro", "rail", "brt", "freight_rail")
_ROADS = ("road", "motorway", "ring_road", "bridge", "tunnel")
_WATERS = ("river", "canal", "sea_wall", "pipeline")
_LINE_KINDS = frozenset((*_RAILS, *_ROADS, *_WATERS))
# The backdrop: drawn, never the place of a task, except for the rivers, roads and parks among it.
_BACKDROP_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("river", "canal", "road", "motorway", "ring_road", "sea_wall"), "line"),
    "green": "site",
}


class Places:
    """The places by id, and what else of the features decides how their names count.

    Attributes
    ----------
    parents
        The zone tree: parents by zone id.
    official
        The folded official name of each place, and of the area as a whole.
    towns
        Zone ids by the folded names of towns, with 镇 and without.
    line_kinds
        The property `kind` of each line.
    stops, backdrop
        Ids of the places whose names give way to the same names of others.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Place] = {}
        self.parents: dict[str, str | None] = {}
        self.official: dict[str, str] = {}
        self.towns: dict[str, str] = {}
        self.line_kinds: dict[str, str] = {}
        self.stops: set[str] = set()
        self.backdrop: set[str] = set()

    def add_zones(self, zones: Sequence[Feature]) -> None:
        """The zones; the one that is the whole area is no place of its own."""
        for zone in zones:
            self.parents[zone.id] = zone.properties.get("parent")
        for zone in zones:
            name, rank = str(zone.properties["name"]), zone.properties.get("rank")
            self.official[zone.id] = fold_name(name)
            if zone.id == WHOLE_AREA:
                continue
            self.by_id[zone.id] = Place(zone.id, name, "zone", is_landmark=rank == "site")
            if rank == "town":
                town = fold_name(name)
                self.towns |= {town: zone.id, town.removesuffix("镇"): zone.id}

    def add_things(self, features: Iterable[Feature]) -> None:
        """Lines, schools, hospitals and sites."""
        for feature in features:
            kind = str(feature.properties.get("kind", ""))
            if kind in _LINE_KINDS:
                self.line_kinds[feature.id] = kind
            self.add(feature, "line" if kind in _LINE_KINDS else "site")

    def add_stops(self, stops: Iterable[Feature]) -> None:
        """Stops of lines."""
        for stop in stops:
            self.add(stop, "site")
            self.stops.add(stop.id)

    def add_backdrop(self, features: Iterable[Feature]) -> None:
        """Features of the base map, see `is_backdrop_place`."""
        for feature in features:
            kind = _BACKDROP_KINDS[str(feature.properties["kind"])]
            self.add(feature, kind, self.town_of(feature) if kind == "site" else None)
            self.backdrop.add(feature.id)

    def add(self, feature: Feature, kind: Kind, named_after: str | None = None) -> None:
        """One place; raises GazetteerError where its zone is unknown."""
        name, zone = str(feature.properties["name"]), feature.properties.get("zone") or named_after
        if zone is not None and zone not in self.parents:
            raise GazetteerError(feature.id, name, f"unknown zone {zone!r}")
        zone = None if zone == WHOLE_AREA else zone
        self.by_id[feature.id] = Place(
            feature.id, name, kind, zone, is_outside=feature.properties.get("outside") is True
        )
        self.official[feature.id] = fold_name(name)

    def zones_around(self, place_id: str) -> Iterator[str]:
        """The zone of a site and those above it, the nearest first; a circle of parents ends it."""
        place = self.by_id.get(place_id)
        zone, seen = place.zone if place else None, set[str]()
        while zone and zone not in seen:
            seen.add(zone)
            yield zone
            zone = self.parents.get(zone)

    def town_of(self, feature: Feature) -> str | None:
        """The town or community after which a park of the backdrop is named: it lies there."""
        name = fold_name(str(feature.properties["name"]))
        return next((zone for town, zone in self.towns.items() if name.startswith(town)), None)


def is_backdrop_place(feature: Feature) -> bool:
    """Whether a feature of the base map can be the place of a task."""
    return bool(feature.properties.get("name")) and str(feature.properties.get("kind")) in _BACKDROP_KINDS
