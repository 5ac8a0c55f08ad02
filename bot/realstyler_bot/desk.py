"""The desk: takes pictures in, keeps each job's state, and sees to it that a result goes out."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter

from realstyler.errors import Cancelled, RealstylerError
from realstyler.registry import registry
from realstyler_bot import keyboards
from realstyler_bot.courier import Courier
from realstyler_bot.crash_notes import CrashNotes
from realstyler_bot.downloads import download
from realstyler_bot.jobs import Busy, Job, JobRunner, Options, Product, State
from realstyler_bot.limits import FloodControl
from realstyler_bot.metrics import Metrics
from realstyler_bot.painting import trained_styles
from realstyler_bot.retries import TRANSIENT
from realstyler_bot.settings import BotSettings
from realstyler_bot.status_board import StatusBoard, job_title
from realstyler_bot.store import Store
from realstyler_bot.texts import reason, say

log = logging.getLogger(__name__)

ALBUM_SECONDS = 1.0
"""An album is complete when no picture of it came for so long."""
_CRASHES = 2
"""A picture that was painted so often when the process died is not tried again."""
_WORTH_PAINTING = 30.0
"""Seconds; a picture for a chat that is banned for longer is painted later."""
_OUT_OF_REACH = 300.0
_UNDELIVERED = 16
"""Results in memory, at most, while Telegram is slow to take them."""


class Paused(Exception):  # noqa: N818 - an answer, not an error
    """An administrator paused the bot."""


class Desk:
    """The runner's client. All its methods belong to the event loop, unless they say otherwise."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        runner: JobRunner,
        settings: BotSettings,
        metrics: Metrics,
        flood: FloodControl,
        notes: CrashNotes,
    ) -> None:
        self.paused = False
        self._bot = bot
        self._store = store
        self._runner = runner
        self._flood = flood
        self._notes = notes
        self._settings = settings
        self._metrics = metrics
        self._board = StatusBoard(bot, runner)
        self._courier = Courier(bot)
        self._loop = asyncio.get_running_loop()
        self._ticker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._albums: dict[str, asyncio.TimerHandle] = {}
        self._taken: dict[int, float] = {}
        self._closing: set[int] = set()
        self._postponed: dict[int, asyncio.TimerHandle] = {}
        self._beginning: set[int] = set()
        self._delivery_slots = asyncio.Semaphore(_UNDELIVERED)

    async def start(self) -> None:
        """Begin to work, with what the last run left."""
        self._ticker = asyncio.create_task(self._board.run())
        await self._runner.start(self)
        crashed = await asyncio.to_thread(self._notes.take)
        for job in await self._store.pending():
            if job.id in crashed and (job := await self._note_crash(job)).crashes >= _CRASHES:
                self._spawn(self._set_aside(job))
            elif job.state is State.GATHERING:
                self._wait_for_more(job.key)
            else:
                self._spawn(self._begin(job))

    async def stop(self) -> None:
        """Finish what can be finished before the deadline; the rest stays in the store."""
        deadline = time.monotonic() + self._settings.drain_seconds
        for timer in (*self._albums.values(), *self._postponed.values()):
            timer.cancel()
        await self._runner.stop(self._settings.drain_seconds)
        if self._tasks:
            left = max(1.0, deadline - time.monotonic())
            _, undone = await asyncio.wait(self._tasks, timeout=left)
            for task in undone:
                task.cancel()
        if self._ticker:
            self._ticker.cancel()

    async def accept(self, job: Job) -> None:
        """Take in a new job; a wish that is known already is not taken twice.

        Raises:
            Busy: the queue is full.
            Paused: an administrator said so.
        """
        try:
            self._admit(job)
        except (Busy, Paused):
            if await self._store.job_by_key(job.key) is None:
                raise
        job = job.but(state=self._first_state(job))
        added = await self._store.add(job)
        if added is None:
            added = await self._store.job_by_key(job.key)
            # The first attempt may have ended before anything was shown.
            if added is None or added.state is not State.CHOOSING or added.status_message_id:
                return
        await self._place(added)

    async def gather(self, job: Job) -> None:
        """Take in one picture of an album; the job's key names the album.

        Raises:
            Paused: an administrator said so.
        """
        if self.paused:
            raise Paused
        if await self._store.add(job.but(state=State.GATHERING)) is None:
            known = await self._store.job_by_key(job.key)
            source = job.sources[0]
            if known is not None and source in known.sources:
                return
            if not await self._store.add_source(job.key, source):
                # It comes after its album was closed: a job of its own.
                await self.accept(job.but(key=f"{job.key}:{source.message_id}"))
                return
        self._wait_for_more(job.key)

    async def knows_album(self, key: str) -> bool:
        """Whether an album is being gathered; its first picture may be a moment behind."""
        for _ in range(5):
            if key in self._albums:
                return True
            await asyncio.sleep(ALBUM_SECONDS / 10)
        return False

    async def choose(self, job: Job, style: str) -> None:
        """Start a job that waited for its style.

        Raises:
            Busy, Paused: as for `accept`; it goes on waiting.
        """
        self._admit(job)
        options = job.options.model_copy(update={"style": style})
        job = job.but(options=options, state=State.QUEUED)
        await self._store.save(job)
        await self._begin(job)

    async def cancel(self, job: Job) -> bool:
        """Stop a job; False if it is too late."""
        if job.id in self._closing:
            return False
        stopped = self._runner.cancel(job.id) or job.id in self._beginning
        if job.id in self._postponed:
            self._postponed.pop(job.id).cancel()
            stopped = True
        self._beginning.discard(job.id)
        if not stopped and job.state not in (State.GATHERING, State.CHOOSING):
            return False
        self._taken.pop(job.id, None)
        await self._close(job, State.CANCELLED)
        await self._board.finish(job, say(job.language, "cancelled"))
        return True

    # What follows is for the runner.

    async def fetch(self, job: Job) -> list[bytes]:
        """Return the content of every source.

        Raises:
            InputError: one is too big, or out of reach.
        """
        banned = self._flood.seconds(job.chat_id)
        if banned > _WORTH_PAINTING:
            self._postpone(job, banned)
            raise Cancelled  # the runner is done with it, for now
        most = self._settings.max_download
        return [await download(self._bot, source.file_id, most) for source in job.sources]

    async def started(self, job: Job) -> None:
        """Show that painting begins."""
        self._board.progressed(job.id, 0.0)

    def progressed(self, job: Job, share: float) -> None:
        """Show how far it is; called from any thread."""
        self._loop.call_soon_threadsafe(self._board.progressed, job.id, share)

    async def finished(self, job: Job, products: Sequence[Product]) -> None:
        """Deliver; waits only while too many results are under way."""
        self._closing.add(job.id)
        await self._delivery_slots.acquire()
        self._spawn(self._deliver(job, products))

    async def failed(self, job: Job, error: Exception) -> None:
        """Tell its owner, without details that are not theirs."""
        self._taken.pop(job.id, None)
        job = await self._store.job(job.id) or job
        await self._close(job, State.FAILED)
        await self._board.finish(job, describe(job.language, error))

    def _admit(self, job: Job) -> None:
        if self.paused:
            raise Paused
        self._runner.admit(job.user_id, job.weight)

    def _first_state(self, job: Job) -> State:
        style = registry().styles.get(job.options.style)
        known = style is not None and style.trained
        return State.QUEUED if known or job.kind == "sheet" else State.CHOOSING

    async def _place(self, job: Job) -> None:
        if job.state is State.QUEUED:
            await self._begin(job)
            return
        styles = trained_styles()
        key = "choose_style_for_picture" if styles else "no_styles"
        menu = keyboards.style_menu(styles, job.language, job.user_id, job=job)
        number = await self._board.send(job, say(job.language, key), menu)
        await self._store.save(job.but(status_message_id=number))

    async def _begin(self, job: Job) -> None:
        self._taken[job.id] = time.monotonic()
        self._beginning.add(job.id)
        shown = await self._board.open(job)
        job = job.but(status_message_id=shown)
        if job.id in self._beginning:
            await self._store.save(job)
        if job.id in self._beginning:
            self._beginning.remove(job.id)
            self._runner.submit(job)
        else:  # cancelled before it was in the queue
            await self._board.finish(job, say(job.language, "cancelled"))

    def _wait_for_more(self, key: str) -> None:
        if key in self._albums:
            self._albums[key].cancel()
        seal = self._loop.call_later(ALBUM_SECONDS, lambda: self._spawn(self._seal(key)))
        self._albums[key] = seal

    async def _seal(self, key: str) -> None:
        self._albums.pop(key, None)
        job = await self._store.job_by_key(key)
        if job is None or job.state is not State.GATHERING:
            return
        in_order = sorted(job.sources, key=lambda source: source.message_id)
        job = job.but(sources=tuple(in_order))
        try:
            self._admit(job)
        except (Busy, Paused) as answer:
            await self._close(job, State.CANCELLED)
            await self._board.send(job, refusal(job.language, answer))
            return
        job = job.but(state=self._first_state(job))
        await self._store.save(job)
        await self._place(job)

    async def _deliver(self, job: Job, products: Sequence[Product]) -> None:
        try:
            await self._board.close(job.id)
            await self._courier.deliver(job, products)
            await self._close(job, State.DONE)
            if len(products) > 1:
                await self._board.finish(job, _album_text(job), keyboards.result(job.language, job))
            self._measure(job)
        except TelegramRetryAfter as error:
            self._postpone(job, error.retry_after)
        except TRANSIENT:
            self._postpone(job, _OUT_OF_REACH)
        except TelegramForbiddenError:
            await self._close(job, State.FAILED)  # blocked the bot: nobody is left to tell
        except TelegramAPIError as error:
            await self.failed(job, error)
        finally:
            self._closing.discard(job.id)
            self._delivery_slots.release()

    def _postpone(self, job: Job, seconds: float) -> None:
        """Paint a job again when its result can be delivered; results waiting would fill memory."""
        log.warning("job %d cannot be delivered now, again in %.0f s", job.id, seconds)

        def submit() -> None:
            del self._postponed[job.id]
            self._spawn(self._begin(job))

        self._postponed[job.id] = self._loop.call_later(seconds, submit)

    async def _set_aside(self, job: Job) -> None:
        """Tell the owner of a picture that was painted whenever the process died."""
        await self._close(job, State.FAILED)
        await self._board.finish(job, say(job.language, "set_aside"))

    async def _note_crash(self, job: Job) -> Job:
        job = job.but(crashes=job.crashes + 1)
        log.error("the process died while job %d was painted, %d times", job.id, job.crashes)
        await self._store.save(job)
        return job

    async def _close(self, job: Job, state: State) -> None:
        await self._store.save(job.but(state=state))
        self._metrics.jobs.labels(state.value).inc()

    def _measure(self, job: Job) -> None:
        taken = self._taken.pop(job.id, None)
        if taken is not None:
            self._metrics.seconds.observe(time.monotonic() - taken)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("work at the desk failed", exc_info=task.exception())


def again(job: Job, key: str, *, kind: str = "paint", **changes: object) -> Job:
    """Return a new job for the same pictures, with other options; `key` names the wish."""
    options: Options = job.options.model_copy(update=changes)
    return job.but(
        id=0, key=key, kind=kind, options=options, state=State.QUEUED, status_message_id=None
    )


def describe(language: str, error: Exception) -> str:
    """Say what went wrong: the reason if it is the sender's affair, else only a number."""
    if isinstance(error, RealstylerError):
        return say(language, "refused", reason=reason(language, error))
    number = secrets.token_hex(3)
    log.error("number %s", number, exc_info=error)
    return say(language, "failed", id=number)


def refusal(language: str, answer: Busy | Paused) -> str:
    """Say that no more work is taken now."""
    if isinstance(answer, Paused):
        return say(language, "paused")
    return say(language, "busy_own" if answer.own else "busy", eta=answer.eta)


def _album_text(job: Job) -> str:
    title, strength = job_title(job), job.options.strength
    return say(job.language, "album_done", style=title, strength=strength, count=job.weight)
