"""Which schools, hospitals, stops and parks are there, and from when on, as far as anybody says?

A place has no dates of its own but a line's year of opening: what is not there yet has the day that a plan
promises for a project at that place, or that a person recorded. Coordinates: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from layers.atlas import Atlas
from layers.projects import Projects, ProjectView
from layers.statuses import StatusBook
from plans.lights import replaced_promises
from plans.project_history import Promise

KINDS = ("schools", "hospitals", "stops", "parks")
RUNNING = ("open", "recorded")  # states in which a facility is there
STATES = (*RUNNING, "promised", "later", "undated", "unknown", "closed")
_NINE = frozenset({"nine_year", "k12"})
SERVICES: dict[str, tuple[str, frozenset[str] | None]] = {  # kind, and the levels that give the service
    "kindergarten": ("schools", frozenset({"kindergarten"})),
    "primary": ("schools", _NINE | {"primary"}),
    "junior": ("schools", _NINE | {"junior"}),
    "senior": ("schools", frozenset({"senior", "k12"})),
    "clinic": ("hospitals", frozenset({"clinic"})),
    "hospital": ("hospitals", frozenset({"tertiary", "district", "specialist"})),
    "stop": ("stops", frozenset({""})),
    "park": ("parks", None),
}
_USABLE = ("complete", "open", "operate")  # stages from which on a facility can be used
# Greens of the base map that are no park open to everyone: a cemetery, a marine park, a zoo, a flower fair.
_NO_PUBLIC_PARK = frozenset(
    {"green-binhai-guyuan", "green-haichang", "green-wild-animal-park", "green-flower-port"}
)


@dataclass(frozen=True)
class Opening:
    """By when a plan promises that a facility can be used, or on which day a person recorded that it is."""

    day: date
    project: str
    task: str = ""
    plan: str = ""
    is_record: bool = False


@dataclass(frozen=True)
class Facility:
    """A school, hospital, stop or park. `status` is that of the data; `openings` what else is known."""

    id: str
    kind: str
    name: str
    name_en: str
    level: str
    status: str
    zone: str
    accuracy_m: float
    geometry: BaseGeometry | None
    opened: int | None = None
    openings: tuple[Opening, ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """The keys of SERVICES that it gives; a university gives none."""
        return tuple(
            service
            for service, (kind, levels) in SERVICES.items()
            if kind == self.kind and (levels is None or self.level in levels)
        )

    def state_at(self, day: date) -> str:
        """One of STATES: what is known of it for a day."""
        if self.status == "closed":
            return "closed"
        if self.status == "operating" and (self.opened is None or self.opened <= day.year):
            return "open"
        if any(x.is_record and x.day <= day for x in self.openings):
            return "recorded"
        promised = [x.day for x in self.openings if not x.is_record]
        if promised:
            return "promised" if min(promised) <= day else "later"
        if self.status == "operating":
            return "later"
        return "unknown" if self.status == "unknown" else "undated"

    def is_placed(self, within_m: float) -> bool:
        """Whether its position is known better than a distance."""
        return self.geometry is not None and self.accuracy_m <= within_m

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values, without the position."""
        due = min((x for x in self.openings if not x.is_record), key=lambda x: x.day, default=None)
        return {
            "id": self.id, "kind": self.kind, "name": self.name, "name_en": self.name_en,
            "level": self.level or None, "status": self.status, "zone": self.zone or None,
            "accuracy_m": self.accuracy_m, "promised_by": due and due.day.isoformat(),
            "project": due and due.project, "task": due and due.task,
        }  # fmt: skip


