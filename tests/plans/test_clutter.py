"""What stands in a document without being the plan: it is left out with its reason, and nothing else is."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import Document, read_document
from plans.outline import read_outline

BODY = "由交通部门牵头，沿河道分段推进，年内完成主体工程。"
PLAN = f"一、交通\n1.修路。{BODY}\n2.修桥。{BODY}\n二、环境\n3.清淤。{BODY}\n4.种树。{BODY}\n"


def document_of(text):
    return read_document(text.encode(), name="plan.txt")


def texts(outline):
    return [item.text for item in outline.items]


def reasons(text):
    """Reason -> what was left out for it."""
    document = document_of(text)
    return {why: document.text[start:end].strip() for (start, end), why in read_outline(document).left_out}


@pytest.mark.parametrize(
    "line, reason",
    [
        ("△资料图(来源/网络)", "caption"),
        ("图3 河道现状", "caption"),
        ("（图片来源：海滨日报）", "caption"),
        ("— 12 —", "page number"),
        ("第3页 共9页", "page number"),
        ("请关注:海滨大城小事", "advertisement"),
        ("責任編輯：某某", "advertisement"),
        ("扫码关注不迷路~", "advertisement"),
    ],
)
def test_line_inside_an_item_is_cut_out_and_the_item_stays_whole(line, reason):
    text = f"一、交通\n1.修路。{BODY}\n{line}\n东段先行，西段随后。\n2.修桥。{BODY}\n"
    document = document_of(text)
    item = read_outline(document).items[0]
    assert item.text == f"修路。{BODY}\n东段先行，西段随后。"
    assert len(item.pieces) == 2 and reasons(text)[reason] == line
    assert "".join(document.text[start:end] for start, end in item.pieces) == item.text


@pytest.mark.parametrize("gap", ["\n", " \n", "\n\n"])
def test_line_break_before_punctuation_is_no_line_break(gap):
    outline = read_outline(document_of(f"一、交通\n1.修路\n、修桥{gap}，年内\n完成{gap}。\n2.种树。{BODY}\n"))
    assert texts(outline)[0].replace("\n", "|") == "修路、修桥，年内|完成。"


def test_wrapped_text_is_joined_and_keeps_its_items():
    sentences = "拓宽路面增设车站整修桥梁种植行道树清理河道淤泥并新建步道若干连接公园与学校" * 3
    rows = [f"{number}.修好第{number}条路。{sentences[number:]}。" for number in range(1, 9)]
    wrapped = "\n".join(row[at : at + 30] for row in rows for at in range(0, len(row), 30))
    outline = read_outline(document_of("一、交通\n" + wrapped))
    assert texts(outline) == [row.split(".", 1)[1] for row in rows]


def test_text_printed_twice_is_read_once_and_told_with_its_place():
    outline = read_outline(document_of("海滨新城行动方案\n" + PLAN + "-END-\n" + PLAN + "-END-\n"))
    assert [item.number for item in outline.items] == ["1", "2", "3", "4"]
    assert [fault.line for fault in outline.faults] == [9]
    assert "lines 9 to 14 print again what begins on line 2" in outline.faults[0].what
    assert reasons(PLAN + "-END-\n" + PLAN)["printed twice"].startswith("一、交通")


def test_running_header_is_left_out_everywhere():
    header = "海滨新城2031年工作要点"
    text = PLAN.replace("2.", f"{header}\n2.").replace("二、", f"{header}\n二、") + header + "\n"
    outline = read_outline(document_of(text))
    assert len(outline.items) == 4 and not any(header in item.text for item in outline.items)


def test_responsible_office_said_many_times_is_no_header():
    text = "".join(f"{number}.办第{number}件事。\n责任单位：海滨区交通委\n" for number in range(1, 6))
    assert all("责任单位" in item.text for item in read_outline(document_of("一、甲\n" + text)).items)


def test_block_of_metadata_at_the_head_is_no_list_of_dashes():
    text = "\n---\ntitle: 某要点\ncategories:\n - 新闻\n - 工作\n---\n" + PLAN
    assert len(read_outline(document_of(text)).items) == 4
    assert reasons(text)["metadata"].startswith("---")


def test_signature_and_annex_are_not_the_last_item():
    for tail in ("海滨新城管委会\n2031年1月5日\n", "附件：任务分工表\n1.甲任务\n2.乙任务\n"):
        assert texts(read_outline(document_of(PLAN + tail)))[-1] == f"种树。{BODY}"


def test_annex_with_a_plan_of_its_own_is_told():
    annex = f"附件\n一、分工\n1.甲。{BODY}\n2.乙。\n"
    outline = read_outline(document_of(PLAN + annex))
    assert len(outline.items) == 4
    assert [fault.line for fault in outline.faults] == [8]


def test_item_whose_number_stands_alone_takes_the_next_line():
    outline = read_outline(document_of(f"一、交通\n1.\n修路。{BODY}\n2.\n修桥。{BODY}\n"))
    assert [item.title for item in outline.items] == ["修路", "修桥"]


def test_missing_item_and_heading_are_told_with_their_lines():
    text = f"一、交通\n1.修路。{BODY}\n3.修桥。{BODY}\n三、环境\n4.清淤。{BODY}\n"
    assert [(fault.line, fault.what) for fault in read_outline(document_of(text)).faults] == [
        (3, "item 2 is missing before item 3"),
        (4, "heading 2 is missing before heading 三"),
    ]


HEADS = [
    "",
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "(三)",
    "1.",
    "2、",
    "３．",
    "4.",
    "（1）",
    "（2）",
    "1)",
    "①",
    "②",
    "⑴",
    "⒈",
    "第一章 ",
    "第二节 ",
    "第三条 ",
    "• ",
    "■",
    "——",
    "- ",
    "一是",
    "二是",
    "A.",
    "　　",
    "1\t",
]
WORDS = [
    "",
    "修路",
    "修路。" + BODY,
    BODY,
    "，年内完成。",
    "主要任务",
    "发展目标",
    "保障措施",
    "请关注:某地",
    "来源：某网",
    "△资料图",
    "附件：表",
    "2031年1月5日",
    "5亿元用于此。",
    "修路；修桥；",
    "-END-",
    "---",
    "— 3 —",
]
LINES = st.lists(st.tuples(st.sampled_from(HEADS), st.sampled_from(WORDS)).map("".join), max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cs", "Co", "Cc"]) | st.sampled_from("\n\n一、1.。，（）"))


def check(text):
    document = Document("x.txt", text, "0" * 64, "utf-8")
    outline = read_outline(document)
    pieces = [piece for item in outline.items for piece in item.pieces]
    spans = sorted(pieces + [piece.span for piece in outline.left_out])
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert outline.characters_used + outline.characters_left_out == len(text)
    for item in outline.items:
        assert "".join(text[start:end] for start, end in item.pieces) == item.text == item.text.strip()
        assert "".join(item.text.split()).startswith("".join(item.title.split()))
    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in outline.faults)
    assert read_outline(document) == outline


@settings(deadline=None, max_examples=400)
@given(LINES)
def test_every_character_of_any_layout_is_in_an_item_or_left_out_once(lines):
    check("\n".join(lines))


@settings(deadline=None, max_examples=300)
@given(ANY)
def test_any_text_is_read_without_raising(text):
    check(text)


@settings(deadline=None)
@given(LINES, st.integers(2, 4))
def test_any_layout_printed_several_times_is_read_without_raising(lines, times):
    check("\n".join(lines * times))


def calls_to_read(text):
    """Calls that reading makes, of functions in Python and in C: a measure of work without a clock."""
    document, calls = Document("x.txt", text, "0" * 64, "utf-8"), 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read_outline(document)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "block",
    [
        PLAN,
        "1.甲\n",
        "一、甲\n",
        "，甲\n",
        "• 甲，乙。\n",
        "（一）甲\n（二）乙\n1.丙。\n",
        "第一条 甲。\n三、乙\n9.丙。\n5、丁\n",
        "2.甲。请关注:某\n",
        f"{BODY}\n{BODY}一\n{BODY}二\n",
        "附件\n",
        "\n",
    ],
)
def test_work_grows_in_proportion_to_the_text(block):
    short, long = calls_to_read(block * 200), calls_to_read(block * 800)
    assert long <= 4.6 * short
