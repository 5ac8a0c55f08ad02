"""Painting on many machines, with SAQ on Redis.

The bot stores pictures in Redis and enqueues small messages that refer to them; workers store the
results. A worker needs Redis and the styles, but no bot token. The order of jobs is decided by
the bot's own fair queue, so only a handful of pictures is in Redis at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import redis.exceptions
from saq import Queue, Worker
from saq.job import Job as QueuedJob
from saq.job import Status
from saq.queue.redis import RedisQueue

from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, InputError, RealstylerError, TryAgainLaterError, UsageError
from realstyler.registry import reload as reload_registry
from realstyler_bot.jobs import Job, Product, Progress, refusal_of
from realstyler_bot.settings import WorkSettings
from realstyler_bot.workers.clips import remove_leftovers
from realstyler_bot.workers.painting import Painter
from realstyler_bot.workers.timeouts import in_time

log = logging.getLogger(__name__)

QUEUE = "realstyler"
FUNCTION = "paint"
STYLES = f"{QUEUE}:styles"
"""Counts reload requests; workers check it before each job."""
_POLL = 0.15
_LONGEST_PAUSE = 5.0
_HELD_UP = 10.0
"""Seconds in the workers' queue after which the user is told that no worker is available."""
_REPORT = 60.0
_ATTEMPTS = 3
"""Workers that one picture may crash."""
_GRACE = 30
_TROUBLE = (
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    redis.exceptions.OutOfMemoryError,
    redis.exceptions.ReadOnlyError,
)
"""Temporary failures: an outage, a full memory, a change of the leading server."""
_EXPIRED = "picture-waited-too-long"


class LostError(Exception):
    """Redis lost a job or its result, e.g. after a restart."""


