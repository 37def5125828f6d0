"""The command `targets`: what the plans promise in numbers, by indicator and year, and what disagrees."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, JSON_OPTIONS, WORKSPACE_OPTION, say

if TYPE_CHECKING:
    from layers.targets import Targets
    from plans.cascade import Figure, Row


@click.command()
@click.option("--indicator", metavar="ID", help="Only this indicator, with its sums.")
@click.option("--plan", metavar="ID", help="Only figures of this plan.")
@click.option("--year", help="Only figures for this year.")
@click.option("--conflicts", "only_conflicts", is_flag=True, help="Only figures that disagree; 1 if any do.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@WORKSPACE_OPTION
@DATA_OPTION
def targets(
    indicator: str | None,
    plan: str | None,
    year: str | None,
    only_conflicts: bool,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """List the figures of all plans by indicator and year, with sums and conflicts.

    Sums say what work plans name, not what was built. --conflicts ends with 1 when figures disagree.
    """
    from layers.atlas import load_atlas
    from layers.targets import read_targets
    from layers.workspace import Workspace

    atlas = load_atlas(data, Workspace(workspace).path)
    if plan is not None:
        atlas.get_plan(plan)
    every = read_targets(atlas)
    wanted = None if year is None else every.parse_year(year)
    found = every.select(plan=plan, year=wanted, indicator=indicator)
    if as_json:
        record = found.to_json()
        click.echo(json.dumps(record["conflicts"] if only_conflicts else record, indent=2, **JSON_OPTIONS))
    else:
        say(_conflict_lines(found) if only_conflicts else _lines(found))
    if only_conflicts and found.conflicts:
        sys.exit(DATA_FALLS_SHORT)


def _lines(found: Targets) -> Iterator[str]:
    """The whole table for people: an indicator, its figures below, then those that stand alone."""
    for row in found.cascade.rows:
        yield f"{row.indicator.id} ({row.indicator.name}, {row.indicator.name_en})"
        yield from _figure_lines(row.figures)
        yield from _figure_lines(row.nationwide, "nation-wide ")
        yield from _sum_lines(row)
    if found.cascade.singles:
        yield "single figures"
        yield from _figure_lines(found.cascade.singles, named=True)
    yield from _conflict_lines(found)


def _figure_lines(figures: Iterable[Figure], mark: str = "", *, named: bool = False) -> Iterator[str]:
    from webmap.target_words import figure_words

    for figure in figures:
        year = f"{figure.period[0]}-{figure.year}" if figure.period else figure.year or "no date"
        what = f"{figure.target.what} " if named else ""
        yield f"    {year}  {mark}{what}{figure_words(figure, 'zh')}  {figure.task} 「{figure.words}」"


def _sum_lines(row: Row) -> Iterator[str]:
    from webmap.i18n import Translations
    from webmap.target_words import interval_words, period_words

    words = Translations.read().get("en")
    if len(row.sums) > 1:
        total = interval_words(row.sums[-1].running, row.indicator.unit, "en")
        first, last = row.sums[0].year, row.sums[-1].year
        yield "    " + words["targets.sum"].format(first=first, last=last, total=total)
    for entry in row.periods:
        yield "    " + period_words(entry, words, "en")


def _conflict_lines(found: Targets) -> Iterator[str]:
    """Every conflict with the words on both sides, and how many there are."""
    from plans.conflicts import MOST_PAIRS
    from webmap.i18n import Translations
    from webmap.target_words import conflict_words, conflicts_summary

    words = Translations.read().get("en")
    for conflict in found.conflicts:
        yield conflict_words(conflict, words, "en")
        yield from (f"    {figure.task} 「{figure.words}」" for figure in conflict.figures)
        if conflict.parts:
            yield f"    parts 「{conflict.words}」"
    for one in found.crowded:
        yield words["targets.crowded"].format(name=one.name_en, n=MOST_PAIRS)
    yield conflicts_summary(found, words)
