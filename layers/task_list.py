"""Tasks as a layer: one row for every task, at the first place it names.

The layer `tasks` has a row for every link of a task; who counts tasks or joins a table takes this one.
Coordinates: lon, lat in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapely.geometry import Point

from geo.features import Feature
from layers.atlas import HERE, Atlas, LinkedTask

MarkPoint = Callable[[Feature], tuple[Point | None, str]]


def task_list_features(atlas: Atlas, mark_point: MarkPoint) -> list[Feature]:
    """Return one feature for every task, sorted by id; without geometry where it names no place.

    `places` are the ids of all that it links to, `zones` those of the zones where it happens. The point is
    where the task's mark stands, not where the work is; `placed_at` says which.
    """
    return [_row(atlas, atlas.tasks[key], mark_point) for key in sorted(atlas.tasks)]


def _row(atlas: Atlas, item: LinkedTask, mark_point: MarkPoint) -> Feature:
    task, links = item.task, item.links.links
    first = next((x for x in links if x.relation != "serves"), None)
    point, placed_at = mark_point(atlas.get_feature(first.target)) if first else (None, "none")
    own = list(dict.fromkeys(x.target for x in links if x.relation != "serves"))
    properties: dict[str, Any] = {
        "id": task.id,
        "name": task.title,
        "plan": task.plan,
        "number": task.number,
        "path": " / ".join(task.path),
        "scope": item.scope,
        "summary": task.body,
        "stages": list(dict.fromkeys(m.stage for m in task.milestones)),
        "due": list(dict.fromkeys(m.due for m in task.milestones if m.due)),
        "zones": list(dict.fromkeys(item.zones(*HERE))),
        "places": own,
        "place_names": [atlas.get_feature(place).properties["name"] for place in own],
        "unplaced": list(dict.fromkeys(u[2] for u in item.links.unplaced)),
        "reviewed": bool(item.reviews),
        "source": task.source or "",
        "target": first.target if first else "",
        "placed_at": placed_at,
    }
    return Feature(task.id, properties, point)
