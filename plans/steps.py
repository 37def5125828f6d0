"""A step of a project as the grammar finds it, and what the grammars of documents and predicates share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plans.clauses import Ranges, skip_lead
from plans.dues import Due
from plans.objects import Span, split_names, trim_name
from plans.stages import DOCUMENT_NOUN, DOCUMENT_VERB, FACILITY, RUN, document_stage, furthest

LONGEST_WHAT = 80  # characters of a thing's name
AFTER_PLAIN = re.compile(r"(?:$|[、和及与并等”」（(或）)，,]|以及)")
USE_WELL = re.compile(r"[并和](?:用好|组织实施|实施|发布|落实|推进落实)")
SITE = re.compile(r"确定(?P<what>[^，。；、]{2,30}?选址)")

_BUILD = re.compile(r"(?:(?:规划|开工|布局)?(?:新改扩建|改扩建|新改建|新建|改建|扩建|建设)|打造|实施)")
_COUNT = r"(?:\d{1,5}|[一二两三四五六七八九十]{1,3})[余多]?[所座个处家条栋幢期]"
_COUNTED = re.compile(rf"{_COUNT}(?P<behind>[^，、]{{2,20}})|(?P<before>[^，、\d]{{2,20}}?){_COUNT}")
_FIGURES = re.compile(
    r"(?:计划|估算|预计)?(?:总投资|总建筑面积|建筑面积|总用地|用地|占地|规划用地"
    r"|全长|总长|规模|投资)"
)
_FIGURE_LAST = re.compile(r"\d[^，、\d]{1,6}$")
_ALREADY = re.compile(r"已经?(?=完成|取得|获|开工|启动|通过|列入|落实)")
_WORKS = re.compile(r"(?:建设进度|建设|施工|建设工作|进度)$")
_VAGUE = re.compile(
    r"创建|争创|申报|创新|支持|引导|加强|完善|优化|提升|深化|做好|开展|发展|培育|健全"
    r"|落实|强化|坚持|服务|打通|扩大|抓好|办好"
)
_DOCUMENT_END = re.compile(rf"{DOCUMENT_VERB.pattern}(?:并?(?:组织)?(?:实施|施行|执行))?")
_AND = re.compile(r"[、和并及]")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Step:
    """A predicate and its thing, as positions in the plain reading."""

    stage: str
    what: Span
    predicate: Span
    behind: bool  # the thing stands before the predicate
    explores: bool = False
    elided: bool = False  # the thing is named by an earlier predicate of the clause

    @property
    def place(self) -> Span:
        """The stretch that the step takes up in its clause."""
        if self.elided:
            return self.predicate
        return min(self.what[0], self.predicate[0]), max(self.what[1], self.predicate[1])


def named_things(
    text: str, clause: Span, dues: Sequence[Due], known: list[Span], quoted: Ranges, brackets: Ranges
) -> list[Span]:
    """The things that a clause without a step names for the next one: 推进某馆建设, 新建学校2所, 某桥：."""
    start, end = clause
    begin = skip_lead(text, start, end, dues)
    if _FIGURES.match(text, begin, end) or (known and _FIGURE_LAST.search(text, max(begin, end - 10), end)):
        return known  # 总投资3亿元 says more of the same thing
    figures = _FIGURES.search(text, begin + 2, end) or _ALREADY.search(text, begin + 2, end)
    end = figures.start() if figures else end
    build = _BUILD.match(text, begin, end)
    begin = build.end() if build else begin
    if end - begin > _LONGEST_NAME or _VAGUE.match(text, begin, end):
        return []
    if counted := _COUNTED.fullmatch(text, begin, end):
        return [counted.span("behind" if counted["behind"] else "before")] if build else []
    works = _WORKS.search(text, begin, end)
    name = trim_name(text, begin, works.start() if works else end, dues)
    if name is None or (not works and not FACILITY.search(text[slice(*name)])):
        return []
    return split_names(text, name, quoted, brackets)


def further_steps(text: str, clause: Span, dues: Sequence[Due], things: Sequence[Span]) -> list[Step]:
    """Steps of things that the clause before names: 推进某馆建设，力争年内竣工; nothing else stands there."""
    start, end = clause
    at = skip_lead(text, start, end, dues)
    steps: list[Step] = []
    if not things or at == start:
        return steps
    while run := RUN.match(text, at, end):
        steps += [Step(furthest(run[0]), thing, run.span(), True, elided=True) for thing in things]
        at = run.end()
        if at == end:
            return steps
        if joint := _AND.match(text, at, end):
            at = joint.end()
        at = skip_lead(text, at, end, dues)
    verb = _DOCUMENT_END.fullmatch(text, at, end) if not steps else None
    if verb is None or not all(DOCUMENT_NOUN.search(text[slice(*thing)].rstrip("》”")) for thing in things):
        return []
    return [Step(document_stage(verb[0]), thing, verb.span(), True, elided=True) for thing in things]
