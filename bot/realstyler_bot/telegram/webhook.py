"""Updates that Telegram brings: a small server behind a proxy that speaks https."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import web

from realstyler_bot.settings import BotSettings
from realstyler_bot.telegram.allowed_updates import ALLOWED_UPDATES
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.telegram.update_log import UpdateLog

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value
_WATCH_SECONDS = 60.0
_PENDING = 20
"""Updates that wait at Telegram's, from which on the webhook is taken for broken."""
_LARGEST_UPDATE = 8 * 2**20


class Webhook:
    """Serves the address of the webhook; an update is on disk before it is confirmed."""

    def __init__(self, updates: UpdateLog, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret believes anybody")
        self._updates = updates
        self._secret = secret.encode()

    def application(self, path: str) -> web.Application:
        """Make the web application."""
        application = web.Application(client_max_size=_LARGEST_UPDATE)
        application.router.add_post(path, self.receive)
        return application

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update: 401 without the secret, 400 if it is no JSON, 503 above the limit.

        An update that cannot be read is confirmed all the same: Telegram would bring it for ever.
        """
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            log.warning("webhook: a request with a wrong secret is refused (401)")
            return web.Response(status=401)
        if self._updates.full:
            log.warning("webhook: too many updates in work (503)")
            return web.Response(status=503, headers={"Retry-After": "1"})
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError):
            log.warning("webhook: a request that is no JSON is refused (400)")
            return web.Response(status=400)
        except web.HTTPRequestEntityTooLarge:
            log.warning("webhook: a request above %d bytes is refused (413)", _LARGEST_UPDATE)
            raise
        await self._updates.take([raw])
        return web.Response()


class WebhookWatch:
    """Asks Telegram how the webhook fares: from here, its silence looks like peace."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.trouble = ""
        """What Telegram says of its last failed attempts; empty if all is well."""

    async def run(self) -> None:
        """Ask for ever, once a minute."""
        while True:
            try:
                info = await self._bot.get_webhook_info()
            except (TelegramAPIError, *TRANSIENT) as error:
                self.trouble = f"Telegram is out of reach: {type(error).__name__}"
            else:
                waits = info.pending_update_count > _PENDING
                self.trouble = (info.last_error_message or "updates wait") if waits else ""
            if self.trouble:
                log.warning("webhook: %s", self.trouble)
            await asyncio.sleep(_WATCH_SECONDS)


async def serve(bot: Bot, updates: UpdateLog, settings: BotSettings) -> None:
    """Serve the webhook until this is cancelled, and tell Telegram of it.

    It stays set afterwards: Telegram keeps what comes while the bot is away.
    """
    assert settings.webhook_url
    assert settings.webhook_secret
    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook_url).path or "/"
    webhook = Webhook(updates, secret)
    runner = web.AppRunner(webhook.application(path), access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.webhook_host, settings.webhook_port)
        await site.start()
        await bot.set_webhook(
            settings.webhook_url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES)
        )
        log.info("webhook at %s:%d%s", settings.webhook_host, settings.webhook_port, path)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
