"""What several handlers share."""

from __future__ import annotations

import contextlib

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, MessageEntity, User

from realstyler_bot.desk import Paused, refusal
from realstyler_bot.jobs import Busy, Job, State
from realstyler_bot.people import Speaker
from realstyler_bot.store import Store


class Addressed(Filter):
    """Whether a message is meant for the bot: always in private, otherwise by mention or reply."""

    async def __call__(self, message: Message, bot: Bot, me: User) -> bool:
        """Look for the bot's name, or a reply to one of its messages."""
        if message.chat.type == "private":
            return True
        replied = message.reply_to_message
        if replied and replied.from_user and replied.from_user.id == bot.id:
            return True
        return mentions(message, me)


class Mentioned(Filter):
    """Whether a message in a group names the bot."""

    async def __call__(self, message: Message, me: User) -> bool:
        """Look for the bot's name."""
        return message.chat.type != "private" and mentions(message, me)


def mentions(message: Message, me: User) -> bool:
    """Whether a message names the bot, as @name or by a link to it."""
    text = message.text or message.caption or ""
    name = f"@{me.username}".lower()
    for entity in message.entities or message.caption_entities or []:
        if entity.type == "mention" and _part(entity, text).lower() == name:
            return True
        if entity.type == "text_mention" and entity.user and entity.user.id == me.id:
            return True
    return False


def _part(entity: MessageEntity, text: str) -> str:
    return entity.extract_from(text)


async def answer(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press, so that the button stops spinning; a late answer is no error."""
    with contextlib.suppress(TelegramBadRequest):
        await query.answer(text, show_alert=alert)


async def may_press(query: CallbackQuery, owner: int, speaker: Speaker) -> bool:
    """Whether the one who pressed is the owner; others are told so."""
    if speaker.id == owner:
        return True
    await answer(query, speaker.say("not_yours"), alert=True)
    return False


async def job_of(query: CallbackQuery, job_id: int, store: Store, speaker: Speaker) -> Job | None:
    """Return the job of a pressed button; None, and they are told why, if it is not theirs."""
    job = await store.job(job_id)
    if job is None:
        await answer(query, speaker.say("gone"), alert=True)
        return None
    return job if await may_press(query, job.user_id, speaker) else None


async def refuse(target: Message, speaker: Speaker, reason: Busy | Paused) -> None:
    """Say that no more work is taken now."""
    await target.reply(refusal(speaker.language, reason))


async def show(
    query: CallbackQuery, text: str | None, keyboard: InlineKeyboardMarkup | None
) -> None:
    """Change the message of a button in place: its text too, or its keyboard alone."""
    if not isinstance(query.message, Message):
        return
    try:
        if text is None:
            await query.message.edit_reply_markup(reply_markup=keyboard)
        else:
            await query.message.edit_text(text, reply_markup=keyboard)
    except TelegramBadRequest as error:
        # A second press of the same button asks for what is shown already.
        if "not modified" not in error.message and "not found" not in error.message:
            raise


def waits_for_style(job: Job) -> bool:
    """Whether the job has not begun."""
    return job.state is State.CHOOSING
