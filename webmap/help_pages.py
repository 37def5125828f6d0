"""Help: how far everyone can use the map, which keys there are, and whom to tell what stands in the way."""

from __future__ import annotations

from flask import Blueprint, render_template

VIEWS = Blueprint("help", __name__)
# What each key does, in the order of the page: key caps, and the word that explains them.
KEYS = (
    ("/", "keys.search"),
    ("Tab", "keys.tab"),
    ("← ↑ → ↓", "keys.arrows"),
    ("+  −", "keys.zoom"),
    ("↓ ↑ Enter", "keys.results"),
    ("← →", "keys.tabs"),
    ("Space", "keys.switch"),
    ("Esc", "keys.escape"),
)
SECTIONS = ("aim", "works", "tested", "limits", "others")


@VIEWS.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement, with the keys of the map."""
    return render_template("accessibility.html", keys=KEYS, sections=SECTIONS)
