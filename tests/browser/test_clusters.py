"""Schools, hospitals, stops and sites that would lie on each other are one mark, which counts them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import expect_selected, heading, open_map, settle, state_of
from playwright.sync_api import Locator, Page, expect
from test_time_and_compare import serious

pytestmark = pytest.mark.browser

DENSE = "?at=13/30.905/121.92"
_NUMBERS_JS = """() => {
  const kinds = ['schools', 'hospitals', 'sites', 'stops'];
  const shown = (css) => [...document.querySelectorAll(css)];
  return Object.fromEntries(kinds.map((kind) => [kind, shown(`.mark-${kind}`).length
    + shown(`.cluster-${kind}`).reduce((sum, node) => sum + Number(node.textContent), 0)]));
}"""
# Every point of the layers, and how many of them may be drawn: those known within 3 km.
_KNOWN_JS = """async () => {
  const known = {schools: 0, hospitals: 0, sites: 0, stops: 0};
  for (const [layer, kind] of [['schools'], ['hospitals'], ['sites'], ['transit', 'stops']]) {
    const {features} = await (await fetch(`/layers/${layer}.geojson`)).json();
    known[kind ?? layer] += features.filter(({geometry, properties: p}) =>
      geometry && (p.accuracy_m ?? 0) <= 3000 && (!kind || p.kind === 'stop')).length;
  }
  return known;
}"""
_MANY_JS = """async (n) => {
  const { PointLayer } = await import('/static/js/points.js');
  const box = document.createElement('div');
  box.className = 'atlas-map';
  Object.assign(box.style, { position: 'fixed', inset: '0', zIndex: '5000' });
  document.body.append(box);
  const map = L.map(box, { zoomAnimation: false, fadeAnimation: false }).setView([31, 121.9], 13);
  const names = { setPoints(items) { this.count = items.length; } };
  const layer = new PointLayer(map, names, { nameOf: () => '', select() {}, fit() {}, messages: {} });
  layer.t = new Proxy({}, { get: () => '{counts}' });
  const kinds = ['schools', 'hospitals', 'sites'];
  // A lattice that steps over itself: spread over a degree, the same at every run.
  const point = (i) => [121.4 + ((i * 0.6180339887) % 1), 30.5 + ((i * 0.7548776662) % 1)];
  for (const [k, kind] of kinds.entries()) {
    const mine = Array.from({ length: n }, (_, i) => i).filter((i) => i % 3 === k);
    const geometry = (i) => ({ type: 'Point', coordinates: point(i) });
    layer.add(mine.map((i) => ({ id: `p${i}`, geometry: geometry(i), properties: {} })), kind);
  }
  map.panBy([300, 200], { animate: false });
  const boxes = [...box.querySelectorAll('.cluster')].map((node) => node.getBoundingClientRect());
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  const view = map.getBounds();
  const all = Array.from({ length: n }, (_, i) => point(i));
  const inside = all.filter(([lon, lat]) => view.contains([lat, lon])).length;
  const parts = [...box.querySelectorAll('.cluster-part')].map((part) => Number(part.textContent));
  const counted = parts.reduce((a, b) => a + b, 0);
  const singles = box.querySelectorAll('.mark').length;
  const touching = boxes.filter((a, i) => boxes.slice(i + 1).some((b) => !apart(a, b))).length;
  map.remove();
  box.remove();
  return { markers: singles + boxes.length, counted: counted + singles, inside, touching };
}"""


def clusters(page: Page) -> Locator:
    return page.locator(".cluster")


def test_marks_and_counts_together_are_all_points_and_a_click_parts_them(page: Page) -> None:
    open_map(page, "?at=12/30.93/121.83")
    known = page.evaluate(_KNOWN_JS)
    page.set_viewport_size({"width": 3200, "height": 2600})
    settle(page)
    assert page.evaluate(_NUMBERS_JS) == known
    page.set_viewport_size({"width": 1280, "height": 800})
    open_map(page, DENSE)
    mixed = page.locator(".cluster:has(.cluster-schools):has(.cluster-sites)")
    name = mixed.first.text_content() or ""
    parts = dict(re.findall(r"(学校|医院|站点|项目与地点) (\d+)", name))
    assert {"学校", "项目与地点"} <= set(parts)
    before = float(page.url.split("at=")[1].split("/")[0])
    mixed.first.dispatch_event("click")
    settle(page)
    assert float(page.url.split("at=")[1].split("/")[0]) > before
    expect(clusters(page).filter(has_text=name)).to_have_count(0)


def test_points_at_one_place_are_listed_and_a_selected_one_has_its_own_mark_and_ring(page: Page) -> None:
    page.route("**/layers/schools.geojson", put_on_one_spot)
    open_map(page, "?at=18/30.95/121.95")
    clusters(page).dispatch_event("click")
    box = page.get_by_role("region", name="这里的地点")
    expect(box.get_by_role("link")).to_have_count(3)
    expect(box.get_by_role("link").first).to_be_focused()
    name = box.get_by_role("link").nth(1).inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settle(page)
    expect(heading(page)).to_have_text(name)
    chosen = state_of(page)["feature"]
    expect_selected(page, feature=chosen)
    expect(page.locator(".focus-ring")).to_have_count(1)
    expect(page.locator(".mark-schools")).to_have_count(1)
    expect(clusters(page).locator(".cluster-part")).to_have_text("2")
    open_map(page, "?at=18/30.95/121.95")
    clusters(page).dispatch_event("click")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)


def put_on_one_spot(route: Any) -> None:
    """Move three schools to one lonely place."""
    answer = route.fetch()
    collection = answer.json()
    placed = [f for f in collection["features"] if f["geometry"]][:3]
    for feature in placed:
        feature["geometry"]["coordinates"] = [121.95, 30.95]
        feature["properties"]["accuracy_m"] = 10
    route.fulfill(response=answer, json={**collection, "features": placed})


def test_a_hundred_thousand_points_are_few_marks_that_do_not_touch(page: Page) -> None:
    open_map(page)
    found = page.evaluate(_MANY_JS, 100_000)
    assert found["markers"] < 1500
    assert found["touching"] == 0
    # All that is on the screen is counted, with what lies in the narrow rim around it.
    assert found["inside"] <= found["counted"] < 3 * found["inside"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_reaches_every_point_in_view_and_axe_finds_nothing(new_page: Any, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    open_map(page, DENSE)
    fold = page.locator(".in-view summary")
    count = int(fold.locator(".count").inner_text())
    fold.focus()
    page.keyboard.press("Enter")
    listed = page.locator(".in-view").get_by_role("link")
    expect(listed).to_have_count(min(count, 60))
    assert serious(page) == []
    name = listed.first.inner_text()
    listed.first.focus()
    page.keyboard.press("Enter")
    settle(page)
    expect(heading(page)).to_have_text(name)
