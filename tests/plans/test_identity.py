"""Which plan a document is: by its title, by its years, by its likeness to a plan at hand."""

from types import SimpleNamespace

import pytest

from plans.document import read_document
from plans.identity import guess_plan, plan_period, recognise_plan
from plans.tasks import read_plan

ITEMS = "一、交通\n1.修路。年内完成。\n2.修桥。年内完成。\n"


def document_of(text, name="方案.txt"):
    return read_document(text.encode(), name=name)


@pytest.mark.parametrize(
    "title, plan, years",
    [
        ("海滨新城2031年工作要点", "2031", (2031, 2031)),
        ("海滨新城2031年度重点工作安排", "2031", (2031, 2031)),
        ("海滨新城2031年工作要点全文：36项任务", "2031", (2031, 2031)),
        ("关于印发《海滨新城2031年工作计划》的通知", "2031", (2031, 2031)),
        ("2031年政府工作报告", "2031", (2031, 2031)),
        ("海滨新城发展“十四五”规划", "145", (2021, 2025)),
        ("海滨新城发展_十四五_规划", "145", (2021, 2025)),
        ("海滨市国民经济和社会发展第十五个五年规划纲要", "155", (2026, 2030)),
        ("海滨新城产业发展行动计划（2024—2026年）", "2024-2026", (2024, 2026)),
        ("海滨新城2024-2026年实施方案", "2024-2026", (2024, 2026)),
        ("海滨新城行动方案(２０２４－２０２６年)", "2024-2026", (2024, 2026)),
    ],
)
def test_title_names_plan_and_years(title, plan, years):
    document = document_of(f"{title}\n各有关单位：\n{ITEMS}")
    assert guess_plan(document) == (plan, years[0]) and plan_period(document) == years


@pytest.mark.parametrize(
    "text",
    [
        "海滨新城行动方案\n去年发布了2031年工作要点，今年接着做好各项工作。\n",
        "海滨新城行动方案\n1.编制“十五五”规划\n",
        "海滨新城行动方案\n",
    ],
)
def test_plan_that_is_only_spoken_of_is_not_this_plan(text):
    assert guess_plan(document_of(text, "Harbour Plan (final).txt"))[0] == "harbour-plan-final"


def test_years_to_come_are_counted_from_the_printed_date():
    text = "發布時間：2024/4/23\n海滨新城行动计划\n现就今后3年的重点工作任务提出如下行动计划。\n" + ITEMS
    assert plan_period(document_of(text)) == (2024, 2026)


@pytest.mark.parametrize("name", ["2031-digest.txt", "2031.txt"])
def test_news_digest_of_a_plan_is_not_the_plan_but_shares_its_year(name):
    text = "海滨新城2031年工作要点\n• 修好道路，建好车站，年内完成。\n• 清理河道，种植树木，年内完成。\n"
    tasks, report = read_plan(document_of(text, name))
    assert [task.id for task in tasks] == ["2031-digest-1", "2031-digest-2"]
    assert (report.year, report.until) == (2031, 2031)


def test_report_says_the_last_year_of_a_period():
    _, report = read_plan(document_of("海滨新城发展“十四五”规划\n" + ITEMS))
    assert (report.plan, report.year, report.until) == ("145", 2021, 2025)


KNOWN = {"p": {"1": "修好道路、桥梁", "2": "清理河道", "3": "發展產業", "4": "办好学校", "5": "建设医院"}}


def entries(*titles):
    return [SimpleNamespace(number=str(at), title=title) for at, title in enumerate(titles, start=1)]


def test_same_numbers_and_titles_are_the_same_plan():
    assert (
        recognise_plan(entries("修好道路 、桥梁", "清理河道", "发展产业", "办好学校", "建设医院"), KNOWN)
        == "p"
    )


@pytest.mark.parametrize(
    "titles",
    [
        ("修好道路、桥梁", "清理河道", "发展产业"),
        ("种植树木", "清理河道", "发展旅游", "办好学校", "建设医院"),
        ("清理河道", "修好道路、桥梁", "办好学校", "发展产业", "建设医院"),
        (),
    ],
)
def test_other_titles_order_or_length_are_another_plan(titles):
    assert recognise_plan(entries(*titles), KNOWN) is None


def test_recognised_document_gets_the_id_of_the_plan():
    tasks, report = read_plan(document_of(ITEMS), built_in_titles={"old": {"1": "修路", "2": "修桥"}})
    assert report.plan == "old" and tasks[0].id == "old-1"
