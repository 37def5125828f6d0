"""Scanning for words, against a slow search; and what geocoding finds through it, in any spelling."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.features import Feature
from geo.folding import fold_name
from geo.gazetteer import Gazetteer, NameRow
from geo.geocoder import Geocoder, TaskLinks
from geo.place_words import GENERIC_WORDS, STOP_WORDS
from geo.scanner import scan_all, scan_first

WORDS = st.lists(st.text("东山镇T8\U00020bb7", min_size=1, max_size=4), max_size=8, unique=True)
TEXTS = st.text("东山镇T8\U00020bb7，", max_size=30)


@given(WORDS, TEXTS)
@example([], "东山镇")
@example(["山", "东山镇", "山镇"], "东山镇")
@example(["\U00020bb7"], "东\U00020bb7\U00020bb7")
def test_every_occurrence_of_every_word_is_found(words, text):
    slow = [
        (start, start + len(word), index)
        for index, word in enumerate(words)
        for start in range(len(text))
        if text.startswith(word, start)
    ]
    hits = scan_all(words)(text)
    assert sorted(hits) == sorted(slow)
    assert hits == sorted(hits, key=lambda hit: (hit[1], hit[0]))


@given(WORDS, TEXTS)
@example(["东", "东山"], "东山")
@example(["路", "大道", "路"], "大道路")
def test_words_without_overlaps_are_found_as_a_regular_expression_finds_its_alternatives(words, text):
    pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")
    found = [(match.start(), match.end(), words.index(match[0])) for match in pattern.finditer(text)]
    assert scan_first(words)(text) == found


def test_words_that_describe_hold_no_counts_since_those_are_taken_out_first():
    assert [word for word in (*STOP_WORDS, *GENERIC_WORDS) if re.search(r"[\d第·#-]", word)] == []


def feature(feature_id: str, name: str, kind: str = "zone", **properties: object) -> Feature:
    return Feature(feature_id, {"id": feature_id, "name": name, "kind": kind, **properties}, None)


NAMES = {"east": "东山镇", "west": "西龙镇", "tower": "银帆大厦", "ring": "明珠大道", "s7": "S7公路"}
ZONES = [
    feature("lingang", "临港新片区", parent=None),
    feature("east", NAMES["east"], parent="lingang", rank="town"),
    feature("west", NAMES["west"], parent="lingang", rank="town"),
    feature("castle", "书城", parent="lingang", context=["古迹", "老街"]),
]
SITES = [feature("tower", NAMES["tower"], "office", zone="east")]
LINES = [feature("ring", NAMES["ring"], "road"), feature("s7", NAMES["s7"], "road")]
GEOCODER = Geocoder(
    Gazetteer.from_features(ZONES, LINES, sites=SITES, rows=[NameRow("江宁省", "", "outside", "", "rows")])
)
TRADITIONAL = str.maketrans("东龙镇银厦", "東龍鎮銀廈")


def words_of(result: TaskLinks) -> list[tuple[int, int, str]]:
    return [span for link in result.links for span in link.evidence]


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(["", "推进", "在", "优化，"]),
    st.booleans(),
    st.lists(st.sampled_from(["", "", " ", "\n", "\u3000", "\u200b", "“", "”"]), min_size=6, max_size=6),
)
def test_a_name_in_any_spelling_is_found_where_it_stands(target, before, is_traditional, between):
    name = NAMES[target].translate(TRADITIONAL) if is_traditional else NAMES[target]
    written = name[0] + "".join(gap + sign for gap, sign in zip(between, name[1:], strict=False))
    text = f"{before}{written}建设"
    evidence = next(link.evidence for link in GEOCODER.geocode(text).links if link.target == target)
    assert evidence == ((len(before), len(before) + len(written), written),)


PIECES = [
    *("东山镇", "东山", "西龙、", "書城", "老街", "銀帆大廈", "S7公路", "江宁省", "两镇", "和", "银飞路"),
    *("H05-01、H05-02地块", "，", "。", "“", "”", " ", "《", "》", "\ud800", "𠮷", "Ａ", "٣"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_evidence_is_always_cut_from_the_original(text):
    result = GEOCODER.geocode(text)
    for start, end, words in (*words_of(result), *result.unplaced):
        assert words
        assert text[start:end] == words


def test_half_a_surrogate_pair_hides_no_name_beside_it():
    result = GEOCODER.geocode("\ud800改造东山镇\udfff")
    assert words_of(result) == [(3, 6, "东山镇")]


@pytest.mark.parametrize(
    "unit, target",
    [("东山镇，", "east"), ("书城与老街，", "castle"), ("东山镇、西龙镇、", "west"), ("银帆大厦和", "tower")],
)
def test_a_long_text_of_one_name_has_evidence_for_every_time_it_stands(unit, target):
    few, many = (GEOCODER.geocode(unit * repeats) for repeats in (50, 5_000))
    assert [link.target for link in few.links] == [link.target for link in many.links]
    for result, repeats in ((few, 50), (many, 5_000)):
        evidence = next(link.evidence for link in result.links if link.target == target)
        starts = [start for start, _, _ in evidence]
        assert [start - starts[0] for start in starts] == [number * len(unit) for number in range(repeats)]


def test_more_names_change_nothing_about_the_others():
    names = {fold_name(f"远方{chr(0x4E00 + number)}镇") for number in range(20_000)}
    rows = [NameRow(name, "", "outside", "", "rows") for name in sorted(names)]
    wide = Geocoder(Gazetteer.from_features(ZONES, LINES, sites=SITES, rows=rows))
    for text in ("改造东山镇、西龙镇", "银帆大厦沿明珠大道", "书城老街"):
        assert wide.geocode(text) == GEOCODER.geocode(text)
    assert wide.geocode("与远方好镇合作").scope == "outside"
