"""What several handlers share."""

from __future__ import annotations

import contextlib

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, MessageEntity, User

from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import Job, State
from realstyler_bot.service.service import Service


class Addressed(Filter):
    """Whether a message is meant for the bot: always in private, otherwise by mention or reply."""

    async def __call__(self, message: Message, bot: Bot, me: User) -> bool:
        """Look for the bot's name, or a reply to one of its messages."""
        if message.chat.type == "private" or mentions(message, me):
            return True
        replied = message.reply_to_message
        answers = bool(replied and replied.from_user and replied.from_user.id == bot.id)
        # A sticker or a document under a result is talk among people.
        return answers and not message.sticker and not message.document


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


async def acting_for(
    query: CallbackQuery, owner: int, speaker: Speaker, service: Service
) -> Speaker | None:
    """Return in whose name somebody presses a button; None, and they are told so, if in nobody's.

    An anonymous administrator writes as the group, and presses with an account of their own.
    """
    if speaker.id == owner:
        return speaker
    if owner < 0 and await _stands_for(query, owner):
        person = await service.people.find(owner)
        return Speaker(owner, person, person.language or speaker.language)
    await answer(query, speaker.say("not_yours"), alert=True)
    return None


async def _stands_for(query: CallbackQuery, owner: int) -> bool:
    """Whether somebody may act for a chat: as one of its administrators.

    The bot cannot look into channels that it is no member of; there it asks the group instead.
    """
    if query.message is None or query.bot is None:
        return False
    for chat in (owner, query.message.chat.id):
        with contextlib.suppress(TelegramAPIError):
            member = await query.bot.get_chat_member(chat, query.from_user.id)
            return member.status in ("creator", "administrator")
    return False


async def job_of(
    query: CallbackQuery, job_id: int, service: Service, speaker: Speaker
) -> tuple[Job, Speaker] | None:
    """Return the job of a pressed button, and in whose name; None, and they are told why."""
    job = await service.job(job_id)
    if job is None:
        await answer(query, speaker.say("gone"), alert=True)
        return None
    acting = await acting_for(query, job.user_id, speaker, service)
    return (job, acting) if acting else None


async def show(
    query: CallbackQuery, text: str | None, keyboard: InlineKeyboardMarkup | None, new: str = "…"
) -> None:
    """Change the message of a button in place: its text too, or its keyboard alone.

    Where it cannot be edited any more, a new message shows it; `new` is the text of one that had
    a keyboard only.
    """
    message = query.message
    try:
        if not isinstance(message, Message):
            await _send_instead(query, text or new, keyboard)
        elif text is None:
            await message.edit_reply_markup(reply_markup=keyboard)
        else:
            await message.edit_text(text, reply_markup=keyboard)
    except TelegramBadRequest as error:
        # A second press of the same button asks for what is shown already.
        if "not modified" not in error.message:
            await _send_instead(query, text or new, keyboard)


async def _send_instead(
    query: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None
) -> None:
    if query.message is None or query.bot is None or not (keyboard or text != "…"):
        return
    thread = getattr(query.message, "message_thread_id", None)
    with contextlib.suppress(TelegramBadRequest):
        await query.bot.send_message(
            query.message.chat.id, text, reply_markup=keyboard, message_thread_id=thread
        )


def waits_for_style(job: Job) -> bool:
    """Whether the job has not begun."""
    return job.state is State.CHOOSING
