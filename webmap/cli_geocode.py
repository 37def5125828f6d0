"""The command `lingang geocode`: task lines in, links records out, however many there are."""

from __future__ import annotations

import os
import shlex
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import click

from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, OUTPUT_OPTION, say

if TYPE_CHECKING:
    from geo.batch import ChunkResult, LineFault, Sink, Tally
    from geo.gazetteer import Gazetteer
    from geo.geocoder_source import GeocoderSource
    from geo.line_chunks import Chunk, LineReader, Mark
    from geo.part_file import PartFile
    from geo.seen_ids import SeenIds

    GeocodeAll = Callable[[Iterator[tuple[Chunk, Mark]]], Iterator[tuple[Mark, ChunkResult]]]

INTERRUPTED = 130
SMALL_BYTES = 1_000_000  # an input that is done before anybody looks
_CLEAR_LINE = "\r\x1b[K"


@dataclass(frozen=True)
class Input:
    """The stream of task lines, how faults name it, and its size in bytes where it is a file.

    `is_lasting`: a named file, which a later run can read again.
    """

    name: str
    stream: BinaryIO
    size: int | None
    is_lasting: bool


@dataclass(frozen=True)
class Run:
    """What a run reads, remembers, counts and writes; `part` is the sink where that is a file."""

    given: Input
    reader: LineReader
    seen: SeenIds
    tally: Tally
    sink: Sink
    part: PartFile | None


@click.command()
@click.argument("tasks", type=click.Path(allow_dash=True))
@DATA_OPTION
@OUTPUT_OPTION
@click.option("--resume", is_flag=True, help="Go on with an interrupted run of the same TASKS and -o FILE.")
@click.option(
    "--scheduler", metavar="local|ADDRESS", help="Geocode with Dask, here or at an address (tcp://…)."
)
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes of --scheduler local.")
def geocode(
    tasks: str, data: Path | None, output: str, resume: bool, scheduler: str | None, workers: int | None
) -> None:
    """Link TASKS (JSON lines with at least id and text; - for standard input) to places.

    Writes one links record a line, in the order of TASKS. A line that cannot be read is reported and the
    rest goes on; then the exit code is 1.

    Lines are read, geocoded and written piece by piece. With -o FILE the result grows in FILE.part until
    it is whole; after an interruption --resume goes on with it.
    """
    from geo.gazetteer import GazetteerError, read_gazetteer
    from geo.geocoder_source import read_source
    from lingang.locations import data_dir

    _check_options(tasks, output, resume, scheduler, workers)
    folder = data or data_dir()
    faults: list[GazetteerError] = []
    gazetteer = read_gazetteer(folder, faults=faults)
    source = read_source(folder)
    with ExitStack() as stack:
        run = _prepare(stack, _open_input(stack, tasks), output, source.fingerprint, resume)
        say((str(fault) for fault in faults), err=True)
        try:
            _carry_out(run, _geocode_all(stack, gazetteer, source, scheduler, workers), output)
        except KeyboardInterrupt:
            _interrupted(run)
    if run.tally.fallen:
        click.echo(f"{run.given.name}: {run.tally.fallen} of {run.tally.lines} lines fell out", err=True)
    if run.tally.fallen or faults:
        sys.exit(DATA_FALLS_SHORT)


def _check_options(tasks: str, output: str, resume: bool, scheduler: str | None, workers: int | None) -> None:
    """Refuse options that contradict each other."""
    if resume and output == "-":
        raise click.UsageError("--resume goes on with a file; name the interrupted one with -o")
    if resume and tasks == "-":
        problem = "standard input cannot be read twice, so --resume cannot check it"
        raise click.UsageError(f"{problem}; write the tasks to a file first")
    if workers and scheduler != "local":
        raise click.UsageError("--workers belongs to --scheduler local; a running cluster has its own")
    if scheduler not in (None, "local") and "://" not in str(scheduler):
        expected = "write local, or an address such as tcp://host:8786"
        raise click.UsageError(f"--scheduler {scheduler!r}: {expected}")


def _open_input(stack: ExitStack, tasks: str) -> Input:
    if tasks == "-":
        return Input("standard input", sys.stdin.buffer, _size(sys.stdin.buffer), is_lasting=False)
    path = Path(tasks)
    try:
        stream = stack.enter_context(path.open("rb"))
    except OSError as error:
        raise click.UsageError(f"{tasks}: cannot be read: {error.strerror or error}") from error
    size = _size(stream)
    return Input(tasks, stream, size, is_lasting=size is not None)


