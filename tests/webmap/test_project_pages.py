"""The pages of projects and progress say what their JSON says, lead to the evidence, and take no harm."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.projects import load_projects
from layers.statuses import add_status, make_status
from layers.workspace import Workspace
from webmap import project_pages
from webmap.app import Config, create_app
from webmap.progress_pages import PAGE_ROWS

DAY = "today=2023-06-30"
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"
PAGES = (
    f"/projects?{DAY}",
    f"/projects?kind=school&sort=-due&{DAY}",
    f"/projects/t1?{DAY}",
    f"/projects/glory-ring?{DAY}",
    f"/progress?{DAY}",
    f"/progress?zone=dishui-core&due=2023-Q2&{DAY}",
)
each_page = pytest.mark.parametrize("address", PAGES)
each_language = pytest.mark.parametrize("language", ["zh", "en"])
NONSENSE = "kind=schol&zone=yangshn&stage=begin&due=2023-Q9&light=green&today=2023-02-30"


def open_page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return Page(answer.text)


def listed(page: Page) -> list[str]:
    """The ids of the projects in a page's table, in their order."""
    return [row["data-project"] for row in page.all("tr") if row.get("data-project")]


@pytest.fixture
def own_client(atlas: Atlas, tmp_path: Path) -> FlaskClient:
    """A client of an application with a workspace, in which somebody recorded a start of works on T1."""
    folder = Workspace(tmp_path / "own")
    made = make_status(
        load_projects(atlas).get("t1"),
        "start",
        date(2022, 5, 1),
        author="<b>A</b>",
        source="https://example.org/t1?a=1&b=2",
        note=HOSTILE,
        today=date(2023, 1, 1),
    )
    add_status(folder, made)
    return create_app(Config(workspace=folder.path), atlas).test_client()


# ---- the list ---------------------------------------------------------------------------------------------


@each_language
@pytest.mark.parametrize(
    "query", ["", "kind=school", "zone=yangshan", "stage=start&plan=2020", "verdict=advanced", "q=T1"]
)
def test_the_list_shows_the_projects_of_the_json_in_its_order(
    client: FlaskClient, query: str, language: str
) -> None:
    record = client.get(f"/api/projects?{query}&{DAY}").json
    page = open_page(client, f"/projects?{query}&{DAY}&lang={language}")
    assert listed(page) == [row["id"] for row in record["projects"]]
    assert record["total"] == len(record["projects"]) > 0
    name = "name" if language == "zh" else "name_en"
    for row in record["projects"]:
        assert row[name] in page.text
        assert row["zh" if language == "zh" else "en"] is None or row["light"] != "no_stage"


def test_every_choice_of_the_form_says_how_many_it_would_show(client: FlaskClient) -> None:
    record = client.get(f"/api/projects?{DAY}").json
    html = client.get(f"/projects?{DAY}").text
    for facet, counts in record["facets"].items():
        for value, number in counts.items():
            assert re.search(rf'<option value="{value}">[^<]*\({number}\)</option>', html), (facet, value)
            assert client.get(f"/api/projects?{facet}={value}&{DAY}").json["total"] == number


def test_the_light_counts_are_links_to_what_they_count(client: FlaskClient) -> None:
    record = client.get(f"/api/projects?kind=road&{DAY}").json
    page = open_page(client, f"/projects?kind=road&{DAY}")
    links = {a["data-light"]: a["href"] for a in page.all("a") if "data-light" in a}
    assert set(links) == {key for key, number in record["lights"].items() if number}
    for key, link in links.items():
        assert len(listed(open_page(client, link))) == record["lights"][key]


def test_a_column_s_head_sorts_by_it_and_back(client: FlaskClient) -> None:
    page = open_page(client, f"/projects?sort=name&{DAY}")
    (head,) = [a for a in page.all("th") if a.get("aria-sort")]
    assert head["aria-sort"] == "ascending"
    assert any("sort=-name" in link for link in page.links())


# ---- one project ------------------------------------------------------------------------------------------


@each_language
@pytest.mark.parametrize("project_id", ["t1", "glory-ring", "snow-world", "t2"])
def test_a_project_s_page_has_every_fact_of_its_json(
    client: FlaskClient, project_id: str, language: str
) -> None:
    found = client.get("/api/projects").json["projects"]
    if project_id not in {row["id"] for row in found}:  # the register may name it otherwise one day
        project_id = max(found, key=lambda row: len(row["plans"]))["id"]
    record = client.get(f"/api/projects/{project_id}?{DAY}").json
    page = open_page(client, f"/projects/{project_id}?{DAY}&lang={language}")
    links = {urlsplit(link).path for link in page.links()}
    assert {f"/tasks/{task}" for task in record["tasks"]} <= links
    assert {row["data-plan"] for row in page.all("tr") if "data-plan" in row} == set(record["plans"])
    for promise in record["promises"]:
        assert f"「{promise['evidence'][2]}」" in page.text
        if not promise["replaced_by"]:
            assert promise["light"][language] in page.text.replace("\u00a0", " ")
    for verdict in record["verdicts"]:
        assert verdict[language] in page.text
        for mention in (*verdict["before"], *verdict["after"]):
            assert f"「{mention['words']}」" in page.text
    assert record["state"][language] in page.text


