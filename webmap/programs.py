"""The programs of the map's pages, each as one file where the set-up has bundled it.

A page's program is some forty modules, which is as many requests, and on a slow network as many waits.
`scripts/bundle_programs.py` joins them with esbuild into a folder of the virtual environment. What was
bundled from other modules is left aside, so that an edit counts at the next start; without esbuild the pages
ask for the modules one by one, and do the same. LINGANG_BUNDLED=0 in the environment leaves bundles aside.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

SOURCES = Path(__file__).parent / "static" / "js"
PROGRAMS = ("atlas", "embed", "progress")  # the modules that pages start with
SWITCH = "LINGANG_BUNDLED"
FOLDER = Path(sys.prefix) / "lib" / "lingang-programs"
STAMP = "source.blake2b"  # in the folder: of which modules
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "\./(\w+)\.js";', re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """Where a page gets its program: its address, and the modules (addresses) that it will then ask for."""

    address: str
    modules: tuple[str, ...]


def source_digest(sources: Path = SOURCES) -> str:
    """A digest of every module, as hexadecimal digits."""
    digest = blake2b(digest_size=16)
    for path in sorted(sources.glob("*.js")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_bundles() -> dict[str, bytes]:
    """The bundled programs by name; empty where there are none of these very modules."""
    stamp = FOLDER / STAMP
    if os.environ.get(SWITCH) == "0" or not stamp.exists():
        return {}
    if stamp.read_text(encoding="ascii") != source_digest():
        return {}
    return {name: (FOLDER / f"{name}.js").read_bytes() for name in PROGRAMS}


def program_of(name: str, bundles: dict[str, bytes]) -> Program:
    """Where a page gets the program `name` from."""
    if name in bundles:
        return Program(f"/programs/{name}.js", ())
    modules = tuple(f"/static/js/{module}.js" for module in _modules_of(name))
    return Program(f"/static/js/{name}.js", modules)


def _modules_of(name: str) -> list[str]:
    """The modules that a module imports, and those that these import, each once, in alphabetical order."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _IMPORT.findall((SOURCES / f"{module}.js").read_text(encoding="utf-8"))
    return sorted(found)
