"""Telling systemd that the bot is ready and alive: `sd_notify`, a line to a socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket


def notify(state: str) -> None:
    """Tell the supervisor, if there is one that listens, e.g. ``READY=1``."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket of Linux
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as target:
        target.sendto(state.encode(), address)


async def keep_watchdog_quiet() -> None:
    """Give signs of life for ever, as often as the supervisor wants, from the event loop."""
    notify("READY=1")
    seconds = int(os.environ.get("WATCHDOG_USEC", "60000000")) / 1e6 / 3
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(seconds)
