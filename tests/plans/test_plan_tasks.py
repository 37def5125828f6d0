"""Documents to tasks, and tasks to and from JSON lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import read_document
from plans.errors import TaskError
from plans.records import Milestone, Target, Task
from plans.tasks import dump_tasks, parse_tasks, read_plan, read_tasks

TEXT = "海滨新城2031年工作要点\n一、建设\n1、修月亮桥。月亮桥年内开工，新增步道3公里。\n2、办学\n"


def plan_of(text, name="plan.txt", **options):
    return read_plan(read_document(text.encode(), name=name), **options)


def test_plan_gives_tasks_with_ids_spans_and_promises():
    tasks, report = plan_of(TEXT)
    assert [task.id for task in tasks] == ["2031-1", "2031-2"]
    first = tasks[0]
    assert TEXT[slice(*first.span)] == first.text and first.source == "plan.txt"
    assert first.milestones == (Milestone("月亮桥", "start", "2031", (5, 12)),)
    assert [(target.what, target.value, target.unit) for target in first.targets] == [("步道", 3, "公里")]
    assert (report.plan, report.year, report.items, report.faults) == ("2031", 2031, 2, ())


def test_report_counts_every_character_and_quotes_what_was_left_out():
    _, report = plan_of(TEXT)
    assert report.characters_used + report.characters_left_out == len(TEXT)
    lines = report.lines(TEXT)
    assert lines[0].startswith("plan.txt: plan 2031, 2 items")
    assert any("front matter" in line and "海滨新城" in line for line in lines)


@pytest.mark.parametrize(
    "title, name, plan",
    [
        ("某地2031年工作要点", "x.txt", "2031"),
        ("某地2031年度重点工作安排", "x.txt", "2031"),
        ("某地行动方案", "Harbour Plan (final).txt", "harbour-plan-final"),
    ],
)
def test_plan_id_comes_from_the_title_or_else_the_name(title, name, plan):
    tasks, _ = plan_of(f"{title}\n一、甲\n1.修桥。\n", name=name)
    assert tasks[0].id == f"{plan}-1"


def test_chinese_file_name_gives_a_plan_id_in_ascii():
    tasks, _ = plan_of("行动方案\n1.修桥。\n", name="方案.txt")
    assert tasks[0].plan.isascii() and tasks[0].plan.startswith("plan-")


def test_given_plan_and_year_win_over_the_title():
    tasks, _ = plan_of(TEXT, plan_id="next", year=2040)
    assert tasks[0].id == "next-1" and tasks[0].milestones[0].due == "2040"


def test_number_used_twice_still_gives_ids_that_are_unique():
    tasks, report = plan_of("2031年工作要点\n一、甲\n1.修桥。\n2.清淤。\n2.修路。\n3.种树。\n")
    assert [task.id for task in tasks] == ["2031-1", "2031-2", "2031-2-2", "2031-3"]
    assert [fault.line for fault in report.faults] == [5]


def test_body_is_the_text_behind_the_title_and_knows_its_place():
    task = plan_of(TEXT)[0][0]
    assert task.body == "月亮桥年内开工，新增步道3公里。"
    assert task.text[task.body_start :] == task.body
    assert plan_of(TEXT)[0][1].body == ""


PIECES = (
    "2031年工作要点\n一、建设\n1、修桥 、修路 。东桥\n、西桥年内开工。\n请关注:某地\n"
    "再修一座。\n2、办学。年内开学。\n"
)


def test_title_has_no_stray_spaces_and_the_body_begins_behind_it():
    task = plan_of(PIECES)[0][0]
    assert task.title == "修桥、修路"
    assert task.body == "东桥、西桥年内开工。\n再修一座。" == task.text[task.body_start :]


def test_characters_of_a_text_in_pieces_are_found_in_the_document():
    task = plan_of(PIECES)[0][0]
    assert len(task.pieces) == 3 and task.span == (task.pieces[0][0], task.pieces[-1][1])
    for start in range(len(task.text)):
        for end in range(start + 1, len(task.text) + 1):
            spans = task.find_in_document(start, end)
            assert "".join(PIECES[first:last] for first, last in spans) == task.text[start:end]


def test_pieces_survive_the_file_and_are_written_only_where_there_are_several():
    tasks, _ = plan_of(PIECES)
    lines = dump_tasks(tasks).decode().splitlines()
    assert ["pieces" in json.loads(line) for line in lines] == [True, False]
    assert parse_tasks(lines, "in.jsonl") == tasks


def test_tasks_survive_the_file_unchanged(tmp_path):
    tasks, _ = plan_of(TEXT)
    file = tmp_path / "tasks.jsonl"
    file.write_bytes(dump_tasks(tasks))
    assert read_tasks(file) == tasks
    assert dump_tasks(read_tasks(file)) == file.read_bytes()


def test_keys_of_a_line_stand_in_the_order_of_the_contract():
    record = json.loads(dump_tasks(plan_of(TEXT)[0]).decode().splitlines()[0])
    assert list(record) == (
        ["id", "plan", "number", "path", "title", "text", "span", "milestones", "targets", "source"]
    )


def test_line_with_id_and_text_alone_is_a_task():
    (task,) = parse_tasks(['{"id": "t1", "text": "修一座桥。要快。"}'], "in.jsonl")
    assert (task.title, task.span, task.milestones) == ("修一座桥", None, ())


@pytest.mark.parametrize(
    "line, says",
    [
        ('{"text": "甲"}', "'id' is missing"),
        ('{"id": "a"}', "'text' is missing"),
        ('{"id": "a", "text": " "}', "must not be empty"),
        ('{"id": 7, "text": "甲"}', "'id': expected a string, got 7"),
        ('{"id": "a", "text": "甲", "title": "乙"}', "must begin with 'title'"),
        ('{"id": "a", "text": "甲", "path": "乙"}', "'path': expected a list"),
        ('{"id": "a", "text": "甲", "path": [1]}', "list of strings"),
        ('{"id": "a", "text": "甲", "span": [3, 1]}', "'span'"),
        ('{"id": "a", "text": "甲", "milestones": [3]}', "'milestones'"),
        ('{"id": "a", "text": "甲", "milestones": [{"what": "x", "stage": "sleep"}]}', "'stage' 'sleep'"),
        (
            '{"id": "a", "text": "甲", "milestones": [{"what": "x", "stage": "open", "evidence": [0, 9]}]}',
            "within the text's 1 characters",
        ),
        (
            '{"id": "a", "text": "甲", "targets":'
            ' [{"what": "x", "op": "==", "value": true, "unit": "家", "evidence": [0, 1]}]}',
            "'value': expected a number, got true",
        ),
        ('{"id": "a", "text": "甲"', "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ('{"id": "a", "text": "甲", "weight": NaN}', "not a JSON object"),
        ('{"id": "a", "text": "\\ud800"}', "surrogate"),
        ("[]", "expected a JSON object"),
    ],
)
def test_broken_line_is_refused_with_file_and_line(line, says):
    with pytest.raises(TaskError, match=says) as caught:
        parse_tasks(['{"id": "ok", "text": "好"}', "", line], "in.jsonl")
    assert str(caught.value).startswith("in.jsonl, line 3: ")


def test_id_used_twice_is_refused_and_names_both_lines():
    line = '{"id": "a", "text": "甲"}'
    with pytest.raises(TaskError, match=r"line 2: task id 'a' was used on line 1"):
        parse_tasks([line, line], "in.jsonl")


def test_unreadable_task_file_is_refused(tmp_path):
    with pytest.raises(TaskError, match="cannot be read"):
        read_tasks(tmp_path / "none.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes('{"id": "a", "text": "甲"}'.encode("gbk"))
    with pytest.raises(TaskError, match="not UTF-8"):
        read_tasks(tmp_path / "gbk.jsonl")


SPANS = st.tuples(st.integers(0, 3), st.integers(3, 6))
TASKS = st.builds(
    Task,
    id=st.uuids().map(str),
    plan=st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    number=st.sampled_from(["1", "5.1.p1"]),
    path=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)).map(tuple),
    title=st.just("修桥"),
    text=st.just("修桥。甲\u2028乙"),
    span=st.none() | SPANS,
    milestones=st.lists(
        st.builds(Milestone, st.just("桥"), st.just("start"), st.none() | st.just("2031-H1"), SPANS)
    ).map(tuple),
    targets=st.lists(
        st.builds(
            Target,
            st.just("桥"),
            st.just("~"),
            st.integers(),
            st.just("座"),
            st.none(),
            SPANS,
            st.none() | st.just(9.5),
        )
    ).map(tuple),
)


@given(st.lists(TASKS, unique_by=lambda task: task.id))
def test_any_tasks_come_back_from_their_lines(tasks):
    assert parse_tasks(dump_tasks(tasks).decode().split("\n"), "x") == tasks


@given(st.text(st.sampled_from("一二、(（)）12345.．。\n 甲乙桥开工年内家请关注:来源")))
def test_reading_twice_gives_identical_bytes_and_never_raises(text):
    document = read_document(("始" + text).encode(), name="x.txt")
    assert dump_tasks(read_plan(document)[0]) == dump_tasks(read_plan(document)[0])
    ids = [task.id for task in read_plan(document)[0]]
    assert len(set(ids)) == len(ids)
