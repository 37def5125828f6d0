"""Look-alike radicals are written as the characters they stand for."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from lingang.radicals import RADICALS, fold_radicals


def test_radicals_of_both_blocks_are_folded_and_nothing_else():
    assert fold_radicals("⼈⺠路、⻓江⼤街，⻔⻋（２０３１）①Ⅴ") == "人民路、长江大街，门车（２０３１）①Ⅴ"


def test_every_radical_becomes_one_character_that_is_none():
    assert len(RADICALS) > 300
    for radical, character in RADICALS.items():
        assert len(character) == 1 and "RADICAL" in unicodedata.name(radical)
        assert unicodedata.name(character).startswith("CJK UNIFIED IDEOGRAPH")


@given(st.text())
def test_places_stay_and_folding_twice_changes_nothing(text):
    folded = fold_radicals(text)
    assert len(folded) == len(text) and fold_radicals(folded) == folded
