"""Inline mode: results are sent to any chat, by their Telegram file ids."""

from __future__ import annotations

import contextlib

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQuery,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedMpeg4Gif,
    InlineQueryResultCachedPhoto,
    InlineQueryResultCachedVideo,
)

from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import Delivered, Job
from realstyler_bot.service.service import Service
from realstyler_bot.telegram.delivery import job_title

_MOST = 50
"""Telegram's limit of results."""
_CACHED = 5
"""Seconds for which Telegram may repeat an answer; newer results should appear soon."""

Result = (
    InlineQueryResultCachedDocument
    | InlineQueryResultCachedMpeg4Gif
    | InlineQueryResultCachedPhoto
    | InlineQueryResultCachedVideo
)


def setup() -> Router:
    """Create the router."""
    router = Router(name="sharing")
    router.inline_query.register(offer)
    return router


async def offer(query: InlineQuery, speaker: Speaker, service: Service) -> None:
    """Offer the sender's own results: one by its number (`#17`), or those of a style."""
    jobs = [job for job in await service.delivered(speaker.id) if _is_wanted(job, query.query)]
    shown = [_result(job, number, one) for job in jobs for number, one in enumerate(job.delivered)]
    with contextlib.suppress(TelegramBadRequest):  # too late, or the mode was switched off
        await query.answer([*shown[:_MOST]], cache_time=_CACHED, is_personal=True)


def _is_wanted(job: Job, words: str) -> bool:
    wanted = words.strip().casefold()
    return wanted == f"#{job.id}" or job_title(job).casefold().startswith(wanted)


def _result(job: Job, number: int, one: Delivered) -> Result:
    name, title = f"{job.id}-{number}", job_title(job)
    if one.kind == "photo":
        return InlineQueryResultCachedPhoto(id=name, photo_file_id=one.file_id)
    if one.kind == "animation":
        return InlineQueryResultCachedMpeg4Gif(id=name, mpeg4_file_id=one.file_id)
    if one.kind == "video":
        return InlineQueryResultCachedVideo(id=name, video_file_id=one.file_id, title=title)
    return InlineQueryResultCachedDocument(id=name, document_file_id=one.file_id, title=title)
