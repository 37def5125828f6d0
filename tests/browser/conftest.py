"""A real Chromium before a real server: one browser a session, one context a test, everything watched.

Whatever a test does, its page may log no error, raise none, fail no request and ask no other host.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from atlas_page import open_map
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from waitress.server import create_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 800}  # CSS px
SETTINGS = {"viewport": DESKTOP, "locale": "zh-CN", "reduced_motion": "reduce"}
PATIENCE_MS = 20_000  # for a machine that is busy with other things; a quiet one never waits so long
EXPECT_MS = 10_000
OWN_SCHEMES = ("data", "blob", "about")
# Ports from this range on are never on the list that Chromium refuses to open.
FIRST_SAFE_PORT = 10_081

PageMaker = Callable[..., Page]
Show = Callable[[str], Page]


class Watch:
    """What went wrong in a page, and what a test said would."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.urls: list[str] = []
        self.faults: list[str] = []
        self.page_loads = 0
        self._asked: dict[Request, int] = {}
        self._left_behind: set[str] = set()
        self.expected: list[re.Pattern[str]] = []
        # The search box gives up a question that the reader's next letter has overtaken.
        self.tolerated: list[re.Pattern[str]] = [re.compile(r"request failed: .*/api/search.*ERR_ABORTED")]

    def expect(self, pattern: str) -> None:
        """Tolerate faults that match `pattern`, a regular expression; each must then be seen."""
        self.expected.append(re.compile(pattern))

    def tolerate(self, pattern: str) -> None:
        """Pass over faults that match `pattern`, whether they come or not."""
        self.tolerated.append(re.compile(pattern))

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    def verify(self) -> None:
        """Fail on any fault that was not expected, and on any expected one that never came."""
        known = [*self.expected, *self.tolerated]
        faults = [fault for fault in self.faults if fault not in self._left_behind]
        unforeseen = [fault for fault in faults if not any(p.search(fault) for p in known)]
        assert not unforeseen, "the page was not clean:\n" + "\n".join(unforeseen)
        unseen = [p.pattern for p in self.expected if not any(p.search(fault) for fault in self.faults)]
        assert not unseen, f"expected, but never seen: {unseen}"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        """A fault, unless the browser gave the request up because the page was left for another."""
        fault = f"request failed: {request.url} ({request.failure})"
        self.faults.append(fault)
        asked_at = self._asked.get(request, self.page_loads)
        if request.failure == "net::ERR_ABORTED" and self.page_loads > asked_at:
            self._left_behind.add(fault)

    def _request(self, request: Request) -> None:
        self.urls.append(request.url)
        self.page_loads += request.is_navigation_request()
        self._asked[request] = self.page_loads
        address = urlsplit(request.url)
        if address.netloc != self.host and address.scheme not in OWN_SCHEMES:
            self.faults.append(f"request to another host: {request.url}")


@pytest.fixture(scope="session")
def server_url(app: Flask) -> Iterator[str]:
    """The application behind waitress on a free port of this machine."""
    server = create_server(app, host="127.0.0.1", port=0)
    while int(server.effective_port) < FIRST_SAFE_PORT:
        refused, server = server, create_server(app, host="127.0.0.1", port=0)
        refused.close()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        looked = ", ".join(BROWSERS)
        pytest.fail(f"no Chromium on the PATH (looked for {looked}); run: make browser", pytrace=False)
    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def watch(server_url: str) -> Iterator[Watch]:
    """The record of this test's pages; read at its end."""
    record = Watch(urlsplit(server_url).netloc)
    yield record
    record.verify()


@pytest.fixture
def new_page(browser: Browser, server_url: str, watch: Watch) -> Iterator[PageMaker]:
    """Make a page in a context of its own; options are those of Playwright's `new_context`.

    Motion is reduced unless a test asks for it, so the map is where it should be as soon as it has moved.
    """
    pages: list[Page] = []

    def make(**options: Any) -> Page:
        pages.append(_page_of(browser, server_url, watch, options))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()


def _page_of(browser: Browser, server_url: str, watch: Watch, options: dict[str, Any]) -> Page:
    context = browser.new_context(base_url=server_url, **{**SETTINGS, **options})
    context.set_default_timeout(PATIENCE_MS)
    watch.follow(context)
    return context.new_page()


@pytest.fixture
def page(new_page: PageMaker) -> Page:
    """A desktop page in Chinese."""
    return new_page()


@pytest.fixture(scope="session")
def shown_pages(browser: Browser) -> Iterator[dict[str, tuple[Page, Watch]]]:
    """Pages that `show` has opened, by their query."""
    pages: dict[str, tuple[Page, Watch]] = {}
    yield pages
    for page, _ in pages.values():
        page.context.close()


@pytest.fixture
def show(browser: Browser, server_url: str, shown_pages: dict[str, tuple[Page, Watch]]) -> Iterator[Show]:
    """Show the map at a query to a test that only looks: opened once, changed by nobody."""
    used: list[Watch] = []

    def open_once(query: str) -> Page:
        if query not in shown_pages:
            record = Watch(urlsplit(server_url).netloc)
            shown_pages[query] = (_page_of(browser, server_url, record, {}), record)
            open_map(shown_pages[query][0], query)
        page, record = shown_pages[query]
        used.append(record)
        return page

    yield open_once
    for record in used:
        record.verify()
