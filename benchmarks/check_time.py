"""Time and memory of the parts behind the map: the check, the start, reading the atlas, and geocoding.

- `lingang check`: wall time of the whole command.
- import: `import webmap.app` in a fresh interpreter, and beside it `import flask, folium, shapely`, which
  no such application can do without.
- atlas: `load_atlas()` in that fresh interpreter (files read, all tasks geocoded and joined).
- geocoding: the built-in tasks, texts only, repeated; items a second. Its peer in the same run is a bare
  pyahocorasick scan (`Automaton.iter`) of the same folded texts with the same names: the least that
  any matching of these names can cost, without conditions, headings, relations or scopes.
- memory: peak resident memory (VmHWM) of the process that did each.

Every run is a process of its own; the runs are in turns. Nothing is asserted; exit 1 when a part fails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from figures import Spread, peak_memory_mib, ratio, table

RUNS = 5
ROUNDS = 8  # times that all built-in tasks are geocoded in one run
CHILD_LIMIT_S = 60.0
Figures = dict[str, float]


def main() -> int:
    """Run every part in turns and print the table; with --part do one part and print its figures."""
    parser = argparse.ArgumentParser(description="Time and memory of check, start, atlas and geocoding.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure with its runs here.")
    parser.add_argument("--runs", type=int, default=RUNS, help="Runs of each part.")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        figures = PARTS[options.part]()
        print(json.dumps({**figures, f"{options.part}: peak memory, MiB": peak_memory_mib()}))
        return 0
    try:
        spreads = measure(options.runs)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"check_time: {error}", file=sys.stderr)
        return 1
    print(table(("min / median / max", "figure"), [(name, str(s)) for name, s in spreads.items()]))
    geocoding, scan = spreads["geocoding: items/s"], spreads["geocoding: bare scan, items/s"]
    print(f"\ngeocoding : bare scan of the same texts = {ratio(geocoding, scan)} of its items a second")
    imports = ratio(spreads["start: import webmap.app, s"], spreads["libraries: import, s"])
    print(f"import webmap.app : its libraries alone = {imports}")
    if options.json:
        text = json.dumps({name: s.to_json() for name, s in spreads.items()}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def measure(runs: int) -> dict[str, Spread]:
    """Every figure of every part, each part in `runs` processes, parts in turns, after one of each."""
    found: dict[str, list[float]] = {}
    for turn in range(runs + 1):
        for name, value in _one_turn().items():
            if turn:  # the first only fills the system's cache of files
                found.setdefault(name, []).append(value)
    return {name: Spread.of(values) for name, values in found.items()}


def _one_turn() -> Figures:
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("lingang")), "check"]
    subprocess.run(command, check=True, capture_output=True, timeout=CHILD_LIMIT_S)
    figures = {"check: whole command, s": time.perf_counter() - began}
    for part in PARTS:
        command = [sys.executable, __file__, "--part", part]
        reply = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=CHILD_LIMIT_S)
        figures |= json.loads(reply.stdout)
    return figures


def part_check() -> Figures:
    """Only for its memory: the check without the command around it."""
    from layers.check import check_all
    from lingang.locations import data_dir

    faults = check_all(data_dir())
    return {"check: faults": float(len(faults))}


def part_libraries() -> Figures:
    """The libraries that the application stands on, imported in a fresh interpreter."""
    began = time.perf_counter()
    import flask  # noqa: F401
    import folium  # noqa: F401
    import shapely  # noqa: F401

    return {"libraries: import, s": time.perf_counter() - began}


def part_start() -> Figures:
    """The application imported, and the atlas read, in a fresh interpreter; then read once more."""
    began = time.perf_counter()
    import webmap.app

    imported = time.perf_counter()
    webmap.app.load_atlas(None)
    read = time.perf_counter()
    webmap.app.load_atlas(None)
    again = time.perf_counter()
    return {
        "start: import webmap.app, s": imported - began,
        "start: load_atlas, s": read - imported,
        "start: load_atlas once more, s": again - read,
    }


def part_geocoding() -> Figures:
    """Items a second over the built-in tasks, geocoder and bare scan in turns."""
    from geo.folding import fold
    from layers.atlas import load_atlas

    atlas = load_atlas()
    tasks = [item.task for item in atlas.tasks.values()]
    folded = [fold(task.text).text for task in tasks]
    automaton = atlas.geocoder.gazetteer.automaton

    def geocode() -> None:
        for task in tasks:
            atlas.geocoder.geocode(task.text, title=task.title, path=task.path)

    def scan() -> None:
        for text in folded:
            list(automaton.iter(text))

    spent = {geocode: 0.0, scan: 0.0}
    for _ in range(ROUNDS):
        for work in spent:
            began = time.perf_counter()
            work()
            spent[work] += time.perf_counter() - began
    items = len(tasks) * ROUNDS
    rates = {work.__name__: items / seconds for work, seconds in spent.items()}
    return {"geocoding: items/s": rates["geocode"], "geocoding: bare scan, items/s": rates["scan"]}


PARTS: dict[str, Callable[[], Figures]] = {
    "check": part_check,
    "libraries": part_libraries,
    "start": part_start,
    "geocoding": part_geocoding,
}

if __name__ == "__main__":
    sys.exit(main())
