"""The published documents lie beside the checkout or nowhere: tests that need them are then not run."""

import os
from pathlib import Path

import pytest


def _originals_dir() -> Path:
    named = os.environ.get("LINGANG_ORIGINALS")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "plans"


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder with the published plans as text files."""
    return _originals_dir()


def pytest_collection_modifyitems(config, items):
    if _originals_dir().is_dir():
        return
    away = [item for item in items if item.get_closest_marker("originals")]
    items[:] = [item for item in items if not item.get_closest_marker("originals")]
    if away:
        config.hook.pytest_deselected(items=away)


def pytest_report_collectionfinish():
    if _originals_dir().is_dir():
        return None
    return f"published documents are not at {_originals_dir()} (LINGANG_ORIGINALS): tests deselected"
