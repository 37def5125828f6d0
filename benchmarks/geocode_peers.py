"""How do our links compare with what others find in the same texts, and how fast is each?

Systems, in one run and in turns:
- our geocoder;
- longest match: zone names and aliases, the longest from left to right, without rules: what a first version
  of any such program does;
- jieba: words tagged as places (ns, nt, nz …), our gazetteer's names in its user dictionary;
- JioNLP: `recognize_location` and `parse_location`; cpca: `transform` and `transform_text_with_addrs`.

Accuracy is measured on the labelled texts: the built-in plans (our rules were tuned on them) and new texts.
None of the others knows our zones, so each place string is mapped as kindly as can be: to the place of which
it is a name in our gazetteer, whatever the condition; else to the longest of our names that it holds. A site
brings its zone. Their scope is `zones` with a zone or site, `lines` with a line, `outside` where all strings
are names outside, else `whole`. Only ours gets the headings above an item.

`whole` and `half` are the shares of labelled place names, those outside included, of which all, or at least
half the characters lie in strings found. Rates count processor seconds of the process, min / median / max
over the rounds; memory is VmHWM, interpreter and libraries included. Nothing is asserted; exit 1 when a
process fails. The others live in an environment of their own in the user's cache (benchmarks/peers.txt).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs
from figures import Spread, ratio, table
from peer_recognisers import OUR_ENVIRONMENT, RECOGNISERS

from geo.evaluate import Evaluation, evaluate
from geo.folding import fold, fold_name
from geo.gazetteer import Gazetteer, read_gazetteer
from geo.geocoder import Geocoder
from layers.built_in import read_built_in
from lingang.locations import data_dir

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent / "tests" / "gold"
REQUIREMENTS = HERE / "peers.txt"
INSTALL_LIMIT_S = 600.0
ITEM_CHARACTERS = 100
ROUNDS = 3
OURS, TOY = OUR_ENVIRONMENT
Label = dict[str, Any]


def main() -> int:
    """Measure accuracy and speed, print both tables, and write them with --json."""
    parser = argparse.ArgumentParser(description="Accuracy and speed beside JioNLP, cpca and jieba.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write every figure here.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Rounds of the speed figures.")
    options = parser.parse_args()
    try:
        python = prepare(environment())
        accuracy, speed = measure(python, max(1, options.rounds))
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"geocode_peers: {error}", file=sys.stderr)
        return 1
    print(table(ACCURACY_HEADER, [accuracy_cells(row) for row in accuracy]))
    print(f"\nitems a second of one core; items of {ITEM_CHARACTERS} characters, and whole tasks")
    print(table(SPEED_HEADER, speed_cells(speed)))
    print(f"\nload of the machine: {os.getloadavg()[0]:.1f}")
    if options.json:
        figures = {"accuracy": accuracy, "speed": {name: _plain(row) for name, row in speed.items()}}
        text = json.dumps(figures, indent=2, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


# ---- the environment of the others ------------------------------------------------------------------------


def environment() -> Path:
    """A folder in the user's cache, another one for other requirements or another Python."""
    wanted = REQUIREMENTS.read_bytes() + sys.version.encode()
    return platformdirs.user_cache_path("lingang-atlas") / f"peers-{hashlib.sha256(wanted).hexdigest()[:12]}"


