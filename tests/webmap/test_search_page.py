"""The search over HTTP: the answer that the box on the map reads, and the page that needs no script."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html_of import Page
from hypothesis import given, settings
from hypothesis import strategies as st


def ask(client: FlaskClient, **query: str | int) -> dict[str, object]:
    answer = client.get("/api/search", query_string=query)
    assert answer.status_code == 200
    return answer.json


def page(client: FlaskClient, **query: str) -> str:
    answer = client.get("/search", query_string=query)
    assert answer.status_code == 200
    return answer.text


def links(text: str) -> list[str]:
    main = text[text.index("<main") :]
    return [html.unescape(link) for link in re.findall(r'<a href="([^"]+)"', main)]


def test_the_answer_holds_the_best_hits_of_each_kind_and_how_many_there_are(client: FlaskClient) -> None:
    answer = ask(client, q="滴水湖", limit=3)
    groups = {group["id"]: group["count"] for group in answer["groups"]}
    shown = [hit["group"] for hit in answer["results"]]
    assert list(dict.fromkeys(shown)) == list(groups), "results stand group by group"
    assert {group: shown.count(group) for group in groups} == {g: min(n, 3) for g, n in groups.items()}
    assert answer["total"] == sum(groups.values())


def test_a_hit_says_what_it_is_where_it_is_and_what_matched(client: FlaskClient) -> None:
    hit = ask(client, q="dsh")["results"][0]
    assert hit == {
        "type": "zone",
        "id": "dishui-lake",
        "name": "滴水湖",
        "name_en": "Dishui Lake",
        "kind": "zone",
        "group": "zones",
        "places": ["dishui-lake"],
        "exact": True,
        "matches": [{"field": "name", "by": "initials", "text": "滴水湖", "start": 0, "end": 3}],
        "url": "/zones/dishui-lake",
    }


def test_tasks_and_places_keep_their_old_fields(client: FlaskClient) -> None:
    task = ask(client, q="2023-112")["results"][0]
    assert {"type": "task", "id": "2023-112", "plan": "2023"}.items() <= task.items()
    line = ask(client, q="t1")["results"][0]
    assert {"type": "line", "id": "t1", "name": "中运量T1线", "kind": "brt"}.items() <= line.items()
    school = ask(client, q="滴水湖学校")["results"][0]
    assert {"type": "place", "kind": "school"}.items() <= school.items()


@pytest.mark.parametrize("words", ["临港", "105", "lake", "dsh", "工作要点"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_hit_leads_to_a_page(client: FlaskClient, words: str, lang: str) -> None:
    for hit in ask(client, q=words, lang=lang)["results"]:
        assert client.get(hit["url"]).status_code == 200, hit["url"]
        assert ("lang=en" in hit["url"]) == (lang == "en")


@pytest.mark.parametrize("words", ["金融", "滴水湖", "105社区", "金融 服务"])
def test_more_tasks_are_in_the_filtered_list_where_it_finds_the_same(
    client: FlaskClient, words: str
) -> None:
    group = next(g for g in ask(client, q=words)["groups"] if g["id"] == "tasks")
    where = urlsplit(group["more"])
    assert where.path == "/tasks"
    assert client.get(f"/api{group['more']}").json["total"] == group["count"]


@pytest.mark.parametrize("words", ["jinrong", "滬通鐵路", "滴水湖 没有这样的词", "105", "2023"])
def test_more_lead_to_the_page_of_one_kind_where_the_list_would_find_other_things(
    client: FlaskClient, words: str
) -> None:
    for group in ask(client, q=words)["groups"]:
        assert parse_qs(urlsplit(group["more"]).query).get("kind", ["tasks"]) == [group["id"]]
        if urlsplit(group["more"]).path == "/tasks":
            assert client.get(f"/api{group['more']}").json["total"] == group["count"]
        else:
            shown = page(client, q=words, kind=group["id"])
            assert f'<span class="count">{group["count"]}</span>' in shown


def test_one_kind_can_be_asked_for(client: FlaskClient) -> None:
    answer = ask(client, q="滴水湖", kind="stops")
    assert {hit["group"] for hit in answer["results"]} == {"stops"}
    assert answer["kind"] == "stops"


@pytest.mark.parametrize(
    "query, ignored",
    [
        ({"q": "滴水湖 没有这样的词"}, "没有这样的词"),
        ({"q": "滴水湖", "kind": "fish"}, "kind=fish"),
        ({"q": "滴水湖", "limit": "many"}, "limit=many"),
        ({"q": "滴水湖", "limit": "-1"}, "limit=-1"),
        ({"q": "滴水湖 " + "社" * 200}, "社" * 10),
    ],
)
def test_nonsense_is_ignored_and_told(client: FlaskClient, query: dict[str, str], ignored: str) -> None:
    answer = ask(client, **query)
    assert any(ignored in part for part in answer["ignored"])
    assert answer["results"][0]["id"] == "dishui-lake"
    assert "没有计入" in page(client, **query)


def test_the_page_lists_all_groups_with_counts_and_marks(client: FlaskClient) -> None:
    shown = page(client, q="滴水湖")
    for group in ask(client, q="滴水湖")["groups"]:
        assert f'<h2 id="{group["id"]}">' in shown
        assert f'<span class="count">{group["count"]}</span>' in shown
    assert "<mark>滴水湖</mark>核心" in shown
    assert "/zones/dishui-lake" in links(shown)


def test_the_page_marks_what_pinyin_matched_and_says_other_names(client: FlaskClient) -> None:
    assert "<mark>临港科技城</mark>" in page(client, q="lgkjc")
    assert re.search(r"又名 <span[^>]*><mark>顶科社区</mark>", page(client, q="顶科社区"))


def test_the_page_is_in_english_on_request(client: FlaskClient) -> None:
    shown = page(client, q="lake", lang="en")
    assert "Dishui <mark>Lake</mark>" in shown
    assert all("lang=en" in link for link in links(shown) if link.startswith("/"))


def test_nothing_found_says_how_to_search(client: FlaskClient) -> None:
    shown = page(client, q="没有这样的词")
    assert "没有找到" in shown and "dsh" in shown
    apart = page(client, q="长兴岛 荣耀之环")
    assert "/search?q=长兴岛" in "".join(links(apart)) or "%E9%95%BF" in "".join(links(apart))


def test_an_empty_search_is_a_page_with_a_form(client: FlaskClient) -> None:
    shown = page(client)
    assert "没有找到" not in shown and 'name="q"' in shown and "dsh" in shown


@pytest.mark.parametrize("address", ["/zones", "/tasks/2023-54", "/plans", "/projects", "/nowhere", "/"])
def test_the_bar_of_every_page_searches(client: FlaskClient, address: str) -> None:
    bar = client.get(address).text.split("</header>")[0]
    form = re.search(r'<form[^>]*role="search"[^>]*action="([^"]+)"', bar) or re.search(
        r'<form[^>]*action="([^"]+)"[^>]*role="search"', bar
    )
    assert form and form[1] == "/search"
    assert 'name="q"' in bar


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{7*7}}", "滴<b>"]
)
def test_markup_in_the_words_is_only_words(client: FlaskClient, words: str) -> None:
    shown = Page(page(client, q=words))
    assert words in [field.get("value") for field in shown.all("input")]
    assert words in shown.text
    assert shown.inline_code == [] and shown.all("img") == []


@given(
    words=st.text(max_size=40),
    kind=st.text(max_size=8),
    limit=st.one_of(st.text(max_size=5), st.just("999999999")),
)
@settings(max_examples=60)
def test_no_search_whatever_breaks_an_address(app: Flask, words: str, kind: str, limit: str) -> None:
    for address in ("/api/search", "/search"):
        answer = app.test_client().get(address, query_string={"q": words, "kind": kind, "limit": limit})
        assert answer.status_code == 200
