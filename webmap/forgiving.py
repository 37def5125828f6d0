"""Pages that open whatever their address says: what makes no sense is left out, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from werkzeug.datastructures import ImmutableMultiDict

from layers.tasks import LISTS
from lingang.errors import PlanningMapError
from webmap.error_words import refusal_words
from webmap.i18n import wanted_language
from webmap.state import get_state

Answer = TypeVar("Answer")
Fields = list[tuple[str, str]]
MOST_FIELDS = 40  # of an address that is looked through: each is one more try


def forgiving(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make a page of a view that refuses nonsense: it is asked again with what it takes of the query.

    `g.left_out` holds what it does not take, each field with its value and why, for the page to say. A view
    that refuses its address even without a query goes on refusing.
    """

    @wraps(view)
    def answer(**path: Any) -> Answer:
        asked, language = list(request.args.items(multi=True)), wanted_language()
        try:
            return view(**path)
        except PlanningMapError:
            if not 0 < len(asked) <= MOST_FIELDS:
                raise
        request.args = ImmutableMultiDict()
        view(**path)  # raises where the query is not at fault
        kept, g.left_out = _sort_out(asked, lambda fields: _fault_of(view, path, fields, language))
        request.args = ImmutableMultiDict(kept)
        return view(**path)

    return answer


def _sort_out(asked: Fields, fault_of: Callable[[Fields], str]) -> tuple[Fields, list[tuple[str, str, str]]]:
    """What can be kept of some fields, one after another, and what not and why; of a list its good values."""
    kept: Fields = []
    left_out = []
    for name, text in asked:
        if not (fault := fault_of([*kept, (name, text)])):
            kept.append((name, text))
            continue
        values = text.split(",") if name in LISTS else [text]
        faults = {x: fault_of([*kept, (name, x)]) for x in values} if len(values) > 1 else {text: fault}
        left_out += [(name, value, why) for value, why in faults.items() if why]
        if good := ",".join(value for value, why in faults.items() if not why):
            kept.append((name, good))
    return kept, left_out


def _fault_of(view: Callable[..., Any], path: dict[str, Any], fields: Fields, language: str) -> str:
    """Why a view refuses some fields, in words; "" where it takes them."""
    request.args = ImmutableMultiDict(fields)
    try:
        view(**path)
    except PlanningMapError as error:
        return refusal_words(error, str(error), get_state().translations.words).said(language)[0]
    return ""
