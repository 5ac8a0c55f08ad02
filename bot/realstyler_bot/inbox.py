"""Updates are kept before Telegram forgets them, and handled once.

Asking for the next updates confirms the last ones, handled or not: a bot killed in between would
lose them. So they are written down first, and what was not handled is handled after the next start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import TelegramObject, Update

from realstyler_bot.metrics import Metrics
from realstyler_bot.retries import is_polling
from realstyler_bot.store import Store
from realstyler_bot.transport.updates import is_empty

log = logging.getLogger(__name__)

_GATHERING = 0.1
"""Seconds from an answer to the next question for updates. When many people write, those of that
time come together: one request and one transaction instead of one for each."""


_REPLAY_SECONDS = 30.0
"""For one update that was left by the last run; painting is not part of it."""


class Inbox:
    """Receives updates durably and counts those in work."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._in_work = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def receive(self, updates: Iterable[Update]) -> list[Update]:
        """Keep updates and return those that are new and say something."""
        updates = list(updates)
        if not updates:
            return []
        bodies = ((update.update_id, _body(update)) for update in updates)
        new = await self._store.receive(bodies)
        self._metrics.updates.inc(len(new))
        return [one for one in updates if one.update_id in new and not is_empty(one)]

    async def resume(self, bot: Bot, dispatcher: Dispatcher) -> None:
        """Handle what a crash interrupted, each update once more and no longer than a while.

        It counts as handled before it is tried: if it is the update that ends the process, it
        shall not do so at every start.
        """
        for update_id, body in await self._store.unhandled():
            await self._store.handled(update_id)
            try:
                update = Update.model_validate_json(body, context={"bot": bot})
                async with asyncio.timeout(_REPLAY_SECONDS):
                    await dispatcher.feed_update(bot, update)
            except Exception:
                log.exception("update %d, left by the last run, is given up", update_id)

    async def drain(self, seconds: float) -> None:
        """Wait until no update is in work."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            log.warning("%d updates are left for the next start", self._in_work)

    async def handle(self, update: Update, handler: Callable[[], Awaitable[Any]]) -> Any:
        """Run a handler. An error ends it too: the same update would only fail again."""
        self._in_work += 1
        self._idle.clear()
        try:
            result = await handler()
        except Exception:
            await self._store.handled(update.update_id)
            raise
        else:
            await self._store.handled(update.update_id)
            return result
        finally:
            self._in_work -= 1
            if not self._in_work:
                self._idle.set()


class HandledOnce(BaseMiddleware):
    """Outermost middleware of the dispatcher: notes that an update was handled."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Handle an update."""
        assert isinstance(event, Update)
        return await self._inbox.handle(event, lambda: handler(event, data))


class Receiving(BaseRequestMiddleware):
    """Keeps what polling receives, before the next request confirms it.

    Where another process polls the same bot, waits for its end; `conflict` is called if that
    takes too long.
    """

    def __init__(self, inbox: Inbox, patience: float, conflict: Callable[[], None]) -> None:
        self._inbox = inbox
        self._patience = patience
        self._conflict = conflict
        self._conflict_since: float | None = None
        self.last_answer = time.monotonic()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a request; the answer to `getUpdates` is written down."""
        if not is_polling(method):
            return await make_request(bot, method)
        await asyncio.sleep(self.last_answer + _GATHERING - time.monotonic())
        try:
            updates: Any = await make_request(bot, method)
        except TelegramConflictError:
            self._note_conflict()
            raise
        self._conflict_since = None
        self.last_answer = time.monotonic()
        new: Any = await self._inbox.receive(updates)
        if updates and not new:
            # aiogram moves on only past updates that it sees.
            cast("GetUpdates", method).offset = updates[-1].update_id + 1
        return new  # type: ignore[no-any-return]

    def _note_conflict(self) -> None:
        now = time.monotonic()
        if self._conflict_since is None:
            self._conflict_since = now
            log.warning("another process polls this bot: end it, or this one will stop")
        if now - self._conflict_since >= self._patience:
            self._conflict()


def _body(update: Update) -> str | None:
    """Return what is kept to be handled: nothing of an update that says nothing."""
    return None if is_empty(update) else update.model_dump_json(exclude_none=True)
