"""What does one line of a task file hold? `id` and `text` are needed; `title` and `path` are taken along.

A good line is read once, by orjson. A line that orjson or a check refuses is looked at again, slowly, to say
what is wrong with it; that second look also reads what other JSON writers produce (a byte order mark, NaN).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import orjson

MOST_LINE_BYTES: Final = 4 * 1024 * 1024  # a long plan in one task is below 100 kB; beyond this it is no task
_WRONG_HEADINGS: Final = "'title' must be a text and 'path' a list of texts"


@dataclass(init=False)
class TaskLine:
    """What the geocoder needs of a task."""

    id: str
    text: str
    title: str
    path: tuple[str, ...]

    # Written out: many are made, and this one can be compiled.
    def __init__(self, id: str, text: str, title: str = "", path: tuple[str, ...] = ()) -> None:
        self.id = id
        self.text = text
        self.title = title
        self.path = path


class TaskLineError(ValueError):
    """A line that holds no task; `task_id` is its id where one could be read."""

    def __init__(self, problem: str, task_id: str | None = None) -> None:
        self.task_id = task_id
        super().__init__(problem)


def parse_task_line(raw: bytes) -> TaskLine | None:
    """Return the task of a line, None for a blank one.

    Parameters
    ----------
    raw
        The line as read, with or without its end.

    Raises
    ------
    TaskLineError
        The line is longer than `MOST_LINE_BYTES`, no JSON object, or lacks a text that is needed.
    """
    if len(raw) > MOST_LINE_BYTES:
        raise TaskLineError(f"longer than {MOST_LINE_BYTES:,} bytes")
    try:
        return _task(orjson.loads(raw))
    except ValueError:
        return _second_look(raw)


def _task(record: Any) -> TaskLine:
    """The task of a parsed line. Raises TaskLineError for what is missing or of another type."""
    if type(record) is not dict:
        raise TaskLineError(f"expected an object with 'id' and 'text', got {type(record).__name__}")
    task_id, text = record.get("id"), record.get("text")
    if type(task_id) is not str or not task_id.strip():
        raise TaskLineError("field 'id' is missing or not a text")
    if type(text) is not str or not text.strip():
        raise TaskLineError("field 'text' is missing or not a text", task_id)
    title, path = record.get("title") or "", record.get("path") or []
    if type(title) is not str or type(path) is not list:
        raise TaskLineError(_WRONG_HEADINGS, task_id)
    for heading in path:  # a generator for all() would take longer than the rest of the checks
        if type(heading) is not str:
            raise TaskLineError(_WRONG_HEADINGS, task_id)
    return TaskLine(task_id, text, title, tuple(path))


def _second_look(raw: bytes) -> TaskLine | None:
    """Read a refused line with the patient reader of the standard library, or say what is wrong."""
    if not raw.strip():
        return None
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise TaskLineError(f"not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise TaskLineError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except ValueError as error:  # Python's guard against numbers of thousands of digits
        raise TaskLineError("a number has too many digits") from error
    except RecursionError as error:
        raise TaskLineError("nested too deeply") from error
    task = _task(record)
    try:
        "\n".join((task.id, task.text, task.title, *task.path)).encode()
    except UnicodeEncodeError as error:
        problem = "holds half of a surrogate pair; write the character itself"
        raise TaskLineError(problem, _printable(task.id)) from error
    return task


def _printable(task_id: str) -> str:
    """An id that any stream can take."""
    return task_id.encode("utf-8", "backslashreplace").decode()
