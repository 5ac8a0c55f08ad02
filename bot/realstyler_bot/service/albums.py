"""Albums: their pictures arrive one by one and are painted as one job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from realstyler_bot.jobs import Job, State
from realstyler_bot.storage.store import Store

ALBUM_SECONDS = 1.0
"""An album is complete when no picture has arrived for this many seconds."""


class Albums:
    """Collects albums and passes each one on when it is complete."""

    def __init__(
        self,
        store: Store,
        seal: Callable[[Job], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._store = store
        self._complete = seal
        self._spawn = spawn
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def gather(self, job: Job, style: str = "") -> bool:
        """Add a picture to the album that the job's key names; False if it is already closed."""
        if await self._store.add(job.but(state=State.GATHERING)) is None:
            known = await self._store.job_by_key(job.key)
            source = job.sources[0]
            if known is not None and source in known.sources:
                return True
            if not await self._store.add_source(job.key, source):
                return False
            if style:
                await self._store.restyle(job.key, style)
        self.wait_for_more(job.key)
        return True

    async def knows(self, key: str) -> bool:
        """Return whether an album is open; waits briefly, as its first picture may arrive late."""
        for _ in range(5):
            if key in self._timers:
                return True
            await asyncio.sleep(ALBUM_SECONDS / 10)
        return False

    def wait_for_more(self, key: str) -> None:
        """Pass the album on if nothing more arrives for a while."""
        if key in self._timers:
            self._timers[key].cancel()
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(ALBUM_SECONDS, lambda: self._spawn(self._seal(key)))

    def stop(self) -> None:
        """Stop; unfinished albums are resumed at the next start."""
        for timer in self._timers.values():
            timer.cancel()

    async def _seal(self, key: str) -> None:
        self._timers.pop(key, None)
        job = await self._store.job_by_key(key)
        if job is not None and job.state is State.GATHERING:
            in_order = sorted(job.sources, key=lambda source: source.message_id)
            await self._complete(job.but(sources=tuple(in_order)))
