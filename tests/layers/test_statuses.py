"""What people record of projects is there whole or not at all, in a possible order, beside the promises."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.atlas import Atlas
from layers.errors import WorkspaceError
from layers.progress import list_promises, progress
from layers.projects import Projects, ProjectView, load_projects
from layers.statuses import FILE, Status, StatusError, add_status, make_status, parse_statuses, read_statuses
from layers.workspace import Workspace
from lingang.errors import UnknownIdError
from plans.lights import contradicts
from plans.records import STAGES

TODAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {
    "project": "west-island", "stage": "start", "date": "2023-05-01", "source": "https://example.org/a?b=1",
    "note": "桩基", "author": "李四", "recorded": "2026-11-22",
}  # fmt: skip


@pytest.fixture(scope="module")
def projects(atlas: Atlas) -> Projects:
    return load_projects(atlas)


@pytest.fixture(scope="module")
def island(projects: Projects) -> ProjectView:
    """A project that two plans speak of."""
    return projects.get("west-island")


def status(stage: str = "start", day: date = date(2023, 5, 1), **more: Any) -> Status:
    fields: dict[str, Any] = {"source": "", "note": "", "author": "李四", "recorded": TODAY}
    return Status("west-island", stage, day, **fields | more)


def stored(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FILE).read_bytes().splitlines()]


def line(**changed: Any) -> bytes:
    """A good line but for what is changed."""
    return json.dumps(GOOD | changed, ensure_ascii=False).encode()


# ---- one record -------------------------------------------------------------------------------------------


def test_a_record_is_stored_with_every_field_and_read_again(tmp_path: Path, island: ProjectView) -> None:
    more = {"source": GOOD["source"], "note": GOOD["note"], "author": "李四", "today": TODAY}
    made = make_status(island, "start", date(2023, 5, 1), **more)
    added = add_status(Workspace(tmp_path), made)
    assert (added.status, added.is_new, added.set_aside) == (made, True, ())
    assert stored(tmp_path) == [GOOD]
    assert list(stored(tmp_path)[0]) == list(GOOD)
    book = read_statuses(Workspace(tmp_path), ["west-island"])
    assert (book.of("west-island"), book.faults) == ((made,), ())
    assert book.of("finance-bay") == ()


def test_without_a_workspace_nothing_is_recorded_and_nothing_is_made(tmp_path: Path) -> None:
    book = read_statuses(Workspace(tmp_path / "none"), ["west-island"])
    assert (book.by_project, book.faults) == ({}, ())
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "stage, day, more, says",
    [
        ("strat", "2023-05-01", {}, "unknown stage 'strat'; did you mean 'start'"),
        ("", "2023-05-01", {}, "stage must be a text that is not blank"),
        ("start", "2026-11-23", {}, "2026-11-23 is in the future"),
        ("start", "0203-05-01", {}, "0203-05-01 is too long ago"),
        ("start", "2023-05-01", {"author": " "}, "author must be"),
        ("start", "2023-05-01", {"author": "李\u202e四"}, r"author holds the control character U\+202E"),
        ("start", "2023-05-01", {"note": "一\n二"}, r"note holds the control character U\+000A"),
        ("start", "2023-05-01", {"note": "\x1b[31m"}, r"note holds the control character U\+001B"),
        ("start", "2023-05-01", {"note": "\ud800"}, r"note holds the control character U\+D800"),
        ("start", "2023-05-01", {"note": "长" * 1001}, "note has 1001 characters; keep to 1000"),
        ("start", "2023-05-01", {"author": "长" * 81}, "author has 81 characters; keep to 80"),
        ("start", "2023-05-01", {"source": "javascript:alert(1)"}, "is no web address"),
        ("start", "2023-05-01", {"source": "example.org/a"}, "begin with https://"),
        ("start", "2023-05-01", {"source": "https://"}, "is no web address"),
        ("start", "2023-05-01", {"source": "https://[1/x"}, "is no web address"),
        ("start", "2023-05-01", {"source": "https://a b.org/"}, "is no web address"),
        ("start", "2023-05-01", {"source": "https://user:word@example.org/"}, "is no web address"),
        ("start", "2023-05-01", {"source": "https://a.org/" + "x" * 2000}, "source has 2014 characters"),
        ("start", "2023-05-01", {"part": "三期"}, "no plan promises a part '三期'"),
    ],
)
def test_an_impossible_record_is_refused_in_words(
    island: ProjectView, stage: str, day: str, more: dict[str, str], says: str
) -> None:
    with pytest.raises(StatusError, match=says):
        make_status(island, stage, date.fromisoformat(day), **{"author": "李四", **more}, today=TODAY)


def test_the_day_of_recording_itself_is_not_in_the_future(island: ProjectView) -> None:
    assert make_status(island, "start", TODAY, author="李四", today=TODAY).day == TODAY


def test_a_part_is_named_as_a_plan_names_it(projects: Projects) -> None:
    rows = [row for view in projects.views.values() for row in progress(view, (), TODAY).promises]
    view, part = next((row.project, row.promise.part) for row in rows if row.promise.part)
    assert make_status(view, "plan", TODAY, author="李四", part=part, today=TODAY).part == part
    with pytest.raises(StatusError, match="parts that plans promise: "):
        make_status(view, "plan", TODAY, author="李四", part="没有的部分", today=TODAY)


# ---- order of stages --------------------------------------------------------------------------------------


def test_a_stage_out_of_order_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add_status(workspace, status("complete", date(2023, 5, 1)))
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StatusError, match=r"start on 2024-01-01 cannot be with complete on 2023-05-01"):
        add_status(workspace, status("start", date(2024, 1, 1)))
    with pytest.raises(StatusError, match=r"--correct"):
        add_status(workspace, status("operate", date(2022, 1, 1)))
    assert (tmp_path / FILE).read_bytes() == before
    assert add_status(workspace, status("start", date(2022, 1, 1))).is_new


def test_a_correction_counts_in_place_of_what_it_contradicts_and_loses_no_line(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    right = status("approve", date(2021, 1, 1))
    wrong = [status("start", date(2022, 1, 1)), status("complete", date(2023, 5, 1))]
    for one in (right, *wrong):
        add_status(workspace, one)
    mended = status("start", date(2024, 1, 1), corrects=True)
    assert list(add_status(workspace, mended).set_aside) == wrong
    book = read_statuses(workspace, ["west-island"])
    assert (book.of("west-island"), book.faults) == ((right, mended), ())
    assert [record["stage"] for record in stored(tmp_path)] == ["approve", "start", "complete", "start"]
    assert add_status(workspace, status("complete", date(2025, 1, 1))).set_aside == ()


def test_the_same_words_again_change_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add_status(workspace, status())
    assert not add_status(workspace, status(recorded=TODAY + timedelta(days=1))).is_new
    assert len(stored(tmp_path)) == 1
    add_status(workspace, status(day=date(2023, 6, 1)))
    mended = add_status(workspace, status(corrects=True))  # the first was right after all
    assert (mended.is_new, len(mended.set_aside)) == (True, 2)
    assert [one.day for one in read_statuses(workspace, ["west-island"]).of("west-island")] == [status().day]


def test_other_projects_and_parts_have_an_order_of_their_own(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add_status(workspace, status("complete", date(2023, 5, 1)))
    for one in (
        Status("finance-bay", "start", date(2024, 1, 1), "", "", "李四", TODAY),
        status("start", date(2024, 1, 1), part="二期"),
    ):
        assert add_status(workspace, one).is_new


_days = st.dates(date(2020, 1, 1), date(2026, 1, 1))
_statuses = st.builds(
    status, st.sampled_from(STAGES), _days, corrects=st.booleans(), note=st.sampled_from(["", "一"])
)


@given(st.lists(_statuses, max_size=8))
def test_whatever_stands_in_a_file_what_counts_is_in_a_possible_order(
    tmp_path_factory: pytest.TempPathFactory, given_statuses: list[Status]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    lines = [json.dumps(one.to_json()).encode() for one in given_statuses]
    (folder / FILE).write_bytes(b"\n".join([*lines, b""]))
    book = read_statuses(Workspace(folder), ["west-island"])
    counted = book.of("west-island")
    assert not any(contradicts(one, other) for one in counted for other in counted)
    assert [one.day for one in counted] == sorted(one.day for one in counted)
    assert set(counted) <= set(given_statuses)
    out_of_order = {fault.line for fault in book.faults}
    last = len(given_statuses)
    assert not last or (last in {one.line for one in counted}) != (last in out_of_order)
    assert not any(given_statuses[number - 1].corrects for number in out_of_order)


# ---- damaged files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad, says",
    [
        (b"not json", "is not JSON"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"[" * 100_000, "is not JSON"),
        (b"[1]", "is no JSON object"),
        (b'{"project": "west-island"}', "lacks stage, date, source, note, author, recorded"),
        (line(colour="red"), "has unknown fields: colour"),
        (line(project=7), "project must be a text"),
        (line(note=None), "note must be a text"),
        (line(corrects=False), "corrects must be true"),
        (line(date="2023-02-30"), "date '2023-02-30' is no date; write YYYY-MM-DD"),
        (line(date="2023-5-1"), "is no date"),
        (line(date="２０２３-05-01"), "is no date"),
        (line(recorded="2023-04-30"), "2023-05-01 is in the future"),
        (line(project="west-islan"), "did you mean 'west-island'"),
        (line(stage="plan", date="2024-01-01"), "cannot be with start on 2023-05-01"),
    ],
)
def test_a_bad_line_is_a_fault_that_hides_no_other(tmp_path: Path, bad: bytes, says: str) -> None:
    (tmp_path / FILE).write_bytes(b"\n".join([line(), b"", bad, line(stage="complete", date="2024-05-01")]))
    book = read_statuses(Workspace(tmp_path), ["west-island"])
    assert [one.stage for one in book.of("west-island")] == ["start", "complete"]
    (fault,) = book.faults
    assert says in fault.problem
    assert str(fault).startswith("statuses.jsonl, line 3: ")


def test_a_line_that_cannot_be_read_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not json\n" + line())
    add_status(Workspace(tmp_path), status("complete", date(2024, 1, 1)))
    lines = (tmp_path / FILE).read_bytes().split(b"\n")
    assert lines[:2] == [b"not json", line()]
    assert (json.loads(lines[2])["stage"], lines[3:]) == ("complete", [b""])


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (fault,) = read_statuses(Workspace(tmp_path), ["west-island"]).faults
    assert "cannot be read" in str(fault)
    with pytest.raises(WorkspaceError, match="cannot be"):
        add_status(Workspace(tmp_path), status())


# ---- many writers, and writers that are killed ------------------------------------------------------------


def in_a_child(work: Callable[[], object]) -> int:
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


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    def write(writer: int) -> None:
        for number in range(6):
            add_status(workspace, status(note=f"{writer}-{number}"))

    children = [in_a_child(partial(write, writer)) for writer in range(4)]
    assert [ended(child) for child in children] == [0] * len(children)
    book = read_statuses(workspace, ["west-island"])
    notes = [one.note for one in book.of("west-island")]
    assert (sorted(notes), book.faults) == (sorted(f"{w}-{n}" for w in range(4) for n in range(6)), ())


class Overtaken(Workspace):
    """A workspace in which another writer is faster: it records the completion before the lock is ours."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        add_status(Workspace(self.path), status("complete", date(2023, 1, 1)))
        with super().locked():
            yield


