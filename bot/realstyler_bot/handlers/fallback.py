"""Catch-all for updates that no other router handled; must be included last."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import or_f
from aiogram.types import CallbackQuery, Message

from realstyler_bot.handlers.common import Mentioned, answer
from realstyler_bot.handlers.user_middleware import Speaker


def setup() -> Router:
    """Create the router."""
    router = Router(name="fallback")
    router.message.register(ask_for_picture, or_f(F.chat.type == "private", Mentioned()))
    router.callback_query.register(ignore)
    return router


async def ask_for_picture(message: Message, speaker: Speaker) -> None:
    """Ask for a picture; ignore service messages (user joined, message pinned)."""
    if message.text or message.voice or message.audio or message.contact or message.location:
        await message.reply(speaker.say("send_picture"))


async def ignore(query: CallbackQuery, speaker: Speaker) -> None:
    """Answer presses of buttons that are no longer valid."""
    await answer(query, speaker.say("gone"))
