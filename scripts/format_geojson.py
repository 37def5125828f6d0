#!/usr/bin/env python3
"""Writes feature files in canonical form, and takes edited outlines over from any file a GIS saves.

    .venv/bin/python scripts/format_geojson.py data/geojson/zones.geojson
    .venv/bin/python scripts/format_geojson.py --outlines edited.gpkg data/geojson/zones.geojson

With `--outlines`, features keep their properties and get the geometry that the edited file holds for their
id; ids it does not hold keep theirs. A GIS writes lists and objects among the properties as text, so the
edited file's own properties are not read, but for `id`. `area_km2` of a zone follows its new outline.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geo.crs import area_m2
from geo.features import Feature, dump_features, read_features
from lingang.errors import PlanningMapError, UnknownIdError
from lingang.files import write_atomic


def main(arguments: list[str] | None = None) -> int:
    """Format the files named. Exit 0 done, 2 wrong usage or input, with one line that says what and where."""
    parser = argparse.ArgumentParser(description="Write feature files in canonical form.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="data/geojson/*.geojson")
    parser.add_argument("--outlines", type=Path, metavar="EDITED", help="take geometries from it, by id")
    options = parser.parse_args(arguments)
    if options.outlines and len(options.files) > 1:
        parser.error("--outlines goes with one FILE")
    try:
        for path in options.files:
            edited = read_outlines(options.outlines) if options.outlines else {}
            print(f"{path}: {format_file(path, edited)}")
    except (PlanningMapError, OSError) as error:
        print(f"format_geojson: {error}", file=sys.stderr)
        return 2
    return 0


def format_file(path: Path, edited: dict[str, BaseGeometry | None]) -> str:
    """Write a feature file anew with the edited geometries and say whether its bytes changed.

    Raises
    ------
    GeoJSONError
        The file cannot be read, or a geometry cannot be written.
    UnknownIdError
        The edited file has an id that the feature file lacks.
    """
    features = {feature.id: feature for feature in read_features(path)}
    for feature_id, geometry in edited.items():
        if feature_id not in features:
            raise UnknownIdError("feature", feature_id, features)
        features[feature_id] = with_outline(features[feature_id], geometry)
    content = dump_features(features.values(), path.stem)
    if content == path.read_bytes():
        return "unchanged"
    write_atomic(path, content)
    return "written"


def with_outline(feature: Feature, geometry: BaseGeometry | None) -> Feature:
    """The feature with another geometry and, for a zone, the area that goes with it (km², 2 decimals)."""
    properties = dict(feature.properties)
    if geometry is not None and "area_km2" in properties:
        properties["area_km2"] = round(area_m2(geometry) / 1e6, 2)
    return replace(feature, properties=properties, geometry=geometry)


def read_outlines(path: Path) -> dict[str, BaseGeometry | None]:
    """Geometries by `id`, in WGS 84, of any file that GDAL reads.

    Raises
    ------
    OSError
        The file cannot be read, has no column `id`, no coordinate system, or an id twice.
    """
    import geopandas
    from pyogrio.errors import DataSourceError

    try:
        table = geopandas.read_file(path)
    except DataSourceError as error:
        raise OSError(f"{path}: cannot be read: {error}") from error
    if "id" not in table.columns or table.crs is None:
        raise OSError(f"{path}: needs a column 'id' and a coordinate system; save the layer with both")
    if table["id"].duplicated().any():
        twice = table["id"][table["id"].duplicated()].iloc[0]
        raise OSError(f"{path}: the id {twice!r} is used twice; merge its parts into one feature")
    return dict(zip(table["id"], map(single, table.to_crs("EPSG:4326").geometry), strict=True))


def single(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """The one part of a geometry of one part: many formats make everything a collection of parts."""
    parts = list(getattr(geometry, "geoms", []))
    return parts[0] if len(parts) == 1 else geometry


if __name__ == "__main__":
    sys.exit(main())
