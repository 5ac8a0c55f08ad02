"""/settings and /language."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import acting_for, answer, show
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import SIZES, STRENGTHS, Person
from realstyler_bot.service.service import Service
from realstyler_bot.telegram.delivery import style_title
from realstyler_bot.texts import LANGUAGES
from realstyler_bot.workers.painting import trained_styles


def setup() -> Router:
    """Create the router."""
    router = Router(name="settings")
    router.message.register(open_settings, Command("settings"))
    router.message.register(open_language, Command("language"))
    router.callback_query.register(change, callbacks.SettingPick.filter())
    return router


async def open_settings(message: Message, speaker: Speaker) -> None:
    """Show all settings."""
    await message.answer(speaker.say("settings"), reply_markup=_panel(speaker))


async def open_language(message: Message, speaker: Speaker) -> None:
    """Show the available languages."""
    keyboard = keyboards.setting_values(speaker.language, "language", speaker.id)
    await message.answer(speaker.say("choose_language"), reply_markup=keyboard)


async def change(
    query: CallbackQuery, callback_data: callbacks.SettingPick, speaker: Speaker, service: Service
) -> None:
    """Open a setting, or save its new value."""
    acting = await acting_for(query, callback_data.owner, speaker, service)
    if acting is None:
        return
    speaker = acting
    name, value = callback_data.name, callback_data.value
    if value:
        person = changed(speaker.person, name, value)
        await service.people.save(speaker.id, person)
        speaker = Speaker(speaker.id, person, person.language or speaker.language)
        await answer(query, speaker.say("saved"))
    else:
        await answer(query)
    if value or name == "back":
        await show(query, speaker.say("settings"), _panel(speaker))
    elif name == "style":
        menu = keyboards.style_menu(
            trained_styles(), speaker.language, speaker.id, favourites=speaker.person.favourites
        )
        await show(query, speaker.say("choose_style"), menu)
    else:
        values = keyboards.setting_values(speaker.language, name, speaker.id)
        await show(query, speaker.say(f"setting_{name}"), values)


def changed(person: Person, name: str, value: str) -> Person:
    """Return the settings with one changed; ignore values that no button offers."""
    if name == "language" and value in LANGUAGES:
        return person.model_copy(update={"language": value})
    changes: dict[str, object] = {}
    if name == "strength" and value in map(str, STRENGTHS):
        changes = {"strength": int(value)}
    elif name == "size" and value in map(str, SIZES):
        changes = {"size": int(value)}
    elif name == "colors":
        changes = {"keep_colors": value == "photo"}
    elif name == "output":
        changes = {"as_file": value == "file"}
    return person.model_copy(update={"options": person.options.model_copy(update=changes)})


def _panel(speaker: Speaker) -> InlineKeyboardMarkup:
    name = speaker.person.options.style
    title = style_title(name) if name else ""
    return keyboards.settings(speaker.language, speaker.person, speaker.id, title)
