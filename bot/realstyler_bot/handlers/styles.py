"""/style and /styles: the menu built from the registry, and an album of what it offers."""

from __future__ import annotations

import asyncio
import hashlib
from io import BytesIO
from typing import Any

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from PIL import Image

from realstyler import pictures
from realstyler.registry import Style
from realstyler_bot import callbacks, keyboards
from realstyler_bot.desk import Desk, Paused, again
from realstyler_bot.handlers.common import answer, job_of, may_press, refuse, show, waits_for_style
from realstyler_bot.handlers.pictures import take_replied
from realstyler_bot.jobs import Busy
from realstyler_bot.painting import trained_styles
from realstyler_bot.people import Speaker
from realstyler_bot.settings import BotSettings
from realstyler_bot.store import Store

_PREVIEW_SIDE = 1024
_ALBUM = 10


def setup() -> Router:
    """Make the router."""
    router = Router(name="styles")
    router.message.register(choose, Command("style"))
    router.message.register(preview, Command("styles"))
    router.callback_query.register(turn, callbacks.StylePage.filter())
    router.callback_query.register(pick, callbacks.StylePick.filter())
    return router


async def choose(
    message: Message,
    command: CommandObject,
    speaker: Speaker,
    store: Store,
    desk: Desk,
    settings: BotSettings,
) -> None:
    """Show the menu, or take the style named behind the command; a replied picture is painted."""
    styles = trained_styles()
    name = (command.args or "").strip().lower()
    if name and name not in {style.name for style in styles}:
        menu = keyboards.style_menu(styles, speaker.language, speaker.id)
        await message.reply(speaker.say("unknown_style", style=name[:40]), reply_markup=menu)
        return
    if name:
        speaker = await save_style(speaker, name, store)
    if message.reply_to_message and await take_replied(message, speaker, desk, settings):
        return
    if name:
        title = next(style.title for style in styles if style.name == name)
        await message.reply(speaker.say("style_chosen", style=title))
        return
    menu = keyboards.style_menu(styles, speaker.language, speaker.id)
    await message.answer(speaker.say("choose_style" if styles else "no_styles"), reply_markup=menu)


async def turn(
    query: CallbackQuery, callback_data: callbacks.StylePage, speaker: Speaker, store: Store
) -> None:
    """Turn a page of the menu."""
    if not await may_press(query, callback_data.owner, speaker):
        return
    job = await store.job(callback_data.job) if callback_data.job else None
    menu = keyboards.style_menu(
        trained_styles(), speaker.language, speaker.id, job=job, page=callback_data.page
    )
    await answer(query)
    await show(query, None, menu)


async def pick(
    query: CallbackQuery,
    callback_data: callbacks.StylePick,
    speaker: Speaker,
    store: Store,
    desk: Desk,
) -> None:
    """Choose a style: for the person, for a picture that waits, or to paint one again."""
    style = next((s for s in trained_styles() if s.name == callback_data.style), None)
    if not await may_press(query, callback_data.owner, speaker):
        return
    if style is None:
        await answer(query, speaker.say("no_styles"), alert=True)
    elif not callback_data.job:
        await save_style(speaker, style.name, store)
        await answer(query)
        await show(query, speaker.say("style_chosen", style=style.title), None)
    else:
        await _pick_for_job(query, callback_data.job, style, speaker, store, desk)


async def _pick_for_job(
    query: CallbackQuery, number: int, style: Style, speaker: Speaker, store: Store, desk: Desk
) -> None:
    job = await job_of(query, number, store, speaker)
    if job is None:
        return
    try:
        if waits_for_style(job):
            await save_style(speaker, style.name, store)
            await answer(query)
            await desk.choose(job, style.name)
            return
        await answer(query, speaker.say("again"))
        await show(query, None, keyboards.result(speaker.language, job))
        await desk.accept(again(job, f"press:{query.id}", style=style.name))
    except (Busy, Paused) as reason:
        if isinstance(query.message, Message):
            await refuse(query.message, speaker, reason)


async def save_style(speaker: Speaker, name: str, store: Store) -> Speaker:
    """Remember somebody's style."""
    options = speaker.person.options.model_copy(update={"style": name})
    person = speaker.person.model_copy(update={"options": options})
    await store.save_person(speaker.id, person)
    return Speaker(speaker.id, person, speaker.language)


async def preview(message: Message, speaker: Speaker, store: Store) -> None:
    """Send the picture of every style, then the menu."""
    styles = [style for style in trained_styles() if style.picture_path.is_file()]
    for start in range(0, len(styles), _ALBUM):
        await _send_album(message, styles[start : start + _ALBUM], store)
    menu = keyboards.style_menu(trained_styles(), speaker.language, speaker.id)
    await message.answer(speaker.say("choose_style" if styles else "no_styles"), reply_markup=menu)


async def _send_album(message: Message, styles: list[Style], store: Store) -> None:
    """Send an album by the ids that Telegram gave its pictures, or else by their bytes."""
    # In a thread: reading pictures takes long enough for others to notice.
    digests = await asyncio.to_thread(lambda: [_digest(style) for style in styles])
    album = dict(zip(digests, styles, strict=True))
    try:
        sent = await _send(message, await _media(album, store))
    except TelegramBadRequest:
        for digest in album:  # ids of another bot, or too old
            await store.forget_file_id(digest)
        sent = await _send(message, await _media(album, store))
    for digest, result in zip(album, sent, strict=True):
        if result.photo:
            await store.save_file_id(digest, result.photo[-1].file_id)


async def _send(message: Message, media: list[InputMediaPhoto]) -> list[Message]:
    if len(media) == 1:  # an album has two pictures at least
        return [await message.answer_photo(media[0].media, caption=media[0].caption)]
    return await message.answer_media_group([*media])


async def _media(album: dict[str, Style], store: Store) -> list[InputMediaPhoto]:
    return [await _medium(digest, style, store) for digest, style in album.items()]


async def _medium(digest: str, style: Style, store: Store) -> InputMediaPhoto:
    file: Any = await store.file_id(digest)
    if file is None:
        content = await asyncio.to_thread(_picture, style)
        file = BufferedInputFile(content, f"{style.name}.jpg")
    return InputMediaPhoto(media=file, caption=style.title)


def _digest(style: Style) -> str:
    # With its name, since two styles may show the same picture.
    content = style.picture_path.read_bytes()
    return hashlib.sha256(style.name.encode() + content).hexdigest()


def _picture(style: Style) -> bytes:
    image = Image.fromarray(pictures.read(style.picture_path).pixels)
    image.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE))
    content = BytesIO()
    image.save(content, "JPEG", quality=88)
    return content.getvalue()
