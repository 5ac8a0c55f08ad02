"""The update log: updates are kept before Telegram forgets them, and handled once.

Asking for the next updates confirms the last ones, handled or not: a bot killed in between would
lose them. So they are written down first, and what was not handled is handled after the next start.

Each update is read by itself. aiogram reads all that came at the same time as one list: a single
update that it does not understand would keep everybody's from being handled, for ever.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from realstyler_bot.callbacks import LARGEST_NUMBER
from realstyler_bot.metrics import Metrics
from realstyler_bot.storage.store import Store

log = logging.getLogger(__name__)

MOST_IN_WORK = 512
"""Updates handled at the same time; above it Telegram has to wait."""
ATTEMPTS = 3
"""How often an update is handled that never comes to an end, because the process dies."""
_REPLAY_SECONDS = 20.0
"""Afterwards the next update is replayed, while this one is still in work."""


class UpdateLog:
    """Keeps updates, reads them one by one, and has the dispatcher handle them."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, store: Store, metrics: Metrics) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._store = store
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether no more updates should be taken now."""
        return len(self._tasks) >= MOST_IN_WORK

    async def room(self) -> None:
        """Wait until an update can be taken."""
        while self.full:
            self._done.clear()
            await self._done.wait()

    async def take(self, raw_updates: Iterable[object]) -> None:
        """Keep updates as they came, then begin to handle those that are new.

        Raises:
            sqlite3.Error: they could not be kept, so they must not be confirmed.
        """
        updates = {number: raw for raw in raw_updates if (number := _number_of(raw)) is not None}
        if not updates:
            return
        new = await self._store.receive(
            (number, json.dumps(raw)) for number, raw in updates.items()
        )
        self._metrics.updates.inc(len(new))
        for number in sorted(new):
            await self._begin(number, updates[number])

    async def replay(self) -> None:
        """Handle what a crash interrupted, one after the other.

        Each attempt is counted before it is made, so that an update that kills the process is set
        aside, and only that one.
        """
        for number, body, attempts in await self._store.unhandled():
            if attempts >= ATTEMPTS:
                log.error("update %d was not handled in %d attempts: set aside", number, attempts)
                await self._store.set_aside(number)
                continue
            await self._store.attempt(number)
            task = await self._begin(number, _decoded(body))
            if task:
                await asyncio.wait({task}, timeout=_REPLAY_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Wait until no update is in work."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=seconds)
        if left:
            log.warning("%d updates are left for the next start", len(left))
        for task in left:
            task.cancel()

    async def _begin(self, number: int, raw: object) -> asyncio.Task[None] | None:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except (ValidationError, RecursionError) as error:
            self._metrics.unreadable.inc()
            log.warning("update %d cannot be read, it is skipped: %s", number, _problem(error))
            await self._store.set_aside(number)
            return None
        task = asyncio.create_task(self._handle(update))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _handle(self, update: Update) -> None:
        """Handle an update. An error ends it too: the same update would only fail again."""
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Exception:
            log.exception("update %d could not be handled", update.update_id)
        await self._store.handled(update.update_id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._done.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("an update is left for the next start", exc_info=error)


def _number_of(raw: object) -> int | None:
    """Return the number by which an update is kept; None, with a line, if it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if type(number) is int and 0 <= number <= LARGEST_NUMBER:
        return number
    log.warning("an update without a valid number is skipped")
    return None


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # found to be unreadable in a moment


def _problem(error: Exception) -> str:
    """Say what is wrong with an update, and where; nothing of what is in it."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{first['msg']} at {'.'.join(map(str, first['loc']))}"
