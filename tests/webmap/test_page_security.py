"""Nothing inline, nothing evaluated, nothing unescaped: the policy is strict and the pages keep to it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from plans.records import Task
from webmap.app import Config, create_app
from webmap.basemaps import get_basemap

PAGES = (
    "/",
    "/zones",
    "/zones/dishui-core",
    "/tasks",
    "/tasks/2023-54",
    "/features/line-16",
    "/plans",
    "/plans/2023",
    "/about",
    "/zones/nowhere",
    "/nowhere",
)
OTHERS = (
    "/api/tasks",
    "/api/zones/nowhere",
    "/layers/zones.geojson",
    "/export/zones.geojson",
    "/export/zones.shp",
    "/map.js",
    "/healthz",
    "/static/js/main.js",
    "/static/css/map.css",
    "/static/nothing",
    "/vendor/leaflet/leaflet.js",
    "/favicon.ico",
    "/features/community-105",
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}"
RUNS = ("onerror", "onload", "onclick")


def policy(headers: dict[str, str]) -> dict[str, list[str]]:
    """The directives of a content security policy."""
    parts = [part.split() for part in headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("address", PAGES + OTHERS)
def test_every_answer_carries_the_policy(client: FlaskClient, address: str) -> None:
    headers = dict(client.get(address).headers)
    rules = policy(headers)
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    assert rules["img-src"] == ["'self'", "data:"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "head"])
def test_other_methods_carry_the_policy_too(client: FlaskClient, method: str) -> None:
    assert "script-src 'self'" in getattr(client, method)("/").headers["Content-Security-Policy"]


def test_an_answer_from_the_readers_store_carries_the_policy(client: FlaskClient) -> None:
    tag = client.get("/map.js").headers["ETag"]
    answer = client.get("/map.js", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_anything_inline(client: FlaskClient, address: str, language: str) -> None:
    page = Page(client.get(address, query_string={"lang": language}).text)
    assert page.inline_code == []
    assert page.all("style") == []
    assert all(a.get("src") for a in page.all("script"))
    for tag, attributes in page.elements:
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert not (attributes.get("href") or "").lower().startswith("javascript:")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_only_from_here_and_all_of_it_is_there(client: FlaskClient, address: str) -> None:
    page = Page(client.get(address).text)
    sources = [a["src"] for tag, a in page.elements if a.get("src")]
    sources += [a["href"] for a in page.all("link")]
    assert sources
    for source in sources:
        assert source is not None and source.startswith("/") and not source.startswith("//")
        assert client.get(source).status_code == 200, source


@pytest.fixture(scope="module")
def hostile_client(atlas: Atlas) -> FlaskClient:
    """The application over an atlas in which people wrote mark-up everywhere they can write."""
    item = atlas.get_task("2023-140")
    task = Task.from_json(
        {**item.task.to_json(), "title": HOSTILE, "text": f"{HOSTILE}。105社区{HOSTILE}", "path": [HOSTILE],
         "source": HOSTILE, "milestones": [], "targets": []}
    )  # fmt: skip
    links = atlas.geocoder.geocode(task.text, title=task.title)
    site = atlas.files["schools"][0]
    zone = next(f for f in atlas.files["zones"] if f.id == "community-105")
    named = dict.fromkeys(("name", "name_en", "note", "source", "status"), HOSTILE)
    hostile = {
        f.id: replace(f, properties={**f.properties, **named, "aliases": [HOSTILE]}) for f in (site, zone)
    }
    files = {name: [hostile.get(f.id, f) for f in features] for name, features in atlas.files.items()}
    changed = replace(
        atlas,
        files=files,
        zones=type(atlas.zones).from_features(files["zones"]),
        plans={**atlas.plans, "2023": replace(atlas.plans["2023"], title=HOSTILE, title_en=HOSTILE)},
        tasks={**atlas.tasks, task.id: replace(item, task=task, links=replace(links, reason=HOSTILE))},
    )
    return create_app(atlas=changed).test_client()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/zones",
        "/zones/community-105",
        "/zones/lingang",
        "/tasks",
        "/tasks/2023-140",
        "/plans",
        "/plans/2023",
        "/features/school",
    ],
)
def test_hostile_text_is_shown_and_never_runs(
    hostile_client: FlaskClient, atlas: Atlas, address: str, language: str
) -> None:
    address = address.replace("/school", "/" + atlas.files["schools"][0].id)
    answer = hostile_client.get(address, query_string={"lang": language})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "<script>alert(1)</script>" in page.text
    assert "{{7*7}}" in page.text
    assert page.inline_code == []
    assert all(not set(RUNS) & set(attributes) for _, attributes in page.elements)
    assert {"src": "x"} not in page.all("img")


@pytest.mark.parametrize(
    "address, query",
    [
        ("/tasks", {"q": HOSTILE}),
        ("/", {"q": HOSTILE, HOSTILE: HOSTILE}),
        ("/tasks", {"stage": HOSTILE}),
        (f"/zones/{HOSTILE.replace('/', '')}", {}),
        (f"/tasks/{HOSTILE.replace('/', '')}", {"lang": HOSTILE}),
    ],
)
def test_hostile_words_in_an_address_never_run(
    client: FlaskClient, address: str, query: dict[str, str]
) -> None:
    answer = client.get(address, query_string=query)
    assert answer.status_code in (200, 400, 404)
    page = Page(answer.text)
    assert page.inline_code == []
    assert all(not set(RUNS) & set(attributes) for _, attributes in page.elements)


def test_json_is_never_read_as_a_page(hostile_client: FlaskClient) -> None:
    answer = hostile_client.get("/api/tasks/2023-140")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert answer.json["title"] == HOSTILE


@pytest.mark.parametrize("name", ["osm", "amap"])
def test_a_tile_server_is_allowed_only_when_chosen_and_only_for_pictures(atlas: Atlas, name: str) -> None:
    basemap = get_basemap(name)
    chosen: Flask = create_app(Config(basemap=basemap), atlas=atlas)
    rules = policy(dict(chosen.test_client().get("/").headers))
    assert rules["img-src"] == ["'self'", "data:", *basemap.hosts]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
