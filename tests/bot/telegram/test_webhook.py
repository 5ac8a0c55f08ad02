"""The webhook's health: only Telegram knows whether updates get through."""

from __future__ import annotations

import asyncio

import aiohttp

from harness import Running, webhook_settings
from stand_in import StandIn


def test_health_asks_telegram(running: Running, two_styles: tuple[str, str]) -> None:
    """If Telegram can't deliver updates, /health says why, though nothing looks wrong locally."""
    hook = webhook_settings()
    port = webhook_settings()["webhook_port"]

    async def scenario() -> None:
        async with StandIn() as telegram:
            trouble = {"pending_update_count": 99, "last_error_message": "Connection refused"}
            telegram.webhook_trouble = trouble
            async with (
                running(telegram, **hook, health_port=port),
                aiohttp.ClientSession() as session,
            ):
                await telegram.until(lambda: telegram.calls["getwebhookinfo"])
                await asyncio.sleep(0.2)
                async with session.get(f"http://127.0.0.1:{port}/health") as answer:
                    assert answer.status == 503
                    assert (await answer.json())["status"] == "Connection refused"

    asyncio.run(scenario())
