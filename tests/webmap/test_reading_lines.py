"""Labels made by hand: what is wrong is named with its line."""

import json

import pytest

from webmap.labels import LabelError, read_labels


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
