"""Pages work without script: each opens in both languages, and its links lead on."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.atlas import Atlas
from layers.facilities import is_drawn

ADDRESSES = (
    "/",
    "/?zone=community-105&plan=2023&stage=start",
    "/gazetteer",
    "/targets",
    "/targets/roads-started",
    "/zones",
    "/zones/lingang",
    "/zones/community-105",
    "/zones/town-nicheng",
    "/tasks",
    "/tasks?zone=dishui-core&stage=start&scope=zones&q=社区",
    "/tasks?scope=unplaced",
    "/tasks/2023-112",
    "/tasks/2023-1",
    "/tasks/2020-1",
    "/features/line-16",
    "/plans",
    "/plans/2023",
    "/plans/2020",
    "/about",
)
each_page = pytest.mark.parametrize("address", ADDRESSES)


def open_page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:500])
    assert answer.mimetype == "text/html"
    return Page(answer.text)


@each_page
@pytest.mark.parametrize("language, declared", [("zh", "zh-CN"), ("en", "en")])
def test_a_page_opens_in_its_language(
    client: FlaskClient, address: str, language: str, declared: str
) -> None:
    page = open_page(client, address + ("&" if "?" in address else "?") + f"lang={language}")
    assert page.all("html") == [{"lang": declared}]
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert ("规划文件" in page.text) == (language == "zh")


@each_page
def test_english_stays_english_from_link_to_link(client: FlaskClient, address: str) -> None:
    page = open_page(client, address + ("&" if "?" in address else "?") + "lang=en")
    pages = [u for u in page.links() if u.startswith("/") and not u.startswith(("/export/", "/api/"))]
    assert pages
    assert all("lang=en" in urlsplit(u).query for u in pages)


def test_an_unknown_language_is_chinese_and_the_page_says_so(client: FlaskClient) -> None:
    page = open_page(client, "/about?lang=klingon")
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert "lang=klingon" in page.text
    assert "lang=" not in open_page(client, "/about?lang=").text


@each_page
def test_the_language_switch_keeps_the_state_of_the_page(client: FlaskClient, address: str) -> None:
    page = open_page(client, address)
    switch = next(a["href"] for a in page.all("a") if a.get("id") == "switch-language")
    there = urljoin(address, switch)
    assert urlsplit(there).path == urlsplit(address).path
    assert urlsplit(there).query.endswith("lang=en")
    assert all(part in there for part in urlsplit(address).query.split("&") if part.isascii())
    back = next(a["href"] for a in open_page(client, there).all("a") if a.get("id") == "switch-language")
    assert urlsplit(back).query.endswith("lang=zh")


def test_every_zone_task_and_plan_is_two_steps_from_the_map(client: FlaskClient, atlas: Atlas) -> None:
    first = {urlsplit(link).path for link in open_page(client, "/").links() if link.startswith("/")}
    lists = [path for path in first if path.count("/") == 1]
    second = {urlsplit(link).path for path in lists for link in open_page(client, path).links()}
    reached = first | second
    assert {f"/zones/{zone_id}" for zone_id in atlas.zones.ids()} <= reached
    assert {f"/tasks/{task_id}" for task_id in atlas.tasks} <= reached
    assert {f"/plans/{plan_id}" for plan_id in atlas.plans} <= reached


@pytest.mark.parametrize("address", ["/zones/community-105", "/tasks/2023-112", "/plans", "/about"])
def test_no_link_of_a_page_is_dead(client: FlaskClient, address: str) -> None:
    links = {urlsplit(urljoin(address, u)).path for u in open_page(client, address).links() if "://" not in u}
    assert links
    assert dict.fromkeys(links, 200) == {path: client.get(path).status_code for path in links}


def test_the_map_without_script_still_lists_every_zone_and_scope(client: FlaskClient, atlas: Atlas) -> None:
    page = open_page(client, "/")
    links = page.links()
    assert {f"/zones/{zone_id}" for zone_id in atlas.zones.ids()} <= set(links)
    assert {f"/tasks?scope={scope}" for scope in ("zones", "lines", "whole", "outside", "unplaced")} <= set(
        links
    )
    assert page.all("noscript")


def test_a_zone_page_names_its_tasks_and_the_words_that_placed_them(
    client: FlaskClient, atlas: Atlas
) -> None:
    page = open_page(client, "/zones/community-105")
    task = atlas.get_task("2023-140")
    assert task.task.title in page.text
    assert "「105社区」" in page.text
    assert "/tasks/2023-140" in page.links()


def test_a_parent_page_lists_a_childs_task_under_the_child(client: FlaskClient, atlas: Atlas) -> None:
    page = open_page(client, "/zones/dishui-core")
    assert "/tasks/2023-140" in page.links()
    links = page.links()
    after = links[links.index("/tasks/2023-140") :: -1]
    heading = next(link for link in after if link.startswith("/zones/"))
    assert "2023-140" in [t.id for t in atlas.zone_tasks(heading.removeprefix("/zones/")).own]


def test_a_task_page_gives_every_link_with_its_evidence(client: FlaskClient, atlas: Atlas) -> None:
    page = open_page(client, "/tasks/2023-54")
    for link in atlas.get_task("2023-54").links.links:
        folder = "zones" if link.kind == "zone" else "features"
        assert f"/{folder}/{link.target}" in page.links()
        assert all(f"「{words}」" in page.text for _, _, words in link.evidence)


def test_every_word_that_placed_a_task_is_marked_in_its_text(client: FlaskClient, atlas: Atlas) -> None:
    for item in list(atlas.tasks.values())[::6]:
        html = client.get(f"/tasks/{item.id}").text
        paragraph = re.search('<p class="reading"[^>]*>(.*?)</p>', html, re.DOTALL)
        assert paragraph
        marked: set[int] = set()
        position = item.task.body_start
        for part in re.split("(<mark.*?</mark>)", paragraph[1]):
            length = len(Page(part).text)
            marked |= set(range(position, position + length)) if part.startswith("<mark") else set()
            position += length
        assert position == len(item.task.text)
        evidence = [span for x in item.links.links for span in x.evidence] + list(item.links.unplaced)
        wanted = {i for start, end, _ in evidence for i in range(start, end) if i >= item.task.body_start}
        assert marked == wanted, item.id


def test_task_pages_lead_to_their_neighbours(client: FlaskClient) -> None:
    rels = {a.get("rel"): a["href"] for a in open_page(client, "/tasks/2023-2").all("a")}
    assert (rels["prev"], rels["next"]) == ("/tasks/2023-1", "/tasks/2023-3")
    assert "prev" not in {a.get("rel") for a in open_page(client, "/tasks/2020-1").all("a")}
    assert "next" not in {a.get("rel") for a in open_page(client, "/tasks/national-25").all("a")}


def test_a_list_keeps_its_filter_in_the_form(client: FlaskClient) -> None:
    page = open_page(client, "/tasks?zone=community-105&stage=start&q=学校")
    chosen = {a["value"] for a in page.all("option") if "selected" in a}
    assert {"community-105", "start"} <= chosen
    assert "学校" in [a.get("value") for a in page.all("input")]


def test_an_empty_list_says_so(client: FlaskClient) -> None:
    assert "没有符合的任务" in open_page(client, "/tasks?q=没有这样的词").text
    assert "No task matches" in open_page(client, "/tasks?q=nosuchword&lang=en").text


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_a_zones_address_as_a_feature_leads_to_the_zone(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/features/community-105{query}")
    assert (answer.status_code, answer.location) == (302, f"/zones/community-105{query}")


def test_every_kind_of_feature_has_a_page_placed_or_not(client: FlaskClient, atlas: Atlas) -> None:
    by_kind = {
        (name, f.properties["kind"], f.geometry is None, is_drawn(f)): f
        for name, features in atlas.files.items()
        for f in features
        if name != "zones"
    }
    for feature in by_kind.values():
        assert feature.properties["name"] in open_page(client, f"/features/{feature.id}").text


def test_pages_have_landmarks_and_a_way_past_the_header(client: FlaskClient) -> None:
    for address in ADDRESSES:
        page = open_page(client, address)
        ids = {a["id"] for _, a in page.elements if a.get("id")}
        skips = [a["href"] for a in page.all("a") if a.get("class") == "skip"]
        assert skips and all(href.removeprefix("#") in ids for href in skips), address
        assert len(page.all("main")) == 1


def test_ids_within_a_page_are_different(client: FlaskClient) -> None:
    for address in ADDRESSES:
        ids = [a["id"] for _, a in open_page(client, address).elements if a.get("id")]
        assert len(ids) == len(set(ids)), address
