"""How does the map feel with few, many and very many tasks, beside the usual Folium way?

For each size, in one run and in turns: bytes and requests of the first view, time to the first zone and to
everything drawn, click on a zone to its list, choice of a plan to the filtered list (the usual page has no
filter), layout shift, the slowest interaction as the browser counts it (input to next paint), and memory of
the tab: JavaScript heap after a collection and resident memory of its process.

The usual page carries every task of every zone in one file, so beyond 10,000 tasks it is left out. Nothing
is asserted; the aims are printed with the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from figures import Spread, ratio, table
from page_probe import (
    Loaded,
    PageError,
    Variant,
    chromium,
    clicks_ours,
    clicks_usual,
    loaded,
)
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError
from servers import HERE, OURS, USUAL, Running, StartError, serving

SIZES: dict[str, tuple[int, int]] = {"built-in": (0, 0), "10k": (10_000, 0), "100k": (100_000, 1_000)}
LARGEST_USUAL = 10_000  # tasks
START_LIMIT_S = 600.0
SIZE_LIMIT_S = 900  # for all of one size; a machine that is too busy says so instead of going on for ever
LOADS = 3
ZONES = ("community-105", "west-island", "life-bay", "yangshan", "shengang", "dishui-core")
PLANS = ("2023", "2020", "145")
# Largest median: figure, then the limit for each size.
AIMS: dict[str, tuple[float, float, float]] = {
    "first zone drawn, ms": (1500.0, 1500.0, 1500.0),
    "click to list, ms": (100.0, 100.0, 100.0),
    "filter to list, ms": (100.0, 300.0, 300.0),
    "layout shift": (0.1, 0.1, 0.1),
    "slowest interaction, ms": (200.0, 200.0, 200.0),
}
Runs = dict[str, dict[str, list[float]]]
Click = Callable[[Page, list[str]], dict[str, dict[str, float]]]


def measure(size: str, loads: int) -> dict[str, dict[str, Spread]]:
    """Return every figure of one size, by variant.

    Raises
    ------
    StartError, PageError
        A server does not start, or a page does not work.
    """
    runs: Runs = {}
    with ExitStack() as stack:
        pages = {}
        for name in _variants(size):
            server = stack.enter_context(serving(name, _program(name, size), START_LIMIT_S))
            pages[name] = _variant(name, server)
        browser = stack.enter_context(chromium(stack.enter_context(sync_playwright())))
        for turn in range(loads + 1):
            for name in pages:
                with loaded(browser, pages[name]) as view:
                    if turn:  # the first of each only warms browser and server
                        _note_view(runs, name, view)
                        _note_use(runs, name, view, browser)
    return {figure: {v: Spread.of(x) for v, x in by.items()} for figure, by in runs.items()}


def _variants(size: str) -> Sequence[str]:
    return (OURS, USUAL) if SIZES[size][0] <= LARGEST_USUAL else (OURS,)


def _program(name: str, size: str) -> list[str]:
    """The program of a variant: ours with the built-in plans is the command that readers start."""
    tasks, zones = SIZES[size]
    if name == OURS and not tasks:
        return []
    script = "synthetic.py" if name == OURS else "usual_folium.py"
    return [sys.executable, str(HERE / script), "--tasks", str(tasks), "--zones", str(zones)]


def _variant(name: str, server: Running) -> Variant:
    ready = 'html[data-ready="all"]' if name == OURS else None
    return Variant(name, server.url, zone=".leaflet-pane path.zone", ready=ready)


def _note(runs: Runs, figure: str, variant: str, value: float) -> None:
    runs.setdefault(figure, {}).setdefault(variant, []).append(value)


def _note_view(runs: Runs, name: str, view: Loaded) -> None:
    """Note what the first view cost."""
    _note(runs, "first view, kB", name, view.traffic.kilobytes())
    _note(runs, "first view, requests", name, len(view.traffic.addresses))
    _note(runs, "first zone drawn, ms", name, view.times["zone_drawn"])
    _note(runs, "all drawn, ms", name, view.times["all_drawn"])
    _note(runs, "heap at first, MB", name, view.heap_mb())


def _note_use(runs: Runs, name: str, view: Loaded, browser: Browser) -> None:
    """Click zones, choose plans, then note what that took and what the tab holds."""
    click: Click = clicks_ours if name == OURS else clicks_usual
    for times in click(view.page, list(ZONES)).values():
        _note(runs, "click to list, ms", name, times["found"])
    if name == OURS:
        for times in _filters(view.page).values():
            _note(runs, "filter to list, ms", name, times["found"])
    vitals = view.page.evaluate("() => window.benchmark.vitals")
    _note(runs, "layout shift", name, vitals["shift"])
    _note(runs, "slowest interaction, ms", name, vitals["interaction"])
    _note(runs, "heap after use, MB", name, view.heap_mb())
    _note(runs, "process of the tab, MiB", name, _tab_mib(browser))


def _filters(page: Page) -> dict[str, dict[str, float]]:
    """Choose a plan in the overview; timed from the event to the first task under it."""
    taken = {}
    for plan in PLANS:
        page.wait_for_selector("#panel-body > #overview")
        page.evaluate("() => window.benchmark.arm('#panel-body .row')")
        page.locator(f'#overview a[data-go="plan={plan}"]').click()
        times = page.evaluate("() => window.benchmark.clicked")
        if times is None:
            raise PageError(f"choosing plan {plan!r} showed no task")
        taken[plan] = times
        page.go_back()
    return taken


def _tab_mib(browser: Browser) -> float:
    """Resident memory of the largest process that draws pages, MiB: the tab, for only one is open."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    drawing = [entry["id"] for entry in found if entry["type"] == "renderer"]
    return max(_resident_mib(pid) for pid in drawing)


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


