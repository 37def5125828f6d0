"""One search over everything that has a name: places, lines, landmarks, projects, plans and tasks.

How close a match is decides first: the whole name, its beginning, its inside, then the text of a task; a
title counts as the whole or as an inside. Of equally close ones, what is written out comes before what is
typed in pinyin, and that before initials. Then the kind of thing decides (`GROUPS`), then whether it is the
name or another one, the shorter name, and last the order of the files, so ties never change places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.features import Feature
from geo.folding import fold, fold_name
from layers.atlas import LinkedTask
from layers.projects import ProjectView
from layers.search_index import (
    CODE,
    FIELDS,
    GROUPS,
    ID,
    NAME_EN,
    NUMBER,
    SPELLED,
    TEXT,
    TITLE,
    Corpus,
    Entry,
    SearchIndex,
    english_words,
    find_words,
)
from layers.search_pinyin import FULL, INITIALS, PARTIAL, Indices

LIMIT = 5  # hits of each group
MAX_CHARS, MAX_WORDS = 100, 8
TYPES = {"zones": "zone", "lines": "line", "projects": "project", "plans": "plan", "tasks": "task"}

EXACT, BEGINNING, INSIDE, IN_TEXT = range(4)  # how close a match is
WRITTEN, SPELLED_OUT, INITIALS_ONLY = range(3)  # how it was typed
WAYS = ("text", "pinyin", "initials")
_STEP = len(FIELDS)  # a key is (closeness, way, field) as one number, the smaller the better
_NOTHING = 4 * len(WAYS) * _STEP
# Letters that count inside a name or title; fewer are found nearly everywhere, and in English words too.
_FEWEST_INITIALS, _FEWEST_INITIALS_IN_TITLE, _FEWEST_UNFINISHED = 3, 4, 4
_CONTEXT_CHARS = 16  # of a task's text, shown on both sides of a match
_PARTS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Match:
    """What of a hit matched: characters `start` to `end` of `text`, which is its name or a piece of a text.

    `field` is one of FIELDS; `by` says how: text, english, code, pinyin or initials.
    """

    field: str
    by: str
    text: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """The match as JSON values."""
        return {"field": self.field, "by": self.by, "text": self.text, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, with a match for every word (or one for all of them). `exact`: its whole name."""

    entry: Entry
    exact: bool
    matches: tuple[Match, ...]

    def to_json(self) -> dict[str, Any]:
        """The hit as one record; `places` are the features that show it on the map."""
        entry = self.entry
        return {
            "type": TYPES.get(entry.group, "place"),
            "id": entry.id,
            **describe(entry),
            "group": entry.group,
            "places": list(entry.places),
            "exact": self.exact,
            "matches": [match.to_json() for match in self.matches],
        }


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The best hits of one kind; `count` is how many there are in all, `written` whether none is pinyin."""

    id: str
    count: int
    hits: tuple[Hit, ...]
    written: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search, the group with the best hit first.

    `counts` says how many things each word that counted was found in, `ignored` which parts of the query
    did not count: words found nowhere beside others that were, and what is over the limits.
    """

    counts: dict[str, int]
    ignored: tuple[str, ...]
    groups: tuple[HitGroup, ...]

    @property
    def total(self) -> int:
        """Number of things found, shown or not."""
        return sum(group.count for group in self.groups)

    @property
    def hits(self) -> list[Hit]:
        """The hits shown, group by group."""
        return [hit for group in self.groups for hit in group.hits]


@dataclass(frozen=True, slots=True)
class _Matches:
    """Matches of one word as columns: whose they are, how good, and where in which corpus they stand."""

    word: str
    best: Indices  # the best key of each entry, _NOTHING where there is none
    owners: Indices
    keys: Indices
    corpora: Indices  # number of the corpus in `_corpora`
    numbers: Indices  # of the text in its corpus
    starts: Indices
    ends: Indices


_Columns = tuple[Indices, Indices, Indices, Indices, Indices]  # keys, numbers, starts, ends, owners


def search(index: SearchIndex, words: str, *, group: str = "", limit: int = LIMIT) -> Found:
    """Find what every word of `words` stands in, in a name, another name, a title, a code or a text.

    Words are parted by white space or commas. Chinese is looked for inside names, English at the beginning
    of words; both may be typed as pinyin or initials, and mixed (滴shui). Case, width, traditional
    characters, quotation marks and tones make no difference. What no word finds is nothing; a word that is
    found nowhere is ignored where others are found.

    Parameters
    ----------
    group
        Only this one of GROUPS; "" for all.
    limit
        Most hits of each group. Counts are of all.
    """
    parts, ignored = parse(words)
    if not parts:
        return Found({}, tuple(ignored), ())
    matches = [_find(index, part) for part in parts]
    counts = {found.word: int(np.count_nonzero(found.best < _NOTHING)) for found in matches}
    known = [found for found in matches if counts[found.word]]
    if known:
        ignored += [word for word, count in counts.items() if not count]
    phrase = _find(index, " ".join(parts)) if len(parts) > 1 else None
    if phrase is None:
        best = matches[0].best
    else:
        best = np.minimum(_best_of_words(known, len(index.entries)), phrase.best)
    groups = _groups(index, best, known, phrase, (group, limit))
    counted = {word: count for word, count in counts.items() if word not in ignored}
    return Found(counted, tuple(ignored), groups)


