"""A Word file as text: what Word shows, numbers too; what it hides is reported."""

import io
import zipfile

import docx
import pytest
from docx_writer import NAMESPACES, abstract, instance, level, paragraph, run, write_docx
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.document import read_document
from plans.errors import DocumentError
from plans.outline import read_outline

OFFICIAL = abstract(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimalEnclosedCircle", "%4", '<w:suff w:val="nothing"/>'),
)


def lines(body, **parts):
    return read_document(write_docx(body, **parts), name="plan.docx").text.split("\n")


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_official_numbering_is_printed_at_every_level():
    body = [
        ("总则", 0),
        ("交通", 1),
        ("修桥。", 2),
        ("选址；", 3),
        ("打桩。", 3),
        ("修路。", 2),
        ("学校", 1),
        ("办学。", 2),
        ("附则", 0),
    ]
    xml = "".join(paragraph(text, num=1, level=depth) for text, depth in body)
    assert lines(xml, numbering=OFFICIAL + instance(1, 0)) == [
        "一、总则", "（一）交通", "1. 修桥。", "①选址；", "②打桩。",
        "2. 修路。", "（二）学校", "1. 办学。", "二、附则",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "style, pattern, wanted",
    [
        ("decimal", "%1、", ["1、甲", "2、甲", "3、甲"]),
        ("decimal", "第%1条", ["第1条 甲", "第2条 甲", "第3条 甲"]),
        ("chineseCountingThousand", "第%1条", ["第一条 甲", "第二条 甲", "第三条 甲"]),
        ("ideographDigital", "%1、", ["一、甲", "二、甲", "三、甲"]),
        ("lowerLetter", "%1)", ["a) 甲", "b) 甲", "c) 甲"]),
        ("upperRoman", "%1.", ["I. 甲", "II. 甲", "III. 甲"]),
        ("ideographTraditional", "（%1）", ["（甲）甲", "（乙）甲", "（丙）甲"]),
        ("chineseLegalSimplified", "%1、", ["壹、甲", "贰、甲", "叁、甲"]),
        ("decimalFullWidth", "%1．", ["１．甲", "２．甲", "３．甲"]),
        ("decimalZero", "%1", ["01 甲", "02 甲", "03 甲"]),
        ("bullet", "\uf0b7", ["• 甲", "• 甲", "• 甲"]),
        ("bullet", "—", ["— 甲", "— 甲", "— 甲"]),
        ("none", "", ["甲", "甲", "甲"]),
    ],
)
def test_every_style_of_numbers_is_printed_as_word_does(style, pattern, wanted):
    numbering = abstract(0, level(0, style, pattern)) + instance(1, 0)
    assert lines(paragraph("甲", num=1) * 3, numbering=numbering) == wanted


