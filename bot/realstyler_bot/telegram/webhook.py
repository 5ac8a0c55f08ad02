"""Webhook updates: a small HTTP server behind a TLS proxy."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import web

from realstyler.errors import TryAgainLaterError
from realstyler_bot.settings import BotSettings
from realstyler_bot.telegram.allowed_updates import ALLOWED_UPDATES
from realstyler_bot.telegram.polling import lasting
from realstyler_bot.telegram.retries import TRANSIENT
from realstyler_bot.telegram.update_log import UpdateLog

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value
_WATCH_SECONDS = 60.0
_PENDING = 20
"""Pending updates at Telegram above which the webhook is considered broken."""
_LARGEST_UPDATE = 8 * 2**20


class Webhook:
    """Serves the webhook; an update is on disk before it is confirmed."""

    def __init__(self, updates: UpdateLog, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret accepts forged updates")
        self._updates = updates
        self._secret = secret.encode()

    def application(self, path: str) -> web.Application:
        """Create the web application."""
        application = web.Application(client_max_size=_LARGEST_UPDATE)
        application.router.add_post(path, self.receive)
        return application

    async def receive(self, request: web.Request) -> web.Response:
        """Accept an update: 401 without the secret, 400 for invalid JSON, 503 when overloaded.

        Invalid updates are confirmed all the same: Telegram would redeliver them forever.
        """
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            log.warning("webhook: rejected a request with a wrong secret (401)")
            return web.Response(status=401)
        if self._updates.full:
            log.warning("webhook: too many updates in progress (503)")
            return web.Response(status=503, headers={"Retry-After": "1"})
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError):
            log.warning("webhook: rejected a request with invalid JSON (400)")
            return web.Response(status=400)
        except web.HTTPRequestEntityTooLarge:
            log.warning("webhook: rejected a request above %d bytes (413)", _LARGEST_UPDATE)
            raise
        await self._updates.take([raw])
        return web.Response()


class WebhookWatch:
    """Asks Telegram about the webhook's health: locally, a broken webhook only looks quiet."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.trouble = ""
        """Telegram's last delivery error; empty if all is well."""

    async def run(self) -> None:
        """Check once a minute, forever."""
        while True:
            try:
                info = await self._bot.get_webhook_info()
            except (TelegramAPIError, *TRANSIENT) as error:
                self.trouble = f"Telegram is unreachable: {type(error).__name__}"
            else:
                waits = info.pending_update_count > _PENDING
                self.trouble = (info.last_error_message or "updates are pending") if waits else ""
            if self.trouble:
                log.warning("webhook: %s", self.trouble)
            await asyncio.sleep(_WATCH_SECONDS)


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Serve at an address.

    Raises:
        TryAgainLaterError: it is in use, or this machine doesn't have it.
    """
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        about = {"address": f"{host}:{port}", "reason": error.strerror}
        raise TryAgainLaterError(code="bot-address-unusable", **about) from error


async def serve(bot: Bot, updates: UpdateLog, settings: BotSettings) -> None:
    """Serve the webhook until cancelled, and register it with Telegram.

    It stays registered afterwards: Telegram keeps updates while the bot is down.

    Raises:
        TryAgainLaterError: its address is in use.
        UsageError: Telegram rejects the token.
    """
    assert settings.webhook_url
    assert settings.webhook_secret
    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook_url).path or "/"
    webhook = Webhook(updates, secret)
    runner = web.AppRunner(webhook.application(path), access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await listen(runner, settings.webhook_host, settings.webhook_port)
        await lasting(
            lambda: bot.set_webhook(
                settings.webhook_url or "",
                secret_token=secret,
                allowed_updates=list(ALLOWED_UPDATES),
            )
        )
        log.info("webhook at %s:%d%s", settings.webhook_host, settings.webhook_port, path)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
