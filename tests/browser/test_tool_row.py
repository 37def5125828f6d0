"""The tools are one row at every width, beside legend and zoom; on a phone the row is pushed sideways."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import is_focused, open_map, settle
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}
ROW_PX = 46  # a row of touch targets and its border
TOOLS = ".map-ask button:visible, .map-ask a:visible"


def box(target: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in CSS px."""
    found = target.bounding_box()
    assert found
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def row_of(page: Page) -> tuple[float, float, float, float]:
    """The row's box, once it is seen to be a single row."""
    row = box(page.locator(".map-ask"))
    assert row[3] - row[1] <= ROW_PX
    assert len({round(box(tool)[1]) for tool in page.locator(TOOLS).all()}) == 1
    return row


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wide_map_shows_it_between_legend_and_zoom(page: Page, lang: str) -> None:
    open_map(page, f"?lang={lang}")
    for width in (1200, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        left, _, right, _ = row_of(page)
        assert left >= box(page.locator(".legend"))[2], width
        assert right <= box(page.locator(".map-tools"))[0], width


@pytest.mark.parametrize("width", [768, 1024])
def test_a_narrow_window_keeps_it_beside_or_above_the_folded_legend(new_page: Any, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 700})
    open_map(page, "?lang=en")
    left, _, right, bottom = row_of(page)
    legend = box(page.locator(".legend"))
    assert left >= legend[2] or bottom <= legend[1]
    assert right <= box(page.locator(".map-tools"))[0]
    expect(page.get_by_role("button", name="Service lens")).to_be_visible()  # a picture still has its name


def test_a_phone_has_it_under_the_search_and_reaches_its_end(new_page: Any) -> None:
    page = new_page(**PHONE)
    open_map(page)
    left, top, right, bottom = row_of(page)
    assert left >= 0 and right <= 375
    assert top >= box(page.locator(".bar"))[3]
    assert bottom <= box(page.locator(".map-tools"))[1]
    last = page.locator(TOOLS).last
    expect(last).not_to_be_in_viewport()
    last.focus()
    expect(last).to_be_in_viewport()
    expect(page.get_by_role("button", name="更多", exact=True)).to_have_count(0)


def test_more_closes_when_something_else_is_pressed(page: Page) -> None:
    open_map(page)
    more = page.get_by_role("button", name="更多", exact=True)
    more.click()
    expect(page.locator("#tool-print")).to_be_visible()
    page.locator("#tool-charts").click()
    expect(page.locator("#tool-print")).to_be_hidden()
    expect(more).to_have_attribute("aria-expanded", "false")
    more.click()
    page.locator("#more-tools").get_by_role("button", name="使用导览").click()
    page.keyboard.press("Escape")
    assert is_focused(page, more)
