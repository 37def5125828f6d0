"""How long does an export of many tasks take, beside geopandas and pyogrio writing the same table?

The rows of the layer `tasks` are repeated, with ids of their own and places moved a little, until there are
enough. For every format, in turns, round after round:

- ours: `Export.write` into a file. `whole` is from the features in memory to the last byte: columns, places,
  metadata, style, and what makes the bytes the same every time; `write` is without making the columns.
- peer: the plain way, `GeoDataFrame.to_parquet`, `to_csv` or pyogrio, of a GeoDataFrame. `whole` is with
  making it from the same features, `write` without.

A ratio says ours / peer; below 1 is faster. The peer's frame keeps its texts in Arrow's form, so that for
GeoParquet `write` leaves out what ours has still to do: compare `whole` there. Where the plain way cannot
write the rows as they are it gets what it can: short column names for Shapefile (zipped, as ours is), no
properties for DXF. Times are processor seconds of this process, so that a busy machine shows little; `user`
is the ratio of those outside the kernel, for `write`. Nothing is asserted.

With `--memory` every format is written in two processes of its own instead, ours and the peer's; printed is
how far the peak of `whole` rises above what the process held with the features in it, in MiB.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import shapely
from figures import peak_memory_mib, table

from geo.features import Feature
from layers.atlas import Atlas, load_atlas
from layers.export import FORMATS, Export, prepare_export
from layers.formats.short_names import short_names
from layers.registry import get_layer

STEP_DEG = 1e-6
WITHOUT_COLUMNS = ("geojson", "geojsons", "dxf")  # written from the features themselves
HEADER = (
    "format", "whole: ours", "peer", "ratio", "write: ours", "peer", "ratio", "user",
)  # fmt: skip
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
                # At six decimals, as the data is kept.
                shape = row.geometry and shapely.Point(
                    round(row.geometry.x + turn * STEP_DEG, 6), row.geometry.y
                )
                yield replace(row, id=name, properties={**row.properties, "id": name}, geometry=shape)
            turn += 1

    return [row for row, _ in zip(rows(), range(count), strict=False)]


def frame_of(features: list[Feature]) -> Any:
    """The rows as a GeoDataFrame."""
    shapes = [feature.geometry for feature in features]
    return geopandas.GeoDataFrame([f.properties for f in features], geometry=shapes, crs="EPSG:4326")


@dataclass(frozen=True)
class Cost:
    """What a piece of work took: processor seconds, and those of them outside the kernel."""

    whole_s: float = 0.0
    user_s: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.whole_s + other.whole_s, self.user_s + other.user_s)

    @classmethod
    def least(cls, costs: Iterable[Cost]) -> Cost:
        """The shortest of some runs."""
        return min(costs, key=lambda cost: cost.whole_s)


def spent(work: Callable[[], None]) -> Cost:
    """What some work costs."""
    gc.collect()
    start = os.times()
    work()
    end = os.times()
    user = end.user - start.user
    return Cost(user + end.system - start.system, user)


def _one_round(atlas: Atlas, features: list[Feature], fmt: str) -> list[Cost]:
    """Our making the table and writing it, then the peer's making the frame and writing it."""
    made: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        ours, other = Path(folder) / f"ours.{fmt}", Path(folder) / f"peer.{fmt.removesuffix('.zip')}"
        return [
            spent(lambda: made.append(ready(atlas, features, fmt))),
            spent(lambda: write_ours(made.pop(), ours)),
            spent(lambda: made.append(frame_of(features))),
            spent(lambda: PEERS[fmt](made.pop(), other)),
        ]


def measure(atlas: Atlas, features: list[Feature], fmt: str, rounds: int) -> list[Cost]:
    """The least of our making the table and writing it, and of the peer's making the frame and writing it."""
    found: list[list[Cost]] = [[], [], [], []]
    for _ in range(rounds):
        for costs, cost in zip(found, _one_round(atlas, features, fmt), strict=True):
            costs.append(cost)
    return [Cost.least(costs) for costs in found]


def write_ours(export: Export, path: Path) -> None:
    with path.open("wb") as stream:
        export.write(stream)


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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--formats", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.memory:
        rows = [
            (FORMATS[fmt].title, *(f"{x:.0f}" for x in memory(fmt, options.rows))) for fmt in options.formats
        ]
        print(table(("peak memory, MiB", "ours", "peer"), rows))
        return
    atlas = load_atlas()
    features = many_tasks(atlas, options.rows)
    rows = []
    for fmt in options.formats:
        making, writing, framing, peers = measure(atlas, features, fmt, options.rounds)
        rows.append((FORMATS[fmt].title, *compared(making + writing, framing + peers, writing, peers)))
        print(f"{fmt} done", file=sys.stderr)
    print(f"{options.rows} rows, processor seconds, best of {options.rounds}\n")
    print(table(HEADER, rows))


def memory(fmt: str, rows: int) -> list[float]:
    """How far ours and the peer's way raise the peak of memory, each in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        return list(pool.map(risen_mib, (fmt, fmt), (rows, rows), (True, False)))


def risen_mib(fmt: str, rows: int, ours: bool) -> float:
    """The rise of this process's peak of memory by one export."""
    warnings.simplefilter("ignore")
    atlas = load_atlas()
    features = many_tasks(atlas, rows)
    before = peak_memory_mib()
    with tempfile.TemporaryDirectory() as folder:
        if ours:
            write_ours(ready(atlas, features, fmt), Path(folder) / "ours")
        else:
            PEERS[fmt](frame_of(features), Path(folder) / f"peer.{fmt.removesuffix('.zip')}")
    return peak_memory_mib() - before


def compared(whole: Cost, peers_whole: Cost, write: Cost, peers_write: Cost) -> list[str]:
    """The cells of a row, in the order of `HEADER`."""
    cells = []
    for ours, other in ((whole, peers_whole), (write, peers_write)):
        ratio = ours.whole_s / other.whole_s
        cells += [f"{ours.whole_s:.2f}", f"{other.whole_s:.2f}", f"{ratio:.2f}"]
    return [*cells, f"{write.user_s / peers_write.user_s:.2f}"]


if __name__ == "__main__":
    main()