def prepare(folder: Path) -> Path:
    """Return the interpreter of the others' environment; makes it at the first run, which takes minutes.

    Raises
    ------
    OSError
        pip cannot install the requirements; the message ends with what it said last.
    """
    python, ready = folder / "bin" / "python", folder / ".ready"
    if ready.exists():
        return python
    print(f"installing JioNLP, cpca and jieba into {folder} (once)", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run(
        [*command, "-r", REQUIREMENTS], capture_output=True, text=True, timeout=INSTALL_LIMIT_S
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise OSError(f"pip cannot install {REQUIREMENTS.name}: {said[-1] if said else 'no reason given'}")
    ready.touch()
    return python


class Worker:
    """A recogniser in a process of its own."""

    def __init__(self, name: str, python: Path, names: Sequence[str]) -> None:
        self.name = name
        command = [python, HERE / "peer_recognisers.py", name]
        pipe = subprocess.PIPE
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=self._said, text=True, encoding="utf-8"
        )
        self._send({"names": list(names)})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
        self._said.close()

    def recognise(self, texts: Sequence[Any]) -> dict[str, Any]:
        """What was found in each text, in how many processor seconds, and the peak memory so far."""
        assert self._process.stdout
        self._send({"texts": list(texts)})
        reply = self._process.stdout.readline()
        if not reply:
            self._said.seek(0)
            said = self._said.read().strip().splitlines()
            raise OSError(f"the process of {self.name} has failed: {said[-1] if said else 'no reason given'}")
        answer: dict[str, Any] = json.loads(reply)
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
        self._process.stdin.flush()


# ---- measuring --------------------------------------------------------------------------------------------


def measure(python: Path, rounds: int) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Accuracy rows by texts and system; speed and memory by system."""
    geocoder = Geocoder(read_gazetteer(data_dir()))
    gazetteer = geocoder.gazetteer
    corpora = read_corpora()
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                Worker(
                    name,
                    Path(sys.executable) if name in OUR_ENVIRONMENT else python,
                    sorted(zone_names(gazetteer) if name == TOY else gazetteer.names()),
                )
            )
            for name in RECOGNISERS
        ]
        accuracy = [
            {"texts": corpus, "system": worker.name, **accuracy_of(worker, labels, geocoder)}
            for corpus, labels in corpora.items()
            for worker in workers
        ]
        texts = [label["text"] for labels in corpora.values() for label in labels]
        return accuracy, speed_of(workers, texts, rounds)


def read_corpora() -> dict[str, list[Label]]:
    """Labels with their texts: of the built-in plans, and of each file of new texts that is there."""
    tasks = {task.id: task for plan in read_built_in().tasks.values() for task in plan}
    plans = []
    for label in (label for path in sorted(GOLD.glob("links-*.jsonl")) for label in _labels(path)):
        task = tasks[label["task"]]
        plans.append({**label, "text": task.text, "title": task.title, "path": list(task.path)})
    return {"built-in plans": plans} | {path.stem: _labels(path) for path in sorted(GOLD.glob("new-*.jsonl"))}


def _labels(path: Path) -> list[Label]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def zone_names(gazetteer: Gazetteer) -> set[str]:
    """Every name and alias of a zone that needs no words beside it."""
    return {
        name
        for name in gazetteer.names()
        for sense in gazetteer.senses(name)
        if sense.target and gazetteer.places[sense.target].kind == "zone" and sense.rule != "code"
    }


def accuracy_of(worker: Worker, labels: Sequence[Label], geocoder: Geocoder) -> dict[str, Any]:
    """Zone links, scope and place names of one system on one set of texts."""
    if worker.name == OURS:
        items = [[label["text"], label.get("title", ""), label.get("path", [])] for label in labels]
        records = worker.recognise(items)["found"]
        strings = [[*_own_strings(record), *_outside_names(label["text"], geocoder)]
                   for record, label in zip(records, labels, strict=True)]  # fmt: skip
    else:
        strings = worker.recognise([label["text"] for label in labels])["found"]
        records = [mapped_record(found, geocoder.gazetteer) for found in strings]
    named = [{**record, "task": label["task"]} for record, label in zip(records, labels, strict=True)]
    outcome = evaluate(named, labels)
    whole, half = found_shares(labels, strings)
    return {**_zone_figures(outcome), "names_whole": round(whole, 4), "names_half": round(half, 4)}


def _zone_figures(outcome: Evaluation) -> dict[str, float | None]:
    """Ratios with four decimals; no precision where no zone was found at all."""
    score = outcome.zones
    return {
        "precision": round(score.precision, 4) if score.right + score.wrong else None,
        "recall": round(score.recall, 4),
        "f1": round(score.f1, 4) if score.right else 0.0,
        "scope": round(outcome.scope_accuracy, 4),
    }


def _own_strings(record: Mapping[str, Any]) -> Iterator[str]:
    spans = [span for link in record["links"] for span in link["evidence"]]
    return (span[2] for span in (*spans, *record["unplaced"]))


def _outside_names(text: str, geocoder: Geocoder) -> Iterator[str]:
    """Names outside that our geocoder reads; they are in no link, since nothing of the area is meant."""
    folded = fold(text)
    outside = (mention for mention in geocoder.find_mentions(folded) if mention.sense.role == "outside")
    return (folded.text[mention.start : mention.end] for mention in outside)


def mapped_record(strings: Iterable[str], gazetteer: Gazetteer) -> dict[str, Any]:
    """A links record of another system's place strings."""
    links: dict[str, dict[str, Any]] = {}
    is_outside = []
    for string in strings:
        target, role = mapped(fold_name(string), gazetteer)
        is_outside.append(role == "outside")
        place = gazetteer.places.get(target)
        if place is None:
            continue
        relation = "along" if place.kind == "line" else "in"
        links[place.id] = {"target": place.id, "kind": place.kind, "relation": relation, "rule": "mapped"}
        if place.kind == "site" and place.zone:
            links[place.zone] = {"target": place.zone, "kind": "zone", "relation": "in", "rule": "mapped"}
    kinds = {link["kind"] for link in links.values()}
    if kinds:
        scope = "lines" if kinds == {"line"} else "zones"
    else:
        scope = "outside" if is_outside and all(is_outside) else "whole"
    return {"scope": scope, "links": list(links.values())}


def mapped(name: str, gazetteer: Gazetteer) -> tuple[str, str]:
    """The target and role of a folded place string: as a name itself, else by the longest name in it."""
    for size in range(len(name), 1, -1):
        for start in range(len(name) - size + 1):
            senses = gazetteer.senses(name[start : start + size])
            known = [s for s in senses if s.role in ("alias", "outside")]
            if known:
                return known[-1].target, known[-1].role
    return "", ""


def found_shares(labels: Sequence[Label], found: Sequence[Iterable[str]]) -> tuple[float, float]:
    """Share of labelled place names found wholly, and by half of their characters at least."""
    number = whole = half = 0
    for label, strings in zip(labels, found, strict=True):
        text = fold(label["text"]).text
        covered = {at for string in set(strings) for place in _places_of(text, string) for at in place}
        for mention in {fold_name(name) for name in (*label.get("mentions", ()), *label.get("outside", ()))}:
            shares = [len(covered & set(place)) / len(place) for place in _places_of(text, mention)]
            if shares:
                number += 1
                whole += max(shares) == 1
                half += max(shares) >= 0.5
    return (whole / number, half / number) if number else (1.0, 1.0)


def _places_of(text: str, string: str) -> Iterator[range]:
    """Where a string stands in a folded text; 上海市 also where only 上海 stands."""
    name = fold_name(string)
    if name not in text and len(name) > 2 and name[-1] in "省市区县镇":
        name = name[:-1]
    start = text.find(name) if name else -1
    while start >= 0:
        yield range(start, start + len(name))
        start = text.find(name, start + 1)


def speed_of(workers: Sequence[Worker], texts: Sequence[str], rounds: int) -> dict[str, dict[str, Any]]:
    """Items a second for short items and for whole tasks, in turns, after one round that only warms."""
    joined = "".join(texts)
    cuts = range(0, len(joined) - ITEM_CHARACTERS + 1, ITEM_CHARACTERS)
    kinds = {"items": [joined[at : at + ITEM_CHARACTERS] for at in cuts], "tasks": list(texts)}
    rates: dict[tuple[str, str], list[float]] = {}
    peaks: dict[str, float] = {}
    for turn in range(rounds + 1):
        for kind, chosen in kinds.items():
            for worker in workers:
                reply = worker.recognise(chosen if turn else chosen[:50])
                peaks[worker.name] = reply["peak_mib"]
                if turn:
                    rates.setdefault((worker.name, kind), []).append(len(chosen) / reply["seconds"])
    return {
        worker.name: {
            **{kind: Spread.of(rates[worker.name, kind]) for kind in kinds},
            "peak_mib": peaks[worker.name],
        }
        for worker in workers
    }


# ---- printing ---------------------------------------------------------------------------------------------

ACCURACY_HEADER = ("texts / system", "zones P", "R", "F1", "scope", "names whole", "half")
SPEED_HEADER = ("system", "items/s", "tasks/s", "ours : it, items", "MiB")


def accuracy_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """One printed row of the accuracy table."""
    figures = ("precision", "recall", "f1", "scope", "names_whole", "names_half")
    shown = ("-" if row[name] is None else f"{row[name]:.3f}" for name in figures)
    return (f"{row['texts']} / {row['system']}", *shown)


def speed_cells(speed: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """The printed rows of the speed table."""
    fastest = speed[OURS]["items"]
    return [
        (name, str(row["items"]), str(row["tasks"]), ratio(fastest, row["items"]), f"{row['peak_mib']:.0f}")
        for name, row in speed.items()
    ]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.to_json() if isinstance(value, Spread) else value for name, value in row.items()}


if __name__ == "__main__":
    sys.exit(main())
