"""Disk cache of compiled models, so that later processes need not compile them again.

All processes share one folder. A file appears under its final name complete or not at all, and has
a checksum, so writers need no lock and a damaged file is simply compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

FOLDER_VARIABLE = "REALSTYLER_CACHE"
CAPACITY = 512 * 2**20
"""Bytes; beyond this, the least recently used files are removed."""

_CHECKSUM_BYTES = 4
_ABANDONED_SECONDS = 3600


def folder() -> Path:
    """Return the cache folder: ``$REALSTYLER_CACHE`` or the user's cache folder."""
    override = os.environ.get(FOLDER_VARIABLE)
    if override:
        return Path(override)
    import platformdirs

    return platformdirs.user_cache_path("realstyler")


def path_of(identity: Sequence[object]) -> Path:
    """Return the file for an ``identity``; equal identities share one file."""
    digest = hashlib.sha256(repr(tuple(identity)).encode()).hexdigest()
    return folder() / f"{digest[:40]}.blob"


def stamp(code: str | Path) -> int:
    """Return a number that changes when the code that builds the cached content changes."""
    try:
        return zlib.crc32(Path(code).read_bytes())
    except OSError:  # inside an archive, where the program's version must suffice
        return 0


def read(path: Path) -> bytes | None:
    """Return the cached content, or ``None`` if it is missing or damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, payload = content[:_CHECKSUM_BYTES], content[_CHECKSUM_BYTES:]
    if checksum != _checksum(payload):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # mark as recently used
    return payload


def write(path: Path, payload: bytes) -> None:
    """Store ``payload``; an unwritable folder is not an error, only slower next time."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                part.write(_checksum(payload) + payload)
                part.close()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink()
                raise
        _prune(path.parent)


def _checksum(payload: bytes) -> bytes:
    return zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES, "little")


def _prune(directory: Path) -> None:
    files = sorted(directory.glob("*.blob"), key=lambda file: file.stat().st_mtime, reverse=True)
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > CAPACITY:
            file.unlink(missing_ok=True)
    for part in directory.glob("*.part"):  # left behind by a killed process
        if part.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
            part.unlink(missing_ok=True)
