"""Time limits: in total, or between signs of life."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, InputError
from realstyler_bot.jobs import Product

Result = TypeVar("Result")


class Pulse:
    """Heartbeat of work in another thread."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def beat(self) -> None:
        """Record a sign of life."""
        self.last = time.monotonic()


def within(
    seconds: float,
    work: Callable[[], Result],
    *,
    what: str = "the picture",
    pulse: Pulse | None = None,
) -> Result:
    """Run an uninterruptible decoder in its own thread, and abandon it after a time limit.

    Args:
        seconds: time limit; with a `pulse`, the longest allowed gap between beats.
        work: the decoder.
        what: how errors refer to its input.
        pulse: beaten by the work.

    Raises:
        InputError: it took too long, or whatever the decoder raises.
    """
    outcome: list[Result] = []
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - raised in the caller
            errors.append(error)

    pulse = pulse or Pulse()
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    while thread.is_alive() and (left := pulse.last + seconds - time.monotonic()) > 0:
        thread.join(left)
    if errors:
        raise errors[0]
    if not outcome:
        raise InputError(code="decoding-too-slow", subject=what)
    return outcome[0]


class Painting(Protocol):
    """A painting function that checks its cancellation regularly."""

    def __call__(self, *, cancellation: Cancellation) -> list[Product]:
        """Paint."""


class Limited(Cancellation):
    """A cancellation that also takes effect when time is up."""

    def __init__(self, cancellation: Cancellation, seconds: float) -> None:
        super().__init__()
        self._cancellation = cancellation
        self._end = time.monotonic() + seconds

    @property
    def late(self) -> bool:
        """Return whether time is up."""
        return time.monotonic() > self._end

    @property
    def requested(self) -> bool:
        """Return whether to stop, for either reason."""
        return self._cancellation.requested or self.late or super().requested


def in_time(seconds: float, paint: Painting, cancellation: Cancellation) -> list[Product]:
    """Paint, and stop when time is up.

    Raises:
        InputError: it takes too long, or whatever `paint` raises.
    """
    limited = Limited(cancellation, seconds)
    try:
        return paint(cancellation=limited)
    except Cancelled:
        if limited.late and not cancellation.requested:
            raise InputError(code="painting-too-slow") from None
        raise
