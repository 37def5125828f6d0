"""What does a task say in English? Our own summaries of the built-in plans' tasks, and their headings.

Titles stay official, so an English reader gets the Chinese title and our sentence beside it. A sentence
belongs to a task's id and title together: a document of one's own under the same ids never borrows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from layers.errors import DataFaultError
from plans.records import Task

FILE = "english.jsonl"


@dataclass(frozen=True)
class EnglishWords:
    """`summaries` by task id and title, `headings` by the heading as it is printed."""

    summaries: Mapping[tuple[str, str], str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)

    def summary(self, task: Task) -> str:
        """Our sentence about a task; "" where there is none."""
        return self.summaries.get((task.id, task.title), "")

    def heading(self, heading: str) -> str:
        """A heading in English; as it stands where nobody translated it."""
        return self.headings.get(heading, heading)


@lru_cache(maxsize=4)
def read_english(root: Path) -> EnglishWords:
    """Read the words of a data folder, none where it has no such file.

    Raises
    ------
    DataFaultError
        A line is not an object with the texts `en` and `heading`, or `en`, `task` and `title`.
    """
    path = root / "plans" / FILE
    if not path.is_file():
        return EnglishWords()
    summaries: dict[tuple[str, str], str] = {}
    headings: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            if "heading" in entry:
                headings[entry["heading"]] = str(entry["en"])
            else:
                summaries[entry["task"], entry["title"]] = str(entry["en"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataFaultError(f"{FILE}, line {number}: not a summary or heading: {error}") from error
    return EnglishWords(summaries, headings)
