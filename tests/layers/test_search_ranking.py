"""Search puts the thing that was named first, and takes any text for what it is: words to look for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.atlas import Atlas
from layers.search import LIMIT, search


@pytest.mark.parametrize(
    "words, first",
    [
        ("105社区", "community-105"),
        ("  105社区 ", "community-105"),
        ("顶科社区", "top-scientists"),
        ("滴水湖核心片区", "dishui-core"),
    ],
)
def test_a_name_or_alias_comes_first(atlas: Atlas, words: str, first: str) -> None:
    assert search(atlas, words)[0]["id"] == first


def test_every_zone_is_found_first_by_its_own_names(atlas: Atlas) -> None:
    for zone in atlas.zones:
        for name in (zone.name, zone.name_en, zone.name_en.upper()):
            hits = search(atlas, name)
            assert hits[0]["type"] == "zone"
            assert name.casefold() in (hits[0]["name"].casefold(), hits[0]["name_en"].casefold()), name


def test_exact_names_come_before_beginnings_before_the_rest_before_tasks(atlas: Atlas) -> None:
    hits = search(atlas, "滴水湖", limit=1000)
    ranks = []
    for hit in hits:
        feature = atlas.features.get(hit["id"])
        names = [feature.properties["name"], *feature.properties["aliases"]] if feature else []
        ranks.append(3 if not feature else min((n != "滴水湖") + (not n.startswith("滴水湖")) for n in names))
    assert {1, 2, 3} <= set(ranks)
    assert ranks == sorted(ranks)


def test_a_task_is_found_by_its_number_and_by_words_in_any_order(atlas: Atlas) -> None:
    assert search(atlas, "2023-112")[0] == {
        "type": "task",
        "id": "2023-112",
        "name": atlas.get_task("2023-112").task.title,
        "plan": "2023",
    }
    title = atlas.get_task("2023-112").task.title
    assert "2023-112" in [hit["id"] for hit in search(atlas, f"{title[-3:]} {title[:3]}")]


@pytest.mark.parametrize("words", ["", "   ", "\t\n", "\u3000"])
def test_nothing_is_found_for_nothing(atlas: Atlas, words: str) -> None:
    assert search(atlas, words) == []


@pytest.mark.parametrize("words", [".*", "[", "(?:", "\\", "105.*", "^", "%", "_", "$^"])
def test_signs_of_a_pattern_are_only_signs(atlas: Atlas, words: str) -> None:
    hits = search(atlas, words)
    assert all(
        words in f"{hit['id']} {atlas.tasks[hit['id']].task.text}" for hit in hits if hit["type"] == "task"
    )
    assert len(hits) < LIMIT


@given(words=st.text(max_size=20), limit=st.integers(1, 50))
def test_any_text_gives_at_most_the_limit_and_each_hit_once(atlas: Atlas, words: str, limit: int) -> None:
    hits = search(atlas, words, limit=limit)
    assert len(hits) <= limit
    assert len({(hit["type"], hit["id"]) for hit in hits}) == len(hits)
