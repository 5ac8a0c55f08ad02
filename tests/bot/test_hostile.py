"""What nobody ought to send: forged buttons, updates that cannot be read, pictures that kill."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import Running
from pictures_for_tests import photo
from realstyler_bot import callbacks
from realstyler_bot.database import Database
from realstyler_bot.jobs import Job, Source
from realstyler_bot.store import Person, Store
from stand_in import StandIn, User
from test_conversation import choose, says

HUGE = "9" * 20
FORGED = (
    f"x:{HUGE}",
    f"x:-{HUGE}",
    f"r:styles:{HUGE}",
    f"s:alpha:{HUGE}:101",
    f"s:alpha:1:{HUGE}",
    f"t:{HUGE}:50",
    f"t:1:{HUGE}",
    f"p:{HUGE}:0:101",
    f"p:0:{HUGE}:101",
    f"g:size:{HUGE}:101",
    f"f:{HUGE}",
    "x:1e9",
    "x:٣",
    "x:",
    "",
    ":" * 64,
    "\x00",
)
UNREADABLE: tuple[dict[str, Any], ...] = (
    {"forward_origin": {"type": "hidden_user", "date": 1}},
    {
        "external_reply": {
            "origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1},
            "story": {},
        }
    },
    {"forward_origin": {"type": "of tomorrow", "date": 1}},
    {"paid_media": {"star_count": 1, "paid_media": [{"type": "of tomorrow"}]}},
    {"date": "yesterday"},
    {"chat": None},
)


def forge(user: User, data: str) -> None:
    """Press a button that the bot never offered, under a message of its own."""
    query = {
        "id": str(next(user.server.numbers)),
        "from": user.profile,
        "chat_instance": "1",
        "message": user.messages[-1],
        "data": data,
    }
    user.server.presses[query["id"]] = user
    user.server.push({"callback_query": query})


def test_forged_buttons_silence_nobody(
    running: Running, transport: dict[str, Any], two_styles: tuple[str, str]
) -> None:
    """Whatever a button carries, the next person is answered; also after a restart."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            mallory, anna = telegram.user(101), telegram.user(2)
            async with running(telegram, **transport):
                mallory.sends_text("/start")
                await mallory.sees(says("Choose a style"))
                for data in FORGED:
                    forge(mallory, data)
                await choose(anna, "Alpha")
                await telegram.until(lambda: not telegram.unconfirmed)
            async with running(telegram, **transport):
                anna.sends_photo(photo(60, 40))
                await anna.gets_result()

    asyncio.run(scenario())


@given(st.integers())
@settings(deadline=None)
def test_numbers_of_buttons_are_bounded(number: int) -> None:
    """Every number that a button may carry fits into the database."""
    try:
        job = callbacks.CancelJob.unpack(f"x:{number}").job
    except ValueError:
        assert not 0 <= number <= callbacks.LARGEST
    else:
        assert job == number


def test_unreadable_updates_stop_nobody(
    running: Running,
    transport: dict[str, Any],
    two_styles: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each is logged by number, without what people wrote, and confirmed; the others go on."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, **transport):
            mallory, anna = telegram.user(101), telegram.user(2)
            for odd in UNREADABLE:
                message = telegram.new_message(101, mallory.profile, {"text": "my secret"})
                telegram.push({"message": {**message, **odd}})
            telegram.push({"of_tomorrow": {"id": 1}})
            telegram.push({"message": "no message"})
            anna.sends_text("/help")
            await anna.sees(says("album"), seconds=30)
            await telegram.until(lambda: not telegram.unconfirmed, seconds=30)

    asyncio.run(scenario())
    told = [r.getMessage() for r in caplog.records if "cannot be read" in r.getMessage()]
    assert len(told) >= len(UNREADABLE)
    assert "my secret" not in "".join(told)


def test_what_the_driver_raises_is_rolled_back(tmp_path: Path) -> None:
    """A number of over 64 bits, or a value of no known type: its sender is told, others go on."""

    async def scenario() -> None:
        async with Database.open(lambda: _numbers(tmp_path / "db")) as database:
            insert = "INSERT INTO numbers VALUES (?)"
            wishes = [database.rows(insert, value) for value in (1, int(HUGE), object(), 2)]
            outcomes = await asyncio.gather(*wishes, return_exceptions=True)
            assert [isinstance(outcome, Exception) for outcome in outcomes] == [
                *(False, True, True, False)
            ]
            assert isinstance(outcomes[1], OverflowError)
            assert await database.rows("SELECT number FROM numbers") == [(1,), (2,)]

    asyncio.run(scenario())


def _numbers(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    return connection


def test_a_picture_that_kills_is_set_aside(
    running: Running, two_styles: tuple[str, str], tmp_path: Path
) -> None:
    """Begun twice by processes that did not end in order: its owner is told, others are painted."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            mallory, anna = telegram.user(101), telegram.user(2)
            async with running(telegram):
                await choose(mallory, "Alpha")
                await choose(anna, "Alpha")
            async with Store.open(tmp_path / "bot.sqlite3") as store:
                file = mallory.photo(photo(60, 40))[0]["file_id"]
                source = Source(kind="picture", file_id=file, message_id=1)
                options = (await store.person(101)).options
                poison = Job(
                    key="poison", user_id=101, chat_id=101, private=True, language="en",
                    sources=(source,), options=options, attempts=2,
                )  # fmt: skip
                await store.add(poison)
            async with running(telegram):
                await mallory.sees(says("I could not paint this picture"))
                anna.sends_photo(photo(60, 40))
                await anna.gets_result()
            assert not mallory.results

    asyncio.run(scenario())


def test_unreadable_rows_never_stop_a_start(tmp_path: Path) -> None:
    """A job, a person and an update that no version can read are passed over."""

    async def scenario() -> None:
        path = tmp_path / "db"
        async with Store.open(path) as store:
            await store.save_person(1, Person())
            await store.receive([(1, "no update")])
        connection = sqlite3.connect(path)
        connection.execute("UPDATE people SET body = '{'")
        connection.execute(
            "INSERT INTO jobs (key, user_id, chat_id, state, body, changed)"
            " VALUES ('k', 1, 1, 'queued', '{', 0)"
        )
        connection.commit()
        connection.close()
        async with Store.open(path) as store:
            assert await store.pending() == []
            assert await store.person(1) == Person()
            assert await store.unhandled() == [(1, "no update")]
            await store.forget_attempts()
            assert (await store.counts())["failed"] == 1

    asyncio.run(scenario())


def test_the_database_is_private(tmp_path: Path) -> None:
    """Nobody else on the machine reads people's settings, also where the file was open before."""

    async def scenario(path: Path) -> None:
        async with Store.open(path) as store:
            await store.save_person(1, Person())
            assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.iterdir())

    asyncio.run(scenario(tmp_path / "new"))
    (tmp_path / "new").chmod(0o644)
    asyncio.run(scenario(tmp_path / "new"))
