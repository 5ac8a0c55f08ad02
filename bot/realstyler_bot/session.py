"""The HTTP session that speaks to Telegram."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetUpdates,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, InputFile
from aiohttp import JsonPayload, MultipartWriter
from aiohttp.abc import AbstractStreamWriter

from realstyler_bot.transport.updates import read_update

_WITHOUT_FILES = (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetUpdates,
    SendMessage,
)
"""What is asked most often, beside sending results."""
_UNREAD = (EditMessageMedia, EditMessageReplyMarkup, EditMessageText)
"""What answers with the edited message, which nobody here looks at, or with True."""
_EDITED: Response[Any] = Response.model_construct(ok=True, result=True)
_DONE = re.compile(r'\s*\{\s*"ok"\s*:\s*true\b')
_ONE_PIECE = 2**20
"""Bytes of files; more are sent in pieces, lest the event loop stand still."""


class Session(AiohttpSession):
    """aiogram's session with less work for the processor."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._models: dict[type[TelegramMethod[Any]], Any] = {}

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Build the body of a request: JSON where no file goes along, else a form."""
        fields = method.model_dump(warnings=False)
        if isinstance(method, _WITHOUT_FILES):
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
        """Read an answer, if anybody wants to know it, with a model that is kept.

        Pydantic forgets a parametrized model once nobody holds it, after each collection of
        garbage, and building one anew stops the event loop for ten milliseconds.
        """
        kind = type(method)
        if kind is GetUpdates and status_code == HTTPStatus.OK:
            return self._updates(bot, method, status_code, content)
        if kind in _UNREAD and status_code == HTTPStatus.OK and _DONE.match(content):
            return _EDITED
        if kind not in self._models:
            self._models[kind] = Response[kind.__returning__]  # type: ignore[name-defined]
        return super().check_response(bot, method, status_code, content)

    def _updates(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read updates one by one, so that one that cannot be read holds up no other."""
        try:
            answer = self.json_loads(content)
            found = answer["result"] if answer["ok"] is True else None
        except (ValueError, TypeError, KeyError):
            found = None
        if not isinstance(found, list):
            return super().check_response(bot, method, status_code, content)
        updates = [read_update(one, bot) for one in found]
        known: Any = [update for update in updates if update is not None]
        return Response.model_construct(ok=True, result=known)


class _Form(MultipartWriter):
    """A form that leaves in one piece: each is a system call and lets other threads go first."""

    def add(self, value: str | bytes, **described: str) -> None:
        """Add a field; a file has a ``filename``."""
        part = self.append(value)
        part.set_content_disposition("form-data", quote_fields=False, **described)

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write the body, at most so many bytes of it."""
        content = await self.as_bytes()
        await writer.write(content[:content_length])
