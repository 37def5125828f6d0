"""Do the zones fit together: beside each other without overlap, inside their parents, without gaps?

Overlays are made in lon, lat, where borders that two zones share have the very same vertices; the pieces
left over are measured in square metres. A neighbour whose border has other vertices leaves slivers of
hundreds of square metres along a street, and is a fault here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import area_m2
from geo.faults import Dataset, Fault, fault, sound_geometry, text_of
from geo.features import Feature
from geo.zones import OVERLAY_RANKS

SLIVER_M2 = 1.0
TILED_ZONE = "ronghe"
TILE_RANKS = frozenset({"core", "functional", "park"})  # its children of these ranks fill it
COUNTY_PART = "fengxian"  # a part of a district, not a town: it has whole towns inside


def check_coverage(data: Dataset) -> Iterator[Fault]:
    """The functional zones fill 产城融合区 exactly, and the towns lie side by side."""
    zones = data.zones()
    tiles = [
        zone
        for zone in zones.values()
        if text_of(zone, "parent") == TILED_ZONE and text_of(zone, "rank") in TILE_RANKS
    ]
    yield from _coverage(tiles)
    yield from _fills(zones.get(TILED_ZONE), tiles)
    towns = [zone for zone in zones.values() if text_of(zone, "rank") == "town" and zone.id != COUNTY_PART]
    yield from _coverage(towns)
    yield from _nested_or_apart(zones.get(COUNTY_PART), towns)


def check_siblings(data: Dataset) -> Iterator[Fault]:
    """Children of one zone and one division do not overlap.

    Functional zones and administrative ones (towns and what is in them) are two divisions of the same
    land and are not compared; an overlay such as the coastal belt lies over its siblings on purpose.
    """
    zones = data.zones()
    outlined = [zone for zone in zones.values() if sound_geometry(zone) is not None]
    for one, other in combinations(outlined, 2):
        if text_of(one, "parent") != text_of(other, "parent"):
            continue
        if _division(one, zones) != _division(other, zones) or _is_overlay(one) or _is_overlay(other):
            continue
        shared = _common(one, other)
        if shared is not None and (area := area_m2(shared)) >= SLIVER_M2:
            yield fault(
                other,
                "siblings",
                f"overlaps {one.id!r} by {_square(area)} near {_near(shared)}; siblings share only borders",
            )


def check_containment(data: Dataset) -> Iterator[Fault]:
    """A zone lies in its parent."""
    zones = data.zones()
    for zone in zones.values():
        inner, outer = sound_geometry(zone), sound_geometry(zones.get(text_of(zone, "parent") or ""))
        if inner is None or outer is None:
            continue
        outside = shapely.difference(inner, outer)
        area = area_m2(outside)
        if area >= SLIVER_M2:
            parent = text_of(zone, "parent")
            yield fault(
                zone,
                "containment",
                f"{_square(area)} lie outside its parent {parent!r} near {_near(outside)}; use its vertices",
            )


def _coverage(zones: list[Feature]) -> Iterator[Fault]:
    """Faults for borders that are not shared vertex by vertex, and for zones without an outline."""
    polygons = []
    for zone in zones:
        geometry = sound_geometry(zone)
        if geometry is not None and geometry.geom_type in ("Polygon", "MultiPolygon"):
            polygons.append((zone, geometry))
        elif zone.geometry is None:
            yield fault(zone, "coverage", "has no outline, but lies in a coverage without gaps; draw one")
    outlines = [geometry for _, geometry in polygons]
    if len(outlines) < 2 or shapely.coverage_is_valid(outlines):
        return
    for (zone, _), edges in zip(polygons, shapely.coverage_invalid_edges(outlines), strict=True):
        if not edges.is_empty:
            yield fault(
                zone,
                "coverage",
                f"{shapely.get_num_geometries(edges)} border pieces near {_near(edges)} overlap a neighbour "
                "or have other vertices than it; use the very same positions on both sides",
            )


def _fills(whole: Feature | None, tiles: list[Feature]) -> Iterator[Fault]:
    """A fault when the tiles leave gaps in the whole or reach out of it."""
    target = sound_geometry(whole)
    pieces = [geometry for geometry in map(sound_geometry, tiles) if geometry is not None]
    if whole is None or target is None or not pieces:
        return
    filled = shapely.union_all(pieces)
    for rest, words in (
        (shapely.difference(target, filled), "belong to none of its functional zones"),
        (shapely.difference(filled, target), "of its functional zones lie outside"),
    ):
        area = area_m2(rest)
        if area >= SLIVER_M2:
            yield fault(whole, "coverage", f"{_square(area)} {words}, near {_near(rest)}")


def _nested_or_apart(county: Feature | None, towns: list[Feature]) -> Iterator[Fault]:
    """A fault for each town that the border of the county part cuts in two."""
    if sound_geometry(county) is None or county is None:
        return
    for town in towns:
        shared = _common(county, town)
        if shared is None:
            continue
        inside = area_m2(shared)
        outside = area_m2(shapely.difference(sound_geometry(town), sound_geometry(county)))
        cut_off = min(inside, outside)
        if cut_off >= SLIVER_M2:
            message = f"{_square(cut_off)} are cut off by the border of {county.id!r}; share its vertices"
            yield fault(town, "coverage", message)


def _common(one: Feature, other: Feature) -> BaseGeometry | None:
    """What two zones have in common, or None when they do not even touch."""
    first, second = sound_geometry(one), sound_geometry(other)
    if first is None or second is None or not first.intersects(second):
        return None
    return shapely.intersection(first, second)


def _division(zone: Feature, zones: dict[str, Feature]) -> str:
    """ "administrative" for towns and what is in them, the county part by itself, else "functional"."""
    if zone.id == COUNTY_PART:
        return "county"
    seen: set[str] = set()
    step: Feature | None = zone
    while step is not None and step.id not in seen:
        if text_of(step, "rank") == "town":
            return "administrative"
        seen.add(step.id)
        step = zones.get(text_of(step, "parent") or "")
    return "functional"


def _is_overlay(zone: Feature) -> bool:
    return text_of(zone, "rank") in OVERLAY_RANKS


def _near(geometry: BaseGeometry) -> str:
    """A position on the largest piece of what is wrong."""
    parts = shapely.get_parts(geometry)
    largest = parts[int((shapely.area(parts) + shapely.length(parts)).argmax())]
    point = shapely.point_on_surface(largest)
    return f"{point.x:.5f}, {point.y:.5f}"


def _square(area: float) -> str:
    """An area in words: m2 below a hectare, else km2."""
    return f"{area:.0f} m2" if area < 10_000 else f"{area / 1e6:.3f} km2"
