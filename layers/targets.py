"""The targets of an atlas's plans as one table: indicators by year, sums, conflicts, and a layer of rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely.geometry import Point

from geo.features import Feature
from geo.geocoder import Link
from layers.atlas import Atlas, LinkedTask
from layers.errors import FilterError
from lingang.errors import UnknownIdError
from lingang.locations import data_dir
from plans.cascade import Cascade, Figure, Promises, Row, build_cascade
from plans.conflicts import MOST_PAIRS, Conflict, find_conflicts
from plans.indicators import FILE, Indicator, read_indicators

NATIONWIDE = frozenset({"national"})  # plans whose figures are the whole country's

MarkPoint = Callable[[Feature], tuple[Point | None, str]]


@dataclass(frozen=True)
class Targets:
    """The cascade of an atlas with its conflicts. Build it with `read_targets`."""

    cascade: Cascade
    conflicts: tuple[Conflict, ...]
    known: dict[str, Indicator]

    def get_row(self, indicator_id: str) -> Row:
        """Return the row of an indicator; one without figures is empty.

        Raises
        ------
        UnknownIdError
            No such indicator; the message names the nearest one.
        """
        for row in self.cascade.rows:
            if row.indicator.id == indicator_id:
                return row
        if indicator_id not in self.known:
            raise UnknownIdError("indicator", indicator_id, self.known)
        return Row(self.known[indicator_id], (), (), (), ())

    def conflicts_of(self, indicator_id: str) -> list[Conflict]:
        """The conflicts between figures of an indicator."""
        return [x for x in self.conflicts if x.indicator and x.indicator.id == indicator_id]

    @property
    def crowded(self) -> list[Indicator]:
        """The indicators with so many conflicts that only the first `MOST_PAIRS` of them are listed."""
        counts = Counter(x.indicator.id for x in self.conflicts if x.indicator)
        return [self.known[one] for one, count in counts.items() if count >= MOST_PAIRS]

    @property
    def years(self) -> list[int]:
        """The years that any figure is for, single and nation-wide ones included."""
        return sorted({figure.year for figure in self.cascade.figures if figure.year is not None})

    def parse_year(self, written: str) -> int:
        """Return a year that a figure is for; raises FilterError naming those there are."""
        known = {str(year): year for year in self.years}
        if written not in known:
            raise FilterError("year", written, list(known))
        return known[written]

    def owners(self) -> dict[str, Indicator]:
        """The indicator of every figure that has one, by the figure's id."""
        rows = self.cascade.rows
        return {figure.id: row.indicator for row in rows for figure in (*row.figures, *row.nationwide)}

    @cached_property
    def tasks_by_group(self) -> dict[str, list[str]]:
        """The task of every figure, by the group of its indicator; "" holds those without one."""
        owners, found = self.owners(), defaultdict[str, list[str]](list)
        for figure in self.cascade.figures:
            found[owners[figure.id].group if figure.id in owners else ""].append(figure.task)
        return dict(found)

    def select(
        self,
        *,
        plan: str | None = None,
        year: int | None = None,
        indicator: str | None = None,
        tasks: Collection[str] | None = None,
    ) -> Targets:
        """The figures of one plan, year or indicator, or of some tasks; sums and comparisons stay whole.

        Raises
        ------
        UnknownIdError
            No such indicator.
        """
        rows: tuple[Row, ...] = self.cascade.rows if indicator is None else (self.get_row(indicator),)

        def is_wanted(figure: Figure) -> bool:
            fits = plan in (None, figure.plan) and year in (None, figure.year)
            return fits and (tasks is None or figure.task in tasks)

        kept = tuple(x for row in rows if (x := _selected(row, is_wanted)))
        singles = () if indicator else self.cascade.singles
        conflicts = self.conflicts if indicator is None else self.conflicts_of(indicator)
        return Targets(
            Cascade(kept, tuple(filter(is_wanted, singles)), self.cascade.plan_years),
            tuple(x for x in conflicts if any(map(is_wanted, x.figures))),
            self.known,
        )

    def to_json(self) -> dict[str, Any]:
        """The whole table as JSON values."""
        cascade = self.cascade
        return {
            "years": cascade.years,
            "plan_years": list(cascade.plan_years),
            "counts": {
                "figures": len(cascade.figures),
                "indicators": len(cascade.rows),
                "singles": len(cascade.singles),
                "conflicts": len(self.conflicts),
            },
            "indicators": [row_record(row) for row in cascade.rows],
            "singles": [figure.to_json() for figure in cascade.singles],
            "conflicts": [conflict.to_json() for conflict in self.conflicts],
            "conflicts_cut": {"at": MOST_PAIRS, "indicators": [one.id for one in self.crowded]},
        }