@pytest.mark.parametrize(
    "number, counted", [(10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (105, "一百零五")]
)
def test_chinese_numbers_beyond_ten_are_spoken_ones(number, counted):
    numbering = abstract(0, level(0, "chineseCountingThousand", "%1、", start=number)) + instance(1, 0)
    assert lines(paragraph("甲", num=1), numbering=numbering) == [f"{counted}、甲"]


def test_compound_numbers_name_the_levels_above_and_legal_ones_in_digits():
    levels = (
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
    )
    xml = "".join(paragraph("甲", num=1, level=depth) for depth in (0, 1, 1, 2, 0, 1))
    assert lines(xml, numbering=abstract(0, *levels) + instance(1, 0)) == [
        "第一章 甲", "1.1 甲", "1.2 甲", "1.2.1 甲", "第二章 甲", "2.1 甲",
    ]  # fmt: skip


def test_lists_of_one_kind_count_on_and_an_override_starts_anew():
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = (
        abstract(0, level(0, "decimal", "%1.")) + instance(1, 0) + instance(2, 0) + instance(3, 0, anew)
    )
    xml = "".join(paragraph("甲", num=num) for num in (1, 1, 2, 3, 3, 1))
    assert lines(xml, numbering=numbering) == ["1. 甲", "2. 甲", "3. 甲", "1. 甲", "2. 甲", "3. 甲"]


def test_a_level_that_never_restarts_counts_through():
    levels = (level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'))
    xml = "".join(paragraph("甲", num=1, level=depth) for depth in (0, 1, 1, 0, 1))
    assert lines(xml, numbering=abstract(0, *levels) + instance(1, 0))[-1] == "3. 甲"


def test_numbers_come_through_styles_and_can_be_switched_off():
    levels = (
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="H2"/>'),
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>"
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H1a"><w:basedOn w:val="H1"/></w:style>'
    )
    xml = (
        paragraph("甲", style="H1")
        + paragraph("乙", style="H2")
        + paragraph("丙", style="H1a")
        + paragraph("丁", style="H1", num=0)
    )
    numbering = abstract(0, *levels) + instance(1, 0)
    assert lines(xml, numbering=numbering, styles=styles) == ["一、甲", "（一）乙", "二、丙", "丁"]


def test_numbered_paragraphs_are_items_of_the_outline():
    xml = "".join(
        paragraph(text, num=1, level=depth)
        for text, depth in (("建设", 0), ("修桥。", 2), ("5G基站建好。", 2))
    )
    document = read_document(write_docx(xml, numbering=OFFICIAL + instance(1, 0)))
    assert [(item.number, item.text) for item in read_outline(document).items] == [
        ("1", "修桥。"),
        ("2", "5G基站建好。"),
    ]


def test_what_word_shows_within_a_paragraph_is_read():
    inner = (
        '<w:hyperlink w:anchor="x">' + run("链接") + "</w:hyperlink>"
        "<w:smartTag>" + run("标记") + "</w:smartTag>"
        '<w:ins w:id="1" w:author="x">' + run("插入") + "</w:ins>"
        "<w:fldSimple w:instr='DATE'>" + run("三月") + "</w:fldSimple>"
        "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGEREF</w:instrText>"
        "<w:fldChar w:fldCharType='separate'/></w:r>" + run("七") + "<w:r>"
        "<w:fldChar w:fldCharType='end'/></w:r>"
        "<w:sdt><w:sdtContent>" + run("控件") + "</w:sdtContent></w:sdt>"
        "<w:r><w:br/><w:t>下行</w:t><w:tab/><w:t>后</w:t></w:r>"
    )  # fmt: skip
    assert lines(paragraph("始", inner=inner)) == ["始链接标记插入三月七控件", "下行\t后"]


def test_what_word_hides_is_reported():
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
        + paragraph("框中文字")
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        + paragraph("框中文字")
        + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    inner = (
        "<w:del w:id='1'><w:r><w:delText>删去</w:delText></w:r></w:del>" + run("藏起", "<w:vanish/>") + box
    )
    notes = f"<w:footnotes {NAMESPACES}><w:footnote>{paragraph('脚注')}</w:footnote></w:footnotes>".encode()
    header = f"<w:hdr {NAMESPACES}>{paragraph('页眉')}</w:hdr>".encode()
    raw = write_docx(
        paragraph("正文", inner=inner), parts={"word/footnotes.xml": notes, "word/header1.xml": header}
    )
    document = read_document(raw)
    assert document.text == "正文"
    assert sorted((skipped.reason, skipped.text) for skipped in document.left_out) == [
        ("deleted text", "删去"), ("footnotes", "脚注"), ("hidden text", "藏起"), ("page header", "页眉"),
        ("text box", "框中文字"),
    ]  # fmt: skip


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next():
    merged = "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>" + run("前半") + "</w:p>"
    assert lines(merged + paragraph("后半") + paragraph("另段")) == ["前半后半", "另段"]


def test_tables_give_a_line_a_row_and_merged_cells_once():
    document = docx.Document()
    document.add_paragraph("表前")
    table = document.add_table(3, 3)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells.cells):
            cell.text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横并"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "竖并"
    document.add_paragraph("表后")
    assert read_document(saved(document)).text == "表前\n横并\t02\n10\t11\t竖并\n20\t21\n表后"


def test_a_place_names_paragraph_and_offset():
    document = read_document(
        write_docx(paragraph("甲乙") + paragraph("丙丁戊", num=1), numbering=OFFICIAL + instance(1, 0))
    )
    place = document.locate(document.text.index("丁"))
    assert (place.paragraph, place.offset, place.page, str(place)) == (2, 1, None, "paragraph 2")
    assert document.generated == ((3, 5),) and document.locate(3).offset == 0


@given(st.lists(st.text(st.sampled_from("甲乙丙，。A1 （"), min_size=1, max_size=12), min_size=1, max_size=8))
@settings(max_examples=40)
def test_plain_paragraphs_are_those_of_python_docx(paragraphs):
    document = docx.Document()
    for text in ["始", *paragraphs]:
        document.add_paragraph(text)
    raw = saved(document)
    assert read_document(raw).text.split("\n") == [one.text.rstrip("\n") for one in document.paragraphs]
    assert read_document(raw) == read_document(raw)


def bomb(part="word/document.xml", size=60_000_000):
    return write_docx("", parts={part: b"<w:document>" + b" " * size + b"</w:document>"})


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]><w:document xmlns:w="x"><w:body><w:p>&b;&c;</w:p></w:body>'
    b"</w:document>"
)


@pytest.mark.parametrize(
    "raw, says",
    [
        (bomb(), "may be a zip bomb"),
        (bomb("word/styles.xml"), "may be a zip bomb"),
        (write_docx("", parts={"word/document.xml": ENTITIES}), "declares a DTD"),
        (write_docx("", parts={"word/document.xml": ENTITIES.decode().encode("utf-16")}), "DTD|damaged"),
        (write_docx("<w:p>" * 3 + "</w:p>"), "damaged"),
        (write_docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "damaged"),
        (write_docx(paragraph("甲"))[:-200], "damaged"),
        (write_docx(""), "is empty"),
    ],
)
def test_damaged_and_hostile_files_are_refused(raw, says):
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(raw, name="plan.docx")
    assert "\n" not in str(caught.value)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=40))
@settings(max_examples=150)
def test_a_file_with_broken_bytes_raises_nothing_but_a_document_error(at, broken):
    at %= len(WHOLE)
    try:
        read_document(WHOLE[:at] + broken + WHOLE[at + len(broken) :])
    except DocumentError:
        return


WHOLE = write_docx(paragraph("甲", num=1) * 20, numbering=OFFICIAL + instance(1, 0))


def test_an_archive_without_a_word_document_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(DocumentError, match="holds no Word document"):
        read_document(stream.getvalue())
