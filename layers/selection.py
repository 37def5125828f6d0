"""Which rows and columns of a layer go into a file? The filters of the tasks, conditions, a box, fields.

Boxes: west, south, east, north in degrees, WGS 84.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shapely.geometry import box

from geo.crs_choice import Bounds
from geo.features import Feature
from layers.area_filter import PlaceIndex, find_centre, parse_radius, parse_shape
from layers.atlas import Atlas
from layers.board import projects_meeting
from layers.errors import ExportError
from layers.place_kinds import kind_of_place
from layers.projects import load_projects
from layers.registry import Layer
from layers.task_index import index_of
from layers.tasks import TaskFilter, check_filter, find_tasks, matching, milestones_meeting
from layers.word_filter import holds_words, spell_texts, spell_words

TASK_COLUMN = {
    "tasks": "task",
    "tasklist": "id",
    "milestones": "task",
    "targets": "task",
    "projects": "id",
}
PLACE_FILTERS = ("zone", "target", "kind", "q", "near", "radius", "shape")  # of a layer of places


@dataclass(frozen=True)
class Selection:
    """What to take of a layer; everything narrows.

    Attributes
    ----------
    tasks
        The filters of the task list. On layers of places those of `PLACE_FILTERS`; on `zones` the counts
        are of the tasks that match.
    where
        Conditions `property=value`, the value as the file writes it; a feature must meet all. A list
        matches when it holds the value; an empty value finds what has none.
    bbox
        West, south, east, north; only what has a place in the box or across its edge.
    fields
        Properties to keep beside `id`; all when empty.
    """

    tasks: TaskFilter = field(default_factory=TaskFilter)
    where: tuple[str, ...] = ()
    bbox: Bounds | None = None
    fields: tuple[str, ...] = ()

    def part_for(self, layer: Layer) -> Selection:
        """What of a selection over all layers counts for one: layers of places take no filter of tasks."""
        if layer.id in TASK_COLUMN or layer.id == "zones":
            return self
        return replace(self, tasks=TaskFilter())

    def describe(self) -> dict[str, str]:
        """The selection as names and values, only those that narrow."""
        said = dict(self.tasks.to_query())
        said |= {"where": ", ".join(self.where)} if self.where else {}
        said |= {"bbox": ",".join(f"{value:g}" for value in self.bbox)} if self.bbox else {}
        return said | ({"fields": ",".join(self.fields)} if self.fields else {})


def parse_bbox(text: str) -> Bounds:
    """Return the box of `west,south,east,north`; raises ExportError."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ExportError(f"bbox {text!r} is not of the form west,south,east,north, in degrees") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # NaN compares false
        raise ExportError(
            f"bbox {text!r} is no box on earth; longitude first, west below east, south below north"
        )
    return west, south, east, north


