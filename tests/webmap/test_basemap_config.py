"""What an operator configures for the map, on the command line or in the environment, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answers import Answer
from flask.testing import FlaskClient

from layers.atlas import Atlas
from webmap.app import Config, create_app
from webmap.basemaps import BasemapError, get_basemap
from webmap.credits import MAX_APPROVAL, CreditError, credits, parse_contact, parse_credit
from webmap.serve_options import read_options

TILES = "https://tiles.example.org:8443/{z}/{x}/{y}.png?style=a"
OPTIONS = "basemap basemap_datum basemap_attribution approval_number attribution contact embed_from"
NOTHING = dict.fromkeys(OPTIONS.split())
HOSTILE = "<script>alert(1)</script>"


def served(atlas: Atlas, **chosen: str) -> FlaskClient:
    """The application as `lingang serve` would make it from these options."""
    return create_app(Config(**read_options(**{**NOTHING, **chosen})), atlas=atlas).test_client()


def pictures(client: FlaskClient, address: str = "/zones") -> list[str]:
    """Where pictures of a page may come from."""
    rules = client.get(address).headers["Content-Security-Policy"].split("; ")
    (found,) = [rule.split()[1:] for rule in rules if rule.startswith("img-src")]
    return found


def test_tiles_of_an_address_are_drawn_credited_and_allowed_as_pictures_only(atlas: Atlas) -> None:
    client = served(atlas, basemap=TILES, basemap_attribution="© 测绘院")
    assert "tiles.example.org:8443/{z}/{x}/{y}.png?style=a" in client.get("/map.js").text
    assert pictures(client) == ["'self'", "data:", "https://tiles.example.org:8443"]
    policy = client.get("/zones").headers["Content-Security-Policy"]
    assert policy.count("example.org") == 1
    for address in ("/", "/embed", "/progress"):
        assert "© 测绘院" in client.get(address).text, address


def test_without_an_attribution_the_server_is_named_and_s_stands_for_three() -> None:
    basemap = get_basemap("https://{s}.example.org/{z}/{x}/{y}.png")
    assert basemap.hosts == tuple(f"https://{letter}.example.org" for letter in "abc")
    assert (basemap.attribution, basemap.datum) == ("a.example.org", "wgs84")


@pytest.mark.parametrize(
    "address, why",
    [
        ("https://a.org/{z}/{x}.png", r"lacks \{y\}"),
        ("ftp://a.org/{z}/{x}/{y}", "does not begin with"),
        ("//a.org/{z}/{x}/{y}", "does not begin with"),
        ("javascript://a.org/{z}/{x}/{y}", "does not begin with"),
        ("https://a.org/{z}/{x}/{y}; script-src *", "holds"),
        ("https://a.org;script-src/{z}/{x}/{y}", "holds ';'"),
        ("https://a.org/{z}/{x}/{y}.png?'", "holds"),
        ('https://a.org/{z}/{x}/{y}.png?"', "holds"),
        ("https://a.org/{z}/{x}/{y}\r\nX-Evil: 1", "holds"),
        ("https://a.org,*/{z}/{x}/{y}", "holds ','"),
        ("https://*/{z}/{x}/{y}", "no proper host"),
        ("https:///{z}/{x}/{y}", "no proper host"),
        ("https://a..org/{z}/{x}/{y}", "no proper host"),
        ("https://a.org:99999/{z}/{x}/{y}", "no proper host"),
        ("https://{z}.org/{x}/{y}/{q}", "braces other than"),
        ("https://a.org/{z}/{x}/{y}/{r}", "braces other than"),
        ("https://user:secret@a.org/{z}/{x}/{y}", "user name"),
        ("https://a.org/{z}/{x}/{y}/" + "a" * 500, "at most 500"),
    ],
)
def test_an_address_that_no_browser_could_use_is_refused(address: str, why: str) -> None:
    with pytest.raises(BasemapError, match=why):
        get_basemap(address)


def test_an_address_inside_the_host_never_brings_a_placeholder_into_the_policy() -> None:
    with pytest.raises(BasemapError, match="no proper host"):
        get_basemap("https://t{x}.example.org/{z}/{y}")


def test_on_a_shifted_background_the_pages_say_so_and_layers_follow(atlas: Atlas) -> None:
    client = served(atlas, basemap=TILES, basemap_datum="gcj02")
    assert "datum=gcj02" in client.get("/map.js").text
    for address in ("/", "/embed", "/progress"):
        assert "GCJ-02" in client.get(address).text, address
        assert 'data-datum="gcj02"' in client.get(address).text, address
    assert "shifted" in client.get("/?lang=en").text
    assert "GCJ-02" not in served(atlas, basemap=TILES).get("/").text


def test_a_background_known_by_name_keeps_its_own_datum() -> None:
    for option in ({"datum": "wgs84"}, {"attribution": "me"}):
        with pytest.raises(BasemapError, match="'amap' has its own"):
            get_basemap("amap", **option)


def test_approval_number_and_attribution_stand_under_every_map_and_page(atlas: Atlas) -> None:
    client = served(atlas, approval_number="GS(2024)0650号", attribution=HOSTILE)
    for address in ("/", "/embed", "/zones", "/tasks/2023-54", "/nowhere"):
        html = client.get(address).text
        assert "审图号：GS(2024)0650号" in html, address
        assert "&lt;script&gt;alert(1)" in html and HOSTILE not in html, address
        assert "未申请" not in html, address
    assert "审图号：未申请" in served(atlas).get("/zones").text


def test_the_lines_for_paper_are_those_of_the_screen() -> None:
    config = Config(basemap=get_basemap("amap"), approval="GS(2024)1号", attribution="甲单位")
    lines = credits(config)
    assert lines[0] == "手绘示意，不具法律效力"
    assert [line for line in lines if "高德" in line] and "甲单位" in lines
    assert lines[-1] == "审图号：GS(2024)1号"
    assert credits(Config(), "en")[-1] == "Map approval number: none"


@pytest.mark.parametrize("text", ["a\nb", "a\u202eb", "\x1b[31m", "x" * (MAX_APPROVAL + 1)])
def test_a_line_that_is_no_plain_line_is_refused(text: str) -> None:
    with pytest.raises(CreditError, match="map approval number"):
        parse_credit(text, what="map approval number", limit=MAX_APPROVAL)


@pytest.mark.parametrize("text", ["nobody", "javascript:alert(1)", "a@b", "https://a b", 'https://a"b'])
def test_a_contact_is_an_address(text: str) -> None:
    with pytest.raises(CreditError, match="neither"):
        parse_contact(text)
    assert parse_contact("a.b@example.org") == "mailto:a.b@example.org"
    assert parse_contact("https://example.org/help") == "https://example.org/help"


@pytest.mark.parametrize(
    "variable, value, says",
    [
        ("LINGANG_BASEMAP", "google", "use one of: none, tianditu, amap, osm; or an address such as"),
        ("LINGANG_BASEMAP_DATUM", "bd09", "'none' has its own datum"),
        ("LINGANG_EMBED_FROM", "example.org", "write * for any, none for none"),
        ("LINGANG_CONTACT", "nobody", "neither an e-mail address nor"),
        ("LINGANG_APPROVAL_NUMBER", "x" * 61, "at most 60"),
        ("LINGANG_ATTRIBUTION", "a\tb", "control character"),
        ("LINGANG_HTTP_PORT", "web", "not a valid integer"),
    ],
)
def test_a_wrong_value_in_the_environment_is_told_in_one_line(
    call: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    answer = call("serve")
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err and answer.err.count("\n") == 1


def test_every_option_names_its_variable(call: Callable[..., Answer]) -> None:
    told = " ".join(call("serve", "--help").out.split())
    for variable in (
        "HOST", "HTTP_PORT", "THREADS", "BASEMAP", "BASEMAP_DATUM", "BASEMAP_ATTRIBUTION",
        "APPROVAL_NUMBER", "ATTRIBUTION", "CONTACT", "EMBED_FROM",
    ):  # fmt: skip
        assert f"LINGANG_{variable}" in told
