"""/start, /help and /privacy."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import answer, may_press, show
from realstyler_bot.painting import trained_styles
from realstyler_bot.people import Speaker
from realstyler_bot.store import Store


def setup() -> Router:
    """Make the router."""
    router = Router(name="information")
    router.message.register(start, CommandStart())
    router.message.register(explain, Command("help"))
    router.message.register(privacy, Command("privacy"))
    router.callback_query.register(forget, callbacks.Forget.filter())
    return router


async def start(message: Message, speaker: Speaker) -> None:
    """Greet, with the menu of styles."""
    menu = keyboards.style_menu(trained_styles(), speaker.language, speaker.id)
    await message.answer(speaker.say("start"), reply_markup=menu)


async def explain(message: Message, speaker: Speaker) -> None:
    """Say how it works."""
    await message.answer(speaker.say("help"))


async def privacy(message: Message, speaker: Speaker) -> None:
    """Say what is kept, and offer to delete it."""
    keyboard = keyboards.forget(speaker.language, speaker.id)
    await message.answer(speaker.say("privacy"), reply_markup=keyboard)


async def forget(
    query: CallbackQuery, callback_data: callbacks.Forget, speaker: Speaker, store: Store
) -> None:
    """Delete somebody's data."""
    if await may_press(query, callback_data.owner, speaker):
        await store.forget(speaker.id)
        await answer(query)
        await show(query, speaker.say("forgotten"), None)
