"""Everything that has a name, ready to be searched: built once for an atlas, then only read.

Names, titles and texts are folded (`geo.folding`) and stand end to end in three long texts, so that a search
is a few passes over each and not one over every record.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from geo.features import Feature
from geo.folding import fold_name
from layers.atlas import Atlas, LinkedTask
from layers.built_in import Plan
from layers.facilities import is_drawn
from layers.projects import ProjectView, load_projects
from layers.search_pinyin import Indices, SpelledText

# Kinds of things, the likeliest wish first; equal matches are listed in this order.
GROUPS = (
    "zones", "lines", "stops", "sites", "hospitals", "schools", "landmarks", "projects", "plans", "tasks",
)  # fmt: skip
# What a searched text is to its owner. The order breaks ties, and `layers.search` says what each is worth.
FIELDS = ("name", "alias", "title", "name_en", "code", "id", "number", "text")
NAME, ALIAS, TITLE, NAME_EN, CODE, ID, NUMBER, TEXT = range(len(FIELDS))
SPELLED = (NAME, ALIAS, TITLE)  # fields that can be typed in pinyin
_ENGLISH_SIGNS = frozenset(" -–'’&/().,")
FEW = 1_000  # matches up to which a plain loop is the quickest way
BREAK = "\n"  # folding takes it out of names and queries, so nothing matches across two texts


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found. `places` are ids of the features that show it on the map."""

    group: str
    id: str
    source: Feature | LinkedTask | ProjectView | Plan = field(repr=False)
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """Texts end to end, each after a BREAK. `owners` and `fields` say whose and what each text is."""

    text: str = field(repr=False)
    starts: list[int] = field(repr=False)  # one more than texts: the last is the end of the last, and a BREAK
    owners: Indices = field(repr=False)
    fields: Indices = field(repr=False)
    originals: list[str] = field(repr=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, str, str]]) -> Corpus:
        """Join rows of owner, field, original and folded text; rows without a folded text are left out."""
        kept = [row for row in rows if row[3]]
        starts = np.cumsum([1, *(len(row[3]) + 1 for row in kept)]).tolist()
        text = BREAK + "".join(row[3] + BREAK for row in kept)
        owners = np.array([row[0] for row in kept], dtype=np.int64)
        fields = np.array([row[1] for row in kept], dtype=np.int64)
        return cls(text, starts, owners, fields, [row[2] for row in kept])

    def find(self, needle: str) -> tuple[Indices, Indices]:
        """Return the numbers of the texts that hold `needle`, and where in `text` it first stands in each."""
        numbers, positions = [], []
        position = self.text.find(needle)
        while position >= 0:
            number = bisect_right(self.starts, position) - 1
            numbers.append(number)
            positions.append(position)
            if len(numbers) > FEW:
                return self._find_many(needle)
            position = self.text.find(needle, self.starts[number + 1])
        return np.array(numbers, dtype=np.int64), np.array(positions, dtype=np.int64)

    def _find_many(self, needle: str) -> tuple[Indices, Indices]:
        """The same as `find`, for words that stand nearly everywhere: all of the text at once."""
        points = [ord(character) for character in needle]
        positions = np.flatnonzero(self._points[: len(self._points) - len(points)] == points[0])
        for shift, point in enumerate(points[1:], start=1):
            positions = positions[self._points[positions + shift] == point]
        numbers = self.numbers_at(positions)
        first = np.ones(len(numbers), dtype=np.bool_)
        first[1:] = numbers[1:] != numbers[:-1]
        return numbers[first], positions[first]

    def numbers_at(self, positions: Indices) -> Indices:
        """The numbers of the texts that stand at `positions` of `text`."""
        return np.searchsorted(self.edges, positions, side="right") - 1

    @cached_property
    def _points(self) -> npt.NDArray[np.uint32]:
        return np.frombuffer(self.text.encode("utf-32-le"), dtype=np.uint32)

    @cached_property
    def edges(self) -> Indices:
        """`starts` as an array."""
        return np.array(self.starts, dtype=np.int64)

    @cached_property
    def spelled(self) -> SpelledText:
        """The texts that can be typed in pinyin; their positions are those of `text`."""
        return SpelledText(self.text)


@dataclass(frozen=True)
class SearchIndex:
    """What `layers.search.search` looks through."""

    entries: list[Entry] = field(repr=False)
    names: Corpus = field(repr=False)
    english: Corpus = field(repr=False)
    texts: Corpus = field(repr=False)

    @cached_property
    def groups(self) -> Indices:
        """The number in GROUPS of each entry."""
        numbers = {group: number for number, group in enumerate(GROUPS)}
        return np.array([numbers[entry.group] for entry in self.entries], dtype=np.int64)

    @cached_property
    def lengths(self) -> Indices:
        """The length of each entry's name, in characters: a shorter name is nearer. Tasks have none."""
        lengths = np.zeros(len(self.entries), dtype=np.int64)
        main = self.names.fields == NAME
        lengths[self.names.owners[main]] = np.diff(self.names.edges)[main] - 1
        return lengths


