"""Messages go out no faster than Telegram takes them.

Telegram names its limits in the FAQ for bots: about one message a second in one chat, where short
bursts pass, twenty a minute in a group, and about thirty a second over all chats. Who keeps to them
is not refused; a refusal (429) would cost everybody far more time than the wait here.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.methods import Response, SendMediaGroup, TelegramMethod
from aiogram.methods.base import TelegramType

from realstyler_bot.throttling import Buckets

_BURST = 20
"""Messages that a chat may get at once."""
_PRIVATE, _GROUP = 1.0, 20 / 60
"""Messages a second, afterwards."""
_ALL = 0


class Pace(BaseRequestMiddleware):
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
