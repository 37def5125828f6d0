"""Which policy documents does a clause promise, and which facilities are only studied?

制定某方案, 某办法出台: a document is drawn up (`plan`) or issued (`approve`). 研究某线建设, 探索设立某中心:
the thing is planned, and the promise only explores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plans.clauses import Ranges, skip_lead
from plans.dues import Due
from plans.objects import Span, split_documents, split_names, trim_name
from plans.stages import (
    AIM_WORDS,
    DOCUMENT_NOUN,
    DOCUMENT_VERB,
    EXPLORE,
    FACILITY,
    FORMED_NOUN,
    document_stage,
)
from plans.steps import AFTER_PLAIN, LONGEST_WHAT, SITE, USE_WELL, Step

_BY_WHOM = re.compile(r"由[^，、。]{1,16}?(?:组织|负责|牵头)?$")
_DESCRIBED = re.compile(r"(?:结合|根据|按照|贯彻|落实|依据|围绕|已经?|参与|对照|衔接|符合|随着)$")
_STUDIED = re.compile(
    r"(?:研究|探索|谋划)(?![和、与并及])[^，。；]{0,40}?(?<![和与、并及])(?:建设|设立|建立|组建|筹建"
    r"|新建)(?P<what>[^，。；]{2,60}?)(?:可行性)?(?=$|[，。；])"
)
_STUDIED_WORKS = re.compile(
    r"(?:研究|探索|谋划)(?![和、与并及])(?:推进|推动)?(?P<what>[^，。；]{2,60}?)(?P<tail>规划建设|建设|整体搬迁"
    r"|搬迁|改造|迁建|扩建|选址)?(?=$|[，。；])"
)
_VERB_INSIDE = re.compile("打造|推进|支持|鼓励|发展|加强|完善|优化|创新|提升")
_STUDY_VERB = re.compile(r"(?:探索)?研究(?!院|所|中心|机构|生|员|型|开发|平台|团队|成果|基地|工作|实验)")
_DONE = re.compile("完成")
_RESEARCH_AND = re.compile(r"研究[和、及]")
_THESE = re.compile(r"等(?:项目|工程)?$")


def find_documents(
    text: str, clause: Span, dues: Sequence[Due], quoted: Ranges, brackets: Ranges
) -> Iterator[Step]:
    """Policy documents that are drawn up, issued or studied."""
    start, end = clause
    verbs = [verb for verb in DOCUMENT_VERB.finditer(text, start, end) if not quoted.holds(verb.start())]
    for place, verb in enumerate(verbs):
        limit = verbs[place + 1].start() if place + 1 < len(verbs) else end
        front = text[max(start, verb.start() - 8) : verb.start()]
        if _DESCRIBED.search(front):
            continue
        explores = EXPLORE.search(text, max(start, verb.start() - 6), verb.start()) is not None
        stage = document_stage(verb[0])
        if text.startswith("完成", verb.end()):
            stage = "complete"
        thing = _document_behind(text, verb.end(), min(limit, verb.end() + LONGEST_WHAT), verb[0], dues)
        if thing:
            for part in split_documents(text, thing):
                yield Step(stage, part, verb.span(), False, explores)
        elif AFTER_PLAIN.match(text[verb.end() : min(end, verb.end() + 3)]) and "形成" not in verb[0]:
            previous = verbs[place - 1].end() if place else start
            thing = _document_before(text, previous, verb.start(), dues)
            if thing:
                yield Step(stage, thing, verb.span(), True, explores)
    if verbs or not _STUDY_VERB.search(text, start, end):
        return
    if studied := _STUDY_VERB.match(text, skip_lead(text, start, end, dues), end):
        thing = _document_behind(text, studied.end(), min(end, studied.end() + LONGEST_WHAT), "", dues)
        if thing and not AIM_WORDS.match(text, thing[0]):
            yield Step("plan", thing, studied.span(), False, True)


def _document_behind(text: str, start: int, end: int, verb: str, dues: Sequence[Due]) -> Span | None:
    """The document of 制定某方案, 出台某办法."""
    if well := USE_WELL.match(text, start, end):
        start = well.end()
    elif text.startswith("完成", start):
        start += 2
    elif added := re.compile(r"[并和]完善").match(text, start, end):
        start = added.end()
    either = text.find("或进一步", start, end)
    end = either if either >= 0 else end
    cut = re.compile(r"[并，](?:实施|做好|组织|推动|推进|加快|落实)").search(text, start, end)
    end = cut.start() if cut else end
    if start < end and text[start] in "的过":
        return None
    thing = trim_name(text, start, end, dues)
    if thing is None:
        return None
    name = text[thing[0] : thing[1]]
    title = re.search(r"《[^《》]{1,80}》$", name)
    if title and not name.startswith("《"):
        thing = (thing[0] + title.start(), thing[1])
    noun = FORMED_NOUN if verb.startswith("形成") else DOCUMENT_NOUN
    whole = name.endswith(("》", "”")) and name.startswith(("《", "“")) and verb not in ("", "形成")
    return (
        thing
        if whole or title or noun.search(name if verb.startswith("形成") else name.rstrip("”"))
        else None
    )


def _document_before(text: str, start: int, end: int, dues: Sequence[Due]) -> Span | None:
    """The document of 推进某方案编制, 某办法出台."""
    if _DONE.search(text, start, end):
        return None
    for research in _RESEARCH_AND.finditer(text, start, end):
        start = research.end()  # 开展课题研究和规划编制: the plan is drawn up
    if EXPLORE.search(text, start, end):
        return None
    thing = trim_name(text, max(start, end - LONGEST_WHAT), end, dues)
    if thing is None:
        return None
    if whom := _BY_WHOM.search(text, thing[0] + 2, thing[1]):
        thing = (thing[0], whom.start())
    return thing if DOCUMENT_NOUN.search(text[thing[0] : thing[1]]) else None


def find_studies(
    text: str, clause: Span, dues: Sequence[Due], quoted: Ranges, brackets: Ranges
) -> Iterator[Step]:
    """Facilities whose building is studied, and sites that are settled."""
    start, end = clause
    for site in SITE.finditer(text, start, end):
        yield Step("plan", site.span("what"), site.span(), False)
    begin = EXPLORE.search(text, start, end)
    if not begin or quoted.holds(begin.start()) or begin.start() > skip_lead(text, start, end, dues) + 12:
        return
    studied = _STUDIED.match(text, begin.start(), end)
    works = None if studied else _STUDIED_WORKS.match(text, begin.start(), end)
    found = studied or works
    if not found:
        return
    thing = trim_name(text, *found.span("what"), dues)
    if thing is None or (works and (AIM_WORDS.match(text, thing[0]) or works["what"].startswith("利用"))):
        return
    name = _THESE.sub("", text[thing[0] : thing[1]])
    if works and works["tail"] in ("整体搬迁", "搬迁", "迁建", "扩建", "改造"):
        thing = (thing[0], works.end("tail"))
    elif works and works["tail"] in ("规划建设", "建设") and _THESE.search(text, *thing):
        pass
    elif (
        not FACILITY.search(name.rstrip("”"))
        or "的" in name
        or (works and not works["tail"] and works[0].startswith("探索"))
    ):
        return
    if works and _VERB_INSIDE.search(text, *thing):
        return
    for part in split_names(text, thing, quoted, brackets):
        yield Step("plan", part, (begin.start(), found.end()), False, True)
