"""Names are found as they are typed: full pinyin, initials, and both mixed with characters."""

from __future__ import annotations

import pytest

from geo.features import Feature
from layers.atlas import Atlas
from layers.search import search
from layers.search_index import Entry, SearchIndex, build_index, index_entries
from layers.search_pinyin import FULL, INITIALS, PARTIAL, SpelledText


@pytest.fixture(scope="module")
def index(atlas: Atlas) -> SearchIndex:
    return build_index(atlas)


def named(*names: str) -> SearchIndex:
    """An index of made-up sites."""
    return index_entries(
        [Entry("sites", f"s{n}", Feature(f"s{n}", {"name": name}, None)) for n, name in enumerate(names)]
    )


def names(index: SearchIndex, typed: str) -> list[str]:
    return [hit.to_json()["name"] for hit in search(index, typed, limit=100).hits]


@pytest.mark.parametrize(
    "typed, wanted, matched, by",
    [
        ("dsh", "dishui-lake", "滴水湖", "initials"),
        ("DSH", "dishui-lake", "滴水湖", "initials"),
        ("dishuihu", "dishui-lake", "滴水湖", "pinyin"),
        ("dīshuǐhú", "dishui-lake", "滴水湖", "pinyin"),
        ("di shui hu", "dishui-lake", "滴水湖", "pinyin"),
        ("di'shui'hu", "dishui-lake", "滴水湖", "pinyin"),
        ("ｄｓｈ", "dishui-lake", "滴水湖", "initials"),
        ("dishuih", "dishui-lake", "滴水湖", "pinyin"),
        ("滴shui", "dishui-lake", "滴水", "pinyin"),
        ("滴水h", "dishui-lake", "滴水湖", "pinyin"),
        ("lgkjc", "tech-city", "临港科技城", "initials"),
        ("ryzh", "glory-ring", "荣耀之环", "initials"),
        ("ryzhihuan", "glory-ring", "荣耀之环", "initials"),
        ("T1xian", "t1", "T1线", "pinyin"),
        ("t1x", "t1", "T1线", "pinyin"),
        ("105shequ", "community-105", "105社区", "pinyin"),
    ],
)
def test_pinyin_finds_the_place_and_says_which_characters(
    index: SearchIndex, typed: str, wanted: str, matched: str, by: str
) -> None:
    hit = search(index, typed).hits[0]
    match = hit.matches[0]
    assert (hit.entry.id, match.text[match.start : match.end], match.by) == (wanted, matched, by)


def test_a_code_is_written_and_not_taken_for_pinyin(index: SearchIndex) -> None:
    hit = search(index, "t1").hits[0]
    assert (hit.entry.id, hit.exact, hit.matches[0].by) == ("t1", True, "text")


@pytest.mark.parametrize(
    "name, readings",
    [
        ("长兴岛", ("changxingdao", "zhangxing", "cxd", "zxd")),
        ("重装备园", ("zhongzhuangbei", "chongzhuang", "zzby", "czby")),
        ("行政中心", ("xingzheng", "hangzheng", "xzzx", "hzzx")),
        ("大厦", ("dasha", "daxia", "ds", "dx")),
        ("音乐厅", ("yinyueting", "yinleting", "yyt", "ylt")),
        ("绿地", ("lvdi", "ludi", "lüdi", "ld")),
        ("西安路", ("xianlu", "xi'anlu", "xal")),
        ("都市公园", ("dushi", "doushi", "dsgy")),
    ],
)
def test_every_reading_of_a_character_counts(name: str, readings: tuple[str, ...]) -> None:
    index = named(name, "芦潮港", "书院镇")
    assert {typed: names(index, typed) for typed in readings} == {typed: [name] for typed in readings}


@pytest.mark.parametrize("typed", ["zhonxing", "cangxing", "hsd", "lvxing"])
def test_what_no_character_reads_like_is_not_found(typed: str) -> None:
    assert names(named("长兴岛", "重装备园", "行政中心"), typed) == []


def test_a_syllable_that_could_be_two_is_tried_both_ways() -> None:
    assert names(named("西安路", "线路", "新区"), "xian") == ["线路", "西安路"]


def test_a_name_spelled_out_comes_before_one_by_initials() -> None:
    assert names(named("上海港", "沙", "深蓝海岸"), "sha")[0] == "沙"


def test_written_letters_come_before_pinyin() -> None:
    assert names(named("上海港", "SH中心"), "sh")[0] == "SH中心"


def test_two_letters_count_at_the_beginning_of_a_name_only() -> None:
    assert names(named("公园", "海港公园"), "gy") == ["公园"]


@pytest.mark.parametrize("word", ["school", "hospital", "road", "bridge", "lake", "park", "station", "bus"])
def test_english_words_are_not_taken_for_pinyin(index: SearchIndex, word: str) -> None:
    found = search(index, word, limit=1_000)
    ways = [match.by for hit in found.hits for match in hit.matches]
    assert "english" in ways and not {"pinyin", "initials"} & set(ways)


def test_rare_readings_bring_few_false_hits(index: SearchIndex) -> None:
    """The initials of a name find hardly more than names that share them."""
    found = {entry.id: search(index, "".join(letters)) for entry, letters in _initials(index)}
    assert len(found) > 300
    assert sum(result.total for result in found.values()) / len(found) < 4
    assert [i for i, result in found.items() if i not in {hit.entry.id for hit in result.hits}] == []


def _initials(index: SearchIndex) -> list[tuple[Entry, list[str]]]:
    from pypinyin import lazy_pinyin

    named = [(entry, entry.source) for entry in index.entries if entry.group in ("zones", "sites", "schools")]
    named += [(entry, entry.source.project) for entry in index.entries if entry.group == "projects"]
    rows = []
    for entry, source in named:
        name = source.properties["name"] if isinstance(source, Feature) else source.name
        if len(name) > 3 and name.isalnum():
            rows.append((entry, [s[0] for s in lazy_pinyin(name, errors=list)]))
    return rows


def test_every_name_is_found_by_its_own_pinyin(index: SearchIndex) -> None:
    from pypinyin import lazy_pinyin

    missed = []
    for entry in index.entries:
        if entry.group in ("zones", "lines", "stops", "schools", "hospitals"):
            name = entry.source.properties["name"]
            typed = "".join(lazy_pinyin(name))
            if entry.id not in {hit.entry.id for hit in search(index, typed, limit=50).hits}:
                missed.append((name, typed))
    assert missed == []


def test_looseness_tells_how_much_was_typed() -> None:
    text = SpelledText("\n滴水湖\n")
    spelled = {typed: text.find(typed) for typed in ("dishuihu", "dishuih", "dsh")}
    whole = {
        typed: [loose for *span, loose in zip(f.starts, f.ends, f.looseness, strict=True) if span == [1, 4]]
        for typed, f in spelled.items()
    }
    assert whole == {"dishuihu": [FULL], "dishuih": [PARTIAL], "dsh": [INITIALS]}


def test_a_long_row_of_one_letter_ends() -> None:
    assert names(named("山" * 60), "s" * 60) == ["山" * 60]
    assert names(named("山" * 20), "sh" * 40) == []
