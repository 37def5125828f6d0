"""`lingang gazetteer`: names listed, explained, missing, checked, and added to a table of one's own."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from geo.gazetteer import COLUMNS
from layers.atlas import load_atlas
from lingang.locations import data_dir

Call = Callable[..., Answer]
LINGANG = Path(sys.executable).with_name("lingang")
HEADER = ",".join(COLUMNS) + "\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def own_table(workspace: Path, *lines: str) -> Path:
    workspace.mkdir(exist_ok=True)
    path = workspace / "gazetteer.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def rows_of(workspace: Path) -> list[dict[str, str]]:
    with (workspace / "gazetteer.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_name_is_listed_with_kind_target_and_line(call: Call) -> None:
    answer = call("gazetteer")
    assert (answer.code, answer.err) == (0, "")
    head, *lines = answer.out.splitlines()
    assert head.split() == ["name", "kind", "role", "target", "official", "where", "context"]
    (line,) = [line for line in lines if line.startswith("顶科社区 ")]
    assert line.split()[1:5] == ["short", "alias", "top-scientists", "世界顶尖科学家社区"]
    assert "gazetteer.csv, line " in line


def test_the_list_as_json_has_the_same_names(call: Call) -> None:
    rows = json.loads(call("gazetteer", "--json").out)
    assert len(rows) == len(call("gazetteer").out.splitlines()) - 1
    assert {"official", "short", "former", "code", "colloquial", "part"} <= {row["kind"] for row in rows}
    assert {row["role"] for row in rows} == {"alias", "outside", "whole", "blocker"}


def test_a_name_is_explained_with_its_conditions_in_order_and_the_longer_names(call: Call) -> None:
    answer = json.loads(call("gazetteer", "--name", "蘆潮港", "--json").out)
    targets = [meaning["target"] for meaning in answer["meanings"]]
    assert targets == ["yangshan-luchao"] * 3 + ["luchaogang"]
    assert answer["meanings"][2]["context"] == "after:保税|综保|围网"
    assert "芦潮港社区" in answer["longer"]
    told = call("gazetteer", "--name", "芦潮港")
    assert told.code == 0 and "after:保税|综保|围网" in told.out and "芦潮港社区" in told.out


def test_a_name_that_nothing_carries_ends_with_one(call: Call) -> None:
    answer = call("gazetteer", "--name", "白鹭渡")
    assert (answer.code, answer.out) == (1, "")
    assert "'白鹭渡' is no name" in answer.err


def test_missing_names_of_a_file_are_ranked_with_a_zone_and_a_line_to_add(call: Call, tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.jsonl"
    texts = ["在105社区新建青鹭小学", "扩建青鹭小学", "新建银飞鹭路"]
    lines = [json.dumps({"id": f"t{number}", "text": text}) for number, text in enumerate(texts)]
    tasks.write_text("\n".join([*lines, "no task"]), encoding="utf-8")
    answer = call("gazetteer", "--missing", tasks, "--json")
    assert answer.code == 1
    assert f"{tasks}, line 4" in answer.err and "1 of 4 lines fell out" in answer.err
    first, second = json.loads(answer.out)
    assert (first["name"], first["count"], first["tasks"]) == ("青鹭小学", 2, ["t0", "t1"])
    assert (first["parent"], first["reason"]) == ("community-105", "before")
    assert first["line"] == "青鹭小学,community-105,alias,part,,"
    assert (second["name"], second["kind"], second["parent"]) == ("银飞鹭路", "line", None)


def test_missing_names_of_one_plan_are_among_those_of_all(call: Call) -> None:
    everywhere = {row["name"] for row in json.loads(call("gazetteer", "--missing", "--json").out)}
    rows = json.loads(call("gazetteer", "--missing", "--plan", "2023", "--json").out)
    assert {row["name"] for row in rows} <= everywhere
    assert all(task.startswith("2023-") for row in rows for task in row["tasks"])


def test_an_added_name_places_tasks_and_is_shown_with_its_zone(call: Call, workspace: Path) -> None:
    options = ("--target", "community-105", "--kind", "part", "--note", "新校", "--workspace", workspace)
    answer = call("gazetteer", "--add", "青鹭小学", *options)
    assert (answer.code, answer.err) == (0, "")
    assert "青鹭小学 → community-105 (part)" in answer.out and "line 2" in answer.out
    assert call("gazetteer", "--add", "金鹭片", "--target", "community-105", "--kind", "short",
                "--context", "after:社区|区域", "--workspace", workspace).code == 0  # fmt: skip
    assert [(row["name"], row["kind"], row["context"]) for row in rows_of(workspace)] == [
        ("青鹭小学", "part", ""),
        ("金鹭片", "short", "after:社区|区域"),
    ]
    atlas = load_atlas(workspace=workspace)
    assert [link.target for link in atlas.geocoder.geocode("扩建青鹭小学").links] == ["community-105"]
    assert atlas.faults == ()
    assert "金鹭片" in atlas.zones.get("community-105").aliases
    assert "青鹭小学" not in atlas.zones.get("community-105").aliases


@pytest.mark.parametrize(
    "name, target, options, says",
    [
        ("金融湾一期", "community-105", [], "leads to 'community-105' here and to 'finance-bay-phase-1'"),
        ("青鹭小学", "comunity-105", [], "did you mean 'community-105'"),
        ("青鹭小学", "community-105", ["--context", "beside:路"], "unknown test 'beside'"),
        ("105社区", "finance-bay", [], "leads to 'finance-bay' here and to 'community-105'"),
        ("顶科社区", "top-scientists", [], "names 'top-scientists' already (gazetteer.csv, line "),
        ("#注", "community-105", [], "is a comment"),
        ("青鹭\n小学", "community-105", [], "line break"),
        ("“”", "community-105", [], "at least one character"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(
    call: Call, workspace: Path, name: str, target: str, options: list[str], says: str
) -> None:
    built_in_clash = name == "金融湾一期"
    if built_in_clash:  # a reader's own name wins over the table, so the clash is with their own
        own_table(workspace, "金融湾一期,finance-bay-phase-1,alias,short,,")
    before = (workspace / "gazetteer.csv").read_bytes() if built_in_clash else None
    answer = call(
        "gazetteer", "--add", name, "--target", target, "--kind", "short", *options, "--workspace", workspace
    )
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("lingang: ") and len(answer.err.splitlines()) == 1
    assert says in answer.err
    if built_in_clash:
        assert (workspace / "gazetteer.csv").read_bytes() == before
    else:
        assert not workspace.exists()


def test_names_added_at_the_same_time_are_all_kept(workspace: Path) -> None:
    names = [f"青鹭{sign}馆" for sign in "甲乙丙丁"]
    options = ["--target", "community-105", "--kind", "part", "--workspace", str(workspace)]
    running = [subprocess.Popen([LINGANG, "gazetteer", "--add", name, *options]) for name in names]
    assert [process.wait(timeout=120) for process in running] == [0] * len(names)
    assert sorted(row["name"] for row in rows_of(workspace)) == sorted(names)
    assert sorted(path.name for path in workspace.iterdir()) == [".lock", "documents", "gazetteer.csv"]


def test_a_table_of_ones_own_without_its_last_line_feed_is_kept_whole(call: Call, workspace: Path) -> None:
    table = own_table(workspace, "青鹭小学,community-105,alias,part,,")
    table.write_bytes(table.read_bytes().rstrip(b"\n"))
    options = ("--target", "community-105", "--kind", "part", "--workspace", workspace)
    assert call("gazetteer", "--add", "青鹭中学", *options).code == 0
    assert [row["name"] for row in rows_of(workspace)] == ["青鹭小学", "青鹭中学"]


def test_ones_own_bad_rows_fall_out_are_told_and_the_others_count(call: Call, workspace: Path) -> None:
    own_table(
        workspace,
        "青鹭小学,community-105,alias,part,,",
        "青鹭小学,finance-bay,alias,part,,",
        "青鹭中学,nowhere,alias,part,,",
        "青鹭大学,community-105",
    )
    answer = call("gazetteer", "--workspace", workspace)
    assert answer.code == 1
    for line, words in ((3, "'青鹭小学': leads to"), (4, "'青鹭中学': unknown"), (5, "'青鹭大学': 2 fields")):
        assert f"workspace/gazetteer.csv, line {line}: name {words}" in answer.err
    assert "3 names fell out" in answer.err
    assert any(line.startswith("青鹭小学 ") for line in answer.out.splitlines())
    checked = call("gazetteer", "--check", "--workspace", workspace)
    assert (checked.code, len(checked.out.splitlines())) == (1, 3)
    assert len(load_atlas(workspace=workspace).faults) == 3


def test_a_table_of_ones_own_that_cannot_be_read_stops_nothing(call: Call, workspace: Path) -> None:
    own_table(workspace).write_bytes("名字".encode("gb18030"))
    atlas = load_atlas(workspace=workspace)
    assert len(atlas.faults) == 1 and "workspace/gazetteer.csv, line 1: not utf-8" in atlas.faults[0]
    assert call("gazetteer", "--workspace", workspace).code == 1
    options = ("--target", "community-105", "--kind", "part", "--workspace", workspace)
    assert call("gazetteer", "--add", "青鹭小学", *options).code == 2


def test_the_shipped_table_has_no_fault(call: Call) -> None:
    answer = call("gazetteer", "--check")
    assert (answer.code, answer.out) == (0, "")
    assert "no fault found" in answer.err


def test_a_clash_of_a_data_folder_is_named_with_both_lines(call: Call, tmp_path: Path) -> None:
    (tmp_path / "geojson").mkdir()
    for path in (data_dir() / "geojson").iterdir():
        (tmp_path / "geojson" / path.name).write_bytes(path.read_bytes())
    table = (data_dir() / "gazetteer.csv").read_text(encoding="utf-8")
    number = table.count("\n") + 1
    clashing = f"{table}顶科社区,community-105,alias,short,,\n"
    (tmp_path / "gazetteer.csv").write_text(clashing, encoding="utf-8")
    answer = call("gazetteer", "--check", "--data", tmp_path, "--json")
    (fault,) = json.loads(answer.out)
    assert answer.code == 1
    assert fault["message"].startswith(f"line {number}: name '顶科社区'")
    earlier = next(n for n, line in enumerate(table.splitlines(), start=1) if line.startswith("顶科社区,"))
    assert f"gazetteer.csv, line {earlier}; rename one" in fault["message"]


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["--name", "洋山", "--missing"], "--name and --missing do not go together"),
        (["--plan", "2023"], "--plan goes with --missing only"),
        (["tasks.jsonl"], "TASKS goes with --missing only"),
        (["--missing", "tasks.jsonl", "--plan", "2023"], "TASKS and --plan do not go together"),
        (["--target", "t1"], "--target goes with --add only"),
        (["--add", "青鹭"], "--add needs --target and --kind"),
        (["--add", "青鹭", "--target", "t1", "--kind", "nick"], "'nick'"),
        (["--missing", "--plan", "2032"], "unknown plan id '2032'; did you mean '2023'"),
        (["--missing", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
    ],
)
def test_wrong_usage_is_told_in_one_line(call: Call, arguments: list[str], says: str) -> None:
    answer = call("gazetteer", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and len(answer.err.splitlines()) == 1
