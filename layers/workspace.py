"""A user's own folder: documents as they came, their tasks beside them, and which plan is which document.

    plans.json                            which document and which reading stand for each plan; written last
    documents/<sha256>/original           the document, its bytes unchanged
    documents/<sha256>/<reading>/         document.json, tasks.jsonl, report.json; <reading> is named after
                                          their content, so a folder never changes once it has its name
    reviews.jsonl                         decisions of people on links of tasks, one a line

An import shows only when `plans.json` is replaced, in one step: whatever breaks before leaves the old
state, and what it left lying is swept away by the next import. Nothing stored depends on the time or on
this machine, and no name from outside becomes part of a path.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from layers.comparison import Changes, Recognition, compare
from layers.errors import WorkspaceError
from layers.intake import BuiltIn, Given, Reading, Source, check_plan_id
from layers.plan_ids import identify
from layers.reviews import FILE as REVIEWS
from layers.reviews import Review, parse_reviews, with_review
from layers.stored import StoredPlan, report_record
from lingang.files import write_atomic
from plans.tasks import dump_tasks

ENVIRONMENT = "LINGANG_WORKSPACE"
INDEX = "plans.json"
LOCK = ".lock"
HEX = re.compile("[0-9a-f]{16,64}")
PART = ".part"  # the folder of what is not finished, beside its place
READING_FILES = ("document.json", "tasks.jsonl", "report.json")
LOCK_TIMEOUT_S = 30.0  # an import holds the lock for as long as it writes, well under a second
LOCK_POLL_S = 0.05
NOTHING_SAID = Given()
READ_AGAIN = 5  # times, where an import replaces a reading while it is being read


def default_workspace() -> Path:
    """The folder in LINGANG_WORKSPACE, else `lingang-atlas` in the user's data folder; it may not exist."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else user_data_path("lingang-atlas", appauthor=False)


@dataclass(frozen=True)
class Imported:
    """What an import did: the plan as it is now stored, and whether anything is new.

    `recognised` says which built-in plan it is, if any; `was` is the id that the same document had before,
    where that was another one.
    """

    stored: StoredPlan
    is_new: bool
    recognised: Recognition | None = None
    was: str | None = None


@dataclass(frozen=True)
class Contents:
    """The plans of a workspace by id, in the order of their ids, and what could not be read of it."""

    plans: dict[str, StoredPlan]
    faults: tuple[WorkspaceError, ...] = ()


