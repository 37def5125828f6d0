"""Charts count what the lists list; a bar leads to exactly the tasks that it counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.filter_charts import quarters_of

QUERIES = [
    "",
    "plan=2023",
    "stage=start,open",
    "plan=2023&zone=yangshan&stage=start",
    "due=2023-Q2",
    "due=2023,2020-H1",
    "q=学校",
]


def charts(client: FlaskClient, query: str = "") -> dict[str, dict[str, Any]]:
    answer = client.get(f"/api/charts?{query}")
    assert answer.status_code == 200, answer.text
    return {chart["id"]: chart for chart in answer.json["charts"]}


@pytest.mark.parametrize("query", QUERIES)
def test_a_bar_counts_the_tasks_that_its_value_alone_would_leave(client: FlaskClient, query: str) -> None:
    asked = dict(pair.split("=") for pair in query.split("&") if pair)
    checked = 0
    for facet, chart in charts(client, query).items():
        if facet == "targets":
            continue
        for bar in chart["bars"][:6]:
            others = urlencode({**asked, facet: bar["value"]})
            assert client.get(f"/api/tasks?{others}").json["total"] == bar["count"], (facet, bar)
            assert bar["selected"] == (bar["value"] in asked.get(facet, "").split(","))
            checked += 1
    assert checked > 8


def test_the_targets_counted_are_those_of_the_table(client: FlaskClient) -> None:
    counted = sum(bar["count"] for bar in charts(client, "plan=2023")["targets"]["bars"])
    assert counted == client.get("/api/table/targets?plan=2023").json["total"] > 0


@pytest.mark.parametrize(
    "due, quarters",
    [
        ("2023-Q2", ["2023-Q2"]), ("2023-05", ["2023-Q2"]), ("2023-H2", ["2023-Q3", "2023-Q4"]),
        ("2023", [f"2023-Q{n}" for n in (1, 2, 3, 4)]), (None, []), ("someday", []), ("9999", []),
    ],
)  # fmt: skip
def test_a_date_falls_in_the_quarters_that_it_has_a_day_in(due: str | None, quarters: list[str]) -> None:
    assert quarters_of(due) == quarters


def test_the_page_has_every_bar_with_its_number(client: FlaskClient) -> None:
    page = Page(client.get("/charts?plan=2023&lang=en").text)
    found = charts(client, "plan=2023&lang=en")
    assert len(page.all("table")) == len(found)
    widths = [float(bar["width"].rstrip("%")) for bar in page.all("rect") if bar.get("class") == "bar-length"]
    longest = {chart["id"]: max(bar["count"] for bar in chart["bars"]) for chart in found.values()}
    shares = [bar["count"] / longest[c["id"]] for c in found.values() for bar in c["bars"]]
    assert widths == pytest.approx([88 * share for share in shares], abs=0.01)
    for chart in found.values():
        assert chart["title"] in page.text and chart["finding"] in page.text
        assert all(bar["label"] in page.text for bar in chart["bars"])
    assert page.inline_code == []
    assert not [name for _, a in page.elements for name in a if name == "style" or name.startswith("on")]


def test_a_row_of_the_page_takes_its_value_in_and_out(client: FlaskClient) -> None:
    page = Page(client.get("/charts?stage=start").text)
    assert "/charts?stage=start,open#stage" in [link.replace("%2C", ",") for link in page.links()]
    (chosen,) = [a for a in page.all("a") if a.get("aria-current") == "true"]
    assert chosen["href"] == "/charts#stage"
    for link in sorted({link.split("#")[0] for link in page.links() if link.startswith("/charts")})[:4]:
        assert client.get(link).status_code == 200


def test_nothing_to_count_is_said(client: FlaskClient) -> None:
    page = Page(client.get("/charts?q=没有这样的词&lang=en").text)
    assert "Nothing to count." in page.text
    assert page.all("rect") == []


def test_nonsense_is_refused_by_the_interface_and_named_by_the_page(client: FlaskClient) -> None:
    assert client.get("/api/charts?stage=bla").status_code == 400
    assert client.get("/api/charts?zone=nowhere").status_code == 404
    page = Page(client.get("/charts?stage=bla&zone=nowhere&plan=2023&lang=en").text)
    assert "Left out: stage=bla" in page.text and "Left out: zone=nowhere" in page.text
    assert "150" in page.text


def test_the_links_lead_to_the_map_under_the_same_filter(client: FlaskClient) -> None:
    page = Page(client.get("/charts?zone=yangshan&plan=2023").text)
    assert "/?charts=1&in=yangshan&plan=2023" in page.links()
