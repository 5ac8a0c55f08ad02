"""Middleware that passes the sender's settings and language to handlers."""

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
    """The sender of an update, with settings and language.

    For messages sent as a group or channel, this is that chat; its id is negative.
    """

    id: int
    person: Person
    language: str

    def say(self, key: str, **values: object) -> str:
        """Return a text in the user's language."""
        return say(self.language, key, **values)


class Speakers(BaseMiddleware):
    """Adds `speaker` to handler arguments; drops updates without a sender (channel posts)."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look up the sender and call the next handler."""
        user: User | None = data.get("event_from_user")
        if user is None:
            return None
        number = identity(event, user)
        person = await self._people.find(number)
        language = person.language or language_of(user.language_code)
        return await handler(event, data | {"speaker": Speaker(number, person, language)})


def identity(event: TelegramObject, user: User) -> int:
    """Return the sender's id; for messages sent as a chat, that chat's id, not the account's."""
    if isinstance(event, Message) and event.sender_chat is not None:
        return event.sender_chat.id
    return user.id
