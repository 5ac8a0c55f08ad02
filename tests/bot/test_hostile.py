"""Attacks on the bot: forged presses, invalid updates, malicious pictures, rate limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import SECRET, Running, add_slow_style, choose, says, webhook_settings
from pictures_for_tests import photo
from realstyler.errors import TryAgainLaterError, UsageError
from realstyler_bot import callbacks
from realstyler_bot.application import serve_until
from realstyler_bot.jobs import Person
from realstyler_bot.settings import BotSettings
from realstyler_bot.storage.database import Database
from realstyler_bot.storage.store import Store
from stand_in import StandIn, User
from test_restart import bot_process

HUGE = "99999999999999999999"
FORGED = (
    *(f"x:{number}" for number in (HUGE, f"-{HUGE}", "9223372036854775808", "1e9", "", "٣")),
    *(f"r:{action}:{HUGE}" for action in ("styles", "strength", "file", "sheet", "back", "none")),
    *(f"t:{job}:{percent}" for job in (HUGE, "1") for percent in ("50", "1000", HUGE)),
    *(f"s:{style}:{HUGE}:1" for style in ("alpha", "x" * 40, "", "%s")),
    *(f"p:{page}:{job}:1" for page in ("0", HUGE) for job in ("0", HUGE)),
    *(f"g:{name}::1" for name in ("strength", "nothing", "")),
    *("g:size:99999:1", f"f:{HUGE}", "f:-1", "x", ":", "::::", "\x00", "s:alpha:0", "🎨" * 16),
)
"""Callback data that anyone can send with a modified client."""
HIDDEN = {"type": "hidden_user", "date": 1422450181}
"""A forward origin that lacks the name which Telegram promises (aiogram #1840)."""


def unreadable(user: User) -> list[dict[str, Any]]:
    """Messages that aiogram cannot parse, although Telegram sends them."""
    base = {
        "message_id": 1,
        "date": 1422450181,
        "chat": {"id": user.id, "type": "private", "first_name": "A"},
        "from": user.profile,
        "text": "hi",
    }
    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
    return [
        base | {"forward_origin": HIDDEN},
        base | {"external_reply": {"origin": origin, "story": {}}},
        base | {"forward_origin": {"type": "of_tomorrow", "date": 1}},
        base | {"paid_media": {"star_count": 1, "paid_media": [{"type": "of_tomorrow"}]}},
    ]


async def answers(user: User) -> None:
    """Check that the bot still responds."""
    before = len(user.messages)
    user.sends_text("/help")
    await user.server.until(lambda: len(user.messages) > before)


def test_forged_presses(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Presses with any data are answered and affect nobody else; also after a restart.

    A number too large for SQLite once killed the writing thread for good.
    """

    async def scenario() -> None:
        async with StandIn() as telegram:
            mallory, anna = telegram.user(1), telegram.user(2)
            async with running(telegram):
                for data in FORGED:
                    mallory.forges(data)
                await telegram.until(lambda: len(mallory.alerts) == len(FORGED))
                assert not any("wrong" in alert for alert in mallory.alerts), mallory.alerts
                await choose(anna, "Alpha")
                anna.sends_photo(portrait)
                await anna.gets_result()
            async with running(telegram):
                await answers(anna)

    asyncio.run(scenario())


def test_unreadable_updates(
    running: Running,
    transport: dict[str, Any],
    two_styles: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An update that aiogram can't parse is logged and skipped; the rest of its batch is not."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, **transport):
            mallory, anna = telegram.user(1), telegram.user(2)
            bad = unreadable(mallory)
            for message in bad:
                anna.sends_text("/help")
                telegram.push({"message": message})
            telegram.push({"message": {"text": 5}})
            telegram.push({"of_tomorrow": {"text": "secret words"}})
            await anna.sees(says("album"), count=len(bad))
            await telegram.until(lambda: not telegram.unconfirmed)

    asyncio.run(scenario())
    assert caplog.text.count("skipping invalid update") == 6
    assert "paid_media" in caplog.text
    assert "secret words" not in caplog.text, "what people write is not logged"


def test_webhook_takes_what_it_cannot_read(running: Running, two_styles: tuple[str, str]) -> None:
    """By webhook such an update is confirmed, or Telegram would redeliver it forever."""
    hook = webhook_settings()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    bodies = [
        *(
            {"update_id": 7, "message": message}
            for message in unreadable(User(StandIn(), 1, "", 0))
        ),
        *([], 5, {}, {"update_id": "x"}, {"update_id": 10**30, "message": {}}),
    ]

    async def scenario() -> None:
        async with (
            StandIn() as telegram,
            running(telegram, **hook),
            aiohttp.ClientSession(headers=headers) as session,
        ):
            for body in bodies:
                async with session.post(hook["webhook_url"], json=body) as answer:
                    assert answer.status == 200, body
            deep = b'{"update_id": 9, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
            async with session.post(hook["webhook_url"], data=deep) as answer:
                assert answer.status in (200, 400)
            await answers(telegram.user(2))

    asyncio.run(scenario())


def test_answers_that_cannot_be_read(running: Running, two_styles: tuple[str, str]) -> None:
    """A message is not sent again because aiogram can't parse the message that it replies to."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            message = telegram.new_message(1, anna.profile, {"text": "hi"})
            telegram.push({"message": message})
            message["forward_origin"] = HIDDEN  # in the quoted message of the response
            await anna.sees(says("send me a picture"))
            await answers(anna)
            assert len(anna.messages) == 2

    asyncio.run(scenario())


def test_unreadable_rows(running: Running, two_styles: tuple[str, str], tmp_path: Path) -> None:
    """No content of a stored row prevents a start or the service of other users."""
    path = tmp_path / "bot.sqlite3"

    async def fill() -> None:
        async with Store.open(path) as store:
            await store.updates.receive(
                [(1, "no JSON"), (2, '{"update_id": 2, "message": 5}'), (3, "[]")]
            )
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("INSERT INTO people VALUES (1, '{\"options\": 5}')")
            connection.execute(
                "INSERT INTO jobs (key, user_id, chat_id, state, body, changed)"
                " VALUES ('k', 1, 1, 'queued', '{}', 0)"
            )

    async def scenario() -> None:
        await fill()
        async with StandIn() as telegram:
            for _ in range(2):
                async with running(telegram):
                    await answers(telegram.user(1))

    asyncio.run(scenario())


def test_old_database(running: Running, two_styles: tuple[str, str], tmp_path: Path) -> None:
    """A database of the first version is upgraded, and nobody else can read it."""
    path = tmp_path / "bot.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE updates"
            " (update_id INTEGER PRIMARY KEY, body TEXT, received REAL NOT NULL)"
        )
        connection.execute("PRAGMA user_version = 1")

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            await answers(telegram.user(1))
            assert path.stat().st_mode & 0o077 == 0

    asyncio.run(scenario())


def test_update_that_kills(tmp_path: Path) -> None:
    """An update whose handling never finishes is replayed a few times, then set aside."""
    path = tmp_path / "db"

    async def scenario() -> None:
        async with Store.open(path) as store:
            await store.updates.receive([(1, "{}"), (2, "{}")])
            for _ in range(3):
                await store.updates.attempt(1)
            assert [(n, attempts) for n, _, attempts in await store.updates.unhandled()] == [
                (1, 3),
                (2, 0),
            ]
            await store.updates.set_aside(1)
        async with Store.open(path) as store:
            assert [number for number, _, _ in await store.updates.unhandled()] == [2]

    asyncio.run(scenario())


def test_replays_are_limited(
    running: Running,
    two_styles: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At a start, an update tried three times is set aside, and one that hangs delays no other."""
    monkeypatch.setattr("realstyler_bot.telegram.update_log._REPLAY_SECONDS", 0.2)

    def asks(telegram: StandIn, number: int, user: int) -> tuple[int, str]:
        person = telegram.user(user)
        entity = {"type": "bot_command", "offset": 0, "length": 5}
        text = {"text": "/help", "entities": [entity]}
        message = telegram.new_message(user, person.profile, text)
        return number, json.dumps({"update_id": number, "message": message})

    async def scenario() -> None:
        async with StandIn() as telegram:
            async with Store.open(tmp_path / "bot.sqlite3") as store:
                await store.updates.receive(
                    [asks(telegram, number, number) for number in (1, 2, 3)]
                )
                for _ in range(3):
                    await store.updates.attempt(1)
            telegram.ban(2, 5)
            async with running(telegram):
                await telegram.user(3).sees(says("album"))
                assert not telegram.user(2).messages
                await telegram.user(2).sees(says("album"))
                assert not telegram.user(1).messages
        async with Store.open(tmp_path / "bot.sqlite3") as store:
            assert await store.updates.unhandled() == []

    asyncio.run(scenario())
    assert "update 1 not handled after 3 attempts: set aside" in caplog.text


def notes(folder: Path) -> set[tuple[str, int]]:
    """Return the crash notes and their times."""
    return {(f.name, f.stat().st_mtime_ns) for f in (folder / "bot.sqlite3.painting").glob("*")}


def test_poisonous_picture(drop_ins: Path, tmp_path: Path) -> None:
    """A picture that crashes the process twice is set aside and reported; others are painted."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna, boris = telegram.user(1), telegram.user(2)
            noted: set[tuple[str, int]] = set()
            for attempt in range(2):
                async with bot_process(telegram, tmp_path, WORKERS="1") as process:
                    if not attempt:
                        await asyncio.gather(choose(anna, "Slow"), choose(boris, "Slow"))
                        anna.sends_photo(photo(1600, 1200))
                        await telegram.until(lambda: notes(tmp_path))
                        boris.sends_photo(photo(64, 64))
                        await boris.sees(lambda message: "reply_to_message" in message)
                    await telegram.until(lambda before=noted: notes(tmp_path) - before)
                    noted = notes(tmp_path)
                    assert not boris.results
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
            async with bot_process(telegram, tmp_path, WORKERS="1"):
                await anna.sees(says("I failed to paint this picture"))
                await boris.gets_result()
                assert not anna.results

    asyncio.run(scenario())


def test_long_ban(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """A rate-limited chat gets no requests until the limit ends; others continue."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna, boris = telegram.user(1), telegram.user(2)
            await choose(anna, "Alpha")
            await choose(boris, "Beta")
            telegram.ban(1, 6)
            anna.sends_photo(portrait)
            anna.sends_text("/help")
            for _ in range(3):
                boris.sends_photo(portrait)
            began = time.monotonic()
            await boris.gets_result(3)
            assert telegram.asked_during_ban[1] <= 3, "what was under way at the same moment"
            asked = telegram.asked_during_ban[1]
            await anna.gets_result()
            assert time.monotonic() - began > 3
            assert telegram.asked_during_ban[1] == asked
            await anna.sees(says("album"))
            assert len(anna.results) == 1

    asyncio.run(scenario())


@pytest.mark.usefixtures("prompt_status")
def test_progress_of_others_during_a_ban(running: Running, drop_ins: Path) -> None:
    """A rate limit in one chat does not hold up the progress that another chat sees."""
    add_slow_style(drop_ins)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, workers=2):
            anna, boris = telegram.user(1), telegram.user(2)
            await asyncio.gather(choose(anna, "Slow"), choose(boris, "Slow"))
            for person in (anna, boris):
                person.sends_photo(photo(1600, 1200))
            await anna.sees(says("Painting"))
            telegram.ban(1, 60)
            await boris.sees(says("Painting"))
            assert telegram.bans[1] > time.monotonic(), "the limit still lasts"
            for person in (anna, boris):
                person.sends_text("/cancel")
            await boris.sees(says("Cancelled"))

    asyncio.run(scenario())


def test_results_wait_for_a_ban_outside(
    running: Running,
    two_styles: tuple[str, str],
    portrait: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under a long rate limit, a picture is repainted later instead of filling the memory."""
    monkeypatch.setattr("realstyler_bot.telegram.rate_limits._MEDIA_WAIT", 0.5)
    monkeypatch.setattr("realstyler_bot.service.work._WORTH_PAINTING", 0.5)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.ban(1, 4)
            for seed in range(3):
                anna.sends_photo(photo(100, 80, seed=seed))
            await anna.gets_result(3)
            await answers(anna)
            assert len(anna.results) == 3

    asyncio.run(scenario())


def test_file_that_is_away_for_a_moment(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """When Telegram reports a file as "temporarily unavailable", it is requested again."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.inject("getFile", "unavailable", "unavailable")
            anna.sends_photo(portrait)
            await anna.gets_result()

    asyncio.run(scenario())


def test_start_before_the_network(
    running: Running, make_settings: Callable[..., BotSettings]
) -> None:
    """The network may not be up at boot: the bot waits, and can be stopped."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            settings, stop = make_settings(telegram), asyncio.Event()
        task = asyncio.create_task(serve_until(settings, stop))
        await asyncio.sleep(1.5)
        assert not task.done()
        async with StandIn(port=telegram.port) as telegram:
            await answers(telegram.user(1))
            stop.set()
            await asyncio.wait_for(task, 30)

    asyncio.run(scenario())


def test_exit_codes(tmp_path: Path) -> None:
    """Only invalid settings exit with the code after which systemd must not restart."""
    assert UsageError.exit_code == 2
    assert TryAgainLaterError.exit_code not in (0, 2)
    unit = Path(__file__).parents[2] / "bot" / "deploy" / "realstyler-bot.service"
    assert f"RestartPreventExitStatus={UsageError.exit_code}\n" in unit.read_text()

    async def code_of(telegram: StandIn, **settings: str) -> int:
        async with bot_process(telegram, tmp_path, **settings) as process:
            return await asyncio.wait_for(process.wait(), 60)

    async def scenario() -> None:
        async with StandIn() as telegram:
            assert await code_of(telegram, TOKEN="99:" + "x" * 30) == UsageError.exit_code
            assert await code_of(telegram, WORKERS="0") == UsageError.exit_code
            async with bot_process(telegram, tmp_path):
                await telegram.until(lambda: telegram.calls["getupdates"])
                code = await code_of(telegram, CONFLICT_SECONDS="0")
                assert code == TryAgainLaterError.exit_code
                elsewhere = str(tmp_path / "other.sqlite3")
                code = await code_of(telegram, CONFLICT_SECONDS="0", DATABASE=elsewhere)
                assert code == TryAgainLaterError.exit_code

    asyncio.run(scenario())


@given(st.integers())
def test_numbers_of_buttons_are_bounded(number: int) -> None:
    """Every number in callback data fits into the database."""
    try:
        job = callbacks.CancelJob.unpack(f"x:{number}").job
    except ValueError:
        assert not 0 <= number <= callbacks.LARGEST_NUMBER
    else:
        assert job == number


def test_what_the_driver_raises_is_rolled_back(tmp_path: Path) -> None:
    """An integer over 64 bits or an unsupported type fails for its sender only."""

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


def test_the_database_is_private(tmp_path: Path) -> None:
    """Other users of the machine can't read the database, even if it was readable before."""

    async def scenario(path: Path) -> None:
        async with Store.open(path) as store:
            await store.save_person(1, Person())
            assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.iterdir())

    asyncio.run(scenario(tmp_path / "new"))
    (tmp_path / "new").chmod(0o644)
    asyncio.run(scenario(tmp_path / "new"))
