"""The HTTP session that speaks to Telegram."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetUpdates,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiohttp import JsonPayload

_WITHOUT_FILES = (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetUpdates,
    SendMessage,
)
"""What is asked most often, beside sending results."""


class Session(AiohttpSession):
    """aiogram's session with less work for the processor."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._models: dict[type[TelegramMethod[Any]], Any] = {}

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Build the body of a request: JSON where no file goes along, else a form."""
        if not isinstance(method, _WITHOUT_FILES):
            return super().build_form_data(bot, method)
        fields = method.model_dump(warnings=False)
        return JsonPayload(self.prepare_value(fields, bot, {}, _dumps_json=False))

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read an answer, with a model that is kept.

        Pydantic forgets a parametrized model once nobody holds it, after each collection of
        garbage, and building one anew stops the event loop for ten milliseconds.
        """
        kind = type(method)
        if kind not in self._models:
            self._models[kind] = Response[kind.__returning__]  # type: ignore[name-defined]
        return super().check_response(bot, method, status_code, content)
