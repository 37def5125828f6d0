"""A workspace keeps documents unchanged, imports whole or not at all, and says what changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_plans import ITEMS, plan_bytes, plan_text, text_of

from layers.atlas import Atlas, load_atlas
from layers.built_in import read_built_in
from layers.comparison import compare, find_plan, fold_title, is_same_title
from layers.errors import WorkspaceError
from layers.facilities import plan_summary
from layers.intake import BuiltIn, Given, NoTasksError, PlanIdError, Source, read_bytes
from layers.registry import LAYERS
from layers.tasks import TaskFilter, find_tasks
from layers.workspace import ENVIRONMENT, Workspace, default_workspace
from plans.errors import DocumentError
from plans.records import Task

BAD = {
    "empty.txt": b"",
    "blank.txt": b" \n\n",
    "junk.bin": bytes(range(256)) * 40,
    "cut.pdf": b"%PDF-1.7\n1 0 obj",
}


@pytest.fixture(scope="module")
def built_in() -> BuiltIn:
    return read_built_in()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def source(content: bytes | str, name: str = "plan.txt") -> Source:
    return Source(name, content.encode() if isinstance(content, str) else content)


def task(number: str, title: str, text: str = "") -> Task:
    return Task(f"p-{number}", "p", number, (), title, f"{title}。{text}")


# ---- what is stored ---------------------------------------------------------------------------------------


def test_the_document_is_kept_unchanged_with_its_tasks_beside_it(workspace, built_in):
    content = plan_bytes().replace(b"\n", b"\r\n")
    stored = workspace.add(source(content), built_in).stored
    digest = hashlib.sha256(content).hexdigest()
    home = workspace.path / "documents" / digest
    assert (home / "original").read_bytes() == content
    assert (stored.sha256, stored.size, stored.name) == (digest, len(content), "plan.txt")
    assert [(t.id, t.title) for t in stored.tasks] == [
        ("2031-1", "建成示范线"), ("2031-2", "开工学校"), ("2031-3", "整治河道"),
    ]  # fmt: skip
    (reading,) = [path for path in home.iterdir() if path.is_dir()]
    assert {path.name for path in reading.iterdir()} == {"document.json", "tasks.jsonl", "report.json"}
    index = json.loads((workspace.path / "plans.json").read_bytes())
    assert (
        index["2031"] | {"sha256": digest, "year": 2031, "title": "临港新片区2031年工作要点"} == index["2031"]
    )


def test_what_is_read_back_is_what_was_stored(workspace, built_in):
    stored = workspace.add(source(plan_bytes()), built_in).stored
    assert workspace.read().plans == {"2031": stored}
    assert workspace.read().faults == ()


def test_the_report_counts_every_character(workspace, built_in):
    stored = workspace.add(source(plan_text() + "\n责任编辑：某某\n"), built_in).stored
    assert stored.characters == stored.characters_used + stored.characters_left_out
    assert any("临港新片区2031年工作要点" in part.text for part in stored.left_out)


def test_the_same_bytes_again_change_nothing(workspace, built_in):
    first = workspace.add(source(plan_bytes()), built_in)
    before = files_of(workspace.path)
    again = workspace.add(source(plan_bytes(), "another name.txt"), built_in)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.stored == first.stored
    assert files_of(workspace.path) == before


def test_the_same_imports_give_the_same_bytes_in_every_workspace(tmp_path, built_in):
    folders = [Workspace(tmp_path / name) for name in ("one", "two")]
    for folder in folders:
        folder.add(source(plan_bytes(2030)), built_in)
        folder.add(source(plan_bytes(2031)), built_in)
        folder.add(source(plan_bytes(2031, ITEMS[:2])), built_in)
    assert files_of(folders[0].path) == files_of(folders[1].path)


def test_what_a_person_said_once_still_holds(workspace, built_in):
    workspace.add(source(plan_bytes()), built_in, Given("harbour", 2040))
    again = workspace.add(source(plan_bytes()), built_in)
    assert (again.is_new, again.stored.plan, again.stored.year) == (False, "harbour", 2040)
    assert "2040-06" in {m.due for m in again.stored.tasks[0].milestones}


def test_another_id_for_the_same_document_takes_the_place_of_the_first(workspace, built_in):
    workspace.add(source(plan_bytes()), built_in)
    renamed = workspace.add(source(plan_bytes()), built_in, Given("harbour"))
    assert (renamed.was, list(workspace.read().plans)) == ("2031", ["harbour"])


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "a/b\\c.txt", "..", "\x1b[2J.txt", "\ud800.txt", "长" * 300]
)
def test_a_name_is_only_ever_text(workspace, built_in, tmp_path, name):
    before = {path.name for path in tmp_path.iterdir()}
    workspace.add(source(plan_bytes(), name.encode("utf-8", "replace").decode()), built_in)
    assert {path.name for path in tmp_path.iterdir()} == before | {"workspace"}
    assert all(set(part) <= set("0123456789abcdef") or part in (
        "documents", "original", "document.json", "tasks.jsonl", "report.json", "plans.json", ".lock",
    ) for path in files_of(workspace.path) for part in path.split("/"))  # fmt: skip


def test_a_files_name_is_made_fit_to_print(tmp_path):
    path = tmp_path / "\x1b[31m要点\u202e.txt"
    path.write_bytes(plan_bytes())
    assert read_bytes(path).name == "\ufffd[31m要点\ufffd.txt"


def test_the_default_folder_is_the_users_own_or_the_one_in_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "mine"))
    assert default_workspace() == tmp_path / "mine"
    monkeypatch.delenv(ENVIRONMENT)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_workspace().name == "lingang-atlas"


# ---- a new version ----------------------------------------------------------------------------------------


def test_a_new_version_says_what_changed_and_keeps_the_old_document(workspace, built_in):
    old = workspace.add(source(plan_bytes()), built_in).stored
    items = ("新建公园。滴水湖畔年内开工。", ITEMS[0], ITEMS[1].replace("滴水湖核心片区学校", "两所学校"))
    new = workspace.add(source(plan_bytes(items=items), "plan-2.txt"), built_in).stored
    assert new.changes is not None
    assert new.changes.before == old.sha256
    assert new.changes.added == ("2031-1",)
    assert new.changes.removed == ("2031-3",)
    assert new.changes.renumbered == (("2031-1", "2031-2"), ("2031-2", "2031-3"))
    assert new.changes.rewritten == ("2031-3",)
    assert (workspace.path / "documents" / old.sha256 / "original").read_bytes() == plan_bytes()
    assert list(workspace.read().plans.values()) == [new]


def test_going_back_to_the_old_version_works(workspace, built_in):
    for content in (plan_bytes(), plan_bytes(items=ITEMS[:2]), plan_bytes()):
        stored = workspace.add(source(content), built_in).stored
    assert workspace.read().plans["2031"] == stored
    assert stored.changes is not None and stored.changes.added == ("2031-3",)


def test_an_item_put_in_front_is_one_addition():
    old = [task(str(n), f"第{n}件事情") for n in range(1, 6)]
    new = [task("1", "新的一件事"), *(task(str(n + 1), f"第{n}件事情") for n in range(1, 6))]
    changes = compare("", old, new)
    assert (changes.added, changes.removed, changes.retitled) == (("p-1",), (), ())
    assert len(changes.renumbered) == 5


def test_a_new_title_under_the_old_number_is_told_as_that():
    changes = compare(
        "", [task("1", "建公园"), task("2", "建学校")], [task("1", "建大公园"), task("2", "建学校")]
    )
    assert changes.retitled == (("p-1", "建公园", "建大公园"),)
    assert not changes.added and not changes.removed


def test_nothing_changed_is_no_change():
    same = [task("1", "建公园", "甲"), task("2", "建公园", "乙")]
    assert not compare("", same, list(same))


def test_another_plan_with_the_guessed_id_is_refused_not_taken_for_a_new_version(workspace, built_in):
    workspace.add(source(plan_bytes()), built_in)
    before = files_of(workspace.path)
    other = plan_bytes(items=("举办马拉松。年内举办。", "修缮剧院。年内完工。"))
    with pytest.raises(PlanIdError, match=r"plan\.txt has it, with 0 of 2 titles in common"):
        workspace.add(source(other, "other.txt"), built_in)
    assert files_of(workspace.path) == before
    assert workspace.add(source(other, "other.txt"), built_in, Given("2031")).stored.changes


# ---- recognising built-in plans ---------------------------------------------------------------------------


def test_a_document_of_a_built_in_plan_is_recognised_whatever_it_is_called(workspace, built_in):
    text = text_of(built_in.tasks["2020"], "某年工作要点", "我们自己写的一句话。")
    outcome = workspace.add(source(text, "x.txt"), built_in)
    assert outcome.recognised is not None
    assert (outcome.stored.plan, outcome.stored.year, outcome.recognised.share) == ("2020", 2020, 1.0)
    assert [t.id for t in outcome.stored.tasks] == [t.id for t in built_in.tasks["2020"]]


def test_titles_are_compared_without_spaces_width_and_punctuation():
    pair = ("加快建设“国际 数据港”（一期）", "加快建设国际数据港(一期)")
    assert fold_title(pair[0]) == fold_title(pair[1])
    assert is_same_title(*pair)
    assert fold_title("建设A区") != fold_title("建设B区")
    assert not is_same_title("建设公园", "开工学校")


@pytest.mark.parametrize("kept, recognised", [(36, True), (29, True), (28, False), (0, False)])
def test_four_fifths_of_the_items_make_the_plan(built_in, kept, recognised):
    tasks = [
        t if at < kept else task(t.number, f"另一件事情{t.number}")
        for at, t in enumerate(built_in.tasks["2020"])
    ]
    assert (find_plan(tasks, built_in.tasks) is not None) == recognised


def test_the_id_of_a_built_in_plan_is_not_given_to_another_document(workspace, built_in):
    assert workspace.add(source(plan_bytes(2023)), built_in).stored.plan == "2023-own"
    with pytest.raises(PlanIdError, match="this is a built-in plan, and the document is another one"):
        workspace.add(source(plan_bytes(2022)), built_in, Given("2023"))


def test_a_built_in_plan_is_not_imported_under_another_id(workspace, built_in):
    text = text_of(built_in.tasks["2020"], "某年工作要点")
    with pytest.raises(PlanIdError, match="36 of 36 items of the built-in plan '2020'; leave --plan out"):
        workspace.add(source(text), built_in, Given("mine"))
    assert not workspace.path.exists()


# ---- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_document_leaves_the_workspace_as_it_was(workspace, built_in, name):
    with pytest.raises(DocumentError):
        workspace.add(source(BAD[name], name), built_in)
    assert not workspace.path.exists()
    workspace.add(source(plan_bytes()), built_in)
    before = files_of(workspace.path)
    with pytest.raises(DocumentError):
        workspace.add(source(BAD[name], name), built_in)
    assert files_of(workspace.path) == before


def test_a_document_without_a_plan_is_refused(workspace, built_in):
    page = "<html><body><nav>首页 新闻</nav><p>今天天气很好。</p></body></html>"
    with pytest.raises(NoTasksError, match=r"page\.html, line"):
        workspace.add(source(page, "page.html"), built_in)
    assert not workspace.path.exists()


@pytest.mark.parametrize("plan_id", ["", "A", "a_b", "../x", "a--b", "-a", "a" * 61, "规划"])
def test_an_id_that_cannot_stand_in_an_address_is_refused(workspace, built_in, plan_id):
    with pytest.raises(PlanIdError):
        workspace.add(source(plan_bytes()), built_in, Given(plan_id))
    assert not workspace.path.exists()


def test_a_missing_file_is_told_with_its_path(tmp_path):
    with pytest.raises(DocumentError, match=r"nowhere\.txt: cannot be read"):
        read_bytes(tmp_path / "nowhere.txt")


NO_INDEX = (
    b"",
    b"{",
    b"[]",
    b'{"a": 1}',
    b'{"../x": {"sha256": "0123456789abcdef", "reading": "0123456789abcdef"}}',
    b'{"x": {"sha256": "../../../etc", "reading": "0123456789abcdef"}}',
)


@pytest.mark.parametrize("content", NO_INDEX)
def test_a_folder_that_is_no_workspace_is_told_in_one_line(workspace, built_in, content):
    workspace.path.mkdir()
    (workspace.path / "plans.json").write_bytes(content)
    with pytest.raises(WorkspaceError, match="is no index of plans") as caught:
        workspace.read()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["original", "tasks.jsonl", "report.json"])
def test_a_damaged_plan_is_a_fault_and_importing_it_again_mends_it(workspace, built_in, damage):
    workspace.add(source(plan_bytes(2030)), built_in)
    whole = workspace.add(source(plan_bytes(2031)), built_in).stored
    before = files_of(workspace.path)
    (path,) = (workspace.path / "documents" / whole.sha256).rglob(damage)
    path.write_bytes(path.read_bytes()[:-9])
    contents = workspace.read()
    assert list(contents.plans) == ["2030"]
    assert len(contents.faults) == 1 and "import its document again" in str(contents.faults[0])
    workspace.add(source(plan_bytes(2031)), built_in)
    assert files_of(workspace.path) == before


# ---- crashes and company ----------------------------------------------------------------------------------


def in_a_child(work: Callable[[], object]) -> int:
    """Start `work` in a forked process; returns its process id."""
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return process


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def die_before(step: int, folder: Path) -> None:
    """End this process without a word before the given step that it takes inside a folder."""
    left = [step]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        touches = event in ("open", "fcntl.flock") or event.startswith(("os.", "shutil."))
        if touches and any(str(argument).startswith(str(folder)) for argument in arguments):
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)

    sys.addaudithook(watch)


@pytest.mark.parametrize(
    "earlier", [None, plan_bytes(), plan_bytes(items=ITEMS[:2])], ids=["new", "again", "change"]
)
def test_a_crash_at_any_step_leaves_the_old_state_or_the_new(tmp_path, built_in, earlier):
    start, clean = Workspace(tmp_path / "start"), Workspace(tmp_path / "clean")
    for folder in (start, clean):
        if earlier:
            folder.add(source(earlier), built_in)
        folder.path.mkdir(exist_ok=True)
    given = Given(year=2032)
    old = start.read()
    clean.add(source(plan_bytes()), built_in, given)
    new, step, code = clean.read(), 0, 9
    while code == 9:
        folder = Workspace(tmp_path / f"crash-{step}")
        shutil.copytree(start.path, folder.path)

        def crash(folder: Workspace = folder, step: int = step) -> None:
            die_before(step, folder.path)
            folder.add(source(plan_bytes()), built_in, given)

        code = ended(in_a_child(crash))
        assert folder.read() in (old, new), step
        folder.add(source(plan_bytes()), built_in, given)
        assert files_of(folder.path) == files_of(clean.path), step
        shutil.rmtree(folder.path)
        step += 1
    assert code == 0
    assert step > 15


def test_importers_at_the_same_time_lose_nothing(workspace, built_in):
    years = range(2030, 2038)

    def add(year: int) -> None:
        workspace.add(source(plan_bytes(year), f"{year}.txt"), built_in)

    children = [in_a_child(lambda year=year: add(year)) for year in years]
    assert [ended(child) for child in children] == [0] * len(children)
    contents = workspace.read()
    assert (list(contents.plans), contents.faults) == ([str(year) for year in years], ())


def test_versions_imported_at_the_same_time_follow_each_other(workspace, built_in):
    versions = [plan_bytes(items=[*ITEMS, f"第{n}件新事。年内完成。"]) for n in range(4)]
    children = [in_a_child(lambda v=v: workspace.add(source(v), built_in)) for v in versions]
    assert [ended(child) for child in children] == [0] * len(children)
    stored = workspace.read().plans["2031"]
    assert stored.changes is not None
    digests = {hashlib.sha256(version).hexdigest() for version in versions}
    assert {path.name for path in (workspace.path / "documents").iterdir()} == digests
    assert stored.changes.before in digests - {stored.sha256}


def test_an_importer_that_does_not_let_go_is_told_after_a_while(workspace, built_in):
    workspace.add(source(plan_bytes()), built_in)
    patient = Workspace(workspace.path, lock_timeout_s=0.1)
    with (workspace.path / ".lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(WorkspaceError, match=r"another command has been at work for 0\.1 s"):
            patient.add(source(plan_bytes(2032)), built_in)
        assert list(patient.read().plans) == ["2031"]
    assert patient.add(source(plan_bytes(2032)), built_in).is_new


def test_a_folder_that_cannot_be_made_is_told(tmp_path, built_in):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be"):
        Workspace(tmp_path / "file").add(source(plan_bytes()), built_in)


# ---- in the atlas -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory, built_in: BuiltIn) -> Atlas:
    """The built-in plans, the text of 2020 lent from a document, and a plan of one's own."""
    workspace = Workspace(tmp_path_factory.mktemp("joined"))
    workspace.add(source(plan_bytes(), "要点.txt"), built_in)
    items = built_in.tasks["2020"]
    text = text_of(items, "工作要点", "在105社区年内开工建设，新增不少于3家企业。")
    workspace.add(source(text, "2020.txt"), built_in)
    return load_atlas(workspace=workspace.path)


