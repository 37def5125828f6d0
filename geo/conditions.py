"""When does a name count as the place? Conditions on the words around it, written in data, not in code.

A condition is a list of tests joined by `;`, all of which must hold. A test is `kind:word|word`:

`after:` / `before:`          the text right after / before the name starts / ends with one of the words
`not-after:` / `not-before:`  … with none of them
`clause:` / `sentence:`       one of the words occurs in the same clause / sentence, outside the name;
                              for `sentence:` also in the title or in a heading above
`not-clause:` / `not-sentence:`  none of them does
`free`                        nothing that could belong to a longer name stands on the left
Words without a kind are a `sentence:` test, which is how the property `context` of a feature reads.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geo.folding import fold_name
from geo.place_words import FREE_WORDS

WINDOW: Final = 120  # characters of a sentence looked at on each side: a check costs the same in any text
LONGEST_TITLE: Final = 40  # characters up to the first full stop that count as a title
REACH: Final = 16  # characters that `after:` and `before:` may look at
SENTENCE_ENDS: Final = "。;!?"
CLAUSE_ENDS: Final = SENTENCE_ENDS + ",:"
PUNCTUATION: Final = frozenset(CLAUSE_ENDS + "、()《》[]【】-·/.…~+")

_FREE_WORDS_BY_LAST: Final = {
    last: tuple(word for word in FREE_WORDS if word[-1] == last) for last in {word[-1] for word in FREE_WORDS}
}

# Words that make a bare code a line: right after it, or (codes with a letter) in the same clause.
_CODE_AFTER: Final = {
    "brt": "after:线|示范线|号线|中运量",
    "metro": "after:号线",
    "road": "after:公路|高速|国道|省道|道路|路",
}
_CODE_CLAUSE: Final = {
    "brt": "sentence:中运量|组网|公交|停靠站|站台;not-clause:航站楼;not-after:区域|区块|区|楼|级|航站",
    "road": "clause:公路|道路|大道|路网|干路|支路|立交|高速|快速路|匝道|辅路|以东|以西|以南|以北;"
    "not-after:区域|区块|地块|楼|社区",
}
# … and words that make a lettered one a line anywhere in the sentence: 高速公路“两环三射”:G1503;S2、S3.
_CODE_SENTENCE: Final = {
    "road": "sentence:高速|收费站|匝道|立交;not-after:区域|区块|地块|楼|社区|区|号|期|单元|街坊",
}


class ConditionError(ValueError):
    """A condition that cannot be read; the message names the part."""


class WordIndex:
    """Where words occur in one text. Each word is looked for once, however many names ask for it.

    A text of nothing but names that ask for words around them would else be read again for every name.
    `headings` are the folded headings above the text: what they are about goes for every sentence below.
    """

    __slots__ = ("_spans", "_topic", "text")

    def __init__(self, text: str, headings: str = "") -> None:
        self.text = text
        first_stop = text.find("。", 0, LONGEST_TITLE)
        self._topic = headings + text[: max(first_stop, 0)]
        self._spans: dict[tuple[str, ...], list[tuple[int, int]]] = {}

    def spans(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Start and end of every occurrence of one of the words, in text order."""
        spans = self._spans.get(words)
        if spans is None:
            spans = [(at, at + len(word)) for word in words for at in find_all(self.text, word)]
            spans.sort()
            self._spans[words] = spans
        return spans


    def is_about(self, words: tuple[str, ...]) -> bool:
        """Whether a heading above the text, or the title that it begins with, holds one of the words."""
        return any(word in self._topic for word in words) if self._topic else False


def find_all(text: str, word: str) -> list[int]:
    """The positions of a word in a text, overlapping ones too, in order."""
    places = []
    position = text.find(word)
    while position >= 0:
        places.append(position)
        position = text.find(word, position + 1)
    return places


def _has_span(spans: list[tuple[int, int]], begin: int, end: int) -> bool:
    """Whether one of the spans, sorted by their starts, lies between two positions, all of it."""
    for index in range(bisect_left(spans, (begin, 0)), len(spans)):
        start, stop = spans[index]
        if start >= end:
            return False
        if stop <= end:  # else a word that only begins here; at most a word's length of such starts
            return True
    return False


