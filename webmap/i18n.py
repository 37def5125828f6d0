"""The words of the interface, Chinese first, English on request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flask import request

LANGUAGES = ("zh", "en")
FILE = Path(__file__).parent / "translations.json"


@dataclass(frozen=True)
class Translations:
    """`words[language][key]`; every key exists in every language (a test keeps it so)."""

    words: dict[str, dict[str, str]]

    @classmethod
    def read(cls, path: Path = FILE) -> Translations:
        """Read a file of `{key: {"zh": …, "en": …}}`."""
        entries = json.loads(path.read_text(encoding="utf-8"))
        return cls({lang: {key: entry[lang] for key, entry in entries.items()} for lang in LANGUAGES})

    def get(self, language: str) -> dict[str, str]:
        """All words of one language."""
        return self.words[language]


def wanted_language() -> str:
    """The language of this request: `?lang=en`, else Chinese."""
    asked = request.args.get("lang", LANGUAGES[0])
    return asked if asked in LANGUAGES else LANGUAGES[0]
