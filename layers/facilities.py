"""What stands in a zone, and what a plan comes to: the figures beside the lists."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shapely.geometry import Point

from geo.features import Feature
from layers.atlas import SCOPES, Atlas
from layers.stored import StoredPlan

SHOWN_WITHIN_M = 3000.0  # a place known worse than this is listed, not drawn ("位置未定")


def in_zone(atlas: Atlas, zone_id: str) -> dict[str, list[dict[str, Any]]]:
    """Schools, hospitals, stops and sites of a zone and its children, by kind.

    A place belongs by its stated zone; where none is stated, by its point, if that is known well enough.
    """
    family = {zone_id, *atlas.zones.descendants(zone_id)}
    outline = atlas.zones.get(zone_id).geometry
    kinds = {"schools": "schools", "hospitals": "hospitals", "stops": "transit", "sites": "sites"}
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, name in kinds.items():
        features = [f for f in atlas.files[name] if kind != "stops" or f.properties.get("kind") == "stop"]
        found[kind] = [place_record(f) for f in features if _stands_in(f, family, outline)]
    return found


def _stands_in(feature: Feature, family: set[str], outline: Any) -> bool:
    if feature.properties.get("zone") in family:
        return True
    placed = isinstance(feature.geometry, Point) and is_drawn(feature)
    return placed and outline is not None and bool(outline.covers(feature.geometry))


def is_drawn(feature: Feature) -> bool:
    """True when a place is known well enough to be drawn as a point."""
    accuracy = feature.properties.get("accuracy_m")
    return feature.geometry is not None and (accuracy is None or float(accuracy) <= SHOWN_WITHIN_M)


def place_record(feature: Feature) -> dict[str, Any]:
    """A place in a list: its name, kind, level, status and how well its position is known."""
    keys = ("name", "name_en", "kind", "level", "status", "zone", "accuracy_m")
    return {"id": feature.id, **{k: feature.properties.get(k) for k in keys}, "drawn": is_drawn(feature)}


def plan_summary(atlas: Atlas, plan_id: str) -> dict[str, Any]:
    """A plan with its coverage: tasks, how many have which scope, and its unplaced names, commonest first.

    `official` counts the tasks whose official text is at hand; `document` is the file that it stands in.
    """
    plan = atlas.get_plan(plan_id)
    items = [t for t in atlas.tasks.values() if t.task.plan == plan_id]
    scopes = Counter(t.scope for t in items)
    unplaced = Counter(name for t in items for _, _, name in t.links.unplaced)
    return {
        "id": plan.id,
        "title": plan.title,
        "title_en": plan.title_en,
        "year": plan.year,
        "until": plan.until,
        "publisher": plan.publisher,
        "published": plan.published,
        "note": plan.note,
        "tasks": len(items),
        "scopes": {scope: scopes[scope] for scope in SCOPES},
        "links": sum(len(t.links.links) for t in items),
        "unplaced": [[name, count] for name, count in unplaced.most_common()],
        "official": sum(t.official is not None for t in items),
        "document": document_record(atlas.documents[plan_id]) if plan_id in atlas.documents else None,
    }


def document_record(stored: StoredPlan) -> dict[str, Any]:
    """The document of a plan: what it is called, its digest, and how much of it was read and used."""
    return {
        "name": stored.name,
        "sha256": stored.sha256,
        "size": stored.size,
        "format": stored.format,
        "characters": stored.characters,
        "characters_used": stored.characters_used,
        "characters_left_out": stored.characters_left_out,
        "items": len(stored.tasks),
        "faults": len(stored.faults),
    }
