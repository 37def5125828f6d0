"""The command `print-map`: the same file as the web's, the kind that its ending says, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from answers import Answer
from flask.testing import FlaskClient

Call = Callable[..., Answer]
DAY = "2024-03-01"


@pytest.mark.parametrize("fmt", ["pdf", "svg"])
def test_the_file_is_that_of_the_web(call: Call, client: FlaskClient, tmp_path: Path, fmt: str) -> None:
    path = tmp_path / f"map.{fmt}"
    answer = call(
        "print-map", "-o", path, "--zone", "dishui-core", "--plan", "2023", "--paper", "a3", "--title", "甲",
        "--layers", "zones,counts,t1", "--stack", "zones.40,belt", "--list", "--today", DAY,
    )  # fmt: skip
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    query = "zone=dishui-core&plan=2023&paper=a3&title=甲&layers=zones,counts,t1&stack=zones.40,belt&list=1"
    query = f"{query}&today={DAY}"
    assert path.read_bytes() == client.get(f"/print.{fmt}?{query}").data


def test_box_language_and_credits_are_those_asked_for(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "map.bin"
    answer = call(
        "print-map", "-o", path, "--format", "pdf", "--bbox", "121.9,30.88,121.96,30.92", "--lang", "en",
        "--approval-number", "GS 42", "--orientation", "portrait", "--today", DAY,
    )  # fmt: skip
    assert answer.code == 0
    page = pypdfium2.PdfDocument(path)[0]
    width, height = page.get_size()
    text = page.get_textpage().get_text_range()
    assert width < height
    assert "Map approval number: GS 42" in text and "Made on 2024-03-01" in text


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["-o", "x.doc"], "pdf, png, svg"),
        (["-o", "x.pdf", "--paper", "a0"], "a4, a3"),
        (["-o", "x.pdf", "--bbox", "1,2,3"], "west,south,east,north"),
        (["-o", "x.pdf", "--bbox", "2,48,3,49"], "outside the drawing"),
        (["-o", "x.pdf", "--title", "x" * 81], "80 at most"),
        (["-o", "x.pdf", "--layers", "zone"], "use any of"),
        (["-o", "x.pdf", "--zone", "dishui-cor"], "dishui-core"),
        (["-o", "x.png", "--dpi", "many"], "whole number"),
        (["-o", "x.pdf", "--today", "today"], "YYYY-MM-DD"),
        (["-o", "none/such/x.pdf"], "cannot be written"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_no_file(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("print-map", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_fonts_it_ends_with_1_and_says_what_to_install(
    call: Call, tmp_path: Path, no_fonts: None
) -> None:
    answer = call("print-map", "-o", tmp_path / "x.pdf")
    assert answer.code == 1
    assert "fonts-noto-cjk" in answer.err and len(answer.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
