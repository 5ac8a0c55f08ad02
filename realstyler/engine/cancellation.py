"""Cancellation of work in another thread."""

from __future__ import annotations

import threading

from realstyler.errors import Cancelled


class Cancellation:
    """A cancellation request, passed to the work and set from any thread or signal handler."""

    def __init__(self) -> None:
        self._requested = threading.Event()

    def cancel(self) -> None:
        """Request cancellation; the work raises `Cancelled` within a fraction of a second."""
        self._requested.set()

    @property
    def requested(self) -> bool:
        """Whether `cancel` was called."""
        return self._requested.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was requested."""
        if self.requested:
            raise Cancelled
