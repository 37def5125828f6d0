"""The two published work plans, read whole. Runs where the documents lie beside the checkout."""

import pytest

from plans.document import read_document
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
        ("2023-116", "东引河头部取水泵闸、西引河排涝泵闸", "start", None),
    ],
)
def test_promised_steps_are_found(originals, task_id, what, stage, due):
    plan_id = task_id.split("-")[0]
    tasks, _ = read_plan(read_document(originals / PLANS[plan_id][0]))
    (task,) = [task for task in tasks if task.id == task_id]
    assert (what, stage, due) in [(step.what, step.stage, step.due) for step in task.milestones]


@pytest.mark.parametrize("name", ["145-five-year-plan.html", "national-action-plan.txt", "2023-digest.txt"])
def test_documents_of_another_build_are_read_without_raising(originals, name):
    tasks, report = read_plan(read_document(originals / name))
    assert len(tasks) == report.items and report.faults
