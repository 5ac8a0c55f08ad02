"""The HTTP session."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramRetryAfter
from aiogram.methods import EditMessageText, GetMe
from aiogram.types import BufferedInputFile
from aiohttp.http import StreamWriter

from realstyler_bot.telegram.session import Session
from stand_in import TOKEN, StandIn


def test_models_of_answers_are_kept() -> None:
    """Garbage collection does not drop a response model that the next response needs."""
    session, bot = Session(), Bot("42:" + "x" * 35)

    def model() -> weakref.ref[type]:
        answer = session.check_response(bot, GetMe(), 200, '{"ok": true, "result": null}')
        return weakref.ref(type(answer))

    kept = model()
    gc.collect()
    assert kept() is not None
    assert model()() is kept()


@pytest.mark.parametrize("size", [1000, 2**20 + 1])
def test_a_file_arrives_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are sent in one piece with their form, large ones in chunks, all unchanged."""
    content = random.Random(size).randbytes(size)
    written: list[int] = []

    async def write(writer: StreamWriter, piece: bytes, **options: Any) -> None:
        written.append(len(piece))
        await whole(writer, piece, **options)

    async def scenario() -> None:
        async with StandIn(recompress=False) as telegram:
            session = Session(api=TelegramAPIServer.from_base(telegram.url))
            async with Bot(TOKEN, session=session) as bot:
                file = BufferedInputFile(content, "ein Bild ä.bin")
                sent = await bot.send_document(5, file, caption="größer")
            assert sent.caption == "größer"
            assert sent.document is not None
            assert telegram.files[sent.document.file_id] == content

    whole = StreamWriter.write
    monkeypatch.setattr(StreamWriter, "write", write)
    asyncio.run(scenario())
    assert (len(written) < 5) == (size == 1000), written


def test_only_telegrams_word_counts_as_done() -> None:
    """An edit counts as done when Telegram confirms it, not with any 200 response."""
    session, bot = Session(), Bot("42:" + "x" * 35)
    edit = EditMessageText(text="x")
    assert session.check_response(bot, edit, 200, '{"ok": true, "result": {}}').result is True
    for content in ("<html>Log in to this network</html>", '{"result": {"ok": true}}'):
        with pytest.raises(ClientDecodeError):
            session.check_response(bot, edit, 200, content)
    with pytest.raises(TelegramBadRequest, match="not modified"):
        session.check_response(bot, edit, 400, '{"ok": false, "description": "not modified"}')


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ('"description": "Too Many Requests: retry after 40"', 40),
        ('"description": "Too Many Requests"', 5),
        ('"description": "retry after 0", "parameters": {"retry_after": 0}', 1),
        ('"description": "x", "parameters": {"retry_after": 7000}', 7000),
    ],
)
def test_every_429_is_a_rate_limit(answer: str, seconds: int) -> None:
    """A 429 is obeyed however it gives its time; it would fail the picture otherwise."""
    session, bot = Session(), Bot("42:" + "x" * 35)
    with pytest.raises(TelegramRetryAfter) as caught:
        session.check_response(bot, GetMe(), 429, f'{{"ok": false, "error_code": 429, {answer}}}')
    assert caught.value.retry_after == seconds


def test_too_large_is_final() -> None:
    """A file that is too large is refused, not retried as after a network failure."""
    session, bot = Session(), Bot("42:" + "x" * 35)
    with pytest.raises(TelegramBadRequest, match="Too Large"):
        session.check_response(bot, GetMe(), 413, '{"ok": false, "description": "Too Large"}')
