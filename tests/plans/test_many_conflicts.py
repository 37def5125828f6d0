"""Looking only at figures that can disagree finds what looking at every pair finds."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from layers.atlas import Atlas
from layers.targets import read_targets
from plans import conflicts
from plans.cascade import Cascade, Figure, Promises, Row
from plans.intervals import Interval

NUMBERS = (3.0, 5.0, 8.0, 30_000.0, 50_000.0, 500_000_000.0)


def _shuffled(row: Row, chance: random.Random) -> Row:
    """The figures of a row several times, with other years, plans and numbers."""
    figures = [_changed(f, at, chance) for at, f in enumerate(row.figures * 6)]
    return replace(row, figures=tuple(figures))


def _changed(figure: Figure, at: int, chance: random.Random) -> Figure:
    low = chance.choice(NUMBERS)
    year = chance.choice((2020, 2021, 2023, None))
    plan_year = chance.choice((2019, 2020, 2023))
    interval = Interval(low, chance.choice((None, low, low * 2)), chance.random() < 0.3)
    return replace(
        figure, id=f"f{at}", year=year, plan_year=plan_year, plan=str(plan_year), interval=interval
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_quick_way_finds_every_pair(atlas: Atlas, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(conflicts, "MOST_PAIRS", 10**9)
    chance = random.Random(seed)
    rows = [_shuffled(row, chance) for row in read_targets(atlas).cascade.rows if row.figures]
    found = conflicts.find_conflicts(Cascade(tuple(rows), (), ()), _texts(rows))
    pairs = [x.id for x in found if x.kind != "parts"]

    assert pairs == _by_hand(rows)
    assert len(pairs) > 10


def _by_hand(rows: list[Row]) -> list[str]:
    ids = []
    for row in rows:
        for pair in combinations(row.figures, 2):
            earlier, later = sorted(pair, key=lambda figure: figure.plan_year or 0)
            if kind := conflicts._kind(row.indicator, earlier, later):
                ids.append(f"{kind}:{earlier.id}:{later.id}")
    return ids


def _texts(rows: list[Row]) -> list[Promises]:
    figures = [figure for row in rows for figure in row.figures]
    return [Promises(f.task, f.plan, "", (), None) for f in figures]
