"""Which entries of a document are its items? The tree of its marks, and the level that carries the text.

Headings are short and end no sentence; an item carries text. From the outermost level the reading goes
inward as long as the entries there are headings and what stands under them carries the text, or as long
as the numbers below run on through them (items 1 to 150 in 18 sections).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from plans.chapters import SUPPORT, classify_chapter
from plans.lines import Line
from plans.marks import BULLET, DASH, DOTTED_4, ONE_IS, UNNUMBERED, Mark
from plans.numbering import AGAIN, DOUBLE, ITEM, Numbered, read_numbering

LONGEST_HEADING = 48  # characters of a line that may be a heading
LONGEST_LEAD = 40  # characters of a lead phrase; a longer first sentence is one
PARAGRAPHS_PER_HEADING = 1.5  # from here on paragraphs are items, not the text of one

_SENTENCE = re.compile(r"[。！？；!?;]")
_LEAD = re.compile(rf"[^。！？!?；;\n]{{2,{LONGEST_LEAD}}}\s{{0,2}}。")


@dataclass(slots=True, eq=False)
class Node:
    """An entry: its mark and line, the lines of its own, and the entries under it.

    `kind` is -1 for the root, `label` says how its number was read, `reason` why it holds no task.
    """

    kind: int
    number: int
    line: Line | None = None
    mark: Mark | None = None
    label: str = ITEM
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    own: list[Line] = field(default_factory=list)
    reason: str | None = None

    @property
    def head(self) -> str:
        """The folded words behind the mark, on its line."""
        return self.line.text[self.mark.end :].strip() if self.line and self.mark else ""

    @property
    def start(self) -> int:
        """Where its line begins in the document."""
        return self.line.start if self.line else -1

    @property
    def is_heading(self) -> bool:
        """Whether the line is a heading: short, and no sentence."""
        return len(self.head) <= LONGEST_HEADING and not _SENTENCE.search(self.head)

    @property
    def own_chars(self) -> int:
        """Characters of the lines of its own, and of its words where they are more than a heading."""
        chars = sum(len(line.text.strip()) for line in self.own)
        return chars if self.is_heading else chars + len(self.head)

    def ancestors(self) -> Iterator[Node]:
        """The entries above, nearest first, without the root."""
        above = self.parent
        while above is not None and above.kind >= 0:
            yield above
            above = above.parent

    def walk(self) -> Iterator[Node]:
        """This entry and all under it, in the order of the document."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Levels:
    """The entries that are items, in order; whether their paragraphs are; the entries left out."""

    items: tuple[Node, ...]
    by_paragraph: bool
    left_out: tuple[Node, ...]
    runs_through: bool


def order_kinds(marks: Sequence[Mark]) -> list[int]:
    """Return the kinds of a document's marks, outermost first.

    The drafting rules give the order; a kind comes inside another one that they put below it where its
    numbers begin again behind every one of the other's (1. 2. 3. with 一、二、 in each).
    """
    order = sorted({mark.kind for mark in marks})
    begins: dict[int, Counter[int]] = {}
    for before, mark in zip((None, *marks), marks, strict=False):
        if mark.number == 1 and not mark.weak:
            begins.setdefault(mark.kind, Counter())[before.kind if before else -1] += 1
    for outer in [kind for kind in order if kind not in UNNUMBERED]:
        behind = begins.get(outer, Counter())
        total = behind.total()
        for inner in [kind for kind in order if kind > outer and kind not in UNNUMBERED]:
            alone = begins.get(inner, Counter()).total() == 1
            if total >= 2 and alone and behind[inner] >= 0.8 * total:
                order.remove(outer)
                order.insert(order.index(inner) + 1, outer)
                break
    return order


