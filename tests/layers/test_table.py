"""A table sorts as a reader of Chinese expects, and every row stands on exactly one page."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from operator import eq

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.table import SIZES, TableView, cut_page, page_holding, read_view, sort_rows, text_key, value_key

COLUMNS = ["name", "due"]
values = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text(), st.tuples(st.text()))


def in_order(*texts: str) -> bool:
    return all(text_key(one) < text_key(other) for one, other in pairwise(texts))


def test_names_stand_by_pinyin_with_the_shorter_syllable_first() -> None:
    assert in_order("奥林匹克", "滴水湖", "临港", "南汇", "西安路", "先进制造", "洋山")


def test_digits_count_as_numbers_and_letters_stand_before_characters() -> None:
    assert in_order("2023-9", "2023-10", "2023-112", "D港区", "T1", "T2", "T10", "安置房")


def test_quotation_marks_and_small_letters_make_no_difference() -> None:
    assert text_key("“一网通办”") == text_key("一网通办")
    assert text_key("T1线") == text_key("t1线")


def test_blanks_stand_last_whichever_way() -> None:
    rows: list[str | None] = [None, "南", "", "北"]
    assert sort_rows(rows, value_key, descending=False) == ["北", "南", None, ""]
    assert sort_rows(rows, value_key, descending=True) == ["南", "北", None, ""]


def test_rows_alike_keep_their_order_whichever_way() -> None:
    rows = [("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    for descending, letters in ((False, "aabb"), (True, "bbaa")):
        found = sort_rows(rows, lambda row: value_key(row[0]), descending=descending)
        assert found == [(letter, number) for letter, number in zip(letters, (1, 2, 1, 2), strict=True)]


@given(st.lists(values, max_size=40), st.booleans())
def test_sorting_loses_no_row_and_orders_what_has_a_value(rows: list[object], descending: bool) -> None:
    found = sort_rows(rows, value_key, descending=descending)  # type: ignore[arg-type]
    assert sorted(map(repr, found)) == sorted(map(repr, rows))
    keys = [value_key(row) for row in found]  # type: ignore[arg-type]
    known = [key for key in keys if key is not None]
    assert keys == [*known, *[None] * (len(keys) - len(known))]
    assert all(one >= other if descending else one <= other for one, other in pairwise(known))


@given(st.integers(0, 330), st.sampled_from(SIZES))
def test_the_pages_together_are_the_table(count: int, size: int) -> None:
    rows = list(range(count))
    pages = [cut_page(rows, number, size) for number in range(1, cut_page(rows, 1, size).pages + 1)]
    assert [row for page in pages for row in page.rows] == rows
    assert all(page.last - page.first + 1 == len(page.rows) for page in pages if page.rows)
    for row in rows[:: max(1, count // 5)]:
        assert row in pages[(page_holding(rows, size, partial(eq, row)) or 0) - 1].rows


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    page = cut_page(list(range(60)), 99, 25)
    assert (page.number, page.pages, page.first, page.last, page.total) == (3, 3, 51, 60, 60)
    nothing: list[int] = []
    assert (cut_page(nothing, 3, 25).first, cut_page(nothing, 3, 25).last) == (0, 0)
    assert page_holding(nothing, 25, bool) is None


@pytest.mark.parametrize(
    "query, view",
    [
        ({}, TableView()),
        ({"sort": "due"}, TableView("due")),
        ({"sort": "-name", "page": "3", "size": "100"}, TableView("name", True, 3, 100)),
        ({"sort": " ", "page": "", "size": " 50 "}, TableView(size=50)),
    ],
)
def test_a_view_is_read_and_written_back(query: dict[str, str], view: TableView) -> None:
    assert read_view(query, COLUMNS) == (view, [])
    assert read_view(view.to_query(), COLUMNS) == (view, [])


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("sort", "colour", "-due"), ("sort", "-", "name"), ("sort", "--due", "name"),
        ("page", "0", "1"), ("page", "-1", "1"), ("page", "x", "1"), ("page", "²", "1"),
        ("page", "9" * 400, "1"), ("size", "1000000", "25, 50, 100"), ("size", "x", "25, 50, 100"),
    ],
)  # fmt: skip
def test_nonsense_is_left_out_and_named(field: str, value: str, says: str) -> None:
    good = {"size": "50", "sort": "due"}
    view, (error,) = read_view({**good, field: value}, COLUMNS)
    assert (error.field, error.value) == (field, value)
    assert says in str(error)
    assert view == read_view({key: good[key] for key in good if key != field}, COLUMNS)[0]
