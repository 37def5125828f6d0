"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

NAME_CHARS = 40  # of a name in its temporary twin's: the whole could be too long for the file system


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to disk, and then replace `path`
    in one step. The mode of an existing file is kept; a link keeps leading to the file it names. What
    is no file (a device, a pipe) is written to as it is: replacing /dev/null would break the machine.

    Raises
    ------
    OSError
        The folder is missing or not writable; nothing is left behind.
    """
    path = Path(path).resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:NAME_CHARS]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's umask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
