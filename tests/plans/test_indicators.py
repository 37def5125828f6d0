"""Every number of the built-in plans belongs to one indicator or is known to stand alone."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingang.locations import data_dir
from plans.indicators import (
    FILE,
    Indicator,
    IndicatorError,
    context_of,
    convert,
    find_indicator,
    read_indicators,
)
from plans.records import Target
from plans.targets import find_targets
from plans.tasks import read_tasks

PATH = data_dir() / "plans" / FILE
INDICATORS = read_indicators(PATH)
PLANS = {"2020": 2020, "2023": 2023, "145": (2021, 2025), "national": (2024, 2026)}

# Numbers that measure nothing another plan could go on with.
SINGLES = {
    ("2020-4", "1500多项"),
    ("2020-10", "40%"),  # the text leaves open which of two sums grows
    ("2020-10", "35%"),
    ("2020-11", "1.1平方公里"),
    ("2020-20", "36个"),
    ("2020-20", "25项"),
    ("2023-24", "1.1k㎡"),
    ("2023-24", "1.4k㎡"),
    ("2023-64", "10亿元以上"),
    ("2023-67", "10亿元以上"),
    ("2023-79", "101个"),
    ("2023-79", "3个"),
    ("2023-95", "一所"),
    ("2023-98", "1个"),
    ("2023-98", "4个"),
    ("145-4.4.p1", "10个"),
    ("145-5.5.p1", "1-2个"),
    ("145-5.5.p1", "1所"),
    ("145-5.5.p7", "2个"),
    ("145-5.5.p7", "1个"),
    ("145-5.5.p7", "6个"),
    ("national-3", "千亿元"),
    ("national-5", "千家"),
}

# Sentences of plans to come; the built-in ones have no number of the first four.
SENTENCES = {
    "新增公共充电桩2000个。": "charging-points",
    "新增公共停车泊位1500个。": "parking-spaces",
    "工业总产值增长不低于8%。": "industrial-output-growth",
    "产业投资增长10%以上。": "industrial-investment-growth",
    "年内新开工学校5所。": "schools-started",
    "年内6所学校竣工、7所开工。": "schools-completed",
    "年内新开办幼儿园2所。": "schools-opened",
    "到2035年，绿道总长达到300公里。": "greenways",
    "新增光伏装机80兆瓦。": "solar-new",
    "公园绿地500米服务半径覆盖率达到90%。": "park-coverage",
    "全年新开工道路25公里。": "roads-started",
    "高新技术企业达到1500家。": "high-tech-firms",
    "新增高新技术企业200家。": "high-tech-firms-new",
    "年内新增各类住房1.5万套。": "housing-units",
    "新建住房开工面积不少于1平方公里。": "housing-area",
    "110千伏输变电工程3项建成投运。": "grid-projects-commissioned",
    "人均公园绿地面积不低于18平方米。": "park-area-per-person",
}


def built_in_targets() -> list[tuple[str, str, Target]]:
    return [
        (task.id, task.text, target)
        for plan, years in PLANS.items()
        for task in read_tasks(data_dir() / "plans" / f"{plan}.jsonl")
        for target in find_targets(task.text, years)
    ]


TARGETS = built_in_targets()


def only_target(text: str) -> Target:
    return find_targets(text, 2031)[0]


def test_every_built_in_number_belongs_to_an_indicator_or_is_known_to_stand_alone() -> None:
    alone = [
        (task, target.printed)
        for task, text, target in TARGETS
        if find_indicator(target, text, INDICATORS) is None
    ]
    assert len(TARGETS) > 100
    assert set(alone) == SINGLES


def test_no_built_in_number_is_claimed_equally_by_two_indicators() -> None:
    for task, text, target in TARGETS:
        claims = []
        for indicator in INDICATORS.values():
            found = find_indicator(target, text, {indicator.id: indicator})
            if found:
                context = context_of(text, *target.evidence)
                holds = (pattern.find(target.what, context) for pattern in found.patterns)
                claims.append(max(hold for hold in holds if hold))
        assert claims == [] or claims.count(max(claims)) == 1, (task, target.what)


def test_every_indicator_has_a_number_to_show_for_it() -> None:
    found = {x.id for _, text, target in TARGETS if (x := find_indicator(target, text, INDICATORS))}
    assert set(INDICATORS) - found <= set(SENTENCES.values())


@pytest.mark.parametrize("sentence, indicator", SENTENCES.items())
def test_numbers_of_plans_to_come_find_their_indicator(sentence: str, indicator: str) -> None:
    found = find_indicator(only_target(sentence), sentence, INDICATORS)
    assert found is not None
    assert found.id == indicator


@pytest.mark.parametrize(
    "sentence",
    [
        "年内新增书报亭30个。",  # nothing measured
        "公园绿地养护投入增长5%。",  # growth of money, not a share of parks
        "年内新增出租车充电桩用地2公顷。",  # an area is no count
    ],
)
def test_a_number_of_something_else_stands_alone(sentence: str) -> None:
    assert find_indicator(only_target(sentence), sentence, INDICATORS) is None


@pytest.mark.parametrize("written", ["200万平方米", "2平方公里", "200公顷", "3000亩"])
def test_one_area_in_any_unit_is_the_same_figure(written: str) -> None:
    sentence = f"住房新增开工{written}。"
    target = only_target(sentence)
    indicator = find_indicator(target, sentence, INDICATORS)
    assert indicator is not None
    assert indicator.convert(target.value, target.unit) == pytest.approx(2_000_000)


@given(
    st.integers(1, 10**9),
    st.sampled_from([("公顷", "平方米"), ("公里", "米"), ("吨", "千克"), ("兆瓦", "瓦")]),
)
def test_a_value_converted_and_back_is_itself(value: int, units: tuple[str, str]) -> None:
    large, small = units
    there = convert(value, large, small)
    assert there is not None
    assert there > value
    assert convert(there, small, large) == value


@pytest.mark.parametrize("unit, into", [("公里", "平方米"), ("家", "套"), ("元", "美元"), ("%", "个百分点")])
def test_units_of_different_things_do_not_convert(unit: str, into: str) -> None:
    assert convert(1, unit, into) is None


def test_counting_words_that_an_indicator_names_count_alike() -> None:
    shops = INDICATORS["community-shops-new"]
    assert shops.convert(10, "家") == shops.convert(10, "个") == 10
    assert shops.convert(10, "公里") is None


def test_the_words_around_a_number_end_with_its_sentence_and_phrase() -> None:
    text = "建路。开工(8所)学校,竣工3所;开放"
    start = text.index("8所")
    assert context_of(text, start, start + 2) == "开工（【8所】）学校"


def test_indicators_are_sorted_and_named_in_both_languages() -> None:
    assert list(INDICATORS) == sorted(INDICATORS)
    for indicator in INDICATORS.values():
        assert not re.search("[\u3400-\u9fff]", indicator.name_en + indicator.note_en), indicator.id
        assert bool(indicator.note) == bool(indicator.note_en), indicator.id
    names = [x.name for x in INDICATORS.values()] + [x.name_en for x in INDICATORS.values()]
    assert len(names) == len(set(names))


def test_shares_are_in_per_cent_and_nothing_else_is_a_share() -> None:
    def is_share(indicator: Indicator) -> bool:
        return indicator.unit == "%" and not indicator.growth

    assert {x.id for x in INDICATORS.values() if is_share(x)} == {
        x.id for x in INDICATORS.values() if x.aggregate == "share"
    }


GOOD = json.loads(PATH.read_text(encoding="utf-8").splitlines()[0])


@pytest.mark.parametrize(
    "change, says",
    [
        ({"aggregate": "mean"}, "'aggregate' 'mean' is not one of sum, level"),
        ({"group": "sports"}, "'group' 'sports' is not one of"),
        ({"id": "Big One"}, "use lower-case letters"),
        ({"unit": ""}, "'unit' is missing"),
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"patterns": []}, "'patterns' must be a list"),
        ({"patterns": [{"near": "x"}]}, "a pattern is an object with 'what'"),
        ({"patterns": [{"what": "("}]}, "unterminated subpattern"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(tmp_path: Path, change: dict, says: str) -> None:
    path = tmp_path / "indicators.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{json.dumps({**GOOD, 'id': 'other', **change})}\n")
    with pytest.raises(IndicatorError, match=says) as caught:
        read_indicators(path)
    assert str(caught.value).startswith("indicators.jsonl, line 2: ")


@pytest.mark.parametrize(
    "second, says", [("[]", "expected a JSON object"), ("{", "no indicator"), (None, "twice")]
)
def test_what_is_no_indicator_or_stands_twice_is_refused(
    tmp_path: Path, second: str | None, says: str
) -> None:
    path = tmp_path / "indicators.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{second or json.dumps(GOOD)}\n")
    with pytest.raises(IndicatorError, match=says):
        read_indicators(path)
