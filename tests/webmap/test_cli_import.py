"""The commands `read`, `import` and `plans`: several documents, one of them bad, and a workspace."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from answers import Answer
from test_serving import serving

from lingang.locations import data_dir

PLAN = """临港新片区{year}年工作要点

一、建设

（一）交通

1. 建成示范线。T1示范线6月底前开通，沿线在105社区增设站点。

2. 开工学校。年内开工建设滴水湖核心片区学校。
"""
BAD = {
    "empty.txt": (b"", "empty"),
    "junk.bin": (bytes(range(256)) * 40, ""),
    "cut.pdf": (b"%PDF-1.7\n1 0", ""),
}
LINGANG = Path(sys.executable).with_name("lingang")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with two plans and what is none."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for year in (2031, 2032):
        (folder / f"{year}.txt").write_text(PLAN.format(year=year), encoding="utf-8")
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    (folder / "page.html").write_text("<html><body><p>今天天气很好。</p></body></html>", encoding="utf-8")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(answer: Answer, *says: str) -> bool:
    """Exit 2, nothing on standard output, one line on stderr that says what and where."""
    told = answer.err.startswith("lingang: ") and len(answer.err.splitlines()) == 1
    return (answer.code, answer.out) == (2, "") and told and all(words in answer.err for words in says)


# ---- import -----------------------------------------------------------------------------------------------


def test_import_says_what_was_read_and_keeps_it(call, documents, tmp_path):
    answer = call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    assert answer.code == 0
    assert "2031.txt: plan 2031, 2 items" in answer.out
    assert re.search(r"characters: \d+ read, \d+ used, \d+ left out", answer.out)
    assert answer.err == f"workspace {tmp_path / 'w'}\n"
    (original,) = (tmp_path / "w").rglob("original")
    assert original.read_bytes() == (documents / "2031.txt").read_bytes()


def test_importing_again_changes_nothing_and_says_so(call, documents, tmp_path):
    arguments = ("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    call(*arguments)
    before = files_of(tmp_path / "w")
    answer = call(*arguments)
    assert (answer.code, answer.out) == (0, "2031.txt: plan 2031, imported already; nothing changed\n")
    assert files_of(tmp_path / "w") == before


def test_a_new_version_tells_what_changed(call, documents, tmp_path):
    call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    changed = PLAN.format(year=2031).replace("开工学校", "开工两所学校") + "\n3. 办节会。年内举办。\n"
    (documents / "2031.txt").write_text(changed, encoding="utf-8")
    answer = call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    assert "added: 1 (2031-3)" in answer.out
    assert "title of 2031-2: 开工学校 → 开工两所学校" in answer.out


def test_a_built_in_plan_is_recognised(call, tmp_path):
    tasks = [
        json.loads(x) for x in (data_dir() / "plans" / "2020.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    lines = [f"{t['number']}. {t['title']}。我们自己写的一句话。" for t in tasks]
    (tmp_path / "x.txt").write_text("一、任务\n\n" + "\n\n".join(lines), encoding="utf-8")
    answer = call("import", tmp_path / "x.txt", "--workspace", tmp_path / "w")
    assert "x.txt: recognised as the built-in plan 2020 (36 of 36 items are the same)" in answer.out
    rows = {row["id"]: row for row in json.loads(call("plans", "--workspace", tmp_path / "w", "--json").out)}
    assert rows["2020"]["official"] == 36
    assert rows["2020"]["document"]["name"] == "x.txt"
    ids = [json.loads(line)["id"] for line in call("read", tmp_path / "x.txt").out.splitlines()]
    assert ids == [t["id"] for t in tasks]


@pytest.mark.parametrize("name", [*BAD, "page.html", "nowhere.txt"])
def test_a_bad_document_is_told_in_one_line_and_the_workspace_stays_as_it_was(
    call, documents, tmp_path, name
):
    says = (name, BAD[name][1]) if name in BAD else (name,)
    workspace = ("--workspace", tmp_path / "w")
    assert refused(call("import", documents / name, *workspace), *says)
    assert not (tmp_path / "w").exists()
    call("import", documents / "2031.txt", *workspace)
    before = files_of(tmp_path / "w")
    assert refused(call("import", documents / name, *workspace), *says)
    assert files_of(tmp_path / "w") == before


@pytest.mark.parametrize("name", [*BAD, "page.html", "nowhere.txt"])
def test_one_bad_document_of_several_is_named_and_the_others_are_imported(call, documents, tmp_path, name):
    chosen = (documents / "2031.txt", documents / name, documents / "2032.txt")
    answer = call("import", *chosen, "--workspace", tmp_path / "w")
    assert answer.code == 1
    told = [line for line in answer.err.splitlines() if line.startswith("lingang: ")]
    assert len(told) == 1 and name in told[0]
    assert "2031.txt: plan 2031" in answer.out and "2032.txt: plan 2032" in answer.out


def test_only_bad_documents_are_exit_2(call, documents, tmp_path):
    answer = call("import", documents / "empty.txt", documents / "page.html", "--workspace", tmp_path / "w")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 2)
    assert not (tmp_path / "w").exists()


def test_an_id_for_several_documents_is_wrong_usage(call, documents, tmp_path):
    for command in (["import", "--workspace", tmp_path / "w"], ["read"]):
        answer = call(*command, "--plan", "x", documents / "2031.txt", documents / "2032.txt")
        assert refused(answer, "--plan names the plan of one document")


def test_the_environment_names_the_workspace(documents, tmp_path):
    environment = {**os.environ, "LINGANG_WORKSPACE": str(tmp_path / "mine")}
    done = subprocess.run(
        [LINGANG, "import", "-"],
        input=(documents / "2031.txt").read_bytes(),
        env=environment,
        capture_output=True,
    )
    assert (done.returncode, done.stderr.decode()) == (0, f"workspace {tmp_path / 'mine'}\n")
    assert (tmp_path / "mine" / "plans.json").is_file()


def test_control_characters_of_a_document_do_not_reach_the_terminal(call, tmp_path):
    text = PLAN.format(year=2031).replace("2. 开工学校", "4. 开工\u202e学校").replace("临港", "临\u202e港")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    imported = call("import", tmp_path / "a.txt", "--workspace", tmp_path / "w")
    read = call("read", tmp_path / "a.txt", "--report")
    assert (imported.code, read.code) == (0, 0)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", imported.out + imported.err + read.err)


# ---- read -------------------------------------------------------------------------------------------------


def test_several_documents_are_read_one_after_the_other(call, documents):
    answer = call("read", documents / "2031.txt", documents / "2032.txt")
    ids = [json.loads(line)["id"] for line in answer.out.splitlines()]
    assert (answer.code, ids) == (0, ["2031-1", "2031-2", "2032-1", "2032-2"])


def test_one_bad_document_of_several_is_named_and_the_others_are_read(call, documents):
    answer = call("read", documents / "2031.txt", documents / "empty.txt", documents / "2032.txt")
    assert (answer.code, len(answer.out.splitlines())) == (1, 4)
    assert "empty.txt" in answer.err


def test_a_page_without_a_plan_writes_nothing(call, documents, tmp_path):
    assert refused(call("read", documents / "page.html", "-o", tmp_path / "out.jsonl"), "page.html")
    assert not (tmp_path / "out.jsonl").exists()


def test_two_documents_of_one_plan_do_not_give_one_id_twice(call, documents):
    (documents / "copy.txt").write_bytes((documents / "2031.txt").read_bytes())
    answer = call("read", documents / "2031.txt", documents / "copy.txt")
    assert (answer.code, len(answer.out.splitlines())) == (1, 2)
    assert "copy.txt and 2031.txt both have it" in answer.err


@pytest.mark.parametrize("form", [["--report", "{}.json"], ["--report={}.json"]])
def test_a_report_is_written_as_json(call, documents, tmp_path, form):
    arguments = [part.format(tmp_path / "report") for part in form]
    for _ in range(2):  # a report is written over
        answer = call("read", documents / "2031.txt", *arguments, "-o", tmp_path / "tasks.jsonl")
        assert answer == Answer(0, "", "")
    (record,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (record["document"], record["plan"], record["items"]) == ("2031.txt", "2031", 2)
    assert record["characters"] == record["characters_used"] + record["characters_left_out"]
    assert record["left_out"] and record["faults"] == []


def test_a_report_is_written_as_text(call, documents, tmp_path):
    call("read", documents / "2031.txt", "--report", tmp_path / "report.txt", "-o", tmp_path / "t.jsonl")
    assert "2031.txt: plan 2031, 2 items" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_a_document_after_report_is_a_document_and_never_written_over(call, documents):
    before = files_of(documents)
    answer = call("read", "--report", documents / "2031.txt", documents / "2032.txt")
    assert (answer.code, len(answer.out.splitlines())) == (0, 4)
    assert "plan 2031, 2 items" in answer.err and "plan 2032, 2 items" in answer.err
    assert files_of(documents) == before


# ---- plans and serve --------------------------------------------------------------------------------------


def test_plans_are_listed_with_their_coverage(call, documents, tmp_path):
    call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    table = call("plans", "--workspace", tmp_path / "w")
    rows = json.loads(call("plans", "--workspace", tmp_path / "w", "--json").out)
    assert (table.code, table.err) == (0, "")
    assert [line.split()[0] for line in table.out.splitlines()] == ["plan", *(row["id"] for row in rows)]
    assert rows[-1]["id"] == "2031"
    assert rows[-1]["tasks"] == sum(rows[-1]["scopes"].values()) == 2
    assert table.out.splitlines()[-1].endswith("临港新片区2031年工作要点  [2031.txt]")


def test_plans_without_a_workspace_are_the_built_in_ones(call, tmp_path):
    rows = json.loads(call("plans", "--workspace", tmp_path / "none", "--json").out)
    assert {"2020", "2023"} <= {row["id"] for row in rows}
    assert not (tmp_path / "none").exists()


def test_a_damaged_workspace_is_told_with_exit_1(call, documents, tmp_path):
    call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    (original,) = (tmp_path / "w").rglob("original")
    original.write_bytes(b"")
    answer = call("plans", "--workspace", tmp_path / "w")
    assert answer.code == 1
    assert "plan '2031' was changed since it was imported" in answer.err


@pytest.mark.parametrize("command", [["plans"], ["serve", "--port", "0"], ["import", "2031.txt"]])
def test_a_folder_that_is_no_workspace_is_told_in_one_line(call, documents, tmp_path, command, monkeypatch):
    monkeypatch.chdir(documents)
    (tmp_path / "plans.json").write_text("[]")
    assert refused(call(*command, "--workspace", tmp_path), "is no index of plans")


def test_serve_shows_the_plans_of_a_workspace(call, documents, tmp_path):
    call("import", documents / "2031.txt", "--workspace", tmp_path / "w")
    with (
        serving("--workspace", str(tmp_path / "w")) as (_, address),
        urllib.request.urlopen(f"{address}api/tasks?plan=2031", timeout=20) as answer,
    ):
        assert json.load(answer)["total"] == 2