def test_of_two_writers_that_contradict_each_other_the_slower_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatusError, match="cannot be with complete"):
        add_status(Overtaken(tmp_path), status("start", date(2024, 1, 1)))
    assert [record["stage"] for record in stored(tmp_path)] == ["complete"]


@pytest.mark.parametrize("before_the_kill", [1, 7, 30])
def test_a_writer_killed_in_its_loop_leaves_a_whole_file(tmp_path: Path, before_the_kill: int) -> None:
    reading, writing = os.pipe()

    def write_on() -> None:
        os.close(reading)
        for number in range(10_000):
            add_status(Workspace(tmp_path), status(note=f"{number} {'长' * 900}"))
            os.write(writing, b".")

    child = in_a_child(write_on)
    os.close(writing)
    told = 0
    while told < before_the_kill:
        told += len(os.read(reading, 1))
    os.kill(child, signal.SIGKILL)
    assert ended(child) == -signal.SIGKILL
    while more := os.read(reading, 4096):
        told += len(more)
    os.close(reading)
    content = (tmp_path / FILE).read_bytes()
    statuses, faults = parse_statuses(content)
    assert content.endswith(b"\n") and faults == []
    assert len(statuses) in (told, told + 1)
    assert [one.note.split()[0] for one in statuses] == [str(number) for number in range(len(statuses))]
    add_status(Workspace(tmp_path), status("complete", date(2024, 1, 1)))
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "documents", FILE}


