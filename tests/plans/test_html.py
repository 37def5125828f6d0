"""A saved web page as text: blocks, lists, tables, what is hidden, and the way back to the page."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html

from plans.document import read_document


def read(body, head=""):
    return read_document(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    "body, text",
    [
        ('<p>建设国际<a href="/s?q=1&amp;r">航运港</a>。再种树。</p>', "建设国际航运港。再种树。"),
        ('<p>与<span id=q><a title="a>b">港口股</a></span><span></span>联动。</p>', "与港口股联动。"),
        ("<p>第一行到此\n    第二行继续</p>", "第一行到此第二行继续"),
        ("<p>the quick\n  brown 狐狸</p>", "the quick brown 狐狸"),
        ("<p>甲<br>乙<br/><br />丙</p>", "甲\n乙\n丙"),
        ("<div>甲<p>乙<p>丙</div>丁", "甲\n乙\n丙\n丁"),
        ("<p>&nbsp;价格&lt;5元&hellip;&#x4e2d;&amp;&copy</p>", "\u00a0价格<5元…中&©"),
        ("<p>价格<5元，<平台>与a < b</p>", "价格<5元，<平台>与a < b"),
        ("<pre>一行\n  二行</pre>", "一行\n  二行"),
        ('<div style="visibility: hidden">公众号正文</div>', "公众号正文"),
        ("<p>强调<b>粗<i>斜</b>体</i>。</p>", "强调粗斜体。"),
        ("<h1>标题</h1>正文", "标题\n正文"),
    ],
)
def test_blocks_part_lines_and_nothing_else_does(body, text):
    assert read(body).text == text


@pytest.mark.parametrize(
    "body, text",
    [
        ("<ol><li>修桥<li>办学</ol>", "1. 修桥\n2. 办学"),
        ("<ol start=3><li>修桥<li value=7>办学<li>种树</ol>", "3. 修桥\n7. 办学\n8. 种树"),
        ("<ol reversed start=2><li>甲<li>乙</ol>", "2. 甲\n1. 乙"),
        ("<ol type=a><li>甲<li>乙</ol>", "a. 甲\nb. 乙"),
        ('<ol style="list-style-type: cjk-ideographic"><li>甲<li>乙</ol>', "一、甲\n二、乙"),
        ("<ol><li>甲<ol><li>子<li>丑</ol><li>乙</ol>", "1. 甲\n  （1）子\n  （2）丑\n2. 乙"),
        ("<ul><li>修桥<li><b>办学</b>。</ul>", "• 修桥\n• 办学。"),
        ("<ul><li>1.自己有号<li>（一）也有</ul>", "1.自己有号\n（一）也有"),
        ("<ol><li>3.5亿元投资</ol>", "1. 3.5亿元投资"),
        ('<ul style="list-style:none"><li>没有点</ul>', "没有点"),
        ("<ul><li><a href=/>首页</a><li><a href=/n>新闻</a></ul>", "首页\n新闻"),
    ],
)
def test_lists_print_their_numbers(body, text):
    document = read(body)
    assert document.text == text
    for start, end in document.generated:
        assert document.original_offset(start) == document.original_offset(end - 1)


@pytest.mark.parametrize(
    "body, text",
    [
        ("<table><tr><th>指标<th>数值<tr><td>桥<td>5座</table>后文", "指标\t数值\n桥\t5座\n后文"),
        ("<table><tr><td><p>甲</p></td><td><p>乙</p></td></tr></table>", "甲\t乙"),
        ("<table><tr><td>甲</td><td>乙<br>乙二</td><td>丙</td></tr></table>", "甲\n乙\n乙二\n丙"),
        (
            "<table><tr><td>栏目</td><td><table><tr><td><p>一、总则</p><p>1.修桥</p></td></tr></table></td></tr></table>",
            "栏目\n一、总则\n1.修桥",
        ),
    ],
)
def test_tables_give_a_line_a_row_and_layouts_do_not(body, text):
    assert read(body).text == text


def test_what_no_reader_sees_is_dropped_and_reported():
    page = (
        "<title>网页题</title><script>var 变量='<p>'</script><style>.文{}</style>"
        "<nav>首页<ul><li>要闻</ul></nav>"
        '<div style="display: none">藏起<div>来</div>的</div><!-- 旧稿 --><p hidden>也藏</p><p>正文。</p>'
    )
    document = read(page)
    assert document.text == "正文。"
    reasons = [skipped.reason for skipped in document.left_out]
    assert reasons == ["page title", "script", "style", "navigation", "hidden", "comment", "hidden"]
    assert all(skipped.text and skipped.characters for skipped in document.left_out)


def test_an_element_that_is_never_closed_hides_nothing():
    assert read("<nav>首页<p>1.修桥。").text == "首页\n1.修桥。"
    assert read('<p>甲<a href="x>乙</a><p>1.修桥。</p>').text.endswith("1.修桥。")
    assert read("<p>甲</p><title>乙<p>丙</p>").text == "甲\n乙\n丙"


def test_a_page_that_hides_everything_is_read_all_the_same():
    assert read('<div style="display:none"><p>1.修桥。</p></div>').text == "1.修桥。"


def test_settings_before_a_page_are_left_out():
    page = "---\ntitle: '某地规划'\ncategories:\n - 金融\n---\n\n<div>\n<p>　　一、基础</p></div>"
    document = read_document(page.encode())
    assert document.text == "　　一、基础" and document.left_out[0].reason == "front matter"
    assert page[document.original_offset(2) :].startswith("一、基础")


@pytest.mark.parametrize(
    "declared", ["", "<meta charset=iso-8859-1>", "<meta charset=utf-8>", "<meta charset=gbk>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_declared_encoding_need_not_be_true(declared, encoding):
    page = f"<html><head>{declared}</head><body><p>海滨新城建设工作要点，年底前完成。</p></body></html>"
    assert read_document(page.encode(encoding)).text == "海滨新城建设工作要点，年底前完成。"


def test_a_page_without_paragraphs_is_known_by_its_tags():
    page = "一、建设<br>1.修<b>桥</b>。<br>2.办<a href='/'>学</a>。<br>"
    assert read_document(page.encode()).text == "一、建设\n1.修桥。\n2.办学。"


def test_a_place_names_the_line_of_the_page():
    page = "<html>\n<body>\n<p>甲</p>\r\n<p>乙</p>"
    document = read_document(("\ufeff" + page).encode())
    place = document.locate(document.text.index("乙"))
    assert (place.line, place.offset) == (4, page.index("乙") + 1)


def test_control_characters_part_no_word_of_a_page():
    page = "<p>修\x00桥，办\x01学，" + "好事多。" * 60 + "</p>"
    document = read_document(page.encode())
    assert document.text.startswith("修桥，办学，") and document.original_offset(1) == page.index("桥")
    assert [(skipped.reason, skipped.characters) for skipped in document.left_out] == [
        ("control character", 2)
    ]


SIGNS = st.text(st.sampled_from("甲乙丙，。A1 \n<>&\"'/=!-;p"), max_size=30)
TAGS = (
    "<p> </p> <div|hidden> </div> <nav> </nav> <ol> <li> </ol> <table> <tr> <td> </td> </table> <br> &lt;"
    " &#13; <a|href='x'> </a> <!-- --> <script> </script> <b|title=\" <title> <pre> </pre> <svg/> <span>"
    " </span> <i|hidden> </i>"
)
TAG = st.sampled_from([tag.replace("|", " ") for tag in TAGS.split()])
PIECES = st.lists(st.one_of(SIGNS, TAG), max_size=25).map("".join)


@settings(max_examples=400)
@given(PIECES)
@example("<ol><li><div hidden>甲</div></ol><p>乙<td hidden>丙")
def test_every_character_is_where_it_came_from(body):
    page = f"<p>始{body}"
    document = read_document(page.encode())
    made = {place for start, end in document.generated for place in range(start, end)}
    last = 0
    for position, sign in enumerate(document.text):
        origin = document.original_offset(position)
        assert origin >= last and 0 <= origin < len(page)
        last = origin
        if position not in made and sign not in "\n\t ":
            assert page[origin] in (sign, "&")


WORDS = st.text(st.sampled_from("甲乙丙丁。，"), min_size=1, max_size=5)
INLINE = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["a", "b", "span", "em"]), WORDS)
BLOCK = st.recursive(
    st.builds("<p>{}</p>".format, st.lists(st.one_of(WORDS, INLINE), max_size=4).map("".join)),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["div", "section", "blockquote"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=8,
)


@given(st.lists(BLOCK, min_size=1, max_size=5).map("".join))
def test_well_formed_pages_give_the_paragraphs_that_lxml_finds(body):
    page = f"<!doctype html><html><body><p>始</p>{body}</body></html>"
    wanted = [text for paragraph in html.fromstring(page).iter("p") if (text := paragraph.text_content())]
    assert read_document(page.encode()).text.split("\n") == wanted


MALFORMED = (
    "<a|<a <a|' <a|\"x <!-- <!x </ <div|hidden> <p><nav> <ol><li> & &lt <td> <title> <table><tr><td> <script>"
    " </p> <svg> <a|href=>甲 <b></i> <p><span></p> <x|hidden><y> <nav>甲</nav>"
)


@pytest.mark.parametrize("unit", [unit.replace("|", " ") for unit in MALFORMED.split()])
def test_malformed_pages_take_time_in_step_with_their_length(unit, count_calls):
    short, long = (count_calls(lambda size=size: _try("<p>始" + unit * size)) for size in (300, 3000))
    assert long < 15 * short + 2_000


def _try(page):
    assert read_document(page.encode()).text.startswith("始")


@pytest.fixture
def count_calls():
    """Counts calls instead of seconds: a slow machine is no fault of the code."""
    import sys

    def count(function):
        calls = 0

        def profile(frame, event, argument):
            nonlocal calls
            calls += 1

        sys.setprofile(profile)
        try:
            function()
        finally:
            sys.setprofile(None)
        return calls

    return count
