"""A PDF as text: wrapped lines joined, page headers and numbers left out, scans and broken files refused."""

import re
import shutil
import subprocess
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import LEADING, LEFT, PER_LINE, TOP, set_paragraphs, write_encrypted, write_pdf, write_scan

from plans.document import read_document
from plans.errors import DocumentError

LONG = (
    "1.修一座很长的桥，桥头种树，河边铺步道，年底前全部完工并向市民开放；"
    "同时把路灯、座椅、指路牌都装好，让老人和孩子走得放心。"
)
BODY = [
    "一、建设",
    LONG,
    "2.办一所学校。",
    "（二）环境",
    "3.清一条河，河水变清以后再把两岸的绿道接通，通到海边为止，全程设三处驿站。",
]
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")


def read(*pages):
    return read_document(write_pdf(pages), name="plan.pdf")


def page(paragraphs, number, footer="— {} —", header="海滨新城文件"):
    placed = set_paragraphs(paragraphs, top=TOP - 10)
    return [(LEFT, 800, header), *placed, (290, 40, footer.format(number))]


@pytest.mark.parametrize("indent", [0, 2])
def test_wrapped_lines_become_the_paragraphs_they_were(indent):
    assert read(set_paragraphs(BODY, indent=indent)).text == "\n".join(BODY)


def test_a_sentence_that_ends_with_a_full_line_ends_the_paragraph_where_none_is_indented():
    full = "甲" * (PER_LINE - 1) + "。"
    body = [full, "另起一段，" + "乙" * 40 + "。", "末段很短。"]
    assert read(set_paragraphs(body, indent=0)).text.split("\n") == body


def test_a_sentence_that_ends_with_a_full_line_goes_on_where_paragraphs_are_indented():
    body = ["甲" * (PER_LINE - 3) + "。" + "乙" * 20 + "。", "短段一。", "短段二。"]
    assert read(set_paragraphs(body)).text.split("\n") == body


def test_punctuation_that_hangs_over_the_edge_does_not_make_other_lines_look_short():
    half_short = "5" + "设" * (PER_LINE - 1)  # half a sign is left, and the next sign is a whole one
    body = ["建" * (PER_LINE - 2) + "，" + half_short + "路" + "桥" * PER_LINE + "。", LONG, LONG]
    assert read(set_paragraphs(body, hanging="，。")).text.split("\n") == body


def test_a_paragraph_goes_on_over_the_page():
    head, tail = set_paragraphs([LONG])[:2], set_paragraphs([LONG])[2:]
    again = [(x, TOP - LEADING * index, text) for index, (x, _, text) in enumerate(tail)]
    follows = set_paragraphs(["2.办一所学校。"], top=TOP - LEADING * len(tail))
    assert read(head, again + follows).text == f"{LONG}\n2.办一所学校。"


@pytest.mark.parametrize(
    "footer", ["— {} —", "- {} -", "第{}页 共3页", "第 {} 页", "{}", "{}/3", "Page {} of 3"]
)
def test_page_headers_and_numbers_are_left_out_and_reported(footer):
    pages = [["一、建设", LONG], ["2.办一所学校。", "3.种树。"], ["4.修路。"]]
    document = read(*(page(body, number, footer) for number, body in enumerate(pages, start=1)))
    assert document.text.split("\n") == [text for body in pages for text in body]
    reasons = [skipped.reason for skipped in document.left_out]
    assert reasons.count("page number") + reasons.count("page header or footer") == 6
    assert document.place_of(document.left_out[-1].position).page == 3


def test_a_number_alone_in_the_text_is_no_page_number():
    body = [(LEFT, TOP, "投资额"), (LEFT, TOP - LEADING, "12"), (LEFT, TOP - 2 * LEADING, "亿元")]
    assert "12" in read(body, [(LEFT, TOP, "说明")]).text.split("\n")


def test_rows_of_tables_keep_their_order_and_their_cells_apart():
    rows = [["指标", "单位", "数值"], ["道路长度", "公里", "12.5"], ["新增学校", "所", "3"]]
    placed = [
        (LEFT + 150 * x, TOP - LEADING * y, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)
    ]
    assert read(placed).text == "指标\t单位\t数值\n道路长度\t公里\t12.5\n新增学校\t所\t3"


def test_latin_words_are_joined_with_a_space_or_without_their_hyphen():
    wide = "甲" * (PER_LINE - 6)
    first = [(LEFT, TOP, wide + "green energy"), (LEFT, TOP - LEADING, "storage" + "乙" * 10 + "。")]
    assert read(first).text == wide + "green energy storage" + "乙" * 10 + "。"
    second = [(LEFT, TOP, wide + "green infra-"), (LEFT, TOP - LEADING, "structure" + "乙" * 10 + "。")]
    assert read(second).text == wide + "green infrastructure" + "乙" * 10 + "。"


