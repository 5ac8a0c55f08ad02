"""Work beside the window: functions run in threads, their outcomes arrive in the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from realstyler.errors import Cancelled, RealstylerError

Result = TypeVar("Result")
logger = logging.getLogger(__name__)

FILES, PAINT, LIVE, BATCH = "files", "paint", "live", "batch"
"""Lanes: reading and writing go side by side, painting one picture after another; neither a batch
nor live mode waits for a large photograph."""

_THREADS = {FILES: 2, PAINT: 1, LIVE: 1, BATCH: 1}
_CLOSING_MILLISECONDS = 20_000


class Cancel:
    """A wish to stop that reaches whatever the work hands it on to.

    The engine has its own `Cancellation`; it is made only where work asks for it, so that the
    window need not import the engine.
    """

    def __init__(self) -> None:
        self.requested = False
        self._forward: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """Stop the work; may be called from any thread, and more than once."""
        self.requested = True
        for forward in list(self._forward):
            forward()

    def check(self) -> None:
        """Raise `Cancelled` if a stop was requested."""
        if self.requested:
            raise Cancelled

    def forward_to(self, stop: Callable[[], None]) -> None:
        """Call `stop` too, at once if the wish is older."""
        self._forward.append(stop)
        if self.requested:
            stop()


class Task(QObject, Generic[Result]):
    """One piece of work on its way. Its callbacks run in the main thread, after `cancel` only one.

    That one is `ended`: the thread has left the work, whatever came of it.
    """

    progressed = Signal(float)
    """The share that is done, 0 to 1."""
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
        # A bound method of an object of the main thread: Qt queues the call to that thread.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def report(self, share: float) -> None:
        """Tell how far the work is; called by the work."""
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
        """Run the function in a thread; nothing may escape, it would end the process."""
        result, error = None, None
        try:
            self._task.cancel.check()
            result = self._function(self._task)
        except Exception as problem:  # noqa: BLE001 - every outcome is delivered
            error = as_error(problem)
        self._task._ended.emit(result, error)  # noqa: SLF001 - the other half of this module


class Tasks(QObject):
    """Starts work, keeps it alive while it runs and stops it when the window closes."""

    failed = Signal(object)
    """An error that nobody asked to be told about."""

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
        """Run `function(task)` in a thread; higher priorities overtake what waits in the lane."""
        task: Task[Result] = Task(done, failed or self.failed.emit, ended, self)
        if self._closed:
            task.cancel()
            task.running = False
        else:
            self._pools[lane].start(_Work(task, function), priority)
        return task

    def close(self) -> bool:
        """Stop everything and wait for it; false if something did not end."""
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
    """Turn whatever went wrong into an error that can be shown."""
    if isinstance(problem, RealstylerError):
        return problem
    logger.error("unexpected error in the background", exc_info=problem)
    what = f"unexpected {type(problem).__name__}: {problem}"
    return RealstylerError(what, "Try again; if it happens again, report it")