def label_marks(marks: Sequence[tuple[Line, Mark]], order: Sequence[int]) -> dict[int, str]:
    """Return by row how each mark was read (`plans.numbering`), kind by kind from the outermost."""
    labels: dict[int, str] = {}
    heads: set[int] = set()  # rows of the entries of outer kinds
    for kind in order:
        rows, candidates, fresh = [], [], not heads
        for line, mark in marks:
            if line.row in heads:
                fresh = True
            elif mark.kind == kind:
                rows.append(line.row)
                candidates.append(Numbered(mark.number, mark.weak, fresh))
                fresh = False
        if kind in UNNUMBERED:
            found = [ITEM] * len(rows)
        else:
            found = read_numbering(candidates, may_begin_anew=not heads)
        labels.update(zip(rows, found, strict=True))
        heads.update(row for row, label in zip(rows, found, strict=True) if is_entry(label))
    return labels


def is_entry(label: str | None) -> bool:
    """Whether a label makes a line an entry of its numbering."""
    return label in (ITEM, DOUBLE, AGAIN)


def build_tree(
    lines: Iterable[Line], marks: dict[int, Mark], labels: dict[int, str], order: Sequence[int]
) -> Node:
    """Return the root of the entries among some lines; lines without a mark go to the entry before."""
    rank = {kind: place for place, kind in enumerate(order)}
    root = Node(-1, 0)
    current = root
    for line in lines:
        mark, label = marks.get(line.row), labels.get(line.row)
        if mark is None or not is_entry(label):
            current.own.append(line)
            continue
        above = current
        while above.parent is not None and rank[above.kind] >= rank[mark.kind]:
            above = above.parent
        current = Node(mark.kind, mark.number, line, mark, label or ITEM, above)
        above.children.append(current)
    return root


def choose_levels(root: Node) -> Levels:
    """Return the entries that are the document's items, and how they are to be read."""
    left_out: list[Node] = []
    level = _without(root.children, left_out, outermost=True)
    through, lists = True, 0  # whether the items' numbers run through, and how many lists they are in
    while True:
        inner = _go_inward(level, left_out)
        if inner is None:
            break
        before, level = level, inner
        kind = _main_kind(before)
        through = runs_through([node.children for node in before], kind)
        lists = sum(any(child.kind == kind for child in node.children) for node in before)
        level, left_out = _take_back(level, left_out)
    level = _even_out(level, left_out)
    if not _is_prose(level):
        level = [node for node in level if node.kind not in UNNUMBERED]
    by_paragraph = not (through and lists > 1) and _is_by_paragraph(level)
    return Levels(tuple(level), by_paragraph, tuple(left_out), through)


def _without(nodes: Iterable[Node], left_out: list[Node], *, outermost: bool) -> list[Node]:
    """The entries that may hold tasks; all of them where none would be left."""
    kept: list[Node] = []
    dropped: list[Node] = []
    for node in nodes:
        node.reason = None
        if node.is_heading or outermost or len(_title(node)) <= 6:
            node.reason = classify_chapter(_title(node), outermost=outermost)
        (dropped if node.reason else kept).append(node)
    if outermost and not kept:
        for node in dropped:
            node.reason = None
        return dropped
    left_out += dropped
    return kept


def _title(node: Node) -> str:
    return _SENTENCE.split(node.head, maxsplit=1)[0]


def _main_kind(level: Iterable[Node]) -> int:
    """The commonest kind right under some entries; -1 without any."""
    kinds = Counter(child.kind for node in level for child in node.children)
    return max(kinds, key=lambda kind: (kinds[kind], -kind), default=-1)


def _go_inward(level: Sequence[Node], left_out: list[Node]) -> list[Node] | None:
    """The level below, where the text is there; None where `level` carries the text."""
    kind = _main_kind(level)
    parents = [node for node in level if any(child.kind == kind for child in node.children)]
    if not parents or 2 * sum(map(_mass, parents)) < sum(map(_mass, level)):
        return None
    kids = [child for node in parents for child in node.children if child.kind == kind]
    lists = [node.children for node in level]
    runs_on = kind not in UNNUMBERED | {ONE_IS} and runs_through(lists, kind) and len(parents) > 1
    if not (runs_on and 2 * len(parents) >= len(level)) and not _is_under_headings(parents, kids):
        return None
    inner: list[Node] = []
    for node in level:
        held = any(child.kind == kind for child in node.children)
        inner += _without(node.children, left_out, outermost=False) if held else [node]
    return inner or None


