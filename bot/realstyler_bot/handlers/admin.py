"""/stats, /pause and /reload for the configured admins; everyone else's are ignored."""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.types import Message

from realstyler.registry import reload as reload_registry
from realstyler_bot.jobs import JobRunner
from realstyler_bot.metrics import Metrics
from realstyler_bot.service.service import Service
from realstyler_bot.settings import BotSettings
from realstyler_bot.workers.painting import trained_styles


class FromAdmin(Filter):
    """Matches messages sent by an admin."""

    async def __call__(self, message: Message, settings: BotSettings) -> bool:
        """Return whether the sender is an admin."""
        return message.from_user is not None and message.from_user.id in settings.admins


def setup() -> Router:
    """Create the router."""
    router = Router(name="admin")
    router.message.register(stats, Command("stats"), FromAdmin())
    router.message.register(pause, Command("pause"), FromAdmin())
    router.message.register(reload_styles, Command("reload"), FromAdmin())
    return router


async def stats(message: Message, service: Service, runner: JobRunner, metrics: Metrics) -> None:
    """Report the bot's state and load."""
    depth = runner.depth()
    lines = [
        f"waiting {depth.waiting} of {depth.capacity}, running {depth.running}",
        f"{depth.pace:.2f} s a picture, loop lag p99 {1000 * metrics.lag_quantile(0.99):.0f} ms",
        *_memory(),
        *(f"{name}: {count}" for name, count in (await service.counts()).items()),
    ]
    await message.answer("\n".join(lines))


def _memory() -> list[str]:
    try:
        import resource
    except ImportError:  # Windows
        return []
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [f"memory at most {most:.0f} MB"]


async def pause(message: Message, service: Service) -> None:
    """Stop or resume accepting jobs; jobs already accepted are still painted."""
    await service.pause(on=not service.paused)
    await message.answer("paused" if service.paused else "accepting work again")


async def reload_styles(message: Message, runner: JobRunner) -> None:
    """Rediscover styles, here and on all workers."""
    registry = await asyncio.to_thread(reload_registry)
    await runner.forget_styles()
    failures = [f"failed: {failure.name}" for failure in registry.failures]
    names = ", ".join(style.name for style in trained_styles())
    await message.answer("\n".join([f"styles: {names}", *failures]), parse_mode=None)
