"""Whose the map is, and by whose leave it is shown: the lines under every map, page and print.

The operator's two slots are the map approval number (审图号), which a published map of China must bear,
and the attribution of what else was used. Both come from the configuration and are plain text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

from lingang.errors import PlanningMapError
from webmap.i18n import Translations, wanted_language
from webmap.state import get_state

if TYPE_CHECKING:
    from webmap.app import Config

EXTENSION = "lingang-credits"
OSM = "© OpenStreetMap contributors"
MAX_APPROVAL, MAX_ATTRIBUTION = 60, 200  # characters
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WEB = re.compile(r"""https?://[^\s<>"'\\]+""")


class CreditError(PlanningMapError, ValueError):
    """A line of credit that cannot be shown as configured."""


@dataclass(frozen=True)
class Credits:
    """What an operator wrote; "" where nothing was."""

    approval: str = ""
    attribution: str = ""
    contact: str = ""


def parse_credit(text: str | None, *, what: str, limit: int) -> str:
    """Return a line of credit as it will be shown, without blanks at its ends.

    Raises
    ------
    CreditError
        Longer than `limit` characters, or with a control or direction character. `what` names it.
    """
    line = (text or "").strip()
    if len(line) > limit:
        raise CreditError(f"the {what} has {len(line)} characters; at most {limit}")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in line):
        raise CreditError(f"the {what} holds a control character or a line break; write one plain line")
    return line


def parse_contact(text: str | None) -> str:
    """Return where readers can write, as a link: `mailto:` for an e-mail address, else http or https.

    Raises
    ------
    CreditError
        Neither of the two.
    """
    contact = parse_credit(text, what="contact", limit=MAX_ATTRIBUTION)
    if not contact or _WEB.fullmatch(contact):
        return contact
    if _MAIL.fullmatch(contact):
        return f"mailto:{contact}"
    raise CreditError(
        f"the contact {contact!r} is neither an e-mail address nor an address that begins with https://"
    )


def credits(config: Config, language: str = "zh") -> list[str]:
    """Return the lines that a map made with `config` must bear, in the order in which they are shown.

    That it is a sketch; whose the background is; whose the data are; what the operator added; and the
    map approval number, or that there is none. For print and export as for the screen.
    """
    words = Translations.read().get(language)
    lines = [
        words["credit.schematic"], config.basemap.attribution, OSM, config.attribution,
        approval_words(config.approval, words),
    ]  # fmt: skip
    return [line for line in lines if line]


def approval_words(approval: str, words: dict[str, str]) -> str:
    """The map approval number in words, or that none was asked for."""
    return words["credit.approved"].format(number=approval) if approval else words["credit.approval"]


def credit_context() -> dict[str, Any]:
    """What every page's foot shows of the configuration."""
    written: Credits = current_app.extensions[EXTENSION]
    words = get_state().translations.get(wanted_language())
    return {
        "approval_words": approval_words(written.approval, words),
        "operator_credit": written.attribution,
        "operator_contact": written.contact,
    }
