"""An atlas of any size made of the built-in one, and a server of it: what a province or a nation would have.

- Tasks: the built-in ones copied under new ids, with a number in their titles, into PLANS plans; their links
  are copied too, so nothing is geocoded again.
- Zones: every zone without children is cut into squares, each a zone of its own; the links of the copied
  tasks are spread over the squares of their zone.

The same sizes always give the same atlas. Run by itself it serves the map on a free loopback port until it
is ended, with the settings of `lingang serve`.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from zlib import crc32

from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape
from waitress.server import create_server

from geo.features import Feature
from geo.geocoder import Link
from geo.zones import ZoneTree
from layers.atlas import Atlas, LinkedTask, load_atlas
from layers.built_in import Plan
from webmap.app import create_app
from webmap.warm import warm

PLANS = 40
THREADS = 8
SMALLEST_PART = 1e-9  # of a degree squared, about 10 m²: smaller splinters at an edge are left out


def enlarged(atlas: Atlas, *, tasks: int = 0, zones: int = 0, root: Path | None = None) -> Atlas:
    """Return the atlas with at least as many tasks and about as many zones as asked for.

    Parameters
    ----------
    tasks, zones
        Whole numbers of each; what the atlas already has is never taken away.
    root
        A folder of its own for the list of plans, so that the copies count as built-in plans; without it
        the first look at projects reads every copy for mentions.
    """
    files, parts = _with_parts(atlas, zones)
    own = list(atlas.tasks.values())
    count = max(tasks, len(own))
    plans = _plans(atlas, PLANS if count > len(own) else 0)
    added = list(plans)[len(atlas.plans) :]
    copies = dict(atlas.tasks)
    for at in range(count - len(own)):
        item = _copy(own[at % len(own)], at, added[at * len(added) // (count - len(own))], parts)
        copies[item.id] = item
    if root is not None:
        _write_root(atlas, plans, root)
    tree = ZoneTree.from_features(files["zones"])
    return replace(atlas, zones=tree, files=files, plans=plans, tasks=copies, root=root or atlas.root)


def _plans(atlas: Atlas, number: int) -> dict[str, Plan]:
    """The plans of the atlas and copies of them, each of a year of its own where it has one."""
    known, plans = list(atlas.plans.values()), dict(atlas.plans)
    for at in range(number):
        plan = known[at % len(known)]
        title = f"{plan.title}（第 {at + 1} 份）"
        copy = replace(plan, id=f"s{at + 1}", title=title, title_en=f"{plan.title_en} (copy {at + 1})")
        plans[copy.id] = copy
    return plans


def _copy(item: LinkedTask, at: int, plan: str, parts: dict[str, list[str]]) -> LinkedTask:
    """A task under a new id, its zone links moved to one of the parts of their zones."""
    number = f"{at + 1}"
    task = replace(
        item.task, id=f"{plan}-{number}", plan=plan, number=number, title=f"{item.task.title}（{number}）"
    )
    links = tuple(_moved(link, at, parts) for link in item.links.links)
    return replace(item, task=task, links=replace(item.links, links=links))


def _moved(link: Link, at: int, parts: dict[str, list[str]]) -> Link:
    own = parts.get(link.target)
    return replace(link, target=own[crc32(f"{link.target}{at}".encode()) % len(own)]) if own else link


def _with_parts(atlas: Atlas, zones: int) -> tuple[dict[str, list[Feature]], dict[str, list[str]]]:
    """The files with the zones cut into parts, and the ids of the parts of each."""
    files = {name: list(features) for name, features in atlas.files.items()}
    missing = zones - len(files["zones"])
    if missing <= 0:
        return files, {}
    leaves = [f for f in files["zones"] if f.geometry is not None and not atlas.zones.children(f.id)]
    whole = sum(f.geometry.area for f in leaves if f.geometry)
    parts = {leaf.id: list(_cut(leaf, math.sqrt(whole / missing))) for leaf in leaves}
    files["zones"] += [part for own in parts.values() for part in own]
    return files, {zone: [part.id for part in own] for zone, own in parts.items()}


def _cut(zone: Feature, side: float) -> Iterator[Feature]:
    """A zone's squares of a side in degrees; what of them lies in the zone."""
    assert zone.geometry is not None
    west, south, east, north = zone.geometry.bounds
    number = 0
    for row in range(math.ceil((north - south) / side)):
        for column in range(math.ceil((east - west) / side)):
            left, low = west + column * side, south + row * side
            part = zone.geometry.intersection(box(left, low, left + side, low + side))
            if part.area < SMALLEST_PART or not isinstance(part, Polygon | MultiPolygon):
                continue
            number += 1
            yield _part(zone, part, number)


def _part(zone: Feature, part: Polygon | MultiPolygon, number: int) -> Feature:
    assert zone.geometry is not None
    key, point = f"{zone.id}-p{number}", part.representative_point()
    properties = {
        **{k: v for k, v in zone.properties.items() if k not in ("aliases", "chip", "chip_en")},
        "id": key,
        "name": f"{zone.properties['name']}{number}号",
        "name_en": f"{zone.properties['name_en']} {number}",
        "parent": zone.id,
        "rank": "site",
        "label": [round(point.x, 6), round(point.y, 6)],
        "area_km2": round(zone.properties["area_km2"] * part.area / zone.geometry.area, 4),
        "official_area_km2": None,
    }
    rounded = shape(json.loads(json.dumps(mapping(part)), parse_float=lambda x: round(float(x), 6)))
    return Feature(key, properties, rounded)


def _write_root(atlas: Atlas, plans: dict[str, Plan], root: Path) -> None:
    """The files of a data folder that are read after the start: the plans and the register of projects."""
    (root / "plans").mkdir(parents=True)
    for path in (atlas.root / "plans").glob("*"):
        if path.is_file() and path.name != "plans.json":
            shutil.copy(path, root / "plans")
    records = json.dumps([asdict(plan) for plan in plans.values()], ensure_ascii=False)
    (root / "plans" / "plans.json").write_text(records, encoding="utf-8")


def main() -> None:
    """Serve an atlas of a size on a free loopback port."""
    parser = argparse.ArgumentParser(description="Serve the map with many tasks and zones.")
    parser.add_argument("--tasks", type=int, default=0, help="At least so many tasks.")
    parser.add_argument("--zones", type=int, default=0, help="About so many zones.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        atlas = enlarged(load_atlas(), tasks=options.tasks, zones=options.zones, root=Path(folder) / "data")
        app = create_app(atlas=atlas)
        warm(app)  # as `lingang serve` does in the background, but before the first reader comes
        server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
        port = getattr(server, "effective_port", None)
        print(f"{len(atlas.tasks)} tasks, {len(atlas.zones)} zones", file=sys.stderr)
        print(f"map: http://127.0.0.1:{port}/", file=sys.stderr, flush=True)
        server.run()


if __name__ == "__main__":
    main()
