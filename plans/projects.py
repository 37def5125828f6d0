"""What does a plan speak of year after year? The register of projects: names, kinds, places, mentions.

A project is one thing that several plans can name: a line, a school, a tower, a platform. Place ids are
opaque here. `Mention.start` and `end` count characters of `Task.text`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plans.errors import PlanError

KINDS: Mapping[str, tuple[str, str]] = {
    "transit": ("轨道与公交", "Rail and bus"),
    "road": ("道路", "Road"),
    "port": ("港口与航运", "Port and shipping"),
    "school": ("学校", "School"),
    "hospital": ("医疗", "Health"),
    "care": ("养老", "Elderly care"),
    "community": ("社区服务", "Community service"),
    "housing": ("住房", "Housing"),
    "office": ("楼宇与总部", "Offices"),
    "commerce": ("商业", "Commerce"),
    "culture": ("文化旅游", "Culture and tourism"),
    "sport": ("体育", "Sport"),
    "park": ("公园绿地", "Park"),
    "plant": ("产业项目", "Industry"),
    "research": ("科研", "Research"),
    "power": ("能源", "Energy"),
    "water": ("水利与供排水", "Water"),
    "waste": ("固废处理", "Waste"),
    "safety": ("城市安全", "Public safety"),
    "digital": ("数字设施", "Digital infrastructure"),
    "institution": ("机构", "Institution"),
    "platform": ("功能平台", "Platform"),
    "district": ("园区与片区", "District"),
    "event": ("活动", "Event"),
    "policy": ("政策与规划", "Policy"),
}
ALIAS_KINDS = ("official", "short", "former", "english")
RELATIONS = ("renamed_from", "part_of", "split_from", "merged_into")
CONDITIONS = ("before", "after", "sentence", "not-before", "not-after", "not-sentence")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELDS = (
    "id", "name", "name_en", "kind", "aliases", "places", "owner", "predecessors", "source", "note",
    "mentions",
)  # fmt: skip


class ProjectError(PlanError):
    """A line of the register or of its reviews that breaks the contract: `file`, `line`, `project`."""

    def __init__(self, file: str, line: int | None, project: str, problem: str) -> None:
        self.file, self.line, self.project, self.problem = file, line, project, problem
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: project {project!r}: {problem}" if project else f"{where}: {problem}")


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name. `kind` is one of ALIAS_KINDS; `context` says where it counts, "" for everywhere.

    A context is `condition:word|word;condition:word`, all conditions of CONDITIONS together: `before` and
    `after` look at what stands directly beside the name, `sentence` at the whole sentence.
    """

    name: str
    kind: str = "short"
    context: str = ""

    def to_json(self) -> dict[str, str]:
        """The record as JSON values; `context` only where there is one."""
        return {"name": self.name, "kind": self.kind} | ({"context": self.context} if self.context else {})


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Where a task names a project; `words` are the characters from `start` to `end` of its text."""

    task: str
    start: int
    end: int
    words: str

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {"task": self.task, "start": self.start, "end": self.end, "words": self.words}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who builds or runs a project, and the task and words that say so."""

    name: str
    task: str
    words: str

    def to_json(self) -> dict[str, str]:
        """The record as JSON values."""
        return {"name": self.name, "task": self.task, "words": self.words}


