"""How well do links agree with labels made by hand? Precision, recall and F1, by rule and by document.

A label is `{"task", "scope", "zones", "lines", "sites", "relations", "outside", "mentions"}`, with ids that
careful people may differ on under `zones_optional`, `lines_optional`, `sites_optional`: neither right nor
wrong. Definitions:

- zones: links with relation `in`. lines: any relation but `near`. sites: any relation.
- A label's site is an id, or the words of the text that name it. Words are right where the evidence of a
  link holds them or they hold it: that says which expression is a place, not which place it is.
- relations: of the links on targets that the label names, those whose relation is the labelled one: as
  under `relations`, else `in` for zones and sites and `along` for lines. A target under `relations` that
  has no link is missed.
- mentions: a mention is covered where all characters of one of its occurrences lie in the evidence of
  links or in unplaced names. Names under `outside` need neither, so they are left out.
- documents: tasks whose ids agree up to the last hyphen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.calibration import JudgedLink, calibrate, propose_confidence
from geo.folding import Folded, fold, fold_name
from lingang.scores import Mistake, Score

Record = Mapping[str, Any]
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")  # of a feature; all else under `sites` is words of a text
_USUAL_RELATION = {"zones": "in", "sites": "in", "lines": "along"}


@dataclass(slots=True)
class Counts:
    """What agrees and what does not, over some labelled tasks.

    `scopes` counts tasks by (labelled, given) scope, `relations` links by (labelled, given) relation, with
    an empty text where the link is missing. Of `mentions` the right ones are covered.
    """

    zones: Score = field(default_factory=Score)
    lines: Score = field(default_factory=Score)
    sites: Score = field(default_factory=Score)
    mentions: Score = field(default_factory=Score)
    scopes: Counter[tuple[str, str]] = field(default_factory=Counter)
    relations: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def tasks(self) -> int:
        """Number of labelled tasks."""
        return self.scopes.total()

    @property
    def scope_accuracy(self) -> float:
        """Share of tasks whose scope agrees; 1.0 without tasks."""
        right = sum(number for (wanted, given), number in self.scopes.items() if wanted == given)
        return right / self.tasks if self.tasks else 1.0

    def to_json(self) -> dict[str, Any]:
        """The counts, ready for `json.dumps`; ratios with four decimals."""
        return {
            "tasks": self.tasks,
            "zones": self.zones.to_json(),
            "lines": self.lines.to_json(),
            "sites": self.sites.to_json(),
            "scope_accuracy": round(self.scope_accuracy, 4),
            "scopes": _table(self.scopes),
            "relations": _relations_to_json(self.relations),
            "mentions": {
                "covered": self.mentions.right,
                "missed": self.mentions.missed,
                "coverage": round(self.mentions.recall, 4),
            },
        }


@dataclass(slots=True)
class Evaluation(Counts):
    """The outcome over all labelled tasks; `rules` score the zone links, `judged` are links of all kinds."""

    rules: dict[str, Score] = field(default_factory=dict)
    documents: dict[str, Counts] = field(default_factory=dict)
    judged: list[JudgedLink] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The outcome, ready for `json.dumps`; rules in alphabetical order, documents as first met."""
        return {
            **Counts.to_json(self),
            "rules": {rule: self.rules[rule].to_json() for rule in sorted(self.rules)},
            "documents": {name: counts.to_json() for name, counts in self.documents.items()},
            "calibration": calibrate(self.judged).to_json(),
            "confidence": propose_confidence(self.judged),
            "mistakes": [str(mistake) for mistake in self.mistakes],
        }


