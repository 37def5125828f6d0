"""Documents for the workspace's tests: made-up plans, and one with the items of a built-in plan."""

from __future__ import annotations

from collections.abc import Sequence

from plans.records import Task

HEAD = "临港新片区{year}年工作要点\n\n一、建设\n\n（一）交通\n\n"
ITEMS = (
    "建成示范线。T1示范线6月底前开通，沿线在105社区增设站点不少于5个。",
    "开工学校。年内开工建设滴水湖核心片区学校。",
    "整治河道。泐马河整治工程年内完工。",
)


def plan_text(year: int = 2031, items: Sequence[str] = ITEMS) -> str:
    """A yearly plan in plain text, its items numbered from 1."""
    numbered = (f"{number}. {item}\n\n" for number, item in enumerate(items, start=1))
    return HEAD.format(year=year) + "".join(numbered)


def plan_bytes(year: int = 2031, items: Sequence[str] = ITEMS) -> bytes:
    return plan_text(year, items).encode()


def text_of(tasks: Sequence[Task], title: str, sentence: str = "") -> str:
    """A document with the headings, numbers and titles of tasks, and a sentence of ours in every item."""
    lines, path = [title, ""], ()
    for task in tasks:
        changed = next(
            (i for i, pair in enumerate(zip(task.path, path, strict=False)) if pair[0] != pair[1]), None
        )
        start = min(len(path), len(task.path)) if changed is None else changed
        lines += [line for heading in task.path[start:] for line in (heading, "")]
        path = task.path
        lines += [f"{task.number}. {task.title}。{sentence}", ""]
    return "\n".join(lines)
