"""A filter in CQL2 text, read by the package `cql2`: what people and GIS programs write."""

from __future__ import annotations

import cql2
import pytest

from layers.atlas import Atlas
from layers.ogc_collections import Collection, Collections
from layers.ogc_cql2 import JSON, MOST_DEPTH, MOST_TEXT, TEXT, languages
from layers.ogc_crs import OgcError
from layers.ogc_query import parse_query, select_rows


@pytest.fixture(scope="module")
def zones(atlas: Atlas) -> Collection:
    return Collections(atlas).get("zones")


def ask(collection: Collection, text: str) -> list[str]:
    rows = select_rows(collection, parse_query(collection, [("filter", text)]))
    return [collection.features[row].id for row in rows]


def test_both_languages_are_read_where_the_package_is_installed() -> None:
    assert languages() == (TEXT, JSON)
    assert cql2.parse_text("a = 1")


@pytest.mark.parametrize(
    "text, meant",
    [
        ("rank = 'park'", lambda p: p["rank"] == "park"),
        ("rank='park' AND tasks_total>3", lambda p: p["rank"] == "park" and p["tasks_total"] > 3),
        ("NOT (rank = 'park')", lambda p: p["rank"] != "park"),
        ("parent IS NULL", lambda p: p["parent"] is None),
        ("parent IS NOT NULL", lambda p: p["parent"] is not None),
        ("area_km2 BETWEEN 10 AND 20", lambda p: 10 <= p["area_km2"] <= 20),
        ("rank IN ('park', 'town')", lambda p: p["rank"] in ("park", "town")),
        ("name LIKE '%社区'", lambda p: p["name"].endswith("社区")),
        ("name NOT LIKE '%社区'", lambda p: not p["name"].endswith("社区")),
        ("edges_published = TRUE", lambda p: p["edges_published"]),
        ("(((rank = 'park')))", lambda p: p["rank"] == "park"),
        ("rank = ')))'", lambda p: False),
    ],
)
def test_a_text_selects_the_rows_that_meet_it(zones: Collection, text: str, meant: object) -> None:
    assert callable(meant)
    assert ask(zones, text) == [f.id for f in zones.features if meant(f.properties)]


def test_a_text_knows_geometry(zones: Collection) -> None:
    everywhere = [feature.id for feature in zones.features]
    assert ask(zones, "S_INTERSECTS(geometry, BBOX(120, 30, 123, 32))") == everywhere
    assert ask(zones, "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))") == []


@pytest.mark.parametrize(
    "text, says",
    [
        ("rank =", "no CQL2 text"),
        ("rank = 'park' AND", "no CQL2 text"),
        ("rnk = 'park'", "rank"),
        ("(" * 4 + "rank = 'park'", "never closed"),
        ("rank = 'park')", "never opened"),
        ("(" * 20 + "rank = 'park'" + ")" * 20, f"deeper than {MOST_DEPTH}"),
        ("NOT " * MOST_TEXT + "TRUE", f"more than {MOST_TEXT}"),
        ("NOT " * 200 + "TRUE", "nested deeper"),
        ("S_DWITHIN(geometry, POINT(1 2), 3)", "not served"),
    ],
)
def test_a_text_that_cannot_be_met_is_refused(zones: Collection, text: str, says: str) -> None:
    with pytest.raises(OgcError, match=says):
        ask(zones, text)
