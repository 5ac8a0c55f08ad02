"""The HTTP session for requests to Telegram."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramRetryAfter,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, InputFile
from aiohttp import JsonPayload, MultipartWriter
from aiohttp.abc import AbstractStreamWriter

log = logging.getLogger(__name__)

_WITHOUT_FILES = (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    SendMessage,
)
"""The most frequent requests, besides sending results."""
_UNREAD = (EditMessageReplyMarkup, EditMessageText)
"""Methods whose response, the edited message or True, nobody uses."""
_EDITED: Response[Any] = Response.model_construct(ok=True, result=True)
_DONE = re.compile(r'\s*\{\s*"ok"\s*:\s*true\b')
_RETRY_AFTER = re.compile(r"retry after (\d+)")
_UNSAID = 5
"""Seconds to wait after a 429 that names no time."""
_KEPT = {"message_id", "date", "chat", "message_thread_id"}
_KEPT |= {"photo", "video", "animation", "document"}
"""The fields of a sent message that the bot reads."""
_ONE_PIECE = 2**20
"""Bytes; larger files are sent in chunks, so as not to block the event loop."""


class GetRawUpdates(TelegramMethod[list[Any]]):
    """`getUpdates` with an unparsed response: one invalid update must not hide the others."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


def is_polling(method: object) -> bool:
    """Return whether a request polls for updates."""
    return isinstance(method, GetRawUpdates)


class Session(AiohttpSession):
    """aiogram's session with lower CPU usage."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._models: dict[type[TelegramMethod[Any]], Any] = {}

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Build the request body: JSON without files, otherwise a multipart form."""
        fields = method.model_dump(warnings=False)
        if isinstance(method, (*_WITHOUT_FILES, GetRawUpdates)):
            return JsonPayload(self.prepare_value(fields, bot, {}, _dumps_json=False))
        files: dict[str, InputFile] = {}
        texts = {name: self.prepare_value(value, bot, files) for name, value in fields.items()}
        contents = [file.data for file in files.values() if isinstance(file, BufferedInputFile)]
        if len(contents) < len(files) or sum(map(len, contents)) > _ONE_PIECE:
            return super().build_form_data(bot, method)
        form = _Form("form-data")
        for name, text in texts.items():
            if text:
                form.add(text, name=name)
        for (name, file), content in zip(files.items(), contents, strict=True):
            form.add(content, name=name, filename=file.filename or name)
        return form

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Parse a response, if anyone needs it, with a cached model.

        Pydantic drops parametrized models at garbage collection once unreferenced, and building one
        again blocks the event loop for ten milliseconds.
        """
        kind = type(method)
        if issubclass(kind, _UNREAD) and status_code == HTTPStatus.OK and _DONE.match(content):
            return _EDITED
        if kind is EditMessageMedia and status_code == HTTPStatus.OK and _DONE.match(content):
            sent = _essence(self.json_loads(content))  # parsing all of it takes much longer
            if sent is None:
                return _EDITED
            content = self.json_dumps(sent)
        if kind not in self._models:
            self._models[kind] = Response[kind.__returning__]  # type: ignore[name-defined]
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            sent = _essence(error.data)
            if sent is None:
                raise
            # The message was sent: reporting a failure would send it again.
            log.info("aiogram cannot parse the response to %s", kind.__name__)
            return super().check_response(bot, method, status_code, self.json_dumps(sent))
        except TelegramEntityTooLarge as error:
            # aiogram counts it among network errors, but no retry makes a file smaller.
            raise TelegramBadRequest(method=method, message=error.message) from None
        except TelegramAPIError as error:
            if status_code != HTTPStatus.TOO_MANY_REQUESTS or isinstance(error, TelegramRetryAfter):
                raise
            seconds = _seconds_in(error.message)
            raise TelegramRetryAfter(method, error.message, retry_after=seconds) from None


def _seconds_in(description: str) -> int:
    """Return how long a 429 without `retry_after` asks to wait, in seconds; at least 1."""
    said = _RETRY_AFTER.search(description)
    return max(1, int(said[1])) if said else _UNSAID


def _essence(answer: object) -> dict[str, Any] | None:
    """Return a response reduced to the needed message fields; None if it has a different form."""
    if not isinstance(answer, dict) or answer.get("ok") is not True:
        return None
    result = answer.get("result")
    messages: list[Any] = result if isinstance(result, list) else [result]
    if not all(isinstance(message, dict) and "message_id" in message for message in messages):
        return None
    kept = [{name: message[name] for name in _KEPT if name in message} for message in messages]
    return {"ok": True, "result": kept if isinstance(result, list) else kept[0]}


class _Form(MultipartWriter):
    """A form sent in one piece: every chunk is a system call and lets other threads run first."""

    def add(self, value: str | bytes, **described: str) -> None:
        """Add a field; a file has a ``filename``."""
        part = self.append(value)
        part.set_content_disposition("form-data", quote_fields=False, **described)

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write the body, at most `content_length` bytes of it."""
        content = await self.as_bytes()
        await writer.write(content[:content_length])
