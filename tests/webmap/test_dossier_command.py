"""The commands `dossier` and `reach`: the same files as the web, a folder for all, and refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from answers import Answer
from flask.testing import FlaskClient

from layers.atlas import Atlas
from layers.dossier_files import FORMATS

Call = Callable[..., Answer]
DAY = "2023-11-15"


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_file_is_that_of_the_web(call: Call, client: FlaskClient, tmp_path: Path, fmt: str) -> None:
    path = tmp_path / f"zone.{fmt}"
    answer = call("dossier", "community-105", "-o", path, "--today", DAY)
    assert (answer.code, answer.out) == (0, "")
    assert path.read_bytes() == client.get(f"/zones/community-105/dossier.{fmt}?today={DAY}").data


def test_all_zones_go_into_a_folder(call: Call, tmp_path: Path, atlas: Atlas) -> None:
    folder = tmp_path / "new" / "files"
    answer = call("dossier", "--all", "-o", folder, "--format", "xlsx", "--today", DAY)
    assert answer.code == 0
    assert {path.name for path in folder.iterdir()} == {f"{zone}.xlsx" for zone in atlas.zones.ids()}
    assert f"{len(atlas.zones)} dossiers" in answer.err


def test_a_pdf_of_a_folder_has_pages_in_the_language_asked_for(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    assert call("dossier", "west-island", "-o", path, "--format", "pdf", "--lang", "en").code == 0
    document = pypdfium2.PdfDocument(path)
    assert len(document) > 0
    assert "West Island" in document.get_metadata_value("Title")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["comunity-105", "-o", "x.pdf"], "community-105"),
        (["-o", "x.pdf"], "--all"),
        (["lingang", "--all", "-o", "x"], "--all"),
        (["lingang", "-o", "x.odt"], "pdf, docx, xlsx"),
        (["lingang", "-o", "x.pdf", "--today", "today"], "YYYY-MM-DD"),
        (["lingang", "-o", "none/such/x.xlsx"], "cannot be written"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_no_file(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("dossier", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_fonts_it_ends_with_1_and_says_what_to_install(
    call: Call, no_fonts: None, tmp_path: Path
) -> None:
    answer = call("dossier", "lingang", "-o", tmp_path / "x.pdf")
    assert answer.code == 1
    assert "fonts-noto-cjk" in answer.err and len(answer.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


# ---- reach ------------------------------------------------------------------------------------------------


def test_the_walk_is_that_of_the_web(call: Call, client: FlaskClient) -> None:
    told = json.loads(call("reach", "--zone", "town-shuyuan", "--today", DAY, "--json").out)
    web = client.get(f"/api/reach?zone=town-shuyuan&today={DAY}").json
    for key in ("origin", "services", "within_reach", "nearest", "not_placed_well_enough"):
        assert told[key] == web[key]
    assert "80 m a minute" in told["method"]


def test_lines_name_what_is_near_what_is_far_and_what_is_unsure(call: Call) -> None:
    answer = call("reach", "--project", "shengang-chc", "--today", DAY)
    lines = answer.out.splitlines()
    assert lines[0] == "申港社区卫生服务中心  15 min  2023-12-31"
    assert any("[xinyuan-kindergarten]" in line and "open" in line for line in lines)
    assert any(line.startswith("beyond") and "clinic" in line for line in lines)
    assert any(line.startswith("unsure") and "[shengang-chc]" in line for line in lines)
    assert "detour factor 1.3" in answer.err and "1500 m" in answer.err


def test_gaps_come_least_covered_first(call: Call) -> None:
    shares = [float(line.split("%")[0]) for line in call("reach", "--gaps").out.splitlines()]
    assert len(shares) > 100 and shares == sorted(shares)
    one = json.loads(call("reach", "--gaps", "--zone", "luchaogang", "--json").out)
    assert {row["zone"] for row in one["gaps"]} == {"luchaogang"}
    assert "hand-drawn" in one["method"]


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "--zone"),
        (["--zone", "lingang", "--project", "t1"], "--zone"),
        (["--lon", "121.9"], "--lon"),
        (["--gaps", "--project", "t1"], "--gaps"),
        (["--lon", "30.9", "--lat", "121.9"], "lon first"),
        (["--zone", "comunity-105"], "community-105"),
        (["--zone", "lingang", "--minutes", "0"], "minutes"),
        (["--zone", "lingang", "--date", "2023-13-01"], "YYYY-MM-DD"),
    ],
)
def test_a_walk_that_cannot_be_is_one_line_and_2(call: Call, arguments: list[str], says: str) -> None:
    answer = call("reach", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1
