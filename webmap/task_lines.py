"""Reading task lines for geocoding: only `id` and `text` are needed; one bad line spoils no other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lingang.errors import PlanningMapError


@dataclass(frozen=True)
class TaskLine:
    """What the geocoder needs of a task."""

    id: str
    text: str
    title: str = ""
    path: tuple[str, ...] = ()


def read_task_lines(lines: Iterable[bytes], name: str) -> tuple[list[TaskLine], list[str]]:
    """Return the tasks that could be read, and for every other line what is wrong with it.

    Blank lines are passed over. An id that stands twice is a fault of the later line.
    """
    good: list[TaskLine] = []
    faults: list[str] = []
    first: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            line = _parse(raw)
            if line.id in first:
                raise ValueError(f"id {line.id!r} stands already in line {first[line.id]}")
        except ValueError as error:
            faults.append(f"{name}, line {number}: {error}")
        else:
            first[line.id] = number
            good.append(line)
    return good, faults


class LabelError(PlanningMapError, ValueError):
    """A file of labels with a line that is none."""


def read_labels(lines: Iterable[bytes], name: str) -> list[dict[str, Any]]:
    """Return labels made by hand: of places (`task`, `scope`, lists of ids) or of promises.

    Labels of promises hold lists of objects under `milestones` and `targets`.

    Raises
    ------
    LabelError
        The first line that is no label; half a gold standard would give wrong figures.
    """
    labels = []
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            label = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise LabelError(f"{name}, line {number}: not JSON ({error})") from error
        if not isinstance(label, dict) or not isinstance(label.get("task"), str):
            raise LabelError(f"{name}, line {number}: a label needs the text 'task'")
        if not isinstance(label.get("scope"), str) and not {"milestones", "targets"} & set(label):
            raise LabelError(f"{name}, line {number}: a label needs 'scope', or 'milestones' or 'targets'")
        lists = ("zones", "zones_optional", "lines", "lines_optional")
        if not all(_is_list_of_texts(label.get(key, [])) for key in lists):
            raise LabelError(f"{name}, line {number}: {', '.join(lists)} must be lists of ids")
        labels.append(label)
    return labels


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _parse(raw: bytes) -> TaskLine:
    try:
        record: Any = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(record, dict):
        raise ValueError(f"expected an object with 'id' and 'text', got {type(record).__name__}")
    for field in ("id", "text"):
        if not isinstance(record.get(field), str) or not record[field].strip():
            raise ValueError(f"field {field!r} is missing or not a text")
    title, path = record.get("title") or "", record.get("path") or []
    if not isinstance(title, str) or not isinstance(path, list) or not all(isinstance(x, str) for x in path):
        raise ValueError("'title' must be a text and 'path' a list of texts")
    try:
        json.dumps([record["id"], record["text"], title, path], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair; write the character itself") from error
    return TaskLine(record["id"], record["text"], title, tuple(path))
