"""An unknown id names the nearest known one, and is caught as either kind of error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingang.errors import PlanningMapError, UnknownIdError
from lingang.locations import data_dir

ZONES = ["community-103", "community-105", "finance-bay", "west-island"]


@pytest.mark.parametrize(
    "wanted, nearest",
    [("comunity-105", "community-105"), ("finance_bay", "finance-bay"), ("westisland", "west-island")],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(wanted: str, nearest: str) -> None:
    error = UnknownIdError("zone", wanted, ZONES)
    assert error.nearest == nearest
    assert str(error) == f"unknown zone id {wanted!r}; did you mean {nearest!r}? (zones known: 4)"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    error = UnknownIdError("zone", "q", ZONES)
    assert error.nearest is None
    assert str(error) == "unknown zone id 'q' (zones known: 4)"


@pytest.mark.parametrize("kind", [PlanningMapError, LookupError])
def test_it_is_caught_as_ours_and_as_a_lookup_error(kind: type[Exception]) -> None:
    with pytest.raises(kind, match="unknown task id"):
        raise UnknownIdError("task", "2023-999", ["2023-1"])


@given(st.text(), st.lists(st.text()))
def test_any_text_makes_a_message_on_one_line(wanted: str, known: list[str]) -> None:
    error = UnknownIdError("zone", wanted, known)
    assert len(str(error).splitlines()) == 1
    assert (error.kind, error.wanted) == ("zone", wanted)


def test_the_data_folder_holds_what_the_atlas_reads() -> None:
    assert (data_dir() / "geojson" / "zones.geojson").is_file()
    assert (data_dir() / "plans" / "plans.json").is_file()
