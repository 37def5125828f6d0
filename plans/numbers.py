"""Do the numbers of a document run without gaps and doubles? What its editor should look at, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plans.items import Fault
from plans.levels import Levels, Node, is_entry
from plans.lines import Line
from plans.marks import UNNUMBERED, Mark
from plans.numbering import AGAIN, DOUBLE, STRAY


def number_faults(root: Node, levels: Levels) -> Iterator[Fault]:
    """Yield what breaks the numbering of the items and of the headings above them."""
    items = set(levels.items)
    entries = [node for node in root.walk() if not items.intersection(node.ancestors())]
    for kind in sorted(kinds_above(levels)):
        nodes = [node for node in entries if node.kind == kind]
        word = "item" if any(node in items for node in nodes) else "heading"
        yield from _run_faults(nodes, word, items if levels.runs_through else set())


def kinds_above(levels: Levels) -> set[int]:
    """Return the kinds that number the items and the headings above them."""
    return {up.kind for node in levels.items for up in (node, *node.ancestors())} - UNNUMBERED


def _run_faults(nodes: Iterable[Node], word: str, running: set[Node]) -> Iterator[Fault]:
    """Gaps and doubles among entries of a kind; those in `running` should not begin again either."""
    last, seen = 0, False
    for node in nodes:
        line, number = (node.line.row if node.line else 0) + 1, node.number
        written = number if word == "item" else node.mark.written if node.mark else number
        if node.label == AGAIN:
            if seen and node in running:
                yield Fault(line, f"numbering starts again at {written}")
        elif node.label == DOUBLE:
            called = "number" if word == "item" else word
            yield Fault(line, f"{called} {written} is out of order; {last} came before")
        elif number > last + 1:
            missing = f"{last + 1}" + (f" to {number - 1}" if number > last + 2 else "")
            yield Fault(line, f"{word} {missing} is missing before {word} {written}")
        last, seen = number, seen or node in running


def stray_faults(
    lines: Iterable[Line], marks: dict[int, Mark], labels: dict[int, str], kinds: set[int], first: int
) -> Iterator[Fault]:
    """Yield the numbers that fit nothing, from row `first` on, among the kinds of headings and items."""
    item = ""
    for line in lines:
        mark, label = marks.get(line.row), labels.get(line.row)
        if mark is None or mark.kind not in kinds:
            continue
        if is_entry(label):
            item = mark.written
        elif label == STRAY and not mark.weak and line.row > first:
            yield Fault(line.row + 1, f"number {mark.written} continues no list; read as text behind {item}")
