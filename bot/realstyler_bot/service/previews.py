"""The preview album of all styles: pictures are uploaded once, then sent by Telegram file id."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message
from PIL import Image

from realstyler import pictures
from realstyler.registry import Style
from realstyler_bot.storage.store import Store

ALBUM = 10
_SIDE = 1024
Send = Callable[[list[InputMediaPhoto]], Awaitable[Sequence[Message]]]


class StylePreviews:
    """Preview pictures of styles, as media for an album."""

    def __init__(self, store: Store) -> None:
        self._files = store.files

    async def send(self, styles: list[Style], send: Send) -> None:
        """Send an album, by file id where Telegram has the picture, else by uploading it."""
        # In a thread: reading the files would block the event loop noticeably.
        digests = await asyncio.to_thread(lambda: [_digest(style) for style in styles])
        album = dict(zip(digests, styles, strict=True))
        try:
            sent = await send(await self._media(album))
        except TelegramBadRequest:
            for digest in album:  # file ids of another bot, or expired
                await self._files.forget(digest)
            sent = await send(await self._media(album))
        for digest, result in zip(album, sent, strict=True):
            if result.photo:
                await self._files.save(digest, result.photo[-1].file_id)

    async def _media(self, album: dict[str, Style]) -> list[InputMediaPhoto]:
        return [await self._medium(digest, style) for digest, style in album.items()]

    async def _medium(self, digest: str, style: Style) -> InputMediaPhoto:
        file: Any = await self._files.find(digest)
        if file is None:
            content = await asyncio.to_thread(_picture, style)
            file = BufferedInputFile(content, f"{style.name}.jpg")
        return InputMediaPhoto(media=file, caption=style.title)


def _digest(style: Style) -> str:
    # The name is hashed too, since two styles may share a picture.
    content = style.picture_path.read_bytes()
    return hashlib.sha256(style.name.encode() + content).hexdigest()


def _picture(style: Style) -> bytes:
    image = Image.fromarray(pictures.read(style.picture_path).pixels)
    image.thumbnail((_SIDE, _SIDE))
    content = BytesIO()
    image.save(content, "JPEG", quality=88)
    return content.getvalue()