@dataclass(frozen=True, slots=True)
class Project:
    """One entry of the register. `places` are ids of sites, lines or zones, the most exact first.

    `predecessors` maps a relation of RELATIONS to project ids: what this one was called before, belongs
    to, was split from, or went into.
    """

    id: str
    name: str
    name_en: str
    kind: str
    aliases: tuple[Alias, ...] = ()
    places: tuple[str, ...] = ()
    owner: Owner | None = None
    predecessors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    mentions: tuple[Mention, ...] = ()

    @property
    def names(self) -> tuple[Alias, ...]:
        """Every name a text may use, the main one first."""
        return (Alias(self.name, "official"), *self.aliases)

    def related(self, relation: str) -> tuple[str, ...]:
        """Ids of the projects that stand in `relation` to this one."""
        return self.predecessors.get(relation, ())

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values, keys in the order of the contract."""
        return {
            "id": self.id,
            "name": self.name,
            "name_en": self.name_en,
            "kind": self.kind,
            "aliases": [alias.to_json() for alias in self.aliases],
            "places": list(self.places),
            "owner": None if self.owner is None else self.owner.to_json(),
            "predecessors": {r: list(self.predecessors[r]) for r in RELATIONS if self.predecessors.get(r)},
            "source": self.source,
            "note": self.note,
            "mentions": [mention.to_json() for mention in sorted(self.mentions)],
        }

    @classmethod
    def from_json(cls, record: Any) -> Project:
        """Return the project of a decoded JSON object. Raises ValueError that names the field."""
        if not isinstance(record, dict):
            raise ValueError(f"expected a JSON object, got {_show(record)}")
        if unknown := sorted(set(record) - set(_FIELDS)):
            raise ValueError(f"unknown field {unknown[0]!r}; known: {', '.join(_FIELDS)}")
        identity, kind = _text(record, "id"), _text(record, "kind")
        if not _ID.fullmatch(identity):
            raise ValueError(f"'id' {identity!r}: use lower-case letters, digits and single hyphens")
        if kind not in KINDS:
            raise ValueError(f"'kind' {kind!r} is not one of {', '.join(KINDS)}")
        return cls(
            id=identity,
            name=_text(record, "name"),
            name_en=_text(record, "name_en"),
            kind=kind,
            aliases=tuple(_alias(entry) for entry in _list(record, "aliases")),
            places=_strings(record.get("places", []), "places"),
            owner=_owner(record.get("owner")),
            predecessors=_predecessors(record.get("predecessors", {})),
            source=_text(record, "source", ""),
            note=_text(record, "note", ""),
            mentions=tuple(_mention(entry) for entry in _list(record, "mentions")),
        )


def read_projects(path: Path, *, shown_as: str = "") -> dict[str, Project]:
    """Return the projects of a register by id.

    Raises
    ------
    ProjectError
        The file cannot be read, or a line of it is wrong; the message says file, line and project.
    """
    shown = shown_as or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(shown, None, "", f"cannot be read: {error}") from error
    projects, faults = parse_projects(text, shown)
    if faults:
        raise faults[0]
    return projects


def parse_projects(text: str, shown: str) -> tuple[dict[str, Project], list[ProjectError]]:
    """Return the projects that are sound, and every fault of the others."""
    projects: dict[str, Project] = {}
    lines: dict[str, int] = {}
    faults: list[ProjectError] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        identity = ""
        try:
            record = json.loads(line)
            identity = str(record.get("id", "")) if isinstance(record, dict) else ""
            project = Project.from_json(record)
        except (ValueError, RecursionError) as error:
            faults.append(ProjectError(shown, number, identity, str(error)))
            continue
        if project.id in projects:
            faults.append(ProjectError(shown, number, project.id, "the id stands twice"))
            continue
        projects[project.id], lines[project.id] = project, number
    faults += [ProjectError(shown, lines[key], key, what) for key, what in _find_loose_ends(projects)]
    return projects, faults


def dump_projects(projects: Iterable[Project]) -> bytes:
    """Return the canonical file: one project a line, ordered by id, UTF-8."""
    rows = sorted(projects, key=lambda project: project.id)
    return "".join(json.dumps(row.to_json(), ensure_ascii=False) + "\n" for row in rows).encode()


def _find_loose_ends(projects: Mapping[str, Project]) -> list[tuple[str, str]]:
    """Relations to unknown projects, and names that two projects claim without a context."""
    faults = []
    claimed: dict[str, str] = {}
    for project in projects.values():
        for relation, others in project.predecessors.items():
            for other in others:
                if other not in projects or other == project.id:
                    faults.append((project.id, f"'{relation}' names {other!r}, which is no other project"))
        for alias in project.names:
            if alias.context:
                continue
            holder = claimed.setdefault(alias.name, project.id)
            if holder != project.id:
                faults.append((project.id, f"the name {alias.name!r} is also that of {holder!r}"))
    return faults


def _alias(entry: Any) -> Alias:
    if not isinstance(entry, dict):
        raise ValueError(f"'aliases': expected objects, got {_show(entry)}")
    alias = Alias(_text(entry, "name"), _text(entry, "kind"), _text(entry, "context", ""))
    if alias.kind not in ALIAS_KINDS:
        known = ", ".join(ALIAS_KINDS)
        raise ValueError(f"alias {alias.name!r}: 'kind' {alias.kind!r} is not one of {known}")
    parse_context(alias.context)
    return alias


def parse_context(context: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the conditions of an alias's context with their words. Raises ValueError on others."""
    found = []
    for part in filter(None, context.split(";")):
        condition, _, words = part.partition(":")
        if condition not in CONDITIONS or not all(words.split("|")):
            raise ValueError(f"context {part!r}: expected condition:word|word with {', '.join(CONDITIONS)}")
        found.append((condition, tuple(words.split("|"))))
    return tuple(found)


def _mention(entry: Any) -> Mention:
    if not isinstance(entry, dict):
        raise ValueError(f"'mentions': expected objects, got {_show(entry)}")
    start, end = entry.get("start"), entry.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise ValueError(f"'mentions': 'start' and 'end' must be characters in order, got {_show(entry)}")
    return Mention(_text(entry, "task"), start, end, _text(entry, "words"))


def _owner(entry: Any) -> Owner | None:
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise ValueError(f"'owner': expected null or an object, got {_show(entry)}")
    return Owner(_text(entry, "name"), _text(entry, "task"), _text(entry, "words"))


def _predecessors(entry: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(entry, dict):
        raise ValueError(f"'predecessors': expected an object, got {_show(entry)}")
    if unknown := sorted(set(entry) - set(RELATIONS)):
        raise ValueError(f"'predecessors': {unknown[0]!r} is not one of {', '.join(RELATIONS)}")
    return {relation: _strings(ids, relation) for relation, ids in entry.items()}


def _text(record: dict[str, Any], name: str, default: str | None = None) -> str:
    value = record.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f"{name!r}: expected a text, got {_show(value)}")
    return value


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name!r}: expected a list, got {_show(value)}")
    return value


def _strings(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
        raise ValueError(f"{name!r}: expected a list of texts, got {_show(value)}")
    return tuple(value)


def _show(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
