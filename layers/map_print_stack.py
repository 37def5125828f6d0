"""Which layers of a printed map lie over which, and how strong each is: written as the map's link writes it.

`zones.60,-t2` is zones at 60 % without T2; groups named in another order than usual change places among
themselves, the first to the top.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from layers.map_print_sheet import PrintError

# From the top down, with the depth that a group has in this order. The same numbers as on the screen.
_DEPTHS: Mapping[str, int] = {
    "schools": 480, "hospitals": 470, "sites": 460, "stops": 450,
    "lines": 400, "belt": 330, "zones": 300, "towns": 295,
}  # fmt: skip
GROUPS = tuple(_DEPTHS)
# Borders stay where they are unless their group rises over them.
_BORDERS: Mapping[str, int] = {"zones": 360, "towns": 359, "belt": 361}
# What belongs to no layer: the ground, waters and parks, streets, where the drawing ends, what is outlined.
_FIXED: Mapping[str, int] = {"ground": 205, "water": 320, "streets": 350, "end": 395, "focus": 420}
FAINTEST = 10  # percent: what is fainter is left out instead
_TOKEN = re.compile(r"(-?)([a-z][a-z0-9-]*?)(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True)
class Stack:
    """The order of the groups from the top down, their strength in percent, and layers left out."""

    order: tuple[str, ...] = GROUPS
    opacity: Mapping[str, int] = field(default_factory=dict)
    off: frozenset[str] = frozenset()

    def strength(self, group: str) -> float:
        """How strong a group is drawn, 0.1 to 1; 1 for what is no group."""
        return self.opacity.get(group.removesuffix("-border"), 100) / 100

    def depth(self, pane: str) -> int:
        """Where a pane lies: a group, its borders (`zones-border`), or one that is always there."""
        if pane in _FIXED:
            return _FIXED[pane]
        group = pane.removesuffix("-border")
        slot = tuple(_DEPTHS.values())[self.order.index(group)]
        if pane == group:
            return slot
        return _BORDERS[group] if slot < _BORDERS[group] else slot + 5

    def to_text(self) -> str:
        """The stack as short as it can be said; "" for the usual one."""
        usual = self.order == GROUPS
        named = [group for group in self.order if not usual or group in self.opacity]
        strong = [f"{group}.{self.opacity[group]}" if group in self.opacity else group for group in named]
        return ",".join([*strong, *(f"-{layer}" for layer in sorted(self.off))])


USUAL = Stack()


def is_of_the_map(names: Sequence[str]) -> bool:
    """Whether names of layers are written as the map's link does: one is left out or has a strength."""
    return any(re.search(r"^-|\.", token.strip()) for text in names for token in text.split(","))


def parse_stack(written: str, layers: Collection[str]) -> Stack:
    """Return the order, strength and absence that a text says; `layers` are those that can be left out.

    Raises
    ------
    PrintError
        A part of the text is neither a group, alone or with a strength, nor a layer after a `-`.
    """
    named: list[str] = []
    opacity: dict[str, int] = {}
    off: set[str] = set()
    for token in filter(None, (part.strip() for part in written.split(","))):
        found = _TOKEN.fullmatch(token)
        minus, name, percent = found.groups() if found else ("", "", None)
        if minus and percent is None and name in layers:
            off.add(name)
        elif not minus and name in GROUPS and name not in named and _is_strength(percent):
            named.append(name)
            if percent is not None and int(percent) < 100:
                opacity[name] = int(percent)
        else:
            raise PrintError(
                f"stack={token[:40]!r} is not known; name any of {', '.join(GROUPS)} once, from the top "
                f"down, each perhaps with its strength in percent, {FAINTEST} to 100, such as zones.60"
            )
    order = list(GROUPS)
    for place, name in zip(sorted(map(GROUPS.index, named)), named, strict=True):
        order[place] = name
    return Stack(tuple(order), opacity, frozenset(off))


def _is_strength(percent: str | None) -> bool:
    return percent is None or FAINTEST <= int(percent) <= 100
