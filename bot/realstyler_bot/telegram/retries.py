"""The retry policy for requests to Telegram: retry where it helps and is safe."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.methods import Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from realstyler_bot.metrics import Metrics
from realstyler_bot.telegram.session import is_polling

log = logging.getLogger(__name__)

TRANSIENT = (TelegramNetworkError, TelegramServerError, RestartingTelegram, ClientDecodeError)
"""Temporary failures; a gateway's HTML error page raises `ClientDecodeError`."""
_REQUEST_ATTEMPTS = 4
_SENDING_ATTEMPTS = 2
"""A message may have arrived although the connection broke, so sending is retried just once."""


def retrying(
    attempts: int,
    what: str,
    errors: tuple[type[BaseException], ...] = TRANSIENT,
    *,
    first: float = 0.5,
    longest: float = 180.0,
) -> AsyncRetrying:
    """Return a retrier; call it with a function and its arguments.

    Args:
        attempts: maximum number of attempts.
        what: description for the log.
        errors: exceptions worth a retry; the last one is raised.
        first: the first pause in seconds; each is three times as long as the one before.
        longest: the longest pause in seconds.
    """

    def note(state: RetryCallState) -> None:
        # Log only the error type: its text may contain the URL and thus the token.
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        log.warning("%s: %s, retrying in %g s", what, type(error).__name__, pause)

    return AsyncRetrying(
        stop=stop_after_attempt(attempts),
        wait=wait_exponential(multiplier=first, exp_base=3, max=longest),
        retry=retry_if_exception_type(errors),
        before_sleep=note,
        reraise=True,
    )


class Redirects(BaseRequestMiddleware):
    """Sends texts on to where a chat has moved: a supergroup, or the group of a deleted topic."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request, once more elsewhere if its place is gone."""
        try:
            return await make_request(bot, method)
        except TelegramMigrateToChat as error:
            if not isinstance(method, SendMessage):
                raise  # results are delivered by their jobs, which move too
            # Message ids of the old chat mean nothing in the new one.
            place = {"chat_id": error.migrate_to_chat_id, "reply_parameters": None}
            elsewhere: TelegramMethod[TelegramType] = method.model_copy(update=place)  # type: ignore[assignment]
            return await make_request(bot, elsewhere)
        except TelegramBadRequest as error:
            if "thread not found" not in error.message:
                raise
            if getattr(method, "message_thread_id", None) is None:
                raise
            return await make_request(bot, method.model_copy(update={"message_thread_id": None}))


class Retries(BaseRequestMiddleware):
    """Retries requests after temporary failures."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request, with retries."""
        if is_polling(method):
            return await make_request(bot, method)  # polling has its own retry loop

        async def attempt() -> Response[TelegramType]:
            try:
                return await make_request(bot, method)
            except TRANSIENT as error:
                self._metrics.retries.labels(type(error).__name__).inc()
                raise

        name = type(method).__name__
        attempts = _SENDING_ATTEMPTS if name.startswith("Send") else _REQUEST_ATTEMPTS
        response: Response[TelegramType] = await retrying(attempts, name)(attempt)
        return response
