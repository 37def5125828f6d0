"""A small made-up New Area without a fault: all public ids, drawn as tiles and hexagons."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from geo.crs import area_m2
from geo.faults import FILES
from geo.gazetteer_rows import COLUMNS
from geo.zone_contract import RIVERS, TRANSIT_LINES, ZONES

Member = dict[str, Any]
Files = dict[str, dict[str, Member]]  # by file stem, then by id; `names` are rows of the table, by name

# Longitude of each border between two tiles, and how far its kink half way up lies off to the east.
TILE_BORDERS = {
    121.5: 0.0,
    121.7: 0.01,
    121.77: -0.01,
    121.84: 0.01,
    121.91: -0.01,
    121.98: 0.01,
    122.05: 0.0,
}
TOWN_BORDERS = {121.5: 0.0, 121.6: 0.01, 121.7: -0.01, 121.8: 0.01, 121.9: -0.01, 122.0: 0.0}
TILES = ("dishui-core", "yangshan", "frontier-tech", "comprehensive", "emerging", "logistics-park")
TOWNS = ("town-nanhui", "town-nicheng", "town-shuyuan", "town-wanxiang", "town-situan")


def valid_files() -> Files:
    """The whole data set, fresh at every call."""
    outlines = zone_outlines()
    course = shapely.LineString([(121.6, 30.7), (121.8, 30.8), (122.0, 30.7)])
    line = {"kind": "brt", "status": "operating", "status_by_plan": {}, "opened": 2021, "schematic": False}
    school = {"kind": "school", "level": "senior", "zone": "town-nicheng", "status": "operating"}
    hospital = {"kind": "hospital", "level": "tertiary", "zone": None, "status": "planned"}
    place = outlines["town-nicheng"].representative_point()
    stop = {"kind": "stop", "lines": ["t1"], "interchange": False, "accuracy_m": 50}
    members = {
        "zones": [zone_member(zone_id, outline) for zone_id, outline in outlines.items()],
        "transit": [
            *(member(line_id, course, line=line_id, **line) for line_id in TRANSIT_LINES),
            member("stop-t1-xi", shapely.Point(121.6, 30.7), order={"t1": 1}, **stop),
            member("stop-t1-dong", shapely.Point(122.0, 30.7), order={"t1": 2}, **stop),
        ],
        "schools": [member("school", place, status_by_plan={"2023": "开工"}, **school)],
        "hospitals": [member("hospital", place, status_by_plan={}, **hospital)],
        "sites": [
            member("plant", place, kind="plant", zone="town-nicheng", plan_items=["2023-54"]),
            member("lost", None, kind="other", zone=None, plan_items=[], accuracy_m=None),
        ],
        "base": [member(river, course, kind="river") for river in RIVERS],
    }
    files = {stem: {each["id"]: each for each in members[stem]} for stem in FILES}
    return {**files, "names": {name: row(name, target) for name, target in public_aliases()}}


def public_aliases() -> list[tuple[str, str]]:
    """The further names that the public contract fixes, with the zone of each."""
    pairs = ((alias, zone_id, fixed.name) for zone_id, fixed in ZONES.items() for alias in fixed.aliases)
    return [(alias, zone_id) for alias, zone_id, name in pairs if alias != name]


def row(name: str, target: str = "", role: str = "alias", kind: str = "short", context: str = "") -> Member:
    """A row of the table of names."""
    return {"name": name, "target": target, "role": role, "kind": kind, "context": context, "note": ""}


def write(files: Files, folder: Path) -> Path:
    """Write the canonical form by hand, so that the program's own writer is put to the test."""
    (folder / "geojson").mkdir(parents=True, exist_ok=True)
    table = [",".join(COLUMNS), *(",".join(each.values()) for each in files["names"].values())]
    (folder / "gazetteer.csv").write_text("\n".join(table) + "\n", encoding="utf-8", newline="\n")
    for stem in FILES:
        lines = []
        for each in sorted(files[stem].values(), key=lambda each: each["id"]):
            properties = {key: each["properties"][key] for key in sorted(each["properties"])}
            lines.append(json.dumps({**each, "properties": properties}, ensure_ascii=False))
        head = f'{{"type": "FeatureCollection", "name": "{stem}", "features": [\n'
        text = head + ",\n".join(lines) + "\n]}\n"
        (folder / "geojson" / f"{stem}.geojson").write_text(text, encoding="utf-8", newline="\n")
    return folder


