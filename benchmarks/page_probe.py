"""Drives Chromium over one variant of the map and takes the times inside the page.

The clock is the page's own `performance.now()`, 0 at the start of the navigation, in ms. Two moments are
kept of everything: `found`, when a MutationObserver sees it in the document, and `drawn`, when the frame
that shows it has been made (a task after the next animation frame). The observer is the same for both
variants and runs before any script of the page. Sizes come from Chromium's network events: encoded bytes,
headers included, as they came over the wire.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, Playwright

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
VIEWPORT = {"width": 1440, "height": 900}
LOAD_LIMIT_S = 30.0
CLICK_LIMIT_MS = 20_000  # a busy machine draws slowly, which is a figure and no failure
SETTLE_MS = 300  # after everything is drawn: what a page asks for late is counted too
POLL_MS = 50

PROBE = """
(options) => {
  const times = {};
  const afterFrame = (act) => requestAnimationFrame(() => setTimeout(act, 0));
  const seen = (name) => {
    if (`${name}_found` in times) return;
    times[`${name}_found`] = performance.now();
    afterFrame(() => { times[`${name}_drawn`] = performance.now(); });
  };
  const look = () => {
    if (document.querySelector(options.zone)) seen("zone");
    if (options.ready && document.querySelector(options.ready)) seen("all");
  };
  const additions = { childList: true, subtree: true };
  const marks = { attributes: true, attributeFilter: ["data-ready"] };
  new MutationObserver(look).observe(document, { ...additions, ...marks });
  if (!options.ready) addEventListener("load", () => seen("all"));

  const watchClick = (selector) => new Promise((settle) => {
    addEventListener("click", (event) => {
      const since = () => performance.now() - event.timeStamp;
      const observer = new MutationObserver(() => {
        if (!document.querySelector(selector)) return;
        observer.disconnect();
        const found = since();
        afterFrame(() => settle({ found, drawn: since() }));
      });
      observer.observe(document, additions);
    }, { capture: true, once: true });
    setTimeout(() => settle(null), options.limitMs);
  });
  const vitals = { shift: 0, interaction: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) vitals.shift += entry.value;
  })).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.interactionId) vitals.interaction = Math.max(vitals.interaction, entry.duration);
  })).observe({ type: "event", durationThreshold: 16, buffered: true });
  window.benchmark = { times, vitals, arm(selector) { this.clicked = watchClick(selector); } };
}
"""


class PageError(RuntimeError):
    """A page did not do what it should: no zone, no list, an error of its own."""


@dataclass(frozen=True)
class Variant:
    """A map to load: the selector of a zone's shape, and of the finished page (None: its load event)."""

    name: str
    url: str
    zone: str
    ready: str | None