def parse_condition(text: str) -> tuple[str, str]:
    """The property and the value of a condition `property=value`; raises ExportError."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ExportError(f"condition {text!r} is not of the form property=value")
    return key.strip(), value.strip()


def select_features(
    atlas: Atlas, layer: Layer, wanted: Selection, features: Iterable[Feature] | None = None
) -> list[Feature]:
    """Return the features of a layer that a selection takes, in the layer's order.

    Parameters
    ----------
    features
        Those to take from; the layer's own when left out.

    Raises
    ------
    ExportError
        A condition or field names a property that no feature has, or the layer cannot be filtered so.
    FilterError, UnknownIdError
        A filter has a value that nothing can match.
    """
    conditions = [parse_condition(text) for text in wanted.where]
    features = layer.build(atlas) if features is None else list(features)
    asked = (*(key for key, _ in conditions), *wanted.fields)
    known = {key for feature in features for key in feature.properties} if asked else set()
    for key in asked:
        if key not in known:
            raise ExportError(
                f"layer {layer.id!r} has no property {key!r}; use one of: {', '.join(sorted(known))}"
            )
    if wanted.tasks.to_query():
        features = _filtered(atlas, layer, features, wanted.tasks)
    if conditions:
        features = [f for f in features if meets(f, conditions)]
    if wanted.bbox:
        window = box(*wanted.bbox)
        features = [f for f in features if f.geometry is not None and f.geometry.intersects(window)]
    if wanted.fields:
        features = [cut_fields(f, wanted.fields) for f in features]
    return features


def meets(feature: Feature, conditions: Iterable[tuple[str, str]]) -> bool:
    """True when a feature has the value of every condition; a list holds it, nothing equals ""."""
    return all(value in _written(feature.properties.get(key)) for key, value in conditions)


def _written(value: Any) -> list[str]:
    """A property's values as the file writes them: `true`, `16`, plain text."""
    values = value if isinstance(value, list) else [value]
    plain = [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    return ["" if v == "null" else v for v in plain]


def cut_fields(feature: Feature, fields: Sequence[str]) -> Feature:
    """A feature with its id and some properties only."""
    kept = {key: value for key, value in feature.properties.items() if key == "id" or key in fields}
    return replace(feature, properties=kept)


def _filtered(atlas: Atlas, layer: Layer, features: list[Feature], wanted: TaskFilter) -> list[Feature]:
    if layer.id == "zones":
        return _counted(atlas, features, wanted)
    if layer.id not in TASK_COLUMN:
        return _places(atlas, layer, features, wanted)
    if layer.id == "projects":
        ids = {view.id for view in projects_meeting(load_projects(atlas), wanted)}
        return [f for f in features if f.id in ids]
    found = {item.id: item for item in find_tasks(atlas, wanted)}
    kept = [f for f in features if f.properties[TASK_COLUMN[layer.id]] in found]
    if layer.id != "milestones":
        return kept
    meeting = {
        (key, m.stage, m.due or "", m.what)
        for key, item in found.items()
        for m in milestones_meeting(item.task, wanted)
    }
    return [f for f in kept if tuple(f.properties[k] for k in ("task", "stage", "due", "what")) in meeting]


def _counted(atlas: Atlas, features: list[Feature], wanted: TaskFilter) -> list[Feature]:
    """The zones with the counts of the tasks that match."""
    index = index_of(atlas)
    counts = index.zone_counts(matching(index, wanted))
    names = {
        "tasks_own": "own",
        "tasks_total": "total",
        "tasks_passing": "passing",
        "tasks_by_plan": "by_plan",
    }
    return [
        replace(f, properties={**f.properties, **{key: counts[f.id][name] for key, name in names.items()}})
        for f in features
    ]


def _places(atlas: Atlas, layer: Layer, features: list[Feature], wanted: TaskFilter) -> list[Feature]:
    """Places of a zone and those below it, some places, those of a kind, whose name holds some words, or
    that lie near a place or in a shape.
    """
    usable = [
        name for name in PLACE_FILTERS if name != "zone" or any("zone" in f.properties for f in features)
    ]
    for name in wanted.to_query():
        if name not in usable:
            raise ExportError(
                f"layer {layer.id!r} cannot be filtered by {name!r}; use one of: {', '.join(usable)}, where"
            )
    check_filter(atlas, wanted)
    if zones := wanted.values("zone"):
        family = {z for zone_id in zones for z in (zone_id, *atlas.zones.descendants(zone_id))}
        features = [f for f in features if f.properties.get("zone") in family]
    if targets := wanted.values("target"):
        features = [f for f in features if f.id in targets]
    if kinds := wanted.values("kind"):
        features = [f for f in features if kind_of_place(f) in kinds]
    if wanted.near:
        near = find_centre(atlas, wanted.near)
        ids = set(PlaceIndex(features).within(near, parse_radius(wanted.radius)))
        features = [f for f in features if f.id in ids]
    if wanted.shape:
        ids = set(PlaceIndex(features).inside(parse_shape(wanted.shape)))
        features = [f for f in features if f.id in ids]
    words = spell_words(wanted.q or "")
    return [f for f in features if holds_words(_names(f), words)]


def _names(feature: Feature) -> str:
    own = feature.properties
    return spell_texts(map(str, (own["id"], own["name"], own.get("name_en"), own.get("aliases"))))
