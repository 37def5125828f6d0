"""Numbered items by the grammar of official documents, in several layouts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.document import read_document
from plans.outline import parse_ordinal, read_outline, split_title
from plans.titles import title_end


def outline_of(text):
    document = read_document(text.encode(), name="plan.txt")
    outline = read_outline(document)
    for item in outline.items:
        assert "".join(document.text[start:end] for start, end in item.pieces) == item.text
        assert item.span == (item.pieces[0][0], item.pieces[-1][1])
        assert title_end(item.text, item.title) is not None
    return outline


def numbers(outline):
    return [item.number for item in outline.items]


PLAIN = """海滨新城2031年工作要点
日期:03-01
为做好全年工作,制定本要点。

一、建设
(一)交通
先说几句道理。
1、修一座桥。桥头种树。
2、通一条路。

(二)学校
3、办一所中学。
二、环境
（三）河道
4、清一条河。
"""


def test_items_know_their_headings_and_lines():
    outline = outline_of(PLAIN)
    assert [(item.number, item.path, item.title, item.line) for item in outline.items] == [
        ("1", ("一、建设", "(一)交通"), "修一座桥", 8),
        ("2", ("一、建设", "(一)交通"), "通一条路", 9),
        ("3", ("一、建设", "(二)学校"), "办一所中学", 12),
        ("4", ("二、环境", "（三）河道"), "清一条河", 15),
    ]
    assert outline.faults == ()


@pytest.mark.parametrize("mark", [".", "、", "．", ". ", " 、", ".\u3000"])
@pytest.mark.parametrize("digits", ["0123456789", "０１２３４５６７８９"])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000", "    "])
def test_every_usual_way_of_numbering_is_read(mark, digits, indent):
    rows = [f"{indent}{''.join(digits[int(d)] for d in str(n))}{mark}做好事情{n}号。" for n in range(1, 13)]
    outline = outline_of("\n".join(["一、总则", *rows]))
    assert numbers(outline) == [str(n) for n in range(1, 13)]
    assert outline.items[11].text == "做好事情12号。"


def test_highlights_before_the_body_are_no_items():
    highlights = "".join(f"{n}. 亮点{n}\n" for n in range(1, 21))
    outline = outline_of("某地2031年工作要点\n亮点摘录:\n" + highlights + PLAIN)
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert outline.left_out[0].reason == "front matter"


def test_longest_run_is_the_body_where_there_are_no_headings():
    highlights = "".join(f"{n}. 亮点{n}\n" for n in range(1, 6))
    body = "".join(f"{n}.做第{n}件事。\n" for n in range(1, 13))
    outline = outline_of(highlights + "全文\n" + body)
    assert len(outline.items) == 12 and outline.items[0].text == "做第1件事。"


def test_table_of_contents_is_not_the_body():
    contents = "目录\n一、建设\n(一)交通\n(二)学校\n二、环境\n(三)河道\n"
    assert numbers(outline_of(contents + PLAIN)) == ["1", "2", "3", "4"]


def test_list_inside_an_item_belongs_to_it():
    text = "一、甲\n1.第一件。\n2.第二件,分三步:\n1.量。\n2.画。\n3.挖。\n3.第三件。\n(一)乙\n4.第四件。\n"
    outline = outline_of(text)
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert outline.items[1].text == "第二件,分三步:\n1.量。\n2.画。\n3.挖。"
    assert outline.faults == ()


def test_list_in_brackets_and_following_paragraphs_belong_to_their_item():
    outline = outline_of("一、甲\n1.修桥。\n(1)选址。\n(2)打桩。\n\n又一段。\n\n2.修路。")
    assert [item.text for item in outline.items] == ["修桥。\n(1)选址。\n(2)打桩。\n\n又一段。", "修路。"]


def test_gap_and_double_are_reported_and_nothing_is_lost():
    outline = outline_of("一、甲\n1.修桥。\n2.修路。\n2.修渠。\n5.修塔。\n6.修亭。\n")
    assert numbers(outline) == ["1", "2", "2", "5", "6"]
    assert [fault.line for fault in outline.faults] == [4, 5]
    assert "number 2" in outline.faults[0].what and "3 to 4" in outline.faults[1].what


def test_number_that_fits_nothing_stays_text_and_is_reported():
    outline = outline_of("一、甲\n1.修桥。\n88.这一行只是碰巧以数字开头。\n2.修路。\n")
    assert numbers(outline) == ["1", "2"]
    assert "碰巧" in outline.items[0].text and outline.faults[0].line == 3


def test_decimal_at_the_head_of_a_line_is_no_item_but_a_digit_after_the_number_may_be():
    outline = outline_of("一、甲\n1.修桥。\n3.5亿元用于此。\n2.5G基站全部建好。\n3.修路。\n")
    assert numbers(outline) == ["1", "2", "3"]
    assert outline.items[1].text == "5G基站全部建好。"


def test_numbering_that_starts_again_in_each_section_gives_numbers_by_path():
    outline = outline_of("一、甲\n1.修桥。\n2.修路。\n二、乙\n1.种树。\n2.养花。\n")
    assert numbers(outline) == ["1.1", "1.2", "2.1", "2.2"]
    assert outline.faults == ()


def test_numbering_that_starts_again_once_is_told():
    text = "一、甲\n1.修桥。\n二、乙\n2.种树。\n三、丙\n1.养花。\n四、丁\n2.挖渠。\n五、戊\n3.清淤。\n"
    outline = outline_of(text)
    assert numbers(outline) == ["1", "2", "1", "2", "3"]
    assert [(fault.line, fault.what) for fault in outline.faults] == [(6, "numbering starts again at 1")]


@pytest.mark.parametrize(
    "tail", ["请关注:某某小事", "（来源：某某网）", "敬请关注公众号某某", "点击阅读原文"]
)
def test_advertisement_behind_an_item_is_cut_off(tail):
    outline = outline_of(f"一、甲\n1.修桥。桥要宽。{tail}\n2.修路\n{tail}\n(二)乙\n3.办学。\n")
    assert [item.text for item in outline.items] == ["修桥。桥要宽。", "修路", "办学。"]
    assert sum(piece.reason == "advertisement" for piece in outline.left_out) == 2


def test_words_that_only_sound_like_an_advertisement_stay():
    text = "重点关注:防汛。提请关注:交通。来源多样的客流要分开。"
    assert outline_of(f"一、甲\n1.{text}\n2.修路。").items[0].text == text


@pytest.mark.parametrize("mark", ["责任编辑:某某", "来源：某某网", "相关阅读:", "-END-", "【免责声明】"])
def test_back_matter_is_left_out(mark):
    outline = outline_of(f"一、甲\n1.修桥。\n2.修路。\n\n{mark}\n\n别的新闻标题\n")
    assert outline.items[-1].text == "修路。"
    assert outline.left_out[-1].reason == "back matter"


@pytest.mark.parametrize(
    "text, title",
    [
        ("修一座桥。桥头种树。", "修一座桥"),
        ("修桥；修路；修渠。", "修桥"),
        ("只有标题没有正文", "只有标题没有正文"),
        ("标题自成一行\n正文另起。", "标题自成一行"),
        ("修桥铺路办学\u3000年内动工", "修桥铺路办学"),
        ("发布“三个一”行动方案。做好宣传。", "发布“三个一”行动方案"),
        ("很" * 40 + "，" + "长" * 40 + "。", "很" * 40),
    ],
)
def test_title_is_the_lead_phrase_as_printed(text, title):
    assert split_title(text) == title


@pytest.mark.parametrize("text", ["没有编号的一段话。", "一、只有标题\n(一)也只有标题\n", "2031年3月"])
def test_document_without_items_says_so_and_does_not_raise(text):
    outline = outline_of(text)
    assert outline.items == () and "no numbered items" in outline.faults[-1].what + outline.faults[0].what


def test_run_in_heading_gives_only_its_heading_to_the_path():
    text = "第一章 总则\n(一)交通。这一节讲交通。\n1.修桥。\n(二)河道。这一节讲河道。\n2.清淤。\n"
    assert [item.path for item in outline_of(text).items] == [
        ("第一章 总则", "(一)交通"),
        ("第一章 总则", "(二)河道"),
    ]


def test_second_outline_is_left_out_and_told():
    outline = outline_of(PLAIN + "附件\n一、附表\n1.表一。\n2.表二。\n")
    assert numbers(outline) == ["1", "2", "3", "4"]
    assert any("another outline with 2 items" in fault.what for fault in outline.faults)


@pytest.mark.parametrize(
    "written, number", [("一", 1), ("十", 10), ("十八", 18), ("二十", 20), ("二十三", 23), ("一百零二", 102)]
)
def test_chinese_numerals_are_numbers(written, number):
    assert parse_ordinal(written) == number


LINES = st.lists(
    st.sampled_from(
        [
            "一、甲",
            "二、乙",
            "(一)丙",
            "1.修桥。",
            "2、修路",
            "3．",
            "4.5G",
            "8.塔。请关注:某",
            "来源:某",
            "",
            "  话。",
            "责任编辑:某",
            "1.",
            "(1)甲",
        ]
    ),
    max_size=30,
)


@given(LINES)
def test_every_character_is_in_an_item_or_left_out_once(lines):
    text = "始\n" + "\n".join(lines)
    outline = outline_of(text)
    spans = sorted([piece for item in outline.items for piece in item.pieces])
    spans = sorted(spans + [piece.span for piece in outline.left_out])
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert outline.characters_used + outline.characters_left_out == len(text)


@given(st.integers(1, 60), st.integers(1, 6))
def test_any_plan_that_is_numbered_through_comes_back_whole(count, sections):
    text = "工作要点\n"
    for number in range(1, count + 1):
        if (number - 1) % sections == 0:
            text += "一二三四五六七八九十"[min((number - 1) // sections, 9)] + "、标题\n"
        text += f"{number}.办第{number}件事。要办好。\n"
    assert numbers(outline_of(text)) == [str(number) for number in range(1, count + 1)]
