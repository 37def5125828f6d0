"""The page of two plans and its JSON: the same figures, links that answer, refusals in words."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient
from html_of import Page

PAIRS = ["2020,2023", "145,2023", "2020,national"]


def page_of(client: FlaskClient, address: str, status: int = 200) -> Page:
    reply = client.get(address)
    assert reply.status_code == status, address
    return Page(reply.text)


def rows_of(html: str, opening: str) -> list[str]:
    """What the attribute holds in every element that has it."""
    return re.findall(rf'{opening}="([^"]*)"', html)


@pytest.mark.parametrize("query", ["", "&due=2020-H1", "&due=2023&implied=1&lang=en", "&stage=start"])
@pytest.mark.parametrize("pair", PAIRS)
def test_the_page_lists_what_the_interface_gives(client: FlaskClient, pair: str, query: str) -> None:
    found: dict[str, Any] = client.get(f"/api/compare?plans={pair}{query}").json
    html = client.get(f"/compare?plans={pair}{query}").text
    assert rows_of(html, "data-kind") == [kind["kind"] for kind in found["kinds"]]
    assert rows_of(html, "data-project") == [d["project"] for d in found["differences"]]
    zones = found["zones"]
    named = [zone for where in ("both", "first", "second") for zone in zones if zone["named"] == where]
    assert rows_of(html, "data-zone") == [zone["id"] for zone in named]
    text = Page(html).text
    for told in found["differences"]:
        assert told["en" if "lang=en" in query else "zh"] in text
    for zone in named:
        row = html.split(f'<tr data-zone="{zone["id"]}">')[1].split("</tr>")[0]
        assert re.findall(r'<td class="num">(\d+)</td>', row) == [str(n) for n in zone["counts"]]


def test_the_counts_are_those_of_the_zones_under_each_plan(client: FlaskClient) -> None:
    found = client.get("/api/compare?plans=2020,2023&due=2020").json
    for side, plan in enumerate(("2020", "2023")):
        zones = client.get(f"/api/zones?plan={plan}&due=2020").json["zones"]
        assert [zone["counts"][side] for zone in found["zones"]] == [zone["tasks"]["total"] for zone in zones]
        assert found["plans"][side]["tasks"] == client.get(f"/api/tasks?plan={plan}&due=2020").json["total"]
    both = client.get("/api/zones?plan=2020,2023&due=2020").json["zones"]
    assert [sum(zone["counts"]) for zone in found["zones"]] == [zone["tasks"]["total"] for zone in both]


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", ["", "&lang=en"])
def test_every_link_of_the_page_answers(client: FlaskClient, language: str) -> None:
    links = set(page_of(client, f"/compare?plans=2020,2023{language}").links())
    own = {link for link in links if link.startswith("/")}
    assert any(link.startswith("/tasks/2023-54") for link in own)
    assert [link for link in own if client.get(link).status_code != 200] == []


def test_without_plans_the_first_pair_is_shown_and_the_form_leads_to_the_chosen(client: FlaskClient) -> None:
    assert rows_of(client.get("/compare").text, "data-project") == rows_of(
        client.get("/compare?plans=2020,2023").text, "data-project"
    )
    chosen = client.get("/compare?first=145&second=2023&lang=en").headers["Location"]
    assert chosen.endswith("/compare?plans=145,2023&lang=en")


@pytest.mark.parametrize(
    "query, status, says",
    [
        ("plans=2020", 400, "2020,2023"),
        ("plans=2020,2020", 400, "2020,2023"),
        ("plans=2020,2032", 404, "2023"),
        ("plans=" + quote("<script>x</script>,2020"), 404, "<script>x</script>"),
    ],
)
def test_what_is_no_comparison_is_told_beside_the_usual_one_and_refused_to_programs(
    client: FlaskClient, query: str, status: int, says: str
) -> None:
    page = page_of(client, f"/compare?{query}")
    assert unquote(query) in page.text
    assert not page.inline_code
    html, usual = (client.get(f"/compare?{one}").text for one in (query, ""))
    assert html.split('class="pair"', 1)[1] == usual.split('class="pair"', 1)[1]
    assert len(page.all("select")) == 2, "the plans can be chosen again"
    reply = client.get(f"/api/compare?{query}")
    assert reply.status_code == status and says in reply.json["error"]


@pytest.mark.parametrize("language", ["", "&lang=en"])
def test_a_filter_that_makes_no_sense_is_left_out_and_told(client: FlaskClient, language: str) -> None:
    nonsense = quote("<b>soon</b>")
    page = page_of(client, f"/compare?plans=2020,2023&stage=start&due={nonsense}&zone=atlantis{language}")
    assert "due=<b>soon</b>" in page.text and "zone=atlantis" in page.text
    kept = page_of(client, f"/compare?plans=2020,2023&stage=start{language}")
    said = "开工" if not language else "Start of works"
    assert page.text.split(said, 1)[1] == kept.text.split(said, 1)[1]
    reply = client.get("/api/compare?plans=2020,2023&due=soon")
    assert reply.status_code == 400 and "2023-H1" in reply.json["error"]


def test_the_chart_of_dues_is_given_under_the_filter(client: FlaskClient) -> None:
    found = client.get("/api/dues?due=2023-Q3&plan=2023").json
    assert found["tasks"] == client.get("/api/tasks?due=2023-Q3&plan=2023").json["total"]
    by_due = {quarter["due"]: quarter for quarter in found["quarters"]}
    assert by_due["2023-Q3"]["meeting"] == found["milestones"] > 0
    assert by_due["2020-Q3"]["meeting"] == 0
    assert client.get("/api/dues?due=never").status_code == 400
