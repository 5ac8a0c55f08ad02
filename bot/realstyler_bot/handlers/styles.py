"""/style, /random and /styles: the style menu, and an album that previews every style."""

from __future__ import annotations

from functools import partial

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, InputMediaPhoto, Message

from realstyler.registry import Style
from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import (
    acting_for,
    answer,
    job_of,
    show,
    tapped_before,
    waits_for_style,
)
from realstyler_bot.handlers.pictures import has_media, take_from, take_replied
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.service.previews import ALBUM
from realstyler_bot.service.service import Service, again
from realstyler_bot.settings import BotSettings
from realstyler_bot.telegram.delivery import style_title
from realstyler_bot.workers.painting import find_style_by_words, random_style, trained_styles


def setup() -> Router:
    """Create the router."""
    router = Router(name="styles")
    router.message.register(choose, Command("style"))
    router.message.register(surprise, Command("random"))
    router.message.register(preview, Command("styles"))
    router.message.register(choose_by_name, F.text, F.chat.type == "private", NamesStyle())
    router.callback_query.register(turn, callbacks.StylePage.filter())
    router.callback_query.register(pick, callbacks.StylePick.filter())
    return router


class NamesStyle(Filter):
    """Matches messages that consist of a style's name."""

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        """Look up the style."""
        style = find_style_by_words(message.text or "")
        return {"style": style.name} if style else False


async def choose_by_name(
    message: Message, style: str, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    """Choose the style whose name the user typed."""
    await _take_style(message, style, speaker, service, settings)


async def surprise(
    message: Message, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    """Choose a random style, for the picture with this caption or for the next one."""
    await _take_style(message, random_style(), speaker, service, settings)


async def choose(
    message: Message,
    command: CommandObject,
    speaker: Speaker,
    service: Service,
    settings: BotSettings,
) -> None:
    """Show the style menu, or choose the style given as the command's argument.

    As a caption of a picture, or in reply to one, paint that picture.
    """
    words = command.args or ""
    style = find_style_by_words(words)
    if words.strip() and style is None:
        menu = _menu(speaker)
        text = speaker.say("unknown_style", style=words.strip()[:40])
        await message.reply(text, reply_markup=menu)
        return
    await _take_style(message, style.name if style else "", speaker, service, settings)


async def _take_style(
    message: Message, style: str, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    if style:
        person = await service.people.choose_style(speaker.id, style)
        speaker = Speaker(speaker.id, person, speaker.language)
    if has_media(message):
        await take_from(message, message, speaker, service, settings)
        return
    if message.reply_to_message and await take_replied(message, speaker, service, settings):
        return
    if style:
        await message.reply(speaker.say("style_chosen", style=style_title(style)))
        return
    styles = trained_styles()
    menu = _menu(speaker)
    await message.answer(speaker.say("choose_style" if styles else "no_styles"), reply_markup=menu)


async def turn(
    query: CallbackQuery, callback_data: callbacks.StylePage, speaker: Speaker, service: Service
) -> None:
    """Show another page of the menu."""
    acting = await acting_for(query, callback_data.owner, speaker, service)
    if acting is None:
        return
    job = await service.job(callback_data.job) if callback_data.job else None
    menu = keyboards.style_menu(
        trained_styles(),
        acting.language,
        acting.id,
        favourites=() if job and job.kind == "sheet" else acting.person.favourites,
        job=job,
        page=callback_data.page,
    )
    await answer(query)
    await show(query, None, menu, acting.say("choose_style"))


async def pick(
    query: CallbackQuery,
    callback_data: callbacks.StylePick,
    speaker: Speaker,
    service: Service,
) -> None:
    """Choose a style: as the user's default, for a waiting picture, or to repaint a result."""
    acting = await acting_for(query, callback_data.owner, speaker, service)
    if acting is None:
        return
    style = next((s for s in trained_styles() if s.name == callback_data.style), None)
    if style is None:
        text = acting.say("style_gone") if trained_styles() else acting.say("no_styles")
        await answer(query, text, alert=True)
    elif not callback_data.job:
        await service.people.choose_style(acting.id, style.name)
        await answer(query)
        await show(query, acting.say("style_chosen", style=style.title), None)
    else:
        await _pick_for_job(query, callback_data.job, style, acting, service)


async def _pick_for_job(
    query: CallbackQuery, number: int, style: Style, speaker: Speaker, service: Service
) -> None:
    found = await job_of(query, number, service, speaker)
    if found is None:
        return
    job, acting = found
    if tapped_before(query, service):
        await answer(query, acting.say("again"))
        return
    if waits_for_style(job):
        await service.people.choose_style(acting.id, style.name)
        await answer(query)
        await service.choose(job, style.name)
        return
    await answer(query, acting.say("again"))
    if job.kind != "sheet":  # the menu stays under a sheet of all styles, so users can try several
        await show(query, None, keyboards.result(acting.language, job))
    await service.accept(again(job, f"press:{query.id}", kind="paint", style=style.name))


def _menu(speaker: Speaker) -> InlineKeyboardMarkup:
    favourites = speaker.person.favourites
    return keyboards.style_menu(
        trained_styles(), speaker.language, speaker.id, favourites=favourites
    )


async def preview(message: Message, speaker: Speaker, service: Service) -> None:
    """Send a preview of every style, then the menu."""
    styles = [style for style in trained_styles() if style.picture_path.is_file()]
    for start in range(0, len(styles), ALBUM):
        await service.previews.send(styles[start : start + ALBUM], partial(_send, message))
    menu = _menu(speaker)
    await message.answer(speaker.say("choose_style" if styles else "no_styles"), reply_markup=menu)


async def _send(message: Message, media: list[InputMediaPhoto]) -> list[Message]:
    if len(media) == 1:  # Telegram requires at least two items in an album
        return [await message.answer_photo(media[0].media, caption=media[0].caption)]
    return await message.answer_media_group([*media])
