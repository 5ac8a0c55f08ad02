"""Pictures and clips of all kinds: checked by what Telegram says of them, then taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aiogram import F, Router
from aiogram.types import Message

from realstyler_bot.desk import Desk, Paused
from realstyler_bot.handlers.common import Addressed, Mentioned, refuse
from realstyler_bot.jobs import Busy, Job, Source
from realstyler_bot.people import Speaker
from realstyler_bot.settings import MEGABYTE, BotSettings

_PICTURE_TYPES = ("image/",)
_CLIP_TYPES = ("video/mp4", "video/quicktime", "video/webm", "image/gif")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".mp4")


@dataclass(frozen=True)
class Found:
    """What Telegram says of a file; not to be trusted, but enough to refuse."""

    kind: Literal["picture", "clip", "animation"]
    file_id: str
    size: int
    pixels: int
    seconds: int = 0


def setup() -> Router:
    """Make the router."""
    router = Router(name="pictures")
    shown = F.photo | F.animation | F.video | F.video_note | F.document | F.sticker
    router.message.register(take, shown, Addressed())
    # A picture of an album carries no caption but the first: the others follow their first one.
    router.message.register(take_more, F.media_group_id, F.photo | F.video | F.document)
    router.message.register(take_mentioned, F.text, F.reply_to_message, Mentioned())
    return router


async def take(message: Message, speaker: Speaker, desk: Desk, settings: BotSettings) -> None:
    """Take a picture in, or say why not."""
    problem = await take_from(message, message, speaker, desk, settings)
    if problem:
        await message.reply(problem)


async def take_more(message: Message, speaker: Speaker, desk: Desk, settings: BotSettings) -> None:
    """Take a further picture of an album whose first one was addressed to the bot."""
    if await desk.knows_album(_album_key(message)):
        await take_from(message, message, speaker, desk, settings)


async def take_mentioned(
    message: Message, speaker: Speaker, desk: Desk, settings: BotSettings
) -> None:
    """Paint the picture that a mention of the bot replies to."""
    if not await take_replied(message, speaker, desk, settings):
        await message.reply(speaker.say("send_picture"))


async def take_replied(
    message: Message, speaker: Speaker, desk: Desk, settings: BotSettings
) -> bool:
    """Paint the picture that a message replies to; False if it is none."""
    replied = message.reply_to_message
    if replied is None or not find(replied):
        return False
    problem = await take_from(replied, message, speaker, desk, settings)
    if problem:
        await message.reply(problem)
    return True


async def take_from(
    holder: Message, wish: Message, speaker: Speaker, desk: Desk, settings: BotSettings
) -> str | None:
    """Take in what `holder` shows because of `wish`; returns what is wrong with it, if anything."""
    found = find(holder)
    if found is None:
        animated = holder.sticker is not None
        return speaker.say("animated_sticker" if animated else "not_a_picture")
    problem = check(found, speaker, settings)
    if problem:
        return problem
    job = _job(holder, wish, found, speaker)
    try:
        if holder.media_group_id and holder is wish:
            await desk.gather(job.but(key=_album_key(holder)))
        else:
            await desk.accept(job)
    except (Busy, Paused) as reason:
        await refuse(wish, speaker, reason)
    return None


def find(message: Message) -> Found | None:
    """Find what can be painted in a message."""
    if message.animation:  # before documents: an animation is announced as both
        clip = message.animation
        return Found("animation", *_file(clip), clip.width * clip.height, clip.duration)
    if message.video:
        video = message.video
        return Found("clip", *_file(video), video.width * video.height, video.duration)
    if message.video_note:
        note = message.video_note
        return Found("clip", *_file(note), note.length**2, note.duration)
    if message.photo:
        photo = message.photo[-1]
        return Found("picture", *_file(photo), photo.width * photo.height)
    if message.sticker and not message.sticker.is_animated and not message.sticker.is_video:
        sticker = message.sticker
        return Found("picture", *_file(sticker), sticker.width * sticker.height)
    return _find_document(message)


def _find_document(message: Message) -> Found | None:
    document = message.document
    if document is None:
        return None
    kind, name = document.mime_type or "", (document.file_name or "").lower()
    if kind in _CLIP_TYPES or name.endswith((".mp4", ".gif")):
        return Found("animation", *_file(document), 0)
    if kind.startswith(_PICTURE_TYPES) or name.endswith(_SUFFIXES):
        return Found("picture", *_file(document), 0)
    return None


def check(found: Found, speaker: Speaker, settings: BotSettings) -> str | None:
    """Say what is wrong with a file by its announcement; None if it may be fetched."""
    if found.size > settings.max_download:
        limit = settings.max_download / MEGABYTE
        return speaker.say("too_big", size=f"{found.size / MEGABYTE:.0f}", limit=f"{limit:.0f}")
    if found.kind == "picture":
        return speaker.say("too_many_pixels") if found.pixels > settings.max_pixels else None
    if found.seconds > settings.clip_seconds:
        return speaker.say("too_long", seconds=f"{settings.clip_seconds:g}")
    return speaker.say("too_many_pixels") if found.pixels > settings.clip_pixels else None


def _file(thing: object) -> tuple[str, int]:
    return getattr(thing, "file_id"), getattr(thing, "file_size", None) or 0  # noqa: B009


def _album_key(message: Message) -> str:
    return f"album:{message.chat.id}:{message.media_group_id}"


def _job(holder: Message, wish: Message, found: Found, speaker: Speaker) -> Job:
    return Job(
        key=f"message:{wish.chat.id}:{wish.message_id}",
        user_id=speaker.id,
        chat_id=holder.chat.id,
        private=holder.chat.type == "private",
        language=speaker.language,
        sources=(Source(kind=found.kind, file_id=found.file_id, message_id=holder.message_id),),
        options=speaker.person.options,
    )
