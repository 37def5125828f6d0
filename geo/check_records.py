"""Are the words of the features in order: ids, provenance, references, public ids?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from geo.faults import Dataset, Fault, fault, number_of, text_of, texts_of
from geo.features import Feature
from geo.zone_contract import PALETTES, RIVERS, TRANSIT_LINES, ZONES

METHODS = ("drawn", "derived", "recalled")
SHARE_ALIKE_SOURCE = "openstreetmap"
SHARE_ALIKE_LICENCE = "ODbL-1.0"  # OpenStreetMap's; whatever is traced over it keeps it
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_ids(data: Dataset) -> Iterator[Fault]:
    """Ids are kebab-case, repeated in the properties, and carried by one feature of all files."""
    for feature in data.all():
        if not _KEBAB.fullmatch(feature.id):
            yield fault(feature, "ids", "the id is not lower-case kebab-case such as 'dishui-core'")
        inner = feature.properties.get("id")
        if inner != feature.id:
            yield fault(feature, "ids", f"properties.id is {inner!r}; repeat the feature's id")
        first = data.by_id[feature.id]
        if first is not feature:
            yield fault(feature, "ids", f"the id is used in {first.file} too; ids are unique across files")


def check_provenance(data: Dataset) -> Iterator[Fault]:
    """Every feature says where it came from, by which method, how accurate it is, under which licence."""
    for feature in data.all():
        source = text_of(feature, "source")
        if source is None and "source" in feature.properties:
            yield fault(feature, "provenance", "'source' is empty; name what it was drawn from")
        method = feature.properties.get("method")
        if method not in METHODS and "method" in feature.properties:
            yield fault(feature, "provenance", f"method is {method!r}; expected one of {', '.join(METHODS)}")
        accuracy = number_of(feature, "accuracy_m")
        if feature.geometry is not None and (accuracy is None or accuracy <= 0):
            given = feature.properties.get("accuracy_m")
            yield fault(feature, "provenance", f"accuracy_m is {given!r}; expected metres above 0")
        licence = feature.properties.get("licence")
        if SHARE_ALIKE_SOURCE in (source or "").casefold() and licence != SHARE_ALIKE_LICENCE:
            yield fault(
                feature,
                "provenance",
                f"licence is {licence!r}, but the source names OpenStreetMap; write {SHARE_ALIKE_LICENCE}",
            )
        if number_of(feature, "official_area_km2") is not None and not text_of(
            feature, "official_area_source"
        ):
            yield fault(feature, "provenance", "official_area_km2 has no official_area_source; name it")


def check_references(data: Dataset) -> Iterator[Fault]:
    """Every id that a feature names is carried by a feature of the right sort."""
    zones, lines = set(data.zones()), set(data.lines())
    for feature in data.of("zones"):
        yield from _missing(feature, "parent", feature.properties.get("parent"), zones, "zone")
        palette = feature.properties.get("palette")
        if isinstance(palette, str) and palette not in PALETTES:
            words = ", ".join(sorted(PALETTES))
            yield fault(feature, "references", f"palette is {palette!r}; expected one of {words}")
    yield from _circles(data.zones())
    for feature in data.of("sites", "schools", "hospitals"):
        yield from _missing(feature, "zone", feature.properties.get("zone"), zones, "zone")
    for feature in data.all():
        if "replaced_by" in feature.properties:
            new = feature.properties["replaced_by"]
            yield from _missing(feature, "replaced_by", new, set(data.by_id), "feature")
    yield from _stop_references(data, lines)


def check_contract(data: Dataset) -> Iterator[Fault]:
    """The public ids are there, and zones have the parent, rank and names that `ZONES` fixes."""
    zones = data.zones()
    for zone_id, row in ZONES.items():
        zone = zones.get(zone_id)
        if zone is None:
            yield Fault(_file(data, "zones"), zone_id, "contract", "the zone is missing; its id is public")
            continue
        for key, wanted in (("parent", row.parent), ("rank", row.rank), ("name", row.name)):
            given = zone.properties.get(key)
            if given != wanted:
                yield fault(zone, "contract", f"{key} is {given!r}; the public contract says {wanted!r}")
        answers = {row.name, *(named.name for named in data.rows if named.target == zone_id)}
        lost = [alias for alias in row.aliases if alias not in answers]
        if lost:
            problem = f"the gazetteer lacks {'、'.join(lost)}; the public contract has them"
            yield fault(zone, "contract", problem)
    for stem, wanted_ids, carried in (
        ("transit", TRANSIT_LINES, set(data.lines())),
        ("base", RIVERS, {feature.id for feature in data.of("base")}),
    ):
        for wanted_id in wanted_ids:
            if wanted_id not in carried:
                yield Fault(_file(data, stem), wanted_id, "contract", "the line is missing; its id is public")


def _file(data: Dataset, stem: str) -> str:
    """How messages name a file that may hold no feature at all."""
    return next((feature.file for feature in data.of(stem)), f"data/geojson/{stem}.geojson")


def _missing(feature: Feature, key: str, wanted: object, known: set[str], kind: str) -> Iterator[Fault]:
    """A fault when `wanted` is text that names nothing known; null is allowed, other types are for schema."""
    if isinstance(wanted, str) and wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield fault(feature, "references", f"{key} {wanted!r} is no {kind} of the data{hint}")


def _circles(zones: dict[str, Feature]) -> Iterator[Fault]:
    """Zones that are their own ancestors."""
    for zone in zones.values():
        seen: list[str] = []
        step: str | None = zone.id
        while step in zones and step not in seen:
            seen.append(step)
            step = text_of(zones[step], "parent")
        if step == zone.id:
            yield fault(zone, "references", f"its parents lead in a circle ({' > '.join((*seen, step))})")


def _stop_references(data: Dataset, lines: set[str]) -> Iterator[Fault]:
    """Stops name lines that exist, have an order on each, and no two share a place on one line."""
    places: dict[tuple[str, int], Feature] = {}
    for stop in data.of("transit"):
        if text_of(stop, "kind") != "stop":
            continue
        served = texts_of(stop, "lines")
        for line in served:
            yield from _missing(stop, "line", line, lines, "line")
        order = stop.properties.get("order")
        if not isinstance(order, dict):
            continue
        if set(order) != set(served):
            yield fault(stop, "references", "'order' and 'lines' name different lines; give each line one")
        for line, place in order.items():
            if isinstance(place, int):
                other = places.setdefault((line, place), stop)
                if other is not stop:
                    yield fault(
                        stop, "references", f"has order {place} on {line!r}, as {other.id!r} has; number anew"
                    )
