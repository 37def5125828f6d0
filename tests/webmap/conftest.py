"""Commands called in this process, as the installed program would run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typst
from answers import Answer

from layers import dossier_pdf
from webmap.cli import cli, run


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Answer]:
    """Run a command in this process, with the error handling that the installed program has."""

    def call(*arguments: str | Path) -> Answer:
        code = run(cli, [str(argument) for argument in arguments])
        captured = capfdbinary.readouterr()
        return Answer(code, captured.out.decode(), captured.err.decode())

    return call


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without any font."""
    class Bare:
        def __init__(self, **options: object) -> None: ...

        def families(self) -> list[str]:
            return []

    monkeypatch.setattr(typst, "Fonts", Bare)
    dossier_pdf.find_fonts.cache_clear()
    yield
    dossier_pdf.find_fonts.cache_clear()
