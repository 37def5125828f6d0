"""Sets of characters, asked of places in a text: no string is made for the character that stands there."""

from __future__ import annotations

from collections.abc import Iterable

_BASIC_PLANE = 0x10000


class Characters:
    """A set of characters of Unicode's basic plane."""

    __slots__ = ("_members",)

    def __init__(self, characters: Iterable[str]) -> None:
        members = bytearray(_BASIC_PLANE)
        for character in characters:
            members[ord(character)] = 1
        self._members = bytes(members)

    def stands_at(self, text: str, index: int) -> bool:
        """Whether one of them stands at an index of a text; none does outside of it."""
        if index < 0 or index >= len(text):
            return False
        code = ord(text[index])
        return code < _BASIC_PLANE and self._members[code] != 0
