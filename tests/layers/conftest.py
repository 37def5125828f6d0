"""A copy of the shipped data that a test may damage."""

import shutil
from pathlib import Path

import pytest

from lingang.locations import data_dir


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """The shipped data folder, copied; nothing a test does to it reaches the original."""
    return Path(shutil.copytree(data_dir(), tmp_path / "data"))
