"""Commands called in this process, as the installed program would run them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from webmap.cli import cli, run


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Answer]:
    """Run a command in this process, with the error handling that the installed program has."""

    def call(*arguments: str | Path) -> Answer:
        code = run(cli, [str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        return Answer(code, captured.out.decode(), captured.err.decode())

    return call
