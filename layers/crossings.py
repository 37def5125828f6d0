"""Which zones does a line pass through?

A task about a line is not a task *in* the zones along it; a reader who clicks such a zone still wants to
hear of it. These links carry the relation `serves` and the rule `crosses`, and they come from geometry,
not from the text. Lengths are metres in EPSG:4549.
"""

from __future__ import annotations

from geo.crs import length_m
from geo.features import Feature
from geo.zones import ZoneTree

CROSSING_MIN_M = 250.0  # shorter stretches may only come from the accuracy of two drawn edges
SURE_ENOUGH_M = 1000.0  # a line drawn worse than this is schematic: it proves no crossing


def zones_crossed(line: Feature, zones: ZoneTree) -> list[str]:
    """Return the ids of the most specific zones that `line` runs through, in the order of the zone file.

    A parent is left out where its children account for nine tenths of its stretch. Lines without a
    geometry, marked `schematic`, or drawn worse than `SURE_ENOUGH_M` cross nothing.
    """
    if line.geometry is None or line.properties.get("schematic"):
        return []
    if float(line.properties.get("accuracy_m") or 0) > SURE_ENOUGH_M:
        return []
    stretches = _stretches(line, zones)
    return [zone_id for zone_id in stretches if not _told_by_children(zone_id, stretches, zones)]


def _stretches(line: Feature, zones: ZoneTree) -> dict[str, float]:
    """Metres of `line` inside each zone it touches for long enough; the root holds all and tells nothing."""
    found: dict[str, float] = {}
    for zone in zones:
        if zone.parent is not None and zone.geometry is not None and zone.geometry.intersects(line.geometry):
            metres = length_m(zone.geometry.intersection(line.geometry))
            if metres >= CROSSING_MIN_M:
                found[zone.id] = metres
    return found


def _told_by_children(zone_id: str, stretches: dict[str, float], zones: ZoneTree) -> bool:
    """True when the zone's descendants cover nine tenths of its stretch, so it adds nothing."""
    covered = sum(stretches.get(child, 0.0) for child in zones.children(zone_id))
    return covered >= 0.9 * stretches[zone_id]
