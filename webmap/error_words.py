"""What does a refusal say to a reader? The English sentence of the error, and the same in Chinese.

The keys `refusal.…` of the translations are a phrase book: the English entry is the message as the code
words it, with names in braces for what was given. A message that fits an entry is said with the Chinese
one, and the entry's name is its code for programs. The keys `refused.…` say errors that carry what was given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from flask import request
from werkzeug.exceptions import HTTPException

from layers.dossier_model import DossierError
from layers.errors import CountError, FilterError
from lingang.errors import UnknownIdError

UNFORESEEN = "The server met an unforeseen error; it has been logged."
_FAMILY = "refusal."
_GAP = re.compile(r"\\\{(\w+)\\\}")  # a name in braces, as re.escape writes it
_MOST_NAMED = 12  # a Chinese list of what may be used ends there


class Refusal(NamedTuple):
    """`code` names the kind of error for programs; `zh` and `en` say it."""

    code: str
    zh: str
    en: str

    def said(self, language: str) -> tuple[str, str]:
        """The words for a reader of the language, and the language that they are in."""
        translated = language == "zh" and self.zh != self.en
        return (self.zh, "zh") if translated else (self.en, "en")


def wants_json() -> bool:
    """Whether who asked for a page wants an error as JSON, as the page's own program does."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def refusal_words(error: Exception, message: str, book: Mapping[str, Mapping[str, str]]) -> Refusal:
    """Return what an error says; the Chinese is the English message where that has no translation.

    Parameters
    ----------
    message
        What the error says in English.
    book
        `book[language][key]`, the words of the interface.
    """
    if isinstance(error, DossierError):
        problems = {"zh": _phrase(message, book)[1], "en": message}
        said = {lang: book[lang]["dossier.missing"].format(problem=problems[lang]) for lang in problems}
        return Refusal("cannot-make", said["zh"], said["en"])
    return Refusal(*_code_and_words(error, message, book), message)


def _code_and_words(error: Exception, message: str, book: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    words = book["zh"]
    if isinstance(error, UnknownIdError):
        kind = words.get(f"refused.of_{error.kind}", words["refused.of_feature"])
        said = words["refused.id_near" if error.nearest else "refused.id"]
        nearest = _quoted(error.nearest or "")
        return f"unknown-{error.kind}", said.format(kind=kind, given=_quoted(error.wanted), nearest=nearest)
    if isinstance(error, CountError):
        given = {"field": error.field, "given": _quoted(error.value), "most": error.most}
        return "count", words["refused.count"].format(**given)
    if isinstance(error, FilterError):
        allowed = [_phrase(text, book)[1] for text in error.allowed]
        given = {"field": error.field, "given": _quoted(error.value), "known": _listed(allowed)}
        return "filter", words["refused.filter"].format(**given)
    if message == UNFORESEEN:
        return "unforeseen", words["refused.unforeseen"]
    code, said = _phrase(message, book)
    if code is None and isinstance(error, HTTPException):
        return f"http-{error.code}", words.get(f"refused.http_{error.code}", message)
    return code or type(error).__name__.removesuffix("Error").lower(), said


def _phrase(message: str, book: Mapping[str, Mapping[str, str]]) -> tuple[str | None, str]:
    """The entry that a message fits and its Chinese words; None and the message itself where none does."""
    for key, pattern in _patterns(tuple((k, v) for k, v in book["en"].items() if k.startswith(_FAMILY))):
        if found := pattern.fullmatch(message):
            given = {name: _given(name, text, book) for name, text in found.groupdict().items()}
            return key.removeprefix(_FAMILY).replace("_", "-"), book["zh"][key].format(**given)
    return None, message


def _given(name: str, text: str, book: Mapping[str, Mapping[str, str]]) -> str:
    if name == "known":
        return _listed(text.split(", "))
    if name in ("problem", "served"):
        return _phrase(text, book)[1]
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return _quoted(text[1:-1]) if quoted else text


@lru_cache(maxsize=2)
def _patterns(entries: tuple[tuple[str, str], ...]) -> list[tuple[str, re.Pattern[str]]]:
    """Every entry as a pattern; those that say more in words of their own come first."""
    ordered = sorted(entries, key=lambda entry: -len(re.sub(r"\{\w+\}", "", entry[1])))
    return [(key, re.compile(_GAP.sub(r"(?P<\1>.*)", re.escape(text)), re.DOTALL)) for key, text in ordered]


def _quoted(text: str) -> str:
    return f"“{text}”"


def _listed(names: list[str]) -> str:
    return "、".join(names[:_MOST_NAMED]) + ("…" if len(names) > _MOST_NAMED else "")
