"""How many features a second does `/ogc` give, beside our own GeoJSON, pygeoapi and Datasette?

All serve the layer `tasks` from this machine's loopback, each in a process of its own, one request after
the other on one connection a round, in turns:

- ogc: pages of `--page` features (100) of `/ogc/collections/tasks/items`.
- geojson: `/layers/tasks.geojson`, the whole layer, as the map asks for it.
- pygeoapi: the same pages of the stock application with a GeoPackage behind it; with a GeoJSON file where
  SQLite has no SpatiaLite to read the GeoPackage with. The table says which.
- datasette: the same pages of rows as JSON out of the GeoPackage.

The peers live in an environment of their own, which `--peers` names:
    python -m venv PEERS && PEERS/bin/pip install pygeoapi datasette waitress
For the GeoPackage the python must let SQLite load extensions, and mod_spatialite be installed: on Debian
/usr/bin/python3 with the package libsqlite3-mod-spatialite.
Features a second are min / median / max of the rounds; the processor time of the server for a feature, over
all rounds, shows little of what else the machine does. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from figures import Spread, peak_memory_mib, ratio, table

Server = tuple[int, int, str]  # process id, port, path
LAYER = "tasks"
ROUNDS = 5
REQUESTS = 20  # of each server in a round
PAGE = 100
START_LIMIT_S = 120.0
LINGANG = Path(sys.executable).with_name("lingang")
PYGEOAPI = (
    "import sys; from waitress import serve; from pygeoapi.flask_app import APP; "
    "serve(APP, host='127.0.0.1', port=int(sys.argv[1]), threads=4)"
)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, path: str, env: dict[str, str]) -> Iterator[int]:
    """The process id of a server that has answered `path`; ended whatever happens."""
    process = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + START_LIMIT_S
        while True:
            try:
                fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=START_LIMIT_S), path)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{command[0]} did not start; run it by hand to see why") from None
                time.sleep(0.2)
        yield process.pid
    finally:
        process.kill()
        process.wait()


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The body of an answer 200."""
    connection.request("GET", path, headers={"Accept": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
    return body


def count(body: bytes) -> int:
    """How many features or rows an answer holds."""
    record = json.loads(body)
    return len(record.get("features", record.get("rows", [])))


def pygeoapi_config(folder: Path, provider: dict[str, object], port: int) -> dict[str, str]:
    """The environment of a pygeoapi over one provider; its two files are written to `folder`."""
    words = {"name": "x", "url": "http://localhost/"}
    address = dict.fromkeys(("position", "address", "city", "stateorprovince", "postalcode", "country"), "x")
    reach = {"phone": "x", "fax": "x", "email": "a@example.org", "hours": "x", "instructions": "x"}
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port}, "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8", "encoding": "utf-8", "gzip": False,
            "languages": ["en-US"], "limits": {"default_items": PAGE, "max_items": 10_000},
            "map": {"url": "x", "attribution": "x"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "x", "description": "x", "keywords": ["x"], "keywords_type": "theme",
                "terms_of_service": "x", "url": "http://localhost/",
            },
            "license": words, "provider": words,
            "contact": {**words, **address, **reach, "role": "pointOfContact"},
        },
        "resources": {
            LAYER: {
                "type": "collection", "title": LAYER, "description": "x", "keywords": ["x"], "links": [],
                "extents": {"spatial": {"bbox": [121, 30, 123, 32]}}, "providers": [provider],
            }
        },
    }  # fmt: skip
    (folder / "config.yml").write_text(json.dumps(config), encoding="utf-8")  # YAML holds all JSON
    return {"PYGEOAPI_CONFIG": str(folder / "config.yml"), "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}


def prepare_pygeoapi(python: Path, folder: Path, port: int) -> tuple[str, dict[str, str]]:
    """What stands behind pygeoapi, and its environment: the GeoPackage where it can read it."""
    own = shutil.copy(folder / "tasks.gpkg", folder / "pygeoapi.gpkg")  # it writes tables of its own into it
    package = {"name": "SQLiteGPKG", "data": str(own), "id_field": "fid", "table": LAYER}
    plain = {"name": "GeoJSON", "data": str(folder / "tasks.geojson"), "id_field": "id"}
    said = ""
    for provider in (package, plain):
        env = pygeoapi_config(folder, {"type": "feature", **provider}, port)
        done = subprocess.run(
            [python.with_name("pygeoapi"), "openapi", "generate", folder / "config.yml", "--output-file",
             folder / "openapi.yml"],
            env={**os.environ, **env}, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode == 0 and (folder / "openapi.yml").exists():
            return str(provider["name"]), env
        said = done.stderr[-600:]
    raise SystemExit(f"pygeoapi cannot be configured:\n{said}")


def processor_seconds(pid: int) -> float:
    """What a process has had of the processors so far, in steps of a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(servers: dict[str, Server], rounds: int, requests: int) -> dict[str, tuple[Spread, float]]:
    """Features a second of every server, in turns, and its processor microseconds for a feature."""
    rates: dict[str, list[float]] = {name: [] for name in servers}
    spent, given = dict.fromkeys(servers, 0.0), dict.fromkeys(servers, 0)
    for _ in range(rounds):
        for name, (pid, port, path) in servers.items():
            link = http.client.HTTPConnection("127.0.0.1", port)  # a fresh one: servers close idle ones
            bodies, before, began = [], processor_seconds(pid), time.perf_counter()
            for _ in range(requests):
                bodies.append(fetch(link, path))
            taken = time.perf_counter() - began
            spent[name] += processor_seconds(pid) - before
            features = sum(map(count, bodies))
            given[name] += features
            rates[name].append(features / taken)
            link.close()
    return {name: (Spread.of(rates[name]), spent[name] / given[name] * 1e6) for name in servers}


def main() -> None:
    """Start all, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", type=Path, help="the python of an environment with the peers")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--page", type=int, default=PAGE)
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for ending in ("gpkg", "geojson"):
            subprocess.run([LINGANG, "export", LAYER, "-o", folder / f"tasks.{ending}"], check=True)
        start = f"limit={chosen.page}"
        own, paths = free_port(), {"ogc": f"/ogc/collections/tasks/items?{start}&f=json"}
        paths["geojson"] = "/layers/tasks.geojson"
        lingang = [str(LINGANG), "serve", "--port", str(own)]
        pids = {"ogc": stack.enter_context(running(lingang, own, paths["ogc"], {}))}
        servers: dict[str, Server] = {name: (pids["ogc"], own, path) for name, path in paths.items()}
        if chosen.peers:
            port = free_port()
            behind, env = prepare_pygeoapi(chosen.peers, folder, port)
            name, path = f"pygeoapi ({behind})", f"/collections/tasks/items?{start}&f=json"
            command = [str(chosen.peers), "-c", PYGEOAPI, str(port)]
            pids[name] = stack.enter_context(running(command, port, path, env))
            servers[name] = (pids[name], port, path)
            port, path = free_port(), f"/tasks/tasks.json?_size={chosen.page}"
            command = [str(chosen.peers.with_name("datasette")), str(folder / "tasks.gpkg"), "-p", str(port)]
            pids["datasette"] = stack.enter_context(running(command, port, path, {}))
            servers["datasette"] = (pids["datasette"], port, path)
        rates = measure(servers, chosen.rounds, chosen.requests)
        memory = {name: f"{peak_memory_mib(pid):.0f}" for name, pid in pids.items()}
    rows = [
        (name, str(rate), ratio(rates["ogc"][0], rate), f"{cpu:.1f}", memory.get(name, "as ogc"))
        for name, (rate, cpu) in rates.items()
    ]
    header = (
        "served by",
        "features/s",
        "ogc is … times as fast",
        "processor µs a feature",
        "peak memory, MiB",
    )
    print(table(header, rows))


if __name__ == "__main__":
    main()
