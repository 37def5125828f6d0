"""Do the documents keep step with the program, and does the tree keep its promises?"""

from __future__ import annotations

import ast
import json
import re
import runpy
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import click
import geopandas
import pytest
from click.testing import CliRunner

import lingang
from geo import conditions, gazetteer
from geo.check import check_data
from geo.faults import FILES
from layers.export import FORMATS
from layers.registry import LAYERS
from layers.tasks import TaskFilter
from lingang.locations import data_dir
from webmap import basemaps
from webmap.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "data/LICENSE.md")

# Rooms and what each may import of the others; imports point down only.
ROOMS = {
    "lingang": set(),
    "geo": {"lingang"},
    "plans": {"lingang"},
    "layers": {"geo", "plans", "lingang"},
    "webmap": {"layers", "geo", "plans", "lingang"},
}
WEB_ONLY = {"flask", "flask_compress", "folium", "branca", "jinja2", "werkzeug", "waitress", "markupsafe"}
MOST_LINES = 600
LONGEST_SCRIPT_LINE = 400  # own scripts are written by hand; what is packed by a tool has longer lines

# What a page fetches for itself; nobody types these addresses.
INNER_ROUTES = {"/map.js", "/favicon.ico", "/static/<>", "/vendor/leaflet/<>"}

NOT_OURS = {".git", ".venv", "dist", "build", "test-output", "node_modules", "__pycache__"}
CACHES = {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
PICTURES = {".png", ".jpg", ".ico"}
# Written in pieces, so that this file does not hold what it looks for.
_HOMES = ("work", "tmp", "root", r"home/\w+", r"Users/\w+")
_HOSTS = (r"pypi\." + "org", "python" + "hosted", "registry" + r"\.npm", r"mirrors?\.\w+\.", "/simp" + "le/")
MACHINE_PATHS = re.compile(rf"(?<![\w./:-])/(?:{'|'.join(_HOMES)})/")
REGISTRIES = re.compile("|".join(_HOSTS))


def own_files() -> Iterator[Path]:
    """Every file of the tree that is ours: not caches, not the environment."""

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name in NOT_OURS | CACHES or path.suffix in (".pyc", ".egg-info"):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path

    return walk(ROOT)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top names of all that a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return {name if name.startswith(".") else name.split(".")[0] for name in names}


def code_lines(document: str) -> list[str]:
    """The lines inside fenced code blocks."""
    blocks = re.findall(r"^[ ]*```\w*\n(.*?)^[ ]*```$", document, flags=re.M | re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def examples(document: str) -> list[str]:
    """Every `lingang …` command in a document's code blocks, also those at the end of a pipe."""
    parts = (part.strip() for line in code_lines(document) for part in line.split(" | "))
    commands = (part.removeprefix(".venv/bin/") for part in parts)
    return [command for command in commands if command.startswith("lingang ")]


def parameters() -> list[tuple[str, str]]:
    """Every option and argument of every command, as the documents should write it."""
    found = []
    for name, command in cli.commands.items():
        for parameter in command.params:
            shown = parameter.opts if isinstance(parameter, click.Option) else [str(parameter.name).upper()]
            found += [(name, opt) for opt in shown]
    return found


def readme_row(command: str) -> str:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `lingang {command}`")]
    return row


def collapsed(route: str) -> str:
    """A route with the names of its variables left out."""
    return re.sub(r"<[^>]*>", "<>", route)


def local_addresses() -> list[str]:
    return sorted(set(re.findall(r"http://127\.0\.0\.1:8000(/[^\s>)`]*)", README)))


# ---- command line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command, parameter", parameters())
def test_every_command_and_option_is_in_the_readme(command, parameter):
    assert re.search(rf"(?<![\w-]){re.escape(parameter)}(?![\w-])", readme_row(command))


def test_every_option_in_the_readme_exists():
    for name, command in cli.commands.items():
        known = {opt for parameter in command.params for opt in parameter.opts}
        assert set(re.findall(r"(?<![\w-])--?[a-z]+(?:-[a-z]+)*", readme_row(name))) <= known


def test_every_command_has_an_example():
    assert {example.split()[1] for example in examples(README)} == set(cli.commands)


@pytest.mark.parametrize("example", sorted({*examples(README), *examples(CONTRIBUTING)}))
def test_every_example_is_understood(example, monkeypatch):
    monkeypatch.chdir(ROOT)
    name, *arguments = shlex.split(example)[1:]
    command = cli.commands[name]
    command.make_context(name, list(arguments))


def test_the_example_of_one_sentence_finds_its_zone():
    (line,) = [line for line in code_lines(README) if line.startswith("echo ")]
    text = shlex.split(line.split(" | ")[0])[1]
    given = CliRunner().invoke(cli, shlex.split(line.split(" | ")[1])[1:], input=text)
    links = json.loads(given.output)["links"]
    assert [link["target"] for link in links] == ["community-105"]


@pytest.mark.parametrize("target", ["serve", "test"])
def test_the_two_commands_stand_alone_and_are_targets(target):
    assert f"make {target}" in README.splitlines()
    assert f"make {target}" in code_lines(README)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_exists(document):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, flags=re.M))
    text = (ROOT / document).read_text(encoding="utf-8")
    named_targets = set(re.findall(r"^make ([a-z][\w-]*)|`make ([a-z][\w-]*)", text, flags=re.M))
    assert {first or second for first, second in named_targets} <= targets