class Workspace:
    """The folder at `path` (by default the user's own). It is made by the first import, not before."""

    def __init__(self, path: Path | None = None, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        self.path = default_workspace() if path is None else Path(path)
        self.lock_timeout_s = lock_timeout_s

    def read(self) -> Contents:
        """Return what is stored; nothing where there is no workspace.

        A plan whose files are missing or damaged is a fault, and the others are there all the same.

        Raises
        ------
        WorkspaceError
            The index itself cannot be read.
        """
        for attempt in range(READ_AGAIN):
            index, plans, faults = self._index(), {}, []
            for plan_id, entry in index.items():
                try:
                    plans[plan_id] = self._stored(plan_id, entry)
                except WorkspaceError as error:
                    faults.append(error)
            # An import may have replaced a reading meanwhile: then the index is another one by now.
            if not faults or attempt == READ_AGAIN - 1 or self._index() == index:
                break
        return Contents(plans, tuple(faults))

    def add(self, source: Source, built_in: BuiltIn, given: Given = NOTHING_SAID) -> Imported:
        """Read a document and store it; the same bytes again change nothing.

        What a person once said of these bytes holds until they say otherwise. A document with the plan id
        of another one is its new version: the older stays in `documents/`, and the stored report says
        what changed.

        Raises
        ------
        DocumentError, NoTasksError
            The bytes are no document, or hold no plan.
        PlanIdError
            The id cannot be used, see `layers.plan_ids.identify`.
        WorkspaceError
            The folder cannot be written, is damaged, or another import does not let go of it.
        """
        if given.plan is not None:
            check_plan_id(given.plan)
        index, plans = self._index(), self.read().plans
        wanted = identify(source, built_in, given, plans)  # before anything is written
        with self.locked():
            if self._index() != index:  # another import was faster
                plans = self.read().plans
                wanted = identify(source, built_in, given, plans)
            return self._store(*wanted, plans)

    def read_reviews(self) -> tuple[list[Review], list[str]]:
        """Return the review decisions, and what could not be read of them; nothing where there are none."""
        path = self.path / REVIEWS
        try:
            reviews, faults = parse_reviews(path.read_bytes(), "workspace")
        except FileNotFoundError:
            return [], []
        except OSError as error:
            return [], [f"{REVIEWS} cannot be read ({error.strerror or error})"]
        return reviews, [f"{REVIEWS}, {fault}" for fault in faults]

    def add_review(self, review: Review) -> list[Review]:
        """Store a decision and return those on the same link that it takes the place of.

        Raises
        ------
        WorkspaceError
            The folder cannot be written, or another writer does not let go of it.
        """
        path = self.path / REVIEWS
        with self.locked():
            content, replaced = with_review(path.read_bytes() if path.exists() else b"", review)
            write_atomic(path, content)
            _flush(self.path)
            for leftover in self.path.glob(f".{REVIEWS}.*"):
                leftover.unlink()
        return replaced

    def _store(self, reading: Reading, given: Given, plans: Mapping[str, StoredPlan]) -> Imported:
        """Write what is new, the index last; the lock is held."""
        sha256 = reading.document.sha256
        before = plans.get(reading.plan)
        was = next((i for i, stored in plans.items() if stored.sha256 == sha256 and i != reading.plan), None)
        changes = before.changes if before else None
        if before and before.sha256 != sha256:
            changes = compare(before.sha256, before.tasks, reading.tasks)
        files = _reading_files(reading, given, changes)
        entry = _index_entry(reading, _name_of(files))
        stored = self._parse(reading.plan, entry, files)
        old = self._index()
        self._write_folder(sha256, "original", {"original": reading.source.raw})
        self._write_folder(sha256, entry["reading"], files)
        index = {i: e for i, e in old.items() if i != was} | {reading.plan: entry}
        if index != old:
            self._write_index(index)
        self._sweep(index)
        return Imported(stored, index != old, reading.recognised, was)

    # ---- files --------------------------------------------------------------------------------------------

    def _index(self) -> dict[str, dict[str, Any]]:
        """The entries of `plans.json` by plan id."""
        path = self.path / INDEX
        try:
            index = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(index, dict) or not all(_is_entry(entry) for entry in index.values()):
                raise ValueError("entries need sha256 and reading")
            return {check_plan_id(plan_id): index[plan_id] for plan_id in sorted(index)}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise WorkspaceError(path, f"cannot be read ({error.strerror or error})") from error
        except (ValueError, RecursionError) as error:
            raise WorkspaceError(
                path, f"is no index of plans ({error}); move it away and import again"
            ) from error

    def _stored(self, plan_id: str, entry: Mapping[str, Any]) -> StoredPlan:
        """The plan of an entry; raises WorkspaceError where its files are not as they were written."""
        home = self.path / "documents" / entry["sha256"]
        folder = home / entry["reading"]
        try:
            files = {name: (folder / name).read_bytes() for name in READING_FILES}
            is_whole = _is_original(home / "original", entry["sha256"])
        except OSError as error:
            problem = (
                f"plan {plan_id!r} cannot be read ({error.strerror or error}); import its document again"
            )
            raise WorkspaceError(Path(error.filename or folder), problem) from error
        if _name_of(files) != entry["reading"] or not is_whole:
            problem = f"plan {plan_id!r} was changed since it was imported; import its document again"
            raise WorkspaceError(home, problem)
        return self._parse(plan_id, entry, files)

    def _parse(self, plan_id: str, entry: Mapping[str, Any], files: Mapping[str, bytes]) -> StoredPlan:
        try:
            return StoredPlan.from_files(plan_id, files)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            folder = self.path / "documents" / entry["sha256"]
            raise WorkspaceError(folder, f"holds no reading of a plan ({error})") from error

    def _write_folder(self, sha256: str, name: str, files: Mapping[str, bytes]) -> None:
        """Write files beside their place, flush them, and move them there in one step."""
        home = self.path / "documents" / sha256
        if _holds(home / name, files):
            return
        home.mkdir(parents=True, exist_ok=True)
        part = home / PART
        _remove(part)
        part.mkdir()
        for file, content in files.items():
            write_atomic(part / file, content)
        _flush(part)
        if name != "original":
            _remove(home / name)  # damaged, or it would have been left as it is
        (part / name if name == "original" else part).replace(home / name)
        _flush(home)

    def _write_index(self, index: Mapping[str, Any]) -> None:
        content = json.dumps(index, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_atomic(self.path / INDEX, content.encode())
        _flush(self.path)

    def _sweep(self, index: Mapping[str, Mapping[str, Any]]) -> None:
        """Remove what imports that were cut short left, and readings that another reading replaced."""
        wanted = {entry["sha256"]: entry["reading"] for entry in index.values()}
        for home in (self.path / "documents").iterdir():
            kept = ("original", wanted.get(home.name))
            for path in home.iterdir():
                if path.name == PART or (home.name in wanted and path.name not in kept):
                    _remove(path)
        for path in self.path.glob(f".{INDEX}.*"):
            path.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace's lock; made with the folder, and left lying: it is only ever locked."""
        try:
            (self.path / "documents").mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise WorkspaceError(self.path, f"cannot be written ({error.strerror or error})") from error
        try:
            _wait_for_lock(descriptor, self.path, self.lock_timeout_s)
            yield
        except OSError as error:
            raise WorkspaceError(self.path, f"cannot be written ({error.strerror or error})") from error
        finally:
            os.close(descriptor)


def _wait_for_lock(descriptor: int, path: Path, timeout_s: float) -> None:
    until = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= until:
                problem = f"another command has been at work for {timeout_s:g} s; let it end, then try again"
                raise WorkspaceError(path, problem) from error
            time.sleep(LOCK_POLL_S)


def _flush(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _holds(path: Path, files: Mapping[str, bytes]) -> bool:
    """True when these files are there already, as they should be."""
    places = {path if name == path.name else path / name: content for name, content in files.items()}
    return all(place.is_file() and place.read_bytes() == content for place, content in places.items())


def _is_original(path: Path, sha256: str) -> bool:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256


def _reading_files(reading: Reading, given: Given, changes: Changes | None) -> dict[str, bytes]:
    """The files of a reading; the same reading gives the same bytes."""
    document = {
        "name": reading.source.name,
        "sha256": reading.document.sha256,
        "size": len(reading.source.raw),
        "format": reading.document.encoding,
        "plan": reading.plan,
        "title": reading.title,
        "year": reading.report.year,
        "until": reading.until,
        "given": {"plan": given.plan, "year": given.year},
    }
    return {
        "document.json": _pretty(document),
        "tasks.jsonl": dump_tasks(reading.tasks),
        "report.json": _pretty(report_record(reading, changes)),
    }


def _index_entry(reading: Reading, name: str) -> dict[str, Any]:
    return {
        "sha256": reading.document.sha256,
        "reading": name,
        "title": reading.title,
        "year": reading.report.year,
        "until": reading.until,
    }


def _is_entry(entry: Any) -> bool:
    """True for an entry whose parts of a path are the hex digits that we write."""
    parts = [entry.get(key) for key in ("sha256", "reading")] if isinstance(entry, dict) else [None]
    return all(isinstance(part, str) and HEX.fullmatch(part) for part in parts)


def _name_of(files: Mapping[str, bytes]) -> str:
    """Sixteen hex digits over the names and contents of the files."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name} {len(files[name])}\n".encode() + files[name])
    return whole.hexdigest()[:16]


def _pretty(record: Any) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
