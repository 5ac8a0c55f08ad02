"""Telegram's rate limits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import EditMessageText, GetFile, GetMe, SendMediaGroup, SendMessage
from aiogram.types import InputMediaPhoto

from realstyler_bot.metrics import Metrics
from realstyler_bot.telegram.rate_limits import FloodControl, RateLimits


def test_pace_of_chats() -> None:
    """A group gets 20 messages, then one every three seconds; edits and other chats don't wait.

    An album counts once per picture.
    """
    pace = RateLimits(per_second=1000)
    assert not any(pace.seconds(SendMessage(chat_id=-1, text="x")) for _ in range(20))
    assert pace.seconds(SendMessage(chat_id=-1, text="x")) == pytest.approx(3, abs=0.1)
    assert pace.seconds(EditMessageText(chat_id=-1, message_id=1, text="x")) == 0
    assert pace.seconds(SendMessage(chat_id=2, text="x")) == 0
    album = SendMediaGroup(chat_id=3, media=[InputMediaPhoto(media="x")] * 10)
    assert [pace.seconds(album) for _ in range(2)] == [0, 0]
    assert pace.seconds(album) == pytest.approx(10, abs=0.1)
    assert not any(pace.seconds(GetMe()) for _ in range(2000))


def test_many_downloads_wait_for_a_limit() -> None:
    """A rate limit on downloads delays the pictures of many users, and fails none of them."""

    async def scenario() -> None:
        flood, asked = FloodControl(Metrics()), list[str]()

        async def request(bot: Bot, method: Any) -> Any:
            asked.append(method.file_id)
            if len(asked) == 1:
                raise TelegramRetryAfter(method, "Too Many Requests", retry_after=1)
            return method.file_id

        async with Bot("42:" + "x" * 35) as bot:
            first = asyncio.create_task(flood(request, bot, GetFile(file_id="0")))
            await asyncio.sleep(0)
            others = [flood(request, bot, GetFile(file_id=str(n))) for n in range(1, 40)]
            answers = await asyncio.gather(first, *others)
        assert answers == [str(number) for number in range(40)]
        assert len(asked) == 41

    asyncio.run(scenario())