def build_index(atlas: Atlas, views: Mapping[str, ProjectView] | None = None) -> SearchIndex:
    """Return the index of an atlas: places, lines, landmarks, projects, plans and tasks.

    Parameters
    ----------
    views
        Its projects by id; None for those of the atlas's own register.

    Raises
    ------
    DataFaultError, ProjectError
        The register of projects is broken.
    """
    views = load_projects(atlas).views if views is None else views
    return index_entries([*_places(atlas), *_projects(views), *_plans(atlas), *_tasks(atlas)])


def index_entries(entries: list[Entry]) -> SearchIndex:
    """Return the index of any entries."""
    rows = [(number, *row) for number, entry in enumerate(entries) for row in _texts(entry)]
    return SearchIndex(
        entries,
        Corpus.of((o, f, text, fold_name(text)) for o, f, text in rows if f not in (NAME_EN, TEXT)),
        Corpus.of((o, f, text, plain_words(text)) for o, f, text in rows if f == NAME_EN),
        Corpus.of((o, f, text, fold_name(text)) for o, f, text in rows if f == TEXT),
    )


def plain_words(text: str) -> str:
    """English text as it is searched: its words in small letters without accents, a blank before each."""
    return " ".join(["", *"".join(map(_plain_character, text)).split()])


def find_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of `text` that stand at `start` to `end` of `plain_words(text)`."""
    origin, before = [], " "
    for index, character in enumerate(map(_plain_character, text)):
        if character != " ":
            origin += [index] * (1 + (before == " "))
        before = character
    return origin[start], origin[end - 1] + 1


def english_words(words: str) -> str:
    """A query as it is looked for in English names; "" when it holds signs that those do not hold."""
    if any(_plain_character(c) == " " and c not in _ENGLISH_SIGNS for c in words):
        return ""
    return plain_words(words)


@lru_cache(maxsize=2048)
def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[0].lower()
    return plain if plain.isascii() and plain.isalnum() else " "


def _places(atlas: Atlas) -> Iterator[Entry]:
    """Every feature with a name; of the base map only what no other feature is called."""
    named: set[str] = set()
    for file in ("zones", "transit", "sites", "hospitals", "schools", "base"):
        for feature in atlas.files[file]:
            name = feature.properties.get("name")
            if name and not (file == "base" and name in named):
                named.add(name)
                yield Entry(_group_of(file, feature), feature.id, feature, _shown_by(feature))


def _shown_by(feature: Feature) -> tuple[str, ...]:
    """The feature itself; with its zone where its own place is too unsure to be drawn."""
    zone = feature.properties.get("zone")
    return (feature.id, zone) if zone and not is_drawn(feature) else (feature.id,)


def _group_of(file: str, feature: Feature) -> str:
    if file == "transit":
        return "stops" if feature.properties.get("kind") == "stop" else "lines"
    return "landmarks" if file == "base" else file


def _projects(views: Mapping[str, ProjectView]) -> Iterator[Entry]:
    for view in views.values():
        zone = (view.zone,) if view.places and view.placed_at == "zone" else ()
        yield Entry("projects", view.id, view, tuple(dict.fromkeys([*(p.id for p in view.places), *zone])))


def _plans(atlas: Atlas) -> Iterator[Entry]:
    for plan in atlas.plans.values():
        yield Entry("plans", plan.id, plan)


def _tasks(atlas: Atlas) -> Iterator[Entry]:
    for item in atlas.tasks.values():
        places = (link.target for link in item.links.links if link.relation != "serves")
        yield Entry("tasks", item.id, item, tuple(dict.fromkeys(places)))


def _texts(entry: Entry) -> Iterator[tuple[int, str]]:
    """Every text that an entry can be found by, each with what it is."""
    source = entry.source
    if isinstance(source, LinkedTask):
        task = source.task
        yield from ((TITLE, task.title), (CODE, task.id), (NUMBER, task.number), (TEXT, task.body))
    elif isinstance(source, ProjectView):
        project = source.project
        yield from ((NAME, project.name), (NAME_EN, project.name_en), (ID, project.id))
        for alias in project.aliases:
            yield NAME_EN if alias.kind == "english" else ALIAS, alias.name
    elif isinstance(source, Feature):
        own = source.properties
        yield from ((NAME, own["name"]), (NAME_EN, own.get("name_en") or ""), (ID, source.id))
        for alias in own.get("aliases") or ():
            yield ALIAS, alias
            if alias.isascii():
                yield NAME_EN, alias
    else:
        yield from ((NAME, source.title), (NAME_EN, source.title_en), (ID, source.id))
