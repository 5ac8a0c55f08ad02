"""Buttons under a result: another style or strength, as a file, all styles."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery

from realstyler_bot import callbacks, keyboards
from realstyler_bot.handlers.common import answer, job_of, show, tapped_before
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import Job
from realstyler_bot.service.service import Service, again
from realstyler_bot.telegram.delivery import result_keyboard
from realstyler_bot.workers.painting import random_style, trained_styles

Action = callbacks.ResultAction


def setup() -> Router:
    """Create the router."""
    router = Router(name="results")
    router.callback_query.register(
        change_keyboard, Action.filter(F.action.in_({"styles", "strength", "back"}))
    )
    wishes = {"file", "sheet", "random", "colors"}
    router.callback_query.register(paint_again, Action.filter(F.action.in_(wishes)))
    router.callback_query.register(paint_stronger, callbacks.StrengthPick.filter())
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
        keyboard = keyboards.style_menu(trained_styles(), language, acting.id, job=job)
    elif callback_data.action == "strength":
        keyboard = keyboards.strengths(language, job)
    else:
        keyboard = result_keyboard(job)
    await answer(query)
    await show(query, None, keyboard, acting.say(text))


async def paint_again(
    query: CallbackQuery, callback_data: Action, speaker: Speaker, service: Service
) -> None:
    """Repaint the same picture: as a file, in all styles, in a random style, or recoloured."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is None:
        return
    job, action = found[0], callback_data.action
    key = f"press:{query.id}"
    if action == "sheet":
        wish = again(job, key, kind="sheet", as_file=False)
    elif action == "random":
        wish = again(job, key, kind="paint", style=random_style(but=job.options.style))
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


async def _accept(query: CallbackQuery, wish: Job, speaker: Speaker, service: Service) -> None:
    await answer(query, speaker.say("again"))
    if not tapped_before(query, service):
        await service.accept(wish)