@dataclass(frozen=True)
class FacilityReader:
    """What makes the facilities of an atlas with its projects and what people recorded of them."""

    atlas: Atlas
    projects: Projects
    book: StatusBook

    def read(self) -> tuple[Facility, ...]:
        """Every school, hospital, stop and park, in the order of the kinds and ids."""
        made = [*self._of_file("schools"), *self._of_file("hospitals"), *self._stops(), *self._parks()]
        return tuple(sorted(made, key=lambda x: (KINDS.index(x.kind), x.id)))

    @cached_property
    def _openings(self) -> dict[str, tuple[Opening, ...]]:
        """What plans promise and people recorded, by the id of the place."""
        found: dict[str, list[Opening]] = {}
        for view in self.projects.views.values():
            openings = tuple(_openings_of(view, self.book))
            for place in view.places:
                found.setdefault(place.id, []).extend(openings)
        return {place: tuple(openings) for place, openings in found.items()}

    def _of_file(self, kind: str) -> Iterator[Facility]:
        for feature in self.atlas.files[kind]:
            status = str(feature.properties.get("status") or "unknown")
            yield self._facility(feature, kind, status, feature.geometry)

    def _stops(self) -> Iterator[Facility]:
        """A stop is open when one of its lines runs; it opens with the first of the others.

        Freight lines take nobody along; a stop of such lines alone has the level "freight".
        """
        lines = {x.id: x.properties for x in self.atlas.files["transit"]}
        for stop in self.atlas.files["transit"]:
            if stop.properties.get("kind") != "stop":
                continue
            every = [lines[x] for x in stop.properties.get("lines") or () if x in lines]
            mine = [x for x in every if x.get("kind") != "freight_rail"]
            runs = [x for x in mine if x.get("status") == "operating"]
            years = [int(x["opened"]) for x in runs if x.get("opened")]
            status = "operating" if runs else str(mine[0].get("status")) if mine else "unknown"
            openings = tuple(y for x in mine for y in self._openings.get(x["id"], ()))
            opened = min(years) if years and len(years) == len(runs) else None
            made = self._facility(stop, "stops", status, stop.geometry, opened=opened, more=openings)
            yield replace(made, level="freight") if every and not mine else made

    def _parks(self) -> Iterator[Facility]:
        """Greens of the base map are there; park sites are known from plans alone, so promised at most."""
        greens = [x for x in self.atlas.files["base"] if x.properties.get("kind") == "green"]
        names = {x.properties["name"] for x in greens}
        for green in greens:
            if green.id not in _NO_PUBLIC_PARK:
                yield self._facility(green, "parks", "operating", green.geometry)
        for site in self.atlas.files["sites"]:
            if site.properties.get("kind") == "park" and site.properties["name"] not in names:
                yield self._facility(site, "parks", "planned", site.geometry)

    def _facility(
        self,
        feature: Feature,
        kind: str,
        status: str,
        geometry: BaseGeometry | None,
        *,
        opened: int | None = None,
        more: tuple[Opening, ...] = (),
    ) -> Facility:
        own = feature.properties
        return Facility(
            feature.id, kind, str(own["name"]), str(own.get("name_en") or ""), str(own.get("level") or ""),
            status, str(own.get("zone") or ""), float(own.get("accuracy_m") or 0.0), geometry, opened,
            (*self._openings.get(feature.id, ()), *more),
        )  # fmt: skip


def standing_promises(view: ProjectView) -> list[Promise]:
    """The promises of the whole that no newer plan replaced and that are more than a study."""
    replaced = replaced_promises(view.history)
    every = (x for entry in view.history for x in entry.promises)
    return [x for x in every if not x.part and x.commitment != "explore" and x not in replaced]


def _openings_of(view: ProjectView, book: StatusBook) -> Iterator[Opening]:
    """The newest plan's last promise of a usable stage, and the first record of one."""
    usable = [x for x in standing_promises(view) if x.stage in _USABLE]
    newest = next((e.plan.id for e in reversed(view.history) if any(x.plan == e.plan.id for x in usable)), "")
    mine = [x for x in usable if x.plan == newest]
    if mine:
        last = max(mine, key=lambda x: (x.last, x.task))
        yield Opening(last.last, view.id, last.task, last.plan)
    for status in book.of(view.id):
        if status.stage in _USABLE and not status.part:
            yield Opening(status.day, view.id, is_record=True)
            return
