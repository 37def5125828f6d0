"""A picture of every page, kept in test-output/pictures for people to look at; none scrolls sideways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from atlas_page import open_map
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

KEPT = Path(__file__).parents[2] / "test-output" / "pictures"
PAGES = (
    "/about", "/accessibility", "/charts", "/compare", "/embed?zone=dishui-core", "/features/t1",
    "/gazetteer", "/nothing", "/ogc?f=html", "/ogc/api?f=html", "/ogc/collections?f=html",
    "/ogc/collections/zones?f=html", "/ogc/collections/zones/items?f=html", "/plans", "/plans/2020",
    "/print", "/progress", "/projects", "/projects/xueronghua-green", "/search?q=滴水湖", "/services",
    "/services/gaps", "/services?at=121.92,30.9", "/table", "/table/projects", "/targets",
    "/targets/roads-started", "/tasks?stage=plan", "/tasks/2023-54", "/zones", "/zones/dishui-core",
)  # fmt: skip
STATES = (
    "", "?zone=dishui-core", "?task=2023-110", "?feature=t1", "?plan=2023&due=2023", "?table=tasks",
    "?compare=2020,2023&swipe=50", "?compare_due=2023-Q2,2023-Q4", "?charts=1", "?lens=121.92,30.9",
    "?zone=nowhere",
)  # fmt: skip
LOOKS: dict[str, dict[str, Any]] = {
    "desktop-light-zh": {"viewport": {"width": 1440, "height": 900}},
    "desktop-dark-en": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone-light-zh": {"viewport": {"width": 375, "height": 812}},
    "narrow-dark-en": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
}
TOO_WIDE_JS = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


def keep(page: Page, look: str, address: str, *, whole: bool = False) -> int:
    """Save what is seen; by how many pixels the page scrolls sideways."""
    name = re.sub(r"[^\w=-]+", "_", address).strip("_") or "map"
    page.screenshot(path=KEPT / look / f"{name}.png", full_page=whole, animations="disabled")
    return int(page.evaluate(TOO_WIDE_JS))


def in_language(address: str, look: str) -> str:
    return address + ("&" if "?" in address else "?") + "lang=en" if look.endswith("en") else address


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_has_its_picture_and_fits(new_page: Any, watch: Any, look: str) -> None:
    watch.expect("404.*/nothing")
    page = new_page(**LOOKS[look])
    wide = {}
    for address in PAGES:
        page.goto(in_language(address, look))
        if too_wide := keep(page, look, address, whole=address.startswith(("/about", "/zones"))):
            wide[address] = too_wide
    assert wide == {}
    assert len(list((KEPT / look).glob("*.png"))) >= len(PAGES)


@pytest.mark.parametrize("look", [look for look in LOOKS if not look.startswith("narrow")])
def test_every_state_of_the_map_has_its_picture_and_fits(new_page: Any, watch: Any, look: str) -> None:
    watch.expect("404.*/api/zones/nowhere")
    wide = {}
    for query in STATES:
        page = new_page(**LOOKS[look])
        open_map(page, in_language(query or "?", look))
        if too_wide := keep(page, look, f"map{query}"):
            wide[query] = too_wide
        page.context.close()
    assert wide == {}
