"""`lingang check`: the shipped data is sound, and each kind of damage is named with its file and rule."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layers.check
from geo.faults import Fault
from layers.atlas import Atlas
from layers.check import check_all, check_plans
from lingang.locations import data_dir
from plans.check import PlanFault

Damage = Callable[[Path], object]


def change_task(task_id: str, **fields: Any) -> Damage:
    """Give a task of plan 2020 other fields; None takes the field away."""

    def damage(root: Path) -> None:
        path = root / "plans" / "2020.jsonl"
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for record in records:
            if record["id"] == task_id:
                record.update(fields)
                for key in [key for key, value in fields.items() if value is None]:
                    del record[key]
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        path.write_text("".join(lines), encoding="utf-8")

    return damage


def replace_in(name: str, old: str, new: str) -> Damage:
    def damage(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def append_to(name: str, content: bytes) -> Damage:
    return lambda root: (root / name).write_bytes((root / name).read_bytes() + content)


def write_in(name: str, content: bytes) -> Damage:
    return lambda root: (root / name).write_bytes(content)


def drop_line(name: str, number: int) -> Damage:
    def damage(root: Path) -> None:
        lines = (root / name).read_bytes().splitlines(keepends=True)
        (root / name).write_bytes(b"".join(lines[:number] + lines[number + 1 :]))

    return damage


def remove(name: str) -> Damage:
    return lambda root: (root / name).unlink()


TWICE = b'{"id": "2020-1", "plan": "2020", "number": "1", "path": ["x"], "title": "x", "text": "x"}\n'

CASES = {
    "a name of two places": (
        append_to("gazetteer.csv", "105社区,finance-bay,alias,short,,\n".encode()),
        ("data/gazetteer.csv", "gazetteer", "105社区"),
    ),
    "a name of no place": (
        append_to("gazetteer.csv", "新地名,comunity-105,alias,short,,\n".encode()),
        ("data/gazetteer.csv", "gazetteer", "did you mean 'community-105'"),
    ),
    "a gazetteer in another encoding": (
        append_to("gazetteer.csv", "新地名,community-105,alias,short,,\n".encode("gb18030")),
        ("data/gazetteer.csv", "read", "save the table as UTF-8"),
    ),
    "no gazetteer": (remove("gazetteer.csv"), ("data/gazetteer.csv", "file", "No such file")),
    "a gap in the numbers": (
        drop_line("plans/2020.jsonl", 4),
        ("plans/2020.jsonl", "numbers", "at place 5 stands 6"),
    ),
    "a title that is not the beginning": (
        change_task("2020-3", title="另一个标题"),
        ("plans/2020.jsonl", "read", "'text' must begin with 'title'"),
    ),
    "a title that runs into the text": (
        change_task("2020-3", title="标", text="标题后面没有句号"),
        ("plans/2020.jsonl", "title", "must begin with the title and a full stop"),
    ),
    "a title without a summary": (
        change_task("2020-3", title="标题", text="标题。"),
        ("plans/2020.jsonl", "summary", "no summary"),
    ),
    "no source": (change_task("2020-3", source=None), ("plans/2020.jsonl", "source", "which plan and item")),
    "no headings": (change_task("2020-3", path=[]), ("plans/2020.jsonl", "path", "headings")),
    "a task of another plan": (change_task("2020-3", plan="2023"), ("plans/2020.jsonl", "plan", "'2023'")),
    "an id that is not its number": (
        change_task("2020-3", id="2020-103"),
        ("plans/2020.jsonl", "ids", "should be 2020-3"),
    ),
    "a task twice": (append_to("plans/2020.jsonl", TWICE), ("plans/2020.jsonl", "read", "'2020-1'")),
    "half a line of JSON": (
        append_to("plans/2020.jsonl", b'{"id": "2020-37"'),
        ("plans/2020.jsonl", "read", "line 37"),
    ),
    "an empty plan": (write_in("plans/2020.jsonl", b"\n"), ("plans/2020.jsonl", "read", "holds no task")),
    "a plan without its file": (remove("plans/2023.jsonl"), ("plans/2023.jsonl", "read", "cannot be read")),
    "an unknown plan": (
        replace_in("plans/plans.json", '"id": "2020"', '"id": "2021"'),
        ("plans/2021.jsonl", "read", "cannot be read"),
    ),
    "no list of plans": (remove("plans/plans.json"), ("plans/plans.json", "read", "plans.json")),
    "a list of plans that is no JSON": (
        write_in("plans/plans.json", b'[{"id": '),
        ("plans/plans.json", "read", "not a list of plans"),
    ),
    "a list of plans that is a number": (
        write_in("plans/plans.json", b"7"),
        ("plans/plans.json", "read", "not a list of plans"),
    ),
    "a plan without a title": (
        replace_in("plans/plans.json", '"title":', '"titel":'),
        ("plans/plans.json", "read", "titel"),
    ),
    "a year that is a text": (
        replace_in("plans/plans.json", '"year": 2020', '"year": "2020"'),
        ("plans/plans.json", "read", "'year' of plan '2020' must be of type int"),
    ),
    "a plan twice": (
        replace_in("plans/plans.json", '"id": "2023"', '"id": "2020"'),
        ("plans/plans.json", "read", "'2020' stands twice"),
    ),
    "a plan id that leaves the folder": (
        replace_in("plans/plans.json", '"id": "2020"', '"id": "../2020"'),
        ("plans/plans.json", "read", "lower-case letters"),
    ),
    "a feature file that is no JSON": (
        write_in("geojson/zones.geojson", b"{"),
        ("data/geojson/zones.geojson", "read", "JSON"),
    ),
    "no feature file": (
        remove("geojson/schools.geojson"),
        ("data/geojson/schools.geojson", "file", "cannot be read"),
    ),
    "a feature without a name": (
        replace_in("geojson/schools.geojson", '"derived", "name":', '"derived", "naem":'),
        ("data/geojson/schools.geojson", "schema", "name"),
    ),
    "a file not in canonical form": (
        replace_in("geojson/sites.geojson", '{"type": "Feature"', '{"type":  "Feature"'),
        ("data/geojson/sites.geojson", "canonical", "canonical form"),
    ),
    "a stray feature file": (
        write_in("geojson/rivers.geojson", b"{}"),
        ("data/geojson/rivers.geojson", "file", "unexpected"),
    ),
}


def check_of(file: str) -> Callable[[Path], Sequence[Fault | PlanFault]]:
    """The part of `check_all` that looks at a file; the topology of feature files takes most of its time."""
    return check_plans if file.startswith("plans/") else check_all


def test_the_shipped_data_is_sound() -> None:
    assert check_all(data_dir()) == []


@pytest.mark.parametrize("name", CASES)
def test_damage_is_named_with_its_file_and_rule(data_copy: Path, name: str) -> None:
    damage, (file, rule, says) = CASES[name]
    damage(data_copy)
    found = [f for f in check_of(file)(data_copy) if (f.file, f.rule) == (file, rule)]
    assert found
    assert any(says in str(fault) for fault in found), [str(fault) for fault in found]
    assert all(len(str(fault).splitlines()) == 1 for fault in found)


def test_faults_of_several_files_are_reported_together(data_copy: Path) -> None:
    change_task("2020-3", source=None)(data_copy)
    remove("plans/2023.jsonl")(data_copy)
    remove("geojson/hospitals.geojson")(data_copy)
    files = {fault.file for fault in check_all(data_copy)}
    assert {"plans/2020.jsonl", "plans/2023.jsonl", "data/geojson/hospitals.geojson"} <= files


def test_an_empty_folder_is_all_faults(tmp_path: Path) -> None:
    assert {"file", "read"} <= {fault.rule for fault in check_all(tmp_path)}


def test_a_link_to_nothing_and_a_false_quotation_are_found(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = atlas.get_task("2023-140")
    first, *rest = item.links.links
    wrong = (replace(first, target="nowhere"), replace(first, evidence=((0, 2, "不是"),)), *rest)
    tasks = {**atlas.tasks, item.id: replace(item, links=replace(item.links, links=wrong))}
    monkeypatch.setattr(layers.check, "load_atlas", lambda root: replace(atlas, tasks=tasks))
    found = {(f.file, f.feature_id, f.rule) for f in check_all(data_dir())}
    assert found == {("links", "2023-140", "join"), ("links", "2023-140", "evidence")}


NAMES = sorted(
    str(path.relative_to(data_dir()))
    for path in data_dir().rglob("*")
    if path.suffix in (".csv", ".json", ".jsonl") and "schema" not in path.parts
)


@given(name=st.sampled_from(NAMES), cut=st.integers(0, 400), junk=st.binary(max_size=20))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_raises(data_copy: Path, name: str, cut: int, junk: bytes) -> None:
    whole = (data_dir() / name).read_bytes()
    (data_copy / name).write_bytes(whole[:cut] + junk + whole[cut + 7 :])
    try:
        assert all(str(fault) for fault in check_of(name)(data_copy))
    finally:
        (data_copy / name).write_bytes(whole)
