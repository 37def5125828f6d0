"""A file is written whole or not at all, whatever goes wrong on the way."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingang.files import write_atomic


@given(old=st.none() | st.binary(max_size=64), new=st.binary(max_size=64))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_new_content_stands_alone_in_the_folder(tmp_path: Path, old: bytes | None, new: bytes) -> None:
    path = tmp_path / "zones.geojson"
    path.unlink(missing_ok=True)
    if old is not None:
        path.write_bytes(old)
    write_atomic(path, new)
    assert path.read_bytes() == new
    assert [p.name for p in tmp_path.iterdir()] == ["zones.geojson"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_content_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "zones.geojson"
    path.write_bytes(b"old")
    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["zones.geojson"]


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    whole = {b"a" * 200_000, b"b" * 200_000}
    path.write_bytes(b"a" * 200_000)
    writer = (
        "import sys; from pathlib import Path; from lingang.files import write_atomic\n"
        "for i in range(40): write_atomic(Path(sys.argv[1]), (b'a', b'b')[i % 2] * 200_000)\n"
    )
    with subprocess.Popen([sys.executable, "-c", writer, str(path)]) as process:
        seen = {path.read_bytes()}
        while process.poll() is None:
            seen.add(path.read_bytes())
    assert process.returncode == 0
    assert seen <= whole


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_mode_of_a_file_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomic(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_open_would_give(tmp_path: Path) -> None:
    (tmp_path / "opened").write_bytes(b"")
    write_atomic(tmp_path / "written", b"")
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "opened").stat().st_mode


def test_a_link_still_leads_to_the_file_it_named(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_bytes(b"old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    write_atomic(tmp_path / "link.jsonl", b"new")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = "import sys; print(open(sys.argv[1], 'rb').read().decode())"
    with subprocess.Popen([sys.executable, "-c", reader, str(pipe)], stdout=subprocess.PIPE) as process:
        write_atomic(pipe, b"through the pipe")
        answer, _ = process.communicate()
    assert answer.strip() == b"through the pipe"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("where", ["missing/zones.geojson", "."])
def test_a_place_that_cannot_be_written_raises_and_leaves_nothing(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(OSError):
        write_atomic(folder / where, b"content")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["out"]


def test_a_name_as_long_as_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("z" * 247 + ".geojson")
    write_atomic(path, b"content")
    assert path.read_bytes() == b"content"
