"""The buttons under a result: another style, another strength, as a file, all styles."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks, keyboards
from realstyler_bot.desk import Desk, Paused, again
from realstyler_bot.handlers.common import answer, job_of, refuse, show
from realstyler_bot.jobs import Busy, Job
from realstyler_bot.painting import trained_styles
from realstyler_bot.people import Speaker
from realstyler_bot.store import Store

Action = callbacks.ResultAction


def setup() -> Router:
    """Make the router."""
    router = Router(name="results")
    router.callback_query.register(
        change_keyboard, Action.filter(F.action.in_({"styles", "strength", "back"}))
    )
    router.callback_query.register(paint_again, Action.filter(F.action.in_({"file", "sheet"})))
    router.callback_query.register(paint_stronger, callbacks.StrengthPick.filter())
    return router


async def change_keyboard(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, store: Store
) -> None:
    """Show choices under a result, or its buttons again."""
    job = await job_of(query, callback_data.job, store, speaker)
    if job is None:
        return
    language = speaker.language
    if callback_data.action == "styles":
        keyboard = keyboards.style_menu(trained_styles(), language, speaker.id, job=job)
    elif callback_data.action == "strength":
        keyboard = keyboards.strengths(language, job)
    else:
        keyboard = keyboards.result(language, job)
    await answer(query)
    await show(query, None, keyboard)


async def paint_again(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, store: Store, desk: Desk
) -> None:
    """Paint the same picture as a file, or in all styles."""
    job = await job_of(query, callback_data.job, store, speaker)
    if job is None:
        return
    key = f"press:{query.id}"
    if callback_data.action == "sheet":
        wish = again(job, key, kind="sheet", as_file=False)
    else:
        wish = again(job, key, as_file=True)
    await _accept(query, wish, speaker, desk)


async def paint_stronger(
    query: CallbackQuery,
    callback_data: callbacks.StrengthPick,
    speaker: Speaker,
    store: Store,
    desk: Desk,
) -> None:
    """Paint the same picture with another strength."""
    job = await job_of(query, callback_data.job, store, speaker)
    if job is None:
        return
    percent = max(0, min(100, callback_data.percent))
    wish = again(job, f"press:{query.id}", strength=percent, as_file=job.options.as_file)
    await show(query, None, keyboards.result(speaker.language, job))
    await _accept(query, wish, speaker, desk)


async def _accept(query: CallbackQuery, wish: Job, speaker: Speaker, desk: Desk) -> None:
    await answer(query, speaker.say("again"))
    try:
        await desk.accept(wish)
    except (Busy, Paused) as reason:
        if isinstance(query.message, Message):
            await refuse(query.message, speaker, reason)
