"""SQLite in a thread of its own; what is asked for at the same time is one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class _Statement:
    query: str
    values: tuple[Any, ...]
    outcome: asyncio.Future[Rows]


class Database:
    """One connection, used by one event loop.

    Bringing a transaction to the disk takes milliseconds, however much is in it. So while one is
    on its way, the statements of all who come meanwhile gather for the next.
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection
        self._waiting: list[_Statement] = []
        self._work: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, connect: Callable[[], sqlite3.Connection]) -> AsyncIterator[Database]:
        """Open what `connect` makes, without implicit transactions; it is called in the thread.

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
        """Run one statement, and return its rows once its transaction is committed.

        Raises:
            Exception: it is refused, a value does not fit into SQLite (64 bits, valid Unicode), or
                the transaction cannot be written.
        """
        loop = asyncio.get_running_loop()
        statement = _Statement(query, values, loop.create_future())
        self._waiting.append(statement)
        if self._work is None:
            self._work = loop.create_task(self._run())
        return await statement.outcome

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
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
        """Run a batch in the thread; whatever goes wrong, everybody who waits is told."""
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
        except Exception as error:  # noqa: BLE001 - raised where the statement came from
            self._roll_back()
            return [error] * len(batch)
        return outcomes

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # the disk may be full even for that
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _attempt(self, statement: _Statement) -> Rows | Exception:
        """Run a statement; what is wrong with it alone does not touch the others.

        Not only SQLite raises: a number beyond 64 bits is an `OverflowError`, a lone surrogate a
        `UnicodeEncodeError`.
        """
        try:
            return self._connection.execute(statement.query, statement.values).fetchall()
        except Exception as error:
            if not self._connection.in_transaction:
                raise  # a full disk, say, has ended the whole transaction
            return error


def _settle(future: asyncio.Future[Rows], outcome: Rows | Exception) -> None:
    if future.done():  # whoever asked was cancelled
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
