"""Search puts the thing that was named first, and takes any text for what it is: words to look for."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.features import Feature
from layers.atlas import Atlas
from layers.search import LIMIT, MAX_CHARS, MAX_WORDS, Hit, search
from layers.search_index import GROUPS, Entry, SearchIndex, build_index, index_entries


@pytest.fixture(scope="module")
def index(atlas: Atlas) -> SearchIndex:
    return build_index(atlas)


def first(index: SearchIndex, words: str) -> tuple[str, str]:
    hit = search(index, words).hits[0]
    return hit.entry.group, hit.entry.id


def ids(index: SearchIndex, words: str, group: str = "", limit: int = 1_000) -> list[str]:
    return [hit.entry.id for hit in search(index, words, group=group, limit=limit).hits]


def says(hit: Hit) -> list[tuple[str, str, str]]:
    """Field, way and the very characters that matched."""
    return [(m.field, m.by, m.text[m.start : m.end]) for m in hit.matches]


@pytest.mark.parametrize(
    "words, wanted",
    [
        ("105社区", ("zones", "community-105")),
        ("  105社区 ", ("zones", "community-105")),
        ("顶科社区", ("zones", "top-scientists")),
        ("滴水湖核心片区", ("zones", "dishui-core")),
        ("１０５社區", ("zones", "community-105")),
        ("臨港科技城", ("zones", "tech-city")),
        ("“信息飞鱼”", ("zones", "flying-fish")),
        ("t1", ("lines", "t1")),
        ("16号线", ("lines", "line-16")),
        ("J05-01", ("sites", "parcel-j05-01")),
        ("j05-01", ("sites", "parcel-j05-01")),
        ("Dishui Lake", ("zones", "dishui-lake")),
        ("DISHUI  lake", ("zones", "dishui-lake")),
        ("滴水湖学校", ("schools", "dishui-lake-school")),
        ("滴水湖 学校", ("schools", "dishui-lake-school")),
        ("芦潮港社区卫生服务中心", ("hospitals", "luchaogang-chc")),
        ("长兴岛", ("landmarks", "land-changxing")),
        ("荣耀之环", ("sites", "glory-ring")),
        ("2023-112", ("tasks", "2023-112")),
        ("145-5.1.p1", ("tasks", "145-5.1.p1")),
        ("community-105", ("zones", "community-105")),
    ],
)
def test_what_was_named_comes_first(index: SearchIndex, words: str, wanted: tuple[str, str]) -> None:
    assert first(index, words) == wanted


def test_every_place_is_found_exactly_by_every_name_it_has(atlas: Atlas, index: SearchIndex) -> None:
    for zone in atlas.zones:
        for name in (zone.name, zone.name_en, zone.name_en.upper(), *zone.aliases):
            found = search(index, name, group="zones", limit=50)
            assert zone.id in [hit.entry.id for hit in found.hits if hit.exact], name


def test_exact_names_come_before_beginnings_before_the_rest_before_texts(index: SearchIndex) -> None:
    for group in search(index, "滴水湖", limit=1_000).groups:
        ranks = []
        for hit in group.hits:
            match = hit.matches[0]
            inside = match.start > 0 or match.field == "title"
            ranks.append(0 if hit.exact else 3 if match.field == "text" else 1 + inside)
        assert ranks == sorted(ranks)
    assert [group.id for group in search(index, "滴水湖").groups][-1] == "tasks"


def test_a_title_counts_more_than_a_text(index: SearchIndex) -> None:
    fields = [hit.matches[0].field for hit in search(index, "金融", group="tasks", limit=1_000).hits]
    assert {"title", "text"} == set(fields)
    assert fields == sorted(fields, key=["title", "text"].index)


def test_a_task_is_found_by_its_number_and_by_words_in_any_order(atlas: Atlas, index: SearchIndex) -> None:
    title = atlas.get_task("2023-112").task.title
    assert "2023-112" in ids(index, f"{title[-3:]} {title[:3]}")
    assert "2023-112" in ids(index, "112", group="tasks")


def test_all_words_must_match_and_each_says_where(index: SearchIndex) -> None:
    hits = search(index, "金融湾 105", limit=50).hits
    assert [hit.entry.id for hit in hits if hit.entry.group == "projects"] == ["finance-bay"]
    assert {text for _, _, text in says(hits[0])} == {"金融湾", "105"}


def test_a_match_is_cut_from_the_name_as_it_is_written(index: SearchIndex) -> None:
    assert says(search(index, "顶科社区").hits[0]) == [("alias", "text", "顶科社区")]
    hit = search(index, "信息飞鱼全球", group="projects").hits[0]
    assert says(hit) == [("alias", "text", "信息飞鱼”全球")]
    gate = Feature("gate", {"name": "东门", "name_en": "Yangshan Zone, (east) Gáte"}, None)
    found = search(index_entries([Entry("sites", "gate", gate)]), "zone east gate")
    assert says(found.hits[0]) == [("name_en", "english", "Zone, (east) Gáte")]


def test_english_is_matched_from_the_beginning_of_words(index: SearchIndex) -> None:
    assert "line-16" in ids(index, "lin 16")
    assert all(hit.matches[0].by != "english" for hit in search(index, "ishui", limit=1_000).hits)


def test_ties_stay_in_the_order_of_the_files(index: SearchIndex) -> None:
    found = ids(index, "建设", group="tasks")
    order = [entry.id for entry in index.entries]
    titles = [i for i in found if "建设" in index.entries[order.index(i)].source.task.title]
    assert titles == sorted(titles, key=order.index)


def test_the_order_of_the_entries_changes_no_set_of_hits(index: SearchIndex) -> None:
    shuffled = list(index.entries)
    random.Random(7).shuffle(shuffled)
    other = index_entries(shuffled)
    for words in ("滴水湖", "dsh", "lake", "金融"):
        assert set(ids(index, words)) == set(ids(other, words))


def test_counts_are_of_all_hits_whatever_the_limit(index: SearchIndex) -> None:
    few, all_of_them = search(index, "滴水湖", limit=2), search(index, "滴水湖", limit=1_000)
    assert [(g.id, g.count) for g in few.groups] == [(g.id, len(g.hits)) for g in all_of_them.groups]
    assert few.total == len(all_of_them.hits)
    assert max(len(group.hits) for group in few.groups) == 2


def test_one_kind_can_be_asked_for(index: SearchIndex) -> None:
    found = search(index, "滴水湖", group="stops")
    assert [group.id for group in found.groups] == ["stops"]


def test_every_kind_of_thing_is_found(index: SearchIndex) -> None:
    found = {group.id for words in ("临港", "工作要点", "路", "站") for group in search(index, words).groups}
    assert found == set(GROUPS)


def test_a_hit_names_the_places_that_show_it(atlas: Atlas, index: SearchIndex) -> None:
    task = search(index, "2023-54").hits[0]
    assert {"finance-bay", "west-island"} <= set(task.entry.places)
    for words in ("滴水湖", "t1", "金融", "西岛"):
        for hit in search(index, words, limit=1_000).hits:
            assert set(hit.entry.places) <= set(atlas.features)


@pytest.mark.parametrize("words", ["", "   ", "\t\n", "\u3000", "“”", "\u200b", ",，;"])
def test_nothing_is_found_for_nothing(index: SearchIndex, words: str) -> None:
    assert search(index, words).total == 0


@pytest.mark.parametrize("words", ["没有这样的词", "qqqq", "<script>alert(1)</script>", "𠀀𠀁"])
def test_nonsense_finds_nothing(index: SearchIndex, words: str) -> None:
    found = search(index, words)
    assert found.hits == [] and found.ignored == ()


def test_a_word_found_nowhere_is_ignored_beside_others_and_told(index: SearchIndex) -> None:
    found = search(index, "滴水湖 没有这样的词")
    assert found.ignored == ("没有这样的词",)
    assert [hit.entry.id for hit in found.hits] == [hit.entry.id for hit in search(index, "滴水湖").hits]


def test_words_that_nothing_holds_together_are_counted_apart(index: SearchIndex) -> None:
    found = search(index, "长兴岛 荣耀之环")
    assert found.total == 0
    assert found.counts["长兴岛"] > 0 and found.counts["荣耀之环"] > 0


def test_what_is_over_the_limits_is_ignored_and_told(index: SearchIndex) -> None:
    assert search(index, "社" * 20_000).ignored == ("社" * (20_000 - MAX_CHARS),)
    many = [f"滴水湖{n}" for n in range(MAX_WORDS)]
    assert search(index, " ".join([*many, "学校"])).ignored[0] == "学校"


@pytest.mark.parametrize("words", [".*", "[", "(?:", "\\", "105.*", "^", "%", "_", "$^", "滴|湖", "滴水湖$"])
def test_signs_of_a_pattern_are_only_signs(index: SearchIndex, words: str) -> None:
    for hit in search(index, words, limit=1_000).hits:
        assert all(m.text[m.start : m.end].casefold() == words for m in hit.matches)


def test_control_characters_are_no_part_of_the_words(index: SearchIndex) -> None:
    assert ids(index, "滴\x00水\x1b湖\u202e") == ids(index, "滴水湖")


@given(words=st.text(max_size=30), limit=st.integers(1, 50))
def test_any_text_gives_at_most_the_limit_and_each_hit_once(
    index: SearchIndex, words: str, limit: int
) -> None:
    found = search(index, words, limit=limit)
    assert all(len(group.hits) <= min(limit, group.count) for group in found.groups)
    seen = [(hit.entry.group, hit.entry.id) for hit in found.hits]
    assert len(set(seen)) == len(seen)
    for hit in found.hits:
        assert hit.matches and all(0 <= m.start < m.end <= len(m.text) for m in hit.matches)


def test_the_usual_limit_is_short(index: SearchIndex) -> None:
    assert max(len(group.hits) for group in search(index, "临港").groups) == LIMIT
