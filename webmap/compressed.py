"""Answers compressed once: what does not change while the server runs is not packed anew for every reader."""

from __future__ import annotations

from flask import Flask, Request

from webmap.files import DATUMS

FIXED = ("/layers/", "/programs/", "/vendor/")  # their bytes are the same until the server ends
UNKEPT = ""


def keep_compressed(app: Flask) -> None:
    """Tell Flask-Compress, before it starts, which answers to keep."""
    kept = KeptAnswers()
    app.config.update(COMPRESS_CACHE_KEY=_key, COMPRESS_CACHE_BACKEND=lambda: kept)


class KeptAnswers:
    """A cache as Flask-Compress asks for one; its keys are `algorithm;key`."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The packed bytes, None where they are not kept."""
        return self._kept.get(key)

    def set(self, key: str, content: bytes) -> None:
        """Keep packed bytes, unless they belong to an answer that may change."""
        if key.partition(";")[2] != UNKEPT:
            self._kept[key] = content


def _key(request: Request) -> str:
    """What an answer's bytes depend on. Only good answers are packed, so readers cannot fill the cache."""
    if not request.path.startswith(FIXED):
        return UNKEPT
    datum = request.args.get("datum", DATUMS[0])
    return f"{request.path}?{datum}" if datum in DATUMS else UNKEPT
