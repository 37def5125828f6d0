"""Many lines: read piece by piece, every line a record or a fault, ids once, and a file that can go on."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import line_chunks
from geo.batch import LineFault, geocode_lines, recall, settle
from geo.batch_errors import BatchError, ResumeError
from geo.features import Feature
from geo.gazetteer import Gazetteer
from geo.geocoder import Geocoder
from geo.line_chunks import CHUNK_BYTES, CHUNK_LINES, START, Chunk, LineReader, Mark
from geo.part_file import PartFile
from geo.seen_ids import SeenIds
from geo.task_lines import MOST_LINE_BYTES

ZONES = [
    Feature("lingang", {"id": "lingang", "name": "临港新片区", "kind": "zone", "parent": None}, None),
    Feature("bay", {"id": "bay", "name": "银湾社区", "kind": "zone", "parent": "lingang"}, None),
]


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(Gazetteer.from_features(ZONES))


def line(task_id: str, text: str = "在银湾社区建学校。") -> bytes:
    return json.dumps({"id": task_id, "text": text}, ensure_ascii=False).encode() + b"\n"


def task_of(record: bytes) -> str:
    return str(json.loads(record)["task"])


# ---- a chunk ----------------------------------------------------------------------------------------------


def test_every_line_becomes_a_record_or_a_fault_with_its_number(geocoder: Geocoder) -> None:
    lines = [line("a"), b"\n", b"?\n", b'{"id": "c"}\n', line("d", "无")]
    result = geocode_lines(geocoder, Chunk(11, lines))
    assert (result.ids, result.lines) == (["a", "d"], [11, 15])
    assert [str(fault) for fault in result.faults] == [
        "line 13: not JSON: Expecting value at character 1",
        "line 14: field 'text' is missing or not a text (id 'c')",
    ]
    records = [json.loads(record) for record in result.records]
    assert [record["task"] for record in records] == ["a", "d"]
    assert all(record.endswith(b"\n") and record.count(b"\n") == 1 for record in result.records)


def test_a_record_says_what_the_geocoder_says(geocoder: Geocoder) -> None:
    (record,) = geocode_lines(geocoder, Chunk(1, [line("a")])).records
    expected = geocoder.geocode("在银湾社区建学校。").to_json("a")
    assert json.loads(record) == json.loads(json.dumps(expected))
    assert "银湾社区".encode() in record


def test_title_and_headings_count(geocoder: Geocoder) -> None:
    raw = json.dumps({"id": "a", "text": "建学校。", "title": "教育", "path": ["一、银湾社区建设"]}).encode()
    (record,) = geocode_lines(geocoder, Chunk(1, [raw])).records
    assert [link["rule"] for link in json.loads(record)["links"]] == ["heading"]


# ---- ids that stand twice ---------------------------------------------------------------------------------


@pytest.mark.parametrize("most_in_memory", [0, 2, 100])
def test_the_first_line_with_an_id_keeps_it(geocoder: Geocoder, most_in_memory: int) -> None:
    chunks = [
        Chunk(1, [line("a"), line("b"), line("a", "二")]),
        Chunk(4, [b"?", line("c"), line("b", "二"), line("a", "三")]),
    ]
    with SeenIds(most_in_memory=most_in_memory) as seen:
        settled = [settle(geocode_lines(geocoder, chunk), seen) for chunk in chunks]
    assert [[task_of(record) for record in records] for records, _ in settled] == [["a", "b"], ["c"]]
    assert settled[0][1] == [LineFault(3, "id 'a' stands already in line 1")]
    assert [fault.line for fault in settled[1][1]] == [4, 6, 7]
    assert settled[1][1][1:] == [
        LineFault(6, "id 'b' stands already in line 2"),
        LineFault(7, "id 'a' stands already in line 1"),
    ]


IDS = st.sampled_from(["a", "b", "c", "a\0", "A", "ä", "a\u0308"])


@given(st.lists(st.lists(IDS, max_size=5), max_size=5))
def test_memory_and_table_agree_on_what_stands_twice(pieces: list[list[str]]) -> None:
    first: dict[str, int] = {}
    number = 0
    with SeenIds(most_in_memory=100) as memory, SeenIds(most_in_memory=3) as table:
        for ids in pieces:
            lines = list(range(number, number + len(ids)))
            number += len(ids)
            repeated = {i: first[x] for i, x in enumerate(ids) if first.setdefault(x, lines[i]) != lines[i]}
            assert memory.add(ids, lines) == table.add(ids, lines) == repeated


def test_the_table_of_ids_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with SeenIds(most_in_memory=0) as seen:
        seen.add(["a"], [1])
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_the_ids_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with SeenIds(most_in_memory=0) as seen, pytest.raises(BatchError, match="TMPDIR"):
        seen.add(["a"], [1])


# ---- reading piece by piece -------------------------------------------------------------------------------


def test_chunks_are_bounded_in_lines_and_bytes_and_hold_every_line() -> None:
    content = b"x\n" * (2 * CHUNK_LINES + 1) + (b"y" * 400_000 + b"\n") * 5 + b"last"
    chunks = list(LineReader(BytesIO(content)).chunks())
    assert b"".join(b"".join(chunk.lines) for chunk, _ in chunks) == content
    assert max(len(chunk.lines) for chunk, _ in chunks) == CHUNK_LINES
    assert max(sum(map(len, chunk.lines)) for chunk, _ in chunks) < CHUNK_BYTES + 400_002
    firsts = [chunk.first_line for chunk, _ in chunks]
    assert firsts == [1, *(mark.line + 1 for _, mark in chunks[:-1])]
    assert chunks[-1][1][:2] == (len(content), content.count(b"\n") + 1)


def test_a_line_without_end_is_a_fault_and_no_memory_bomb(geocoder: Geocoder) -> None:
    class Endless(BytesIO):
        largest = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            found = super().readline(size)
            self.largest = max(self.largest, len(found))
            return found

    long = b'{"id": "long", "text": "' + b"x" * (2 * MOST_LINE_BYTES) + b'"}\n'
    stream = Endless(line("a") + long + line("b"))
    read = list(LineReader(stream).chunks())
    results = [geocode_lines(geocoder, chunk) for chunk, _ in read]
    assert [task_id for result in results for task_id in result.ids] == ["a", "b"]
    assert [number for result in results for number in result.lines] == [1, 3]
    assert [fault for r in results for fault in r.faults] == [LineFault(2, "longer than 4,194,304 bytes")]
    assert stream.largest <= MOST_LINE_BYTES + 1
    assert read[-1][1].offset == len(stream.getvalue())


def test_a_longest_line_is_still_read(geocoder: Geocoder) -> None:
    raw = line("a", "x")
    raw = raw[:-1] + b" " * (MOST_LINE_BYTES - len(raw)) + b"\n"
    ((chunk, _),) = LineReader(BytesIO(raw)).chunks()
    assert geocode_lines(geocoder, chunk).ids == ["a"]


def test_a_mark_knows_an_input_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_chunks, "CHUNK_LINES", 2)
    content = b"".join(map(line, "abcdefg"))
    marks = [mark for _, mark in LineReader(BytesIO(content)).chunks()]
    monkeypatch.setattr(line_chunks, "CHUNK_LINES", 3)  # another version may cut otherwise
    for mark in marks:
        with SeenIds() as seen:
            assert recall(LineReader(BytesIO(content)).chunks(until=mark.offset), seen) == mark
    other = content.replace(b'"b"', b'"B"')
    with SeenIds() as seen:
        assert recall(LineReader(BytesIO(other)).chunks(until=marks[0].offset), seen) != marks[0]
        assert recall(LineReader(BytesIO(content[:9])).chunks(until=marks[0].offset), seen) != marks[0]


def test_what_was_read_again_counts_for_ids_that_stand_twice(geocoder: Geocoder) -> None:
    reader = LineReader(BytesIO(line("a") + b"?\n" + line("b") + line("a")))
    with SeenIds() as seen:
        mark = recall(reader.chunks(until=len(line("a") + b"?\n")), seen)
        assert mark.line == 2
        ((chunk, _),) = reader.chunks()
        records, faults = settle(geocode_lines(geocoder, chunk), seen)
    assert [task_of(record) for record in records] == ["b"]
    assert faults == [LineFault(4, "id 'a' stands already in line 1")]


# ---- the file in the making -------------------------------------------------------------------------------


def mark(number: int) -> Mark:
    return Mark(10 * number, number, f"digest {number}")


def interrupted(target: Path, fingerprint: str = "f") -> None:
    """A run that ends after two chunks, the second behind the last entry."""
    with PartFile(target, fingerprint) as part:
        part.begin()
        part.write([b"one\n"], mark(1), written=1, fallen=0)
        part.save()
        part.write([b"two\n"], mark(2), written=2, fallen=1)


def test_a_run_goes_on_behind_the_last_entry(tmp_path: Path) -> None:
    target = tmp_path / "links.jsonl"
    target.write_bytes(b"older")
    target.chmod(0o640)
    interrupted(target)
    assert target.read_bytes() == b"older"
    with PartFile(target, "f") as part:
        entry = part.resume()
        assert entry is not None
        assert (entry.mark, entry.length, entry.written, entry.fallen) == (mark(1), 4, 1, 0)
        part.write([b"two\n", b"three\n"], mark(3), written=3, fallen=1)
        part.finish()
    assert target.read_bytes() == b"one\ntwo\nthree\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["links.jsonl"]


def test_where_nothing_was_interrupted_nothing_is_gone_on_with(tmp_path: Path) -> None:
    with PartFile(tmp_path / "links.jsonl", "f") as part:
        assert part.resume() is None
        assert not part.begin()
    assert START.offset == 0


def test_beginning_anew_says_that_something_was_left(tmp_path: Path) -> None:
    target = tmp_path / "links.jsonl"
    interrupted(target)
    with PartFile(target, "f") as part:
        assert part.begin()
        part.write([b"new\n"], mark(1), written=1, fallen=0)
        part.finish()
    assert target.read_bytes() == b"new\n"


def test_a_link_keeps_leading_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_bytes(b"older")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    with PartFile(tmp_path / "link.jsonl", "f") as part:
        part.begin()
        part.finish()
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    "file, damage, says",
    [
        ("links.jsonl.part", b"on", "holds 2 bytes, its journal counts 4"),
        ("links.jsonl.part.json", b"{", "is damaged"),
        ("links.jsonl.part.json", b"[]", "is damaged"),
        ("links.jsonl.part.json", b'{"version": 1}', "is damaged"),
        ("links.jsonl.part.json", b'{"version": 0}', "another version"),
    ],
)
def test_a_journal_that_cannot_be_trusted_is_refused(
    tmp_path: Path, file: str, damage: bytes, says: str
) -> None:
    target = tmp_path / "links.jsonl"
    interrupted(target)
    (tmp_path / file).write_bytes(damage)
    with PartFile(target, "f") as part, pytest.raises(ResumeError, match=says) as caught:
        part.resume()
    assert "leave out --resume to begin anew" in str(caught.value)


def test_other_data_or_another_program_does_not_go_on(tmp_path: Path) -> None:
    interrupted(tmp_path / "links.jsonl")
    with (
        PartFile(tmp_path / "links.jsonl", "other") as part,
        pytest.raises(ResumeError, match="other data or another version"),
    ):
        part.resume()
    assert (tmp_path / "links.jsonl.part").read_bytes() == b"one\ntwo\n"


def test_two_runs_never_write_one_file(tmp_path: Path) -> None:
    target = tmp_path / "links.jsonl"
    with PartFile(target, "f") as first, PartFile(target, "f") as second:
        first.begin()
        first.write([b"one\n"], mark(1), written=1, fallen=0)
        first.save()
        for attempt in (second.begin, second.resume):
            with pytest.raises(BatchError, match="another run is writing it"):
                attempt()
        first.finish()
    assert target.read_bytes() == b"one\n"


@pytest.mark.parametrize("where", ["missing/links.jsonl", "file/links.jsonl", "folder"])
def test_a_place_that_cannot_be_written_is_told_at_once(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with PartFile(tmp_path / where, "f") as part, pytest.raises(BatchError, match="cannot be written"):
        part.begin()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
