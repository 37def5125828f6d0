"""Made-up plans for the speed of reading: our own sentences, as text, web page, Word file and PDF.

The same seed gives the same bytes. Sizes are of the plan's own words: bytes in UTF-8, before a format adds
tags, menus or tables of its own or packs them (docx, pdf: Deflate, as word processors do).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

import docx

from plans.formats.ordinals import format_ordinal

PLACES = ("东岸", "西湾", "芦洲", "海桥", "云塘", "青浦港", "望潮", "星屿", "南堤", "北渡")
THINGS = (
    "实验学校", "社区卫生服务中心", "污水处理厂扩建工程", "智能装备产业园二期", "滨海公园", "文化馆",
    "换乘枢纽", "人才公寓", "综合能源站", "算力中心", "冷链物流基地", "随塘河综合整治工程", "数据交易平台",
)  # fmt: skip
STEPS = ("开工建设", "竣工", "结构封顶", "建成投用", "完成竣工验收", "启动前期研究", "正式开放", "投入运营")
DUES = ("年内", "6月底前", "三季度前", "上半年", "年底前", "10月底前", "到2031年", "“十五五”期间")
WAYS = ("确保", "力争", "推动", "加快推进", "实现", "")
COUNTS = (
    "新增充电桩{n}个以上", "引进重点企业不少于{n}家", "盘活存量土地约{n}亩", "新建绿道{n}公里",
    "供应租赁住房{n}套", "固定资产投资增长{d}%", "培育专精特新企业3-5家", "改造老旧小区{n}万平方米",
)  # fmt: skip
PLAIN = (
    "完善跨部门协同的工作机制，压实各方责任，定期通报进展。",
    "面向企业和居民的需求，优化服务流程，推动更多事项一次办成。",
    "加强与周边地区的联系，促进人员、货物和信息更便利地往来。",
    "围绕绿色低碳的方向，引导建筑、交通和产业逐步转型。",
    "坚持问题导向，梳理薄弱环节，形成清单并逐项销号。",
)
VERBS = ("提升", "优化", "建设", "完善", "推进", "打造", "做强", "拓展")
FIELDS = ("交通网络", "营商环境", "公共服务", "产业集群", "生态空间", "数字底座", "住房保障", "开放平台")
ITEMS_PER_SECTION, SECTIONS_PER_CHAPTER = 12, 5


class Part(NamedTuple):
    """A paragraph of a plan: what it is (title, chapter, section, item), its number, its words."""

    kind: str
    number: int
    words: str


def make_plan(size: int, seed: int) -> list[Part]:
    """The paragraphs of a plan of about that many bytes."""
    chance = random.Random(seed)
    parts = [Part("title", 0, f"{chance.choice(PLACES)}新城2031年工作要点")]
    written = chapter = 0
    while written < size:
        chapter += 1
        for part in _chapter(chance, chapter):
            parts.append(part)
            written += len(part.words.encode()) + 6
            if written >= size and part.kind == "item":
                break
    return parts


def _chapter(chance: random.Random, number: int) -> Iterator[Part]:
    """A chapter with its sections and their items, numbered anew in each section."""
    yield Part("chapter", number, chance.choice(VERBS) + chance.choice(FIELDS))
    for section in range(1, SECTIONS_PER_CHAPTER + 1):
        yield Part("section", section, chance.choice(VERBS) + chance.choice(FIELDS) + "能级")
        for item in range(1, ITEMS_PER_SECTION + 1):
            yield Part("item", item, _item(chance))


def _item(chance: random.Random) -> str:
    """A lead phrase, then three to six sentences: promises, numbers, and talk that promises nothing."""
    lead = chance.choice(VERBS) + chance.choice(PLACES) + chance.choice(FIELDS) + "。"
    makers = chance.choices((_promise, _count, lambda rng: rng.choice(PLAIN)), k=chance.randint(3, 6))
    return lead + "".join(make(chance) for make in makers)


def _promise(chance: random.Random) -> str:
    first, second = (chance.choice(PLACES) + chance.choice(THINGS) for _ in range(2))
    way = chance.choice(WAYS)
    if chance.random() < 0.3:
        return f"{first}、{second}{chance.choice(DUES)}{chance.choice(STEPS)}。"
    return f"{chance.choice(DUES)}，{way}{first}{chance.choice(STEPS)}，{second}{chance.choice(STEPS)}。"


def _count(chance: random.Random) -> str:
    counted = chance.choice(COUNTS).format(n=chance.randint(2, 900), d=chance.randint(2, 40))
    return f"{chance.choice(DUES)}{counted}，服务{chance.choice(PLACES)}片区发展。"


def numbered(part: Part) -> str:
    """A paragraph with its number as printed."""
    chinese = format_ordinal(part.number, "chineseCountingThousand")
    heads = {"title": "", "chapter": f"{chinese}、", "section": f"（{chinese}）", "item": f"{part.number}. "}
    return heads[part.kind] + part.words


def as_text(parts: Sequence[Part], seed: int) -> bytes:
    """Plain text; every fourth in GB18030, every fourth wrapped at 38 characters."""
    if seed % 4 == 1:
        lines = [line for part in parts for line in _wrap(numbered(part), 38)]
        return "\n".join(lines).encode()
    return "\n\n".join(numbered(part) for part in parts).encode("gb18030" if seed % 4 == 2 else "utf-8")


def as_page(parts: Sequence[Part], seed: int) -> bytes:
    """A web page as saved: scripts, menu, share bar, spans within paragraphs, related links."""
    menu = "".join(f'<li><a href="/c/{n}.html">{place}频道</a></li>' for n, place in enumerate(PLACES))
    related = "".join(f'<li><a href="/r/{n}">{place}要闻</a></li>' for n, place in enumerate(PLACES))
    script = f"<script>var page={{id:{seed},tags:[1,2]}};function share(n){{return n+1}}</script>\n"
    head = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{parts[0].words}</title>\n{script * 20}"
    tags = {"title": "h1", "chapter": "h2", "section": "h3", "item": "p"}
    body = "\n".join(_page_part(tags[part.kind], numbered(part)) for part in parts)
    around = f"</head><body><nav><ul>{menu}</ul></nav><div class=share>分享到：</div><div class=article>\n"
    return (
        f"{head}{around}{body}\n</div><div><p>相关阅读：</p><ul>{related}</ul></div></body></html>".encode()
    )


def _page_part(tag: str, words: str) -> str:
    lead, stop, rest = escape(words).partition("。")
    return (
        f'<{tag} style="text-indent:2em"><strong>{lead}</strong>{stop}<span class="t">{rest}</span></{tag}>'
    )


def as_word(parts: Sequence[Part], seed: int) -> bytes:
    """A Word file; in every second one the items are numbered by Word."""
    automatic = seed % 2 == 1
    body, lists = [], 0
    for part in parts:
        lists += part.kind == "section"
        own = automatic and part.kind == "item"
        words = part.words if own else numbered(part)
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{lists}"/></w:numPr>' if own else ""
        lead, stop, rest = escape(words).partition("。")
        runs = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{lead}{stop}</w:t></w:r><w:r><w:t>{rest}</w:t></w:r>"
        body.append(f"<w:p><w:pPr>{number}</w:pPr>{runs}</w:p>")
    return _pack_word("".join(body), lists)


def _pack_word(body: str, lists: int) -> bytes:
    """python-docx's empty package with another body, and one list that so many instances begin anew."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    )
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    instances = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="1"/>{anew}</w:num>' for n in range(1, lists + 1)
    )
    kept = f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>{instances}'
    replaced = {
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(),
        "word/numbering.xml": f"<w:numbering {space}>{kept}</w:numbering>".encode(),
    }
    template, written = io.BytesIO(), io.BytesIO()
    docx.Document().save(template)
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, replaced.get(member) or old.read(member))
    return written.getvalue()


