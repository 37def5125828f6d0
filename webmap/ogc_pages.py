"""OGC API - Features at `/ogc`: every layer for any GIS, as JSON for programs and as pages for people.

`f=json` or `f=html` says which, else the header Accept; JSON where neither does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, NotFound

from layers.ogc_collections import Collection, Collections
from layers.ogc_cql2 import TEXT, languages
from layers.ogc_crs import CRS84, OgcError
from layers.ogc_query import Query, Rows, check_names, make_selector, parse_crs, parse_query
from lingang import __version__
from lingang.errors import PlanningMapError, UnknownIdError
from webmap import ogc_records as records
from webmap.error_words import refusal_words
from webmap.i18n import LANGUAGES, wanted_language
from webmap.ogc_openapi import FORMATS, describe_api
from webmap.pages import nearest_link, page_link
from webmap.state import get_state

VIEWS = Blueprint("ogc", __name__, url_prefix="/ogc")
MOST_ROWS_SHOWN = 200  # of a page of items for people
SHOWN_COLUMNS = 6  # columns shown in the table of items
_KEPT = "lingang.ogc"


@dataclass(frozen=True)
class Kept:
    """What is kept for one atlas."""

    collections: Collections
    select: Callable[[Collection, Query], Rows]


def get_kept() -> Kept:
    """The collections of the atlas that is shown, and the memory of selections on them."""
    atlas, kept = get_state().atlas, current_app.extensions.get(_KEPT)
    if kept is None or kept.collections.atlas is not atlas:
        kept = current_app.extensions[_KEPT] = Kept(Collections(atlas), make_selector())
    assert isinstance(kept, Kept)
    return kept


def wants_page() -> bool:
    """True where a person is to read the answer; a wrong `f` counts as a program's."""
    if "f" in request.args:
        return request.args["f"] == "html"
    forms = [records.PLAIN_JSON, records.GEOJSON, records.HTML]
    return request.accept_mimetypes.best_match(forms, default=records.PLAIN_JSON) == records.HTML


def base_address() -> str:
    """The absolute address of the landing page."""
    return request.url_root.rstrip("/") + "/ogc"


def page_address(endpoint: str, **values: Any) -> str:
    """The address of a page of `/ogc` for people, in the language of this request."""
    return page_link(f"ogc.{endpoint}", **values, f="html")


@VIEWS.get("", strict_slashes=False)
def landing() -> Response:
    """The landing page."""
    _check_look()
    record = records.landing(base_address())
    found = get_kept().collections.all() if wants_page() else []  # building them all takes seconds
    return _answer(record, "ogc_landing.html", collections=found)


@VIEWS.get("/conformance", strict_slashes=False)
def conformance() -> Response:
    """The conformance classes."""
    _check_look()
    return _answer({"conformsTo": records.conformance_classes()}, "ogc_conformance.html")


@VIEWS.get("/api", strict_slashes=False)
def api() -> Response:
    """The OpenAPI document."""
    _check_look()
    record = describe_api(base_address(), get_kept().collections.all())
    return _answer(record, "ogc_api.html", records.OPENAPI, collections=get_kept().collections.all())


@VIEWS.get("/collections", strict_slashes=False)
def collections() -> Response:
    """All collections."""
    _check_look()
    found = get_kept().collections.all()
    return _answer(records.collections(base_address(), found), "ogc_collections.html", collections=found)


@VIEWS.get("/collections/<collection_id>", strict_slashes=False)
def collection(collection_id: str) -> Response:
    """One collection."""
    _check_look()
    one = get_kept().collections.get(collection_id)
    record = records.collection(base_address(), one)
    return _answer(record, "ogc_collection.html", one=one)


@VIEWS.get("/collections/<collection_id>/queryables", strict_slashes=False)
def queryables(collection_id: str) -> Response:
    """The columns of a collection that can be asked for."""
    _check_look()
    one = get_kept().collections.get(collection_id)
    return _answer(records.queryables(base_address(), one), "ogc_queryables.html", records.SCHEMA, one=one)


@VIEWS.get("/collections/<collection_id>/items", strict_slashes=False)
def items(collection_id: str) -> Response:
    """A page of the features of a collection that meet a query."""
    one = get_kept().collections.get(collection_id)
    _check_form()
    query = parse_query(one, request.args.items(multi=True))
    rows = get_kept().select(one, query)
    shown = rows[query.offset : query.offset + query.limit]
    if wants_page():
        return _items_page(one, query, rows, shown[:MOST_ROWS_SHOWN])
    address = f"{records.collection_address(base_address(), one.id)}/items"
    asked = {name: value for name, value in request.args.items() if name != "f"}
    links = records.page_links(address, asked, query.offset, query.limit, len(rows))
    lines = one.frame(query.crs).lines
    tail = {
        "links": links,
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": len(rows),
        "numberReturned": len(shown),
    }
    head = b'{"type":"FeatureCollection","features":[\n'
    content = head + b",\n".join([lines[row] for row in shown.tolist()]) + b"\n]," + orjson.dumps(tail)[1:]
    return _located(_tagged(Response(content, mimetype=records.GEOJSON), one), query.crs)


