"""Asking Telegram for updates."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from realstyler.errors import TryAgainLaterError, UsageError
from realstyler_bot.telegram.allowed_updates import ALLOWED_UPDATES
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.telegram.session import GetRawUpdates
from realstyler_bot.telegram.update_log import UpdateLog

log = logging.getLogger(__name__)

_LONG_POLL = 25
_GATHERING = 0.1
"""Seconds from an answer to the next question for updates. When many people write, those of that
time come together: one request and one transaction instead of one for each."""
_TOO_SILENT = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
REFUSED = (TelegramUnauthorizedError, TelegramNotFound)
"""How Telegram answers a wrong token."""


def refused_token() -> UsageError:
    """Return the error for a token that Telegram does not know."""
    return UsageError("Telegram refuses the token", "Get it from @BotFather: /mybots, API Token")


class Polling:
    """Asks for updates until it is cancelled; the session stays open.

    Where another process polls the same bot, waits so many seconds for its end.
    """

    def __init__(self, bot: Bot, updates: UpdateLog, conflict_seconds: float) -> None:
        self._bot = bot
        self._updates = updates
        self._conflict_seconds = conflict_seconds
        self._conflict_since: float | None = None
        self._pause = 0.0
        self._question = GetRawUpdates(timeout=_LONG_POLL, allowed_updates=[*ALLOWED_UPDATES])
        self.last_answer = time.monotonic()

    @property
    def trouble(self) -> str:
        """Why no updates were taken in for long; empty if all is well."""
        silence = time.monotonic() - self.last_answer
        return f"no updates were taken in for {silence:.0f} s" if silence > _TOO_SILENT else ""

    async def run(self) -> None:
        """Poll.

        Raises:
            TryAgainLaterError: another process polls the same bot, and does not end.
            UsageError: the token was revoked.
        """
        await self._repeat(self._bot.delete_webhook)  # Telegram serves one of the two only
        log.info("polling")
        while True:
            await self._updates.room()
            await self._repeat(self._ask)
            await asyncio.sleep(_GATHERING)

    async def _ask(self) -> None:
        raw = await self._bot(self._question, request_timeout=2 * _LONG_POLL)
        self._conflict_since = None
        await self._updates.take(raw)
        self.last_answer = time.monotonic()
        numbers = [one["update_id"] for one in raw if isinstance(one.get("update_id"), int)]
        if numbers:  # only now may Telegram forget them
            self._question.offset = max(numbers) + 1

    async def _repeat(self, step: Callable[[], object]) -> None:
        """Do a step, however often it takes; no trouble ends polling but a refused token."""
        while True:
            try:
                await step()  # type: ignore[misc]
            except REFUSED:
                raise refused_token() from None
            except TelegramConflictError:
                self._note_conflict()
                await self._wait("another process polls this bot")
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except (TelegramAPIError, *TRANSIENT) as error:
                await self._wait(f"Telegram is out of reach: {type(error).__name__}")
            except Exception:
                log.exception("updates could not be taken in")
                await self._wait("trying again")
            else:
                self._pause = 0.0
                return

    async def _wait(self, reason: str) -> None:
        self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, 2 * self._pause))
        log.warning("%s, again in %g s", reason, self._pause)
        await asyncio.sleep(self._pause)

    def _note_conflict(self) -> None:
        now = time.monotonic()
        self._conflict_since = self._conflict_since or now
        if now - self._conflict_since >= self._conflict_seconds:
            raise TryAgainLaterError(
                "another process polls the same bot", "End the other one, or use another token"
            )
