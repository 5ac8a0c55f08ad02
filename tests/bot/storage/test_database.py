"""The database thread: statements share transactions, but not each other's errors."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from realstyler_bot.storage.database import Database


def connecting(path: Path, commits: list[str]) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens a database and records its transactions."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
        connection.set_trace_callback(
            lambda query: commits.append(query) if query == "COMMIT" else None
        )
        return connection

    return connect


def test_many_share_a_transaction(tmp_path: Path) -> None:
    """A hundred concurrent statements take few transactions; each returns with its row on disk."""
    commits: list[str] = []

    async def scenario() -> None:
        async with Database.open(connecting(tmp_path / "db", commits)) as database:

            async def insert(number: int) -> None:
                query = "INSERT INTO numbers VALUES (?) RETURNING number"
                assert await database.rows(query, number) == [(number,)]
                other = sqlite3.connect(tmp_path / "db")
                found = other.execute("SELECT 1 FROM numbers WHERE number = ?", (number,))
                assert found.fetchone()
                other.close()

            await asyncio.gather(*(insert(number) for number in range(100)))
            assert await database.rows("SELECT count(*) FROM numbers") == [(100,)]

    asyncio.run(scenario())
    assert len(commits) < 10


def test_mistakes_stay_with_who_made_them(tmp_path: Path) -> None:
    """An invalid statement, or one whose task was cancelled, does not affect the others."""

    async def scenario() -> None:
        async with Database.open(connecting(tmp_path / "db", [])) as database:
            insert = "INSERT INTO numbers VALUES (?)"
            tasks = [asyncio.create_task(database.rows(insert, one)) for one in (1, 2, 2, 3, "x")]
            await asyncio.sleep(0)
            tasks[0].cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = [type(outcome).__name__ for outcome in outcomes]
            assert kinds == ["CancelledError", "list", "IntegrityError", "list", "IntegrityError"]
            found = await database.rows("SELECT number FROM numbers ORDER BY number")
            assert found == [(1,), (2,), (3,)]

    asyncio.run(scenario())


def test_closing_waits(tmp_path: Path) -> None:
    """Statements submitted before closing are written before closing."""

    async def scenario() -> None:
        async with Database.open(connecting(tmp_path / "db", [])) as database:
            tasks = [
                asyncio.create_task(database.rows("INSERT INTO numbers VALUES (?)", number))
                for number in range(20)
            ]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
    connection = sqlite3.connect(tmp_path / "db")
    assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (20,)
    connection.close()


def test_full_disk(tmp_path: Path) -> None:
    """A failed transaction fails for all who share it; the next one works."""

    async def scenario() -> None:
        async with Database.open(connecting(tmp_path / "db", [])) as database:
            await database.rows("CREATE TABLE texts (text TEXT)")
            await database.rows("PRAGMA max_page_count = 12")
            insert = "INSERT INTO texts VALUES (?)"
            outcomes = await asyncio.gather(
                database.rows(insert, "small"),
                database.rows(insert, "x" * 200_000),
                database.rows(insert, "small"),
                return_exceptions=True,
            )
            assert any("full" in str(outcome) for outcome in outcomes)
            kept = sum(isinstance(outcome, list) for outcome in outcomes)
            assert await database.rows("SELECT count(*) FROM texts") == [(kept,)]
            await database.rows(insert, "small")

    asyncio.run(scenario())


def test_opening_fails(tmp_path: Path) -> None:
    """Whatever error the connection raises is passed on, and no thread is left behind."""

    async def scenario() -> None:
        with pytest.raises(sqlite3.OperationalError):
            async with Database.open(connecting(tmp_path / "no" / "folder", [])):
                pass

    asyncio.run(scenario())
