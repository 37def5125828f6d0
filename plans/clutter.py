"""Which lines of a published document are not its own: editors' lines, captions, advertisements, menus?

All patterns look at folded lines (see `plans.marks`), know simplified and traditional characters, and are
bounded, so that a line costs time in proportion to its length at most.
"""

from __future__ import annotations

import re

TAIL_CHARS = 160  # how far from the end of a line an advertisement may begin
FRONT_MATTER_CHARS = 8_000  # within which a block of metadata at the head must end

_SPACE = r"[\s\u200b\ufeff]{0,20}"
_BACK = re.compile(
    rf"{_SPACE}(?:[【\[（(]\s?)?(?:"
    r"(?:责任编辑|責任編輯|责编|編輯|编辑|校对|审核|作者|记者|記者|通讯员|来源|來源|信息来源|文章来源|稿件来源|资料来源|转自"
    r"|原标题|原標題|声明|聲明|供稿|摄影|上一?[篇个個]|下一?[篇个個]|上一條|上一条|下一條|下一条)\s{0,2}[:：]"
    r"|(?:相关阅读|相關閱讀|延伸阅读|延伸閱讀|推荐阅读|相关链接|相关新闻|相关文章|热门推荐|免责声明|版权声明|版权所有|分享到"
    r"|打印本页|打印|关闭窗口|返回顶部|网站地图|联系我们|[给給]TA打[赏賞])\s{0,2}(?:[:：】\]]|$)"
    r"|扫码关注|扫描二维码|扫一扫|掃碼|长按二维码|长按识别|点击阅读|點擊閱讀|阅读原文|閱讀原文|点击查看原文|Copyright\b|©"
    r"|海量资讯|更多精彩|(?:版权所有|主办单位)\s{0,2}[:：©]|[沪京浙苏粤]?ICP[备證证])"
    rf"|{_SPACE}[—–\-=]{{1,6}}\s?(?:END|完|正文结束|THE END)|{_SPACE}[（(]\s?(?:完|全文完|END)\s?[）)]\s?$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:(?<![提申])(?:敬请|请|敬請|請)|欢迎|歡迎|扫码|掃碼|扫描二维码|长按二维码|点击名片)"
    r"(?:您|大家|持续|继续|微信|搜索|扫码|长按|点击){0,3}[关關][注註]"
    r"(?:[:：]|公众号|微信|我们|“|「|『)[^\n]{0,60}$"
    r"|(?:[点點][击擊])?[阅閱][读讀]原文[^\n]{0,20}$"
    r"|[（(【](?:来源|來源|记者|記者|编辑|編輯|责编|责任编辑|通讯员)[:：\s][^（(）)】\n]{1,60}[）)】]$"
    r"|(?:海量资讯[^\n]{0,20})?尽在[^\n，。]{1,16}(?:APP|客户端|公众号)$",
    re.IGNORECASE,
)
_TAIL_WORDS = ("注", "註", "原文", "尽在")  # without any of these, or a bracket at the end, there is no tail
_CLOSING = ("）", ")", "】", "]")
_CAPTION = re.compile(
    rf"{_SPACE}(?:[△▲▼▽]\s{{0,2}}\S|[（(\[【]?\s?(?:资料图|資料圖|配图|题图|图片来源|圖片來源|图源|图为|图/|图:|图：|供图|摄影)"
    r"|(?:图|圖)\s{0,2}\d{1,3}(?:[-.]\d{1,3})?(?:[\s:：.、]|$)|微信(?:截图|图片)|(?:网页|屏幕)?截图_?\d"
    r"|[^\s，。]{1,60}\.(?:jpg|jpeg|png|gif|webp)\s?$|!\[)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rf"{_SPACE}(?:[—–\-]\s{{0,2}}\d{{1,4}}\s{{0,2}}[—–\-]|第\s{{0,2}}\d{{1,4}}\s{{0,2}}页"
    r"(?:\s{0,2}[,，/共]\s{0,2}(?:共\s{0,2})?\d{1,4}\s{0,2}页)?"
    r"|\d{1,4}\s{0,2}/\s{0,2}\d{1,4}|\d{1,4})\s{0,20}$"
)
_ANNEX = re.compile(
    rf"{_SPACE}(?:附件|附表|附录|附錄|附图|附注|名词解释)\s{{0,2}}[\d一二三四五六七八九十]{{0,3}}\s{{0,2}}"
    r"(?:[:：.、]|$|(?=\s))"
)
_METADATA = re.compile(r"\s{0,200}---[ \t]{0,20}(?:\n|(?=[ ]\S)).*?(?:\n| )---[ \t]{0,20}(?=\n|$)", re.DOTALL)
_COUNT = r"\s?[\d一二三四五六七八九十]{1,3}\s?"
_DATE = re.compile(rf"{_SPACE}(?:\d{{4}}|[二〇○零一九八七六五四三]{{4}})\s?年{_COUNT}月{_COUNT}日\s{{0,20}}$")
_OFFICE = re.compile(
    r"\s{0,60}[^\s，。；：、,]{2,30}(?:委员会|政府|管委会|办公室|局|厅|院|部|公司|中心|辦公廳|办公厅)\s{0,20}$"
)


def find_front_matter(text: str) -> int:
    """Return where a block of metadata between two lines `---` at the head of a text ends (0: none)."""
    found = _METADATA.match(text[:FRONT_MATTER_CHARS])
    return found.end() if found else 0


def reason_to_leave(line: str) -> str | None:
    """Return why a whole line is no part of a plan, or None."""
    if _CAPTION.match(line):
        return "caption"
    if _PAGE.match(line):
        return "page number"
    return "advertisement" if is_advertisement(line) else None


def is_advertisement(line: str) -> bool:
    """Whether a line is an editor's line or an advertisement and nothing else."""
    return ends_document(line) or (bool(tail := find_tail(line)) and line.strip() == tail.strip())


def ends_document(line: str) -> bool:
    """Whether a line is of the kind that stands behind a document: source, editor, related reading."""
    return bool(_BACK.match(line))


def is_annex(line: str) -> bool:
    """Whether an annex begins with this line."""
    return len(line) <= 60 and bool(_ANNEX.match(line))


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else, as under a signature."""
    return bool(_DATE.match(line))


def is_office(line: str) -> bool:
    """Whether a line is the name of an office and nothing else, as in a signature."""
    return bool(_OFFICE.match(line))


def find_tail(line: str) -> str:
    """What is printed behind a line's text but is not part of it; empty where there is nothing."""
    shown = line.rstrip()
    end = shown[-TAIL_CHARS:]
    if not (end.endswith(_CLOSING) or any(word in end for word in _TAIL_WORDS)):
        return ""
    found = _TAIL.search(shown, max(0, len(shown) - TAIL_CHARS))
    return line[found.start() :] if found else ""
