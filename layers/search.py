"""One search over everything that has a name: zones, lines, places and tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.features import Feature
from layers.atlas import Atlas

LIMIT = 20
SEARCHED = ("zones", "transit", "hospitals", "schools", "sites")


def search(atlas: Atlas, words: str, *, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return at most `limit` hits: exact names first, then names that begin so, then the rest, then tasks.

    Case does not count. An empty query finds nothing.
    """
    wanted = words.strip().casefold()
    if not wanted:
        return []
    hits = sorted(_named(atlas, wanted), key=lambda hit: hit[0])
    found = [record for _, record in hits]
    for item in atlas.tasks.values():
        if all(word in f"{item.id} {item.task.text}".casefold() for word in wanted.split()):
            found.append({"type": "task", "id": item.id, "name": item.task.title, "plan": item.task.plan})
    return found[:limit]


def _named(atlas: Atlas, wanted: str) -> Iterator[tuple[tuple[int, int, str], dict[str, Any]]]:
    for order, file in enumerate(SEARCHED):
        for feature in atlas.files[file]:
            best = min((_closeness(name, wanted) for name in _names(feature)), default=9)
            if best < 9:
                yield (best, order, feature.id), _record(file, feature)


def _names(feature: Feature) -> list[str]:
    own = feature.properties
    return [n.casefold() for n in (own.get("name"), own.get("name_en"), *(own.get("aliases") or ())) if n]


def _closeness(name: str, wanted: str) -> int:
    """0 for the name itself, 1 when it begins so, 2 when it holds the words, 9 when not."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if wanted in name else 9


def _record(file: str, feature: Feature) -> dict[str, Any]:
    own = feature.properties
    kind = "zone" if file == "zones" else "place"
    if file == "transit" and own.get("kind") != "stop":
        kind = "line"
    names = {"name": own["name"], "name_en": own.get("name_en")}
    return {"type": kind, "id": feature.id, **names, "kind": own.get("kind")}
