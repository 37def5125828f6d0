"""The layer card: order, strength and switches of the layers, in the address; rows that follow the view."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import is_focused, open_map, settle, state_of
from playwright.sync_api import Locator, Page, expect
from test_time_and_compare import serious

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True}
_PANES_JS = """(names) => Object.fromEntries(names.map((name) => {
  // Shapes of one SVG lie in its order, and it among the marks by its pane's depth.
  const shapes = document.querySelector(`g[data-pane="${name}"]`);
  const pane = shapes?.closest('.leaflet-pane') ?? document.querySelector(`.leaflet-${name}-pane`);
  const place = shapes ? [...shapes.parentNode.children].indexOf(shapes) / 100 : 0;
  const depth = Number(getComputedStyle(pane).zIndex) + place;
  return [name, [depth, Number(getComputedStyle(shapes ?? pane).opacity)]];
}))"""
_ROUND_JS = """async (texts) => {
  const { formatLayers, parseLayers } = await import('/static/js/layers_card.js');
  return texts.map((text) => {
    const found = parseLayers(text, ['zones', 't2', 'other-lines']);
    return [formatLayers(found), found.unknown.join(' ')];
  });
}"""


def panes(page: Page, *names: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = page.evaluate(_PANES_JS, list(names))
    return found


def group(page: Page, name: str) -> Locator:
    return page.locator(f".layer-order li[data-group='{name}']")


def open_order(page: Page) -> None:
    page.locator(".layer-tools:not(.in-view) summary").click()


def test_moving_and_fading_a_layer_changes_the_map_and_the_copied_link_shows_the_same(page: Page) -> None:
    open_map(page, "?at=13/30.90/121.92")
    open_order(page)
    before = panes(page, "zone-fill", "transit")
    assert before["zone-fill"][0] < before["transit"][0]
    up = group(page, "zones").get_by_role("button", name="功能区上移")
    for _ in range(2):
        up.focus()
        page.keyboard.press("Enter")
        assert is_focused(page, up)
    slider = group(page, "zones").get_by_role("slider", name="功能区的浓淡")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.locator(".legend input[data-layer='t2']").uncheck()
    settle(page)
    after = panes(page, "zone-fill", "transit")
    assert after["zone-fill"][0] > after["transit"][0]
    assert after["zone-fill"][1] == pytest.approx(0.6)
    link = state_of(page)["layers"]
    assert link.endswith("-t2")
    open_map(page, page.url.split("/", 3)[3])
    assert panes(page, "zone-fill", "transit") == after
    expect(page.locator("path.line-t2")).to_have_count(0)
    open_order(page)
    page.get_by_role("button", name="恢复原样").click()
    assert "layers" not in state_of(page)
    assert panes(page, "zone-fill", "transit") == before
    expect(page.locator("path.line-t2").first).to_be_attached()


def test_names_the_address_has_wrong_are_left_out_and_told(page: Page) -> None:
    open_map(page, "?layers=lines.50,nix,zones.400,-schools,-nothing")
    expect(page.locator(".notice")).to_contain_text("nix、zones.400、-nothing")
    assert state_of(page)["layers"] == "lines.50,-schools"
    assert panes(page, "transit")["transit"][1] == pytest.approx(0.5)
    assert not page.locator(".legend input[data-layer='schools']").is_checked()
    told = {
        "": ["", ""],
        "towns,zones": ["schools,hospitals,sites,stops,lines,belt,towns,zones", ""],
        "zones,towns": ["", ""],
        "zones.100": ["", ""],
        "zones.60,-t2": ["zones.60,-t2", ""],
        "-t2,zones.5": ["-t2", "zones.5"],
        "zones,zones": ["", "zones"],
    }
    assert page.evaluate(_ROUND_JS, list(told)) == list(told.values())


def test_rows_and_keys_follow_what_is_in_view(page: Page) -> None:
    open_map(page, "?at=11/30.91/121.85")
    schools = page.locator(".legend li", has=page.locator("input[data-layer='schools']"))
    expect(schools).to_have_class(re.compile("is-absent"))
    expect(schools).to_contain_text("放大可见")
    open_map(page, "?at=14/30.90/121.92")
    expect(schools).not_to_have_class(re.compile("is-absent"))
    expect(schools).to_contain_text(re.compile(r"视野内 \d+"))
    planned = page.locator(".legend [data-style='is-schematic is-planned']")
    expect(planned).to_be_visible()
    for line in ("t2", "t6"):
        page.locator(f".legend input[data-layer='{line}']").uncheck()
    expect(planned).to_be_hidden()
    # Far out at sea there is neither line nor border.
    open_map(page, "?at=14/30.70/122.30")
    expect(page.locator(".legend li:has(input[data-layer='line-16'])")).to_contain_text("视野外")
    expect(page.locator(".legend [data-key]:visible")).to_have_count(0)
    absent = page.locator(".legend li.is-absent:has(a[data-zone])")
    expect(absent).to_have_count(5)
    expect(absent.first).to_contain_text("视野外")
    page.get_by_role("button", name="回到全域").click()
    expect(absent).to_have_count(0)
    page.locator(".legend input[data-layer='zones']").uncheck()
    expect(absent).to_have_count(5)


def test_a_line_says_its_stops_in_order_and_which_way_the_arrows_point(page: Page) -> None:
    open_map(page, "?feature=line-16&at=14/30.92/121.91")
    body = page.locator("#panel-body")
    stops = body.locator(".line-stops a")
    expect(stops).to_have_text(["惠南东站", "书院站", "临港大道站", "滴水湖站"])
    expect(body.get_by_role("heading", name="往 滴水湖站")).to_be_visible()
    expect(page.locator("path.line-arrow.line-16")).to_have_attribute("d", re.compile(r"^M.*M"))
    body.get_by_role("button", name="改看往 惠南东站").click()
    expect(stops.first).to_have_text("滴水湖站")
    stops.first.click()
    settle(page)
    expect(body.get_by_role("link", name="轨道交通16号线")).to_be_visible()


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE])
def test_nothing_serious_is_found_by_axe(new_page: Any, options: dict[str, Any]) -> None:
    page = new_page(**options)
    open_map(page, "?at=13/30.90/121.92")
    if not page.locator("#legend-body").is_visible():
        page.locator("#tool-layers").tap()
    open_order(page)
    for part in page.locator(".layer-step").all():
        box = part.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24
    assert serious(page) == []


def test_all_shapes_are_one_picture_until_marks_are_brought_under_them(page: Page) -> None:
    sheets = page.locator(".leaflet-map-pane > .leaflet-pane > svg")
    open_map(page, "?zone=dishui-core")
    expect(sheets).to_have_count(1)
    open_map(page, "?zone=dishui-core&layers=zones,schools")
    order = panes(page, "points-schools", "zone-fill", "transit", "focus")
    assert order["points-schools"] < order["transit"] < order["zone-fill"] < order["focus"]
    assert page.locator('g[data-pane="zone-fill"] path.zid-dishui-core').count() > 0
    page.locator('.legend input[data-layer="zones"]').uncheck()
    expect(page.locator('g[data-pane="zone-fill"] *')).to_have_count(0)


def test_a_guessed_border_is_soft_and_a_judged_one_is_not(page: Page) -> None:
    open_map(page)
    soft = page.locator("g.soft-edge.zid-emerging")
    expect(soft).to_have_count(1)
    assert soft.evaluate("(node) => getComputedStyle(node).display") == "inline"
    outline = page.locator("path.zone.zid-emerging").get_attribute("d")
    lines = soft.locator("path").evaluate_all("(paths) => paths.map((path) => path.getAttribute('d'))")
    assert lines == [outline] * 6
    expect(page.locator("g.soft-edge.zid-dishui-core")).to_have_count(0)
