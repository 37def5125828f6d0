"""Hostile text is only text, and a server that fails leaves a map that still works."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import expect_selected, heading, is_focused, open_map, rows, settle, task_ids
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="harmed=1"><script>harmed=1</script>"><svg onload=harmed=1>&amp;'


def harmless(page: Page, scope: str) -> None:
    """Nothing ran, and no element was made of the text."""
    assert page.evaluate("window.harmed") is None
    assert page.locator(scope).locator("img, script, svg[onload], iframe").count() == 0


def answer_with(page: Page, pattern: str, change: Any) -> None:
    """Answer requests like `pattern` with what the server says, changed by `change`."""

    def handle(route: Route) -> None:
        body = route.fetch().json()
        change(body)
        route.fulfill(json=body)

    page.route(pattern, handle)


def poison_task(task: dict[str, Any]) -> None:
    task.update(title=HOSTILE, text=HOSTILE + "正文", body_start=0, path=[HOSTILE], source=HOSTILE)
    task.update(reason=HOSTILE, unplaced=[[0, 4, HOSTILE]])
    for link in task["links"]:
        link.update(name=HOSTILE, name_en=HOSTILE, evidence=[[0, 4, HOSTILE]])
    for milestone in task["milestones"]:
        milestone["what"] = HOSTILE


def test_markup_in_a_task_is_shown_as_text(page: Page) -> None:
    answer_with(page, "**/api/tasks/2023-54", poison_task)
    open_map(page, "?task=2023-54")
    expect(heading(page)).to_have_text(HOSTILE)
    expect(page.locator("#panel-body .reading")).to_have_text(HOSTILE + "正文")
    harmless(page, "#panel-body")


def test_markup_in_a_zone_and_its_tasks_is_shown_as_text(page: Page) -> None:
    def poison_list(body: dict[str, Any]) -> None:
        for task in [*body["tasks"], *body["passing"]]:
            poison_task(task)

    answer_with(page, "**/api/zones/community-105/tasks*", poison_list)
    names = {"name": HOSTILE, "note": HOSTILE, "source": HOSTILE}
    answer_with(page, "**/api/zones/community-105", lambda zone: zone.update(names))
    open_map(page, "?zone=community-105")
    expect(heading(page)).to_have_text(HOSTILE)
    expect(rows(page).first.get_by_role("link").first).to_have_text(HOSTILE)
    page.get_by_role("tab").last.click()
    expect(page.get_by_role("tabpanel")).to_contain_text(HOSTILE)
    harmless(page, "#panel-body")


def test_markup_in_search_results_and_in_the_box_is_shown_as_text(page: Page) -> None:
    hit = {"type": "task", "id": "2023-54", "name": HOSTILE, "plan": "2023"}
    page.route("**/api/search*", lambda route: route.fulfill(json={"q": "", "results": [hit]}))
    open_map(page)
    box = page.get_by_role("combobox", name="搜索")
    box.fill(HOSTILE)
    expect(page.get_by_role("option").first).to_contain_text(HOSTILE)
    harmless(page, "#search-results")
    box.press("Enter")
    expect(heading(page)).to_contain_text(HOSTILE)
    harmless(page, "#panel-body")


def test_markup_in_a_layer_s_names_is_shown_as_text_on_the_map(page: Page) -> None:
    def poison_names(collection: dict[str, Any]) -> None:
        for feature in collection["features"]:
            feature["properties"].update(name=HOSTILE, name_en=HOSTILE)

    for layer in ("zones", "transit", "base"):
        answer_with(page, f"**/layers/{layer}.geojson", poison_names)
    open_map(page, "?at=13.5/30.905/121.93")
    mark = page.locator(".mark-stops:visible").first
    mark.dispatch_event("mouseover")
    expect(page.locator(".leaflet-tooltip").first).to_have_text(HOSTILE)
    harmless(page, ".leaflet-container")


def test_hostile_words_in_the_address_are_only_words(page: Page, watch: Any) -> None:
    watch.expect("404")
    page.goto("/?zone=" + "%3Cimg%20src%3Dx%20onerror%3Dwindow.harmed%3D1%3E")
    expect(page.get_by_role("alert").filter(has_text="<img")).to_be_visible()
    harmless(page, "#panel-body")
    page.goto("/tasks?q=%22%3E%3Cscript%3Ewindow.harmed%3D1%3C/script%3E")
    expect(page.get_by_role("searchbox", name="文字")).to_have_value('"><script>window.harmed=1</script>')
    assert page.evaluate("window.harmed") is None


OWN_FAILURE = {"status": 500, "json": {"error": "服务器出了意外的错，已经记录。", "status": 500}}
PROXY_FAILURE = {"status": 502, "body": "<html>Bad Gateway</html>", "content_type": "text/html"}
FAILURES = {"with the server's words": OWN_FAILURE, "with a page of a proxy": PROXY_FAILURE}


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failing_server_is_told_with_a_way_to_try_again(page: Page, watch: Any, kind: str) -> None:
    watch.expect("status of 50[02]")
    page.route("**/api/zones/*/tasks*", lambda route: route.fulfill(**FAILURES[kind]))
    open_map(page, "?zone=community-105")
    alert = page.get_by_role("alert").filter(has_text="没有取到")
    expect(alert).to_be_visible()
    told = alert.inner_text()
    assert "JSON" not in told and "Unexpected token" not in told, "the reader is not shown a program's words"
    assert ("服务器" in told) or ("502" in told)
    assert page.locator("path.zone").count() > 0
    page.unroute("**/api/zones/*/tasks*")
    alert.get_by_role("button", name="重试").click()
    expect(heading(page)).to_have_text("105社区")
    assert task_ids(page)
    expect_selected(page, zone="community-105")


def test_the_map_stays_usable_while_the_server_fails(page: Page, watch: Any) -> None:
    watch.expect("status of 500")
    open_map(page)
    page.route("**/api/zones/yangshan/tasks*", lambda route: route.fulfill(**OWN_FAILURE))
    page.locator(".legend a[data-zone='yangshan']").click()
    expect(page.get_by_role("alert").filter(has_text="没有取到")).to_be_visible()
    page.locator(".legend a[data-zone='frontier-tech']").click()
    expect(heading(page)).to_have_text("前沿科技产业区")
    expect_selected(page, zone="frontier-tech")
    expect(page.get_by_role("alert").filter(has_text="没有取到")).to_have_count(0)


def test_a_search_that_fails_breaks_nothing(page: Page, watch: Any) -> None:
    watch.expect("status of 500")
    page.route("**/api/search*", lambda route: route.fulfill(**OWN_FAILURE))
    open_map(page)
    box = page.get_by_role("combobox", name="搜索")
    with page.expect_response("**/api/search*"):
        box.press_sequentially("金融")
    settle(page)
    box.press("Enter")
    expect(heading(page)).to_contain_text("金融")


def test_a_layer_that_does_not_come_is_told(page: Page, watch: Any) -> None:
    watch.expect("status of 500")
    watch.expect("(console|page error): .*意外")
    page.route("**/layers/zones.geojson", lambda route: route.fulfill(**OWN_FAILURE))
    page.goto("/")
    expect(page.get_by_role("alert").filter(has_text="服务器出了意外的错")).to_be_visible()
    expect(page.locator("#overview").get_by_role("link", name="105社区")).to_be_visible()


def test_a_slow_answer_does_not_overwrite_a_later_choice(page: Page) -> None:
    open_map(page)
    held: list[Route] = []
    page.route("**/api/zones/yangshan/tasks*", lambda route: held.append(route))
    page.locator(".legend a[data-zone='yangshan']").click()
    page.locator(".legend a[data-zone='frontier-tech']").click()
    expect(heading(page)).to_have_text("前沿科技产业区")
    assert len(held) == 1
    with page.expect_response("**/api/zones/yangshan/tasks*"):
        held[0].continue_()
    settle(page)
    expect(heading(page)).to_have_text("前沿科技产业区")
    assert is_focused(page, heading(page))
