"""What `lingang serve` is told about backgrounds, credits and frames, on its line or in the environment.

A container is configured by environment variables alone; each option says which is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

import click

from webmap import basemaps

_Command = TypeVar("_Command", bound=Callable[..., Any])


class PageConfig(TypedDict):
    """The part of `webmap.app.Config` that these options make."""

    basemap: basemaps.Basemap
    approval: str
    attribution: str
    contact: str
    embed_from: tuple[str, ...]


def _option(name: str, variable: str, shape: str | click.IntRange, text: str, default: Any = None) -> Any:
    """An option with its environment variable; `shape` is how its value is written, or its type."""
    kind: dict[str, Any] = {"metavar": shape} if isinstance(shape, str) else {"type": shape}
    return click.option(
        name,
        envvar=f"LINGANG_{variable}",
        show_envvar=True,
        help=text,
        default=default,
        show_default=default is not None,
        **kind,
    )


def listen_options(command: _Command) -> _Command:
    """Add the options that say where the server listens and how much it does at once.

    Not LINGANG_PORT: Kubernetes sets that to an address where a service is called lingang.
    """
    for option in (
        _option("--threads", "THREADS", click.IntRange(1, 64), "Requests answered at once.", 8),
        _option("--port", "HTTP_PORT", click.IntRange(0, 65535), "Port; 0 takes a free one.", 8000),
        _option("--host", "HOST", "TEXT", "Address to listen on.", "127.0.0.1"),
    ):
        command = option(command)
    return command


def basemap_options(command: _Command) -> _Command:
    """Add the options that choose the background."""
    names = "|".join(basemaps.NAMES)
    for option in (
        _option("--basemap-attribution", "BASEMAP_ATTRIBUTION", "TEXT", "Whose those tiles are."),
        _option(
            "--basemap-datum", "BASEMAP_DATUM", "|".join(basemaps.DATUMS),
            "System of the tiles at an address of your own; wgs84 when left out.",
        ),
        _option(
            "--basemap", "BASEMAP", f"{names}|ADDRESS",
            f"Background map: a name, or the address of tiles, such as {basemaps.EXAMPLE}", "none",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def credit_options(command: _Command) -> _Command:
    """Add the options for the operator's lines under a map: on pages and on paper alike."""
    for option in (
        _option("--attribution", "ATTRIBUTION", "TEXT", "A credit of your own, shown under every map."),
        _option("--approval-number", "APPROVAL_NUMBER", "TEXT", "Map approval number (审图号) to show."),
    ):
        command = option(command)
    return command


def page_options(command: _Command) -> _Command:
    """Add the options for credits, contact and frames."""
    for option in (
        _option(
            "--embed-from", "EMBED_FROM", "*|none|ORIGINS",
            "Sites that may frame /embed, by commas; it shows public papers only, so any may.", "*",
        ),
        _option("--contact", "CONTACT", "MAIL|ADDRESS", "Where readers report barriers and faults."),
    ):  # fmt: skip
        command = option(command)
    return credit_options(command)


def read_options(**chosen: str | None) -> PageConfig:
    """Return what the options say, checked.

    Raises
    ------
    PlanningMapError
        A value that cannot be used; the message says what can.
    """
    from webmap import credits, embed_pages  # other commands start without the pages

    attribution = credits.parse_credit(
        chosen["basemap_attribution"], what="basemap's attribution", limit=credits.MAX_ATTRIBUTION
    )
    return {
        "basemap": basemaps.get_basemap(
            chosen["basemap"] or "none", datum=chosen["basemap_datum"], attribution=attribution
        ),
        **read_credits(chosen["approval_number"], chosen["attribution"]),
        "contact": credits.parse_contact(chosen["contact"]),
        "embed_from": embed_pages.parse_embed_from(chosen["embed_from"] or "*"),
    }


class CreditLines(TypedDict):
    """The operator's lines under a map."""

    approval: str
    attribution: str


def read_credits(approval: str | None, attribution: str | None) -> CreditLines:
    """Return the operator's lines, checked; for every command that draws a map.

    Raises
    ------
    CreditError
        A line that is too long or is not plain text.
    """
    from webmap import credits  # other commands start without the pages

    return {
        "approval": credits.parse_credit(approval, what="map approval number", limit=credits.MAX_APPROVAL),
        "attribution": credits.parse_credit(attribution, what="attribution", limit=credits.MAX_ATTRIBUTION),
    }
