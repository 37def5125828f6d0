"""Dossiers and walks on the web: the files, what a page offers, the JSON, and refusals."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import pypdfium2
import pytest
from flask.testing import FlaskClient
from html_of import Page

from geo.crs import geodesic_m
from layers.atlas import Atlas
from layers.dossier_files import FORMATS
from layers.projects import load_projects
from layers.statuses import add_status, make_status
from layers.workspace import Workspace
from webmap import dossier_pages
from webmap.app import Config, create_app

FILE = "/zones/community-105/dossier"
DAY = "today=2023-11-15"
STOP = (121.92549, 30.9096)


def figures_of(content: bytes) -> dict[str, str]:
    """The key figures of a Word file by their names."""
    table = docx.Document(io.BytesIO(content)).tables[0]
    pairs = (cell.text.split("\n") for row in table.rows for cell in row.cells)
    return {name: value for value, name in pairs}


@pytest.mark.parametrize("fmt, begin", [("pdf", b"%PDF-"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_a_file_is_sent_with_its_type_and_name(client: FlaskClient, fmt: str, begin: bytes) -> None:
    answer = client.get(f"{FILE}.{fmt}?{DAY}")
    assert answer.status_code == 200
    assert answer.mimetype == FORMATS[fmt].mimetype
    assert answer.headers["Content-Disposition"] == f'attachment; filename="community-105.{fmt}"'
    assert answer.data.startswith(begin)
    again = client.get(f"{FILE}.{fmt}?{DAY}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_dossiers_of_all_zones_come_in_one_archive(client: FlaskClient, atlas: Atlas) -> None:
    answer = client.get(f"/dossiers/xlsx.zip?{DAY}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lingang-dossiers-xlsx.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{zone.id}.xlsx" for zone in atlas.zones)
        assert archive.read("community-105.xlsx") == client.get(f"{FILE}.xlsx?{DAY}").data
    assert "/dossiers/pdf.zip?lang=en" in Page(client.get("/zones?lang=en").text).links()


@pytest.mark.parametrize(
    "today, named",
    [("2023-11-15", (2023, 11, 15)), ("1976-02-29", (1980, 1, 1)), ("9999-12-31", (2107, 12, 31))],
)
def test_a_day_that_no_archive_can_name_still_gives_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, today: str, named: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(dossier_pages, "_made", lambda *_, **__: b"file")
    answer = client.get(f"/dossiers/pdf.zip?today={today}")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {named}


def test_the_file_says_what_the_json_says(client: FlaskClient) -> None:
    figures = figures_of(client.get(f"/zones/dishui-core/dossier.docx?{DAY}").data)
    zone = client.get("/api/zones/dishui-core").json
    board = client.get(f"/api/projects?zone=dishui-core&{DAY}").json
    parks = next(
        x for x in client.get(f"/api/reach?zone=dishui-core&{DAY}").json["coverage"] if x["service"] == "park"
    )
    assert figures["本区任务"] == str(zone["tasks"]["own"])
    assert figures["含下级"] == str(zone["tasks"]["total"])
    assert figures["学校"] == str(len(zone["facilities"]["schools"]))
    assert figures["项目"] == str(board["total"])
    assert figures["公园 500 米覆盖"] == f"{100 * parks['share_now']:.1f} %"


def test_the_day_and_the_language_are_those_asked_for(client: FlaskClient) -> None:
    pdf = pypdfium2.PdfDocument(client.get(f"{FILE}.pdf?today=2021-02-03&lang=en").data)
    text = pdf[0].get_textpage().get_text_range()
    assert "2021-02-03" in text
    assert "Community 105" in pdf.get_metadata_value("Title")
    assert "not a survey" in text


def test_the_page_of_a_zone_offers_the_files_and_the_services(client: FlaskClient) -> None:
    links = Page(client.get("/zones/community-105?lang=en").text).links()
    assert {f"{FILE}.{fmt}?lang=en" for fmt in FORMATS} <= set(links)
    assert "/zones/community-105/services?lang=en" in links


@pytest.mark.parametrize(
    "address, status, says",
    [
        ("/zones/comunity-105/dossier.pdf", 404, "community-105"),
        (f"{FILE}.odt", 400, "pdf, docx, xlsx"),
        (f"{FILE}.pdf?today=15.11.2023", 400, "YYYY-MM-DD"),
        ("/zones/comunity-105/services", 404, "community-105"),
        # A page for people opens all the same and names the value and why it was left out.
        ("/zones/community-105/services?minutes=0", 200, "minutes=0"),
        ("/zones/community-105/services?date=soon", 200, "date=soon"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    client: FlaskClient, address: str, status: int, says: str
) -> None:
    answer = client.get(address, query_string={"lang": "en"} if "?" not in address else None)
    assert answer.status_code == status
    assert says in Page(answer.text).text


@pytest.mark.parametrize("language, says", [("zh", "现在做不出这份文件"), ("en", "cannot be made now")])
def test_without_fonts_the_answer_is_503_and_says_what_to_install(
    client: FlaskClient, no_fonts: None, language: str, says: str
) -> None:
    answer = client.get(f"{FILE}.pdf?today=2019-09-09&lang={language}")
    assert answer.status_code == 503
    assert says in answer.text
    assert "fonts-noto-cjk" in answer.text


def test_a_new_record_shows_in_the_next_file(atlas: Atlas, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    client = create_app(Config(workspace=workspace.path), atlas).test_client()
    address = "/zones/dishui-core/dossier.docx?today=2024-03-01"
    before = figures_of(client.get(address).data)
    project = load_projects(atlas).get("xueronghua-green")
    add_status(workspace, make_status(project, "complete", date(2023, 12, 1), author="李四"))
    after = figures_of(client.get(address).data)
    assert int(after["到期未见记录"]) == int(before["到期未见记录"]) - 1


# ---- walks ------------------------------------------------------------------------------------------------


def test_the_services_of_a_zone_are_those_of_the_json(client: FlaskClient) -> None:
    page = Page(client.get("/zones/town-shuyuan/services?minutes=20&date=2030-01-01").text)
    record = client.get("/api/reach?zone=town-shuyuan&minutes=20&date=2030-01-01").json
    listed = [a["data-id"] for a in page.all("tr") if a.get("data-id")]
    assert sorted(listed) == sorted(x["id"] for x in record["within_reach"])
    assert len(listed) > 5
    ranked = [a["data-service"] for a in page.all("tr") if a.get("data-service")]
    by_share = sorted(record["coverage"], key=lambda x: x["share_now"])
    assert [x["share_now"] for x in by_share] == [
        next(x["share_now"] for x in by_share if x["service"] == service) for service in ranked
    ]
    assert record["method"]["words"] in page.text
    assert "1231 米" in page.text  # 20 minutes at 80 m a minute over 1.3


def test_a_point_gets_distances_and_the_method(client: FlaskClient) -> None:
    record = client.get(f"/api/reach?lon={STOP[0]}&lat={STOP[1]}&today=2023-06-01").json
    assert record["origin"]["kind"] == "point"
    stated = {"detour_factor": 1.3, "walking_m_a_minute": 80, "reach_m": 923}
    assert stated.items() <= record["method"].items()
    (near,) = [x for x in record["within_reach"] if x["id"] == "stop-t1-huanhuxisanlu"]
    metres = geodesic_m(STOP, (121.91971, 30.91454))
    assert near["distance_m"] == round(metres)
    assert near["minutes"] == round(metres * 1.3 / 80, 1)
    assert near["within_500_m"] == (metres <= 500)


def test_a_project_is_looked_at_on_its_due_day_unless_another_is_asked_for(client: FlaskClient) -> None:
    record = client.get("/api/reach?project=shengang-chc&today=2023-06-01").json
    assert (record["today"], record["date"]) == ("2023-06-01", "2023-12-31")
    assert record["origin"]["sure"] is False
    assert "shengang-chc" in [x["id"] for x in record["not_placed_well_enough"]]
    other = client.get("/api/reach?project=shengang-chc&date=2025-01-01&today=2023-06-01").json
    assert other["date"] == "2025-01-01"


def test_gaps_are_ranked_and_can_be_had_for_one_zone(client: FlaskClient) -> None:
    everywhere = client.get("/api/reach/gaps").json
    shares = [row["share_now"] for row in everywhere["gaps"]]
    assert shares == sorted(shares)
    assert everywhere["total"] == len(shares) > 100
    one = client.get("/api/reach/gaps?zone=dishui-core&lang=en").json
    assert {row["zone"] for row in one["gaps"]} > {"dishui-core", "community-105"}
    assert "hand-drawn" in one["method"]["parks"]


@pytest.mark.parametrize(
    "query, status, says",
    [
        ("", 400, "zone=ID"),
        ("zone=lingang&lon=121.9&lat=30.9", 400, "zone=ID"),
        ("lon=121.9", 400, "lon=121.93"),
        ("lon=east&lat=30.9", 400, "decimal degrees"),
        ("lon=nan&lat=30.9", 400, "lon nan"),
        ("lon=30.9&lat=121.9", 400, "lon first"),
        ("zone=comunity-105", 404, "community-105"),
        ("project=shengang-chcc", 404, "shengang-chc"),
        ("zone=lingang&minutes=1e9", 400, "120 at most"),
    ],
)
def test_a_walk_from_nowhere_is_refused(client: FlaskClient, query: str, status: int, says: str) -> None:
    answer = client.get(f"/api/reach?{query}")
    assert answer.status_code == status
    assert says in answer.json["error"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_services_page_opens_in_its_language(client: FlaskClient, language: str) -> None:
    page = Page(client.get(f"/zones/dishui-core/services?lang={language}").text)
    assert len(page.all("h1")) == 1
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert len(ids) == len(set(ids))
    links = [link for link in page.links() if link.startswith("/")]
    assert all(("lang=en" in link) == (language == "en") for link in links if "/features/" in link)
    assert all(client.get(link).status_code == 200 for link in links if link.startswith(("/api/", "/zones")))
