"""/start, /help and /privacy."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import acting_for, answer, show
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.service.service import Service
from realstyler_bot.workers.painting import find_style_by_words as find_style
from realstyler_bot.workers.painting import trained_styles


def setup() -> Router:
    """Create the router."""
    router = Router(name="information")
    router.message.register(start, CommandStart())
    router.message.register(explain, Command("help"))
    router.message.register(privacy, Command("privacy"))
    router.callback_query.register(forget, callbacks.Forget.filter())
    return router


async def start(
    message: Message, command: CommandObject, speaker: Speaker, service: Service
) -> None:
    """Send a greeting and the style menu; a deep link like t.me/…?start=wave preselects a style."""
    style = find_style(command.args or "")
    if style is not None:
        await service.people.choose_style(speaker.id, style.name)
        await message.answer(speaker.say("style_chosen", style=style.title))
        return
    menu = keyboards.style_menu(
        trained_styles(), speaker.language, speaker.id, favourites=speaker.person.favourites
    )
    await message.answer(speaker.say("start"), reply_markup=menu)


async def explain(message: Message, speaker: Speaker) -> None:
    """Explain how to use the bot."""
    await message.answer(speaker.say("help"))


async def privacy(message: Message, speaker: Speaker) -> None:
    """Explain what is stored, and offer to delete it."""
    keyboard = keyboards.forget(speaker.language, speaker.id)
    await message.answer(speaker.say("privacy"), reply_markup=keyboard)


async def forget(
    query: CallbackQuery, callback_data: callbacks.Forget, speaker: Speaker, service: Service
) -> None:
    """Delete a user's data and cancel their jobs."""
    acting = await acting_for(query, callback_data.owner, speaker, service)
    if acting is not None:
        await service.forget(acting.id)
        await answer(query)
        await show(query, speaker.say("forgotten"), None)
