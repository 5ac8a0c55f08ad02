"""/stats, /pause, /reload and style files, for the configured admins only."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from aiogram import Bot, F, Router
from aiogram.filters import Command, Filter
from aiogram.types import Message

from realstyler import style_files
from realstyler.errors import RealstylerError
from realstyler.registry import registry
from realstyler.registry import reload as reload_registry
from realstyler_bot.handlers.user_middleware import Speaker
from realstyler_bot.jobs import JobRunner
from realstyler_bot.metrics import Metrics
from realstyler_bot.service.service import Service
from realstyler_bot.settings import BotSettings
from realstyler_bot.telegram.downloads import download
from realstyler_bot.texts import language_of
from realstyler_bot.workers.painting import trained_styles

REPLACE = ("replace", "заменить")
LONGEST_PROBLEM = 400
"""Letters of what is wrong with a file."""


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
    style_file = F.document.file_name.lower().endswith(style_files.SUFFIX)
    router.message.register(install_style, F.chat.type == "private", style_file, FromAdmin())
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


async def install_style(
    message: Message, bot: Bot, speaker: Speaker, runner: JobRunner, settings: BotSettings
) -> None:
    """Add the style of a file, or say in one line why not; the caption `replace` replaces one.

    The file is data from anywhere: nothing is added before all of it has been checked.
    """
    assert message.document is not None
    replace = (message.caption or "").strip().lower() in REPLACE
    try:
        content = await download(bot, message.document.file_id, settings.max_download)
        title = await asyncio.to_thread(_install, content, replace)
    except RealstylerError as error:
        language = language_of(speaker.language)
        yours = error.code == "style-name-yours"
        problem = speaker.say("style_yours") if yours else error.in_words(language, "window")
        await message.reply(problem[:LONGEST_PROBLEM], parse_mode=None)
        return
    await message.reply(speaker.say("style_added", style=title))
    await reload_styles(message, runner)


def _install(content: bytes, replace: bool) -> str:
    """Add the style of a file's content; return its title."""
    with tempfile.TemporaryDirectory(prefix="realstyler-") as folder:
        file = Path(folder, f"style{style_files.SUFFIX}")
        file.write_bytes(content)
        return style_files.install(file, registry(), replace=replace).style.title


async def reload_styles(message: Message, runner: JobRunner) -> None:
    """Rediscover styles, here and on all workers."""
    registry = await asyncio.to_thread(reload_registry)
    await runner.forget_styles()
    failures = [f"failed: {failure.name}" for failure in registry.failures]
    names = ", ".join(style.name for style in trained_styles())
    await message.answer("\n".join([f"styles: {names}", *failures]), parse_mode=None)
