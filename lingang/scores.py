"""Precision, recall and F1: how far found things agree with labels made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Score:
    """Counts of right, wrong and missed things, and how many of the right ones agree in a detail."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    details: dict[str, int] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Right among those found; 1.0 when none was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Right among those labelled; 1.0 when none was labelled."""
        wanted = self.right + self.missed
        return self.right / wanted if wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def agreement(self, detail: str) -> float:
        """Share of the right things that agree in a detail; 1.0 without any."""
        return self.details.get(detail, 0) / self.right if self.right else 1.0

    def to_json(self) -> dict[str, float | int]:
        """Counts and ratios, four decimals."""
        ratios = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        ratios |= {f"{detail}_agreement": self.agreement(detail) for detail in sorted(self.details)}
        counts = {"right": self.right, "wrong": self.wrong, "missed": self.missed}
        return counts | {name: round(ratio, 4) for name, ratio in ratios.items()}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One disagreement: in which task, about what kind of thing, how (`wrong`, `missed` …), and its value."""

    task: str
    kind: str
    fault: str
    value: str

    def __str__(self) -> str:
        return f"{self.task}: {self.kind} {self.fault}: {self.value}"
