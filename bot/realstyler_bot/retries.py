"""Requests to Telegram that are repeated when that helps and can do no harm."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType

from realstyler_bot.metrics import Metrics

log = logging.getLogger(__name__)

TRANSIENT = (TelegramNetworkError, TelegramServerError, RestartingTelegram, ClientDecodeError)
"""Trouble on the way; an HTML page from a gateway is a `ClientDecodeError`."""
_PAUSES = (0.5, 1.5, 4.0)
# A send whose connection broke may have arrived: one repetition, rather a double than none.
_PAUSES_SENDING = (1.0,)
_FLOODS = 5
_LONGEST_FLOOD = 120


class Retries(BaseRequestMiddleware):
    """Obeys 429 always, and repeats after trouble on the way."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request, as often as it needs."""
        if is_polling(method):
            return await make_request(bot, method)  # polling has a patience of its own
        pauses = list(_pauses(method))
        floods = _FLOODS
        while True:
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                floods -= 1
                if not floods or error.retry_after > _LONGEST_FLOOD:
                    raise
                await self._wait(method, "flood", error.retry_after)
            except TRANSIENT as error:
                if not pauses:
                    raise
                await self._wait(method, type(error).__name__, pauses.pop(0))

    async def _wait(self, method: TelegramMethod[Any], reason: str, seconds: float) -> None:
        self._metrics.retries.labels(reason).inc()
        log.info("%s: %s, again in %g s", type(method).__name__, reason, seconds)
        await asyncio.sleep(seconds)


def is_polling(method: object) -> bool:
    """Whether a request asks for updates."""
    return isinstance(method, GetUpdates)


def _pauses(method: TelegramMethod[Any]) -> tuple[float, ...]:
    return _PAUSES_SENDING if type(method).__name__.startswith("Send") else _PAUSES
