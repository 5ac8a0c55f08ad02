"""A folder whose pictures are painted as they arrive: complete, once, and across restarts."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realstyler import files
from realstyler.cli import batch
from realstyler.cli.console import note
from realstyler.cli.jobs import Job, Plan, is_result
from realstyler.cli.journal import Entry, Journal, Stamp
from realstyler.cli.names import Naming, free, on_any_disk
from realstyler.engine import Cancellation
from realstyler.errors import DiskError, InputError
from realstyler.pictures import Found, LeftOut, find_pictures

RESCAN_SECONDS = 60
"""Interval of scans without any notification, which network disks do not send."""


@dataclass
class _Seen:
    """The last known state of a file, and since when it has not changed."""

    stamp: Stamp
    since: float


class HotFolder:
    """Paints the pictures of a folder, and those that arrive, until it is stopped.

    Args:
        folder: what to look through, with its sub-folders.
        out: where paintings go; it may lie inside.
        naming: what they are called.
        paint: does one job.
        settle: seconds for which a file must stay as it is to count as whole.
        repaint: a picture that changed is painted again, over its own painting.
        workers: pictures painted side by side.
    """

    def __init__(
        self,
        folder: Path,
        out: Path,
        naming: Naming,
        paint: batch.Paint,
        settle: float = 2.0,
        repaint: bool = False,
        workers: int = 1,
    ) -> None:
        self.done = 0
        """Pictures painted so far."""
        self._folder, self._out, self._naming = folder, out, naming
        self._paint, self._settle, self._repaint = paint, settle, repaint
        self._workers = workers
        files.make_folder(out)
        self._journal = Journal(out, str(folder.resolve()))
        self._taken = {on_any_disk(Path(name)) for name in self._journal.targets}
        self._seen: dict[Path, _Seen] = {}
        self._told: dict[tuple[str, str], Stamp] = {}
        """Pictures that failed, or that changed after they were painted, as they were then."""
        self._left_out_told = False

    def follow(self, wakes: Iterable[object]) -> None:
        """Paint what is whole whenever woken: by a change (anything true), or by time (false).

        Raises:
            KeyboardInterrupt: Ctrl-C, after what was being painted has been left or written.
            DiskError, OutputError: nothing can be written.
            InputError: the folder has gone.
        """
        due = 0.0
        for changed in wakes:
            if changed or time.monotonic() >= due:
                waiting = self.paint_what_is_whole()
                due = time.monotonic() + (self._settle / 2 if waiting else RESCAN_SECONDS)

    def paint_what_is_whole(self) -> bool:
        """Scan the folder once; return whether some files are still changing."""
        if not self._folder.is_dir():
            raise InputError(code="watched-folder-gone", folder=self._folder)
        unsettled, entries = False, dict[Job, Entry]()
        for one in self._found():
            stamp = _stamp(one.path)
            if stamp is None or not self._is_wanted(one, stamp):
                continue
            if self._is_settled(one.path, stamp):
                entries.update(self._jobs(one, stamp))
            else:
                unsettled = True
        if entries:
            self._run(entries)
        return unsettled

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _found(self) -> list[Found]:
        left_out: list[LeftOut] = []
        found = [
            one
            for one in find_pictures([self._folder], left_out=left_out)
            if not is_result(one.path, self._out, [self._folder])
        ]
        if not self._left_out_told:
            others = [x for x in left_out if not is_result(x.path, self._out, [self._folder])]
            batch.name_left_out(Plan([], others))
        self._left_out_told = True
        return found

    def _is_wanted(self, one: Found, stamp: Stamp) -> bool:
        """Whether a picture has to be painted, in any style."""
        return any(self._is_open(one, style, stamp) for style in self._naming.styles)

    def _is_open(self, one: Found, style: str, stamp: Stamp) -> bool:
        source = str(one.relative)
        entry = self._journal.find(source, style)
        known = entry.stamp if entry and entry.done else None
        return stamp not in (known, self._told.get((source, style)))

    def _is_settled(self, path: Path, stamp: Stamp) -> bool:
        seen = self._seen.get(path)
        if seen is None or seen.stamp != stamp:
            self._seen[path] = _Seen(stamp, time.monotonic())
            return False
        return time.monotonic() - seen.since >= self._settle

    def _jobs(self, one: Found, stamp: Stamp) -> Iterator[tuple[Job, Entry]]:
        """Yield what is to be painted of a picture that is whole, and write its name down."""
        for style in self._naming.styles:
            if not self._is_open(one, style, stamp):
                continue
            entry = self._journal.find(str(one.relative), style)
            if entry is None:
                entry = Entry(str(one.relative), style, self._name(one, style), stamp)
            elif entry.done and not self._repaint:
                self._tell_changed(one, style, stamp)
                continue
            entry = dataclasses.replace(entry, stamp=stamp)
            target = self._out / entry.target
            if not entry.done:
                # What is there is from before the journal, or from before a kill between two lines.
                there = files.exists(target)
                self._journal.add(dataclasses.replace(entry, done=there))
                if there:
                    continue
            yield Job(one.path, target, style), entry

    def _name(self, one: Found, style: str) -> str:
        name = self._naming.of(one.relative, style)
        if on_any_disk(name) in self._taken:
            name = free(name, self._taken)
        self._taken.add(on_any_disk(name))
        return str(name)

    def _tell_changed(self, one: Found, style: str, stamp: Stamp) -> None:
        self._told[str(one.relative), style] = stamp
        note(f"realstyler: {one.path} has changed since it was painted; --force paints it again")

    def _run(self, entries: dict[Job, Entry]) -> None:
        full: list[DiskError] = []
        painted: set[Job] = set()

        def paint(job: Job, cancel: Cancellation) -> dict[str, Any]:
            try:
                told = self._paint(job, cancel)
            except DiskError as error:
                full.append(error)
                raise
            self._journal.add(dataclasses.replace(entries[job], done=True))
            painted.add(job)
            print(told["output"], flush=True)
            return told

        existing: batch.Existing = "overwrite" if self._repaint else "refuse"
        outcome = batch.run(Plan(list(entries)), paint, existing, "Painting", False, self._workers)
        self.done += len(painted)
        for job in outcome.settled - painted:
            self._told[entries[job].source, job.style] = entries[job].stamp
        if outcome.interrupted:
            raise KeyboardInterrupt
        if full:
            raise full[0]


def _stamp(path: Path) -> Stamp | None:
    """Return the current state of a file; None if it has just disappeared."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)