@dataclass
class Traffic:
    """Requests of one page: address by request, and encoded bytes by request."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def listen(self, session: CDPSession) -> None:
        """Follow the network events of a page."""
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith(("data:", "blob:")):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = float(event["encodedDataLength"])

    def kilobytes(self, kind: str | None = None) -> float:
        """Encoded kilobytes (1,000 bytes) of one kind, or of all."""
        wanted = (r for r, a in self.addresses.items() if kind in (None, kind_of(a)))
        return sum(self.sizes.get(r, 0.0) for r in wanted) / 1000

    def off_host(self) -> int:
        """Requests to another host than our own."""
        return sum(urlsplit(a).hostname != "127.0.0.1" for a in self.addresses.values())


def kind_of(address: str) -> str:
    """`libraries`, `data` (layers and answers of the interface) or `page` (page, styles, programs)."""
    path = urlsplit(address).path
    if path.startswith("/vendor/"):
        return "libraries"
    return "data" if path.startswith(("/layers/", "/api/")) else "page"


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The installed Chromium, without a network beyond this machine.

    Raises
    ------
    PageError
        There is none.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise PageError("no chromium found; `make browser` installs it")
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Loaded:
    """A page after its first view: its times (ms), traffic, heap and the errors it raised."""

    page: Page
    session: CDPSession
    times: dict[str, float]
    traffic: Traffic

    def heap_mb(self) -> float:
        """JavaScript heap in use after a garbage collection, megabytes (1,000,000 bytes)."""
        self.session.send("HeapProfiler.collectGarbage")
        self.session.send("Performance.enable")
        metrics = {m["name"]: m["value"] for m in self.session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["JSHeapUsedSize"]) / 1_000_000


@contextmanager
def loaded(browser: Browser, variant: Variant) -> Iterator[Loaded]:
    """Load a variant with an empty cache and wait until it has settled.

    Raises
    ------
    PageError
        The page raised an error, or was not finished in time.
    """
    context = browser.new_context(viewport=VIEWPORT, locale="zh-CN")
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        session, traffic = context.new_cdp_session(page), Traffic()
        traffic.listen(session)
        options = json.dumps({"zone": variant.zone, "ready": variant.ready, "limitMs": CLICK_LIMIT_MS})
        page.add_init_script(f"({PROBE})({options})")
        page.goto(variant.url, wait_until="load")
        times = _settled(page, variant, errors)
        yield Loaded(page, session, times, traffic)
        if errors:
            raise PageError(f"{variant.name}: the page raised: {errors[0]}")
    finally:
        context.close()


def _settled(page: Page, variant: Variant, errors: list[str]) -> dict[str, float]:
    """The times of a page, once all of them are there."""
    deadline = time.monotonic() + LOAD_LIMIT_S
    while time.monotonic() < deadline:
        times: dict[str, float] = page.evaluate("() => window.benchmark.times")
        if "zone_drawn" in times and "all_drawn" in times:
            page.wait_for_timeout(SETTLE_MS)
            return times
        page.wait_for_timeout(POLL_MS)
    raise PageError(f"{variant.name}: not drawn after {LOAD_LIMIT_S} s: {times}; errors: {errors}")


def clicks_ours(page: Page, zone_ids: list[str]) -> dict[str, dict[str, float]]:
    """Click each zone where a reader can: its name on the map, else the legend, else the overview.

    Timed from the event to the first task in the panel. Each zone is asked for the first time, so its
    answer comes from the server. Between two clicks the page goes back to the overview and the first view.
    A zone too small to be named there among very many is left out; without most of them it is an error.
    """
    taken = {}
    for zone_id in zone_ids:
        spot = page.evaluate(CONTROL_SPOT, zone_id)
        if spot is None:
            continue
        page.mouse.move(*spot)
        page.evaluate("() => window.benchmark.arm('#panel-body .row')")
        page.mouse.click(*spot)
        taken[zone_id] = _answer(page, "ours", zone_id)
        _still(page)
        page.go_back()
        page.wait_for_selector("#panel-body > #overview")
        page.locator("#tool-home").click()
        _still(page)
    if len(taken) < len(zone_ids) / 2:
        raise PageError(f"ours: of the zones {zone_ids} only {list(taken)} can be clicked")
    return taken


def _still(page: Page) -> None:
    """Wait until the map has come to rest."""
    page.wait_for_timeout(SETTLE_MS)
    page.wait_for_selector(".leaflet-zoom-anim, .leaflet-pan-anim", state="detached")
    page.wait_for_timeout(SETTLE_MS / 2)


def _answer(page: Page, name: str, zone_id: str) -> dict[str, float]:
    """The times of the click just made, ms."""
    times: dict[str, float] | None = page.evaluate("() => window.benchmark.clicked")
    if times is None:
        raise PageError(f"{name}: a click on zone {zone_id!r} showed nothing within {CLICK_LIMIT_MS} ms")
    return times


CONTROL_SPOT = """
(zoneId) => {
  const places = [
    `button.label[data-id="${zoneId}"]:not([hidden])`,
    `.legend a[data-zone="${zoneId}"]`,
    `#overview .tree a[data-go="zone=${zoneId}"]`,
  ];
  for (const place of places) {
    const node = document.querySelector(place);
    if (!node) continue;
    if (!node.matches(".label")) node.scrollIntoView({ block: "center", behavior: "instant" });
    const box = node.getClientRects()[0];
    const at = box && [box.x + box.width / 2, box.y + box.height / 2];
    if (at && node.contains(document.elementFromPoint(...at))) return at;
  }
  return null;
}
"""

FREE_SPOT = """
(zoneId) => {
  const map = window[Object.keys(window).find((name) => /^map_[0-9a-f]{32}$/.test(name))];
  map.closePopup();
  let zone = null;
  map.eachLayer((layer) => { // a border has the id of its zone
    if (layer.feature?.id === zoneId && layer.getElement?.()?.classList.contains("zone")) zone = layer;
  });
  if (!zone) return null;
  map.fitBounds(zone.getBounds(), { animate: false });
  const shape = zone.getElement();
  const box = shape.getBoundingClientRect();
  const steps = [...Array(40).keys()].map((i) => (i + 0.5) / 40);
  for (const down of steps) for (const across of steps) {
    const at = [box.x + box.width * across, box.y + box.height * down];
    if (document.elementFromPoint(...at) === shape) return at;
  }
  return null;
}
"""


def clicks_usual(page: Page, zone_ids: list[str]) -> dict[str, dict[str, float]]:
    """Click into each zone's shape, where nothing covers it; timed from the event to its pop-up.

    A zone that other shapes cover wholly cannot be clicked on this page and is left out.
    """
    taken = {}
    for zone_id in zone_ids:
        spot = page.evaluate(FREE_SPOT, zone_id)
        page.wait_for_timeout(SETTLE_MS)
        if spot is None:
            continue
        page.mouse.move(*spot)
        page.wait_for_selector(".leaflet-popup", state="detached")
        page.evaluate("() => window.benchmark.arm('.leaflet-popup h4')")
        page.mouse.click(*spot)
        taken[zone_id] = _answer(page, "usual", zone_id)
        page.wait_for_timeout(SETTLE_MS)
    return taken
