"""Charts in the panel filter the map and follow it, by mouse and by keys."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import heading, is_focused, open_map, settle, state_of, zone_label
from playwright.sync_api import Locator, Page, expect
from test_axe import PHONE, violations

pytestmark = pytest.mark.browser


def bar(page: Page, chart: str, name: str) -> Locator:
    section = page.locator("#panel-body").get_by_role("region", name=chart, exact=True)
    return section.get_by_role("button", name=name)


def test_a_bar_filters_the_map_and_a_second_press_undoes_it(page: Page) -> None:
    open_map(page, "?charts=1")
    counts = {
        z["id"]: z["tasks"]["total"] for z in page.request.get("/api/zones?stage=start").json()["zones"]
    }
    before = zone_label(page, "dishui-core").inner_text()
    bar(page, "按节点阶段", "开工").click()
    expect(zone_label(page, "dishui-core")).to_contain_text(str(counts["dishui-core"]))
    expect(bar(page, "按节点阶段", "开工")).to_have_attribute("aria-pressed", "true")
    assert state_of(page) == {"charts": "1", "stage": "start"}
    bar(page, "按节点阶段", "开工").click()
    expect(bar(page, "按节点阶段", "开工")).to_have_attribute("aria-pressed", "false")
    settle(page)
    assert zone_label(page, "dishui-core").inner_text() == before
    assert state_of(page) == {"charts": "1"}


def test_keys_keep_the_focus_and_the_tables_that_are_open(page: Page) -> None:
    open_map(page, "?charts=1&plan=2023")
    summary = page.locator("#panel-body summary").first
    summary.press("Enter")
    expect(page.locator("#panel-body details[open] table")).to_be_visible()
    chosen = bar(page, "按片区", "洋山特殊综合保税区")
    chosen.press("Enter")
    expect(bar(page, "按片区", "洋山特殊综合保税区")).to_have_attribute("aria-pressed", "true")
    expect(bar(page, "按片区", "洋山特殊综合保税区")).to_be_focused()
    expect(page.locator("#panel-body details[open] table")).to_be_visible()
    expect(heading(page)).to_contain_text(
        str(page.request.get("/api/tasks?plan=2023&zone=yangshan").json()["total"])
    )
    assert state_of(page) == {"charts": "1", "plan": "2023", "in": "yangshan"}


def test_what_is_looked_at_comes_first_and_the_charts_come_back(page: Page) -> None:
    open_map(page)
    opener = page.get_by_role("button", name="图表", exact=True)
    opener.click()
    expect(heading(page)).to_contain_text("图表")
    expect(opener).to_have_attribute("aria-pressed", "true")
    zone_label(page, "comprehensive").click()
    expect(heading(page)).to_contain_text("综合产业区")
    page.go_back()
    expect(heading(page)).to_contain_text("图表")
    opener.click()
    expect(heading(page)).to_contain_text("临港新片区")
    assert is_focused(page, opener)


def test_the_charts_are_accessible_also_on_a_phone(new_page: Any) -> None:
    for options, query in (({}, "?charts=1&stage=start&lang=en"), (PHONE, "?charts=1")):
        page = new_page(**options)
        open_map(page, query)
        page.locator("#panel-body summary").first.click()
        assert violations(page) == []
        panel = page.locator("#panel-body")
        assert panel.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    page.goto("/charts?plan=2023")
    assert violations(page) == []
