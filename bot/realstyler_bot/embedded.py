"""The executor inside the bot's own process: worker threads on the shared engine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, InputError
from realstyler_bot.jobs import Job, Product, Progress
from realstyler_bot.painting import Studio


class EmbeddedExecutor:
    """Paints in threads; the engine leaves the interpreter free while it computes."""

    def __init__(self, studio: Studio, workers: int, work_seconds: float) -> None:
        self.parallel = workers
        self._studio = studio
        self._work_seconds = work_seconds
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="painter")

    async def start(self) -> None:
        """Nothing to prepare: threads start with their first work."""

    async def run(
        self, job: Job, contents: list[bytes], cancellation: Cancellation, progress: Progress
    ) -> list[Product]:
        """Paint a job in one of the threads."""
        paint = partial(self._studio.paint, job, contents, cancellation, progress)
        work = partial(in_time, self._work_seconds, paint, cancellation)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def stop(self) -> None:
        """Wait for the threads; what they do was asked to stop before."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


def in_time(
    seconds: float, paint: Callable[[], list[Product]], cancellation: Cancellation
) -> list[Product]:
    """Paint, and stop it when the time is over.

    Raises:
        InputError: it takes too long, or what `paint` raises.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        cancellation.cancel()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        return paint()
    except Cancelled:
        if late.is_set():
            raise InputError("painting takes too long", "send something smaller") from None
        raise
    finally:
        timer.cancel()
