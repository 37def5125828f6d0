"""Which known projects does a task speak of, and which named things does no project cover?

Each proposal has its rule and evidence: `name` (and `list`, a member of a coordinated list) finds the names
of the register, `phase` the whole whose phase is named, `core` what is left of a name without prefixes and
generic endings, where kind and place agree. Place ids are opaque. The time grows with the text, not with
the number of projects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plans.project_names import Found, NameIndex, sentence_of
from plans.projects import Alias, Mention, Project
from plans.reading import Reading, fold, read_plainly
from plans.records import STAGES, Milestone, Task

CONFIDENCE = {"name": 0.98, "list": 0.92, "phase": 0.9, "core": 0.7}
CONTEXT_DISCOUNT = 0.04  # a name that is one only in its context is a little less sure
SHORTEST_CORE = 4  # signs; shorter remainders are common words

Compatible = Callable[[Project, Collection[str]], bool]

_PREFIXES = "中国[（(]上海[）)]|上海市?|中国|国家|浦东新区|奉贤区|临港新片区|临港|新片区|南汇新城|滴水湖|市"
_PREFIX = re.compile(rf"^(?:{_PREFIXES})+")
_SUFFIX = re.compile(
    r"(?:[（(][^（）()]{0,20}[）)]|项目|工程|建设|基地|中心|改造|新建|改建|扩建|迁建|示范|平台|系统|院区|线|站)+$"
)
_NO_CORE = ("policy", "event", "institution")  # what is left of their names are common words
# What may stand before a core: else it is the end of another thing's name.
_FREE_BEFORE = re.compile(
    r"(?:^|[，。；：、（(“《\s]|建设|推进|推动|加快|加速|支持|完成|启动|开工|建成|新建|打造|实现|确保|争取|力争"
    rf"|和|及|与|的|将|在|对|{_PREFIXES})$"
)
_GENERIC_END = re.compile("项目|工程|建设|基地|中心|平台|系统|示范区|综合体")
_SPECIFIC_END = re.compile("(?:学院|大学|学校|中学|小学|医院|院区|馆|公园|大桥|码头|枢纽|园区|广场)$")
# What a noun behind a name says of its kind; the first that fits.
_KIND_SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("学校|学院|大学|中学|小学|幼儿园|分校", frozenset({"school"})),
    ("医院|卫生", frozenset({"hospital"})),
    ("养老|福利院|照护", frozenset({"care"})),
    ("公路|大道|道路|立交|快速路", frozenset({"road"})),
    ("铁路|快线|轨道|公交|中运量", frozenset({"transit"})),
    ("公园|绿地|绿化", frozenset({"park"})),
    ("泵站|泵闸|水厂|污水|河道", frozenset({"water"})),
    ("变电|电站|加氢|能源", frozenset({"power"})),
    ("码头|港区|航道", frozenset({"port"})),
    ("保租房|住宅|公寓", frozenset({"housing"})),
)
_GENERIC_WHAT = re.compile(  # things without a name of their own: counts, kinds of things, papers
    r"^(?:[一二两三四五六七八九十]?批|若干|部分|各|更多|新|重大|重点|具备条件|有条件|相关|配套|本|该|此|首批|第[一二三]批|国家级|市级|不少于|骨干|老旧)"
    r"|^\d|^[《“]|(?:政策|方案|规划|办法|细则|目录|标准|规范|清单|机制|制度|意见|措施|工作|招生|征收|研究|选址)$"
    r"|^(?:项目|平台|平台项目|工程|局部|主体|主体结构|结构|住宅|住房|标准|产业专项方案|实施方案|收费管理|上报)$"
)
_PROPER = re.compile(
    r"[A-Za-z]\d|\d[#A-Za-z]|“|路|[一-鿿]{2,8}(?:镇|社区|片区|院|馆|站|厂|园|港|湾|线|中心|基地|平台|公园|桥|闸|岛)"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project that a task seems to speak of, with the characters that say so.

    `rule` is name, list, phase or core; `confidence` lies between 0 and 1; `alias` is the name found.
    """

    task: str
    project: str
    start: int
    end: int
    words: str
    rule: str
    confidence: float
    alias: Alias

    @property
    def mention(self) -> Mention:
        """The place in the text, as the register keeps it."""
        return Mention(self.task, self.start, self.end, self.words)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        place: dict[str, Any] = {"task": self.task, "project": self.project, "start": self.start}
        rest = {"end": self.end, "words": self.words, "rule": self.rule, "confidence": self.confidence}
        return place | rest


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing with a milestone that no project covers; `score` ranks it, 0 for what has no name."""

    task: str
    what: str
    stage: str
    due: str | None
    evidence: tuple[int, int]
    score: float

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "task": self.task,
            "what": self.what,
            "stage": self.stage,
            "due": self.due,
            "evidence": list(self.evidence),
            "score": self.score,
        }


class ProjectMatcher:
    """The matcher for one register. Deterministic: the same task gives the same proposals."""

    def __init__(self, projects: Mapping[str, Project], *, compatible: Compatible | None = None) -> None:
        """`compatible` says whether a project can be at the places of a task; by default ids must meet."""
        self._projects = projects
        self._index = NameIndex(projects.values())
        self._compatible = compatible or _share_places

    def propose(self, task: Task, places: Collection[str] = ()) -> list[Proposal]:
        """Return the proposals for a task in the order of its text; `places` are ids of its places."""
        reading = read_plainly(task.text)
        found = self._index.find(reading.plain)
        sure = [_proposal(task, reading, hit) for hit in found]
        wholes = [_proposal(task, reading, hit) for hit in self._wholes_of(reading, found)]
        return sorted(
            [*sure, *wholes, *self._propose_cores(task, reading, found, places)],
            key=lambda proposal: (proposal.start, proposal.end, proposal.project),
        )

    def propose_new(self, task: Task, mentions: Iterable[Mention]) -> list[Candidate]:
        """Return the things that the task's milestones promise and no mention covers, best first."""
        covered = [(mention.start, mention.end) for mention in mentions]
        found = []
        for milestone in task.milestones:
            start, end = find_what(task.text, milestone)
            if not any(low < end and start < high for low, high in covered):
                found.append(_candidate(task, milestone))
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.evidence))

    def _wholes_of(self, reading: Reading, found: list[Found]) -> list[Found]:
        """The things whose phases are named.

        The evidence is the name of the whole within that of its phase. Where the phase's name lacks it, it
        is all of that name, and nothing where the whole is named elsewhere in the text.
        """
        known = {hit.project for hit in found}
        wholes: dict[str, Found] = {}
        for hit in found:
            words = reading.plain[hit.start : hit.end]
            for whole in self._projects[hit.project].related("split_from"):
                if whole in wholes or whole not in self._projects:
                    continue
                names = sorted((fold(a.name) for a in self._projects[whole].names), key=len, reverse=True)
                name = next((name for name in names if name in words), None)
                if name is None and whole in known:
                    continue
                start = hit.start + words.index(name or words)
                wholes[whole] = Found(start, start + len(name or words), whole, hit.alias, "phase")
        return list(wholes.values())

    def _propose_cores(
        self, task: Task, reading: Reading, found: list[Found], places: Collection[str]
    ) -> list[Proposal]:
        """What is left of a name, where nothing surer was found of that project."""
        known = {hit.project for hit in found}
        taken = bytearray(len(reading.plain))
        for hit in found:
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
        proposals = []
        for hit in self._cores.find(reading.plain):
            project = self._projects[hit.project]
            if hit.rule != "name" or hit.project in known or any(taken[hit.start : hit.end]):
                continue
            if (
                _stands_free(reading.plain, hit)
                and _kinds_agree(reading.plain, hit, project.kind)
                and (self._compatible(project, places))
            ):
                proposals.append(_proposal(task, reading, hit._replace(rule="core")))
        return proposals

    @cached_property
    def _cores(self) -> NameIndex:
        """The cores that belong to one project alone, as an index of their own."""
        owners: dict[str, set[str]] = {}
        for project in self._projects.values():
            for alias in () if project.kind in _NO_CORE else project.names:
                if not alias.context and (core := core_of(alias.name)) != fold(alias.name):
                    owners.setdefault(core, set()).add(project.id)
        counted = Counter(
            core for p in self._projects.values() for core in {core_of(alias.name) for alias in p.names}
        )
        shadows: dict[str, list[Alias]] = {}
        for core, holders in owners.items():
            if len(core) >= SHORTEST_CORE and counted[core] == 1:
                shadows.setdefault(min(holders), []).append(Alias(core))
        return NameIndex(
            Project(key, names[0].name, "", self._projects[key].kind, tuple(names[1:]))
            for key, names in shadows.items()
        )


