"""OGC API - Features at /ogc, as a GIS or a reader finds it: records, pages of items, links, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.ogc_crs import CRS84, EPSG
from layers.registry import LAYERS

LAYER_IDS = [layer.id for layer in LAYERS]
PAGES = (
    "/ogc",
    "/ogc/conformance",
    "/ogc/api",
    "/ogc/collections",
    "/ogc/collections/zones",
    "/ogc/collections/zones/queryables",
    "/ogc/collections/tasks/items",
    "/ogc/collections/zones/items/community-105",
)
READER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
each_page = pytest.mark.parametrize("address", PAGES)


def links_of(record: Any) -> Iterator[dict[str, str]]:
    """Every link anywhere in a record."""
    if isinstance(record, dict):
        for name, value in record.items():
            yield from value if name == "links" and isinstance(value, list) else links_of(value)
    elif isinstance(record, list):
        for value in record:
            yield from links_of(value)


def rels(record: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in record["links"]}


@each_page
def test_every_link_of_a_record_leads_to_what_it_says(client: FlaskClient, address: str) -> None:
    links = list(links_of(client.get(address).json))
    if "/conformance" not in address and "/api" not in address and "/queryables" not in address:
        assert links
    for link in links:
        if urlsplit(link["href"]).path.startswith("/export/") and "/zones." not in link["href"]:
            continue  # downloads have tests of their own; one layer's will do
        answer = client.get(link["href"], headers={"Accept": link["type"]})
        assert answer.status_code == 200, link
        assert answer.mimetype == link["type"].partition(";")[0], link


def test_the_landing_page_leads_to_api_conformance_and_data(client: FlaskClient) -> None:
    record = client.get("/ogc").json
    assert {"self", "service-desc", "service-doc", "conformance", "data", "alternate"} <= set(rels(record))
    classes = client.get(rels(record)["conformance"]).json["conformsTo"]
    features = ("1/1.0/conf/core", "1/1.0/conf/geojson", "1/1.0/conf/html", "1/1.0/conf/oas30")
    for part in (*features, "2/1.0/conf/crs", "3/1.0/conf/features-filter"):
        assert f"http://www.opengis.net/spec/ogcapi-features-{part}" in classes


def test_every_layer_is_a_collection_with_extent_and_systems(client: FlaskClient) -> None:
    record = client.get("/ogc/collections").json
    assert [one["id"] for one in record["collections"]] == LAYER_IDS
    for one in record["collections"]:
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 121 < west < east < 123 and 30 < south < north < 32
        assert one["storageCrs"] == CRS84 == one["crs"][0]
        assert set(one["crs"]) <= set(record["crs"])
        assert {"self", "alternate", "items", "describedby", "enclosure"} <= set(rels(one))


def test_pages_of_items_hold_every_feature_once(client: FlaskClient, atlas: Atlas) -> None:
    address, seen, pages = "/ogc/collections/tasklist/items?limit=100", [], 0
    while address:
        answer = client.get(address)
        assert answer.mimetype == "application/geo+json"
        record = answer.json
        assert record["numberReturned"] == len(record["features"]) <= 100
        assert record["numberMatched"] == len(atlas.tasks)
        seen += [feature["id"] for feature in record["features"]]
        pages += 1
        address = rels(record).get("next", "")
    assert seen == sorted(atlas.tasks)
    assert pages > 1
    back = rels(client.get("/ogc/collections/tasklist/items?limit=100&offset=100").json)["prev"]
    assert client.get(back).json["features"][0]["id"] == seen[0]


def test_links_between_pages_keep_the_question(client: FlaskClient) -> None:
    asked = "/ogc/collections/zones/items?limit=2&rank=park&bbox=121,30,123,32"
    first = client.get(asked).json
    second = client.get(rels(first)["next"]).json
    found = {f["properties"]["rank"] for f in first["features"] + second["features"]}
    assert found == {"park"}
    assert second["numberMatched"] == first["numberMatched"]


def test_a_page_beyond_the_last_is_empty_and_leads_back(client: FlaskClient) -> None:
    record = client.get("/ogc/collections/zones/items?offset=5000").json
    assert (record["features"], record["numberReturned"]) == ([], 0)
    assert client.get(rels(record)["prev"]).json["numberReturned"] > 0


@pytest.mark.parametrize("code, first", [(4326, "lat"), (4490, "lat"), (4549, "north"), (32651, "east")])
def test_positions_come_in_the_system_asked_for(client: FlaskClient, code: int, first: str) -> None:
    uri = f"{EPSG}{code}"
    answer = client.get("/ogc/collections/stops/items", query_string={"crs": uri, "limit": 1})
    assert answer.headers["Content-Crs"] == f"<{uri}>"
    x, y = answer.json["features"][0]["geometry"]["coordinates"]
    within = {"lat": (30, 32), "north": (3.3e6, 3.6e6), "east": (3e5, 5e5)}[first]
    assert within[0] < x < within[1] != y


def test_an_item_has_its_own_address_whatever_signs_its_id_has(client: FlaskClient) -> None:
    page = client.get("/ogc/collections/milestones/items?limit=1").json
    feature_id = page["features"][0]["id"]
    assert "#" in feature_id
    answer = client.get(f"/ogc/collections/milestones/items/{feature_id.replace('#', '%23')}")
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    assert {k: v for k, v in answer.json.items() if k != "links"} == page["features"][0]
    assert client.get(rels(answer.json)["self"]).json["id"] == feature_id


def test_the_same_question_is_answered_once(client: FlaskClient) -> None:
    address = "/ogc/collections/zones/items?limit=3"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(address + "&offset=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert "Accept" in first.headers["Vary"]


@pytest.mark.parametrize(
    "address, status, says",
    [
        ("/ogc/collections/zone", 404, "did you mean 'zones'"),
        ("/ogc/collections/zone/items", 404, "did you mean 'zones'"),
        ("/ogc/collections/zones/items/community-10", 404, "did you mean"),
        ("/ogc/nowhere", 404, "begin at /ogc"),
        ("/ogc/collections/zones/items?limt=1", 400, "did you mean 'limit'"),
        ("/ogc/collections/zones/items?bbox=1,2,3", 400, "four numbers"),
        ("/ogc/collections/zones/items?datetime=May", 400, "RFC 3339"),
        ("/ogc/collections/zones/items?limit=-1", 400, "1 or more"),
        ("/ogc/collections/zones/items?crs=EPSG:4326", 400, "CRS84"),
        ("/ogc/collections/zones/items?filter=%7B&filter-lang=cql2-json", 400, "CQL2 JSON"),
        ("/ogc/collections/zones/items/community-105?limit=1", 400, "crs"),
        ("/ogc/collections/milestones/items?due_start=May", 400, "days such as"),
        ("/ogc?x=1", 400, "f, lang"),
        ("/ogc/api?f=xml", 400, "json, html"),
        ("/ogc?lang=klingon", 400, "zh, en"),
    ],
)
def test_a_wrong_question_is_told_what_is_allowed(
    client: FlaskClient, address: str, status: int, says: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert says in answer.json["description"]
    assert {"code", "description"} <= set(answer.json)
    if "f=" not in address:
        english = address if "?lang=" in address else f"{address}{'&' if '?' in address else '?'}lang=en"
        page = client.get(english, headers=READER)
        assert (page.status_code, page.mimetype) == (status, "text/html")
        assert (says if english != address else "zh、en") in Page(page.text).text


def test_nothing_can_be_written(client: FlaskClient) -> None:
    answer = client.post("/ogc/collections/zones/items", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@each_page
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reader_gets_a_page_in_the_house_look(client: FlaskClient, address: str, language: str) -> None:
    answer = client.get(f"{address}?lang={language}", headers=READER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    page = Page(answer.text)
    assert page.all("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[language]}]
    assert len(page.all("h1")) == 1 and len(page.all("main")) == 1
    assert not page.inline_code
    own = {link for link in page.links() if link.startswith("/ogc") and "f=json" not in link}
    assert all(("lang=en" in link) == (language == "en") for link in own)
    for link in sorted(own)[:40]:
        assert client.get(link).status_code == 200, link


def test_the_table_of_items_turns_pages_without_script(client: FlaskClient) -> None:
    page = Page(client.get("/ogc/collections/tasks/items?f=html&limit=20&plan=2023").text)
    following = next(a["href"] for a in page.all("a") if a.get("rel") == "next")
    assert "plan=2023" in following and "offset=20" in following
    second = Page(client.get(following).text)
    assert len(second.all("tr")) == 21
    data = next(link for link in second.links() if "f=json" in link)
    assert client.get(data).json["features"][0]["properties"]["plan"] == "2023"


def test_hostile_parameters_stay_text(client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>"
    answer = client.get("/ogc/collections/zones/items", query_string={"name": hostile, "f": "html"})
    assert answer.status_code == 200
    assert hostile not in answer.text
    refused = client.get("/ogc/collections/zones/items", query_string={hostile: "1", "f": "html"})
    assert refused.status_code == 400 and hostile not in refused.text


def test_the_openapi_document_names_every_collection_and_its_columns(client: FlaskClient) -> None:
    document = json.loads(client.get("/ogc/api").data)
    assert document["openapi"].startswith("3.0.")
    for layer_id in LAYER_IDS:
        given = document["paths"][f"/collections/{layer_id}/items"]["get"]["parameters"]
        named = {p["name"] for p in given if "name" in p}
        columns = client.get(f"/ogc/collections/{layer_id}/queryables").json["properties"]
        assert set(columns) - {"geometry"} <= named