# PDF: A4, type of 10.5 points, 42 characters in a line and 46 lines on a page; lengths in points.
_SIZE, _LEADING, _LEFT, _TOP, _PER_LINE, _PER_PAGE = 10.5, 15.0, 77.0, 775.0, 42, 46
_FONT = (  # as word processors write them: numbered glyphs, and a table that says which signs they draw
    b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Song/Encoding/Identity-H/DescendantFonts[4 0 R]"
    b"/ToUnicode 6 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
    b"/Supplement 0>>/DW 1000/W[32 126 500]/FontDescriptor 5 0 R/CIDToGIDMap/Identity>>",
    b"<</Type/FontDescriptor/FontName/AAAAAA+Song/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)


def as_pdf(parts: Sequence[Part], seed: int) -> bytes:
    """A PDF as printed: wrapped lines with first lines set in, a header and a number on every page."""
    lines = [
        (indent, line)
        for part in parts
        for at, line in enumerate(_wrap("　　" + numbered(part), _PER_LINE))
        for indent in (2 * (at == 0),)
    ]
    pages = [lines[at : at + _PER_PAGE] for at in range(0, len(lines), _PER_PAGE)]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", *_FONT, _signs_of(lines)]
    kids = []
    for number, page in enumerate(pages, start=1):
        content = zlib.compress(_draw(page, parts[0].words, number), 6)
        filled = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content)
        objects.append(filled)
        settings = b"/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R"
        objects.append(b"<</Type/Page" + settings % len(objects) + b">>")
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _assemble(objects)


def _signs_of(lines: Sequence[tuple[int, str]]) -> bytes:
    """The table of a font (ToUnicode); a glyph's number is its sign's code here."""
    codes = sorted({f"{ord(sign):04X}" for _, line in lines for sign in line + "—0123456789"})
    tables = [codes[at : at + 100] for at in range(0, len(codes), 100)]
    listed = "".join(
        f"{len(table)} beginbfchar\n" + "".join(f"<{code}> <{code}>\n" for code in table) + "endbfchar\n"
        for table in tables
    )
    head = "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CMapType 2 def\n"
    head += "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    content = f"{head}{listed}endcmap end end".encode()
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _draw(page: Sequence[tuple[int, str]], header: str, number: int) -> bytes:
    placed = [(_LEFT, 810.0, header), (290.0, 40.0, f"— {number} —")]
    for row, (indent, line) in enumerate(page):
        placed.append((_LEFT + indent * _SIZE, _TOP - row * _LEADING, line.lstrip("　")))
    shown = (
        f"BT /F {_SIZE} Tf {x:.1f} {y:.1f} Td <{words.encode('utf-16-be').hex()}> Tj ET"
        for x, y, words in placed
    )
    return "\n".join(shown).encode()


def _assemble(objects: Sequence[bytes]) -> bytes:
    """Objects, numbered from 1, as a file with its table of offsets."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


_WORD = re.compile("[“（]*(?:[0-9A-Za-z.%-]+|.)[，。、；：”）]*")


def _wrap(words: str, width: int) -> list[str]:
    """Lines of a paragraph; numbers stay whole, and no line begins with closing punctuation."""
    lines, line, taken = [], "", 0.0
    for word in _WORD.findall(words):
        room = sum(0.5 if sign.isascii() else 1.0 for sign in word)
        if taken + room > width:
            lines.append(line)
            line, taken = "", 0.0
        line += word
        taken += room
    return [*lines, line]


FORMATS: dict[str, Callable[[Sequence[Part], int], bytes]] = {
    "txt": as_text,
    "html": as_page,
    "docx": as_word,
    "pdf": as_pdf,
}
