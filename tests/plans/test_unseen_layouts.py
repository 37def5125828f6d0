"""Layouts met in plans of other places, with sentences of our own: which items are read."""

import random

import pytest
from docx_writer import abstract, instance, level, paragraph, write_docx
from pdf_writer import write_pdf

from plans.document import read_document
from plans.outline import read_outline


def read(source):
    document = read_document(source if isinstance(source, bytes) else source.encode(), name="plan")
    outline = read_outline(document)
    for item in outline.items:
        assert "".join(document.text[start:end] for start, end in item.pieces) == item.text
    assert outline.characters_used + outline.characters_left_out == len(document.text)
    return outline


def entries(source):
    return [(item.number, item.title) for item in read(source).items]


def table_of_cells(*rows):
    def cell(paragraphs):
        return f"<w:tc><w:tcPr/>{''.join(paragraph(words) for words in paragraphs)}</w:tc>"

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


LAYOUTS = {
    "dotted numbers under bare ones": (
        "智慧水务建设方案\n1 总体目标\n到2028年建成体系，实现全域感知。\n2 主要任务\n2.1 建设感知体系\n"
        "2.1.1 布设水位站。新建60座。\n2.1.2 布设水质站。新建20座。\n2.2 建设平台体系\n"
        "2.2.1 建设数据平台。2027年底前上线。\n2.2.2 建设调度平台。6月底前上线。\n"
        "3 保障措施\n3.1 加强领导。成立专班。\n",
        [
            ("2.1.1", "布设水位站"),
            ("2.1.2", "布设水质站"),
            ("2.2.1", "建设数据平台"),
            ("2.2.2", "建设调度平台"),
        ],
    ),
    "dotted numbers, text on the line below": (
        "绿色交通计划\n1.总体要求\n坚持绿色发展方向。\n2.重点任务\n2.1 推广新能源车\n新增公交车100辆。\n"
        "2.2 建设充电设施\n新增充电桩2000个。\n2.3 完善慢行系统\n建成慢行道30公里。\n"
        "3.保障措施\n3.1 加强协同\n建立例会制度。\n",
        [("2.1", "推广新能源车"), ("2.2", "建设充电设施"), ("2.3", "完善慢行系统")],
    ),
    "dotted numbers behind a table of contents": (
        "目录\n1 总体目标\n2 主要任务\n2.1 建设系统\n2.2 培训人员\n1 总体目标\n到2028年全面建成，覆盖全区。\n"
        "2 主要任务\n2.1 建设系统\n2.1.1 建设平台。年内上线。\n"
        "2.1.2 接入数据。接入90%。\n2.2 培训人员\n2.2.1 办好培训。培训500人次。\n",
        [("2.1.1", "建设平台"), ("2.1.2", "接入数据"), ("2.2.1", "办好培训")],
    ),
    "quantities at the head of lines are no dotted numbers": (
        "一、项目\n1.建设海上风电。总装机\n50.5万千瓦，年内并网。\n2.建设储能电站。规模\n2027年达到100兆瓦时。\n"
        "二、节能\n3.实施节能改造。年节能量\n1.2万吨标准煤。\n4.推广绿电。交易3亿千瓦时。\n",
        [("1", "建设海上风电"), ("2", "建设储能电站"), ("3", "实施节能改造"), ("4", "推广绿电")],
    ),
    "numbers with nothing but a space behind": (
        "重点工作清单\n1 修复河岸\n完成修复3公里。\n2 建设公园\n建成2座。\n3 更新管网\n更新8公里。\n",
        [("1", "修复河岸"), ("2", "建设公园"), ("3", "更新管网")],
    ),
    "tasks that are called tasks": (
        "一、主要目标\n规模达到100亿元。\n二、重点任务\n任务1：建设算力中心\n年底前投用。\n任务2：培育企业\n引进50家。\n"
        "任务3：开放数据\n开放200个。\n三、保障措施\n建立专班。\n",
        [("1", "建设算力中心"), ("2", "培育企业"), ("3", "开放数据")],
    ),
    "table whose rows begin with a merged category": (
        "任务分解表\n类别\t序号\t工作任务\t责任单位\n经济发展\t1\t推进智造园建设。\t经信局\n2\t新增企业30家。\t统计局\n"
        "城市建设\t3\t开工建设隧道。\t交通局\n4\t改造旧住房。\t房管局\n",
        [("1", "推进智造园建设"), ("2", "新增企业30家"), ("3", "开工建设隧道"), ("4", "改造旧住房")],
    ),
    "table whose name is not the first cell": (
        "项目清单\n序号\t领域\t项目名称\t责任单位\n1\t交通\t青枫路\t交通局\n2\t教育\t临溪中学\t教育局\n合计\t\t2个\n",
        [("1", "青枫路"), ("2", "临溪中学")],
    ),
    "table without numbers": (
        "实事项目\n项目名称\t目标\t责任单位\n社区食堂\t新建6家\t民政局\n加装电梯\t完工200台\t房管局\n改造公厕\t改造30座\t绿容局\n",
        [("1", "社区食堂"), ("2", "加装电梯"), ("3", "改造公厕")],
    ),
    "list of a spreadsheet with commas": (
        '序号,重点工作,具体内容,牵头单位\n1,推进旧改,"完成地块3个，\n签约率98%以上",建管委\n2,建保障房,"开工1200套,竣工800套",房管局\n'
        "3,整治架空线,,绿容局\n",
        [("1", "推进旧改"), ("2", "建保障房"), ("3", "整治架空线")],
    ),
    "nested lists of a web page": (
        "<html><body><ol><li>产业升级<ol><li>建设中试基地。年内投用。</li><li>建设实验室。面积5000平方米。</li></ol></li>"
        "<li>绿色发展<ol><li>改造屋顶。装机20兆瓦。</li><li>建设园区。创建1个。</li></ol></li></ol></body></html>",
        [("1.1", "建设中试基地"), ("1.2", "建设实验室"), ("2.1", "改造屋顶"), ("2.2", "建设园区")],
    ),
    "Word numbers of several levels": (
        write_docx(
            "".join(
                paragraph(words, num=1, level=deep)
                for deep, words in (
                    (0, "总体目标"),
                    (0, "主要任务"),
                    (1, "建设平台"),
                    (2, "接入泊位。接入2万个。"),
                    (2, "接入道闸。接入300处。"),
                    (1, "完善设施"),
                    (2, "新建车库。新建5座。"),
                )
            ),
            numbering=abstract(
                1, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3")
            )
            + instance(1, 1),
        ),
        [("2.1.1", "接入泊位"), ("2.1.2", "接入道闸"), ("2.2.1", "新建车库")],
    ),
    "Word table with several paragraphs in a cell": (
        write_docx(
            table_of_cells(
                [["序号"], ["工作任务"], ["责任单位"]],
                [["1"], ["建设智造园。"], ["经信局"]],
                [["2"], ["举办大会。", "签约项目30个。"], ["商务委", "投促办"]],
                [["3"], ["新增学位。"], ["教育局"]],
            )
        ),
        [("1", "建设智造园"), ("2", "举办大会"), ("3", "新增学位")],
    ),
    "last row of a printed table with a narrow gap": (
        "1\t滨江公园\n开园\n2\t青枫路\n通车\n3 南港泵站\n开工，年内完成桩基。\n",
        [("1", "滨江公园"), ("2", "青枫路"), ("3", "南港泵站")],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_items_of_an_unseen_layout_are_read(layout):
    source, expected = LAYOUTS[layout]
    assert entries(source) == expected


@pytest.mark.parametrize(
    "lines",
    [
        "责任单位：区经信局\n完成时限：12月底",
        "牵头单位：区房管局\n配合单位：各街道",
        "（责任单位：水务处）",
        "【责任部门】规划处",
    ],
)
def test_who_is_responsible_stays_in_the_item(lines):
    outline = read(f"一、产业\n1.建设园区。年内竣工。\n{lines}\n2.引进企业。引进12家。\n{lines}\n")
    assert [(item.title, item.text.endswith(lines)) for item in outline.items] == [
        ("建设园区", True),
        ("引进企业", True),
    ]


def test_cells_before_the_name_are_reported():
    outline = read(LAYOUTS["table whose rows begin with a merged category"][0])
    headings = [part for part in outline.left_out if part.reason == "heading"]
    assert len(headings) == 2


def test_words_wrapped_in_a_printed_cell_stay_one_title():
    rows = [
        ("滨江公园二期", "工程", "开园迎客。"),
        ("青枫路北延伸", "段", "全线通车。"),
        ("南港泵站", "改建", "开工建设。"),
    ]
    placed = [(70, 720, "重点项目清单")]
    for number, (name, rest, goal) in enumerate(rows, start=1):
        y = 700 - 50 * number
        placed += [(70, y, str(number)), (110, y, name), (110, y - 18, rest), (300, y, goal)]
    assert entries(write_pdf([placed])) == [
        ("1", "滨江公园二期工程"),
        ("2", "青枫路北延伸段"),
        ("3", "南港泵站改建"),
    ]


def test_what_a_browser_prints_around_a_page_is_no_text():
    body = [
        (70, 700 - 24 * at, words)
        for at, words in enumerate(("一、交通", "1.修路。年内完成。", "2.修桥。年内完成。"))
    ]
    around = [(30, 820, "2027/3/1 09:30"), (30, 15, "https://www.example.org/plan.html")]
    document = read_document(write_pdf([around[:1] + body + around[1:]]))
    assert document.text.split("\n") == ["一、交通", "1.修路。年内完成。", "2.修桥。年内完成。"]


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture_of_marks_and_cells_is_read_without_an_error(seed):
    dice = random.Random(seed)
    pieces = [
        "1 ", "2.1 ", "2.1.1", "3.", "\t", "\t\t", "\n", "\n", "序号\t项目名称\t单位\n", "序号,项目,单位\n",
        "任务一：", ",", '"',
        "一、", "（一）", "修路。", "年内完成", "1\t", "合计\t", "项目\t目标\n",
        "一\t", "# ", "**", "–", "1.2.3.4 ",
    ]  # fmt: skip
    read("起" + "".join(dice.choice(pieces) for _ in range(120)))
