"""Milestones as a file with their lights on a day; without a day they are a layer like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from layers.export import Export, prepare_export
from layers.formats.table import Table
from layers.metadata import describe
from layers.milestones import milestone_features
from layers.projects import Projects
from layers.registry import get_layer, mark_point
from layers.selection import Selection, select_features
from layers.statuses import StatusBook

LAYER = "milestones"


def prepare_lit_milestones(
    projects: Projects,
    book: StatusBook,
    today: date,
    *,
    fmt: str = "geojson",
    crs: str | None = None,
    selection: Selection | None = None,
) -> Export:
    """Return what writes the milestones with `light`, as `layers.export.prepare_export` without it.

    Raises
    ------
    ExportError, FilterError, UnknownIdError
        As `prepare_export`; conditions and fields may name `light`.
    """
    atlas, wanted = projects.atlas, selection or Selection()
    plain = prepare_export(atlas, LAYER, fmt=fmt, crs=crs, selection=replace(wanted, where=(), fields=()))
    lit = replace(
        get_layer(LAYER),
        build=lambda atlas: milestone_features(
            atlas, mark_point, projects=projects, book=book, today=today
        ),
    )
    features = select_features(atlas, lit, wanted)
    told = {**wanted.describe(), "today": today.isoformat()}
    record = describe(atlas, lit, features, plain.crs, told)
    return Export(fmt, (Table(lit, features, plain.crs, record),))