def parse(words: str) -> tuple[list[str], list[str]]:
    """Part a query into different words, and what does not count: signs alone, and what is too much."""
    ignored = [words[MAX_CHARS:]] if words[MAX_CHARS:].strip() else []
    parts = list(dict.fromkeys(part for part in _PARTS.split(words[:MAX_CHARS]) if part))
    counting = [part for part in parts if fold_name(part)]
    ignored = [part for part in parts if part not in counting] + counting[MAX_WORDS:] + ignored
    return counting[:MAX_WORDS], [part for part in map(_printable, ignored) if part]


def _printable(part: str) -> str:
    return "".join(c for c in part if unicodedata.category(c)[0] != "C").strip()


def describe(entry: Entry) -> dict[str, Any]:
    """The names of an entry, and its kind or plan."""
    source = entry.source
    if isinstance(source, LinkedTask):
        return {"name": source.task.title, "plan": source.task.plan}
    if isinstance(source, ProjectView):
        project = source.project
        return {
            "name": project.name,
            "name_en": project.name_en,
            "kind": project.kind,
            "tasks": list(source.tasks),
        }
    if isinstance(source, Feature):
        own = source.properties
        return {"name": own["name"], "name_en": own.get("name_en"), "kind": own.get("kind")}
    return {"name": source.title, "name_en": source.title_en}


def _corpora(index: SearchIndex) -> tuple[Corpus, Corpus, Corpus]:
    return index.names, index.english, index.texts


def _find(index: SearchIndex, word: str) -> _Matches:
    """Every match of one word (or of several as one phrase), and the best one of each entry."""
    folded = fold_name(word)
    columns: list[_Columns] = [_written(index.names, folded)]
    columns.append(_written(index.english, english_words(word)))
    columns.append(_written(index.texts, folded))
    corpora = np.repeat(np.arange(3), [len(column[0]) for column in columns])
    typed = _typed(folded)
    if any("a" <= letter <= "z" for letter in typed):
        columns.append(_spelled(index.names, typed))
        corpora = np.concatenate((corpora, np.zeros(len(columns[-1][0]), dtype=np.int64)))
    keys, numbers, starts, ends, owners = (np.concatenate(c) for c in zip(*columns, strict=True))
    best = np.full(len(index.entries), _NOTHING, dtype=np.int64)
    np.minimum.at(best, owners, keys)
    return _Matches(word, best, owners, keys, corpora, numbers, starts, ends)


def _typed(folded: str) -> str:
    """Letters as they are typed for pinyin: small, without tones, v for ü."""
    plain = unicodedata.normalize("NFD", folded.lower()).replace("u\u0308", "v")
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")


def _written(corpus: Corpus, needle: str) -> _Columns:
    """Matches of the characters as they stand."""
    if not needle:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing, nothing
    numbers, starts = corpus.find(needle)
    ends = starts + len(needle)
    fields = corpus.fields[numbers]
    close = _closeness(corpus, numbers, starts, ends)
    # A code begins as typed; an id or number is all of it, and a number is no name.
    kept = (fields < CODE) | (fields == TEXT) | (close == EXACT) | ((fields == CODE) & (close == BEGINNING))
    close[fields == NUMBER] = INSIDE
    return _columns(corpus, (numbers, starts, ends), close, np.zeros_like(close), kept)


def _spelled(corpus: Corpus, typed: str) -> _Columns:
    """Matches of letters with the syllables or initials of the characters."""
    found = corpus.spelled.find(typed)
    starts, ends, loose = found.starts, found.ends, found.looseness
    numbers = corpus.numbers_at(starts)
    fields = corpus.fields[numbers]
    close = _closeness(corpus, numbers, starts, ends)
    close[(close == EXACT) & (loose == PARTIAL)] = BEGINNING
    begins, initials = close <= BEGINNING, loose == INITIALS
    several, letters = ends - starts > 1, len(typed)
    finished = (loose == FULL) | (several & (letters >= _FEWEST_UNFINISHED))
    in_name = np.where(initials, letters >= _FEWEST_INITIALS, finished & (letters > 1))
    in_title = np.where(initials, letters >= _FEWEST_INITIALS_IN_TITLE, finished & several)
    kept = np.where(fields == TITLE, in_title, begins | in_name) & np.isin(fields, SPELLED)
    ways = np.where(initials, INITIALS_ONLY, SPELLED_OUT)
    return _columns(corpus, (numbers, starts, ends), close, ways, kept)


