"""Telegram's rate limits."""

from __future__ import annotations

import pytest
from aiogram.methods import EditMessageText, GetMe, SendMediaGroup, SendMessage
from aiogram.types import InputMediaPhoto

from realstyler_bot.telegram.rate_limits import RateLimits


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
