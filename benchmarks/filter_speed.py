"""How fast is a filter answered, with the built-in plans and with ten thousand tasks?

- built-in, many: milliseconds that the server takes to answer `/api/facets`, which counts every value of
  every facet and every zone under the filter; `many` has the built-in tasks copied under new ids and plans
  (`--tasks`, 10,000), with their links.
- list: the same for finding the matching tasks alone, with many.
- plain: the peer in the same run, the plainest way to the zone counts: `Atlas.zone_counts` over the tasks
  found, with many.

Filters are answered in turns after one round that is not counted; each figure is min / median / max.
The aims are 100 ms built-in and 300 ms with many. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from figures import Spread, peak_memory_mib, ratio, table
from flask.testing import FlaskClient

from layers.atlas import Atlas, load_atlas
from layers.tasks import TaskFilter, find_tasks
from webmap.app import create_app

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"plan": "2023"},
    {"zone": "dishui-core,yangshan", "stage": "start,complete"},
    {"due": "2023-H2", "implied": "1", "commitment": "firm"},
    {"kind": "school,industry", "has": "targets,projects"},
    {"near": "t1", "radius": "2000"},
    {"shape": "121.88,30.86;121.97,30.86;121.93,30.95", "q": "建设"},
)
RUNS = 7
TASKS = 10_000


def main() -> int:
    """Measure every filter and print the table."""
    parser = argparse.ArgumentParser(description="Time of a filter with all its counts.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure with its runs here.")
    parser.add_argument("--runs", type=int, default=RUNS, help="Runs of each filter.")
    parser.add_argument("--tasks", type=int, default=TASKS, help="Number of tasks.")
    options = parser.parse_args()
    small = load_atlas()
    large = enlarged(small, options.tasks)
    clients = create_app(atlas=small).test_client(), create_app(atlas=large).test_client()
    rows, record = [], {}
    for wanted in FILTERS:
        found = _measure(wanted, large, clients, options.runs)
        name = urlencode(wanted, safe=",;建设") or "(none)"
        rows.append((name, *(str(s) for s in found.values()), ratio(found["many"], found["plain"])))
        record[name] = {way: spread.to_json() for way, spread in found.items()}
    print(table(("ms: min / median / max", "built-in", "many", "list", "plain", "many : plain"), rows))
    print(f"\n{len(large.tasks)} tasks, peak memory: {peak_memory_mib():.0f} MiB")
    if options.json:
        options.json.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def enlarged(atlas: Atlas, size: int) -> Atlas:
    """The atlas with copies of its tasks up to a number, each copy in a plan of its own round."""
    own = list(atlas.tasks.values())
    tasks, plans = dict(atlas.tasks), dict(atlas.plans)
    for at in range(size - len(own)):
        item, number = own[at % len(own)], at // len(own) + 1
        plan = f"{item.task.plan}-{number}"
        plans.setdefault(plan, replace(atlas.plans[item.task.plan], id=plan))
        copy = replace(item.task, id=f"{item.id}-{number}", plan=plan)
        tasks[copy.id] = replace(item, task=copy)
    return replace(atlas, tasks=tasks, plans=plans)


def _measure(
    wanted: dict[str, str], large: Atlas, clients: tuple[FlaskClient, FlaskClient], runs: int
) -> dict[str, Spread]:
    """Milliseconds of each way to answer a filter, in turns."""
    address, asked = f"/api/facets?{urlencode(wanted)}", TaskFilter(**wanted)
    ways: dict[str, Callable[[], object]] = {
        "built-in": lambda: clients[0].get(address).data,
        "many": lambda: clients[1].get(address).data,
        "list": lambda: find_tasks(large, asked),
        "plain": lambda: large.zone_counts(find_tasks(large, asked)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(runs + 1):
        for name, answer in ways.items():
            begin = time.perf_counter()
            answer()
            if turn:
                times[name].append((time.perf_counter() - begin) * 1000)
    return {name: Spread(tuple(values)) for name, values in times.items()}


if __name__ == "__main__":
    sys.exit(main())
