"""The service lens on the map: placed by click or key, drawn to scale, read in the panel, in the address."""

from __future__ import annotations

import math
from typing import Any

import pytest
from atlas_page import heading, is_focused, open_map, settle, state_of
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

STOP = "121.92549,30.9096"  # Dishui Lake, Line 16
PHONE = {"viewport": {"width": 375, "height": 780}, "has_touch": True, "is_mobile": True}
CHOSEN = "path.lens-ring.is-chosen"
RING_WITHIN = 0.01  # of its width on the screen: a pixel of rounding on some hundreds

# Where the ring and what lies in its middle are on the screen.
_BOX_JS = (
    "(node) => { const box = node.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"
)


def box_of(page: Page, css: str) -> list[float]:
    box: list[float] = page.locator(css).first.evaluate(_BOX_JS)
    return box


def listed(page: Page) -> list[str]:
    """The places within reach that the panel lists."""
    ids: list[str] = page.locator(".lens-list li[data-id]").evaluate_all(
        "nodes => nodes.map((n) => n.dataset.id)"
    )
    return ids


def bad(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_a_click_places_the_lens_and_escape_ends_it(page: Page, client: FlaskClient) -> None:
    open_map(page, "?at=14/30.91000/121.92000")
    button = page.get_by_role("button", name="服务圈", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    x, y, width, height = box_of(page, ".atlas-map")
    page.mouse.click(x + width / 2, y + height / 2)  # on zones and marks as well: they are not chosen
    expect(page.locator(CHOSEN)).to_be_attached()
    settle(page)
    place = state_of(page)["lens"]
    assert "zone" not in state_of(page)
    assert [round(float(x), 2) for x in place.split(",")] == [121.92, 30.91]
    record = client.get(f"/api/lens?at={place}").json
    assert sorted(listed(page)) == sorted(near["id"] for near in record["within_reach"])
    for near in record["nearest"].values():
        expect(page.locator(".lens-beyond", has_text=near["name"]).first).to_be_visible()
    assert record["method"]["words"] in page.locator("#panel-body").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator(CHOSEN)).to_have_count(0)
    expect(button).to_have_attribute("aria-pressed", "false")
    assert "lens" not in state_of(page)
    assert is_focused(page, button)


def test_the_ring_is_drawn_to_scale_and_follows_the_choice(page: Page) -> None:
    open_map(page, f"?lens={STOP}")
    # The scale bar says how many metres its own width is.
    bar = page.locator(".leaflet-control-scale-line").first

    def drawn_m() -> float:
        words = bar.inner_text().split()
        metres = float(words[0]) * (1000 if words[1] == "km" else 1)
        per_px = metres / bar.evaluate("node => node.getBoundingClientRect().width")
        ring = box_of(page, CHOSEN)
        return float(ring[3] * per_px / 2)

    # The bar is cut to whole pixels and the outline of the ring is part of its box.
    assert drawn_m() == pytest.approx(923, rel=0.03)
    page.get_by_label("步行范围").focus()
    page.get_by_label("步行范围").select_option("500m")
    expect(page.locator(".lens-tag.is-chosen")).to_have_text("500 米")
    settle(page)
    assert drawn_m() == pytest.approx(500, rel=0.03)
    assert state_of(page) == {"lens": STOP, "lens_reach": "500m"}
    assert is_focused(page, page.get_by_label("步行范围"))
    middle, ring = box_of(page, ".lens-middle"), box_of(page, CHOSEN)
    for axis in (0, 1):
        assert middle[axis] + middle[axis + 2] / 2 == pytest.approx(ring[axis] + ring[axis + 2] / 2, abs=2)
    assert math.isclose(ring[2], ring[3], rel_tol=RING_WITHIN)


def test_by_keyboard_from_a_zone_to_its_due_day(page: Page, client: FlaskClient) -> None:
    open_map(page, "?zone=community-105")
    link = page.locator("#panel-body").get_by_role("link", name="服务圈")
    link.focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("105社区")
    expect(page.locator(CHOSEN)).to_be_attached()
    settle(page)
    assert state_of(page) == {"lens": "community-105"}
    expect(page.locator(".lens-parks").first).to_contain_text("≥ 80%")
    page.get_by_label("时间").select_option("2023-12-31")
    expect(page.get_by_label("另选日期")).to_have_value("2023-12-31")
    settle(page)
    assert state_of(page)["lens_at"] == "2023-12-31"
    record = client.get("/api/lens?at=community-105&date=2023-12-31").json
    promised = [near for near in record["within_reach"] if near["then"] == "promised"]
    assert promised
    for near in promised:
        expect(page.locator(f'.lens-list li[data-id="{near["id"]}"]')).to_contain_text("未核实")
    page.locator(".atlas-map").focus()
    page.keyboard.press("Enter")  # from now on a point: the middle of the map
    expect(page.locator(".lens-middle")).to_be_attached()
    settle(page)
    assert "," in state_of(page)["lens"]
    assert bad(page) == []


def test_nonsense_in_the_address_is_left_out_and_named(page: Page, watch: Any) -> None:
    watch.expect("404.*/api/lens")
    open_map(page, f"?lens={STOP}&lens_at=2023-02-30&lens_reach=9km")
    notices = page.locator(".notice")
    expect(notices).to_have_count(2)
    assert ["2023-02-30" in x or "9km" in x for x in notices.all_inner_texts()] == [True, True]
    assert state_of(page) == {"lens": STOP}
    expect(page.locator(CHOSEN)).to_be_attached()
    open_map(page, "?zone=community-105&lens=nowhere")
    expect(page.locator(".notice")).to_contain_text("nowhere")
    expect(heading(page)).to_have_text("105社区")
    assert state_of(page) == {"zone": "community-105"}


def test_the_lens_works_on_a_phone_in_the_dark(new_page: Any) -> None:
    page = new_page(**PHONE, color_scheme="dark")
    open_map(page)
    page.get_by_role("button", name="服务圈", exact=True).tap()
    page.get_by_role("button", name="放在地图中心").tap()
    expect(page.locator(CHOSEN)).to_be_attached()
    settle(page)
    x, y, width, height = box_of(page, CHOSEN)
    sheet = box_of(page, "#panel")
    assert x >= 0
    assert x + width <= PHONE["viewport"]["width"]  # type: ignore[index]
    assert y + height <= sheet[1] + 1
    expect(heading(page)).to_be_in_viewport()
    assert bad(page) == []
