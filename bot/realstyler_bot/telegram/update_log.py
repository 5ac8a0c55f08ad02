"""The update log: stores updates before Telegram discards them, and handles each one once.

Requesting updates confirms the previous ones, handled or not, so a bot killed in between would
lose them. Hence they are stored first, and unhandled ones are replayed at the next start.

Each update is parsed on its own. aiogram parses a batch as one list: a single invalid update
would block all updates, forever.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterable
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from realstyler_bot.callbacks import LARGEST_NUMBER
from realstyler_bot.metrics import Metrics
from realstyler_bot.storage.database import outlasting_full_disk
from realstyler_bot.storage.store import Store

log = logging.getLogger(__name__)

MOST_IN_WORK = 512
"""Maximum number of updates in progress; beyond that, Telegram has to wait."""
ATTEMPTS = 3
"""Attempts to handle an update that crashes the process every time."""
_REPLAY_SECONDS = 20.0
"""Seconds after which the next update is replayed, even if this one is still in progress."""


class UpdateLog:
    """Stores updates, parses them one by one, and has the dispatcher handle them."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, store: Store, metrics: Metrics) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._updates = store.updates
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._done = asyncio.Event()

    @property
    def full(self) -> bool:
        """Return whether to accept no more updates for now."""
        return len(self._tasks) >= MOST_IN_WORK

    async def room(self) -> None:
        """Wait until there is room for an update."""
        while self.full:
            self._done.clear()
            await self._done.wait()

    async def take(self, raw_updates: Iterable[object]) -> None:
        """Store raw updates, then start handling the new ones.

        Raises:
            sqlite3.Error: they could not be stored, so they must not be confirmed.
        """
        updates = {number: raw for raw in raw_updates if (number := _number_of(raw)) is not None}
        if not updates:
            return
        new = await self._updates.receive(
            (number, json.dumps(raw)) for number, raw in updates.items()
        )
        self._metrics.updates.inc(len(new))
        for number in sorted(new):
            await self._begin(number, updates[number])

    async def replay(self) -> None:
        """Handle the updates that a crash interrupted, one after the other.

        Attempts are counted before they are made, so that an update that crashes the process is set
        aside, and only that one.
        """
        for number, body, attempts in await self._updates.unhandled():
            if attempts >= ATTEMPTS:
                log.error("update %d not handled after %d attempts: set aside", number, attempts)
                await self._updates.set_aside(number)
                continue
            await self._updates.attempt(number)
            task = await self._begin(number, _decoded(body))
            if task:
                await asyncio.wait({task}, timeout=_REPLAY_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Wait until no update is in progress."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=seconds)
        if left:
            log.warning("leaving %d updates for the next start", len(left))
        for task in left:
            task.cancel()

    async def _begin(self, number: int, raw: object) -> asyncio.Task[None] | None:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
            _ = update.event_type  # or aiogram would warn with all of its content
        except (ValidationError, RecursionError, UpdateTypeLookupError) as error:
            self._metrics.unreadable.inc()
            log.warning("skipping invalid update %d: %s", number, _problem(error))
            await self._updates.set_aside(number)
            return None
        task = asyncio.create_task(self._handle(update))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _handle(self, update: Update) -> None:
        """Handle an update. After an error it counts as handled: it would only fail again."""
        await outlasting_full_disk(lambda: self._feed(update))
        await outlasting_full_disk(lambda: self._updates.handled(update.update_id))

    async def _feed(self, update: Update) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except sqlite3.OperationalError:
            raise  # a full disk is nobody's fault, and handling an update twice does no harm
        except Exception:
            log.exception("update %d could not be handled", update.update_id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._done.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("leaving an update for the next start", exc_info=error)


def _number_of(raw: object) -> int | None:
    """Return an update's id; log and return None if it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if type(number) is int and 0 <= number <= LARGEST_NUMBER:
        return number
    log.warning("skipping an update without a valid id")
    return None


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # rejected by the parser next


def _problem(error: Exception) -> str:
    """Describe what is wrong with an update and where, without its content."""
    if isinstance(error, UpdateTypeLookupError):
        return "of an unknown type"
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{first['msg']} at {'.'.join(map(str, first['loc']))}"
