"""Answers in JSON by orjson: the same values as Flask's own writer, in a fraction of its time."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
MIMETYPE = "application/json"


class FastJSON(DefaultJSONProvider):
    """Writes what orjson can, the rest as Flask does: whole numbers beyond 64 bits, for instance."""

    ensure_ascii = False
    sort_keys = False

    def dump_bytes(self, value: Any) -> bytes:
        """A value as JSON in UTF-8, without spaces."""
        try:
            return orjson.dumps(value, default=self.default, option=OPTIONS)
        except TypeError:
            return self.dumps(value, separators=(",", ":")).encode()

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer with one value, or a list or dict of the arguments."""
        return Response(self.dump_bytes(self._prepare_response_obj(args, kwargs)), mimetype=MIMETYPE)
