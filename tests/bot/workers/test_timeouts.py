"""Time limits."""

from __future__ import annotations

import time

import pytest

from realstyler.engine import Cancellation
from realstyler.errors import Cancelled, InputError
from realstyler_bot.jobs import Product
from realstyler_bot.workers.timeouts import Pulse, in_time, within


def test_slow_decoder_is_given_up() -> None:
    """A decoder that hangs affects only its own picture."""
    with pytest.raises(InputError, match="too long"):
        within(0.05, lambda: time.sleep(1))
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_slow_work_that_lives_is_not_given_up() -> None:
    """With a pulse, only the time since the last beat counts."""
    pulse = Pulse()

    def work() -> int:
        for _ in range(10):
            time.sleep(0.05)
            pulse.beat()
        return 7

    assert within(0.4, work, pulse=pulse) == 7


def test_painting_is_stopped_in_time() -> None:
    """A timeout is reported as such; a user's own Cancel stays a Cancel."""

    def paint(*, cancellation: Cancellation) -> list[Product]:
        while True:
            cancellation.check()
            time.sleep(0.01)

    with pytest.raises(InputError, match="too long"):
        in_time(0.05, paint, Cancellation())
    cancelled = Cancellation()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        in_time(5, paint, cancelled)
