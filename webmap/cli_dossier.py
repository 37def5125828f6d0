"""The commands `dossier` and `reach`: files about zones, and what lies within a walk."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.terminal import (
    DATA_FALLS_SHORT,
    DATA_OPTION,
    JSON_OPTIONS,
    WORKSPACE_OPTION,
    say,
    watched,
    write_output,
)

if TYPE_CHECKING:
    from layers.dossier_model import DossierSource
    from layers.reach import Origin, Reach, ServiceLens
    from layers.reach_areas import Coverage

FORMATS = ("pdf", "docx", "xlsx")


@click.command()
@click.argument("zone", required=False)
@click.option("--all", "every", is_flag=True, help="Every zone; --output is then a folder.")
@click.option(
    "-o", "--output", required=True, help="File to write, - is standard output; with --all a folder."
)
@click.option(
    "--format", "fmt", type=click.Choice(FORMATS), help="Kind of file; else the file's ending says it."
)
@click.option("--today", metavar="YYYY-MM-DD", help="Lights of this day; the present one when left out.")
@click.option("--lang", type=click.Choice(("zh", "en")), default="zh", show_default=True, help="Language.")
@WORKSPACE_OPTION
@DATA_OPTION
def dossier(
    zone: str | None,
    every: bool,
    output: str,
    fmt: str | None,
    today: str | None,
    lang: str,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """Write the dossier of ZONE, or of every zone: map, dates, tasks, projects, targets, services.

    Ends with 1 when this machine lacks a font or a package for it; the line on stderr says what to install.
    """
    from layers.dossier_files import file_name
    from layers.dossier_model import DossierError
    from layers.statuses import parse_day

    if every == (zone is not None):
        raise click.UsageError("name one ZONE, or give --all")
    day = date.today() if today is None else parse_day(today, "today")
    kind = _format_of(output, fmt, every=every)
    source = _source(day, lang, workspace, data)
    zone_ids = source.atlas.zones.ids() if zone is None else [source.atlas.zones.get(zone).id]
    try:
        if not every:
            write_output(output, _made(source, zone_ids[0], kind))
            return
        folder = _folder(output)
        for zone_id in watched(zone_ids, "dossiers", from_count=2):
            write_output(str(folder / file_name(zone_id, kind)), _made(source, zone_id, kind))
    except DossierError as error:
        say([f"lingang: {error}"], err=True)
        sys.exit(DATA_FALLS_SHORT)
    say([f"{len(zone_ids)} dossiers in {folder}"], err=True)


def _format_of(output: str, fmt: str | None, *, every: bool) -> str:
    """The kind of file: as asked for, else the file's ending; PDF for a folder and standard output."""
    if fmt is not None:
        return fmt
    if every or output == "-":
        return FORMATS[0]
    ending = Path(output).suffix.lstrip(".").lower()
    if ending not in FORMATS:
        told = f"the ending {ending!r} is not a known format"
        raise click.UsageError(f"{output}: {told}; use one of: {', '.join(FORMATS)}, or give --format")
    return ending


def _folder(output: str) -> Path:
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be made a folder: {error.strerror or error}") from error
    return folder


def _source(today: date, language: str, workspace: Path | None, data: Path | None) -> DossierSource:
    """What the dossiers are made from."""
    from layers.dossier_model import DossierSource
    from webmap.i18n import Translations

    lens = _lens(workspace, data)
    words = Translations.read().get(language)
    return DossierSource(lens.atlas, lens.projects, lens.book, today, words, language)


def _made(source: DossierSource, zone_id: str, fmt: str) -> bytes:
    from layers.dossier import build_dossier
    from layers.dossier_files import FORMATS as WRITERS

    return WRITERS[fmt].write(build_dossier(source, zone_id))


