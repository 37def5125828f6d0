"""Where does a text use a name of a project? Exact names, longest first, and members of coordinated lists.

Positions count characters of a plain reading (`plans.reading`). One pass over the text, whatever the number
of names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import ahocorasick

from plans.projects import Alias, Project, parse_context
from plans.reading import fold

SENTENCE_REACH = 400  # signs
LIST_REACH = 60  # characters from a member of a list to the common noun that ends it
# The noun that members of a list share: 申港、万祥社区卫生服务中心. The longest that fits is taken.
_COMMON = sorted(
    (
        "社区卫生服务中心", "社区服务中心", "邻里中心", "文体中心", "养老院", "学校", "高中部",
        "输变电工程", "变电站", "雨水泵站", "泵站", "泵闸", "能源站", "综合能源站", "加氢站",
        "油氢合建站", "楔形绿地", "立交", "公路", "大道", "线路", "线", "路", "平台", "院区", "医院",
        "产业联盟", "综合体", "公园", "绿地", "码头", "中心", "站",
    ),
    key=len,
    reverse=True,
)  # fmt: skip
MEMBER_CHARS = 24  # of one member of a list
SURE_COMMON = 3  # signs; a shorter common noun (线, 路) says less than a whole name
_LIST_SIGN = re.compile("、|和|及|与|以及|等")
_SENTENCE_END = re.compile("[。；！？\n]")
# A part of a thing, or its next building phase: another project, unless the name itself goes on so.
_PART = re.compile(
    r"[（(]?(?:第?[一二三四五六七八九十][期]|[0-9]期|[东西南北][校院园]?区(?!域)|高中部|初中部|小学部)[）)]?"
)


class Found(NamedTuple):
    """A name in a plain reading: where, whose, by which alias, and by which rule ("name", "list")."""

    start: int
    end: int
    project: str
    alias: Alias
    rule: str


class _Entry(NamedTuple):
    """A name to look for: the folded sign string, whose it is, and the noun left out of it, if any."""

    project: str
    alias: Alias
    common: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...]


class NameIndex:
    """The names of a register, ready to be found in any number of texts."""

    def __init__(self, projects: Iterable[Project]) -> None:
        entries: dict[str, list[_Entry]] = defaultdict(list)
        for project in projects:
            for alias in project.names:
                conditions = parse_context(fold(alias.context))
                whole = fold(alias.name)
                entries[whole].append(_Entry(project.id, alias, "", conditions))
                for head, common in _heads(whole):
                    entries[head].append(_Entry(project.id, alias, common, conditions))
        self._automaton = ahocorasick.Automaton()
        for name, group in entries.items():
            self._automaton.add_word(name, (name, tuple(sorted(group, key=_by_reach))))
        if entries:
            self._automaton.make_automaton()

    def find(self, plain: str) -> list[Found]:
        """Return the names in a plain reading, none inside another, in order."""
        if not len(self._automaton):
            return []
        hits = sorted(
            ((end + 1 - len(name), end + 1, group) for end, (name, group) in self._automaton.iter(plain)),
            key=lambda hit: (hit[0] - hit[1], hit[0]),
        )
        taken = bytearray(len(plain))
        found = [hit for start, end, group in hits for hit in _settle(plain, start, end, group, taken)]
        return sorted(found)


def _heads(name: str) -> Iterator[tuple[str, str]]:
    """The name without the common noun that ends it: what a list prints of all members but the last."""
    for common in _COMMON:
        if name.endswith(common) and len(name) - len(common) >= 2:
            yield name[: -len(common)], common


def _by_reach(entry: _Entry) -> tuple[int, str]:
    """A member of a list with a long common noun before the whole name, other members after it."""
    reach = len(entry.common)
    return (-reach if reach >= SURE_COMMON else 1 if reach else 0), entry.project


def _settle(plain: str, start: int, end: int, group: tuple[_Entry, ...], taken: bytearray) -> Iterator[Found]:
    """The project that a hit speaks of, if its place is free and its neighbours allow it."""
    if any(taken[start:end]) or _cuts_a_word(plain, start, end):
        return
    for entry in group:
        if entry.common and not _shares(plain, end, entry.common):
            continue
        if not entry.common and _goes_on(plain, end):
            continue
        if not _allowed(plain, start, end, entry.conditions):
            continue
        taken[start:end] = b"\x01" * (end - start)
        yield Found(start, end, entry.project, entry.alias, "list" if entry.common else "name")
        return


def _cuts_a_word(plain: str, start: int, end: int) -> bool:
    """Whether a hit begins or ends inside a Latin word or a number: T1 in T12."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return _one_word(before, plain[start]) or _one_word(plain[end - 1], after)


def _one_word(left: str, right: str) -> bool:
    both = left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
    return both and (left.isdigit() == right.isdigit() or right.isdigit())


def _goes_on(plain: str, end: int) -> bool:
    """Whether a phase or part follows that the name does not have: another project than the one named."""
    return _PART.match(plain, end) is not None


def _shares(plain: str, end: int, common: str) -> bool:
    """Whether the common noun follows after further members of a list."""
    if not _LIST_SIGN.match(plain, end):
        return False
    stop = _SENTENCE_END.search(plain, end, end + LIST_REACH)
    window = plain[end : stop.start() if stop else end + LIST_REACH]
    window = re.split("[，：]", window, maxsplit=1)[0]
    at = window.find(common)
    while at >= 0:
        if all(len(member) <= MEMBER_CHARS for member in _LIST_SIGN.split(window[:at])):
            return True
        at = window.find(common, at + 1)
    return False


def _allowed(plain: str, start: int, end: int, conditions: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    for condition, words in conditions:
        wanted = not condition.startswith("not-")
        where = condition.removeprefix("not-")
        if where == "before":
            holds = plain.endswith(words, 0, start)
        elif where == "after":
            holds = plain.startswith(words, end)
        else:
            sentence = sentence_of(plain, start)
            holds = any(word in plain[slice(*sentence)] for word in words)
        if holds != wanted:
            return False
    return True


def sentence_of(plain: str, at: int) -> tuple[int, int]:
    """First and last position of the sentence that holds a position; a semicolon ends one.

    It reaches SENTENCE_REACH signs to each side at most: longer ones are no prose, and would cost time.
    """
    first, last = max(0, at - SENTENCE_REACH), min(len(plain), at + SENTENCE_REACH)
    start = max(plain.rfind(sign, first, at) for sign in "。；！？\n") + 1
    stop = _SENTENCE_END.search(plain, at, last)
    return max(start, first), stop.start() if stop else last
