"""Status messages: one per job, edited in place, within Telegram's rate limits."""

from __future__ import annotations

import asyncio
import heapq
import logging
import sys
import time
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.methods import EditMessageText
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from realstyler_bot import keyboards
from realstyler_bot.jobs import Job, JobRunner
from realstyler_bot.telegram.delivery import job_title
from realstyler_bot.telegram.rate_limits import EditProgress
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.texts import say

log = logging.getLogger(__name__)

_TICK = 1.0
_SECONDS_BETWEEN_EDITS = {True: 3.0, False: 15.0}
"""By whether the chat is private: a group allows only 20 messages a minute in total."""
_EDITS_A_TICK = 10
_LOOKS_A_TICK = 50
_WORTH_SHOWING = 1.5
"""Seconds of painting; jobs expected to be faster skip the progress display."""


@dataclass
class _Entry:
    job: Job
    text: str
    ahead: int
    """Pictures ahead of it, as last shown."""
    edited: float
    held_up: bool = False
    """Whether no worker is available to paint it."""
    share: float | None = None
    """Finished share, 0 to 1; None while it waits."""
    began: float = 0.0
    looked: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class StatusBoard:
    """Keeps every status message up to date until its job is closed."""

    def __init__(self, bot: Bot, runner: JobRunner) -> None:
        self._bot = bot
        self._runner = runner
        self._entries: dict[int, _Entry] = {}

    async def open(self, job: Job) -> int | None:
        """Show a job's status, on its existing message or a new one; return the message id.

        A chat that can't be written to right now is no reason to refuse the job.
        """
        if job.status_message_id is not None:
            self._entries[job.id] = _Entry(job, "", sys.maxsize, 0.0)
            return job.status_message_id
        ahead = self._ahead(job)
        text = self._text(job, None, ahead)
        number = await self.send(job, text, keyboards.cancel(job.language, job))
        if number is not None:
            shown = job.but(status_message_id=number)
            self._entries[job.id] = _Entry(shown, text, ahead, time.monotonic())
        return number

    def progressed(self, job_id: int, share: float) -> None:
        """Record the finished share; shown at the next tick."""
        entry = self._entries.get(job_id)
        if entry is not None:
            entry.began = entry.began or time.monotonic()
            entry.share = share
            entry.held_up = False

    def held_up(self, job_id: int) -> None:
        """Record that no worker is available for a job."""
        entry = self._entries.get(job_id)
        if entry is not None:
            entry.held_up = True

    async def close(self, job_id: int) -> None:
        """Release the message: after this, no edit is in flight or will follow."""
        entry = self._entries.pop(job_id, None)
        if entry is not None:
            async with entry.lock:
                pass

    async def finish(
        self, job: Job, text: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Close a job with a final text, on its message or, failing that, on a new one."""
        await self.close(job.id)
        if job.status_message_id is None or not await self.edit(job, text, keyboard):
            await self.send(job, text, keyboard)

    async def send(
        self, job: Job, text: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int | None:
        """Reply to a job's message; return None if that is impossible."""
        reply = ReplyParameters(message_id=job.message_id, allow_sending_without_reply=True)
        try:
            message = await self._bot.send_message(
                job.chat_id,
                text,
                message_thread_id=job.thread_id,
                reply_parameters=reply,
                reply_markup=keyboard,
            )
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("job %d has no status message: %s", job.id, type(error).__name__)
            return None
        return message.message_id

    async def run(self) -> None:
        """Edit changed messages forever; chats don't wait for each other."""
        refreshing: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(_TICK)
            for entry in self._due():
                task = asyncio.create_task(self._refresh(entry))
                refreshing.add(task)
                task.add_done_callback(refreshing.discard)

    def _due(self) -> list[_Entry]:
        """Check the least recently checked entries; a long queue takes several ticks."""
        looked = heapq.nsmallest(_LOOKS_A_TICK, self._entries.values(), lambda e: e.looked)
        for entry in looked:
            entry.looked = time.monotonic()
        return [entry for entry in looked if self._is_due(entry)][:_EDITS_A_TICK]

    def _is_due(self, entry: _Entry) -> bool:
        """Return whether a change is worth an edit; in a long queue, not every step is."""
        if entry.lock.locked():
            return False  # the last edit is still in flight
        now = time.monotonic()
        if now - entry.edited < _SECONDS_BETWEEN_EDITS[entry.job.private]:
            return False
        if entry.share is not None:
            text = self._text_of(entry)
            return now - entry.began > _WORTH_SHOWING and text != entry.text
        ahead = self._ahead(entry.job)
        return ahead <= entry.ahead // 2 and ahead != entry.ahead

    async def _refresh(self, entry: _Entry) -> None:
        async with entry.lock:
            if self._entries.get(entry.job.id) is not entry:
                return
            entry.edited = time.monotonic()
            entry.ahead = self._ahead(entry.job)
            entry.text = self._text_of(entry)
            keyboard = keyboards.cancel(entry.job.language, entry.job)
            await self.edit(entry.job, entry.text, keyboard, EditProgress)

    async def edit(
        self,
        job: Job,
        text: str,
        keyboard: InlineKeyboardMarkup | None,
        edit: type[EditMessageText] = EditMessageText,
    ) -> bool:
        """Edit a status message; return whether it now shows the text."""
        method = edit(
            text=text,
            chat_id=job.chat_id,
            message_id=job.status_message_id,
            reply_markup=keyboard,
        )
        try:
            await self._bot(method)
        except TelegramBadRequest as error:
            return "not modified" in error.message
        except (TelegramAPIError, *TRANSIENT) as error:
            log.info("job %d: could not update status: %s", job.id, type(error).__name__)
            return False
        return True

    def _ahead(self, job: Job) -> int:
        ahead = self._runner.ahead(job.id)
        if ahead is not None:
            return ahead
        depth = self._runner.depth()  # not submitted yet, so it goes last
        return depth.waiting + depth.running

    def _text_of(self, entry: _Entry) -> str:
        if entry.held_up:
            return say(entry.job.language, "held_up", style=job_title(entry.job))
        return self._text(entry.job, entry.share, entry.ahead)

    def _text(self, job: Job, share: float | None, ahead: int) -> str:
        title = job_title(job)
        if share is not None:
            percent = round(100 * share / 5) * 5
            return say(job.language, "working", style=title, percent=percent)
        key, eta = ("queued" if ahead else "next"), self._runner.depth().eta(ahead)
        return say(job.language, key, style=title, ahead=ahead, eta=eta)
