"""Per-user rate limit, so that no one can overload the bot."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from realstyler_bot.buckets import Buckets
from realstyler_bot.handlers.pictures import has_media
from realstyler_bot.handlers.user_middleware import identity
from realstyler_bot.texts import language_of, say

_MEDIA_BURST = 10


class Throttling(BaseMiddleware):
    """Drops messages above the limit, with an occasional notice."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._buckets = Buckets(burst, per_second, time.monotonic)
        # Generous: the queue has its own limit on pictures and reports how many it refused.
        self._media = Buckets(_MEDIA_BURST * burst, per_second, time.monotonic)

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Pass a message or button press on, or drop it."""
        user: User | None = data.get("event_from_user")
        if user is None:
            return await handler(event, data)
        number = identity(event, user)
        buckets = self._media if isinstance(event, Message) and has_media(event) else self._buckets
        if buckets.take(number):
            return await handler(event, data)
        if not self._buckets.may_notice(number):
            return None
        text = say(language_of(user.language_code), "slow_down")
        if isinstance(event, CallbackQuery):
            return await event.answer(text)
        if isinstance(event, Message) and event.chat.type == "private":
            return await event.answer(text)
        return None