def test_without_a_workspace_nothing_is_different(atlas, tmp_path):
    empty = load_atlas(workspace=tmp_path / "nowhere")
    assert [t.to_json() for t in empty.tasks.values()] == [t.to_json() for t in atlas.tasks.values()]
    assert (dict(empty.plans), empty.faults) == (dict(atlas.plans), ())
    assert all(t.official is None for t in atlas.tasks.values())
    assert not (tmp_path / "nowhere").exists()


def test_imported_tasks_stand_after_the_built_in_ones_and_are_placed(joined, atlas):
    assert list(joined.tasks) == [*atlas.tasks, "2031-1", "2031-2", "2031-3"]
    assert "2031-1" in [t.id for t in joined.zone_tasks("community-105").own]
    assert "t1" in [x.target for x in joined.get_task("2031-1").links.links]
    assert joined.zone_counts()["community-105"]["by_plan"]["2031"] == 1


def test_filters_layers_and_summaries_know_imported_plans(joined):
    assert [t.id for t in find_tasks(joined, TaskFilter(plan="2031", stage="start"))] == ["2031-2"]
    (tasks,) = [layer for layer in LAYERS if layer.id == "tasks"]
    assert {f.properties["task"] for f in tasks.build(joined)} >= {"2031-1", "2031-2", "2031-3"}
    summary = plan_summary(joined, "2031")
    assert (summary["tasks"], summary["official"], summary["year"]) == (3, 3, 2031)
    assert summary["document"]["name"] == "要点.txt"