def _is_under_headings(parents: Sequence[Node], kids: Sequence[Node]) -> bool:
    """Whether the entries above are headings and those below carry the text."""
    headings = sum(node.is_heading for node in parents)
    own, below = sum(node.own_chars for node in parents), sum(map(_mass, kids))
    carrying = sum(bool(kid.children or kid.own or _SENTENCE.search(kid.head)) for kid in kids)
    return headings >= 0.6 * len(parents) and (own == 0 or (below >= own and 2 * carrying >= len(kids)))


def _mass(node: Node) -> int:
    """Characters of an entry and all under it."""
    return sum(len(below.head) + sum(len(line.text) for line in below.own) for below in node.walk())


def runs_through(lists: Iterable[Sequence[Node]], kind: int) -> bool:
    """Whether the numbers of a kind run on from list to list, instead of beginning again in each."""
    on, again, last = 0, 0, 0
    for nodes in lists:
        numbers = [node.number for node in nodes if node.kind == kind]
        if not numbers:
            continue
        if last:
            on, again = (on, again + 1) if numbers[0] == 1 else (on + (numbers[0] > last), again)
        last = numbers[-1]
    return on >= again


def _even_out(level: list[Node], left_out: list[Node]) -> list[Node]:
    """The level with its headings opened that still hold entries of the commonest kind."""
    kinds = Counter(node.kind for node in level)
    kind = max(kinds, key=lambda each: (kinds[each], -each), default=-1)
    even: list[Node] = []
    pending = list(reversed(level))
    while pending:
        node = pending.pop()
        if node.kind != kind and any(child.kind == kind for child in node.children):
            pending += reversed(_without(node.children, left_out, outermost=False))
        else:
            even.append(node)
    return even


def _take_back(level: list[Node], left_out: list[Node]) -> tuple[list[Node], list[Node]]:
    """Chapters of supporting measures come back where the items' numbers run on into them."""
    kinds = Counter(node.kind for node in level if node.kind not in UNNUMBERED)
    kind = max(kinds, key=lambda each: kinds[each], default=-1)
    numbers = [node.number for node in level if node.kind == kind]
    kept = []
    for chapter in left_out:
        held = [node for node in chapter.children if node.kind == kind]
        after = max((n for n in numbers), default=0)
        if chapter.reason == SUPPORT and held and 1 < held[0].number == after + 1:
            chapter.reason = None
            level = sorted([*level, *chapter.children], key=lambda node: node.start)
            numbers += [node.number for node in held]
        else:
            kept.append(chapter)
    return level, kept


def _is_prose(level: Sequence[Node]) -> bool:
    """Whether the bullets among some entries are sentences, unlike the entries of a menu."""
    bullets = [node for node in level if node.kind in (BULLET, DASH)]
    prose = sum(bool(_SENTENCE.search(node.head)) or len(node.head) >= 20 for node in bullets)
    return 2 * prose >= len(bullets)


def _is_by_paragraph(level: Sequence[Node]) -> bool:
    """Whether the entries are headings over paragraphs that each have a lead phrase: a five-year plan."""
    numbered = [node for node in level if node.kind <= DOTTED_4]
    headings = [node for node in numbered if node.is_heading and node.own]
    paragraphs = [line for node in headings for line in node.own if line.text.strip()]
    led = sum(has_lead(line.text.strip()) for line in paragraphs)
    return (
        2 * len(headings) >= len(level)
        and len(paragraphs) >= PARAGRAPHS_PER_HEADING * len(headings) > 0
        and led >= 0.6 * len(paragraphs)
    )


def has_lead(paragraph: str) -> bool:
    """Whether a folded paragraph begins with a short sentence that may be its title."""
    return bool(_LEAD.match(paragraph))
