"""What does the gazetteer know, for people: all names as a list, and what one name means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import get_args

from geo.folding import fold_name
from geo.gazetteer import Gazetteer, Role, Sense

_ROLES = get_args(Role)


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One meaning of one name. `official` is the target's name; `context` empty means always."""

    name: str
    kind: str
    role: str
    target: str
    official: str
    context: str
    where: str

    def to_json(self) -> dict[str, str]:
        """The entry as a record."""
        return asdict(self)


def list_names(gazetteer: Gazetteer, words: str = "") -> list[NameEntry]:
    """Return every meaning of every name, those of one place together, its official name first.

    With `words` only names, targets and official names that hold them, in any spelling that counts as
    the same.
    """
    wanted = fold_name(words)
    found = [
        _entry(gazetteer, name, sense)
        for name in gazetteer.names()
        for sense in gazetteer.senses(name)
        if wanted in name or any(wanted in part for part in _about(gazetteer, sense))
    ]
    return sorted(found, key=lambda each: (_ROLES.index(each.role), each.target, each.kind != "official"))


def meanings(gazetteer: Gazetteer, name: str) -> list[NameEntry]:
    """Return what a name means, in the order in which its conditions are tried; empty for no name."""
    folded = fold_name(name)
    return [_entry(gazetteer, folded, sense) for sense in gazetteer.senses(folded)]


def longer_names(gazetteer: Gazetteer, name: str) -> list[str]:
    """Return the other names that contain a name: in a text the longer one counts."""
    folded = fold_name(name)
    return [other for other in gazetteer.names() if folded and folded in other and other != folded]


def _entry(gazetteer: Gazetteer, name: str, sense: Sense) -> NameEntry:
    place = gazetteer.places.get(sense.target)
    return NameEntry(
        sense.label or name,
        sense.kind,
        sense.role,
        sense.target,
        place.name if place else "",
        sense.context,
        sense.where,
    )


def _about(gazetteer: Gazetteer, sense: Sense) -> Iterator[str]:
    """The words of a target that a search looks at."""
    place = gazetteer.places.get(sense.target)
    if place:
        yield fold_name(place.id)
        yield fold_name(place.name)
