"""How fast are documents read, from bytes to tasks with milestones and targets, and in how much memory?

- corpus: made-up plans (`plan_corpus`), 50 MB of words in all, in documents of 20 to 300 kB: web pages 40 %,
  text, Word and PDF 20 % each.
- single documents of 1, 2, 4 and 8 MB as text, 1 and 4 MB in the other formats: the rate must not fall
  with the size.
- its peer is the bare text of the same files: `bytes.decode` (txt), lxml's `text_content` (html), python-docx
  paragraphs (docx), pypdfium2 text pages (pdf). Bare text has no clutter taken out, no numbers of Word's
  lists, no paragraphs of a PDF, no way back to the original, no items, and nothing that they promise.

MB are 1,000,000 bytes of the plan's own words in UTF-8 (`files`: of the files, packed or with their tags).
Pipeline and peer are processes of their own on one core; each document goes to one, then to the other.
Rates count processor seconds, so that a busy machine shows little. Memory is VmHWM of the process, the
interpreter and its libraries included. Nothing is asserted; exit 1 when a process fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from figures import peak_memory_mib, table

MB = 1_000_000
CORPUS_MB, QUICK_MB = 50, 5
SINGLES_MB = {"txt": (1, 2, 4, 8), "html": (1, 4), "docx": (1, 4), "pdf": (1, 4)}
QUICK_SINGLES_MB = {"txt": (0.25, 0.5, 1.0)}
SHARES = {"txt": 0.2, "html": 0.4, "docx": 0.2, "pdf": 0.2}
DOCUMENT_KB = (20, 40, 60, 90, 150, 300)  # of words, in turns; a yearly work plan has about 60


@dataclass
class Figure:
    """One row: bytes and seconds of some documents, and what came of them. Times in processor seconds."""

    name: str
    documents: int = 0
    text_mb: float = 0.0
    file_mb: float = 0.0
    tasks: int = 0
    milestones: int = 0
    targets: int = 0
    seconds: float = 0.0
    wall_seconds: float = 0.0
    bare_seconds: float = 0.0
    peak_mib: float = 0.0
    bare_peak_mib: float = 0.0

    def cells(self) -> tuple[str, ...]:
        """The row as printed."""
        return (
            self.name,
            str(self.documents),
            f"{self.text_mb:.1f}",
            f"{self.file_mb:.1f}",
            str(self.tasks),
            f"{self.seconds:.1f}",
            f"{self.text_mb / self.seconds:.2f}",
            f"{self.file_mb / self.seconds:.2f}",
            f"{self.bare_seconds:.2f}",
            f"{self.seconds / self.bare_seconds:.1f}",
            f"{self.peak_mib:.0f}",
            f"{self.bare_peak_mib:.0f}",
        )


HEADER = (
    "",
    "documents",
    "MB",
    "files",
    "tasks",
    "s",
    "MB/s",
    "files/s",
    "bare s",
    ": bare",
    "MiB",
    "bare MiB",
)


def main() -> int:
    """Measure corpus and single documents and print their tables; with --part serve as one process."""
    parser = argparse.ArgumentParser(description="Speed and memory of reading documents into tasks.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure here.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MB} MB instead of {CORPUS_MB}.")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        return serve(PARTS[options.part])
    load = os.getloadavg()[0]
    try:
        corpus = measure_corpus(QUICK_MB if options.quick else CORPUS_MB)
        singles = list(measure_singles(QUICK_SINGLES_MB if options.quick else SINGLES_MB))
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"read_speed: {error}", file=sys.stderr)
        return 1
    print(table(HEADER, [row.cells() for row in corpus]))
    print("\nsingle documents")
    print(table(HEADER, [row.cells() for row in singles]))
    print(f"\nload of the machine: {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    if options.json:
        found = {"load": load, "corpus": list(map(asdict, corpus)), "singles": list(map(asdict, singles))}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def measure_corpus(megabytes: int) -> list[Figure]:
    """A row for each format, and their sum."""
    rows = []
    for kind, share in SHARES.items():
        sizes: list[int] = []
        left = int(megabytes * MB * share)
        while left > 0:
            sizes.append(min(DOCUMENT_KB[len(sizes) % len(DOCUMENT_KB)] * 1_000, max(left, 5_000)))
            left -= sizes[-1]
        rows.append(measure(kind, kind, sizes))
    whole = Figure("all")
    for field in fields(Figure)[1:]:
        together = max if field.name.endswith("peak_mib") else sum
        setattr(whole, field.name, together(getattr(row, field.name) for row in rows))
    return [*rows, whole]


def measure_singles(chosen: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
    """A row for each format and size, each in fresh processes."""
    for kind, sizes in chosen.items():
        for size in sizes:
            yield measure(f"{kind}, {size:g} MB", kind, [int(size * MB)])


def measure(name: str, kind: str, sizes: list[int]) -> Figure:
    """Documents of one format and these sizes, made, read by the pipeline, and read bare, one by one."""
    from plan_corpus import FORMATS, make_plan, numbered

    row = Figure(name)
    with tempfile.TemporaryDirectory() as folder, Worker("pipeline") as pipeline, Worker("bare") as bare:
        warm = Path(folder, f"warm.{kind}")
        warm.write_bytes(FORMATS[kind](make_plan(5_000, 1), 1))
        pipeline.read(warm)
        bare.read(warm)
        for seed, size in enumerate(sizes):
            parts = make_plan(size, seed)
            file = Path(folder, f"document-{seed}.{kind}")
            row.file_mb += file.write_bytes(FORMATS[kind](parts, seed)) / MB
            row.text_mb += sum(len(numbered(part).encode()) + 1 for part in parts) / MB
            row.documents += 1
            done, peer = pipeline.read(file), bare.read(file)
            row.seconds += done["cpu"]
            row.wall_seconds += done["wall"]
            row.bare_seconds += peer["cpu"]
            row.tasks += done["found"][0]
            row.milestones += done["found"][1]
            row.targets += done["found"][2]
            row.peak_mib, row.bare_peak_mib = done["peak"], peer["peak"]
            expected = sum(part.kind == "item" for part in parts)
            if done["found"][0] != expected:
                raise ValueError(f"{file.name}: {done['found'][0]} tasks instead of {expected}")
            file.unlink()
    print(f"{name}: {row.text_mb / row.seconds:.2f} MB/s", file=sys.stderr, flush=True)
    return row


class Worker:
    """A process that reads the files it is told of, one after another, on the last of our cores."""

    def __init__(self, part: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--part", part],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def read(self, file: Path) -> dict[str, Any]:
        """What reading a file took and gave. Raises OSError where the process has failed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply:
            raise OSError(f"the process that read {file.name} has failed")
        answer: dict[str, Any] = json.loads(reply)
        return answer


