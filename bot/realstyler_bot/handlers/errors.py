"""Error handler: log the exception under a short error number and show the user only the number."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
from typing import Any

from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.types import ErrorEvent

from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.texts import language_of, say

log = logging.getLogger(__name__)


def setup() -> Router:
    """Create the router."""
    router = Router(name="errors")
    router.errors.register(apologize)
    return router


async def apologize(event: ErrorEvent) -> Any:
    """Log an error and tell the user its number."""
    if isinstance(event.exception, TelegramForbiddenError):
        return True  # the user blocked the bot
    if isinstance(event.exception, sqlite3.OperationalError):
        raise event.exception  # the update is handled again once the disk has room
    number = secrets.token_hex(3)
    log.error("error %s: update %d", number, event.update.update_id, exc_info=event.exception)
    message, query = event.update.message, event.update.callback_query
    event_of_person = query or message
    user = event_of_person.from_user if event_of_person else None
    text = say(language_of(user.language_code if user else None), "failed", id=number)
    with contextlib.suppress(TelegramAPIError, *TRANSIENT):
        if query:
            await query.answer(text, show_alert=True)
        elif message and message.chat.type == "private":
            await message.answer(text)
    return True
