"""Every state of the map is a link: opened cold it shows the same."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import (
    expect_selected,
    heading,
    open_map,
    rows,
    scope_chip,
    settle,
    state_of,
    task_ids,
    view_of,
)
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


@pytest.mark.parametrize("filters", ["plan=2020&stage=land", "stage=start", "plan=2023&stage=start"])
def test_a_link_to_a_filtered_zone_lists_what_the_api_lists(page: Page, filters: str) -> None:
    open_map(page, f"?zone=dishui-core&{filters}")
    found = page.request.get(f"/api/zones/dishui-core/tasks?{filters}").json()
    expect(heading(page)).to_have_text("滴水湖核心")
    assert set(task_ids(page)) == {task["id"] for task in [*found["tasks"], *found["passing"]]}
    for pair in filters.split("&"):
        name, value = pair.split("=")
        expect(page.locator(f"#panel-body select[name={name}]")).to_have_value(value)
    counts = {z["id"]: z["tasks"]["total"] for z in page.request.get(f"/api/zones?{filters}").json()["zones"]}
    expect(page.locator(".legend [data-count='dishui-core']")).to_have_text(str(counts["dishui-core"]))


def test_a_link_to_a_task_opens_it(page: Page) -> None:
    open_map(page, "?task=2023-54")
    expect(heading(page)).to_have_text("统筹推进金融集聚区物理载体建设")
    expect_selected(page, task="2023-54")
    expect(page.get_by_role("link", name="打印页")).to_have_attribute("href", "/tasks/2023-54")


def test_a_link_to_a_scope_lists_it(page: Page) -> None:
    open_map(page, "?scope=whole")
    expect(heading(page)).to_contain_text("全域")
    expect(rows(page)).to_have_count(page.request.get("/api/tasks?scope=whole").json()["total"])


def test_a_link_to_a_plan_lists_all_its_tasks(page: Page) -> None:
    open_map(page, "?plan=2020")
    expect(rows(page)).to_have_count(page.request.get("/api/tasks?plan=2020").json()["total"])
    expect(page.locator("#panel-body select[name=plan]")).to_have_value("2020")


def test_a_link_to_a_place_opens_it(page: Page) -> None:
    open_map(page, "?feature=t1")
    expect(heading(page)).to_contain_text("T1")
    expect_selected(page, feature="t1")


def test_a_copied_address_shows_the_same_map_to_someone_else(page: Page) -> None:
    open_map(page, "?zone=community-105")
    page.locator("#tool-in").click()
    settle(page)
    shown, address = view_of(page), page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector('html[data-ready="all"]', state="attached")
    settle(page)
    expect(heading(page)).to_have_text("105社区")
    assert view_of(page) == pytest.approx(shown, abs=1.5)  # the address rounds to a metre


def test_an_unknown_zone_is_told_in_the_panel_and_the_map_stays(page: Page, watch: Any) -> None:
    watch.expect(r"404.*/api/zones/community-15\b")
    open_map(page, "?zone=community-15")
    told = page.get_by_role("alert").filter(has_text="community-15")
    expect(told).to_be_visible()
    expect(told).to_contain_text("community-105")  # the one that was probably meant
    assert page.locator("path.zone").count() > 0
    told.get_by_role("link", name="回到地图").click()
    expect(scope_chip(page, "whole")).to_be_visible()
    assert state_of(page) == {}


def test_an_unknown_task_is_told_in_the_panel(page: Page, watch: Any) -> None:
    watch.expect(r"404.*/api/tasks/2023-999\b")
    open_map(page, "?task=2023-999")
    expect(page.get_by_role("alert").filter(has_text="2023-999")).to_be_visible()
    assert page.locator("path.zone").count() > 0