def test_a_timeline_stands_in_the_page_as_a_picture_with_words(client: FlaskClient) -> None:
    page = open_page(client, f"/projects/t1?{DAY}")
    (chart,) = [svg for svg in page.all("svg") if svg.get("class") == "chart"]
    assert chart["aria-label"].startswith("时间线")
    assert "2023 工作要点：投运" in chart["aria-label"]
    assert [svg for svg in page.all("svg") if svg.get("class") == "locator"]


def test_an_owner_is_shown_with_the_words_that_name_it(client: FlaskClient, atlas: Atlas) -> None:
    owned = [v for v in load_projects(atlas).views.values() if v.project.owner]
    for view in owned[:3]:
        owner = view.project.owner
        assert owner is not None
        text = open_page(client, f"/projects/{view.id}").text
        assert owner.name in text and owner.words in text


@each_language
def test_records_stand_beside_the_promises_with_source_and_author(
    own_client: FlaskClient, language: str
) -> None:
    answer = own_client.get(f"/projects/t1?{DAY}&lang={language}")
    page = Page(answer.text)
    assert "https://example.org/t1?a=1&b=2" in page.links()
    assert "2022-05-01" in page.text and "<b>A</b>" in page.text
    assert "<img src=x" not in answer.text and "alert(2)" in page.text
    (status,) = own_client.get(f"/api/projects/t1?{DAY}").json["statuses"]
    assert (status["stage"], status["date"]) == ("start", "2022-05-01")
    assert own_client.get("/api/projects/t1?today=2022-04-30").json["statuses"] == []


def test_a_page_says_when_no_plan_had_named_the_project_yet(client: FlaskClient) -> None:
    assert "No plan named it by 2019-01-01" in open_page(client, "/projects/t1?today=2019-01-01&lang=en").text


# ---- the board --------------------------------------------------------------------------------------------


@each_language
@pytest.mark.parametrize("query", ["", "zone=dishui-core", "kind=transit&stage=operate", "due=2023-Q2"])
def test_the_board_s_table_zones_and_lights_are_those_of_its_json(
    client: FlaskClient, query: str, language: str
) -> None:
    record = client.get(f"/api/progress?{query}&{DAY}").json
    page = open_page(client, f"/progress?{query}&{DAY}&lang={language}")
    assert listed(page) == [row["id"] for row in record["projects"]][:PAGE_ROWS]
    html = client.get(f"/progress?{query}&{DAY}&lang={language}").text
    for zone in record["zones"]:
        row = re.search(rf'<tr data-zone="{zone["zone"]}">(.*?)</tr>', html, re.S)
        assert row is not None
        numbers = [int(n or 0) for n in re.findall(r'<td class="num">(\d*)</td>', row[1])]
        assert numbers == [zone["total"], *zone["lights"].values()]
    for light, number in record["lights"].items():
        if number:
            assert re.search(rf'data-light="{light}".*?<b>{number}</b>', html), light


