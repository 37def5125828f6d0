"""The filter goes with the reader from page to page, and an address without sense never breaks the map."""

from __future__ import annotations

import pytest
from atlas_page import heading, open_map, rows, settle, state_of
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_bar_takes_the_filter_of_the_map_along_and_back(page: Page) -> None:
    open_map(page, "?plan=2023&in=dishui-core")
    page.locator(".filter-chip[data-field=plan] button").click()
    settle(page)
    page.locator(".bar-nav a", has_text="项目").click()
    total = page.request.get("/api/projects?zone=dishui-core").json()["total"]
    expect(page.locator("main [role=status]").first).to_contain_text(f"{total} 个项目")
    expect(page.locator("tr[data-project]")).to_have_count(total)
    page.locator(".bar-nav a", has_text="地图").click()
    page.wait_for_selector("html[data-ready=all]", state="attached")
    assert state_of(page) == {"in": "dishui-core"}
    expect(rows(page)).to_have_count(page.request.get("/api/tasks?zone=dishui-core").json()["total"])


@pytest.mark.parametrize("at", ["99/30.9/121.9", "12/0/0", "99/99/999", "no/thing/here"])
def test_a_view_without_sense_is_named_and_the_map_opens_at_home(page: Page, at: str) -> None:
    open_map(page, f"?at={at}")
    expect(page.locator(".notice")).to_contain_text(f"at={at}")
    expect(page.locator("[data-zone='dishui-core']").first).to_be_visible()
    expect(heading(page)).to_have_text("临港新片区")
    assert "at" not in state_of(page)


def test_the_map_ends_at_a_zoom_that_it_can_draw(page: Page) -> None:
    open_map(page, "?at=17/30.9/121.93")
    for _ in range(4):
        page.locator("#tool-in").click()
    settle(page)
    page.wait_for_url("**at=18/**")


def test_corners_on_one_line_are_no_shape_until_one_lies_beside(page: Page) -> None:
    open_map(page)
    page.locator("#tool-filter").click()
    page.get_by_role("button", name="画范围").click()
    middle = page.locator(".atlas-map").bounding_box()
    assert middle
    finish = page.get_by_role("button", name="完成", exact=True)
    for right in (0, 60, 120):
        page.mouse.click(middle["x"] + 300 + right, middle["y"] + 300)
    expect(page.locator(".draw-bar [role=status]")).to_contain_text("一条直线")
    expect(finish).to_be_disabled()
    page.keyboard.press("Enter")
    expect(finish).to_be_visible()
    page.mouse.click(middle["x"] + 360, middle["y"] + 380)
    finish.click()
    settle(page)
    found = page.request.get(f"/api/tasks?shape={state_of(page)['shape']}").json()
    expect(rows(page)).to_have_count(found["total"])
