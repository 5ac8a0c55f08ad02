"""/cancel and the button under status messages."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks
from realstyler_bot.desk import Desk
from realstyler_bot.handlers.common import answer, job_of
from realstyler_bot.people import Speaker
from realstyler_bot.store import Store


def setup() -> Router:
    """Make the router."""
    router = Router(name="cancelling")
    router.message.register(cancel_all, Command("cancel"))
    router.callback_query.register(cancel_one, callbacks.CancelJob.filter())
    return router


async def cancel_all(message: Message, speaker: Speaker, store: Store, desk: Desk) -> None:
    """Stop all that this person has waiting or running in this chat."""
    jobs = await store.pending(speaker.id, message.chat.id)
    stopped = [await desk.cancel(job) for job in jobs]
    await message.reply(speaker.say("cancelled" if any(stopped) else "nothing_to_cancel"))


async def cancel_one(
    query: CallbackQuery,
    callback_data: callbacks.CancelJob,
    speaker: Speaker,
    store: Store,
    desk: Desk,
) -> None:
    """Stop one job."""
    job = await job_of(query, callback_data.job, store, speaker)
    if job is not None:
        stopped = await desk.cancel(job)
        await answer(query, speaker.say("cancelled" if stopped else "too_late"))
