"""One spelling for matching: text folded character by character, with the way back to the original.

Offsets are characters (Python string indices). Every folded character comes from one original character,
so evidence found in the folded text is always cut from the original text.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from typing import Final

from lingang.radicals import RADICALS

# Traditional -> simplified, one to one, for characters that occur in place names and around them.
# Own table: names need a few hundred characters, a full converter would be a dependency.
_TRADITIONAL: Final = (
    "區区業业發发設设產产國国製制動动進进實实項项務务創创點点規规關关導导協协體体條条資资質质劃划標标開开"
    "強强領领機机專专試试對对優优勵励綜综級级調调轉转經经為为會会準准勢势組组東东時时範范結结備备聯联驗验"
    "應应與与際际揮挥濟济現现濱滨長长織织舉举費费戰战廣广計计帶带確确構构係系節节園园場场積积單单統统慶庆"
    "兩两來来黨党極极間间堅坚擴扩圍围礎础術术鏈链數数賦赋內内門门評评辦办過过籌筹權权鹹咸爾尔競竞爭争監监"
    "類类擔担個个島岛貴贵貫贯徹彻總总問问題题給给繞绕學学運运億亿樞枢紐纽將将債债編编審审態态許许認认證证"
    "蹤踪陝陕緊紧裝装灣湾雙双電电達达鍵键環环綠绿網网預预庫库圖图難难團团銷销載载臨临參参職职則则細细價价"
    "徑径見见議议測测詳详稱称蘭兰連连較较響响當当風风險险責责聞闻習习義义穩稳側侧貢贡獻献張张傾倾粵粤遊游"
    "鞏巩車车顯显紡纺針针廠厂錯错適适願愿並并謀谋掛挂諾诺釋释戶户潛潜暢畅豐丰種种順顺變变趨趋興兴眾众貨货"
    "寧宁陸陆邊边幣币論论壇坛貿贸夠够視视負负據据崗岗層层減减換换嚴严鎮镇陽阳輪轮訂订聽听況况報报簡简雲云"
    "贛赣幹干勁劲擬拟該该澤泽頂顶蘆芦頭头橋桥書书萬万鳳凤龍龙齊齐飛飞馬马魚鱼鳥鸟葉叶劉刘孫孙趙赵鄭郑陳陈"
    "鐵铁線线軌轨鐘钟錦锦銀银鋼钢錢钱闊阔閔闵閘闸隨随隊队陰阴陣阵階阶雞鸡離离霧雾靈灵靜静韓韩韋韦頁页頤颐"
    "館馆驛驿騰腾魯鲁鯉鲤鹽盐麗丽麥麦黃黄齒齿龜龟歐欧歡欢歲岁歷历歸归殘残殺杀氣气漢汉滬沪滾滚滿满漁渔潔洁"
    "瀾澜灘滩災灾烏乌無无煙烟熱热燈灯營营爐炉狀状獨独獲获瑪玛瓊琼畫画療疗盤盘眞真礦矿碼码禮礼禦御稅税穀谷"
    "窩窝筆笔籃篮糧粮紀纪約约紅红納纳純纯紙纸終终紹绍維维縣县繼继續续羅罗聖圣聲声腦脑腳脚膠胶臺台莊庄華华"
    "蓮莲蔣蒋蕪芜薩萨蘇苏處处號号蝦虾蟲虫衆众衛卫補补複复覽览觀观記记訓训託托訪访診诊詞词誌志課课請请諸诸"
    "謝谢譽誉讀读讓让貝贝財财賀贺賓宾賢贤賴赖購购賽赛趕赶躍跃軍军軟软輔辅輝辉輸输農农遠远遷迁遼辽邁迈鄉乡"
    "鄰邻醫医釀酿鋪铺鍋锅鎖锁鏡镜鑽钻閃闪閉闭閣阁隻只雜杂韌韧養养飯饭飾饰餘余騎骑驅驱驚惊鬆松鬥斗鷹鹰廳厅"
    "廟庙彎弯憲宪懷怀戲戏搶抢攔拦擊击擋挡撐撑敵敌斷断昇升曆历曉晓樓楼樣样樹树檔档檢检櫃柜殼壳毀毁決决沒没"
    "淺浅涼凉淨净湧涌溝沟溫温滅灭灑洒爲为牆墙獎奖壓压壘垒壩坝夢梦奪夺婦妇嬰婴寶宝寬宽寫写尋寻嶺岭嶼屿幫帮"
    "廢废兒儿儲储劇剧勞劳勝胜勳勋匯汇卻却廈厦吳吴嗎吗囑嘱圓圆執执塊块塗涂墊垫僑侨亞亚傳传傑杰傷伤僅仅儀仪"
    "倉仓們们併并佔占鹼碱麵面後后裡里裏里復复週周啟启漲涨閩闽錫锡瀋沈濰潍廬庐鴨鸭鍾钟閻阎鑄铸鍛锻鋰锂氫氢"
    "艦舰艙舱綫线嶽岳峽峡嶗崂滄沧漣涟灤滦溼湿濕湿樂乐買买倫伦員员宮宫屬属師师護护楊杨楓枫櫟栎欖榄橫横涇泾"
    "愛爱纖纤絨绒絡络綿绵纜缆肅肃藝艺榮荣藍蓝語语踐践鉑铂駛驶駕驾鮮鲜鴻鸿鵑鹃鵬鹏産产羣群峯峰巖岩髮发誼谊"
    "謙谦鶴鹤鷗鸥鷺鹭貓猫豬猪羨羡槍枪棟栋欄栏梘枧樁桩瀕濒煉炼爛烂燁烨璽玺瑩莹瑤瑶皚皑磚砖穎颖籬篱紗纱綢绸"
    "緯纬縱纵繡绣纓缨罷罢翹翘聰聪膽胆臘腊艷艳莖茎葦苇蔭荫蔥葱薈荟藥药蘊蕴蘋苹蠟蜡褲裤覺觉譯译豎竖軸轴輕轻"
    "辭辞邏逻鄧邓鉅巨銅铜銘铭鋁铝錨锚鍍镀鎢钨鏟铲闖闯闡阐霽霁靚靓頌颂頓顿頻频顆颗顧顾飄飘騏骐驕骄骯肮鬱郁"
    "魘魇鯨鲸鳴鸣鴛鸳鶯莺"
)
_TRADITIONAL_MAP: Final = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))

_PUNCTUATION: Final = {
    "•": "·",
    "・": "·",
    "‧": "·",
    "∙": "·",
    "●": "·",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "﹣": "-",
    "〔": "(",
    "〕": ")",
    "﹙": "(",
    "﹚": ")",
    "﹑": "、",
    "､": "、",
    "｡": "。",
    "〈": "《",
    "〉": "》",
}
# Quotation marks stand inside names too (“信息飞鱼”全球数字经济创新岛): dropped, but remembered as a break.
_QUOTES: Final = frozenset("“”‘’\"'「」『』＂＇")
_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)
_HALF_PAIRS: Final = range(0xD800, 0xE000)  # no characters and no UTF-8: they match nothing

# Most characters of a plan stay as they are or are one of these marks; only the others are folded one by one.
_COMMON: Final = tuple(zip("，；：（）", ",;:()", strict=True))

_AS_IT_IS: Final = "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`{|}~、。《》·"
_SAME: Final = 0
_OTHER: Final = 1
_FIRST_MARK: Final = 2  # and so on, in the order of `_COMMON`


def _treatments() -> bytes:
    """How each character of the basic plane is folded: not at all, as one of `_COMMON`, or by itself."""
    treatments = bytearray([_OTHER]) * 0x10000
    treatments[0x4E00:0xA000] = bytes(0xA000 - 0x4E00)
    for characters, treatment in ((_TRADITIONAL_MAP, _OTHER), (_AS_IT_IS, _SAME)):
        for character in characters:
            treatments[ord(character)] = treatment
    for treatment, (mark, _) in enumerate(_COMMON, start=_FIRST_MARK):
        treatments[ord(mark)] = treatment
    return bytes(treatments)


_TREATMENTS: Final = _treatments()
_NOWHERE: Final[frozenset[int]] = frozenset()
_MOST_FORMS: Final = 8192


class Folded:
    """A folded text and where characters of the original are missing from it.

    `breaks` has one folded position for each dropped character (white space or a quotation mark): the
    position before which it stood, in order. `quotes` are the positions before which a quotation mark was
    dropped.
    """

    __slots__ = ("breaks", "quotes", "text")

    def __init__(
        self, text: str, breaks: tuple[int, ...] = (), quotes: frozenset[int] = _NOWHERE
    ) -> None:
        self.text = text
        self.breaks = breaks
        self.quotes = quotes

    @property
    def origin(self) -> tuple[int, ...]:
        """The index in the original of each folded character."""
        return tuple(index + bisect_right(self.breaks, index) for index in range(len(self.text)))

    def has_break(self, position: int) -> bool:
        """Whether a character was dropped before a folded position."""
        at = bisect_left(self.breaks, position)
        return at < len(self.breaks) and self.breaks[at] == position

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of folded characters start..end (end exclusive, at least one character)."""
        if not self.breaks:
            return start, end
        return start + bisect_right(self.breaks, start), end + bisect_right(self.breaks, end - 1)


