"""A zone layer from elsewhere: what is hostile, broken or in the wrong place."""

import json
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from shapely.geometry import MultiPolygon
from zone_layers import NEW, OURS, ZONES, inside, moved, rules, told, whole_layer

from geo.features import Feature
from layers import import_zones_files
from layers.atlas import Atlas
from layers.import_zones import import_zones
from lingang.errors import PlanningMapError

# ---- hostile and broken files -----------------------------------------------------------------------------


def refused(path: Path, atlas: Atlas, says: str) -> None:
    with pytest.raises(PlanningMapError, match=says) as caught:
        import_zones(path, atlas)
    assert path.name in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../out.geojson", "/etc/out.geojson", "a/../../out.geojson", "C:\\out.geojson", "..\\out.geojson"],
)
def test_a_path_that_leads_out_of_an_archive_is_refused(atlas, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("zones.geojson", ZONES.read_bytes())
        archive.writestr(zipfile.ZipInfo(name), b"{}")
    refused(tmp_path / "z.zip", atlas, "leads out of the archive")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["z.zip"]


def test_links_passwords_and_bombs_in_archives_are_refused(atlas, tmp_path, monkeypatch):
    link = zipfile.ZipInfo("zones.geojson")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(tmp_path / "link.zip", atlas, "a link or a device")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(1001):
            archive.writestr(str(number), b"")
    refused(tmp_path / "many.zip", atlas, "holds 1001 files; allowed are 1000")
    monkeypatch.setattr(import_zones_files, "MAX_UNPACKED_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zones.geojson", b" " * 1_100_000)
    refused(tmp_path / "bomb.zip", atlas, "unpacks to more than 1 MB")
    content = bytearray((tmp_path / "bomb.zip").read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the flag of a password, in both headers
        start = content.index(mark) + at
        content[start : start + 2] = struct.pack("<H", 1)
    (tmp_path / "locked.zip").write_bytes(content)
    refused(tmp_path / "locked.zip", atlas, "encrypted")


def test_an_archive_that_lies_about_its_size_is_stopped(atlas, tmp_path, monkeypatch):
    monkeypatch.setattr(import_zones_files, "MAX_UNPACKED_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zones.geojson", b" " * 5_000_000)
    content = bytearray((tmp_path / "z.zip").read_bytes())
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = content.index(mark) + at
        content[start : start + 4] = struct.pack("<I", 10)
    (tmp_path / "z.zip").write_bytes(content)
    refused(tmp_path / "z.zip", atlas, "cannot be unpacked|unpacks to more")


def test_two_gigabytes_are_refused_at_once(atlas, tmp_path):
    path = tmp_path / "big.gpkg"
    path.write_bytes(b"")
    os.truncate(path, 2_000_000_000)
    refused(path, atlas, "has 2,000 MB; allowed are 100 MB")


VRT = (
    '<OGRVRTDataSource><!-- <kml --><OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)
KML = '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("a.txt", b"{}", "the ending '.txt' is not known; allowed are geojson"),
        ("a.vrt", VRT.format(ZONES).encode(), "not known"),
        ("a.kml", VRT.format(ZONES).encode(), "is no kml file"),
        ("a.kml", KML.format('<!DOCTYPE k [<!ENTITY a "b">]>').encode(), "is no kml file|DOCTYPE"),
        ("b.kml", KML.format("").replace("<Document/>", "<!DOCTYPE k>").encode(), "DOCTYPE"),
        ("a.kml", KML.format("").encode("utf-16"), "is no kml file|UTF-8"),
        (
            "a.geojson",
            f'{{"a": "{VRT.format(ZONES)}"}}'.replace('name="x"', "").encode(),
            "is no geojson file",
        ),
        ("a.geojson", b"", "is empty"),
        ("a.geojson", b"PK\3\4 no json", "is no geojson file"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no zone|cannot be read"),
        ("a.gpkg", b"SQLite format 3\0" + b"x" * 2000, "cannot be read"),
        ("a.gpkg", ZONES.read_bytes(), "is no gpkg file"),
        ("a.fgb", b"fgb\3fgb\0" + b"\xff" * 200, "cannot be read"),
        ("a.shp", b"\0\0\x27\x0a" + b"\0" * 200, "cannot be read|holds no zone"),
        ("a.parquet", b"PAR1" + b"\0" * 40 + b"PAR1", "cannot be read"),
        ("a.dxf", b"  0\nSECTION\n  2\nENTITIES\n", "cannot be read|holds no zone"),
        (
            "a.tab",
            b'!table\n!version 300\nDefinition Table\n File "/etc/passwd"\n Type "RASTER"\n',
            "is no tab file",
        ),
        ("a.zip", b"PK\5\6" + b"\0" * 18, "no layer in the archive"),
        ("a.xlsx", b"PK\3\4" + b"x" * 50, "is no xlsx file"),
        ("a.csv", "id,名称\na,b\n".encode(), "has no column of shapes"),
        ("a.csv", b"id,wkt,crs\na,POINT EMPTY,EPSG:4326\nb,POINT EMPTY,EPSG:4549\n", "names several systems"),
        ("a.csv", b"id,wkt,crs\na,POINT (121 31),EPSG:99999\n", "unknown CRS 'EPSG:99999'"),
        ("a.csv", b"\xff\xfe\0\0", "is no csv file|neither"),
        ("a.csv", b"id,wkt\nshengang,POINT (121.9 30.9)\n", "names no coordinate system"),
    ],
)
def test_what_is_no_layer_is_refused_in_one_line(atlas, tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PlanningMapError, match=says) as caught:
        import_zones(path, atlas)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "nowhere") not in str(caught.value)


def test_a_folder_a_pipe_and_nothing_are_refused(atlas, tmp_path):
    (tmp_path / "d.gpkg").mkdir()
    os.mkfifo(tmp_path / "p.gpkg")
    refused(tmp_path / "d.gpkg", atlas, "is no file")
    refused(tmp_path / "p.gpkg", atlas, "is no file")
    refused(tmp_path / "n.gpkg", atlas, "No such file")


@pytest.mark.parametrize(
    "text", ["POLYGON ((121.9 30.9, 121.91 30.9, 121.91 30.91))", "POLYGON ((1 2", "hello"]
)
def test_well_known_text_that_is_none_is_a_fault_of_its_row(atlas, tmp_path, text):
    path = tmp_path / "z.csv"
    path.write_text(f'id,wkt,crs\nshengang,"{text}",EPSG:4326\n')
    report = import_zones(path, atlas)
    assert "row 1: its well-known text cannot be read" in told(report, "geometry")
    assert report.content == ZONES.read_bytes()


def test_positions_that_are_none_are_told(atlas, tmp_path):
    path = tmp_path / "z.csv"
    far = "POLYGON ((0 0, 1e300 0, 1e300 1e300, 0 0))"
    path.write_text(f'id;wkt;crs\nshengang;"{far}";EPSG:4549\n', encoding="gb18030")
    report = import_zones(path, atlas)
    assert rules(report) == {"crs"} and report.content is None


def test_a_shape_outside_the_area_among_others_is_told_and_ours_kept(atlas, save):
    rows = whole_layer(lambda shape: shape)
    rows[0] = (rows[0][0], moved(rows[0][1], 0, 60_000))
    report = import_zones(save(*rows), atlas)
    assert "outside lon" in told(report, "geometry")
    assert report.content == ZONES.read_bytes()


def test_a_report_of_other_faults_has_another_digest(atlas, save):
    one = import_zones(save(({}, inside("shengang"))), atlas)
    again = import_zones(save(({}, inside("shengang"))), atlas)
    other = import_zones(save(({"name": "x"}, inside("shengang"))), atlas)
    assert one.digest == again.digest != other.digest


def test_a_report_is_plain_json(atlas, save):
    record = import_zones(save((NEW, MultiPolygon([inside("community-105")]))), atlas).to_json()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["clean"], record["zones"][0]["zone_id"]) == (True, "test-yard")


def test_a_zone_that_we_have_without_an_outline_gets_one(data_copy, save):
    from layers.atlas import load_atlas

    path = data_copy / "geojson" / "zones.geojson"
    bare = {**OURS, "west-island": Feature("west-island", OURS["west-island"].properties, None)}
    from geo.features import dump_features

    path.write_bytes(dump_features(bare.values(), "zones"))
    report = import_zones(save(({"id": "west-island"}, OURS["west-island"].geometry)), load_atlas(data_copy))
    assert [*report.faults] == []
    assert report.content == ZONES.read_bytes()
