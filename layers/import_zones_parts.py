"""Which areas of a drawing are parts of one zone? A drawing keeps no parts together: only the first is named.

Shapes: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.import_zones_fields import Row

SAME_PART = 0.5  # common over joint area of an area and the part of our zone that it stands for


@dataclass
class _Gathered:
    """A zone of a drawing: its row, its areas so far, and the parts of ours that none stands for yet."""

    row: Row
    areas: list[BaseGeometry] = field(default_factory=list)
    open_parts: list[BaseGeometry] = field(default_factory=list)

    def match(self, area: BaseGeometry) -> BaseGeometry | None:
        """The open part of ours that an area stands for."""
        return next((part for part in self.open_parts if _is_same_part(area, part)), None)

    def add(self, area: BaseGeometry) -> None:
        """Take an area, and its part of ours off the open ones."""
        self.areas.append(area)
        part = self.match(area)
        self.open_parts = [other for other in self.open_parts if other is not part]

    @property
    def whole(self) -> BaseGeometry:
        """All areas as one shape."""
        polygons = [each for area in self.areas for each in shapely.get_parts(area).tolist()]
        return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def join_parts(
    rows: Sequence[Row],
    placed: Sequence[BaseGeometry | None],
    ours: Mapping[str, Feature],
    notes: list[str],
) -> tuple[list[Row], list[BaseGeometry | None]]:
    """Return a row for every zone of a drawing with all its areas, and the rows that belong to none.

    A nameless area goes to a zone of ours of several parts, one of which it covers and no other area
    stands for; where several zones have that part, to the one drawn just before or after it.
    """
    zones: dict[str, _Gathered] = {}
    for row, area in zip(rows, placed, strict=True):
        if row.zone_id is not None and area is not None:
            known = ours[row.zone_id].geometry if row.zone_id in ours else None
            parts = [] if known is None else shapely.get_parts(known).tolist()
            zones.setdefault(row.zone_id, _Gathered(row, open_parts=parts)).add(area)
    rest: list[tuple[Row, BaseGeometry | None]] = []
    joined = set()
    for index, (row, area) in enumerate(zip(rows, placed, strict=True)):
        if row.zone_id is not None and area is not None:
            continue
        owner = None if area is None else _owner(area, zones, _neighbours(rows, index))
        if owner is None or area is None:
            rest.append((row, area))
        else:
            zones[owner].add(area)
            joined.add(owner)
    if joined:
        notes.append(f"nameless areas are taken for parts of {', '.join(sorted(joined))}")
    pairs = [(zone.row, zone.whole) for zone in zones.values()] + rest
    return [row for row, _ in pairs], [area for _, area in pairs]


def _neighbours(rows: Sequence[Row], index: int) -> list[str]:
    """The zones named just before and just after a row."""
    before = next((row.zone_id for row in reversed(rows[:index]) if row.zone_id), None)
    after = next((row.zone_id for row in rows[index:] if row.zone_id), None)
    return [zone_id for zone_id in (before, after) if zone_id is not None]


def _owner(area: BaseGeometry, zones: Mapping[str, _Gathered], near: Sequence[str]) -> str | None:
    """The zone whose open part an area covers; the neighbours in the drawing first."""
    if not area.is_valid:
        return None
    return next((zone_id for zone_id in (*near, *zones) if zones[zone_id].match(area) is not None), None)


def _is_same_part(area: BaseGeometry, part: BaseGeometry) -> bool:
    if not (area.is_valid and part.is_valid and area.intersects(part)):
        return False
    return bool(area.intersection(part).area >= SAME_PART * area.union(part).area)
