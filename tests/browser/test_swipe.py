"""The swipe: one map with two plans, or two dates, on the sides of a divider that the address keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from atlas_page import open_map, settle, state_of
from playwright.sync_api import Locator, Page, expect
from test_time_and_compare import api, serious

pytestmark = pytest.mark.browser

PAIR = "2020,2023"
DUES = "2020-H1,2023-Q4"
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True}
STEPS = (1, 3, 6, 11, 21)  # fewest tasks of each step of the fill
_CLIPS_JS = """() => ['first', 'second'].map((side) => {
  const group = document.querySelector(`g[data-pane="swipe-${side}"]`);
  const clip = document.getElementById(group.getAttribute('clip-path').match(/#(.*)\\)/)[1]);
  const numbers = clip.firstElementChild.getAttribute('d').match(/-?[\\d.]+/g).map(Number);
  const [left, top, right, bottom] = numbers;
  const base = document.querySelector('.leaflet-map-pane').getBoundingClientRect(); // layer px start there
  return [base.left + left, base.top + top, base.left + right, base.top + bottom].map(Math.round);
})"""
_FILLS_JS = """(side) => {
  const paths = [...document.querySelectorAll(`g[data-pane="swipe-${side}"] path.swipe-fill`)];
  const names = paths.map((path) => path.getAttribute('class'));
  const part = (name, form) => name.match(form)[1];
  return Object.fromEntries(names.map((n) => [part(n, /zid-([a-z0-9-]+)/), Number(part(n, /seq-(\\d)/))]));
}"""


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name="分界")


def step_of(count: int) -> int:
    return sum(count >= least for least in STEPS)


def middle(page: Page) -> tuple[float, float]:
    box = handle(page).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def agree(page: Page, zones: dict[str, list[int]]) -> None:
    """Fills of both sides and the counts of the names are those of `zones`."""
    for i, side in enumerate(("first", "second")):
        fills = page.evaluate(_FILLS_JS, side)
        assert fills and fills == {zone: step_of(zones[zone][i]) for zone in fills}
    edge = middle(page)[0]
    for label in page.locator("button.label:has(.label-count.is-pair):visible").all():
        zone = label.get_attribute("data-id") or ""
        shown = [label.locator(f".pair-{n}").is_visible() for n in (1, 2)]
        assert sum(shown) == 1
        box = label.bounding_box()
        assert box
        if box["x"] <= edge <= box["x"] + box["width"]:
            continue  # a name across the divider goes with its anchor
        beyond = int(box["x"] > edge)
        assert shown[beyond], zone
        assert label.locator(f".pair-{beyond + 1}").inner_text() == str(zones[zone][beyond])


def test_two_plans_meet_at_a_divider_that_keys_and_pointer_move(page: Page) -> None:
    open_map(page, f"?compare={PAIR}")
    page.locator("#panel-body").get_by_role("button", name="卷帘").click()
    settle(page)
    expect(handle(page)).to_have_attribute("aria-valuenow", "50")
    assert state_of(page) == {"compare": PAIR, "swipe": "50"}
    found = api(page, f"/api/compare?plans={PAIR}")
    agree(page, {zone["id"]: zone["counts"] for zone in found["zones"]})
    for side, plan in zip(("first", "second"), found["plans"], strict=True):
        expect(page.locator(f".swipe-caption.swipe-{side}")).to_have_text(f"{plan['id']} {plan['tasks']} 项")
    handle(page).focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile("左边 2020，右边 2023.*38%"))
    assert state_of(page)["swipe"] == "38"
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 150, y + 20, steps=4)
    page.mouse.up()
    assert abs(middle(page)[0] - x - 150) < 6
    first, second = page.evaluate(_CLIPS_JS)
    assert abs(first[2] - middle(page)[0]) <= 1 and first[2] == second[0]
    agree(page, {zone["id"]: zone["counts"] for zone in found["zones"]})
    page.locator("#panel-body").get_by_role("button", name="卷帘").click()
    settle(page)
    expect(handle(page)).to_have_count(0)
    expect(page.locator("path.swipe-fill, .is-swiping")).to_have_count(0)
    assert state_of(page) == {"compare": PAIR}


def test_the_link_shows_two_dates_where_the_divider_stood_also_after_the_map_moved(page: Page) -> None:
    open_map(page, f"?compare_due={DUES}&swipe=70&at=11/30.91/121.85")
    first, second = DUES.split(",")
    answers = [api(page, f"/api/zones?due={due}")["zones"] for due in (first, second)]
    sides = [{zone["id"]: zone["tasks"]["total"] for zone in zones} for zones in answers]
    zones = {zone: [side[zone] for side in sides] for zone in sides[0]}
    assert any(a != b for a, b in zones.values()), "the two dates differ, so sides mixed up would show"
    agree(page, zones)
    before = middle(page)
    page.keyboard.press("Escape")
    page.locator(".atlas-map").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert middle(page) == before
    assert abs(page.evaluate(_CLIPS_JS)[0][2] - before[0]) <= 1
    assert {k: v for k, v in state_of(page).items() if k != "lang"} == {"compare_due": DUES, "swipe": "70"}
    rows = page.locator("#panel-body tr[data-zone]")
    assert rows.count() == sum(any(pair) for pair in zones.values())
    page.locator("#panel-body").get_by_role("link", name=re.compile("2020年上半年的任务列表")).click()
    settle(page)
    assert state_of(page) == {"due": first}
    expect(page.locator(".swipe")).to_have_count(0)


@pytest.mark.parametrize("pair", ["2023-Q2", "2023-Q2,2023-Q2", "spring,2023"])
def test_dates_that_are_no_pair_are_left_out_and_told(page: Page, pair: str) -> None:
    open_map(page, f"?compare_due={pair}&swipe=50")
    expect(page.locator(".notice")).to_contain_text(f"compare_due={pair}")
    assert state_of(page) == {}
    expect(page.locator(".swipe")).to_have_count(0)


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE])
def test_a_phone_has_the_sides_stacked_and_axe_finds_nothing(new_page: Any, options: dict[str, Any]) -> None:
    page = new_page(**options)
    open_map(page, f"?compare={PAIR}&swipe=40")
    assert serious(page) == []
    first, second = page.evaluate(_CLIPS_JS)
    stacked = "has_touch" in options
    expect(handle(page)).to_have_attribute("aria-orientation", "vertical" if stacked else "horizontal")
    assert (first[3] == second[1]) if stacked else (first[2] == second[0])
    box = handle(page).bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    handle(page).focus()
    page.keyboard.press("ArrowDown")
    expect(handle(page)).to_have_attribute("aria-valuenow", "42")
