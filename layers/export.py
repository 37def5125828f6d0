"""Layers as files: the same bytes from the command line, the web and Python.

This version writes GeoJSON (RFC 7946), which is always WGS 84 longitude/latitude.
"""

from __future__ import annotations

from collections.abc import Iterable

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
        Conditions `property=value`; a feature must meet all. Lists match when they hold the value.

    Raises
    ------
    UnknownIdError
        No such layer.
    ExportError
        A format, coordinate system or condition that cannot be met.
    """
    layer = get_layer(layer_id)
    if fmt not in FORMATS:
        raise ExportError(f"format {fmt!r} is not known; this version writes: {', '.join(FORMATS)}")
    if crs is not None and crs.upper() not in WGS84_NAMES:
        raise ExportError(
            f"GeoJSON (RFC 7946) is always WGS 84, so it cannot be written in {crs!r}; "
            "leave --crs out and let your GIS reproject the layer"
        )
    features = [f for f in layer.build(atlas) if meets(f, where)]
    return dump_features(features, layer_id)


def meets(feature: Feature, where: Iterable[str]) -> bool:
    """True when a feature meets every condition `property=value`.

    Raises
    ------
    ExportError
        A condition is not of that form.
    """
    for condition in where:
        key, sign, value = condition.partition("=")
        if not sign or not key.strip():
            raise ExportError(f"condition {condition!r} is not of the form property=value")
        found = feature.properties.get(key.strip())
        values = found if isinstance(found, list) else [found]
        if value.strip() not in ["" if v is None else str(v) for v in values]:
            return False
    return True


def map_layer(atlas: Atlas, layer_id: str, *, datum: str = "wgs84") -> bytes:
    """Return a layer for the map, shifted to GCJ-02 when the basemap under it is."""
    features = get_layer(layer_id).build(atlas)
    if datum == "gcj02":
        features = [_shifted(f) for f in features]
    return dump_features(features, layer_id)


def _shifted(feature: Feature) -> Feature:
    """A feature moved to GCJ-02, with its label anchor."""
    properties = dict(feature.properties)
    if "label" in properties:
        from shapely.geometry import Point

        moved = shift_geometry(Point(properties["label"]), "gcj02")
        properties["label"] = [round(moved.x, 6), round(moved.y, 6)]
    geometry = None if feature.geometry is None else shift_geometry(feature.geometry, "gcj02")
    return Feature(feature.id, properties, geometry)