def evaluate(
    records: Iterable[Record], gold: Iterable[Record], *, texts: Mapping[str, str] | None = None
) -> Evaluation:
    """Compare links records with labels, task by task in the order of the labels.

    Parameters
    ----------
    records
        Links records (`TaskLinks.to_json`); tasks without a label are left out of the count.
    gold
        Labels; a labelled task without a record counts as empty with scope `whole`.
    texts
        Texts of the tasks by id, for labels without a `text` of their own. Mentions are counted only where
        the text is known, since evidence is compared by characters.
    """
    by_task = {record["task"]: record for record in records}
    outcome = Evaluation()
    for label in gold:
        task = label["task"]
        record = by_task.get(task)
        if record is None:
            outcome.mistakes.append(Mistake(task, "task", "missed", "no record"))
            record = {"task": task, "scope": "whole", "links": []}
        document = outcome.documents.setdefault(_document(task), Counts())
        text = label.get("text", (texts or {}).get(task))
        _Comparison(record, label, text, outcome, document).run()
    return outcome


@dataclass(slots=True)
class _Comparison:
    """One task's record beside its label; every figure goes to the whole and to the document."""

    record: Record
    label: Record
    text: str | None
    outcome: Evaluation
    document: Counts

    def run(self) -> None:
        self._compare_scope()
        self._compare_zones()
        self._compare_lines()
        self._compare_sites()
        self._compare_relations()
        if self.text is not None:
            self._compare_mentions(fold(self.text))
        self.outcome.judged.extend(_judge(self.record, self.label))

    def _note(self, what: str, fault: str, values: Iterable[str]) -> None:
        self.outcome.mistakes.extend(Mistake(self.label["task"], what, fault, value) for value in values)

    def _both(self) -> tuple[Counts, Counts]:
        return self.outcome, self.document

    def _compare_scope(self) -> None:
        wanted, given = self.label["scope"], self.record["scope"]
        for counts in self._both():
            counts.scopes[wanted, given] += 1
        if wanted != given:
            self._note("scope", "wrong", [f"{given} instead of {wanted}"])

    def _compare_zones(self) -> None:
        wanted = set(self.label.get("zones", ()))
        given = {
            link["target"]: link["rule"]
            for link in self._links("zone")
            if link["relation"] == "in" and not _is_optional(link, self.label)
        }
        for target, rule in given.items():
            score = self.outcome.rules.setdefault(rule, Score())
            if target in wanted:
                score.right += 1
            else:
                score.wrong += 1
        self._count("zone", wanted, set(given))

    def _compare_lines(self) -> None:
        related = self.label.get("relations", {})
        given = {
            link["target"]
            for link in self._links("line")
            if link["relation"] != "near"
            and related.get(link["target"]) != link["relation"]
            and not _is_optional(link, self.label)
        }
        self._count("line", set(self.label.get("lines", ())), given)

    def _compare_sites(self) -> None:
        wanted, related = set(self.label.get("sites", ())), self.label.get("relations", {})
        given: set[str] = set()
        for link in self.record["links"]:
            named = {site for site in wanted if _is_named(site, link)}
            given |= named
            stray = not named and link["target"] not in related and not _is_optional(link, self.label)
            if link["kind"] == "site" and stray:
                given.add(link["target"])
        self._count("site", wanted, given)

    def _compare_relations(self) -> None:
        wanted = _wanted_relations(self.label)
        linked = {link["target"]: link["relation"] for link in self.record["links"]}
        for target, relation in wanted.items():
            if target not in linked and target not in self.label.get("relations", {}):
                continue  # a target that is merely missing is counted once, under its kind
            given = linked.get(target, "")
            for counts in self._both():
                counts.relations[relation, given] += 1
            told_already = target in (*self.label.get("zones", ()), *self.label.get("lines", ()))
            if given != relation and not told_already:
                shown = f"{target}: {given or 'no link'} instead of {relation}"
                self._note("relation", "wrong" if given else "missed", [shown])

    def _compare_mentions(self, folded: Folded) -> None:
        outside = {fold_name(name) for name in self.label.get("outside", ())}
        covered = _covered_characters(self.record)
        for mention in self.label.get("mentions", ()):
            if fold_name(mention) in outside:
                continue
            is_covered = any(covered.issuperset(place) for place in _occurrences(folded, mention))
            for counts in self._both():
                counts.mentions.right += is_covered
                counts.mentions.missed += not is_covered
            if not is_covered:
                self._note("mention", "missed", [mention])

    def _links(self, kind: str) -> Iterator[Record]:
        return (link for link in self.record["links"] if link["kind"] == kind)

    def _count(self, what: str, wanted: set[str], given: set[str]) -> None:
        """Add one task's answers to the scores of a kind and note each disagreement."""
        for counts in self._both():
            score: Score = getattr(counts, f"{what}s")
            score.right += len(given & wanted)
            score.wrong += len(given - wanted)
            score.missed += len(wanted - given)
        self._note(what, "wrong", sorted(given - wanted))
        self._note(what, "missed", sorted(wanted - given))


