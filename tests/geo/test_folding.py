"""Folding against a plain fold of one character after another, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.folding import fold, fold_character, fold_name

QUOTES = "“”‘’\"'「」『』＂＇"
SIGNS = [
    *QUOTES,
    *"區鎮东镇路，；：（）。、《》·•—－Ｔ８t8Zz ~!@`{}\n\t\u3000\u200b\ufeff\u00ad⻔⼭𠮷é٣\ud800\udfff\x00",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))


def plain_fold(text: str) -> tuple[str, list[int], set[int], set[int]]:
    """Text, origin, gaps and quotes, each character by itself."""
    folded: list[str] = []
    origin: list[int] = []
    gaps: set[int] = set()
    quotes: set[int] = set()
    for index, character in enumerate(text):
        form = fold_character(character)
        if form:
            folded.append(form)
            origin.append(index)
        else:
            gaps.add(len(folded))
            if character in QUOTES:
                quotes.add(len(folded))
    return "".join(folded), origin, gaps, quotes


@given(TEXTS)
@example("“”")
@example(" 東山鎮，\n“东 山”")
def test_fold_is_the_fold_of_each_character(text):
    folded = fold(text)
    words, origin, gaps, quotes = plain_fold(text)
    assert folded.text == words
    assert list(folded.origin) == origin
    assert {at for at in range(len(words) + 1) if folded.has_break(at)} == gaps
    assert folded.quotes == quotes


@given(TEXTS, st.data())
def test_a_span_begins_and_ends_with_the_characters_it_came_from(text, data):
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    assert folded.span(start, end) == (folded.origin[start], folded.origin[end - 1] + 1)


def test_every_character_of_unicode_is_folded_as_if_it_stood_alone():
    every = [chr(code) for code in range(0x110000)]
    assert fold("".join(every)).text == "".join(map(fold_character, every))


@pytest.mark.parametrize(
    "name, folded",
    [("東山鎮", "东山镇"), ("Ｔ８线", "T8线"), (" “东 山”镇", "东山镇"), ("⻔前", "门前"), ("（a）", "(A)")],
)
def test_forms_of_a_name_fold_to_one(name, folded):
    assert fold_name(name) == folded


def test_half_a_surrogate_pair_stays_in_its_place_and_matches_nothing():
    folded = fold("东\ud800山")
    assert len(folded.text) == 3
    folded.text.encode()  # as the scanner needs it
