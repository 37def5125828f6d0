"""What is a dossier? Its parts as tables in one language, and what they are made from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from layers.atlas import Atlas, ZoneTasks
from layers.board import BoardRow, make_board
from layers.project_filter import ProjectFilter
from layers.projects import Projects
from layers.reach import ServiceLens
from layers.reach_areas import ServiceAreas
from layers.statuses import StatusBook
from layers.targets import Targets, read_targets
from lingang.errors import PlanningMapError
from plans.cascade import Figure

Cell = str | int | float
_KEPT_SIGNS = "\n\t"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # control and direction signs, halves of pairs, no signs at all


class DossierError(PlanningMapError, RuntimeError):
    """A file that this machine cannot make: a font or a package is missing; the message says which."""


@dataclass(frozen=True)
class Group:
    """Rows of one table under a heading of their own; "" for none."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part: a table in groups, with remarks above it; `empty` is said where it has no row.

    `widths` are shares of the page's width, one for each column.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    groups: tuple[Group, ...]
    empty: str
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True)
class Dossier:
    """All that a dossier says, in one language. `map_svg` is "" for a zone without an outline.

    `figures` are a name, a value and a unit ("" for plain counts).
    """

    zone: str
    language: str
    today: date
    title: str
    subtitle: str
    disclaimer: str
    figures: tuple[tuple[str, Cell, str], ...]
    map_svg: str
    map_caption: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        """The part with a key."""
        return next(section for section in self.sections if section.key == key)


@dataclass(frozen=True)
class DossierSource:
    """What dossiers are made from, for one day and language; make it once for many zones.

    `words` are those of the interface: keys `dossier.…`, `reach.…`, `level.…`, `status.…`, `stage.…`.
    """

    atlas: Atlas
    projects: Projects
    book: StatusBook
    today: date
    words: Mapping[str, str]
    language: str = "zh"
    known_targets: Targets | None = None

    @property
    def english(self) -> bool:
        """Whether names and remarks are wanted in English."""
        return self.language == "en"

    @cached_property
    def areas(self) -> ServiceAreas:
        """Shares of land within reach on the day."""
        return ServiceAreas(ServiceLens(self.atlas, self.projects, self.book), today=self.today)

    @cached_property
    def targets(self) -> Targets:
        """The targets of all plans, read unless they are known."""
        return self.known_targets or read_targets(self.atlas)

    @cached_property
    def _board(self) -> tuple[BoardRow, ...]:
        return make_board(self.projects, self.book, self.today, ProjectFilter()).rows

    def rows_in(self, zone_id: str) -> list[BoardRow]:
        """The projects of a zone and its children on the day, as the board has them."""
        return [row for row in self._board if zone_id in row.view.zones]

    def figures_in(self, found: ZoneTasks) -> list[Figure]:
        """The targets that tasks of a zone and its children print."""
        tasks = {t.id for t in found.own} | {t.id for items in found.children.values() for t in items}
        return [x for x in self.targets.cascade.figures if x.task in tasks and not x.nationwide]

    def named(self, zone_or_feature: str) -> str:
        """The name of a zone or feature in the language of the dossier."""
        own = self.atlas.get_feature(zone_or_feature).properties
        return clean(str((self.english and own.get("name_en")) or own["name"]))

    def said(self, properties: Mapping[str, object], key: str) -> str:
        """A free text of a feature in the language of the dossier, "" where there is none."""
        return clean(str((self.english and properties.get(f"{key}_en")) or properties.get(key) or ""))


def clean(text: str) -> str:
    """A text without the control and direction signs that no document may hold."""
    return "".join(
        sign if sign in _KEPT_SIGNS or unicodedata.category(sign) not in _UNSEEN else " " for sign in text
    )
