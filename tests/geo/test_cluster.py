"""Geocoding with Dask: the same records in the same order as in one process, whatever happens to a worker."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import psutil
import pytest

from geo import cluster
from geo.batch import ChunkResult, geocode_serially
from geo.batch_errors import ClusterError
from geo.cluster import AHEAD, connect, geocode_on
from geo.gazetteer import COLUMNS, TABLE
from geo.geocoder_source import GeocoderSource, read_source
from geo.line_chunks import Chunk, LineReader, Mark
from lingang.locations import data_dir

WORKERS = 3
CHUNK_LINES = 20
TEXTS = (
    "在105社区新建一所学校,年内开工。",
    "推进T1示范线建设,沿线在滴水湖核心片区增设站点。",
    "加快泥城、书院、万祥三镇市政配套。",
    "赴浙江开展招商。",
)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with connect("local", workers=WORKERS) as connected:
        yield connected


@pytest.fixture(scope="module")
def source() -> GeocoderSource:
    return read_source(data_dir())


@pytest.fixture
def chunks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Chunk, Mark]]:
    monkeypatch.setattr("geo.line_chunks.CHUNK_LINES", CHUNK_LINES)
    lines = [f'{{"id": "{i}", "text": "{TEXTS[i % len(TEXTS)]}"}}\n' for i in range(1200)]
    lines[7] = "?\n"
    return list(LineReader(BytesIO("".join(lines).encode())).chunks())


@pytest.fixture
def expected(source: GeocoderSource, chunks: list[tuple[Chunk, Mark]]) -> list[tuple[Mark, ChunkResult]]:
    return list(geocode_serially(source.build(), chunks))


def row(**values: str) -> str:
    """A line of the table of names."""
    return ",".join(values.get(column, "") for column in COLUMNS) + "\n"


def geocoders_kept(client: Any) -> list[int]:
    """How many geocoders each worker holds."""

    def count() -> int:
        from geo.cluster_worker import _geocoders

        return len(_geocoders)

    return list(client.run(count).values())


def test_results_are_the_same_and_in_the_same_order(client, source, chunks, expected) -> None:
    assert list(geocode_on(client, source, chunks)) == expected
    assert len(client.nthreads()) == WORKERS


def test_a_running_scheduler_is_used_and_left_as_it_was(client, source, chunks, expected) -> None:
    with connect(client.scheduler.address) as other:
        assert list(geocode_on(other, source, chunks)) == expected
    assert geocoders_kept(client) == [0] * WORKERS


def test_a_local_cluster_listens_on_loopback_only_and_on_no_fixed_port(client) -> None:
    here = psutil.Process()
    processes = [here, *here.children(recursive=True)]
    addresses = [x.laddr for p in processes for x in p.net_connections() if x.status == psutil.CONN_LISTEN]
    assert len(addresses) > WORKERS
    assert {address.ip for address in addresses} == {"127.0.0.1"}
    assert 8787 not in {address.port for address in addresses}


def test_a_killed_worker_loses_nothing(client, source, chunks, expected) -> None:
    victim = next(iter(client.run(os.getpid).values()))

    def chunks_and_a_murder() -> Iterator[tuple[Chunk, Mark]]:
        for number, item in enumerate(chunks):
            if number == len(chunks) // 2:
                os.kill(victim, signal.SIGKILL)
            yield item

    assert list(geocode_on(client, source, chunks_and_a_murder())) == expected
    client.wait_for_workers(WORKERS, timeout=60)
    assert victim not in client.run(os.getpid).values()


def test_only_a_few_chunks_are_under_way(client, source, chunks) -> None:
    taken = 0

    def counted() -> Iterator[tuple[Chunk, Mark]]:
        nonlocal taken
        for item in chunks:
            taken += 1
            yield item

    ahead = [taken - given for given, _ in enumerate(geocode_on(client, source, counted()), start=1)]
    assert taken == len(chunks)
    assert max(ahead) < AHEAD * (WORKERS + 1)


def test_a_caller_who_stops_early_leaves_nothing_on_the_workers(client, source, chunks) -> None:
    results = geocode_on(client, source, iter(chunks))
    next(results)
    results.close()
    assert geocoders_kept(client) == [0] * WORKERS


def test_workers_get_the_data_of_the_caller(client, source, chunks) -> None:
    table = source.files[TABLE] + row(name="甲乙丙", target="community-105", role="alias").encode()
    own = replace(source, files={**source.files, TABLE: table})
    assert own.fingerprint != source.fingerprint
    line = '{"id": "a", "text": "在甲乙丙建学校。"}'.encode()
    ((_, result),) = geocode_on(client, own, [(Chunk(1, [line]), Mark(0, 1, ""))])
    assert b'"target":"community-105"' in result.records[0]


def test_a_worker_with_another_program_is_refused(client, source, chunks) -> None:
    other = replace(source, program="of another version")
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:\d+: runs another version of the program"):
        next(geocode_on(client, other, iter(chunks)))


def test_a_worker_that_refused_geocodes_nothing() -> None:
    from geo.cluster_worker import geocode_chunk

    with pytest.raises(ClusterError, match="joined later: runs another version"):
        geocode_chunk("no such run", Chunk(1, []))


def test_a_chunk_that_kills_its_workers_ends_the_run_in_words(client) -> None:
    from distributed import KilledWorker

    says = "lost with its worker 4 times; have the workers enough memory"
    with pytest.raises(ClusterError, match=says), cluster._worded(client):
        raise KilledWorker("chunk", None, 3)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"{address}: no Dask scheduler answers"), connect(address):
            pass


def test_it_can_be_asked_for_inside_a_running_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    async def as_in_a_notebook() -> None:
        test_a_scheduler_that_does_not_answer_is_told(monkeypatch)

    with ThreadPoolExecutor(max_workers=1) as thread:  # other tests may have a loop running in this one
        thread.submit(asyncio.run, as_in_a_notebook()).result()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "tcp://127.0.0.1:x", "gopher://127.0.0.1:70"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ClusterError, match="is no address of a scheduler"), connect(address):
        pass


def test_without_dask_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'lingang-atlas\[cluster\]'"), connect("local"):
        pass


def test_the_program_is_known_by_its_modules(source: GeocoderSource) -> None:
    assert read_source(data_dir()).fingerprint == source.fingerprint
    assert replace(source, program="other").fingerprint != source.fingerprint