def core_of(name: str) -> str:
    """Return a name, folded, without the prefixes of the area and the endings that any project may have."""
    folded = fold(name)
    return _SUFFIX.sub("", _PREFIX.sub("", folded)) or folded


def find_what(text: str, milestone: Milestone) -> tuple[int, int]:
    """Return where a milestone's thing stands in the text; its evidence where the words are broken up."""
    start, end = milestone.evidence
    at = text.find(milestone.what, start, end)
    return (at, at + len(milestone.what)) if at >= 0 else (start, end)


def _proposal(task: Task, reading: Reading, hit: Found) -> Proposal:
    start, end = reading.span(hit.start, hit.end)
    confidence = CONFIDENCE[hit.rule] - (CONTEXT_DISCOUNT if hit.alias.context else 0)
    return Proposal(
        task.id, hit.project, start, end, task.text[start:end], hit.rule, round(confidence, 2), hit.alias
    )


def _stands_free(plain: str, hit: Found) -> bool:
    """Whether a core is no stretch of a longer word: a generic noun follows, nothing unknown goes before."""
    introduced = _FREE_BEFORE.search(plain[max(0, hit.start - 12) : hit.start])
    ended = _GENERIC_END.match(plain, hit.end) or _SPECIFIC_END.search(plain[hit.start : hit.end])
    return bool(introduced and ended)


def _kinds_agree(plain: str, hit: Found, kind: str) -> bool:
    """Whether the words behind a core do not say another kind of thing."""
    stop = sentence_of(plain, hit.end)[1] if hit.end < len(plain) else hit.end
    behind = re.split("[，、]", plain[hit.end : min(stop, hit.end + 12)], maxsplit=1)[0]
    for words, kinds in _KIND_SIGNS:
        if re.search(words, behind):
            return kind in kinds
    return True


def _share_places(project: Project, places: Collection[str]) -> bool:
    return not project.places or not places or bool(set(project.places) & set(places))


def _candidate(task: Task, milestone: Milestone) -> Candidate:
    """A milestone as a candidate: names, physical stages and dates make it more likely a project."""
    score = 0.0
    if not _GENERIC_WHAT.search(fold(milestone.what)):
        score = 0.4 + (0.3 if _PROPER.search(milestone.what) else 0.0)
        score += 0.2 if STAGES.index(milestone.stage) >= STAGES.index("land") else 0.0
        score += 0.1 if milestone.due else 0.0
    return Candidate(
        task.id, milestone.what, milestone.stage, milestone.due, milestone.evidence, round(score, 2)
    )
