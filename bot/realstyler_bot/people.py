"""Who is speaking: a middleware that hands their settings and language to the handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from realstyler_bot.store import Person, Store
from realstyler_bot.texts import language_of, say


@dataclass(frozen=True)
class Speaker:
    """One person, with their settings and their language."""

    id: int
    person: Person
    language: str

    def say(self, key: str, **values: object) -> str:
        """Return a text in this person's language."""
        return say(self.language, key, **values)


class Speakers(BaseMiddleware):
    """Adds `speaker` to what handlers get; messages of nobody (channels) are dropped."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look the person up and go on."""
        user: User | None = data.get("event_from_user")
        if user is None:
            return None
        person = await self._store.person(user.id)
        language = person.language or language_of(user.language_code)
        return await handler(event, data | {"speaker": Speaker(user.id, person, language)})