def member(feature_id: str, geometry: Any, **properties: Any) -> Member:
    """A feature as JSON has it, with the properties that all have."""
    common = {
        "id": feature_id,
        "name": f"地方 {feature_id}",
        "name_en": feature_id,
        "source": "made up for the test",
        "method": "drawn",
        "accuracy_m": 300,
    }
    return {
        "type": "Feature",
        "id": feature_id,
        "properties": common | properties,
        "geometry": plain(geometry),
    }


def zone_member(zone_id: str, outline: Any) -> Member:
    """A zone with its public parent, rank and names."""
    fixed, anchor = ZONES[zone_id], outline.representative_point()
    return member(
        zone_id,
        outline,
        kind="zone",
        name=fixed.name,
        parent=fixed.parent,
        rank=fixed.rank,
        palette="core",
        area_km2=round(area_m2(outline) / 1e6, 2),
        official_area_km2=None,
        official_area_source=None,
        label=[anchor.x, anchor.y],
        edges_published=False,
    )


def plain(geometry: Any) -> Member | None:
    """A geometry as JSON has it, at six decimals and with the exterior counter-clockwise."""
    if geometry is None:
        return None
    text = json.dumps(mapping(shapely.orient_polygons(geometry)))
    rounded: Member = json.loads(text, parse_float=lambda number: round(float(number), 6))
    return rounded


def zone_outlines() -> dict[str, Any]:
    """An outline for every public zone: tiles side by side, hexagons inside them."""
    outlines = tiles(TILES, TILE_BORDERS, 30.6, 30.9) | tiles(TOWNS, TOWN_BORDERS, 30.95, 31.15)
    outlines["ronghe"] = shapely.union_all([outlines[name] for name in TILES])
    west_of_situan = shapely.Polygon([(121.9, 31.15), (122.0, 31.15), (121.95, 31.2)])
    outlines["fengxian"] = shapely.union_all([outlines["town-situan"], west_of_situan])
    belt = [(121.65, 30.62), (121.9, 30.63), (121.95, 30.65), (121.7, 30.66)]
    outlines["coastal-belt"] = shapely.Polygon(belt)
    outlines["lingang"] = shapely.Polygon([(121.4, 30.55), (122.2, 30.55), (122.1, 31.3), (121.45, 31.2)])
    for parent in ZONES:  # parents stand before their children
        children = [name for name, row in ZONES.items() if row.parent == parent and name not in outlines]
        outlines |= hexagons(outlines[parent], children)
    return outlines


def tiles(names: tuple[str, ...], borders: dict[float, float], south: float, north: float) -> dict[str, Any]:
    """Tiles from west to east; each border has a kink half way up, so that no tile is a mere box."""
    outlines = {}
    middle = (south + north) / 2
    for name, ((west, west_kink), (east, east_kink)) in zip(names, pairwise(borders.items()), strict=True):
        eastern = [(east, south), (east + east_kink, middle), (east, north)]
        western = [(west, north), (west + west_kink, middle), (west, south)]
        outlines[name] = shapely.Polygon(eastern + western)
    return outlines


def hexagons(parent: Any, names: list[str]) -> dict[str, Any]:
    """Children side by side well inside their parent."""
    west, south, east, north = parent.bounds
    lon, lat, reach, height = (
        (west + east) / 2,
        (south + north) / 2,
        (east - west) * 0.22,
        (north - south) * 0.3,
    )
    outlines = {}
    for index, name in enumerate(names):
        step = 2 * reach / len(names)
        middle = lon - reach + step * (index + 0.5)
        angles = [math.radians(60 * corner) for corner in range(6)]
        ring = [(middle + 0.45 * step * math.cos(a), lat + height * math.sin(a)) for a in angles]
        outlines[name] = shape(plain(shapely.Polygon(ring)))
    return outlines
