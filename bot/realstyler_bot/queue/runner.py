"""The runner: a bounded fair queue, and lanes that fetch, execute and deliver."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import takewhile

from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, RealstylerError
from realstyler_bot.jobs import Busy, Client, Depth, Executor, Job, Product
from realstyler_bot.queue.fair_queue import FairQueue

log = logging.getLogger(__name__)

FIRST_PACE = 2.0
"""Assumed seconds per picture until one has been painted."""
_NEWEST = 0.1
FETCHED = 8
"""Jobs fetched ahead, beyond those the executor works on.

A download from Telegram takes tenths of a second, much longer than painting.
"""


class QueueRunner:
    """A `JobRunner` on top of any `Executor`.

    There are more lanes than workers, so pictures download while others are painted, but few
    enough that only a handful of pictures are in memory.
    """

    def __init__(self, executor: Executor, *, capacity: int, per_user: int) -> None:
        self._executor = executor
        self._capacity = capacity
        self._per_user = per_user
        self._queue = FairQueue()
        self._fetched: dict[int, Job] = {}
        """Taken from the queue but not yet given to the executor, in queue order."""
        self._expected: Counter[int] = Counter()
        self._running: dict[int, Job] = {}
        self._cancellations: dict[int, Cancellation] = {}
        # One spare job per worker, so that no worker idles waiting for the event loop.
        self._places = asyncio.Semaphore(2 * executor.parallel)
        self._arrival = asyncio.Event()
        self._idle = asyncio.Event()
        self._lanes: list[asyncio.Task[None]] = []
        self._pace = FIRST_PACE / executor.parallel
        self._last_finish = 0.0

    def admit(self, user_id: int, weight: int) -> None:
        """Raise `Busy` if there is no room; an empty queue admits any job."""
        own = self._queue.weight_of(user_id) + _weight(self._fetched, user_id)
        own += self._expected[user_id]
        if own and own + weight > self._per_user:
            raise Busy(self.depth().eta(own), own=True)
        waiting = self.depth().waiting + self._expected.total()
        if waiting and waiting + weight > self._capacity:
            raise Busy(self.depth().eta(waiting + weight - self._capacity), own=False)

    @contextmanager
    def expected(self, user_id: int, weight: int) -> Iterator[None]:
        """Reserve room for admitted pictures, so that fifty arriving at once can't all slip in."""
        self._expected[user_id] += weight
        try:
            yield
        finally:
            self._expected[user_id] -= weight
            if not self._expected[user_id]:
                del self._expected[user_id]

    def submit(self, job: Job) -> None:
        """Enqueue a job."""
        self._queue.push(job)
        self._arrival.set()

    def cancel(self, job_id: int) -> bool:
        """Remove a waiting job, or signal a running one to stop."""
        if self._queue.remove(job_id):
            return True
        cancellation = self._cancellations.get(job_id)
        if cancellation is None:
            return False
        self._fetched.pop(job_id, None)
        cancellation.cancel()
        return True

    def ahead(self, job_id: int) -> int | None:
        """Return how many pictures are ahead of a waiting job."""
        running = _weight(self._running)
        if job_id in self._fetched:
            before = takewhile(lambda number: number != job_id, self._fetched)
            return running + sum(self._fetched[number].weight for number in before)
        ahead = self._queue.ahead(job_id)
        return None if ahead is None else running + _weight(self._fetched) + ahead

    def depth(self) -> Depth:
        """Return the current load."""
        waiting = self._queue.weight + _weight(self._fetched)
        return Depth(waiting, _weight(self._running), self._capacity, self._pace)

    async def start(self, client: Client) -> None:
        """Start the executor and the lanes."""
        await self._executor.start()
        count = 2 * self._executor.parallel + FETCHED
        self._lanes = [asyncio.create_task(self._lane(client)) for _ in range(count)]

    async def forget_styles(self) -> None:
        """Make the executor reload styles."""
        await self._executor.forget_styles()

    async def stop(self, drain_seconds: float) -> None:
        """Work until all is done or time is up, then cancel what still runs."""
        if self._lanes and self._left:
            self._idle.clear()
            try:
                await asyncio.wait_for(self._idle.wait(), drain_seconds)
            except TimeoutError:
                log.warning("leaving %d jobs for the next start", self._left)
        for lane in self._lanes:
            lane.cancel()
        for cancellation in self._cancellations.values():
            cancellation.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        await self._executor.stop()

    @property
    def _left(self) -> int:
        return len(self._queue) + len(self._cancellations)

    async def _lane(self, client: Client) -> None:
        while True:
            job = self._queue.pop()
            if job is None:
                self._arrival.clear()
                await self._arrival.wait()
                continue
            self._fetched[job.id] = job
            cancellation = self._cancellations[job.id] = Cancellation()
            try:
                await self._work(job, cancellation, client)
            except Exception:
                # A lane must survive any client error: it serves every other user too.
                log.exception("job %d raised an unexpected error", job.id)
            finally:
                self._fetched.pop(job.id, None)
                del self._cancellations[job.id]
            if not self._left:
                self._idle.set()

    async def _work(self, job: Job, cancellation: Cancellation, client: Client) -> None:
        try:
            products = await self._products(job, cancellation, client)
        except Cancelled:
            return  # whoever cancelled it has been told
        except RealstylerError as error:
            await client.failed(job, error)
        except Exception as error:  # noqa: BLE001 - the client logs it
            await client.failed(job, error)
        else:
            await client.finished(job, products)

    async def _products(
        self, job: Job, cancellation: Cancellation, client: Client
    ) -> Sequence[Product]:
        contents = await client.fetch(job)
        async with self._places:
            cancellation.check()
            self._running[job.id] = self._fetched.pop(job.id)
            try:
                await client.started(job)
                return await self._execute(job, contents, cancellation, client)
            finally:
                del self._running[job.id]

    async def _execute(
        self, job: Job, contents: list[bytes], cancellation: Cancellation, client: Client
    ) -> Sequence[Product]:
        started = time.monotonic()
        progress = partial(client.progressed, job)
        held_up = partial(client.waits_for_workers, job)
        products = await self._executor.run(job, contents, cancellation, progress, held_up)
        cancellation.check()
        self._measure(job, started)
        return products

    def _measure(self, job: Job, started: float) -> None:
        """Update the average time between finished pictures while the queue is busy."""
        now = time.monotonic()
        seconds = (now - max(self._last_finish, started)) / job.weight
        self._last_finish = now
        self._pace += _NEWEST * (seconds - self._pace)


def _weight(jobs: dict[int, Job], user_id: int | None = None) -> int:
    """Return the number of pictures in these jobs, of all users or of one."""
    return sum(job.weight for job in jobs.values() if user_id in (None, job.user_id))
