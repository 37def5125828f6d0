"""Lines of tasks and labels made by hand: what is wrong is named with its line, and the rest goes on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmap.task_lines import LabelError, read_labels, read_task_lines

GOOD = '{"id": "a", "text": "在105社区建学校"}'.encode()
BAD = {
    b"not json": "not JSON: Expecting value at character 1",
    b'{"id": "b"': "not JSON",
    b"[1, 2]": "expected an object with 'id' and 'text', got list",
    b'"text"': "got str",
    b'{"text": "x"}': "field 'id' is missing or not a text",
    b'{"id": "b"}': "field 'text' is missing or not a text",
    b'{"id": 7, "text": "x"}': "field 'id' is missing or not a text",
    b'{"id": "b", "text": "  "}': "field 'text' is missing or not a text",
    b'{"id": "b", "text": "x", "title": 5}': "'title' must be a text and 'path' a list of texts",
    b'{"id": "b", "text": "x", "path": "y"}': "'path' a list of texts",
    b'{"id": "b", "text": "x", "path": [1]}': "'path' a list of texts",
    '{"id": "b", "text": "临港"}'.encode("gb18030"): "not UTF-8 (byte",
    b'{"id": "b", "text": "\\ud800"}': "half of a surrogate pair",
    b'{"id": "a", "text": "again"}': "id 'a' stands already in line 1",
    b"[" * 100_000: "nested too deeply",
}


@pytest.mark.parametrize("bad", BAD, ids=lambda raw: raw[:24].decode("utf-8", "replace"))
def test_a_bad_line_is_named_and_the_others_are_read(bad: bytes) -> None:
    lines = [GOOD, bad, b'{"id": "c", "text": "y"}']
    good, faults = read_task_lines(lines, "tasks.jsonl")
    assert [line.id for line in good] == ["a", "c"]
    assert len(faults) == 1
    assert faults[0].startswith("tasks.jsonl, line 2: ")
    assert BAD[bad] in faults[0]


def test_blank_lines_count_but_are_passed_over() -> None:
    good, faults = read_task_lines([b"\n", GOOD, b"  \r\n", b"?"], "tasks.jsonl")
    assert len(good) == 1
    assert faults == ["tasks.jsonl, line 4: not JSON: Expecting value at character 1"]


def test_title_and_headings_are_taken_along_and_the_rest_is_passed_over() -> None:
    record = {"id": "a", "text": "x。y", "title": "x", "path": ["一", "二"], "colour": "red", "span": None}
    good, faults = read_task_lines([json.dumps(record).encode()], "tasks.jsonl")
    assert faults == []
    assert (good[0].title, good[0].path) == ("x", ("一", "二"))


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_task_lines([b"\xef\xbb\xbf" + GOOD], "tasks.jsonl")[1] == []


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_every_line_is_either_read_or_named(lines: list[bytes]) -> None:
    good, faults = read_task_lines(lines, "tasks.jsonl")
    assert len(good) + len(faults) == sum(bool(line.strip()) for line in lines)


@pytest.mark.parametrize(
    "line, says",
    [
        (b"{", "not JSON"),
        (b"[]", "a label needs the text 'task'"),
        (b'{"task": "a"}', "a label needs 'scope', or 'milestones' or 'targets'"),
        (b'{"task": "a", "scope": "zones", "zones": "lingang"}', "must be lists of ids"),
        (b'{"task": "a", "scope": "zones", "lines": [["t1"]]}', "must be lists of ids"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_label_that_is_none_stops_the_evaluation(line: bytes, says: str) -> None:
    with pytest.raises(LabelError, match=says) as caught:
        read_labels([b'{"task": "b", "scope": "whole"}', line], "gold.jsonl")
    assert str(caught.value).startswith("gold.jsonl, line 2: ")


def test_labels_are_read_as_written() -> None:
    label = {"task": "a", "scope": "zones", "zones": ["lingang"], "note": "x"}
    assert read_labels([json.dumps(label).encode(), b"\n"], "gold.jsonl") == [label]
