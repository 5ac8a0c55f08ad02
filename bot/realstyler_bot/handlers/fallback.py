"""What nobody else took. This router must be the last."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import or_f
from aiogram.types import CallbackQuery, Message

from realstyler_bot.handlers.common import Mentioned, answer
from realstyler_bot.handlers.user_middleware import Speaker


def setup() -> Router:
    """Make the router."""
    router = Router(name="fallback")
    router.message.register(ask_for_picture, or_f(F.chat.type == "private", Mentioned()))
    router.callback_query.register(ignore)
    return router


async def ask_for_picture(message: Message, speaker: Speaker) -> None:
    """Say what the bot wants, unless Telegram itself speaks (somebody joined, a pinned message)."""
    if message.text or message.voice or message.audio or message.contact or message.location:
        await message.reply(speaker.say("send_picture"))


async def ignore(query: CallbackQuery, speaker: Speaker) -> None:
    """Answer the press of a button that no longer means anything."""
    await answer(query, speaker.say("gone"))
