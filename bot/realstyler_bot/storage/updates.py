"""Updates of Telegram: stored before they are confirmed, and known until none can come again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from realstyler_bot.storage.database import Database

DAY = 86400
KEPT_UPDATES = 2 * DAY
"""Telegram redelivers an update for up to a day."""


class UpdateTable:
    """The table of updates; one that was handled keeps its id without its content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, updates: Iterable[tuple[int, str]]) -> set[int]:
        """Save new updates before they are confirmed; return the ids of those not seen before."""
        rows = await self._database.rows(
            "INSERT OR IGNORE INTO updates (update_id, body, received)"
            " SELECT value ->> 0, value ->> 1, ? FROM json_each(?) WHERE true RETURNING update_id",
            *(time.time(), json.dumps([list(update) for update in updates])),
        )
        return {row[0] for row in rows}

    async def handled(self, update_id: int) -> None:
        """Mark an update as handled."""
        await self._database.rows("UPDATE updates SET body = NULL WHERE update_id = ?", update_id)

    async def unhandled(self) -> list[tuple[int, str, int]]:
        """Return the updates that a crash interrupted, in order.

        Each is an id, its JSON, and the number of unfinished attempts to handle it.
        """
        rows = await self._database.rows(
            "SELECT update_id, body, attempts FROM updates"
            " WHERE body IS NOT NULL AND NOT set_aside ORDER BY update_id"
        )
        return [(row[0], row[1], row[2]) for row in rows]

    async def attempt(self, update_id: int) -> None:
        """Count another attempt to handle an update, before it is made."""
        await self._database.rows(
            "UPDATE updates SET attempts = attempts + 1 WHERE update_id = ?", update_id
        )

    async def set_aside(self, update_id: int) -> None:
        """Exclude an update from further handling; it is kept for a while for inspection."""
        await self._database.rows("UPDATE updates SET set_aside = 1 WHERE update_id = ?", update_id)

    async def tidy(self) -> None:
        """Forget updates that Telegram no longer redelivers."""
        await self._database.rows(
            "DELETE FROM updates WHERE (body IS NULL OR set_aside) AND received < ?",
            time.time() - KEPT_UPDATES,
        )
