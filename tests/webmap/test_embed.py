"""The embedded map: its state, what makes no sense in it, who may frame it, and the way back to the whole."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from webmap.app import Config, create_app
from webmap.embed_pages import ANYONE, NOBODY, EmbedError, parse_embed_from

ELSEWHERE = ("/", "/zones", "/tasks/2023-54", "/accessibility", "/nowhere")


def frames(client: FlaskClient, address: str) -> list[str]:
    """Who may put the page of an address into a frame."""
    rules = client.get(address).headers["Content-Security-Policy"].split(";")
    (found,) = [rule.split()[1:] for rule in rules if rule.split()[0] == "frame-ancestors"]
    return found


def test_anyone_may_frame_the_embedded_map_and_nothing_else(client: FlaskClient) -> None:
    assert frames(client, "/embed?zone=yangshan") == ["*"]
    assert [address for address in ELSEWHERE if frames(client, address) != ["'self'"]] == []


@pytest.mark.parametrize(
    "text, allowed",
    [
        ("none", ["'self'"]),
        ("https://example.org", ["'self'", "https://example.org"]),
        (
            " https://*.example.org , http://localhost:8080 ",
            ["'self'", "https://*.example.org", "http://localhost:8080"],
        ),
        ("*", ["*"]),
    ],
)
def test_the_operator_says_who_may_frame_it(atlas: Atlas, text: str, allowed: list[str]) -> None:
    client = create_app(Config(embed_from=parse_embed_from(text)), atlas=atlas).test_client()
    assert frames(client, "/embed") == allowed
    assert frames(client, "/zones") == ["'self'"]


def test_a_map_that_nobody_may_embed_does_not_offer_it(atlas: Atlas, client: FlaskClient) -> None:
    closed = create_app(Config(embed_from=NOBODY), atlas=atlas).test_client()
    assert "data-embed" in client.get("/").text
    assert "data-embed" not in closed.get("/").text


@pytest.mark.parametrize(
    "text",
    [
        "", ",", "example.org", "javascript:alert(1)", "https://example.org/path", "https://a b.org",
        "'self'", "https://example.org; script-src *", "https://ex*mple.org", "https://-a.org", "*,https://example.org",
        "https://a.org\nX: y", ",".join(f"https://a{n}.org" for n in range(51)),
    ],
)  # fmt: skip
def test_what_is_no_origin_never_reaches_the_policy(text: str) -> None:
    with pytest.raises(EmbedError, match=r"\bnone\b"):
        parse_embed_from(text)
    assert parse_embed_from("*") == ANYONE


def test_it_says_the_filter_and_leads_to_the_whole_map_in_the_same_state(client: FlaskClient) -> None:
    page = Page(client.get("/embed?zone=community-105&plan=2023&stage=start&at=13/30.9/121.9").text)
    (whole,) = [a for a in page.all("a") if a.get("id") == "whole"]
    assert whole["href"] == "/?zone=community-105&plan=2023&stage=start&at=13/30.9/121.9"
    assert (whole["target"], whole["rel"]) == ("_blank", "noopener")
    assert "只看：" in page.text and "2023" in page.text.split("只看：")[1].split("\n")[0]
    assert [main["data-filter"] for main in page.all("main")] == ["?plan=2023&stage=start"]
    assert "审图号：未申请" in page.text


@pytest.mark.parametrize("lang, says", [("zh", "看不懂"), ("en", "Not understood")])
def test_nonsense_in_the_filter_is_left_out_and_named(client: FlaskClient, lang: str, says: str) -> None:
    answer = client.get(
        "/embed", query_string={"lang": lang, "stage": "<b>", "plan": "2023", "due": "some day"}
    )
    page = Page(answer.text)
    assert answer.status_code == 200
    assert says in page.text and "stage=<b>" in page.text and "due=some day" in page.text
    assert [main["data-filter"] for main in page.all("main")] == ["?plan=2023"]


def test_every_link_out_of_the_frame_opens_a_page_of_its_own(client: FlaskClient) -> None:
    links = Page(client.get("/embed?lang=en").text).all("a")
    assert len(links) > 5
    assert [a["href"] for a in links if (a.get("target"), a.get("rel")) != ("_blank", "noopener")] == []


@pytest.mark.parametrize("address", ["/embed", "/embed?lang=en&zone=nowhere", "/accessibility"])
def test_nothing_is_inline_and_all_that_is_loaded_is_there(client: FlaskClient, address: str) -> None:
    page = Page(client.get(address).text)
    assert page.inline_code == [] and page.all("style") == []
    assert [attributes for _, attributes in page.elements if "style" in attributes] == []
    sources = [a["src"] for _, a in page.elements if a.get("src")] + [a["href"] for a in page.all("link")]
    assert {source: client.get(source).status_code for source in sources} == dict.fromkeys(sources, 200)


def test_the_accessibility_statement_is_linked_from_every_page(client: FlaskClient) -> None:
    for address in ("/", "/embed", *ELSEWHERE):
        assert "/accessibility" in Page(client.get(address).text).links(), address
    english = Page(client.get("/accessibility?lang=en").text)
    assert "WCAG 2.2" in english.text and "Known limits" in english.text
    assert "/accessibility?lang=en" in Page(client.get("/zones?lang=en").text).links()


def test_the_statement_says_whom_to_write_to(atlas: Atlas) -> None:
    client = create_app(Config(contact="mailto:a11y@example.org"), atlas=atlas).test_client()
    page = Page(client.get("/accessibility").text)
    assert "mailto:a11y@example.org" in page.links()
    assert "a11y@example.org" in page.text


def test_a_zone_that_is_looked_at_is_no_filter_and_one_that_filters_is(client: FlaskClient) -> None:
    page = Page(client.get("/embed?zone=yangshan&in=community-105").text)
    assert [main["data-filter"] for main in page.all("main")] == ["?zone=community-105"]
    assert "105社区" in page.text.split("只看：")[1].split("\n")[0]


@pytest.mark.parametrize(
    "query, plans, dues, dropped",
    [
        ("compare=2020,2023&plan=145", "2020,2023", "", ""),
        ("compare_due=2023-Q2,2023-Q4&due=2020", "", "2023-Q2,2023-Q4", ""),
        ("compare=2020,2020", "", "", "compare=2020,2020"),
        ("compare=2020,nowhere", "", "", "compare=2020,nowhere"),
        ("compare_due=2023-Q2,soon", "", "", "compare_due=2023-Q2,soon"),
    ],
)
def test_two_plans_or_two_dates_are_compared_and_nothing_else(
    client: FlaskClient, query: str, plans: str, dues: str, dropped: str
) -> None:
    page = Page(client.get(f"/embed?{query}").text)
    (main,) = page.all("main")
    assert (main["data-compare"], main["data-compare-due"], main["data-filter"]) == (plans, dues, "")
    assert ("看不懂" in page.text) == bool(dropped)
    assert dropped in page.text


def test_what_is_compared_is_named_in_words_the_older_plan_first(client: FlaskClient) -> None:
    assert "Lingang 14th five-year plan (2021-2025)" in client.get("/embed?compare=2023,145&lang=en").text
    assert "对比：2020 与 2023" in client.get("/embed?compare=2023,2020").text
    assert "对比：2020年上半年 与 2023年第4季度" in client.get("/embed?compare_due=2020-H1,2023-Q4").text
