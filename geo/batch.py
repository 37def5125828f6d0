"""Geocoding many task lines: one chunk of lines in, their links records and faults out.

`geocode_lines` is a pure function of picklable things, so the same one runs in this process and on the
workers of a cluster (`geo.cluster`); `settle` then finds the ids that stand twice, in input order.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple, Protocol

import orjson

from geo.geocoder import Geocoder
from geo.line_chunks import START, Chunk, Mark
from geo.seen_ids import SeenIds
from geo.task_lines import TaskLineError, parse_task_line


class LineFault(NamedTuple):
    """A line that fell out: its number, why, and the task's id where one could be read."""

    line: int
    reason: str
    task_id: str | None = None

    def __str__(self) -> str:
        known = "" if self.task_id is None else f" (id {self.task_id!r})"
        return f"line {self.line}: {self.reason}{known}"


@dataclass(slots=True)
class ChunkResult:
    """What became of a chunk: for each task its id, line number and links record; the faults."""

    ids: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """How many task lines were written and how many fell out, blank lines left aside."""

    written: int = 0
    fallen: int = 0

    @property
    def lines(self) -> int:
        """All task lines."""
        return self.written + self.fallen


class Sink(Protocol):
    """Where links records go, in input order; `mark` is how far the input is then done."""

    def write(self, records: list[bytes], mark: Mark, *, written: int, fallen: int) -> None:
        """Take some records; the counts are of the whole run."""


def geocode_lines(geocoder: Geocoder, chunk: Chunk) -> ChunkResult:
    """Return the links record of every task of a chunk, a JSON line each, and a fault for every bad line."""
    with collection_paused():
        return _geocode_lines(geocoder, chunk)


def _geocode_lines(geocoder: Geocoder, chunk: Chunk) -> ChunkResult:
    result = ChunkResult()
    for number, raw in enumerate(chunk.lines, start=chunk.first_line):
        try:
            task = parse_task_line(raw)
        except TaskLineError as error:
            result.faults.append(LineFault(number, str(error), error.task_id))
            continue
        if task is None:
            continue
        record = geocoder.geocode(task.text, task.title, task.path).to_record(task.id)
        result.records.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        result.ids.append(task.id)
        result.lines.append(number)
    return result


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for reference cycles meanwhile: geocoding makes many objects and no cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def geocode_serially(
    geocoder: Geocoder, chunks: Iterable[tuple[Chunk, Mark]]
) -> Iterator[tuple[Mark, ChunkResult]]:
    """Geocode chunk after chunk in this process."""
    for chunk, mark in chunks:
        yield mark, geocode_lines(geocoder, chunk)


def settle(result: ChunkResult, seen: SeenIds) -> tuple[list[bytes], list[LineFault]]:
    """Return the records to write and all faults of a chunk, both in the order of its lines.

    Results must be settled in input order: the first line with an id keeps it, a later one is a fault.
    """
    repeated = seen.add(result.ids, result.lines)
    if not repeated:
        return result.records, result.faults
    faults = list(result.faults)
    for index, first in repeated.items():
        reason = f"id {result.ids[index]!r} stands already in line {first}"
        faults.append(LineFault(result.lines[index], reason))
    records = [record for index, record in enumerate(result.records) if index not in repeated]
    return records, sorted(faults, key=attrgetter("line"))


def write_results(
    results: Iterable[tuple[Mark, ChunkResult]],
    seen: SeenIds,
    sink: Sink,
    tally: Tally,
    *,
    tell: Callable[[Sequence[LineFault]], None],
    watch: Callable[[Mark, Tally], None],
) -> None:
    """Write the results of chunks, which come in input order; tell faults first, so that none is lost.

    Parameters
    ----------
    tally
        The counts so far; they grow.
    tell, watch
        Called after every chunk, with its faults and with how far things are.
    """
    for mark, result in results:
        records, faults = settle(result, seen)
        tally.written += len(records)
        tally.fallen += len(faults)
        tell(faults)
        sink.write(records, mark, written=tally.written, fallen=tally.fallen)
        watch(mark, tally)


def recall(chunks: Iterable[tuple[Chunk, Mark]], seen: SeenIds) -> Mark:
    """Read again what an earlier run has read, for the ids in it; return how far that went."""
    reached = START
    for chunk, mark in chunks:
        reached = mark
        ids, lines = [], []
        for number, raw in enumerate(chunk.lines, start=chunk.first_line):
            try:
                task = parse_task_line(raw)
            except TaskLineError:
                continue  # the earlier run has told it
            if task is not None:
                ids.append(task.id)
                lines.append(number)
        seen.add(ids, lines)
    return reached
