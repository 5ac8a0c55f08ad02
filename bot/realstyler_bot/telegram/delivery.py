"""Delivers results within Telegram's limits, and never twice.

A single result replaces its status message. This makes retries safe after a crash or a broken
connection: editing a message to its current content changes nothing.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
)

from realstyler.registry import registry
from realstyler_bot import keyboards
from realstyler_bot.jobs import Delivered, Job, Product
from realstyler_bot.telegram.retries import retrying
from realstyler_bot.texts import say
from realstyler_bot.workers.painting import trained_styles

log = logging.getLogger(__name__)

_ATTEMPTS = 6
_LARGEST_ALBUM = 10
Media = InputMediaPhoto | InputMediaDocument | InputMediaAnimation | InputMediaVideo


class Delivery:
    """Delivers the results of jobs."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def deliver(self, job: Job, products: Sequence[Product]) -> tuple[Delivered, ...]:
        """Deliver results to the chat that requested them; return what can be sent elsewhere.

        Raises:
            TelegramRetryAfter: the chat is rate-limited for longer than results should wait here.
            TelegramAPIError: the chat is gone, or Telegram was unreachable for minutes.
        """
        delivering = retrying(_ATTEMPTS, f"job {job.id}", first=3.0)
        sent: list[Message] = await delivering(self._deliver, job, products)
        return tuple(shown for message in sent if (shown := as_delivered(message)))

    async def _deliver(self, job: Job, products: Sequence[Product]) -> list[Message]:
        if len(products) > 1:
            return await self._send_album(job, products)
        product = products[0]
        keyboard = result_keyboard(job)
        if product.kind == "video_note":  # a message can't be edited into a video note
            if await self._send_round(job, product, keyboard):
                return []
            product = product.model_copy(update={"kind": "video"})
        if job.status_message_id is not None:
            replaced = await self._replace(job, product, keyboard)
            if replaced:
                return [replaced] if isinstance(replaced, Message) else []
        return [await self._send(job, product, keyboard)]

    async def _replace(
        self, job: Job, product: Product, keyboard: InlineKeyboardMarkup
    ) -> Message | bool:
        """Turn the status message into the result; False if it doesn't show it now."""
        try:
            return await self._bot.edit_message_media(
                as_media(product, caption(job)),
                chat_id=job.chat_id,
                message_id=job.status_message_id,
                reply_markup=keyboard,
            )
        except TelegramBadRequest as error:
            log.info("job %d: cannot edit its status message: %s", job.id, error.message)
            return "not modified" in error.message

    async def _send(self, job: Job, product: Product, keyboard: InlineKeyboardMarkup) -> Message:
        file = BufferedInputFile(product.content, product.name)
        reply, text = _reply(job), caption(job)
        if product.kind == "photo":
            try:
                return await self._bot.send_photo(
                    job.chat_id,
                    file,
                    caption=text,
                    reply_parameters=reply,
                    reply_markup=keyboard,
                    message_thread_id=job.thread_id,
                )
            except TelegramBadRequest as error:
                if is_forbidden(error):
                    raise
                product = product.model_copy(update={"kind": "document"})
        if product.kind in ("animation", "video"):
            silent = product.kind == "animation"
            send = self._bot.send_animation if silent else self._bot.send_video
            sent: Message = await send(
                job.chat_id,
                file,
                caption=text,
                reply_parameters=reply,
                reply_markup=keyboard,
                message_thread_id=job.thread_id,
                **_shape(product),
            )
            return sent
        return await self._bot.send_document(
            job.chat_id,
            file,
            caption=text,
            reply_parameters=reply,
            reply_markup=keyboard,
            message_thread_id=job.thread_id,
            disable_content_type_detection=True,
        )

    async def _send_round(self, job: Job, product: Product, keyboard: InlineKeyboardMarkup) -> bool:
        """Send a video note; return False where its recipient or the group allows none."""
        try:
            await self._bot.send_video_note(
                job.chat_id,
                BufferedInputFile(product.content, product.name),
                duration=max(1, round(product.seconds)),
                length=product.width,
                message_thread_id=job.thread_id,
                reply_parameters=_reply(job),
                reply_markup=keyboard,
            )
        except TelegramBadRequest as error:
            log.info("job %d: cannot send a video note: %s", job.id, error.message)
            return False
        if job.status_message_id is not None:
            with contextlib.suppress(TelegramBadRequest):
                await self._bot.delete_message(job.chat_id, job.status_message_id)
        return True

    async def _send_album(self, job: Job, products: Sequence[Product]) -> list[Message]:
        keyboard, sent = result_keyboard(job), list[Message]()
        for group in groups(products):
            if len(group) == 1:
                sent.append(await self._send(job, group[0], keyboard))
                continue
            media = [as_media(product, "") for product in group]
            sent += await self._bot.send_media_group(
                job.chat_id,
                media,  # type: ignore[arg-type]  # never contains animations
                reply_parameters=_reply(job),
                message_thread_id=job.thread_id,
            )
        return sent


