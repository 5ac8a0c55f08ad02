"""Assembles and runs the bot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, User

from realstyler.registry import registry
from realstyler_bot.handlers import routers
from realstyler_bot.handlers.throttling import Throttling
from realstyler_bot.handlers.user_middleware import Speakers
from realstyler_bot.health import serving
from realstyler_bot.jobs import Executor
from realstyler_bot.metrics import Metrics
from realstyler_bot.queue.runner import QueueRunner
from realstyler_bot.service.service import Service
from realstyler_bot.service.work import Tools, Work
from realstyler_bot.settings import BotSettings
from realstyler_bot.storage.store import Store
from realstyler_bot.storage.updates import DAY
from realstyler_bot.supervision import keep_watchdog_quiet
from realstyler_bot.telegram.polling import Polling, lasting
from realstyler_bot.telegram.rate_limits import FloodControl, RateLimits
from realstyler_bot.telegram.retries import TRANSIENT, Redirects, Retries
from realstyler_bot.telegram.session import Session
from realstyler_bot.telegram.update_log import UpdateLog
from realstyler_bot.telegram.webhook import WebhookWatch, serve
from realstyler_bot.texts import LANGUAGES, say
from realstyler_bot.workers.clips import remove_leftovers
from realstyler_bot.workers.crash_notes import CrashNotes
from realstyler_bot.workers.embedded import EmbeddedExecutor
from realstyler_bot.workers.painting import Painter

log = logging.getLogger(__name__)

COMMANDS = ("start", "style", "random", "styles", "settings", "cancel", "help", "privacy")


@dataclass
class Parts:
    """The components of a running bot."""

    settings: BotSettings
    bot: Bot
    store: Store
    updates: UpdateLog
    polling: Polling
    watch: WebhookWatch
    dispatcher: Dispatcher
    service: Service
    runner: QueueRunner
    metrics: Metrics


async def run(settings: BotSettings) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Raises:
        UsageError: Telegram rejects the token.
        TryAgainLaterError: the database is in use, or another process polls the same bot.
    """
    stop = asyncio.Event()
    _set_at_signals(stop)
    await serve_until(settings, stop)


def _set_at_signals(stop: asyncio.Event) -> None:
    """Set an event of the running loop on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows loops only wake up on signals
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


async def serve_until(settings: BotSettings, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set; errors as for `run`."""
    async with assembled(settings) as parts:
        await asyncio.to_thread(registry)  # discover styles once, up front: it blocks
        lag = asyncio.create_task(parts.metrics.watch_loop())
        watchdog = asyncio.create_task(keep_watchdog_quiet())
        tidying = asyncio.create_task(_tidy(parts.store, settings.work_seconds))
        async with serving(settings, parts.metrics, parts.runner, lambda: _trouble(parts)):
            try:
                await _until(stop, _serve(parts))
            finally:
                await parts.updates.drain(settings.drain_seconds)
                await parts.service.stop()
        lag.cancel()
        watchdog.cancel()
        tidying.cancel()


async def _serve(parts: Parts) -> None:
    """Start everything in order; return only by raising an error."""
    await _introduce(parts)
    await parts.service.start()
    replaying = asyncio.create_task(parts.updates.replay())
    try:
        await _transport(parts)
    finally:
        replaying.cancel()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until `stop` is set; if `work` fails first, raise its error."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


@contextlib.asynccontextmanager
async def assembled(settings: BotSettings) -> AsyncIterator[Parts]:
    """Open all resources, wire the components together, and close them on exit."""
    metrics = Metrics()
    async with Store.open(settings.database, settings.conflict_seconds) as store:
        bot = make_bot(settings)
        flood = FloodControl(metrics)
        for middleware in (
            Redirects(),
            Retries(metrics),
            flood,
            RateLimits(settings.telegram_messages_per_second),
        ):
            bot.session.middleware(middleware)
        notes = CrashNotes(settings.database.with_name(f"{settings.database.name}.painting"))
        runner = QueueRunner(
            make_executor(settings, notes),
            capacity=settings.queue_size,
            per_user=settings.queue_size_per_user,
        )
        work = Work(Tools(bot, store, runner, settings, metrics, flood, notes))
        service = Service(bot, store, runner, work)
        dispatcher = make_dispatcher(settings, service)
        dispatcher.workflow_data.update(
            service=service, runner=runner, metrics=metrics, settings=settings
        )
        updates = UpdateLog(bot, dispatcher, store, metrics)
        polling = Polling(bot, updates, settings.conflict_seconds)
        try:
            yield Parts(
                settings,
                bot,
                store,
                updates,
                polling,
                WebhookWatch(bot),
                dispatcher,
                service,
                runner,
                metrics,
            )
        finally:
            await bot.session.close()


def make_bot(settings: BotSettings) -> Bot:
    """Create the client for Telegram's Bot API server, or for a self-hosted one."""
    server = TelegramAPIServer.from_base(settings.api_url, is_local=settings.api_local)
    session = Session(api=server)
    properties = DefaultBotProperties(
        parse_mode="HTML", link_preview_is_disabled=True, allow_sending_without_reply=True
    )
    return Bot(settings.token.get_secret_value(), session=session, default=properties)


def make_executor(settings: BotSettings, notes: CrashNotes) -> Executor:
    """Paint in this process, or on remote workers if a Redis URL is configured."""
    if settings.redis_url:
        from realstyler_bot.workers.redis_executor import SaqExecutor

        return SaqExecutor(settings)
    return EmbeddedExecutor(Painter(settings), settings.workers, settings.work_seconds, notes)


def make_dispatcher(settings: BotSettings, service: Service) -> Dispatcher:
    """Create the dispatcher with all middlewares and handlers."""
    dispatcher = Dispatcher(disable_fsm=True)
    throttling = Throttling(settings.burst, settings.messages_per_second)
    for observer in (dispatcher.message, dispatcher.callback_query, dispatcher.inline_query):
        observer.outer_middleware(throttling)
        observer.outer_middleware(Speakers(service.people))
    dispatcher.include_routers(*routers())
    return dispatcher


async def _introduce(parts: Parts) -> None:
    """Fetch the bot's name, which also validates the token, and register the commands."""
    me = parts.dispatcher.workflow_data["me"] = await _learn_name(parts.bot)
    parts.service.sharing = bool(me.supports_inline_queries)
    for language in LANGUAGES:
        commands = [
            BotCommand(command=name, description=say(language, f"command_{name}"))
            for name in COMMANDS
        ]
        try:
            await parts.bot.set_my_commands(
                commands, language_code=None if language == "en" else language
            )
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("could not register the commands: %s", type(error).__name__)


async def _learn_name(bot: Bot) -> User:
    """Fetch the bot's identity, retrying forever: the network may not be up yet at boot."""
    me: User = await lasting(bot.get_me)
    return me


async def _transport(parts: Parts) -> None:
    if parts.settings.webhook_url:
        watching = asyncio.create_task(parts.watch.run())
        try:
            await serve(parts.bot, parts.updates, parts.settings)
        finally:
            watching.cancel()
    else:
        await parts.polling.run()


def _trouble(parts: Parts) -> str:
    return parts.watch.trouble if parts.settings.webhook_url else parts.polling.trouble


async def _tidy(store: Store, work_seconds: float) -> None:
    while True:
        await store.tidy()
        await asyncio.to_thread(remove_leftovers, 2 * work_seconds)
        await asyncio.sleep(DAY / 4)
