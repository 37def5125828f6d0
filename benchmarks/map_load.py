"""Our map beside the same map made the usual Folium way (`make bench`).

In one run, side by side and in turns, so that a busy machine disturbs both alike:
- start: from the start of the server's process to its first whole page, after one start that is not
  counted (files cached by the system, byte code written);
- memory: peak resident memory of the server (VmHWM) after all loads and clicks;
- first view: encoded bytes and requests of a page load with an empty cache, and what would leave the host;
- times from the navigation to the first zone and to everything drawn, in a fresh browser context;
- click: from the event to the first task, for different zones, each for the first time;
- heap: JavaScript heap after the first view, garbage collected.

No figure is asserted: the exit code is 1 only when something does not work. `usual_folium.py` says what
is the same and what is kept in the peer's favour. Some two minutes on two
quiet cores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import urllib.request
from collections.abc import Sequence
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
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError
from servers import OURS, USUAL, Running, StartError, serving

STARTS, LOADS, CLICKS = 3, 5, 20
VARIANTS = (OURS, USUAL)
Figures = dict[str, dict[str, Spread]]  # figure -> variant -> spread
Runs = dict[str, dict[str, list[float]]]
# What the page is meant to keep to: figure, largest median, how it is said.
AIMS = (
    ("start: first page, s", 3.0, "second start to first page"),
    ("first view: all, kB", 1200.0, "first view with libraries"),
    ("first view: without libraries, kB", 400.0, "first view, ours alone"),
    ("first zone drawn, ms", 1500.0, "first zone layer drawn"),
    ("click to list, ms", 150.0, "click to list"),
)


def measure(starts: int, loads: int, clicks: int) -> tuple[Figures, dict[str, object]]:
    """Return every figure of both variants, and facts about the run.

    Raises
    ------
    StartError, PageError
        A server does not start, or a page does not work.
    """
    runs: Runs = {}
    for variant, seconds in _starts(starts):
        _note(runs, "start: first page, s", variant, seconds)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(name)) for name in VARIANTS}
        pages = {name: _variant(name, servers[name]) for name in VARIANTS}
        browser = stack.enter_context(chromium(stack.enter_context(sync_playwright())))
        for turn in range(loads + 1):
            for name in _in_turn(turn):
                with loaded(browser, pages[name]) as view:
                    if turn:  # the first of each only warms browser and server
                        _note_view(runs, name, view, servers[USUAL])
        zones = _busiest_zones(servers[OURS])[:clicks]
        facts: dict[str, object] = {"clicked": _clicks(runs, browser, pages, zones)}
        for name in VARIANTS:
            _note(runs, "server: peak memory, MiB", name, servers[name].peak_memory_mib())
        facts |= {"chromium": browser.version, "python": platform.python_version(), "cpus": os.cpu_count()}
    return {figure: {v: Spread.of(x) for v, x in by.items()} for figure, by in runs.items()}, facts


def _starts(times: int) -> list[tuple[str, float]]:
    """Seconds to the first page, variants in turns; the first start of each is not counted."""
    taken = []
    for turn in range(times + 1):
        for name in _in_turn(turn):
            with serving(name) as server:
                taken.append((turn, name, server.first_page_s))
    return [(name, seconds) for turn, name, seconds in taken if turn]


def _in_turn(turn: int) -> Sequence[str]:
    """Both variants, the other one first every second time."""
    return VARIANTS if turn % 2 else tuple(reversed(VARIANTS))


def _variant(name: str, server: Running) -> Variant:
    ready = 'html[data-ready="all"]' if name == OURS else None
    return Variant(name, server.url, zone=".leaflet-pane path.zone", ready=ready)


def _note(runs: Runs, figure: str, variant: str, value: float) -> None:
    runs.setdefault(figure, {}).setdefault(variant, []).append(value)


def _note_view(runs: Runs, name: str, view: Loaded, usual: Running) -> None:
    """Note one page load."""
    total, libraries = view.traffic.kilobytes(), view.traffic.kilobytes("libraries")
    _note(runs, "first view: all, kB", name, total)
    _note(runs, "first view: libraries, kB", name, libraries)
    _note(runs, "first view: page and programs, kB", name, view.traffic.kilobytes("page"))
    _note(runs, "first view: data, kB", name, view.traffic.kilobytes("data"))
    _note(runs, "first view: without libraries, kB", name, total - libraries)
    _note(runs, "first view: requests", name, len(view.traffic.addresses))
    off_host = view.traffic.off_host() + (_would_ask(usual) if name == USUAL else 0)
    _note(runs, "first view: requests to other hosts", name, off_host)
    _note(runs, "first zone in the document, ms", name, view.times["zone_found"])
    _note(runs, "first zone drawn, ms", name, view.times["zone_drawn"])
    _note(runs, "all drawn, ms", name, view.times["all_drawn"])
    _note(runs, "JavaScript heap, MB", name, view.heap_mb())


def _would_ask(usual: Running) -> int:
    """Requests to other hosts that the usual page, as Folium made it, would send."""
    with urllib.request.urlopen(f"{usual.url}off-host.txt", timeout=10) as reply:
        return len(reply.read().split())


def _busiest_zones(ours: Running) -> list[str]:
    """Ids of the zones with tasks, the longest lists first."""
    with urllib.request.urlopen(f"{ours.url}api/zones", timeout=10) as reply:
        zones = json.load(reply)["zones"]
    rows = {z["id"]: z["tasks"]["total"] + z["tasks"]["passing"] for z in zones}
    return sorted((z for z in rows if rows[z]), key=lambda z: (-rows[z], z))


def _clicks(runs: Runs, browser: Browser, pages: dict[str, Variant], zones: list[str]) -> dict[str, int]:
    """Note the clicks of both variants; returns how many zones were clicked in each."""
    counted = {}
    for name, click in ((OURS, clicks_ours), (USUAL, clicks_usual)):
        with loaded(browser, pages[name]) as view:
            taken = click(view.page, zones)
        if not taken:
            raise PageError(f"{name}: not one zone could be clicked")
        for times in taken.values():
            _note(runs, "click to list, ms", name, times["found"])
            _note(runs, "click to list drawn, ms", name, times["drawn"])
        counted[name] = len(taken)
    return counted


def report(figures: Figures, facts: dict[str, object]) -> str:
    """The figures as a table, then how ours stand to what they are meant to be."""
    rows = [
        (figure, str(by[OURS]), str(by[USUAL]), ratio(by[OURS], by[USUAL])) for figure, by in figures.items()
    ]
    lines = [table(("min / median / max", "ours", "usual Folium", "ours : usual"), rows), ""]
    for figure, most, words in AIMS:
        median = figures[figure][OURS].middle
        verdict = "met" if median <= most else "MISSED"
        unit = figure.rsplit(", ", 1)[-1]
        lines.append(f"{verdict:7}{words}: {median:.4g} {unit} (aim: at most {most:g} {unit})")
    lines.append("\n" + ", ".join(f"{key} {value}" for key, value in facts.items()))
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write the figures to a file when asked."""
    parser = argparse.ArgumentParser(description="Our map beside the same map made the usual Folium way.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure with its runs here.")
    parser.add_argument("--starts", type=int, default=STARTS, help="Starts of each server.")
    parser.add_argument("--loads", type=int, default=LOADS, help="Page loads of each map.")
    parser.add_argument("--clicks", type=int, default=CLICKS, help="Zones to click.")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are ended with us
    load_before = os.getloadavg()[0]
    try:
        figures, facts = measure(options.starts, options.loads, options.clicks)
    except (StartError, PageError, BrowserError, OSError) as error:
        print(f"map_load: {error}", file=sys.stderr)
        return 1
    facts["system load before"] = round(load_before, 2)
    print(report(figures, facts))
    if options.json:
        rows = {figure: {v: s.to_json() for v, s in by.items()} for figure, by in figures.items()}
        text = json.dumps({"figures": rows, "facts": facts}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
