"""State that survives a crash: user settings and accepted jobs, with updates and file ids."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from pydantic import BaseModel, ValidationError

from realstyler.errors import TryAgainLaterError, UsageError
from realstyler_bot.jobs import Job, Person, Source, State
from realstyler_bot.storage.database import Database, Rows
from realstyler_bot.storage.files import FileTable
from realstyler_bot.storage.updates import DAY, UpdateTable

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (user_id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state);
CREATE INDEX IF NOT EXISTS jobs_by_user ON jobs (user_id);
CREATE TABLE IF NOT EXISTS updates (
    update_id INTEGER PRIMARY KEY, body TEXT, received REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, set_aside INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS flags (name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS files (digest TEXT PRIMARY KEY, file_id TEXT NOT NULL);
"""
MIGRATIONS = {
    2: (
        "ALTER TABLE updates ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE updates ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0",
    ),
}
"""Statements that upgrade a database from the previous version to this one."""
VERSION = max(MIGRATIONS)
KEPT_JOBS = 30 * DAY
"""How long the buttons under a result keep working."""
_PENDING = (State.GATHERING, State.QUEUED)
_UNFINISHED = (State.GATHERING, State.CHOOSING, State.QUEUED)
_CHOOSING = 900
"""Seconds during which a new picture joins those already waiting for a style."""
_REMEMBERED_PEOPLE = 10_000


