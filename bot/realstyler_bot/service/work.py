"""Processing of accepted jobs: fetch, show progress, deliver; every job gets an answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardMarkup

from realstyler.errors import Cancelled, InputError, RealstylerError
from realstyler_bot import keyboards
from realstyler_bot.jobs import Job, JobRunner, Product, State
from realstyler_bot.metrics import Metrics
from realstyler_bot.service.status_board import StatusBoard
from realstyler_bot.settings import BotSettings
from realstyler_bot.storage.database import outlasting_full_disk
from realstyler_bot.storage.store import Store
from realstyler_bot.telegram.delivery import Delivery, is_forbidden, job_title, result_keyboard
from realstyler_bot.telegram.downloads import download
from realstyler_bot.telegram.rate_limits import FloodControl
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.texts import reason, say
from realstyler_bot.workers.crash_notes import CrashNotes

log = logging.getLogger(__name__)

_TOO_LONG = ("clip-too-long", "clip-has-too-many-frames")
_CRASHES = 2
"""Crashes while painting a picture after which it is not tried again."""
_WORTH_PAINTING = 30.0
"""Seconds; if the chat is rate-limited for longer, painting is postponed."""
_OUT_OF_REACH = 300.0
_UNDELIVERED = 16
"""Maximum undelivered results in memory while Telegram is slow to accept them."""


@dataclass(frozen=True)
class Tools:
    """What the work depends on."""

    bot: Bot
    store: Store
    runner: JobRunner
    settings: BotSettings
    metrics: Metrics
    flood: FloodControl
    notes: CrashNotes


class Work:
    """The runner's client. Methods must be called from the event loop unless they say otherwise."""

    def __init__(self, tools: Tools) -> None:
        self.board = StatusBoard(tools.bot, tools.runner)
        self._tools = tools
        self._store = tools.store
        self._runner = tools.runner
        self._delivery = Delivery(tools.bot)
        self._loop = asyncio.get_running_loop()
        self._ticker: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._taken: dict[int, float] = {}
        self._closing: set[int] = set()
        self._beginning: set[int] = set()
        self._postponed: dict[int, asyncio.TimerHandle] = {}
        self._unfetched: dict[tuple[int, int], InputError] = {}
        self._delivery_slots = asyncio.Semaphore(_UNDELIVERED)

    async def start(self) -> list[Job]:
        """Resume what the last run left unfinished; return the albums that were still open."""
        self._ticker = asyncio.create_task(self.board.run())
        await self._runner.start(self)
        crashed = await asyncio.to_thread(self._tools.notes.take)
        albums = []
        for job in await self._store.pending():
            if job.state is State.GATHERING:
                albums.append(job)
            elif job.id in crashed and (job := await self._note_crash(job)).crashes >= _CRASHES:
                self.spawn(self._set_aside(job))
            else:
                self.spawn(self.begin(job))
        return albums

    async def stop(self) -> None:
        """Finish what fits before the deadline; the rest stays in the store."""
        deadline = time.monotonic() + self._tools.settings.drain_seconds
        for timer in self._postponed.values():
            timer.cancel()
        await self._runner.stop(self._tools.settings.drain_seconds)
        if self._tasks:
            left = max(1.0, deadline - time.monotonic())
            _, undone = await asyncio.wait(self._tasks, timeout=left)
            for task in undone:
                task.cancel()
        if self._ticker:
            self._ticker.cancel()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background; `stop` waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def begin(self, job: Job) -> None:
        """Show an accepted job to its owner and enqueue it."""
        self._taken[job.id] = time.monotonic()
        self._beginning.add(job.id)
        job = job.but(status_message_id=await self.board.open(job))
        if job.id in self._beginning:
            await self._note_status(job)
        if job.id in self._beginning:
            self._beginning.remove(job.id)
            self._runner.submit(job)
        else:  # cancelled before it was enqueued
            await self.board.finish(job, say(job.language, "cancelled"))

    async def cancel(self, job: Job) -> bool:
        """Cancel a job; return False if it is too late."""
        if job.id in self._closing:
            return False
        stopped = self._runner.cancel(job.id) or job.id in self._beginning
        self._beginning.discard(job.id)
        if job.id in self._postponed:
            self._postponed.pop(job.id).cancel()
            stopped = True
        if not stopped and job.state not in (State.GATHERING, State.CHOOSING):
            return False
        self._taken.pop(job.id, None)
        await self._close(job, State.CANCELLED)
        await self.board.finish(job, say(job.language, "cancelled"))
        return True

    # The methods below are called by the runner.

    async def fetch(self, job: Job) -> list[bytes]:
        """Return the content of every source; empty for album pictures that can't be downloaded.

        Raises:
            InputError: the only source is too large or unavailable.
        """
        banned = self._tools.flood.seconds(job.chat_id)
        if banned > _WORTH_PAINTING:
            self._postpone(job, banned)
            raise Cancelled  # ends it for the runner; it was postponed
        return [await self._download(job, number) for number in range(job.weight)]

    async def started(self, job: Job) -> None:
        """Show that painting has begun."""
        self.board.progressed(job.id, 0.0)

    def progressed(self, job: Job, share: float) -> None:
        """Show progress; may be called from any thread."""
        self._loop.call_soon_threadsafe(self.board.progressed, job.id, share)

    def waits_for_workers(self, job: Job) -> None:
        """Show that no worker is available; called from the event loop."""
        self.board.held_up(job.id)

    async def finished(self, job: Job, products: Sequence[Product]) -> None:
        """Deliver the results; waits only while too many are undelivered."""
        self._closing.add(job.id)
        await self._delivery_slots.acquire()
        self.spawn(self._deliver(job, products))

    async def failed(self, job: Job, error: Exception) -> None:
        """Tell the owner, without internal details."""
        self._taken.pop(job.id, None)
        self._tools.metrics.refusals.labels(type(error).__name__).inc()
        job = await self._store.job(job.id) or job
        await self._close(job, State.FAILED)
        await self.board.finish(
            job,
            describe(job.language, error),
            _offer(job, error, self._tools.settings.clip_seconds),
        )

    async def _download(self, job: Job, number: int) -> bytes:
        self._unfetched.pop((job.id, number), None)
        source, most = job.sources[number], self._tools.settings.max_download
        try:
            return await download(self._tools.bot, source.file_id, most)
        except InputError as error:
            if job.weight == 1:
                raise
            self._unfetched[job.id, number] = error
            return b""

    async def _deliver(self, job: Job, products: Sequence[Product]) -> None:
        problems = self._problems(job, products)
        try:
            await self.board.close(job.id)
            painted = [product for product in products if product.refusal is None]
            if painted:
                job = job.but(delivered=await self._delivery.deliver(job, painted))
            await self._close(job, State.DONE if painted else State.FAILED)
            if problems or len(painted) > 1:
                await self._finish_album(job, len(painted), problems)
            self._measure(job)
        except TelegramMigrateToChat as error:
            await self._migrate(job, error.migrate_to_chat_id, products)
        except TelegramRetryAfter as error:
            self._postpone(job, error.retry_after)
        except TRANSIENT:
            self._postpone(job, _OUT_OF_REACH)
        except TelegramForbiddenError:
            await self._close(job, State.FAILED)  # blocked the bot: nobody to tell
        except TelegramAPIError as error:
            await self._undeliverable(job, error)
        finally:
            self._closing.discard(job.id)
            self._delivery_slots.release()

    def _problems(self, job: Job, products: Sequence[Product]) -> list[str]:
        """List the pictures of an album that could not be painted, with the reason for each."""
        problems = []
        for number, (source, product) in enumerate(zip(job.sources, products, strict=False)):
            error = self._unfetched.pop((job.id, number), None)
            if product.refusal is not None:
                error = error or InputError(**product.refusal)
                name = source.name or f"№ {number + 1}"
                why = reason(job.language, error) or say(job.language, "unsaid")
                problems.append(say(job.language, "one_refused", name=name, reason=why))
        return problems

    async def _finish_album(self, job: Job, count: int, problems: list[str]) -> None:
        strength = job.options.strength
        done = say(job.language, "album_done", style=job_title(job), strength=strength, count=count)
        keyboard = result_keyboard(job) if count else None
        await self.board.finish(job, "\n".join([done, *problems]), keyboard)

    async def _migrate(self, job: Job, chat: int, products: Sequence[Product]) -> None:
        """Deliver to the supergroup that a group was migrated to."""
        log.info("chat %d was migrated to %d", job.chat_id, chat)
        await self._store.move_chat(job.chat_id, chat)
        await self.finished(job.but(chat_id=chat, status_message_id=None), products)

    async def _undeliverable(self, job: Job, error: TelegramAPIError) -> None:
        if is_forbidden(error):
            await self._close(job, State.FAILED)
            await self.board.finish(job, say(job.language, "no_rights"))
        else:
            await self.failed(job, error)

    def _postpone(self, job: Job, seconds: float) -> None:
        """Repaint a job once its result can be delivered; keeping results would fill the memory."""
        log.warning("job %d cannot be delivered now, retrying in %.0f s", job.id, seconds)
        self._tools.metrics.postponed.inc()

        def submit() -> None:
            del self._postponed[job.id]
            self.spawn(self.begin(job))

        self._postponed[job.id] = self._loop.call_later(seconds, submit)

    async def _note_crash(self, job: Job) -> Job:
        job = job.but(crashes=job.crashes + 1)
        log.error("the process crashed while painting job %d, %d times so far", job.id, job.crashes)
        await self._store.save(job)
        return job

    async def _set_aside(self, job: Job) -> None:
        """Tell the owner that this picture is given up: it crashed the process every time."""
        await self._close(job, State.FAILED)
        await self.board.finish(job, say(job.language, "set_aside"))

    async def _note_status(self, job: Job) -> None:
        """Save a job's status message; without it, a restart would only show another one."""
        try:
            await self._store.save(job)
        except sqlite3.OperationalError as error:
            log.warning("job %d: its status message is not saved: %s", job.id, error)

    async def _close(self, job: Job, state: State) -> None:
        await outlasting_full_disk(lambda: self._store.save(job.but(state=state)))
        style = "" if job.kind == "sheet" else job.options.style
        self._tools.metrics.jobs.labels(state.value).inc()
        self._tools.metrics.styles.labels(style, state.value).inc()

    def _measure(self, job: Job) -> None:
        taken = self._taken.pop(job.id, None)
        if taken is not None:
            self._tools.metrics.seconds.observe(time.monotonic() - taken)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("a background task failed", exc_info=task.exception())


def _offer(job: Job, error: Exception, seconds: float) -> InlineKeyboardMarkup | None:
    """Offer to paint the beginning of a clip whose length only its content showed."""
    if not isinstance(error, InputError) or error.code not in _TOO_LONG or job.weight > 1:
        return None
    return keyboards.beginning(job.language, job, seconds)


def describe(language: str, error: Exception) -> str:
    """Describe an error for the user: the reason if they may know it, else only an error number."""
    if isinstance(error, RealstylerError) and (why := reason(language, error)):
        return say(language, "refused", reason=why)
    number = secrets.token_hex(3)
    log.error("error %s", number, exc_info=error)
    return say(language, "failed", id=number)
