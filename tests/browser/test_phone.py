"""On a phone the panel is a sheet over the map, with three stops and nothing too small to touch."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import expect_selected, heading, is_focused, open_map, settle, zone_label
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MIN_TOUCH_PX = 44


@pytest.fixture
def phone(new_page: Any) -> Page:
    made: Page = new_page(**PHONE)
    return made


def grip(page: Page) -> Locator:
    return page.locator("#grip")


def height_of_sheet(page: Page) -> float:
    box = page.locator("#panel").bounding_box()
    assert box
    return box["height"]


def test_the_sheet_has_three_stops_by_touch(phone: Page) -> None:
    open_map(phone)
    heights = {}
    for _ in range(3):
        heights[phone.locator("#panel").get_attribute("data-stop")] = height_of_sheet(phone)
        grip(phone).tap()
    assert heights["low"] < heights["half"] < heights["full"] <= 844
    expect(phone.locator("#panel")).to_have_attribute("data-stop", "half")  # round again


def test_the_sheet_has_three_stops_by_keyboard(phone: Page) -> None:
    open_map(phone)
    grip(phone).focus()
    heights = set()
    for key in ("Enter", "Space", "Enter"):
        heights.add(height_of_sheet(phone))
        phone.keyboard.press(key)
        assert is_focused(phone, grip(phone))
    assert len(heights) == 3
    phone.keyboard.press("Enter")
    expect(grip(phone)).to_have_accessible_name("收起")
    phone.keyboard.press("Enter")
    expect(grip(phone)).to_have_attribute("aria-expanded", "false")
    expect(grip(phone)).to_have_accessible_name("展开")


def width_of(page: Page) -> int:
    """How wide the page, its sheet or its main part is to scroll, in CSS px."""
    parts = "[document.documentElement, document.querySelector('#panel-body, main')]"
    return int(page.evaluate(f"Math.max(...{parts}.map((node) => node.scrollWidth))"))


def test_nothing_is_wider_than_the_phone(phone: Page) -> None:
    for query in ("", "?zone=community-105", "?task=2023-54", "?lang=en&zone=yangshan"):
        open_map(phone, query)
        assert width_of(phone) <= 390, query
    for path in ("/zones/community-105", "/tasks/2023-54", "/plans", "/tasks", "/about", "/zones?lang=en"):
        phone.goto(path)
        assert width_of(phone) <= 390, path


def test_the_layers_button_opens_the_legend(phone: Page) -> None:
    open_map(phone)
    expect(phone.locator("#legend-body")).to_be_hidden()
    phone.locator("#tool-layers").tap()
    expect(phone.locator("#legend-body")).to_be_visible()
    box = phone.locator(".legend").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    phone.locator(".legend").get_by_role("link", name="洋山特殊综合保税区").tap()
    expect(heading(phone)).to_have_text("洋山特殊综合保税区")
    expect(phone.locator("#legend-body")).to_be_hidden()


def test_a_tap_on_a_name_opens_the_zone_and_raises_the_sheet(phone: Page) -> None:
    open_map(phone)
    while phone.locator("#panel").get_attribute("data-stop") != "low":
        grip(phone).tap()
    zone_label(phone, "dishui-core").tap()
    expect(heading(phone)).to_have_text("滴水湖核心")
    expect(phone.locator("#panel")).to_have_attribute("data-stop", "half")
    expect_selected(phone, zone="dishui-core")


def test_the_selected_zone_is_shown_above_the_sheet(phone: Page) -> None:
    open_map(phone, "?zone=community-105")
    ink = phone.locator("path.focus-ink").first.bounding_box()
    assert ink
    top = 844 - height_of_sheet(phone)
    assert ink["y"] >= 0 and ink["y"] + ink["height"] <= top + 1
    assert ink["x"] >= -1 and ink["x"] + ink["width"] <= 391


def test_tools_and_switches_are_large_enough_to_touch(phone: Page) -> None:
    open_map(phone)
    small = [
        (target.get_attribute("id"), box)
        for target in phone.locator(".map-tools button:visible, .bar .switch:visible, #search").all()
        if (box := target.bounding_box()) and min(box["width"], box["height"]) < MIN_TOUCH_PX
    ]
    assert small == []


def test_every_task_is_read_on_the_full_sheet(phone: Page) -> None:
    open_map(phone, "?zone=community-105")
    while phone.locator("#panel").get_attribute("data-stop") != "full":
        grip(phone).tap()
    last = phone.locator("li.row").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    last.get_by_role("link").tap()
    settle(phone)
    expect(heading(phone)).to_be_in_viewport()
