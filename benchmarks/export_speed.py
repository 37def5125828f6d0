"""How long does an export of many tasks take, beside geopandas and pyogrio writing the same table?

The rows of the layer `tasks` are repeated, with ids of their own and places moved a little, until there are
enough. For every format, in turns, round after round:

- ours: `Export.write` into a file. `whole` is from the features in memory to the last byte: columns, places,
  metadata, style, and what makes the bytes the same every time; `write` is without making the columns.
- peer: the plain way, `GeoDataFrame.to_parquet`, `to_csv` or pyogrio, of a GeoDataFrame. `whole` is with
  making it from the same features, `write` without.

A ratio says ours / peer; below 1 is faster. Where the plain way cannot write the rows as they are it gets
what it can: short column names for Shapefile (zipped, as ours is), no properties for DXF. Times are processor
seconds of this process, so that a busy machine shows little. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import shapely
from figures import Spread, table

from geo.features import Feature
from layers.atlas import Atlas, load_atlas
from layers.export import FORMATS, Export, prepare_export
from layers.formats.short_names import short_names
from layers.registry import get_layer

STEP_DEG = 1e-6
WITHOUT_COLUMNS = ("geojson", "geojsons", "dxf")  # written from the features themselves
PEERS: dict[str, Callable[[Any, Path], None]] = {}


def peer(fmt: str) -> Callable[[Callable[[Any, Path], None]], Callable[[Any, Path], None]]:
    def keep(write: Callable[[Any, Path], None]) -> Callable[[Any, Path], None]:
        PEERS[fmt] = write
        return write

    return keep


@peer("geojson")
def write_geojson(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="GeoJSON", RFC7946="YES", ID_FIELD="id")


@peer("geojsons")
def write_sequence(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="GeoJSONSeq", RS="YES")


@peer("gpkg")
def write_package(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="GPKG")


@peer("shp.zip")
def write_shapefile(frame: Any, path: Path) -> None:
    names = short_names([name for name in frame.columns if name != "geometry"])
    pyogrio.write_dataframe(frame.rename(columns=names), path, driver="ESRI Shapefile", encoding="UTF-8")
    zip_parts(path)


def zip_parts(path: Path) -> None:
    """Put the files of a table into one, as a download must be."""
    parts = sorted(path.parent.glob(f"{path.stem}.*"))
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, part.name)


@peer("fgb")
def write_flatgeobuf(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", SPATIAL_INDEX="NO")


@peer("parquet")
def write_parquet(frame: Any, path: Path) -> None:
    frame.to_parquet(path, compression="zstd", write_covering_bbox=True, schema_version="1.1.0")


@peer("kml")
def write_kml(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame.rename(columns={"id": "feature_id"}), path, driver="LIBKML")


@peer("kmz")
def write_kmz(frame: Any, path: Path) -> None:
    write_kml(frame, path)


@peer("dxf")
def write_dxf(frame: Any, path: Path) -> None:
    placed = frame[~frame.geometry.isna()]
    pyogrio.write_dataframe(placed[["geometry"]].to_crs("EPSG:4549"), path, driver="DXF")


@peer("tab.zip")
def write_mapinfo(frame: Any, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="MapInfo File", encoding="UTF-8")
    zip_parts(path)


@peer("csv")
def write_csv(frame: Any, path: Path) -> None:
    plain = frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y)
    plain.to_csv(path, index=False, encoding="utf-8-sig")


@peer("xlsx")
def write_xlsx(frame: Any, path: Path) -> None:
    plain = frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y)
    pyogrio.write_dataframe(plain, path, driver="XLSX")


def many_tasks(atlas: Atlas, count: int) -> list[Feature]:
    """The rows of the layer again and again, each with an id and a place of its own."""

    def rows() -> Iterator[Feature]:
        own, turn = get_layer("tasks").build(atlas), 0
        while True:
            for row in own:
                name = f"{row.id}-{turn:04d}"
                shape = row.geometry and shapely.Point(row.geometry.x + turn * STEP_DEG, row.geometry.y)
                yield replace(row, id=name, properties={**row.properties, "id": name}, geometry=shape)
            turn += 1

    return [row for row, _ in zip(rows(), range(count), strict=False)]


def frame_of(features: list[Feature]) -> Any:
    """The rows as a GeoDataFrame."""
    shapes = [feature.geometry for feature in features]
    return geopandas.GeoDataFrame([f.properties for f in features], geometry=shapes, crs="EPSG:4326")


def timed(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(atlas: Atlas, features: list[Feature], frame: Any, fmt: str, rounds: int) -> list[Spread]:
    """Seconds of our making the table, our writing, and the peer's writing."""
    making, ours, theirs = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            made: list[Export] = []
            making.append(timed(lambda made=made: made.append(ready(atlas, features, fmt))))  # type: ignore[misc]
            with (Path(folder) / f"ours.{fmt}").open("wb") as stream:
                ours.append(timed(lambda made=made, out=stream: made[0].write(out)))  # type: ignore[misc]
            other = Path(folder) / f"peer.{fmt.removesuffix('.zip')}"
            theirs.append(timed(lambda other=other: PEERS[fmt](frame, other)))  # type: ignore[misc]
    return [Spread.of(making), Spread.of(ours), Spread.of(theirs)]


def ready(atlas: Atlas, features: list[Feature], fmt: str) -> Export:
    """An export with its table made, as the peer's frame is."""
    export = prepare_export(atlas, "tasks", fmt=fmt, features=features)
    _ = export.tables[0].columns if fmt not in WITHOUT_COLUMNS else None, export.tables[0].geometry
    return export


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", nargs="*", choices=list(PEERS), default=list(PEERS))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    atlas = load_atlas()
    features = many_tasks(atlas, options.rows)
    made: list[Any] = []
    framing = timed(lambda: made.append(frame_of(features)))
    rows = []
    for fmt in options.formats:
        making, ours, theirs = (min(x.values) for x in measure(atlas, features, made[0], fmt, options.rounds))
        figures = (making + ours, framing + theirs, ours, theirs)
        ratios = (figures[0] / figures[1], ours / theirs)
        shown = [*(f"{x:.2f}" for x in figures[:2]), f"{ratios[0]:.2f}", *(f"{x:.2f}" for x in figures[2:])]
        rows.append((FORMATS[fmt].title, *shown, f"{ratios[1]:.2f}"))
        print(f"{fmt} done", file=sys.stderr)
    print(f"{options.rows} rows, processor seconds, best of {options.rounds}\n")
    print(table(("format", "whole: ours", "peer", "ratio", "write: ours", "peer", "ratio"), rows))


if __name__ == "__main__":
    main()
