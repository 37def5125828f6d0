"""What one running application holds: the atlas, the rendered map shell, and the bytes of its layers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Response, current_app, request

from layers.atlas import Atlas
from layers.export import map_layer
from webmap.basemaps import Basemap
from webmap.folium_map import MapShell
from webmap.i18n import Translations

EXTENSION = "lingang"


@dataclass
class State:
    """Read-only after start, but for `layer_bytes`, which fills as layers are first asked for."""

    atlas: Atlas
    shell: MapShell
    basemap: Basemap
    translations: Translations
    leaflet: Path
    programs: dict[str, bytes] = field(default_factory=dict)  # bundled, by name
    layer_bytes: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def layer(self, layer_id: str, datum: str) -> bytes:
        """The bytes of a map layer; built once, since the data does not change while we run."""
        key = (layer_id, datum)
        if key not in self.layer_bytes:
            self.layer_bytes[key] = map_layer(self.atlas, layer_id, datum=datum)
        return self.layer_bytes[key]


def get_state() -> State:
    """The state of the application that answers this request."""
    state = current_app.extensions[EXTENSION]
    assert isinstance(state, State)
    return state


def answer_bytes(content: bytes, mimetype: str) -> Response:
    """An answer with an ETag over its bytes, 304 when the reader has them already."""
    response = Response(content, mimetype=mimetype)
    response.set_etag(hashlib.sha256(content).hexdigest()[:24])
    response.cache_control.no_cache = True  # keep it, but ask whether it changed
    response.make_conditional(request)
    return response
