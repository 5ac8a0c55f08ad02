"""/cancel and the button under status messages."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from realstyler_bot import callbacks
from realstyler_bot.handlers.common import answer, job_of
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.service.service import Service


def setup() -> Router:
    """Create the router."""
    router = Router(name="cancelling")
    router.message.register(cancel_all, Command("cancel"))
    router.callback_query.register(cancel_one, callbacks.CancelJob.filter())
    return router


async def cancel_all(message: Message, speaker: Speaker, service: Service) -> None:
    """Cancel all of this user's waiting and running jobs in this chat."""
    stopped = await service.cancel_all(speaker.id, message.chat.id)
    await message.reply(speaker.say("cancelled" if stopped else "nothing_to_cancel"))


async def cancel_one(
    query: CallbackQuery, callback_data: callbacks.CancelJob, speaker: Speaker, service: Service
) -> None:
    """Cancel one job, or every picture that waits for the same style choice."""
    found = await job_of(query, callback_data.job, service, speaker)
    if found is not None:
        stopped = await service.cancel(found[0])
        await answer(query, speaker.say("cancelled" if stopped else "too_late"))
