"""Vector tiles, TileJSON and the style over HTTP: cached, compressed, filtered, refused in words."""

import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from answers import Answer
from flask.testing import FlaskClient

TILE = "/tiles/tasks/8/214/104.mvt"
TYPE = "application/vnd.mapbox-vector-tile"


def test_a_tile_is_kept_by_its_reader_and_compressed(client: FlaskClient) -> None:
    answer = client.get(TILE)
    assert (answer.status_code, answer.mimetype) == (200, TYPE)
    again = client.get(TILE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    packed = client.get(TILE, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == answer.data and len(packed.data) < len(answer.data) / 2


def test_a_tile_without_anything_has_no_content(client: FlaskClient) -> None:
    answer = client.get("/tiles/tasks/8/0/0.mvt", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Encoding" not in answer.headers


def test_a_filter_reaches_the_tiles_by_way_of_tile_json(client: FlaskClient) -> None:
    made = client.get("/tiles/tasks.json?plan=2023&lang=en").json
    (address,) = made["tiles"]
    assert address == "http://localhost/tiles/tasks/{z}/{x}/{y}.mvt?plan=2023"
    path = address.removeprefix("http://localhost").format(z=8, x=214, y=104)
    assert 0 < len(client.get(path).data) < len(client.get(TILE).data)


def test_a_style_leads_to_the_tiles_and_narrows_only_what_can_be(client: FlaskClient) -> None:
    made = client.get("/tiles/style.json?lang=en&plan=2023").json
    for name, source in made["sources"].items():
        path = source["url"].removeprefix("http://localhost")
        assert ("plan=2023" in path) == (name in ("tasks", "zones"))
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "address, status, says",
    [
        ("/tiles/zone/8/214/104.mvt", 404, "did you mean 'zones'"),
        ("/tiles/zone.json", 404, "did you mean 'zones'"),
        ("/tiles/zones/17/0/0.mvt", 400, "zoom 0 to 16"),
        ("/tiles/zones/3/8/0.mvt", 400, "x and y go from 0 to 7"),
        ("/tiles/zones/3/x/0.mvt", 400, "x 'x' is not a whole number"),
        ("/tiles/tasks/3/0/0.mvt?plan=1999", 404, "unknown plan id '1999'"),
        ("/tiles/tasks/3/0/0.mvt?crs=4549", 400, "parameter 'crs' is not known"),
        ("/tiles/tasks.json?stage=started", 400, "stage='started' is not known"),
        ("/tiles/style.json?lang=fr", 400, "lang 'fr' is not known; use one of: zh, en"),
        ("/tiles/style.json?fields=name", 400, "parameter 'fields' is not known"),
        ("/tiles/style.json?zone=nowhere", 404, "unknown zone id 'nowhere'"),
        ("/export/project.qgz?service=ftp://a", 400, "neither 'here' nor an address"),
        ("/export/project.csv", 400, "is written as qgz"),
    ],
)
def test_what_cannot_be_had_is_refused_in_words(
    client: FlaskClient, address: str, status: int, says: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status and says in answer.json["error"]


def project_in(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("lingang.qgs").decode()


def test_the_project_of_the_web_is_that_of_the_command(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "project.qgz"
    assert call("export", "project", "-o", path) == Answer(0, "", "")
    answer = client.get("/export/project.qgz")
    assert answer.data == path.read_bytes() and "Link" not in answer.headers
    assert "./lingang-all.gpkg|layername=zones" in project_in(path)
    assert [p.name for p in tmp_path.iterdir()] == ["project.qgz"]


def test_a_project_reads_from_the_service_that_made_it(
    client: FlaskClient, call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "live.qgz"
    assert call("export", "project", "-o", path, "--service", "http://localhost/ogc").code == 0
    assert client.get("/export/project.qgz?service=here").data == path.read_bytes()
    assert "url='http://localhost/ogc'" in project_in(path)
    refused = call("export", "project", "-o", path, "--service", "localhost")
    assert refused.code == 2 and "is no address; expected one such as" in refused.err


def test_the_project_in_a_package_names_the_file_it_is_in(
    call: Callable[..., Answer], tmp_path: Path
) -> None:
    path = tmp_path / "我的 数据&.gpkg"
    assert call("export", "all", "-o", path).code == 0
    with closing(sqlite3.connect(path)) as base:
        (content,) = base.execute("SELECT content FROM qgis_projects").fetchone()
    packed = tmp_path / "inside.qgz"
    packed.write_bytes(bytes.fromhex(content))
    assert "./我的 数据&amp;.gpkg|layername=tasks" in project_in(packed)
