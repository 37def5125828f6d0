"""What the benchmarks share: repeated figures with their spread, tables, and the memory of a process.

Times are seconds or milliseconds as the name of a figure says, memory is mebibytes, sizes are kilobytes
(1,000 bytes). A spread is min / median / max of the runs, never a mean: one disturbed run must not show.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

KIB_PER_MIB = 1024.0


@dataclass(frozen=True)
class Spread:
    """The runs of one figure, in the order they were made."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """A spread over at least one value."""
        kept = tuple(values)
        if not kept:
            raise ValueError("a figure without a single run")
        return cls(kept)

    @property
    def middle(self) -> float:
        """The median."""
        return float(median(self.values))

    def __str__(self) -> str:
        if min(self.values) == max(self.values):
            return _short(self.middle)
        return " / ".join(_short(v) for v in (min(self.values), self.middle, max(self.values)))

    def to_json(self) -> dict[str, object]:
        """The spread and every run behind it."""
        runs = [round(v, 4) for v in self.values]
        return {"min": min(runs), "median": round(self.middle, 4), "max": max(runs), "runs": runs}


def peak_memory_mib(pid: int | str = "self") -> float:
    """Largest resident memory that a running process has had (VmHWM of Linux), in MiB.

    Raises
    ------
    OSError
        The process has ended, or the system is not Linux.
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / KIB_PER_MIB


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as text in columns: the first to the left, the others to the right."""
    body = [list(row) for row in rows]
    widths = [max(_width(row[i]) for row in (header, *body)) for i in range(len(header))]
    lines = [_line(header, widths), "  ".join("-" * width for width in widths)]
    return "\n".join((*lines, *(_line(row, widths) for row in body)))


def ratio(ours: Spread, other: Spread) -> str:
    """Median to median, or a dash where the other is nothing."""
    return f"{ours.middle / other.middle:.2f}" if other.middle else "-"


def _short(value: float) -> str:
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    padded = [first[0] + " " * (first[1] - _width(first[0]))]
    padded += [" " * (width - _width(cell)) + cell for cell, width in rest]
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
