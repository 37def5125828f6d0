"""`lingang serve` in a process of its own: it answers, says where, and stops when it is told to."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LINGANG = Path(sys.executable).with_name("lingang")


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of our own on a free port, with the address that it gave; ended whatever happens."""
    command = [LINGANG, "serve", "--port", "0", *options]
    # A shell in the background lets its children ignore interrupts; ours must hear them.
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+/", said)
        assert found, said
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def fetch(address: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.status, answer.read()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_cleanly_when_told(stop: signal.Signals) -> None:
    with serving() as (process, address):
        status, body = fetch(f"{address}healthz")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        process.send_signal(stop)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_serves_the_map_and_everything_the_page_loads_under_a_name() -> None:
    with serving("--host", "localhost", "--threads", "4") as (_, address):
        html = fetch(address)[1].decode()
        sources = set(re.findall(r'(?:src|href)="(/(?:static|vendor|map\.js)[^"]*)"', html))
        assert "/map.js" in sources
        for source in sorted(sources):
            assert fetch(address + source.removeprefix("/"))[0] == 200


def test_a_port_in_use_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [LINGANG, "serve", "--port", str(port)], capture_output=True, text=True, timeout=120
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"lingang: cannot listen on 127\.0\.0\.1:{port}: .*; choose another --host or --port\n", done.stderr
    )
