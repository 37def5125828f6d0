"""Geocoding on many processes or machines with Dask, which is needed only here: `lingang-atlas[cluster]`.

Dask moves chunks to workers and runs a chunk again when its worker dies; what is ours is the order of the
results and the bound on how many chunks are under way.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from geo.batch import ChunkResult
from geo.batch_errors import ClusterError
from geo.geocoder_source import GeocoderSource
from geo.line_chunks import Chunk, Mark

LOCAL = "local"
ANSWER_S = 10.0  # a scheduler that takes longer to answer is not there
AHEAD = 3  # chunks under way for each thread of the workers: one in work, the others on their way
_COUNT_EVERY = 50  # chunks after which the workers are counted again; some may have joined


@contextmanager
def connect(scheduler: str, *, workers: int | None = None) -> Iterator[Any]:
    """Yield a Dask client, of a cluster of this machine's own (`local`) or of a scheduler's address.

    Parameters
    ----------
    scheduler
        `local`, or an address such as `tcp://10.0.0.1:8786`.
    workers
        Processes of a local cluster; as many as there are processors when left out.

    Raises
    ------
    ClusterError
        Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    distributed = _import_dask()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised and worded here
    if scheduler != LOCAL:
        _check_answer(distributed, scheduler)
        with _connected(distributed, scheduler) as client:
            yield client
        return
    with (
        tempfile.TemporaryDirectory(prefix="lingang-dask-", ignore_cleanup_errors=True) as folder,
        distributed.LocalCluster(
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            worker_dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # or two clusters quarrel over port 8787
            local_directory=folder,
            memory_limit=0,  # chunks are small and few; a worker must not be stopped for a shared machine
            silence_logs=logging.CRITICAL,
        ) as cluster,
        _connected(distributed, cluster) as client,
    ):
        yield client


def geocode_on(
    client: Any, source: GeocoderSource, chunks: Iterable[tuple[Chunk, Mark]]
) -> Iterator[tuple[Mark, ChunkResult]]:
    """Geocode chunks on the workers of a client; results come in the order of the chunks.

    Raises
    ------
    ClusterError
        A worker runs another program, a chunk killed several workers, or the scheduler was lost.
    """
    from geo.cluster_worker import GeocoderPlugin, geocode_chunk

    run = f"lingang-geocode-{uuid4().hex}"
    _prepare(client, GeocoderPlugin(run, source, ignores_interrupt=client.cluster is not None))
    under_way: deque[tuple[Mark, Any]] = deque()
    most = 0
    try:
        for number, (chunk, mark) in enumerate(chunks):
            with _worded(client):
                if number % _COUNT_EVERY == 0:
                    most = AHEAD * max(1, sum(client.nthreads().values()))
                under_way.append((mark, client.submit(geocode_chunk, run, chunk, pure=False)))
            while len(under_way) >= most:
                yield _first(client, under_way)
        while under_way:
            yield _first(client, under_way)
    finally:
        _leave(client, run, under_way)


def _prepare(client: Any, plugin: Any) -> None:
    """Give the source to all workers that there are and will be."""
    try:
        with _worded(client):
            client.register_plugin(plugin)
    except (ImportError, AttributeError) as error:
        problem = "the workers cannot load the program; install the caller's version on all of them"
        raise ClusterError(f"{problem} ({_brief(error)})") from error


def _first(client: Any, under_way: deque[tuple[Mark, Any]]) -> tuple[Mark, ChunkResult]:
    """The result of the oldest chunk, waited for."""
    mark, future = under_way[0]
    with _worded(client):
        result: ChunkResult = future.result()
    under_way.popleft()
    return mark, result


def _leave(client: Any, run: str, under_way: deque[tuple[Mark, Any]]) -> None:
    """Take back what is under way and the geocoders of this run; a lost scheduler has neither."""
    if client.status != "running":
        return
    client.cancel([future for _, future in under_way])
    client.unregister_worker_plugin(run)


def _import_dask() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        problem = "Dask is not installed; pip install 'lingang-atlas[cluster]' brings it"
        raise ClusterError(f"--scheduler: {problem}") from error


def _check_answer(distributed: Any, scheduler: str) -> None:
    """Refuse what is no address, and an address where no scheduler answers in time.

    A client does not stop waiting for a port that takes the connection and says nothing; this does.
    """

    async def greet() -> None:
        options = distributed.Security().get_connection_args("client")
        attempt = distributed.comm.connect(scheduler, timeout=ANSWER_S, **options)
        comm = await asyncio.wait_for(attempt, ANSWER_S)
        await comm.close()

    try:
        distributed.comm.get_address_host_port(scheduler, strict=True)
    except ValueError as error:
        problem = f"is no address of a scheduler ({_brief(error)}); write one such as tcp://10.0.0.1:8786"
        raise ClusterError(f"{scheduler}: {problem}") from error
    try:
        # In a thread of its own: the caller may be inside a running event loop, as in a notebook.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, greet()).result()
    except OSError as error:
        problem = f"no Dask scheduler answers within {ANSWER_S:g} seconds; check the address and that it runs"
        raise ClusterError(f"{scheduler}: {problem}") from error


@contextmanager
def _connected(distributed: Any, cluster: Any) -> Iterator[Any]:
    """A client of a scheduler that answers and has workers."""
    shown = cluster if isinstance(cluster, str) else "the local cluster"
    client = distributed.Client(cluster, timeout=ANSWER_S, set_as_default=False)
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWER_S)
        except TimeoutError as error:
            problem = "the scheduler has no workers; start some with dask worker"
            raise ClusterError(f"{shown}: {problem}") from error
        yield client


@contextmanager
def _worded(client: Any) -> Iterator[None]:
    """What Dask raises, worded for the reader."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        yield
    except KilledWorker as error:
        problem = f"a chunk was lost with its worker {error.allowed_failures + 1} times"
        raise ClusterError(f"{problem}; have the workers enough memory?") from error
    except (FutureCancelledError, OSError) as error:  # Dask's CommClosedError and TimeoutError are OSErrors
        where = client.scheduler.address if client.scheduler else "scheduler"
        raise ClusterError(f"{where}: connection lost ({_brief(error)})") from error


def _brief(error: BaseException) -> str:
    """The first line of a message of Dask's."""
    return (str(error).splitlines() or [type(error).__name__])[0]
