"""Every word of the interface exists in both languages, is used, and takes the same values."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

import plans
import webmap
from geo.geocoder import CONFIDENCE
from layers.atlas import Atlas
from layers.registry import LAYERS
from layers.tasks import SCOPE_FILTERS
from plans.formats import docx
from plans.formats.html_tags import DROPPED, RAW_TEXT, UNREAD
from plans.records import STAGES
from webmap.i18n import FILE, LANGUAGES, Translations

ROOM = Path(webmap.__file__).parent
ENTRIES: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
SOURCES = [
    path.read_text(encoding="utf-8")
    for pattern in ("templates/*.html", "static/js/*.js", "*.py")
    for path in sorted(ROOM.glob(pattern))
]
QUOTED = re.compile(r"""(["'`])([a-z]+(?:\.[a-z_]+)+)\1""")
ASKED = re.compile(
    r"""(?:\bt\(|\bthis\.t\[|\bt\[|\bmessages\[|\bwords\[|\bfill\()\s*["'`]([a-z]+\.[a-z_.]+)["'`]"""
)
# A mark that is not between Latin letters or figures; a word in braces stands for Chinese as well.
HALF_WIDTH = re.compile(r"(?<![A-Za-z0-9])[,:;!?]|[,:;!?](?![A-Za-z0-9/])|[()]")
# A key put together: 'stage.' ~ x, `stage.${x}`, word('level', x), f"refused.of_{x}", _FAMILY = "refusal.".
FAMILY = re.compile(
    r"""["'`]([a-z]+)\.(?:["']\s*~|\$\{)|\bword\(["']([a-z]+)["']"""
    r"""|[f"`]"?([a-z]+)\.[a-z]+_\$?\{|_FAMILY = "([a-z]+)\."""
)


def asked_for() -> set[str]:
    """Keys that the sources name in full."""
    return {key for source in SOURCES for key in ASKED.findall(source)}


@pytest.mark.parametrize("key", ENTRIES)
def test_a_word_stands_in_both_languages_with_the_same_values(key: str) -> None:
    entry = ENTRIES[key]
    assert set(entry) == set(LANGUAGES)
    assert all(entry[language].strip() for language in LANGUAGES)
    values = [
        {name for _, name, _, _ in Formatter().parse(entry[language]) if name} for language in LANGUAGES
    ]
    assert values[0] == values[1]


@pytest.mark.parametrize("key", ENTRIES)
def test_english_words_hold_no_chinese(key: str) -> None:
    assert not re.search("[\u3400-\u9fff]", ENTRIES[key]["en"].replace("临港规划一张图", ""))


@pytest.mark.parametrize("key", ENTRIES)
def test_chinese_words_are_set_with_full_width_marks(key: str) -> None:
    """Half-width , : ; ! ? stand only within codes (2023-Q2,2023-Q4) and addresses, ( ) nowhere."""
    words = ENTRIES[key]["zh"]
    if re.search("[\u3400-\u9fff]", words):
        assert not HALF_WIDTH.findall(words)


def test_every_word_that_is_asked_for_exists() -> None:
    assert asked_for()
    assert asked_for() - set(ENTRIES) == set()


def test_no_word_is_left_over() -> None:
    quoted = {match[1] for source in SOURCES for match in QUOTED.findall(source)}
    families = {family for source in SOURCES for match in FAMILY.findall(source) for family in match}
    assert {"stage", "scope", "relation", "rule", "rank", "facility"} <= families
    left_over = {key for key in ENTRIES if key not in quoted and key.split(".")[0] not in families}
    assert left_over == set()


def test_whatever_the_data_can_say_has_a_word(atlas: Atlas) -> None:
    links = [link for task in atlas.tasks.values() for link in task.links.links]
    needed = {f"stage.{stage}" for stage in STAGES}
    needed |= {f"scope.{scope}" for scope in SCOPE_FILTERS} | {
        f"scope.{scope}.lead" for scope in SCOPE_FILTERS
    }
    needed |= {f"rank.{zone.rank}" for zone in atlas.zones}
    needed |= {f"relation.{relation}" for relation in ("in", "near", "along", "serves")}
    needed |= {f"rule.{rule}" for rule in (*CONFIDENCE, "site", "crosses")}
    needed |= {f"rule.{link.rule}" for link in links} | {f"relation.{link.relation}" for link in links}
    needed |= {f"facility.{kind}" for kind in ("schools", "hospitals", "stops", "sites")}
    for family in ("level", "status"):
        said = {feature.properties.get(family) for feature in atlas.features.values()} - {None}
        assert said
        needed |= {f"{family}.{value}" for value in said}
    assert needed - set(ENTRIES) == set()


def test_every_reason_why_a_document_was_not_read_has_a_word() -> None:
    """The reasons stand in the readers of the formats."""
    room = Path(plans.__file__).parent
    sources = [p.read_text(encoding="utf-8") for p in (*room.glob("formats/*.py"), room / "document.py")]
    reasons = {one for text in sources for one in re.findall(r'(?:skip|Skipped)\(\s*"([a-z ]+)"', text)}
    reasons |= {*RAW_TEXT.values(), *DROPPED.values(), *UNREAD, "hidden", "page number"} - {""}
    reasons |= {reason for _, reason in docx._SIDE_PARTS} | {*docx._DELETED.values()}
    assert len(reasons) > 20
    assert {f"unread.{reason.replace(' ', '_')}" for reason in reasons} - set(ENTRIES) == set()


def test_every_layer_is_described_in_both_languages() -> None:
    told = {key: entry["zh"] for key, entry in ENTRIES.items() if key.startswith("layer.")}
    assert told == {f"layer.{layer.id}": layer.about for layer in LAYERS}


def test_words_are_read_for_each_language() -> None:
    words = Translations.read()
    assert words.get("zh").keys() == words.get("en").keys() == ENTRIES.keys()