class SaqExecutor:
    """Runs jobs on remote workers."""

    def __init__(self, settings: WorkSettings) -> None:
        self.parallel = settings.redis_jobs
        self._settings = settings
        self._queue = open_queue(settings)
        self._reported = -_REPORT
        self._aborts: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Log if Redis does not respond; jobs wait until it does."""
        try:
            await self._queue.connect()
            await self._queue.version()
        except _TROUBLE as error:
            log.warning("Redis does not respond, pictures wait for it: %s", type(error).__name__)

    async def run(
        self,
        job: Job,
        contents: list[bytes],
        cancellation: Cancellation,
        progress: Progress,
        held_up: Callable[[], None] = lambda: None,
    ) -> list[Product]:
        """Enqueue a job for the workers and wait for it; enqueue it again if Redis lost it."""
        while True:
            number = secrets.token_hex(16)
            try:
                await self._enqueue(number, job, contents)
                result = await self._wait(number, cancellation, progress, held_up)
                return await self._collect(result)
            except LostError as error:
                log.warning("job %d is enqueued again: %s", job.id, error)
            finally:
                with contextlib.suppress(redis.exceptions.RedisError):
                    await self._queue.redis.delete(*_inputs(number, job))

    async def forget_styles(self) -> None:
        """Have every worker rediscover styles before its next job."""
        await self._lasting(lambda: self._queue.redis.incr(STYLES))

    async def stop(self) -> None:
        """Close the connection."""
        if self._aborts:
            await asyncio.wait(self._aborts, timeout=2)
        with contextlib.suppress(redis.exceptions.RedisError):
            await self._queue.disconnect()

    async def _enqueue(self, number: str, job: Job, contents: list[bytes]) -> None:
        lifetime = self._settings.blob_seconds
        for key, content in zip(_inputs(number, job), contents, strict=True):
            await self._lasting(partial(self._queue.redis.set, key, content, ex=lifetime))
        await self._lasting(
            partial(
                self._queue.enqueue,
                FUNCTION,
                key=number,
                timeout=self._settings.work_seconds,
                heartbeat=self._settings.heartbeat_seconds,
                retries=_ATTEMPTS,
                ttl=lifetime,
                request=job.model_dump_json(),
            )
        )

    async def _lasting(self, step: Callable[[], Awaitable[Any]]) -> Any:
        """Retry a Redis operation until it succeeds: accepted jobs wait out an outage."""
        pause = _POLL
        while True:
            try:
                return await step()
            except _TROUBLE as error:
                pause = min(_LONGEST_PAUSE, 2 * pause)
                log.warning(
                    "Redis is unavailable, retrying in %g s: %s", pause, type(error).__name__
                )
                await asyncio.sleep(pause)

    async def _wait(
        self,
        number: str,
        cancellation: Cancellation,
        progress: Progress,
        held_up: Callable[[], None],
    ) -> dict[str, Any]:
        """Poll repeatedly: a lost notification would leave the job waiting forever."""
        asked = time.monotonic()
        while True:
            await asyncio.sleep(_POLL)
            if cancellation.requested:
                self._abort(number)
                raise Cancelled
            queued = await self._lasting(lambda: self._queue.job(number))
            if queued is None:
                raise LostError("Redis no longer has the job")
            if queued.status is Status.COMPLETE:
                result: dict[str, Any] = queued.result
                return result
            if queued.status is Status.FAILED or _is_given_up(queued):
                raise RuntimeError(f"the worker failed: {queued.error}")
            if queued.progress:
                progress(queued.progress)
            elif queued.status is Status.QUEUED and time.monotonic() - asked > _HELD_UP:
                self._report_idleness()
                held_up()
                asked = time.monotonic()

    def _report_idleness(self) -> None:
        now = time.monotonic()
        if now - self._reported > _REPORT:
            self._reported = now
            log.error("no worker accepts jobs: start some with `realstyler worker`")

    def _abort(self, number: str) -> None:
        """Free the worker if possible; the outcome here is already decided."""

        async def abort() -> None:
            with contextlib.suppress(Exception):
                queued = await self._queue.job(number)
                if queued is not None and queued.status in (Status.QUEUED, Status.ACTIVE):
                    await queued.abort("cancelled")

        task = asyncio.create_task(abort())
        self._aborts.add(task)
        task.add_done_callback(self._aborts.discard)

    async def _collect(self, result: dict[str, Any]) -> list[Product]:
        if "refusal" in result:
            if result["refusal"].get("code") == _EXPIRED:
                raise LostError("its pictures have expired")  # they are still here
            raise InputError(**result["refusal"])
        products = []
        for fields in result["products"]:
            key = fields.pop("key")
            content = await self._lasting(partial(self._queue.redis.getdel, key))
            if content is None:
                raise LostError("its result has expired")
            products.append(Product(content=content, **fields))
        return products


async def run_worker(settings: WorkSettings) -> None:
    """Paint jobs from Redis until SIGTERM or SIGINT.

    Raises:
        RealstylerError: no Redis is configured, or it does not respond.
    """
    if not settings.redis_url:
        raise UsageError(code="redis-unset")
    queue = open_queue(settings)
    try:
        await queue.version()
    except redis.exceptions.RedisError as error:
        raise TryAgainLaterError(code="redis-silent", reason=error) from error
    remove_leftovers(2 * settings.work_seconds)
    painter = WorkerPainter(settings, queue)
    beat = max(1, settings.heartbeat_seconds // 2)
    worker: Worker[Any] = Worker(
        queue,
        [(FUNCTION, painter.paint)],
        concurrency=settings.workers,
        timers={"sweep": beat, "abort": 1, "schedule": 1, "worker_info": 10},
        shutdown_grace_period_s=_GRACE,
    )
    log.info("waiting for jobs")
    await worker.start()
    await queue.disconnect()


class WorkerPainter:
    """The worker's side."""

    def __init__(self, settings: WorkSettings, queue: RedisQueue) -> None:
        self._settings = settings
        self._queue = queue
        self._painter = Painter(settings)
        self._styles: bytes | None = None
        self._pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="painter")

    async def paint(self, context: dict[str, Any], *, request: str) -> dict[str, Any]:
        """Paint a job; an invalid picture is a result too, and is not retried."""
        queued: QueuedJob = context["job"]
        job = Job.model_validate_json(request)
        styles, *contents = await self._queue.redis.mget([STYLES, *_inputs(queued.key, job)])
        await self._renew_styles(styles)
        if None in contents:
            return {"refusal": {"code": "picture-waited-too-long"}}
        cancellation = Cancellation()
        heart = asyncio.create_task(self._beat(queued, cancellation))
        try:
            products = await self._paint(job, contents, cancellation, queued)
        except Cancelled:
            raise
        except RealstylerError as error:
            return {"refusal": refusal_of(error)}
        finally:
            # SAQ cancels this task when a job is aborted; pass that on to the thread.
            cancellation.cancel()
            heart.cancel()
        return {"products": [await self._keep(queued.key, n, p) for n, p in enumerate(products)]}

    async def _renew_styles(self, count: bytes | None) -> None:
        """Rediscover styles if an administrator asked for it since the last job."""
        if count != self._styles:
            self._styles = count
            await asyncio.to_thread(reload_registry)
            self._painter.forget_styles()

    async def _paint(
        self, job: Job, contents: list[bytes], cancellation: Cancellation, queued: QueuedJob
    ) -> list[Product]:
        def progress(share: float) -> None:
            queued.progress = share  # sent with the next heartbeat

        paint = partial(self._painter.paint, job, contents, progress=progress)
        work = partial(in_time, self._settings.work_seconds, paint, cancellation)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def _beat(self, queued: QueuedJob, cancellation: Cancellation) -> None:
        while True:
            await asyncio.sleep(min(1.0, self._settings.heartbeat_seconds / 4))
            if cancellation.requested:
                return
            with contextlib.suppress(redis.exceptions.RedisError):
                await queued.update()

    async def _keep(self, number: str, index: int, product: Product) -> dict[str, Any]:
        key = f"{QUEUE}:out:{number}:{index}"
        await self._queue.redis.set(key, product.content, ex=self._settings.blob_seconds)
        return {"key": key, **product.model_dump(exclude={"content"})}


def open_queue(settings: WorkSettings) -> RedisQueue:
    """Open the queue that the bot and workers share."""
    queue = Queue.from_url(settings.redis_url or "", name=QUEUE)
    assert isinstance(queue, RedisQueue)
    return queue


def _inputs(number: str, job: Job) -> list[str]:
    return [f"{QUEUE}:in:{number}:{index}" for index in range(job.weight)]


def _is_given_up(queued: QueuedJob) -> bool:
    # A dead worker's job is briefly "aborted" before it is queued again.
    return queued.status is Status.ABORTED and not queued.retryable
