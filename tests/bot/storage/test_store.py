"""The store: what was saved before a crash is there after it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest

from realstyler.errors import RealstylerError
from realstyler_bot.jobs import Job, Options, Person, Source, State
from realstyler_bot.storage.store import KEPT_JOBS, Store
from realstyler_bot.storage.updates import KEPT_UPDATES


def job(key: str = "message:1:1", **changes: object) -> Job:
    """A job with one picture."""
    fields = {
        "key": key,
        "user_id": 1,
        "chat_id": 1,
        "private": True,
        "language": "en",
        "sources": (Source(kind="picture", file_id="f", message_id=1),),
    }
    return Job.model_validate(fields | changes)


def test_jobs_survive(tmp_path: Path) -> None:
    """A job is loaded unchanged; a finished one is no longer pending."""

    async def scenario() -> None:
        path = tmp_path / "deep" / "bot.sqlite3"
        async with Store.open(path) as store:
            first = await store.add(job(options=Options(style="mosaic", strength=50)))
            second = await store.add(job("other"))
            assert first is not None
            assert second is not None
            await store.save(second.but(state=State.DONE))
            assert await store.add(job()) is None, "the same wish twice"
        async with Store.open(path) as store:
            assert await store.pending() == [first]
            assert (await store.counts())["done"] == 1

    asyncio.run(scenario())


def test_people_are_apart(tmp_path: Path) -> None:
    """Users have separate settings, and can have them deleted."""

    async def scenario() -> None:
        async with Store.open(tmp_path / "db") as store:
            await store.save_person(1, Person(options=Options(style="mosaic"), language="ru"))
            assert (await store.person(1)).options.style == "mosaic"
            assert await store.person(2) == Person()
            await store.forget(1)
            assert await store.person(1) == Person()

    asyncio.run(scenario())


def test_updates_come_once(tmp_path: Path) -> None:
    """A repeated update is not new; an unhandled one is returned again."""

    async def scenario() -> None:
        path = tmp_path / "db"
        async with Store.open(path) as store:
            assert await store.updates.receive([(1, "{a}"), (2, "{b}")]) == {1, 2}
            assert await store.updates.receive([(2, "{b}"), (3, "{'c': \"ü\"}")]) == {3}
            assert await store.updates.receive([]) == set()
            await store.updates.handled(1)
        async with Store.open(path) as store:
            assert await store.updates.unhandled() == [(2, "{b}", 0), (3, "{'c': \"ü\"}", 0)]

    asyncio.run(scenario())


def test_album_grows_until_it_is_closed(tmp_path: Path) -> None:
    """Pictures join an album only while it is open."""

    async def scenario() -> None:
        async with Store.open(tmp_path / "db") as store:
            added = await store.add(job("album", state=State.GATHERING))
            assert added is not None
            source = Source(kind="picture", file_id="g", message_id=2)
            assert await store.add_source("album", source)
            grown = await store.job(added.id)
            assert grown is not None
            assert grown.sources[-1] == source
            await store.save(grown.but(state=State.QUEUED))
            assert not await store.add_source("album", source)

    asyncio.run(scenario())


def test_handled_updates_are_known_until_telegram_forgets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram redelivers unconfirmed updates, e.g. after a crash: they are not handled twice.

    Updates are redelivered for at most a day, and need not be remembered longer.
    """

    async def scenario() -> None:
        async with Store.open(tmp_path / "db") as store:
            assert await store.updates.receive([(1, "{a}")]) == {1}
            await store.updates.handled(1)
            await store.tidy()
        async with Store.open(tmp_path / "db") as store:
            assert await store.updates.receive([(1, "{a}")]) == set()
            assert await store.updates.unhandled() == []
            now = time.time()
            monkeypatch.setattr(time, "time", lambda: now + 24 * 3600)
            await store.tidy()
            assert await store.updates.receive([(1, "{a}")]) == set()
            monkeypatch.setattr(time, "time", lambda: now + KEPT_UPDATES + 60)
            await store.tidy()
            assert await store.updates.receive([(1, "{a}")]) == {1}

    asyncio.run(scenario())


def test_tidying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old results are deleted; accepted jobs are kept however old they are."""

    async def scenario() -> None:
        async with Store.open(tmp_path / "db") as store:
            done, queued = await store.add(job("a")), await store.add(job("b"))
            assert done is not None
            assert queued is not None
            await store.save(done.but(state=State.DONE))
            later = time.time() + KEPT_JOBS + 60
            monkeypatch.setattr(time, "time", lambda: later)
            await store.tidy()
            assert await store.job(done.id) is None
            assert await store.job(queued.id) is not None

    asyncio.run(scenario())


def test_unusable_databases(tmp_path: Path) -> None:
    """A database of a newer version, or another kind of file, is rejected in one line."""

    async def opening(path: Path) -> None:
        async with Store.open(path):
            pass

    newer = tmp_path / "newer"
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(RealstylerError, match="newer version"):
        asyncio.run(opening(newer))
    other = tmp_path / "other"
    other.write_text("no database at all, but long enough to look at" * 10)
    with pytest.raises(RealstylerError, match="cannot use"):
        asyncio.run(opening(other))