def test_a_kill_at_any_step_leaves_the_old_records_or_the_new(tmp_path: Path) -> None:
    old, new, step, code = [status()], [status(), status("complete", date(2024, 1, 1))], 0, 9
    while code == 9:
        folder = tmp_path / str(step)
        add_status(Workspace(folder), old[0])

        def killed(folder: Path = folder, step: int = step) -> None:
            left = [step]

            def watch(event: str, arguments: tuple[object, ...]) -> None:
                touches = event in ("open", "fcntl.flock") or event.startswith(("os.", "shutil."))
                if touches and any(str(argument).startswith(str(folder)) for argument in arguments):
                    left[0] -= 1
                    if left[0] < 0:
                        os._exit(9)

            sys.addaudithook(watch)
            add_status(Workspace(folder), new[1])

        code = ended(in_a_child(killed))
        assert parse_statuses((folder / FILE).read_bytes()) in ((old, []), (new, [])), step
        add_status(Workspace(folder), new[1])
        assert len(stored(folder)) == 2
        shutil.rmtree(folder)
        step += 1
    assert code == 0
    assert step > 4


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be"):
        add_status(Workspace(tmp_path / "file"), status())


# ---- beside the promises ----------------------------------------------------------------------------------


def test_a_record_turns_the_lights_of_its_stage_and_those_before(island: ProjectView) -> None:
    def states(*statuses: Status) -> dict[str, str]:
        return {row.promise.stage: row.light.state for row in progress(island, statuses, TODAY).promises}

    assert states() == {"land": "overdue", "topped_out": "overdue"}
    assert states(status("start", date(2021, 5, 1))) == {"land": "done", "topped_out": "overdue"}
    assert states(status("open", date(2025, 5, 1))) == {"land": "done", "topped_out": "done"}


