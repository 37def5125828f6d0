"""Where is a project? Its sites, lines and zones, the point of its mark, and which tasks can be about it.

Coordinates: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shapely.geometry import LineString, MultiLineString, Point
from shapely.ops import linemerge

from geo.features import Feature
from layers.atlas import HERE, Atlas, LinkedTask
from plans.projects import Project

WHOLE_AREA = "lingang"  # the zone of what has no place of its own
PLACED_M = 3_000.0  # a site known less well than this has no point of its own


@dataclass(frozen=True)
class ProjectPlace:
    """A site, line or zone of a project."""

    id: str
    name: str
    name_en: str
    kind: str

    def to_json(self) -> dict[str, str]:
        """The record as JSON values; `kind` is "zone", "line" or "site"."""
        return {"id": self.id, "name": self.name, "name_en": self.name_en, "kind": self.kind}


def place_of(atlas: Atlas, feature: Feature) -> ProjectPlace:
    """The feature as a place of a project."""
    lines = {f.id for f in atlas.files["transit"]}
    kind = "zone" if feature.id in atlas.zones else "line" if feature.id in lines else "site"
    return ProjectPlace(feature.id, feature.properties["name"], feature.properties.get("name_en") or "", kind)


def zone_of(atlas: Atlas, feature: Feature) -> str | None:
    """The zone that a feature is or lies in; None for lines and for places that nobody knows."""
    zone = feature.id if feature.id in atlas.zones else feature.properties.get("zone")
    return zone if zone in atlas.zones else None


def mark_of(atlas: Atlas, features: Sequence[Feature], zone: str) -> tuple[Point | None, str]:
    """Where a project's mark stands: its first place that is well enough known, else its zone's label."""
    for feature in features:
        exact = (feature.properties.get("accuracy_m") or 0) <= PLACED_M
        if feature.geometry is None or feature.id in atlas.zones or not exact:
            continue
        if isinstance(feature.geometry, Point):
            return feature.geometry, "site"
        if isinstance(feature.geometry, (LineString, MultiLineString)):
            return _middle_vertex(feature.geometry), "line"
        return feature.geometry.representative_point(), "site"
    label = atlas.features[zone].properties.get("label") if zone in atlas.features else None
    return (Point(label), "zone") if label else (None, "none")


def _middle_vertex(line: LineString | MultiLineString) -> Point:
    """The vertex nearest the middle of a line; of several parts, of the longest."""
    merged = linemerge(line) if isinstance(line, MultiLineString) else line
    longest = max(merged.geoms, key=lambda part: part.length) if hasattr(merged, "geoms") else merged
    middle = longest.interpolate(0.5, normalized=True)
    return min((Point(position[:2]) for position in longest.coords), key=middle.distance)


def places_of(item: LinkedTask) -> frozenset[str]:
    """Ids of the places that a task is linked to, lines' crossings aside."""
    links = item.links.links
    return frozenset(x.target for x in links if x.kind != "zone" or x.relation in HERE)


def can_be_at(atlas: Atlas, project: Project, places: Iterable[str]) -> bool:
    """Whether a project's places and a task's lie in one another, or one of them is not known."""
    given = set(places)
    own = set(project.places) - {WHOLE_AREA}
    if not given or not own or own & given:
        return True
    return bool(_with_zones(atlas, own) & given) or bool(own & _with_zones(atlas, given))


def _with_zones(atlas: Atlas, ids: Iterable[str]) -> set[str]:
    """Places with the zones they lie in, the whole area aside."""
    found: set[str] = set()
    for place in ids:
        feature = atlas.features.get(place)
        zone = zone_of(atlas, feature) if feature else None
        found |= {place, *((zone, *atlas.zones.ancestors(zone)) if zone else ())}
    return found - {WHOLE_AREA}
