"""Which number does Word print before a paragraph? From numbering.xml, styles.xml and the paragraphs so far.

Follows ECMA-376 part 1, 17.9: abstract lists with up to nine levels, instances that restart or replace
levels, numbering through styles, counters that a higher level sets back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from plans.formats.ordinals import format_ordinal

LEVELS = 9
_PLACE = re.compile("%([1-9])")
# Signs of the fonts Symbol and Wingdings, which stand in the private use area.
_BULLETS = {
    "\uf0b7": "•", "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓",
}  # fmt: skip
_FONT_SIGNS = "o§Ønluüv·"  # what those fonts draw as a bullet
_NEEDS_NO_SPACE = "、．。：，）】〕》"

Element: TypeAlias = Any  # lxml carries no types


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number is printed."""

    start: int = 1
    style: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    restart: int | None = None  # the level (from 1) that sets it back; 0 never; None any higher one
    is_legal: bool = False  # numbers of higher levels in Arabic digits


@dataclass(slots=True)
class _List:
    """A `w:num`: its levels, the counters that it shares, where it starts anew."""

    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int]
    used: set[int] = field(default_factory=set)


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and entities."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute by its local name: Word's two namespaces and none are read alike."""
    if element is None:
        return None
    for key, found in element.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(found)
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along local names."""
    for name in path:
        if element is None:
            return None
        element = next((part for part in element if local(part) == name), None)
    return element


def is_on(element: Element | None) -> bool:
    """Whether a switch such as <w:vanish/> is there and not switched off."""
    return element is not None and value(element) not in ("0", "false", "off")


class Styles:
    """The numbering and visibility that paragraph styles bring with them."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self.default = ""
        for style in _children(root, "style"):
            identity = value(style, "styleId") or ""
            self._styles[identity] = style
            if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on"):
                self.default = identity

    def numbering(self, style_id: str) -> tuple[str | None, str | None, str]:
        """Return list id, level and the style that names the list, along the chain of base styles."""
        list_id = level = None
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            settings = child(self._styles[style_id], "pPr", "numPr")
            level = level if level is not None else value(child(settings, "ilvl"))
            list_id = value(child(settings, "numId"))
            if list_id is not None:
                return list_id, level, style_id
            style_id = value(child(self._styles[style_id], "basedOn")) or ""
        return None, level, ""

    def list_of(self, style_id: str) -> str | None:
        """The list that a numbering style names."""
        return value(child(self._styles.get(style_id), "pPr", "numPr", "numId"))


class Numbers:
    """Counts the numbered paragraphs of a document in order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract = {value(part, "abstractNumId") or "": part for part in _children(root, "abstractNum")}
        self._instances = {value(part, "numId") or "": part for part in _children(root, "num")}
        self._lists: dict[str, _List | None] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}

    def marker(self, settings: Element | None) -> str:
        """Return what Word prints before a paragraph with these settings (`w:pPr`); advances the count."""
        named = child(settings, "numPr")
        list_id, level = value(child(named, "numId")), value(child(named, "ilvl"))
        if list_id is None:
            style_id = value(child(settings, "pStyle")) or self._styles.default
            list_id, style_level, owner = self._styles.numbering(style_id)
            level = level if level is not None else style_level
            if list_id is not None and level is None:
                level = str(self._find_level(list_id, (style_id, owner)))
        if list_id is None or list_id == "0":
            return ""
        numbered = self._list(list_id)
        place = int(level) if level and level.isascii() and level.isdigit() else 0
        if numbered is None or place >= LEVELS:
            return ""
        return self._print(numbered, place)

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read_list(list_id)
        return self._lists[list_id]

    def _read_list(self, list_id: str) -> _List | None:
        instance = self._instances.get(list_id)
        if instance is None:
            return None
        abstract_id = value(child(instance, "abstractNumId")) or ""
        abstract = self._resolve(abstract_id)
        if abstract is None:
            return None
        levels = dict(_levels(abstract))
        restarts = {}
        for override in _children(instance, "lvlOverride"):
            place = _whole(value(override, "ilvl"), 0)
            levels.update(_levels(override))
            start = value(child(override, "startOverride"))
            if start is not None:
                restarts[place] = _whole(start, 1)
        return _List(value(abstract, "abstractNumId") or abstract_id, levels, restarts)

    def _resolve(self, abstract_id: str) -> Element | None:
        """The abstract list, or the one that its numbering style leads to."""
        abstract = self._abstract.get(abstract_id)
        linked = value(child(abstract, "numStyleLink"))
        if linked is None:
            return abstract
        instance = self._instances.get(self._styles.list_of(linked) or "")
        target = self._abstract.get(value(child(instance, "abstractNumId")) or "")
        return target if target is not None else abstract

    def _find_level(self, list_id: str, styles: tuple[str, str]) -> int:
        """The level that a style is tied to (`w:pStyle`)."""
        instance = self._instances.get(list_id)
        abstract = self._resolve(value(child(instance, "abstractNumId")) or "")
        for level in _children(abstract, "lvl"):
            if value(child(level, "pStyle")) in styles:
                return _whole(value(level, "ilvl"), 0)
        return 0

    def _print(self, numbered: _List, place: int) -> str:
        counters = self._counters.setdefault(numbered.abstract, {})
        level = numbered.levels.get(place, Level())
        if place in numbered.restarts and place not in numbered.used:
            counters[place] = numbered.restarts[place]
        else:
            counters[place] = counters.get(place, level.start - 1) + 1
        numbered.used.add(place)
        for deeper in [other for other in counters if other > place]:
            restart = numbered.levels.get(deeper, Level()).restart
            if restart is None or (restart > 0 and place < restart):
                del counters[deeper]
        return _render(numbered.levels, counters, place)


def _render(levels: Mapping[int, Level], counters: Mapping[int, int], place: int) -> str:
    level = levels.get(place, Level())
    if level.style == "bullet":
        sign = _BULLETS.get(level.pattern, level.pattern)
        sign = "•" if not sign or "\ue000" <= sign[0] <= "\uf8ff" or sign in _FONT_SIGNS else sign
        return sign + " "

    def number(found: re.Match[str]) -> str:
        other = int(found[1]) - 1
        named = levels.get(other, Level())
        style = "decimal" if level.is_legal and other != place else named.style
        return format_ordinal(counters.get(other, named.start), style)

    printed = _PLACE.sub(number, level.pattern)
    if not printed.strip():
        return ""
    if level.suffix == "nothing" or (printed[-1] in _NEEDS_NO_SPACE and level.suffix == "tab"):
        return printed
    return printed.rstrip() + " "


def _levels(parent: Element) -> Iterator[tuple[int, Level]]:
    for part in _children(parent, "lvl"):
        level = Level(
            start=_whole(value(child(part, "start")), 1),
            style=value(child(part, "numFmt")) or "decimal",
            pattern=value(child(part, "lvlText")) or "",
            suffix=value(child(part, "suff")) or "tab",
            is_legal=is_on(child(part, "isLgl")),
        )
        restart = value(child(part, "lvlRestart"))
        yield (
            _whole(value(part, "ilvl"), 0),
            level if restart is None else replace(level, restart=_whole(restart, 0)),
        )


def _children(parent: Element | None, name: str) -> Iterator[Element]:
    return (part for part in (parent if parent is not None else ()) if local(part) == name)


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch("[0-9]{1,6}", written) else otherwise
