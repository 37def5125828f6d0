"""Programs of Debian, installed by `make test-qgis`: QGIS and GDAL read our files, PROJ moves points."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers.atlas import Atlas
from layers.export import prepare_export

DEBIAN_PYTHON = "/usr/bin/python3"  # PyQGIS belongs to it
SCRIPT = Path(__file__).with_name("open_in_qgis.py")
PATIENCE_S = 120

AskQgis = Callable[..., dict[str, Any]]
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def ask_qgis(tmp_path_factory: pytest.TempPathFactory) -> AskQgis:
    """Have QGIS do something; returns what it found."""
    folder = tmp_path_factory.mktemp("qgis-profile")
    folder.chmod(0o700)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    places = dict.fromkeys(
        ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "QGIS_CUSTOM_CONFIG_PATH"), str(folder)
    )
    environment = {**kept, **places, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}

    def ask(do: str, **wish: Any) -> dict[str, Any]:
        answer = folder / "answer.json"
        answer.unlink(missing_ok=True)
        done = subprocess.run(
            [DEBIAN_PYTHON, SCRIPT], input=json.dumps({"do": do, "answer": str(answer), **wish}), text=True,
            capture_output=True, timeout=PATIENCE_S, env=environment, check=False,
        )  # fmt: skip
        assert answer.is_file(), f"QGIS gave no answer; is it installed (make test-qgis)?\n{done.stderr}"
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))["found"]
        return found

    return ask


@pytest.fixture(scope="session")
def write(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Export a layer under the name that the file has when it is downloaded."""
    folder = tmp_path_factory.mktemp("exports")

    def write(layer: str, fmt: str, crs: str | None = None, source: str | None = None) -> Path:
        prepared = prepare_export(atlas, layer, fmt=fmt, crs=crs, source=source)
        path = folder / (f"service-{layer}.qgz" if source else prepared.filename)
        if not path.exists():
            with path.open("wb") as stream:
                prepared.write(stream)
        return path

    return write


@pytest.fixture(scope="session")
def service(running_server: str) -> str:
    """The address of the OGC API of a running server."""
    return f"{running_server}ogc"
