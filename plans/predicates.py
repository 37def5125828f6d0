"""Which steps does a clause tell by a word of a stage, behind its thing (某馆开工) or before it (建成某馆)?

Words that only describe (未完成的, 竣工决算, 签约项目, 开工率), policies that 落地 and things without a
name are passed over: a missing step is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plans.clauses import Ranges, skip_lead
from plans.dues import Due
from plans.numerals import SCALE
from plans.objects import Span, split_names, trim_name
from plans.stages import AIM_WORDS, FACILITY, ONE_WORD, RUN, furthest
from plans.steps import AFTER_PLAIN, LONGEST_WHAT, SITE, USE_WELL, Step
from plans.units import UNIT

LONGEST_SUBJECT = 16  # characters between the head of a clause and a verb whose thing comes behind it
# What may follow a predicate that stands behind its thing.
_AFTER = re.compile(r"(?:$|[、和及与并等”」（(或]|以及|(?:于|在)?[^，。、的]{2,10}[区市镇港园岛湾城]$)")
_BEFORE_THING = re.compile(  # predicates that may stand before their thing
    r"(?:开工建设|开工新建|启动建设|启动实施|启动|开始建设|全面开工建设|新开工|开工|(?:建成"
    r"|完成)[并和]?(?:投运|投用|启用|投入使用|投入运营|开放|开办|开业|通车|投产)?"
    r"|上线运行|上线|开通|签约落地|落地|签约|签订|签署|启用|获批|筹建|筹设|规划建设|揭牌)$"
)
_NOUN_NEXT = re.compile(  # … and what turns them into a noun
    r"[的率量后者、，]|度(?!假)|前(?![沿滩湾])|项目|仪式|面积|住房面积|道路里程|里程|情况|时间|时限|期限|节点|日期|标志|以来"
    r"|质量|比例|进度|决算|资金|大会|阶段|区|会|期"
    r"|企业|任务|目标|指标|条件|服务|工作|并(?:用好|实施|组织实施|发布|落实)?"
)
_NOT_YET = re.compile(r"(?:已[^，。；、]{0,8}|未|不|尚未|没有|拟|待|即|随着[^，]{0,20})$")
_EVERYDAY = re.compile(
    r"(?:常态化|规模化|高效|平稳|安全|稳定|集中|日常|资金|有序|市场化|独立|规范|健康|良好|加强|做好"
    r"|保障|优化|维护"
    r"|扩大|深化|对外|改革|高水平|金融|双向|数字|智能|自主|联合|城市|经济|企业|管理|公司|参与|委托|专业化)$"
)
_POLICY = re.compile(
    r"(?:政策|措施|任务|规则|机制|办法|服务|工作|控规|要求|细则|方案|规划|条例|创新|举措|试点|突破|条款"
    r"|改革|标准|制度|人才|成果|事项|案例"
    r"|资本|资源|要素|产业|精神|责任|部署|场景|目标|理念|战略|企业)$"
)
_NAMELESS = re.compile(r"(?:一批[、，]|一批$|更多|各类|各项|相关|有关|一系列|若干|多个|更大|更高|重点任务)")
_GENERAL = re.compile(
    r"(?:任务|目标|指标|高地|新城|城市|样板|样板间|标杆|体系|格局|社会|强国|强市|引领区|先行区|功能区"
    r"|机制|模式|生态|目的地|承载区|载体|增长极|窗口|集群"
    r"|水平|能力|环境|转型|升级版)$"
)
_DUTY = re.compile(r"(?:任务|目标|指标|情况)$")
_NEXT_VERB = re.compile(
    r"(?<=[^、]{2})、(?=打造|引进|引入|培育|新增|新建|推进|推动|实施|组建|形成|储备|改造|实现)"
)
_NUMBER_LAST = re.compile(
    rf"\d{{1,12}}(?:\.\d{{1,4}})?(?:{SCALE})?[余多]?{UNIT}(?:以上|左右"
    rf"|以内)?(?:[（(][^()（）]{{1,12}}[）)])?$"
)
_COUNTED_THING = re.compile(r"(?:新增|\d{1,6}[余多]?[家名个]|\d{1,6}(?:到|至|-|—)\d{1,6}家)")
_PUBLIC_PLACE = re.compile(
    r"(?:园|馆|场|桥|带|中心|绿地|空间|步道|岸线|景区|工程|设施|站|街区|码头|项目|剧院|基地|桥梁|道|期)$"
)
_AMOUNT = re.compile(
    r"(?:\d{1,12}(?:\.\d{1,4})?\s?[余多]?|[一二两三四五六七八九]?[十百千](?=亿)|(?=万亿))(?:万亿|亿|万)?[余多]?(?:元|美元|吨|%|平方米|㎡|立方|公里|人次)"
)
_CREATES = re.compile(r"创建|争创|创成|申报|申创|评选")  # 创建度假区通过验收: a title, not a work
_WHERE_OR_WHEN = re.compile(r"(?:在[^，、。]{2,8}|于[^，、。]{2,12}前)$")
_HOUSING = re.compile(r"(?:房|房源|住宅|住房|苑|小区|厂房|楼宇|组团|标段|地块|批)$")
_ANY = ("项目", "工程", "各项目")
_LANDS = re.compile(r"(?:项目|平台|中心|基地|总部|研究院|工厂|实验室)$")  # 落地某项目; 落地政策 is none
_STUDY = re.compile(r"(?:的)?(?:前期研究工作|前期工作|前期研究|规划研究|方案研究|可行性研究)$")
_DESIGN = re.compile(r"(?:设计|研究|编制|论证|选址|招标|申报|报批|修编)(?:工作)?$")
_TAILS = (  # 完成某馆…: what the last word makes of it
    (
        "topped_out",
        re.compile(
            r"(?:主体结构|框架结构|主体|结构)?封顶$|(?:主体|框架)结构(?:施工|工程|建设)?$"
            r"|主体(?:施工|工程)$"
        ),
    ),
    ("plan", re.compile(r"(?:前期工作|前期研究|可行性研究|初步设计|方案设计)$")),
    ("approve", re.compile(r"(?:立项批复|可研批复|工可批复|批复|立项|核准)$")),
    ("sign", re.compile(r"签约$")),
    ("complete", re.compile(r"(?:竣工验收|验收|竣工)$")),
)
_PLAIN_WORDS = ("运营", "运行", "开放", "对外开放", "招生", "开通", "建设运营")
_ELIDED = re.compile(r"并[^，]{0,8}$")  # 某馆开工并力争年内封顶: the thing is named before


def find_predicates(
    text: str, clause: Span, dues: Sequence[Due], quoted: Ranges, brackets: Ranges
) -> Iterator[Step]:
    """Steps named by a word of a stage, behind its thing or before it."""
    region, end = clause
    site = SITE.search(text, region, end)
    last: Span | None = site.span("what") if site else None
    runs = [run for run in RUN.finditer(text, region, end) if not quoted.holds(run.start())]
    for place, run in enumerate(runs):
        if run.start() < region:
            continue
        limit = runs[place + 1].start() if place + 1 < len(runs) else end
        begin = skip_lead(text, region, run.start(), dues)
        if _NOT_YET.search(text, max(region, run.start() - 12), run.start()):
            continue
        things: list[tuple[str, Span]] = []
        behind = begin < run.start()
        if behind and run[0] == "完成":
            things, used = _subject_completes(text, (begin, end), run, dues, quoted, brackets)
            if things:
                yield from (_step(text, stage, part, (run.start(), used), True) for stage, part in things)
                region = used
                continue
        if behind:
            things = _things_before(text, begin, run, clause, dues, quoted, brackets)
        before = bool(things)
        if not things and last and _goes_on(text, region, run, end, dues):
            yield Step(furthest(run[0]), last, run.span(), True, elided=True)
            region = run.end()
            continue
        if not things and run.start() - begin <= LONGEST_SUBJECT and "的" not in text[begin : run.start()]:
            stop = end if _takes_all(run, text, limit, end) else limit
            things = _things_behind(text, run, stop, dues, quoted, brackets)
            reaches = bool(things) and stop < end and things[-1][1][1] == stop
            if behind and reaches and _stands_behind(text, runs[place + 1], end):
                things = []  # 先期开工住宅项目封顶: the second word is the predicate
        if things:
            predicate = (begin if behind and not before else run.start(), run.end())
            yield from (_step(text, stage, part, predicate, behind) for stage, part in things)
            last = things[-1][1]
            region = max(run.end(), *(part[1] for _, part in things))


def _stands_behind(text: str, run: re.Match[str], end: int) -> bool:
    """Whether a word of a stage ends its phrase."""
    return AFTER_PLAIN.match(text[run.end() : min(end, run.end() + 2)]) is not None


def _goes_on(text: str, region: int, run: re.Match[str], end: int, dues: Sequence[Due]) -> bool:
    """Whether a word tells a further step of the thing named before (开工并力争年内封顶; 开工、明年建成)."""
    between = text[region : run.start()]
    dated = between.startswith(("、", "，")) and any(region < due.start < run.start() for due in dues)
    return (dated or _ELIDED.search(between) is not None) and _stands_behind(text, run, end)


def _step(text: str, stage: str, part: Span, predicate: Span, behind: bool) -> Step:
    """A step; one whose words speak of a study or of preparation explores."""
    words = text[predicate[0] : predicate[1]] + text[part[1] : part[1] + 8]
    explores = stage == "plan" and re.search("前期|研究", words) is not None
    return Step(stage, part, predicate, behind, explores)


def _takes_all(run: re.Match[str], text: str, limit: int, end: int) -> bool:
    """Whether a thing named behind its predicate runs on over the next word of a stage (完成某规划编制)."""
    if run[0] in ("完成", "启动") and text[limit - 1] != "并":
        tail = ONE_WORD.match(text, limit, end)
        return tail is not None and (
            text[tail.end() : end] in ("", "工作") or any(rule.search(text, limit, end) for _, rule in _TAILS)
        )
    return False


def _subject_completes(
    text: str, span: Span, run: re.Match[str], dues: Sequence[Due], quoted: Ranges, brackets: Ranges
) -> tuple[list[tuple[str, Span]], int]:
    """某馆完成结构封顶: the hall is topped out; 某站完成管网敷设: the pipes are complete."""
    begin, end = span
    subject = trim_name(text, begin, run.start(), dues)
    if subject is None or re.search(r"[并、和及]$", text[begin : run.start()]):
        return [], end
    stop = re.compile(r"[、并和及]").search(text, run.end(), end)
    used = stop.start() if stop else end
    rest = text[run.end() : used]
    if not rest:
        return [], end
    if rest in ("建设", "施工", "建设任务"):
        return [("complete", part) for part in split_names(text, subject, quoted, brackets)], used
    for stage, rule in _TAILS:
        tail = rule.search(rest)
        if tail and tail.start() == 0:
            return [(stage, part) for part in split_names(text, subject, quoted, brackets)], used
    return [], end


def _things_behind(
    text: str, run: re.Match[str], limit: int, dues: Sequence[Due], quoted: Ranges, brackets: Ranges
) -> list[tuple[str, Span]]:
    """The things of 建成某馆, 完成某编制, 启动某桥建设."""
    if not _BEFORE_THING.search(run[0]):
        return []
    after = run.end()
    if well := USE_WELL.match(text, after, limit):
        after = well.end()
    elif run[0] not in ("签订", "签署") and _NOUN_NEXT.match(text, after, limit):
        return []
    counted = run[0] in ("完成", "开工", "新开工", "签约", "开通")
    if counted and _AMOUNT.search(text, after, limit):
        return []  # a number that is reached is a target
    thing = trim_name(text, after, min(limit, after + LONGEST_WHAT), dues)
    if thing is None:
        return []
    stage = furthest(run[0])
    name = text[thing[0] : thing[1]]
    if run[0] == "完成" and _DUTY.search(name) and "《" not in name:
        return []
    if "建成" in run[0] and _GENERAL.search(name):
        return []
    if _NAMELESS.match(text, thing[0], thing[1]) and (stage in ("sign", "land") or name.startswith("一批")):
        return []
    if run[0].endswith("落地") and not _LANDS.search(name):
        return []
    if next_verb := _NEXT_VERB.search(text, *thing):
        thing = (thing[0], next_verb.start())
    return [
        entry
        for part in split_names(text, thing, quoted, brackets)
        if (entry := _part_behind(text, stage, run[0], part, dues))
    ]


def _part_behind(
    text: str, stage: str, word: str, part: Span, dues: Sequence[Due]
) -> tuple[str, Span] | None:
    """One thing behind its predicate: 建设 falls off, and what its last word says counts."""
    start, end = part
    number = _NUMBER_LAST.search(text, max(start, end - 40), end)
    sign = text[start + 1 : start + 2]
    counts = text[start].isdigit() and not (sign.isascii() and sign.isalpha())
    if number and (number.start() == start or not counts):
        return None  # 改造小区65个: a number is promised
    if word == "完成":
        for tail_stage, rule in _TAILS:
            tail = rule.search(text, start, end)
            if tail and tail.start() - start >= 2:
                trimmed = trim_name(text, start, tail.start(), dues)
                return (tail_stage, trimmed) if trimmed else None
    if stage == "start":
        if study := _STUDY.search(text, start, end):
            trimmed = trim_name(text, start, study.start(), dues)
            return ("plan", trimmed) if trimmed else None
        if "启动" in word and _DESIGN.search(text, start, end):
            return "plan", part
    if stage == "start" or word == "完成":
        works = re.compile(r"(?:建设|施工)$").search(text, start, end)
        if works and works.start() - start >= 2:
            end = works.start()
    trimmed = trim_name(text, start, end, dues)
    return (stage, trimmed) if trimmed else None


def _things_before(
    text: str,
    begin: int,
    run: re.Match[str],
    clause: Span,
    dues: Sequence[Due],
    quoted: Ranges,
    brackets: Ranges,
) -> list[tuple[str, Span]]:
    """The things of 某馆开工, 某平台落地某区."""
    stage, end = furthest(run[0]), clause[1]
    after = _AFTER if stage == "land" else AFTER_PLAIN
    if not after.match(text[run.end() : min(end, run.end() + 24)]) or run[0] in (
        "签订",
        "签署",
        "规划建设",
        "编制",
    ):
        return []
    head = text[max(begin, run.start() - 8) : run.start()]
    if run[0] in _PLAIN_WORDS and not _is_step(text, head, run, (clause[0], begin, end), dues):
        return []
    if re.search(r"并(?:正式|全面|力争|年内)*$", head) or (
        head.endswith("同步") and text[begin - 1 : begin] == "与"
    ):
        return []  # 确定选址并启动建设, 与某路同步建成: the thing of this verb is not named
    thing = trim_name(text, max(begin, run.start() - LONGEST_WHAT), run.start(), dues)
    if thing is None:
        return []
    if where := _WHERE_OR_WHEN.search(text, thing[0] + 2, thing[1]):
        thing = (thing[0], where.start())
    name = text[thing[0] : thing[1]]
    if stage == "land" and (_POLICY.search(name) or _NAMELESS.match(name) or _COUNTED_THING.match(name)):
        return []
    if name in _ANY and not dues:
        return []  # 确保项目按期投产
    if name.startswith("新增") or _CREATES.match(name) or name.endswith(("前", "期间")):
        return []  # 新增50MW光伏并网: a number is promised, not a thing
    if "参与" in name or (run[0] in ("运营", "运行") and name.endswith("服务")):
        return []  # 社会力量参与养老服务运营: everyday work
    if run[0] == "交付" and not (FACILITY.search(name) or _HOUSING.search(name)):
        return []  # 数字化交付, 跨境交付
    if run[0] in ("开放", "对外开放") and not _PUBLIC_PLACE.search(name):
        return []
    if stage in ("complete", "start") and _GENERAL.search(name):
        return []
    return [(stage, part) for part in split_names(text, thing, quoted, brackets)]


def _is_step(
    text: str, head: str, run: re.Match[str], places: tuple[int, int, int], dues: Sequence[Due]
) -> bool:
    """Whether 运营, 运行 or 开放 ends its clause and is aimed at or dated; else it tells of everyday work."""
    start, begin, end = places
    last = run.end() == end or text[run.end()] in "；并"
    if re.search("做好|抓好|加强|保障|优化|规范", text[start:begin]):
        return False
    return last and not _EVERYDAY.search(head) and bool(dues or AIM_WORDS.search(text, start, begin))
