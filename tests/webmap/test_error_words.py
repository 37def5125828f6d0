"""What is refused is said in the language of the page; programs get a code, and both languages."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from html_of import Page

from layers.dossier_files import FORMATS
from layers.dossier_model import DossierError
from webmap.error_words import refusal_words
from webmap.i18n import Translations

CHINESE = re.compile("[\u3400-\u9fff]")
ENGLISH = re.compile(r"\b(?:is|are|not|use|one of|known|unknown|write|outside|such as)\b")
PAGES = (
    "/zones/comunity-105",
    "/projects/nix",
    "/targets/nix",
    "/plans/nix",
    "/nothing",
    "/print.gif",
    "/print.pdf?paper=b5",
    "/print.pdf?bbox=1,2,3,4",
    "/print.pdf?today=x",
    "/zones/lingang/dossier.txt",
    "/table/nix",
    "/ogc/collections/nix?f=html",
)
FILES = {
    "/export/zones.gpk": "format-near",
    "/export/zones.geojson?crs=EPSG:2154": "crs-reach",
    "/export/zones.geojson?crs=EPSG:99999": "crs",
    "/export/tasks.geojson?stage=x": "filter",
    "/export/tasks.geojson?near=121.9,95": "position",
    "/export/tasks.geojson?bbox=5,1,2,3": "bbox-box",
    "/export/tasks.geojson?foo=1": "parameter",
    "/export/tasks.geojson?where=a=1": "property",
    "/api/zones/nix": "unknown-zone",
    "/api/zones/lingang/tasks?limit=x": "count",
    "/api/tasks?part=2023:99": "unknown-part",
    "/api/nothing": "http-404",
    "/tiles/tasks/1/2/9.mvt": "tile-range",
}


def detail(page: Page) -> str:
    return page.text.split("详情：")[1].split("\n")[0]


@pytest.mark.parametrize("address", PAGES)
def test_a_chinese_page_says_in_chinese_what_was_wrong(client: FlaskClient, address: str) -> None:
    told = detail(Page(client.get(address).text))
    assert CHINESE.search(told) and not ENGLISH.search(told)


def test_an_english_page_says_it_in_english(client: FlaskClient) -> None:
    text = Page(client.get("/print.gif?lang=en").text).text
    assert "format 'gif' is not known; use one of: pdf, png, svg" in text


@pytest.mark.parametrize("address", FILES)
def test_programs_get_a_code_and_both_languages(client: FlaskClient, address: str) -> None:
    told = client.get(address).get_json()
    assert told["code"] == FILES[address]
    assert not CHINESE.search(told["error"])
    assert CHINESE.search(told["error_zh"]) and not ENGLISH.search(told["error_zh"])


def test_a_program_that_asks_for_a_page_as_json_gets_its_error_as_json(client: FlaskClient) -> None:
    answer = client.get("/print.gif", headers={"Accept": "application/json, */*;q=0.5"})
    assert (answer.status_code, answer.get_json()["error_zh"]) == (
        400,
        "没有“gif”这种格式；可以用：pdf、png、svg。",
    )


def test_what_cannot_be_made_says_what_to_install(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_package(_dossier: object) -> bytes:
        raise DossierError("workbooks need the Python package XlsxWriter; install it")

    monkeypatch.setitem(FORMATS, "xlsx", replace(FORMATS["xlsx"], write=no_package))
    answer = client.get("/zones/lingang/dossier.xlsx")
    assert answer.status_code == 503
    assert "XlsxWriter" in detail(Page(answer.text)) and not ENGLISH.search(detail(Page(answer.text)))


def test_words_that_nobody_translated_stay_as_they_are() -> None:
    refusal = refusal_words(ValueError(), "never worded", Translations.read().words)
    assert refusal.said("zh") == refusal.said("en") == ("never worded", "en")
