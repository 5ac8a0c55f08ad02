"""How long work may take: by the clock, or without a sign of life."""

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
    """The signs of life of work in another thread."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def beat(self) -> None:
        """Give a sign of life."""
        self.last = time.monotonic()


def within(
    seconds: float,
    work: Callable[[], Result],
    *,
    what: str = "the picture",
    pulse: Pulse | None = None,
) -> Result:
    """Run a decoder that cannot be interrupted in a thread of its own, and give it up in time.

    Args:
        seconds: how long it may take; with a `pulse`, how long that may be silent.
        work: the decoder.
        what: what errors call its input.
        pulse: beaten by the work.

    Raises:
        InputError: it took longer, or what the decoder raises.
    """
    outcome: list[Result] = []
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller
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
    """What paints, and looks at its cancellation now and then."""

    def __call__(self, *, cancellation: Cancellation) -> list[Product]:
        """Paint."""


class Limited(Cancellation):
    """A cancellation that also comes by itself when the time is over."""

    def __init__(self, cancellation: Cancellation, seconds: float) -> None:
        super().__init__()
        self._cancellation = cancellation
        self._end = time.monotonic() + seconds

    @property
    def late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self._end

    @property
    def requested(self) -> bool:
        """Whether to stop, for whatever reason."""
        return self._cancellation.requested or self.late or super().requested


def in_time(seconds: float, paint: Painting, cancellation: Cancellation) -> list[Product]:
    """Paint, and stop it when the time is over.

    Raises:
        InputError: it takes too long, or what `paint` raises.
    """
    limited = Limited(cancellation, seconds)
    try:
        return paint(cancellation=limited)
    except Cancelled:
        if limited.late and not cancellation.requested:
            raise InputError(code="painting-too-slow") from None
        raise
