"""Token buckets, and with them a limit for each person: nobody can drown the others."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from realstyler_bot.texts import language_of, say

_REMEMBERED = 50_000
_NOTICE_SECONDS = 20.0


@dataclass
class _Bucket:
    tokens: float
    filled: float
    noticed: float = -_NOTICE_SECONDS


class Buckets:
    """Tokens that come back with time; forgets those who were silent for longest."""

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def take(self, user_id: int) -> bool:
        """Take a token; whether there was one."""
        bucket = self._bucket(user_id)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def owe(self, key: int, tokens: int = 1) -> float:
        """Take tokens that may still be to come; seconds until they are there."""
        bucket = self._bucket(key)
        bucket.tokens -= tokens
        return max(0.0, -bucket.tokens / self._per_second)

    def may_notice(self, user_id: int) -> bool:
        """Whether to tell somebody to slow down: not with every message."""
        bucket, now = self._bucket(user_id), self._clock()
        if now - bucket.noticed < _NOTICE_SECONDS:
            return False
        bucket.noticed = now
        return True

    def _bucket(self, user_id: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.pop(user_id, None) or _Bucket(self._burst, now)
        gained = (now - bucket.filled) * self._per_second
        bucket.tokens, bucket.filled = min(self._burst, bucket.tokens + gained), now
        self._buckets[user_id] = bucket
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket


class Throttling(BaseMiddleware):
    """Drops what comes too fast, with one short notice."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._buckets = Buckets(burst, per_second, time.monotonic)

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Pass a message or press on, or drop it."""
        user: User | None = data.get("event_from_user")
        if user is None or self._buckets.take(user.id):
            return await handler(event, data)
        if not self._buckets.may_notice(user.id):
            return None
        text = say(language_of(user.language_code), "slow_down")
        if isinstance(event, CallbackQuery):
            return await event.answer(text)
        if isinstance(event, Message) and event.chat.type == "private":
            return await event.answer(text)
        return None
