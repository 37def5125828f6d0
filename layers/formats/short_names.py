"""Column names for formats that allow only a few ASCII letters: dBase ten, MapInfo thirty-one."""

from __future__ import annotations

import re
from collections.abc import Sequence

DBASE_LIMIT = 10


def short_names(names: Sequence[str], limit: int = DBASE_LIMIT) -> dict[str, str]:
    """Return a short name for every name: letters, digits and underscores, different without regard to case.

    A name that fits stays; of a longer one the first letters of every word remain.
    """
    short: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=lambda n: (len(n) > limit or not _is_plain(n), names.index(n))):
        candidate, number = _shortened(name, limit), 1
        while candidate.lower() in taken:
            number += 1
            candidate = _shortened(name, limit - len(str(number))) + str(number)
        taken.add(candidate.lower())
        short[name] = candidate
    return {name: short[name] for name in names}


def _is_plain(name: str) -> bool:
    return re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) is not None


def _shortened(name: str, limit: int) -> str:
    words = [word for word in re.split("[^A-Za-z0-9]+", name) if word] or ["field"]
    whole = "_".join(words)
    if not whole[0].isalpha():
        words, whole = ["f", *words], f"f_{whole}"
    if len(whole) <= limit:
        return whole
    words = words[: (limit + 1) // 2]
    each, spare = divmod(limit - (len(words) - 1), len(words))
    parts = []
    for word in words:  # letters that a short word leaves go to the words after it
        part = word[: each + spare]
        spare += each - len(part)
        parts.append(part)
    return "_".join(parts)
