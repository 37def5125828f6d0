"""The command line: each command does its work, and says in one line what stops it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from answers import Answer
from click.testing import CliRunner

from layers.atlas import Atlas
from layers.registry import LAYERS
from lingang import __version__
from lingang.locations import data_dir
from webmap.cli import cli

COMMANDS = (
    "serve", "read", "import", "plans", "targets", "geocode", "gazetteer", "review", "project",
    "layers", "export", "check", "evaluate",
)  # fmt: skip
LINGANG = Path(sys.executable).with_name("lingang")
GOLD = Path(__file__).resolve().parents[1] / "gold" / "links-2020.jsonl"
PLAN = """临港新片区2031年工作要点

一、建设

(一)交通

1. 建成示范线。T1示范线6月底前开通,沿线在105社区增设站点。

2. 扩大教育供给。年内开工建设滴水湖核心片区学校。
"""


def lingang(*arguments: str, given: bytes = b"") -> Answer:
    """Run the installed program."""
    done = subprocess.run([LINGANG, *arguments], input=given, capture_output=True, timeout=60)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_refused(answer: Answer, *says: str) -> None:
    """Exit 2, nothing on standard output, one line on stderr that says what and where."""
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 1, answer.err
    assert answer.err.startswith("lingang: ")
    for words in says:
        assert words in answer.err


@pytest.fixture
def tasks_file(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.jsonl"
    path.write_text('{"id": "a", "text": "在105社区建学校"}\nnot json\n{"id": "c", "text": "T1示范线开通"}\n')
    return path


def test_the_program_is_installed_and_knows_its_version() -> None:
    answer = lingang("--version")
    assert (answer.code, answer.out) == (0, f"lingang, version {__version__}\n")


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_every_command_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(cli, [*([command] if command else []), "--help"])
    assert answer.exit_code == 0
    assert answer.output.startswith("Usage: ")
    assert all(name in answer.output for name in ([] if command else COMMANDS))


def test_without_a_command_the_help_is_shown(call: Callable[..., Answer]) -> None:
    answer = call()
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: lingang")
    assert all(name in answer.err for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["fly"], "No such command 'fly'"),
        (["export"], "Missing argument 'LAYER'"),
        (["serve", "--port", "99999"], "99999"),
        (["serve", "--basemap", "google"], "'google'"),
        (["serve", "--basemap", "tianditu"], "set the environment variable TIANDITU_KEY"),
        (["serve", "--port", "0", "--host", "no such host"], "cannot listen on no such host:0"),
        (["layers", "--data", "nowhere"], "'nowhere' does not exist"),
        (["read", "nowhere.txt"], "nowhere.txt: cannot be read"),
        (["geocode", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl"),
        (["export", "hospital", "-o", "x.geojson"], "did you mean 'hospitals'"),
        (["export", "zones", "-o", "zones.shp"], "zones.shp: the ending 'shp' is not a known format"),
        (["export", "zones", "-o", "zones"], "the ending '' is not a known format; use one of: geojson"),
        (["export", "zones", "-o", "-", "--crs", "EPSG:4549"], "cannot be written in 'EPSG:4549'"),
        (["export", "zones", "-o", "-", "--where", "rank"], "not of the form property=value"),
        (["export", "zones", "-o", "-", "--where", "rnk=area"], "has no property 'rnk'"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    call: Callable[..., Answer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TIANDITU_KEY", raising=False)
    assert_refused(call(*arguments), says)
    assert names_in(tmp_path) == []


def test_the_installed_program_refuses_in_one_line_too() -> None:
    assert_refused(lingang("export", "zone", "-o", "-"), "unknown layer id 'zone'; did you mean 'zones'?")


def test_a_folder_that_is_no_data_folder_is_told_in_one_line(
    call: Callable[..., Answer], tmp_path: Path
) -> None:
    for arguments in (
        ["layers"],
        ["export", "zones", "-o", "-"],
        ["evaluate", str(GOLD)],
        ["serve", "--port", "0"],
    ):
        assert_refused(call(*arguments, "--data", tmp_path), "zones.geojson", "No such file")


def test_read_writes_the_items_of_a_document_as_tasks(call: Callable[..., Answer], tmp_path: Path) -> None:
    document, output = tmp_path / "plan.txt", tmp_path / "tasks.jsonl"
    document.write_text(PLAN, encoding="utf-8")
    answer = call("read", document, "-o", output)
    assert (answer.code, answer.out) == (0, "")
    tasks = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [(t["id"], t["title"]) for t in tasks] == [("2031-1", "建成示范线"), ("2031-2", "扩大教育供给")]
    assert tasks[0]["path"] == ["一、建设", "(一)交通"]
    assert [(m["stage"], m["due"]) for m in tasks[1]["milestones"]] == [("start", "2031")]


def test_read_gives_the_same_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    document = tmp_path / "plan.txt"
    document.write_text(PLAN, encoding="utf-8")
    from_file = lingang("read", str(document), "--plan", "x", "--year", "2030")
    from_pipe = lingang("read", "-", "--plan", "x", "--year", "2030", given=PLAN.encode())
    assert from_file.code == from_pipe.code == 0
    told = [[{**json.loads(x), "source": ""} for x in a.out.splitlines()] for a in (from_file, from_pipe)]
    assert told[0] == told[1]
    assert [task["id"] for task in told[0]] == ["x-1", "x-2"]
    assert told[0][1]["milestones"][0]["due"] == "2030"


def test_read_reports_on_wish_what_it_used_and_left_out(call: Callable[..., Answer], tmp_path: Path) -> None:
    document = tmp_path / "plan.txt"
    document.write_text(PLAN, encoding="utf-8")
    answer = call("read", document, "--report")
    assert "plan 2031, 2 items" in answer.err
    assert len(answer.out.splitlines()) == 2


def test_read_names_a_fault_of_the_document_with_its_line(
    call: Callable[..., Answer], tmp_path: Path
) -> None:
    document = tmp_path / "plan.txt"
    document.write_text("没有编号的一段话。\n", encoding="utf-8")
    assert_refused(call("read", document), "plan.txt, line 1: no numbered items")


@pytest.mark.parametrize(
    "content, says", [(b"", "empty"), (b" \n\n", "empty"), (b"%PDF-1.7 x", "this is a PDF")]
)
def test_what_is_no_document_is_refused(
    call: Callable[..., Answer], tmp_path: Path, content: bytes, says: str
) -> None:
    document = tmp_path / "plan.txt"
    document.write_bytes(content)
    assert_refused(call("read", document, "-o", tmp_path / "out.jsonl"), "plan.txt", says)
    assert not (tmp_path / "out.jsonl").exists()


def test_geocode_names_the_bad_line_and_processes_the_rest(
    call: Callable[..., Answer], tasks_file: Path
) -> None:
    answer = call("geocode", tasks_file)
    records = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 1
    assert [(r["task"], r["scope"]) for r in records] == [("a", "zones"), ("c", "lines")]
    assert records[0]["links"][0]["target"] == "community-105"
    assert records[0]["links"][0]["evidence"] == [[1, 6, "105社区"]]
    assert "line 2: not JSON" in answer.err
    assert "1 of 3 lines fell out" in answer.err


def test_geocode_reads_what_read_writes(tmp_path: Path) -> None:
    tasks = lingang("read", "-", given=PLAN.encode())
    links = lingang("geocode", "-", given=tasks.out.encode())
    assert (links.code, links.err) == (0, "")
    records = {r["task"]: r for r in map(json.loads, links.out.splitlines())}
    assert "t1" in [x["target"] for x in records["2031-1"]["links"]]
    assert "dishui-core" in [x["target"] for x in records["2031-2"]["links"]]


def test_geocode_of_nothing_is_nothing(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_bytes(b"")
    assert call("geocode", tmp_path / "none.jsonl") == Answer(0, "", "")


def test_geocode_agrees_with_the_map(call: Callable[..., Answer], atlas: Atlas, tmp_path: Path) -> None:
    answer = call("geocode", data_dir() / "plans" / "2023.jsonl")
    records = {r["task"]: r for r in map(json.loads, answer.out.splitlines())}
    assert (answer.code, len(records)) == (0, 150)
    for task_id, record in records.items():
        if atlas.get_task(task_id).reviews:  # people decided: the map differs from the program on purpose
            continue
        shown = json.loads(json.dumps(atlas.get_task(task_id).to_json()["links"]))
        assert record["links"] == [x for x in shown if x["rule"] != "crosses"], task_id


def test_layers_are_listed_for_people_and_for_programs(call: Callable[..., Answer], atlas: Atlas) -> None:
    table, rows = call("layers"), json.loads(call("layers", "--json").out)
    assert [row["id"] for row in rows] == [layer.id for layer in LAYERS]
    assert [line.split()[0] for line in table.out.splitlines()] == [layer.id for layer in LAYERS]
    counts = {row["id"]: row["features"] for row in rows}
    assert counts["zones"] == len(atlas.zones)
    assert all(row["title"] and row["title_en"] for row in rows)


def test_export_writes_a_file_that_a_gis_reads(
    call: Callable[..., Answer], atlas: Atlas, tmp_path: Path
) -> None:
    path = tmp_path / "zones.geojson"
    path.write_text("an older file")
    assert call("export", "zones", "-o", path) == Answer(0, "", "")
    table = geopandas.read_file(path)
    assert len(table) == len(atlas.zones)
    assert "105社区" in set(table["name"])
    assert names_in(tmp_path) == ["zones.geojson", "zones.geojson.xml"]


def test_export_to_standard_output_is_the_same_bytes(call: Callable[..., Answer], tmp_path: Path) -> None:
    call("export", "schools", "-o", tmp_path / "schools.GEOJSON")
    assert call("export", "schools", "-o", "-").out.encode() == (tmp_path / "schools.GEOJSON").read_bytes()


def test_export_keeps_what_meets_the_conditions(call: Callable[..., Answer]) -> None:
    answer = call("export", "tasks", "-o", "-", "--where", "plan=2020", "--where", "scope=whole")
    rows = [f["properties"] for f in json.loads(answer.out)["features"]]
    assert {(row["plan"], row["scope"]) for row in rows} == {("2020", "whole")}


@pytest.mark.parametrize("where", ["missing/zones.geojson", "file/zones.geojson", "folder.geojson"])
def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(
    call: Callable[..., Answer], tmp_path: Path, where: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.geojson").mkdir()
    assert_refused(call("export", "hospitals", "-o", tmp_path / where), where, "cannot be written")
    assert names_in(tmp_path) == ["file", "folder.geojson"]
    assert names_in(tmp_path / "folder.geojson") == []


def test_a_reader_who_stops_early_is_no_error() -> None:
    command = f'"{LINGANG}" export base -o - | head -c 10'
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, timeout=60)
    assert (done.stdout, done.stderr) == (b'{"type": "', b"")


def test_check_passes_the_shipped_data(call: Callable[..., Answer]) -> None:
    assert call("check") == Answer(0, "", "no fault found\n")


def test_check_names_each_fault_of_damaged_data(call: Callable[..., Answer], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data_dir(), tmp_path / "data"))
    path = copy / "plans" / "2020.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    answer = call("check", "--data", copy)
    assert answer.code == 1
    assert answer.out.startswith("plans/2020.jsonl: numbers must run 1, 2, 3")
    assert answer.err == "1 faults\n"
    (row,) = json.loads(call("check", "--json", "--data", copy).out)
    assert (row["file"], row["rule"]) == ("plans/2020.jsonl", "numbers")


def test_check_of_a_folder_without_data_is_1_not_a_crash(call: Callable[..., Answer], tmp_path: Path) -> None:
    answer = call("check", "--data", tmp_path)
    assert answer.code == 1
    assert "zones.geojson: cannot be read" in answer.out


def test_evaluate_gives_figures_and_names_each_mistake(call: Callable[..., Answer], tmp_path: Path) -> None:
    labels = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    labels[0]["zones"] = ["aircraft-park"]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(label) for label in labels))
    table, report = call("evaluate", gold), json.loads(call("evaluate", gold, "--json").out)
    assert table.code == 0
    assert [line.split()[0] for line in table.out.splitlines()[:3]] == ["zones", "lines", "scope"]
    assert "2020-1: zone missed: aircraft-park" in table.out
    assert "2020-1: zone missed: aircraft-park" in report["mistakes"]
    assert report["tasks"] == len(labels)
    assert 0 < report["zones"]["recall"] < 1


def test_evaluate_takes_other_tasks(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text('{"id": "a", "text": "在105社区建学校"}')
    (tmp_path / "gold.jsonl").write_text(
        '{"task": "a", "scope": "zones", "zones": ["community-105"], "lines": []}'
    )
    answer = call("evaluate", tmp_path / "gold.jsonl", "--tasks", tmp_path / "tasks.jsonl", "--json")
    report = json.loads(answer.out)
    assert (report["zones"]["f1"], report["scope_accuracy"], report["mistakes"]) == (1, 1, [])


def test_evaluate_refuses_labels_that_are_none(call: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"task": "a", "scope": "zones"}\nnot json\n')
    assert_refused(call("evaluate", tmp_path / "gold.jsonl"), "gold.jsonl, line 2: not JSON")
