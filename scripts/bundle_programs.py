"""Bundle the programs of the map's pages (`webmap.programs`) with esbuild, for this virtual environment.

Without esbuild it says so and ends with 1, and the pages ask for the modules one by one. What is there
already for the same modules is left as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from webmap.programs import FOLDER, PROGRAMS, SOURCES, STAMP, read_bundles, source_digest

_OPTIONS = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--charset=utf8", "--log-level=error"]
LONGEST_S = 60


def bundle_programs(target: Path) -> str:
    """Bundle into `target`; return what went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory() as work:
        entries = [str(SOURCES / f"{name}.js") for name in PROGRAMS]
        command = ["esbuild", *entries, *_OPTIONS, f"--outdir={work}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            return f"esbuild was not done after {LONGEST_S} seconds"
        if done.returncode:
            return done.stderr.strip()[-2000:]
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in PROGRAMS:
            shutil.copy2(Path(work) / f"{name}.js", target)
        # Last, so that a half-written folder never counts.
        (target / STAMP).write_text(source_digest(), encoding="ascii")
    return ""


def main() -> int:
    """Bundle where that is possible and needed."""
    if read_bundles():
        return 0
    if not shutil.which("esbuild"):
        print("the programs are not bundled, esbuild is missing: each module is served", file=sys.stderr)
        return 1
    if problem := bundle_programs(FOLDER):
        print(f"the programs are not bundled, each module is served:\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
