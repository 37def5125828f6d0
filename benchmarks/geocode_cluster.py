"""How many task lines a second does `lingang geocode` link, here and with Dask, and in how much memory?

- runs: the whole command on a made-up file (the built-in tasks again and again under new ids), serially
  and with 1 and 2 Dask workers. Lines a second leave the start out: it is what the same command takes
  for a file of one line. Processor seconds are of the command and its workers together, so that a busy
  machine shows little in them. Memory is VmHWM, of the command and of the largest worker.
- caller: what the process that reads, hands out, checks ids and writes spends on a line whose links
  somebody else has found: reading, packing, unpacking, settling and writing, in processor seconds. It
  bounds what any number of workers can do for one caller. What Dask itself does is left out: about a
  millisecond a chunk of 2,000 lines.
- paper: hours for many items on many machines like this one, worked out from these figures; the formula
  is printed. It takes the network as free and the input as one file.

Nothing is asserted; exit 1 when a run fails.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from figures import peak_memory_mib, table

from geo.batch import Tally, geocode_serially, write_results
from geo.geocoder_source import read_source
from geo.line_chunks import LineReader
from geo.part_file import PartFile
from geo.seen_ids import SeenIds
from lingang.locations import data_dir

LINGANG = Path(sys.executable).with_name("lingang")
LINES, QUICK_LINES = 100_000, 10_000
WAYS = {"serial": (), "1 worker": ("1",), "2 workers": ("2",)}
LOOK_EVERY_S = 0.2
PAPER_ITEMS, PAPER_MACHINES = 100_000_000, 50


@dataclass
class Figure:
    """One way of running: seconds by the clock and of processors, those of the start, and peak memory."""

    way: str
    lines: int
    seconds: float
    start_seconds: float
    processor_seconds: float
    start_processor_seconds: float
    peak_mib: float
    worker_peak_mib: float

    @property
    def rate(self) -> float:
        """Lines a second by the clock, once it runs."""
        return self.lines / (self.seconds - self.start_seconds)

    @property
    def processor_rate(self) -> float:
        """Lines a processor second, once it runs."""
        return self.lines / (self.processor_seconds - self.start_processor_seconds)

    def cells(self) -> tuple[str, ...]:
        """The row as printed."""
        worker = f"{self.worker_peak_mib:.0f}" if self.worker_peak_mib else "-"
        return (
            self.way,
            f"{self.seconds:.1f}",
            f"{self.start_seconds:.1f}",
            f"{self.rate:,.0f}",
            f"{self.processor_rate:,.0f}",
            f"{self.peak_mib:.0f}",
            worker,
        )


HEADER = ("", "s", "of it start", "lines/s", "lines/processor s", "MiB", "worker MiB")


def main() -> int:
    """Run every way, print the table and the estimate."""
    parser = argparse.ArgumentParser(description="Throughput and memory of lingang geocode, with Dask too.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure here.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_LINES:,} lines instead of {LINES:,}.")
    parser.add_argument("--lines", type=int, help="Another number of lines.")
    options = parser.parse_args()
    lines = options.lines or (QUICK_LINES if options.quick else LINES)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_lines(folder / "one.jsonl", 1)
        size = write_lines(folder / "many.jsonl", lines)
        try:
            rows = [measure(folder, way, lines) for way in WAYS]
        except (subprocess.SubprocessError, OSError) as error:
            print(f"geocode_cluster: {error}", file=sys.stderr)
            return 1
        caller_s = caller_seconds(folder / "many.jsonl") / lines
    print(f"{lines:,} lines of {size / lines:,.0f} bytes, {os.cpu_count()} processors")
    print(table(HEADER, [row.cells() for row in rows]))
    print(f"\ncaller: {caller_s * 1e6:.1f} microseconds a line, at most {1 / caller_s:,.0f} lines/s")
    print(paper(rows[-1], caller_s))
    print(f"\nload of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    if options.json:
        found = {"load": load, "runs": [asdict(row) for row in rows], "caller_s_a_line": caller_s}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def write_lines(path: Path, count: int) -> int:
    """Write so many task lines; return the bytes of the file."""
    plans = sorted((data_dir() / "plans").glob("*.jsonl"))
    tasks = [json.loads(line) for plan in plans for line in plan.read_bytes().splitlines()]
    known = [task for task in tasks if "text" in task]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            task = known[number % len(known)]
            kept = {key: task[key] for key in ("title", "text", "path") if key in task}
            stream.write(json.dumps({"id": f"made-up-{number:09d}", **kept}, ensure_ascii=False) + "\n")
    return path.stat().st_size


def measure(folder: Path, way: str, lines: int) -> Figure:
    """Run the command one way, for one line and for all."""
    dask = [x for count in WAYS[way] for x in ("--scheduler", "local", "--workers", count)]
    start, start_processor, _, _ = run(folder / "one.jsonl", folder / "links.jsonl", dask)
    seconds, processor, peak, worker_peak = run(folder / "many.jsonl", folder / "links.jsonl", dask)
    return Figure(way, lines, seconds, start, processor, start_processor, peak, worker_peak)


def run(tasks: Path, output: Path, options: list[str]) -> tuple[float, float, float, float]:
    """Run the command once; return seconds, processor seconds, its peak memory and the largest worker's."""
    command = [str(LINGANG), "geocode", str(tasks), "-o", str(output), *options]
    begun, spent = time.perf_counter(), processor_seconds()
    peak = worker_peak = 0.0
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            with suppress(OSError, StopIteration, ProcessLookupError):  # it has ended meanwhile
                peak = max(peak, peak_memory_mib(process.pid))
            for child in children(process.pid):
                with suppress(OSError, StopIteration, ProcessLookupError):
                    worker_peak = max(worker_peak, peak_memory_mib(child))
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY_S)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - begun, processor_seconds() - spent, peak, worker_peak


