"""The two servers under measurement: started as processes of their own, ended by their own id."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from figures import peak_memory_mib

HERE = Path(__file__).parent
OURS, USUAL = "ours", "usual"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class StartError(RuntimeError):
    """A server ended, or said nothing, before it could be asked for a page."""


@dataclass(frozen=True)
class Running:
    """A server that answers. `first_page_s` runs from the start of its process to its first whole page."""

    url: str
    process: subprocess.Popen[str]
    first_page_s: float

    def peak_memory_mib(self) -> float:
        """Peak resident memory so far, MiB."""
        return peak_memory_mib(self.process.pid)


def command(variant: str) -> list[str]:
    """How a variant is started; both take a free loopback port and print their address on stderr."""
    if variant == OURS:
        return [str(Path(sys.executable).with_name("lingang")), "serve", "--port", "0"]
    return [sys.executable, str(HERE / "usual_folium.py")]


@contextmanager
def serving(variant: str, program: Sequence[str] = (), limit_s: float = START_LIMIT_S) -> Iterator[Running]:
    """Start a variant, or a program that speaks as one, hand it over once it has answered a page, and end it.

    Raises
    ------
    StartError
        It ended or kept silent; the message holds what it printed.
    """
    began = time.perf_counter()
    arguments = list(program) or command(variant)
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    watchdog = threading.Timer(limit_s, process.kill)
    watchdog.start()
    try:
        url = _address(process, variant)
        with urllib.request.urlopen(url, timeout=limit_s) as reply:
            reply.read()
        taken = time.perf_counter() - began
        watchdog.cancel()
        threading.Thread(target=_drain, args=(process,), daemon=True).start()
        yield Running(url, process, taken)
    finally:
        watchdog.cancel()
        _stop(process)


def _address(process: subprocess.Popen[str], variant: str) -> str:
    """The address on the server's stderr; what came before it is kept for the error message."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := ADDRESS.search(line):
            return found[0]
    raise StartError(f"the server of {variant!r} ended before it listened; it printed: {''.join(said)!r}")


def _drain(process: subprocess.Popen[str]) -> None:
    """Read on, so that a talkative server is never held up by a full pipe."""
    assert process.stderr is not None
    for _ in process.stderr:
        pass


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
