"""Lines of tasks: what is wrong with a line is named, and what is good is taken as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.task_lines import MOST_LINE_BYTES, TaskLine, TaskLineError, parse_task_line

GOOD = '{"id": "a", "text": "在105社区建学校"}'.encode()
BAD = {
    b"not json": "not JSON: Expecting value at character 1",
    b'{"id": "b"': "not JSON: Expecting ',' delimiter at character 11",
    b'{"id": "b", "text": "a\tb"}': "not JSON: Invalid control character at at character 23",
    b"[1, 2]": "expected an object with 'id' and 'text', got list",
    b'"text"': "got str",
    b"null": "got NoneType",
    b'{"text": "x"}': "field 'id' is missing or not a text",
    b'{"id": "b"}': "field 'text' is missing or not a text",
    b'{"id": 7, "text": "x"}': "field 'id' is missing or not a text",
    b'{"id": " ", "text": "x"}': "field 'id' is missing or not a text",
    b'{"id": "b", "text": "  "}': "field 'text' is missing or not a text",
    b'{"id": "b", "text": ["x"]}': "field 'text' is missing or not a text",
    b'{"id": "b", "text": "x", "title": 5}': "'title' must be a text and 'path' a list of texts",
    b'{"id": "b", "text": "x", "path": "y"}': "'path' a list of texts",
    b'{"id": "b", "text": "x", "path": {"y": 1}}': "'path' a list of texts",
    b'{"id": "b", "text": "x", "path": [1]}': "'path' a list of texts",
    '{"id": "b", "text": "临港"}'.encode("gb18030"): "not UTF-8 (byte 21)",
    b'{"id": "b", "text": "\\ud800"}': "half of a surrogate pair; write the character itself",
    b'{"id": "\\ud800", "text": "x"}': "half of a surrogate pair",
    b'{"id": "b", "text": "x", "path": ["\\udc00"]}': "half of a surrogate pair",
    b"[" * 100_000: "nested too deeply",
    b'{"id": "b", "text": "x", "n": ' + b"9" * 5000 + b"}": "a number has too many digits",
    b'{"id": "b", "text": "' + b"x" * MOST_LINE_BYTES + b'"}': "longer than 4,194,304 bytes",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda raw: raw[:40].decode("utf-8", "replace"))
def test_what_is_wrong_with_a_line_is_named(bad: bytes) -> None:
    with pytest.raises(TaskLineError) as caught:
        parse_task_line(bad)
    assert BAD[bad] in str(caught.value)


@pytest.mark.parametrize(
    "bad, task_id",
    [
        (b'{"id": "b"}', "b"),
        (b'{"id": "b", "text": "x", "path": "y"}', "b"),
        (b'{"id": "b", "text": "\\ud800"}', "b"),
        (b'{"id": "\\ud800", "text": "x"}', "\\ud800"),
        (b'{"id": 7, "text": "x"}', None),
        (b"{", None),
    ],
)
def test_a_bad_line_is_known_by_its_id_where_it_has_one(bad: bytes, task_id: str | None) -> None:
    with pytest.raises(TaskLineError) as caught:
        parse_task_line(bad)
    assert caught.value.task_id == task_id


def test_title_and_headings_are_taken_along_and_the_rest_is_passed_over() -> None:
    record = {"id": "a", "text": "x。y", "title": "x", "path": ["一", "二"], "colour": "red", "span": None}
    assert parse_task_line(json.dumps(record).encode()) == TaskLine("a", "x。y", "x", ("一", "二"))
    bare = {"id": "a", "text": "x", "title": None, "path": None}
    assert parse_task_line(json.dumps(bare).encode()) == TaskLine("a", "x")


@pytest.mark.parametrize("blank", [b"", b"\n", b"  \r\n", b"\t"])
def test_a_blank_line_is_no_task_and_no_fault(blank: bytes) -> None:
    assert parse_task_line(blank) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD + b"\r\n",
        GOOD[:-1] + b', "share": NaN}',
        GOOD[:-1] + b', "note": "\\ud800"}',
    ],
    ids=["byte order mark", "line end of Windows", "NaN", "half a pair where nobody looks"],
)
def test_what_other_programs_write_is_read(raw: bytes) -> None:
    assert parse_task_line(raw) == TaskLine("a", "在105社区建学校")


@given(st.binary(max_size=40))
def test_every_line_is_read_or_refused_in_words(raw: bytes) -> None:
    try:
        task = parse_task_line(raw)
    except TaskLineError as error:
        assert str(error)
    else:
        assert (task is None) == (not raw.strip())


@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.lists(st.text(), max_size=3))
def test_what_is_well_formed_is_read_as_the_standard_library_reads_it(
    task_id: str, text: str, title: str, path: list[str]
) -> None:
    line = json.dumps({"id": task_id, "text": text, "title": title, "path": path}).encode()
    if task_id.strip() and text.strip():
        assert parse_task_line(line) == TaskLine(task_id, text, title, tuple(path))