def test_a_place_names_page_and_line():
    document = read(page([LONG], 1), page(["2.办一所学校。", "3.种树。"], 2))
    place = document.locate(document.text.index("3.种树"))
    assert (place.page, place.line, place.paragraph) == (2, 3, None)
    assert str(place) == "page 2, line 3"


def test_every_character_is_where_it_came_from():
    document = read(page(BODY, 1), page(BODY[1:], 2))
    offsets = [document.original_offset(position) for position in range(len(document.text))]
    assert offsets == sorted(offsets)
    assert document == read(page(BODY, 1), page(BODY[1:], 2))


def test_a_page_without_text_among_others_is_reported():
    document = read_document(
        write_pdf([set_paragraphs(BODY), []], extra={1: b"q 595 0 0 842 0 0 cm /I Do Q"})
    )
    assert [(skipped.reason, skipped.text) for skipped in document.left_out] == [
        ("page without text", "page 2")
    ]


@given(st.lists(st.text(st.sampled_from("甲乙丙丁戊己"), min_size=1, max_size=90), min_size=1, max_size=6))
@settings(max_examples=60)
def test_paragraphs_come_back_from_print(texts):
    paragraphs = [f"{number}.{text}。" for number, text in enumerate(["始" * 40, *texts], start=1)]
    assert read(set_paragraphs(paragraphs)).text.split("\n") == paragraphs


def packed(content):
    squeezed = zlib.compress(content, 9)
    return b"stream\n" + squeezed + b"\nendstream", len(squeezed)


def bomb():
    body, _ = packed(b"0 0 m\n" * 20_000_000)
    return write_pdf([[]]).replace(b"stream\n\nendstream", body)


@pytest.mark.parametrize(
    "raw, says",
    [
        (write_scan(), "is a scan"),
        (write_pdf([[(LEFT, 20, "扫描王")], []], extra={1: b"/I Do"}), "is a scan"),
        (write_encrypted(), "is encrypted"),
        (write_pdf([set_paragraphs(BODY)])[:-700], "that is cut off"),
        (b"%PDF-1.7\n" + b"junk" * 50 + b"\n%%EOF\n", "is damaged"),
        (write_pdf([[]]), "holds no text"),
        (write_pdf([]), "has 0 pages|is damaged"),
        (write_pdf([[]] * 2001), "has 2001 pages"),
        (bomb(), "unpacks to more than"),
        (
            write_pdf([[]]).replace(b"<</Length 0>>", b"<</Filter[/FlateDecode /FlateDecode]>>"),
            "packs its streams twice",
        ),
    ],
)
def test_scans_and_files_that_cannot_be_read_are_refused(raw, says):
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(raw, name="plan.pdf")
    assert caught.value.remedy and "\n" not in str(caught.value)


WHOLE = write_pdf([set_paragraphs(BODY)])


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=20))
@settings(max_examples=200)
def test_a_file_with_broken_bytes_raises_nothing_but_a_document_error(at, broken):
    at %= len(WHOLE)
    try:
        read_document(WHOLE[:at] + broken + WHOLE[at + len(broken) :])
    except DocumentError:
        return


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """A page printed to PDF by a browser, with an embedded font."""
    folder = tmp_path_factory.mktemp("printed")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    style = "body{font:14pt 'Noto Serif CJK SC'}p{text-indent:2em;margin:0}@page{size:A4;margin:2cm}"
    rows = "".join(f"<p>{text}</p>" for text in PRINTED)
    (folder / "plan.html").write_text(
        f"<!doctype html><meta charset=utf-8><style>{style}</style>{rows}", "utf-8"
    )
    command = [browser, *FLAGS, f"--print-to-pdf={folder / 'plan.pdf'}", f"{folder / 'plan.html'}"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return (folder / "plan.pdf").read_bytes()


PRINTED = [
    f"{number}.{LONG[2:]}人民路、长江大街与青龙山，VOCs治理与clean energy一并推进。"
    for number in range(1, 25)
]


def test_a_page_printed_by_a_browser_comes_back_word_for_word(printed):
    document = read_document(printed, name="plan.pdf")
    assert document.text.split("\n") == PRINTED
    assert not re.search("[\u2e80-\u2fdf]", document.text)
    assert document.locate(document.text.index("24.")).page == 2