def _judge(record: Record, label: Record) -> Iterator[JudgedLink]:
    """The links that the label can call right or wrong, with the confidence they state.

    A link is right where the label names its target with its relation. Sites, and what is only near or
    served, are judged where the label has `relations`: other labels do not list them.
    """
    wanted = _wanted_relations(label)
    for link in record["links"]:
        kind, relation = link["kind"], link["relation"]
        is_main = (kind == "zone" and relation == "in") or (kind == "line" and relation != "near")
        if "confidence" in link and not _is_optional(link, label) and (is_main or "relations" in label):
            is_right = wanted.get(link["target"]) == relation
            yield JudgedLink(link["rule"], float(link["confidence"]), is_right)


def _wanted_relations(label: Record) -> dict[str, str]:
    """The relation of every target that a label names by its id."""
    named = {
        target: relation
        for field_name, relation in _USUAL_RELATION.items()
        for target in label.get(field_name, ())
        if _ID.fullmatch(target)
    }
    return named | dict(label.get("relations", {}))


def _is_named(site: str, link: Record) -> bool:
    """Whether a label's site, an id or words of the text, is what a link is about."""
    if _ID.fullmatch(site):
        return bool(link["target"] == site)
    name = fold_name(site)
    words = [fold_name(span[2]) for span in link.get("evidence", ())]
    return any(name in word or word in name for word in words)


def _is_optional(link: Record, label: Record) -> bool:
    return any(link["target"] in label.get(f"{kind}_optional", ()) for kind in _USUAL_RELATION)


def _covered_characters(record: Record) -> set[int]:
    """Every character of the text that stands in evidence of a link or in an unplaced name."""
    spans = [span for link in record["links"] for span in link.get("evidence", ())]
    spans += record.get("unplaced", ())
    return {at for start, end, *_ in spans for at in range(start, end)}


def _occurrences(folded: Folded, mention: str) -> Iterator[tuple[int, ...]]:
    """The characters of the original text that each occurrence of a mention takes."""
    name = fold_name(mention)
    start = folded.text.find(name)
    while name and start >= 0:
        yield tuple(folded.origin[at] for at in range(start, start + len(name)))
        start = folded.text.find(name, start + 1)


def _document(task: str) -> str:
    """What the ids of a document's tasks share: all before the last hyphen, else the whole id."""
    return task.rpartition("-")[0] or task


def _table(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Counts by (labelled, given) as rows of what was labelled, each a count of what was given."""
    table: dict[str, dict[str, int]] = {}
    for (wanted, given), number in sorted(counts.items()):
        table.setdefault(wanted, {})[given or "missing"] = number
    return table


def _relations_to_json(counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    right = sum(number for (wanted, given), number in counts.items() if wanted == given)
    missed = sum(number for (_, given), number in counts.items() if not given)
    linked = sum(counts.values()) - missed
    share = round(right / linked, 4) if linked else 1.0
    return {
        "right": right,
        "wrong": linked - right,
        "missed": missed,
        "share_right": share,
        "table": _table(counts),
    }
