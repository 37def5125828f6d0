"""Which things does a phrase name? A、B等3所学校 -> A, B; 申港、万祥卫生中心 stays whole.

A list comes apart only where its parts are names of their own: joined by 等 with a class behind (等项目,
等3所学校), or each but the last ending like a facility (站, 校, 中心 …). A shared head keeps it whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plans.clauses import Ranges, skip_lead
from plans.dues import Due
from plans.stages import FACILITY

Span = tuple[int, int]
LONGEST_PART = 40  # characters of one name in a list

_TRAIL = re.compile(
    r"(?:(?:主?汛期?|入冬|雨季|暑期|供暖季)前|面?向(?:市民|公众|社会)|对外|尽快|尽早|先行|正式|全面|全部|基本|力争|争取|确保|实现|先期|双向|全线|率先|陆续|同步|早日|顺利"
    r"|加快|年度|累计|推进|推动|逐步|均|并|的|整体|按时|保质|保量|按期|如期|预计|有望|高质量|分别|相继|都|(?<=项目)计划|(?<=工程)计划|[要将应需]"
    r"|[、于在和及与至到，,\s（(]){1,8}$"
)
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_AND_SO_ON = re.compile(
    r"等(?![级级同候待教院])(?P<tail>(?:\d{1,4}|[一二三四五六七八九十两]{1,3})?(?:余"
    r"|多)?[^、，和及与以等的]{0,16}?)(?:以?及|和|、|$)"
)
_NOT_AND_SO_ON = re.compile(r"[平高中同初优]$")
_CLASS = re.compile(
    r"(?:不少于|约|共)?(?:\d{1,4}|[一二三四五六七八九十两]{1,3})(?:余|多)?[所座个项处家条]|(?:项目|工程"
    r"|区域|片区|地区|板块|平台|机构|设施|场馆)$"
)
_JOINT = re.compile(r"、|以及|(?<=[^总])及(?![时早格其])|和(?![平谐睦美])")
_ATTRIBUTE = re.compile(r"(?:[级型性类式]|领域|方面|重点)$")
_DOCUMENT_JOINT = re.compile(r"(?<=[》”])[、和及](?=[《“])")


def trim_name(text: str, start: int, end: int, dues: Sequence[Due]) -> Span | None:
    """A thing's name without 推动…, …尽快, 年内 at its ends; None where no name is left."""
    start = skip_lead(text, start, end, dues)
    ends = {due.end: due.start for due in dues}
    while start < end:
        trail = _TRAIL.search(text[max(start, end - 16) : end])
        before = ends.get(end, end - len(trail[0]) if trail else end)
        late = [due.start for due in dues if start < due.start and 0 < end - due.end <= 3]
        before = min([before, *late])  # 某园6月通线投产
        if before >= end:
            break
        end = before
    if text[end - 1 : end] in "保促早":
        return None  # 保竣工、促投产 names nothing
    return (start, end) if end - start >= 2 and _NAME.search(text, start, end) else None


def split_names(text: str, span: Span, quoted: Ranges, brackets: Ranges) -> list[Span]:
    """The names that a phrase lists, or the phrase as a whole."""
    parts: list[Span] = []
    start, end = span
    for found in _AND_SO_ON.finditer(text, start, end):
        at = found.start()
        if at < start or quoted.holds(at) or brackets.holds(at) or _NOT_AND_SO_ON.search(text, start, at):
            continue
        names = _names_in_list(text, (start, at), quoted, brackets)
        tail = found["tail"]
        if names and (not tail or _CLASS.search(tail)):
            parts.extend(names)
        else:
            parts.append((start, found.end("tail")))
        start = found.end()
    if start < end:
        parts.extend(_split_by_heads(text, (start, end), quoted, brackets))
    return [part for part in parts if part[1] - part[0] >= 2] or [span]


def split_documents(text: str, span: Span) -> list[Span]:
    """The documents of a phrase: 《…》、《…》 come apart, everything else is one."""
    return _cut(span, [found.span() for found in _DOCUMENT_JOINT.finditer(text, *span)])


def _names_in_list(text: str, span: Span, quoted: Ranges, brackets: Ranges) -> list[Span]:
    """The names before 等; empty where one of them is no name of its own (国家级、市级机构等)."""
    joints = _joints(text, span, quoted, brackets)
    commas = [joint for joint in joints if text[joint[0]] == "、"]
    if commas:  # 收运及处置等: 及 parts two names only behind a facility
        joints = [joint for joint in joints if joint in commas or FACILITY.search(text[span[0] : joint[0]])]
    parts = _cut(span, joints)
    for start, end in parts:
        if end - start < 2 or end - start > LONGEST_PART or _ATTRIBUTE.search(text, start, end):
            return []
    return parts


def _split_by_heads(text: str, span: Span, quoted: Ranges, brackets: Ranges) -> list[Span]:
    """Parts that end like facilities; a part that does not belongs to the next one."""
    parts = _cut(span, _joints(text, span, quoted, brackets))
    if "的" in text[parts[-1][0] : parts[-1][1]] and len(parts) > 1:
        return [span]  # A、B的设计: both share what follows
    merged: list[Span] = []
    start = span[0]
    for place, part in enumerate(parts):
        name = text[part[0] : part[1]]
        if place + 1 == len(parts) or name.endswith("建设") or (len(name) > 2 and FACILITY.search(name)):
            merged.append((start, part[1]))
            start = parts[place + 1][0] if place + 1 < len(parts) else part[1]
    return merged


def _joints(text: str, span: Span, quoted: Ranges, brackets: Ranges) -> list[Span]:
    return [
        found.span()
        for found in _JOINT.finditer(text, *span)
        if not quoted.holds(found.start()) and not brackets.holds(found.start())
    ]


def _cut(span: Span, joints: Sequence[Span]) -> list[Span]:
    starts = [span[0], *(end for _, end in joints)]
    ends = [*(start for start, _ in joints), span[1]]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end] or [span]
