"""What is a fault of the curated data, and how do checks look at data that may be wrong in any way?

The accessors give a property only when it has the type a rule needs: a property of another type is
already a fault of the rule `schema`, and must not stop the other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from geo.features import Feature
from geo.gazetteer_rows import NameRow

FILES = ("zones", "transit", "schools", "hospitals", "sites", "base")
EXTENT_DEG = (121.2, 30.4, 122.4, 31.4)  # west, south, east, north: the New Area with the bridge and islands


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the data: where (`file`, `feature_id` or ""), which `rule`, and what to do."""

    file: str
    feature_id: str
    rule: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}: feature {self.feature_id!r}" if self.feature_id else self.file
        return f"{where}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class Dataset:
    """The features that could be read, by file stem, and the rows of the table of names."""

    features: dict[str, list[Feature]]
    rows: list[NameRow] = field(default_factory=list)
    by_id: dict[str, Feature] = field(init=False)

    def __post_init__(self) -> None:
        first: dict[str, Feature] = {}
        for feature in self.all():
            first.setdefault(feature.id, feature)
        object.__setattr__(self, "by_id", first)

    def of(self, *stems: str) -> Iterator[Feature]:
        """Features of the named files."""
        return (feature for stem in stems for feature in self.features.get(stem, ()))

    def all(self) -> Iterator[Feature]:
        """Features of all files, in the order of FILES."""
        return self.of(*FILES)

    def zones(self) -> dict[str, Feature]:
        """Zones by id."""
        return {feature.id: feature for feature in self.of("zones")}

    def lines(self) -> dict[str, Feature]:
        """Transit lines by id, without the stops."""
        return {feature.id: feature for feature in self.of("transit") if text_of(feature, "kind") != "stop"}


Rule = Callable[[Dataset], Iterator[Fault]]


def fault(feature: Feature, rule: str, message: str) -> Fault:
    """A fault of one feature."""
    return Fault(feature.file, feature.id, rule, message)


def position_of(feature: Feature, key: str) -> tuple[float, float] | None:
    """The property when it is a list of two finite numbers."""
    value = feature.properties.get(key)
    if not isinstance(value, list) or len(value) != 2:
        return None
    lon, lat = map(_number, value)
    return None if lon is None or lat is None else (lon, lat)


def text_of(feature: Feature, key: str) -> str | None:
    """The property when it is text with something in it."""
    value = feature.properties.get(key)
    return value if isinstance(value, str) and value.strip() else None


def number_of(feature: Feature, key: str) -> float | None:
    """The property when it is a finite number."""
    return _number(feature.properties.get(key))


def texts_of(feature: Feature, key: str) -> list[str]:
    """The texts in a list property; empty when it is no list."""
    value = feature.properties.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def sound_geometry(feature: Feature | None) -> BaseGeometry | None:
    """The geometry when it is valid, not empty and within the extent; else None, as `geometry` says why."""
    geometry = feature.geometry if feature is not None else None
    if geometry is None or geometry.is_empty or not geometry.is_valid or not in_extent(geometry):
        return None
    return geometry


def in_extent(geometry: BaseGeometry) -> bool:
    """Whether all of a lon, lat geometry lies within EXTENT_DEG."""
    west, south, east, north = shapely.bounds(geometry).tolist()
    return bool(
        west >= EXTENT_DEG[0] and south >= EXTENT_DEG[1] and east <= EXTENT_DEG[2] and north <= EXTENT_DEG[3]
    )


def _number(value: object) -> float | None:
    """A finite float, or None; a JSON integer can be too large for a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
        return None
    return float(value)
