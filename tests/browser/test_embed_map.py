"""The embedded map: its lines are copied from the map, it works in another site's page, and it leads back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from atlas_page import open_map
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

READY = 'html[data-ready="all"]'


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, of one page."""

    body = ""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/story" else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.body.encode() if self.path == "/story" else b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing: a test's output is its own."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a page of another origin; it shows `Elsewhere.body`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/story"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def state(address: str | None) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address or "").query)


def test_the_lines_from_the_map_put_its_state_into_another_sites_page(
    page: Page, watch: Any, elsewhere: str
) -> None:
    watch.tolerate(f"another host: {elsewhere.removesuffix('story')}")
    open_map(page, "?zone=community-105&plan=2023")
    page.get_by_role("button", name="更多", exact=True).click()
    page.locator("#more-tools").get_by_role("button", name="嵌入").click()
    dialog = page.get_by_role("dialog", name="嵌入这张地图")
    dialog.get_by_label("高度").select_option("600")
    code = dialog.get_by_label("代码").input_value()
    assert 'height="600"' in code and "&amp;" in code and dialog.get_by_label("代码").is_editable() is False
    assert violations(page) == []

    Elsewhere.body = f"<!doctype html><title>news</title>{code}"
    page.goto(elsewhere)
    before = page.evaluate("history.length")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="105社区")).to_be_visible()
    frame.locator(READY).wait_for(state="attached")
    frame.locator("summary").click()
    frame.locator("a[data-zone='frontier-tech']").click()
    expect(frame.get_by_role("heading", name="前沿科技产业区")).to_be_visible()
    assert page.evaluate("history.length") == before, "the frame never fills the reader's way back"
    whole = state(frame.locator("#whole").get_attribute("href"))
    assert (whole["zone"], whole["plan"]) == (["frontier-tech"], ["2023"])


def test_its_numbers_are_those_of_the_filter_and_of_the_page_it_leads_to(page: Page) -> None:
    wanted = page.request.get("/api/zones/yangshan/tasks?plan=2020").json()["counts"]
    page.goto("/embed?plan=2020")
    page.wait_for_selector(READY, state="attached")
    total = page.request.get("/api/tasks?plan=2020").json()["total"]
    expect(page.locator("#panel")).to_contain_text(f"符合条件的任务：{total} 项")
    label = page.locator('button.label[data-id="yangshan"]:visible')
    expect(label.locator(".label-count")).to_have_text(str(wanted["total"]))
    label.click()
    expect(page.locator("#panel h2")).to_have_text("洋山特殊综合保税区")
    expect(page.locator("#panel")).to_contain_text(f"{wanted['total']} 项任务，其中本区 {wanted['own']} 项")
    link = page.locator("#panel").get_by_role("link", name="全部内容")
    expect(link).to_have_attribute("href", "/zones/yangshan?plan=2020")
    page.keyboard.press("Escape")
    expect(page.locator("#panel h2")).to_have_count(0)


@pytest.mark.parametrize("scheme, lang", [("light", "zh"), ("dark", "en")])
def test_it_is_accessible_in_a_narrow_frame(new_page: Any, scheme: str, lang: str) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": 375, "height": 480})
    page.goto(f"/embed?zone=community-105&lang={lang}")
    page.wait_for_selector(READY, state="attached")
    page.locator("summary").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.goto(f"/accessibility?lang={lang}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_comparison_is_swiped_in_the_frame_by_keyboard_too(new_page: Any) -> None:
    page = new_page(viewport={"width": 800, "height": 480})
    page.goto("/embed?compare=2020,145&swipe=40&layers=zones.60,-t2&lang=en")
    page.wait_for_selector(READY, state="attached")
    found = page.request.get("/api/compare?plans=2020,145").json()["plans"]
    for side, name, plan in zip(("first", "second"), ("2020", found[1]["title_en"]), found, strict=True):
        caption = page.locator(f".swipe-caption.swipe-{side}")
        expect(caption).to_have_text(f"{name} {plan['tasks']} tasks")
    handle = page.get_by_role("slider")
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "42")
    assert state(page.url)["swipe"] == ["42"]
    assert state(page.locator("#whole").get_attribute("href"))["swipe"] == ["42"]
    expect(page.locator("path.line-t2")).to_have_count(0)
    page.locator("summary").click()
    expect(page.locator('.embed-legend [data-layer="t1"]')).to_be_visible()
    expect(page.locator('.embed-legend [data-layer="t2"]')).to_be_hidden()
    expect(page.locator('.embed-legend [data-count="dishui-core"]')).to_have_text(re.compile(r"\d+ \| \d+"))
    assert violations(page) == []