def processor_seconds() -> float:
    """Of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(pid: int) -> Iterator[int]:
    """The processes that a process has started, from all its threads."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, path.read_text(encoding="ascii").split())


def caller_seconds(path: Path) -> float:
    """Processor seconds that a caller spends on all lines of a file, the geocoding left out."""
    geocoder = read_source(data_dir()).build()
    with path.open("rb") as stream:
        results = [pickle.dumps(x) for x in geocode_serially(geocoder, LineReader(stream).chunks())]
    target = path.with_name("settled.jsonl")
    with path.open("rb") as stream, SeenIds() as seen, PartFile(target, "") as part:
        part.begin()
        begun = time.process_time()
        pairs = zip(LineReader(stream).chunks(), results, strict=True)
        sent = ((pickle.dumps(chunk), packed) for (chunk, _), packed in pairs)
        found = (pickle.loads(packed) for _, packed in sent)
        write_results(found, seen, part, Tally(), tell=lambda _: None, watch=lambda *_: None)
        part.finish()
        return time.process_time() - begun


def paper(row: Figure, caller_s: float) -> str:
    """Hours for many items on many machines, with the formula."""
    processors = os.cpu_count() or 1
    workers = PAPER_MACHINES * processors
    a_worker = row.processor_rate
    workers_s, callers_s = PAPER_ITEMS / (workers * a_worker), PAPER_ITEMS * caller_s
    slower = "workers" if workers_s >= callers_s else "caller"
    return (
        f"\non paper, {PAPER_ITEMS:,} items on {PAPER_MACHINES} machines of {processors} processors:\n"
        f"  max(items / (machines x processors x lines/processor s), items x caller's seconds a line)\n"
        f"  = max({PAPER_ITEMS:,} / ({PAPER_MACHINES} x {processors} x {a_worker:,.0f}), "
        f"{PAPER_ITEMS:,} x {caller_s * 1e6:.1f}e-6) s\n"
        f"  = max({workers_s:,.0f}, {callers_s:,.0f}) s = {max(workers_s, callers_s) / 3600:.2f} hours; "
        f"the {slower} decides"
    )


if __name__ == "__main__":
    sys.exit(main())