class Store:
    """SQLite in WAL mode; when a method returns, its changes are on disk, not just in a cache."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.updates = UpdateTable(database)
        self.files = FileTable(database)
        # No other process writes to this database, so cached rows never go stale.
        self._people: LRUCache[int, Person] = LRUCache(_REMEMBERED_PEOPLE)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, patience: float = 0.0) -> AsyncIterator[Store]:
        """Open or create the database, waiting for a process that still holds it.

        Args:
            path: the database file.
            patience: how long to wait, in seconds.

        Raises:
            TryAgainLaterError: the folder or file is unusable, or another process holds it.
            UsageError: it was written by a newer version.
        """
        async with Database.open(lambda: _connect(path, patience)) as database:
            yield cls(database)

    async def person(self, user_id: int) -> Person:
        """Return a user's settings; the defaults for a new user."""
        if user_id not in self._people:
            row = await self._row("SELECT body FROM people WHERE user_id = ?", user_id)
            read = _person(user_id, row[0]) if row else Person()
            self._people.setdefault(user_id, read)  # unless saved meanwhile
        return self._people[user_id]

    async def save_person(self, user_id: int, person: Person) -> None:
        """Save a user's settings."""
        await self._rows("INSERT OR REPLACE INTO people VALUES (?, ?)", user_id, _json(person))
        self._people[user_id] = person

    async def forget(self, user_id: int) -> None:
        """Delete everything stored about a user."""
        await self._rows("DELETE FROM people WHERE user_id = ?", user_id)
        self._people.pop(user_id, None)
        await self._rows("DELETE FROM jobs WHERE user_id = ?", user_id)

    async def flag(self, name: str) -> bool:
        """Return whether a flag is set by an administrator."""
        return await self._row("SELECT 1 FROM flags WHERE name = ?", name) is not None

    async def set_flag(self, name: str, *, on: bool) -> None:
        """Save a flag."""
        await self._rows("DELETE FROM flags WHERE name = ?", name)
        if on:
            await self._rows("INSERT INTO flags VALUES (?)", name)

    async def add(self, job: Job) -> Job | None:
        """Save a new job and assign its id; ``None`` if its key already exists."""
        row = await self._row(
            "INSERT OR IGNORE INTO jobs (key, user_id, chat_id, state, body, changed)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            *(job.key, job.user_id, job.chat_id, job.state.value, _json(job), time.time()),
        )
        return job.but(id=row[0]) if row else None

    async def save(self, job: Job) -> None:
        """Save a changed job."""
        await self._rows(
            "UPDATE jobs SET state = ?, body = ?, changed = ? WHERE id = ?",
            *(job.state.value, _json(job), time.time(), job.id),
        )

    async def take(self, job: Job, state: State) -> bool:
        """Save a changed job if it is still in a state; return whether it was."""
        row = await self._row(
            "UPDATE jobs SET state = ?, body = ?, changed = ? WHERE id = ? AND state = ?"
            " RETURNING id",
            *(job.state.value, _json(job), time.time(), job.id, state.value),
        )
        return row is not None

    async def job(self, job_id: int) -> Job | None:
        """Return a job by id."""
        return await anext(self._jobs("id = ?", job_id), None)

    async def job_by_key(self, key: str) -> Job | None:
        """Return a job by its key."""
        return await anext(self._jobs("key = ?", key), None)

    async def add_source(self, key: str, source: Source) -> bool:
        """Add a picture to an open album; return whether there is one."""
        row = await self._row(
            "UPDATE jobs SET body = json_insert(body, '$.sources[#]', json(?))"
            " WHERE key = ? AND state = ? RETURNING id",
            *(_json(source), key, State.GATHERING.value),
        )
        return row is not None

    async def restyle(self, key: str, style: str) -> None:
        """Set the style of an open album, as named in a caption."""
        await self._rows(
            "UPDATE jobs SET body = json_set(body, '$.options.style', ?)"
            " WHERE key = ? AND state = ?",
            *(style, key, State.GATHERING.value),
        )

    async def pending(self) -> list[Job]:
        """Return the accepted jobs without a result, oldest first."""
        states = [state.value for state in _PENDING]
        return [job async for job in self._jobs("state IN (?, ?) ORDER BY id", *states)]

    async def unfinished(self, user_id: int, chat_id: int | None = None) -> list[Job]:
        """Return a user's unfinished jobs, oldest first: in one chat, or in all."""
        states = [state.value for state in _UNFINISHED]
        where = "state IN (?, ?, ?) AND user_id = ? AND chat_id = ifnull(?, chat_id) ORDER BY id"
        return [job async for job in self._jobs(where, *states, user_id, chat_id)]

    async def choosing(self, user_id: int, chat_id: int) -> list[Job]:
        """Return a user's pictures that recently began to wait for a style, oldest first."""
        where = "state = ? AND user_id = ? AND chat_id = ? AND changed > ? ORDER BY id"
        recently = time.time() - _CHOOSING
        values = (State.CHOOSING.value, user_id, chat_id, recently)
        return [job async for job in self._jobs(where, *values)]

    async def result(self, user_id: int, chat_id: int, message_id: int | None) -> Job | None:
        """Return the job of a user whose result a message shows; None: their newest result."""
        where = (
            "state = ? AND user_id = ? AND chat_id = ? AND json_extract(body, '$.kind') <> 'sheet'"
            " AND (? IS NULL OR json_extract(body, '$.status_message_id') = ?"
            " OR json_extract(body, '$.delivered[0].message_id') = ?) ORDER BY id DESC LIMIT 1"
        )
        values = (State.DONE.value, user_id, chat_id, message_id, message_id, message_id)
        return await anext(self._jobs(where, *values), None)

    async def delivered(self, user_id: int, most: int) -> list[Job]:
        """Return a user's jobs whose results can be sent by file id, newest first."""
        where = (
            "state = ? AND user_id = ? AND json_array_length(body, '$.delivered') > 0"
            " ORDER BY id DESC LIMIT ?"
        )
        return [job async for job in self._jobs(where, State.DONE.value, user_id, most)]

    async def move_chat(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup, where messages have new ids."""
        await self._rows(
            "UPDATE jobs SET chat_id = ?, body = json_set(body, '$.chat_id', ?,"
            " '$.status_message_id', null) WHERE chat_id = ?",
            *(new, new, old),
        )

    async def tidy(self) -> None:
        """Delete expired updates and jobs."""
        await self.updates.tidy()
        await self._rows(
            "DELETE FROM jobs WHERE state NOT IN (?, ?) AND changed < ?",
            *(*[state.value for state in _PENDING], time.time() - KEPT_JOBS),
        )

    async def counts(self) -> dict[str, int]:
        """Return the number of users, and of jobs by state."""
        rows = await self._rows("SELECT state, count(*) FROM jobs GROUP BY state")
        people = await self._row("SELECT count(*) FROM people")
        return {"people": people[0] if people else 0} | {row[0]: row[1] for row in rows}

    async def _jobs(self, condition: str, *values: Any) -> AsyncIterator[Job]:
        query = f"SELECT id, body FROM jobs WHERE {condition}"  # noqa: S608 - conditions are constants
        for number, body in await self._rows(query, *values):
            try:
                job = Job.model_validate_json(body)
            except ValidationError as error:
                log.error("cannot read job %d, giving it up: %s", number, _problem(error))
                await self._rows("UPDATE jobs SET state = 'failed' WHERE id = ?", number)
                continue
            yield job.but(id=number)

    async def _row(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        rows = await self._rows(query, *values)
        return rows[0] if rows else None

    async def _rows(self, query: str, *values: Any) -> Rows:
        return await self._database.rows(query, *values)


def _person(user_id: int, body: str) -> Person:
    try:
        return Person.model_validate_json(body)
    except ValidationError as error:
        log.error("cannot read the settings of user %d: %s", user_id, _problem(error))
        return Person()


def _problem(error: ValidationError) -> str:
    """Describe where a row is invalid, without any of its content."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{first['msg']} at {first['loc']}"


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_private(path)
        connection = sqlite3.connect(path, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        _prepare(connection, path, patience)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _unusable(path, error) from error
        raise
    return connection


def _keep_private(path: Path) -> None:
    """Deny other users access to the data; SQLite gives files beside it the same mode."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def _prepare(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    # Held until the process ends: two bots on one database would do everything twice.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: an accepted picture survives a power cut, not only a killed process.
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise UsageError(code="bot-database-newer", path=path)
    connection.executescript(SCHEMA)
    for newer in range(version + 1, VERSION + 1) if version else ():
        for statement in MIGRATIONS[newer]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _unusable(path: Path, error: Exception) -> TryAgainLaterError:
    if "locked" in str(error):
        return TryAgainLaterError(code="bot-database-in-use", path=path)
    return TryAgainLaterError(code="bot-database-unusable", path=path, reason=error)


def _json(model: BaseModel) -> str:
    return model.model_dump_json()