# ---- addresses, layers, data ------------------------------------------------------------------------------


def test_every_route_is_in_the_readme(app):
    rows = {collapsed(code) for code in re.findall(r"`(/[^`]*)`", README)}
    routes = {collapsed(rule.rule) for rule in app.url_map.iter_rules()}
    assert routes - rows == INNER_ROUTES
    assert rows - routes == set()


@pytest.mark.parametrize("address", local_addresses())
def test_every_address_in_the_readme_answers(client, address):
    assert client.get(address).status_code == 200


def test_every_filter_and_state_of_the_map_is_in_the_readme():
    state = (ROOT / "webmap/static/js/state.js").read_text(encoding="utf-8")
    lists = {name: re.search(rf"const {name} = \[(.*?)\]", state) for name in ("KEYS", "FILTERS")}
    keys = {name: re.findall(r'"(\w+)"', found[1]) for name, found in lists.items() if found}
    assert "...FILTERS" in lists["KEYS"][1] and len(keys["FILTERS"]) > 10
    (index,) = [line for line in README.splitlines() if line.startswith("| `/` |")]
    assert [key for key in keys["KEYS"] if f"`{key}`" not in index] == []
    assert [key for key in keys["FILTERS"] if f"`{key}`" not in README] == []
    assert [key for key in TaskFilter.__dataclass_fields__ if f"`{key}`" not in README] == []


def test_every_layer_basemap_and_format_is_in_the_readme():
    (shown,) = [line for line in README.splitlines() if line.startswith("图层：")]
    assert [layer.id for layer in LAYERS if f"`{layer.id}` " not in shown] == []
    assert [name for name in basemaps.NAMES if f"| `{name}`" not in README] == []
    assert [fmt for fmt in FORMATS if fmt not in README.casefold()] == []


def test_the_tour_names_tasks_that_are_really_there(client):
    tour = README.split("## 走一遍")[1].split("### ")[0]
    told = set(re.findall(r"`(20\d\d-\d+)`", tour))
    found = client.get("/api/zones/community-105/tasks").json
    here = {task["id"]: task for task in found["tasks"] if task["here"]}
    assert len(told) >= 4
    assert told <= set(here)
    assert {task["plan"] for task in here.values() if task["id"] in told} == {"2020", "2023"}
    for task_id, words in re.findall(r"`(20\d\d-\d+)` 是「([^」]+)」", tour):
        evidence = [e[2] for link in here[task_id]["links"] for e in link["evidence"]]
        assert words in evidence


def test_every_data_file_is_described():
    files = [path for path in (ROOT / "data").rglob("*") if path.is_file() and path.suffix != ".md"]
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    assert [named(path) for path in files if path.name not in text and path.suffix != ".jsonl"] == []
    assert [stem for stem in FILES if f"{stem}.geojson" not in README] == []


def test_every_licence_of_a_feature_is_explained():
    text = (ROOT / "data/LICENSE.md").read_text(encoding="utf-8")
    licences = set()
    for path in (ROOT / "data/geojson").glob("*.geojson"):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            licences.add(feature["properties"]["licence"])
    assert licences
    assert {licence for licence in licences if licence not in text} == set()


def test_every_role_and_condition_of_the_gazetteer_is_explained():
    assert ",".join(gazetteer.COLUMNS) in CONTRIBUTING
    assert [role for role in get_args(gazetteer.Role) if f"| `{role}` |" not in CONTRIBUTING] == []
    kinds = [kind for kind in conditions._KINDS if kind != "free"]
    assert [kind for kind in kinds if f"`{kind}:" not in CONTRIBUTING] == []
    assert "| `free` |" in CONTRIBUTING


def test_every_marker_is_explained():
    markers = [line.split(":")[0] for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"]]
    assert [marker for marker in markers if f"| `{marker}` |" not in CONTRIBUTING] == []


def test_version_is_the_same_everywhere():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["project"]["version"] == lingang.__version__
    assert f"\n## [{lingang.__version__}] - " in changelog


# ---- links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_and_picture_exists(document):
    path = ROOT / document
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    files = [target for target in targets if not re.match(r"https?:|#", target)]
    assert [target for target in files if not (path.parent / target.split("#")[0]).exists()] == []


def test_every_path_in_code_quotes_exists():
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        quoted = re.findall(r"`((?:data|tests|scripts|webmap|geo|layers|plans|requirements)/[\w./-]+)`", text)
        assert quoted
        assert [path for path in quoted if not (ROOT / path).exists()] == []


# ---- the tree ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down_only(room):
    for path in modules(room):
        names = imported(path)
        assert not {name for name in names if name.startswith(".")}, f"{named(path)}: relative import"
        assert (names & set(ROOMS)) - {room} <= ROOMS[room], named(path)


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "webmap"])
def test_only_webmap_knows_the_web(room):
    assert [named(path) for path in modules(room) if imported(path) & WEB_ONLY] == []