def row_record(row: Row) -> dict[str, Any]:
    """A row as JSON values: the indicator, its figures, sums and comparisons."""
    return {
        **row.indicator.to_json(),
        "figures": [figure.to_json() for figure in row.figures],
        "nationwide": [figure.to_json() for figure in row.nationwide],
        "sums": [entry.to_json() for entry in row.sums],
        "periods": [entry.to_json() for entry in row.periods],
    }


def read_targets(atlas: Atlas) -> Targets:
    """Return the targets of all plans of an atlas; the official text's where that is at hand.

    Raises
    ------
    IndicatorError
        The file of indicators is broken.
    """
    known = read_indicators(data_dir() / "plans" / FILE)
    promises = [_promises(atlas, item) for item in atlas.tasks.values()]
    cascade = build_cascade(known, promises)
    return Targets(cascade, tuple(find_conflicts(cascade, promises)), known)


def _promises(atlas: Atlas, item: LinkedTask) -> Promises:
    """What a task promises, each target with the places that its own words name."""
    said, task = item.official or item.task, item.task
    links = item.official.links.links if item.official else item.links.links
    plan = atlas.plans.get(task.plan)
    return Promises(
        task.id,
        task.plan,
        said.text,
        said.targets,
        plan.years if plan else None,
        nationwide=task.plan in NATIONWIDE,
        places=tuple(_places_in(links, target.evidence) for target in said.targets),
    )


def _places_in(links: tuple[Link, ...], span: tuple[int, int]) -> tuple[str, ...]:
    """Ids of the places named between two characters of the text."""
    named = {x.target for x in links for e in x.evidence if span[0] <= e[0] and e[1] <= span[1]}
    return tuple(sorted(named))


def _selected(row: Row, is_wanted: Callable[[Figure], bool]) -> Row | None:
    """A row with the figures wanted, None where it has none."""
    own, nationwide = tuple(filter(is_wanted, row.figures)), tuple(filter(is_wanted, row.nationwide))
    return Row(row.indicator, own, nationwide, row.sums, row.periods) if own or nationwide else None


def target_features(atlas: Atlas, mark_point: MarkPoint) -> list[Feature]:
    """One feature for every figure, at the first place of its task; without geometry where that has none.

    `conflicts` lists the kinds of conflict that the figure is part of. The point is where the task's mark
    stands, not where the number is counted; `placed_at` says which.
    """
    targets = read_targets(atlas)
    kinds: dict[str, list[str]] = {}
    for conflict in targets.conflicts:
        for figure in conflict.figures:
            kinds.setdefault(figure.id, []).append(conflict.kind)
    features = _features(atlas, targets, kinds, mark_point)
    return sorted(features, key=lambda feature: feature.id)


def _features(
    atlas: Atlas, targets: Targets, kinds: dict[str, list[str]], mark_point: MarkPoint
) -> Iterator[Feature]:
    owners = targets.owners()
    for figure in targets.cascade.figures:
        indicator, item = owners.get(figure.id), atlas.get_task(figure.task)
        place = next((x for x in item.links.links if x.relation != "serves"), None)
        point, placed_at = mark_point(atlas.get_feature(place.target)) if place else (None, "none")
        row = {
            **figure.to_json(),
            "name": indicator.name if indicator else figure.target.what,
            "name_en": indicator.name_en if indicator else "",
            "indicator": indicator.id if indicator else "",
            "group": indicator.group if indicator else "",
            "aggregate": indicator.aggregate if indicator else "",
            "title": item.task.title,
            "number": item.task.number,
            "zones": item.zones("in", "near"),
            "target": place.target if place else "",
            "target_name": atlas.get_feature(place.target).properties["name"] if place else "",
            "placed_at": placed_at,
            "conflicts": sorted(set(kinds.get(figure.id, ()))),
        }
        yield Feature(figure.id, row, point)
