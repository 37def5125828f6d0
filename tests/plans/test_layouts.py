"""Documents in every layout that plans are printed in, with sentences of our own: which items are read."""

import pytest

from plans.document import read_document
from plans.marks import fold
from plans.outline import read_outline

BODY = "由交通部门牵头，沿河道分段推进，年内完成主体工程。"


def read(text, name="plan.txt"):
    document = read_document(text.encode(), name=name)
    outline = read_outline(document)
    for item in outline.items:
        assert "".join(document.text[start:end] for start, end in item.pieces) == item.text
        assert item.span == (item.pieces[0][0], item.pieces[-1][1])
    return outline


def numbers(outline):
    return [item.number for item in outline.items]


def titles(outline):
    return [item.title for item in outline.items]


def numbered(rows):
    """Lines of entries: mark and title, each with a sentence."""
    return "".join(f"{row}。{BODY}\n" for row in rows)


LAYOUTS = {
    "annual plan: items run through parts and sections": (
        "一、交通\n（一）道路\n"
        + numbered(["1.修路", "2.修桥"])
        + "（二）轨道\n"
        + numbered(["3.建站"])
        + "二、环境\n（三）河道\n"
        + numbered(["4.清淤", "5.种树"]),
        [("1", "修路"), ("2", "修桥"), ("3", "建站"), ("4", "清淤"), ("5", "种树")],
        ("一、交通", "（一）道路"),
    ),
    "action plan: sections run through parts": (
        "一、总体要求\n坚持稳中求进，三年见效。\n二、修好道路\n"
        + numbered(["（一）修路", "（二）修桥"])
        + "三、治理河道\n"
        + numbered(["（三）清淤", "（四）种树"])
        + "四、组织实施\n"
        + numbered(["（五）明确分工"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤"), ("4", "种树"), ("5", "明确分工")],
        ("二、修好道路",),
    ),
    "numbers begin anew in each section": (
        "一、交通\n" + numbered(["1.修路", "2.修桥"]) + "二、环境\n" + numbered(["1.清淤", "2.种树"]),
        [("1.1", "修路"), ("1.2", "修桥"), ("2.1", "清淤"), ("2.2", "种树")],
        ("一、交通",),
    ),
    "sections begin anew in each part and supporting measures are left out": (
        "一、发展基础\n"
        + numbered(["（一）成绩不小", "（二）问题不少"])
        + "二、重点任务\n"
        + numbered(["（一）修路", "（二）修桥"])
        + "三、保障措施\n"
        + numbered(["（一）加强领导", "（二）加强宣传"]),
        [("1", "修路"), ("2", "修桥")],
        ("二、重点任务",),
    ),
    "five-year plan: paragraphs with a lead sentence": (
        "一、发展基础\n"
        + BODY
        + "\n二、主要任务\n（一）修好道路\n"
        + "这一部分讲道路" * 8
        + "。\n1.主干路\n"
        + numbered(["拓宽路面", "改造桥梁", "增设公交"])
        + "2.支路\n"
        + numbered(["打通断头路", "整修人行道"])
        + "（二）治理河道\n1.清淤疏浚。"
        + BODY
        + "\n2.岸线整治。"
        + BODY
        + "\n三、保障措施\n"
        + BODY
        + "\n",
        [
            ("1.p1", "修好道路"),
            ("1.1.p1", "拓宽路面"),
            ("1.1.p2", "改造桥梁"),
            ("1.1.p3", "增设公交"),
            ("1.2.p1", "打通断头路"),
            ("1.2.p2", "整修人行道"),
            ("2.1.p1", "清淤疏浚"),
            ("2.2.p1", "岸线整治"),
        ],
        ("二、主要任务", "（一）修好道路"),
    ),
    "lead phrases under headings of one level": (
        "一、交通\n"
        + numbered(["修好道路", "建好车站", "管好停车"])
        + "二、环境\n"
        + numbered(["清好河道", "种好树木"]),
        [
            ("1.p1", "修好道路"),
            ("1.p2", "建好车站"),
            ("1.p3", "管好停车"),
            ("2.p1", "清好河道"),
            ("2.p2", "种好树木"),
        ],
        ("一、交通",),
    ),
    "title on a line of its own, text below": (
        "一、交通\n1.修路\n" + BODY + "\n2.修桥\n" + BODY + "\n二、环境\n3.清淤\n" + BODY + "\n",
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "one level only": (
        numbered(["一、修路", "二、修桥", "三、清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        (),
    ),
    "chapters, sections and articles": (
        "第一章 总则\n"
        + numbered(["第一条 立此办法"])
        + "第二章 建设\n第一节 道路\n"
        + numbered(["第二条 修路", "第三条 修桥"])
        + "第二节 河道\n"
        + numbered(["第四条 清淤"]),
        [("2", "修路"), ("3", "修桥"), ("4", "清淤")],
        ("第二章 建设", "第一节 道路"),
    ),
    "bracketed digits under short headings": (
        "一、交通\n1.道路\n"
        + numbered(["（1）修路", "（2）修桥"])
        + "2.车站\n"
        + numbered(["（1）建站", "（2）修站"]),
        [("1.1", "修路"), ("1.2", "修桥"), ("2.1", "建站"), ("2.2", "修站")],
        ("一、交通", "1.道路"),
    ),
    "half-bracketed digits": (
        "一、交通\n" + numbered(["1)修路", "2)修桥", "3)建站"]),
        [("1", "修路"), ("2", "修桥"), ("3", "建站")],
        ("一、交通",),
    ),
    "circled digits": (
        "一、交通\n" + numbered(["①修路", "②修桥"]) + "二、环境\n" + numbered(["③清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "digits in one sign": (numbered(["⒈修路", "⒉修桥"]), [("1", "修路"), ("2", "修桥")], ()),
    "bracketed digits in one sign": (
        "一、交通\n" + numbered(["⑴修路", "⑵修桥"]),
        [("1", "修路"), ("2", "修桥")],
        ("一、交通",),
    ),
    "letters": ("一、交通\n" + numbered(["A.修路", "B.修桥"]), [("1", "修路"), ("2", "修桥")], ("一、交通",)),
    "bullets without headings": (
        numbered(["• 修路", "• 修桥", "• 清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        (),
    ),
    "squares under headings": (
        "一、交通\n" + numbered(["■ 修路", "■ 修桥"]) + "二、环境\n" + numbered(["■ 清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "dashes under headings": (
        "一、交通\n" + numbered(["——修路", "——修桥"]) + "二、环境\n" + numbered(["——清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "one is, two is": (
        "一、交通\n" + numbered(["一是修路", "二是修桥"]) + "二、环境\n" + numbered(["一是清淤", "二是种树"]),
        [("1.1", "修路"), ("1.2", "修桥"), ("2.1", "清淤"), ("2.2", "种树")],
        ("一、交通",),
    ),
    "Chinese numerals inside arabic ones": (
        "1.交通\n" + numbered(["一、修路", "二、修桥"]) + "2.环境\n" + numbered(["一、清淤", "二、种树"]),
        [("1.1", "修路"), ("1.2", "修桥"), ("2.1", "清淤"), ("2.2", "种树")],
        ("1.交通",),
    ),
    "lists inside items belong to them": (
        "一、交通\n1.修路。"
        + BODY
        + "包括：\n（1）东路；\n（2）西路；\n①北段。\n2.修桥。"
        + BODY
        + "\n一是选址。\n二是打桩。\n"
        "——材料从简。\n二、环境\n3.清淤。" + BODY + "\n",
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "traditional characters and spaces before punctuation": (
        "二 、發展交通\n(一)修建 、養護道路 。由交通部門牽頭 ，年內完成 。\n"
        "(二)修橋 。由交通部門牽頭 ，年內完成 。\n"
        "三 、保護環境\n(三)清理河道 。沿河分段推進 ，年內完成 。\n",
        [("1", "修建、養護道路"), ("2", "修橋"), ("3", "清理河道")],
        ("二、發展交通",),
    ),
    "full-width digits": (
        "一、交通\n" + numbered(["１．修路", "２．修桥"]) + "二、环境\n" + numbered(["３．清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "look-alike radicals": (
        "⼀、交通\n" + numbered(["（⼀）修路", "（⼆）修桥"]) + "⼆、环境\n" + numbered(["（三）清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        ("一、交通",),
    ),
    "spaces inside numbers": (
        "第 一 章 交通\n" + numbered(["（ 一 ）修路", "（ 二 ）修桥"]),
        [("1", "修路"), ("2", "修桥")],
        ("第 一 章 交通",),
    ),
    "rows of a table": (
        "重点任务\n序号\t任务\t单位\n1\t修路，年内完成。\t交通局\n2\t修桥，年内完成。\t交通局\n3\t清淤，年内完成。\t水务局\n",
        [("1", "修路，年内完成"), ("2", "修桥，年内完成"), ("3", "清淤，年内完成")],
        (),
    ),
    "work report: last year's review is no task": (
        "一、2030年工作回顾\n"
        + numbered(["（一）路已修好", "（二）桥已修好"])
        + "二、2031年重点工作\n"
        + numbered(["（一）建站", "（二）清淤"]),
        [("1", "建站"), ("2", "清淤")],
        ("二、2031年重点工作",),
    ),
    "notice before the plan": (
        "各有关单位：\n现将要点印发给你们，请认真执行。\n海滨管委会\n2031年1月5日\n海滨新城2031年工作要点\n一、交通\n"
        + numbered(["（一）修路", "（二）修桥"]),
        [("1", "修路"), ("2", "修桥")],
        ("一、交通",),
    ),
    "bracketed sections that no other level holds": (
        "海滨新城行动方案\n" + numbered(["（一）修路", "（二）修桥", "（三）清淤"]),
        [("1", "修路"), ("2", "修桥"), ("3", "清淤")],
        (),
    ),
    "section without numbered items among numbered ones": (
        "一、交通\n"
        + numbered(["1.修路", "2.修桥"])
        + "二、宣传\n"
        + BODY
        + "\n三、环境\n"
        + numbered(["3.清淤", "4.种树"]),
        [("1", "修路"), ("2", "修桥"), ("2.p1", "宣传"), ("3", "清淤"), ("4", "种树")],
        ("一、交通",),
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_items_are_read_in_every_layout(layout):
    text, expected, path = LAYOUTS[layout]
    outline = read(text)
    assert [(item.number, item.title) for item in outline.items] == expected
    assert tuple(map(fold, outline.items[0].path)) == path


@pytest.mark.parametrize("layout", [each for each in LAYOUTS if "traditional" not in each])
def test_sound_layout_has_no_fault(layout):
    assert read(LAYOUTS[layout][0]).faults == ()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "around", [lambda text: text.replace("\n", "\n\n"), lambda text: "　　" + text.replace("\n", "\n　　")]
)
def test_blank_lines_and_indents_change_no_number_and_no_title(layout, around):
    plain, changed = read(LAYOUTS[layout][0]), read(around(LAYOUTS[layout][0]))
    assert [(item.number, item.title) for item in changed.items] == [
        (item.number, item.title) for item in plain.items
    ]
