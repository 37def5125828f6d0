"""One filter, every view: projects, targets, layers and links between pages say what is said elsewhere."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from html_of import Page

FILTERS = (
    "plan=2023&zone=dishui-core",
    "zone=dishui-core,yangshan&stage=start,complete",
    "kind=school&commitment=firm",
    "part=2023:2&has=milestones",
    "scope=lines,whole&plan=2020,145",
    "due=2020-H2&implied=1",
    "near=dishui-lake&radius=800",
    "shape=121.90,30.88;121.95,30.88;121.93,30.92",
    "target=line-16,t1&q=建設",
)
each_filter = pytest.mark.parametrize("query", FILTERS)
FILTERED_PAGES = (
    "/tasks", "/zones/dishui-core", "/table", "/table/projects", "/charts", "/targets", "/projects",
    "/progress",
)  # fmt: skip
each_page = pytest.mark.parametrize("page", FILTERED_PAGES)


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return answer.json


def query_of(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def nav_links(html: str) -> dict[str, dict[str, str]]:
    """The query of every link of the bar, by its path."""
    bar = html.split("</header>")[0].split('class="bar-nav"')[1]
    return {urlsplit(link).path: query_of(link) for link in Page(bar).links()}


# ---- one count everywhere ---------------------------------------------------------------------------------


@each_filter
def test_projects_are_the_same_on_their_page_in_the_table_and_in_the_file(
    client: FlaskClient, query: str
) -> None:
    on_page = {row["id"] for row in get(client, f"/api/projects?{query}")["projects"]}
    in_table = {row["id"] for row in get(client, f"/api/table/projects?size=100&{query}")["rows"]}
    in_file = {f["properties"]["id"] for f in get(client, f"/export/projects.geojson?{query}")["features"]}
    on_map = {f["properties"]["id"] for f in get(client, f"/layers/projects.geojson?{query}")["features"]}
    assert on_page == in_file == on_map
    assert in_table <= on_page and get(client, f"/api/table/projects?{query}")["total"] == len(on_page)
    assert client.get(f"/progress?{query}").status_code == 200


@each_filter
def test_targets_are_those_of_the_tasks_found(client: FlaskClient, query: str) -> None:
    found = get(client, f"/api/targets?{query}")
    tasks = {task["id"] for task in get(client, f"/api/tasks?{query}")["tasks"]}
    figures = [f for row in found["indicators"] for f in (*row["figures"], *row["nationwide"])]
    figures += found["singles"]
    assert {figure["task"] for figure in figures} <= tasks
    assert found["counts"]["figures"] == len(figures)
    assert get(client, f"/api/table/targets?{query}")["total"] == len(figures)
    assert len(get(client, f"/export/targets.geojson?{query}")["features"]) == len(figures)
    (chart,) = [x for x in get(client, f"/api/charts?{query}")["charts"] if x["id"] == "targets"]
    assert sum(bar["count"] for bar in chart["bars"]) == len(figures)


@each_filter
def test_the_layer_of_tasks_takes_the_filter(client: FlaskClient, query: str) -> None:
    tasks = {task["id"] for task in get(client, f"/api/tasks?{query}")["tasks"]}
    drawn = {f["properties"]["task"] for f in get(client, f"/layers/tasks.geojson?{query}")["features"]}
    assert drawn == tasks != set()


def test_a_layer_refuses_a_filter_that_nothing_can_match(client: FlaskClient) -> None:
    assert client.get("/layers/tasks.geojson?stage=begin").status_code == 400
    assert client.get("/layers/tasks.geojson?zone=nowhere").status_code == 404


# ---- in words, and away again -----------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("zh", "片区：滴水湖核心"), ("en", "Zone: Dishui Lake Core")])
@pytest.mark.parametrize("page", ["/projects", "/progress", "/targets"])
def test_a_page_says_its_filter_and_has_a_way_out(
    client: FlaskClient, page: str, language: str, said: str
) -> None:
    html = client.get(f"{page}?zone=dishui-core&part=2023:2&plan=2023&lang={language}").text
    assert said in html
    assert '<input type="hidden" name="part" value="2023:2">' in html
    clear = "看全部" if language == "zh" else "Show all"
    form = html.split('class="filters"')[1].split("</form>")[0]
    (away,) = re.findall(rf'<a href="([^"]+)">{clear}</a>', form)
    assert urlsplit(away).path == page and set(query_of(away)) <= {"lang"}


def test_a_page_of_targets_says_the_year_and_what_it_left_out(client: FlaskClient) -> None:
    html = client.get("/targets?plan=2023&year=2023&stage=begin&zone=nowhere").text
    assert "年份：2023" in html
    assert "stage=begin" in html and "zone=nowhere" in html
    assert get(client, "/api/targets?plan=2023&year=2023")["filter"] == {"plan": "2023", "year": "2023"}
    assert f"{get(client, '/api/targets?plan=2023&year=2023')['counts']['figures']} 个数" in html


def test_many_and_long_values_without_sense_are_told_shortly(client: FlaskClient) -> None:
    html = client.get(f"/tasks?plan=a,b&q=x&part={'9' * 2000}").text
    notices = re.findall(r'<p class="notice"[^>]*>([^<]*)</p>', html)
    assert len(notices) == 2 and max(map(len, notices)) < 140
    assert any("plan=a、b" in notice for notice in notices)


def test_a_file_is_offered_only_where_it_holds_what_is_listed(client: FlaskClient) -> None:
    def files(query: str) -> list[str]:
        links = Page(client.get(f"/projects?{query}").text).links()
        return [link for link in links if link.startswith("/export/projects")]

    (link,) = files("zone=dishui-core&stage=start")
    assert query_of(link) == {"zone": "dishui-core", "stage": "start"}
    on_board = Page(client.get("/progress?zone=dishui-core&stage=start").text).links()
    assert link in on_board
    assert files("light=overdue") == files("kind=office") == files("today=2021-01-01") == []


@pytest.mark.parametrize(
    ("address", "left_out", "kept"),
    [
        ("/print?plan=2023,1999&zone=nowhere&paper=a9", ["plan=1999", "zone=nowhere", "paper=a9"], "：2023"),
        ("/print?bbox=1,2&at=x&list=7&title=T", ["bbox=1,2", "at=x", "list=7"], 'value="T"'),
        ("/services?at=nowhere&reach=500m", ["at=nowhere"], 'name="at"'),
        ("/services?at=121.93,30.9&reach=far&date=soon", ["reach=far", "date=soon"], 'value="121.93'),
        ("/services/gaps?zone=nowhere&service=inn", ["zone=nowhere", "service=inn"], "临港"),
        ("/zones/dishui-core/services?date=soon", ["date=soon"], "滴水湖核心"),
        ("/compare?plans=2020,1999&zone=nowhere", ["plans=2020,1999", "zone=nowhere"], "2020 工作要点"),
    ],
)
def test_a_page_opens_with_what_makes_sense_and_names_the_rest(
    client: FlaskClient, address: str, left_out: list[str], kept: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    told = " ".join(re.findall(r'class="notice" role="status">([^<]*)<', answer.text))
    assert [one for one in left_out if one not in told] == []
    assert kept in answer.text


def test_a_page_without_its_thing_is_still_not_there(client: FlaskClient) -> None:
    assert client.get("/zones/nowhere/services?date=soon").status_code == 404
    assert client.get("/zones/nowhere/services").status_code == 404


def test_the_comparison_leads_to_the_map_with_its_filter(client: FlaskClient) -> None:
    links = Page(client.get("/compare?plans=2020,2023&zone=dishui-core&stage=start").text).links()
    found = [query_of(link) for link in links if link.startswith("/?compare=")]
    assert {"compare": "2020,2023", "in": "dishui-core", "stage": "start"} in found


def test_other_plans_are_compared_under_the_same_filter(client: FlaskClient) -> None:
    form = client.get("/compare?plans=2020,2023&zone=dishui-core").text.split("</form>")[1]
    assert '<input type="hidden" name="zone" value="dishui-core">' in form
    answer = client.get("/compare?first=145&second=2023&zone=dishui-core&stage=start&lang=en")
    kept = {"plans": "145,2023", "zone": "dishui-core", "stage": "start", "lang": "en"}
    assert query_of(answer.headers["Location"]) == kept


# ---- from page to page ------------------------------------------------------------------------------------


@each_page
def test_the_bar_carries_the_filter_to_the_other_lists_and_to_the_map(client: FlaskClient, page: str) -> None:
    found = nav_links(client.get(f"{page}?plan=2023&zone=dishui-core&stage=start&nonsense=1&lang=en").text)
    kept = {"plan": "2023", "zone": "dishui-core", "stage": "start", "lang": "en"}
    assert found["/tasks"] == found["/projects"] == found["/progress"] == kept
    assert found["/"] == {"plan": "2023", "in": "dishui-core", "stage": "start", "lang": "en"}


def test_the_map_s_links_carry_its_filter_before_its_program_runs(client: FlaskClient) -> None:
    found = nav_links(client.get("/?zone=yangshan&in=dishui-core&plan=2023").text)
    assert found["/tasks"] == found["/projects"] == {"plan": "2023", "zone": "dishui-core"}


def test_values_without_sense_and_pages_without_a_filter_carry_nothing(client: FlaskClient) -> None:
    assert nav_links(client.get("/tasks?plan=1999&zone=nowhere").text)["/projects"] == {}
    assert nav_links(client.get("/search?q=湖").text)["/tasks"] == {}
    assert nav_links(client.get("/gazetteer?q=湖").text)["/tasks"] == {}
