"""What is in an exported file, where does it come from, how good is it, and what may be done with it?

The same record goes into every format that can carry one, and beside the file as ISO 19139 XML. Its date is
that of the data, or SOURCE_DATE_EPOCH (seconds since 1970) where that is set: never the clock, so that the
same data gives the same bytes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

from geo.crs_choice import Bounds, TargetCrs
from geo.features import Feature
from layers.atlas import Atlas
from layers.registry import Layer

PUBLISHER = "Lingang Atlas"
DISCLAIMER = (
    "界线全部手绘，只作示意，不是测绘成果，不具法律效力，不可用于法定用途。审图号：未申请。"
    "Hand-drawn and schematic: not a survey, without legal force, not for statutory use."
)
DEFAULT_LICENCE = "CC-BY-4.0"  # of all that does not say otherwise, see data/LICENSE.md
LICENCES = {
    "CC-BY-4.0": ("https://creativecommons.org/licenses/by/4.0/", "© Lingang Atlas contributors"),
    "ODbL-1.0": ("https://opendatacommons.org/licenses/odbl/1-0/", "© OpenStreetMap contributors"),
}
METHODS = {"drawn": "drawn by hand", "derived": "derived", "recalled": "from memory"}
NAMES_SHOWN = 40  # distinct sources spelled out; the others stand in the rows


@dataclass(frozen=True)
class Metadata:
    """The record of one exported layer. Build it with `describe`."""

    layer_id: str
    title: str
    title_en: str
    abstract: str
    rows: int
    placed: int
    bounds: Bounds | None  # west, south, east, north in WGS 84 degrees
    sources: tuple[str, ...]
    method: str
    accuracy: str
    crs: str
    date: str
    filter: str
    licence: str
    attribution: str
    usage: str = DISCLAIMER
    notes: tuple[str, ...] = field(default=())

    def items(self, notes: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The record as pairs of key and text, for formats with plain metadata."""
        pairs = [
            ("title", f"{self.title} {self.title_en}"),
            ("abstract", self.abstract),
            ("rows", f"{self.rows}, {self.placed} with a place"),
            ("source", "; ".join(self.sources)),
            ("method", self.method),
            ("accuracy", self.accuracy),
            ("crs", self.crs),
            ("date", self.date),
            ("filter", self.filter),
            ("licence", self.licence),
            ("attribution", self.attribution),
            ("usage", self.usage),
        ]
        return pairs + [("note", note) for note in (*self.notes, *notes)]

    def to_text(self, notes: Sequence[str] = ()) -> str:
        """The record as lines `key: text`."""
        return "".join(f"{key}: {text}\n" for key, text in self.items(notes))

    def to_xml(self, notes: Sequence[str] = ()) -> bytes:
        """The record as ISO 19139, the XML form of ISO 19115."""
        return _iso_xml(self, (*self.notes, *notes)).encode()


def describe(
    atlas: Atlas, layer: Layer, features: Sequence[Feature], crs: TargetCrs, wanted: Mapping[str, str]
) -> Metadata:
    """Return the record of some features of a layer.

    Parameters
    ----------
    wanted
        The conditions that the features meet, by the names that the user gave.
    """
    licences = sorted({str(f.properties.get("licence") or DEFAULT_LICENCE) for f in features})
    licences = licences or [DEFAULT_LICENCE]
    used = [LICENCES.get(licence, ("", "")) for licence in licences]
    return Metadata(
        layer_id=layer.id,
        title=f"临港 {layer.title}",
        title_en=f"Lingang {layer.title_en}",
        abstract=layer.about,
        rows=len(features),
        placed=sum(feature.geometry is not None for feature in features),
        bounds=bounds_of(features),
        sources=_sources(atlas, features),
        method=_method(features),
        accuracy=_accuracy(features),
        crs=f"{crs.name} {crs.title}, {' / '.join(crs.axes)}, written to {crs.precision}",
        date=data_date(atlas),
        filter="; ".join(f"{key}={value}" for key, value in wanted.items()) or "none",
        licence="; ".join(f"{n} {u[0]}".strip() for n, u in zip(licences, used, strict=True)),
        attribution="; ".join(u[1] for u in used if u[1]),
        notes=crs.notes,
    )


def bounds_of(features: Sequence[Feature]) -> Bounds | None:
    """West, south, east and north of all geometries in degrees, None without any."""
    import numpy as np
    import shapely

    shapes = np.fromiter((f.geometry for f in features), dtype=object, count=len(features))
    present = shapes[~shapely.is_missing(shapes)]
    return tuple(shapely.total_bounds(present).tolist()) if len(present) else None


