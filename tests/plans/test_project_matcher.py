"""Names of known projects in a task: whole names, members of lists, what is left of a name, and no others."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_projects import HALL, task, work_plan

from plans.project_matcher import ProjectMatcher, core_of
from plans.projects import Alias, Project
from plans.records import Task

PLAN = work_plan(2030)


def entry(
    key: str, name: str, kind: str = "culture", *aliases: Alias, places: tuple[str, ...] = ()
) -> Project:
    return Project(key, name, key, kind, aliases, places)


REGISTER = [
    entry("hospital", "六院临港院区", "hospital"),
    entry("hospital-2", "六院临港院区二期", "hospital"),
    entry("school", "上中东校", "school"),
    entry("school-senior", "上中东校高中部", "school"),
    entry("t1", "中运量T1线", "transit", Alias("T1", "short", "sentence:中运量|公交;not-after:航站楼")),
    entry("t2", "中运量T2线", "transit", Alias("T2", "short", "sentence:中运量|公交;not-after:航站楼")),
    entry("clinic-a", "申港社区卫生服务中心", "hospital"),
    entry("clinic-b", "万祥社区卫生服务中心", "hospital"),
    entry("gate", "临港东引河泵闸工程", "water", places=("east-channel",)),
    entry("ring", "荣耀之环", "office"),
]


def found(text: str, places: tuple[str, ...] = ()) -> dict[str, str]:
    item = Task("x-1", "x", "1", ("一",), text.partition("。")[0], text)
    matcher = ProjectMatcher({project.id: project for project in REGISTER})
    return {p.project: p.rule for p in matcher.propose(item, places)}


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("荣耀之环封顶。", {"ring": "name"}),
        ("加快六院临港院区二期建设。", {"hospital-2": "name"}),
        ("加快六院临港院区建设。", {"hospital": "name"}),
        ("上中东校高中部开办。", {"school-senior": "name"}),
        ("上中东校开办。", {"school": "name"}),
        ("申港、万祥社区卫生服务中心建成。", {"clinic-a": "list", "clinic-b": "name"}),
        ("中运量T1和T2线组网。", {"t1": "list", "t2": "name"}),
        ("榮耀之環封頂。", {"ring": "name"}),
        ("荣耀 之环封顶。", {"ring": "name"}),
    ],
)
def test_a_name_is_found_and_its_longer_siblings_are_told_apart(text, wanted):
    assert found(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "荣耀之环二期封顶。",
        "上中东校初中部开办。",
        "六院临港院区三期开工。",
        "T1航站楼改造。",
        "公交T12线开通。",
        "公交AT1线开通。",
        "申港、万祥两地新设服务点。",
        "申港开工。另建万祥医院和社区卫生服务中心。",
    ],
)
def test_a_part_that_nobody_listed_and_a_stretch_of_another_name_are_not_found(text):
    assert not set(found(text)) & {"ring", "school", "hospital", "t1", "clinic-a"}


PHASES = [
    entry("bay", "云帆湾", "district"),
    Project("bay-1", "云帆湾一期", "", "office", predecessors={"split_from": ("bay",)}),
    Project("homes", "先行住宅区", "", "housing", predecessors={"split_from": ("bay",)}),
    Project("ring", "海棠环", "", "office", predecessors={"part_of": ("bay",)}),
]


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("云帆湾一期封顶。", [("bay", "云帆湾", "phase"), ("bay-1", "云帆湾一期", "name")]),
        ("先行住宅区封顶。", [("bay", "先行住宅区", "phase"), ("homes", "先行住宅区", "name")]),
        ("建设云帆湾。先行住宅区封顶。", [("bay", "云帆湾", "name"), ("homes", "先行住宅区", "name")]),
        ("海棠环封顶。", [("ring", "海棠环", "name")]),
    ],
)
def test_who_names_a_phase_speaks_of_the_whole(text, wanted):
    matcher = ProjectMatcher({project.id: project for project in PHASES})
    proposals = matcher.propose(Task("x-1", "x", "1", ("一",), text.partition("。")[0], text))
    assert sorted((p.project, p.words, p.rule) for p in proposals) == sorted(wanted)


def test_every_proposal_shows_its_rule_confidence_and_words():
    item = task(PLAN, "建设设施。申港、万祥社区卫生服务中心建成，中运量T1线开通。")
    proposals = ProjectMatcher({project.id: project for project in REGISTER}).propose(item)
    assert [item.text[p.start : p.end] for p in proposals] == [p.words for p in proposals]
    sure = {p.project: p.confidence for p in proposals}
    assert sure["clinic-b"] > sure["clinic-a"] > 0.9
    assert proposals == sorted(proposals, key=lambda p: p.start)


def test_what_is_left_of_a_name_counts_where_kind_and_place_agree():
    assert found("启动建设东引河泵闸项目。", ("east-channel",)) == {"gate": "core"}
    assert found("启动建设东引河泵闸项目。", ("far-away",)) == {}
    assert found("提到东引河泵闸养护。", ("east-channel",)) == {}
    assert core_of("上海临港东引河泵闸工程（一期）项目") == core_of("东引河泵闸") == "东引河泵闸"


def test_the_looser_rule_is_less_sure():
    item = task(PLAN, "建设水利。启动建设东引河泵闸项目。")
    (proposal,) = ProjectMatcher({project.id: project for project in REGISTER}).propose(item)
    assert proposal.rule == "core" and proposal.confidence < 0.9


def test_places_are_compared_as_the_caller_says():
    item = task(PLAN, "建设水利。启动建设东引河泵闸项目。")
    register = {project.id: project for project in REGISTER}
    assert ProjectMatcher(register, compatible=lambda p, at: False).propose(item, ("east-channel",)) == []


def test_things_with_a_milestone_that_no_project_covers_are_candidates_and_none_is_lost():
    item = task(PLAN, "建设设施。云帆馆开工，海棠路小学年内建成，一批重大项目投运。")
    matcher = ProjectMatcher({HALL.id: HALL})
    mentions = [proposal.mention for proposal in matcher.propose(item)]
    candidates = matcher.propose_new(item, mentions)
    assert [c.what for c in candidates] == ["海棠路小学", "一批重大项目"]
    assert candidates[0].score > candidates[1].score == 0
    assert {c.what for c in candidates} | {"云帆馆"} == {m.what for m in item.milestones}


@given(
    st.lists(st.sampled_from([p.name for p in REGISTER]), max_size=6), st.text("，。、和年内开工", max_size=8)
)
def test_matches_never_overlap_and_quote_the_text(names, between):
    text = "建设。" + between.join(names)
    item = Task("x-1", "x", "1", ("一",), "建设", text)
    proposals = ProjectMatcher({project.id: project for project in REGISTER}).propose(item)
    assert all(text[p.start : p.end] == p.words for p in proposals)
    assert all(a.end <= b.start for a, b in pairwise(proposals))


def test_a_register_without_projects_finds_nothing():
    assert ProjectMatcher({}).propose(task(PLAN, "云帆馆开工。")) == []
