"""Faults: no failure of the network or of Telegram loses a picture or duplicates it."""

from __future__ import annotations

import asyncio
import io
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from harness import SECRET, Running, choose, says, webhook_settings
from pictures_for_tests import clip, photo
from realstyler.errors import RealstylerError, TryAgainLaterError, UsageError
from realstyler_bot.application import serve_until
from realstyler_bot.redaction import RedactingFormatter
from realstyler_bot.settings import BotSettings
from realstyler_bot.storage.database import Database
from stand_in import TOKEN, Refusal, StandIn, labels

METHODS = (
    "getMe",
    "setMyCommands",
    "deleteWebhook",
    "getUpdates",
    "sendMessage",
    "answerCallbackQuery",
    "getFile",
    "download",
    "editMessageText",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "sendMediaGroup",
)


@pytest.mark.parametrize("fault", ["429", "502", "before", "after"])
def test_every_method_fails_once(
    running: Running, two_styles: tuple[str, str], portrait: bytes, fault: str
) -> None:
    """Whatever method fails, each picture is answered exactly once.

    An album whose response is lost may be sent twice: Telegram offers no way to tell.
    """

    async def scenario() -> None:
        async with StandIn() as telegram:
            for method in METHODS:
                telegram.inject(method, fault)
            async with running(telegram):
                anna = telegram.user(1)
                anna.sends_text("/style")
                menu = await anna.sees(lambda message: "Alpha" in labels(message))
                anna.presses(menu, "Alpha")
                await anna.sees(says("Style: Alpha"))
                anna.sends_photo(portrait)
                result = await anna.gets_result()
                anna.presses(result, "Strength")
                await telegram.until(lambda: "25 %" in labels(result))
                for seed in range(2):
                    anna.sends_photo(photo(90, 60, seed=seed), media_group_id="a")
                await anna.sees(says("2 pictures"))
            single = [message for message in anna.results if "media_group_id" not in message]
            albums = {m["media_group_id"] for m in anna.results if "media_group_id" in m}
            assert len(single) == 1
            assert len(albums) == (2 if fault == "after" else 1)
            assert all(telegram.calls[method.lower()] >= 2 for method in METHODS)

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["429", "502", "before", "after"])
def test_sends_of_files_fail_once(
    running: Running, two_styles: tuple[str, str], portrait: bytes, fault: str
) -> None:
    """If the status message is gone, the result is a new message, despite the same faults."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.inject("sendMessage", *("502",) * 2)  # no status message at all
            telegram.inject("sendPhoto", fault)
            telegram.inject("sendDocument", fault)
            anna.sends_photo(portrait)
            result = await anna.gets_result()
            telegram.inject("sendMessage", *("502",) * 2)
            anna.presses(result, "As a file")
            await telegram.until(lambda: any("document" in m for m in anna.results))

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["429", "502", "before", "after"])
def test_webhook_and_clips_fail_once(
    running: Running, two_styles: tuple[str, str], fault: str
) -> None:
    """The webhook is registered, and clips are sent even without a status message."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            telegram.inject("setWebhook", fault)
            async with running(telegram, **webhook_settings()):
                anna = telegram.user(1)
                await choose(anna, "Alpha")
                for method, send in (
                    ("sendVideo", anna.sends_video),
                    ("sendAnimation", anna.sends_animation),
                ):
                    telegram.inject("sendMessage", *("502",) * 2)
                    telegram.inject(method, fault)
                    send(clip())
                    name = method.lower()
                    await telegram.until(lambda name=name: telegram.calls[name] >= 2)
                    kind = name.removeprefix("send")
                    await telegram.until(lambda kind=kind: any(kind in m for m in anna.results))
            assert telegram.calls["setwebhook"] >= 2

    asyncio.run(scenario())


