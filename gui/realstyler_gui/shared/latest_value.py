"""A slot between two threads that holds only the latest item."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class LatestValue(Generic[Item]):
    """Holds at most one item; a newer one replaces it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: Item | None = None
        self._closed = False
        self.replaced = 0
        """Items that were replaced before being taken."""

    def put(self, item: Item) -> None:
        """Store an item; never blocks."""
        with self._condition:
            if self._item is not None:
                self.replaced += 1
            self._item = item
            self._condition.notify()

    def take(self) -> Item | None:
        """Wait for an item and take it; None once the slot is closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._item is not None)
            return None if self._closed else self._pop()

    def take_now(self) -> Item | None:
        """Take the item, if there is one."""
        with self._condition:
            return self._pop()

    def close(self) -> None:
        """Release a waiting thread, and discard the item."""
        with self._condition:
            self._closed, self._item = True, None
            self._condition.notify_all()

    def _pop(self) -> Item | None:
        item, self._item = self._item, None
        return item
