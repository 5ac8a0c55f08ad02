"""Updates that Telegram brings: a small server behind a proxy that speaks https."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiohttp import web

from realstyler_bot.inbox import Inbox
from realstyler_bot.settings import BotSettings
from realstyler_bot.transport.updates import ALLOWED_UPDATES, MOST_IN_WORK, read_update

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value
_LARGEST_UPDATE = 2**20


class Webhook:
    """Serves the address of the webhook; an update is on disk before it is confirmed."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, inbox: Inbox, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret believes anybody")
        self._bot = bot
        self._dispatcher = dispatcher
        self._inbox = inbox
        self._secret = secret.encode()
        self._tasks: set[asyncio.Task[Any]] = set()

    def application(self, path: str) -> web.Application:
        """Make the web application."""
        application = web.Application(client_max_size=_LARGEST_UPDATE)
        application.router.add_post(path, self.receive)
        return application

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update: 401 without the secret, 400 if it is none, 503 above the limit.

        One that cannot be read is answered 200: Telegram would bring it again for a day.
        """
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            log.warning("a request without the webhook's secret is refused")
            return web.Response(status=401)
        if len(self._tasks) >= MOST_IN_WORK:
            return web.Response(status=503, headers={"Retry-After": "1"})
        try:
            update = read_update(json.loads(await request.read()), self._bot)
        except (ValueError, RecursionError):
            update = None
        if update is None:
            log.warning("a request that is no update is refused")
            return web.Response(status=400)
        for new in await self._inbox.receive([update]):
            task = asyncio.create_task(self._dispatcher.feed_update(self._bot, new))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        return web.Response()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("an update could not be handled", exc_info=task.exception())


async def serve(
    bot: Bot, dispatcher: Dispatcher, inbox: Inbox, settings: BotSettings, stop: asyncio.Event
) -> None:
    """Serve the webhook until `stop`, and tell Telegram of it.

    It stays set afterwards: Telegram keeps what comes while the bot is away.
    """
    assert settings.webhook_url
    assert settings.webhook_secret
    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook_url).path or "/"
    webhook = Webhook(bot, dispatcher, inbox, secret)
    runner = web.AppRunner(webhook.application(path), access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.webhook_host, settings.webhook_port)
        await site.start()
        await bot.set_webhook(
            settings.webhook_url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES)
        )
        log.info("webhook at %s:%d%s", settings.webhook_host, settings.webhook_port, path)
        await stop.wait()
    finally:
        await runner.cleanup()
