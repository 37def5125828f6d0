"""axe finds nothing serious or critical, in any state of the map and on no plain page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from atlas_page import open_map
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}
LOG = os.environ.get("LINGANG_AXE_LOG")  # a file for the lesser findings, for who wants to read them
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def say(violation: dict[str, Any]) -> str:
    places = violation["nodes"]
    return f"{violation['id']} ({violation['impact']}) x{len(places)}: {places[0]['html'][:160]}"


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical: rule, how often, and the first place."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    lines = [(one["impact"], say(one)) for one in found]
    if LOG:
        with Path(LOG).open("a", encoding="utf-8") as log:
            log.writelines(f"{page.url}: {line}\n" for _, line in lines)
    return [line for impact, line in lines if impact in SERIOUS]


def test_the_map_page_is_accessible_in_every_state(page: Page) -> None:
    check_states(
        page,
        "",
        "?zone=community-105",
        "?task=2023-54",
        "?scope=lines",
        "?feature=t1",
        "?lang=en&zone=yangshan",
    )


def test_the_dark_map_page_is_accessible(new_page: Any) -> None:
    check_states(new_page(color_scheme="dark"), "", "?zone=community-105", "?task=2023-54")


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


def test_the_open_search_is_accessible(page: Page) -> None:
    open_map(page)
    page.get_by_role("combobox", name="搜索").press_sequentially("105")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


def test_the_panel_s_other_tabs_are_accessible(page: Page) -> None:
    open_map(page, "?zone=community-105")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_plain_pages_are_accessible(new_page: Any, scheme: str, watch: Any) -> None:
    watch.expect("404.*/zones/nowhere")
    page = new_page(color_scheme=scheme)
    found = {}
    for path in (
        "/zones", "/zones/community-105", "/tasks/2023-54", "/tasks?scope=lines", "/plans", "/plans/2020",
        "/about", "/features/t1", "/zones/nowhere", "/zones/yangshan?lang=en",
    ):  # fmt: skip
        page.goto(path)
        if bad := violations(page):
            found[path] = bad
    assert found == {}
