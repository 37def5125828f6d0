"""Asks the application, once it serves, for what is built when first asked for: no reader waits for it.

The lists of tasks, borders, search index, projects and the table of targets take a moment each with many
tasks; after that they are kept for as long as the application runs.
"""

from __future__ import annotations

import logging
import threading
from urllib.parse import quote

from flask import Flask

from webmap.state import EXTENSION, State

LOG = logging.getLogger("lingang.web")
DELAY_S = 1.0  # the first reader's page goes before
ADDRESSES = (
    "/",
    "/layers/zones.geojson",
    "/layers/edges.geojson",
    "/api/zones",
    "/api/facets",
    "/api/search?q=a",
    "/projects",
    "/api/charts",
)


def start_warming(app: Flask, delay_s: float = DELAY_S) -> threading.Timer:
    """Start asking in the background, after a delay in seconds; ends by itself and with the process."""
    timer = threading.Timer(delay_s, warm, (app,))
    timer.daemon = True
    timer.start()
    return timer


def warm(app: Flask) -> None:
    """Ask for each address once; a fault is logged where a reader meets it, not here."""
    client = app.test_client()
    for address in (*_lists(app), *ADDRESSES):
        status = client.get(address).status_code
        LOG.debug("asked for %s: %s", address, status)


def _lists(app: Flask) -> tuple[str, ...]:
    """The first list that a click on the map may ask for, before all else."""
    state = app.extensions[EXTENSION]
    assert isinstance(state, State)
    return tuple(f"/api/zones/{quote(root)}/tasks?limit=1" for root in state.atlas.zones.roots()[:1])