_forms: Final[dict[str, str]] = {}  # of characters met


def fold_character(character: str) -> str:
    """Return the one folded character for `character`, or "" where it does not count for matching."""
    form = _forms.get(character)
    if form is None:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        form = _forms[character] = _form(character)
    return form


def _form(character: str) -> str:
    if character.isspace() or character in _QUOTES or unicodedata.category(character) in ("Cf", "Cc"):
        return ""
    code = ord(character)
    if code in _HALF_PAIRS:
        return "\ufffd"
    if code in _FULL_WIDTH:
        character = chr(code - 0xFEE0)
    character = RADICALS.get(character, character)
    character = _PUNCTUATION.get(character, character)
    character = _TRADITIONAL_MAP.get(character, character)
    return character.upper() if character.isascii() else character


def fold(text: str) -> Folded:
    """Fold `text`: full-width forms, radicals, traditional characters and cases to one form, white space out.

    A line break inside a name does not hide it, since documents wrap lines anywhere.
    """
    table = _TREATMENTS
    others: list[int] = []
    marks = 0
    for index in range(len(text)):
        code = ord(text[index])
        treatment = table[code] if code < 0x10000 else _OTHER
        if treatment == _SAME:
            continue
        if treatment == _OTHER:
            others.append(index)
        else:
            marks |= 1 << treatment
    if marks:
        treatment = _FIRST_MARK
        for wide, narrow in _COMMON:
            if marks & (1 << treatment):
                text = text.replace(wide, narrow)
            treatment += 1
    return _fold_others(text, others) if others else Folded(text)


def _fold_others(text: str, others: list[int]) -> Folded:
    """Fold the characters at some positions of a text, in order; all others are folded already."""
    pieces: list[str] = []
    breaks: list[int] = []
    quotes: list[int] = []
    done = 0
    for index in others:
        if index > done:
            pieces.append(text[done:index])
        done = index + 1
        other = text[index]
        form = fold_character(other)
        if form:
            pieces.append(form)
            continue
        breaks.append(index - len(breaks))
        if other in _QUOTES:
            quotes.append(breaks[-1])
    pieces.append(text[done:])
    return Folded("".join(pieces), tuple(breaks), frozenset(quotes) if quotes else _NOWHERE)


def fold_name(name: str) -> str:
    """The folded form of a name, as it is looked up."""
    return fold(name).text
