"""Readiness and watchdog messages for systemd, by its `sd_notify` protocol."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send a state such as ``READY=1`` to the supervisor, if there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # a Linux abstract socket
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as target:
        target.sendto(state.encode(), address)


async def keep_watchdog_quiet() -> None:
    """Send keep-alives forever at the interval the supervisor expects, from the event loop."""
    notify("READY=1")
    seconds = int(os.environ.get("WATCHDOG_USEC", "60000000")) / 1e6 / 3
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(seconds)
