"""Token buckets for many keys, with debts: who waits knows how long, and waits in turn.

Our own: aiolimiter's buckets have one key each and wake those who wait in no order.
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
    """Tokens that come back with time; forgets those who were silent for longest."""

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: LRUCache[int, _Bucket] = LRUCache(_REMEMBERED)

    def take(self, user_id: int) -> bool:
        """Take a token; whether there was one."""
        bucket = self._bucket(user_id)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def owe(self, key: int, tokens: int = 1) -> float:
        """Take tokens that may still be to come; seconds until they are there."""
        bucket = self._bucket(key)
        bucket.tokens -= tokens
        return max(0.0, -bucket.tokens / self._per_second)

    def may_notice(self, user_id: int) -> bool:
        """Whether to tell somebody to slow down: not with every message."""
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
