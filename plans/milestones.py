"""Which steps of which projects does a task promise, and by when?

A clause counts where a word of a stage (开工, 封顶, 投运 …) stands as its predicate, behind the thing
(某馆开工) or before it (建成某馆). Words that only describe (未完成的任务, 竣工决算, 签约项目), names in
quotation marks, and policies that 落地 are passed over: a missing milestone is better than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from plans.clauses import Due, Ranges, carried_due, find_dues, find_quoted, skip_lead, split_clauses
from plans.records import STAGES, Milestone
from plans.targets import find_targets

__all__ = ["find_milestones", "find_targets"]

LONGEST_WHAT = 80  # characters of a thing's name

_STAGE_WORDS = {
    "approve": ("完成工可批复", "完成可研批复", "完成立项批复", "完成批复", "获得批复", "获批"),
    "sign": ("签约", "签订", "签署"),
    "land": ("落地", "摘地", "落户"),
    "start": ("全面开工建设", "开工建设", "启动建设", "新开工", "开工", "动工"),
    "topped_out": ("结构封顶", "封顶"),
    "complete": ("竣工验收", "竣工交付", "竣工", "建成", "完工", "完成"),
    "open": ("开业", "开放", "开学", "开办", "开园", "开馆"),
    "operate": (
        "投入使用", "投入运营", "投入运行", "上线运行", "挂牌运行", "组网运营", "开通运营", "招生运行",
        "试运营", "试运行", "正式运营", "正式运行", "投产运营", "投运", "投用", "投产",
        "上线", "启用", "通车", "运营", "运行",
    ),
    "plan": (
        "研究编制", "组织编制", "研究制定", "研究出台", "规划研究", "前期研究", "规划建设",
        "编制", "筹建", "筹设",
    ),
}  # fmt: skip
_STAGE_OF = {word: stage for stage, words in _STAGE_WORDS.items() for word in words}
_WORD = "|".join(sorted(_STAGE_OF, key=lambda word: (-len(word), word)))
_RUN = re.compile(rf"(?:{_WORD})(?:[、并和及]?(?:{_WORD})){{0,3}}")
_ONE = re.compile(_WORD)
_ORDER = {stage: rank for rank, stage in enumerate(STAGES)}

# What may follow a predicate that stands behind its thing.
_AFTER = re.compile(r"\s{0,4}(?:$|[、和及与并等”」（(]|以及|(?:于|在)?[^，。、的]{2,10}[区市镇港园岛湾城]$)")
_AFTER_PLAIN = re.compile(r"\s{0,4}(?:$|[、和及与并等”」（(]|以及)")
_BEFORE_THING = re.compile(  # predicates that may stand before their thing, and what turns them into a noun
    r"(?:开工建设|启动建设|全面开工建设|新开工|开工|(?:建成|完成)(?:并?(?:投运|投用|启用|投入使用|开放|开办))?|上线|签约|签订|签署|启用"
    r"|研究编制|组织编制|研究制定|研究出台|规划建设|编制|筹建|筹设)$"
)
_NOUN_NEXT = re.compile(
    r"[的率量后]|度(?!假)|前(?![沿滩湾])|项目|仪式|面积|住房面积|道路|里程|情况|时间|以来|质量|比例|进度|决算|并(?:用好|实施|组织实施|发布|落实)?"
)
_USE_WELL = re.compile(r"[并和](?:用好|组织实施|实施|发布|落实|推进落实)")
_NOT_YET = re.compile(r"(?:已经?|未|不|尚未|没有|拟|待)$")
_EVERYDAY = re.compile(
    r"(?:常态化|规模化|高效|平稳|安全|稳定|集中|日常|资金|有序|市场化|独立"
    r"|扩大|深化|对外|改革|高水平|金融|双向|数字|智能|自主|联合)$"
)
_POLICY = re.compile(
    r"(?:政策|措施|任务|规则|机制|办法|服务|工作|控规|要求|细则|方案|规划|条例|创新|举措|试点|突破|条款"
    r"|改革|标准|制度|人才|成果|事项|案例)$"
)
_PUBLIC_PLACE = re.compile(
    r"(?:园|馆|场|桥|带|中心|绿地|空间|步道|岸线|景区|工程|设施|站|街区|码头|项目|剧院|基地)$"
)
_AMOUNT = re.compile(
    r"\d{1,12}(?:\.\d{1,4})?\s?[余多]?(?:万亿|亿|万)?[余多]?(?:元|美元|吨|%|％|平方米|㎡|立方)"
)
_START_BUILDING = re.compile(
    r"(?:全面|正式)?启动(?P<what>[^，。；启]{2,60}?)(?:建设|改造|施工)(?=$|[及和、并])"
)
_WHERE_OR_WHEN = re.compile(r"(?:在[^，、。]{2,8}|于[^，、。]{2,12}前)$")
_TRAIL = re.compile(
    r"(?:尽快|尽早|正式|全面|基本|力争|争取|确保|实现|先期|陆续|同步|早日|顺利|加快|全部|年度|累计|启动|推进|推动|逐步|均|并|的|[、于在和及与，,\s]){1,8}$"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A predicate and its thing, as positions in the text."""

    stage: str
    what: tuple[int, int]
    predicate: tuple[int, int]


