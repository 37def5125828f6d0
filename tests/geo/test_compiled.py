"""The compiled geocoder: the same results as plain Python, and never an older source than the one at hand."""

import copy
import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import geo.compiled as compiled
from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder
from lingang.locations import data_dir

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, sys
from geo.gazetteer import read_gazetteer
from geo.geocoder import Geocoder
import geo.geocoder
from lingang.locations import data_dir
geocoder = Geocoder(read_gazetteer(data_dir()))
tasks = json.load(sys.stdin)
print(json.dumps([geo.geocoder.__file__, [geocoder.geocode(*task).to_json("t") for task in tasks]]))
"""


def tasks():
    """Text, title and headings of the built-in tasks and the gold, which hold every construction."""
    plans, gold = (ROOT / "data/plans").glob("[0-9n]*.jsonl"), (ROOT / "tests/gold").glob("new-*.jsonl")
    for file in (*sorted(plans), *sorted(gold)):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if text := record.get("text") or record.get("summary"):
                yield [text, record.get("title") or "", record.get("path") or []]


def test_plain_python_gives_the_same_records_as_what_runs_here():
    given = list(tasks())
    assert len(given) > 500
    plain = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, compiled.SWITCH: "0"},
        timeout=300,
    )
    file, records = json.loads(plain.stdout)
    assert file.endswith(".py")
    geocoder = Geocoder(read_gazetteer(data_dir()))
    here = [geocoder.geocode(*task).to_json("t") for task in given]
    assert json.loads(json.dumps(here)) == records


@pytest.fixture
def folder(tmp_path):
    """A folder as the set-up leaves it, with a stand-in for the library of machine code."""
    (tmp_path / "geo").mkdir()
    (tmp_path / compiled.STAMP).write_text(compiled.source_digest())
    (tmp_path / "lingang_stand_in__mypyc.py").write_text("")
    yield tmp_path
    sys.modules.pop("lingang_stand_in__mypyc", None)
    if str(tmp_path) in sys.path:
        sys.path.remove(str(tmp_path))


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    monkeypatch.setattr(compiled, "GROUP", "lingang_stand_in")
    monkeypatch.delenv(compiled.SWITCH, raising=False)


def test_modules_compiled_from_this_source_come_first(folder):
    path = ["geo"]
    assert compiled.prefer_compiled(path, folder)
    assert path == [str(folder / "geo"), "geo"]


@pytest.mark.parametrize("harm", ["other source", "no stamp", "no library", "broken library", "switched off"])
def test_anything_else_leaves_the_sources_as_they_are(folder, harm, monkeypatch):
    if harm == "other source":
        (folder / compiled.STAMP).write_text("0" * 32)
    elif harm == "no stamp":
        (folder / compiled.STAMP).unlink()
    elif harm == "no library":
        (folder / "lingang_stand_in__mypyc.py").unlink()
    elif harm == "broken library":
        (folder / "lingang_stand_in__mypyc.py").write_text("raise ImportError('for another machine')")
    else:
        monkeypatch.setenv(compiled.SWITCH, "0")
    path, places = ["geo"], list(sys.path)
    assert not compiled.prefer_compiled(path, folder)
    assert path == ["geo"]
    assert sys.path == places


def test_an_edit_of_a_module_changes_the_digest(tmp_path, monkeypatch):
    package = tmp_path / "geo"
    shutil.copytree(ROOT / "geo", package, ignore=shutil.ignore_patterns("__pycache__"))
    before = compiled.source_digest()
    monkeypatch.setattr(compiled, "__file__", str(package / "compiled.py"))
    assert compiled.source_digest() == before
    with (package / "relations.py").open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")
    assert compiled.source_digest() != before


def test_links_can_be_copied_and_sent_to_another_process():
    links = Geocoder(read_gazetteer(data_dir())).geocode("滴水湖和T2线周边，未知路东侧。")
    assert links.links
    assert pickle.loads(pickle.dumps(links)) == links
    assert copy.deepcopy(links) == links
    assert copy.copy(links.links[0]) == links.links[0]
    gazetteer = read_gazetteer(data_dir())
    (sense, *_), place = gazetteer.senses("滴水湖"), gazetteer.place("dishui-lake")
    assert pickle.loads(pickle.dumps((sense, place))) == (sense, place)
    assert replace(sense, label="湖").label == "湖" != sense.label
