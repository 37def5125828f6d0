"""What an evaluation looks like on a terminal: columns that stay straight with Chinese in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NAME_WIDTH = 14
_COUNTS = ("right", "wrong", "missed")


def promise_lines(outcome: Mapping[str, Any]) -> list[str]:
    """Milestones and targets: ratios and the counts behind them."""
    return [_score(what, outcome[what]) for what in ("milestones", "targets")]


def place_lines(outcome: Mapping[str, Any]) -> list[str]:
    """Figures of links: over all tasks, by labelled scope, by rule, by document, by stated confidence."""
    relations, mentions = outcome["relations"], outcome["mentions"]
    lines = [_score(what, outcome[what]) for what in ("zones", "lines")]
    lines.append(_named("scope", f"right for {outcome['scope_accuracy']:.3f} of {outcome['tasks']} tasks"))
    lines.append(_score("sites", outcome["sites"]))
    counts = _counts(relations)
    lines.append(_named("relations", f"right for {relations['share_right']:.3f} of the links  {counts}"))
    figures = f"covered {mentions['covered']}  missed {mentions['missed']}"
    lines.append(_named("mentions", f"coverage {mentions['coverage']:.3f}  {figures}"))
    return [
        *lines,
        *_scopes(outcome["scopes"]),
        *_rules(outcome["rules"]),
        *_documents(outcome["documents"]),
        *_calibration(outcome["calibration"]),
        *_confidence(outcome["confidence"]),
        "",
    ]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows in columns, the first to the left and the others to the right; a Chinese sign takes two cells."""
    body = [list(header), *(list(row) for row in rows)]
    widths = [max(_width(row[at]) for row in body) for at in range(len(header))]
    widths[0] = max(widths[0], NAME_WIDTH)
    return [
        "  ".join(
            _padded(cell, width, to_left=not at)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in body
    ]


def _scopes(scopes: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Labelled scopes as rows, given ones as columns."""
    known = [name for name in ("zones", "lines", "whole", "outside") if _occurs(name, scopes)]
    rows = [[name, *(str(scopes.get(name, {}).get(given, 0)) for given in known)] for name in known]
    return ["", *table(["scope, given", *known], rows)]


def _occurs(name: str, scopes: Mapping[str, Mapping[str, int]]) -> bool:
    return name in scopes or any(name in row for row in scopes.values())


def _rules(rules: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = []
    for rule, score in rules.items():
        figures = f"precision {score['precision']:.3f}  right {score['right']}  wrong {score['wrong']}"
        lines.append(f"rule {rule:<12} {figures}")
    return ["", *lines]


def _documents(documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    header = ["document", "tasks", "zones P", "R", "F1", "lines F1", "scope", "mentions"]
    rows = []
    for name, counts in documents.items():
        zones = counts["zones"]
        ratios = (zones["precision"], zones["recall"], zones["f1"], counts["lines"]["f1"])
        shares = (*ratios, counts["scope_accuracy"], counts["mentions"]["coverage"])
        rows.append([name, str(counts["tasks"]), *(f"{share:.3f}" for share in shares)])
    return ["", *table(header, rows)]


def _calibration(calibration: Mapping[str, Any]) -> list[str]:
    header = ["confidence", "links", "stated", "right", "95 % from", "to"]
    rows = [
        [
            f"{group['from']:.2f}-{group['to']:.2f}",
            str(group["links"]),
            f"{group['stated']:.3f}",
            f"{group['share_right']:.3f}",
            *(f"{end:.3f}" for end in group["interval"]),
        ]
        for group in calibration["bins"]
    ]
    errors = (
        f"expected calibration error {calibration['expected_error']:.4f}"
        f"  Brier score {calibration['brier_score']:.4f}"
    )
    return ["", *table(header, rows), errors]


def _confidence(rules: Mapping[str, Mapping[str, Any]]) -> list[str]:
    header = ["rule", "links", "right", "stated", "earned", "factor"]
    rows = [
        [
            rule,
            str(row["links"]),
            str(row["right"]),
            f"{row['stated']:.3f}",
            f"{row['earned']:.2f}",
            f"{row['factor']:.2f}" if "factor" in row else "",
        ]
        for rule, row in rules.items()
    ]
    return ["", *table(header, rows)]


def _score(what: str, score: Mapping[str, Any]) -> str:
    """One line: the ratios and the counts behind them."""
    ratios = "  ".join(f"{key} {score[key]:.3f}" for key in ("precision", "recall", "f1"))
    return _named(what, f"{ratios}  {_counts(score)}")


def _counts(score: Mapping[str, Any]) -> str:
    return "  ".join(f"{key} {score[key]}" for key in _COUNTS)


def _named(what: str, figures: str) -> str:
    return f"{what:<{NAME_WIDTH}} {figures}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, *, to_left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if to_left else space + text
