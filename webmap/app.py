"""The web application: `create_app` loads the atlas once and hands it to the views.

Every asset is served from here. The content security policy allows scripts and styles from our own files
only, nothing inline and nothing evaluated; a tile basemap, when the operator turns one on, adds its hosts
to `img-src` and nothing else. Only `/embed` may stand in frames of other sites.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_compress import Compress
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from layers.atlas import Atlas, load_atlas
from layers.dossier_model import DossierError
from layers.errors import FilterError
from lingang.errors import PlanningMapError, UnknownIdError
from webmap import (
    api,
    charts_pages,
    compare_pages,
    credits,
    dossier_pages,
    embed_pages,
    feed_pages,
    files,
    gazetteer_pages,
    help_pages,
    lens_pages,
    ogc_pages,
    pages,
    print_pages,
    progress_pages,
    project_board,
    project_pages,
    reach_pages,
    search_pages,
    table_pages,
    target_pages,
    tile_pages,
)
from webmap.basemaps import NONE, Basemap
from webmap.compressed import keep_compressed
from webmap.error_words import UNFORESEEN, refusal_words, wants_json
from webmap.fast_json import FastJSON
from webmap.folium_map import render_shell
from webmap.i18n import Translations, wanted_language
from webmap.programs import read_bundles
from webmap.state import EXTENSION, State

LOG = logging.getLogger("lingang.web")
MAX_REQUEST_BYTES = 1_000_000  # nothing is uploaded in this version
STATUS = {UnknownIdError: 404, DossierError: 503}  # any other of ours is 400
JSON_PREFIXES = ("/api/", "/layers/", "/export/", "/tiles/", "/healthz", "/ogc")
COMPRESSED = (
    "text/html", "text/css", "text/plain", "text/javascript", "application/javascript",
    "application/json", "application/geo+json", "image/svg+xml", "application/vnd.mapbox-vector-tile",
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    """What an operator chooses. `data` is the data folder, None for the built-in one; `workspace` the
    folder of imported documents, None for none. `approval` (审图号), `attribution` and `contact` (a link)
    are shown on every page, "" for none; `embed_from` are the origins that may frame `/embed`.
    """

    data: Path | None = None
    basemap: Basemap = NONE
    workspace: Path | None = None
    approval: str = ""
    attribution: str = ""
    contact: str = ""
    embed_from: tuple[str, ...] = embed_pages.ANYONE


def create_app(config: Config | None = None, atlas: Atlas | None = None) -> Flask:
    """Return the application, ready to serve.

    Parameters
    ----------
    config
        Defaults to the built-in data and basemap.
    atlas
        An atlas already loaded, instead of reading `config.data` and `config.workspace`.
    """
    config = config or Config()
    atlas = atlas or load_atlas(config.data, config.workspace)
    app = Flask("webmap", root_path=str(Path(__file__).parent))
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        COMPRESS_MIMETYPES=list(COMPRESSED),
        SEND_FILE_MAX_AGE_DEFAULT=0,
    )
    app.json = FastJSON(app)
    app.extensions[EXTENSION] = State(
        atlas, render_shell(atlas.zones, config.basemap), config.basemap, Translations.read(), leaflet_dir(),
        read_bundles(),
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for views in (pages.VIEWS, api.VIEWS, files.VIEWS, gazetteer_pages.VIEWS):
        app.register_blueprint(views)
    app.register_blueprint(target_pages.VIEWS)
    app.register_blueprint(compare_pages.VIEWS)
    app.register_blueprint(search_pages.VIEWS)
    app.register_blueprint(project_pages.VIEWS)
    app.register_blueprint(progress_pages.VIEWS)
    app.register_blueprint(dossier_pages.VIEWS)
    app.register_blueprint(print_pages.VIEWS)
    app.register_blueprint(feed_pages.VIEWS)
    app.register_blueprint(reach_pages.VIEWS)
    app.register_blueprint(lens_pages.VIEWS)
    app.register_blueprint(table_pages.VIEWS)
    app.register_blueprint(charts_pages.VIEWS)
    app.register_blueprint(embed_pages.VIEWS)
    app.register_blueprint(help_pages.VIEWS)
    app.register_blueprint(ogc_pages.VIEWS)
    app.register_blueprint(tile_pages.VIEWS)
    app.config[embed_pages.FRAMES] = config.embed_from
    app.extensions[credits.EXTENSION] = credits.Credits(config.approval, config.attribution, config.contact)
    app.context_processor(credits.credit_context)
    app.context_processor(embed_pages.embed_context)
    app.config.update({project_board.DATA: config.data, project_board.WORKSPACE: config.workspace})
    app.context_processor(pages.page_context)
    app.register_error_handler(Exception, _answer_error)
    app.after_request(_harden)
    keep_compressed(app)
    Compress(app)
    return app


def leaflet_dir() -> Path:
    """The folder of the installed Leaflet package.

    It is found through the package's metadata: importing it would need a namespace helper that new
    Python installations lack.
    """
    return Path(str(distribution("xstatic-leaflet").locate_file("xstatic/pkg/leaflet/data")))


def _harden(response: Response) -> Response:
    """Add the security headers to every answer."""
    state: State = current_app.extensions[EXTENSION]
    images = " ".join(("'self'", "data:", *state.basemap.hosts))
    frames = embed_pages.frame_ancestors(current_app.config[embed_pages.FRAMES], request.endpoint)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
        f"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _answer_error(error: Exception) -> Response:
    """Turn an error into a helpful answer: JSON for programs, a page for people."""
    status, message = _status_and_message(error)
    if status == 500:
        LOG.error("unforeseen error at %s", request.path, exc_info=error)
    refusal = refusal_words(error, message, current_app.extensions[EXTENSION].translations.words)
    if request.path.startswith(JSON_PREFIXES) or wants_json():
        answer = {"error": message, "error_zh": refusal.zh, "code": refusal.code, "status": status}
        if isinstance(error, UnknownIdError) and error.nearest:
            answer["nearest"] = error.nearest
        if isinstance(error, FilterError):
            answer["field"] = error.field
        return _with_methods(make_response(jsonify(answer), status), error)
    nearest = pages.nearest_link(error) if isinstance(error, UnknownIdError) else None
    page = render_template("error.html", status=status, said=refusal.said(wanted_language()), nearest=nearest)
    return _with_methods(make_response(page, status), error)


def _with_methods(response: Response, error: Exception) -> Response:
    """An answer 405 must say which methods there are (RFC 9110, 15.5.6)."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _status_and_message(error: Exception) -> tuple[int, str]:
    if isinstance(error, PlanningMapError):
        known = (status for kind, status in STATUS.items() if isinstance(error, kind))
        return next(known, 400), str(error)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = ", ".join(sorted(error.valid_methods))
        return 405, f"{request.method} is not possible at {request.path}; use one of: {methods}"
    if isinstance(error, HTTPException) and error.code:
        return error.code, error.description or error.name
    return 500, UNFORESEEN
