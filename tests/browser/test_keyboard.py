"""Keyboard alone is enough: everything is reached, the focus is seen, and it lands where one reads on."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import heading, is_focused, open_map, settle, state_of, view_of
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MAX_STOPS = 120

_FOCUS_JS = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return {
    id: node.id, tag: node.tagName.toLowerCase(), role: node.getAttribute('role'),
    class: node.className.toString(),
    text: (node.getAttribute('aria-label') || node.textContent).trim().slice(0, 40),
    lit: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""


def focus(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(_FOCUS_JS)
    return found


def tab_stops(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key from the top of the page to its end."""
    stops: list[dict[str, Any]] = []
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        now = focus(page)
        if now["tag"] == "body":
            return stops
        stops.append(now)
    raise AssertionError(f"the end was not reached in {MAX_STOPS} stops: {[s['text'] for s in stops[-5:]]}")


def tab_to(page: Page, wanted: str, key: str = "Tab") -> None:
    """Press Tab, or `key`, until the focus is on an element that matches the selector; it is seen there."""
    for _ in range(MAX_STOPS):
        page.keyboard.press(key)
        if page.evaluate("(css) => document.activeElement.matches(css)", wanted):
            stop = focus(page)
            assert stop["lit"] and stop["seen"], wanted
            return
    raise AssertionError(f"{wanted} is not reached with {key}")


def test_tab_goes_from_the_skip_link_over_search_map_and_legend_to_the_tasks(page: Page) -> None:
    open_map(page, "?zone=community-105")
    stops = tab_stops(page)
    assert stops[0]["text"] == "跳到任务列表"
    order = [
        next(i for i, stop in enumerate(stops) if test(stop))
        for test in (
            lambda s: s["id"] == "search",
            lambda s: s["id"] == "switch-language",
            lambda s: "leaflet-container" in s["class"],
            lambda s: s["id"] == "legend-fold",
            lambda s: s["id"] == "tool-in",
            lambda s: s["role"] == "tab",
            lambda s: "row-title" in s["class"],
        )
    ]
    assert order == sorted(order)
    assert sum(stop["role"] == "tab" for stop in stops) == 1, "the tabs are one stop; arrows move among them"


def test_the_focus_is_seen_at_every_stop(page: Page) -> None:
    open_map(page, "?zone=community-105")
    stops = tab_stops(page)
    assert [(stop["tag"], stop["text"]) for stop in stops if not stop["lit"]] == []
    assert [(stop["tag"], stop["text"]) for stop in stops if not stop["seen"]] == []


def test_the_skip_links_lead_to_the_list_and_to_the_map(page: Page) -> None:
    open_map(page, "?zone=community-105")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('panel-body').contains(document.activeElement)")
    expect(heading(page)).to_have_text("105社区")
    open_map(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focus(page)["text"] == "跳到地图"
    page.keyboard.press("Enter")
    assert "leaflet-container" in focus(page)["class"]


def test_arrow_keys_switch_the_panel_s_tabs(page: Page) -> None:
    open_map(page, "?zone=community-105")
    tab_to(page, "[role=tab]")
    tabs = page.get_by_role("tab")
    expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    assert is_focused(page, tabs.nth(1))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel")).to_contain_text("来源")
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    expect(tabs.nth(2)).to_have_attribute("aria-selected", "true")


def test_enter_on_a_task_opens_it_and_the_focus_lands_on_its_heading(page: Page) -> None:
    open_map(page, "?zone=community-105")
    tab_to(page, "a.row-title")
    title = focus(page)["text"]
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(title)
    settle(page)
    assert "task" in state_of(page)
    assert is_focused(page, heading(page))


def test_opening_a_zone_from_the_overview_by_keyboard_moves_the_focus_to_it(page: Page) -> None:
    open_map(page)
    page.locator("#panel-body a[data-go='zone=community-105']").focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("105社区")
    assert is_focused(page, heading(page))
    expect(page.get_by_role("status")).to_contain_text("105社区，")


def test_a_space_bar_switches_a_layer(page: Page) -> None:
    open_map(page)
    tab_to(page, "input[data-layer='line-16']")
    page.keyboard.press("Space")
    expect(page.locator("path.line-16")).to_have_count(0)


def test_the_map_moves_and_zooms_by_keyboard(page: Page) -> None:
    open_map(page)
    tab_to(page, ".leaflet-container")
    for key in ("ArrowRight", "+"):
        before = view_of(page)
        page.keyboard.press(key)
        settle(page)
        assert view_of(page) != before, key


def test_the_main_path_is_walked_by_keyboard_from_the_search_to_a_file(page: Page) -> None:
    open_map(page)
    page.keyboard.press("/")
    page.keyboard.type("105社区")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("105社区")
    settle(page)
    tab_to(page, "#tool-filter", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "#facets input[data-facet=plan][data-value='2023']")
    page.keyboard.press("Space")
    expect(page.locator("#filter-chips")).to_contain_text("2023")
    page.keyboard.press("Escape")
    assert is_focused(page, page.locator("#tool-filter"))
    tab_to(page, "#view-table", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("列出")).to_be_focused()
    tab_to(page, ".table-area tbody a")
    page.keyboard.press("Enter")
    settle(page)
    chosen = state_of(page)
    assert (chosen["table"], chosen["plan"]) == ("tasks", "2023")
    assert chosen["task"].startswith("2023-")
    tab_to(page, "#tool-filter", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, ".facets-foot summary")
    page.keyboard.press("Enter")
    tab_to(page, "a[href*='tasklist.csv']")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    lines = coming.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + page.request.get("/api/tasks?plan=2023").json()["total"]


def test_the_list_of_more_tools_opens_and_closes_by_keyboard(page: Page) -> None:
    open_map(page)
    tab_to(page, "#tool-more")
    expect(page.locator("#tool-print")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert is_focused(page, page.locator("#tool-print"))
    page.keyboard.press("Escape")
    expect(page.locator("#tool-print")).to_be_hidden()
    assert is_focused(page, page.locator("#tool-more"))
