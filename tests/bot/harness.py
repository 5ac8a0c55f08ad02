"""Helpers that run the bot in tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from realstyler.networks.architecture import TransformNetwork
from realstyler.registry.weights import WeightsMetadata, save
from realstyler_bot.jobs import Job, Source
from stand_in import Message, User, labels
from support import add_style

Running = Callable[..., contextlib.AbstractAsyncContextManager["asyncio.Task[None]"]]
SAME, DIFFERENT = 35.0, 22.0
"""Decibels; rounding may change a picture slightly, another style changes it visibly."""
SECRET = "a-secret-that-is-long-enough"


def webhook_settings() -> dict[str, Any]:
    """Settings for a webhook on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": SECRET,
        "webhook_port": port,
    }


def add_slow_style(drop_ins: Path) -> None:
    """A style named ``slow``: its randomly initialized network takes seconds for two megapixels."""
    folder = add_style(drop_ins, "slow", trained=False)
    network = TransformNetwork(width=128, blocks=16)
    random = np.random.default_rng(0)
    arrays = {
        name: random.normal(0.5, 0.2, shape).astype(np.float32)
        for name, shape in network.parameter_shapes().items()
    }
    metadata = WeightsMetadata(
        style="slow",
        network="live",
        architecture=network,
        training={},
        data="nothing: random weights",
        steps=0,
        license="CC0-1.0",
    )
    save(folder / "live.safetensors", arrays, metadata)


def says(words: str) -> Any:
    """Return a predicate for messages: their text contains these words."""
    return lambda message: words in message.get("text", "")


async def choose(user: User, style: str) -> None:
    """Pick a style from the menu, on whatever page it is."""
    user.sends_text("/style")
    menu = await user.sees(lambda message: {style, "▶"} & set(labels(message)))
    while style not in (page := labels(menu)):
        user.presses(menu, "▶")
        menu = await user.sees(lambda message, page=page: labels(message) not in ([], page))
    user.presses(menu, style)
    await user.sees(lambda message: message.get("text", "").startswith(f"Style: {style}"))


def by_question(user: User) -> list[Message]:
    """Return results in the order of the messages that they reply to."""
    return sorted(user.results, key=lambda m: m["reply_to_message"]["message_id"])


def job(number: int, user: int, weight: int = 1) -> Job:
    """Return a job of `weight` pictures."""
    source = Source(kind="picture", file_id="f", message_id=1)
    return Job(
        id=number,
        key=str(number),
        user_id=user,
        chat_id=user,
        private=True,
        language="en",
        sources=(source,) * weight,
    )
