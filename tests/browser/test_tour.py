"""The tour: offered once and never in the way, walked by keyboard, and always to be had again."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import is_focused, open_map, zone_label
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
STEPS = ("搜索", "片区", "筛选", "列表", "带走")


def offer(page: Page) -> Locator:
    return page.get_by_role("region", name="使用导览")


def tour(page: Page) -> Locator:
    return page.locator("dialog.tour")


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_it_is_offered_once_and_takes_neither_focus_nor_clicks(page: Page) -> None:
    open_map(page)
    expect(offer(page)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    zone_label(page, "dishui-core").click()
    expect(page.locator("#panel-body h2")).to_have_text("滴水湖核心")
    page.go_back()
    offer(page).get_by_role("button", name="跳过").click()
    expect(offer(page)).to_have_count(0)
    open_map(page)
    expect(offer(page)).to_have_count(0)


def test_it_is_walked_by_keyboard_points_at_what_is_there_and_gives_the_focus_back(page: Page) -> None:
    open_map(page)
    button = page.get_by_role("button", name="使用导览")
    button.focus()
    page.keyboard.press("Enter")
    for number, name in enumerate(STEPS, 1):
        expect(tour(page).get_by_role("heading")).to_have_text(name)
        expect(tour(page)).to_contain_text(f"{number} / 5")
        assert is_focused(page, tour(page).get_by_role("heading"))
        expect(page.locator(".tour-ring")).to_be_in_viewport()
        if number == 3:
            assert violations(page) == []
        if number < len(STEPS):
            tour(page).get_by_role("button", name="下一步").focus()
            page.keyboard.press("Enter")
    page.get_by_role("combobox", name="搜索").fill("学校")  # not modal: what it shows can be tried at once
    expect(page.get_by_role("option").first).to_be_visible()
    tour(page).get_by_role("button", name="完成").click()
    expect(tour(page)).to_be_hidden()
    assert is_focused(page, button)
    page.keyboard.press("Enter")
    expect(tour(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(tour(page)).to_be_hidden()
    assert is_focused(page, button)


def test_on_a_phone_its_card_stays_on_the_screen(new_page: Any) -> None:
    page = new_page(**PHONE)
    open_map(page)
    offer(page).get_by_role("button", name="开始").tap()
    for name in STEPS:
        expect(tour(page).get_by_role("heading")).to_have_text(name)
        box = tour(page).bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 375, name
        assert box["y"] >= 0 and box["y"] + box["height"] <= 740, name
        tour(page).locator(".button").tap()
    expect(tour(page)).to_be_hidden()
