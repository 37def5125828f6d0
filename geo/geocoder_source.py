"""Everything a geocoder is built from, as bytes: to send it to other machines, and to tell two apart.

The files of a data folder travel by content, so a worker needs no shared disk; the program does not travel,
so its fingerprint does, and a worker with another program refuses.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path

import geo
import lingang
from geo.gazetteer import FILES, TABLE, read_gazetteer
from geo.geocoder import Geocoder

DATA_FILES = (*(f"geojson/{name}.geojson" for name in FILES), TABLE)


@dataclass(frozen=True)
class GeocoderSource:
    """The content of the data files by their path in the data folder, and the program's fingerprint."""

    files: dict[str, bytes]
    program: str

    @cached_property
    def fingerprint(self) -> str:
        """A digest of data and program: equal ones give equal links."""
        return _digest([*sorted(self.files.items()), ("program", self.program.encode())])

    def build(self) -> Geocoder:
        """Return the geocoder; faulty rows of the gazetteer are left out, as where the source was read."""
        with tempfile.TemporaryDirectory(prefix="lingang-data-") as folder:
            for name, content in self.files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return Geocoder(read_gazetteer(Path(folder), faults=[]))


def read_source(data: Path) -> GeocoderSource:
    """Return the source of the geocoder of a data folder.

    Raises
    ------
    OSError
        A file is missing.
    """
    return GeocoderSource({name: (data / name).read_bytes() for name in DATA_FILES}, program_fingerprint())


@lru_cache(maxsize=1)
def program_fingerprint() -> str:
    """A digest of the modules that geocode, and of the Unicode tables they use."""
    modules = sorted(path for room in (geo, lingang) for path in Path(room.__path__[0]).glob("*.py"))
    unicode = ("unicode", unicodedata.unidata_version.encode())
    return _digest([unicode, *((f"{path.parent.name}/{path.name}", path.read_bytes()) for path in modules)])


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    digest = blake2b(digest_size=16)
    for name, content in parts:
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