def as_delivered(message: Message) -> Delivered | None:
    """Return the medium that a sent message shows; None if it can't be sent elsewhere."""
    number = message.message_id
    if message.photo:
        return Delivered(kind="photo", file_id=message.photo[-1].file_id, message_id=number)
    if message.animation:  # check before document: animations also set `document`
        return Delivered(kind="animation", file_id=message.animation.file_id, message_id=number)
    if message.video:
        return Delivered(kind="video", file_id=message.video.file_id, message_id=number)
    if message.document:
        return Delivered(kind="document", file_id=message.document.file_id, message_id=number)
    return None


def is_forbidden(error: TelegramAPIError) -> bool:
    """Return whether the bot lacks the right to send this to the chat."""
    # Besides sentences, Telegram answers with names such as CHAT_SEND_PHOTOS_FORBIDDEN.
    signs = ("rights", "_FORBIDDEN", "TOPIC_CLOSED")
    return isinstance(error, TelegramBadRequest) and any(sign in error.message for sign in signs)


def groups(products: Sequence[Product]) -> Iterator[list[Product]]:
    """Split results into valid albums for Telegram: photos with videos, or documents."""
    shown = [product for product in products if product.kind in ("photo", "video")]
    files = [product for product in products if product.kind == "document"]
    for album in (shown, files):
        for start in range(0, len(album), _LARGEST_ALBUM):
            yield album[start : start + _LARGEST_ALBUM]
    yield from ([product] for product in products if product.kind == "animation")


def as_media(product: Product, text: str) -> Media:
    """Convert a result to an aiogram media object."""
    file = BufferedInputFile(product.content, product.name)
    if product.kind == "photo":
        return InputMediaPhoto(media=file, caption=text)
    if product.kind == "document":
        return InputMediaDocument(media=file, caption=text, disable_content_type_detection=True)
    medium = InputMediaAnimation if product.kind == "animation" else InputMediaVideo
    return medium(media=file, caption=text, **_shape(product))


def _shape(product: Product) -> dict[str, Any]:
    """Return a clip's size and duration, which Telegram does not determine itself."""
    seconds = max(1, round(product.seconds))
    return {"duration": seconds, "width": product.width, "height": product.height}


def caption(job: Job) -> str:
    """Return the caption of a result."""
    if job.kind == "sheet":
        return say(job.language, "sheet_done")
    return say(job.language, "done", style=job_title(job), strength=job.options.strength)


def result_keyboard(job: Job) -> InlineKeyboardMarkup:
    """Build the keyboard under a result; for a sheet of all styles, the style menu."""
    if job.kind == "sheet":
        return keyboards.style_menu(trained_styles(), job.language, job.user_id, job=job)
    return keyboards.result(job.language, job)


def style_title(name: str) -> str:
    """Return a style's title; its name if it no longer exists."""
    style = registry().styles.get(name)
    return style.title if style else name


def job_title(job: Job) -> str:
    """Return the title of the job's style, or that of a sheet of all styles."""
    if job.kind == "sheet":
        return say(job.language, "all_styles")
    return style_title(job.options.style)


def _reply(job: Job) -> ReplyParameters:
    return ReplyParameters(message_id=job.message_id, allow_sending_without_reply=True)
