"""The dark theme, less motion, and English: chosen, kept, and complete."""

from __future__ import annotations

import re
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
    wait_for_map,
    zone_label,
)
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

_LIGHTNESS_JS = """(css) => {
  const colour = getComputedStyle(document.querySelector(css)).backgroundColor;
  const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""

# Remembers whether anything on the page was ever set in motion.
_MOTION_WATCH_JS = """() => {
  window.moved = [];
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    if (target.matches('.leaflet-zoom-anim, .leaflet-pan-anim')) window.moved.push(target.className);
  })).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ['class'] });
  addEventListener('transitionrun', (event) => window.moved.push(`transition of ${event.propertyName}`));
  addEventListener('animationstart', (event) => window.moved.push(`animation ${event.animationName}`));
}"""


def is_dark(page: Page, css: str) -> bool:
    return float(page.evaluate(_LIGHTNESS_JS, css)) < 0.35


def test_the_dark_theme_is_chosen_by_its_switch_and_kept(page: Page) -> None:
    open_map(page)
    surfaces = (".bar", "#panel", ".legend", ".leaflet-container")
    assert not any(is_dark(page, css) for css in surfaces)
    switch = page.get_by_role("button", name="深色")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(200)
    assert all(is_dark(page, css) for css in surfaces)
    page.reload()
    wait_for_map(page)
    assert all(is_dark(page, css) for css in surfaces)
    page.goto("/zones/community-105")
    assert is_dark(page, "html"), "the plain pages keep the choice too"
    page.get_by_role("button", name="深色").click()
    assert not is_dark(page, "html")


def test_a_system_that_prefers_dark_gets_dark_until_light_is_chosen(new_page: Any) -> None:
    page = new_page(color_scheme="dark")
    open_map(page)
    assert is_dark(page, "#panel") and is_dark(page, ".leaflet-container")
    page.get_by_role("button", name="深色").click()
    assert not is_dark(page, "#panel") and not is_dark(page, ".leaflet-container")
    page.reload()
    wait_for_map(page)
    assert not is_dark(page, "#panel")


def test_with_reduced_motion_nothing_moves_by_itself(page: Page) -> None:
    open_map(page)
    page.evaluate(_MOTION_WATCH_JS)
    zone_label(page, "dishui-core").click()
    expect_selected(page, zone="dishui-core")
    page.locator("#tool-in").click()
    settle(page)
    page.locator("#tool-home").click()
    settle(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == []


def test_with_motion_allowed_the_map_travels(new_page: Any) -> None:
    page = new_page(reduced_motion="no-preference")
    open_map(page)
    page.evaluate(_MOTION_WATCH_JS)
    zone_label(page, "dishui-core").click()
    expect_selected(page, zone="dishui-core")
    assert any("anim" in what for what in page.evaluate("window.moved"))


def test_english_speaks_english_everywhere_but_in_the_documents_words(page: Page) -> None:
    open_map(page, "?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Lingang Atlas")
    expect(heading(page)).to_have_text("Lingang New Area")
    expect(scope_chip(page, "whole")).to_contain_text("Whole area")
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="Search"))).to_be_visible()
    expect(zone_label(page, "dishui-core").locator(".label-name")).to_have_text("Dishui Lake Core")
    expect(page.locator(".legend a[data-zone='yangshan']")).to_contain_text("Yangshan")


def test_an_english_zone_has_english_words_and_official_titles(page: Page) -> None:
    open_map(page, "?lang=en&zone=community-105")
    expect(heading(page)).to_have_text("Community 105")
    path = page.locator("#panel-body nav.path")
    expect(path).to_contain_text("Dishui Lake Core")
    assert not re.search("[一-鿿]", path.inner_text())
    expect(page.get_by_role("tab").first).to_have_text(re.compile("^Tasks"))
    title = page.request.get("/api/tasks/2020-30").json()["title"]
    link = rows(page).get_by_role("link", name=title)
    expect(link).to_have_attribute("lang", "zh-CN")
    expect(rows(page).first.locator(".why").first).to_contain_text("Happens here")
    expect(page.get_by_role("link", name="Export this zone (GeoJSON)")).to_be_visible()
    link.click()
    expect_selected(page, task="2020-30", lang="en")
    places = page.locator("#panel-body .places")
    expect(places.get_by_role("link", name="Community 105", exact=True)).to_be_visible()


def test_chinese_text_in_the_english_page_is_marked_as_chinese(page: Page) -> None:
    open_map(page, "?lang=en&zone=modern-services")
    unmarked = page.evaluate("""() => {
      const walker = document.createTreeWalker(document.querySelector('#panel-body'), NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const lang = node.parentElement.closest('[lang]').lang;
        if (/[\\u4e00-\\u9fff]/.test(node.data) && !lang.startsWith('zh')) found.push(node.data.trim());
      }
      return found;
    }""")
    assert unmarked == []


def test_the_language_switch_keeps_what_a_link_selected(page: Page) -> None:
    open_map(page, "?zone=community-105&plan=2020")
    page.locator("#switch-language").click()
    wait_for_map(page)
    assert state_of(page) == {"zone": "community-105", "plan": "2020", "lang": "en"}
    expect(heading(page)).to_have_text("Community 105")
    page.locator("#switch-language").click()
    wait_for_map(page)
    expect(heading(page)).to_have_text("105社区")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_language_switch_keeps_what_was_selected_since(page: Page) -> None:
    open_map(page)
    zone_label(page, "dishui-core").click()
    expect_selected(page, zone="dishui-core")
    page.locator("#switch-language").click()
    wait_for_map(page)
    assert state_of(page) == {"zone": "dishui-core", "lang": "en"}
    expect(heading(page)).to_have_text("Dishui Lake Core")


def test_english_is_kept_while_one_moves_about(page: Page) -> None:
    open_map(page, "?lang=en")
    page.locator(".legend a[data-zone='yangshan']").click()
    expect_selected(page, zone="yangshan", lang="en")
    expect(heading(page)).to_have_text(re.compile("Yangshan"))
    page.get_by_role("link", name="Printable page").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Yangshan")
    page.get_by_role("link", name="Show on the map").click()
    wait_for_map(page)
    assert state_of(page) == {"zone": "yangshan", "lang": "en"}
