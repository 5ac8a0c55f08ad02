"""Messages to systemd."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import pytest

from harness import Running
from stand_in import StandIn

UNIT = Path(__file__).parents[2] / "bot" / "deploy" / "realstyler-bot.service"


def test_systemd_is_told(
    running: Running,
    two_styles: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A running bot reports that it is ready, then that it lives, three times per interval."""
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "300000")

    async def scenario(supervisor: socket.socket) -> list[bytes]:
        async with StandIn() as telegram, running(telegram):
            loop = asyncio.get_running_loop()
            return [await loop.sock_recv(supervisor, 100) for _ in range(4)]

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.setblocking(False)
        said = asyncio.run(asyncio.wait_for(scenario(supervisor), 60))
    assert said == [b"READY=1", *[b"WATCHDOG=1"] * 3]


def test_unit_matches_the_bot() -> None:
    """The unit waits for readiness, kills a bot that hangs, and forbids what it does not need."""
    unit = UNIT.read_text()
    assert "Type=notify\n" in unit
    assert re.search(r"^WatchdogSec=\d+$", unit, re.MULTILINE)
    assert "SystemCallFilter=@system-service\n" in unit
    assert "Restart=on-failure\n" in unit
