"""When does a name count as the place? Conditions on the words around it, written in data, not in code.

A condition is a list of tests joined by `;`, all of which must hold. A test is `kind:word|word`:

`after:` / `before:`          the text right after / before the name starts / ends with one of the words
`not-after:` / `not-before:`  … with none of them
`clause:` / `sentence:`       one of the words occurs in the same clause / sentence, outside the name
`not-clause:` / `not-sentence:`  none of them does
`free`                        nothing that could belong to a longer name stands on the left
Words without a kind are a `sentence:` test, which is how the property `context` of a feature reads.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from geo.folding import fold_name
from geo.place_words import FREE_WORDS

WINDOW = 120  # characters of a sentence looked at on each side, so that a check costs the same in any text
REACH = 16  # characters that `after:` and `before:` may look at
SENTENCE_ENDS = "。;!?"
CLAUSE_ENDS = SENTENCE_ENDS + ",:"
PUNCTUATION = frozenset(CLAUSE_ENDS + "、()《》[]【】-·/.…~+")

# Words that make a bare code a line: right after it, or (codes with a letter) in the same clause.
_CODE_AFTER = {
    "brt": "after:线|示范线|号线|中运量",
    "metro": "after:号线",
    "road": "after:公路|高速|国道|省道|道路|路",
}
_CODE_CLAUSE = {
    "brt": "clause:中运量|组网|公交;not-clause:航站楼;not-after:区域|区块|区|楼",
    "road": "clause:公路|道路|大道|路网|干路|支路|立交|高速|快速路|匝道|辅路|以东|以西|以南|以北;"
    "not-after:区域|区块|地块|楼|社区",
}


class ConditionError(ValueError):
    """A condition that cannot be read; the message names the part."""


class WordIndex:
    """Where words occur in one text. Each word is looked for once, however many names ask for it.

    A text of nothing but names that ask for words around them would else be read again for every name.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._marks: dict[str, list[int]] = {}

    def occurs(self, words: tuple[str, ...], begin: int, end: int) -> bool:
        """Whether one of the words stands between two positions, all of it."""
        spans = self._spans.get(words)
        if spans is None:
            spans = sorted((at, at + len(word)) for word in words for at in find_all(self.text, word))
            self._spans[words] = spans
        for index in range(bisect_left(spans, (begin, 0)), len(spans)):
            start, stop = spans[index]
            if start >= end:
                return False
            if stop <= end:  # else a word that only begins here; at most a word's length of such starts
                return True
        return False

    def bounds(self, ends: str, start: int, end: int) -> tuple[int, int]:
        """The clause or sentence around start..end, at most `WINDOW` characters on each side."""
        marks = self._marks.get(ends)
        if marks is None:
            found = set(ends)
            marks = self._marks[ends] = [i for i, mark in enumerate(self.text) if mark in found]
        before, after = bisect_left(marks, start), bisect_left(marks, end)
        left = marks[before - 1] + 1 if before else 0
        right = marks[after] if after < len(marks) else len(self.text)
        return max(left, start - WINDOW), min(right, end + WINDOW)


def find_all(text: str, word: str) -> list[int]:
    """The positions of a word in a text, overlapping ones too, in order."""
    places = []
    position = text.find(word)
    while position >= 0:
        places.append(position)
        position = text.find(word, position + 1)
    return places


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The folded text around a name at start..end. `head` is a noun borrowed from the end of a list.

    In 甲、乙两镇 the name 甲 has the head 镇 as if it stood right after it. `index` is shared by the names
    of one text.
    """

    text: str
    start: int
    end: int
    head: str = ""
    quoted: bool = False
    index: WordIndex | None = field(default=None, compare=False, repr=False)

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - REACH) : self.start]

    @property
    def after(self) -> str:
        return self.head + self.text[self.end : self.end + REACH]

    def has_any(self, words: tuple[str, ...], ends: str) -> bool:
        """Whether one of the words stands in the clause or sentence around the name, outside the name."""
        index = self.index or WordIndex(self.text)
        begin, stop = index.bounds(ends, self.start, self.end)
        if self.head:
            behind = self.head + self.text[self.end : stop]
            if any(word in behind for word in words):
                return True
        return index.occurs(words, begin, self.start) or index.occurs(words, self.end, stop)

    @property
    def is_free(self) -> bool:
        before = self.before
        return self.quoted or not before or before[-1] in PUNCTUATION or before.endswith(FREE_WORDS)


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests that must all hold; without tests it always holds."""

    tests: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def holds(self, around: Surroundings) -> bool:
        """Whether every test holds for a name in its surroundings."""
        return all(_test(kind, words, around) for kind, words in self.tests)

    @property
    def looks_right(self) -> bool:
        """Whether the words right after the name decide, so that a list's head noun can decide too."""
        return any(kind == "after" for kind, _ in self.tests)


ALWAYS = Condition()
_KINDS = frozenset(
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


def _test(kind: str, words: tuple[str, ...], around: Surroundings) -> bool:
    """One test of a condition."""
    if kind == "free":
        return around.is_free
    negated = kind.startswith("not-")
    kind = kind.removeprefix("not-")
    if kind == "after":
        found = around.after.startswith(words)
    elif kind == "before":
        found = around.before.endswith(words)
    else:
        found = around.has_any(words, CLAUSE_ENDS if kind == "clause" else SENTENCE_ENDS)
    return found != negated


def code_contexts(name: str, line_kind: str) -> Iterator[str]:
    """The contexts that make a bare code a line of this kind; none for other features."""
    if line_kind in _CODE_AFTER:
        yield _CODE_AFTER[line_kind]
    if line_kind in _CODE_CLAUSE and not name.isdigit():
        yield _CODE_CLAUSE[line_kind]