def test_a_day_knows_only_the_plans_and_records_of_its_time(island: ProjectView) -> None:
    made = status("start", date(2021, 5, 1))
    early = progress(island, [made], date(2020, 12, 31))
    assert ({row.plan.id for row in early.promises}, early.statuses) == ({"2020"}, ())
    assert [row.light.state for row in early.promises] == ["due_soon"]
    late = progress(island, [made], TODAY)
    assert {row.plan.id for row in late.promises} == {"2020", "2023"}
    assert late.statuses == (made,)
    assert progress(island, [made], date(2019, 12, 31)).promises == ()


def test_a_record_is_given_with_the_promise_that_it_shows(island: ProjectView) -> None:
    record = progress(island, [status("open", date(2025, 5, 1))], TODAY).to_json()
    assert record["project"] == "west-island"
    for row in record["promises"]:
        assert (row["light"]["state"], row["status"]["date"]) == ("done", "2025-05-01")
        assert row["evidence"][2]
    json.dumps(record)


def test_an_older_date_that_a_newer_plan_replaced_is_marked(projects: Projects) -> None:
    rows = progress(projects.get("youth-centre"), (), TODAY).promises
    assert [(row.plan.id, row.replaced_by) for row in rows if row.promise.stage == "complete"] == [
        ("145", "2023"), ("2023", None),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2020-06-30", "2021-12-31", "2023-11-15", "2026-11-22"])
def test_all_promises_stand_in_one_list_those_due_first_before_the_others(
    tmp_path: Path, projects: Projects, day: str
) -> None:
    today = date.fromisoformat(day)
    add_status(Workspace(tmp_path), status("open", date(2020, 5, 1)))
    rows = list_promises(projects, read_statuses(Workspace(tmp_path), projects.views), today)
    published = [e for v in projects.views.values() for e in v.history if e.plan.published <= today]
    assert len(rows) == sum(len(entry.promises) for entry in published) > 0
    assert [row.promise.last for row in rows] == sorted(row.promise.last for row in rows)
    assert {row.project.id for row in rows if row.light.state == "done"} == {"west-island"}
    studied = [row for row in rows if row.promise.commitment == "explore"]
    assert not any(row.light.state == "overdue" for row in studied)
    for row in rows:
        if row.light.state == "overdue":
            assert row.promise.last < today and "未见记录" in row.light.words


def test_an_unknown_project_is_told_with_the_nearest(projects: Projects) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'west-island'"):
        projects.get("west-islan")
