"""How fast does the geocoder place items, one core, JSON lines in and out, and what do more names cost?

The built-in plans are cut into items of 100 characters. One process on one core goes through all of them in
turns, round after round, each kind of work a round:

- peer: a bare pyahocorasick scan (`Automaton.iter`) of the items for the same names, which finds
  candidates and nothing else: no folding, conditions, lists, unknown names, relations, scopes.
- scan: the same with the geocoder's own automaton.
- geocode: `orjson.loads` of the line, `Geocoder.geocode`, `orjson.dumps` of the record.

Then the same items with 10,000, 100,000 and 1,000,000 made-up names added, each in a process of its own:
seconds to build, bytes of automaton a name, peak memory (VmHWM), and the rate. Last the whole command
`lingang geocode` for one line. Rates count processor seconds, of the fastest round for each block of items,
so that a busy machine shows little. Nothing is asserted; exit 1 when a process fails.

Needs pyahocorasick beside the installed project: `pip install pyahocorasick`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from figures import Spread, peak_memory_mib, table

from geo.folding import fold
from geo.gazetteer import Gazetteer, Sense, read_gazetteer
from geo.geocoder import Geocoder
from lingang.locations import data_dir

ITEM_CHARACTERS = 100
BLOCK = 20  # items timed at once: about a millisecond, less than the system's time slice
ADDED = (0, 10_000, 100_000, 1_000_000)
QUICK_ADDED = (0, 10_000)
PEER_MOST = 20_000  # names; with more the peer takes gigabytes
ROUNDS = 10
START_RUNS = 7
ENDS = ("镇", "村", "路", "大道", "社区", "小学", "医院", "公园", "大厦", "产业园", "站", "河")
LINE = b'{"id": "1", "text": "\xe6\x94\xb9\xe9\x80\xa0\xe6\xb3\xa5\xe5\x9f\x8e\xe9\x95\x87"}\n'


Works = dict[str, tuple[Callable[[Any], object], Sequence[Any]]]  # name: what is done, to what


class WideGazetteer:
    """The built-in gazetteer with made-up names outside the area; what the geocoder asks of a gazetteer."""

    def __init__(self, base: Gazetteer, added: int) -> None:
        self.places, self.parents, self.is_within = base.places, base.parents, base.is_within
        self._base = base
        outside = next(s for name in base.names() for s in base.senses(name) if s.role == "outside")
        self.by_name: dict[str, tuple[Sense, ...]] = {name: base.senses(name) for name in base.names()}
        for name in made_up_names(added):
            self.by_name.setdefault(name, (outside,))

    def names(self) -> Iterator[str]:
        """All names."""
        return iter(self.by_name)

    def senses(self, name: str) -> tuple[Sense, ...]:
        """The senses of a name."""
        return self.by_name.get(name, ())


def made_up_names(count: int) -> set[str]:
    """So many different names of four to ten characters, always the same."""
    chance = random.Random(count)
    signs = [chr(code) for code in range(0x4E00, 0x5E00)]
    names: set[str] = set()
    while len(names) < count:
        names.add("".join(chance.choices(signs, k=chance.randint(3, 7))) + chance.choice(ENDS))
    return names


def items() -> list[str]:
    """The texts of the built-in plans, end to end, in pieces of one length."""
    lines = (
        line
        for file in sorted((data_dir() / "plans").glob("*.jsonl"))
        for line in file.read_bytes().splitlines()
    )
    text = "".join(record["text"] for record in map(orjson.loads, lines) if "text" in record)
    return [text[at : at + ITEM_CHARACTERS] for at in range(0, len(text), ITEM_CHARACTERS)]


def main() -> int:
    """Measure and print; with --part do the work of one process."""
    parser = argparse.ArgumentParser(description="Speed and memory of geocoding JSON lines.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure here.")
    parser.add_argument("--quick", action="store_true", help="Few rounds, at most 10,000 names added.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--part", type=int, metavar="NAMES", help=argparse.SUPPRESS)
    options = parser.parse_args()
    rounds = 3 if options.quick else options.rounds
    if options.part is not None:
        print(json.dumps(measure(options.part, rounds)))
        return 0
    load = os.getloadavg()[0]
    try:
        rows = [run_part(added, rounds) for added in (QUICK_ADDED if options.quick else ADDED)]
        start = Spread.of(command_seconds() for _ in range(START_RUNS))
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"geocode_speed: {error}", file=sys.stderr)
        return 1
    print_rows(rows)
    print(f"\nlingang geocode of one line, s (min / median / max): {start}")
    print(f"load of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    if options.json:
        found = {"load": load, "rows": rows, "start_s": start.to_json()}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """Two tables: rates, and what the names cost."""
    header = ("names", "peer, us", "scan, us", "geocode, us", "items/s", "geocode : peer", "geocode : scan")
    body = [
        (
            f"{row['names']:,}", f"{row['peer_us']:.1f}" if "peer_us" in row else "-",
            f"{row['scan_us']:.1f}", f"{row['geocode_us']:.1f}", f"{1e6 / row['geocode_us']:,.0f}",
            f"{row['geocode_us'] / row['peer_us']:.1f}" if "peer_us" in row else "-",
            f"{row['geocode_us'] / row['scan_us']:.1f}",
        )
        for row in rows
    ]  # fmt: skip
    print(f"items of {ITEM_CHARACTERS} characters, {rows[0]['items']} a round; processor time an item")
    print(table(header, body))
    header = ("names", "build, s", "automaton, bytes a name", "peak memory, MiB")
    body = [
        (f"{r['names']:,}", f"{r['build_s']:.2f}", f"{r['bytes_a_name']:.0f}", f"{r['peak_mib']:.0f}")
        for r in rows
    ]
    print()
    print(table(header, body))


def run_part(added: int, rounds: int) -> dict[str, Any]:
    """The figures with so many names added, from a process of its own."""
    command = [sys.executable, __file__, "--part", str(added), "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    rate = 1e6 / figures["geocode_us"]
    print(f"{figures['names']:,} names: {rate:,.0f} items/s", file=sys.stderr, flush=True)
    return figures


def measure(added: int, rounds: int) -> dict[str, Any]:
    """All figures of one process; the peer comes last, so that its memory does not count as ours."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    gazetteer = WideGazetteer(read_gazetteer(data_dir()), added)
    names = list(gazetteer.names())
    begun = time.process_time()
    geocoder = Geocoder(gazetteer)  # type: ignore[arg-type]  # all that it asks for is there
    build_s = time.process_time() - begun
    texts = items()
    lines = [orjson.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts)]

    def geocode(line: bytes) -> None:
        record = orjson.loads(line)
        orjson.dumps(geocoder.geocode(record["text"]).to_json(record["id"]))

    for line in lines:
        geocode(line)
    peak_mib = peak_memory_mib()
    scan: Any = geocoder._vocabulary._scan  # a second one of a million names would take ten seconds to build
    automaton = scan.__self__  # the library's: `scan` is its method
    folded = [fold(text).text for text in texts]
    works: Works = {"scan_us": (scan, folded), "geocode_us": (geocode, lines)}
    if len(names) <= PEER_MOST:
        works["peer_us"] = (peer_scan(names), folded)
    return {
        "names": len(names), "items": len(texts), "build_s": build_s, "peak_mib": peak_mib,
        "bytes_a_name": len(automaton.serialize()) / len(names), **microseconds(works, rounds),
    }  # fmt: skip


def peer_scan(names: Sequence[str]) -> Callable[[str], object]:
    """A bare scan by pyahocorasick."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return lambda text: list(automaton.iter(text))


def microseconds(works: Works, rounds: int) -> dict[str, float]:
    """Processor time an item of each work, the rounds in turns; the fastest round counts for each block."""
    best = {name: [float("inf")] * -(-len(inputs) // BLOCK) for name, (_, inputs) in works.items()}
    for _ in range(rounds):
        for name, (work, inputs) in works.items():
            for number in range(len(best[name])):
                block = inputs[number * BLOCK : (number + 1) * BLOCK]
                begun = time.thread_time()
                for value in block:
                    work(value)
                best[name][number] = min(best[name][number], time.thread_time() - begun)
    return {name: sum(best[name]) / len(inputs) * 1e6 for name, (_, inputs) in works.items()}


def command_seconds() -> float:
    """Wall time of the whole command for one line."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = Path(folder, "tasks.jsonl")
        tasks.write_bytes(LINE)
        begun = time.perf_counter()
        command = [sys.executable, "-c", "from webmap.cli import main; main()", "geocode", str(tasks)]
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
