"""The one registry of layers: what can be drawn on the map, served and exported.

A layer is a name and a function that gives its features; the map's legend, `/layers/…`, `/export/…`,
`lingang layers` and `lingang export` all read this list, so a layer added here is everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shapely.geometry import LineString, MultiLineString, Point
from shapely.ops import linemerge

from geo.features import Feature
from layers.atlas import Atlas, LinkedTask
from layers.edges import edge_features
from layers.milestones import milestone_features
from layers.projects import project_features
from layers.targets import target_features
from layers.task_list import task_list_features
from lingang.errors import UnknownIdError


@dataclass(frozen=True)
class Layer:
    """A layer of the registry.

    `build` gives the features, sorted by id, in WGS 84 longitude/latitude. `group` is the legend's heading.
    `geometry` is "polygon", "line", "point" or "mixed".
    """

    id: str
    title: str
    title_en: str
    group: str
    geometry: str
    about: str
    build: Callable[[Atlas], list[Feature]]


def zone_features(atlas: Atlas) -> list[Feature]:
    """Zones with their task counts: `tasks_own`, `tasks_total`, `tasks_passing`, `tasks_by_plan`."""
    counts = atlas.zone_counts()
    return [
        Feature(
            f.id,
            {
                **f.properties,
                "tasks_own": counts[f.id]["own"],
                "tasks_total": counts[f.id]["total"],
                "tasks_passing": counts[f.id]["passing"],
                "tasks_by_plan": counts[f.id]["by_plan"],
            },
            f.geometry,
        )
        for f in atlas.files["zones"]
    ]


def task_features(atlas: Atlas) -> list[Feature]:
    """One point feature for every link of every task, and one without geometry for a task with no link.

    A zone's point is its label anchor, a line's its middle: where to draw the mark, not where the work is;
    `placed_at` says which.
    """
    features = [f for task in atlas.tasks.values() for f in _rows(atlas, task)]
    return sorted(features, key=lambda f: f.id)


def _rows(atlas: Atlas, item: LinkedTask) -> Iterator[Feature]:
    task = item.task
    common = {
        "task": task.id,
        "plan": task.plan,
        "number": task.number,
        "title": task.title,
        "name": task.title,
        "scope": item.scope,
        "path": " / ".join(task.path),
        "summary": task.body,
        "stages": ",".join(dict.fromkeys(m.stage for m in task.milestones)),
        "due": ",".join(dict.fromkeys(m.due for m in task.milestones if m.due)),
        "unplaced": ",".join(dict.fromkeys(u[2] for u in item.links.unplaced)),
        "source": task.source or "",
    }
    if not item.links.links:
        yield Feature(task.id, {**common, "id": task.id, "placed_at": "none"}, None)
    for link in item.links.links:
        target = atlas.get_feature(link.target)
        point, placed_at = mark_point(target)
        row = {
            **common,
            "id": f"{task.id}@{link.target}@{link.relation}",
            "target": link.target,
            "target_name": target.properties["name"],
            "target_kind": link.kind,
            "relation": link.relation,
            "rule": link.rule,
            "confidence": link.confidence,
            "evidence": ",".join(e[2] for e in link.evidence),
            "placed_at": placed_at,
            "accuracy_m": target.properties.get("accuracy_m"),
        }
        yield Feature(row["id"], row, point)


def mark_point(feature: Feature) -> tuple[Point | None, str]:
    """Where a mark for `feature` stands (lon, lat) and what that point is.

    Returns (None, "none") for a feature whose place is not known at all.
    """
    if feature.geometry is None:
        return None, "none"
    if feature.properties.get("label") and feature.properties.get("kind") == "zone":
        return Point(feature.properties["label"]), "label anchor of the zone"
    if isinstance(feature.geometry, Point):
        return feature.geometry, "point of the site"
    if isinstance(feature.geometry, (LineString, MultiLineString)):
        return _middle(feature.geometry), "middle of the line"
    return feature.geometry.representative_point(), "point inside the site"


def _middle(line: LineString | MultiLineString) -> Point:
    """The point half-way along a line; of several parts, along the longest."""
    merged = linemerge(line) if isinstance(line, MultiLineString) else line
    longest = max(merged.geoms, key=lambda part: part.length) if hasattr(merged, "geoms") else merged
    return longest.interpolate(0.5, normalized=True)


def _file(name: str) -> Callable[[Atlas], list[Feature]]:
    return lambda atlas: list(atlas.files[name])


def _transit(*, stops: bool) -> Callable[[Atlas], list[Feature]]:
    """The stops, or all but them: formats of one geometry type take them apart."""
    return lambda atlas: [f for f in atlas.files["transit"] if (f.properties["kind"] == "stop") == stops]


LAYERS: tuple[Layer, ...] = (
    Layer(
        "zones", "片区", "Zones", "areas", "polygon", "一核一带四区、社区、园区、镇，带任务数", zone_features
    ),
    Layer(
        "transit", "交通", "Transit", "transit", "mixed", "轨道、中运量、铁路、公路及站点", _file("transit")
    ),
    Layer(
        "lines", "线路", "Lines", "transit", "line", "交通里的线路：轨道、铁路、公路", _transit(stops=False)
    ),
    Layer("stops", "站点", "Stops", "transit", "point", "交通里的站点", _transit(stops=True)),
    Layer("schools", "学校", "Schools", "places", "point", "规划提到的和已有的学校", _file("schools")),
    Layer("hospitals", "医院", "Hospitals", "places", "point", "规划提到的和已有的医院", _file("hospitals")),
    Layer("sites", "项目地点", "Sites", "places", "mixed", "任务提到的其他地点", _file("sites")),
    Layer("tasks", "任务", "Tasks", "tasks", "point", "每条任务与地点的联系一行", task_features),
    Layer(
        "tasklist",
        "任务清单",
        "Task list",
        "tasks",
        "point",
        "每条任务一行，点在它的第一个地点",
        lambda atlas: task_list_features(atlas, mark_point),
    ),
    Layer("projects", "项目", "Projects", "tasks", "point", "规划说到的每件事，带阶段", project_features),
    Layer(
        "milestones",
        "节点",
        "Milestones",
        "tasks",
        "point",
        "规划承诺的每一步一行，带期限和所属项目",
        lambda atlas: milestone_features(atlas, mark_point),
    ),
    Layer(
        "targets",
        "指标",
        "Targets",
        "tasks",
        "point",
        "规划写的每个数一行，点在任务的第一个地点",
        lambda atlas: target_features(atlas, mark_point),
    ),
    Layer(
        "edges",
        "片区界线",
        "Zone borders",
        "areas",
        "line",
        "制图用：每段界线只画一次，海岸不重复画",
        edge_features,
    ),
    Layer("base", "底图", "Base map", "base", "mixed", "海岸、湖、河、路、地名", _file("base")),
)


def get_layer(layer_id: str) -> Layer:
    """Return a layer, or raise `UnknownIdError` with the nearest id."""
    for layer in LAYERS:
        if layer.id == layer_id:
            return layer
    raise UnknownIdError("layer", layer_id, [layer.id for layer in LAYERS])
