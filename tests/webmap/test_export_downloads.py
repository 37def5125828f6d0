"""Downloads and `lingang export`: the same bytes from both, named, described, and refused in words."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from answers import Answer
from flask.testing import FlaskClient

from layers.export import FORMATS
from webmap import files

RECORDS = """SELECT table_name, metadata FROM gpkg_metadata
JOIN gpkg_metadata_reference ON gpkg_metadata.id = md_file_id"""
each_format = pytest.mark.parametrize("fmt", FORMATS)


@each_format
def test_a_download_is_the_file_that_the_command_writes(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path, fmt: str
) -> None:
    path = tmp_path / f"stops.{fmt}"
    assert call("export", "stops", "-o", path).code == 0
    answer = client.get(f"/export/stops.{fmt}")
    assert (answer.status_code, answer.mimetype) == (200, FORMATS[fmt].mimetype)
    assert answer.data == path.read_bytes()
    assert "lingang-stops" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].endswith(f'.{fmt}"')


def test_filters_and_system_mean_the_same_to_both(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "x.gpkg"
    options = ["--crs", "4549", "--zone", "dishui-core", "--plan", "2023", "--bbox", "121.8,30.8,122,31"]
    call("export", "tasks", "-o", path, *options, "--fields", "name,target")
    query = "crs=4549&zone=dishui-core&plan=2023&bbox=121.8,30.8,122,31&fields=name,target"
    assert client.get(f"/export/tasks.gpkg?{query}").data == path.read_bytes()


def test_all_layers_come_in_one_geopackage(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "lingang-all.gpkg"  # the project inside names its file
    assert call("export", "all", "-o", path) == Answer(0, "", "")
    answer = client.get("/export/all.gpkg")
    assert answer.data == path.read_bytes()
    assert 'filename="lingang-all.gpkg"' in answer.headers["Content-Disposition"]


def test_all_layers_can_be_narrowed_by_the_filters_of_tasks(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "lingang-all.gpkg"
    assert call("export", "all", "-o", path, "--plan", "2023", "--zone", "dishui-core") == Answer(0, "", "")
    whole = client.get("/export/all.gpkg?plan=2023&zone=dishui-core")
    assert whole.data == path.read_bytes()
    with closing(sqlite3.connect(path)) as base:
        for layer in ("tasks", "tasklist", "milestones", "targets", "projects"):
            alone = client.get(f"/export/{layer}.geojson?plan=2023&zone=dishui-core").json["features"]
            ids = {row[0] for row in base.execute(f"SELECT id FROM {layer}")}
            assert ids == {feature["id"] for feature in alone}, layer
            assert 0 < len(ids) < len(client.get(f"/layers/{layer}.geojson").json["features"]), layer
        for layer in ("zones", "stops"):
            ids = {row[0] for row in base.execute(f"SELECT id FROM {layer}")}
            assert ids == {f["id"] for f in client.get(f"/layers/{layer}.geojson").json["features"]}
        records = dict(base.execute(RECORDS))
    assert "filter: plan=2023" in records["tasks"] or "filter: zone=dishui-core" in records["tasks"]
    assert "filter: none" in records["stops"] and "this layer is whole" in records["stops"]


def test_a_file_without_room_for_metadata_has_it_beside(call: Callable[..., Answer], tmp_path: Path) -> None:
    call("export", "zones", "-o", tmp_path / "zones.csv", "--crs", "EPSG:4490", "--where", "rank=community")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["zones.csv", "zones.csv.xml"]
    text = (tmp_path / "zones.csv.xml").read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    for said in (
        "EPSG:4490",
        "where=rank=community",
        "drawn by hand",
        "不是测绘成果",
        "CC-BY-4.0",
        "临港 片区",
    ):
        assert said in text
    call("export", "zones", "-o", tmp_path / "zones.gpkg")
    assert not (tmp_path / "zones.gpkg.xml").exists()


def test_a_download_leads_to_its_metadata(client: FlaskClient) -> None:
    answer = client.get("/export/zones.csv?crs=4549")
    (address,) = re.findall("<(.*)>", answer.headers["Link"])
    record = client.get(address)
    assert record.mimetype == "application/xml"
    assert "EPSG:4549" in record.text
    assert "published for" in answer.headers["Export-Notes"]


def test_what_a_format_does_not_hold_is_said_by_both(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    said = call("export", "sites", "-o", tmp_path / "sites.shp.zip").err
    assert "rows have no place: empty shapes" in said
    assert "rows have no place" in client.get("/export/sites.shp.zip").headers["Export-Notes"]
    assert "Export-Notes" not in client.get("/export/sites.gpkg").headers


def test_a_copy_for_web_maps_is_labelled_wherever_it_goes(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    refused = call("export", "zones", "-o", tmp_path / "zones.geojson", "--crs", "GCJ-02")
    assert (
        refused.code == 2
        and "must say so in its name, for example lingang-zones-GCJ-02.geojson" in refused.err
    )
    assert list(tmp_path.iterdir()) == []
    done = call("export", "zones", "-o", tmp_path / "zones-gcj02.geojson", "--crs", "GCJ-02")
    assert done.code == 0 and "do not pass it on as WGS 84" in done.err
    answer = client.get("/export/zones.geojson?crs=GCJ-02")
    assert 'filename="lingang-zones-GCJ-02.geojson"' in answer.headers["Content-Disposition"]
    assert "do not pass it on as WGS 84" in answer.headers["Export-Notes"]
    assert answer.data == (tmp_path / "zones-gcj02.geojson").read_bytes()


@pytest.mark.parametrize(
    "address, says",
    [
        ("/export/zones.shp", "did you mean 'shp.zip'"),
        ("/export/zones.gpkg?crs=EPSG:27700", "does not hold the data"),
        ("/export/zones.gpkg?crs=mars", "unknown CRS 'mars'"),
        ("/export/zones.kml?crs=4549", "always WGS 84"),
        ("/export/zones.gpkg?bbox=1,2,3", "not of the form west,south,east,north"),
        ("/export/zones.gpkg?bbox=122,31,121,30", "longitude first, west below east"),
        ("/export/zones.gpkg?bbox=nan,0,1,1", "no box on earth"),
        ("/export/zones.gpkg?fields=nmae", "no property 'nmae'"),
        ("/export/zones.gpkg?stage=started", "stage='started' is not known"),
        ("/export/zones.gpkg?zoom=3", "parameter 'zoom' is not known; use one of: crs, where, bbox"),
        ("/export/schools.csv?plan=2023", "cannot be filtered by 'plan'"),
        ("/export/all.csv", "'csv' holds one layer; all layers in one file can be had as: gpkg"),
        ("/export/all.gpkg?where=plan=2023", "use where and fields on one layer at a time"),
        ("/export/all.gpkg?stage=started", "stage='started' is not known"),
    ],
)
def test_a_wish_that_cannot_be_met_is_400_and_says_what_can(
    client: FlaskClient, address: str, says: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert says in answer.json["error"]


@pytest.mark.parametrize("address", ["/export/zone.gpkg", "/export/tasks.csv?zone=comunity-105"])
def test_an_id_that_is_not_there_is_404_with_the_nearest(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404 and answer.json["nearest"]


@pytest.mark.parametrize(
    "options, says",
    [
        (["-o", "x.shp"], "a shp is several files, write .shp.zip"),
        (["-o", "x.gpkg", "--crs", "EPSG:27700"], "does not hold the data"),
        (["-o", "x.kml", "--crs", "GCJ-02"], "always WGS 84"),
        (["-o", "x.gpkg", "--format", "csv"], "the ending says 'gpkg', --format says 'csv'"),
        (["-o", "-", "--format", "tiff"], "format 'tiff' is not known"),
        (["-o", "x.csv", "--bbox", "a,b,c,d"], "not of the form west,south,east,north"),
        (["-o", "x.csv", "--due", "soon"], "due='soon'"),
    ],
)
def test_a_command_that_cannot_be_met_is_2_and_leaves_nothing(
    call: Callable[..., Answer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("export", "zones", *options)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_leaves_the_old_file(
    call: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layers.formats.vector_files.copy_file", fail)
    path = tmp_path / "zones.fgb"
    path.write_text("older")
    answer = call("export", "zones", "-o", path)
    assert (answer.code, path.read_text()) == (2, "older")
    assert "No space left on device" in answer.err
    assert [p.name for p in tmp_path.iterdir()] == ["zones.fgb"]


def test_any_format_can_go_to_standard_output(call: Callable[..., Answer]) -> None:
    assert call("export", "stops", "-o", "-", "--format", "csv").out.startswith("\ufeffid,name,")


def test_a_large_download_goes_through_a_file_and_is_the_same(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = client.get("/export/tasks.kml")
    monkeypatch.setattr(files, "KEPT_BYTES", 1000)
    large = client.get("/export/tasks.kml")
    assert large.data == small.data
    assert large.headers["ETag"] == small.headers["ETag"]
    again = client.get("/export/tasks.kml", headers={"If-None-Match": large.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head("/export/tasks.kml")
    assert (head.data, head.content_length) == (b"", len(small.data))


def test_a_shapefile_is_downloaded_whole(client: FlaskClient) -> None:
    archive = zipfile.ZipFile(io.BytesIO(client.get("/export/zones.shp.zip?crs=4549").data))
    assert archive.testzip() is None
    endings = {Path(name).suffix for name in archive.namelist()}
    assert {".shp", ".shx", ".dbf", ".prj", ".cpg", ".txt", ".xml"} <= endings
