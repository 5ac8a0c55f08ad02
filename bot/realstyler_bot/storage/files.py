"""Telegram's ids of files that were uploaded before, so that they need not be uploaded again."""

from __future__ import annotations

from realstyler_bot.storage.database import Database


class FileTable:
    """The table of file ids, by a digest of the file's content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, digest: str) -> str | None:
        """Return the Telegram file id of a file that was uploaded before."""
        rows = await self._database.rows("SELECT file_id FROM files WHERE digest = ?", digest)
        return str(rows[0][0]) if rows else None

    async def save(self, digest: str, file_id: str) -> None:
        """Save the Telegram file id of a file."""
        await self._database.rows("INSERT OR REPLACE INTO files VALUES (?, ?)", digest, file_id)

    async def forget(self, digest: str) -> None:
        """Forget a file id that Telegram rejected."""
        await self._database.rows("DELETE FROM files WHERE digest = ?", digest)