def report(size: str, figures: dict[str, dict[str, Spread]]) -> str:
    """The figures of one size as a table, then how they stand to the aims."""
    tasks, zones = SIZES[size]
    lines = [f"== {size}: tasks {tasks or 'as built in'}, zones {zones or 'as built in'}"]
    rows = [
        (figure, str(by[OURS]), str(by.get(USUAL, "-")), ratio(by[OURS], by[USUAL]) if USUAL in by else "-")
        for figure, by in figures.items()
    ]
    lines.append(table(("min / median / max", "ours", "usual Folium", "ours : usual"), rows))
    at = list(SIZES).index(size)
    for figure, limits in AIMS.items():
        median = figures[figure][OURS].middle
        verdict = "met" if median <= limits[at] else "MISSED"
        lines.append(f"{verdict:7}{figure}: {median:.3g} (aim: at most {limits[at]:g})")
    return "\n".join(lines)


def _too_long(*_: object) -> None:
    raise PageError("not finished within the limit; try --loads 1, or when the machine is quiet")


def main() -> int:
    """Measure each size, print, and write the figures to a file when asked."""
    parser = argparse.ArgumentParser(description="The map in use, with few, many and very many tasks.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure with its runs here.")
    parser.add_argument("--loads", type=int, default=LOADS, help="Page loads of each map.")
    parser.add_argument("--limit", type=int, default=SIZE_LIMIT_S, metavar="S", help="Seconds for each size.")
    parser.add_argument("--size", choices=SIZES, action="append", help="Only this size; repeatable.")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are ended with us
    signal.signal(signal.SIGALRM, _too_long)
    record: dict[str, object] = {}
    for size in options.size or SIZES:
        before = os.getloadavg()[0]
        signal.alarm(options.limit)
        try:
            figures = measure(size, options.loads)
        except (StartError, PageError, BrowserError, OSError) as error:
            print(f"map_interaction: {size}: {error}", file=sys.stderr)
            return 1
        finally:
            signal.alarm(0)
        print(report(size, figures))
        print(f"system load {before:.1f} before, {os.getloadavg()[0]:.1f} after\n", flush=True)
        record[size] = {f: {v: s.to_json() for v, s in by.items()} for f, by in figures.items()}
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
