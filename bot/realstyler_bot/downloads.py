"""Fetching pictures from Telegram, never more bytes than allowed."""

from __future__ import annotations

import asyncio
import logging
from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiohttp import ClientError, ClientResponseError

from realstyler.errors import InputError
from realstyler_bot.retries import TRANSIENT
from realstyler_bot.settings import MEGABYTE

log = logging.getLogger(__name__)

_PAUSES = (0.5, 2, 6, 15)
_SECONDS = 60


class _Capped(BytesIO):
    """Refuses to grow beyond a number of bytes: what a server announces may be a lie."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, chunk: Any) -> int:
        if self.tell() + len(chunk) > self._most:
            raise _too_big(self._most)
        return super().write(chunk)


async def download(bot: Bot, file_id: str, most: int) -> bytes:
    """Return the content of a file.

    Raises:
        InputError: it is larger than `most` bytes, gone, or out of reach for long.
    """
    for pause in (*_PAUSES, None):
        try:
            return await _download(bot, file_id, most)
        except TelegramBadRequest as error:
            if "too big" in error.message:
                raise _too_big(most) from None
            raise InputError("Telegram has this file no more", "send it again") from None
        except (ClientError, TimeoutError, *TRANSIENT) as error:
            # Their text holds the address, and that the token: only the kind is told.
            kind = type(error).__name__
            if isinstance(error, ClientResponseError):
                kind = f"{kind} {error.status}"
            log.warning("a download failed: %s", kind)
        if pause is not None:
            await asyncio.sleep(pause)
    raise InputError("Telegram did not hand the file over", "try again later")


async def _download(bot: Bot, file_id: str, most: int) -> bytes:
    file = await bot.get_file(file_id)
    if (file.file_size or 0) > most:
        raise _too_big(most)
    if not file.file_path:
        raise InputError("Telegram has this file no more", "send it again")
    content = _Capped(most)
    await bot.download_file(file.file_path, content, timeout=_SECONDS)
    if file.file_size and len(content.getbuffer()) != file.file_size:
        raise ClientError("the file came incomplete")
    return content.getvalue()


def _too_big(most: int) -> InputError:
    return InputError(f"the file has more than {most / MEGABYTE:.0f} MB", "send a smaller one")
