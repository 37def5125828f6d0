"""Does the wheel work by itself? It is built, installed where the checkout cannot be seen, and run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import lingang

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("lingang", "geo", "plans", "layers", "webmap")
SECONDS_TO_START = 60  # a bound for a machine under load; it takes about two
TASKS_BUILT_IN = 280


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without network."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def bin_dir(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel in it and our dependencies within reach.

    The dependencies are on its path as a plain folder: Python does not read the .pth files there, so the
    editable install of the checkout, which is one of them, stays out.
    """
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    inside = {"base": str(home), "platbase": str(home)}
    packages, programs = (Path(sysconfig.get_path(part, "venv", inside)) for part in ("purelib", "scripts"))
    dependencies = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (packages / "dependencies.pth").write_text("\n".join(dependencies) + "\n", encoding="utf-8")
    install = ("install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--ignore-installed")
    run([sys.executable, "-m", "pip", "--isolated", "--python", programs / "python", *install, wheel], home)
    return programs


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to work in, far from the checkout."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def server(bin_dir: Path, elsewhere: Path) -> Iterator[str]:
    """The address of the installed program serving on a free port."""
    log = elsewhere / "serve.log"
    with log.open("wb") as stream:
        command = [bin_dir / "lingang", "serve", "--port", "0"]
        process = subprocess.Popen(command, cwd=elsewhere, env=plain_environment(), stderr=stream)
    try:
        yield address_in(log, process)
    finally:
        process.terminate()
        process.wait(timeout=SECONDS_TO_START)


def plain_environment() -> dict[str, str]:
    """Our environment without what could lead Python to the checkout."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it says on failure is what the test says."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done


def address_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    """The address that the server announces, as soon as it does."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        said = log.read_text(encoding="utf-8")
        if found := re.search(r"http://127\.0\.0\.1:\d+", said):
            return found[0]
        assert process.poll() is None, f"the server ended with {process.returncode}: {said}"
        time.sleep(0.05)
    pytest.fail(f"the server said no address within {SECONDS_TO_START} s: {log.read_text(encoding='utf-8')}")


def fetch(address: str) -> tuple[str, bytes]:
    """The media type and the bytes at an address; never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=SECONDS_TO_START) as reply:
        return reply.headers.get_content_type(), reply.read()


def files_below(folder: str) -> set[str]:
    """Files of the checkout below a folder, as the wheel should name them."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(ROOT).as_posix() for path in found if path.suffix != ".pyc"}


def test_the_wheel_holds_every_module_template_and_static_file(names):
    wanted = set().union(*(files_below(package) for package in PACKAGES))
    assert wanted - names == set()


def test_the_wheel_holds_the_data(names):
    assert {f"lingang/{path}" for path in files_below("data")} - names == set()


def test_the_wheel_holds_both_licences(names):
    info = f"lingang_atlas-{lingang.__version__}.dist-info"
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/data/LICENSE.md"} <= names


def test_the_wheel_holds_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert tops == {*PACKAGES, f"lingang_atlas-{lingang.__version__}.dist-info"}
    assert {name for name in names if re.search(r"(^|/)(tests?/|test_|conftest)|\.pyc$", name)} == set()


def test_the_installed_program_is_not_the_checkout(bin_dir, elsewhere):
    where = "import sys; [print(__import__(name).__file__) for name in sys.argv[1:]]"
    files = run([bin_dir / "python", "-c", where, *PACKAGES], elsewhere).stdout.splitlines()
    assert len(files) == len(PACKAGES)
    assert all(Path(file).is_relative_to(bin_dir.parent) for file in files), files
    path = run([bin_dir / "python", "-c", "import sys; print('\\n'.join(sys.path))"], elsewhere).stdout
    assert str(ROOT) not in path.splitlines()


def test_the_installed_program_says_its_version(bin_dir, elsewhere):
    assert run([bin_dir / "lingang", "--version"], elsewhere).stdout.split()[-1] == lingang.__version__


def test_the_installed_data_has_no_fault(bin_dir, elsewhere):
    assert "no fault found" in run([bin_dir / "lingang", "check"], elsewhere).stderr


def test_the_installed_layers_are_those_of_the_checkout(bin_dir, elsewhere, atlas):
    from layers.registry import LAYERS

    rows = json.loads(run([bin_dir / "lingang", "layers", "--json"], elsewhere).stdout)
    assert {row["id"]: row["features"] for row in rows} == {x.id: len(x.build(atlas)) for x in LAYERS}


def test_the_installed_server_is_healthy_and_holds_all_tasks(server):
    kind, body = fetch(f"{server}/healthz")
    health = json.loads(body)
    assert kind == "application/json"
    assert (health["status"], health["tasks"]) == ("ok", TASKS_BUILT_IN)


@pytest.mark.parametrize(
    "path, kind, holds",
    [
        ("/", "text/html", "临港规划一张图"),
        ("/zones/community-105", "text/html", "105社区"),
        ("/map.js", "text/javascript", "LingangAtlas"),
        ("/static/js/main.js", "text/javascript", "LingangAtlas"),
        ("/static/css/tokens.css", "text/css", "--map-sea"),
        ("/vendor/leaflet/leaflet.js", "text/javascript", "Leaflet"),
        ("/layers/zones.geojson", "application/geo+json", "community-105"),
    ],
)
def test_the_installed_server_serves_the_page_and_all_it_needs(server, path, kind, holds):
    given, body = fetch(server + path)
    assert given == kind
    assert holds in body.decode("utf-8")


def test_every_file_the_page_names_is_served_from_the_wheel(server):
    _, page = fetch(f"{server}/")
    addresses = re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]+)"', page.decode("utf-8"))
    assert len(addresses) >= 6
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert all(fetch(server + address)[1] for address in addresses)
