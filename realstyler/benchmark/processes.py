"""Worker processes: one per subject, to measure its memory and to isolate failures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from realstyler.benchmark.measuring import Record, take_turn
from realstyler.benchmark.subjects import Paint, Pixels, Subject, open_subject
from realstyler.errors import InputError

WARM_UP = (480, 640)
"""Height and width of the warm-up picture, for pictures too large to paint twice."""

Answer = TypeVar("Answer")


class Child:
    """A process that handles one call at a time."""

    def __init__(self) -> None:
        # Spawned: a forked process would start with this one's memory and threads.
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _die_first)
        with _interrupts_waiting():
            self._pool.submit(peak_bytes)  # the first call starts the process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process after its current call; may be called repeatedly."""
        self._pool.shutdown(cancel_futures=True)

    def call(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Call a module-level function in the process; return its result or raise its error.

        Raises:
            InputError: the process was killed, most likely because it ran out of memory.
        """
        try:
            return self._pool.submit(function, *arguments).result()
        except BrokenProcessPool as error:
            raise InputError(code="process-killed") from error


class _Work:
    """The subject's state, in its process."""

    def __init__(self, paint: Paint, picture: Pixels) -> None:
        self._paint = paint
        self._picture = picture
        self.painting: Pixels | None = None

    def warm_up(self, large: bool) -> None:
        height, width = WARM_UP if large else self._picture.shape[:2]
        self._paint(np.ascontiguousarray(self._picture[:height, :width]))

    def paint(self) -> None:
        self.painting = self._paint(self._picture)


_work: list[_Work] = []  # at most one: a process has one subject


def begin(subject: Subject, picture: Path, large: bool) -> None:
    """Load the subject and the picture (.npy), and paint once to compile everything."""
    work = _Work(open_subject(subject), np.load(picture))
    work.warm_up(large)
    _work[:] = [work]


def turn(seconds: float) -> list[float]:
    """Take a turn; see `take_turn`."""
    [work] = _work
    return take_turn(work.paint, seconds)


def keep_painting(path: Path) -> None:
    """Save the painting of the last turn to a file (.npy)."""
    [work] = _work
    assert work.painting is not None
    np.save(path, work.painting)


def peak_bytes() -> int | None:
    """Return the peak memory of this process; None if the system does not report it."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        [peak] = [line for line in lines if line.startswith("VmHWM")]
        return int(peak.split()[1]) * 1024
    return _resource_peak()


@dataclass(frozen=True)
class Outcome:
    """Result of a whole process."""

    seconds: float
    cpu_seconds: float | None
    peak_bytes: int | None

    def add_to(self, record: Record) -> None:
        """Add it as one turn."""
        record.turns.append([self.seconds])
        record.note_peak(self.peak_bytes)
        if self.cpu_seconds is not None:
            record.cpu_times.append(self.cpu_seconds)


def run_process(command: Sequence[str]) -> Outcome:
    """Run a command to completion.

    Call this in a `Child`: until a process has loaded its own program, its memory includes that of
    its parent, so the parent should be small.

    Raises:
        InputError: it failed; includes the last line of its output.
    """
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read().decode(errors="replace").strip()
    cpu_seconds, peak = _wait(process)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        reason = said.splitlines()[-1:] or process.returncode
        raise InputError(code="command-failed", command=command[2], reason=reason)
    return Outcome(seconds, cpu_seconds, peak)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float | None, int | None]:
    """Wait for the process; return its CPU seconds and peak memory, where available."""
    if sys.platform == "win32":
        process.wait()
        return None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RESOURCE_UNIT


def _resource_peak() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RESOURCE_UNIT


_RESOURCE_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, KiB elsewhere


@contextmanager
def _interrupts_waiting() -> Iterator[None]:
    """Defer interrupts, also in a process started meanwhile until it is set up."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _die_first() -> None:
    """Set up a child: exit silently on interrupts, and be the first to be killed for memory."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # ignored, as under nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