@click.command()
@click.option("--zone", metavar="ID", help="From this zone's outline; with --gaps only it and its parts.")
@click.option("--project", metavar="ID", help="From the place of this project, on its last due day.")
@click.option("--lon", type=float, help="From this longitude, in decimal degrees.")
@click.option("--lat", type=float, help="From this latitude, in decimal degrees.")
@click.option("--minutes", metavar="N", default="15", show_default=True, help="How long the walk may take.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Also on this day, with what plans promise by it.")
@click.option("--today", metavar="YYYY-MM-DD", help="Take this day for today.")
@click.option("--gaps", is_flag=True, help="Rank zones and services by the share of land within reach.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@WORKSPACE_OPTION
@DATA_OPTION
def reach(
    zone: str | None,
    project: str | None,
    lon: float | None,
    lat: float | None,
    minutes: str,
    day: str | None,
    today: str | None,
    gaps: bool,
    as_json: bool,
    workspace: Path | None,
    data: Path | None,
) -> None:
    """List schools, hospitals, stops and parks within a walk of a zone, a project or a point."""
    from layers.reach import parse_minutes
    from layers.statuses import parse_day

    walk = parse_minutes(minutes)
    now = date.today() if today is None else parse_day(today, "today")
    then = None if day is None else parse_day(day)
    point = lon is not None or lat is not None
    origins = (zone is not None) + (project is not None) + point
    wrong = (project is not None or point) if gaps else origins != 1
    if wrong or (lon is None) != (lat is None):
        raise click.UsageError("give one of --zone, --project, or --lon and --lat together; --gaps: --zone")
    lens = _lens(workspace, data)
    if gaps:
        _tell_gaps(lens, zone, walk, now, then, as_json=as_json)
        return
    origin = _origin(lens, zone, project, lon, lat)
    if then is None and origin.kind == "project":
        then = lens.due_day(origin.id)
    _tell_reach(lens.walk(origin, minutes=walk, today=now, day=then), as_json=as_json)


def _lens(workspace: Path | None, data: Path | None) -> ServiceLens:
    """The facilities of the atlas with a workspace's plans and records."""
    from layers.atlas import load_atlas
    from layers.projects import load_projects
    from layers.reach import ServiceLens
    from layers.statuses import read_statuses
    from layers.workspace import Workspace

    folder = Workspace(workspace)
    projects = load_projects(load_atlas(data, folder.path), data)
    return ServiceLens(projects.atlas, projects, read_statuses(folder, projects.views))


def _origin(
    lens: ServiceLens, zone: str | None, project: str | None, lon: float | None, lat: float | None
) -> Origin:
    if zone is not None:
        return lens.zone(zone)
    if project is not None:
        return lens.project(project)
    return lens.point(float(lon or 0.0), float(lat or 0.0))


def _words() -> dict[str, str]:
    from webmap.i18n import Translations

    return Translations.read().get("en")


def _tell_reach(found: Reach, *, as_json: bool) -> None:
    """What lies within reach, and the method on stderr."""
    from layers.reach import method_words

    words = _words()
    method = method_words(words, found.minutes)
    if not found.origin_is_sure:
        method += " " + words["reach.origin_unsure"].format(m=f"{found.origin.accuracy_m:g}")
    if as_json:
        click.echo(json.dumps({**found.to_json(), "method": method}, indent=2, **JSON_OPTIONS))
        return
    say(_reach_lines(found))
    say([method], err=True)


def _reach_lines(found: Reach) -> Iterator[str]:
    yield f"{found.origin.name}  {found.minutes:g} min  {found.day}"
    for near in found.found:
        facility = near.facility
        what = facility.level or facility.kind
        states = near.now if near.now == near.then else f"{near.now} > {near.then}"
        place = f"{near.distance_m:6.0f} m {near.minutes:5.1f} min"
        yield f"{place}  {facility.kind:<9} {what:<12} {states:<10} {facility.name}  [{facility.id}]"
    for service, near in found.nearest.items():
        yield f"beyond    {service:<12} {near.distance_m:6.0f} m  {near.facility.name}  [{near.facility.id}]"
    for facility in found.unsure:
        known = "place unknown" if facility.geometry is None else f"off by {facility.accuracy_m:g} m"
        yield f"unsure    {facility.kind:<9} {known:<16} {facility.name}  [{facility.id}]"


def _tell_gaps(
    lens: ServiceLens, zone: str | None, minutes: float, now: date, then: date | None, *, as_json: bool
) -> None:
    """Zones and services, the least covered first, and the method on stderr."""
    from layers.reach import method_words
    from layers.reach_areas import ServiceAreas

    areas = ServiceAreas(lens, today=now, day=then)
    chosen = None if zone is None else [zone, *lens.atlas.zones.descendants(zone)]
    rows = areas.gaps(chosen, minutes=minutes)
    words = _words()
    notes = [method_words(words, minutes), words["reach.parks_note"], words["reach.gaps_note"]]
    if as_json:
        record = {"gaps": [row.to_json() for row in rows], "method": " ".join(notes)}
        click.echo(json.dumps(record, indent=2, **JSON_OPTIONS))
        return
    say(_gap_line(row, lens) for row in rows)
    say(notes, err=True)


def _gap_line(row: Coverage, lens: ServiceLens) -> str:
    now, then = (f"{100 * (share or 0.0):5.1f}%" for share in (row.now, row.then))
    name = lens.atlas.zones.get(row.zone).name
    return f"{now} {then}  {row.uncovered_km2:7.2f} km2 left  {row.service:<13} {row.zone:<20} {name}"


COMMANDS = (dossier, reach)
