"""How much of a zone's land lies within a walk of a service, and where is least? Shares of land area.

Nobody publishes who lives where, so land counts, not people. Areas are made in EPSG:4549; a share is the
same there as on the ground. Land is the zone's outline within the coast, without the lake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import to_metric
from layers.reach import NEAR_M, ServiceLens, reach_of
from layers.reach_facilities import RUNNING, SERVICES, Facility

_M2_A_KM2 = 1e6


@dataclass(frozen=True)
class Coverage:
    """The share of a zone's land within `reach_m` of a service today, and with what is promised by a day.

    Shares are from 0 to 1, None where the zone has no land in the base map. `running` and `promised` count
    the facilities within reach of the land; `left_out` those whose position is not known well enough.
    """

    zone: str
    service: str
    reach_m: float
    land_km2: float
    now: float | None
    then: float | None
    running: int
    promised: int
    left_out: int

    @property
    def uncovered_km2(self) -> float:
        """Land out of reach today."""
        return self.land_km2 * (1 - (self.now or 0.0))

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values; shares to four decimals."""
        now, then = (None if x is None else round(x, 4) for x in (self.now, self.then))
        return {
            "zone": self.zone, "service": self.service, "reach_m": round(self.reach_m),
            "land_km2": round(self.land_km2, 2), "share_now": now, "share_then": then,
            "uncovered_km2": round(self.uncovered_km2, 2), "running": self.running,
            "promised": self.promised, "left_out": self.left_out,
        }  # fmt: skip


class ServiceAreas:
    """Shares of land within reach, for a lens, on a day; what is made once is kept."""

    def __init__(self, lens: ServiceLens, *, today: date, day: date | None = None) -> None:
        self.lens, self.today, self.day = lens, today, day or today
        self._areas: dict[tuple[str, float], tuple[BaseGeometry, BaseGeometry]] = {}
        self._lands: dict[str, BaseGeometry] = {}

    def park_coverage(self, zone_id: str) -> Coverage:
        """The share within 500 m in a straight line of a park: the five-year plan's own indicator."""
        return self.coverage(zone_id, "park", reach_m=NEAR_M)

    def coverage(self, zone_id: str, service: str, *, reach_m: float) -> Coverage:
        """The share of a zone's land within a distance in a straight line; raises UnknownIdError."""
        land = self.land_of(zone_id)
        now, then = self._served(service, reach_m)
        area = float(land.area)
        near = [x for x in self._of(service) if x.is_placed(reach_m) and self._is_near(x, land, reach_m)]
        running = sum(self._runs(x) for x in near)
        promised = sum(self._is_promised(x) for x in near)
        family = {zone_id, *self.lens.atlas.zones.descendants(zone_id)}
        left_out = sum(x.zone in family and not x.is_placed(reach_m) for x in self._of(service))
        share_now, share_then = (_share(land, served) if area else None for served in (now, then))
        return Coverage(
            zone_id, service, reach_m, area / _M2_A_KM2, share_now, share_then, running, promised, left_out
        )

    def all_of(self, zone_id: str, *, minutes: float) -> list[Coverage]:
        """A zone's shares for every service; parks by their own distance."""
        reach_m = reach_of(minutes)
        others = [self.coverage(zone_id, x, reach_m=reach_m) for x in SERVICES if x != "park"]
        return [*others, self.park_coverage(zone_id)]

    def gaps(self, zone_ids: Iterable[str] | None = None, *, minutes: float) -> list[Coverage]:
        """Zones and services by the share within reach today, the least first, then the most land out of it.

        All zones without children when none are given: a zone above would count their land again.
        """
        zones = self.lens.atlas.zones
        chosen = [z.id for z in zones if not zones.children(z.id)] if zone_ids is None else list(zone_ids)
        found = [entry for zone in chosen for entry in self.all_of(zone, minutes=minutes)]
        known = [entry for entry in found if entry.now is not None and entry.now < 1]
        return sorted(known, key=lambda x: (round(x.now or 0.0, 4), -x.uncovered_km2, x.zone, x.service))

    def land_of(self, zone_id: str) -> BaseGeometry:
        """A zone's land in metres of EPSG:4549; empty where the base map has none there."""
        if zone_id not in self._lands:
            outline = self.lens.atlas.zones.get(zone_id).geometry
            empty = outline is None or self._land.is_empty
            self._lands[zone_id] = (
                shapely.GeometryCollection() if empty else to_metric(outline).intersection(self._land)
            )
        return self._lands[zone_id]

    @cached_property
    def _land(self) -> BaseGeometry:
        base = self.lens.atlas.files["base"]

        def of_kinds(kinds: tuple[str, ...]) -> BaseGeometry:
            chosen = [x.geometry for x in base if x.properties.get("kind") in kinds and x.geometry]
            shapes = [to_metric(x) for x in chosen if x.geom_type in ("Polygon", "MultiPolygon")]
            return shapely.union_all(shapes)

        islands = of_kinds(("island",))  # those in the lake too
        return of_kinds(("land",)).difference(of_kinds(("lake",))).union(islands)

    def _of(self, service: str) -> list[Facility]:
        return [x for x in self.lens.facilities if service in x.services]

    def _runs(self, facility: Facility) -> bool:
        return facility.state_at(self.today) in RUNNING

    def _is_promised(self, facility: Facility) -> bool:
        """Whether it is there on the day only by a promise."""
        return not self._runs(facility) and facility.state_at(self.day) in (*RUNNING, "promised")

    def _is_near(self, facility: Facility, land: BaseGeometry, reach_m: float) -> bool:
        return bool(to_metric(facility.geometry).dwithin(land, reach_m))

    def _served(self, service: str, reach_m: float) -> tuple[BaseGeometry, BaseGeometry]:
        """What lies within a distance of a service: of those that run, and with those promised."""
        key = service, reach_m
        if key not in self._areas:
            placed = [x for x in self._of(service) if x.is_placed(reach_m)]
            running = _around([x for x in placed if self._runs(x)], reach_m)
            promised = _around([x for x in placed if self._is_promised(x)], reach_m)
            both = running if promised.is_empty else shapely.union(running, promised)
            self._areas[key] = running, both
        return self._areas[key]


def _around(facilities: Iterable[Facility], reach_m: float) -> BaseGeometry:
    return shapely.union_all([to_metric(x.geometry).buffer(reach_m, quad_segs=32) for x in facilities])


def _share(land: BaseGeometry, served: BaseGeometry) -> float:
    return float(land.intersection(served).area / land.area)
