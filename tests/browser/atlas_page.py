"""Driving the map page: what a reader sees and does, in one place, so that tests read as claims."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

STILL_MS = 60  # two looks this far apart at the same map mean that it stands
PATIENCE_S = 12.0

# Where some of the map's geometry is on the screen; while it moves, never the same twice.
_VIEW_JS = """() => [...document.querySelectorAll('path.zone, button.label:not([hidden])')]
  .sort((a, b) => (a.dataset.id ?? '').localeCompare(b.dataset.id ?? ''))
  .map((node) => node.getBoundingClientRect())
  .flatMap((box) => [box.x, box.y, box.width])
  .concat(document.querySelector('.leaflet-zoom-anim, .leaflet-pan-anim') ? [Math.random()] : [])"""

# A point of the page where a click meets such an element itself and nothing that lies over it.
_BARE_POINT_JS = """(css) => {
  for (const node of document.querySelectorAll(css)) {
    const box = node.getBoundingClientRect();
    for (let i = 1; i < 20; i += 1) for (let j = 1; j < 20; j += 1) {
      const [x, y] = [box.x + box.width * i / 20, box.y + box.height * j / 20];
      const hit = document.elementFromPoint(x, y);
      if (hit && node.contains(hit) && (node === hit || node.matches('.mark'))) return [x, y];
    }
  }
  return null;
}"""

_LABELS_JS = """() => {
  const shown = [...document.querySelectorAll('.label')].filter((node) => node.checkVisibility());
  return shown.map((node) => {
    const box = node.getBoundingClientRect();
    return { id: node.dataset.id, name: node.textContent, box: [box.left, box.top, box.right, box.bottom] };
  });
}"""


def open_map(page: Page, query: str = "") -> None:
    """Open the map at `query` and wait until every layer is drawn and the panel has answered."""
    page.goto(f"/{query}")
    wait_for_map(page)


def wait_for_map(page: Page) -> None:
    """Wait until every layer is drawn, the panel is not busy and the map stands still."""
    page.wait_for_selector('html[data-ready="all"]', state="attached")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the panel is not busy and the map stands still."""
    page.wait_for_selector("#panel-body:not([aria-busy])", state="attached")
    deadline = time.monotonic() + PATIENCE_S
    before: Any = None
    while (now := page.evaluate(_VIEW_JS)) != before:
        assert time.monotonic() < deadline, "the map never stood still"
        before = now
        page.wait_for_timeout(STILL_MS)


def state_of(page: Page) -> dict[str, str]:
    """The state in the address, without where the map stands."""
    query = parse_qs(urlsplit(page.url).query)
    return {key: values[0] for key, values in query.items() if key != "at"}


def view_of(page: Page) -> list[float]:
    """Where the map stands: the places of its zones and names on the screen, in CSS px."""
    view: list[float] = page.evaluate(_VIEW_JS)
    return view


def heading(page: Page) -> Locator:
    """The heading of what the panel shows."""
    return page.locator("#panel-body").get_by_role("heading", level=2)


def rows(scope: Page | Locator) -> Locator:
    """The task rows of a list."""
    return scope.locator("li.row")


def task_ids(scope: Page | Locator) -> list[str]:
    """The ids of the tasks listed, in the order shown."""
    links = rows(scope).locator("a.row-title").evaluate_all("nodes => nodes.map((node) => node.href)")
    return [parse_qs(urlsplit(link).query)["task"][0] for link in links]


def task_row(page: Page, task_id: str) -> Locator:
    """The row of one task."""
    return rows(page).filter(has=page.locator(f'a[href*="task={task_id}"]'))


def zone_label(page: Page, zone_id: str) -> Locator:
    """The name of a zone on the map, which is a button."""
    return page.locator(f'button.label[data-id="{zone_id}"]:visible')


def scope_chip(page: Page, scope: str) -> Locator:
    """The overview's chip of one scope."""
    return page.locator(f'#panel-body a[data-go="scope={scope}"]')


def bare_point(page: Page, css: str) -> tuple[float, float]:
    """A pixel where a click meets the element itself."""
    point = page.evaluate(_BARE_POINT_JS, css)
    assert point, f"{css} is nowhere bare on the screen"
    return point[0], point[1]


def visible_labels(page: Page) -> list[dict[str, Any]]:
    """The names on the map: id, text and box (left, top, right, bottom in CSS px)."""
    labels: list[dict[str, Any]] = page.evaluate(_LABELS_JS)
    return labels


def is_focused(page: Page, target: Locator) -> bool:
    """Whether the keyboard focus is on the target."""
    return bool(target.evaluate("node => node === document.activeElement"))


def expect_selected(page: Page, **selection: str) -> None:
    """The address names this selection and the map shows it lit."""
    settle(page)
    assert {key: state_of(page).get(key) for key in selection} == selection
    expect(page.locator("path.focus-ink, .focus-ring").first).to_be_attached()
