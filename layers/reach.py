"""What lies within a walk of a zone, a project or a point, now and on a later day?

Coordinates in: lon, lat in EPSG:4326. Distances out: metres along the ellipsoid, from the nearest point of
an outline. There is no street network here: the walk is the straight line times `DETOUR_FACTOR`, at
`WALKING_M_A_MINUTE`. Plans promise; a facility that one promises by a day counts apart from those that run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from shapely import STRtree
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geo.crs import from_metric, geodesic_m, to_metric
from geo.features import Feature
from layers.atlas import Atlas
from layers.errors import FilterError
from layers.facilities import SHOWN_WITHIN_M
from layers.projects import Projects, ProjectView
from layers.reach_facilities import RUNNING, SERVICES, Facility, FacilityReader, standing_promises
from layers.statuses import StatusBook

DETOUR_FACTOR = 1.3  # streets over the straight line; common values are 1.2 to 1.4
WALKING_M_A_MINUTE = 80.0  # 4.8 km/h
DEFAULT_MINUTES = 15.0
MOST_MINUTES = 120.0
NEAR_M = 500.0  # the shorter reach, stated as a straight line


@dataclass(frozen=True)
class Origin:
    """From where the walk starts: a point, a zone's outline or the place of a project.

    `accuracy_m` is how well that is known, 0 for a point that somebody chose. `zones` are the zones whose
    unplaced facilities may be near.
    """

    kind: str
    id: str
    name: str
    name_en: str
    geometry: BaseGeometry
    accuracy_m: float
    zones: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Near:
    """A facility with its distance and its states today and on the day asked for."""

    facility: Facility
    distance_m: float
    now: str
    then: str

    @property
    def minutes(self) -> float:
        """Minutes of walking."""
        return self.walk_m / WALKING_M_A_MINUTE

    @property
    def walk_m(self) -> float:
        """Metres on foot, as estimated from the straight line."""
        return self.distance_m * DETOUR_FACTOR

    def to_json(self) -> dict[str, Any]:
        """The facility with `distance_m`, `walk_m`, `minutes`, `within_500_m`, `now` and `then`."""
        return {
            **self.facility.to_json(),
            "distance_m": round(self.distance_m),
            "walk_m": round(self.walk_m),
            "minutes": round(self.minutes, 1),
            "within_500_m": self.distance_m <= NEAR_M,
            "now": self.now,
            "then": self.then,
        }


@dataclass(frozen=True)
class Reach:
    """What lies within `minutes` of an origin, the nearest first.

    `unsure` may lie within reach, but their position is known worse than the reach, or not at all.
    `nearest` is, for each service that nothing running within reach gives, the nearest that runs.
    """

    origin: Origin
    minutes: float
    today: date
    day: date
    found: tuple[Near, ...]
    unsure: tuple[Facility, ...]
    nearest: dict[str, Near]

    @property
    def reach_m(self) -> float:
        """How far the walk goes in a straight line."""
        return reach_of(self.minutes)

    @property
    def origin_is_sure(self) -> bool:
        """Whether the origin itself is known better than the reach."""
        return self.origin.accuracy_m <= self.reach_m

    def of_kind(self, kind: str) -> list[Near]:
        """Those within reach of one of KINDS."""
        return [near for near in self.found if near.facility.kind == kind]

    def count(self, service: str) -> tuple[int, int]:
        """How many within reach give a service today, and on the day with those promised by then."""
        mine = [near for near in self.found if service in near.facility.services]
        now = sum(near.now in RUNNING for near in mine)
        return now, sum(near.then in (*RUNNING, "promised") for near in mine)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        origin = self.origin
        return {
            "origin": {
                "kind": origin.kind, "id": origin.id or None, "name": origin.name, "name_en": origin.name_en,
                "accuracy_m": origin.accuracy_m, "sure": self.origin_is_sure,
            },
            "minutes": self.minutes, "today": self.today.isoformat(), "date": self.day.isoformat(),
            "services": {key: dict(zip(("now", "then"), self.count(key), strict=True)) for key in SERVICES},
            "within_reach": [near.to_json() for near in self.found],
            "nearest": {service: near.to_json() for service, near in self.nearest.items()},
            "not_placed_well_enough": [facility.to_json() for facility in self.unsure],
        }  # fmt: skip


def reach_of(minutes: float) -> float:
    """Metres in a straight line that a walk of some minutes reaches."""
    return minutes * WALKING_M_A_MINUTE / DETOUR_FACTOR


def method_words(words: Mapping[str, str], minutes: float) -> str:
    """How a reach is worked out, with its numbers, in the words of the interface."""
    return words["reach.method"].format(
        minutes=f"{round(minutes, 1):g}",
        speed=f"{WALKING_M_A_MINUTE:g}",
        detour=f"{DETOUR_FACTOR:g}",
        reach=f"{reach_of(minutes):.0f}",
    )


def parse_minutes(written: str) -> float:
    """Return minutes of walking; raises FilterError unless they are above 0 and MOST_MINUTES at most."""
    try:
        minutes = float(written)
    except ValueError:
        minutes = math.nan
    if not 0 < minutes <= MOST_MINUTES:
        raise FilterError("minutes", written, [f"a number above 0, {MOST_MINUTES:g} at most"])
    return minutes


@dataclass(frozen=True)
class ServiceLens:
    """The facilities of an atlas with what plans promise and people recorded of them."""

    atlas: Atlas
    projects: Projects
    book: StatusBook

    @cached_property
    def facilities(self) -> tuple[Facility, ...]:
        """Every school, hospital, stop and park, in the order of the kinds and ids."""
        return FacilityReader(self.atlas, self.projects, self.book).read()

    @cached_property
    def _index(self) -> tuple[list[Facility], list[BaseGeometry], STRtree]:
        """The facilities that have a position, in metres."""
        placed = [x for x in self.facilities if x.geometry is not None]
        shapes = [to_metric(x.geometry) for x in placed]
        return placed, shapes, STRtree(shapes)

    def point(self, lon: float, lat: float) -> Origin:
        """An origin at a position; raises CoordinateError outside the reach of the metric system."""
        to_metric(Point(lon, lat))
        shown = f"{lon:.5f}, {lat:.5f}"
        zones = frozenset(self.atlas.zones.locate(lon, lat)[:1])
        return Origin("point", "", shown, shown, Point(lon, lat), 0.0, zones)

    def zone(self, zone_id: str) -> Origin:
        """A zone's outline as an origin; raises UnknownIdError, and FilterError for one without outline."""
        zone = self.atlas.zones.get(zone_id)
        if zone.geometry is None:
            raise FilterError("zone", zone_id, [z.id for z in self.atlas.zones if z.geometry is not None])
        family = frozenset({zone_id, *self.atlas.zones.descendants(zone_id)})
        return Origin("zone", zone.id, zone.name, zone.name_en, zone.geometry, zone.accuracy_m or 0.0, family)

    def project(self, project_id: str) -> Origin:
        """The place of a project: its first site or line that is drawn, else its zone's outline."""
        view = self.projects.get(project_id)
        named = view.project.name, view.project.name_en
        for feature in self._own_features(view):
            accuracy = float(feature.properties.get("accuracy_m") or 0.0)
            return Origin("project", view.id, *named, feature.geometry, accuracy, frozenset({view.zone}))
        zone = self.zone(view.zone)
        return Origin("project", view.id, *named, zone.geometry, zone.accuracy_m, zone.zones)

    def own_places(self, project_id: str) -> list[BaseGeometry]:
        """The sites and lines of a project that are drawn; none where only its zone is known."""
        return [feature.geometry for feature in self._own_features(self.projects.get(project_id))]

    def _own_features(self, view: ProjectView) -> Iterator[Feature]:
        for place in view.places:
            feature = self.atlas.features[place.id]
            accuracy = float(feature.properties.get("accuracy_m") or 0.0)
            if place.kind != "zone" and feature.geometry is not None and accuracy <= SHOWN_WITHIN_M:
                yield feature

    def due_day(self, project_id: str) -> date | None:
        """The last day by which the plans promise any step of the whole project; None without a promise."""
        return max((x.last for x in standing_promises(self.projects.get(project_id))), default=None)

    def walk(self, origin: Origin, *, minutes: float, today: date, day: date | None = None) -> Reach:
        """Return what lies within a walk of an origin; `day` is `today` when left out.

        A facility inside a zone, or on the outline, has the distance 0.
        """
        day, reach_m = day or today, reach_of(minutes)
        nears = [
            Near(facility, distance_m, facility.state_at(today), facility.state_at(day))
            for facility, distance_m in self._distances(origin)
        ]
        nears.sort(key=lambda x: (round(x.distance_m, 3), x.facility.id))
        sure = [x for x in nears if x.facility.is_placed(reach_m)]
        found = tuple(x for x in sure if x.distance_m <= reach_m)
        return Reach(
            origin, minutes, today, day, found, tuple(self._unsure(origin, nears, reach_m)),
            dict(_nearest(sure, found)),
        )  # fmt: skip

    def _distances(self, origin: Origin) -> Iterator[tuple[Facility, float]]:
        start = to_metric(origin.geometry)
        placed, shapes, _ = self._index
        for facility, shape in zip(placed, shapes, strict=True):
            yield facility, nearest_m(start, shape)

    def _unsure(self, origin: Origin, nears: Iterable[Near], reach_m: float) -> Iterator[Facility]:
        """Those that may be within reach, but nobody knows."""
        for near in nears:
            facility = near.facility
            may_be = near.distance_m - facility.accuracy_m <= reach_m
            if not facility.is_placed(reach_m) and (may_be or facility.zone in origin.zones):
                yield facility
        yield from (x for x in self.facilities if x.geometry is None and x.zone in origin.zones)


def nearest_m(start: BaseGeometry, end: BaseGeometry) -> float:
    """Geodesic metres between the nearest points of two geometries in the metric plane."""
    if start.intersects(end):
        return 0.0
    one, other = (from_metric(point) for point in nearest_points(start, end))
    return geodesic_m((one.x, one.y), (other.x, other.y))


def _nearest(sure: Iterable[Near], found: Iterable[Near]) -> Iterator[tuple[str, Near]]:
    """For each service that nothing running within reach gives, the nearest that runs today."""
    given = {service for near in found if near.now in RUNNING for service in near.facility.services}
    beyond = [near for near in sure if near.now in RUNNING]
    for service in SERVICES:
        if service not in given:
            near = next((x for x in beyond if service in x.facility.services), None)
            if near is not None:
                yield service, near
