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

from dataclasses import dataclass

from geo.folding import fold_name
from geo.place_words import FREE_WORDS

WINDOW = 120  # characters of a sentence looked at on each side, so that a check costs the same in any text
REACH = 16  # characters that `after:` and `before:` may look at
SENTENCE_ENDS = "。;!?"
CLAUSE_ENDS = SENTENCE_ENDS + ",:"
PUNCTUATION = frozenset(CLAUSE_ENDS + "、()《》[]【】-·/.…~+")


class ConditionError(ValueError):
    """A condition that cannot be read; the message names the part."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The folded text around a name at start..end. `head` is a noun borrowed from the end of a list.

    In 甲、乙两镇 the name 甲 has the head 镇 as if it stood right after it.
    """

    text: str
    start: int
    end: int
    head: str = ""
    quoted: bool = False

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - REACH) : self.start]

    @property
    def after(self) -> str:
        return self.head + self.text[self.end : self.end + REACH]

    def within(self, ends: str) -> str:
        """The clause or sentence around the name, without the name, its parts joined by a bar."""
        left = self.text[max(0, self.start - WINDOW) : self.start]
        right = self.text[self.end : self.end + WINDOW]
        begin = max(left.rfind(mark) for mark in ends) + 1
        stops = [position for mark in ends if (position := right.find(mark)) >= 0]
        return f"{left[begin:]}|{self.head}{right[: min(stops, default=len(right))]}"

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
        scope = around.within(CLAUSE_ENDS if kind == "clause" else SENTENCE_ENDS)
        found = any(word in scope for word in words)
    return found != negated
