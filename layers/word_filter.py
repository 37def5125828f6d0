"""Do all words of a query stand in a text? Full-width forms, traditional characters and case are one.

White space and quotation marks do not count, neither in the text nor in a word.
"""

from __future__ import annotations

from collections.abc import Iterable

from geo.folding import fold_name

_BREAK = "\n"  # folding takes it out of texts and words, so no word stands across two texts


def spell_words(query: str) -> tuple[str, ...]:
    """The words of a query as they are looked for; what is nothing but quotation marks is none."""
    return tuple(word for part in query.casefold().split() if (word := fold_name(part)))


def spell_texts(texts: Iterable[str]) -> str:
    """Some texts as words are looked for in them."""
    return _BREAK.join(fold_name(text.casefold()) for text in texts)


def holds_words(spelled: str, words: Iterable[str]) -> bool:
    """Whether texts hold every word; both are spelled as above."""
    return all(word in spelled for word in words)
