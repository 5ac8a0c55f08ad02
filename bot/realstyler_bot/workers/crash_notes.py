"""Notes of what is being painted, so that the next start knows what was when the process died.

A picture may kill the process: a decoder with a fault, or more memory than there is. Nothing can be
written down at that moment, so it is written before, as an empty file, and removed after. That is
far cheaper than two more transactions for each picture, and it need not survive a power cut, which
is no fault of a picture.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)


class CrashNotes:
    """One file for each job that is being painted, in a folder beside the database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self) -> set[int]:
        """Return the jobs that were painted when the last process died, and forget them."""
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
        """Leave a note while the block runs. A full disk is no reason not to paint."""
        note = self._folder / str(job_id)
        with contextlib.suppress(OSError):
            note.touch()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)
