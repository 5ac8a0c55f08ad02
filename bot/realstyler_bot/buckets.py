"""Token buckets by key that can go into debt, so waiters know their delay and keep their order.

Not aiolimiter: its buckets hold a single key each and wake waiters in no particular order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache

_REMEMBERED = 50_000
_NOTICE_SECONDS = 20.0


@dataclass
class _Bucket:
    tokens: float
    filled: float
    noticed: float = -_NOTICE_SECONDS


class Buckets:
    """One token bucket per key; evicts the least recently used keys."""

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: LRUCache[int, _Bucket] = LRUCache(_REMEMBERED)

    def take(self, user_id: int) -> bool:
        """Take a token; return whether one was available."""
        bucket = self._bucket(user_id)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def owe(self, key: int, tokens: int = 1) -> float:
        """Take tokens, going into debt if needed; return the seconds until the debt is paid off."""
        bucket = self._bucket(key)
        bucket.tokens -= tokens
        return max(0.0, -bucket.tokens / self._per_second)

    def may_notice(self, user_id: int) -> bool:
        """Return whether to tell this user to slow down; at most once every 20 seconds."""
        bucket, now = self._bucket(user_id), self._clock()
        if now - bucket.noticed < _NOTICE_SECONDS:
            return False
        bucket.noticed = now
        return True

    def _bucket(self, user_id: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(user_id) or _Bucket(self._burst, now)
        gained = (now - bucket.filled) * self._per_second
        bucket.tokens, bucket.filled = min(self._burst, bucket.tokens + gained), now
        self._buckets[user_id] = bucket
        return bucket