def serve(read: Callable[[Path, bytes], tuple[int, int, int]]) -> int:
    """Read the files named on standard input; reply with a line for each."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for line in sys.stdin:
        file = Path(line.rstrip("\n"))
        raw = file.read_bytes()
        wall, cpu = time.perf_counter(), time.process_time()
        found = read(file, raw)
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps({**spent, "found": found, "peak": peak_memory_mib()}), flush=True)
    return 0


def read_whole(file: Path, raw: bytes) -> tuple[int, int, int]:
    """The whole pipeline: tasks, milestones, targets."""
    from plans.document import read_document
    from plans.tasks import read_plan

    tasks, report = read_plan(read_document(raw, name=file.name))
    return len(tasks), report.milestones, report.targets


def read_bare(file: Path, raw: bytes) -> tuple[int, int, int]:
    """The text alone, by the library of the format; the first figure is its characters."""
    return len(BARE[file.suffix](raw)), 0, 0


def bare_text(raw: bytes) -> str:
    """Decoded; what is no UTF-8 is known to be GB18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def bare_page(raw: bytes) -> str:
    """All text of a page, scripts and menus too."""
    import lxml.html

    return str(lxml.html.fromstring(raw.decode("utf-8")).text_content())


def bare_word(raw: bytes) -> str:
    """Paragraphs without the numbers that Word prints."""
    import io

    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(raw)).paragraphs)


def bare_pdf(raw: bytes) -> str:
    """The text of the pages, line by line."""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    pages = []
    for page in document:
        text_page = page.get_textpage()
        pages.append(text_page.get_text_range())
        text_page.close()
        page.close()
    document.close()
    return "\n".join(pages)


BARE = {".txt": bare_text, ".html": bare_page, ".docx": bare_word, ".pdf": bare_pdf}
PARTS = {"pipeline": read_whole, "bare": read_bare}

if __name__ == "__main__":
    sys.exit(main())
