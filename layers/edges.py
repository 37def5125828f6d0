"""The lines to draw for zone borders: each stretch once, and none along the coast.

Two dashed lines that fight along one edge read as a mistake, so where borders coincide only the zone of
the higher rank keeps the stretch, and the coast keeps its own. Distances are metres in EPSG:4549.
"""

from __future__ import annotations

import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, unary_union

from geo.crs import from_metric, to_metric
from geo.features import Feature
from layers.atlas import Atlas

RANK_ORDER = ("area", "core", "functional", "town", "district", "part", "community", "park", "site", "belt")
COAST_REACH_M = 90.0  # the coast and a zone's edge along it were drawn separately, this far apart at most
SAME_EDGE_M = 3.0  # shared borders share their vertices; this only absorbs rounding
SHORTEST_M = 60.0  # a shorter remainder is a stub at a junction, not a border


def edge_features(atlas: Atlas) -> list[Feature]:
    """Return one line feature for every zone that has a border of its own left to draw, sorted by id.

    The town division and the functional division cross each other and are treated apart; the overlay
    (`belt`) keeps its whole outline but for the coast.
    """
    coast = [to_metric(f.geometry) for f in atlas.files["base"] if f.properties["kind"] == "coast"]
    shore = unary_union(coast).buffer(COAST_REACH_M)
    shapely.prepare(shore)
    taken: dict[str, list[BaseGeometry]] = {"zones": [], "towns": []}
    features = []
    outlined = [f for f in atlas.files["zones"] if f.geometry is not None]
    for feature in sorted(outlined, key=lambda f: RANK_ORDER.index(f.properties["rank"])):
        division = _division(atlas, feature)
        border = to_metric(feature.geometry).boundary
        inland = border.difference(shore) if shore.intersects(border) else border
        left = _without_stubs(inland.difference(_near(border, taken.get(division, []))))
        if division != "belt":
            taken[division].append(strip := border.buffer(SAME_EDGE_M))
            shapely.prepare(strip)
        if not left.is_empty:
            keys = ("id", "name", "rank", "palette", "accuracy_m")
            kept = {k: feature.properties.get(k) for k in keys}
            features.append(Feature(feature.id, {**kept, "kind": "zone_edge"}, from_metric(left)))
    return sorted(features, key=lambda f: f.id)


def _near(border: BaseGeometry, others: list[BaseGeometry]) -> BaseGeometry:
    """What of others reaches a border, in one: far from it there is nothing to take away."""
    if not others:
        return Polygon()
    west, south, east, north = shapely.bounds(border)
    low_x, low_y, high_x, high_y = shapely.bounds(others).T
    boxed = (low_x <= east) & (high_x >= west) & (low_y <= north) & (high_y >= south)
    return unary_union([others[at] for at in boxed.nonzero()[0] if others[at].intersects(border)])


def _division(atlas: Atlas, feature: Feature) -> str:
    """Which set of borders a zone's edge must not repeat."""
    if feature.properties["rank"] == "belt":
        return "belt"
    family = [feature.id, *atlas.zones.ancestors(feature.id)]
    return "towns" if any(atlas.zones.get(z).rank == "town" or z == "fengxian" for z in family) else "zones"


def _without_stubs(lines: BaseGeometry) -> BaseGeometry:
    merged = linemerge(lines) if isinstance(lines, MultiLineString) else lines
    parts = [p for p in shapely.get_parts(merged) if isinstance(p, LineString) and p.length >= SHORTEST_M]
    return MultiLineString(parts) if len(parts) != 1 else parts[0]
