"""Users and their settings, for handlers."""

from __future__ import annotations

from realstyler_bot.jobs import Person
from realstyler_bot.storage.store import Store

_FAVOURITES = 50


class People:
    """The settings of all known users; the defaults for new ones."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, user_id: int) -> Person:
        """Return a user's settings."""
        return await self._store.person(user_id)

    async def save(self, user_id: int, person: Person) -> None:
        """Save a user's settings."""
        await self._store.save_person(user_id, person)

    async def toggle_favourite(self, user_id: int, style: str) -> bool:
        """Add a style to a user's favourites or remove it; return whether it is one now."""
        person = await self._store.person(user_id)
        added = style not in person.favourites
        kept = tuple(name for name in person.favourites if name != style)
        favourites = (*kept, style)[-_FAVOURITES:] if added else kept
        await self._store.save_person(user_id, person.model_copy(update={"favourites": favourites}))
        return added

    async def choose_style(self, user_id: int, style: str) -> Person:
        """Save a user's style and return their settings."""
        person = await self._store.person(user_id)
        options = person.options.model_copy(update={"style": style})
        person = person.model_copy(update={"options": options})
        await self._store.save_person(user_id, person)
        return person
