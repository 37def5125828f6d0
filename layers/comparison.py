"""Are two lists of tasks the same plan, and what changed between two versions of one?

Titles are compared without spaces and punctuation and in one width, since a web page, a PDF and a curated
file print them differently.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plans.identity import recognise_plan
from plans.records import Task

SHOWN_IDS = 8  # ids named in one line for people


@dataclass(frozen=True)
class Recognition:
    """A document's items are those of plan `plan`: `matched` of `items` in the longer list."""

    plan: str
    matched: int
    items: int

    @property
    def share(self) -> float:
        """Share of items with the same number and title, 0 to 1."""
        return self.matched / self.items if self.items else 0.0


@dataclass(frozen=True)
class Changes:
    """What a new version of a document changed. `before` is the SHA-256 of the older version.

    `renumbered` are (old id, new id) of items with one title; `retitled` are (id, old title, new title);
    `rewritten` are the (new) ids whose title stayed and whose text did not.
    """

    before: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renumbered: tuple[tuple[str, str], ...] = ()
    retitled: tuple[tuple[str, str, str], ...] = ()
    rewritten: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.renumbered, self.retitled, self.rewritten))

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "before": self.before,
            "added": list(self.added),
            "removed": list(self.removed),
            "renumbered": [list(pair) for pair in self.renumbered],
            "retitled": [list(entry) for entry in self.retitled],
            "rewritten": list(self.rewritten),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Changes:
        """The record of decoded JSON; raises KeyError, TypeError or ValueError where it is none."""
        return cls(
            before=str(record["before"]),
            added=tuple(map(str, record["added"])),
            removed=tuple(map(str, record["removed"])),
            renumbered=tuple((str(old), str(new)) for old, new in record["renumbered"]),
            retitled=tuple((str(i), str(old), str(new)) for i, old, new in record["retitled"]),
            rewritten=tuple(map(str, record["rewritten"])),
        )

    def lines(self) -> list[str]:
        """What changed, for people: a line for every kind, one for every new title."""
        head = [f"changed against the version {self.before[:12]}"]
        kinds = (("added", self.added), ("removed", self.removed), ("text changed", self.rewritten))
        told = [f"{kind}: {len(ids)} ({_some(ids)})" for kind, ids in kinds if ids]
        if self.renumbered:
            pairs = [f"{old} → {new}" for old, new in self.renumbered]
            told.append(f"renumbered: {len(pairs)} ({_some(pairs)})")
        told += [f"title of {task_id}: {old} → {new}" for task_id, old, new in self.retitled]
        return head + (told or ["no task changed"])


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:SHOWN_IDS]) + (" …" if len(ids) > SHOWN_IDS else "")


def fold_title(title: str) -> str:
    """A title in one width and case, without spaces, punctuation and symbols."""
    whole = unicodedata.normalize("NFKC", title).casefold()
    return "".join(sign for sign in whole if unicodedata.category(sign)[0] not in "PSZC")


def find_plan(tasks: Sequence[Task], plans: Mapping[str, Iterable[Task]]) -> Recognition | None:
    """Return the plan of `plans` whose items these are, or None; see `plans.identity.recognise_plan`."""
    titles = {plan_id: {task.number: task.title for task in items} for plan_id, items in plans.items()}
    plan_id = recognise_plan(tasks, titles)
    if plan_id is None:
        return None
    theirs = titles[plan_id]
    matched = {t.number for t in tasks if t.number in theirs and is_same_title(t.title, theirs[t.number])}
    return Recognition(plan_id, len(matched), max(len({task.number for task in tasks}), len(theirs)))


@dataclass(frozen=True)
class _Titled:
    """A title under a number that matters to nobody."""

    title: str
    number: str = ""


def is_same_title(one: str, other: str) -> bool:
    """True when two titles are the same by the measure that recognises plans."""
    return recognise_plan([_Titled(one)], {"other": {"": other}}) is not None


def shared_titles(old: Iterable[Task], new: Sequence[Task]) -> int:
    """How many of the new items bear a title that an old one bears."""
    known = {fold_title(task.title) for task in old}
    return sum(fold_title(task.title) in known for task in new)


@dataclass
class _Pairs:
    """Old and new tasks as they find each other."""

    old: dict[str, Task]
    new: dict[str, Task]
    found: list[tuple[Task, Task]] = field(default_factory=list)

    def join(self, old_id: str, new_id: str) -> None:
        self.found.append((self.old.pop(old_id), self.new.pop(new_id)))


def compare(before: str, old: Iterable[Task], new: Iterable[Task]) -> Changes:
    """Return what changed from `old` to `new`, lists of one plan's tasks with unique ids.

    An item is first looked for under its number and title, then by its title alone (it was renumbered),
    then by its number alone (it has a new title): an item put in at the front does not change the others.
    """
    pairs = _Pairs({task.id: task for task in old}, {task.id: task for task in new})
    order = {task_id: at for at, task_id in enumerate(pairs.new)}
    for task_id in [i for i in pairs.new if i in pairs.old and _same_title(pairs.old[i], pairs.new[i])]:
        pairs.join(task_id, task_id)
    by_title: dict[str, list[str]] = defaultdict(list)
    for task_id, task in pairs.old.items():
        by_title[fold_title(task.title)].append(task_id)
    for task_id, task in list(pairs.new.items()):
        if known := by_title[fold_title(task.title)]:
            pairs.join(known.pop(0), task_id)
    for task_id in [i for i in pairs.new if i in pairs.old]:
        pairs.join(task_id, task_id)
    found = sorted(pairs.found, key=lambda pair: order[pair[1].id])
    return Changes(
        before=before,
        added=tuple(pairs.new),
        removed=tuple(pairs.old),
        renumbered=tuple((was.id, now.id) for was, now in found if was.id != now.id),
        retitled=tuple((now.id, was.title, now.title) for was, now in found if not _same_title(was, now)),
        rewritten=tuple(now.id for was, now in found if _same_title(was, now) and was.text != now.text),
    )


def _same_title(one: Task, other: Task) -> bool:
    return fold_title(one.title) == fold_title(other.title)
