"""Background tasks: functions run in threads, results are delivered to the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from realstyler.errors import Cancelled, RealstylerError

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

FILES, PAINT, LIVE, BATCH = "files", "paint", "live", "batch"
"""Lanes: file access runs in parallel, painting sequentially; batch and live mode have their own,
so that they never wait for a large photograph."""

_THREADS = {FILES: 2, PAINT: 1, LIVE: 1, BATCH: 1}
_CLOSING_MILLISECONDS = 20_000


class Cancel:
    """A cancellation request, passed on to whatever the task registers.

    The engine's own `Cancellation` is created only where a task needs it, so that the window
    need not import the engine.
    """

    def __init__(self) -> None:
        self.requested = False
        self._forward: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """Request cancellation; may be called from any thread, and repeatedly."""
        self.requested = True
        for forward in list(self._forward):
            forward()

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was requested."""
        if self.requested:
            raise Cancelled

    def forward_to(self, stop: Callable[[], None]) -> None:
        """Also call `stop` on cancellation; at once if already requested."""
        self._forward.append(stop)
        if self.requested:
            stop()


class Task(QObject, Generic[Result]):
    """A running task. Callbacks run in the main thread; after `cancel`, only `ended` is called.

    `ended` means that the thread has finished the work, whatever the outcome.
    """

    progressed = Signal(float)
    """The finished share, 0 to 1."""
    _ended = Signal(object, object)

    def __init__(
        self,
        done: Callable[[Result], None] | None,
        failed: Callable[[RealstylerError], None] | None,
        ended: Callable[[], None] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.cancel = Cancel()
        self.running = True
        self._done, self._failed, self._over = done, failed, ended
        # Qt queues the call to the main thread, since the receiver lives there.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def report(self, share: float) -> None:
        """Report progress; called by the function."""
        if not self.cancel.requested:
            self.progressed.emit(share)

    @Slot(object, object)
    def _deliver(self, result: Result, error: RealstylerError | None) -> None:
        self.running = False
        done, failed, over = self._done, self._failed, self._over
        self._done = self._failed = self._over = None
        self.deleteLater()
        self._tell(done, failed, result, error)
        if over is not None:
            over()

    def _tell(
        self,
        done: Callable[[Result], None] | None,
        failed: Callable[[RealstylerError], None] | None,
        result: Result,
        error: RealstylerError | None,
    ) -> None:
        if self.cancel.requested:
            return
        if error is not None:
            if failed is not None:
                failed(error)
        elif done is not None:
            done(result)


class _Work(QRunnable):
    def __init__(self, task: Task[Any], function: Callable[[Task[Any]], Any]) -> None:
        super().__init__()
        self._task, self._function = task, function

    def run(self) -> None:
        """Run the function in a thread; an escaping exception would end the process."""
        result, error = None, None
        try:
            self._task.cancel.check()
            result = self._function(self._task)
        except Exception as problem:  # noqa: BLE001 - every outcome is delivered
            error = as_error(problem)
        self._task._ended.emit(result, error)  # noqa: SLF001 - same module


class Tasks(QObject):
    """Starts tasks, keeps them alive while they run, and stops them when the window closes."""

    failed = Signal(object)
    """An error that no callback handles."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {name: self._pool(threads) for name, threads in _THREADS.items()}
        self._closed = False

    def run(
        self,
        function: Callable[[Task[Result]], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[RealstylerError], None] | None = None,
        *,
        ended: Callable[[], None] | None = None,
        lane: str = FILES,
        priority: int = 0,
    ) -> Task[Result]:
        """Run `function(task)` in a thread; higher priorities go first within a lane."""
        task: Task[Result] = Task(done, failed or self.failed.emit, ended, self)
        if self._closed:
            task.cancel()
            task.running = False
        else:
            self._pools[lane].start(_Work(task, function), priority)
        return task

    def close(self) -> bool:
        """Stop all tasks and wait for them; return False if one did not end."""
        self._closed = True
        for task in self.findChildren(Task):
            task.cancel()
        for pool in self._pools.values():
            pool.clear()
        return all(pool.waitForDone(_CLOSING_MILLISECONDS) for pool in self._pools.values())

    def _pool(self, threads: int) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(threads)
        return pool


def as_error(problem: Exception) -> RealstylerError:
    """Convert any exception to an error that can be shown."""
    if isinstance(problem, RealstylerError):
        return problem
    logger.error("unexpected error in the background", exc_info=problem)
    about = {"kind": type(problem).__name__, "reason": problem}
    return RealstylerError(code="unexpected-failure", **about)