def _closeness(corpus: Corpus, numbers: Indices, starts: Indices, ends: Indices) -> Indices:
    """How close each match is. Only the whole of a title is more than an inside."""
    first, last = corpus.edges[numbers], corpus.edges[numbers + 1] - 1
    fields = corpus.fields[numbers]
    begins = (starts == first) & (fields != TITLE)
    close = np.where(begins, BEGINNING, INSIDE)
    close[(starts == first) & (ends == last)] = EXACT
    close[fields == TEXT] = IN_TEXT
    return close


def _columns(
    corpus: Corpus, spans: tuple[Indices, Indices, Indices], close: Indices, ways: Indices, kept: Any
) -> _Columns:
    numbers, starts, ends = (column[kept] for column in spans)
    keys = (close[kept] * len(WAYS) + ways[kept]) * _STEP + corpus.fields[numbers]
    return keys, numbers, starts, ends, corpus.owners[numbers]


def _best_of_words(known: Sequence[_Matches], entries: int) -> Indices:
    """The worst word's key where every word matches; of several never better than an inside."""
    if not known:
        return np.full(entries, _NOTHING, dtype=np.int64)
    worst: Indices = np.maximum.reduce([found.best for found in known])
    return np.maximum(worst, INSIDE * len(WAYS) * _STEP) if len(known) > 1 else worst


def _groups(
    index: SearchIndex,
    best: Indices,
    known: Sequence[_Matches],
    phrase: _Matches | None,
    wanted: tuple[str, int],
) -> tuple[HitGroup, ...]:
    """The best hits of each group."""
    group_id, limit = wanted
    found = np.flatnonzero(best < _NOTHING)
    if group_id:
        found = found[index.groups[found] == GROUPS.index(group_id)]
    order = (best[found] * len(GROUPS) + index.groups[found]) * 1_000 + np.minimum(index.lengths[found], 999)
    found = found[np.argsort(order, kind="stable")]
    kinds = index.groups[found]
    groups = []
    for kind in np.unique(kinds):
        mine = found[kinds == kind]
        hits = tuple(_hit(index, int(number), best, known, phrase) for number in mine[:limit])
        ranks = best[mine] // _STEP
        written = bool(np.all(ranks % len(WAYS) == WRITTEN))
        groups.append((int(ranks[0]), int(kind), HitGroup(GROUPS[kind], len(mine), hits, written)))
    return tuple(group for _, _, group in sorted(groups, key=lambda row: row[:2]))


def _hit(
    index: SearchIndex, number: int, best: Indices, known: Sequence[_Matches], phrase: _Matches | None
) -> Hit:
    key = int(best[number])
    whole = phrase is not None and int(phrase.best[number]) == key
    matches = (_match(index, found, number) for found in ([phrase] if phrase and whole else known))
    shown = tuple(sorted(matches, key=lambda match: (match.field, match.start)))
    return Hit(index.entries[number], key < len(WAYS) * _STEP, shown)


def _match(index: SearchIndex, found: _Matches, number: int) -> Match:
    """The best match of a word in an entry, the longest of several, in characters of the original text."""
    mine = np.flatnonzero(found.owners == number)
    at = int(mine[np.lexsort((found.starts[mine] - found.ends[mine], found.keys[mine]))[0]])
    corpus = _corpora(index)[int(found.corpora[at])]
    text_number = int(found.numbers[at])
    original, field = corpus.originals[text_number], int(corpus.fields[text_number])
    start, end = int(found.starts[at]), int(found.ends[at])
    start, end = start - corpus.starts[text_number], end - corpus.starts[text_number]
    way = WAYS[int(found.keys[at]) // _STEP % len(WAYS)]
    if field == NAME_EN:
        return Match(FIELDS[field], "english", original, *find_words(original, start, end))
    if field in (CODE, ID, NUMBER):
        return Match(FIELDS[field], "code", original, start, end)
    start, end = fold(original).span(start, end)
    if field == TEXT:
        return Match(FIELDS[field], way, *_cut(original, start, end))
    return Match(FIELDS[field], way, original, start, end)


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The match with some of the text around it."""
    first, last = max(0, start - _CONTEXT_CHARS), min(len(text), end + _CONTEXT_CHARS)
    before, after = "…" * (first > 0), "…" * (last < len(text))
    shift = len(before) - first
    return f"{before}{text[first:last]}{after}", start + shift, end + shift
