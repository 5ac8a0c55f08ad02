"""Helpers shared by several handlers."""

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
    """Matches messages meant for the bot: private ones, mentions of it, and replies to it."""

    async def __call__(self, message: Message, bot: Bot, me: User) -> bool:
        """Check for a mention of the bot or a reply to one of its messages."""
        if message.chat.type == "private" or mentions(message, me):
            return True
        replied = message.reply_to_message
        answers = bool(replied and replied.from_user and replied.from_user.id == bot.id)
        # A sticker or document sent in reply to a result is most likely part of the conversation.
        return answers and not message.sticker and not message.document


class Mentioned(Filter):
    """Matches group messages that mention the bot."""

    async def __call__(self, message: Message, me: User) -> bool:
        """Check for a mention of the bot."""
        return message.chat.type != "private" and mentions(message, me)


def mentions(message: Message, me: User) -> bool:
    """Return whether a message mentions the bot, by @username or by a link to it."""
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
    """Answer a callback query, so that the button stops spinning; it is fine to be too late."""
    with contextlib.suppress(TelegramBadRequest):
        await query.answer(text, show_alert=alert)


async def acting_for(
    query: CallbackQuery, owner: int, speaker: Speaker, service: Service
) -> Speaker | None:
    """Return the identity in which a user presses a button; if they may not, tell them.

    Anonymous administrators write as the group, but press buttons as their own account.
    """
    if speaker.id == owner:
        return speaker
    if owner < 0 and await _stands_for(query, owner):
        person = await service.people.find(owner)
        return Speaker(owner, person, person.language or speaker.language)
    await answer(query, speaker.say("not_yours"), alert=True)
    return None


async def _stands_for(query: CallbackQuery, owner: int) -> bool:
    """Return whether a user may act for a chat, as one of its administrators.

    The bot can't list the administrators of channels it hasn't joined; there it asks the group.
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
    """Return a button's job and the acting identity; if denied, tell the user and return None."""
    job = await service.job(job_id)
    if job is None:
        await answer(query, speaker.say("gone"), alert=True)
        return None
    acting = await acting_for(query, job.user_id, speaker, service)
    return (job, acting) if acting else None


async def show(
    query: CallbackQuery, text: str | None, keyboard: InlineKeyboardMarkup | None, new: str = "…"
) -> None:
    """Edit a button's message in place: text and keyboard, or the keyboard alone.

    If it can no longer be edited, send a new message instead; `new` is its text where only the
    keyboard was to change.
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
        # Pressing a button twice requests what is already shown.
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


def tapped_before(query: CallbackQuery, service: Service) -> bool:
    """Return whether the same user pressed the same button a moment ago (a double tap)."""
    message = query.message.message_id if query.message else 0
    return service.tapped_before((query.from_user.id, message, query.data or ""))


def waits_for_style(job: Job) -> bool:
    """Return whether the job still waits for its style."""
    return job.state is State.CHOOSING
