"""The printed map on the web: the form and its preview, the files, what they keep, and refusals."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
from flask.testing import FlaskClient
from html_of import Page

import webmap
from layers.atlas import Atlas
from layers.map_print import FORMATS
from layers.map_print_draw import LAYERS
from layers.map_print_style import COLOURS
from layers.tasks import TaskFilter, find_tasks
from webmap.app import Config, create_app

STATIC = Path(webmap.__file__).parent / "static"
DAY = "today=2024-03-01"
BOX = "bbox=121.90,30.88,121.96,30.92"


def form_of(client: FlaskClient, query: str = "") -> Page:
    answer = client.get(f"/print?{query}")
    assert answer.status_code == 200
    return Page(answer.text)


def preview_of(page: Page) -> str:
    (image,) = page.all("img")
    return str(image["src"])


def text_of(pdf: bytes) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    return text


@pytest.mark.parametrize("fmt, begins", [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_file_is_sent_with_its_type_and_name(client: FlaskClient, fmt: str, begins: bytes) -> None:
    answer = client.get(f"/print.{fmt}?{BOX}&{DAY}&paper=a3&dpi=72")
    assert answer.status_code == 200
    assert answer.mimetype == FORMATS[fmt]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="lingang-map-a3.{fmt}"'
    assert answer.data.startswith(begins)
    again = client.get(
        f"/print.{fmt}?{BOX}&{DAY}&paper=a3&dpi=72", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_the_file_holds_exactly_what_is_filtered(client: FlaskClient, atlas: Atlas) -> None:
    found = find_tasks(atlas, TaskFilter(zone="dishui-core", plan="2023", stage="open,operate"))
    pdf = client.get(f"/print.pdf?zone=dishui-core&plan=2023&stage=open,operate&list=1&{DAY}").data
    document = pypdfium2.PdfDocument(pdf)
    listed = "".join(p.get_textpage().get_text_range() for p in list(document)[1:])
    assert 0 < len(found) < 26
    assert set(re.findall(r"^(\d{4}-\d+) ", listed, re.MULTILINE)) == {task.id for task in found}
    assert f"{len(atlas.tasks)} 项任务中的 {len(found)} 项" in text_of(pdf)
    assert "滴水湖核心" in text_of(pdf) and "2023" in text_of(pdf)


def test_a_new_title_or_language_is_a_new_file(client: FlaskClient) -> None:
    answer = client.get(f"/print.pdf?{BOX}&{DAY}&lang=en&title=Around+the+lake")
    assert "Around the lake" in text_of(answer.data)
    assert "Made on 2024-03-01" in text_of(answer.data)
    other = client.get(f"/print.pdf?{BOX}&{DAY}&lang=en&title=Elsewhere")
    assert "Elsewhere" in text_of(other.data)


def test_the_operator_s_lines_are_on_the_paper(atlas: Atlas) -> None:
    config = Config(approval="沪S(2024)042号", attribution="某某数据")
    text = text_of(create_app(config, atlas).test_client().get(f"/print.pdf?{BOX}&{DAY}").data)
    assert "审图号：沪S(2024)042号" in text
    assert "某某数据" in text


def test_the_form_s_preview_is_what_will_be_printed(client: FlaskClient) -> None:
    page = form_of(
        client, f"{BOX}&plan=2023,2020&focus=community-105&title=T&paper=a3&layers=zones,sites&{DAY}"
    )
    address = preview_of(page)
    kept = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert kept == {
        "bbox": "121.90,30.88,121.96,30.92", "plan": "2023,2020", "focus": "community-105", "title": "T",
        "paper": "a3", "orientation": "landscape", "layers": "zones,sites", "today": "2024-03-01",
        "dpi": "120",
    }  # fmt: skip
    picture = client.get(address)
    assert picture.mimetype == "image/png"
    (image,) = page.all("img")
    width, height = struct.unpack(">II", picture.data[16:24])
    assert abs(int(image["width"]) - width) <= 1 and abs(int(image["height"]) - height) <= 1


def test_the_form_sends_back_filter_and_view(client: FlaskClient) -> None:
    page = form_of(client, f"zone=dishui-core&due=2023-H1&q=项目&{BOX}&lang=en")
    hidden = {x["name"]: x["value"] for x in page.all("input") if x.get("type") == "hidden"}
    sent = {"zone": "dishui-core", "due": "2023-H1", "q": "项目", "bbox": BOX[5:], "lang": "en"}
    assert sent.items() <= hidden.items()
    buttons = [x.get("formaction") for x in page.all("button")]
    assert {f"/print.{fmt}" for fmt in FORMATS} <= set(buttons)
    back = next(x for x in page.links() if x.startswith("/?") and "due=" in x and "in=" in x)
    assert parse_qs(urlsplit(back).query)["in"] == ["dishui-core"]


def test_what_is_compared_is_printed_together_and_found_again(client: FlaskClient) -> None:
    page = form_of(client, f"{BOX}&plan=2020,2023&compare=2020,2023&swipe=40&{DAY}")
    assert "合在一起" in page.text
    back = next(x for x in page.links() if x.startswith("/?") and "compare=" in x)
    found = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}
    assert found == {"compare": "2020,2023", "swipe": "40"}
    assert "合在一起" not in form_of(client, f"{BOX}&plan=2020,2023&{DAY}").text


def test_every_layer_can_be_chosen_and_none_stays_none(client: FlaskClient) -> None:
    boxes = [x for x in form_of(client, BOX).all("input") if x.get("name") == "layers"]
    assert [x["value"] for x in boxes if x["type"] == "checkbox"] == list(LAYERS)
    assert all("checked" in x for x in boxes if x["type"] == "checkbox")
    bare = form_of(client, f"{BOX}&layers=none")
    assert not [x for x in bare.all("input") if x.get("name") == "layers" and "checked" in x]
    assert parse_qs(urlsplit(preview_of(bare)).query)["layers"] == ["none"]
    pdf = client.get(f"/print.pdf?{BOX}&{DAY}&layers=none&layers=stops").data
    assert "站点、换乘站" in text_of(pdf) and "105社区" not in text_of(pdf)


def test_an_area_wins_over_the_view_and_does_not_filter(client: FlaskClient, atlas: Atlas) -> None:
    pdf = client.get(f"/print.pdf?{BOX}&area=lingang&{DAY}").data
    assert "杭 州 湾" in re.sub(" +", " ", text_of(pdf))
    assert f"全部 {len(atlas.tasks)} 项任务" in text_of(pdf)


def test_a_title_is_escaped_in_the_form(client: FlaskClient) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}'
    answer = client.get("/print", query_string={"title": hostile})
    assert "<script>alert" not in answer.text and "49" not in Page(answer.text).text
    (field,) = [x for x in Page(answer.text).all("input") if x.get("name") == "title"]
    assert field["value"] == hostile


@pytest.mark.parametrize("page", ["/print", "/print.pdf"])
@pytest.mark.parametrize(
    "query, status, says",
    [
        ("paper=a5", 400, "a4, a3"),
        ("orientation=up", 400, "landscape, portrait"),
        ("bbox=1,2,3", 400, "west,south,east,north"),
        ("bbox=2,48,3,49", 400, "outside the drawing"),
        ("bbox=nan,nan,nan,nan", 400, "no box on earth"),
        ("at=12", 400, "zoom/lat/lon"),
        ("area=lingan", 404, "lingang"),
        ("focus=nowhere", 404, "nowhere"),
        ("layers=zone", 400, "use any of: zones"),
        ("stack=zones.5", 400, "10 to 100"),
        ("stack=-nothing", 400, "schools"),
        ("layers=zones.60,nothing", 400, "such as zones.60"),
        ("list=yes", 400, "list"),
        ("today=1.3.2024", 400, "YYYY-MM-DD"),
        ("zone=dishui-cor", 404, "dishui-core"),
        ("stage=ended", 400, "complete"),
        ("near=nowhere", 404, "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    client: FlaskClient, page: str, query: str, status: int, says: str
) -> None:
    answer = client.get(f"{page}?{query}&lang=en")
    assert answer.status_code == (200 if page == "/print" else status)  # the form opens without it
    assert says in Page(answer.text).text


@pytest.mark.parametrize(
    "address, says",
    [
        ("/print.tiff", "pdf, png, svg"),
        ("/print.png?dpi=5000", "40 to 600"),
        ("/print.png?dpi=-3", "whole number"),
        ("/print.pdf?title=" + "x" * 81, "80 at most"),
    ],
)
def test_wrong_files_are_refused(client: FlaskClient, address: str, says: str) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code == 400
    assert says in Page(answer.text).text


def test_without_fonts_the_answer_is_503_and_the_form_still_opens(
    client: FlaskClient, no_fonts: None
) -> None:
    answer = client.get("/print.pdf?today=2019-09-09")
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.text
    assert client.get("/print?today=2019-09-09").status_code == 200


def test_paper_has_the_colours_of_the_screen_s_light_theme() -> None:
    light = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8").split("}", 1)[0]
    tokens = dict(re.findall(r"--([\w-]+): (#\w{6})", light))
    assert {name: tokens.get(name) for name in COLOURS} == dict(COLOURS)


def test_what_the_map_can_switch_off_can_be_left_out_of_the_print(client: FlaskClient) -> None:
    boxes = Page(client.get("/").text).all("input")
    switches = {str(box["data-layer"]) for box in boxes if "data-layer" in box}
    assert switches == set(LAYERS) - {"counts"}


def test_order_strength_and_absence_of_the_layers_come_with_the_link(client: FlaskClient) -> None:
    page = form_of(client, f"{BOX}&stack=zones.60,lines,-schools&lang=en&{DAY}")
    boxes = {x["value"]: "checked" in x for x in page.all("input") if x.get("type") == "checkbox"}
    assert boxes["zones"] and not boxes["schools"]
    assert "Functional zones 60 %" in page.text and "Functional zones; Coastal belt; Lines" in page.text
    back = next(x for x in page.links() if x.startswith("/?") and "layers=" in x)
    assert parse_qs(urlsplit(back).query)["layers"] == [
        "schools,hospitals,sites,stops,zones.60,belt,lines,towns,-schools"
    ]
    usual = next(x for x in page.links() if x.startswith("/print?") and "bbox=" in x)
    assert "stack" not in parse_qs(urlsplit(usual).query)
    faint = client.get(f"/print.svg?{BOX}&stack=zones.60,-schools&{DAY}").data
    assert faint == client.get(f"/print.svg?{BOX}&layers=zones.60,-schools&{DAY}").data  # as the map's link
    assert b'opacity="0.6"' in faint and faint != client.get(f"/print.svg?{BOX}&{DAY}").data
