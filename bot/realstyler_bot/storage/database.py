"""SQLite in its own thread; concurrent statements are grouped into one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

Rows = list[tuple[Any, ...]]
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
"""Seconds between attempts to write to a full disk."""


@dataclass(frozen=True, eq=False)
class _Statement:
    query: str
    values: tuple[Any, ...]
    outcome: asyncio.Future[Rows]


class Database:
    """One connection, used by one event loop.

    Writing a transaction to disk takes milliseconds whatever its size. So while one is being
    written, all new statements are collected for the next (group commit).
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection
        self._waiting: list[_Statement] = []
        self._work: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, connect: Callable[[], sqlite3.Connection]) -> AsyncIterator[Database]:
        """Open the connection that `connect` returns; it is called in the thread.

        It must not use implicit transactions.

        Raises:
            Exception: whatever `connect` raises.
        """
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="database") as thread:
            connection = await loop.run_in_executor(thread, connect)
            database = cls(thread, connection)
            try:
                yield database
            finally:
                await database.settled()
                await loop.run_in_executor(thread, connection.close)

    async def rows(self, query: str, *values: Any) -> Rows:
        """Run a statement and return its rows once its transaction is committed.

        Raises:
            Exception: the statement is invalid, a value can't be stored in SQLite (an integer
                beyond 64 bits, invalid Unicode), or the transaction can't be written.
        """
        loop = asyncio.get_running_loop()
        statement = _Statement(query, values, loop.create_future())
        self._waiting.append(statement)
        if self._work is None:
            self._work = loop.create_task(self._run())
        return await statement.outcome

    async def settled(self) -> None:
        """Wait until no statement is pending."""
        while self._work is not None:
            await self._work

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                outcomes = await self._outcomes(batch)
                for statement, outcome in zip(batch, outcomes, strict=True):
                    _settle(statement.outcome, outcome)
        finally:
            self._work = None

    async def _outcomes(self, batch: Sequence[_Statement]) -> Sequence[Rows | Exception]:
        """Run a batch in the thread; on any failure, every waiter gets an outcome."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._transact, batch)
        except Exception as error:
            log.exception("a transaction failed")
            return [error] * len(batch)

    def _transact(self, batch: Sequence[_Statement]) -> Sequence[Rows | Exception]:
        try:
            self._connection.execute("BEGIN")
            outcomes = [self._attempt(statement) for statement in batch]
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - raised in the caller
            self._roll_back()
            return [error] * len(batch)
        return outcomes

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # even the rollback may fail on a full disk
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _attempt(self, statement: _Statement) -> Rows | Exception:
        """Run a statement; an error of its own does not affect the others.

        Not only SQLite raises: an integer beyond 64 bits is an `OverflowError`, a lone surrogate a
        `UnicodeEncodeError`.
        """
        try:
            return self._connection.execute(statement.query, statement.values).fetchall()
        except Exception as error:
            if not self._connection.in_transaction:
                raise  # the whole transaction has ended, e.g. on a full disk
            return error


async def outlasting_full_disk(step: Callable[[], Awaitable[None]]) -> None:
    """Repeat a step while the database can't be written, e.g. until a full disk has room."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await step()
        except sqlite3.OperationalError as error:
            log.error("the database cannot be written, retrying in %g s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause)


def _settle(future: asyncio.Future[Rows], outcome: Rows | Exception) -> None:
    if future.done():  # the caller was cancelled
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
