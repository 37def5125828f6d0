"""What runs on the workers of a Dask cluster: one geocoder a process and run, and chunks through it."""

from __future__ import annotations

import signal
import threading

from distributed import Worker, WorkerPlugin

from geo.batch import ChunkResult, geocode_lines
from geo.batch_errors import ClusterError
from geo.geocoder import Geocoder
from geo.geocoder_source import GeocoderSource, program_fingerprint
from geo.line_chunks import Chunk

_BUILDING = threading.Lock()
_geocoders: dict[str, GeocoderSource | Geocoder] = {}  # by run; a source until the first chunk


class GeocoderPlugin(WorkerPlugin):
    """Gives every worker the source, also one that joins or is restarted later.

    `ignores_interrupt`: the workers are children of the caller, and Ctrl+C is the caller's to answer.
    """

    def __init__(self, run: str, source: GeocoderSource, *, ignores_interrupt: bool) -> None:
        self.name = run
        self.source = source
        self.ignores_interrupt = ignores_interrupt

    def setup(self, worker: Worker) -> None:
        """Take the source, if this process runs the caller's program.

        Raises
        ------
        ClusterError
            It does not.
        """
        if self.ignores_interrupt and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self.source.program == program_fingerprint():
            _geocoders[self.name] = self.source
            return
        raise ClusterError(_refusal(worker.address))

    def teardown(self, worker: Worker) -> None:
        """Forget the geocoder when the run ends, also one that is just being built."""
        with _BUILDING:
            _geocoders.pop(self.name, None)


def geocode_chunk(run: str, chunk: Chunk) -> ChunkResult:
    """Geocode a chunk with the geocoder of a run.

    Raises
    ------
    ClusterError
        This worker joined later and runs another program than the caller.
    """
    geocoder = _geocoders.get(run)
    if not isinstance(geocoder, Geocoder):
        geocoder = _build(run)
    return geocode_lines(geocoder, chunk)


def _build(run: str) -> Geocoder:
    """The geocoder of a run, built by whichever thread comes first."""
    with _BUILDING:
        known = _geocoders.get(run)
        if known is None:
            raise ClusterError(_refusal("a worker that joined later"))
        if isinstance(known, GeocoderSource):
            known = _geocoders[run] = known.build()
        return known


def _refusal(worker: str) -> str:
    return f"{worker}: runs another version of the program or of Python; install the caller's on all workers"
