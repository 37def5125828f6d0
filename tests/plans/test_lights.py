"""A light says what the records show by a day: it turns red only without a record, and never for a study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_projects import HALL, period_plan, read_histories, work_plan

from plans.lights import LIGHTS, Light, contradicts, light_of, replaced_promises
from plans.records import COMMITMENTS, STAGES

DUE = date(2023, 6, 30)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """A promise: a stage by a day."""

    stage: str = "start"
    due: str | None = "2023-H1"
    last: date | None = DUE
    commitment: str = "firm"
    part: str = ""


@dataclass(frozen=True)
class Done:
    """A record: a stage on a day."""

    stage: str
    day: date
    part: str = ""


days = st.dates(date(2020, 1, 1), date(2026, 12, 31))
parts = st.sampled_from(["", "", "一期", "二期"])
promises = st.builds(
    Said,
    st.sampled_from(STAGES),
    st.sampled_from(["2023-H1", None]),
    st.one_of(st.none(), days),
    st.sampled_from(COMMITMENTS),
    parts,
)
records = st.lists(st.builds(Done, st.sampled_from(STAGES), days, parts), max_size=5)
windows = st.integers(0, 400)


# ---- one promise ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "today, state, days_told",
    [
        (DUE - 91 * DAY, "open", 91),
        (DUE - 90 * DAY, "due_soon", 90),
        (DUE, "due_soon", 0),
        (DUE + DAY, "overdue", 1),
        (date(2024, 6, 30), "overdue", 366),
    ],
)
def test_the_light_follows_the_day(today: date, state: str, days_told: int) -> None:
    light: Light[Done] = light_of(Said(), [], today)
    assert (light.state, light.days, light.record) == (state, days_told, None)


@pytest.mark.parametrize(
    "promise, shown, zh, en",
    [
        (Said(), [], "到期未见记录：期限已过 2 天", "due, no record: 2 days past the due date"),
        (
            Said(due=None), [],
            "到期未见记录：规划期末已过 2 天", "due, no record: 2 days past the end of the plan's time",
        ),
        (
            Said(commitment="explore"), [],
            "研究事项，期限已过，不计逾期",
            "to be studied; the due date is past, which does not count as overdue",
        ),
        (Said(last=None, due=None), [], "没有期限", "no date"),
        (Said(last=DUE + 3 * DAY), [], "即将到期：距期限 1 天", "due soon: 1 day to the due date"),
        (Said(), [Done("start", DUE)], "已有记录：2023-06-30 开工", "recorded: start of works on 2023-06-30"),
        (
            Said(), [Done("start", DUE + DAY)],
            "已有记录：2023-07-01 开工，比期限晚 1 天",
            "recorded: start of works on 2023-07-01, 1 day after the due date",
        ),
    ],
)  # fmt: skip
def test_the_words_claim_no_more_than_the_records(
    promise: Said, shown: list[Done], zh: str, en: str
) -> None:
    light = light_of(promise, shown, DUE + 2 * DAY)
    assert (light.words, light.words_en) == (zh, en)
    assert light.to_json()["zh"] == zh


@pytest.mark.parametrize(
    "promise, record, state",
    [
        (Said("start"), Done("operate", DUE), "done"),  # a later stage shows an earlier one
        (Said("complete"), Done("start", DUE), "overdue"),
        (Said("start", part="二期"), Done("start", DUE), "overdue"),  # works may have begun elsewhere
        (Said("start", part="二期"), Done("complete", DUE), "done"),
        (Said("start", part="二期"), Done("start", DUE, "二期"), "done"),
        (Said("start", part="二期"), Done("complete", DUE, "一期"), "overdue"),
        (Said("start"), Done("complete", DUE, "一期"), "overdue"),
        (Said("start"), Done("start", DUE + 3 * DAY), "overdue"),  # not yet known on that day
    ],
)
def test_a_record_shows_its_stage_and_those_before_of_the_same_thing(
    promise: Said, record: Done, state: str
) -> None:
    assert light_of(promise, [record], DUE + 2 * DAY).state == state


def test_the_earliest_record_counts_and_a_later_stage_says_nothing_of_lateness() -> None:
    early, late = Done("start", DUE - DAY), Done("complete", DUE + 9 * DAY)
    in_time, unsaid = light_of(Said(), [late, early], DUE + 9 * DAY), light_of(Said(), [late], DUE + 9 * DAY)
    assert (in_time.record, in_time.days) == (early, 0)
    assert (unsaid.state, unsaid.days) == ("done", None)
    assert "晚" not in unsaid.words


@given(promises, records, days, windows)
def test_every_light_agrees_with_its_day_and_its_record(
    promise: Said, shown: list[Done], today: date, window: int
) -> None:
    light = light_of(promise, shown, today, within_days=window)
    assert light.state in LIGHTS
    assert (light.state == "done") == (light.record is not None)
    if light.record is not None:
        assert light.record in shown and light.record.day <= today
        assert STAGES.index(light.record.stage) >= STAGES.index(promise.stage)
    elif promise.last is None:
        assert light.state == "no_date"
    elif promise.last < today:
        assert light.state == ("open" if promise.commitment == "explore" else "overdue")
    else:
        assert light.state == ("due_soon" if (promise.last - today).days <= window else "open")
    if light.state == "overdue":
        assert promise.last is not None and light.days == (today - promise.last).days > 0
    assert light.words and light.words_en


@given(promises, records, days, st.integers(1, 800))
def test_a_promise_once_recorded_stays_so(promise: Said, shown: list[Done], today: date, later: int) -> None:
    light = light_of(promise, shown, today)
    after = light_of(promise, shown, today + later * DAY)
    if light.state == "done":
        assert after == light
    if light.state == "overdue":
        assert after.state in ("done", "overdue")


@given(promises, records, st.builds(Done, st.sampled_from(STAGES), days, parts), days)
def test_one_record_more_never_makes_a_light_worse(
    promise: Said, shown: list[Done], more: Done, today: date
) -> None:
    before, after = light_of(promise, shown, today), light_of(promise, [*shown, more], today)
    assert after.state in (before.state, "done")


# ---- order of stages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "early, late, expected",
    [
        ("complete", "start", True),
        ("start", "approve", True),
        ("operate", "complete", True),
        ("start", "complete", False),
        ("complete", "complete", False),
        ("sign", "approve", False),  # a contract may come before the approval
        ("operate", "open", False),  # and a trial run before the doors open
    ],
)
def test_a_stage_cannot_come_after_one_of_a_later_phase(early: str, late: str, expected: bool) -> None:
    one, other = Done(early, DUE), Done(late, DUE + DAY)
    assert contradicts(one, other) is contradicts(other, one) is expected
    assert not contradicts(one, Done(late, DUE))
    assert not contradicts(one, Done(late, DUE + DAY, "二期"))


@given(st.lists(st.sampled_from(STAGES), max_size=6), st.lists(days, min_size=6, max_size=6))
def test_stages_in_the_order_of_building_never_contradict(stages: list[str], when: list[date]) -> None:
    history = [
        Done(stage, day) for stage, day in zip(sorted(stages, key=STAGES.index), sorted(when), strict=False)
    ]
    assert not any(contradicts(one, other) for one in history for other in history)


# ---- dates that a newer plan replaced ---------------------------------------------------------------------


def replaced(second: str, **changed: Any) -> dict[str, str]:
    """Which stages of the hall, due in 2020, a later plan says anew; its promises may be changed."""
    earlier, later = work_plan(2020), period_plan(2021, 2025)
    said = {earlier: "云帆馆年内开工。", later: second}
    old, new = read_histories(said, [HALL])["hall"]
    new = replace(new, promises=tuple(replace(promise, **changed) for promise in new.promises))
    return {promise.stage: plan for promise, plan in replaced_promises([old, new]).items()}


def test_a_newer_plan_replaces_the_date_of_the_same_stage() -> None:
    assert replaced("云帆馆2022年开工。") == {"start": "p2021"}
    assert replaced("云帆馆2022年竣工。") == {}
    assert replaced("云帆馆2022年开工。", part="二期") == {}
    assert replaced("云帆馆2022年开工。", commitment="explore") == {}  # to study it sets no date
