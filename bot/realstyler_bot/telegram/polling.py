"""Long polling for updates."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from tenacity import retry_if_not_exception_type

from realstyler.errors import TryAgainLaterError, UsageError
from realstyler_bot.telegram.allowed_updates import ALLOWED_UPDATES
from realstyler_bot.telegram.retries import TRANSIENT, retrying
from realstyler_bot.telegram.session import GetRawUpdates
from realstyler_bot.telegram.update_log import UpdateLog

log = logging.getLogger(__name__)

_LONG_POLL = 25
_GATHERING = 0.1
"""Seconds between a response and the next request. Under load, updates accumulate meanwhile and
take one request and one transaction instead of one each."""
_TOO_SILENT = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0
"""Seconds; mostly a single connection breaks, and everybody waits for the next request."""
REFUSED = (TelegramUnauthorizedError, TelegramNotFound)
"""How Telegram rejects a wrong token."""


def refused_token() -> UsageError:
    """Return the error for a token that Telegram rejects."""
    return UsageError(code="bot-token-refused")


async def lasting(request: Callable[[], Awaitable[Any]]) -> Any:
    """Make a request that must succeed at start, retrying forever while Telegram is out of reach.

    Raises:
        UsageError: Telegram rejects the token.
    """

    async def attempt() -> Any:  # tenacity only awaits coroutine functions
        return await request()

    trouble = (TelegramAPIError, *TRANSIENT)
    asking = retrying(sys.maxsize, "Telegram is unreachable", trouble, first=1.0, longest=30.0)
    asking.retry = retry_if_not_exception_type(REFUSED) & asking.retry
    try:
        return await asking(attempt)
    except REFUSED:
        raise refused_token() from None


class Polling:
    """Polls for updates until cancelled; leaves the session open.

    If another process polls the same bot, waits up to `conflict_seconds` for it to exit.
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
        """Return why no updates have been received for long; empty if all is well."""
        silence = time.monotonic() - self.last_answer
        return f"no updates received for {silence:.0f} s" if silence > _TOO_SILENT else ""

    async def run(self) -> None:
        """Poll.

        Raises:
            TryAgainLaterError: another process polls the same bot and does not exit.
            UsageError: the token was revoked.
        """
        await self._repeat(self._bot.delete_webhook)  # webhook and polling exclude each other
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
        if numbers:  # confirm only now, so that Telegram may discard them
            self._question.offset = max(numbers) + 1

    async def _repeat(self, step: Callable[[], object]) -> None:
        """Repeat a step until it succeeds; a rejected token or a lasting conflict ends polling."""
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
                await self._wait(f"Telegram is unreachable: {type(error).__name__}")
            except Exception:
                log.exception("could not process updates")
                await self._wait("polling failed")
            else:
                self._pause = 0.0
                return

    async def _wait(self, reason: str) -> None:
        self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, 2 * self._pause))
        log.warning("%s, retrying in %g s", reason, self._pause)
        await asyncio.sleep(self._pause)

    def _note_conflict(self) -> None:
        now = time.monotonic()
        self._conflict_since = self._conflict_since or now
        if now - self._conflict_since >= self._conflict_seconds:
            raise TryAgainLaterError(code="bot-polled-twice")
