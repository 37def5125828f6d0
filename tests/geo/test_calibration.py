"""Stated confidence beside the truth: bins, intervals, errors, and what a rule has earned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.calibration import (
    JudgedLink,
    calibrate,
    earned_confidence,
    propose_confidence,
    round_down,
    wilson_interval,
)


def links(rule: str, confidence: float, right: int, wrong: int) -> list[JudgedLink]:
    """So many right and wrong links of one rule, all stating one confidence."""
    truths = [True] * right + [False] * wrong
    return [JudgedLink(rule, confidence, is_right) for is_right in truths]


def test_nine_of_ten_links_stated_at_090_are_well_calibrated():
    outcome = calibrate(links("name", 0.9, 9, 1))
    assert outcome.expected_error == pytest.approx(0.0)
    assert outcome.brier_score == pytest.approx(0.09)
    (row,) = outcome.to_json()["bins"]
    assert (row["from"], row["links"], row["right"], row["share_right"]) == (0.9, 10, 9, 0.9)


def test_overstated_confidence_shows_as_error_and_outside_the_interval():
    outcome = calibrate(links("name", 0.99, 50, 50))
    assert outcome.expected_error == pytest.approx(0.49)
    (row,) = outcome.to_json()["bins"]
    assert row["interval"][1] < row["stated"]


def test_bins_are_weighted_by_their_links():
    outcome = calibrate([*links("heading", 0.75, 1, 0), *links("name", 0.99, 0, 3)])
    assert outcome.expected_error == pytest.approx((0.25 + 3 * 0.99) / 4)


def test_certainty_counts_with_the_last_bin():
    assert [row["to"] for row in calibrate(links("name", 1.0, 2, 0)).to_json()["bins"]] == [1.0]


def test_every_link_falls_into_exactly_one_bin():
    stated = [step / 100 for step in range(101)]
    outcome = calibrate(JudgedLink("name", confidence, True) for confidence in stated)
    assert sum(group.links for group in outcome.bins) == len(stated)


def test_without_links_there_is_nothing_to_divide_by():
    found = calibrate(()).to_json()
    assert found == {"links": 0, "expected_error": 0.0, "brier_score": 0.0, "bins": []}
    assert propose_confidence(()) == {}
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert calibrate(()).bins[0].to_json()["share_right"] is None


@pytest.mark.parametrize(
    "right, number, low, high",
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_interval_agrees_with_published_examples(right, number, low, high):
    """Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I."""
    assert wilson_interval(right, number) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_interval_holds_the_share_and_earned_confidence_is_never_certainty(right, wrong):
    number = right + wrong
    low, high = wilson_interval(right, number)
    assert 0 <= low <= (right / number if number else 0.5) + 1e-9
    assert (right / number if number else 0.5) - 1e-9 <= high <= 1
    assert 0 <= earned_confidence(right, number) < 1


def test_earned_confidence_grows_with_the_evidence():
    assert [earned_confidence(n, n) for n in (0, 3, 8, 98, 998)] == [0.5, 0.8, 0.9, 0.99, 0.99]


def test_rounding_down_keeps_what_has_two_decimals_already():
    assert [round_down(share) for share in (0.29, 0.57, 0.999, 1.0)] == [0.29, 0.57, 0.99, 1.0]


def test_proposal_gives_each_rule_what_it_earned():
    table = propose_confidence([*links("name", 0.99, 98, 0), *links("heading", 0.75, 3, 1)])
    assert list(table) == ["heading", "name"]
    assert (table["name"]["earned"], table["name"]["stated"]) == (0.99, 0.99)
    assert (table["heading"]["links"], table["heading"]["right"], table["heading"]["earned"]) == (4, 3, 0.66)


def test_the_site_factor_never_lets_a_product_state_more_than_was_measured():
    table = propose_confidence(
        [*links("name", 0.99, 98, 0), *links("alias", 0.97, 50, 2), *links("site", 0.96, 88, 10)]
    )
    site = table["site"]
    assert site["factor"] == 0.89
    assert all(row["earned"] * site["factor"] <= site["earned"] for row in table.values())


def test_the_site_factor_is_never_above_one():
    table = propose_confidence([*links("name", 0.99, 1, 1), *links("site", 0.96, 98, 0)])
    assert table["site"]["factor"] == 1.0
