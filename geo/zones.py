"""Which zones are there, which lies in which, and in which zones does a point lie?

Coordinates in: lon, lat in EPSG:4326. Areas: square kilometres. The tree is as in the file; ids are
public contracts and never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.crs import check_lon_lat
from geo.errors import ZoneTreeError
from geo.features import Feature
from lingang.errors import UnknownIdError

OVERLAY_RANKS = frozenset({"belt"})  # lies over its siblings instead of beside them


@dataclass(frozen=True)
class Zone:
    """A zone as the map and the geocoder see it.

    Attributes
    ----------
    palette, chip
        Colour family and one-character mark; taken from the nearest ancestor that has one.
    geometry
        Polygon or MultiPolygon in lon, lat, or None where no outline is drawn.
    area_km2
        Computed from the outline; `official_area_km2` as published, or None.
    label
        (lon, lat) of the name's anchor, or None.
    accuracy_m
        How far the drawn border may be off; None without an outline.
    """

    id: str
    name: str
    name_en: str
    parent: str | None
    rank: str
    aliases: tuple[str, ...]
    palette: str | None
    chip: str | None
    geometry: BaseGeometry | None
    area_km2: float | None
    official_area_km2: float | None
    label: tuple[float, float] | None
    accuracy_m: float | None
    properties: dict[str, Any]


class ZoneTree:
    """All zones with their parents and children; iterating gives them parents first."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self._zones = {zone.id: zone for zone in zones}
        self._children: dict[str | None, list[str]] = {}
        for zone in self._zones.values():
            if zone.parent is not None and zone.parent not in self._zones:
                raise ZoneTreeError(zone.id, f"its parent {zone.parent!r} is not a zone of this tree")
            self._children.setdefault(zone.parent, []).append(zone.id)
        self._ancestors = {zone_id: self._walk_up(zone_id) for zone_id in self._zones}
        self._order = [zone_id for root in self.roots() for zone_id in (root, *self.descendants(root))]
        outlined = [zone for zone in self._zones.values() if zone.geometry is not None]
        self._indexed = [zone.id for zone in outlined]
        outlines = [zone.geometry for zone in outlined]
        shapely.prepare(outlines)
        self._index = STRtree(outlines)

    @classmethod
    def from_features(cls, features: Iterable[Feature]) -> ZoneTree:
        """Return the tree of the features of a zones file.

        Raises
        ------
        ZoneTreeError
            A parent that is not among the features, or a zone that is its own ancestor.
        """
        by_id = {feature.id: feature for feature in features}
        return cls(_zone_from(feature, by_id) for feature in by_id.values())

    def __iter__(self) -> Iterator[Zone]:
        return (self._zones[zone_id] for zone_id in self._order)

    def __len__(self) -> int:
        return len(self._zones)

    def __contains__(self, zone_id: object) -> bool:
        return zone_id in self._zones

    def ids(self) -> list[str]:
        """Ids, parents first."""
        return list(self._order)

    def get(self, zone_id: str) -> Zone:
        """Return a zone.

        Raises
        ------
        UnknownIdError
            No zone has this id; the message names the nearest id.
        """
        try:
            return self._zones[zone_id]
        except KeyError:
            raise UnknownIdError("zone", zone_id, self._zones) from None

    def roots(self) -> list[str]:
        """Ids of the zones without a parent, in file order."""
        return list(self._children.get(None, ()))

    def children(self, zone_id: str) -> list[str]:
        """Ids of the zones directly inside, in file order; raises UnknownIdError."""
        return list(self._children.get(self.get(zone_id).id, ()))

    def ancestors(self, zone_id: str) -> list[str]:
        """Ids of the zones around this one, nearest first, without itself; raises UnknownIdError."""
        return list(self._ancestors[self.get(zone_id).id])

    def descendants(self, zone_id: str) -> list[str]:
        """Ids of all zones inside, each before its own children, without itself; raises UnknownIdError."""
        inside: list[str] = []
        for child in self.children(zone_id):
            inside += [child, *self.descendants(child)]
        return inside

    def path_names(self, zone_id: str) -> list[str]:
        """Names from the root down to the zone itself; raises UnknownIdError."""
        return [self._zones[step].name for step in (*reversed(self.ancestors(zone_id)), zone_id)]

    def depth(self, zone_id: str) -> int:
        """0 for a root, 1 for its children, and so on; raises UnknownIdError."""
        return len(self.ancestors(zone_id))

    def locate(self, lon: float, lat: float) -> list[str]:
        """Return the ids of all zones that hold a point, the most specific first.

        A border belongs to both sides. Deeper in the tree comes first; at one depth a zone of its own
        before an overlay such as the coastal belt, then the smaller area, then the id.

        Raises
        ------
        CoordinateError
            The position is not finite or not on earth.
        """
        check_lon_lat(lon, lat)
        hits = self._index.query(Point(lon, lat), predicate="intersects")
        return sorted((self._indexed[hit] for hit in hits.tolist()), key=self._specificity)

    def _specificity(self, zone_id: str) -> tuple[int, bool, float, str]:
        zone = self._zones[zone_id]
        area = zone.geometry.area if zone.geometry is not None else 0.0
        return -len(self._ancestors[zone_id]), zone.rank in OVERLAY_RANKS, area, zone_id

    def _walk_up(self, zone_id: str) -> list[str]:
        path: list[str] = []
        parent = self._zones[zone_id].parent
        while parent is not None:
            if parent == zone_id or parent in path:
                loop = " > ".join((zone_id, *path, parent))
                raise ZoneTreeError(zone_id, f"its parents lead in a circle ({loop})")
            path.append(parent)
            parent = self._zones[parent].parent
        return path


def _zone_from(feature: Feature, by_id: dict[str, Feature]) -> Zone:
    """A zone from its feature; lenient on optional properties, which `geo.check` looks after."""
    own, parent = feature.properties, _parent_of(feature)
    label = own.get("label")
    return Zone(
        id=feature.id,
        name=str(own.get("name", feature.id)),
        name_en=str(own.get("name_en", "")),
        parent=parent,
        rank=str(own.get("rank", "")),
        aliases=tuple(own.get("aliases") or ()),
        palette=_inherited(feature, "palette", by_id),
        chip=_inherited(feature, "chip", by_id),
        geometry=feature.geometry,
        area_km2=own.get("area_km2"),
        official_area_km2=own.get("official_area_km2"),
        label=(float(label[0]), float(label[1])) if label else None,
        accuracy_m=own.get("accuracy_m"),
        properties=own,
    )


def _inherited(feature: Feature, key: str, by_id: dict[str, Feature]) -> str | None:
    """The value of the zone, else of its nearest ancestor that has one; stops at a circle."""
    seen: set[str] = set()
    step: Feature | None = feature
    while step is not None and step.id not in seen:
        value = step.properties.get(key)
        if value:
            return str(value)
        seen.add(step.id)
        step = by_id.get(_parent_of(step) or "")
    return None


def _parent_of(feature: Feature) -> str | None:
    """The id of the zone around; raises ZoneTreeError when it is neither text nor null."""
    parent = feature.properties.get("parent")
    if parent is None or isinstance(parent, str):
        return parent
    raise ZoneTreeError(feature.id, f"its parent is {parent!r}; expected a zone's id or null")
