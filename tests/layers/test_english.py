"""Every built-in task has a sentence of ours in English, and every heading its English name."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from layers.atlas import Atlas
from layers.english import FILE, read_english
from layers.errors import DataFaultError

CHINESE = re.compile("[\u3400-\u9fff]")
LONGEST = 200


def test_every_built_in_task_has_a_sentence(atlas: Atlas) -> None:
    said = {item.id: atlas.english.summary(item.task) for item in atlas.tasks.values()}
    assert [task for task, words in said.items() if not words.endswith(".")] == []
    assert [task for task, words in said.items() if CHINESE.search(words) or len(words) > LONGEST] == []


def test_every_heading_has_an_english_name(atlas: Atlas) -> None:
    headings = {heading for item in atlas.tasks.values() for heading in item.task.path}
    assert [heading for heading in headings if CHINESE.search(atlas.english.heading(heading))] == []


def test_nothing_is_said_of_what_is_not_there(atlas: Atlas) -> None:
    words = atlas.english
    assert {task_id for task_id, _ in words.summaries} == set(atlas.tasks)
    assert set(words.headings) == {heading for item in atlas.tasks.values() for heading in item.task.path}


def test_a_task_with_the_id_and_another_title_borrows_no_sentence(atlas: Atlas) -> None:
    task = atlas.tasks["2023-110"].task
    assert atlas.english.summary(task)
    assert atlas.english.summary(replace(task, title="自有文件")) == ""


def test_a_data_folder_without_the_file_has_no_words(tmp_path: Path) -> None:
    assert read_english(tmp_path).headings == {}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / FILE).write_text('{"heading": "甲", "en": "A"}\n{"task": "x"}\n', encoding="utf-8")
    with pytest.raises(DataFaultError, match="line 2"):
        read_english(tmp_path)