def _size(stream: BinaryIO) -> int | None:
    """Bytes of a regular file; None of a pipe or a terminal."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:  # a stream without a descriptor
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _prepare(stack: ExitStack, given: Input, output: str, fingerprint: str, resume: bool) -> Run:
    """Open the output; with `resume` read again what an interrupted run has read."""
    from geo.batch import Tally
    from geo.line_chunks import LineReader
    from geo.part_file import PartFile
    from geo.seen_ids import SeenIds

    seen = stack.enter_context(SeenIds())
    reader = LineReader(given.stream)
    stream = _output_stream(stack, output)
    if stream:
        if resume:
            raise click.UsageError(f"{output}: is no file, so there is nothing to --resume")
        return Run(given, reader, seen, Tally(), StreamSink(stream), None)
    if resume and not given.is_lasting:
        problem = "is no file and cannot be read twice, so --resume cannot check it"
        raise click.UsageError(f"{given.name}: {problem}")
    part = stack.enter_context(PartFile(Path(output), fingerprint, journal=given.is_lasting))
    tally = _go_on(given, reader, seen, part) if resume else None
    if tally is None and part.begin():
        click.echo(f"{part.part}: replaced; --resume would have gone on with it", err=True)
    return Run(given, reader, seen, tally or Tally(), part, part)


def _output_stream(stack: ExitStack, output: str) -> BinaryIO | None:
    """Standard output or a device, written to as it is; None where a file is to be made."""
    if output == "-":
        return sys.stdout.buffer
    path = Path(output)
    if not path.exists() or path.is_file() or path.is_dir():
        return None
    return stack.enter_context(path.open("wb"))


def _go_on(given: Input, reader: LineReader, seen: SeenIds, part: PartFile) -> Tally | None:
    """Take up an interrupted run; None where there is none.

    Raises
    ------
    ResumeError
        What that run has read of the input is no longer the same.
    """
    from geo.batch import Tally, recall
    from geo.batch_errors import ResumeError

    entry = part.resume()
    if entry is None:
        click.echo(f"{part.target}: no interrupted run to go on with; starts at the beginning", err=True)
        return None
    if recall(reader.chunks(until=entry.mark.offset), seen) != entry.mark:
        problem = f"its first {entry.mark.offset:,} bytes are not those of the interrupted run"
        raise ResumeError(f"{given.name}: {problem}; leave out --resume to begin anew")
    click.echo(f"{part.target}: goes on behind line {entry.mark.line:,}", err=True)
    return Tally(entry.written, entry.fallen)


def _geocode_all(
    stack: ExitStack, gazetteer: Gazetteer, source: GeocoderSource, scheduler: str | None, workers: int | None
) -> GeocodeAll:
    """How chunks are geocoded: here, or with Dask."""
    from geo.batch import geocode_serially
    from geo.geocoder import Geocoder

    if scheduler is None:
        return partial(geocode_serially, Geocoder(gazetteer))
    from geo.cluster import connect, geocode_on

    return partial(geocode_on, stack.enter_context(connect(scheduler, workers=workers)), source)


def _carry_out(run: Run, geocode_all: GeocodeAll, output: str) -> None:
    """Geocode and write everything; what stops a cluster leaves a file to go on with."""
    from geo.batch import write_results
    from geo.batch_errors import ClusterError

    with _progress(run.given, output, run.reader.offset) as bar:

        def tell(faults: Sequence[LineFault]) -> None:
            if faults and bar:
                click.echo(_CLEAR_LINE, nl=False, err=True)
            say((f"{run.given.name}, {fault}" for fault in faults), err=True)

        def watch(mark: Mark, tally: Tally) -> None:
            if bar:
                bar.update(mark.offset - bar.pos, tally.lines)

        results = geocode_all(run.reader.chunks())
        try:
            write_results(results, run.seen, run.sink, run.tally, tell=tell, watch=watch)
        except ClusterError as error:
            if not (run.part and run.given.is_lasting):
                raise
            run.part.save()
            raise ClusterError(f"{error}; --resume goes on with what is done") from error
    if run.part:
        run.part.finish()


def _interrupted(run: Run) -> NoReturn:
    """Keep what is done and say how to go on."""
    if run.part and run.given.is_lasting:
        run.part.save()
        command = shlex.join(["lingang", *sys.argv[1:], *(() if "--resume" in sys.argv else ("--resume",))])
        click.echo(f"interrupted; go on with: {command}", err=True)
    sys.exit(INTERRUPTED)


class StreamSink:
    """Standard output or a device: every chunk goes on its way at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, records: list[bytes], mark: Mark, *, written: int, fallen: int) -> None:
        """Write the records and flush."""
        self._stream.write(b"".join(records))
        self._stream.flush()


@contextmanager
def _progress(given: Input, output: str, offset: int) -> Iterator[Any]:
    """A progress bar on stderr by bytes of the input, with lines a second; None when nobody watches."""
    is_small = given.size is not None and given.size < SMALL_BYTES
    if is_small or not sys.stderr.isatty() or (output == "-" and sys.stdout.isatty()):
        yield None
        return
    begun = time.monotonic()
    first: list[int] = []

    def rate(lines: int | None) -> str | None:
        if lines is None:
            return None
        first[:] = first or [lines]
        a_second = (lines - first[0]) / max(time.monotonic() - begun, 1.0)
        return f"{lines:,} lines, {a_second:,.0f} a second"

    endless = None if given.size is not None else repeat(None)
    with click.progressbar(
        endless, given.size, label="geocoding", item_show_func=rate, show_pos=False, file=sys.stderr
    ) as bar:
        bar.update(offset)
        yield bar
