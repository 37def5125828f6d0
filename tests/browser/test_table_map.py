"""The table beside the map: one selection, filter and address with it, by mouse, keys and on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import expect_selected, is_focused, open_map, settle, state_of, zone_label
from playwright.sync_api import Locator, Page, expect
from test_axe import PHONE, violations

pytestmark = pytest.mark.browser


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="表格", exact=True)


def row(page: Page, row_id: str) -> Locator:
    return table(page).locator(f'tr[data-id="{row_id}"]')


def marked(page: Page) -> Locator:
    return table(page).locator("tr[aria-current=true]")


def test_table_and_map_have_one_selection(page: Page) -> None:
    open_map(page, "?table=zones&size=100&sort=-tasks")
    zone_label(page, "emerging").click()
    expect_selected(page, zone="emerging")
    expect(marked(page)).to_have_attribute("data-id", "emerging")
    expect(marked(page)).to_be_in_viewport()
    row(page, "yangshan").get_by_role("link").click()
    expect_selected(page, zone="yangshan")
    expect(marked(page)).to_have_attribute("data-id", "yangshan")
    assert state_of(page) == {
        "zone": "yangshan", "table": "zones", "size": "100", "sort": "-tasks",
    }  # fmt: skip


def test_what_is_selected_is_found_on_its_page_whatever_the_order(page: Page) -> None:
    open_map(page, "?table=tasks&sort=-title&task=2023-112")
    expect(marked(page)).to_have_attribute("data-id", "2023-112")
    expect(marked(page)).to_be_in_viewport()
    assert int(state_of(page)["page"]) > 1


def test_the_table_works_by_keys_alone_and_the_back_key_undoes(page: Page) -> None:
    open_map(page)
    page.get_by_role("button", name="表格", exact=True).press("Enter")
    lists = table(page).get_by_label("列出")
    expect(lists).to_be_focused()
    head = table(page).get_by_role("button", name="标题")
    head.press("Enter")
    expect(table(page).locator("th[aria-sort=ascending]")).to_contain_text("标题")
    assert is_focused(page, head)
    following = table(page).get_by_role("button", name="下一页")
    following.press("Enter")
    expect(table(page).get_by_role("status")).to_have_text(re.compile("第 26–50 行"))
    assert is_focused(page, following)
    assert state_of(page) == {"table": "tasks", "sort": "title", "page": "2"}
    first = table(page).locator("tbody tr").first
    chosen = first.get_attribute("data-id")
    first.get_by_role("link").press("Enter")
    settle(page)
    assert state_of(page)["task"] == chosen
    for _ in range(2):
        page.go_back()
    expect(table(page).get_by_role("status")).to_have_text(re.compile("第 1–25 行"))
    table(page).get_by_role("button", name="回到地图").press("Enter")
    expect(table(page)).to_be_hidden()
    assert is_focused(page, page.get_by_role("button", name="表格", exact=True))


def test_another_filter_begins_at_its_first_page_and_nonsense_is_named(page: Page) -> None:
    open_map(page, "?table=tasks&page=2&charts=1&size=7")
    expect(page.get_by_role("alert").filter(has_text="size=7")).to_be_visible()
    page.locator("#panel-body").get_by_role("button", name="开工").click()
    expect(table(page).get_by_role("status")).to_have_text("第 1–25 行，共 25 行")
    assert state_of(page) == {"stage": "start", "table": "tasks", "charts": "1"}


def test_the_table_is_accessible_and_a_phone_shows_cards(new_page: Any) -> None:
    desktop = new_page()
    open_map(desktop, "?table=projects&view=table&lang=en")
    expect(desktop.locator(".map-area")).to_be_hidden()
    assert violations(desktop) == []
    phone = new_page(**PHONE)
    open_map(phone, "?table=tasks")
    expect(phone.locator(".map-area")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert table(phone).evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    assert violations(phone) == []
    row(phone, "2020-1").get_by_role("link").tap()
    expect(phone.locator("#panel")).to_have_attribute("data-stop", "half")
