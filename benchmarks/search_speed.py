"""How fast is the search box, with the built-in plans and with very many tasks?

- built-in: milliseconds a query over everything with a name in the built-in data.
- many: the same with made-up tasks beside it (`--tasks`, 100,000): sentences of the built-in tasks put
  together anew, with numbers of their own, always the same.
- scan: the peer in the same run, the plainest search there is: `all(word in text ...)` over the number,
  title and text of every task, small letters prepared beforehand. It finds no pinyin, no other spelling, and
  ranks nothing.

Queries are answered in turns; each figure is min / median / max of the runs. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from figures import Spread, peak_memory_mib, ratio, table

from geo.geocoder import TaskLinks
from layers.atlas import LinkedTask, load_atlas
from layers.search import search
from layers.search_index import Entry, SearchIndex, build_index, index_entries
from plans.records import Task

QUERIES = (
    "滴水湖", "dsh", "dishuihu", "lgkjc", "T1xian", "滴shui", "臨港科技城", "J05-01", "2023-112",
    "Dishui Lake", "滴水湖 学校", "di shui hu", "建设", "推进", "上海", "jianshe", "s", "没有这样的词",
)  # fmt: skip
RUNS = 7
TASKS = 100_000
SENTENCES = 4  # of a made-up task: about as long as a built-in summary with its title
T = TypeVar("T")


def main() -> int:
    """Measure every query and print the table."""
    parser = argparse.ArgumentParser(description="Time of the search box per query, against a plain scan.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure with its runs here.")
    parser.add_argument("--runs", type=int, default=RUNS, help="Runs of each query.")
    parser.add_argument("--tasks", type=int, default=TASKS, help="Number of made-up tasks.")
    options = parser.parse_args()
    atlas = load_atlas()
    small, small_s = _timed(lambda: _ready(build_index(atlas)))
    made_up = list(islice(_made_up_tasks([item.task for item in atlas.tasks.values()]), options.tasks))
    large, large_s = _timed(lambda: _ready(_with_tasks(small, made_up)))
    texts = [f"{task.id} {task.text}".casefold() for task in made_up]
    rows, record = [], {}
    for query in QUERIES:
        found = _measure(query, small, large, texts, options.runs)
        rows.append((query, *(str(s) for s in found.values()), ratio(found["many"], found["scan"])))
        record[query] = {name: spread.to_json() for name, spread in found.items()}
    print(table(("ms: min / median / max", "built-in", "many", "scan", "many : scan"), rows))
    print(f"\nindex: {len(small.entries)} things in {small_s:.2f} s, {len(large.entries)} in {large_s:.2f} s")
    print(f"peak memory: {peak_memory_mib():.0f} MiB")
    if options.json:
        options.json.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _measure(
    query: str, small: SearchIndex, large: SearchIndex, texts: list[str], runs: int
) -> dict[str, Spread]:
    """Milliseconds of each way to answer a query, in turns."""
    ways: dict[str, Callable[[], object]] = {
        "built-in": lambda: search(small, query),
        "many": lambda: search(large, query),
        "scan": lambda: _scan(texts, query),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, answer in ways.items():
            times[name].append(_timed(answer)[1] * 1e3)
    return {name: Spread.of(values) for name, values in times.items()}


def _scan(texts: list[str], query: str) -> list[int]:
    words = query.casefold().split()
    return [number for number, text in enumerate(texts) if all(word in text for word in words)]


def _made_up_tasks(tasks: list[Task]) -> Iterator[Task]:
    """Endlessly many tasks put together from the titles and sentences of `tasks`."""
    chance = random.Random(20231115)
    sentences = [part for task in tasks for part in re.split("(?<=[。；])", task.body) if part]
    number = 0
    while True:
        number += 1
        first, second = chance.sample(tasks, 2)
        title = first.title[: len(first.title) // 2] + second.title[len(second.title) // 2 :]
        body = "".join(chance.sample(sentences, SENTENCES))
        yield Task(f"made-{number}", "made", str(number), (), title, f"{title}。{body}")


def _with_tasks(index: SearchIndex, tasks: list[Task]) -> SearchIndex:
    linked = (LinkedTask(task, TaskLinks("whole", "", (), ())) for task in tasks)
    return index_entries([*index.entries, *(Entry("tasks", item.id, item) for item in linked)])


def _ready(index: SearchIndex) -> SearchIndex:
    """The index with everything made that its first search would make."""
    search(index, "a b")
    return index


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
