"""The published plans, read whole. Runs where the documents lie beside the checkout."""

import json
from collections import Counter

import pytest

from lingang.locations import data_dir
from plans.document import read_document
from plans.outline import read_outline
from plans.tasks import dump_tasks, read_plan

pytestmark = pytest.mark.originals

PLANS = {"2020": ("2020-work-plan.txt", 36, 13, 4), "2023": ("2023-work-plan.txt", 150, 18, 3)}


@pytest.fixture(params=PLANS)
def plan(request, originals):
    document = read_document(originals / PLANS[request.param][0])
    return request.param, document, *read_plan(document)


def test_every_item_is_read_and_numbered_through(plan):
    plan_id, _, tasks, report = plan
    _, count, sections, parts = PLANS[plan_id]
    assert [task.id for task in tasks] == [f"{plan_id}-{number}" for number in range(1, count + 1)]
    assert len({task.path for task in tasks}) == sections and len({task.path[0] for task in tasks}) == parts
    assert all(len(task.path) == 2 for task in tasks)
    assert report.faults == () and report.year == int(plan_id)


def test_texts_are_where_their_spans_say_and_hold_no_advertisement(plan):
    _, document, tasks, report = plan
    assert all(document.text[slice(*task.span)] == task.text for task in tasks)
    assert not any("关注:" in task.text or "责任编辑" in task.text or "来源:" in task.text for task in tasks)
    assert report.characters_used + report.characters_left_out == len(document.text)


def test_reading_twice_gives_identical_bytes(plan):
    _, document, tasks, _ = plan
    assert dump_tasks(tasks) == dump_tasks(read_plan(document)[0])


@pytest.mark.parametrize(
    "task_id, title",
    [
        ("2020-1", "发布建设“五个重要”行动方案"),
        ("2020-22", "构建便捷交通网络"),
        ("2020-36", "加强干部队伍建设"),
        ("2023-1", "持续推动《临港新片区总体方案》落地落实"),
        ("2023-60", "“走出去”发展壮大"),
        ("2023-112", "完善内部公共交通体系"),
        ("2023-122", "深化创新VOCs(挥发性有机物)治理"),
        ("2023-150", "提升区域应急消防救援能力"),
    ],
)
def test_titles_are_as_printed(originals, task_id, title):
    plan_id = task_id.split("-")[0]
    tasks, _ = read_plan(read_document(originals / PLANS[plan_id][0]))
    assert {task.id: task.title for task in tasks}[task_id] == title


@pytest.mark.parametrize(
    "task_id, what, stage, due",
    [
        ("2020-24", "滴水湖中国名家主题雕塑园(暂名)", "open", "2020-09"),
        ("2020-7", "一体化信息管理服务平台2.0版", "operate", "2020-H1"),
        ("2023-59", "项目", "start", "2023"),
        ("2023-98", "泥城养老院", "operate", None),
        ("2023-107", "滴水湖广场", "complete", "2023"),
        ("2023-116", "西引河排涝泵闸", "start", None),
    ],
)
def test_promised_steps_are_found(originals, task_id, what, stage, due):
    plan_id = task_id.split("-")[0]
    tasks, _ = read_plan(read_document(originals / PLANS[plan_id][0]))
    (task,) = [task for task in tasks if task.id == task_id]
    assert (what, stage, due) in [(step.what, step.stage, step.due) for step in task.milestones]


OTHERS = {
    "145": ("145-five-year-plan.html", 69, 2021, 2025),
    "national": ("national-action-plan.txt", 25, 2024, 2026),
    "2023-digest": ("2023-digest.txt", 7, 2023, 2023),
}


def titles_of(plan_id):
    lines = (data_dir() / "plans" / f"{plan_id}.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["number"]: record["title"] for record in map(json.loads, lines)}


@pytest.fixture(params=OTHERS)
def other(request, originals):
    name, count, *years = OTHERS[request.param]
    known = {plan_id: titles_of(plan_id) for plan_id in ("2020", "2023", "145", "national")}
    document = read_document(originals / name)
    return request.param, count, tuple(years), document, *read_plan(document, built_in_titles=known)


def test_other_documents_are_read_whole_and_under_their_plan(other):
    plan_id, count, years, document, tasks, report = other
    assert (report.plan, len(tasks), (report.year, report.until)) == (plan_id, count, years)
    assert report.characters_used + report.characters_left_out == len(document.text)
    for task in tasks:
        pieces = task.pieces or (task.span,)
        assert "".join(document.text[start:end] for start, end in pieces) == task.text
        assert task.text.startswith(task.title) and task.id == f"{plan_id}-{task.number}"
    assert dump_tasks(tasks) == dump_tasks(read_plan(document, plan_id)[0])


def test_paragraphs_of_the_five_year_plan_are_counted_by_section(originals):
    tasks, report = read_plan(read_document(originals / OTHERS["145"][0]))
    sections = Counter(task.number.split(".")[0] for task in tasks)
    assert [sections[number] for number in "123456"] == [6, 10, 8, 13, 22, 10]
    assert {task.path[0] for task in tasks} == {"三、主要任务"} and report.faults == ()
    reasons = {piece.reason for piece in report.left_out}
    assert {"background, no task", "supporting measures, no task"} <= reasons
    assert next(task.title for task in tasks if task.number == "5.2.p1") == "打造高效畅达的对外交通枢纽"


def test_national_plan_is_read_once_although_it_is_printed_twice(originals):
    document = read_document(originals / OTHERS["national"][0])
    tasks, report = read_plan(document)
    assert [task.number for task in tasks] == [str(number) for number in range(1, 26)]
    assert any("print again what begins on line" in fault.what for fault in report.faults)
    printed_twice = [piece for piece in report.left_out if piece.reason == "printed twice"]
    assert sum(end - start for (start, end), _ in printed_twice) > 0.4 * len(document.text)
    assert len({task.path for task in tasks}) == 4


@pytest.mark.parametrize("plan_id", ["2020", "2023", "145", "national"])
def test_titles_are_those_of_the_built_in_plan(originals, plan_id):
    name = PLANS[plan_id][0] if plan_id in PLANS else OTHERS[plan_id][0]
    tasks, _ = read_plan(read_document(originals / name))
    assert {task.number: task.title for task in tasks} == titles_of(plan_id)


@pytest.mark.parametrize("columns", [34, 46])
@pytest.mark.parametrize("plan_id", ["2023", "145"])
def test_wrapped_at_one_width_a_plan_gives_the_same_items(originals, plan_id, columns):
    name = PLANS[plan_id][0] if plan_id in PLANS else OTHERS[plan_id][0]
    document = read_document(originals / name)
    indent = "\u3000\u3000" if plan_id == "145" else ""  # as they are printed
    lines = [indent + "".join(line.split()) for line in document.text.split("\n") if line.strip()]
    wrapped = "\n".join(line[at : at + columns] for line in lines for at in range(0, len(line), columns))
    expected = [(item.number, "".join(item.title.split())) for item in read_outline(document).items]
    found = read_outline(read_document(wrapped.encode(), name="wrapped.txt")).items
    assert [(item.number, "".join(item.title.split())) for item in found] == expected
