"""Telegram's limits: messages go out no faster than it takes them, and a refusal is obeyed.

Telegram names its limits in the FAQ for bots: about one message a second in one chat, where short
bursts pass, twenty a minute in a group, and about thirty a second over all chats. Who keeps to them
is not refused; a refusal (429) would cost everybody far more time than the wait here.

The buckets are our own: aiolimiter's take one key each and wake who waits in no order of turn.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageText,
    Response,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendVideo,
    SendVideoNote,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from realstyler_bot.buckets import Buckets
from realstyler_bot.metrics import Metrics
from realstyler_bot.telegram.session import is_polling

log = logging.getLogger(__name__)

_BURST = 20
"""Messages that a chat may get at once."""
_PRIVATE, _GROUP = 1.0, 20 / 60
"""Messages a second, afterwards."""
_ALL = 0
_MEDIA = (
    EditMessageMedia,
    SendAnimation,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendVideo,
    SendVideoNote,
)
_MEDIA_WAIT = 30.0
"""Seconds that a request with a picture waits here: it holds memory that others need."""
_PRESS_WAIT = 10.0
"""Later the answer to a press is refused anyway."""
_WAITING_IN_A_CHAT = 20
"""Requests that wait for the end of a ban; more would fill the memory."""


class EditProgress(EditMessageText):
    """A change of a status message that nobody misses: it is left out while a chat is banned."""


class RateLimits(BaseRequestMiddleware):
    """Holds messages back, in their order, until they keep to Telegram's limits."""

    def __init__(self, per_second: float) -> None:
        self._overall = Buckets(max(1.0, per_second), per_second, time.monotonic)
        self._private = Buckets(_BURST, _PRIVATE, time.monotonic)
        self._groups = Buckets(_BURST, _GROUP, time.monotonic)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request, when its turn has come."""
        seconds = self.seconds(method)
        if seconds:
            await asyncio.sleep(seconds)
        return await make_request(bot, method)

    def seconds(self, method: TelegramMethod[Any]) -> float:
        """Count a request in, and return how long it has to wait."""
        sends, edits = (type(method).__name__.startswith(verb) for verb in ("Send", "Edit"))
        if not sends and not edits:
            return 0.0
        count = len(method.media) if isinstance(method, SendMediaGroup) else 1
        overall = self._overall.owe(_ALL, count)
        chat = getattr(method, "chat_id", None)
        if edits or not isinstance(chat, int):
            return overall
        chats = self._groups if chat < 0 else self._private
        return max(overall, chats.owe(chat, count))


class FloodControl(BaseRequestMiddleware):
    """Obeys 429 for as long as it says: nothing is asked in that chat before, others go on."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._until: dict[int | str, float] = {}
        self._waiting: Counter[int | str] = Counter()

    def seconds(self, chat: int | str) -> float:
        """How long a chat must still be left alone."""
        return max(0.0, self._until.get(chat, 0.0) - time.monotonic())

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request once it is allowed.

        Raises:
            TelegramRetryAfter: that takes longer than this request may wait.
        """
        if is_polling(method):
            return await make_request(bot, method)
        chat = _chat_of(method)
        while True:
            await self._wait(chat, method)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._ban(chat, error.retry_after)
                log.info("%s: banned for %d s", type(method).__name__, error.retry_after)

    def _ban(self, chat: int | str, seconds: float) -> None:
        self._metrics.retries.labels("flood").inc()
        now = time.monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[chat] = now + seconds

    async def _wait(self, chat: int | str, method: TelegramMethod[Any]) -> None:
        while seconds := self.seconds(chat):
            if seconds > _patience(method) or self._waiting[chat] >= _WAITING_IN_A_CHAT:
                left = math.ceil(seconds)
                raise TelegramRetryAfter(method=method, message="flood control", retry_after=left)
            self._waiting[chat] += 1
            try:
                await asyncio.sleep(seconds)
            finally:
                self._waiting[chat] -= 1
                if not self._waiting[chat]:
                    del self._waiting[chat]


def _chat_of(method: TelegramMethod[Any]) -> int | str:
    """Return what a ban is for: a chat, or a method that names none."""
    chat: int | str | None = getattr(method, "chat_id", None)
    return type(method).__name__ if chat is None else chat


def _patience(method: TelegramMethod[Any]) -> float:
    if isinstance(method, EditProgress):
        return 0.0
    if isinstance(method, AnswerCallbackQuery):
        return _PRESS_WAIT
    return _MEDIA_WAIT if isinstance(method, _MEDIA) else math.inf