@VIEWS.get("/collections/<collection_id>/items/<feature_id>", strict_slashes=False)
def item(collection_id: str, feature_id: str) -> Response:
    """One feature."""
    one = get_kept().collections.get(collection_id)
    _check_form()
    given = check_names(request.args.items(multi=True), ("crs",))
    crs = parse_crs(one, given.get("crs", CRS84))
    if feature_id not in one.rows:
        raise UnknownIdError("feature", feature_id, list(one.rows))
    row = one.rows[feature_id]
    if wants_page():
        return _page(
            "ogc_item.html",
            one=one,
            feature=one.features[row],
            member=orjson.loads(one.frame(crs.uri).lines[row]),
            crs=crs,
        )
    address = records.item_address(base_address(), one.id, feature_id)
    asked = {"crs": given["crs"]} if "crs" in given else {}
    up = records.link(records.collection_address(base_address(), one.id), "collection", records.PLAIN_JSON)
    links = orjson.dumps([*records.self_links(address, asked, records.GEOJSON), up])
    content = one.frame(crs.uri).lines[row][:-1] + b',"links":' + links + b"}"
    return _located(_tagged(Response(content, mimetype=records.GEOJSON), one), crs.uri)


@VIEWS.get("/<path:rest>")
def nothing(rest: str) -> Response:
    """Whatever else is asked for is not there."""
    raise NotFound(f"/ogc/{rest} is not there; begin at /ogc, which links to all that is")


@VIEWS.errorhandler(PlanningMapError)
@VIEWS.errorhandler(HTTPException)
def refuse(error: PlanningMapError | HTTPException) -> Response:
    """Say what was wrong and what is allowed."""
    if isinstance(error, HTTPException):
        status, message = error.code or 500, error.description or error.name
    else:
        status, message = (404 if isinstance(error, UnknownIdError) else 400), str(error)
    if wants_page():
        nearest = nearest_link(error) if isinstance(error, UnknownIdError) else None
        refusal = refusal_words(error, message, get_state().translations.words)
        said = refusal.said(wanted_language())
        page = render_template("error.html", status=status, said=said, nearest=nearest)
        return _varied(make_response(page, status))
    code = "NotFound" if status == 404 else "InvalidParameterValue"
    record = {"code": code, "description": message, "error": message, "status": status}
    return _varied(Response(orjson.dumps(record), status, mimetype=records.PLAIN_JSON))


def _check_form() -> None:
    for name, known in (("f", FORMATS), ("lang", LANGUAGES)):
        value = request.args.get(name, known[0])
        if value not in known:
            raise OgcError(name, f"{name} {value!r} is not known; use one of: {', '.join(known)}")


def _check_look() -> None:
    """Refuse parameters that a record cannot have."""
    _check_form()
    check_names(request.args.items(multi=True), ())


def _answer(record: dict[str, Any], template: str, kind: str = records.PLAIN_JSON, **values: Any) -> Response:
    if wants_page():
        return _page(template, record=record, **values)
    response = Response(orjson.dumps(record), content_type=kind)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24])
    return _asked_again(_varied(response))


def _page(template: str, **values: Any) -> Response:
    return _varied(make_response(render_template(template, ogc=page_address, title_of=_title, **values)))


def _title(one: Collection) -> str:
    return one.layer.title_en if wanted_language() == "en" else one.layer.title


def _items_page(one: Collection, query: Query, rows: Rows, shown: Rows) -> Response:
    """A page of items as a table; `there` is the address of the page that begins at a row."""
    size = min(query.limit, MOST_ROWS_SHOWN)
    asked = {name: value for name, value in request.args.items() if name != "offset"}

    def there(start: int) -> str:
        query = urlencode({**asked, "limit": size, "offset": start})
        return f"{url_for('ogc.items', collection_id=one.id)}?{query}"

    as_json = {name: value for name, value in request.args.items() if name not in ("f", "lang")}
    return _page(
        "ogc_items.html",
        one=one,
        query=query,
        matched=len(rows),
        features=[one.features[row] for row in shown.tolist()],
        columns=[name for name in one.queryables if name != "id"][:SHOWN_COLUMNS],
        size=size,
        there=there,
        can_filter=TEXT in languages(),
        data=f"{url_for('ogc.items', collection_id=one.id)}?{urlencode({**as_json, 'f': 'json'})}",
    )


def _located(response: Response, uri: str) -> Response:
    """With the header that says in which system the positions are (Part 2)."""
    response.headers["Content-Crs"] = f"<{uri}>"
    return response


def _tagged(response: Response, one: Collection) -> Response:
    """With a weak ETag: the same question on the same data has the same answer but for its time stamp."""
    asked = f"{__version__} {one.digest} {request.url}"
    response.set_etag(hashlib.sha256(asked.encode()).hexdigest()[:24], weak=True)
    return _asked_again(_varied(response))


def _asked_again(response: Response) -> Response:
    response.cache_control.no_cache = True  # keep it, but ask whether it changed
    response.make_conditional(request)
    return response


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response
