"""Under a result: another style or strength, as a file, all styles, before and after."""

from __future__ import annotations

import re

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import Addressed, answer, job_of, show, tapped_before
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import Job, Source
from realstyler_bot.service.service import Service, again
from realstyler_bot.telegram.delivery import result_keyboard, style_title
from realstyler_bot.workers.painting import random_style, trained_styles

Action = callbacks.ResultAction
_NUMBER = re.compile(r"\s*(\d{1,3})\s*%?\s*", re.ASCII)
_FULL = 100
"""Percent."""


def setup() -> Router:
    """Create the router."""
    router = Router(name="results")
    router.callback_query.register(
        change_keyboard, Action.filter(F.action.in_({"styles", "strength", "back"}))
    )
    wishes = {"file", "sheet", "random", "colors", "comparison", "beginning"}
    router.callback_query.register(paint_again, Action.filter(F.action.in_(wishes)))
    router.callback_query.register(star, Action.filter(F.action == "favourite"))
    router.callback_query.register(paint_stronger, callbacks.StrengthPick.filter())
    number = F.text.regexp(_NUMBER, mode="fullmatch").as_("number")
    router.message.register(paint_by_number, number, Addressed())
    return router


async def change_keyboard(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, service: Service
) -> None:
    """Show a submenu under a result, or restore its buttons."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is None:
        return
    job, acting = found
    language, text = acting.language, "strength"
    if callback_data.action == "styles":
        text = "choose_style"
        favourites = acting.person.favourites
        keyboard = keyboards.style_menu(
            trained_styles(), language, acting.id, favourites=favourites, job=job
        )
    elif callback_data.action == "strength":
        keyboard = keyboards.strengths(language, job)
    else:
        keyboard = result_keyboard(job)
    hint = acting.say("any_number") if callback_data.action == "strength" else None
    await answer(query, hint)
    await show(query, None, keyboard, acting.say(text))


async def paint_again(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, service: Service
) -> None:
    """Repaint the same picture: as a file, in all styles, recoloured, or beside the original."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is None:
        return
    job, action = found[0], callback_data.action
    key = f"press:{query.id}"
    if action == "sheet":
        wish = again(job, key, kind="sheet", as_file=False)
    elif action == "random":
        wish = again(job, key, kind="paint", style=random_style(but=job.options.style))
    elif action == "comparison":
        wish = again(job, key, kind="comparison", as_file=False)
    elif action == "beginning":
        wish = again(job, key).but(sources=tuple(map(_trimmed, job.sources)))
    elif action == "colors":
        wish = again(job, key, keep_colors=not job.options.keep_colors)
    else:
        wish = again(job, key, as_file=True)
    await _accept(query, wish, speaker, service)


async def paint_stronger(
    query: CallbackQuery,
    callback_data: callbacks.StrengthPick,
    speaker: Speaker,
    service: Service,
) -> None:
    """Repaint the same picture with a different strength."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is None:
        return
    job = found[0]
    wish = again(job, f"press:{query.id}", strength=callback_data.percent)
    await show(query, None, result_keyboard(job))
    await _accept(query, wish, speaker, service)


async def star(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, service: Service
) -> None:
    """Make the style of a result a favourite, or no favourite any more."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is None:
        return
    job, acting = found
    added = await service.people.toggle_favourite(acting.id, job.options.style)
    text = "favourite_added" if added else "favourite_removed"
    await answer(query, acting.say(text, style=style_title(job.options.style)))


async def paint_by_number(
    message: Message, number: re.Match[str], speaker: Speaker, service: Service
) -> None:
    """Repaint with a strength sent as a number: the result replied to, or the newest one."""
    percent, replied = int(number[1]), message.reply_to_message
    shown = replied.message_id if replied else None
    job = await service.result(speaker.id, message.chat.id, shown)
    if job is None:
        await message.reply(speaker.say("send_picture"))
    elif percent > _FULL:
        await message.reply(speaker.say("any_number"))
    else:
        key = f"message:{message.chat.id}:{message.message_id}"
        await service.accept(again(job, key, strength=percent))


def _trimmed(source: Source) -> Source:
    return source.model_copy(update={"trim": True})


async def _accept(query: CallbackQuery, wish: Job, speaker: Speaker, service: Service) -> None:
    await answer(query, speaker.say("again"))
    if not tapped_before(query, service):
        await service.accept(wish)
