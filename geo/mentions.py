"""Where in a text do names of the gazetteer stand, each in the sense that its surroundings support?

One scan of the automaton finds all candidates; ASCII borders, longer words and conditions sort them out;
the leftmost-longest of those that remain do not overlap. Positions are those of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from geo.conditions import Surroundings, WordIndex
from geo.folding import Folded
from geo.gazetteer import Gazetteer, Place, Sense

# A zone's name with one of these right behind it names something else: 申港大道, 环湖西三路, 书院港.
_LONGER_PLACE = re.compile(
    r"[东南西北中一二三四五六七八九十]{0,3}"
    r"(?:大道|公路(?!网)|支路|环路|路(?![网况段面口侧域径灯线])|街(?![道坊区])|弄|大桥|立交|隧道|站(?![点位前台内])"
    r"|河(?![道网湖流长段浜口])|港(?![区口航城湾产务池])|塘(?![坝桥])|浦(?![东江西])|村(?!镇|庄|民|居|级|社|组|容))"
)
_WHOLE_NAMES = ("镇", "区")  # complete as they are: 泥城镇公路 are the roads of the town
# … or an event, an institution, a company, a brand: 滴水湖新兴金融大会, 泥城集团. No verb may stand between.
_CARRIER = re.compile(
    r"(?P<between>[\u4e00-\u9fffA-Z0-9]{0,7}?)"
    r"(?:论坛(?!中心|会址|永久|场馆)|大会|峰会|年会|(?:集团(?!化|式)|公司)(?!项目|总部|基地|厂)|联盟|协会|学会|商会|指数|马拉松|杯"
    r"|基金(?!小镇|产业|港|湾|集聚)|奖(?![励补惩项牌学])|赛(?![道场车区])|伙伴计划|对话会|研讨会|推介会|博览会|音乐节|艺术节|科技节|嘉年华|沙龙)"
)
_VERBS = re.compile(
    r"建设|举办|推进|推动|落户|设立|引进|引入|召开|开展|成立|打造|承办|筹办|入驻|组建|建立|加快|支持|完善|发展|落地|参加|开工"
    r"|的|内|等|与|和|及|区域|园区"
)
_TITLE = re.compile(r"《[^》]{1,150}》+")
_ASCII_WORD = re.compile(r"[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at start..end of the folded text in one sense; `place` is None for roles without a feature.

    `spans` is the evidence (folded spans), usually the name itself.
    """

    start: int
    end: int
    name: str
    sense: Sense
    place: Place | None
    rule: str
    spans: tuple[tuple[int, int], ...]
    relation: str = ""

    def related(self, relation: str) -> Mention:
        """The same mention with a relation."""
        return Mention(
            self.start, self.end, self.name, self.sense, self.place, self.rule, self.spans, relation
        )


def find_mentions(folded: Folded, gazetteer: Gazetteer) -> list[Mention]:
    """Return the names that count, leftmost-longest, not overlapping, in text order.

    Names inside 《…》 do not count: a document's title says what it is called, not where a task happens.
    """
    index = WordIndex(folded.text)
    found = [
        mention
        for start, end, name in _candidates(folded, gazetteer)
        if (mention := _resolve(folded, gazetteer, index, start, end, name)) is not None
    ]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    chosen: list[Mention] = []
    reached = 0
    for mention in found:
        if mention.start >= reached:
            chosen.append(mention)
            reached = mention.end
    return _outside_titles(folded.text, chosen)


def pick_sense(gazetteer: Gazetteer, name: str, around: Surroundings) -> Sense | None:
    """The first sense of a name whose condition holds."""
    return next((s for s in gazetteer.senses(name) if s.condition.holds(around)), None)


def make_mention(gazetteer: Gazetteer, sense: Sense, name: str, start: int, end: int) -> Mention:
    """A mention of `sense` at start..end with itself as evidence."""
    place = gazetteer.places.get(sense.target)
    return Mention(start, end, name, sense, place, sense.rule, ((start, end),))


def title_spans(text: str) -> list[tuple[int, int]]:
    """The spans of 《…》 in a folded text."""
    return [match.span() for match in _TITLE.finditer(text)]


def _candidates(folded: Folded, gazetteer: Gazetteer) -> Iterator[tuple[int, int, str]]:
    """Every occurrence of every name whose ends are not inside a longer ASCII word or number."""
    if not any(gazetteer.names()):
        return  # an automaton without words cannot be searched
    for last, name in gazetteer.automaton.iter(folded.text):
        start, end = last - len(name) + 1, last + 1
        if not splits_word(folded, start) and not splits_word(folded, end):
            yield start, end, name


def splits_word(folded: Folded, position: int) -> bool:
    """Whether a border lies between two ASCII letters or digits that stand together in the original."""
    text = folded.text
    return (
        0 < position < len(text)
        and position not in folded.gaps
        and _ASCII_WORD.match(text, position - 1) is not None
        and _ASCII_WORD.match(text, position) is not None
    )


def _resolve(
    folded: Folded, gazetteer: Gazetteer, index: WordIndex, start: int, end: int, name: str
) -> Mention | None:
    """The mention that a candidate makes, or None where no sense of it fits."""
    around = Surroundings(folded.text, start, end, quoted=start in folded.quotes, index=index)
    sense = pick_sense(gazetteer, name, around)
    if sense is None:
        return None
    mention = make_mention(gazetteer, sense, name, start, end)
    if mention.place and mention.place.kind == "zone" and _belongs_to_longer(folded, mention):
        return None
    return mention


def _belongs_to_longer(folded: Folded, mention: Mention) -> bool:
    """Whether a zone's name is only the first part of a road, a river, an event, a company."""
    end = mention.end
    if end in folded.quotes:
        return False
    if not mention.name.endswith(_WHOLE_NAMES) and _LONGER_PLACE.match(folded.text, end):
        return True
    carrier = _CARRIER.match(folded.text, end)
    return carrier is not None and not _VERBS.search(carrier["between"])


def _outside_titles(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions that do not stand inside 《…》."""
    titles = iter(title_spans(text))
    begin, stop = next(titles, (len(text), len(text)))
    kept = []
    for mention in mentions:
        while stop <= mention.start and begin < len(text):
            begin, stop = next(titles, (len(text), len(text)))
        if not begin < mention.start < stop:
            kept.append(mention)
    return kept
