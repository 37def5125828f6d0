"""The gazetteer on the web: a page that works without script, and the same as JSON."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from html_of import Page

from geo.folding import fold_name
from geo.gazetteer import Gazetteer, Sense
from geo.geocoder import Geocoder
from layers.atlas import Atlas
from webmap.app import create_app

HOSTILE = "<script>alert(1)</script>"


def open_page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200
    return Page(answer.text)


def test_all_names_stand_on_the_page_with_their_targets(client: FlaskClient) -> None:
    page = open_page(client, "/gazetteer")
    records = client.get("/api/gazetteer").json
    assert records["total"] == len(records["names"]) > 1000
    assert all(record["name"] in page.text for record in records["names"])
    assert {"/zones/community-105", "/features/t1"} <= set(page.links())


@pytest.mark.parametrize("words, name", [("顶科", "顶科社区"), ("頂科", "顶科社区"), ("T 1", "T1示范线")])
def test_the_filter_finds_names_in_any_spelling(client: FlaskClient, words: str, name: str) -> None:
    address = f"/gazetteer?q={quote(words)}"
    page, records = open_page(client, address), client.get(f"/api{address}").json
    assert name in {record["name"] for record in records["names"]}
    assert records["total"] < 200 and f"{records['total']} 条" in page.text
    assert words in [field.get("value") for field in page.all("input")]


def test_a_filter_that_nothing_meets_says_so(client: FlaskClient) -> None:
    assert "0 条" in open_page(client, "/gazetteer?q=没有这样的名字").text
    assert client.get("/api/gazetteer?q=没有这样的名字").json == {
        "q": "没有这样的名字",
        "total": 0,
        "names": [],
    }


def test_kinds_and_roles_are_told_in_the_language_of_the_page(client: FlaskClient) -> None:
    chinese, english = (open_page(client, f"/gazetteer?lang={language}").text for language in ("zh", "en"))
    assert "旧称" in chinese and "新片区以外" in chinese
    assert "former" in english and "outside the area" in english and "旧称" not in english


def test_a_condition_stands_beside_the_name(client: FlaskClient) -> None:
    records = client.get("/api/gazetteer?q=芦潮港").json["names"]
    contexts = {r["context"] for r in records if r["name"] == "芦潮港" and r["target"] == "yangshan-luchao"}
    assert "after:保税|综保|围网" in contexts
    assert "after:保税|综保|围网" in open_page(client, "/gazetteer?q=芦潮港").text


def test_missing_names_have_their_tasks_and_a_line_to_add(client: FlaskClient, atlas: Atlas) -> None:
    answer = client.get("/api/gazetteer/missing").json
    unplaced = {words for item in atlas.tasks.values() for _, _, words in item.links.unplaced}
    assert unplaced <= {spelling for each in answer["names"] for spelling in each["spellings"]}
    counts = [each["count"] for each in answer["names"]]
    assert counts == sorted(counts, reverse=True)
    page = open_page(client, "/gazetteer")
    for each in answer["names"]:
        assert each["line"] in page.text
        assert {f"/tasks/{task_id}" for task_id in each["tasks"]} <= set(page.links())


def test_missing_names_of_one_plan(client: FlaskClient) -> None:
    answer = client.get("/api/gazetteer/missing?plan=2023").json
    assert answer["plan"] == "2023"
    assert all(task.startswith("2023-") for each in answer["names"] for task in each["tasks"])
    unknown = client.get("/api/gazetteer/missing?plan=2032")
    assert (unknown.status_code, unknown.json["nearest"]) == (404, "2023")


def test_every_page_leads_to_the_gazetteer(client: FlaskClient) -> None:
    assert "/gazetteer" in open_page(client, "/about").links()
    assert "/gazetteer?lang=en" in open_page(client, "/zones?lang=en").links()


def test_names_of_a_zone_are_those_of_the_table(client: FlaskClient) -> None:
    zone = client.get("/api/zones/dishui-core").json
    assert zone["aliases"][:4] == ["滴水湖核心区", "滴水湖核心片区", "主城区", "滴水湖地区"]
    layer = client.get("/layers/zones.geojson").json
    shown = {f["id"]: f["properties"]["aliases"] for f in layer["features"]}
    assert shown["dishui-core"] == zone["aliases"]
    assert client.get("/api/search?q=顶科社区").json["results"][0]["id"] == "top-scientists"


def test_hostile_names_stay_text(atlas: Atlas) -> None:
    known = atlas.geocoder.gazetteer
    senses = {name: known.senses(name) for name in known.names()}
    first: Sense = known.senses("顶科社区")[0]
    hostile = replace(first, label=HOSTILE, context=HOSTILE, where=HOSTILE, kind=HOSTILE)
    senses[fold_name(HOSTILE)] = (hostile,)
    geocoder = Geocoder(Gazetteer(known.places, known.parents, senses))
    client = create_app(atlas=replace(atlas, geocoder=geocoder)).test_client()
    page = open_page(client, f"/gazetteer?q={quote(HOSTILE)}")
    assert page.inline_code == []
    assert page.text.count(HOSTILE) >= 4
