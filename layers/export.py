"""Layers as files: the same bytes from the command line, the web and Python.

This version writes GeoJSON (RFC 7946), which is always WGS 84 longitude/latitude.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from shapely.geometry import Point

from geo.features import Feature, dump_features
from geo.gcj02 import shift_geometry
from layers.atlas import Atlas
from layers.errors import ExportError
from layers.registry import get_layer

FORMATS = {"geojson": "application/geo+json"}
WGS84_NAMES = ("EPSG:4326", "OGC:CRS84", "CRS84", "4326", "WGS84")


def export_layer(
    atlas: Atlas, layer_id: str, *, fmt: str = "geojson", crs: str | None = None, where: Iterable[str] = ()
) -> bytes:
    """Return a layer as the bytes of a file.

    Parameters
    ----------
    fmt
        A key of `FORMATS`.
    crs
        None or a name of WGS 84: RFC 7946 knows no other coordinate system.
    where
        Conditions `property=value`, the value as the file writes it; a feature must meet all. A list
        matches when it holds the value; an empty value finds what has none.

    Raises
    ------
    UnknownIdError
        No such layer.
    ExportError
        A format, coordinate system or condition that cannot be met, or a property that no feature has.
    """
    layer = get_layer(layer_id)
    conditions = [parse_condition(text) for text in where]
    if fmt not in FORMATS:
        raise ExportError(f"format {fmt!r} is not known; this version writes: {', '.join(FORMATS)}")
    if crs is not None and crs.upper() not in WGS84_NAMES:
        raise ExportError(
            f"GeoJSON (RFC 7946) is always WGS 84, so it cannot be written in {crs!r}; "
            "leave --crs out and let your GIS reproject the layer"
        )
    features = layer.build(atlas)
    known = {key for feature in features for key in feature.properties}
    for key, _ in conditions:
        if key not in known:
            raise ExportError(
                f"layer {layer_id!r} has no property {key!r}; use one of: {', '.join(sorted(known))}"
            )
    return dump_features([f for f in features if meets(f, conditions)], layer_id)


def parse_condition(text: str) -> tuple[str, str]:
    """The property and the value of a condition `property=value`; raises ExportError."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ExportError(f"condition {text!r} is not of the form property=value")
    return key.strip(), value.strip()


def meets(feature: Feature, conditions: Iterable[tuple[str, str]]) -> bool:
    """True when a feature has the value of every condition; a list holds it, nothing equals ""."""
    return all(value in _written(feature.properties.get(key)) for key, value in conditions)


def _written(value: Any) -> list[str]:
    """A property's values as the file writes them: `true`, `16`, plain text."""
    values = value if isinstance(value, list) else [value]
    plain = [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    return ["" if v == "null" else v for v in plain]


def map_layer(atlas: Atlas, layer_id: str, *, datum: str = "wgs84") -> bytes:
    """Return a layer for the map, shifted to GCJ-02 when the basemap under it is."""
    features = get_layer(layer_id).build(atlas)
    if datum == "gcj02":
        features = [_shifted(f) for f in features]
    return dump_features(features, layer_id)


def _shifted(feature: Feature) -> Feature:
    """A feature moved to GCJ-02, with its label anchor."""
    properties = dict(feature.properties)
    if properties.get("label"):
        moved = shift_geometry(Point(properties["label"]), "gcj02")
        properties["label"] = [round(moved.x, 6), round(moved.y, 6)]
    geometry = None if feature.geometry is None else shift_geometry(feature.geometry, "gcj02")
    return Feature(feature.id, properties, geometry)
