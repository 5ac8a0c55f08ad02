"""Pictures and clips: validated against Telegram's metadata, then accepted as jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from aiogram import F, Router
from aiogram.types import Message

from realstyler_bot.handlers.common import Addressed, Mentioned
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import Job, Source
from realstyler_bot.service.service import Service
from realstyler_bot.settings import MEGABYTE, BotSettings
from realstyler_bot.workers.painting import find_style_by_words

_PICTURE_TYPES = ("image/",)
_CLIP_TYPES = ("video/mp4", "video/quicktime", "video/webm", "image/gif")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".mp4")
_SUFFIXES_OF_PHONES = (".avif", ".heic", ".heif")
_UNKNOWN_TYPES = ("", "application/octet-stream")
"""MIME types of files without a suffix; their content decides."""
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Found:
    """A file's metadata as reported by Telegram: not trusted, but enough to reject early."""

    kind: Literal["picture", "clip", "animation"]
    file_id: str
    size: int
    pixels: int
    seconds: int = 0
    name: str = ""
    round: bool = False


def setup() -> Router:
    """Create the router."""
    router = Router(name="pictures")
    shown = F.photo | F.animation | F.video | F.video_note | F.document | F.sticker
    router.message.register(take, shown, Addressed())
    # Only the first picture of an album carries the caption; the others follow the first.
    router.message.register(take_more, F.media_group_id, F.photo | F.video | F.document)
    router.message.register(take_mentioned, F.text, F.reply_to_message, Mentioned())
    return router


async def take(message: Message, speaker: Speaker, service: Service, settings: BotSettings) -> None:
    """Accept a picture or explain why not; its caption may name a style."""
    style = find_style_by_words(_words(message.caption or ""))
    speaker = in_style(speaker, style.name) if style else speaker
    await take_from(message, message, speaker, service, settings)


async def take_more(
    message: Message, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    """Accept a further picture of an album whose first one was addressed to the bot."""
    if await service.albums.knows(_album_key(message)):
        await take_from(message, message, speaker, service, settings)


async def take_mentioned(
    message: Message, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    """Paint the picture that a message mentioning the bot replies to."""
    style = find_style_by_words(_words(message.text or ""))
    speaker = in_style(speaker, style.name) if style else speaker
    if not await take_replied(message, speaker, service, settings):
        await message.reply(speaker.say("send_picture"))


async def take_replied(
    message: Message, speaker: Speaker, service: Service, settings: BotSettings
) -> bool:
    """Paint the picture that a message replies to; return False if there is none."""
    replied = message.reply_to_message
    if replied is None or not find(replied):
        return False
    await take_from(replied, message, speaker, service, settings)
    return True


async def take_from(
    holder: Message, wish: Message, speaker: Speaker, service: Service, settings: BotSettings
) -> None:
    """Accept the media in `holder` as requested by `wish`, or explain why not."""
    found = find(holder)
    if found is None:
        animated = holder.sticker is not None
        problem = speaker.say("animated_sticker" if animated else "not_a_picture")
    else:
        problem = check(found, speaker, settings) or ""
    if problem:
        await wish.reply(problem)
        return
    assert found is not None
    job = _job(holder, wish, found, speaker)
    if found.kind != "picture" and found.seconds > settings.clip_seconds:
        await service.offer_beginning(job, settings.clip_seconds)
        return
    if holder.media_group_id and holder is wish:
        named = speaker.person.options.style if holder.caption else ""
        await service.gather(job.but(key=_album_key(holder)), named)
    else:
        await service.accept(job)


def in_style(speaker: Speaker, style: str) -> Speaker:
    """Return a copy of the speaker with a different style, for a single picture."""
    options = speaker.person.options.model_copy(update={"style": style})
    person = speaker.person.model_copy(update={"options": options})
    return replace(speaker, person=person)


def has_media(message: Message) -> bool:
    """Return whether a message contains media, paintable or not."""
    return bool(message.sticker or message.document or find(message))


def _words(text: str) -> str:
    """Return the text of a message without mentions of the bot."""
    return " ".join(word for word in text.split() if not word.startswith("@"))


def find(message: Message) -> Found | None:
    """Return the paintable media of a message, if any."""
    if message.animation:  # check before document: animations also set `document`
        clip = message.animation
        return Found("animation", *_file(clip), clip.width * clip.height, clip.duration)
    if message.video:
        video = message.video
        return Found("clip", *_file(video), video.width * video.height, video.duration)
    if message.video_note:
        note = message.video_note
        return Found("clip", *_file(note), note.length**2, note.duration, round=True)
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
        return Found("animation", *_file(document), 0, name=name[:_LONGEST_NAME])
    unknown = kind in _UNKNOWN_TYPES and "." not in name
    if kind.startswith(_PICTURE_TYPES) or name.endswith(_SUFFIXES + _SUFFIXES_OF_PHONES) or unknown:
        return Found("picture", *_file(document), 0, name=name[:_LONGEST_NAME])
    return None


def check(found: Found, speaker: Speaker, settings: BotSettings) -> str | None:
    """Return why a file is rejected, judging by its metadata; None if it may be downloaded."""
    if found.size > settings.max_download:
        limit = settings.max_download / MEGABYTE
        return speaker.say("too_big", size=f"{found.size / MEGABYTE:.0f}", limit=f"{limit:.0f}")
    if found.kind == "picture":
        return speaker.say("too_many_pixels") if found.pixels > settings.max_pixels else None
    return speaker.say("clip_too_large") if found.pixels > settings.clip_pixels else None


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
        sources=(
            Source(
                kind=found.kind,
                file_id=found.file_id,
                message_id=holder.message_id,
                name=found.name,
                round=found.round,
            ),
        ),
        thread_id=wish.message_thread_id if wish.is_topic_message else None,
        options=speaker.person.options,
    )
