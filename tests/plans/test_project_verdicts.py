"""Verdicts between plans: one small pair of plans for each, and the rules of order and intervals."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_projects import HALL, period_plan, read_histories, read_verdicts, work_plan

from plans.project_history import PlanEntry, Promise
from plans.project_verdicts import Months, compare, latest_course, months_between
from plans.projects import Alias, Mention, Project
from plans.records import STAGES

Y0, Y1, Y3 = work_plan(2030), work_plan(2031), work_plan(2033)
FIVE = period_plan(2031, 2035)

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
spans = st.tuples(days, st.integers(0, 400)).map(lambda x: (x[0], x[0] + timedelta(days=x[1])))
stages = st.sampled_from(STAGES)


def kinds(said, *projects):
    return [verdict.kind for verdict in read_verdicts(said, *projects)]


# ---- one pair of plans for each verdict --------------------------------------------------------------------


def test_the_same_step_of_the_same_time_goes_on():
    assert kinds({Y1: "建设文化。云帆馆建成。", FIVE: "建设文化。云帆馆建成。"}) == ["continued"]


def test_a_later_step_is_an_advance_with_the_words_of_both_plans():
    verdict = read_verdicts({Y0: "建设文化。云帆馆年内开工。", Y1: "建设文化。云帆馆年内封顶。"})[-1]
    assert verdict.kind == "advanced"
    assert (verdict.before[0].task, verdict.after[0].task) == ("2030-1", "2031-1")
    assert "开工" in verdict.before[0].words and "封顶" in verdict.after[0].words


def test_the_same_step_promised_for_an_earlier_time_is_an_advance():
    said = {Y0: "建设文化。云帆馆2033年3月建成。", Y1: "建设文化。云帆馆2032年6月建成。"}
    assert (read_verdicts(said)[-1].kind, read_verdicts(said)[-1].months) == ("advanced", Months(9, 9))


def test_a_year_within_those_of_a_five_year_plan_is_an_advance_before_its_last_year_only():
    verdict = read_verdicts({FIVE: "建设文化。云帆馆建成。", Y3: "建设文化。云帆馆年内建成。"})[-1]
    assert (verdict.kind, verdict.months) == ("advanced", None)
    last = {FIVE: "建设文化。云帆馆建成。", work_plan(2035): "建设文化。云帆馆年内建成。"}
    assert kinds(last)[-1] == "continued"


def test_a_step_beyond_the_start_of_works_that_went_on_is_an_advance():
    said = {Y0: "建设文化。推进云帆馆建设。", Y1: "建设文化。云帆馆封顶。"}
    verdict = read_verdicts(said)[-1]
    assert (verdict.kind, verdict.before[0].words) == ("advanced", "推进云帆馆建设")
    assert "没有写明阶段" in verdict.zh
    assert kinds({Y0: said[Y0], Y1: "建设文化。云帆馆开工。"}) == ["continued"]
    assert kinds({Y0: "办好活动。云帆馆举办展览。", Y1: said[Y1]}) == ["continued"]


def test_a_phase_shows_the_advance_of_the_whole():
    phase = Project("hall-1", "云帆馆一期", "", "culture", predecessors={"split_from": ("hall",)})
    said = {Y0: "建设文化。推进云帆馆建设。", Y1: "建设文化。云帆馆一期封顶。"}
    verdict = next(v for v in read_verdicts(said, HALL, phase) if v.kind == "advanced")
    assert "其中“一期”封顶" in verdict.zh


def test_two_official_names_unlike_each_other_are_a_renaming_and_spellings_are_not():
    def renamed(*names: tuple[str, str]) -> bool:
        thing = Project("hall", "云帆馆", "", "culture", tuple(Alias(*name) for name in names))
        first, second = names[0][0], names[1][0]
        said = {Y0: f"建设文化。{first}开工。", Y1: f"建设文化。{second}建成。"}
        return "renamed" in kinds(said, thing)

    assert renamed(("南岸支线", "official"), ("双港快线", "official"))
    assert not renamed(("南岸支线", "short"), ("双港快线", "official"))
    assert not renamed(("国际海贸服务中心", "official"), ("国际海贸中心", "official"))


def test_the_same_step_promised_again_a_year_on_has_slipped_by_so_many_months():
    verdict = read_verdicts({Y0: "建设文化。云帆馆上半年开工。", Y1: "建设文化。云帆馆9月底前开工。"})[-1]
    assert (verdict.kind, verdict.months) == ("slipped", Months(15, 20))
    assert "晚了 15 到 20 个月" in verdict.zh
    assert "15 to 20 months later" in verdict.en


def test_a_start_after_a_promised_completion_has_slipped_by_at_least_so_much():
    verdict = read_verdicts({Y0: "建设文化。云帆馆年内建成。", Y1: "建设文化。云帆馆年内开工。"})[-1]
    assert (verdict.kind, verdict.months) == ("slipped", Months(1, None))
    assert "at least 1 months later" in verdict.en


def test_a_former_name_and_a_new_one_are_a_renaming():
    verdict = read_verdicts({Y0: "建设文化。海风馆年内开工。", Y1: "建设文化。云帆馆年内建成。"})[-1]
    assert verdict.kind == "renamed"
    assert (verdict.before[0].words, verdict.after[0].words) == ("海风馆", "云帆馆")


def test_two_new_parts_of_a_thing_are_a_split():
    parts = [
        Project(f"hall-{n}", f"云帆馆{p}期", "", "culture", predecessors={"split_from": ("hall",)})
        for n, p in ((1, "一"), (2, "二"))
    ]
    said = {Y0: "建设文化。云帆馆开工。", Y1: "建设文化。云帆馆一期封顶，云帆馆二期开工。"}
    verdict = next(v for v in read_verdicts(said, HALL, *parts) if v.kind == "split")
    assert [place.words for place in verdict.after] == ["云帆馆一期", "云帆馆二期"]
    assert "split" not in kinds({Y0: said[Y0], Y1: "建设文化。云帆馆一期封顶。"}, HALL, *parts)


def test_a_thing_that_went_into_another_is_a_merger():
    small = Project("small", "海燕厅", "", "culture", predecessors={"merged_into": ("hall",)})
    found = read_verdicts({Y0: "建设文化。海燕厅开工。", Y1: "建设文化。云帆馆开工。"}, small, HALL)
    assert [(v.kind, v.after[0].words) for v in found if v.kind == "merged"] == [("merged", "云帆馆")]


def test_silence_in_the_next_plan_of_the_same_kind_is_dropped_from_sight():
    verdict = read_verdicts({Y0: "建设文化。云帆馆年内开工。", Y1: ""})[-1]
    assert (verdict.kind, verdict.earlier, verdict.later) == ("dropped", "2030", "2031")
    assert verdict.before and not verdict.after


def test_silence_after_a_promised_completion_may_be_the_end_of_the_works_and_is_not_called_so():
    verdict = read_verdicts({Y0: "建设文化。云帆馆年内建成。", Y1: ""})[-1]
    assert verdict.kind == "unnamed"
    assert "可能已完成" in verdict.zh and "没有记载" in verdict.zh
    later = read_verdicts({Y0: "建设文化。云帆馆2034年建成。", Y1: ""})[-1]
    assert "可能已完成" not in later.zh and "期限还没有到" in later.zh


def test_another_kind_of_plan_drops_nothing():
    assert kinds({Y0: "建设文化。云帆馆年内开工。", FIVE: ""}) == []
    assert kinds({FIVE: "建设文化。云帆馆开工。", Y3: ""}) == []


def test_a_plan_that_names_a_part_has_not_dropped_the_whole():
    part = Project("garden", "屋顶花园", "", "park", predecessors={"part_of": ("hall",)})
    said = {Y0: "建设文化。云帆馆年内开工。", Y1: "建设文化。屋顶花园开工。"}
    (verdict,) = read_verdicts(said, HALL, part)
    assert (verdict.kind, verdict.after[0].words) == ("continued", "屋顶花园")


def test_a_thing_that_no_earlier_plan_names_is_newly_added():
    verdict = read_verdicts({Y0: "", FIVE: "建设文化。云帆馆开工。"})[0]
    assert (verdict.kind, verdict.earlier, verdict.later) == ("added", "2030", "p2031")
    assert verdict.after[0].words.startswith("云帆馆")


def test_the_first_plan_of_all_adds_nothing():
    assert kinds({Y0: "建设文化。云帆馆开工。"}) == []


def test_a_plan_without_a_stage_hides_no_change():
    said = {
        Y0: "建设文化。云帆馆开工。",
        FIVE: "建设文化。统筹云帆馆等设施。",
        Y3: "建设文化。云帆馆封顶。",
    }
    found = read_verdicts(said)
    assert ("advanced", "2030", "2033") in [(v.kind, v.earlier, v.later) for v in found]
    course = latest_course(found)
    assert course and course.kind == "advanced"


def test_a_slip_since_the_last_work_plan_is_not_hidden_by_a_five_year_plan_in_between():
    found = read_verdicts(dict.fromkeys((Y1, FIVE, Y3), "建设文化。云帆馆开工。"))
    slips = [(v.earlier, v.later, v.months) for v in found if v.kind == "slipped"]
    assert slips == [("2031", "2033", Months(13, 35))]
    course = latest_course(found)
    assert course and course.kind == "slipped"


# ---- rules of order and intervals --------------------------------------------------------------------------


def entry(plan, stage, span):
    promise = Promise(plan.id, f"{plan.id}-1", "馆", stage, "x", "firm", (0, 1), "馆", *span)
    return PlanEntry(plan, (Mention(f"{plan.id}-1", 0, 1, "馆"),), (promise,))


@given(spans, spans)
def test_months_later_are_bounds_of_every_pair_of_days(one, other):
    moved = months_between(one, other)
    assert 0 <= moved.at_least <= moved.at_most
    true = [(b.year - a.year) * 12 + b.month - a.month for a in one for b in other]
    assert moved.at_least <= max(0, *true) and moved.at_most >= max(true)


@given(stages, spans, stages, spans)
def test_a_pair_is_slipped_advanced_or_continued_as_stage_and_time_say(old, span, new, later):
    verdict = compare(entry(Y0, old, span), entry(Y1, new, later))
    later_stage = STAGES.index(new) > STAGES.index(old)
    if verdict.kind == "slipped":
        assert later[0] > span[1] and not later_stage
        assert verdict.months and (verdict.months.at_most is None) == (new != old)
    elif verdict.kind == "advanced":
        assert later_stage or (new == old and later[1] < span[0])
    else:
        assert verdict.kind == "continued" and not later_stage


@given(stages, spans)
def test_the_same_promise_twice_goes_on(stage, span):
    assert compare(entry(Y0, stage, span), entry(Y1, stage, span)).kind == "continued"


@given(stages, spans, spans)
def test_slip_and_gain_mirror_each_other(stage, one, other):
    there, back = (compare(entry(Y0, stage, a), entry(Y1, stage, b)) for a, b in ((one, other), (other, one)))
    assert (there.kind == "slipped") == (back.kind == "advanced")
    assert there.months == back.months


@given(st.permutations([Y0, Y1, Y3, FIVE]))
def test_verdicts_come_in_the_order_of_the_plans_whatever_the_order_of_the_files(order):
    said = dict.fromkeys(order, "建设文化。云帆馆开工。")
    found = [(v.kind, v.earlier, v.later) for v in read_verdicts(said)]
    assert found == [
        ("slipped", "2030", "2031"),
        ("continued", "2031", "p2031"),
        ("slipped", "2031", "2033"),
        ("advanced", "p2031", "2033"),
    ]


@pytest.mark.parametrize("text", ["云帆馆建成。", "云帆馆投运。", "云帆馆开放。"])
def test_no_verdict_says_that_a_thing_was_built(text):
    said = {Y0: f"建设文化。{text}", Y1: "", FIVE: f"建设文化。{text}"}
    for verdict in read_verdicts(said):
        assert not any(claim in verdict.zh for claim in ("已建成", "已投运", "已开放"))
    assert read_histories(said, [HALL])["hall"]
