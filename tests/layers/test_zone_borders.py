"""Zone borders for drawing: each stretch once, none along the coast, towns apart from the zones."""

from itertools import combinations

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from geo.crs import to_metric
from layers.atlas import Atlas
from layers.edges import COAST_REACH_M, RANK_ORDER, SAME_EDGE_M, SHORTEST_M, edge_features


@pytest.fixture(scope="module")
def borders(atlas: Atlas) -> dict[str, BaseGeometry]:
    """The border lines by zone id, in metres."""
    return {f.id: to_metric(f.geometry) for f in edge_features(atlas)}


def division(atlas: Atlas, zone_id: str) -> str:
    ranks = {atlas.zones.get(z).rank for z in (zone_id, *atlas.zones.ancestors(zone_id))}
    if atlas.zones.get(zone_id).rank == "belt":
        return "belt"
    return "towns" if "town" in ranks or "fengxian" in (zone_id, *atlas.zones.ancestors(zone_id)) else "zones"


def test_no_stretch_is_drawn_twice_within_a_division(atlas: Atlas, borders: dict[str, BaseGeometry]) -> None:
    for first, second in combinations(borders, 2):
        if division(atlas, first) == division(atlas, second):
            near = borders[first].intersection(borders[second].buffer(SAME_EDGE_M / 2))
            assert near.length < 10 * SAME_EDGE_M, (first, second)


def test_no_border_runs_along_the_coast(atlas: Atlas, borders: dict[str, BaseGeometry]) -> None:
    coast = unary_union(
        [to_metric(f.geometry) for f in atlas.files["base"] if f.properties["kind"] == "coast"]
    )
    for zone_id, border in borders.items():
        assert border.intersection(coast.buffer(COAST_REACH_M - 1)).length < 1, zone_id


def test_every_border_lies_on_the_outline_of_its_zone(atlas: Atlas, borders: dict[str, BaseGeometry]) -> None:
    for zone_id, border in borders.items():
        outline = to_metric(atlas.zones.get(zone_id).geometry).boundary
        assert border.difference(outline.buffer(0.5)).length < 1, zone_id


def test_no_zone_loses_its_border(atlas: Atlas, borders: dict[str, BaseGeometry]) -> None:
    """What a zone's own line leaves out is drawn for another zone, or is coast, or a stub."""
    coast = unary_union(
        [to_metric(f.geometry) for f in atlas.files["base"] if f.properties["kind"] == "coast"]
    )
    drawn = unary_union(list(borders.values())).buffer(SAME_EDGE_M + 1).union(coast.buffer(COAST_REACH_M + 1))
    for zone in atlas.zones:
        if zone.geometry is not None:
            missing = shapely.get_parts(to_metric(zone.geometry).boundary.difference(drawn))
            assert all(part.length < SHORTEST_M for part in missing), zone.id


def test_there_are_no_stubs(borders: dict[str, BaseGeometry]) -> None:
    assert all(part.length >= SHORTEST_M - 0.5 for b in borders.values() for part in shapely.get_parts(b))


def test_a_town_border_may_cross_a_zone_and_says_its_rank(atlas: Atlas) -> None:
    ranks = {f.properties["rank"] for f in edge_features(atlas)}
    assert {"core", "functional", "town"} <= ranks <= set(RANK_ORDER)
    assert all(f.properties["kind"] == "zone_edge" for f in edge_features(atlas))
