"""Crash notes: record what is being painted, so that the next start knows what crashed the process.

A picture may kill the process by a decoder bug or by exhausting memory. Nothing can be recorded
at that moment, so an empty file is created before painting and removed afterwards. That is far
cheaper than two more transactions per picture. It need not survive a power cut, which is no
picture's fault.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)


class CrashNotes:
    """One file per job being painted, in a folder beside the database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self) -> set[int]:
        """Return the jobs that were being painted when the last process died, and clear them."""
        jobs = set()
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for note in self._folder.iterdir():
                if note.name.isascii() and note.name.isdigit():
                    jobs.add(int(note.name))
                    note.unlink(missing_ok=True)
        return jobs

    @contextlib.contextmanager
    def painting(self, job_id: int) -> Iterator[None]:
        """Keep a note inside the ``with`` block. A full disk must not prevent painting."""
        note = self._folder / str(job_id)
        with contextlib.suppress(OSError):
            note.touch()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)