def test_long_outage(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """A result waits until Telegram is back, longer than a single request is retried."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.inject("editMessageMedia", *("502",) * 5)
            anna.sends_photo(portrait)
            await anna.gets_result()
            assert telegram.calls["editmessagemedia"] == 6

    asyncio.run(scenario())


def test_deleted_status_message(
    running: Running, two_styles: tuple[str, str], portrait: bytes
) -> None:
    """The result arrives even if the status message and the request were deleted."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.inject("download", "502", "502")
            question = anna.sends_photo(portrait)
            status = await anna.sees(lambda message: "reply_to_message" in message)
            for message in (question, status):
                del telegram.chats[1][message["message_id"]]
            assert "photo" in await anna.gets_result()

    asyncio.run(scenario())


def test_webhook_secret(
    running: Running, two_styles: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Only requests with the secret, which Telegram knows, are accepted."""
    hook = webhook_settings()

    async def scenario() -> None:
        async with (
            StandIn() as telegram,
            running(telegram, **hook),
            aiohttp.ClientSession() as session,
        ):
            anna = telegram.user(1)
            forged = {"update_id": 1, "message": anna.sends_text("/start")}
            await anna.sees(says("Hello"))
            name = "X-Telegram-Bot-Api-Secret-Token"
            for headers in ({}, {name: ""}, {name: SECRET + "x"}, {name: "пароль"}):
                async with session.post(hook["webhook_url"], json=forged, headers=headers) as got:
                    assert got.status == 401
            right = {name: SECRET}
            async with session.post(hook["webhook_url"], data=b"{", headers=right) as answer:
                assert answer.status == 400
            for _ in range(2):  # Telegram repeats an update if it missed the response
                async with session.post(hook["webhook_url"], json=forged, headers=right) as got:
                    assert got.status == 200
            await anna.sees(says("Hello"), count=2)
            await asyncio.sleep(0.3)
            assert len(anna.messages) == 2
            large = io.BytesIO(b" " * (8 * 2**20 + 1))
            async with session.post(hook["webhook_url"], data=large, headers=right) as answer:
                assert answer.status == 413

    asyncio.run(scenario())
    for status, count in (("(401)", 4), ("(400)", 1), ("(413)", 1)):
        assert caplog.text.count(status) == count, "each rejected request leaves one line"


def test_double_start(
    running: Running, make_settings: Callable[..., BotSettings], tmp_path: Any
) -> None:
    """A second process with the same database or token exits with one clear line."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            with pytest.raises(RealstylerError, match="another bot uses the database"):
                await serve_until(make_settings(telegram, conflict_seconds=0.2), asyncio.Event())
            other = make_settings(telegram, database=tmp_path / "other", conflict_seconds=0.2)
            with pytest.raises(RealstylerError, match="another process polls the same bot"):
                await asyncio.wait_for(serve_until(other, asyncio.Event()), 60)
            anna = telegram.user(1)
            anna.sends_text("/help")
            await anna.sees(says("album"))

    asyncio.run(scenario())


def test_refused_token(make_settings: Callable[..., BotSettings]) -> None:
    """A wrong token is reported at once, without showing it."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            settings = make_settings(telegram, token="99:" + "x" * 30)
            with pytest.raises(RealstylerError, match="rejects the token"):
                await serve_until(settings, asyncio.Event())

    asyncio.run(scenario())


def test_token_stays_secret(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """No log line or traceback shows the token, although URLs in errors contain it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.getLogger().addHandler(handler)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            telegram.inject("download", "502", "before")
            telegram.inject("getUpdates", "before", "502")
            anna.sends_photo(portrait)
            await anna.gets_result()
            try:
                raise RuntimeError(f"{telegram.url}/file/bot{TOKEN}/photos/1.jpg")
            except RuntimeError:
                logging.getLogger("test").exception("with a traceback")
            assert TOKEN not in "".join(str(m) for m in telegram.chats.values())

    try:
        asyncio.run(scenario())
    finally:
        logging.getLogger().removeHandler(handler)
    assert "download failed" in stream.getvalue()
    assert "bot123456:[hidden]/photos" in stream.getvalue()
    assert TOKEN.split(":")[1] not in stream.getvalue()


def test_flood_of_messages(running: Running, two_styles: tuple[str, str]) -> None:
    """A user who sends too much is told once, and others are not affected."""

    async def scenario() -> None:
        async with (
            StandIn() as telegram,
            running(telegram, burst=5, messages_per_second=0.001),
        ):
            anna, boris = telegram.user(1), telegram.user(2)
            for _ in range(30):
                anna.sends_text("/help")
            await anna.sees(says("Too many"))
            boris.sends_text("/help")
            await boris.sees(says("album"))
            assert len(anna.messages) == 6

    asyncio.run(scenario())


def test_pace_over_all_chats(running: Running, two_styles: tuple[str, str]) -> None:
    """Many users together stay within Telegram's rate limit, and all of them are answered."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, telegram_messages_per_second=4):
            people = [telegram.user(number) for number in range(1, 13)]
            began = time.monotonic()
            for person in people:
                person.sends_text("/help")
            await telegram.until(lambda: all(person.messages for person in people))
            assert time.monotonic() - began > (12 - 4) / 4 - 0.1

    asyncio.run(scenario())


def test_deadline_of_a_stop(running: Running, two_styles: tuple[str, str]) -> None:
    """What a shutdown can't finish is done after the next start, and nothing is done twice."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            anna = telegram.user(1)
            async with running(telegram, drain_seconds=0):
                await choose(anna, "Alpha")
                telegram.inject("download", "502")
                for seed in range(5):
                    anna.sends_photo(photo(320, 240, seed=seed))
                await anna.sees(lambda m: "reply_to_message" in m, count=5)
            assert len(anna.results) < 5
            async with running(telegram):
                await anna.gets_result(5)
            assert len(anna.results) == 5
            assert len(anna.messages) == 6
            assert max(telegram.edits.values()) == 1

    asyncio.run(scenario())


def test_server_of_ones_own(
    running: Running, two_styles: tuple[str, str], portrait: bytes, tmp_path: Path
) -> None:
    """A local Bot API server provides files by path; they are read from there."""

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram, api_local=True):
            telegram.local = tmp_path
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            await anna.gets_result()
            assert telegram.calls["download"] == 0

    asyncio.run(scenario())


def test_health_and_metrics(running: Running, two_styles: tuple[str, str], portrait: bytes) -> None:
    """Supervisors can check that the bot is alive, and Prometheus can scrape its metrics."""
    port = webhook_settings()["webhook_port"]

    async def scenario() -> None:
        async with (
            StandIn() as telegram,
            running(telegram, health_port=port),
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        ):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            await anna.gets_result()
            async with session.get("/health") as answer:
                assert (await answer.json())["status"] == "ok"
            text = ""
            while 'realstyler_jobs_total{outcome="done"} 1.0' not in text:
                await asyncio.sleep(0.1)
                async with session.get("/metrics") as answer:
                    text = await answer.text()
            assert "realstyler_updates_total 3.0" in text
            assert 'realstyler_style_jobs_total{outcome="done",style="alpha"} 1.0' in text
            assert "realstyler_job_seconds_count 1.0" in text
            anna.sends_document(b"rubbish", "x.png", "image/png")
            await anna.sees(says("did not work"))
            async with session.get("/metrics") as answer:
                text = await answer.text()
            assert 'realstyler_refusals_total{error="InputError"} 1.0' in text
            assert 'realstyler_style_jobs_total{outcome="failed",style="alpha"} 1.0' in text

    asyncio.run(scenario())


@pytest.mark.parametrize("used", ["webhook", "health"])
def test_address_in_use(make_settings: Callable[..., BotSettings], used: str) -> None:
    """If another program has the port, one line says so, and a supervisor tries again."""
    hook = webhook_settings()
    port = hook["webhook_port"]

    async def scenario() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
        async with server, StandIn() as telegram:
            changes = hook if used == "webhook" else {"health_port": port}
            with pytest.raises(TryAgainLaterError, match=f"cannot listen at 127.0.0.1:{port}"):
                await serve_until(make_settings(telegram, **changes), asyncio.Event())

    asyncio.run(scenario())


def test_webhook_of_a_refused_token(make_settings: Callable[..., BotSettings]) -> None:
    """A token revoked just after the start ends the bot as any wrong setting does."""

    async def scenario() -> None:
        async with StandIn() as telegram:
            telegram.refusals["setwebhook", 0] = Refusal(401, "Unauthorized")
            with pytest.raises(UsageError, match="rejects the token"):
                await serve_until(make_settings(telegram, **webhook_settings()), asyncio.Event())

    asyncio.run(scenario())


def test_each_failure_is_logged_once(
    running: Running,
    two_styles: tuple[str, str],
    portrait: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A failure of our own leaves one traceback, under the number that its user is told."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("realstyler_bot.workers.painting.as_product", fail)

    async def scenario() -> str:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            anna.sends_photo(portrait)
            told = await anna.sees(says("went wrong"))
            return str(told["text"]).partition("number ")[2].partition(")")[0]

    number = asyncio.run(scenario())
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [number in record.getMessage() for record in errors] == [True]


def test_disk_full_for_a_moment(
    running: Running, two_styles: tuple[str, str], portrait: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever write fails for want of room, each picture is answered once, without an apology."""
    failures: Counter[str] = Counter()
    transact = Database._transact

    def sometimes_full(database: Database, batch: Sequence[Any]) -> Any:
        for statement in batch:
            query = statement.query
            if not query.startswith("SELECT") and failures[query] < 2:
                failures[query] += 1
                raise sqlite3.OperationalError("database or disk is full")
        return transact(database, batch)

    async def scenario() -> None:
        async with StandIn() as telegram, running(telegram):
            anna = telegram.user(1)
            await choose(anna, "Alpha")
            monkeypatch.setattr(Database, "_transact", sometimes_full)
            anna.sends_photo(portrait)
            await anna.gets_result()
            anna.sends_photo(portrait, caption="beta")
            await anna.gets_result(2)
            anna.sends_text("/style beta")
            await anna.sees(says("Style: Beta"))
            assert not [m for m in anna.messages if "went wrong" in m.get("text", "")]
            assert len(anna.results) == 2

    asyncio.run(scenario())
    assert {"INSERT", "UPDATE"} <= {query.split()[0] for query in failures}
