"""From the map to paper and back: view and filter stay, and the form needs no script."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from atlas_page import open_map
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PREVIEW_MS = 20_000  # a sheet is drawn for it


def query_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def test_the_way_to_paper_keeps_view_filter_and_layers(page: Page) -> None:
    open_map(page, "?zone=community-105&plan=2023")
    link = page.get_by_role("link", name="打印", exact=True)
    page.locator('.legend input[data-layer="schools"]').uncheck()
    page.locator(".layer-tools:not(.in-view) summary").click()
    page.get_by_role("button", name="功能区上移").click()
    page.get_by_role("button", name="更多", exact=True).click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("打印地图")
    asked = query_of(page.url)
    west, south, east, north = (float(part) for part in asked["bbox"].split(","))
    assert west < 121.943 < east and south < 30.929 < north  # the zone that was looked at
    assert (asked["plan"], asked["focus"]) == ("2023", "community-105")
    assert asked["stack"].endswith("lines,zones,belt,towns,-schools")
    expect(page.locator(".print-filter")).to_contain_text("2023")
    expect(page.get_by_role("checkbox", name="学校")).not_to_be_checked()
    expect(page.get_by_role("group", name="图层")).to_contain_text("线路、功能区、沿海发展带")
    page.wait_for_load_state("load")  # the preview too
    page.get_by_role("link", name="回到地图").click()
    back = query_of(page.url)
    assert (back["plan"], back["zone"]) == ("2023", "community-105")
    assert back["layers"] == asked["stack"]


def test_the_form_previews_and_prints_without_script(new_page: Any, watch: Any) -> None:
    watch.tolerate(r"request failed: \S+\.js \(csp\)")
    watch.tolerate(
        r"request failed: \S+/print\.pdf\S* \(net::ERR_ABORTED\)"
    )  # a download ends its navigation
    page = new_page(java_script_enabled=False)
    page.goto("/print?zone=dishui-core&plan=2023&today=2024-03-01")
    page.get_by_label("标题").fill("墙上的图")
    page.get_by_label("纸张").select_option("a3")
    page.get_by_role("button", name="更新预览").click()
    assert query_of(page.url)["title"] == "墙上的图"
    expect(page.get_by_role("img", name="打印页预览：墙上的图")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载 PDF").click()
    assert coming.value.suggested_filename == "lingang-map-a3.pdf"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_accessible_and_fits_a_phone(new_page: Any, scheme: str) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": 375, "height": 800})
    page.goto("/print?zone=dishui-core&lang=en", wait_until="domcontentloaded")
    preview = page.locator(".print-preview img")
    expect(preview).to_have_js_property("complete", True, timeout=PREVIEW_MS)
    assert preview.evaluate("(image) => image.naturalWidth") > 500
    assert page.evaluate("() => document.documentElement.scrollWidth") == 375
    assert [x["id"] for x in Axe().run(page).response["violations"]] == []
