"""In-process executor: worker threads on a shared engine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from realstyler.engine import Cancellation
from realstyler_bot.jobs import Job, Product, Progress
from realstyler_bot.workers.crash_notes import CrashNotes
from realstyler_bot.workers.painting import Painter
from realstyler_bot.workers.timeouts import in_time


class EmbeddedExecutor:
    """Paints in threads; the engine releases the GIL while computing."""

    def __init__(
        self, painter: Painter, workers: int, work_seconds: float, notes: CrashNotes
    ) -> None:
        self.parallel = workers
        self._painter = painter
        self._work_seconds = work_seconds
        self._notes = notes
        # Jobs that crashed the process are retried one at a time, to identify the culprit.
        self._alone = asyncio.Lock()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="painter")

    async def start(self) -> None:
        """Do nothing: threads start with their first job."""

    async def run(
        self,
        job: Job,
        contents: list[bytes],
        cancellation: Cancellation,
        progress: Progress,
        held_up: Callable[[], None] = lambda: None,  # noqa: ARG002 - threads are always available
    ) -> list[Product]:
        """Paint a job in one of the threads."""
        async with self._alone if job.crashes else contextlib.nullcontext():
            with self._notes.painting(job.id):
                return await self._paint(job, contents, cancellation, progress)

    async def _paint(
        self, job: Job, contents: list[bytes], cancellation: Cancellation, progress: Progress
    ) -> list[Product]:
        paint = partial(self._painter.paint, job, contents, progress=progress)
        work = partial(in_time, self._work_seconds, paint, cancellation)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def forget_styles(self) -> None:
        """Reload styles when next used."""
        self._painter.forget_styles()

    async def stop(self) -> None:
        """Wait for the threads; their jobs were cancelled before."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
