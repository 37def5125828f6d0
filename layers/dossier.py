"""The dossier of a zone: one content, which `layers.dossier_files` writes as PDF, Word file or workbook.

Everything in it is what the pages and the JSON say: tasks of the atlas, projects with the lights of a chosen
day, targets that the zone's tasks print, facilities and what lies within a walk. Words come from outside, so
that nothing here knows languages or the web.
"""

from __future__ import annotations

from collections.abc import Sequence

from layers.atlas import ZoneTasks
from layers.board import BoardRow
from layers.dossier_map import draw_map
from layers.dossier_model import Cell, Dossier, DossierSource
from layers.dossier_sections import make_sections
from layers.facilities import in_zone


def build_dossier(source: DossierSource, zone_id: str) -> Dossier:
    """Return the dossier of a zone.

    Raises
    ------
    UnknownIdError
        No zone has this id; the message names the nearest one.
    """
    zone, words = source.atlas.zones.get(zone_id), source.words
    found, board = source.atlas.zone_tasks(zone_id), source.rows_in(zone_id)
    names = {key: words[f"facility.{key}"] for key in ("schools", "hospitals", "stops")}
    names |= {"projects": words["dossier.projects"], "lines": words["dossier.lines"]}
    path = [source.named(z) for z in reversed(source.atlas.zones.ancestors(zone_id))]
    name = source.named(zone_id)
    return Dossier(
        zone_id,
        source.language,
        source.today,
        words["dossier.title"].format(name=name),
        " › ".join([*path, f"{name}（{zone.name_en}）" if not source.english else f"{name} ({zone.name})"]),
        words["dossier.disclaimer"],
        tuple(_figures(source, zone_id, found, board)),
        draw_map(source.atlas, zone_id, [row.view for row in board], names, source.language),
        words["dossier.map_caption"],
        tuple(make_sections(source, zone_id, found, board)),
    )


def _figures(
    source: DossierSource, zone_id: str, found: ZoneTasks, board: Sequence[BoardRow]
) -> list[tuple[str, Cell, str]]:
    """The key figures, in the order in which they are read."""
    words, zone = source.words, source.atlas.zones.get(zone_id)
    places = in_zone(source.atlas, zone_id)
    lights = [x.light.state for row in board for x in row.promises]
    parks = source.areas.park_coverage(zone_id)
    rows: list[tuple[str, Cell | None, str]] = [
        ("zone.own", len(found.own), ""),
        ("zone.total", found.total, ""),
        ("zone.passing", len(found.passing), ""),
        ("dossier.projects", len(board), ""),
        ("dossier.overdue", lights.count("overdue"), ""),
        ("dossier.soon", lights.count("due_soon"), ""),
        ("dossier.targets", len(source.figures_in(found)), ""),
        ("zone.area", zone.area_km2, "km²"),
        ("facility.schools", len(places["schools"]), ""),
        ("facility.hospitals", len(places["hospitals"]), ""),
        ("facility.stops", len(places["stops"]), ""),
        ("dossier.park_share", None if parks.now is None else round(100 * parks.now, 1), "%"),
    ]
    return [(words[key], "–" if value is None else value, unit) for key, value, unit in rows]
