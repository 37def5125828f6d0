"""Layers over HTTP: the same bytes as the command line writes, compressed, and asked again only once."""

import gzip
import json
import zlib
from typing import Any

import brotli
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from shapely.geometry import LineString

from geo.crs import length_m
from layers.registry import LAYERS
from webmap.cli import cli

LAYER_IDS = [layer.id for layer in LAYERS]
each_layer = pytest.mark.parametrize("layer_id", LAYER_IDS)
FILES = ("/layers/zones.geojson", "/export/zones.geojson", "/map.js")
ENCODINGS = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@each_layer
def test_the_map_and_the_download_are_geojson(client: FlaskClient, layer_id: str) -> None:
    for address in (f"/layers/{layer_id}.geojson", f"/export/{layer_id}.geojson"):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
        assert answer.json["type"] == "FeatureCollection"
        assert answer.headers["ETag"]


@each_layer
def test_a_download_is_the_bytes_that_the_command_writes(client: FlaskClient, layer_id: str) -> None:
    written = CliRunner().invoke(cli, ["export", layer_id, "-o", "-"])
    assert written.exit_code == 0
    assert client.get(f"/export/{layer_id}.geojson").data == written.stdout_bytes


def test_a_filtered_download_is_the_bytes_that_the_command_writes(client: FlaskClient) -> None:
    options = ["--where", "plan=2023", "--where", "scope=lines", "--crs", "EPSG:4326"]
    written = CliRunner().invoke(cli, ["export", "tasks", "-o", "-", *options])
    answer = client.get("/export/tasks.geojson?where=plan%3D2023&where=scope%3Dlines&crs=EPSG:4326")
    assert answer.data == written.stdout_bytes
    assert {f["properties"]["scope"] for f in answer.json["features"]} == {"lines"}


def test_a_download_is_saved_under_the_layers_name(client: FlaskClient) -> None:
    answer = client.get("/export/schools.geojson")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lingang-schools.geojson"'
    assert "Content-Disposition" not in client.get("/layers/schools.geojson").headers


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("address", FILES)
def test_compressed_or_not_the_content_is_the_same(client: FlaskClient, address: str, encoding: str) -> None:
    plain = client.get(address).data
    answer = client.get(address, headers={"Accept-Encoding": encoding})
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert ENCODINGS[encoding](answer.data) == plain
    if encoding != "identity":
        assert len(answer.data) < len(plain) / 2


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("address", FILES)
def test_what_the_reader_has_is_not_sent_again(client: FlaskClient, address: str, encoding: str) -> None:
    accept = {"Accept-Encoding": encoding}
    first = client.get(address, headers=accept)
    again = client.get(address, headers={**accept, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(address, headers={**accept, "If-None-Match": '"something else"'})
    assert other.status_code == 200
    assert _without_time(other.data) == _without_time(first.data)


def _without_time(data: bytes) -> bytes:
    """Data without the time that a gzip header holds (RFC 1952: bytes 4 to 7)."""
    return data[:4] + data[8:] if data.startswith(b"\x1f\x8b") else data


def test_layers_with_other_content_have_other_etags(client: FlaskClient) -> None:
    addresses = [f"/layers/{x}.geojson{q}" for x in LAYER_IDS for q in ("", "?datum=gcj02")]
    etags = [client.get(address).headers["ETag"] for address in addresses]
    assert len(set(etags)) == len(addresses)


@pytest.mark.parametrize("address", ["/", "/api/tasks", "/zones/lingang", "/static/css/map.css"])
def test_pages_and_answers_are_compressed_too(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
    unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress}[packed.headers["Content-Encoding"]]
    assert unpack(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_head_gives_the_headers_without_the_content(client: FlaskClient) -> None:
    head, whole = client.head("/layers/zones.geojson"), client.get("/layers/zones.geojson")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("layer_id", ["zones", "schools", "tasks"])
def test_a_gcj_02_map_gets_every_mark_shifted(client: FlaskClient, layer_id: str) -> None:
    plain = client.get(f"/layers/{layer_id}.geojson").json["features"]
    moved = client.get(f"/layers/{layer_id}.geojson?datum=gcj02").json["features"]
    for before, after in zip(plain, moved, strict=True):
        for start, end in zip(anchors(before), anchors(after), strict=True):
            assert 300 < length_m(LineString([start, end])) < 700, before["id"]


def anchors(feature: dict[str, Any]) -> list[list[float]]:
    """The label anchor and the point of a feature, as far as it has them."""
    found = [feature["properties"]["label"]] if feature["properties"].get("label") else []
    geometry = feature["geometry"]
    return [*found, geometry["coordinates"]] if geometry and geometry["type"] == "Point" else found


def test_downloads_are_never_shifted(client: FlaskClient) -> None:
    assert client.get("/export/zones.geojson?datum=gcj02").data == client.get("/export/zones.geojson").data


def test_a_layer_is_read_as_utf_8(client: FlaskClient) -> None:
    features = json.loads(client.get("/layers/zones.geojson").data.decode("utf-8"))["features"]
    assert "105社区" in [f["properties"]["name"] for f in features]


@pytest.mark.parametrize("name", ["leaflet.js", "leaflet.css"])
def test_leaflet_is_served_from_here(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/vendor/leaflet/{name}")
    assert answer.status_code == 200
    assert len(answer.data) > 1000


@pytest.mark.parametrize("folder", ["/vendor/leaflet", "/static", "/static/js"])
@pytest.mark.parametrize(
    "name",
    [
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/app.py",
        "..\\..\\app.py",
        "/etc/passwd",
        "%00",
        "app.py%00.js",
        "../app.py",
    ],
)
def test_no_path_leads_out_of_the_served_folders(client: FlaskClient, folder: str, name: str) -> None:
    answer = client.get(f"{folder}/{name}")
    assert answer.status_code in (404, 308)
    assert "root:" not in answer.text
    assert "create_app" not in answer.text


def test_the_favicon_is_a_picture(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
