"""Compile the geocoder's innermost modules (`geo.compiled`) with mypyc, for this virtual environment.

Needs a C compiler and Python's headers; without them it says so and ends with 1, and the geocoder runs as
plain Python. What is there already for the same source is left as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["LINGANG_COMPILED"] = "0"  # what is to be made anew must not be in use

from geo.compiled import FOLDER, GROUP, MODULES, STAMP, source_digest  # noqa: E402

_SETUP = """
from mypyc.build import mypycify
from setuptools import setup

modules = [f"geo/{{name}}.py" for name in {modules!r}]
options = ["--config-file=", "--ignore-missing-imports", "--python-version", "{version}"]
setup(
    name="{group}",
    packages=[],
    ext_modules=mypycify([*options, *modules], group_name="{group}", opt_level="3", debug_level="0"),
)
"""
LONGEST_S = 1200


def missing() -> str:
    """What the machine lacks for it, "" for nothing."""
    if not any(map(shutil.which, (os.environ.get("CC", "cc"), "gcc", "clang"))):
        return "a C compiler"
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return "" if headers.exists() else "Python's headers"


def compile_modules(target: Path) -> str:
    """Compile into `target`; return what went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory() as work:
        skip = shutil.ignore_patterns("__pycache__")
        for package in ("geo", "lingang"):
            shutil.copytree(ROOT / package, Path(work) / package, ignore=skip)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        script = _SETUP.format(modules=MODULES, group=GROUP, version=version)
        (Path(work) / "setup.py").write_text(script, encoding="utf-8")
        command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
        try:
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            return f"the compiler was not done after {LONGEST_S} seconds"
        ending = str(sysconfig.get_config_var("EXT_SUFFIX"))
        made = [*Path(work).glob(f"{GROUP}__mypyc*{ending}"), *(Path(work) / "geo").glob(f"*{ending}")]
        if done.returncode or len(made) != len(MODULES) + 1:
            return (done.stderr or done.stdout).strip()[-2000:]
        _put(made, target)
    return ""


def _put(made: list[Path], target: Path) -> None:
    """Move what was made to its place; the stamp comes last, so that a half-written folder never counts."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "geo").mkdir(parents=True)
    for library in made:
        folder = target if library.name.startswith(GROUP) else target / "geo"
        shutil.copy2(library, folder / library.name)
    (target / STAMP).write_text(source_digest(), encoding="ascii")


def main() -> int:
    """Compile where that is possible and needed."""
    if (FOLDER / STAMP).exists() and (FOLDER / STAMP).read_text(encoding="ascii") == source_digest():
        return 0
    if lacking := missing():
        print(f"the geocoder is not compiled, {lacking} is missing: it runs as plain Python", file=sys.stderr)
        return 1
    if problem := compile_modules(FOLDER):
        print(f"the geocoder is not compiled and runs as plain Python:\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
