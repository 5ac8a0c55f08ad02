"""The journal of a watched folder, on disk, so that a restart continues where it ended."""

from __future__ import annotations

import dataclasses
import json
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from filelock import BaseFileLock, FileLock, Timeout

from realstyler import files
from realstyler.errors import OutputError, UsageError

NAME = ".realstyler-watch.jsonl"
"""The journal's name in the output folder."""
LOCK = ".realstyler-watch.lock"
"""The name of the file that one process holds while it watches."""


class Stamp(NamedTuple):
    """What changes when a file is written: its length and modification time."""

    size: int
    modified: int
    """Nanoseconds."""


@dataclass(frozen=True)
class Entry:
    """A picture in a style, and the name that its painting has been given."""

    source: str
    """Inside the watched folder."""
    style: str
    target: str
    """Inside the output folder."""
    stamp: Stamp
    """The picture as it was painted."""
    done: bool = False
    """Whether the painting is known to be there; otherwise its name is taken all the same."""
    folder: str = ""
    """The watched folder: several may have their paintings in one place, one after the other."""


class Journal:
    """Entries by picture and style, the last one of each; threads may add at the same time.

    A line is added before a picture is painted and another one after it. A name that the first
    promises was free, so what has it after an interruption is the painting, whole.

    Args:
        out: the output folder, where the journal lies.
        folder: the watched folder, as a full path.

    Raises:
        UsageError: another process writes this journal.
        OutputError: the journal cannot be written.
    """

    def __init__(self, out: Path, folder: str) -> None:
        path = out / NAME
        self._folder = folder
        self._lock = threading.Lock()
        self._claim = _claimed(out)
        self._entries = {(one.folder, one.source, one.style): one for one in _read(path)}
        lines = "".join(_line(entry) for entry in self._entries.values())
        files.write_text(path, lines, overwrite=True)
        self._file = path.open("a", encoding="utf-8")

    def find(self, source: str, style: str) -> Entry | None:
        """Return what is known of a picture of the watched folder in a style."""
        return self._entries.get((self._folder, source, style))

    @property
    def targets(self) -> set[str]:
        """The names that are taken."""
        return {entry.target for entry in self._entries.values()}

    def add(self, entry: Entry) -> None:
        """Add an entry of the watched folder, replacing an earlier one."""
        entry = dataclasses.replace(entry, folder=self._folder)
        with self._lock:
            self._entries[self._folder, entry.source, entry.style] = entry
            self._file.write(_line(entry))
            self._file.flush()

    def close(self) -> None:
        """Close the files."""
        self._file.close()
        self._claim.release()


def _claimed(out: Path) -> BaseFileLock:
    """Take the lock of an output folder; the system frees it however a process ends."""
    lock = FileLock(out / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise UsageError(code="output-folder-watched", folder=out) from None
    except OSError as error:
        raise OutputError(
            code="folder-unwritable", folder=out, reason=error.strerror or error
        ) from error
    return lock


def _line(entry: Entry) -> str:
    return json.dumps(dataclasses.asdict(entry), ensure_ascii=False) + "\n"


def _read(path: Path) -> list[Entry]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        # The last one may be cut off.
        with suppress(ValueError, TypeError, KeyError):
            content = json.loads(line)
            entries.append(Entry(**{**content, "stamp": Stamp(*content["stamp"])}))
    return entries
