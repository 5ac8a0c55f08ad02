"""Refused pictures: counted, and reported to their sender in a single message."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import ReplyParameters

from realstyler_bot.jobs import Busy, Job, Paused
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.texts import say

_GATHERING = 1.5
"""Seconds without another refusal before the user is told."""

_STOPPING = 5.0


@dataclass
class _Refused:
    job: Job
    answer: Busy | Paused
    count: int
    timer: asyncio.TimerHandle


class Refusals:
    """Collects refusals per user and chat."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._refused: dict[tuple[int, int], _Refused] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, job: Job, answer: Busy | Paused) -> None:
        """Count a refused job; the user is told shortly after."""
        key = (job.user_id, job.chat_id)
        known = self._refused.get(key)
        if known:
            known.timer.cancel()
        count = job.weight + (known.count if known else 0)
        timer = asyncio.get_running_loop().call_later(_GATHERING, self._tell, key)
        self._refused[key] = _Refused(job, answer, count, timer)

    async def stop(self) -> None:
        """Report all pending refusals now, within a few seconds."""
        for key, refused in list(self._refused.items()):
            refused.timer.cancel()
            self._tell(key)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_STOPPING)
            for task in late:
                task.cancel()

    def _tell(self, key: tuple[int, int]) -> None:
        refused = self._refused.pop(key)
        task = asyncio.create_task(self._send(refused))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, refused: _Refused) -> None:
        job = refused.job
        with contextlib.suppress(TelegramAPIError, *TRANSIENT):
            await self._bot.send_message(
                job.chat_id,
                _text(job.language, refused.answer, refused.count),
                message_thread_id=job.thread_id,
                reply_parameters=ReplyParameters(message_id=job.message_id),
            )


def _text(language: str, answer: Busy | Paused, count: int) -> str:
    if isinstance(answer, Paused):
        text = say(language, "paused")
    else:
        text = say(language, "busy_own" if answer.own else "busy", eta=answer.eta)
    return text if count == 1 else f"{text} {say(language, 'not_taken', count=count)}"
