"""GeoJSON (RFC 7946) and text sequences of it (RFC 8142), written feature by feature.

Always WGS 84 longitude/latitude at 6 decimals. A copy in GCJ-02 or BD-09, for maps that are told so, has 7
decimals, its label anchors move along, and members of the collection and of each line of a sequence say it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, BinaryIO

import shapely
from shapely.geometry import mapping

from geo.crs_choice import STORED_DECIMALS, project
from geo.errors import GeoJSONError
from geo.features import Feature, to_geojson
from layers.formats.table import Geometries, Progress, Table

RECORD_SEPARATOR = b"\x1e"  # before every text of a sequence, RFC 8142
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(", ", ": "), allow_nan=False
).encode
_ENCODE_GEOMETRY = json.JSONEncoder(separators=(", ", ": "), allow_nan=False).encode
_POINT_TYPE = 0


def write_collection(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write the canonical file: one feature a line, as `geo.features.dump_features` does."""
    (table,) = tables
    name = _ENCODE(table.layer.id)
    said = "".join(f", {_ENCODE(key)}: {_ENCODE(text)}" for key, text in _offset_members(table).items())
    out.write(f'{{"type": "FeatureCollection", "name": {name}{said}, "features": ['.encode())
    before = b"\n"
    for done, line in enumerate(_lines(table, ""), start=1):
        out.write(before + line)
        before = b",\n"
        progress(done)
    out.write(b"\n\n]}\n" if before == b"\n" else b"\n]}\n")


def write_sequence(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write a GeoJSON text sequence: a record separator, a feature, a line feed, and so on."""
    _write_lines(tables, out, progress, RECORD_SEPARATOR)


def write_json_lines(tables: Sequence[Table], out: BinaryIO, progress: Progress) -> None:
    """Write newline-delimited GeoJSON: one feature a line and nothing else."""
    _write_lines(tables, out, progress, b"")


def _write_lines(tables: Sequence[Table], out: BinaryIO, progress: Progress, before: bytes) -> None:
    (table,) = tables
    said = "".join(f", {_ENCODE(key)}: {_ENCODE(text)}" for key, text in _offset_members(table).items())
    for done, line in enumerate(_lines(table, said), start=1):
        out.write(before + line + b"\n")
        progress(done)


def _offset_members(table: Table) -> dict[str, str]:
    """Members that say that this is no WGS 84; RFC 7946 asks for a prior arrangement in that case."""
    return {"datum": table.crs.name, "warning": table.crs.notes[0]} if table.crs.kind == "offset" else {}


def _lines(table: Table, members: str) -> Iterator[bytes]:
    """Every feature as one line of JSON, sorted by id."""
    features = sorted(table.features, key=lambda feature: feature.id)
    for first, second in pairwise(features):
        if first.id == second.id:
            raise GeoJSONError(second.file, "the id is used twice", feature_id=second.id, line=second.line)
    shapes = {f.id: shape for f, shape in zip(table.features, table.geometry, strict=True)}
    points = _points([shapes[f.id] for f in features])
    labels = _moved_labels(table, features)
    for feature, point in zip(features, points, strict=True):
        properties = feature.properties
        if feature.id in labels:
            properties = {**properties, "label": labels[feature.id]}
        geometry = point or _geometry(feature, shapes[feature.id], table.crs.decimals)
        yield _line(feature, properties, geometry, members)


def _line(feature: Feature, properties: dict[str, Any], geometry: str, members: str) -> bytes:
    try:
        own = _ENCODE(properties)
        text = f'{{"type": "Feature", "id": {_ENCODE(feature.id)}{members}, "properties": {own}, "geometry": '
        return f"{text}{geometry}}}".encode()  # fails on half a surrogate pair, which JSON can smuggle in
    except (TypeError, ValueError) as error:
        problem = f"a property cannot be written as JSON: {error}"
        raise GeoJSONError(feature.file, problem, feature_id=feature.id, line=feature.line) from error


def _points(shapes: list[Any]) -> list[str | None]:
    """The geometry members of the points among some shapes; None for all else."""
    found: list[str | None] = [None] * len(shapes)
    places = [i for i, kind in enumerate(shapely.get_type_id(shapes).tolist()) if kind == _POINT_TYPE]
    positions = shapely.get_coordinates([shapes[i] for i in places]).tolist()
    if len(positions) == len(places):  # an empty point has no position, and is then refused one by one
        for i, (x, y) in zip(places, positions, strict=True):
            found[i] = f'{{"type": "Point", "coordinates": [{x!r}, {y!r}]}}'
    return found


def _geometry(feature: Feature, shape: Any, decimals: int) -> str:
    """The geometry member in canonical form: rings run as RFC 7946 wants, no repeated positions."""
    if shape is None:
        return "null"
    if decimals <= STORED_DECIMALS:
        return _ENCODE_GEOMETRY(to_geojson(Feature(feature.id, {}, shape))["geometry"])
    return _ENCODE_GEOMETRY(mapping(shapely.orient_polygons(shape)))


def _moved_labels(table: Table, features: Sequence[Feature]) -> dict[str, list[float]]:
    """Label anchors in the offset of a copy, by feature id; none where nothing is moved."""
    anchored = [f for f in features if f.properties.get("label")]
    if table.crs.kind != "offset" or not anchored:
        return {}
    anchors: Geometries = shapely.points([f.properties["label"] for f in anchored])
    moved = shapely.get_coordinates(project(anchors, table.crs)).tolist()
    return {f.id: position for f, position in zip(anchored, moved, strict=True)}
