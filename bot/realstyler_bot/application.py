"""The whole bot, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import BotCommand, User

from realstyler.errors import RealstylerError, TryAgainLaterError
from realstyler.registry import registry
from realstyler_bot.clips import remove_leftovers
from realstyler_bot.desk import Desk
from realstyler_bot.embedded import EmbeddedExecutor
from realstyler_bot.handlers import routers
from realstyler_bot.inbox import HandledOnce, Inbox, Receiving
from realstyler_bot.jobs import Executor
from realstyler_bot.metrics import Metrics
from realstyler_bot.pace import Pace
from realstyler_bot.painting import Studio
from realstyler_bot.people import Speakers
from realstyler_bot.retries import TRANSIENT, Retries
from realstyler_bot.runner import QueueRunner
from realstyler_bot.session import Session
from realstyler_bot.settings import BotSettings
from realstyler_bot.store import DAY, Store
from realstyler_bot.texts import LANGUAGES, say
from realstyler_bot.throttling import Throttling
from realstyler_bot.transport.health import serving
from realstyler_bot.transport.polling import poll
from realstyler_bot.transport.webhook import serve

log = logging.getLogger(__name__)

COMMANDS = ("start", "style", "styles", "settings", "cancel", "help", "privacy")
_PAUSES = (1, 2, 5, 10, 20, 30)


@dataclass
class Parts:
    """What a running bot consists of."""

    settings: BotSettings
    bot: Bot
    store: Store
    inbox: Inbox
    receiving: Receiving
    dispatcher: Dispatcher
    desk: Desk
    runner: QueueRunner
    metrics: Metrics
    stop: asyncio.Event
    """Set it to end the bot."""
    conflicts: list[str]
    """Why it had to end, if it had to."""


async def run(settings: BotSettings) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Raises:
        RealstylerError: the token is refused, the database is in use, another process polls.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    await serve_until(settings, stop)


async def serve_until(settings: BotSettings, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set; errors as for `run`."""
    async with assembled(settings, stop) as parts:
        await asyncio.to_thread(registry)  # looking for styles takes a moment, once
        await _introduce(parts)
        lag = asyncio.create_task(parts.metrics.watch_loop())
        tidying = asyncio.create_task(_tidy(parts.store, settings.work_seconds))
        async with serving(settings, parts.metrics, parts.runner, lambda: _silence(parts)):
            await parts.desk.start()
            try:
                await parts.inbox.resume(parts.bot, parts.dispatcher)
                await _transport(parts)
            finally:
                await parts.inbox.drain(settings.drain_seconds)
                await parts.desk.stop()
        lag.cancel()
        tidying.cancel()
    if parts.conflicts:
        raise TryAgainLaterError(parts.conflicts[0], "End the other one, or use another token")


@contextlib.asynccontextmanager
async def assembled(settings: BotSettings, stop: asyncio.Event) -> AsyncIterator[Parts]:
    """Open what is to be closed, and connect all parts."""
    metrics = Metrics()
    async with Store.open(settings.database) as store:
        bot = make_bot(settings)
        inbox = Inbox(store, metrics)
        conflicts: list[str] = []

        def conflict() -> None:
            conflicts.append("another process polls the same bot")
            stop.set()

        receiving = Receiving(inbox, settings.conflict_seconds, conflict)
        bot.session.middleware(Retries(metrics))
        bot.session.middleware(Pace(settings.telegram_messages_per_second))
        bot.session.middleware(receiving)
        runner = QueueRunner(
            make_executor(settings),
            capacity=settings.queue_size,
            per_user=settings.queue_size_per_user,
        )
        desk = Desk(bot, store, runner, settings, metrics)
        dispatcher = make_dispatcher(settings, store, inbox)
        dispatcher.workflow_data.update(
            desk=desk, runner=runner, metrics=metrics, store=store, settings=settings
        )
        try:
            yield Parts(
                settings,
                bot,
                store,
                inbox,
                receiving,
                dispatcher,
                desk,
                runner,
                metrics,
                stop,
                conflicts,
            )
        finally:
            await bot.session.close()


def make_bot(settings: BotSettings) -> Bot:
    """Make the client of Telegram's server, or of one's own."""
    server = TelegramAPIServer.from_base(settings.api_url, is_local=settings.api_local)
    session = Session(api=server)
    properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    return Bot(settings.token.get_secret_value(), session=session, default=properties)


def make_executor(settings: BotSettings) -> Executor:
    """Paint here, or on other machines where a Redis is named."""
    if settings.redis_url:
        from realstyler_bot.scale import SaqExecutor

        return SaqExecutor(settings)
    return EmbeddedExecutor(Studio(settings), settings.workers, settings.work_seconds)


def make_dispatcher(settings: BotSettings, store: Store, inbox: Inbox) -> Dispatcher:
    """Make the dispatcher with all middlewares and handlers."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(HandledOnce(inbox))
    throttling = Throttling(settings.burst, settings.messages_per_second)
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.outer_middleware(throttling)
        observer.outer_middleware(Speakers(store))
    dispatcher.include_routers(*routers())
    return dispatcher


async def _introduce(parts: Parts) -> None:
    """Learn the bot's own name, which also tries the token, and register the commands."""
    parts.dispatcher.workflow_data["me"] = await _learn_name(parts.bot)
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
            log.warning("the commands are not registered: %s", type(error).__name__)


async def _learn_name(bot: Bot) -> User:
    for pause in (*_PAUSES, None):
        try:
            return await bot.get_me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise RealstylerError(
                "Telegram refuses the token", "Get it from @BotFather: /mybots, API Token"
            ) from None
        except (TelegramAPIError, *TRANSIENT) as error:
            if pause is None:
                what = f"Telegram is out of reach: {type(error).__name__}"
                raise TryAgainLaterError(
                    what, "Check the network and REALSTYLER_BOT_API_URL"
                ) from None
            log.warning("Telegram is out of reach: %s", type(error).__name__)
            await asyncio.sleep(pause)
    raise AssertionError("unreachable")


async def _transport(parts: Parts) -> None:
    if parts.settings.webhook_url:
        await serve(parts.bot, parts.dispatcher, parts.inbox, parts.settings, parts.stop)
        return
    polling = asyncio.create_task(poll(parts.bot, parts.dispatcher))
    stopped = asyncio.create_task(parts.stop.wait())
    await asyncio.wait((polling, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not polling.done():
        try:
            await parts.dispatcher.stop_polling()
        except RuntimeError:  # it has not begun yet
            polling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await polling


def _silence(parts: Parts) -> float:
    # Behind a webhook, silence is no bad sign: Telegram comes when there is something.
    return 0.0 if parts.settings.webhook_url else time.monotonic() - parts.receiving.last_answer


async def _tidy(store: Store, work_seconds: float) -> None:
    while True:
        await store.tidy()
        await asyncio.to_thread(remove_leftovers, 2 * work_seconds)
        await asyncio.sleep(DAY / 4)
