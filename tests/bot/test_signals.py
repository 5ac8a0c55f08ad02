"""The bot shuts down properly on a signal, even if the event loop can't handle signals."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from realstyler_bot import application


@pytest.fixture
def _handlers() -> Iterator[None]:
    """Restore the previous signal handlers."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("windows", [False, True])
def test_a_signal_stops_the_bot(
    number: signal.Signals, windows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows event loops have no signal handlers; the interpreter's own are used instead."""

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        if windows:
            monkeypatch.setattr(loop, "add_signal_handler", _unknown)
        stop = asyncio.Event()
        application._set_at_signals(stop)
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), 60)

    asyncio.run(wait())


def _unknown(*_: object) -> None:
    raise NotImplementedError