def test_a_document_of_a_built_in_plan_lends_its_text_and_changes_nothing_else(joined, atlas):
    assert list(joined.plans) == [*atlas.plans, "2031"]
    for task_id, item in atlas.tasks.items():
        assert joined.tasks[task_id].to_json() == item.to_json()
        assert (joined.tasks[task_id].official is not None) == (item.task.plan == "2020")
    official = joined.get_task("2020-1").official
    assert official is not None
    assert official.text.startswith(atlas.get_task("2020-1").task.title)
    assert "community-105" in [x.target for x in official.links.links]
    assert official.document == "2020.txt"


def test_every_offset_of_an_official_text_points_at_its_words(joined):
    officials = [t.official for t in joined.tasks.values() if t.official]
    assert len(officials) == 39
    for official in officials:
        for start, end, words in [e for x in official.links.links for e in x.evidence]:
            assert official.text[start:end] == words
        assert official.milestones and all(official.text[slice(*m.evidence)] for m in official.milestones)


def test_an_item_with_another_title_is_not_lent(tmp_path, built_in):
    items = built_in.tasks["2020"]
    text = text_of(items, "工作要点").replace(
        f"{items[4].number}. {items[4].title}", f"{items[4].number}. 另一件事情"
    )
    workspace = Workspace(tmp_path)
    assert workspace.add(source(text), built_in).stored.plan == "2020"
    atlas = load_atlas(workspace=tmp_path)
    assert [t.id for t in atlas.tasks.values() if t.task.plan == "2020" and not t.official] == [items[4].id]


def test_a_damaged_plan_is_told_and_the_others_are_shown(tmp_path, built_in):
    workspace = Workspace(tmp_path)
    workspace.add(source(plan_bytes(2030)), built_in)
    broken = workspace.add(source(plan_bytes(2031)), built_in).stored
    (tmp_path / "documents" / broken.sha256 / "original").unlink()
    atlas = load_atlas(workspace=tmp_path)
    assert "2030" in atlas.plans and "2031" not in atlas.plans
    assert len(atlas.faults) == 1 and str(tmp_path) not in atlas.faults[0]
