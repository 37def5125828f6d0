"""What a name may mean: the places that tasks can be linked to, and the senses of names that lead there.

The classes are written out because the geocoder reads them all the time, and so they can be compiled; they
are made once and never changed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from geo.conditions import Condition
from geo.gazetteer_rows import Role

Kind = Literal["zone", "site", "line"]


@dataclass(init=False, unsafe_hash=True)
class Place:
    """A feature that tasks can be linked to; `zone` is the zone of a site, None where it is not sure.

    `is_landmark`: a zone that is one thing (a lake, an island) after which others far off are named.
    `is_outside`: a site beyond the New Area, such as the far end of a line.
    """

    id: str
    name: str
    kind: Kind
    zone: str | None
    is_landmark: bool
    is_outside: bool

    def __init__(
        self,
        id: str,
        name: str,
        kind: Kind,
        zone: str | None = None,
        is_landmark: bool = False,
        is_outside: bool = False,
    ) -> None:
        self.id = id
        self.name = name
        self.kind = kind
        self.zone = zone
        self.is_landmark = is_landmark
        self.is_outside = is_outside

    def __reduce__(self) -> tuple[type[Place], tuple[object, ...]]:
        """For copies and other processes."""
        return Place, tuple(getattr(self, part.name) for part in fields(self))


@dataclass(init=False, unsafe_hash=True)
class Sense:
    """What a name means under a condition. `target` is "" for roles without a feature.

    `where` is the line of a table or the id of the feature that has the name. For people: `label` is the
    name as it is written, `kind` its sort (`NameKind`, "" where nobody said), `context` the condition.
    """

    role: Role
    target: str
    rule: str
    condition: Condition
    where: str
    label: str
    kind: str
    context: str

    def __init__(
        self,
        role: Role,
        target: str,
        rule: str,
        condition: Condition,
        where: str,
        label: str = "",
        kind: str = "",
        context: str = "",
    ) -> None:
        self.role = role
        self.target = target
        self.rule = rule
        self.condition = condition
        self.where = where
        self.label = label
        self.kind = kind
        self.context = context

    def __reduce__(self) -> tuple[type[Sense], tuple[object, ...]]:
        """For copies and other processes."""
        return Sense, tuple(getattr(self, part.name) for part in fields(self))