def test_pages_of_the_board_hold_every_project_once(client: FlaskClient) -> None:
    total = client.get(f"/api/progress?{DAY}").json["total"]
    pages = -(-total // PAGE_ROWS)
    shown = [x for n in range(1, pages + 1) for x in listed(open_page(client, f"/progress?{DAY}&page={n}"))]
    assert len(shown) == len(set(shown)) == total > PAGE_ROWS
    assert listed(open_page(client, f"/progress?{DAY}&page=9999")) == shown[(pages - 1) * PAGE_ROWS :]
    assert listed(open_page(client, f"/progress?{DAY}&page=-3")) == shown[:PAGE_ROWS]
    last = shown[-1]
    assert last in listed(open_page(client, f"/progress?{DAY}&project={last}"))


def test_the_strip_draws_a_lane_for_every_row_with_a_promise(client: FlaskClient) -> None:
    record = client.get(f"/api/progress?zone=dishui-core&{DAY}").json
    dated = [row for row in record["projects"][:PAGE_ROWS] if row["promises"]]
    page = open_page(client, f"/progress?zone=dishui-core&{DAY}")
    (chart,) = [svg for svg in page.all("svg") if svg.get("class") == "chart"]
    assert f"{len(dated)} 个项目" in chart["aria-label"]
    for row in dated:
        assert page.text.count(row["name"]) >= 2  # in the table and beside the lane
    assert not [
        svg for svg in open_page(client, "/progress?light=no_stage").all("svg") if svg.get("class") == "chart"
    ]


def test_the_json_of_the_board_gives_promises_with_lights_and_evidence(
    client: FlaskClient, atlas: Atlas
) -> None:
    record = client.get(f"/api/progress?light=overdue&{DAY}").json
    assert record["filter"] == {"light": "overdue"} and record["today"] == "2023-06-30"
    for row in record["projects"]:
        assert row["light"] == "overdue" and row["until"] < "2023-06-30"
        for promise in row["promises"]:
            start, end, words = promise["evidence"]
            assert atlas.get_task(promise["task"]).task.text[start:end] == words


# ---- both -------------------------------------------------------------------------------------------------


@each_page
@each_language
def test_links_of_the_pages_lead_somewhere(client: FlaskClient, address: str, language: str) -> None:
    links = {link for link in open_page(client, f"{address}&lang={language}").links() if link.startswith("/")}
    assert links
    by_path = {re.sub(r"/[^/?]+(?=\?|$)", "/…", link.split("?")[0]): link for link in sorted(links)}
    for link in {*by_path.values(), *sorted(links)[:12]}:
        assert client.get(link, follow_redirects=True).status_code == 200, link


@each_page
def test_pages_hold_nothing_inline(client: FlaskClient, address: str) -> None:
    page = open_page(client, address)
    assert page.inline_code == []
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", ["/projects", "/progress"])
@each_language
def test_a_nonsense_filter_is_ignored_in_words(client: FlaskClient, path: str, language: str) -> None:
    page = open_page(client, f"{path}?{NONSENSE}&q=T1&lang={language}")
    ids = [row["id"] for row in client.get("/api/projects?q=T1").json["projects"]]
    assert listed(page) == ids
    for field in NONSENSE.split("&"):
        if path == "/progress" or not field.startswith("due"):
            assert field in page.text, field
    assert any("yangshan" in link for link in page.links())


@pytest.mark.parametrize("path", ["/api/projects", "/api/progress"])
@pytest.mark.parametrize(
    "query, status",
    [("kind=schol", 400), ("zone=yangshn", 404), ("due=2023-Q9", 400), ("today=2023-02-30", 400)],
)
def test_programs_are_told_what_was_wrong(client: FlaskClient, path: str, query: str, status: int) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == status
    assert query.partition("=")[2] in answer.json["error"]


def test_an_unknown_project_is_404_with_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/projects/glory-rin")
    assert answer.status_code == 404
    assert "/projects/glory-ring" in Page(answer.text).links()
    answer = client.get("/api/projects/glory-rin")
    assert (answer.status_code, answer.json["nearest"]) == (404, "glory-ring")


def test_hostile_names_stay_words_in_tables_and_charts(
    client: FlaskClient, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = load_projects(atlas)
    view = projects.get("t1")
    bad = replace(view, project=replace(view.project, name=f"T1{HOSTILE}", name_en=f"T1 {HOSTILE}"))
    for_all = replace(projects, views={**projects.views, "t1": bad})
    for module in ("webmap.project_pages", "webmap.project_board", "webmap.progress_pages"):
        monkeypatch.setattr(f"{module}.get_projects", lambda: for_all)
    assert project_pages.get_projects() is for_all
    for address in (f"/projects?q=t1&{DAY}", f"/projects/t1?{DAY}", f"/progress?kind=transit&{DAY}&page=1"):
        for language in ("zh", "en"):
            answer = client.get(f"{address}&lang={language}")
            page = Page(answer.text)
            assert "<img src=x" not in answer.text
            assert page.inline_code == []
            assert "alert(2)" in page.text


def test_tasks_zones_and_every_page_lead_to_projects(client: FlaskClient) -> None:
    (task, *_) = client.get("/api/projects/t1").json["tasks"]
    assert "/projects/t1" in open_page(client, f"/tasks/{task}").links()
    assert "/projects?zone=yangshan" in open_page(client, "/zones/yangshan").links()
    for address in ("/", "/tasks", "/about"):
        assert {"/projects", "/progress"} <= set(open_page(client, address).links())


def test_milestones_are_exported_with_lights_only_for_a_day(client: FlaskClient) -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        answer = client.get(f"/export/milestones.geojson{query}")
        assert answer.status_code == 200
        return [feature["properties"] for feature in json.loads(answer.text)["features"]]

    plain, lit = rows(""), rows(f"?{DAY}")
    assert [row["id"] for row in plain] == [row["id"] for row in lit]
    assert not any("light" in row for row in plain)
    assert {"overdue", "open"} <= {row["light"] for row in lit}
    overdue = rows(f"?{DAY}&where=light%3Doverdue")
    assert {row["light"] for row in overdue} == {"overdue"} and len(overdue) < len(lit)
    assert client.get("/export/milestones.geojson?today=2023-02-30").status_code == 400
    assert client.get(f"/export/milestones.docx?{DAY}").status_code == 400
    table = client.get(f"/export/milestones.csv?{DAY}&where=light%3Doverdue&fields=light,due")
    assert table.status_code == 200
    assert len(table.text.strip().splitlines()) == len(overdue) + 1
