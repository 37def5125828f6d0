"""Which look-alike radicals did a PDF put in place of characters? Folded one to one, so positions stay valid.

Text copied out of PDF files writes 人⺠路 with a radical (U+2EA0) instead of 人民路: it looks the same and
matches nothing. Kangxi radicals (U+2F00-2FD5) are folded as NFKC does; of the CJK Radicals Supplement
(U+2E80-2EFF) NFKC knows two, the table below is Unicode's EquivalentUnifiedIdeograph. NFKC as a whole
would fold full-width digits and punctuation as well, and change lengths.
"""

from __future__ import annotations

import re
import unicodedata

_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_SUPPLEMENT_PAIRS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王"
    "⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门"
    "⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_SUPPLEMENT = dict(zip(_SUPPLEMENT_PAIRS[::2], _SUPPLEMENT_PAIRS[1::2], strict=True))
_RADICAL = re.compile("[\u2e80-\u2eff\u2f00-\u2fd5]")

RADICALS: dict[str, str] = _KANGXI | _SUPPLEMENT


def fold_radicals(text: str) -> str:
    """Return the text with every radical written as the character it looks like; the length stays."""
    return _RADICAL.sub(lambda found: RADICALS.get(found[0], found[0]), text)
