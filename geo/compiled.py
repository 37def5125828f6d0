"""The geocoder's innermost modules as machine code, where the set-up has compiled them.

`scripts/compile_geocoder.py` compiles the modules named here with mypyc into a folder of the virtual
environment. The same source then runs at about half the time. What was compiled from another source is
left aside, so that an edit counts at once; without a compiler everything runs as plain Python, with the same
results. LINGANG_COMPILED=0 in the environment leaves it aside too.
"""

from __future__ import annotations

import importlib
import os
import sys
from hashlib import blake2b
from pathlib import Path

MODULES = (
    "characters",
    "coded_names",
    "conditions",
    "coordination",
    "extents",
    "folding",
    "geocoder",
    "links",
    "mentions",
    "namesakes",
    "relations",
    "scanner",
    "senses",
    "stages",
    "task_lines",
    "toponym",
    "toponyms",
    "vocabulary",
)
GROUP = "lingang_geocoder"  # the library that holds them all
SWITCH = "LINGANG_COMPILED"
FOLDER = Path(sys.prefix) / "lib" / "lingang-compiled"
STAMP = "source.blake2b"  # in the folder: of which source


def source_digest() -> str:
    """A digest of the sources of `MODULES`, as hexadecimal digits."""
    digest = blake2b(digest_size=16)
    for name in MODULES:
        digest.update(name.encode())
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def prefer_compiled(package_path: list[str], folder: Path = FOLDER) -> bool:
    """Let the compiled modules come before the sources of the package; return whether there are any.

    Parameters
    ----------
    package_path
        The `__path__` of the package `geo`, before any of `MODULES` is imported; it grows.
    folder
        Where the modules were compiled to.
    """
    if os.environ.get(SWITCH) == "0" or not _is_current(folder):
        return False
    sys.path.append(str(folder))
    try:
        importlib.import_module(f"{GROUP}__mypyc")
    except ImportError:  # made for another Python or another machine: the sources do as well
        sys.path.remove(str(folder))
        return False
    package_path.insert(0, str(folder / "geo"))
    return True


def _is_current(folder: Path) -> bool:
    """Whether what lies in the folder was compiled from the sources as they are now."""
    try:
        return (folder / STAMP).read_text(encoding="ascii") == source_digest()
    except OSError:  # never compiled, or installed without sources
        return False
