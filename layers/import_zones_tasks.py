"""Which tasks, and which places, would lie in other zones if the zones were drawn otherwise?

The data folder is copied, the zones in the copy replaced, and everything joined anew: whatever the zones
have a part in comes out as it would.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from shapely.geometry.base import BaseGeometry

from geo.errors import CoordinateError
from geo.features import Feature
from layers.atlas import Atlas, LinkedTask, load_atlas

PARTS = ("geojson", "plans")
PLACES = ("sites", "schools", "hospitals")
Tie = tuple[str, str]  # relation and zone


@dataclass(frozen=True)
class TaskChange:
    """A task that would gain or lose zones: pairs of relation (in, near, serves) and zone id."""

    task_id: str
    title: str
    gained: tuple[Tie, ...]
    lost: tuple[Tie, ...]


@dataclass(frozen=True)
class PlaceChange:
    """A place that would lie in other zones, most specific first, and the tasks about it."""

    feature_id: str
    name: str
    stated: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    tasks: tuple[str, ...]

    @property
    def leaves_its_zone(self) -> bool:
        """It lies in the zone that its record states, and would not any more."""
        return self.stated in self.before and self.stated not in self.after


@dataclass(frozen=True)
class Effects:
    """What new zones do to tasks and places."""

    tasks: tuple[TaskChange, ...] = ()
    places: tuple[PlaceChange, ...] = ()


def find_effects(atlas: Atlas, content: bytes, workspace: Path | None = None) -> Effects:
    """Return what changes when the zones file of an atlas' folder holds `content`.

    Raises
    ------
    PlanningMapError
        The data cannot be joined with these zones; the message says why.
    """
    with TemporaryDirectory(prefix="lingang-zones-") as folder:
        root = _copy(atlas.root, Path(folder) / "data")
        (root / "geojson" / "zones.geojson").write_bytes(content)
        after = load_atlas(root, workspace)
    return Effects(tuple(_tasks(atlas, after)), tuple(_places(atlas, after)))


def _copy(root: Path, copy: Path) -> Path:
    """The parts of a data folder that an atlas reads."""
    for part in PARTS:
        shutil.copytree(root / part, copy / part)
    for file in root.iterdir():
        if file.is_file():
            shutil.copy(file, copy)
    return copy


def _tasks(before: Atlas, after: Atlas) -> Iterable[TaskChange]:
    for task_id, item in before.tasks.items():
        old, new = _ties(item), _ties(after.tasks[task_id]) if task_id in after.tasks else []
        if set(old) != set(new):
            gained = tuple(tie for tie in new if tie not in old)
            lost = tuple(tie for tie in old if tie not in new)
            yield TaskChange(task_id, item.task.title, gained, lost)


def _ties(item: LinkedTask) -> list[Tie]:
    return [(link.relation, link.target) for link in item.links.links if link.kind == "zone"]


def _places(before: Atlas, after: Atlas) -> Iterable[PlaceChange]:
    about: dict[str, list[str]] = {}
    for task_id, item in before.tasks.items():
        for link in item.links.links:
            if task_id not in about.setdefault(link.target, []):
                about[link.target].append(task_id)
    for stem in PLACES:
        for place in before.files[stem]:
            old, new = _zones_of(before, place), _zones_of(after, place)
            if set(old) != set(new):
                name, stated = str(place.properties.get("name", place.id)), place.properties.get("zone")
                yield PlaceChange(place.id, name, stated, old, new, tuple(about.get(place.id, ())))


def _zones_of(atlas: Atlas, place: Feature) -> tuple[str, ...]:
    """The zones at a place, by a point of it; none where it is not placed."""
    shape: BaseGeometry | None = place.geometry
    if shape is None or shape.is_empty:
        return ()
    point = shape.representative_point()
    try:
        return tuple(atlas.zones.locate(point.x, point.y))
    except CoordinateError:
        return ()