def test_no_module_is_longer_than_a_reader_can_hold():
    sources = [path for path in own_files() if path.suffix in (".py", ".js", ".css")]
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert len(lengths) > 50
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES], ids=["machine_path", "registry_host"])
def test_no_file_names_what_only_one_machine_has(pattern):
    texts = {named(path): path.read_bytes() for path in own_files() if path.suffix not in PICTURES}
    hits = {name: pattern.search(text.decode("utf-8", errors="replace")) for name, text in texts.items()}
    assert {name: hit[0] for name, hit in hits.items() if hit} == {}


def test_the_search_for_paths_and_hosts_finds_them():
    assert MACHINE_PATHS.search("see '/" + "tmp/x'") and MACHINE_PATHS.search("/" + "home/ann/atlas")
    assert not MACHINE_PATHS.search("data/work/x https://example.org/work/x")
    assert REGISTRIES.search("https://" + "pypi" + ".org/x")


def test_no_script_style_or_font_of_others_is_in_the_tree():
    files = list(own_files())
    fonts = [named(path) for path in files if path.suffix in (".woff", ".woff2", ".ttf", ".otf", ".eot")]
    assert fonts == []
    for path in files:
        if path.suffix not in (".js", ".css", ".mjs"):
            continue
        text = path.read_text(encoding="utf-8")
        assert named(path).startswith(("webmap/static/js/", "webmap/static/css/"))
        assert not re.search(r"\.min\.|leaflet\.|jquery|bootstrap", path.name.casefold()), named(path)
        assert not re.search(r"/\*!|@license|@preserve|sourceMappingURL", text), named(path)
        assert max(map(len, text.splitlines())) < LONGEST_SCRIPT_LINE, named(path)


def test_hooks_download_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}
    assert all(entry.startswith(".venv/bin/") for entry in re.findall(r"entry: (\S+)", text))


# ---- the formatter that CONTRIBUTING describes ------------------------------------------------------------


@pytest.fixture
def formatter() -> Callable[[list[str]], int]:
    main: Any = runpy.run_path(str(ROOT / "scripts" / "format_geojson.py"))["main"]
    return lambda arguments: main(arguments)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the feature files to change; its parent is a data folder."""
    folder = tmp_path / "data" / "geojson"
    folder.mkdir(parents=True)
    for path in (data_dir() / "geojson").glob("*.geojson"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_the_formatter_leaves_the_built_in_files_as_they_are(formatter, copied):
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    assert formatter([str(path) for path in sorted(copied.iterdir())]) == 0
    assert {path.name: path.read_bytes() for path in copied.iterdir()} == before


def test_the_formatter_brings_a_hand_edited_file_back_to_canonical_form(formatter, copied):
    sites = copied / "sites.geojson"
    canonical = sites.read_bytes()
    sites.write_text(json.dumps(json.loads(canonical), indent=1), encoding="utf-8")
    assert formatter([str(sites)]) == 0
    assert sites.read_bytes() == canonical


def test_outlines_edited_in_a_gis_come_back_and_properties_stay(formatter, copied, tmp_path):
    zones, edited = copied / "zones.geojson", tmp_path / "edited.gpkg"
    canonical = zones.read_bytes()
    table = geopandas.read_file(zones)
    table.to_crs("EPSG:4549").to_file(edited)
    assert formatter(["--outlines", str(edited), str(zones)]) == 0
    assert zones.read_bytes() == canonical

    at = table.index[table["id"] == "community-103"]
    table.loc[at, "geometry"] = table.loc[at].to_crs("EPSG:4549").buffer(-100).to_crs("EPSG:4326")
    table[["id", "geometry"]].to_file(edited)
    assert formatter(["--outlines", str(edited), str(zones)]) == 0
    was, now = (zone_in(content, "community-103") for content in (canonical, zones.read_bytes()))
    assert now["properties"]["area_km2"] < was["properties"]["area_km2"]
    assert {k: v for k, v in now["properties"].items() if k != "area_km2"} == {
        k: v for k, v in was["properties"].items() if k != "area_km2"
    }
    rules = {fault.rule for fault in check_data(copied.parent) if fault.feature_id == "community-103"}
    assert rules.isdisjoint({"read", "canonical", "schema", "area", "geometry"})


def zone_in(content: bytes, zone_id: str) -> dict[str, Any]:
    (zone,) = [feature for feature in json.loads(content)["features"] if feature["id"] == zone_id]
    return zone


def test_the_formatter_refuses_an_outline_of_an_unknown_feature(formatter, copied, tmp_path, capsys):
    edited = tmp_path / "edited.gpkg"
    table = geopandas.read_file(copied / "zones.geojson")
    table.loc[0, "id"] = "community-1005"
    table.to_file(edited)
    before = (copied / "zones.geojson").read_bytes()
    assert formatter(["--outlines", str(edited), str(copied / "zones.geojson")]) == 2
    assert "did you mean 'community-105'" in capsys.readouterr().err
    assert (copied / "zones.geojson").read_bytes() == before
