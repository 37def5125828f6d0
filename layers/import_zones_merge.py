"""Rows of an imported file laid over our zones: which are new, which changed, and what cannot be taken.

Shapes in: lon, lat in EPSG:4326, as read. Out: features in our canonical form, positions at 6 decimals
(0.11 m). Areas: km² on the ellipsoid. Distances: metres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from geo.crs import area_m2, geodesic_m, to_metric
from geo.errors import GeoJSONError
from geo.faults import EXTENT_DEG, Fault, in_extent
from geo.features import Feature, to_geojson
from layers.import_zones_fields import Row, is_cut
from layers.import_zones_parts import join_parts
from layers.import_zones_read import RawLayer, RawZone

LABEL_DECIMALS = 4
LABEL_TOLERANCE_M = 20.0
DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Provenance:
    """What the user says of all new and changed outlines; None leaves it to the file and to our zone."""

    source: str | None = None
    method: str | None = None
    accuracy_m: float | None = None

    def given(self) -> dict[str, Any]:
        """The properties that are said."""
        said = {"source": self.source, "method": self.method, "accuracy_m": self.accuracy_m}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class ZoneChange:
    """What a file does to one zone.

    Attributes
    ----------
    kind
        "added", "outline" (perhaps properties too), "properties" or "unchanged".
    before_km2, after_km2
        The area of our outline and of theirs; None without an outline.
    moved_m
        Between the middles of both outlines; `border_m` is the farthest any part of a border moved.
    properties
        Name, value before and after of those that differ; of a new zone none.
    """

    zone_id: str
    name: str
    kind: str
    before_km2: float | None = None
    after_km2: float | None = None
    moved_m: float | None = None
    border_m: float | None = None
    properties: tuple[tuple[str, Any, Any], ...] = ()


@dataclass
class Merged:
    """All zones as they would be (`features`), the changes in the order of the file, faults and notes."""

    features: list[Feature]
    changes: list[ZoneChange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def merge(
    raw: RawLayer,
    rows: Sequence[Row],
    placed: Sequence[BaseGeometry | None],
    ours: Mapping[str, Feature],
    said: Provenance,
) -> Merged:
    """Lay rows over our zones. Zones that the file lacks stay as they are; what cannot be taken is a fault.

    Parameters
    ----------
    placed
        The shape of each row as lon, lat.
    ours
        Our zones by id, in the order of their file.
    """
    merged, shapes = Merged([]), list(placed)
    if raw.kind == "dxf":
        rows, shapes = join_parts(rows, shapes, ours, merged.notes)
    features = dict(ours)
    seen: dict[str, int] = {}
    for row, read in zip(rows, shapes, strict=True):
        if row.zone_id is None:
            merged.faults.append(_nameless(raw, row))
        elif row.zone_id in seen:
            numbers = f"{seen[row.zone_id]} and {row.raw.number}"
            problem = f"rows {numbers} have this id; merge the parts into one feature"
            merged.faults.append(Fault(raw.shown_as, row.zone_id, DUPLICATE, problem))
        else:
            seen[row.zone_id] = row.raw.number
            feature, change = _merge_row(raw, row, read, ours, said, merged)
            features[feature.id] = feature
            merged.changes.append(change)
    if named := [row.zone_id for row in rows if row.by_name and row.zone_id]:
        merged.notes.append(
            f"{len(named)} rows have no id; their zone is known by its name: {', '.join(named[:5])}"
        )
    if stale := [x.zone_id for x in merged.changes if x.kind == "outline" and _keeps_source(x)]:
        merged.notes.append(
            f"outlines changed, their source stays as it was: {', '.join(stale)}; see --source"
        )
    merged.features = list(features.values())
    return merged


def _keeps_source(change: ZoneChange) -> bool:
    return all(name != "source" for name, _, _ in change.properties)


def _merge_row(
    raw: RawLayer,
    row: Row,
    read: BaseGeometry | None,
    ours: Mapping[str, Feature],
    said: Provenance,
    out: Merged,
) -> tuple[Feature, ZoneChange]:
    """The zone as the row makes it, and what changed."""
    zone_id = str(row.zone_id)
    old = ours.get(zone_id)

    def refuse(problem: str, rule: str = "geometry") -> None:
        out.faults.append(Fault(raw.shown_as, zone_id, rule, f"row {row.raw.number}: {problem}"))

    for problem in row.problems:
        refuse(problem, "schema")
    outline, problem = _outline(row.raw, read, zone_id)
    if problem:
        refuse(problem + ("; our outline is kept" if old else ""))
    elif outline is None and old is None:
        refuse("a new zone without a shape; draw it")
    elif outline is None and old is not None and old.geometry is not None:
        out.notes.append(f"{zone_id}: the row has no shape; our outline is kept")
    if old is None:
        return _new_zone(raw, row, outline, ours, said)
    is_moved = outline is not None and not _is_same(outline, old.geometry)
    properties = _with_given(old.properties, row.given, said.given() if is_moved else {})
    if is_moved:
        _follow_outline(properties, outline, zone_id, out.notes)
    geometry = outline if is_moved else old.geometry
    change = _change_of(old, geometry, properties, is_moved)
    if change.kind == "unchanged":
        return old, change
    return Feature(zone_id, properties, geometry, raw.shown_as), change


def _outline(raw: RawZone, read: BaseGeometry | None, zone_id: str) -> tuple[BaseGeometry | None, str]:
    """The shape in canonical form, or what is wrong with it."""
    if raw.problem or read is None:
        return None, raw.problem
    if read.is_empty:
        return None, ""
    parts = [part for part in shapely.get_parts(read).tolist() if not part.is_empty]
    if any(part.geom_type != "Polygon" for part in parts):
        kinds = ", ".join(sorted({part.geom_type for part in parts}))
        return None, f"the shape is a {read.geom_type} ({kinds}); a zone is a Polygon or MultiPolygon"
    if not np.isfinite(shapely.get_coordinates(read)).all():
        return None, "a position has no longitude and latitude in this system; is the system right?"
    try:
        whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
        canonical = to_geojson(Feature(zone_id, {}, whole))["geometry"]
    except GeoJSONError as error:
        return None, error.problem
    outline = shape(canonical)
    if not outline.is_valid:
        return None, f"not valid: {explain_validity(outline)}; redraw it there"
    if not in_extent(outline):
        west, south, east, north = EXTENT_DEG
        bounds = ", ".join(f"{value:.4f}" for value in outline.bounds)
        return (
            None,
            f"reaches ({bounds}), outside lon {west}..{east}, lat {south}..{north}; clip or correct it",
        )
    return outline, ""


def _is_same(outline: BaseGeometry, ours: BaseGeometry | None) -> bool:
    """The same positions, wherever rings and parts begin."""
    if ours is None:
        return False
    parts = shapely.get_parts(ours)
    single = parts[0] if len(parts) == 1 else ours
    return bool(shapely.equals_exact(shapely.normalize(outline), shapely.normalize(single)))


def _new_zone(
    raw: RawLayer, row: Row, outline: BaseGeometry | None, ours: Mapping[str, Feature], said: Provenance
) -> tuple[Feature, ZoneChange]:
    """A zone that we do not have; what it must say and does not is left to the check of the schema."""
    zone_id = str(row.zone_id)
    parent = ours.get(str(row.given.get("parent")))
    properties: dict[str, Any] = {
        "id": zone_id, "kind": "zone", "parent": None, "official_area_km2": None,
        "official_area_source": None, "edges_published": False, "area_km2": None, "label": None,
    }  # fmt: skip
    if parent is not None and parent.properties.get("palette"):
        properties["palette"] = parent.properties["palette"]
    properties |= {**row.given, **said.given()}
    if outline is not None:
        _follow_outline(properties, outline, zone_id, [])
    feature = Feature(zone_id, properties, outline, raw.shown_as)
    name = str(properties.get("name", zone_id))
    return feature, ZoneChange(zone_id, name, "added", after_km2=properties["area_km2"])


def _with_given(ours: Mapping[str, Any], given: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Our properties with those given laid over; a Chinese text that changes takes its old English along."""
    properties = dict(ours)
    for name, value in {**given, **said}.items():
        if is_cut(value, ours.get(name)):
            continue
        if name in ("source", "note", "official_area_source", "edge_notes") and value != ours.get(name):
            english = f"{name}_en"
            if given.get(english) in (None, ours.get(english)) or is_cut(
                given.get(english), ours.get(english)
            ):
                properties.pop(english, None)
        elif name.endswith("_en") and name not in properties and value == ours.get(name):
            continue  # dropped with its Chinese just now
        properties[name] = value
    return properties


