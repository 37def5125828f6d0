"""What a reader is about to open is asked for ahead; what takes a while has its place kept for it."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import expect_selected, open_map, settle
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser


def test_a_zone_is_asked_for_while_the_pointer_rests_on_it_and_once(page: Page) -> None:
    asked: list[str] = []
    open_map(page)
    page.on("request", lambda request: asked.append(request.url) if "/api/zones/" in request.url else None)
    link = page.locator('.legend a[data-zone="yangshan"]')
    with page.expect_response("**/api/zones/yangshan/tasks*"):
        link.hover()
    expect(page.locator("#panel-body > #overview")).to_be_visible()
    link.click()
    settle(page)
    expect_selected(page, zone="yangshan")
    expect(page.locator("#tab-body .row").first).to_be_visible()
    assert sorted(address.split("/api/")[1].split("?")[0] for address in asked) == [
        "zones/yangshan", "zones/yangshan/tasks",
    ]  # fmt: skip


def test_an_answer_asked_for_ahead_that_failed_is_asked_for_again(page: Page, watch: Any) -> None:
    watch.expect("request failed: .*/api/zones/yangshan/tasks")
    watch.tolerate("ERR_FAILED")
    open_map(page)
    page.route("**/api/zones/yangshan/tasks*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.locator('.legend a[data-zone="yangshan"]').hover()
    expect(page.locator("#failure")).to_be_hidden()
    page.unroute_all()
    page.locator('.legend a[data-zone="yangshan"]').click()
    settle(page)
    expect(page.locator("#tab-body .row").first).to_be_visible()


def test_the_filter_keeps_the_place_of_its_groups_until_they_come(page: Page) -> None:
    held: list[Route] = []
    open_map(page)
    page.route("**/api/facets*", lambda route: held.append(route))
    page.locator("#tool-filter").click()
    card = page.locator("#facets")
    expect(card).to_have_attribute("aria-busy", "true")
    expect(card.locator(".facet-wait").first).to_be_visible()
    for route in held:
        route.continue_()
    expect(card.locator(".facet").first).to_be_visible()
    expect(card.locator(".facet-wait")).to_have_count(0)
    expect(card).not_to_have_attribute("aria-busy", "true")


def test_on_a_low_screen_the_legend_makes_room_for_the_table_and_comes_back(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_map(page, "?table=tasks")
    fold = page.locator("#legend-fold")
    expect(fold).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="回到地图").click()
    expect(fold).to_have_attribute("aria-expanded", "true")


def test_a_long_list_begins_at_once_and_is_soon_whole(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_map(page, "?plan=2023")
    known = page.request.get("/api/tasks?plan=2023&limit=200").json()
    listed = page.locator("#panel-body .row")
    expect(listed).to_have_count(min(200, known["total"]))
    titles = page.locator("#panel-body .row a.row-title").all_text_contents()
    assert titles == [task["title"] for task in known["tasks"]]
    limits = [address.split("limit=")[1].split("&")[0] for address in asked if "/api/tasks?" in address]
    assert limits == ["60", "200"]


def test_without_the_rest_a_list_goes_on_saying_what_it_leaves_out(page: Page, watch: Any) -> None:
    watch.expect("request failed: .*limit=200")
    watch.tolerate("ERR_FAILED")
    page.route("**/api/tasks?*limit=200*", lambda route: route.abort())
    open_map(page, "?plan=2023")
    known = page.request.get("/api/tasks?plan=2023").json()
    expect(page.locator("#panel-body .row")).to_have_count(60)
    expect(page.locator("#panel-body p.quiet").last).to_contain_text(str(known["total"] - 60))
