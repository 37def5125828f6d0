"""`lingang geocode` on many lines: bounded, in order, and the same bytes whatever happens on the way."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from geo.gazetteer import COLUMNS, TABLE
from lingang.locations import data_dir

LINGANG = Path(sys.executable).with_name("lingang")
LINES = 20_000
TEXTS = (
    "在105社区新建一所学校,年内开工。",
    "推进T1示范线建设,沿线在滴水湖核心片区增设站点。",
    "加快泥城、书院、万祥三镇市政配套。",
    "赴浙江开展招商,引进龙头企业。",
)
# The installed program, except that it ends itself with a signal after so many pieces of work.
ENDS_ITSELF = """
import os, sys
from geo.part_file import PartFile
from webmap.cli import main
number, left = int(sys.argv[1]), [int(sys.argv[2])]
write = PartFile.write
def write_and_end(self, *arguments, **named):
    write(self, *arguments, **named)
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), number)
PartFile.write = write_and_end
sys.argv[1:] = sys.argv[3:]
main()
"""


def lingang(*arguments: str | Path, given: bytes = b"") -> Answer:
    """Run the installed program."""
    done = subprocess.run([LINGANG, *arguments], input=given, capture_output=True, timeout=120)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def ended(number: signal.Signals, after: int, *arguments: str | Path) -> Answer:
    """Run the program until it is ended by a signal, after so many chunks were written."""
    command = [sys.executable, "-c", ENDS_ITSELF, str(int(number)), str(after), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=120)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def task_line(number: int) -> str:
    if number % 4_999 == 7:
        return "not json"
    task_id = f"t-{number // 2 if number in (3, 15_000) else number}"  # 3 repeats t-1, 15,000 repeats t-7,500
    return json.dumps({"id": task_id, "text": TEXTS[number % len(TEXTS)]}, ensure_ascii=False)


FAULTS = [
    "line 4: id 't-1' stands already in line 2",
    *(f"line {n + 1}: not JSON: Expecting value at character 1" for n in (7, 5_006, 10_005)),
    "line 15001: id 't-7500' stands already in line 7501",
    "line 15005: not JSON: Expecting value at character 1",
]


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many task lines, a few of them bad, two with an id that stood before, one of these far away."""
    path = tmp_path_factory.mktemp("many") / "tasks.jsonl"
    path.write_text("".join(f"{task_line(number)}\n" for number in range(LINES)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(tasks: Path) -> bytes:
    """What a run writes that nothing interrupts."""
    output = tasks.with_name("whole.jsonl")
    answer = lingang("geocode", tasks, "-o", output)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        *(f"{tasks}, {fault}" for fault in FAULTS),
        f"{tasks}: {len(FAULTS)} of {LINES} lines fell out",
    ]
    assert sorted(path.name for path in tasks.parent.iterdir()) == ["tasks.jsonl", "whole.jsonl"]
    return output.read_bytes()


def row(**values: str) -> str:
    """A line of the table of names."""
    return ",".join(values.get(column, "") for column in COLUMNS) + "\n"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_refused(answer: Answer, *says: str) -> None:
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1, answer.err
    for words in says:
        assert words in answer.err


# ---- the same bytes, whatever happens ---------------------------------------------------------------------


def test_every_good_line_has_its_record_in_input_order(whole: bytes) -> None:
    ids = [json.loads(line)["task"] for line in whole.splitlines()]
    assert len(ids) == LINES - len(FAULTS)
    assert ids == sorted(ids, key=lambda task_id: int(task_id.removeprefix("t-")))


def test_killed_and_resumed_gives_the_same_bytes(tasks: Path, whole: bytes, tmp_path: Path) -> None:
    output = tmp_path / "links.jsonl"
    assert ended(signal.SIGKILL, 4, "geocode", tasks, "-o", output).code == -signal.SIGKILL
    assert names_in(tmp_path) == ["links.jsonl.part", "links.jsonl.part.json"]
    again = ended(signal.SIGKILL, 3, "geocode", tasks, "-o", output, "--resume")
    assert again.code == -signal.SIGKILL
    assert "goes on behind line " in again.err
    answer = lingang("geocode", tasks, "-o", output, "--resume")
    assert output.read_bytes() == whole
    assert names_in(tmp_path) == ["links.jsonl"]
    assert answer.code == 1
    assert answer.err.splitlines()[-1] == f"{tasks}: {len(FAULTS)} of {LINES} lines fell out"
    assert f"{tasks}, {FAULTS[-2]}" in answer.err.splitlines()  # its first line was read by the first run


def test_an_interrupted_run_says_how_to_go_on(tasks: Path, whole: bytes, tmp_path: Path) -> None:
    output = tmp_path / "links of today.jsonl"
    stopped = ended(signal.SIGINT, 6, "geocode", tasks, "-o", output)
    assert (stopped.code, stopped.out) == (130, "")
    last = stopped.err.splitlines()[-1]
    assert last == f"interrupted; go on with: lingang geocode {tasks} -o '{output}' --resume"
    assert not output.exists()
    answer = lingang("geocode", tasks, "-o", output, "--resume")
    assert "goes on behind line 12,000" in answer.err
    assert output.read_bytes() == whole


def test_dask_gives_the_same_bytes_also_killed_and_resumed(tasks: Path, whole: bytes, tmp_path: Path) -> None:
    output, dask = tmp_path / "links.jsonl", ("--scheduler", "local", "--workers", "2")
    killed = ended(signal.SIGKILL, 5, "geocode", tasks, "-o", output, *dask)
    assert killed.code == -signal.SIGKILL
    assert names_in(tmp_path) == ["links.jsonl.part", "links.jsonl.part.json"]
    answer = lingang("geocode", tasks, "-o", output, "--resume", *dask)
    assert output.read_bytes() == whole
    assert answer.code == 1
    told = killed.err.splitlines() + answer.err.splitlines()
    assert {line for line in told if ", line " in line} == {f"{tasks}, {fault}" for fault in FAULTS}
    first, *faults, last = answer.err.splitlines()
    assert "goes on behind line " in first
    assert all(line.startswith(f"{tasks}, line ") for line in faults)
    assert last == f"{tasks}: {len(FAULTS)} of {LINES} lines fell out"


# ---- what --resume refuses --------------------------------------------------------------------------------


@pytest.fixture
def left(tmp_path: Path) -> tuple[Path, Path]:
    """A small input and the output of a run of it that was killed after its only chunk."""
    tasks, output = tmp_path / "tasks.jsonl", tmp_path / "links.jsonl"
    tasks.write_text('{"id": "a", "text": "在105社区建学校"}\n{"id": "b", "text": "x"}\n', encoding="utf-8")
    assert ended(signal.SIGKILL, 1, "geocode", tasks, "-o", output).code == -signal.SIGKILL
    return tasks, output


def test_another_input_is_not_gone_on_with(call: Callable[..., Answer], left: tuple[Path, Path]) -> None:
    tasks, output = left
    tasks.write_text(tasks.read_text(encoding="utf-8").replace("105", "103"), encoding="utf-8")
    kept = output.with_name("links.jsonl.part").read_bytes()
    answer = call("geocode", tasks, "-o", output, "--resume")
    assert_refused(answer, "tasks.jsonl: its first ", "not those of the interrupted run; leave out --resume")
    assert output.with_name("links.jsonl.part").read_bytes() == kept != b""


def test_a_grown_input_is_gone_on_with(call: Callable[..., Answer], left: tuple[Path, Path]) -> None:
    tasks, output = left
    with tasks.open("a") as stream:
        stream.write('{"id": "c", "text": "y"}\n{"id": "a", "text": "z"}\n')
    answer = call("geocode", tasks, "-o", output, "--resume")
    assert "line 4: id 'a' stands already in line 1" in answer.err
    assert [json.loads(x)["task"] for x in output.read_text(encoding="utf-8").splitlines()] == ["a", "b", "c"]


def test_other_data_is_not_gone_on_with(call: Callable[..., Answer], left: tuple[Path, Path]) -> None:
    tasks, output = left
    copy = Path(shutil.copytree(data_dir(), tasks.with_name("data")))
    with (copy / TABLE).open("a") as stream:
        stream.write(row(name="甲乙丙", target="community-105", role="alias"))
    answer = call("geocode", tasks, "-o", output, "--resume", "--data", copy)
    assert_refused(answer, "links.jsonl.part: was begun with other data or another version")


def test_without_resume_what_was_left_is_replaced_and_told(
    call: Callable[..., Answer], left: tuple[Path, Path]
) -> None:
    tasks, output = left
    answer = call("geocode", tasks, "-o", output)
    assert answer == Answer(0, "", f"{output}.part: replaced; --resume would have gone on with it\n")
    assert len(output.read_bytes().splitlines()) == 2


def test_resume_without_an_interrupted_run_begins(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text('{"id": "a", "text": "x"}')
    answer = call("geocode", tmp_path / "tasks.jsonl", "-o", tmp_path / "links.jsonl", "--resume")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.endswith("links.jsonl: no interrupted run to go on with; starts at the beginning\n")
    assert names_in(tmp_path) == ["links.jsonl", "tasks.jsonl"]


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["x.jsonl", "--resume"], "name the interrupted one with -o"),
        (["-", "-o", "links.jsonl", "--resume"], "standard input cannot be read twice"),
        (["x.jsonl", "-o", "/dev/null", "--resume"], "/dev/null: is no file"),
        (["pipe", "-o", "links.jsonl", "--resume"], "pipe: is no file and cannot be read twice"),
        (["x.jsonl", "--workers", "2"], "--workers belongs to --scheduler local"),
        (["x.jsonl", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "--workers belongs to"),
        (["x.jsonl", "--scheduler", "remote"], "--scheduler 'remote': write local, or an address such as tcp://"),
        (["x.jsonl", "--scheduler", "tcp://127.0.0.1"], "tcp://127.0.0.1: is no address of a scheduler"),
        (["missing.jsonl", "-o", "links.jsonl"], "missing.jsonl: cannot be read: No such file"),
        ([".", "-o", "links.jsonl"], ".: cannot be read: Is a directory"),
        (["x.jsonl", "-o", "missing/links.jsonl"], "missing/links.jsonl: cannot be written: No such file"),
        (["x.jsonl", "-o", "."], "cannot be written: Is a directory"),
    ],
)
def test_wrong_usage_is_told_in_one_line_and_leaves_nothing(
    call: Callable[..., Answer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.jsonl").write_text('{"id": "a", "text": "x"}')
    os.mkfifo(tmp_path / "pipe")
    holder = os.open(tmp_path / "pipe", os.O_RDWR)  # or opening it would wait for a writer
    try:
        assert_refused(call("geocode", *arguments), says)
    finally:
        os.close(holder)
    assert names_in(tmp_path) == ["pipe", "x.jsonl"]


# ---- pipes, devices, terminals ----------------------------------------------------------------------------


def test_results_come_before_the_input_ends() -> None:
    lines = "".join(f'{{"id": "{n}", "text": "在105社区建学校"}}\n' for n in range(2_000)).encode()
    pipe = subprocess.PIPE
    with subprocess.Popen([LINGANG, "geocode", "-"], stdin=pipe, stdout=pipe) as process:
        assert process.stdin and process.stdout
        process.stdin.write(lines)
        process.stdin.flush()
        first = process.stdout.readline()
        process.stdin.close()
        rest = process.stdout.read().splitlines()
    assert (process.returncode, json.loads(first)["task"], len(rest)) == (0, "0", 1_999)


def test_a_reader_who_stops_early_is_no_error(tasks: Path) -> None:
    command = f'"{LINGANG}" geocode "{tasks}" | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120)
    assert [json.loads(line)["task"] for line in done.stdout.splitlines()] == ["t-0"]
    assert all(line.startswith(str(tasks)) for line in done.stderr.decode().splitlines())


def test_from_a_pipe_into_a_file(tmp_path: Path) -> None:
    output = tmp_path / "links.jsonl"
    answer = lingang("geocode", "-", "-o", output, given=b'{"id": "a", "text": "x"}\n?\n')
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        "standard input, line 2: not JSON: Expecting value at character 1",
        "standard input: 1 of 2 lines fell out",
    ]
    assert names_in(tmp_path) == ["links.jsonl"]


def test_a_device_is_written_to_and_not_replaced(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text('{"id": "a", "text": "x"}')
    assert call("geocode", tmp_path / "tasks.jsonl", "-o", "/dev/null") == Answer(0, "", "")
    assert Path("/dev/null").is_char_device()


def test_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.jsonl"
    note = "x" * 100_000
    tasks.write_text("".join(f'{{"id": "{n}", "text": "x", "note": "{note}"}}\n' for n in range(25)))
    ours, theirs = pty.openpty()
    command = [LINGANG, "geocode", tasks, "-o", tmp_path / "links.jsonl"]
    with subprocess.Popen(command, stderr=theirs, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 4096):
                seen += piece
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    assert b"geocoding" in seen and b"100%" in seen and b"25 lines, " in seen
    assert len((tmp_path / "links.jsonl").read_bytes().splitlines()) == 25


# ---- faults of the data -----------------------------------------------------------------------------------


def test_a_bad_row_of_the_gazetteer_is_named_and_the_rest_goes_on(
    call: Callable[..., Answer], tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(data_dir(), tmp_path / "data"))
    with (copy / TABLE).open("a") as stream:
        stream.write(row(name="甲乙丙", target="nowhere", role="alias"))
        stream.write(row(name="丁戊己", target="community-105", role="alias"))
    (tmp_path / "tasks.jsonl").write_text('{"id": "a", "text": "在丁戊己建学校"}', encoding="utf-8")
    answer = call("geocode", tmp_path / "tasks.jsonl", "--data", copy)
    assert answer.code == 1
    assert [link["target"] for link in json.loads(answer.out)["links"]] == ["community-105"]
    (told,) = answer.err.splitlines()
    assert told.startswith("gazetteer.csv, line ") and "'甲乙丙'" in told
