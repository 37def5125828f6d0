"""What takes long says so, what fails says why and how to go on, and a file that was asked for arrives."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import heading, open_map, wait_for_map
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser


def test_a_slow_answer_is_announced_and_the_words_go_when_it_comes(page: Page) -> None:
    open_map(page)
    held: list[Route] = []
    page.route("**/api/zones/yangshan/tasks*", lambda route: held.append(route))
    page.locator(".legend a[data-zone='yangshan']").click()
    expect(page.locator("#busy")).to_be_visible()
    expect(page.locator("#busy")).to_have_text("正在载入…")
    expect(page.get_by_role("status").filter(has_text="正在载入…").first).to_be_attached()
    held[0].continue_()
    expect(page.locator("#busy")).to_be_hidden()
    expect(heading(page)).to_have_text("洋山特殊综合保税区")
    expect(page.locator("#live")).not_to_contain_text("正在载入")


def test_a_server_that_is_away_is_told_in_the_readers_words_with_a_way_to_try_again(
    page: Page, watch: Any
) -> None:
    watch.expect("request failed: .*/layers/zones.geojson")
    watch.expect("(console|page error): .*连不上")
    watch.tolerate("ERR_FAILED")
    watch.tolerate(r"request failed: .*/layers/.*ERR_ABORTED")  # trying again gives up what is still coming
    page.route("**/layers/zones.geojson*", lambda route: route.abort())
    page.goto("/")
    strip = page.locator("#failure")
    expect(strip).to_contain_text("连不上服务器")
    page.unroute("**/layers/zones.geojson*")
    strip.get_by_role("button", name="重试").click()
    wait_for_map(page)
    expect(strip).to_be_hidden()
    assert page.locator("path.zone").count() > 0


def test_a_file_is_made_with_a_word_about_it_and_a_refusal_stays_on_the_page(page: Page, watch: Any) -> None:
    watch.expect("status of 400")
    page.goto("/about")
    slow: list[Route] = []
    page.route("**/export/zones.geojson", lambda route: slow.append(route))
    link = page.get_by_role("link", name="zones.geojson")
    with page.expect_download() as download:
        link.click()
        expect(page.get_by_role("status").filter(has_text="正在生成文件…")).to_be_visible()
        slow[0].continue_()
    assert download.value.suggested_filename.endswith(".geojson")
    expect(page.locator("#busy")).to_be_hidden()

    refusal = {"status": 400, "json": {"error": "crs 'x' is not known", "status": 400}}
    page.route("**/export/transit.geojson", lambda route: route.fulfill(**refusal))
    page.get_by_role("link", name="transit.geojson").click()
    told = page.get_by_role("alert").filter(has_text="crs 'x' is not known")
    expect(told).to_be_visible()
    assert page.url.endswith("/about")
    told.get_by_role("button").click()
    expect(told).to_have_count(0)
