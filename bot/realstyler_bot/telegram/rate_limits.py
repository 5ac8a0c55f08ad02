"""Rate limiting: keep outgoing messages within Telegram's limits, and honour its 429 responses.

Limits from Telegram's bot FAQ: about one message a second per chat, with short bursts allowed;
twenty a minute per group; about thirty a second across all chats. Waiting here is cheap: a 429
would hold everyone up far longer.

Not aiolimiter: its buckets hold a single key each and wake waiters in no particular order.
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
"""Messages that a chat may receive in a burst."""
_PRIVATE, _GROUP = 1.0, 20 / 60
"""Messages per second after that."""
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
"""Maximum wait in seconds for a request with a picture: it holds memory that others need."""
_PRESS_WAIT = 10.0
"""Telegram rejects later answers to a button press anyway."""
_WAITING_IN_A_CHAT = 20
"""Maximum requests waiting for a rate limit to end; more would fill the memory."""


class EditProgress(EditMessageText):
    """A status update that may be dropped while a chat is rate-limited."""


class RateLimits(BaseRequestMiddleware):
    """Delays messages, in order, to stay within Telegram's limits."""

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
        """Make a request when its turn has come."""
        seconds = self.seconds(method)
        if seconds:
            await asyncio.sleep(seconds)
        return await make_request(bot, method)

    def seconds(self, method: TelegramMethod[Any]) -> float:
        """Count a request, and return how many seconds it has to wait."""
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
    """Honours 429 responses: sends nothing to that chat until it allows it; others continue."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._until: dict[int | str, float] = {}
        self._waiting: Counter[int | str] = Counter()

    def seconds(self, chat: int | str) -> float:
        """Return how many seconds a chat remains rate-limited."""
        return max(0.0, self._until.get(chat, 0.0) - time.monotonic())

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request once it is allowed.

        Raises:
            TelegramRetryAfter: the limit lasts longer than this request may wait.
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
                log.info("%s: rate-limited for %d s", type(method).__name__, error.retry_after)

    def _ban(self, chat: int | str, seconds: float) -> None:
        self._metrics.retries.labels("flood").inc()
        now = time.monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[chat] = now + seconds

    async def _wait(self, chat: int | str, method: TelegramMethod[Any]) -> None:
        while seconds := self.seconds(chat):
            # Requests without a chat, such as for files, belong to many users: all of them wait.
            crowded = isinstance(chat, int) and self._waiting[chat] >= _WAITING_IN_A_CHAT
            if seconds > _patience(method) or crowded:
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
    """Return the scope of a rate limit: the chat, or the method if it has no chat."""
    chat: int | str | None = getattr(method, "chat_id", None)
    return type(method).__name__ if chat is None else chat


def _patience(method: TelegramMethod[Any]) -> float:
    if isinstance(method, EditProgress):
        return 0.0
    if isinstance(method, AnswerCallbackQuery):
        return _PRESS_WAIT
    return _MEDIA_WAIT if isinstance(method, _MEDIA) else math.inf
