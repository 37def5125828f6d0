"""Exported files read back by other programs: GDAL through pyogrio, geopandas, pandas."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas
import pandas
import pyogrio
import shapely

GDAL_FORMATS = ("geojson", "geojsons", "geojsonl", "gpkg", "fgb", "kml", "kmz")


def read_back(path: Path, fmt: str) -> geopandas.GeoDataFrame:
    """The rows of an exported file, in the order of the file, under the column names that it has."""
    if fmt in GDAL_FORMATS:
        rows = pyogrio.read_dataframe(path, layer=0)
        return (
            rows.rename(columns={"id": "kml_id", "feature_id": "id", "Name": "name"})
            if fmt.startswith("km")
            else rows
        )
    if fmt in ("shp.zip", "tab.zip"):
        return read_parts(path, fmt.removesuffix(".zip"))
    if fmt == "parquet":
        return geopandas.read_parquet(path)
    rows = pandas.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    if fmt == "xlsx":
        raise AssertionError("a workbook has no geometry: see read_sheet")
    return with_places(rows)


def read_parts(path: Path, ending: str) -> geopandas.GeoDataFrame:
    """All tables of a zipped package, one after the other."""
    folder = path.with_name(f"{path.name}-parts")  # read out of an archive a TAB file takes seconds
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    parts = [pyogrio.read_dataframe(file) for file in sorted(folder.glob(f"*.{ending}"))]
    return geopandas.GeoDataFrame(pandas.concat(parts, ignore_index=True), crs=getattr(parts[0], "crs", None))


def read_sheet(path: Path) -> geopandas.GeoDataFrame:
    """The first sheet of a workbook."""
    rows = pyogrio.read_dataframe(path, layer=0)
    return with_places(rows.astype(object).where(rows.notna(), ""))


def with_places(rows: pandas.DataFrame) -> geopandas.GeoDataFrame:
    """Rows with the geometry of their coordinate columns; the last column names the system."""
    *_, before, last, system = list(rows.columns)
    assert system == "crs"
    code = rows["crs"].iloc[0]
    if last.startswith("wkt_"):
        shapes = shapely.from_wkt([text or None for text in rows[last]])
    else:
        pairs = zip(rows[before], rows[last], strict=True)
        shapes = [None if x == "" else shapely.Point(float(x), float(y)) for x, y in pairs]
    return geopandas.GeoDataFrame(rows, geometry=list(shapes), crs=code if code.startswith("EPSG") else None)
