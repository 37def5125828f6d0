"""Reading labels made by hand: of places or of promises, each checked before anything is compared with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from lingang.errors import PlanningMapError, UnknownIdError

_PROMISES = ("milestones", "targets")
_KINDS = {"zones": "zone", "lines": "line", "sites": "site"}
_ID_LISTS = tuple(f"{field}{ending}" for field in _KINDS for ending in ("", "_optional"))
_TEXT_LISTS = ("outside", "mentions", "path")
_RELATIONS = ("in", "along", "near", "serves")
_SCOPES = ("zones", "lines", "whole", "outside")
_FEATURE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class LabelError(PlanningMapError, ValueError):
    """A file of labels with a line that is none."""


def read_labels(
    lines: Iterable[bytes],
    name: str,
    *,
    kinds: Mapping[str, str] | None = None,
    seen: dict[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return labels made by hand: of places (`task`, `scope`, lists of ids) or of promises.

    Labels of promises hold lists of objects under `milestones` and `targets`. A label may bring the text
    it is about (`text`, `title`, `path`).

    Parameters
    ----------
    lines, name
        The lines of a file, and how messages call it.
    kinds
        Kind (`zone`, `line`, `site`) of every place by id; with it, ids that lead nowhere are refused.
    seen
        Where the tasks of files read before stand; the tasks of this one are added.

    Raises
    ------
    LabelError
        The first line that is no label; half a gold standard would give wrong figures.
    """
    labels = []
    first = {} if seen is None else seen
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        where = f"{name}, line {number}"
        try:
            label = _parse(raw)
            if label["task"] in first:
                raise ValueError(f"task {label['task']!r} stands already in {first[label['task']]}")
            if kinds is not None:
                _check_ids(label, kinds)
        except (ValueError, UnknownIdError) as error:
            raise LabelError(f"{where}: {error}") from error
        first[label["task"]] = where
        labels.append(label)
    return labels


def is_of_promises(label: Mapping[str, Any]) -> bool:
    """Whether a label tells of milestones and targets, not of places."""
    return any(key in label for key in _PROMISES)


def _parse(raw: bytes) -> dict[str, Any]:
    """A label with every field that is read later checked for its type; raises ValueError."""
    try:
        label = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(label, dict) or not isinstance(label.get("task"), str):
        raise ValueError("a label needs the text 'task'")
    if not is_of_promises(label) and not isinstance(label.get("scope"), str):
        raise ValueError("a label needs 'scope', or 'milestones' or 'targets'")
    if "scope" in label and label["scope"] not in _SCOPES:
        raise ValueError(f"scope {label['scope']!r}; expected one of {', '.join(_SCOPES)}")
    if not all(_is_list_of_texts(label.get(key, [])) for key in _ID_LISTS):
        raise ValueError(f"{', '.join(_ID_LISTS)} must be lists of ids")
    if not all(_is_list_of_texts(label.get(key, [])) for key in _TEXT_LISTS):
        raise ValueError(f"{', '.join(_TEXT_LISTS)} must be lists of texts")
    if not all(isinstance(label.get(key, ""), str) for key in ("text", "title")):
        raise ValueError("text and title must be texts")
    relations = label.get("relations", {})
    if not isinstance(relations, dict) or not all(value in _RELATIONS for value in relations.values()):
        raise ValueError(f"relations must give each id one of {', '.join(_RELATIONS)}")
    return label


def _check_ids(label: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """Raise on an id that leads nowhere, or to another kind of place; sites may be words of the text.

    What is optional counts for no kind, so any place will do there.
    """
    for field in _ID_LISTS:
        kind = _KINDS[field.removesuffix("_optional")]
        for target in label.get(field, ()):
            if kind == "site" and not _FEATURE_ID.fullmatch(target):
                continue
            if target not in kinds:
                raise UnknownIdError(kind, target, [known for known in kinds if kinds[known] == kind])
            if field in _KINDS and kinds[target] != kind:
                raise ValueError(f"{target!r} under {field!r} is a {kinds[target]}, not a {kind}")
    for target in label.get("relations", {}):
        if target not in kinds:
            raise UnknownIdError("place", target, kinds)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
