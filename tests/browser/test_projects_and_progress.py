"""In a real browser: table and map of the board choose the same project, by mouse, by key and on a phone."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

DAY = "today=2023-06-30"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# A project with a spot of its own, so that it has a mark; in a zone, so that its row is on the first page.
PLACED = f"zone=dishui-core&{DAY}"


def open_board(page: Page, query: str = PLACED) -> None:
    page.goto(f"/progress?{query}")
    page.wait_for_selector('html[data-ready="all"]', state="attached")


def mark(page: Page, project_id: str) -> Locator:
    return page.locator(f'.mark-project[data-project="{project_id}"]')


def row(page: Page, project_id: str) -> Locator:
    return page.locator(f'tr[data-project="{project_id}"]')


def query_of(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def serious(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module", autouse=True)
def drawn(app: Flask) -> None:
    """The charts are drawn once and kept; no page of a test waits for the first of them."""
    for address in (f"/progress?{PLACED}", f"/progress?{DAY}", f"/projects/t1?{DAY}"):
        assert app.test_client().get(address).status_code == 200


@pytest.fixture
def placed(client: FlaskClient) -> list[dict[str, Any]]:
    """The projects of the board at PLACED that have a mark."""
    record = client.get(f"/api/progress?{PLACED}").json
    found = [p for p in record["projects"] if p["point"] and p["placed_at"] != "zone"]
    assert len(found) > 5
    return found


def test_the_map_has_a_mark_for_every_project_with_a_spot_and_the_zones_counts(
    page: Page, client: FlaskClient, placed: list[dict[str, Any]]
) -> None:
    open_board(page)
    marks = page.locator(".mark-project").evaluate_all("nodes => nodes.map((node) => node.dataset.project)")
    assert sorted(marks) == sorted(p["id"] for p in placed)
    for project in placed:
        corner = page.locator(f'.mark-project[data-project="{project["id"]}"] .mark-light')
        assert corner.count() == (project["light"] in ("overdue", "due_soon", "done"))
    zones = {zone["zone"]: zone["total"] for zone in client.get(f"/api/progress?{PLACED}").json["zones"]}
    label = page.locator('button.label[data-id="dishui-core"] .label-count')
    expect(label).to_have_text(str(zones["dishui-core"]))


def test_a_row_lights_its_mark_and_a_mark_its_row(page: Page, placed: list[dict[str, Any]]) -> None:
    open_board(page)
    first, second = placed[0]["id"], placed[-1]["id"]
    row(page, first).locator("td").last.click()
    assert "is-picked" in (mark(page, first).get_attribute("class") or "")
    assert query_of(page)["project"] == first
    mark(page, second).dispatch_event("click")
    expect(row(page, second)).to_have_class("is-picked")
    assert "is-picked" not in (mark(page, first).get_attribute("class") or "")
    expect(row(page, first)).not_to_have_class("is-picked")
    expect(page.locator(".is-picked.mark-project")).to_have_count(1)
    assert query_of(page)["project"] == second
    expect(page.locator("#live")).to_contain_text(placed[-1]["name"])


def test_a_project_without_a_spot_lights_its_zone(page: Page, client: FlaskClient) -> None:
    record = client.get(f"/api/progress?{PLACED}").json
    chosen = next(p for p in record["projects"] if p["placed_at"] == "zone")
    open_board(page)
    row(page, chosen["id"]).locator(".pick").click()
    expect(page.locator("path.focus-ink").first).to_be_attached()
    expect(page.locator(".mark-project.is-picked")).to_have_count(0)


def test_the_keyboard_chooses_a_row(page: Page, placed: list[dict[str, Any]]) -> None:
    open_board(page)
    button = row(page, placed[1]["id"]).locator(".pick")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert "is-picked" in (mark(page, placed[1]["id"]).get_attribute("class") or "")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused.startswith(f"/projects/{placed[1]['id']}")


def test_the_choice_is_in_the_address_and_opens_again(page: Page, placed: list[dict[str, Any]]) -> None:
    chosen = placed[2]["id"]
    open_board(page, f"{PLACED}&project={chosen}")
    expect(row(page, chosen)).to_have_class("is-picked")
    expect(row(page, chosen)).to_be_in_viewport()


def test_a_deep_link_opens_the_page_that_the_project_stands_on(page: Page, client: FlaskClient) -> None:
    last = client.get(f"/api/progress?{DAY}").json["projects"][-1]["id"]
    open_board(page, f"{DAY}&project={last}")
    expect(row(page, last)).to_have_class("is-picked")


def test_a_filter_changes_table_map_and_counts_alike(page: Page, client: FlaskClient) -> None:
    open_board(page)
    before = page.locator(".mark-project").count()
    page.get_by_label("类别").select_option("park")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**kind=park**")
    page.wait_for_selector('html[data-ready="all"]', state="attached")
    assert query_of(page)["zone"] == "dishui-core" and query_of(page)["today"] == "2023-06-30"
    record = client.get(f"/api/progress?kind=park&{PLACED}").json
    expect(page.locator("tr[data-project]")).to_have_count(record["total"])
    spots = [p for p in record["projects"] if p["placed_at"] != "zone"]
    assert page.locator(".mark-project").count() == len(spots) < before
    totals = {zone["zone"]: zone["total"] for zone in record["zones"]}
    core = page.locator('button.label[data-id="dishui-core"] .label-count')
    expect(core).to_have_text(str(totals["dishui-core"]))


def test_a_zone_on_the_map_narrows_the_board(page: Page, client: FlaskClient) -> None:
    open_board(page, DAY)
    page.locator('button.label[data-id="frontier-tech"]').dispatch_event("click")
    page.wait_for_url("**zone=frontier-tech**")
    page.wait_for_selector('html[data-ready="all"]', state="attached")
    total = client.get(f"/api/progress?zone=frontier-tech&{DAY}").json["total"]
    expect(page.locator("tr[data-project]")).to_have_count(total)
    assert query_of(page)["today"] == "2023-06-30"


def test_without_script_table_strip_and_a_drawn_map_are_there(new_page: Any) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"/progress?{PLACED}")
    expect(page.locator(".board-locator svg.locator")).to_be_visible()
    expect(page.locator("#lingang_map")).not_to_be_visible()
    expect(page.locator("tr[data-project]").first).to_be_visible()
    expect(page.locator(".strip svg.chart")).to_be_visible()
    expect(page.locator(".pick").first).not_to_be_visible()
    page.goto(f"/projects/t1?{DAY}")
    expect(page.locator(".timeline svg.chart")).to_be_visible()


def test_on_paper_the_drawn_map_takes_the_place_of_the_moving_one(page: Page) -> None:
    open_board(page)
    expect(page.locator(".board-locator")).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".board-locator svg.locator")).to_be_visible()
    expect(page.locator("#lingang_map")).not_to_be_visible()
    expect(page.locator(".filters")).not_to_be_visible()


@pytest.mark.parametrize("path", [f"/projects?{DAY}", f"/projects/t1?{DAY}", f"/progress?{PLACED}"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_map_over_table_and_never_scrolls_sideways(
    new_page: Any, path: str, language: str
) -> None:
    page = new_page(**PHONE)
    page.goto(f"{path}&lang={language}")
    if path.startswith("/progress"):
        page.wait_for_selector('html[data-ready="all"]', state="attached")
        above, below = page.locator(".board-map").bounding_box(), page.locator(".board-table").bounding_box()
        assert above and below and above["y"] + above["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "scheme, paths, board",
    [
        ("light", (f"/projects?kind=school&{DAY}", f"/projects/t1?{DAY}", "/projects?kind=schol"), PLACED),
        (
            "dark",
            (f"/projects?lang=en&light=overdue&{DAY}", f"/projects/t1?lang=en&{DAY}"),
            f"lang=en&kind=transit&{DAY}&project=t1",
        ),
    ],
)
def test_the_pages_are_accessible(new_page: Any, scheme: str, paths: tuple[str, ...], board: str) -> None:
    page = new_page(color_scheme=scheme)
    found = {}
    for path in paths:
        page.goto(path)
        if bad := serious(page):
            found[path] = bad
    open_board(page, board)
    if bad := serious(page):
        found[board] = bad
    assert found == {}


def test_the_board_on_a_phone_is_accessible(new_page: Any) -> None:
    page = new_page(**PHONE)
    open_board(page)
    assert serious(page) == []
