"""Downloads files from Telegram, up to a maximum size."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import File
from aiohttp import ClientError

from realstyler.errors import InputError
from realstyler_bot.settings import MEGABYTE
from realstyler_bot.telegram.retries import TRANSIENT, retrying

_ATTEMPTS = 5
_SECONDS = 60


class _Capped(BytesIO):
    """A buffer that refuses to exceed a size: servers may announce a wrong one."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, chunk: Any) -> int:
        if self.tell() + len(chunk) > self._most:
            raise _too_big(self._most)
        return super().write(chunk)


class _Unavailable(Exception):  # noqa: N818 - a response, not an error
    """Telegram does not know the file, or can't provide it right now."""


async def download(bot: Bot, file_id: str, most: int) -> bytes:
    """Return the content of a file.

    Raises:
        InputError: it is larger than `most` bytes, gone, or unavailable for too long.
    """
    # Their texts contain the URL and thus the token, so only the error type is logged.
    trouble = (ClientError, TimeoutError, _Unavailable, *TRANSIENT)
    attempts = retrying(_ATTEMPTS, "download failed", trouble)
    try:
        content: bytes = await attempts(_download, bot, file_id, most)
    except _Unavailable:
        raise InputError(code="telegram-file-gone") from None
    except trouble:
        raise InputError(code="telegram-file-withheld") from None
    return content


async def _find(bot: Bot, file_id: str, most: int) -> File:
    try:
        return await bot.get_file(file_id)
    except TelegramBadRequest as error:
        if "too big" in error.message:
            raise _too_big(most) from None
        # "wrong file_id or the file is temporarily unavailable": often it is the latter.
        raise _Unavailable(error.message) from None


async def _download(bot: Bot, file_id: str, most: int) -> bytes:
    file = await _find(bot, file_id, most)
    if (file.file_size or 0) > most:
        raise _too_big(most)
    if not file.file_path:
        raise InputError(code="telegram-file-gone")
    content = _Capped(most)
    await bot.download_file(file.file_path, content, timeout=_SECONDS)
    if file.file_size and len(content.getbuffer()) != file.file_size:
        raise ClientError("incomplete download")
    return content.getvalue()


def _too_big(most: int) -> InputError:
    return InputError(code="file-too-large", megabytes=round(most / MEGABYTE))
