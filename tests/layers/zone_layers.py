"""Zone layers from elsewhere for the tests of their import, and how to read a report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import from_metric, to_metric
from geo.features import read_features
from layers.import_zones_merge import Provenance
from layers.import_zones_report import Report
from lingang.locations import data_dir

ZONES = data_dir() / "geojson" / "zones.geojson"
OURS = {zone.id: zone for zone in read_features(ZONES)}
NEW = {
    "id": "test-yard", "name": "试验园", "name_en": "Test Yard", "parent": "community-105", "rank": "site",
    "source": "自绘", "method": "drawn", "accuracy_m": 50,
}  # fmt: skip
SURE = Provenance("测绘成果", "drawn", 5)

Save = Callable[..., Path]
Row = tuple[dict[str, Any], BaseGeometry | None]


def whole_layer(change: Callable[[BaseGeometry], BaseGeometry]) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """All zones of ours with their shapes changed."""
    return [({"id": zone.id}, change(zone.geometry)) for zone in OURS.values() if zone.geometry is not None]


def rules(report: Report, zone_id: str | None = None) -> set[str]:
    """The rules that are broken, of one zone or of all."""
    return {fault.rule for fault in report.faults if zone_id in (None, fault.feature_id)}


def told(report: Report, rule: str) -> str:
    """What the faults of a rule say."""
    return "\n".join(str(fault) for fault in report.faults if fault.rule == rule)


def moved(shape: BaseGeometry, east_m: float, north_m: float) -> BaseGeometry:
    """A lon, lat shape moved by metres."""
    return from_metric(translate(to_metric(shape), east_m, north_m))


def inside(zone_id: str, share: float = 0.3) -> BaseGeometry:
    """A zone's outline made small around a point deep in it."""
    largest = max(shapely.get_parts(OURS[zone_id].geometry).tolist(), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=1e-4)
    x, y = circle.coords[0]
    radius = circle.length * share
    return Polygon([(x - radius, y - radius), (x + radius, y - radius * 0.8), (x, y + radius)])
