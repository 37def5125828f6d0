"""What do the words of a task say, whatever sign they are printed in? A plain reading with the way back.

Full-width letters and digits, traditional characters and stray spaces (before punctuation, between a
number and its unit, at the wrapped end of a line) are levelled out, so that one grammar reads every print.
Positions in the plain reading lead back to characters of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# One sign for one: the traditional characters that plans' grammar uses, and the variants that converters
# make of them (製定, 體係, 全麵). Names of places and firms need none of this.
_PAIRS = (
    "並并佈布佔占係系個个備备傳传債债僅仅價价億亿償偿優优儲储內内兩两別别則则創创劃划動动務务勞劳勢势區区協协員员啟启單单噸吨國国圍围園园圓圆圖图團团執执報报場场塊块壓压壯壮學学實实審审寫写"
    "將将對对導导屬属島岛崗岗嶺岭巖岩師师帶带幣币幹干幾几庫库廠厂廢废廣广張张強强彈弹彌弥彎弯後后徑径從从復复徵征恆恒惡恶愛爱態态慮虑慶庆憑凭憲宪應应懷怀戰战戲戏戶户掛挂採采換换損损撥拨擁拥"
    "擇择擊击擔担據据擬拟擴扩數数斷断於于時时書书會会東东條条楊杨業业極极榮荣構构槍枪樂乐樑梁樓楼標标樞枢樣样樸朴樹树橋桥機机橫横檔档檢检櫃柜權权歐欧歡欢歲岁歷历殘残毀毁氣气氫氢決决沖冲況况"
    "涼凉淨净淺浅減减測测渾浑準准滅灭滬沪滯滞滲渗滿满漁渔漢汉漲涨漸渐潔洁潤润澤泽濃浓濕湿濟济濱滨瀘泸灑洒灘滩灣湾烏乌無无煉炼煙烟熱热燈灯燒烧營营爐炉爭争爾尔牆墙犧牺狀状猶犹獎奖獨独獲获獻献"
    "現现瑪玛環环瓊琼產产畝亩畫画異异當当疊叠療疗癥症發发皺皱盜盗盡尽監监盤盘眾众睜睁矯矫碩硕確确碼码磚砖礎础礙碍礦矿祿禄禮礼稅税種种稱称穀谷積积穩稳窮穷窯窑竄窜競竞筆笔筍笋箏筝節节範范築筑"
    "簡简簽签籃篮籌筹糧粮糾纠紀纪約约紅红紋纹納纳純纯紙纸級级紮扎細细終终組组結结絕绝絡络給给統统絲丝經经綜综綠绿維维綱纲網网緊紧緒绪線线緣缘編编緩缓練练縣县縮缩縱纵總总績绩織织繞绕繪绘繼继"
    "續续罰罚罷罢羅罗義义習习聖圣聯联聰聪聲声職职聽听肅肃脅胁脈脉腦脑腳脚膠胶膽胆臨临臺台與与興兴舉举舊旧艦舰艱艰芻刍荊荆莊庄華华萊莱萬万葉叶薦荐藍蓝藝艺藥药蘇苏蘊蕴蘭兰處处虛虚號号蟲虫術术"
    "衛卫衝冲裏里補补裝装裡里製制襲袭見见規规視视親亲覺觉覽览觀观觸触訂订計计訊讯討讨訓训記记訪访設设許许診诊評评詞词詢询試试該该詳详認认語语誠诚誤误說说課课調调請请論论諮咨諾诺謀谋謂谓謙谦"
    "講讲謝谢證证識识譜谱譯译議议護护讀读變变讓让豎竖豐丰貝贝負负財财貢贡貧贫貨货貫贯貯贮費费貼贴貿贸資资賓宾賞赏賢贤賣卖賦赋質质賬账賴赖購购賽赛贈赠贏赢趕赶趙赵躍跃車车軌轨軍军軟软較较載载"
    "輛辆輸输轉转轟轰辦办辭辞農农連连週周進进遊游運运過过達达違违遞递遠远適适遲迟遷迁選选遺遗還还邊边邏逻鄉乡鄧邓鄭郑鄰邻醫医釋释針针鈴铃鉤钩銀银銜衔銷销鋪铺鋼钢錄录錢钱錯错鍵键鎖锁鎮镇鏈链"
    "鏡镜鐘钟鐵铁鑒鉴鑰钥鑽钻長长門门閉闭開开間间閘闸關关陣阵陸陆隊队階阶際际隨随險险隻只雙双難难雲云電电靈灵靜静響响頂顶頃顷項项順顺預预領领頭头顆颗題题類类顧顾顯显飛飞飯饭飲饮飾饰養养餘余"
    "館馆馬马駐驻騰腾驅驱驗验體体鬥斗魚鱼鳥鸟鹽盐麗丽麵面點点黨党齊齐齡龄龍龙龐庞龜龟"
)
_WIDE = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))  # ０-９, Ａ-Ｚ, ａ-ｚ
_FOLD = (
    str.maketrans(_PAIRS[::2], _PAIRS[1::2])
    | {code: code - 0xFEE0 for code in _WIDE}
    | str.maketrans("．％＋～－＃", ".%+~-#")
)

_SPACE = re.compile(r"\s+")
_ENDS = frozenset("。！？；：!?;:")
_JOINS = frozenset("，、。；：！？）》”」』】,;:!?)")
_OPENS = frozenset("，、（《“「『【(")
_LONG_LINE = 20  # signs; a shorter line that stops without punctuation was not cut by the margin
_BREAK = "\n"


def fold(text: str) -> str:
    """Return the text with full-width and traditional signs levelled, sign for sign."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text without stray spaces: `plain` folded for the grammar, `printed` as it stands in the text."""

    plain: str
    printed: str
    _places: tuple[int, ...] | None  # of each sign in the text; None where nothing was dropped

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text that a stretch of the reading stands for."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1

    def words(self, start: int, end: int) -> str:
        """A stretch as printed, on one line."""
        return self.printed[start:end]


@lru_cache(maxsize=2)  # milestones and targets read the same text one after the other
def read_plainly(text: str) -> Reading:
    """Return the plain reading of a text; spaces and line ends stay only where they part sentences."""
    if not _SPACE.search(text):
        return Reading(fold(text), text, None)
    parts: list[str] = []
    places: list[int] = []
    at, line = 0, 0
    for found in _SPACE.finditer(text):
        parts.append(text[at : found.start()])
        places.extend(range(at, found.start()))
        line = line + found.start() - at
        kept = _kept_space(text, found, line)
        if kept:
            parts.append(kept)
            places.append(found.start())
        if "\n" in found[0]:
            line = 0
        at = found.end()
    parts.append(text[at:])
    places.extend(range(at, len(text)))
    printed = "".join(parts)
    return Reading(fold(printed), printed, tuple(places))


def _kept_space(text: str, found: re.Match[str], line: int) -> str:
    """What a run of white space says: a break, a space between words in Latin letters, or nothing."""
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    if not before or not after or after in _JOINS or before in _OPENS:
        return ""
    space = found[0]
    if before in _ENDS:
        return _BREAK if "\n" in space else ""
    if "\n" in space:
        return "" if line >= _LONG_LINE and space.count("\n") == 1 else _BREAK
    if before.isascii() and after.isascii():
        return " "
    wide = "\u3000" in space or len(space) > 1
    return _BREAK if wide and not before.isascii() and not after.isascii() else ""
