"""Bytes in, one normalised text out, and a way back to the original."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingang.errors import PlanningMapError
from plans.document import MAX_BYTES, Place, read_document
from plans.errors import DocumentError
from plans.outline import read_outline

TEXT = "海滨新城2031年工作要点\n一、建设\n1、修一座桥。桥头种树，年底前完工。\n2、办一所学校。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_usual_encoding_gives_the_same_text(encoding):
    assert read_document(TEXT.encode(encoding), name="plan.txt").text == TEXT


def test_traditional_chinese_in_big5_is_read():
    text = "一、建設新城\n1、興建橋樑與學校。年底前完成工程。\n2、開放公園給市民使用。\n" * 5
    assert read_document(text.encode("big5"), name="plan.txt").text == text


def test_newlines_become_line_feeds_and_nothing_else_changes():
    document = read_document("甲 \r\n\u3000乙\t\r丙\n".encode(), name="a.txt")
    assert document.text == "甲 \n\u3000乙\t\n丙\n"


def test_document_carries_name_and_checksum_of_the_bytes(tmp_path):
    file = tmp_path / "plan.txt"
    file.write_bytes(TEXT.encode())
    document = read_document(file)
    assert (document.name, document.sha256) == ("plan.txt", hashlib.sha256(TEXT.encode()).hexdigest())


@given(st.text(st.sampled_from("甲乙1、。\r\n <"), min_size=1), st.booleans())
def test_offsets_lead_back_to_the_same_character(text, marked):
    decoded = ("\ufeff" if marked else "") + "始" + text
    document = read_document(decoded.encode(), name="x")
    for position, sign in enumerate(document.text):
        original = decoded[document.original_offset(position)]
        assert original == sign or (sign == "\n" and original in "\r\n")


def test_offset_outside_the_text_is_refused():
    with pytest.raises(IndexError, match="outside the text"):
        read_document(TEXT.encode(), name="x").original_offset(len(TEXT) + 1)


def test_saved_web_page_is_read_without_its_tags():
    page = (
        "<!DOCTYPE html><html><head><title>网页</title><script>var a='1. 不是';</script></head><body>"
        "<p>　　一、建设</p>\r\n<p>1．修桥。造价&lt;5亿元。</p><!-- 2. 旧稿 --><p>2．办学。</p></body></html>"
    )
    document = read_document(page.encode(), name="plan.html")
    assert [item.text for item in read_outline(document).items] == ["修桥。造价<5亿元。", "办学。"]
    start = document.text.index("办学")
    assert page[document.original_offset(start) :].startswith("办学")


@pytest.mark.parametrize(
    "raw, says",
    [
        (b"", "is empty"),
        (b" \n\r\n\xe3\x80\x80", "is empty"),
        (b"%PDF-1.7 ...", "a PDF that is cut off"),
        (b"PK\x03\x04rest", "damaged zip archive or Office file"),
        (b"\x89PNG\r\n\x1a\n", r"a picture \(PNG\)"),
        (
            b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "WordDocument".encode("utf-16-le"),
            r"an old Word file \(doc\)",
        ),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "an encrypted Office file"),
        (b"{\\rtf1 text", "an RTF file"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"From: x\nContent-Type: multipart/related; boundary=b\n", "a web archive"),
        (bytes(range(256)) * 4, "not text"),
        (b"\x00" * 500, "not text"),
        (b"\xff\xfe\x00\xd8\x00\x00", "byte order mark says"),
    ],
)
def test_what_is_not_text_is_refused_with_a_remedy(raw, says):
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(raw, name="upload.bin")
    assert str(caught.value).startswith("upload.bin: ") and caught.value.remedy
    assert isinstance(caught.value, PlanningMapError) and isinstance(caught.value, ValueError)


def test_missing_file_and_folder_are_refused_by_name(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(DocumentError, match="cannot be read") as caught:
            read_document(path)
        assert caught.value.file == str(path)


def test_file_of_two_gigabytes_is_refused_without_being_read(tmp_path, monkeypatch):
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)
    monkeypatch.setattr("pathlib.Path.open", lambda *_, **__: pytest.fail("the file was opened"))
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        read_document(file)


def test_bytes_beyond_the_limit_are_refused():
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        read_document(b"a" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "member, says",
    [
        ("xl/workbook.xml", "an Excel workbook"),
        ("OFD.xml", "an OFD file"),
        ("content.xml", "an OpenDocument file"),
        ("notes.txt", "a zip archive"),
    ],
)
def test_other_archives_are_named_with_advice(member, says):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(stream.getvalue())
    assert caught.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_bytes_tell_the_format_and_not_the_name(encoding):
    page = f"<html><body><p>{TEXT}</p></body></html>".encode(encoding)
    assert read_document(page, name="plan.txt").format == "html"
    assert read_document(TEXT.encode(encoding), name="plan.pdf").format == "text"


def test_a_few_broken_bytes_do_not_lose_the_document():
    raw = (TEXT * 20).encode()
    document = read_document(raw[:101] + b"\xff" + raw[101:])
    assert document.text.count("\ufffd") <= 3 and document.encoding == "utf-8"
    assert [skipped.reason for skipped in document.left_out] == ["broken bytes"]


def test_control_characters_are_taken_out_and_reported():
    decoded = "一、修\x00桥\x07\x07梁\r\n二、办学" + "办好事。" * 80 + "\x00\x00\x00"
    document = read_document(decoded.encode())
    assert document.text == "一、修桥梁\n二、办学" + "办好事。" * 80
    assert [(skipped.reason, skipped.characters) for skipped in document.left_out] == [
        ("control character", 1), ("control character", 2), ("control character", 3),
    ]  # fmt: skip
    for sign in "桥梁学":
        assert decoded[document.original_offset(document.text.index(sign))] == sign


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_becomes_a_line_feed(end):
    assert read_document(f"甲的事{end}乙的事\n丙的事".encode()).text == "甲的事\n乙的事\n丙的事"


def test_radicals_out_of_pdf_files_become_characters_at_the_same_place():
    document = read_document("⼈⺠路、⻓江⼤街与⻘⻰⼭２０３１年，（⻔⻋）".encode())
    assert document.text == "人民路、长江大街与青龙山２０３１年，（门车）"


def test_a_place_names_line_and_offset():
    document = read_document("\ufeff甲\r\n乙丙\r\n丁".encode())
    assert document.locate(document.text.index("丙")) == Place(None, None, 2, 5)
    assert str(document.locate(document.text.index("丁"))) == "line 3"


def test_file_beyond_the_limit_is_refused(tmp_path):
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        read_document(file)


MAGIC = (
    b"",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"<html><p>",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0",
    b"---\na\n---\n<p>",
)


@settings(max_examples=400)
@given(st.builds(bytes.__add__, st.sampled_from(MAGIC), st.binary(max_size=400)))
def test_random_bytes_raise_nothing_but_a_document_error(raw):
    try:
        first = read_document(raw, name="x")
    except DocumentError:
        return
    assert first == read_document(raw, name="x")
    assert "\r" not in first.text