class Surroundings:
    """The folded text around a name at start..end. `head` is a noun borrowed from the end of a list.

    In 甲、乙两镇 the name 甲 has the head 镇 as if it stood right after it. `quoted`: a quotation mark stood
    right before the name. `index` is shared by the names of one text. No look at the surroundings goes
    further than `WINDOW` or `REACH`.
    """

    __slots__ = ("end", "head", "index", "quoted", "start", "text")

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        head: str = "",
        quoted: bool = False,
        index: WordIndex | None = None,
    ) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.head = head
        self.quoted = quoted
        self.index = index

    def begins_after(self, words: tuple[str, ...]) -> bool:
        """Whether the text right after the name starts with one of the words."""
        if self.head:
            return (self.head + self.text[self.end : self.end + REACH]).startswith(words)
        return self.text.startswith(words, self.end, self.end + REACH)

    def ends_before(self, words: tuple[str, ...]) -> bool:
        """Whether the text right before the name ends with one of the words."""
        return self.text.endswith(words, max(0, self.start - REACH), self.start)

    def has_any(self, words: tuple[str, ...], ends: str) -> bool:
        """Whether one of the words stands in the clause or sentence around the name, outside the name."""
        if self.index is None:
            self.index = WordIndex(self.text)
        spans = self.index.spans(words)
        if not spans and not self.head:
            return False  # as mostly: spares the look for where the clause begins and ends
        text, start, end = self.text, self.start, self.end
        closing = _END_MARKS[ends](text, end, end + WINDOW)
        stop = closing.start() if closing else end + WINDOW
        if self.head:
            behind = self.head + text[end:stop]
            if any(word in behind for word in words):
                return True
        begin = max(0, start - WINDOW)
        for mark in ends:
            begin = max(begin, text.rfind(mark, begin, start) + 1)
        return _has_span(spans, end, stop) or _has_span(spans, begin, start)

    def is_about(self, words: tuple[str, ...]) -> bool:
        """Whether the headings or the title hold one of the words; see `WordIndex.is_about`."""
        if self.index is None:
            self.index = WordIndex(self.text)
        return self.index.is_about(words)

    @property
    def is_free(self) -> bool:
        """Whether nothing that could belong to a longer name stands on the left."""
        if self.quoted or not self.start:
            return True
        last = self.text[self.start - 1]
        return last in PUNCTUATION or self.ends_before(_FREE_WORDS_BY_LAST.get(last, ()))


Check = Callable[[Surroundings], bool]
_END_MARKS: Final = {ends: re.compile(f"[{ends}]").search for ends in (CLAUSE_ENDS, SENTENCE_ENDS)}


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests that must all hold; without tests it always holds."""

    tests: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __reduce__(self) -> tuple[type[Condition], tuple[object, ...]]:
        """For copies and other processes: a compiled class is made anew from its parts."""
        return Condition, (self.tests,)

    def holds(self, around: Surroundings) -> bool:
        """Whether every test holds for a name in its surroundings."""
        return all(check(around) for check in checks_of(self))

    @property
    def looks_right(self) -> bool:
        """Whether the words right after the name decide, so that a list's head noun can decide too."""
        return any(kind == "after" for kind, _ in self.tests)


ALWAYS: Final = Condition()
_KINDS: Final = frozenset(
    ["after", "before", "not-after", "not-before", "clause", "sentence", "not-clause", "not-sentence", "free"]
)


def parse_condition(text: str) -> Condition:
    """Return the condition that `text` writes, with its words in folded form.

    Raises
    ------
    ConditionError
        A test has no words, or a kind is not known.
    """
    tests: list[tuple[str, tuple[str, ...]]] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        kind, colon, rest = part.partition(":")
        if part != "free" and not colon:
            kind, rest = "sentence", part
        words = tuple(filter(None, map(fold_name, rest.split("|"))))
        if kind not in _KINDS:
            raise ConditionError(f"unknown test {kind!r}; expected one of {', '.join(sorted(_KINDS))}")
        if not words and kind != "free":
            raise ConditionError(f"test {part!r} has no words; write {kind}:word|word")
        tests.append((kind, words))
    return Condition(tuple(tests))


@lru_cache(maxsize=4096)
def checks_of(condition: Condition) -> tuple[Check, ...]:
    """The tests of a condition as functions, ready to be asked of many names."""
    return tuple(_check(kind, words) for kind, words in condition.tests)


def _check(kind: str, words: tuple[str, ...]) -> Check:
    """One test of a condition as a function."""
    if kind == "free":
        return lambda around: around.is_free
    if kind == "after":
        return lambda around: around.begins_after(words)
    if kind == "not-after":
        return lambda a: (
            not (a.begins_after(words) if a.head else a.text.startswith(words, a.end, a.end + REACH))
        )
    if kind == "before":
        return lambda around: around.ends_before(words)
    if kind == "not-before":
        return lambda around: not around.ends_before(words)
    ends = CLAUSE_ENDS if kind.endswith("clause") else SENTENCE_ENDS
    if kind.startswith("not-"):
        return lambda around: not around.has_any(words, ends)
    if kind == "sentence":
        return lambda around: around.has_any(words, ends) or around.is_about(words)
    return lambda around: around.has_any(words, ends)


def code_contexts(name: str, line_kind: str) -> Iterator[str]:
    """The contexts that make a bare code a line of this kind; none for other features."""
    if line_kind in _CODE_AFTER:
        yield _CODE_AFTER[line_kind]
    if line_kind in _CODE_CLAUSE and not name.isdigit():
        yield _CODE_CLAUSE[line_kind]
    if line_kind in _CODE_SENTENCE and not name.isdigit():
        yield _CODE_SENTENCE[line_kind]
