"""axe finds nothing, in any state of the map and on no plain page."""

from __future__ import annotations

from typing import Any

import pytest
from atlas_page import open_map
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def say(violation: dict[str, Any]) -> str:
    places = violation["nodes"]
    return f"{violation['id']} ({violation['impact']}) x{len(places)}: {places[0]['html'][:160]}"


def violations(page: Page) -> list[str]:
    """What axe finds, of whatever weight: rule, how often, and the first place."""
    return [say(one) for one in Axe().run(page).response["violations"]]


def test_the_map_page_is_accessible_in_every_state(page: Page) -> None:
    check_states(page, "?task=2023-54", "?scope=lines", "?feature=t1")
    open_map(page, "?zone=community-105")
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert violations(page) == []
    page.get_by_role("button", name="更多", exact=True).click()
    assert violations(page) == []


def test_the_dark_map_page_is_accessible_with_chips_dates_and_a_table(new_page: Any) -> None:
    dark = new_page(color_scheme="dark")
    check_states(dark, "", "?task=2023-54", "?lang=en&zone=yangshan&plan=2023&due=2023&table=tasks")


def check_states(page: Page, *queries: str) -> None:
    found = {}
    for query in queries:
        open_map(page, query)
        if bad := violations(page):
            found[query] = bad
    assert found == {}


def test_the_phone_s_sheet_and_legend_are_accessible(new_page: Any) -> None:
    page = new_page(**PHONE)
    open_map(page, "?zone=community-105")
    assert violations(page) == []
    page.locator("#tool-layers").tap()
    expect(page.locator("#legend-body")).to_be_visible()
    assert violations(page) == []


PLAIN_LIGHT = (
    "/zones", "/zones/community-105", "/tasks/2023-54", "/tasks?scope=lines", "/plans", "/plans/2020",
    "/about", "/features/t1", "/zones/nowhere", "/zones/yangshan?lang=en", "/services",
    "/services?at=121.92,30.9&lang=en", "/services/gaps", "/table/tasks?plan=2023&page=2",
    "/charts?scope=lines", "/targets?plan=2020", "/accessibility", "/ogc?f=html",
    "/ogc/collections/zones?f=html", "/ogc/collections/tasks/items?f=html",
)  # fmt: skip
PLAIN_DARK = (
    "/zones?lang=en", "/zones/community-105", "/tasks/2023-54", "/tasks?scope=lines&lang=en", "/plans/2020",
    "/about", "/zones/nowhere", "/services?at=121.92,30.9", "/services/gaps?lang=en",
    "/table/zones?lang=en", "/charts?scope=lines&lang=en", "/print?lang=en",
)  # fmt: skip


@pytest.mark.parametrize("scheme, paths", [("light", PLAIN_LIGHT), ("dark", PLAIN_DARK)])
def test_the_plain_pages_are_accessible(
    new_page: Any, scheme: str, paths: tuple[str, ...], watch: Any
) -> None:
    watch.expect("404.*/zones/nowhere")
    page = new_page(color_scheme=scheme)
    found = {}
    for path in paths:
        page.goto(path)
        if bad := violations(page):
            found[path] = bad
    assert found == {}