def find_milestones(text: str, plan_year: int | None) -> list[Milestone]:
    """Return the milestones that a task's text promises, in the order of the text.

    Parameters
    ----------
    text
        `Task.text`; evidence counts its characters, and `what` stands inside the evidence as printed.
    plan_year
        The year that 年内, 上半年 or 8月底前 mean; None leaves such dates open.

    Notes
    -----
    Neighbouring predicates (竣工投运) make one milestone, of the furthest stage. A date that heads a clause
    (年内…，…) goes on through its sentence. The same promise made twice (in the title and below) is kept
    once, the dated one first.
    """
    quoted = find_quoted(text)
    milestones: list[Milestone] = []
    carried: Due | None = None
    for clause in split_clauses(text):
        dues = find_dues(text, plan_year, clause.start, clause.end)
        carried = carried_due(text, clause, dues, carried)
        for found in _read_clause(text, clause.start, clause.end, quoted, dues):
            due = max((due for due in dues if due.start < found.predicate[1]), default=carried)
            inside = [due.start, due.end] if due and clause.start <= due.start else []
            places = [*found.what, *found.predicate, *inside]
            evidence = (min(places), max(places))
            what = text[found.what[0] : found.what[1]]
            milestones.append(Milestone(what, found.stage, due.value if due else None, evidence))
    return _without_repeats(milestones)


def _read_clause(text: str, start: int, end: int, quoted: Ranges, dues: list[Due]) -> list[_Found]:
    """The predicates of one clause with their things."""
    found: list[_Found] = []
    building = _START_BUILDING.match(text, skip_lead(text, start, end, dues), end)
    if building and not quoted.holds(building.start()):
        found.append(_Found("start", building.span("what"), (building.start(), building.end())))
        start = building.end()
    runs = [run for run in _RUN.finditer(text, start, end) if not quoted.holds(run.start())]
    region = start
    for place, run in enumerate(runs):
        limit = runs[place + 1].start() if place + 1 < len(runs) else end
        begin = skip_lead(text, region, run.start(), dues)
        if _NOT_YET.search(text, max(region, run.start() - 3), run.start()):
            continue
        if begin >= run.start():
            thing = _thing_behind(text, run, end if _is_whole(run, text, limit, end) else limit, dues)
        else:
            thing = _thing_before(text, begin, run, end, dues)
        if thing:
            found.append(_Found(_furthest(run[0]), thing, run.span()))
            region = run.end() if begin < run.start() else thing[1]
    return found


def _is_whole(run: re.Match[str], text: str, limit: int, end: int) -> bool:
    """Whether a thing named behind its predicate runs on over the next word of a stage (完成 某规划编制)."""
    return run[0] == "完成" and text[limit:end] in ("编制", "规划研究", "前期研究")


def _thing_behind(text: str, run: re.Match[str], limit: int, dues: list[Due]) -> tuple[int, int] | None:
    """The thing of 建成某馆, 完成某编制."""
    if not _BEFORE_THING.search(run[0]):
        return None
    after = run.end()
    if well := _USE_WELL.match(text, after, limit):
        after = well.end()
    elif _NOUN_NEXT.match(text, after, limit):
        return None
    if run[0] in ("完成", "开工", "新开工", "签约") and _AMOUNT.search(text, after, limit):
        return None  # a number that is reached is a target
    return _trim(text, after, min(limit, after + LONGEST_WHAT), dues)


def _thing_before(
    text: str, begin: int, run: re.Match[str], end: int, dues: list[Due]
) -> tuple[int, int] | None:
    """The thing of 某馆开工, 某平台落地某区."""
    stage = _furthest(run[0])
    after = _AFTER if stage == "land" else _AFTER_PLAIN
    if not after.match(text[run.end() : min(end, run.end() + 24)]) or run[0] in ("签订", "签署", "规划建设"):
        return None
    if stage == "plan" and run[0] not in ("编制", "规划研究", "前期研究"):
        return None
    head = text[max(begin, run.start() - 8) : run.start()]
    if _ONE.fullmatch(run[0]) and run[0] in ("运营", "运行", "开放") and _EVERYDAY.search(head):
        return None
    if head.rstrip("正式全面").endswith("并") or (head.endswith("同步") and text[begin - 1 : begin] == "与"):
        return None  # 确定选址并启动建设, 与某路同步建成: the thing of this verb is not named
    thing = _trim(text, max(begin, run.start() - LONGEST_WHAT), run.start(), dues)
    if thing is None:
        return None
    if where := _WHERE_OR_WHEN.search(text, thing[0] + 2, thing[1]):
        thing = (thing[0], where.start())
    name = text[thing[0] : thing[1]]
    if stage == "land" and _POLICY.search(name):
        return None
    if run[0] == "开放" and not _PUBLIC_PLACE.search(name):
        return None
    return thing


def _trim(text: str, start: int, end: int, dues: list[Due]) -> tuple[int, int] | None:
    """A thing's name without 推动…, …尽快, 年内 at its ends; None where no name is left."""
    start = skip_lead(text, start, end, dues)
    ends = {due.end: due.start for due in dues}
    while start < end:
        trail = _TRAIL.search(text[max(start, end - 16) : end])
        before = ends.get(end, end - len(trail[0]) if trail else end)
        if before >= end:
            break
        end = before
    return (start, end) if end - start >= 2 and re.search(r"[\u4e00-\u9fffA-Za-z]", text[start:end]) else None


def _furthest(run: str) -> str:
    """The last stage that a run of predicates reaches: 摘地开工 starts, 竣工投运 operates."""
    return max((_STAGE_OF[word[0]] for word in _ONE.finditer(run)), key=_ORDER.__getitem__)


def _without_repeats(milestones: list[Milestone]) -> list[Milestone]:
    """The same step of the same thing once; a dated one wins over an undated one."""
    kept: dict[tuple[str, str], Milestone] = {}
    for milestone in milestones:
        before = kept.get((milestone.what, milestone.stage))
        if before is None or (before.due is None and milestone.due):
            kept[milestone.what, milestone.stage] = milestone
    return sorted(kept.values(), key=lambda milestone: milestone.evidence)
