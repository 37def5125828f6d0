"""A copy of the shipped data that a test may damage."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from lingang.locations import data_dir


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """The shipped data folder, copied; nothing a test does to it reaches the original."""
    return Path(shutil.copytree(data_dir(), tmp_path / "data"))


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of (properties, shape) as GeoJSON in lon, lat as they are."""

    def save(
        *rows: tuple[dict[str, Any], BaseGeometry | None], name: str = "in.geojson", **members: Any
    ) -> Path:
        features = [
            {"type": "Feature", "properties": own, "geometry": None if shape is None else mapping(shape)}
            for own, shape in rows
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return save
