"""Stopping work that runs in another thread."""

from __future__ import annotations

import threading

from realstyler.errors import Cancelled


class Cancellation:
    """A request to stop, handed to the work and set from any thread or signal handler."""

    def __init__(self) -> None:
        self._requested = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; it raises `Cancelled` within a fraction of a second."""
        self._requested.set()

    @property
    def requested(self) -> bool:
        """Whether `cancel` was called."""
        return self._requested.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if a stop was requested."""
        if self.requested:
            raise Cancelled
