"""Where the curated data lies: `data/` beside the rooms in a checkout, inside this package in a wheel."""

from __future__ import annotations

from pathlib import Path


def data_dir() -> Path:
    """Return the folder that holds `geojson/` and `plans/`.

    Raises
    ------
    FileNotFoundError
        Neither place has it: the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for candidate in (here.parent / "data", here / "data"):
        if (candidate / "geojson").is_dir():
            return candidate
    raise FileNotFoundError(f"no data/geojson beside {here} or in it; install lingang-atlas again")
