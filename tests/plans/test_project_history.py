"""What a plan promises of one project, and not of its neighbours in the sentence; the state at a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_projects import HALL, period_plan, read_histories, task, work_plan

from plans.project_history import PlanEntry, Promise, find_impossible, promises_of, state_at
from plans.projects import Mention, Project
from plans.records import STAGES, Milestone, Task

PLAN = work_plan(2030)
FIVE = period_plan(2031, 2035)


def place(item: Task, words: str) -> tuple[Mention, ...]:
    start = item.text.index(words)
    return (Mention(item.id, start, start + len(words), words),)


def promised(text: str, *names: str) -> dict[str, list[tuple[str, str | None, str]]]:
    """Stage, due and part of the promises of each name in a text of the plan of 2030."""
    item = task(PLAN, text)
    found = promises_of(item, PLAN, {name: place(item, name) for name in names})
    return {name: [(p.stage, p.due, p.part) for p in promises] for name, promises in found.items()}


# ---- whose promise is it -----------------------------------------------------------------------------------


def test_each_thing_of_a_serial_sentence_has_its_own_step():
    text = "建设文化。云帆馆年内开工，海棠楼竣工，梧桐桥9月底前通车。"
    assert promised(text, "云帆馆", "海棠楼", "梧桐桥") == {
        "云帆馆": [("start", "2030", "")],
        "海棠楼": [("complete", None, "")],
        "梧桐桥": [("operate", "2030-09", "")],
    }


def test_a_step_of_a_thing_with_another_name_is_nobodys():
    assert promised("建设文化。服务云帆馆，海棠楼年内竣工。", "云帆馆") == {}


def test_members_of_a_list_share_the_step():
    found = promised("建设文化。云帆馆、海棠楼等项目开工。", "云帆馆", "海棠楼")
    assert {steps[0][0] for steps in found.values()} == {"start"} and len(found) == 2


def test_a_nameless_thing_is_the_one_named_last_or_the_title_s():
    titled = "加快云帆馆建设。与各方签约，项目年内开工。"
    assert promised(titled, "云帆馆") == {"云帆馆": [("start", "2030", "")]}
    said = "统筹文化设施。服务云帆馆的各方。平台尽快落地。"
    assert promised(said, "云帆馆") == {}


def test_a_step_of_a_part_is_kept_apart():
    (step,) = promised("建设文化。云帆馆屋顶花园年内开放。", "云帆馆")["云帆馆"]
    assert step == ("open", "2030", "屋顶花园")


def test_a_name_that_only_says_where_another_thing_is_gets_no_step():
    found = promised("建设文化。云帆城海棠楼年内封顶。", "云帆城", "海棠楼")
    assert found == {"海棠楼": [("topped_out", "2030", "")]}


def test_clauses_that_speak_of_works_are_kept_where_no_step_is_promised():
    (entry,) = read_histories({PLAN: "建设文化。在云帆馆，剧场加快建设。"}, [HALL])["hall"]
    assert [place.words for place in entry.works] == ["在云帆馆，剧场加快建设"]
    (quiet,) = read_histories({PLAN: "办好活动。云帆馆举办展览。"}, [HALL])["hall"]
    (dated,) = read_histories({PLAN: "建设文化。推进云帆馆建设。云帆馆年内封顶。"}, [HALL])["hall"]
    assert quiet.works == dated.works == ()


def test_paperwork_on_a_thing_is_no_step_of_it():
    found = promised("建设文化。编制云帆馆、海棠楼等区域的规划。", "云帆馆")
    assert all(part for steps in found.values() for *_, part in steps)


def test_things_named_as_examples_of_a_number_share_its_step():
    text = "建设学校。3所学校开办，包括云帆学校、海棠学校。另建梧桐学校。"
    found = promised(text, "云帆学校", "海棠学校", "梧桐学校")
    assert found == {"云帆学校": [("open", None, "")], "海棠学校": [("open", None, "")]}


# ---- time --------------------------------------------------------------------------------------------------


def test_a_promise_without_a_date_holds_for_the_plan_s_own_time():
    (entry,) = read_histories({FIVE: "建设文化。云帆馆建成。"}, [HALL])["hall"]
    (promise,) = entry.promises
    assert (promise.due, promise.first, promise.last) == (None, date(2031, 1, 1), date(2035, 12, 31))


def test_a_name_without_a_step_is_a_mention_without_a_stage():
    (entry,) = read_histories({PLAN: "建设文化。统筹云帆馆等设施。"}, [HALL])["hall"]
    assert entry.mentions and not entry.promises and entry.furthest is None


def test_the_state_is_that_of_the_newest_plan_published_by_then():
    said = {PLAN: "建设文化。云帆馆6月底前开工，云帆馆年底前封顶。", FIVE: "建设文化。云帆馆建成。"}
    history = read_histories(said, [HALL])["hall"]
    assert state_at(history, date(2030, 1, 14)) is None
    early, summer, late = (state_at(history, date(2030, m, 1)) for m in (2, 8, 12))
    assert early and early.reached is None and early.ahead and early.ahead.stage == "start"
    assert summer and summer.reached and summer.reached.stage == "start"
    assert summer.ahead and summer.ahead.stage == "topped_out"
    assert late and late.plan.id == "2030"
    after = state_at(history, date(2032, 1, 1))
    assert after and (after.plan.id, after.reached) == ("p2031", None)
    assert "没有记载" in after.words and "do not record" in after.words_en


def test_the_state_tells_a_part_where_the_plan_promises_no_more():
    history = read_histories({PLAN: "建设文化。云帆馆屋顶花园6月底前开放。"}, [HALL])["hall"]
    state = state_at(history, date(2030, 12, 1))
    assert state and state.reached and state.reached.part == "屋顶花园"
    assert "其中“屋顶花园”开放（2030年6月）" in state.words


days = st.dates(date(2028, 1, 1), date(2038, 12, 31))
steps = st.tuples(st.sampled_from(STAGES), days, st.integers(0, 300))


@given(st.lists(steps, min_size=1, max_size=5), days)
def test_what_is_reached_was_due_and_what_lies_ahead_is_not(found, day):
    promises = tuple(
        Promise(PLAN.id, "2030-1", "馆", stage, "x", "firm", (n, n + 1), "馆", first, first + timedelta(span))
        for n, (stage, first, span) in enumerate(found)
    )
    state = state_at([PlanEntry(PLAN, (Mention("2030-1", 0, 1, "馆"),), promises)], day)
    if day < PLAN.published:
        assert state is None
        return
    assert state
    if state.reached:
        assert state.reached.last <= day
        assert all(p.rank <= state.reached.rank for p in promises if p.last <= day)
    if state.ahead:
        assert state.ahead.last > day
        assert state.reached is None or state.ahead.rank >= state.reached.rank
    assert (state.reached is None) == all(p.last > day for p in promises)


# ---- what cannot be ----------------------------------------------------------------------------------------


def histories_of(*milestones: Milestone) -> list[str]:
    text = "云帆馆。云帆馆开工，云帆馆建成。"
    item = Task("2030-1", "2030", "1", ("一",), "云帆馆", text, milestones=milestones)
    found = promises_of(item, PLAN, {"hall": place(item, "云帆馆开工")})
    entry = PlanEntry(PLAN, place(item, "云帆馆开工"), tuple(found.get("hall", ())))
    return [str(fault) for fault in find_impossible("hall", [entry])]


def test_a_completion_before_the_start_is_told():
    (fault,) = histories_of(
        Milestone("云帆馆", "start", "2030-09", (4, 9)), Milestone("云帆馆", "complete", "2030-03", (4, 9))
    )
    assert "complete (2030-03) is promised before start (2030-09)" in fault
    assert "'hall'" in fault and "'2030-1'" in fault


def test_a_step_due_before_the_plan_is_told():
    (fault,) = histories_of(Milestone("云帆馆", "start", "2028", (4, 9)))
    assert "start is due 2028, before the plan's first year 2030" in fault


@pytest.mark.parametrize("due", ["2030-09", "2030", "2031"])
def test_steps_in_order_or_in_one_interval_are_no_fault(due):
    assert not histories_of(
        Milestone("云帆馆", "start", "2030-09", (4, 9)), Milestone("云帆馆", "complete", due, (4, 9))
    )


def test_a_part_may_be_ready_before_the_whole_begins():
    whole = Project("hall", "云帆馆", "", "culture")
    said = {PLAN: "建设文化。云帆馆样板厅3月底前建成。云帆馆9月底前开工。"}
    assert not find_impossible("hall", read_histories(said, [whole])["hall"])