def _follow_outline(
    properties: dict[str, Any], outline: BaseGeometry | None, zone_id: str, notes: list[str]
) -> None:
    """The area of the outline, and a label inside it."""
    if outline is None:
        return
    properties["area_km2"] = round(area_m2(outline) / 1e6, 2)
    label = properties.get("label")
    if label and outline.covers(shapely.Point(label)):
        return
    properties["label"] = _label(outline)
    if label:
        notes.append(f"{zone_id}: the label lay outside the new outline and was moved into it")


def _label(outline: BaseGeometry) -> list[float]:
    """A place for the name, far from every border; rounded where that keeps it inside."""
    largest = max(shapely.get_parts(outline).tolist(), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=LABEL_TOLERANCE_M / 111_320)
    lon, lat = circle.coords[0]
    rounded = [round(lon, LABEL_DECIMALS), round(lat, LABEL_DECIMALS)]
    return rounded if largest.covers(shapely.Point(rounded)) else [round(lon, 6), round(lat, 6)]


def _change_of(
    old: Feature, geometry: BaseGeometry | None, properties: dict[str, Any], is_moved: bool
) -> ZoneChange:
    computed = ("area_km2", "label")
    names = sorted({*properties, *old.properties})
    differing = tuple(
        (name, old.properties.get(name), properties.get(name))
        for name in names
        if old.properties.get(name) != properties.get(name) and not (is_moved and name in computed)
    )
    kind = "outline" if is_moved else "properties" if differing else "unchanged"
    name = str(properties.get("name", old.id))
    before, after = (_km2(shape) for shape in (old.geometry, geometry))
    moved_m, border_m = _distances(old.geometry, geometry) if is_moved else (None, None)
    return ZoneChange(old.id, name, kind, before, after, moved_m, border_m, differing)


def _km2(outline: BaseGeometry | None) -> float | None:
    return None if outline is None else round(area_m2(outline) / 1e6, 3)


def _distances(ours: BaseGeometry | None, theirs: BaseGeometry | None) -> tuple[float | None, float | None]:
    """Between the middles, and the farthest between the borders."""
    if ours is None or theirs is None:
        return None, None
    middles = [(shape.centroid.x, shape.centroid.y) for shape in (ours, theirs)]
    borders = shapely.hausdorff_distance(to_metric(ours).boundary, to_metric(theirs).boundary)
    return round(geodesic_m(*middles), 1), round(float(borders), 1)


def _nameless(raw: RawLayer, row: Row) -> Fault:
    name = row.given.get("name")
    known = f", and its name {name!r} is not that of one zone" if name else " and no name that is known"
    problem = (
        f"row {row.raw.number} has no id{known}; give it one, or name the column with --field id=COLUMN "
        "(the row is left out)"
    )
    return Fault(raw.shown_as, "", "id", problem)
