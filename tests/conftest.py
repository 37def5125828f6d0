"""What every room's tests share: the built-in atlas read once, the web application, the published documents.

The published documents lie beside the checkout or nowhere; tests that need them are then not collected,
and the run says so. They are not skipped: there is nothing to be mended about it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from layers.atlas import Atlas, load_atlas
from webmap.app import create_app

# No deadline: a slow machine is no fault of the code. The same examples every time, so a red run can be
# repeated.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def no_documents_of_the_developer(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commands started by tests see an empty workspace, not the one of whoever runs them."""
    os.environ["LINGANG_WORKSPACE"] = str(tmp_path_factory.mktemp("workspace") / "empty")


@pytest.fixture(scope="session")
def running_server() -> Iterator[str]:
    """The address of a server in a process of its own: GDAL waits for it with the interpreter's lock held."""
    command = [Path(sys.executable).with_name("lingang"), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+/", said)
        assert found, said
        yield found[0]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The built-in atlas. Nobody changes it."""
    return load_atlas()


@pytest.fixture(scope="session")
def app(atlas: Atlas) -> Flask:
    """The application over the built-in atlas."""
    application = create_app(atlas=atlas)
    application.testing = False  # errors are answered as a reader would see them
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies or history."""
    return app.test_client()


def _originals_dir() -> Path:
    named = os.environ.get("LINGANG_ORIGINALS")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "plans"


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder with the published plans as text files."""
    return _originals_dir()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need the published documents where those are not at hand."""
    if _originals_dir().is_dir():
        return
    away = [item for item in items if item.get_closest_marker("originals")]
    items[:] = [item for item in items if not item.get_closest_marker("originals")]
    if away:
        config.hook.pytest_deselected(items=away)


def pytest_report_collectionfinish() -> str | None:
    """Say where the published documents were looked for, when they are not there."""
    if _originals_dir().is_dir():
        return None
    return f"published documents are not at {_originals_dir()} (LINGANG_ORIGINALS): tests deselected"
