"""Figures of several plans in one table: sums of intervals, periods, and conflicts that are really there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingang.locations import data_dir
from plans.cascade import Cascade, Promises, Row, build_cascade
from plans.conflicts import Conflict, find_conflicts, find_parts
from plans.dues import PlanYears
from plans.indicators import FILE, read_indicators
from plans.intervals import Interval, interval_of
from plans.records import Target
from plans.targets import find_targets

INDICATORS = read_indicators(data_dir() / "plans" / FILE)

sizes = st.integers(0, 10**6)
intervals = st.builds(
    lambda low, width, rounded, open_low, open_high: Interval(
        None if open_low else low, None if open_high else low + width, rounded
    ),
    sizes,
    sizes,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def promises(text: str, years: PlanYears = 2031, task: str = "a-1", **more: object) -> Promises:
    """A task with the targets that its text holds; its plan is what stands before the dash."""
    found = tuple(find_targets(text, years))
    assert found, text
    return replace(Promises(task, task.split("-")[0], text, found, years), **more)  # type: ignore[arg-type]


def cascade(*entries: Promises) -> Cascade:
    return build_cascade(INDICATORS, entries)


def row(indicator: str, *entries: Promises) -> Row:
    (found,) = [x for x in cascade(*entries).rows if x.indicator.id == indicator]
    return found


def conflicts(*entries: Promises) -> list[Conflict]:
    return find_conflicts(cascade(*entries), entries)


# ---- intervals --------------------------------------------------------------------------------------------


@given(intervals, intervals, intervals)
def test_sums_do_not_depend_on_the_order(one: Interval, two: Interval, three: Interval) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)


@given(st.lists(st.tuples(sizes, sizes, sizes), min_size=1, max_size=6))
def test_the_sum_of_values_lies_in_the_sum_of_their_intervals(parts: list[tuple[int, int, int]]) -> None:
    total, exact = Interval(0, 0), 0
    for below, value, above in parts:
        total += Interval(value - below, value + above)
        exact += value
    assert total.low is not None and total.high is not None
    assert total.low <= exact <= total.high
    assert total.high - total.low == sum(below + above for below, _, above in parts)


@given(intervals, intervals)
def test_an_open_end_stays_open_in_a_sum(one: Interval, two: Interval) -> None:
    total = one + two
    assert (total.low is None) == (one.low is None or two.low is None)
    assert (total.high is None) == (one.high is None or two.high is None)


@given(intervals, intervals)
def test_meeting_is_mutual_and_every_interval_meets_itself(one: Interval, two: Interval) -> None:
    assert one.meets(one)
    assert one.meets(two) == two.meets(one)


@given(intervals, intervals)
def test_what_two_restatements_say_together_meets_both(one: Interval, two: Interval) -> None:
    together = one.narrowed(two)
    assert together == two.narrowed(one)
    assert together.meets(one) and together.meets(two)


@given(st.integers(1, 10**6))
def test_a_rounded_figure_may_be_off_by_a_tenth_and_no_more(value: int) -> None:
    rounded = Interval(value, value, rounded=True)
    assert rounded.meets(Interval(value * 1.09, value * 1.09))
    assert not rounded.meets(Interval(value * 1.12, value * 1.12))
    assert not Interval(value, value).meets(Interval(value * 1.01, value * 1.01))


@pytest.mark.parametrize(
    "text, low, high, rounded",
    [
        ("新增上市公司5家。", 5, 5, False),
        ("新增上市公司不少于5家。", 5, None, False),
        ("新增上市公司不超过5家。", None, 5, False),
        ("新增上市公司3-5家。", 3, 5, False),
        ("新增上市公司约5家。", 5, 5, True),
        ("产业投资增长不低于8%。", 8, None, False),
        ("产业投资增长8%左右。", 8, 8, True),
        ("能耗下降不少于3%。", None, -3, False),
    ],
)
def test_a_comparison_becomes_an_interval(
    text: str, low: float | None, high: float | None, rounded: bool
) -> None:
    assert interval_of(find_targets(text, 2031)[0])[0] == Interval(low, high, rounded)


# ---- the table --------------------------------------------------------------------------------------------


def test_every_target_stands_in_the_table_once() -> None:
    entries = [
        promises("年内开工学校5所，新增上市公司3-5家。", task="a-1"),
        promises("新增书报亭30个。", task="a-2"),
        promises("年内开工学校9所。", 2032, task="b-1", nationwide=True),
    ]
    ids = [figure.id for figure in cascade(*entries).figures]
    assert sorted(ids) == ["a-1@1", "a-1@2", "a-2@1", "b-1@1"]


def test_figures_in_any_unit_stand_in_the_indicators() -> None:
    earlier = promises("住房新增开工200万平方米。")
    found = row("housing-area", earlier, promises("住房新增开工3平方公里。", 2032, "b-1"))
    assert [(f.year, f.interval.low, f.unit) for f in found.figures] == [
        (2031, 2_000_000, "平方米"),
        (2032, 3_000_000, "平方米"),
    ]
    assert found.sums[-1].running == Interval(5_000_000, 5_000_000)


def test_a_date_inside_a_year_counts_for_the_year_and_none_for_the_plans_own() -> None:
    dated = row("schools-started", promises("9月底前开工学校5所。")).figures[0]
    undated = row("schools-started", promises("开工学校5所。")).figures[0]
    assert (dated.year, dated.implied) == (2031, False)
    assert (undated.year, undated.implied) == (2031, True)


def test_a_plan_without_a_year_leaves_its_figures_without_a_date_and_out_of_sums() -> None:
    found = row("schools-started", promises("开工学校5所。", None), promises("开工学校2所。", 2032, "b-1"))
    assert [f.target.value for f in found.in_year(None)] == [5]
    assert [entry.running for entry in found.sums] == [Interval(2, 2)]


def test_yearly_numbers_add_up_with_their_open_ends() -> None:
    found = row(
        "listed-firms-new",
        promises("新增上市公司3-5家。", 2031),
        promises("新增上市公司不少于4家。", 2033, "b-1"),
    )
    assert [(entry.year, entry.own, entry.running) for entry in found.sums] == [
        (2031, Interval(3, 5), Interval(3, 5)),
        (2033, Interval(4, None), Interval(7, None)),
    ]


def test_parts_of_a_year_add_up_and_a_restatement_counts_once() -> None:
    entries = [
        promises("年内开工公建配套学校5所。", task="a-1"),
        promises("年内开工国际学校2所。", task="a-2"),
        promises("年内开工公建配套学校5所。", task="a-3"),
    ]
    assert row("schools-started", *entries).sums[0].own == Interval(7, 7)


def test_of_two_plans_for_a_year_the_later_one_is_summed() -> None:
    entries = [
        promises("2032年开工学校5所。", 2031, "a-1"),
        promises("年内开工学校8所。", 2032, "b-1"),
    ]
    assert row("schools-started", *entries).sums[-1].running == Interval(8, 8)


@pytest.mark.parametrize(
    "name, text", [("greenways", "绿道总长达到{n}公里。"), ("grid-projects", "加快建设{n}项输变电工程。")]
)
def test_levels_and_counts_are_never_added_up(name: str, text: str) -> None:
    found = row(name, promises(text.format(n=10), 2031), promises(text.format(n=30), 2032, "b-1"))
    assert len(found.figures) == 2
    assert found.sums == found.periods == ()


def test_beside_a_figure_for_years_stands_what_work_plans_name_and_who_is_silent() -> None:
    found = row(
        "schools-started",
        promises("到2035年，开工学校不少于40所。", (2031, 2035), "five-1"),
        promises("开工学校5所。", 2030, "z-1"),  # before the period
        promises("开工学校6所。", 2031, "a-1"),
        promises("新增书报亭30个。", 2032, "b-1"),
        promises("开工学校7-9所。", 2033, "c-1"),
    )
    (period,) = found.periods
    assert period.figure.interval == Interval(40, None)
    assert period.named == Interval(13, 15)
    assert (period.named_years, period.silent_years, period.unread_years) == (
        (2031, 2033),
        (2032,),
        (2034, 2035),
    )
    assert found.sums[-1].running == Interval(18, 20)


def test_nation_wide_figures_stand_apart_and_are_in_no_sum_or_conflict() -> None:
    entries = (
        promises("开工学校5所。"),
        promises("开工学校50000所。", (2031, 2033), "nation-1", nationwide=True),
        promises("绿色出行比例80%。", 2033, "b-1"),
        promises("绿色出行比例为50%。", (2031, 2033), "nation-2", nationwide=True),
    )
    found = row("schools-started", *entries)
    assert [f.task for f in found.figures] == ["a-1"]
    assert [f.task for f in found.nationwide] == ["nation-1"]
    assert found.sums[-1].running == Interval(5, 5)
    assert conflicts(*entries) == []


# ---- conflicts --------------------------------------------------------------------------------------------


def test_two_figures_of_a_year_that_exclude_each_other() -> None:
    (found,) = conflicts(
        promises("绿色出行比例为80%。", task="a-1"), promises("绿色出行比例为60%。", task="a-2")
    )
    assert (found.kind, found.indicator and found.indicator.id) == ("disjoint", "green-travel")
    assert [(f.task, f.words) for f in found.figures] == [
        ("a-1", "绿色出行比例为80%"),
        ("a-2", "绿色出行比例为60%"),
    ]


def test_a_later_plan_that_asks_less_for_the_same_year() -> None:
    (found,) = conflicts(
        promises("到2033年，绿道总长达到300公里。", 2032, "b-1"),
        promises("到2033年，绿道总长达到350公里。", 2031, "a-1"),
    )
    assert found.kind == "lowered"
    assert [f.task for f in found.figures] == ["a-1", "b-1"]


def test_a_later_plan_that_asks_more_is_no_conflict() -> None:
    early = promises("到2033年，绿道总长达到300公里。", 2031, "a-1")
    assert conflicts(early, promises("到2033年，绿道总长达到350公里。", 2032, "b-1")) == []


@pytest.mark.parametrize(
    "other", ["绿色出行比例为75%左右。", "绿色出行比例为80%以上。", "绿色出行比例75-85%。"]
)
def test_rounded_or_open_figures_that_can_both_hold_are_no_conflict(other: str) -> None:
    assert conflicts(promises("绿色出行比例为80%。"), promises(other, task="a-2")) == []


def test_of_what_should_stay_low_a_later_plan_that_allows_more_asks_less() -> None:
    greenways = replace(INDICATORS["greenways"], direction="at_most")
    entries = (
        promises("到2033年，绿道总长不超过300公里。", 2031, "a-1"),
        promises("到2033年，绿道总长不超过350公里。", 2032, "b-1"),
    )
    table = build_cascade({"greenways": greenways}, entries)
    assert [found.kind for found in find_conflicts(table, entries)] == ["lowered"]
    assert conflicts(*entries) == []


def test_figures_of_different_places_or_years_are_no_conflict() -> None:
    one = promises("绿色出行比例为80%。", places=(("zone-a",),))
    assert conflicts(one, promises("绿色出行比例为60%。", task="a-2", places=(("zone-b",),))) == []
    assert conflicts(one, promises("绿色出行比例为60%。", 2032, "b-1", places=(("zone-a",),))) == []


def test_counts_in_one_plan_are_parts_unless_both_say_they_are_totals() -> None:
    parts = promises("开工学校5所。", task="a-1"), promises("开工学校2所。", task="a-2")
    assert conflicts(*parts) == []
    totals = promises("全年开工学校5所。", task="a-1"), promises("全年开工学校2所。", task="a-2")
    assert [found.kind for found in conflicts(*totals)] == ["disjoint"]


def test_a_figure_for_five_years_does_not_exclude_one_for_its_last_year() -> None:
    five = promises("到2035年，开工学校40所。", (2031, 2035), "five-1")
    assert conflicts(five, promises("开工学校5所。", 2035, "e-1")) == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("住房新增开工200万平方米。", "住房新增开工200平方米。"),
        ("住房新增开工30公顷。", "住房新增开工30平方米。"),
    ],
)
def test_the_same_digits_ten_thousand_times_apart_are_suspicious(one: str, other: str) -> None:
    (found,) = conflicts(promises(one, 2031, "a-1"), promises(other, 2032, "b-1"))
    assert found.kind == "unit"
    assert [f.task for f in found.figures] == ["a-1", "b-1"]


@pytest.mark.parametrize("other", ["住房新增开工20万平方米。", "住房新增开工210平方米。"])
def test_ten_times_as_much_or_other_digits_are_not(other: str) -> None:
    entries = promises("住房新增开工200万平方米。", 2031, "a-1"), promises(other, 2032, "b-1")
    assert [found.kind for found in conflicts(*entries) if found.kind == "unit"] == []


@pytest.mark.parametrize(
    "text, parts",
    [
        ("开工项目11个：道路3个、水利5个。", Interval(8, 8)),
        ("开工项目11个（道路6个、水利6个）。", Interval(12, 12)),
        ("开工项目11个，其中道路8个、水利5个。", Interval(13, None)),
        ("开工项目不少于11个：道路3个、水利5个。", Interval(8, 8)),
    ],
)
def test_a_total_that_its_named_parts_do_not_make_up(text: str, parts: Interval) -> None:
    found = conflicts(promises(text))
    assert [(x.kind, x.parts, x.figures[0].target.value) for x in found] == [("parts", parts, 11)]
    assert found[0].words in text


@pytest.mark.parametrize(
    "text",
    [
        "开工项目11个：道路6个、水利5个。",
        "开工项目11个，其中道路3个、水利5个。",
        "开工项目11个：道路3个、水利5个等。",
        "开工项目不少于11个：道路6个、水利8个。",
        "开工项目约11个：道路6个、水利6个。",
        "开工项目11个：道路3个月内、水利5公里。",
        "开工项目11个：道路11个。",
        "开工项目11个。道路3个、水利5个。",
    ],
)
def test_a_total_that_fits_its_parts_or_has_none(text: str) -> None:
    assert [found for found in conflicts(promises(text)) if found.kind == "parts"] == []


def test_parts_in_another_unit_are_not_added() -> None:
    target = Target("项目", "==", 11, "个", None, (0, 5))
    assert find_parts("项目11个：道路3公里、水利5公里。", target) is None
