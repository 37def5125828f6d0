"""`lingang print-map`: the map on one sheet, as PDF, PNG or SVG."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from webmap import serve_options
from webmap.filter_options import filter_options
from webmap.terminal import DATA_FALLS_SHORT, DATA_OPTION, WORKSPACE_OPTION, say, write_output

FORMATS = ("pdf", "png", "svg")


@click.command("print-map")
@click.option("-o", "--output", required=True, help="File to write; - is standard output.")
@click.option(
    "--format", "fmt", type=click.Choice(FORMATS), help="Kind of file; else the file's ending says it."
)
@click.option("--paper", default="a4", show_default=True, help="a4 or a3.")
@click.option("--orientation", default="landscape", show_default=True, help="landscape or portrait.")
@click.option("--bbox", default="", metavar="W,S,E,N", help="Show all of this box, degrees in WGS 84.")
@click.option("--at", default="", metavar="ZOOM/LAT/LON", help="Show what a screen does there.")
@click.option("--area", default="", metavar="ZONE", help="Show this zone, without narrowing the tasks.")
@click.option("--focus", default="", metavar="IDS", help="Outline these zones and lines, by commas.")
@click.option("--layers", metavar="NAMES", help="Draw these layers, by commas; none for the ground alone.")
@click.option(
    "--stack", default="", metavar="NAMES", help="Order and strength of layers, as in a map's link: zones.60."
)
@click.option("--title", default="", help="Title, 80 characters at most.")
@click.option("--list", "with_list", is_flag=True, help="Add the list of tasks (PDF only).")
@click.option("--dpi", default="300", show_default=True, help="Resolution of a PNG.")
@click.option("--today", metavar="YYYY-MM-DD", help="Date printed on the map; the present one when left out.")
@click.option("--lang", type=click.Choice(("zh", "en")), default="zh", show_default=True, help="Language.")
@filter_options
@serve_options.credit_options
@WORKSPACE_OPTION
@DATA_OPTION
def print_map(
    output: str, fmt: str | None, layers: str | None, with_list: bool, today: str | None, lang: str,
    approval_number: str | None, attribution: str | None, workspace: Path | None, data: Path | None,
    **chosen: str | None,
) -> None:  # fmt: skip
    """Print the map to scale, with legend, scale bar, sources and the filter in words.

    The same file can be had from the server at /print.pdf, /print.png and /print.svg. Ends with 1 when this
    machine lacks a font or a package for it; the line on stderr says what to install.
    """
    from layers.atlas import load_atlas
    from layers.dossier_model import DossierError
    from layers.map_print import print_map as make
    from layers.map_print_request import PrintRequest
    from layers.statuses import parse_day
    from layers.tasks import TaskFilter
    from layers.workspace import Workspace

    kind = _format_of(output, fmt)
    query = {name: value for name, value in chosen.items() if value}
    if with_list:
        query["list"] = "1"
    asked = PrintRequest.from_query(query, [] if layers is None else [layers])
    day = date.today() if today is None else parse_day(today, "today")
    atlas = load_atlas(data, Workspace(workspace).path)
    lines = serve_options.read_credits(approval_number, attribution)
    job = _job(atlas, asked, TaskFilter.from_query(query), lang, lines, day)
    try:
        content = make(atlas, job, kind, dpi=asked.resolution)
    except DossierError as error:
        say([f"lingang: {error}"], err=True)
        sys.exit(DATA_FALLS_SHORT)
    write_output(output, content)


def _format_of(output: str, fmt: str | None) -> str:
    """The kind of file: as asked for, else the file's ending; PDF for standard output."""
    if fmt is not None:
        return fmt
    if output == "-":
        return FORMATS[0]
    ending = Path(output).suffix.lstrip(".").lower()
    if ending not in FORMATS:
        told = f"the ending {ending!r} is not a known format"
        raise click.UsageError(f"{output}: {told}; use one of: {', '.join(FORMATS)}, or give --format")
    return ending


def _job(atlas: Any, asked: Any, wanted: Any, lang: str, lines: serve_options.CreditLines, day: date) -> Any:
    """What to print, in the words of the interface."""
    from layers.map_print_request import Saying, make_job
    from layers.tasks import check_filter
    from webmap.filter_words import filter_words
    from webmap.folium_map import home_bounds
    from webmap.i18n import Translations
    from webmap.print_pages import credit_lines

    check_filter(atlas, wanted)
    words = Translations.read().get(lang)
    said = filter_words(atlas, wanted, words, lang)
    saying = Saying(words, lang, said, credit_lines(lines["approval"], lines["attribution"], words))
    return make_job(atlas, asked, wanted, saying, home=home_bounds(atlas.zones), today=day)
