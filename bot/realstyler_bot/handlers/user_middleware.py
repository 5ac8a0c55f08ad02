"""Who is speaking: a middleware that hands their settings and language to the handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, User

from realstyler_bot.jobs import Person
from realstyler_bot.service.people import People
from realstyler_bot.texts import language_of, say


@dataclass(frozen=True)
class Speaker:
    """One person, with their settings and their language.

    Who writes in the name of a group or a channel is that chat: its number is negative.
    """

    id: int
    person: Person
    language: str

    def say(self, key: str, **values: object) -> str:
        """Return a text in this person's language."""
        return say(self.language, key, **values)


class Speakers(BaseMiddleware):
    """Adds `speaker` to what handlers get; messages of nobody (channels) are dropped."""

    def __init__(self, people: People) -> None:
        self._people = people

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
        number = identity(event, user)
        person = await self._people.find(number)
        language = person.language or language_of(user.language_code)
        return await handler(event, data | {"speaker": Speaker(number, person, language)})


def identity(event: TelegramObject, user: User) -> int:
    """Return who speaks: in the name of a chat it is that chat, whatever account stands for it."""
    if isinstance(event, Message) and event.sender_chat is not None:
        return event.sender_chat.id
    return user.id