def data_date(atlas: Atlas) -> str:
    """The day of the data, YYYY-MM-DD: of its last plan or decision, or SOURCE_DATE_EPOCH where set."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if seconds.isascii() and seconds.isdigit() and int(seconds) < 2**37:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    days = [plan.published for plan in atlas.plans.values() if plan.published]
    days += [done.review.date for item in atlas.tasks.values() for done in item.reviews]
    whole = [(day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10] for day in days]
    return max((day for day in whole if _is_day(day)), default="1980-01-01")


def _is_day(day: str) -> bool:
    try:
        return datetime.strptime(day, "%Y-%m-%d").year >= 1980  # zip archives know no earlier year
    except ValueError:
        return False


def _sources(atlas: Atlas, features: Sequence[Feature]) -> tuple[str, ...]:
    """What the rows say of their origin, the commonest first; the plans, for rows of plans."""
    rows = (feature.properties for feature in features)
    said = Counter((str(row.get("plan", "")), str(row.get("source") or "")) for row in rows)
    counts: Counter[str] = Counter()
    for (plan_id, source), count in said.items():
        plan = atlas.plans.get(plan_id)
        if text := (plan.title if plan else source):
            counts[text] += count
    ordered = sorted(counts, key=lambda text: (-counts[text], text))
    more = len(ordered) - NAMES_SHOWN
    return (*ordered[:NAMES_SHOWN], *([f"{more} more, see the rows"] if more > 0 else []))


def _method(features: Sequence[Feature]) -> str:
    counts = Counter(str(f.properties["method"]) for f in features if f.properties.get("method"))
    if not counts:
        return "read from the plans, placed by the names in their text"
    return ", ".join(f"{METHODS.get(name, name)}: {counts[name]}" for name in sorted(counts))


def _accuracy(features: Sequence[Feature]) -> str:
    known = [f.properties["accuracy_m"] for f in features if f.properties.get("accuracy_m") is not None]
    if not known:
        return "that of the places named; see their layers"
    return f"{min(known)} to {max(known)} m, median {median(known):g} m; each row says its own (accuracy_m)"


_ISO = """<?xml version="1.0" encoding="UTF-8"?>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier>{identifier}</gmd:fileIdentifier>
<gmd:language><gco:CharacterString>zh</gco:CharacterString></gmd:language>
<gmd:contact><gmd:CI_ResponsibleParty><gmd:organisationName>{publisher}</gmd:organisationName>\
<gmd:role><gmd:CI_RoleCode codeList="http://www.isotc211.org/2005/resources/codeList.xml#CI_RoleCode" \
codeListValue="publisher"/></gmd:role></gmd:CI_ResponsibleParty></gmd:contact>
<gmd:dateStamp><gco:Date>{date}</gco:Date></gmd:dateStamp>
<gmd:metadataStandardName><gco:CharacterString>ISO 19115:2003/19139</gco:CharacterString>\
</gmd:metadataStandardName>
<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier><gmd:RS_Identifier>\
<gmd:code>{crs}</gmd:code></gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem>\
</gmd:referenceSystemInfo>
<gmd:identificationInfo><gmd:MD_DataIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title>{title}</gmd:title>\
<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{date}</gco:Date></gmd:date><gmd:dateType>\
<gmd:CI_DateTypeCode codeList="http://www.isotc211.org/2005/resources/codeList.xml#CI_DateTypeCode" \
codeListValue="revision"/></gmd:dateType></gmd:CI_Date></gmd:date></gmd:CI_Citation></gmd:citation>
<gmd:abstract>{abstract}</gmd:abstract>
<gmd:credit>{attribution}</gmd:credit>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:useLimitation>{usage}</gmd:useLimitation>\
<gmd:otherConstraints>{licence}</gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
<gmd:language><gco:CharacterString>zh</gco:CharacterString></gmd:language>
{extent}<gmd:supplementalInformation>{supplement}</gmd:supplementalInformation>
</gmd:MD_DataIdentification></gmd:identificationInfo>
<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:scope><gmd:DQ_Scope><gmd:level><gmd:MD_ScopeCode \
codeList="http://www.isotc211.org/2005/resources/codeList.xml#MD_ScopeCode" codeListValue="dataset"/>\
</gmd:level></gmd:DQ_Scope></gmd:scope>
<gmd:lineage><gmd:LI_Lineage><gmd:statement>{lineage}</gmd:statement></gmd:LI_Lineage></gmd:lineage>
</gmd:DQ_DataQuality></gmd:dataQualityInfo>
</gmd:MD_Metadata>
"""
_ISO_EXTENT = (
    "<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
    "<gmd:westBoundLongitude><gco:Decimal>{0:.6f}</gco:Decimal></gmd:westBoundLongitude>"
    "<gmd:eastBoundLongitude><gco:Decimal>{2:.6f}</gco:Decimal></gmd:eastBoundLongitude>"
    "<gmd:southBoundLatitude><gco:Decimal>{1:.6f}</gco:Decimal></gmd:southBoundLatitude>"
    "<gmd:northBoundLatitude><gco:Decimal>{3:.6f}</gco:Decimal></gmd:northBoundLatitude>"
    "</gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent></gmd:extent>\n"
)


def _iso_xml(record: Metadata, notes: Sequence[str]) -> str:
    def text(value: Any) -> str:
        return f"<gco:CharacterString>{escape(str(value))}</gco:CharacterString>"

    lineage = f"source: {'; '.join(record.sources)}. method: {record.method}. accuracy: {record.accuracy}."
    supplement = [f"{record.rows} rows, {record.placed} with a place", f"filter: {record.filter}", *notes]
    return _ISO.format(
        identifier=text(f"lingang-atlas-{record.layer_id}"),
        publisher=text(PUBLISHER),
        date=record.date,
        crs=text(record.crs),
        title=text(f"{record.title} {record.title_en}"),
        abstract=text(record.abstract),
        attribution=text(record.attribution),
        usage=text(record.usage),
        licence=text(record.licence),
        extent=_ISO_EXTENT.format(*record.bounds) if record.bounds else "",
        supplement=text(". ".join(supplement)),
        lineage=text(lineage),
    )
